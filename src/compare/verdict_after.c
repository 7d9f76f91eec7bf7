/* SPDX-License-Identifier: Apache-2.0 */
/* The launch, the break-even, what makes a figure doubtful, and what to do next. */
#include "compare/talk.h"

#include <math.h>
#include <string.h>

#define USL_POINTS 4 /* worker counts that the universal scalability law takes */

/* ---- the break-even ---- */

static struct mf__shown size_at(const struct mf__even *even, size_t i)
{
    return mf__show_count(even->sizes[i].size, ',');
}

/* How many of the first sizes are slower in parallel for certain. */
static size_t count_slower(const struct mf__even *even)
{
    size_t n = 0;
    while (n < even->n && even->sizes[n].speedup.known && even->sizes[n].speedup.high < 1.0)
        n++;
    return n;
}

/* Where it pays nowhere for certain: as far as it is slower for certain, that is said. */
static void describe_nowhere(const struct mf__even *even, const char *size, struct mf__buffer *out)
{
    size_t slower = count_slower(even);
    struct mf__shown first = size_at(even, 0);
    struct mf__shown last = size_at(even, even->n - 1);
    if (slower == even->n)
        mf__buffer_print(out, "are slower at every %s tried, from %s to %s", size, first.text,
                         last.text);
    else if (slower == 0)
        mf__buffer_print(out, "are not certain to pay at any %s tried, from %s to %s", size,
                         first.text, last.text);
    else if (slower + 1 == even->n)
        mf__buffer_print(out,
                         "are slower up to %s = %s; at %s, the largest tried, it is not settled",
                         size, size_at(even, slower - 1).text, last.text);
    else
        mf__buffer_print(out,
                         "are slower up to %s = %s; from %s to %s, the largest tried, it is not "
                         "settled",
                         size, size_at(even, slower - 1).text, size_at(even, slower).text,
                         last.text);
}

static const char *describe_one(const struct mf__even *even)
{
    if (even->result.pays == MF__PAYS_EVERYWHERE)
        return "pay";
    return count_slower(even) == 1 ? "are slower" : "are not certain to pay";
}

/* What is found of one way, after "threads with 2 workers". */
static void describe_even(const struct mf__comparison *comparison, const struct mf__even *even,
                          struct mf__buffer *out)
{
    const char *size = comparison->request.job.kind->size_name;
    struct mf__shown first = size_at(even, 0);
    struct mf__shown last = size_at(even, even->n - 1);
    if (even->n == 1)
        mf__buffer_print(out, "%s at %s = %s; no other size was tried", describe_one(even), size,
                         first.text);
    else if (even->result.pays == MF__PAYS_FROM && even->result.from + 1 == even->n)
        mf__buffer_print(out, "pay at %s = %s, the largest tried, and not certainly at %s", size,
                         last.text, size_at(even, even->result.below).text);
    else if (even->result.pays == MF__PAYS_FROM)
        mf__buffer_print(out,
                         "pay from %s = %s on, at every size tried up to %s, and not certainly at "
                         "%s",
                         size, size_at(even, even->result.from).text, last.text,
                         size_at(even, even->result.below).text);
    else if (even->result.pays == MF__PAYS_EVERYWHERE)
        mf__buffer_print(out, "pay at every %s tried, from %s to %s", size, first.text, last.text);
    else if (even->result.pays == MF__PAYS_NOWHERE)
        describe_nowhere(even, size, out);
    else
        mf__buffer_print(out,
                         "pay at some %s, but not certainly at the largest tried, %s, so where "
                         "that begins is not settled",
                         size, last.text);
}

static bool is_told(const struct mf__comparison *comparison, const struct mf__even *even)
{
    return even->n > 0 && !mf__is_wrong_way(comparison, even->way);
}

static bool is_same_even(struct mf__talk *talk, const struct mf__even *one,
                         const struct mf__even *other)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer words = {0};
    struct mf__buffer others = {0};
    if (!is_told(comparison, one) || !is_told(comparison, other) || one->workers != other->workers)
        return false;
    describe_even(comparison, one, &words);
    describe_even(comparison, other, &others);
    bool same = strcmp(mf__buffer_text(&words), mf__buffer_text(&others)) == 0;
    mf__talk_done(talk, &words);
    mf__talk_done(talk, &others);
    return same;
}

