/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options: one small function for each kind turns a text into the member it belongs to.
 */
#include "base/options.h"

#include "base/buffer.h"
#include "base/status.h"
#include "base/text.h"

#include <string.h>

static struct mf__limits limits_of(const struct mf__given *given)
{
    return (struct mf__limits){given->shown, given->option->min, given->option->max};
}

static bool is_word(const struct mf__given *given, const char *text)
{
    return given->option->word != NULL && strcmp(text, given->option->word) == 0;
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
        if (strcmp(text, choices[i]) == 0) {
            *(size_t *)given->target = i;
            return 0;
        }
    }
    return unknown_choice(given, text, error);
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
    };
    return stores[given->option->kind](given, text, error);
}

bool mf__option_has_value(const struct mf__option *option)
{
    return option->kind != MF__FLAG && option->kind != MF__STOP;
}
