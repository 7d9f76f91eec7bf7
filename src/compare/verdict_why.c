/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why it is as it is, and how many workers to use. What several ways have in common is one
 * sentence, with a part for each way; and what is said of a law follows from where the whole
 * interval of its figure lies, not from the figure.
 */
#include "compare/talk.h"

#include <math.h>
#include <string.h>

#define WORTH_IT 1.1 /* a speedup that is below this for sure is not worth looking again */

#define LOST_TO_TELL 0.02 /* a share of the time below this is not worth a word */

/* Workers that computed for so much of the time, and had a core for less than so much of that. */
#define COMPUTING   0.75
#define WITH_A_CORE 0.85

/* ---- where the time went ---- */

/* The fastest series if it has workers to speak of, else the best one that has. */
static const struct mf__series *telling_series(const struct mf__comparison *comparison)
{
    const struct mf__series *best = NULL;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (mf__is_point(series, series->way) && series->workers > 1 &&
            (best == NULL || series->time.median < best->time.median))
            best = series;
    }
    return best;
}

/* For which share of the time each worker had a core, all samples together; NaN: not known. */
static double core_share(const struct mf__series *series)
{
    double cpu_ns = 0;
    double worker_ns = 0;
    for (size_t i = 0; i < series->n_samples; i++) {
        const struct mf__sample *sample = &series->samples[i];
        cpu_ns += (double)sample->cpu_ns;
        worker_ns += sample->ns * (double)sample->repeats * series->workers;
    }
    return cpu_ns > 0 ? cpu_ns / worker_ns : (double)NAN;
}

/* Adds that the workers had no core each. Computing is by the clock, so it goes on while a worker
 * waits for a core that others use. */
static void add_cores(const struct mf__series *series, struct mf__buffer *out)
{
    double share = core_share(series);
    if (series->shares.compute >= COMPUTING && share < WITH_A_CORE * series->shares.compute)
        mf__buffer_print(out,
                         " But its workers had a core for only %s of the time: something else used "
                         "the cores, or they took turns on one.",
                         mf__show_percent(share, 0).text);
}

static void say_shares(struct mf__talk *talk)
{
    const struct mf__series *series = telling_series(talk->comparison);
    if (series == NULL)
        return;
    const struct mf__shares *shares = &series->shares;
    const struct {
        double share;
        const char *what;
    } parts[] = {{shares->startup, "starting workers"},
                 {shares->combine, "combining results"},
                 {shares->wait, "waiting"}};
    struct mf__buffer lost = {0};
    struct mf__buffer cores = {0};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].share >= LOST_TO_TELL)
            mf__buffer_print(&lost, ", %s %s", mf__show_percent(parts[i].share, 0).text,
                             parts[i].what);
    add_cores(series, &cores);
    mf__talk_say(talk, "why", "Time of %s: %s computing%s.%s", mf__talk_name(series).text,
                 mf__show_percent(shares->compute, 0).text, mf__buffer_text(&lost),
                 mf__buffer_text(&cores));
    mf__talk_done(talk, &lost);
    mf__talk_done(talk, &cores);
}

/* ---- laws ---- */

/* Whether workers get in each other's way for sure, so that Amdahl's law is not the one to quote.
 */
static bool has_coherency(const struct mf__way_laws *laws)
{
    const struct mf__interval *kappa = &laws->bands.of[MF__BAND_KAPPA];
    return laws->fitted && laws->bands.usl.fit != MF__FIT_TOO_FEW && kappa->known &&
           kappa->low > 0.0 && isfinite(laws->bands.of[MF__BAND_PEAK].mid);
}

/* One for all ways whose fraction lies in the same range. */
struct group {
    enum mf__fraction range;
    struct mf__buffer ways;   /* "threads (2.58 %, 95 % interval 2.11 % to 3.47 %) and ..." */
    struct mf__buffer limits; /* "38.76 (28.80 to 47.39) and ..." */
    struct mf__buffer least;  /* "150.20 and 143.00": below the limits of all of them */
    bool endless;             /* one of the limits is above no number at all */
};

