/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/talk.h"

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>

#define DECIMALS      2
#define DECIMALS_MOST 6

void mf__talk_say(struct mf__talk *talk, const char *topic, const char *format, ...)
{
    struct mf__comparison *comparison = talk->comparison;
    struct mf__buffer text = {0};
    va_list args;
    if (talk->code != 0)
        return;
    va_start(args, format);
    mf__buffer_vprint(&text, format, args);
    va_end(args);
    size_t n = comparison->n_sentences;
    struct mf__sentence *sentences =
        mf__resize(comparison->sentences, n + 1, sizeof *comparison->sentences);
    char *kept = text.failed ? NULL : mf__copy_text(mf__buffer_text(&text));
    mf__buffer_done(&text);
    if (sentences != NULL)
        comparison->sentences = sentences;
    if (sentences == NULL || kept == NULL) {
        mf__free(kept);
        talk->code = mf__fail_memory(talk->error, sizeof *sentences, "a sentence");
        return;
    }
    mf__capitalise(kept); /* many begin with the name of a way */
    sentences[comparison->n_sentences++] = (struct mf__sentence){topic, kept};
}

void mf__talk_done(struct mf__talk *talk, struct mf__buffer *text)
{
    int code = mf__buffer_check(text, talk->code == 0 ? talk->error : NULL);
    talk->code = talk->code == 0 ? code : talk->code;
    mf__buffer_done(text);
}

void mf__talk_next(struct mf__buffer *list, const char *separator)
{
    if (list->length > 0)
        mf__buffer_put(list, separator);
}

const char *mf__talk_list(struct mf__buffer *list)
{
    if (list->length > 0)
        mf__enumerate(list->bytes);
    return mf__buffer_text(list);
}

struct mf__shown mf__talk_name(const struct mf__series *series)
{
    struct mf__shown name = {"the serial way"};
    if (series->role != MF__ROLE_BASE)
        snprintf(name.text, sizeof name.text, "%.32s with %u worker%s", mf__series_name(series),
                 series->workers, mf__talk_plural(series->workers));
    return name;
}

struct mf__shown mf__talk_time(const struct mf__series *series)
{
    return mf__show_duration(series->time.median, false);
}

struct mf__shown mf__talk_number(double value)
{
    return mf__show_fixed(value, DECIMALS);
}

static int decimals_of(const struct mf__interval *interval)
{
    int decimals = DECIMALS;
    double low = fabs(interval->low - 1.0);
    double high = fabs(interval->high - 1.0);
    /* The end that has to be told from 1: the nearer one, or, where 1 lies inside, the farther. */
    double end = mf__interval_holds(interval, 1.0) ? fmax(low, high) : fmin(low, high);
    for (double half = 0.005; interval->known && end < half && decimals < DECIMALS_MOST; half /= 10)
        decimals++;
    return decimals;
}

struct mf__shown mf__talk_range(const struct mf__interval *interval)
{
    int decimals = decimals_of(interval);
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%.28s to %.28s",
             mf__show_fixed(interval->low, decimals).text,
             mf__show_fixed(interval->high, decimals).text);
    return shown;
}

struct mf__shown mf__talk_mid(const struct mf__interval *interval)
{
    return mf__show_fixed(interval->mid, decimals_of(interval));
}

struct mf__shown mf__talk_percents(const struct mf__interval *interval)
{
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%.28s to %.28s",
             mf__show_percent(interval->low, DECIMALS).text,
             mf__show_percent(interval->high, DECIMALS).text);
    return shown;
}

const char *mf__talk_plural(size_t n)
{
    return n == 1 ? "" : "s";
}

const struct mf__series *mf__starved(const struct mf__comparison *comparison)
{
    const struct mf__series *most = NULL;
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].role == MF__ROLE_CEILING)
            most = &comparison->series[i];
    bool starved = most != NULL && most->compared && most->scaled.known &&
                   most->scaled.high < 1.0 + (most->workers - 1) / 2.0;
    return starved ? most : NULL;
}
