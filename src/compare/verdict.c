/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/verdict.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "stats/scaling.h"

#include <math.h>
#include <stdio.h>

#define MOST_SENTENCES 64
#define LOST_TO_TELL   0.02 /* a share of the time below this is not worth a word */

struct talk {
    struct mf__comparison *comparison;
    mf_error *error;
    int code;
};

MF_PRINTF(3, 4)
static void say(struct talk *talk, const char *topic, const char *format, ...)
{
    struct mf__comparison *comparison = talk->comparison;
    if (talk->code != 0 || comparison->n_sentences == MOST_SENTENCES)
        return;
    struct mf__buffer text = {0};
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(&text, format, args);
    va_end(args);
    char *kept = text.failed ? NULL : mf__copy_text(mf__buffer_text(&text));
    mf__buffer_done(&text);
    if (kept == NULL) {
        talk->code = mf__fail_memory(talk->error, 1, "a sentence");
        return;
    }
    comparison->sentences[comparison->n_sentences++] = (struct mf__sentence){topic, kept};
}

/* "threads with 2 workers", "the serial way" */
struct name {
    char text[64];
};

static struct name name_of(const struct mf__series *series)
{
    struct name name;
    if (series->role == MF__ROLE_BASE)
        snprintf(name.text, sizeof name.text, "the serial way");
    else
        snprintf(name.text, sizeof name.text, "%s with %u worker%s", mf__series_name(series),
                 series->workers, series->workers == 1 ? "" : "s");
    return name;
}

static struct mf__shown time_of(const struct mf__series *series)
{
    return mf__show_duration(series->time.median, true);
}

static struct mf__shown number(double value)
{
    return mf__show_fixed(value, 2);
}

static bool holds_one(const struct mf__interval *interval)
{
    return mf__interval_holds(interval, 1.0);
}

/* ---- the answer ---- */

static void say_answer(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t n_answers = 0;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        n_answers += series->answered && series->size == comparison->request.job.size;
        if (series->wrong)
            say(talk, "answer", "Wrong answer from %s: %s. It gets no speedup.",
                name_of(series).text, series->wrong_why);
    }
    if (!comparison->wrong)
        say(talk, "answer", "Every way gave the same answer in every run: %s.",
            n_answers > 0 ? comparison->series[0].answer : "none");
}

/* ---- the winner ---- */

static void say_against_serial(struct talk *talk, const struct mf__series *series)
{
    const struct mf__interval *speedup = &series->speedup.speedup;
    const struct mf__series *base = &talk->comparison->series[0];
    if (!speedup->known)
        say(talk, "winner",
            "%s took %s, the serial way %s; with so few rounds nothing can be said of the "
            "difference.",
            name_of(series).text, time_of(series).text, time_of(base).text);
    else if (holds_one(speedup))
        say(talk, "winner",
            "No winner between %s (%s) and the serial way (%s): the interval of their ratio, %s "
            "to %s, holds 1.",
            name_of(series).text, time_of(series).text, time_of(base).text,
            number(speedup->low).text, number(speedup->high).text);
    else
        say(talk, "winner",
            "%s: %s instead of %s, %s times as fast as the serial way (95 %% interval %s to %s).",
            name_of(series).text, time_of(series).text, time_of(base).text,
            number(speedup->mid).text, number(speedup->low).text, number(speedup->high).text);
}

static void say_against_runner_up(struct talk *talk, const struct mf__series *first,
                                  const struct mf__series *second)
{
    const struct mf__interval *lead = &talk->comparison->lead.speedup;
    if (second->role == MF__ROLE_BASE)
        return;
    if (!lead->known || holds_one(lead))
        say(talk, "winner",
            "Between %s and %s no winner can be named: the ratio of their times, %s, is not told "
            "apart from 1.",
            name_of(first).text, name_of(second).text, number(lead->mid).text);
    else
        say(talk, "winner", "That is %s times as fast as %s (95 %% interval %s to %s).",
            mf__show_fixed(lead->mid, 3).text, name_of(second).text,
            mf__show_fixed(lead->low, 3).text, mf__show_fixed(lead->high, 3).text);
}