static void add_to_group(struct group *group, const struct mf__way_laws *laws)
{
    const struct mf__interval *fraction = &laws->bands.of[MF__BAND_FRACTION];
    const struct mf__interval *limit = &laws->bands.of[MF__BAND_LIMIT];
    bool first = group->ways.length == 0;
    mf__talk_next(&group->ways, " and ");
    mf__talk_next(&group->limits, " and ");
    mf__talk_next(&group->least, " and ");
    mf__buffer_print(&group->ways, "%s (%s, %s%s)", mf_way_name(laws->way),
                     isfinite(fraction->mid) ? mf__show_percent(fraction->mid, 2).text
                                             : "without limit",
                     first ? "95 % interval " : "", mf__talk_percents(fraction).text);
    mf__buffer_print(&group->limits, "%s (%s)", mf__talk_number(limit->mid).text,
                     mf__talk_range(limit).text);
    mf__buffer_put(&group->least, mf__talk_number(limit->low).text);
    group->endless = group->endless || !isfinite(limit->low);
}

static void say_group(struct mf__talk *talk, struct group *group)
{
    const char *ways = mf__talk_list(&group->ways);
    switch (group->range) {
    case MF__FRACTION_BETWEEN:
        mf__talk_say(talk, "why",
                     "Amdahl: the serial fraction of %s would allow a speedup of %s at most.", ways,
                     mf__talk_list(&group->limits));
        break;
    case MF__FRACTION_HOLDS_0:
        mf__talk_say(talk, "why",
                     "Amdahl: the serial fraction of %s is not told apart from 0, so no limit can "
                     "be named%s%s.",
                     ways, group->endless ? "" : "; it is above ",
                     group->endless ? "" : mf__talk_list(&group->least));
        break;
    case MF__FRACTION_HOLDS_1:
        mf__talk_say(talk, "why",
                     "Amdahl: the serial fraction of %s is not told apart from 100 %%: more "
                     "workers neither helped nor hurt measurably.",
                     ways);
        break;
    case MF__FRACTION_ANY:
        mf__talk_say(talk, "why",
                     "Amdahl: the serial fraction of %s could be anything; more rounds would tell.",
                     ways);
        break;
    case MF__FRACTION_NEGATIVE:
        mf__talk_say(talk, "why",
                     "Amdahl: the serial fraction of %s is negative: quicker than the number of "
                     "workers explains. Caches, a changing clock frequency or noise can do that; "
                     "the law sets no limit.",
                     ways);
        break;
    case MF__FRACTION_ABOVE_ONE:
        mf__talk_say(talk, "why",
                     "Amdahl: more workers made it slower, which no serial fraction explains, that "
                     "of %s being above 100 %%: what they cost, or get in each other's way, "
                     "outweighs what they do.",
                     ways);
        break;
    case MF__FRACTION_UNKNOWN:
        break;
    }
}

static void say_amdahl(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    bool unchecked = false;
    for (int range = MF__FRACTION_UNKNOWN + 1; range <= MF__FRACTION_ANY; range++) {
        struct group group = {.range = (enum mf__fraction)range};
        for (size_t i = 0; i < comparison->n_laws; i++) {
            const struct mf__way_laws *laws = &comparison->laws[i];
            if (!laws->fitted || has_coherency(laws) ||
                mf__fraction_range(&laws->bands.of[MF__BAND_FRACTION]) != group.range)
                continue;
            add_to_group(&group, laws);
            unchecked = unchecked || laws->bands.amdahl.fit == MF__FIT_EXACT;
        }
        if (group.ways.length > 0)
            say_group(talk, &group);
        mf__talk_done(talk, &group.ways);
        mf__talk_done(talk, &group.limits);
        mf__talk_done(talk, &group.least);
    }
    if (unchecked)
        mf__talk_say(talk, "why",
                     "With two worker counts the law fits exactly, so nothing checks it.");
}

static void say_usl(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer list = {0};
    for (size_t i = 0; i < comparison->n_laws; i++) {
        const struct mf__way_laws *laws = &comparison->laws[i];
        const struct mf__interval *of = laws->bands.of;
        if (!has_coherency(laws))
            continue;
        mf__buffer_print(&list, "%s%s peaks at %s (%s%s) with %s workers (%s to %s)",
                         list.length > 0 ? ", that of " : "", mf_way_name(laws->way),
                         mf__talk_number(of[MF__BAND_PEAK_SPEEDUP].mid).text,
                         list.length > 0 ? "" : "95 % interval ",
                         mf__talk_range(&of[MF__BAND_PEAK_SPEEDUP]).text,
                         mf__show_fixed(of[MF__BAND_PEAK].mid, 0).text,
                         mf__show_fixed(of[MF__BAND_PEAK].low, 0).text,
                         mf__show_fixed(of[MF__BAND_PEAK].high, 0).text);
    }
    if (list.length > 0)
        mf__talk_say(talk, "why",
                     "USL: workers get in each other's way, so the speedup of %s; Amdahl's limit "
                     "is out of reach.",
                     mf__buffer_text(&list));
    mf__talk_done(talk, &list);
}

