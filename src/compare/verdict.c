/* SPDX-License-Identifier: Apache-2.0 */
/* The answer, the winner, and how sure that is. */
#include "compare/verdict.h"

#include "base/status.h"
#include "compare/talk.h"
#include "stats/scaling.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SEEN 0.005 /* two decimals show a difference from 1 that is larger */

/* ---- the answer ---- */

static bool is_first_wrong_of_way(const struct mf__comparison *comparison, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (comparison->series[i].wrong && comparison->series[i].way == comparison->series[at].way)
            return false;
    return comparison->series[at].wrong;
}

static void say_answer(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (!is_first_wrong_of_way(comparison, i))
            continue;
        mf__talk_say(talk, "answer", "Wrong answer from %s: %s. %s", mf__talk_name(series).text,
                     series->wrong_why,
                     i == 0 ? "So nothing can be compared with it." : "The way gets no speedup.");
    }
    if (!comparison->wrong)
        mf__talk_say(talk, "answer", "%s the same answer in every run: %s.",
                     comparison->n_laws == 0 ? "The serial way gave"
                     : comparison->failed    ? "Every way gave, as far as it could be run,"
                                             : "Every way gave",
                     comparison->series[0].answer);
}

/* ---- the winner ---- */

/* A way that a launcher starts is compared without that, which is said where it stands first. */
static struct mf__shown full_name(const struct mf__series *series)
{
    struct mf__shown name = mf__talk_name(series);
    size_t length = strlen(name.text);
    if (series->launched)
        snprintf(name.text + length, sizeof name.text - length, ", once started");
    return name;
}

/* Why a difference between two series may not be claimed. */
struct open {
    const struct mf__series *first;
    const struct mf__series *second;
    const struct mf__interval *ratio;
    enum mf__verdict verdict;
    double p_adjusted;
};

static void say_no_winner(struct mf__talk *talk, const struct open *open)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer why = {0};
    struct mf__shown range = mf__talk_range(open->ratio);
    if (open->verdict == MF__VERDICT_UNKNOWN)
        mf__buffer_print(&why, "after %zu round%s nothing can be said of the difference",
                         comparison->n_rounds, mf__talk_plural(comparison->n_rounds));
    else if (open->verdict == MF__VERDICT_NO_DIFFERENCE)
        mf__buffer_print(&why, "the interval of their ratio, %s, holds 1", range.text);
    else if (open->verdict == MF__VERDICT_BY_CHANCE)
        mf__buffer_print(&why,
                         "the interval of their ratio is %s, but of %zu ratios looked at together "
                         "chance alone shows one such in up to %s of comparisons",
                         range.text, comparison->n_claims,
                         mf__show_percent(open->p_adjusted, 0).text);
    else
        mf__buffer_print(&why, "their medians and their ratio within the rounds, %s, disagree",
                         range.text);
    mf__talk_say(talk, "winner", "No winner between %s (%s) and %s (%s): %s.",
                 full_name(open->first).text, mf__talk_time(open->first).text,
                 full_name(open->second).text, mf__talk_time(open->second).text,
                 mf__buffer_text(&why));
    mf__talk_done(talk, &why);
}

/* The machine's own limit, beside a speedup that is claimed; a share of it only where it is known
 * well enough. */
static void say_beside_ceiling(struct mf__talk *talk, const struct mf__series *series,
                               struct mf__buffer *out)
{
    const struct mf__series *beside = mf__ceiling_of(talk->comparison, series);
    if (beside == NULL || !beside->scaled.known)
        return;
    mf__buffer_print(out, "; this machine's own ceiling with %u is %s (%s)", series->workers,
                     mf__talk_number(beside->scaled.mid).text,
                     mf__talk_range(&beside->scaled).text);
    if (mf__is_sure_ceiling(&beside->scaled))
        mf__buffer_print(
            out, ", of which that is %s",
            mf__show_percent(series->speedup.speedup.mid / beside->scaled.mid, 0).text);
    else
        mf__buffer_put(out, ", too unsure to say how much of it that is");
}