/* One sentence for all ways of which the same is found, unless one before it had it. */
static void say_even(struct mf__talk *talk, size_t at)
{
    const struct mf__comparison *comparison = talk->comparison;
    const struct mf__even *even = &comparison->evens[at];
    struct mf__buffer ways = {0};
    struct mf__buffer words = {0};
    bool said = false;
    for (size_t i = 0; i < comparison->n_evens; i++) {
        if (!is_same_even(talk, even, &comparison->evens[i]))
            continue;
        said = said || i < at;
        mf__talk_next(&ways, " and ");
        mf__buffer_put(&ways, mf_way_name(comparison->evens[i].way));
    }
    if (ways.length > 0 && !said) {
        describe_even(comparison, even, &words);
        mf__talk_say(talk, "break-even", "%s with %u workers %s.", mf__talk_list(&ways),
                     even->workers, mf__buffer_text(&words));
    }
    mf__talk_done(talk, &ways);
    mf__talk_done(talk, &words);
}

/* The own size was measured anyway; the others have a part of the time, whatever the rest took. */
static void say_out_of_time(struct mf__talk *talk)
{
    const struct mf__even *even = &talk->comparison->evens[0];
    if (even->n < 2)
        mf__talk_say(talk, "break-even",
                     "Smaller sizes were not tried: they may take a sixth of --budget, which was "
                     "too little.");
    else
        mf__talk_say(talk, "break-even",
                     "Between %s and %s none was tried: the smaller ones may take a sixth of "
                     "--budget, and had.",
                     size_at(even, even->n - 2).text, size_at(even, even->n - 1).text);
}

void mf__say_evens(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    for (size_t i = 0; i < comparison->n_evens; i++)
        say_even(talk, i);
    if (comparison->even_end == MF__EVEN_BUDGET)
        say_out_of_time(talk);
    else if (comparison->even_end == MF__EVEN_CANCELLED)
        mf__talk_say(talk, "break-even", "Looking for it was stopped early.");
    else if (comparison->even_end == MF__EVEN_PROBLEM)
        mf__talk_say(talk, "break-even", "It could not be looked for to the end: %s.",
                     comparison->even_problem);
}

/* ---- the launch ---- */

/* The series of a launched way with the most workers that the cores hold, or the first of all. */
static const struct mf__series *launched_series(const struct mf__comparison *comparison)
{
    const struct mf__series *found = NULL;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->launched && series->role == MF__ROLE_STRONG &&
            (found == NULL || !series->oversubscribed))
            found = series;
    }
    return found;
}

/* What makes up for the launch, after "that took 0.61 s, which no time above has in it". */
static void add_launch_even(const struct mf__comparison *comparison,
                            const struct mf__series *series, struct mf__buffer *out)
{
    const struct mf__interval *even = &series->launch_even;
    double own_ns = comparison->series[0].time.median;
    if (!series->compared || !even->known)
        return;
    if (!isfinite(even->high)) {
        mf__buffer_put(out, " Its speedup is not certain to be above 1, so no work is known to be "
                            "long enough to make up for that.");
        return;
    }
    mf__buffer_print(out,
                     " At this speedup it pays only for work that takes the serial way more than "
                     "%s (90 %% interval %s to %s)",
                     mf__show_duration(even->mid, false).text,
                     mf__show_duration(even->low, false).text,
                     mf__show_duration(even->high, false).text);
    if (own_ns > even->high)
        mf__buffer_put(out, ", as this does.");
    else if (own_ns < even->low)
        mf__buffer_print(out, "; this takes %s.", mf__show_duration(own_ns, false).text);
    else
        mf__buffer_put(out, ".");
}

void mf__say_launch(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    const struct mf__series *series = launched_series(comparison);
    struct mf__buffer text = {0};
    if (series == NULL)
        return;
    const struct mf__interval *launch = &series->launch_interval;
    mf__buffer_print(&text, "starting %u rank%s of %s took %s", series->workers,
                     mf__talk_plural(series->workers), mf_way_name(series->way),
                     mf__show_duration(launch->mid, false).text);
    if (launch->known)
        mf__buffer_print(&text, " (95 %% interval %s to %s)",
                         mf__show_duration(launch->low, false).text,
                         mf__show_duration(launch->high, false).text);
    mf__buffer_put(&text, ", which is in none of its times and speedups.");
    add_launch_even(comparison, series, &text);
    mf__talk_say(talk, "start-up", "%s", mf__buffer_text(&text));
    mf__talk_done(talk, &text);
}

/* ---- warnings ---- */

static bool is_above_ceiling(const struct mf__series *series)
{
    return series->above_ceiling;
}

static bool is_above_workers(const struct mf__series *series)
{
    return series->above_workers && !series->above_ceiling;
}

static bool is_better_serial(const struct mf__series *series)
{
    return series->role == MF__ROLE_STRONG && series->compared && series->workers == 1 &&
           series->verdict == MF__VERDICT_FASTER;
}