/* The largest weak series of each way that the cores can hold. */
static const struct mf__series *largest_weak(const struct mf__comparison *comparison,
                                             const mf_way *way)
{
    const struct mf__series *largest = NULL;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role == MF__ROLE_WEAK && series->way == way && series->compared &&
            !series->oversubscribed && series->scaled.known)
            largest = series;
    }
    return largest;
}

static void say_weak(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer list = {0};
    for (size_t i = 0; i < comparison->n_laws; i++) {
        const struct mf__series *series = largest_weak(comparison, comparison->laws[i].way);
        if (series == NULL)
            continue;
        bool first = list.length == 0;
        mf__talk_next(&list, ", ");
        mf__buffer_print(&list, "%s reach %s (%s%s)", mf__talk_name(series).text,
                         mf__talk_number(series->scaled.mid).text, first ? "95 % interval " : "",
                         mf__talk_range(&series->scaled).text);
    }
    if (list.length > 0)
        mf__talk_say(talk, "why", "Scaled speedup, with as many times the work as workers: %s.",
                     mf__buffer_text(&list));
    mf__talk_done(talk, &list);
}

void mf__say_why(struct mf__talk *talk)
{
    say_shares(talk);
    if (mf__starved(talk->comparison) == NULL) {
        say_amdahl(talk);
        say_usl(talk);
    }
    say_weak(talk);
}

/* ---- how many workers ---- */

static bool does_pay(const struct mf__comparison *comparison, const struct mf__way_laws *laws)
{
    const struct mf__series *series = &comparison->series[laws->recommended_series];
    return laws->recommended && series->workers > 1 && series->verdict == MF__VERDICT_FASTER;
}

/* The worker count with the smallest median; it may not be the recommended one. */
static unsigned best_count(const struct mf__comparison *comparison, const struct mf__way_laws *laws)
{
    size_t column = 0;
    for (size_t i = 0; i < comparison->n_series; i++)
        if (mf__is_point(&comparison->series[i], laws->way) &&
            column++ == laws->recommendation.best)
            return comparison->series[i].workers;
    return 0;
}

/* What to do with one way, after "With threads, ". Nothing where that is said elsewhere. */
static void advise(const struct mf__comparison *comparison, const struct mf__way_laws *laws,
                   struct mf__buffer *out)
{
    if (!laws->fitted) {
        if (laws->n_points == 1)
            mf__buffer_put(
                out,
                "no worker count can be advised, as only one could be compared within the cores");
        return;
    }
    if (!laws->recommended) {
        mf__buffer_print(
            out, "how many workers to use is not known after %zu round%s; it takes %zu",
            comparison->n_rounds, mf__talk_plural(comparison->n_rounds), comparison->needed_rounds);
        return;
    }
    unsigned best = best_count(comparison, laws);
    if (does_pay(comparison, laws))
        mf__buffer_print(out, "use %u workers",
                         comparison->series[laws->recommended_series].workers);
    else
        mf__buffer_put(out, "no worker count is known to be worth more than the serial way");
    if (laws->recommendation.fewer == MF__FEWER_EQUAL)
        mf__buffer_print(out, ": %u are not measurably faster", best);
    else if (laws->recommendation.fewer == MF__FEWER_MARGIN)
        mf__buffer_print(out, ": %u are faster by no more than 2 %%", best);
}

static bool is_same_advice(struct mf__talk *talk, size_t a, size_t b)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer one = {0};
    struct mf__buffer other = {0};
    advise(comparison, &comparison->laws[a], &one);
    advise(comparison, &comparison->laws[b], &other);
    bool same = strcmp(mf__buffer_text(&one), mf__buffer_text(&other)) == 0;
    mf__talk_done(talk, &one);
    mf__talk_done(talk, &other);
    return same;
}

