/* SPDX-License-Identifier: Apache-2.0 */
/* The scaling laws of each parallel way, in words and as a table of what they predict. */
#include "report/compare_page.h"
#include "report/figures.h"

#include <math.h>

#define LABEL_WIDTH 12
#define USL_POINTS  4 /* the worker counts that the universal scalability law takes */
#define FAR         2 /* predictions beyond so many times what was measured are marked */

struct law_page {
    const struct mf__page *page;
    const struct mf__way_laws *laws;
};

static bool is_point(const struct mf__series *series, const mf_way *way)
{
    return series->role == MF__ROLE_STRONG && series->way == way && series->compared &&
           !series->oversubscribed;
}

static struct mf__label label_of(const char *text)
{
    return (struct mf__label){text, 2, LABEL_WIDTH, MF__TINT_PLAIN};
}

static void say_title(const struct law_page *law)
{
    const struct mf__comparison *comparison = law->page->comparison;
    struct mf__buffer title = {0};
    unsigned counts[MF__COLUMNS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < comparison->n_series && n < MF__COLUMNS_MAX; i++)
        if (is_point(&comparison->series[i], law->laws->way))
            counts[n++] = comparison->series[i].workers;
    mf__buffer_print(&title, "Laws of %s", mf_way_name(law->laws->way));
    if (law->laws->fitted && n == law->laws->n_points) {
        mf__buffer_put(&title, ", from ");
        mf__page_list(&title, counts, n);
        mf__buffer_put(&title, " workers");
    }
    mf__say_heading(law->page->style, mf__buffer_text(&title), law->page->out);
    law->page->out->failed = law->page->out->failed || title.failed;
    mf__buffer_done(&title);
}

static bool has_wrong(const struct mf__comparison *comparison, const mf_way *way)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].way == way && comparison->series[i].wrong)
            return true;
    return comparison->series[0].wrong;
}

static void say_not_fitted(const struct law_page *law)
{
    const struct mf__label label = label_of("not fitted");
    if (has_wrong(law->page->comparison, law->laws->way))
        mf__say_lines(law->page->style, &label, law->page->out,
                      "an answer is wrong, so its times say nothing");
    else
        mf__say_lines(law->page->style, &label, law->page->out,
                      "Amdahl's law needs 2 worker counts within the cores, there %s %zu",
                      law->laws->n_points == 1 ? "is" : "are", law->laws->n_points);
}

/* ---- Amdahl ---- */

static void say_amdahl(const struct law_page *law)
{
    const struct mf__law_bands *bands = &law->laws->bands;
    const struct mf__interval *limit = &bands->of[MF__BAND_LIMIT];
    struct mf__shown fraction = mf__show_sure_percent(&bands->of[MF__BAND_FRACTION]);
    const struct mf__label label = label_of("Amdahl");
    if (bands->amdahl.range == MF__FRACTION_ABOVE_ONE)
        mf__say_lines(law->page->style, &label, law->page->out, "serial fraction %s",
                      fraction.text);
    else if (isinf(limit->mid))
        mf__say_lines(law->page->style, &label, law->page->out,
                      "serial fraction %s, which sets no limit", fraction.text);
    else
        mf__say_lines(law->page->style, &label, law->page->out,
                      "serial fraction %s, so never more than %s times quicker", fraction.text,
                      mf__show_sure(limit).text);
}

/* How far the fit can be relied on. */
static void say_fit(const struct law_page *law)
{
    const struct mf__amdahl *amdahl = &law->laws->bands.amdahl;
    const struct mf__label label = label_of("");
    if (amdahl->range == MF__FRACTION_NEGATIVE)
        mf__say_lines(law->page->style, &label, law->page->out,
                      "A negative fraction: quicker than the number of workers explains. Caches, a "
                      "changing clock frequency or noise can do that.");
    if (amdahl->range == MF__FRACTION_ABOVE_ONE)
        mf__say_lines(law->page->style, &label, law->page->out,
                      "A fraction above 100 %%: more workers made it slower.");
    if (amdahl->fit == MF__FIT_EXACT)
        mf__say_lines(law->page->style, &label, law->page->out,
                      "Two worker counts fit exactly, so nothing checks the law.");
    else
        mf__say_lines(law->page->style, &label, law->page->out,
                      "The times lie %s off this law (root mean square).",
                      mf__show_percent(amdahl->residual, 2).text);
}

static void say_karp_flatt(const struct law_page *law)
{
    const struct mf__comparison *comparison = law->page->comparison;
    struct mf__buffer list = {0};
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (is_point(series, law->laws->way) && series->workers > 1)
            mf__buffer_print(&list, "%s%s with %u", list.length > 0 ? "; " : "",
                             mf__show_sure_percent(&series->karp_flatt).text, series->workers);
    }
    const struct mf__label label = label_of("Karp-Flatt");
    if (list.length > 0)
        mf__say_lines(law->page->style, &label, law->page->out,
                      "serial fraction by each worker count alone: %s", mf__buffer_text(&list));
    law->page->out->failed = law->page->out->failed || list.failed;
    mf__buffer_done(&list);
}

/* ---- USL ---- */