/* What a series can be warned of, and the sentence behind the names of all that it applies to. */
static const struct {
    bool (*applies)(const struct mf__series *series);
    const char *before;
    const char *behind;
} alarms[] = {
    {is_above_ceiling, "Above what the machine itself can give: ",
     ". That is an error of measuring, or work that is not the same; do not quote it."},
    {is_above_workers, "A speedup above the number of workers: ",
     ". Caches that hold the smaller parts can do that, and so can an error of measuring."},
    {is_better_serial, "The serial way is not the best serial program here: it is slower than ",
     ". Speedups are still against the serial way."},
};

static void name_all(const struct mf__comparison *comparison,
                     bool (*applies)(const struct mf__series *series), struct mf__buffer *list)
{
    for (size_t i = 1; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        bool weak = series->role == MF__ROLE_WEAK;
        if (!applies(series))
            continue;
        mf__talk_next(list, ", ");
        mf__buffer_print(list, "%s (%s%s)", mf__talk_name(series).text, weak ? "scaled, " : "",
                         mf__talk_range(weak ? &series->scaled : &series->speedup.speedup).text);
    }
}

static void say_alarms(struct mf__talk *talk)
{
    for (size_t k = 0; k < sizeof alarms / sizeof alarms[0]; k++) {
        struct mf__buffer list = {0};
        name_all(talk->comparison, alarms[k].applies, &list);
        if (list.length > 0)
            mf__talk_say(talk, "warning", "%s%s%s", alarms[k].before, mf__buffer_text(&list),
                         alarms[k].behind);
        mf__talk_done(talk, &list);
    }
}

static void say_failed(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->failed)
            mf__talk_say(talk, "warning", "%s%s failed after %zu round%s: %s.",
                         series->role == MF__ROLE_WEAK ? "Weak scaling: " : "",
                         mf__talk_name(series).text, series->n_samples,
                         mf__talk_plural(series->n_samples), series->failed_why);
    }
}

static void say_starved(struct mf__talk *talk)
{
    const struct mf__series *ceiling = mf__starved(talk->comparison);
    if (ceiling != NULL)
        mf__talk_say(talk, "warning",
                     "%u independent copies of the serial work reach only %s here (95 %% interval "
                     "%s): just now this machine does not give them a core each. What is measured "
                     "tells of that, and little of the ways; try again when it is quiet.",
                     ceiling->workers, mf__talk_number(ceiling->scaled.mid).text,
                     mf__talk_range(&ceiling->scaled).text);
}

void mf__say_warnings(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t outliers = 0;
    size_t samples = 0;
    say_failed(talk);
    say_starved(talk);
    say_alarms(talk);
    for (size_t i = 0; i < comparison->n_series; i++) {
        outliers += comparison->series[i].time.outliers;
        samples += comparison->series[i].n_samples;
    }
    if (outliers * 10 > samples)
        mf__talk_say(talk, "warning",
                     "%zu of %zu samples are outliers: something else may have used this machine "
                     "meanwhile. They are kept.",
                     outliers, samples);
}

/* ---- what to do next ---- */

/* Fewer worker counts than the USL takes, though there are cores for more. */
static void say_more_counts(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t most = 0;
    for (size_t i = 0; i < comparison->n_laws; i++)
        if (comparison->laws[i].n_points > most)
            most = comparison->laws[i].n_points;
    if (most > 0 && most < USL_POINTS && comparison->request.cores >= USL_POINTS)
        mf__talk_say(talk, "next",
                     "--workers 1,2,3,4, or more counts, would let a law with contention (USL) be "
                     "fitted.");
}

static void say_weak_next(struct mf__talk *talk)
{
    const struct mf__comparison_request *request = &talk->comparison->request;
    bool grows = request->workers[request->n_workers - 1] > 1;
    if (talk->comparison->n_laws == 0 || request->job.kind->size_name == NULL)
        return;
    if (!request->weak)
        mf__talk_say(talk, "next", "Try --weak: what if the problem grows with the workers?");
    else if (!grows)
        mf__talk_say(talk, "next", "Weak scaling takes more than one worker: add to --workers.");
}

void mf__say_next(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    if (comparison->wrong)
        mf__talk_say(talk, "next",
                     "Mend the wrong answer first: a speedup of a wrong answer is worth nothing.");
    if (comparison->n_laws == 0)
        mf__talk_say(talk, "next", "Add --with threads,processes to see what more workers do%s.",
                     comparison->request.weak ? ", and for weak scaling" : "");
    say_more_counts(talk);
    say_weak_next(talk);
}
