/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formulae behind the figures, with this run's own numbers put in: those of the way that the
 * verdict tells of. Numbers are rounded as they are shown, so results are "about".
 */
#include "story/compare_parts.h"

#include <math.h>

#define DIGITS 4 /* decimals of fractions, which are small */

struct told {
    struct mf__story *story;
    const json_t *root;
    const json_t *series; /* parallel, with `workers` > 1 */
    const json_t *laws;   /* of its way; NULL: not fitted */
    unsigned long long workers;
    const char *way;
};

/* What is written to be a formula, and its end. */
static void add(const struct told *told, const char *name, struct mf__buffer *tex,
                const char *words)
{
    mf__story_formula(told->story, name, mf__buffer_text(tex), "%s", words);
    mf__text_done(told->story, tex);
}

static struct mf__shown factor_at(const json_t *from, const char *path)
{
    return mf__show_factor(mf__told_interval(from, path).mid);
}

static struct mf__shown share_at(const json_t *from, const char *path)
{
    return mf__show_fixed(mf__told_interval(from, path).mid, DIGITS);
}

static double median_ns(const json_t *series)
{
    return mf__look_real(series, "statistics.time_ns.median");
}

/* A time in the unit that all times of the formulae have. */
static struct mf__shown time_in(double ns, const struct mf__time_unit *unit)
{
    return mf__show_factor(ns / unit->ns);
}

static void say_speedup(const struct told *told)
{
    struct mf__buffer tex = {0};
    struct mf__buffer words = {0};
    struct mf__time_unit unit = mf__told_unit(median_ns(told->series));
    mf__buffer_print(&tex,
                     "S(%llu) = \\frac{T_{\\text{serial}}}{T(%llu)} \\approx "
                     "\\frac{%s \\text{ %s}}{%s \\text{ %s}}, \\text{ round by round } %s",
                     told->workers, told->workers,
                     time_in(median_ns(mf__told_base(told->root)), &unit).text, unit.name,
                     time_in(median_ns(told->series), &unit).text, unit.name,
                     factor_at(told->series, "statistics.speedup").text);
    mf__buffer_print(
        &words,
        "T(p) is the time of %s with p workers. The speedup reported is the median of "
        "the ratios within the rounds, so it may differ a little from the ratio of the "
        "two median times.",
        told->way);
    add(told, "Speedup", &tex, mf__buffer_text(&words));
    mf__text_done(told->story, &words);
}

static void say_efficiency(const struct told *told)
{
    struct mf__buffer tex = {0};
    mf__buffer_print(
        &tex, "E(%llu) = \\frac{S(%llu)}{%llu} = \\frac{%s}{%llu} \\approx %s", told->workers,
        told->workers, told->workers, factor_at(told->series, "statistics.speedup").text,
        told->workers,
        mf__show_factor(mf__told_interval(told->series, "statistics.efficiency").mid).text);
    add(told, "Efficiency", &tex, "The share of what so many workers could do at best.");
}

static void say_karp_flatt(const struct told *told)
{
    struct mf__buffer tex = {0};
    mf__buffer_print(&tex,
                     "e = \\frac{\\frac{1}{S} - \\frac{1}{p}}{1 - \\frac{1}{p}} = "
                     "\\frac{\\frac{1}{%s} - \\frac{1}{%llu}}{1 - \\frac{1}{%llu}} \\approx %s",
                     factor_at(told->series, "statistics.speedup").text, told->workers,
                     told->workers, share_at(told->series, "statistics.karp_flatt").text);
    add(told, "Karp and Flatt's serial fraction", &tex,
        "The serial fraction that this one speedup shows by itself. Where it grows with p, it is "
        "not serial work that costs time, but what comes with more workers.");
}

/* ---- laws ---- */

/* The serial time over the way's own with one worker, as its law has it. */
static void put_base(const struct told *told, const char *law, struct mf__buffer *tex)
{
    double one_ns = mf__look_real(mf__look(told->laws, law), "t1_ns");
    struct mf__time_unit unit = mf__told_unit(one_ns);
    mf__buffer_print(tex, "\\frac{%s}{%s}",
                     time_in(median_ns(mf__told_base(told->root)), &unit).text,
                     time_in(one_ns, &unit).text);
}

/* What a law predicts for twice the workers, the first that was not measured in the document. */
static const json_t *prediction_of(const struct told *told)
{
    const json_t *list = mf__look(told->laws, "predicted_speedups");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (mf__look_count(json_array_get(list, i), "workers") > told->workers)
            return json_array_get(list, i);
    return NULL;
}

static void say_amdahl(const struct told *told)
{
    const json_t *at = prediction_of(told);
    const json_t *law = mf__look(told->laws, "amdahl");
    struct mf__shown f = share_at(law, "serial_fraction");
    struct mf__shown rest =
        mf__show_fixed(1 - mf__told_interval(law, "serial_fraction").mid, DIGITS);
    unsigned long long p = mf__look_count(at, "workers");
    struct mf__buffer tex = {0};
    if (at == NULL || !isfinite(mf__told_interval(at, "amdahl").mid))
        return;
    mf__buffer_print(
        &tex,
        "S(p) = \\frac{T_{\\text{serial}}}{T_1} \\cdot \\frac{1}{f + \\frac{1 - f}{p}},"
        " S(%llu) = ",
        p);
    put_base(told, "amdahl", &tex);
    mf__buffer_print(&tex, " \\cdot \\frac{1}{%s + \\frac{%s}{%llu}} \\approx %s", f.text,
                     rest.text, p, factor_at(at, "amdahl").text);
    add(told, "Amdahl's law", &tex,
        "f is the fitted serial fraction, which more workers do not shorten, and T1 the fitted "
        "time of one worker of this way. What it gives for more workers than were measured is a "
        "prediction.");
}

