/* SPDX-License-Identifier: Apache-2.0 */
/* From which size on a parallel way pays. */
#include "report/json.h"
#include "story/chart.h"
#include "story/compare_curves.h"

#include <stdio.h>

#define LITTLE   0.1
#define DECIMALS 4

/* The n-th break-even that is told; NULL: there are fewer. Of a way that gives a wrong answer no
 * speedup is. */
static const json_t *even_at(const json_t *root, size_t n)
{
    const json_t *all = mf__look(root, "break_even");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *even = json_array_get(all, i);
        if (!mf__told_is_wrong(root, mf__look_text(even, "way")) && n-- == 0)
            return even;
    }
    return NULL;
}

/* A ratio whose whole interval is above 1 pays; one below does not; else it is not certain. */
static const char *pays(const struct mf__interval *speedup)
{
    if (!speedup->known || (speedup->low <= 1.0 && speedup->high >= 1.0))
        return "not certain";
    return speedup->low > 1.0 ? "yes" : "no";
}

static void name_even(const json_t *even, struct mf__buffer *out)
{
    mf__buffer_print(out, "%s with %llu workers", mf__told_way(even),
                     (unsigned long long)mf__look_count(even, "workers"));
}

static json_t *sizes_of(const json_t *root)
{
    json_t *rows = json_array();
    const json_t *even = NULL;
    for (size_t i = 0; (even = even_at(root, i)) != NULL; i++) {
        struct mf__buffer name = {0};
        name_even(even, &name);
        for (size_t j = 0; j < mf__look_length(even, "sizes"); j++) {
            const json_t *tried = json_array_get(mf__look(even, "sizes"), j);
            const struct mf__interval speedup = mf__told_interval(tried, "speedup");
            uint64_t size = mf__look_count(tried, "size");
            json_t *row =
                mf__worker_row(name.failed ? NULL : mf__buffer_text(&name), mf__told_way(even),
                               (unsigned)mf__look_count(even, "workers"));
            mf__json_put(&row, "n", mf__json_real((double)size));
            mf__json_put(&row, "size", json_string(mf__show_count(size, ',').text));
            mf__json_put(&row, "pays", json_string(pays(&speedup)));
            mf__told_put(&row, "speedup", &speedup, 1.0);
            mf__json_append(&rows, row);
        }
        mf__buffer_done(&name);
    }
    return rows;
}

/* Where each way pays from, as far as that is settled. */
static json_t *starts_of(const json_t *root)
{
    json_t *rows = json_array();
    const json_t *even = NULL;
    for (size_t i = 0; (even = even_at(root, i)) != NULL; i++) {
        uint64_t from = mf__look_count(even, "from");
        struct mf__buffer name = {0};
        if (from == 0)
            continue;
        name_even(even, &name);
        mf__buffer_print(&name, " pay from %s on", mf__show_count(from, ',').text);
        json_t *row = mf__worker_row(name.failed ? NULL : mf__buffer_text(&name),
                                     mf__told_way(even), (unsigned)mf__look_count(even, "workers"));
        mf__json_put(&row, "n", mf__json_real((double)from));
        mf__json_append(&rows, row);
        mf__buffer_done(&name);
    }
    return rows;
}

static json_t *make_chart(const json_t *root)
{
    json_t *chart = mf__chart("compare_even");
    json_t *sizes = sizes_of(root);
    json_t *names = mf__worker_names(sizes, false, false);
    json_t *one = json_array();
    json_t *row = mf__worker_row("as fast as the serial way", "ideal", 1);
    mf__json_put(&row, "speedup", json_integer(1));
    mf__json_append(&one, row);
    mf__chart_keep(&chart, names);
    mf__chart_say(&chart, "@SIZE@", mf__look_text(root, "job.size_name"));
    mf__chart_rows(&chart, "sizes", sizes);
    mf__chart_rows(&chart, "even", one);
    mf__chart_rows(&chart, "from", starts_of(root));
    json_decref(names);
    return chart;
}

/* Small problems may be a thousand times slower in parallel, which takes more decimals to show. */
static struct mf__shown show_ratio(const struct mf__interval *ratio)
{
    struct mf__shown shown;
    if (!(ratio->mid < LITTLE) || !ratio->known)
        return mf__show_sure(ratio);
    snprintf(shown.text, sizeof shown.text, "%.16s [%.16s, %.16s]",
             mf__show_fixed(ratio->mid, DECIMALS).text, mf__show_fixed(ratio->low, DECIMALS).text,
             mf__show_fixed(ratio->high, DECIMALS).text);
    return shown;
}

static void add_rows(struct mf__story *story, const json_t *even)
{
    for (size_t j = 0; j < mf__look_length(even, "sizes"); j++) {
        const json_t *tried = json_array_get(mf__look(even, "sizes"), j);
        const struct mf__interval speedup = mf__told_interval(tried, "speedup");
        mf__story_cell(story, "%s", mf__told_way(even));
        mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(even, "workers"));
        mf__story_cell(story, "%s", mf__show_count(mf__look_count(tried, "size"), ',').text);
        mf__story_cell(story, "%s", show_ratio(&speedup).text);
        mf__story_cell(story, "%s", pays(&speedup));
    }
}

void mf__compare_even(struct mf__story *story, const json_t *root, unsigned level)
{
    size_t sizes = 0;
    struct mf__buffer words = {0};
    for (size_t i = 0; even_at(root, i) != NULL; i++)
        sizes += mf__look_length(even_at(root, i), "sizes");
    if (sizes == 0)
        return;
    mf__story_section(story, level, "break-even", "From which size on it pays");
    mf__told_sentences(root, "break-even", &words);
    mf__story_chart(story, "break-even-chart", "Speedup against the size of the problem",
                    make_chart(root),
                    "%s%sAbove the dotted line at 1 the parallel way is faster than the serial "
                    "one; a size counts as paying when its whole interval lies above.",
                    mf__buffer_text(&words), words.length > 0 ? " " : "");
    mf__text_done(story, &words);
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "workers");
    mf__story_column(story, true, mf__look_text(root, "job.size_name"));
    mf__story_column(story, true, "speedup [95 %]");
    mf__story_column(story, false, "does it pay?");
    for (size_t i = 0; even_at(root, i) != NULL; i++)
        add_rows(story, even_at(root, i));
}
