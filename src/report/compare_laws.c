/* SPDX-License-Identifier: Apache-2.0 */
/* The scaling laws: a table with a row for each way, and what has to be said beside it. */
#include "report/compare_page.h"
#include "report/figures.h"

#include <stdio.h>

#define USL_POINTS 4 /* the worker counts that the universal scalability law takes */
#define FAR        2 /* predictions beyond so many times what was measured are a guess */

static void say_labelled(const struct mf__page *page, const char *text,
                         const struct mf__buffer *words)
{
    const struct mf__label label = mf__page_label(text);
    if (words->length > 0)
        mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(words));
    page->out->failed = page->out->failed || words->failed;
}

/* ---- which points ---- */

/* Adds "1, 2 and 4", the worker counts of a way's points. */
static void list_points(const struct mf__comparison *comparison, const mf_way *way,
                        struct mf__buffer *out)
{
    unsigned counts[MF__LIST_LIMIT];
    size_t n = 0;
    for (size_t i = 0; i < comparison->n_series && n < MF__LIST_LIMIT; i++)
        if (mf__is_point(&comparison->series[i], way))
            counts[n++] = comparison->series[i].workers;
    mf__page_list(out, counts, n);
}

/* Whether one way has a point wherever the other has. */
static bool has_points_of(const struct mf__comparison *comparison, const mf_way *one,
                          const mf_way *other)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        size_t k = mf__comparison_find(comparison, MF__ROLE_STRONG, one, series->workers);
        if (mf__is_point(series, other) &&
            (k == MF__NO_SERIES || !mf__is_point(&comparison->series[k], one)))
            return false;
    }
    return true;
}

/* The first way whose laws are fitted, when all such ways have the same points; else NULL. */
static const mf_way *find_common(const struct mf__comparison *comparison)
{
    const mf_way *first = NULL;
    for (size_t i = 0; i < comparison->n_laws; i++) {
        const mf_way *way = comparison->laws[i].way;
        if (!comparison->laws[i].fitted)
            continue;
        if (first != NULL &&
            !(has_points_of(comparison, way, first) && has_points_of(comparison, first, way)))
            return NULL;
        first = first != NULL ? first : way;
    }
    return first;
}

static void say_title(const struct mf__page *page, const mf_way *common)
{
    struct mf__buffer title = {0};
    mf__buffer_put(&title, "Laws");
    if (common != NULL) {
        mf__buffer_put(&title, ", fitted to ");
        list_points(page->comparison, common, &title);
        mf__buffer_put(&title, " workers");
    }
    mf__say_heading(page->style, mf__buffer_text(&title), page->out);
    page->out->failed = page->out->failed || title.failed;
    mf__buffer_done(&title);
}

static void say_points(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    struct mf__buffer words = {0};
    for (size_t i = 0; i < comparison->n_laws; i++) {
        if (!comparison->laws[i].fitted)
            continue;
        mf__buffer_print(&words, "%s%s to ", words.length > 0 ? "; " : "",
                         mf_way_name(comparison->laws[i].way));
        list_points(comparison, comparison->laws[i].way, &words);
        mf__buffer_put(&words, " workers");
    }
    say_labelled(page, "fitted", &words);
    mf__buffer_done(&words);
}

static bool has_failed(const struct mf__comparison *comparison, const mf_way *way)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].way == way && comparison->series[i].failed)
            return true;
    return false;
}

static const char *why_not_fitted(const struct mf__comparison *comparison, const mf_way *way)
{
    if (comparison->series[0].wrong || mf__is_wrong_way(comparison, way))
        return "an answer is wrong, so its times say nothing";
    return has_failed(comparison, way) ? "some of its runs failed, and a law takes 2 worker counts"
                                       : "a law takes 2 worker counts within the cores";
}

static void say_not_fitted(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    struct mf__buffer words = {0};
    for (size_t i = 0; i < comparison->n_laws; i++)
        if (!comparison->laws[i].fitted)
            mf__buffer_print(&words, "%s%s: %s", words.length > 0 ? "; " : "",
                             mf_way_name(comparison->laws[i].way),
                             why_not_fitted(comparison, comparison->laws[i].way));
    say_labelled(page, "not fitted", &words);
    mf__buffer_done(&words);
}

