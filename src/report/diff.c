/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a difference, in whatever form. */
#include "report/diff.h"

#include "base/memory.h"
#include "report/figures.h"

#include <math.h>
#include <string.h>

#define SIMILAR 1.15 /* the largest factor over the smallest: no more than that */

void mf__diff_done(struct mf__diff *diff)
{
    for (size_t i = 0; i < diff->n_series; i++)
        mf__free(diff->series[i].times_ns);
    mf__free(diff->series);
    mf__free(diff->answers);
    mf__buffer_done(&diff->apart);
    mf__remarks_done(&diff->remarks);
    *diff = (struct mf__diff){0};
}

size_t mf__diff_count(const struct mf__diff *diff, enum mf__change change)
{
    size_t count = 0;
    for (size_t i = 0; i < diff->n_judged; i++)
        count += diff->series[i].changed.change == change;
    return count;
}

size_t mf__diff_count_different(const struct mf__diff *diff)
{
    size_t count = 0;
    for (size_t i = 0; i < diff->n_series; i++)
        count += diff->series[i].answer == MF__DIFFERENT;
    for (size_t i = 0; i < diff->n_answers; i++)
        count += !diff->answers[i].same;
    return count;
}

const char *mf__change_name(enum mf__change change)
{
    static const char *const names[] = {
        [MF__CHANGE_UNKNOWN] = "cannot tell", [MF__CHANGE_SLOWER] = "slower",
        [MF__CHANGE_FASTER] = "faster",       [MF__CHANGE_NONE] = "no difference",
        [MF__CHANGE_BY_CHANCE] = "by chance",
    };
    return names[change];
}

const char *mf__sameness_name(enum mf__sameness answer)
{
    static const char *const names[] = {
        [MF__SAMENESS_UNKNOWN] = "unknown",
        [MF__SAME] = "same",
        [MF__DIFFERENT] = "different",
    };
    return names[answer];
}

void mf__diff_name(const struct mf__diff_series *series, struct mf__buffer *out)
{
    if (series->part != NULL)
        mf__buffer_print(out, "%s: ", series->part);
    mf__buffer_put(out, series->way != NULL ? series->way : "ceiling");
    mf__buffer_print(out, ", %s worker%s", mf__show_count(series->workers, ',').text,
                     series->workers == 1 ? "" : "s");
    if (strcmp(series->role, "weak") == 0)
        mf__buffer_print(out, ", size %s", series->size);
}

/* ---- the verdict ---- */

/* The series of this kind that changed most, so that a reader sees the worst one first. */
static const struct mf__diff_series *most_changed(const struct mf__diff *diff,
                                                  enum mf__change change)
{
    const struct mf__diff_series *most = NULL;
    for (size_t i = 0; i < diff->n_judged; i++) {
        const struct mf__diff_series *one = &diff->series[i];
        bool slower = change == MF__CHANGE_SLOWER;
        double mid = one->changed.factor.ratio.mid;
        if (one->changed.change == change &&
            (most == NULL || (slower ? mid > most->changed.factor.ratio.mid
                                     : mid < most->changed.factor.ratio.mid)))
            most = one;
    }
    return most;
}

static bool has_answers(const struct mf__diff *diff)
{
    bool found = diff->n_answers > 0;
    for (size_t i = 0; i < diff->n_series; i++)
        found = found || diff->series[i].answer == MF__SAME;
    return found;
}

/* Searches and trainings have scores in place of answers. */
static bool lacks_answer(const struct mf__diff *diff)
{
    for (size_t i = 0; i < diff->n_judged; i++) {
        const struct mf__diff_series *series = &diff->series[i];
        bool is_once = strcmp(series->role, "search") == 0 || strcmp(series->role, "training") == 0;
        if (series->answer == MF__SAMENESS_UNKNOWN && !is_once)
            return true;
    }
    return false;
}

static void say_answers(const struct mf__diff *diff, struct mf__buffer *out)
{
    size_t n = mf__diff_count_different(diff);
    const char *named = NULL;
    struct mf__buffer name = {0};
    for (size_t i = 0; i < diff->n_series && named == NULL; i++)
        if (diff->series[i].answer == MF__DIFFERENT) {
            mf__diff_name(&diff->series[i], &name);
            named = mf__buffer_text(&name);
        }
    for (size_t i = 0; i < diff->n_answers && named == NULL; i++)
        if (!diff->answers[i].same)
            named = diff->answers[i].what;
    if (n == 0 && has_answers(diff))
        mf__buffer_print(out, "All answers%s are the same. ",
                         lacks_answer(diff) ? " that both have" : "");
    else if (n == 1)
        mf__buffer_print(out, "An answer differs: %s. ", named);
    else if (n > 1)
        mf__buffer_print(out, "%zu answers differ, that of %s among them. ", n, named);
    out->failed = out->failed || name.failed;
    mf__buffer_done(&name);
}

