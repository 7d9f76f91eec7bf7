/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options: one small function for each kind turns a text into the member it belongs to.
 */
#include "base/options.h"

#include "base/buffer.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static struct mf__limits limits_of(const struct mf__given *given)
{
    return (struct mf__limits){given->shown, given->option->min, given->option->max};
}

/* Whether a text is this word, whose letters are small, whatever the case of its own. */
static bool same_word(const char *word, const char *text)
{
    char small[64];
    size_t n = strlen(text);
    if (n >= sizeof small)
        return false;
    for (size_t i = 0; i < n; i++)
        small[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    return mf__same_name(word, small, n);
}

static bool is_word(const struct mf__given *given, const char *text)
{
    return given->option->word != NULL && same_word(given->option->word, text);
}

/* What to say of a value that other programs took; NULL when there is nothing. */
static const char *said_of_former(const struct mf__option *option, const char *text)
{
    for (const struct mf__pair *pair = option->former; pair != NULL && pair->name != NULL; pair++)
        if (same_word(pair->name, text))
            return pair->text;
    return NULL;
}

static int refuse_former(const struct mf__given *given, const char *text, mf_error *error)
{
    return mf__fail(error, MF_E_INPUT, "%s: %s is not known; %s", given->shown,
                    mf__quote(text).text, said_of_former(given->option, text));
}

/* Adds to a message about a number that a word would do as well. */
static int mention_word(const struct mf__given *given, int code, mf_error *error)
{
    if (code != MF_E_INPUT || given->option->word == NULL || error == NULL)
        return code;
    mf_error plain = *error;
    return mf__fail(error, code, "%s; or the word %s", plain.text, given->option->word);
}

static int store_flag(const struct mf__given *given, const char *text, mf_error *error)
{
    (void)text;
    (void)error;
    *(bool *)given->target = true;
    return 0;
}

static int store_text(const struct mf__given *given, const char *text, mf_error *error)
{
    (void)error;
    *(const char **)given->target = text;
    return 0;
}

static int store_text_list(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__texts *texts = given->target;
    if (texts->stale)
        *texts = (struct mf__texts){0};
    if (texts->n == MF__LIST_LIMIT)
        return mf__fail(error, MF_E_INPUT, "%s: given too often; expected at most %d times",
                        given->shown, MF__LIST_LIMIT);
    texts->values[texts->n++] = text;
    return 0;
}

static int store_path(const struct mf__given *given, const char *text, mf_error *error)
{
    if (*text == '\0')
        return mf__fail(error, MF_E_INPUT, "%s: \"\" is empty; expected the name of a %s",
                        given->shown, given->option->kind == MF__FOLDER ? "folder" : "file");
    return store_text(given, text, error);
}

static int store_count(const struct mf__given *given, const char *text, mf_error *error)
{
    uint64_t *target = given->target;
    if (is_word(given, text)) {
        *target = 0;
        return 0;
    }
    struct mf__limits limits = limits_of(given);
    return mention_word(given, mf__parse_count(text, &limits, target, error), error);
}

static int store_count_list(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__counts *target = given->target;
    if (is_word(given, text)) {
        target->n = 0;
        return 0;
    }
    struct mf__limits limits = limits_of(given);
    return mention_word(given, mf__parse_count_list(text, &limits, target, error), error);
}

static int store_duration(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__limits limits = limits_of(given);
    return mf__parse_duration_ns(text, &limits, given->target, error);
}

static int store_share(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__limits limits = limits_of(given);
    return mf__parse_share(text, &limits, given->target, error);
}

static int unknown_choice(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__nearest nearest = {.word = text};
    struct mf__buffer list = {0};
    for (const char *const *choice = given->option->choices; *choice != NULL; choice++) {
        mf__nearest_offer(&nearest, *choice);
        const char *link = choice == given->option->choices ? ""
                           : choice[1] != NULL              ? ", "
                                                            : " or ";
        mf__buffer_put(&list, link);
        mf__buffer_put(&list, *choice);
    }
    mf__fail(error, MF_E_INPUT, "%s: %s is not known; expected %s%s%s%s", given->shown,
             mf__quote(text).text, mf__buffer_text(&list),
             nearest.best != NULL ? "; did you mean " : "",
             nearest.best != NULL ? nearest.best : "", nearest.best != NULL ? "?" : "");
    mf__buffer_done(&list);
    return MF_E_INPUT;
}

static int store_choice(const struct mf__given *given, const char *text, mf_error *error)
{
    const char *const *choices = given->option->choices;
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (same_word(choices[i], text)) {
            *(size_t *)given->target = i;
            return 0;
        }
    }
    if (said_of_former(given->option, text) != NULL)
        return refuse_former(given, text, error);
    return unknown_choice(given, text, error);
}

/* ---- real numbers ---- */

/* "a share above 0, up to 1" */
static void say_reals(const struct mf__reals *reals, const char *noun, struct mf__buffer *out)
{
    mf__buffer_print(out, "%s %s %s", noun, reals->above ? "above" : "from",
                     mf__show_real(reals->least).text);
    if (isinf(reals->most))
        mf__buffer_put(out, reals->above ? "" : " on");
    else
        mf__buffer_print(out, "%s %s %s", reals->above ? "," : "",
                         reals->above   ? reals->below ? "below" : "up to"
                         : reals->below ? "to below"
                                        : "to",
                         mf__show_real(reals->most).text);
}

/* Why a text is no real number of the range; NULL when it is one. Blanks are not taken, as in whole
 * numbers. */