/* ---- tables ---- */

static void add_predictions(struct mf__table *table, const struct mf__interval *at)
{
    for (size_t i = 0; i < MF__PREDICTED; i++)
        mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_factor(at[i].mid).text);
}

/* The columns of the predicted speedups, the farthest hidden first; `headers` is theirs. */
static void set_predictions(struct mf__column *columns, struct mf__shown *headers,
                            unsigned char first_rank)
{
    for (size_t i = 0; i < MF__PREDICTED; i++) {
        snprintf(headers[i].text, sizeof headers[i].text, "at %u", mf__predicted_workers[i]);
        columns[i] = (struct mf__column){.header = headers[i].text,
                                         .right = true,
                                         .gap = 2,
                                         .rank = (unsigned char)(first_rank + i)};
    }
}

static void show_amdahl(const struct mf__page *page)
{
    struct mf__column columns[MF__PREDICTED + 3] = {
        {.header = "Amdahl"},
        {.header = "serial fraction [95 %]", .gap = 2},
        [MF__PREDICTED + 2] = {.header = "limit [95 %]", .gap = 2}};
    struct mf__shown headers[MF__PREDICTED];
    struct mf__table table = {
        .style = page->style, .columns = columns, .n_columns = MF__PREDICTED + 3};
    set_predictions(columns + 2, headers, 1);
    for (size_t i = 0; i < page->comparison->n_laws; i++) {
        const struct mf__way_laws *laws = &page->comparison->laws[i];
        const struct mf__interval *of = laws->bands.of;
        if (!laws->fitted)
            continue;
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf_way_name(laws->way));
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      mf__show_serial_fraction(&of[MF__BAND_FRACTION]).text);
        add_predictions(&table, laws->bands.amdahl_at);
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      of[MF__BAND_FRACTION].mid <= 1.0 ? mf__show_sure(&of[MF__BAND_LIMIT]).text
                                                       : "");
    }
    if (table.n_cells > 0)
        mf__table_finish(&table, page->out);
}

static void show_usl(const struct mf__page *page)
{
    enum { BEFORE = 6 };
    struct mf__column columns[BEFORE + MF__PREDICTED] = {
        {.header = "USL"},
        {.header = "contention [95 %]", .gap = 2},
        {.header = "coherency [95 %]", .gap = 2},
        {.header = "highest", .right = true, .gap = 2, .rank = 1},
        {.gap = 1, .rank = 3},
        {.header = "workers", .right = true, .gap = 2, .rank = 2}};
    struct mf__shown headers[MF__PREDICTED];
    struct mf__table table = {
        .style = page->style, .columns = columns, .n_columns = BEFORE + MF__PREDICTED};
    set_predictions(columns + BEFORE, headers, 4);
    for (size_t i = 0; i < page->comparison->n_laws; i++) {
        const struct mf__way_laws *laws = &page->comparison->laws[i];
        const struct mf__interval *of = laws->bands.of;
        if (!laws->fitted || laws->bands.usl.fit == MF__FIT_TOO_FEW)
            continue;
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf_way_name(laws->way));
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      mf__show_sure_percent(&of[MF__BAND_SIGMA]).text);
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      mf__show_sure_percent(&of[MF__BAND_KAPPA]).text);
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      mf__show_factor(of[MF__BAND_PEAK_SPEEDUP].mid).text);
        mf__table_add(&table, MF__TINT_FAINT, "%s",
                      mf__show_range(&of[MF__BAND_PEAK_SPEEDUP]).text);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__show_factor(of[MF__BAND_PEAK].mid).text);
        add_predictions(&table, laws->bands.usl_at);
    }
    if (table.n_cells > 0)
        mf__table_finish(&table, page->out);
}

/* ---- beside the tables ---- */