static void say_faster_than_serial(struct mf__talk *talk, const struct mf__series *series)
{
    const struct mf__interval *speedup = &series->speedup.speedup;
    struct mf__buffer beside = {0};
    say_beside_ceiling(talk, series, &beside);
    mf__talk_say(talk, "winner",
                 "%s: %s instead of %s, %s times as fast as the serial way (95 %% interval %s)%s.",
                 full_name(series).text, mf__talk_time(series).text,
                 mf__talk_time(&talk->comparison->series[0]).text, mf__talk_mid(speedup).text,
                 mf__talk_range(speedup).text, mf__buffer_text(&beside));
    mf__talk_done(talk, &beside);
}

static void say_serial_alone(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    const char *why = comparison->n_laws == 0 ? "nothing else was measured beside it"
                      : comparison->wrong     ? "no other way gave the same answer"
                                              : "no other way could be run to the end";
    mf__talk_say(talk, "winner", "The serial way takes %s; %s.",
                 mf__talk_time(&comparison->series[0]).text, why);
}

/* The fastest and the one after it, when the serial way is one of the two. */
static void say_with_serial(struct mf__talk *talk, const struct open *open)
{
    const struct mf__series *first = open->first;
    const struct mf__series *second = open->second;
    if (open->verdict != MF__VERDICT_FASTER)
        say_no_winner(talk, open);
    else if (first->role == MF__ROLE_BASE)
        mf__talk_say(talk, "winner",
                     "The serial way is fastest here: %s; %s, the next one, takes %s, %s times as "
                     "long (95 %% interval %s). Running in parallel does not pay at this size.",
                     mf__talk_time(first).text, full_name(second).text, mf__talk_time(second).text,
                     mf__talk_mid(open->ratio).text, mf__talk_range(open->ratio).text);
    else
        say_faster_than_serial(talk, first);
}

/* More workers than cores take no part in the choice, even where they were quicker. */
static void say_left_out(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    const struct mf__series *first = &comparison->series[comparison->fastest];
    double bound = first->role == MF__ROLE_BASE ? 1.0 : first->speedup.speedup.high;
    for (size_t i = 1; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role != MF__ROLE_STRONG || !series->compared || !series->oversubscribed ||
            series->verdict != MF__VERDICT_FASTER || series->speedup.speedup.low <= bound)
            continue;
        mf__talk_say(talk, "winner",
                     "%s took %s, which is less, but more workers than cores take no part in the "
                     "choice.",
                     full_name(series).text, mf__talk_time(series).text);
        return;
    }
}

static void say_winner(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    if (comparison->fastest == MF__NO_SERIES)
        return;
    if (comparison->runner_up == MF__NO_SERIES) {
        say_serial_alone(talk);
        return;
    }
    const struct mf__series *first = &comparison->series[comparison->fastest];
    const struct open lead = {first, &comparison->series[comparison->runner_up],
                              &comparison->lead.speedup, comparison->lead_verdict,
                              comparison->lead_p_adjusted};
    const struct open serial = {first, &comparison->series[0], &first->speedup.speedup,
                                first->verdict, first->p_adjusted};
    bool with_serial = comparison->fastest == 0 || comparison->runner_up == 0;
    say_with_serial(talk, with_serial ? &lead : &serial);
    if (!with_serial && lead.verdict == MF__VERDICT_FASTER)
        mf__talk_say(talk, "winner", "That is %s times as fast as %s (95 %% interval %s).",
                     mf__talk_mid(lead.ratio).text, full_name(lead.second).text,
                     mf__talk_range(lead.ratio).text);
    else if (!with_serial && first->verdict == MF__VERDICT_FASTER)
        say_no_winner(talk, &lead);
    say_left_out(talk);
}

/* ---- how sure ---- */

static bool has_speedups(const struct mf__comparison *comparison, bool oversubscribed)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role == MF__ROLE_STRONG && series->compared &&
            series->oversubscribed == oversubscribed)
            return true;
    }
    return false;
}