static const char *real_problem(const struct mf__reals *reals, const char *text, double *ret)
{
    double value = 0;
    if (strpbrk(text, " \t\n\v\f\r") != NULL || !mf__read_real(text, strlen(text), &value))
        return "is not a number";
    if (!isfinite(value))
        return "is not finite";
    if (reals->above ? value <= reals->least : value < reals->least)
        return "is too small";
    if (reals->below ? value >= reals->most : value > reals->most)
        return "is too large";
    *ret = value;
    return NULL;
}

static int store_real(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__buffer range = {0};
    const char *problem = real_problem(&given->option->reals, text, given->target);
    if (problem == NULL)
        return 0;
    say_reals(&given->option->reals, "a number", &range);
    mf__fail(error, MF_E_INPUT, "%s: %s %s; expected %s", given->shown, mf__quote(text).text,
             problem, mf__buffer_text(&range));
    mf__buffer_done(&range);
    return MF_E_INPUT;
}

/* ---- amounts ---- */

static int refuse_amount(const struct mf__given *given, const char *text, const char *problem,
                         mf_error *error)
{
    const struct mf__option *option = given->option;
    struct mf__buffer range = {0};
    say_reals(&option->reals, "or a share", &range);
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
        mf__buffer_print(&range, "%s%s",
                         i == 0                           ? ", or "
                         : option->choices[i + 1] != NULL ? ", "
                                                          : " or ",
                         option->choices[i]);
    mf__fail(error, MF_E_INPUT,
             "%s: %s %s; expected a count, a whole number from %s to %s, %s; shares have a decimal "
             "point",
             given->shown, mf__quote(text).text, problem, mf__show_count(option->min, '_').text,
             mf__show_count(option->max, '_').text, mf__buffer_text(&range));
    mf__buffer_done(&range);
    return MF_E_INPUT;
}

static bool is_word_of(const struct mf__option *option, const char *text, size_t *ret_word)
{
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
        if (same_word(option->choices[i], text)) {
            *ret_word = i;
            return true;
        }
    }
    return false;
}

/* Why a text is no count of an option; NULL when it is one. */
static const char *count_problem(const struct mf__option *option, const char *text, uint64_t *ret)
{
    const struct mf__limits any = {"", 0, UINT64_MAX};
    double value = 0;
    if (mf__parse_count(text, &any, ret, NULL) == 0)
        return *ret < option->min ? "is too small" : *ret > option->max ? "is too large" : NULL;
    if (!mf__read_real(text, strlen(text), &value) || !isfinite(value))
        return "is not a number";
    return value < 0                     ? "is negative"
           : value > (double)option->max ? "is too large"
                                         : "is not a number";
}

static int store_amount(const struct mf__given *given, const char *text, mf_error *error)
{
    const struct mf__option *option = given->option;
    struct mf__amount amount = {0};
    const char *problem = NULL;
    if (is_word_of(option, text, &amount.word)) {
        amount.kind = MF__AMOUNT_WORD;
    } else if (strpbrk(text, ".eE") != NULL) {
        amount.kind = MF__AMOUNT_SHARE;
        problem = real_problem(&option->reals, text, &amount.share);
    } else {
        amount.kind = MF__AMOUNT_COUNT;
        problem = count_problem(option, text, &amount.count);
    }
    if (problem != NULL && said_of_former(option, text) != NULL)
        return refuse_former(given, text, error);
    if (problem != NULL)
        return refuse_amount(given, text, problem, error);
    *(struct mf__amount *)given->target = amount;
    return 0;
}

static int add_choice(const struct mf__given *given, const char *text, struct mf__counts *chosen,
                      mf_error *error)
{
    size_t index = 0;
    const struct mf__given one = {given->option, given->shown, &index};
    int code = store_choice(&one, text, error);
    if (code != 0)
        return code;
    for (size_t i = 0; i < chosen->n; i++)
        if (chosen->values[i] == index)
            return mf__fail(error, MF_E_INPUT,
                            "%s: %s stands in the list twice; expected each "
                            "word once",
                            given->shown, text);
    /* No word comes twice, so there is room for all: mf__verb_check limits `choices`. */
    chosen->values[chosen->n++] = index;
    return 0;
}

static int store_choice_list(const struct mf__given *given, const char *text, mf_error *error)
{
    struct mf__counts chosen = {0};
    char piece[128];
    do {
        /* A part that was cut is longer than every choice, so it is unknown as it should be. */
        mf__split(&text, piece, sizeof piece);
        int code = add_choice(given, piece, &chosen, error);
        if (code != 0)
            return code;
    } while (text != NULL);
    *(struct mf__counts *)given->target = chosen;
    return 0;
}

int mf__option_store(const struct mf__given *given, const char *text, mf_error *error)
{
    static int (*const stores[])(const struct mf__given *, const char *, mf_error *) = {
        [MF__FLAG] = store_flag,         [MF__STOP] = store_flag,
        [MF__TEXT] = store_text,         [MF__TEXT_LIST] = store_text_list,
        [MF__FILE] = store_path,         [MF__FOLDER] = store_path,
        [MF__COUNT] = store_count,       [MF__COUNT_LIST] = store_count_list,
        [MF__CHOICE] = store_choice,     [MF__CHOICE_LIST] = store_choice_list,
        [MF__DURATION] = store_duration, [MF__SHARE] = store_share,
        [MF__REAL] = store_real,         [MF__AMOUNT] = store_amount,
    };
    return stores[given->option->kind](given, text, error);
}

bool mf__option_has_value(const struct mf__option *option)
{
    return option->kind != MF__FLAG && option->kind != MF__STOP;
}