static void say_serial_wins(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    const struct mf__series *base = &comparison->series[0];
    if (comparison->runner_up == MF__NO_SERIES) {
        say(talk, "winner", "The serial way takes %s; nothing else was measured beside it.",
            time_of(base).text);
        return;
    }
    const struct mf__series *second = &comparison->series[comparison->runner_up];
    const struct mf__interval *lead = &comparison->lead.speedup;
    if (!lead->known || holds_one(lead))
        say_against_serial(talk, second);
    else
        say(talk, "winner",
            "The serial way is fastest here: %s; %s, the next one, takes %s, %s times as long (95 "
            "%% interval %s to %s). Running in parallel does not pay at this size.",
            time_of(base).text, name_of(second).text, time_of(second).text, number(lead->mid).text,
            number(lead->low).text, number(lead->high).text);
}

static void say_winner(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    if (comparison->fastest == MF__NO_SERIES || comparison->series[0].wrong)
        return;
    const struct mf__series *first = &comparison->series[comparison->fastest];
    if (first->role == MF__ROLE_BASE) {
        say_serial_wins(talk);
        return;
    }
    say_against_serial(talk, first);
    if (comparison->runner_up != MF__NO_SERIES)
        say_against_runner_up(talk, first, &comparison->series[comparison->runner_up]);
}

static void say_sure(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    double wanted = comparison->request.half_width;
    struct mf__shown widest = mf__show_percent(comparison->widest, 1);
    if (comparison->stop == MF__STOP_CANCELLED)
        say(talk, "sure", "Stopped early: this is what %zu complete rounds say.",
            comparison->n_rounds);
    else if (comparison->stop == MF__STOP_PRECISE)
        say(talk, "sure", "All speedups are known to +-%s or better after %zu rounds.", widest.text,
            comparison->n_rounds);
    else if (isfinite(comparison->widest))
        say(talk, "sure",
            "Not converged: after %zu rounds the widest speedup is known to +-%s only, +-%s was "
            "asked for. A longer --budget or a quieter machine would help.",
            comparison->n_rounds, widest.text, mf__show_percent(wanted, 1).text);
    else
        say(talk, "sure", "No interval can be given after %zu rounds; 6 is the least for 95 %%.",
            comparison->n_rounds);
}

/* ---- why ---- */

static void say_ceiling(struct talk *talk, const struct mf__series *series, bool first)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t k = mf__comparison_find(comparison, MF__ROLE_CEILING, NULL, series->workers);
    if (k == MF__NO_SERIES || !comparison->series[k].scaled.known || !series->compared)
        return;
    const struct mf__interval *ceiling = &comparison->series[k].scaled;
    if (first)
        say(talk, "ceiling",
            "%u independent copies of the serial work, side by side, reach %s here (95 %% interval "
            "%s to %s): that is this machine's own ceiling.",
            series->workers, number(ceiling->mid).text, number(ceiling->low).text,
            number(ceiling->high).text);
    say(talk, "ceiling", "%s reach %s of it.", name_of(series).text,
        mf__show_percent(series->speedup.speedup.mid / ceiling->mid, 0).text);
}

static void say_shares(struct talk *talk, const struct mf__series *series)
{
    const struct mf__shares *shares = &series->shares;
    struct mf__buffer lost = {0};
    const struct {
        double share;
        const char *into;
    } parts[] = {{shares->startup, "starting workers"},
                 {shares->combine, "combining results"},
                 {shares->wait, "waiting"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].share >= LOST_TO_TELL)
            mf__buffer_print(&lost, ", %s into %s", mf__show_percent(parts[i].share, 0).text,
                             parts[i].into);
    say(talk, "why", "With %s, %s of the workers' time went into computing%s.",
        name_of(series).text, mf__show_percent(shares->compute, 0).text, mf__buffer_text(&lost));
    mf__buffer_done(&lost);
}