/* "every speedup with no more workers than cores", or "the least certain" one: what the widest
 * interval is the widest of. */
static const char *aims_of(const struct mf__comparison *comparison, bool all)
{
    bool within = has_speedups(comparison, false);
    bool beyond = has_speedups(comparison, true);
    if (!within && !beyond)
        return "the serial time";
    if (within && beyond)
        return all ? "every speedup with no more workers than cores"
                   : "the least certain speedup with no more workers than cores";
    return all ? "every speedup" : "the least certain speedup";
}

const char *mf__talk_cure(const struct mf__comparison *comparison)
{
    if (comparison->request.cure != NULL)
        return comparison->request.cure;
    return comparison->stop == MF__STOP_BUDGET ? "a longer --budget"
                                               : "more rounds (--runs, --max-runs)";
}

static void say_width(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    double wanted = comparison->request.half_width;
    size_t n = comparison->n_rounds;
    if (!isfinite(comparison->widest))
        mf__talk_say(talk, "sure", "No interval can be given after %zu round%s; it takes 6.", n,
                     mf__talk_plural(n));
    else if (comparison->widest <= wanted)
        mf__talk_say(talk, "sure", "Known to ±%s or better after %zu rounds: %s.",
                     mf__show_percent(comparison->widest, 1).text, n, aims_of(comparison, true));
    else
        mf__talk_say(talk, "sure",
                     "Not converged: after %zu rounds %s is known to ±%s only, ±%s was asked "
                     "for. A quieter machine or %s would help.",
                     n, aims_of(comparison, false), mf__show_percent(comparison->widest, 1).text,
                     mf__show_percent(wanted, 1).text, mf__talk_cure(comparison));
}

/* Whether both are seen to be different from 1 in what is shown, one above it and one below. */
static bool do_differ(double one, double other)
{
    return fabs(one - 1.0) > SEEN && fabs(other - 1.0) > SEEN && (one > 1.0) != (other > 1.0);
}

/* A speedup is a median of ratios, so medians of times beside it may seem to contradict it. */
static void say_directions(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer list = {0};
    for (size_t i = 1; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role != MF__ROLE_STRONG || !series->compared ||
            !do_differ(comparison->series[0].time.median / series->time.median,
                       series->speedup.speedup.mid))
            continue;
        mf__talk_next(&list, " and ");
        mf__buffer_print(&list, "%s", mf__talk_name(series).text);
    }
    if (list.length > 0)
        mf__talk_say(talk, "sure",
                     "The median time and the speedup of %s point in different directions. A "
                     "speedup is the median of the ratios within rounds, in which all ran under "
                     "the same conditions, and not the ratio of the medians: go by the speedup and "
                     "its interval.",
                     mf__buffer_text(&list));
    mf__talk_done(talk, &list);
}

static void say_sure(struct mf__talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t n = comparison->n_rounds;
    if (comparison->stop == MF__STOP_CANCELLED || comparison->stop == MF__STOP_FAILED)
        mf__talk_say(talk, "sure", "%s: this is what %zu complete round%s say%s.",
                     comparison->stop == MF__STOP_CANCELLED ? "Stopped early"
                                                            : "Stopped, as the serial way failed",
                     n, mf__talk_plural(n), n == 1 ? "s" : "");
    else
        say_width(talk);
    if (isfinite(comparison->widest) && n < comparison->needed_rounds && comparison->n_claims > 0)
        mf__talk_say(talk, "sure",
                     "With %zu ratios looked at together, a difference can be claimed from %zu "
                     "rounds on.",
                     comparison->n_claims, comparison->needed_rounds);
    say_directions(talk);
}

int mf__conclude(struct mf__comparison *comparison, mf_error *error)
{
    struct mf__talk talk = {comparison, error, 0};
    say_answer(&talk);
    say_winner(&talk);
    say_sure(&talk);
    mf__say_why(&talk);
    mf__say_workers(&talk);
    mf__say_launch(&talk);
    mf__say_evens(&talk);
    mf__say_warnings(&talk);
    mf__say_next(&talk);
    return talk.code;
}