/* "threads 2.39 % [2.24, 2.60] with 2, 2.63 % [2.55, 2.67] with 4" */
static void list_karp_flatt(const struct mf__comparison *comparison, const mf_way *way,
                            struct mf__buffer *out)
{
    bool first = true;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        const char *beyond = mf__beyond_serial(&series->karp_flatt);
        if (!mf__is_point(series, way) || series->workers == 1)
            continue;
        if (first)
            mf__buffer_print(out, "%s%s ", out->length > 0 ? "; " : "", mf_way_name(way));
        mf__buffer_print(out, "%s%s with %u", first ? "" : ", ",
                         beyond != NULL ? beyond : mf__show_sure_percent(&series->karp_flatt).text,
                         series->workers);
        first = false;
    }
}

/* The serial fraction that each worker count shows by itself. */
static void say_karp_flatt(const struct mf__page *page)
{
    struct mf__buffer words = {0};
    for (size_t i = 0; i < page->comparison->n_laws; i++)
        list_karp_flatt(page->comparison, page->comparison->laws[i].way, &words);
    if (words.length > 0)
        mf__buffer_put(&words, " (each from one count alone; Amdahl's is from all together)");
    say_labelled(page, "Karp-Flatt", &words);
    mf__buffer_done(&words);
}

static const char *bound_words(const struct mf__usl *usl)
{
    if (usl->fit == MF__FIT_TOO_FEW || (!usl->sigma_at_zero && !usl->kappa_at_zero))
        return NULL;
    if (usl->sigma_at_zero && usl->kappa_at_zero)
        return "contention and coherency are held at 0";
    return usl->sigma_at_zero ? "contention is held at 0" : "coherency is held at 0";
}

/* How far each fit can be relied on. */
static void say_misfit(const struct mf__page *page)
{
    struct mf__buffer words = {0};
    for (size_t i = 0; i < page->comparison->n_laws; i++) {
        const struct mf__law_bands *bands = &page->comparison->laws[i].bands;
        if (!page->comparison->laws[i].fitted || bands->amdahl.fit == MF__FIT_EXACT)
            continue;
        const char *bound = bound_words(&bands->usl);
        mf__buffer_print(&words, "%s%s: times lie %s off Amdahl's law",
                         words.length > 0 ? "; " : "", mf_way_name(page->comparison->laws[i].way),
                         mf__show_percent(bands->amdahl.residual, 2).text);
        if (bands->usl.fit != MF__FIT_TOO_FEW)
            mf__buffer_print(&words, ", %s off the USL",
                             mf__show_percent(bands->usl.residual, 2).text);
        if (bound != NULL)
            mf__buffer_print(&words, ", whose %s, the times would rather have less", bound);
    }
    say_labelled(page, "misfit", &words);
    mf__buffer_done(&words);
}

static void say_missing_usl(const struct mf__page *page)
{
    size_t most = 0;
    for (size_t i = 0; i < page->comparison->n_laws; i++)
        if (page->comparison->laws[i].n_points > most)
            most = page->comparison->laws[i].n_points;
    const struct mf__label label = mf__page_label("USL");
    if (most < USL_POINTS)
        mf__say_lines(page->style, &label, page->out,
                      "not fitted: it needs %d worker counts within the cores, there %s %zu",
                      USL_POINTS, most == 1 ? "is" : "are", most);
}

static void say_far(const struct mf__page *page)
{
    unsigned most = 0;
    for (size_t i = 0; i < page->comparison->n_series; i++) {
        const struct mf__series *series = &page->comparison->series[i];
        if (mf__is_point(series, series->way) && series->workers > most)
            most = series->workers;
    }
    const struct mf__label label = {"", 2, 0, MF__TINT_PLAIN};
    if (most > 0 && FAR * most < mf__predicted_workers[MF__PREDICTED - 1])
        mf__say_lines(
            page->style, &label, page->out,
            "at 2, at 4, ...: speedup predicted; a guess beyond %u, twice the most measured",
            FAR * most);
}

void mf__page_laws(const struct mf__page *page)
{
    if (page->comparison->n_laws == 0)
        return;
    const mf_way *common = find_common(page->comparison);
    say_title(page, common);
    show_amdahl(page);
    show_usl(page);
    say_far(page);
    if (common == NULL)
        say_points(page);
    say_not_fitted(page);
    say_karp_flatt(page);
    say_missing_usl(page);
    say_misfit(page);
}