static void say_fraction(struct talk *talk, const struct mf__way_laws *laws)
{
    const struct mf__amdahl *amdahl = &laws->bands.amdahl;
    const struct mf__interval *fraction = &laws->bands.of[MF__BAND_FRACTION];
    const char *way = mf_way_name(laws->way);
    const char *unchecked =
        amdahl->fit == MF__FIT_EXACT ? " Two worker counts fix it, so nothing checks the law." : "";
    if (amdahl->range == MF__FRACTION_NEGATIVE)
        say(talk, "why",
            "Amdahl: the serial fraction fitted for %s is below zero (%s): the times show no "
            "serial "
            "part, so the law sets no limit.%s",
            way, mf__show_percent(amdahl->fraction, 2).text, unchecked);
    else if (amdahl->range == MF__FRACTION_ABOVE_ONE)
        say(talk, "why",
            "Amdahl: more workers made %s slower, which no serial fraction explains; what they "
            "cost, or get in each other's way, outweighs what they do.",
            way);
    else if (fraction->known && !isfinite(laws->bands.of[MF__BAND_LIMIT].mid))
        say(talk, "why", "Amdahl: the times of %s show no serial part, so the law sets no limit.%s",
            way, unchecked);
    else if (fraction->known)
        say(talk, "why",
            "Amdahl: the serial fraction of %s is %s (95 %% interval %s to %s), which would allow "
            "a "
            "speedup of %s at most.%s",
            way, mf__show_percent(fraction->mid, 2).text, mf__show_percent(fraction->low, 2).text,
            mf__show_percent(fraction->high, 2).text,
            number(laws->bands.of[MF__BAND_LIMIT].mid).text, unchecked);
}

static void say_weak(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role != MF__ROLE_WEAK || !series->compared || !series->scaled.known)
            continue;
        say(talk, "why",
            "Gustafson: with %u times the work, %s reach a scaled speedup of %s (95 %% interval %s "
            "to %s).",
            series->workers, name_of(series).text, number(series->scaled.mid).text,
            number(series->scaled.low).text, number(series->scaled.high).text);
    }
}

static void say_why(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    unsigned told = 0; /* the worker count whose ceiling was told last */
    for (size_t i = 0; i < comparison->n_laws; i++) {
        const struct mf__way_laws *laws = &comparison->laws[i];
        if (!laws->recommended)
            continue;
        const struct mf__series *series = &comparison->series[laws->recommended_series];
        if (series->workers > 1) {
            say_ceiling(talk, series, series->workers != told);
            say_shares(talk, series);
            told = series->workers;
        }
        say_fraction(talk, laws);
    }
    say_weak(talk);
}

/* ---- how many workers, how large ---- */

static void say_workers(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    for (size_t i = 0; i < comparison->n_laws; i++) {
        const struct mf__way_laws *laws = &comparison->laws[i];
        if (!laws->recommended)
            continue;
        const struct mf__series *series = &comparison->series[laws->recommended_series];
        bool fewer = laws->recommendation.column != laws->recommendation.best;
        say(talk, "workers", "With %s, use %u worker%s%s.", mf_way_name(laws->way), series->workers,
            series->workers == 1 ? "" : "s", fewer ? ": more are not measurably faster" : "");
    }
}

