/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants of an option table. A table is data, so a compiler does not see its mistakes;
 * every verb's table goes through here in the tests.
 */
#include "base/options.h"

#include "base/status.h"

#include <string.h>

static bool is_one_of(char letter, const char *set)
{
    return letter != '\0' && strchr(set, letter) != NULL;
}

/* Names and choices stand unquoted in shell scripts: small letters, digits, dashes; choices also
 * with underscores, as scikit-learn has them. */
static bool is_plain(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    return name != NULL && *name != '\0' && *name != '-' && name[strspn(name, plain)] == '\0';
}

static bool is_phrase(const char *text)
{
    return text != NULL && *text != '\0' && text[strlen(text) - 1] != '.';
}

/* Whether a kind has a range of whole numbers, or one of real numbers. */
static bool is_number(enum mf__option_kind kind)
{
    return kind == MF__COUNT || kind == MF__COUNT_LIST || kind == MF__DURATION ||
           kind == MF__SHARE || kind == MF__AMOUNT;
}

static bool is_real(enum mf__option_kind kind)
{
    return kind == MF__REAL || kind == MF__AMOUNT;
}

static bool are_choices(const char *const *choices)
{
    size_t n = 0;
    for (; choices != NULL && choices[n] != NULL; n++)
        if (!is_plain(choices[n]))
            return false;
    return n > 0 && n <= MF__LIST_LIMIT;
}

/* What is wrong with one option by itself, or NULL. */
static const char *option_problem(const struct mf__option *option)
{
    bool chooses = option->kind == MF__CHOICE || option->kind == MF__CHOICE_LIST;
    bool listed = option->kind == MF__COUNT_LIST || option->kind == MF__COUNT;
    bool may_choose = chooses || option->kind == MF__AMOUNT;
    if (!is_plain(option->name) || strchr(option->name, '_') != NULL || strlen(option->name) > 40)
        return "its name is not made of small letters, digits and dashes";
    if (option->letter != 0 &&
        !is_one_of(option->letter, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        return "its letter is not a letter";
    if (!is_phrase(option->help))
        return "its help is not a phrase";
    if ((option->argument != NULL) != mf__option_has_value(option))
        return "it names a value and takes none, or the other way round";
    if ((chooses && option->choices == NULL) ||
        (option->choices != NULL && (!may_choose || !are_choices(option->choices))))
        return "its choices do not fit its kind";
    if (is_number(option->kind) && (option->max == 0 || option->max < option->min))
        return "its range is empty";
    if (is_real(option->kind) && !(option->reals.least < option->reals.most))
        return "its range of real numbers is empty";
    if (option->word != NULL && (!listed || !is_plain(option->word) || option->min == 0))
        return "its word does not fit its kind";
    if (option->assigns && option->kind != MF__TEXT_LIST)
        return "it assigns, and is no list of texts";
    if (option->preset != NULL && (option->otherwise != NULL || option->kind == MF__TEXT_LIST ||
                                   !mf__option_has_value(option)))
        return "it has two defaults, or a preset where none can be";
    return NULL;
}

/* Stores the preset into a member that is thrown away. */
static int check_preset(const struct mf__option *option, mf_error *error)
{
    union {
        bool flag;
        const char *text;
        uint64_t number;
        size_t index;
        double real;
        struct mf__amount amount;
        struct mf__counts counts;
        struct mf__texts texts;
    } member = {.texts = {0}};
    const struct mf__given given = {option, option->name, &member};
    return option->preset != NULL ? mf__option_store(&given, option->preset, error) : 0;
}

/* Compares with every option behind this one, in all groups. */
static bool is_repeated(const struct mf__option_group *group, const struct mf__option *option)
{
    const struct mf__option *other = option + 1;
    for (;; other++) {
        while (other->name == NULL) {
            group++;
            if (group->title == NULL)
                return false;
            other = group->options;
        }
        if (strcmp(option->name, other->name) == 0 ||
            (option->letter != 0 && option->letter == other->letter))
            return true;
    }
}

static int check_group(const struct mf__verb *verb, const struct mf__option_group *group,
                       mf_error *error)
{
    for (const struct mf__option *option = group->options; option->name != NULL; option++) {
        const char *problem = option_problem(option);
        if (problem == NULL && is_repeated(group, option))
            problem = "its name or letter is there twice";
        if (problem != NULL)
            return mf__fail(error, MF_E_INPUT, "%s --%s: %s", verb->command, option->name, problem);
        int code = check_preset(option, error);
        if (code != 0)
            return mf__fail_within(error, code, "%s, the preset of an option", verb->command);
    }
    return 0;
}

static const char *positional_problem(const struct mf__positional *positional)
{
    for (; positional != NULL && positional->name != NULL; positional++) {
        if (!is_phrase(positional->help))
            return "the help of an argument is not a phrase";
        if (positional->max == 0 || positional->max < positional->min)
            return "an argument can never be given";
        if (positional->kind == MF__CHOICE && !are_choices(positional->choices))
            return "an argument has no choices";
    }
    return NULL;
}

int mf__verb_check(const struct mf__verb *verb, mf_error *error)
{
    if (verb->command == NULL || !is_plain(verb->name) || !is_phrase(verb->summary) ||
        verb->synopsis == NULL || verb->synopsis[0] == NULL || verb->synopsis[0][0] == '\0')
        return mf__fail(error, MF_E_INPUT, "%s: its name, summary or synopsis is missing",
                        verb->command != NULL ? verb->command : "a verb");
    const char *problem = positional_problem(verb->positional);
    if (problem != NULL)
        return mf__fail(error, MF_E_INPUT, "%s: %s", verb->command, problem);
    const struct mf__option_group *group = verb->groups;
    for (; group != NULL && group->title != NULL; group++) {
        int code = check_group(verb, group, error);
        if (code != 0)
            return code;
    }
    return 0;
}
