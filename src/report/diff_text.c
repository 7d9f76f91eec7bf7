/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `manyfold diff`. */
#include "report/diff.h"
#include "report/figures.h"
#include "report/table.h"

#include <string.h>

/* A page under way. */
struct page {
    const struct mf__diff *diff;
    const struct mf__style *style;
    struct mf__buffer *out;
};

static void say_source(const struct page *page, const char *which,
                       const struct mf__diff_source *source)
{
    const struct mf__label label = {.text = which, .column = 2, .width = 6};
    struct mf__buffer words = {0};
    mf__buffer_put(&words, source->name);
    if (source->created != NULL)
        mf__buffer_print(&words, "; %.10s %.5s UTC", source->created,
                         strlen(source->created) > 11 ? source->created + 11 : "");
    if (source->version != NULL)
        mf__buffer_print(&words, "; manyfold %s", source->version);
    if (source->cpu_model != NULL)
        mf__buffer_print(&words, "; %s, %s core%s", source->cpu_model,
                         mf__show_count(source->cores, ',').text, source->cores == 1 ? "" : "s");
    mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(&words));
    page->out->failed = page->out->failed || words.failed;
    mf__buffer_done(&words);
}

static enum mf__tint tint_of(enum mf__change change)
{
    return change == MF__CHANGE_SLOWER   ? MF__TINT_WRONG
           : change == MF__CHANGE_FASTER ? MF__TINT_STRONG
                                         : MF__TINT_PLAIN;
}

/* In the words of a reader: what may be said of the change. */
static void add_change(struct mf__table *table, const struct page *page, size_t i)
{
    const struct mf__diff_series *series = &page->diff->series[i];
    enum mf__change change = series->changed.change;
    if (series->answer == MF__DIFFERENT)
        mf__table_add(table, MF__TINT_WRONG, "another answer");
    else if (change == MF__CHANGE_NONE)
        mf__table_add(table, MF__TINT_PLAIN, "within %s", mf__diff_threshold(page->diff).text);
    else if (!series->changed.factor.ratio.known)
        mf__table_add(table, MF__TINT_PLAIN, "too few samples");
    else
        mf__table_add(table, tint_of(change), "%s", mf__change_name(change));
}

static void add_series(struct mf__table *table, const struct page *page, size_t i)
{
    const struct mf__diff_series *series = &page->diff->series[i];
    const struct mf__changed *changed = &series->changed;
    bool weak = strcmp(series->role, "weak") == 0;
    mf__table_add(table, MF__TINT_PLAIN, "%s", series->part != NULL ? series->part : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s%s", series->way != NULL ? series->way : "ceiling",
                  weak ? ", weak" : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_count(series->workers, ',').text);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  mf__show_duration(changed->old_median, page->style->ascii).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  mf__show_duration(changed->new_median, page->style->ascii).text);
    mf__table_add(table, MF__TINT_STRONG, "%s", mf__show_factor(changed->factor.ratio.mid).text);
    mf__table_add(table, MF__TINT_FAINT, "%s",
                  changed->factor.ratio.known ? mf__show_range(&changed->factor.ratio).text : "");
    mf__table_add(table, MF__TINT_FAINT, "%zu, %zu", series->n_old, series->n_new);
    add_change(table, page, i);
}

/* Only labs have parts; elsewhere that column is empty, and left out. */
static unsigned char part_gap(const struct page *page)
{
    return strcmp(page->diff->kind, "lab") == 0 ? 2 : 0;
}

static void say_series(const struct page *page)
{
    const struct mf__column columns[] = {
        {.header = "part"},
        {.header = "way", .gap = part_gap(page)},
        {.header = "workers", .right = true, .gap = 2},
        {.header = "old", .right = true, .gap = 2, .rank = 3},
        {.header = "new", .right = true, .gap = 2, .rank = 2},
        {.header = "new/old", .right = true, .gap = 2},
        {.header = NULL, .gap = 1, .rank = 1},
        {.header = "samples", .right = true, .gap = 2, .rank = 4},
        {.header = "change", .gap = 2},
    };
    const struct mf__label note = {.text = "", .column = 2};
    struct mf__table table = {.style = page->style, .columns = columns, .n_columns = 9};
    if (page->diff->n_series == 0)
        return;
    mf__say_heading(page->style, "Times", page->out);
    for (size_t i = 0; i < page->diff->n_series; i++)
        add_series(&table, page, i);
    mf__table_finish(&table, page->out);
    mf__say_lines(page->style, &note, page->out,
                  "Times are medians; new/old is the median of all ratios of a new time to an old "
                  "one, with its 95 %% interval.");
}

static void say_answers(const struct page *page)
{
    const struct mf__column columns[] = {
        {.header = "part"},
        {.header = "what", .gap = part_gap(page)},
        {.header = "old", .right = true, .gap = 2},
        {.header = "new", .right = true, .gap = 2},
        {.header = "equal", .gap = 2, .rank = 1},
    };
    struct mf__table table = {.style = page->style, .columns = columns, .n_columns = 5};
    if (page->diff->n_answers == 0)
        return;
    mf__say_heading(page->style, "Scores", page->out);
    for (size_t i = 0; i < page->diff->n_answers; i++) {
        const struct mf__diff_answer *answer = &page->diff->answers[i];
        mf__table_add(&table, MF__TINT_PLAIN, "%s", answer->part != NULL ? answer->part : "");
        mf__table_add(&table, MF__TINT_PLAIN, "%s", answer->what);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", answer->old);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", answer->new);
        mf__table_add(&table, answer->same ? MF__TINT_PLAIN : MF__TINT_WRONG, "%s",
                      answer->same ? "yes" : "no");
    }
    mf__table_finish(&table, page->out);
}

void mf__diff_text(const struct mf__diff *diff, const struct mf__style *style,
                   struct mf__buffer *out)
{
    const struct page page = {.diff = diff, .style = style, .out = out};
    const struct mf__label label = {.text = "", .column = 2};
    struct mf__buffer verdict = {0};
    say_source(&page, "old", &diff->old);
    say_source(&page, "new", &diff->new);
    mf__diff_verdict(diff, &verdict);
    mf__say_heading(style, "Verdict", out);
    mf__say_lines(style, &label, out, "%s", mf__buffer_text(&verdict));
    out->failed = out->failed || verdict.failed;
    mf__buffer_done(&verdict);
    say_series(&page);
    say_answers(&page);
    mf__remarks_text(&diff->remarks, style, out);
}