/* One sentence for all ways that get the advice of the one at `at`, unless one before it had it. */
static void say_advice(struct mf__talk *talk, size_t at)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer advice = {0};
    struct mf__buffer ways = {0};
    bool said = false;
    advise(comparison, &comparison->laws[at], &advice);
    for (size_t i = 0; i < comparison->n_laws; i++) {
        if (!is_same_advice(talk, at, i))
            continue;
        said = said || i < at;
        mf__talk_next(&ways, " and ");
        mf__buffer_put(&ways, mf_way_name(comparison->laws[i].way));
    }
    if (advice.length > 0 && !said)
        mf__talk_say(talk, "workers", "With %s, %s.", mf__talk_list(&ways),
                     mf__buffer_text(&advice));
    mf__talk_done(talk, &advice);
    mf__talk_done(talk, &ways);
}

/* Whether the interval is known and 1 lies in it: then nothing is settled by it. */
static bool is_open(const struct mf__interval *interval)
{
    return interval->known && mf__interval_holds(interval, 1.0);
}

static bool has_open_ceiling(const struct mf__comparison *comparison,
                             const struct mf__series *series)
{
    const struct mf__series *ceiling = mf__ceiling_of(comparison, series);
    return ceiling != NULL && is_open(&ceiling->scaled);
}

/*
 * Whether a series that is not known to pay may do so all the same. The middle of an interval that
 * holds 1 says little, so its upper end decides: it is worth the trouble, or, where not even the
 * machine's ceiling is told from 1, nothing of the ways was seen.
 */
static bool may_pay(const struct mf__comparison *comparison, const struct mf__series *series)
{
    const struct mf__interval *speedup = &series->speedup.speedup;
    if (!mf__is_point(series, series->way) || series->workers < 2 || !speedup->known)
        return false;
    return speedup->high > WORTH_IT || (is_open(speedup) && has_open_ceiling(comparison, series));
}

/* The quickest of those, by the time that the headline goes by; NULL when there is none. */
static const struct mf__series *find_promising(const struct mf__comparison *comparison)
{
    const struct mf__series *best = NULL;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (may_pay(comparison, series) &&
            (best == NULL || series->time.median < best->time.median))
            best = series;
    }
    return best;
}

/* Adds that the machine's ceiling is as unsettled. */
static void add_open_ceiling(const struct mf__comparison *comparison,
                             const struct mf__series *series, struct mf__buffer *out)
{
    if (!has_open_ceiling(comparison, series))
        return;
    const struct mf__interval *ceiling = &mf__ceiling_of(comparison, series)->scaled;
    mf__buffer_print(out,
                     " Nor is it settled whether this machine could do better than one worker "
                     "just now: its ceiling with %u is %s (%s).",
                     series->workers, mf__talk_mid(ceiling).text, mf__talk_range(ceiling).text);
}

static void say_not_settled(struct mf__talk *talk, const struct mf__series *promising)
{
    const struct mf__interval *speedup = &promising->speedup.speedup;
    struct mf__buffer ceiling = {0};
    add_open_ceiling(talk->comparison, promising, &ceiling);
    mf__talk_say(talk, "workers",
                 "Not settled: for %s, anything from %s times as fast as the serial way fits what "
                 "was measured (95 %% interval)%s.%s If you must choose now, use the serial way; a "
                 "quieter machine, a larger problem or %s would settle it.",
                 mf__talk_name(promising).text, mf__talk_range(speedup).text,
                 speedup->low > 1.0 ? ", and so does chance, among so many ratios" : "",
                 mf__buffer_text(&ceiling), mf__talk_cure(talk->comparison));
    mf__talk_done(talk, &ceiling);
}

void mf__say_workers(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t advised = 0;
    size_t paying = 0;
    for (size_t i = 0; i < comparison->n_laws; i++) {
        advised += comparison->laws[i].recommended;
        paying += does_pay(comparison, &comparison->laws[i]);
    }
    bool none_pays = advised > 0 && paying == 0;
    const struct mf__series *promising = none_pays ? find_promising(comparison) : NULL;
    if (promising != NULL) {
        say_not_settled(talk, promising);
        return;
    }
    if (none_pays)
        mf__talk_say(talk, "workers", "Use the serial way.");
    for (size_t i = 0; i < comparison->n_laws; i++)
        say_advice(talk, i);
}