static const char *bound_words(const struct mf__usl *usl)
{
    if (usl->sigma_at_zero && usl->kappa_at_zero)
        return "; both are held at 0, the times would rather have less";
    if (usl->sigma_at_zero)
        return "; contention is held at 0, the times would rather have less";
    return usl->kappa_at_zero ? "; coherency is held at 0, the times would rather have less" : "";
}

static void say_usl(const struct law_page *law)
{
    const struct mf__law_bands *bands = &law->laws->bands;
    const struct mf__usl *usl = &bands->usl;
    const struct mf__label label = label_of("USL");
    if (usl->fit == MF__FIT_TOO_FEW) {
        mf__say_lines(law->page->style, &label, law->page->out,
                      "not fitted: it needs %d worker counts within the cores, there are %zu",
                      USL_POINTS, law->laws->n_points);
        return;
    }
    mf__say_lines(law->page->style, &label, law->page->out, "contention %s, coherency %s%s",
                  mf__show_sure_percent(&bands->of[MF__BAND_SIGMA]).text,
                  mf__show_sure_percent(&bands->of[MF__BAND_KAPPA]).text, bound_words(usl));
    const struct mf__label next = label_of("");
    if (isinf(usl->peak))
        mf__say_lines(law->page->style, &next, law->page->out, "No peak: it rises throughout.");
    else
        mf__say_lines(law->page->style, &next, law->page->out, "Highest speedup %s, at %s workers.",
                      mf__show_sure(&bands->of[MF__BAND_PEAK_SPEEDUP]).text,
                      mf__show_sure(&bands->of[MF__BAND_PEAK]).text);
    mf__say_lines(law->page->style, &next, law->page->out,
                  "The times lie %s off this law (root mean square).",
                  mf__show_percent(usl->residual, 2).text);
}

/* ---- predictions ---- */

static double low_of(const struct mf__interval *interval)
{
    return interval->low;
}

static double mid_of(const struct mf__interval *interval)
{
    return interval->mid;
}

static double high_of(const struct mf__interval *interval)
{
    return interval->high;
}

/* One row: an end of the predicted intervals, and of the limit (NULL: there is none). */
static void add_predictions(struct mf__table *table, const char *name,
                            const struct mf__interval *at, const struct mf__interval *limit,
                            double (*end)(const struct mf__interval *))
{
    enum mf__tint tint = end == mid_of ? MF__TINT_PLAIN : MF__TINT_FAINT;
    mf__table_add(table, tint, "%s", name);
    for (size_t i = 0; i < MF__PREDICTED; i++)
        mf__table_add(table, tint, "%s", mf__show_factor(end(&at[i])).text);
    mf__table_add(table, tint, "%s", limit != NULL ? mf__show_factor(end(limit)).text : "");
}

static void add_law(struct mf__table *table, const char *name, const struct mf__interval *at,
                    const struct mf__interval *limit)
{
    add_predictions(table, name, at, limit, mid_of);
    if (!at[0].known)
        return;
    add_predictions(table, "  95 % from", at, limit, low_of);
    add_predictions(table, "  to", at, limit, high_of);
}

static unsigned most_measured(const struct law_page *law)
{
    unsigned most = 0;
    for (size_t i = 0; i < law->page->comparison->n_series; i++) {
        const struct mf__series *series = &law->page->comparison->series[i];
        if (is_point(series, law->laws->way) && series->workers > most)
            most = series->workers;
    }
    return most;
}

static void say_predictions(const struct law_page *law)
{
    struct mf__column columns[MF__PREDICTED + 2] = {{.header = "predicted for"}};
    struct mf__shown headers[MF__PREDICTED];
    for (size_t i = 0; i < MF__PREDICTED; i++) {
        headers[i] = mf__show_count(mf__predicted_workers[i], 0);
        columns[i + 1] = (struct mf__column){.header = headers[i].text, .right = true, .gap = 2};
    }
    columns[MF__PREDICTED + 1] = (struct mf__column){.header = "limit", .right = true, .gap = 2};
    struct mf__table table = {
        .style = law->page->style, .columns = columns, .n_columns = MF__PREDICTED + 2};
    const struct mf__law_bands *bands = &law->laws->bands;
    add_law(&table, "Amdahl", bands->amdahl_at, &bands->of[MF__BAND_LIMIT]);
    if (bands->usl.fit != MF__FIT_TOO_FEW)
        add_law(&table, "USL", bands->usl_at, NULL);
    mf__buffer_put(law->page->out, "\n");
    mf__table_finish(&table, law->page->out);
    unsigned far = FAR * most_measured(law);
    const struct mf__label label = {"", 2, 0, MF__TINT_PLAIN};
    if (far < mf__predicted_workers[MF__PREDICTED - 1])
        mf__say_lines(law->page->style, &label, law->page->out,
                      "Beyond %u workers, twice the most that was measured, take this as a guess.",
                      far);
}

void mf__page_laws(const struct mf__page *page)
{
    for (size_t i = 0; i < page->comparison->n_laws; i++) {
        const struct law_page law = {page, &page->comparison->laws[i]};
        say_title(&law);
        if (!law.laws->fitted) {
            say_not_fitted(&law);
            continue;
        }
        say_amdahl(&law);
        say_fit(&law);
        say_karp_flatt(&law);
        say_usl(&law);
        say_predictions(&law);
    }
}
