/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "report/predict.h"

#define LABEL_WIDTH 12

static void say_head(const struct mf__predict_report *report, const struct mf__style *style,
                     struct mf__buffer *out)
{
    struct mf__buffer title = {0};
    mf__buffer_print(&title, "%s of %s:", report->target, report->source);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    mf__say_lines(style, &head, out, "%s row%s predicted by %s tree%s in %s",
                  mf__show_count(report->rows, ',').text, report->rows == 1 ? "" : "s",
                  mf__show_count(report->trees, ',').text, report->trees == 1 ? "" : "s",
                  mf__show_duration((double)report->predict_ns, style->ascii).text);
    out->failed = out->failed || title.failed;
    mf__buffer_done(&title);
}

void mf__predict_text(const struct mf__predict_report *report, const struct mf__style *style,
                      struct mf__buffer *out)
{
    const struct mf__label written = {.text = "written", .column = 2, .width = LABEL_WIDTH};
    const struct mf__label filled = {.text = "filled", .column = 2, .width = LABEL_WIDTH};
    const struct mf__scored_part part = {"this table", &report->scores};
    say_head(report, style, out);
    mf__say_lines(style, &written, out, "%s", report->out);
    if (report->filled > 0)
        mf__say_lines(style, &filled, out, "%s missing number%s",
                      mf__show_count(report->filled, ',').text, report->filled == 1 ? "" : "s");
    if (report->has_scores) {
        mf__say_heading(style, "Scores", out);
        mf__scores_text(&report->metrics, &part, 1, style, out);
    }
    mf__remarks_text(&report->remarks, style, out);
}
