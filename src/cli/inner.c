/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inner.h"

#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"

#include <string.h>

int mf__inner_read(char **words, size_t n, struct mf__inner *ret, mf_error *error)
{
    const struct mf__verb *verb = NULL;
    if (n > 0 && strcmp(words[0], "manyfold") == 0) {
        words++;
        n--;
    }
    if (n == 0)
        return mf__fail(error, MF_E_INPUT,
                        "COMMAND is missing: what manyfold is to do, as in \"-- tune "
                        "data/houses.csv --target price\"");
    int code = mf__verb_find(&mf__program, words[0], &verb, error);
    if (code == 0)
        *ret = (struct mf__inner){verb, words, n};
    return code;
}

const struct mf__option *mf__inner_option(const struct mf__inner *inner, const char *name)
{
    const struct mf__option_group *group = inner->verb->groups;
    for (; group != NULL && group->title != NULL; group++)
        for (const struct mf__option *option = group->options; option->name != NULL; option++)
            if (strcmp(option->name, name) == 0)
                return option;
    return NULL;
}

/* The value in a word, or in the one behind it. NULL: it is another option. */
static const char *value_in(const struct mf__inner *inner, size_t at, const char *name, char letter)
{
    const char *word = inner->words[at];
    const char *behind = at + 1 < inner->n ? inner->words[at + 1] : "";
    size_t length = strcspn(word, "=");
    if (word[0] == '-' && word[1] == '-' && length > 2 && mf__same_name(name, word + 2, length - 2))
        return word[length] == '=' ? word + length + 1 : behind;
    if (letter != 0 && word[0] == '-' && word[1] == letter)
        return word[2] != '\0' ? word + 2 : behind;
    return NULL;
}

const char *mf__inner_next(const struct mf__inner *inner, const char *name, char letter,
                           size_t *from)
{
    for (size_t at = *from; at < inner->n && strcmp(inner->words[at], "--") != 0; at++) {
        const char *value = value_in(inner, at, name, letter);
        if (value == NULL)
            continue;
        *from = at + 1;
        return value;
    }
    return NULL;
}

bool mf__inner_says(const struct mf__inner *inner, const char *name, char letter)
{
    size_t from = 1;
    return mf__inner_next(inner, name, letter, &from) != NULL;
}