static void say_even(struct talk *talk, const struct mf__even *even)
{
    const char *size = talk->comparison->request.job.kind->size_name;
    const char *way = mf_way_name(even->way);
    switch (even->result.pays) {
    case MF__PAYS_FROM:
        say(talk, "break-even",
            "%s with %u workers pay from about %s = %s on; up to %s they do not.", way,
            even->workers, size, mf__show_count(even->sizes[even->result.from], ',').text,
            mf__show_count(even->sizes[even->result.below], ',').text);
        break;
    case MF__PAYS_EVERYWHERE:
        say(talk, "break-even", "%s with %u workers pay at every %s from %s on.", way,
            even->workers, size, mf__show_count(even->sizes[0], ',').text);
        break;
    case MF__PAYS_NOWHERE:
        if (even->n > 0)
            say(talk, "break-even", "%s with %u workers pay at no %s up to %s.", way, even->workers,
                size, mf__show_count(even->sizes[even->n - 1], ',').text);
        break;
    case MF__PAYS_UNSETTLED:
        say(talk, "break-even",
            "Where %s with %u workers begin to pay could not be settled up to %s = %s.", way,
            even->workers, size, mf__show_count(even->sizes[even->n - 1], ',').text);
        break;
    }
}

/* ---- warnings, and what to do next ---- */

static void warn_of_series(struct talk *talk, const struct mf__series *series)
{
    if (series->above_ceiling)
        say(talk, "warning",
            "The speedup of %s lies above what the machine itself can give: an error of measuring, "
            "or work that is not the same. Do not quote it.",
            name_of(series).text);
    else if (series->above_workers)
        say(talk, "warning",
            "The speedup of %s is above its number of workers. Caches that hold the smaller parts "
            "can do that, and so can an error of measuring.",
            name_of(series).text);
    if (series->oversubscribed && series->role == MF__ROLE_STRONG)
        say(talk, "warning", "%s are more than the %u core%s: shown, but kept out of the laws.",
            name_of(series).text, talk->comparison->request.cores,
            talk->comparison->request.cores == 1 ? "" : "s");
}

static void say_warnings(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    size_t outliers = 0;
    size_t samples = comparison->n_series * comparison->n_rounds;
    for (size_t i = 0; i < comparison->n_series; i++) {
        warn_of_series(talk, &comparison->series[i]);
        outliers += comparison->series[i].time.outliers;
    }
    if (outliers * 10 > samples)
        say(talk, "warning",
            "%zu of %zu samples are outliers: something else used this machine meanwhile. They are "
            "kept.",
            outliers, samples);
}

static void say_next(struct talk *talk)
{
    const struct mf__comparison *comparison = talk->comparison;
    const struct mf__comparison_request *request = &comparison->request;
    size_t most_points = 0;
    for (size_t i = 0; i < comparison->n_laws; i++)
        if (comparison->laws[i].n_points > most_points)
            most_points = comparison->laws[i].n_points;
    if (comparison->wrong)
        say(talk, "next",
            "Mend the wrong answer first: a speedup of a wrong answer is worth nothing.");
    else if (comparison->n_laws == 0)
        say(talk, "next", "Add --with threads,processes to see what more workers do.");
    if (comparison->n_laws > 0 && most_points < 4)
        say(talk, "next",
            "A law with contention (USL) needs four worker counts within the cores; there %s %zu. "
            "A machine with more cores would tell more.",
            most_points == 1 ? "is" : "are", most_points);
    if (!request->weak && comparison->n_laws > 0 && request->job.kind->size_name != NULL)
        say(talk, "next", "Try --weak to see how a problem scales that grows with the workers.");
}

int mf__conclude(struct mf__comparison *comparison, mf_error *error)
{
    struct talk talk = {comparison, error, 0};
    comparison->sentences = mf__new(MOST_SENTENCES, sizeof *comparison->sentences);
    if (comparison->sentences == NULL)
        return mf__fail_memory(error, MOST_SENTENCES * sizeof *comparison->sentences, "sentences");
    say_answer(&talk);
    say_winner(&talk);
    say_sure(&talk);
    say_why(&talk);
    say_workers(&talk);
    for (size_t i = 0; i < comparison->n_evens; i++)
        say_even(&talk, &comparison->evens[i]);
    say_warnings(&talk);
    say_next(&talk);
    return talk.code;
}