static void say_limit(const struct told *told)
{
    const json_t *law = mf__look(told->laws, "amdahl");
    const struct mf__interval limit = mf__told_interval(law, "limit");
    const struct mf__interval fraction = mf__told_interval(law, "serial_fraction");
    struct mf__buffer tex = {0};
    if (!isfinite(limit.mid) || !(fraction.mid > 0) || fraction.mid > 1)
        return;
    mf__buffer_print(&tex, "S(\\infty) = \\frac{T_{\\text{serial}}}{T_1} \\cdot \\frac{1}{f} = ");
    put_base(told, "amdahl", &tex);
    mf__buffer_print(&tex, " \\cdot \\frac{1}{%s} \\approx %s",
                     share_at(law, "serial_fraction").text, mf__show_factor(limit.mid).text);
    struct mf__buffer words = {0};
    mf__buffer_print(
        &words, "The speedup that no number of workers would exceed, if the law held: %s%s",
        mf__show_sure(&limit).text,
        isfinite(limit.high) ? "." : ", so it is not known whether there is a limit at all.");
    add(told, "The limit of Amdahl's law", &tex, mf__buffer_text(&words));
    mf__text_done(told->story, &words);
}

static void say_gustafson(const struct told *told)
{
    const json_t *law = mf__look(told->laws, "amdahl");
    const json_t *list = mf__look(told->laws, "predicted_speedups");
    const json_t *at = NULL;
    for (size_t i = 0; at == NULL && i < json_array_size(list); i++)
        if (mf__look_count(json_array_get(list, i), "workers") == told->workers)
            at = json_array_get(list, i);
    struct mf__shown f = share_at(law, "serial_fraction");
    struct mf__shown rest =
        mf__show_fixed(1 - mf__told_interval(law, "serial_fraction").mid, DIGITS);
    struct mf__buffer tex = {0};
    if (!isfinite(mf__told_interval(at, "gustafson").mid))
        return;
    mf__buffer_print(&tex,
                     "S_{\\text{scaled}}(p) = \\frac{T_{\\text{serial}}}{T_1} \\cdot "
                     "(f + p \\cdot (1 - f)), S_{\\text{scaled}}(%llu) = ",
                     told->workers);
    put_base(told, "amdahl", &tex);
    mf__buffer_print(&tex, " \\cdot (%s + %llu \\cdot %s) \\approx %s", f.text, told->workers,
                     rest.text, factor_at(at, "gustafson").text);
    add(told, "Gustafson's law", &tex,
        "The speedup on a problem that grows with the workers, as long as its serial part does not "
        "grow with it.");
}

static void say_usl(const struct told *told)
{
    const json_t *at = prediction_of(told);
    const json_t *law = mf__look(told->laws, "usl");
    unsigned long long p = mf__look_count(at, "workers");
    struct mf__buffer tex = {0};
    if (law == NULL || !isfinite(mf__told_interval(at, "usl").mid))
        return;
    mf__buffer_print(&tex,
                     "S(p) = \\frac{T_{\\text{serial}}}{T_1} \\cdot \\frac{p}{1 + \\sigma \\cdot "
                     "(p - 1) + \\kappa \\cdot p \\cdot (p - 1)}, S(%llu) = ",
                     p);
    put_base(told, "usl", &tex);
    mf__buffer_print(&tex,
                     " \\cdot \\frac{%llu}{1 + %s \\cdot %llu + %s \\cdot %llu \\cdot %llu} "
                     "\\approx %s",
                     p, share_at(law, "sigma").text, p - 1,
                     mf__show_fixed(mf__told_interval(law, "kappa").mid, DIGITS + 2).text, p, p - 1,
                     factor_at(at, "usl").text);
    add(told, "Universal scalability law", &tex,
        "\xcf\x83 is contention, what workers queue for, and \xce\xba coherency, what they wait "
        "for until they agree with each other.");
}

void mf__compare_formulae(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *series = mf__told_telling(root);
    if (series == NULL)
        return;
    const struct told told = {story,
                              root,
                              series,
                              mf__told_laws(root, mf__look_text(series, "way")),
                              mf__look_count(series, "workers"),
                              mf__told_way(series)};
    mf__story_section(story, level, "formulae", "The formulae, with these numbers");
    mf__story_text(story, "The numbers are those of %s. They are shown rounded.",
                   mf__told_name(series).text);
    say_speedup(&told);
    say_efficiency(&told);
    say_karp_flatt(&told);
    if (told.laws == NULL) {
        mf__story_note(story, "No law is fitted to %s, so none has numbers to put in.", told.way);
        return;
    }
    /* Above 1 the fraction is no part of a whole, and the formulae would mean nothing. */
    if (mf__told_interval(told.laws, "amdahl.serial_fraction").mid > 1) {
        mf__story_note(story,
                       "More workers of %s made it slower, which no serial fraction explains, so "
                       "Amdahl's and Gustafson's laws have no numbers to put in.",
                       told.way);
    } else {
        say_amdahl(&told);
        say_limit(&told);
        say_gustafson(&told);
    }
    say_usl(&told);
}
