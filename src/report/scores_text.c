/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "report/table.h"
#include "report/train.h"

/* Scores that are shares are shown in per cent of the truth or of the rows. */
void mf__say_score(int metric, double value, struct mf__buffer *out)
{
    if (metric == MF_METRIC_MAPE)
        mf__buffer_put(out, mf__show_percent(value, 2).text);
    else
        mf__say_number(value, out);
}

static void add_scores(struct mf__table *table, const struct mf__metrics *metrics,
                       const struct mf__scored_part *part)
{
    const struct mf__scores *scores = part->scores;
    struct mf__buffer text = {0};
    mf__table_add(table, MF__TINT_PLAIN, "%s", part->name);
    mf__table_add(table, MF__TINT_FAINT, "%s",
                  scores->rows > 0 ? mf__show_count(scores->rows, ',').text : "");
    for (size_t i = 0; i < metrics->n; i++) {
        int metric = metrics->list[i];
        mf__buffer_clear(&text);
        if (scores->known[metric])
            mf__say_score(metric, scores->values[metric], &text);
        else
            mf__buffer_put(&text, "-");
        mf__table_add(table, MF__TINT_PLAIN, "%s", mf__buffer_text(&text));
        table->failed = table->failed || text.failed;
    }
    mf__buffer_done(&text);
}

void mf__scores_text(const struct mf__metrics *metrics, const struct mf__scored_part *parts,
                     size_t n_parts, const struct mf__style *style, struct mf__buffer *out)
{
    struct mf__column columns[2 + MF_METRICS] = {
        {.header = "part"},
        {.header = "rows", .right = true, .gap = 2, .rank = 1},
    };
    struct mf__table table = {.style = style, .columns = columns, .n_columns = 2 + metrics->n};
    for (size_t i = 0; i < metrics->n; i++)
        columns[2 + i] = (struct mf__column){
            .header = mf_metric_name(metrics->list[i]), .right = true, .gap = 2};
    for (size_t i = 0; i < n_parts; i++)
        add_scores(&table, metrics, &parts[i]);
    mf__table_finish(&table, out);
}