/* The least and the most that series took as long as before, of those that a run can tell of. */
struct span {
    double least;
    double most;
};

/* False where one of them did not change in that direction, or none did. */
static bool find_span(const struct mf__diff *diff, enum mf__change change, struct span *ret_span)
{
    *ret_span = (struct span){(double)INFINITY, 0};
    for (size_t i = 0; i < diff->n_series; i++) {
        const struct mf__changed *changed = &diff->series[i].changed;
        if (!changed->factor.ratio.known)
            continue;
        if (changed->change != change)
            return false;
        ret_span->least = fmin(ret_span->least, changed->factor.ratio.mid);
        ret_span->most = fmax(ret_span->most, changed->factor.ratio.mid);
    }
    return ret_span->most > 0 && ret_span->most <= SIMILAR * ret_span->least;
}

/* Whether some series from `first` up to `end` can be told of. */
static bool is_any_known(const struct mf__diff *diff, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (diff->series[i].changed.factor.ratio.known)
            return true;
    return false;
}

enum mf__change mf__diff_moved(const struct mf__diff *diff)
{
    struct span span;
    if (!is_any_known(diff, 0, diff->n_judged) ||
        !is_any_known(diff, diff->n_judged, diff->n_series))
        return MF__CHANGE_NONE;
    return find_span(diff, MF__CHANGE_SLOWER, &span)   ? MF__CHANGE_SLOWER
           : find_span(diff, MF__CHANGE_FASTER, &span) ? MF__CHANGE_FASTER
                                                       : MF__CHANGE_NONE;
}

/* What the machine itself does as well is hardly the program's doing. */
static void say_moved(const struct mf__diff *diff, struct mf__buffer *out)
{
    enum mf__change change = mf__diff_moved(diff);
    struct span span;
    if (change == MF__CHANGE_NONE || !find_span(diff, change, &span))
        return;
    mf__buffer_print(out,
                     "Everything became %s (%s to %s times as long as before), also what the "
                     "machine can do at best: ",
                     mf__change_name(change), mf__show_factor(span.least).text,
                     mf__show_factor(span.most).text);
    if (diff->apart.length == 0)
        mf__buffer_put(out, "probably the machine. ");
    else
        mf__buffer_print(out, "the machine, or what else is not the same (%s). ",
                         mf__buffer_text(&diff->apart));
}

static void say_changed(const struct mf__diff *diff, enum mf__change change, struct mf__buffer *out)
{
    size_t n = mf__diff_count(diff, change);
    const struct mf__diff_series *most = most_changed(diff, change);
    if (most == NULL)
        return;
    const char *word = change == MF__CHANGE_SLOWER ? "Slower" : "Faster";
    mf__buffer_print(out, "%s: ", word);
    mf__diff_name(most, out);
    mf__buffer_print(out, " takes %s times as long as before",
                     mf__show_sure(&most->changed.factor.ratio).text);
    if (n > 1)
        mf__buffer_print(out, ", and %zu more of %zu series %s %s", n - 1, diff->n_judged,
                         n == 2 ? "is" : "are", change == MF__CHANGE_SLOWER ? "slower" : "faster");
    mf__buffer_put(out, ". ");
}

struct mf__shown mf__diff_threshold(const struct mf__diff *diff)
{
    double percent = 100.0 * diff->threshold;
    return mf__show_percent(diff->threshold, fabs(percent - round(percent)) < 1e-9 ? 0 : 2);
}

static void say_rest(const struct mf__diff *diff, struct mf__buffer *out)
{
    const struct mf__shown threshold = mf__diff_threshold(diff);
    size_t slower = mf__diff_count(diff, MF__CHANGE_SLOWER);
    size_t unsure =
        mf__diff_count(diff, MF__CHANGE_UNKNOWN) + mf__diff_count(diff, MF__CHANGE_BY_CHANCE);
    if (diff->n_judged == 0)
        mf__buffer_put(out, "There were no times to compare.");
    else if (unsure == diff->n_judged)
        mf__buffer_print(out, "Whether anything is slower by more than %s, these runs cannot tell.",
                         threshold.text);
    else if (unsure > 0)
        mf__buffer_print(out, "For %zu of %zu series these runs cannot tell a change of %s.",
                         unsure, diff->n_judged, threshold.text);
    else if (slower < diff->n_judged)
        mf__buffer_print(out, "%s by more than %s.",
                         slower > 0 ? "No other series is slower" : "Nothing is slower",
                         threshold.text);
}

void mf__diff_verdict(const struct mf__diff *diff, struct mf__buffer *out)
{
    say_moved(diff, out);
    say_answers(diff, out);
    say_changed(diff, MF__CHANGE_SLOWER, out);
    say_changed(diff, MF__CHANGE_FASTER, out);
    say_rest(diff, out);
    while (out->length > 0 && out->bytes[out->length - 1] == ' ')
        out->bytes[--out->length] = '\0';
}
