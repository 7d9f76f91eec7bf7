/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsing a verb's arguments by its table.
 *
 * getopt_long() was rejected: it prints, keeps its place in global variables, accepts abbreviations
 * (so that every new option can break a script) and knows neither the kinds nor the help.
 */
#include "base/options.h"

#include "base/status.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct parser {
    const struct mf__verb *verb;
    char *settings;
    char **values;
    size_t n;       /* values there are */
    size_t at;      /* the value to read next */
    size_t kept;    /* positional arguments moved to the front; never above `at` */
    bool only_kept; /* "--" was seen: all that follows is positional */
    bool stopped;   /* a MF__STOP was seen */
    mf_error *error;
};

/* Walks through all options of a verb; start with the first group. */
struct walk {
    const struct mf__option_group *group;
    size_t next;
};

/* The next option; NULL at the end. */
static const struct mf__option *walk_on(struct walk *walk)
{
    while (walk->group != NULL && walk->group->title != NULL) {
        const struct mf__option *option = walk->group->options + walk->next++;
        if (option->name != NULL)
            return option;
        walk->group++;
        walk->next = 0;
    }
    return NULL;
}

/* The option that was reached, with its member. */
static struct mf__found here(const struct walk *walk, const struct mf__option *option,
                             void *settings)
{
    return (struct mf__found){option, (char *)settings + walk->group->base + option->offset};
}

/* Finds by name (`length` bytes of it), or by letter when `name` is NULL. */
static struct mf__found find(const struct parser *parser, const char *name, size_t length,
                             char letter)
{
    struct walk walk = {.group = parser->verb->groups};
    for (const struct mf__option *option; (option = walk_on(&walk)) != NULL;)
        if (name == NULL ? option->letter == letter : mf__same_name(option->name, name, length))
            return here(&walk, option, parser->settings);
    return (struct mf__found){NULL, NULL};
}

struct mf__found mf__option_find(const struct mf__verb *verb, void *settings, const char *name)
{
    const struct parser parser = {.verb = verb, .settings = settings};
    return find(&parser, name, strlen(name), 0);
}

bool mf__option_exists(const struct mf__verb *verb, const char *name)
{
    struct walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = walk_on(&walk)) != NULL;)
        if (!option->hidden && mf__same_name(option->name, name, strlen(name)))
            return true;
    return false;
}

const char *mf__option_nearest(const struct mf__verb *verb, const char *name)
{
    struct mf__nearest nearest = {.word = name};
    struct walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = walk_on(&walk)) != NULL;) {
        if (option->elsewhere != NULL && mf__same_name(option->elsewhere, name, strlen(name)))
            return option->name;
        if (!option->hidden)
            mf__nearest_offer(&nearest, option->name);
    }
    return nearest.best;
}

static int store(const struct parser *parser, struct mf__found found, const char *shown,
                 const char *text)
{
    const struct mf__given given = {found.option, shown, found.target};
    return mf__option_store(&given, text, parser->error);
}

int mf__options_preset(const struct mf__verb *verb, void *settings, mf_error *error)
{
    const struct parser parser = {.verb = verb, .settings = settings, .error = error};
    struct walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = walk_on(&walk)) != NULL;) {
        if (option->preset == NULL)
            continue;
        int code = store(&parser, here(&walk, option, settings), option->name, option->preset);
        if (code != 0)
            return code;
    }
    return 0;
}

static int unknown_option(const struct parser *parser, const char *name, const char *given)
{
    const char *nearest = mf__option_nearest(parser->verb, name);
    if (nearest != NULL)
        return mf__fail(parser->error, MF_E_INPUT, "unknown option %s; did you mean --%s?",
                        mf__quote(given).text, nearest);
    return mf__fail(parser->error, MF_E_INPUT, "unknown option %s; \"%s --help\" lists them all",
                    mf__quote(given).text, parser->verb->command);
}

/* The value of an option that stands in the next argument. */
static int store_next(struct parser *parser, struct mf__found found, const char *shown)
{
    const char *argument = found.option->argument;
    if (parser->at == parser->n)
        return mf__fail(parser->error, MF_E_INPUT,
                        "%s: its value is missing; expected %s behind it", shown, argument);
    const char *text = parser->values[parser->at];
    if (strncmp(text, "--", 2) == 0)
        return mf__fail(parser->error, MF_E_INPUT,
                        "%s: its value is missing; expected %s, not the option %s (a value that "
                        "begins with dashes is written --%s=VALUE)",
                        shown, argument, mf__quote(text).text, found.option->name);
    parser->at++;
    return store(parser, found, shown, text);
}

static int store_bare(struct parser *parser, struct mf__found found, const char *shown)
{
    parser->stopped = found.option->kind == MF__STOP;
    return store(parser, found, shown, NULL);
}

/* "--name", "--name=value" */
static int take_long(struct parser *parser, const char *given)
{
    const char *name = given + 2;
    size_t length = strcspn(name, "=");
    struct mf__found found = find(parser, name, length, 0);
    char shown[64];
    snprintf(shown, sizeof shown, "--%.*s", (int)(length < 60 ? length : 60), name);
    if (found.option == NULL)
        return unknown_option(parser, shown + 2, given);
    bool has_value = mf__option_has_value(found.option);
    if (name[length] == '=' && has_value)
        return store(parser, found, shown, name + length + 1);
    if (name[length] == '=')
        return mf__fail(parser->error, MF_E_INPUT,
                        "%s: takes no value, but got %s; expected %s alone", shown,
                        mf__quote(name + length + 1).text, shown);
    return has_value ? store_next(parser, found, shown) : store_bare(parser, found, shown);
}

/* A letter that is no option: it may be one in the other case, as -v for -V. */
static int unknown_letter(const struct parser *parser, char letter, const char *given)
{
    int other = islower((unsigned char)letter) ? toupper((unsigned char)letter)
                                               : tolower((unsigned char)letter);
    const struct mf__option *meant = find(parser, NULL, 0, (char)other).option;
    if (meant == NULL || given[2] != '\0')
        return unknown_option(parser, given + 1, given);
    return mf__fail(parser->error, MF_E_INPUT, "unknown option %s; did you mean --%s (-%c)?",
                    mf__quote(given).text, meant->name, meant->letter);
}

/* "-q", "-qv", "-n5", "-n 5" */
static int take_letters(struct parser *parser, const char *given)
{
    for (const char *letter = given + 1; *letter != '\0' && !parser->stopped; letter++) {
        struct mf__found found = find(parser, NULL, 0, *letter);
        if (found.option == NULL)
            return unknown_letter(parser, *letter, given);
        char shown[64];
        snprintf(shown, sizeof shown, "-%c (--%.50s)", *letter, found.option->name);
        if (mf__option_has_value(found.option))
            return letter[1] != '\0' ? store(parser, found, shown, letter + 1)
                                     : store_next(parser, found, shown);
        int code = store_bare(parser, found, shown);
        if (code != 0)
            return code;
    }
    return 0;
}

static int take_argument(struct parser *parser)
{
    char *given = parser->values[parser->at++];
    bool digit = given[0] == '-' && given[1] >= '0' && given[1] <= '9';
    if (parser->only_kept || given[0] != '-' || given[1] == '\0' || digit) {
        parser->values[parser->kept++] = given;
        return 0;
    }
    if (given[1] != '-')
        return take_letters(parser, given);
    if (given[2] != '\0')
        return take_long(parser, given);
    parser->only_kept = true;
    return 0;
}

/* One argument, taken as an option of its kind would be: a word has to be one of the choices, and
 * the name of a file is not empty. */
static int check_kind(const struct parser *parser, const struct mf__positional *positional,
                      const char *text)
{
    const struct mf__option option = {
        .name = positional->name, .kind = positional->kind, .choices = positional->choices};
    union {
        size_t choice;
        const char *path;
    } taken;
    const struct mf__given given = {&option, positional->name, &taken};
    return positional->kind != MF__TEXT ? mf__option_store(&given, text, parser->error) : 0;
}

/* Each positional takes as many arguments as it may. */
static int check_kinds(const struct parser *parser)
{
    const struct mf__positional *positional = parser->verb->positional;
    size_t next = 0;
    for (; positional != NULL && positional->name != NULL; positional++) {
        for (size_t taken = 0; taken < positional->max && next < parser->kept; taken++, next++) {
            int code = check_kind(parser, positional, parser->values[next]);
            if (code != 0)
                return code;
        }
    }
    return 0;
}

/* Names the first positional argument that is missing, or the first that is too much. */
static int check_number(const struct parser *parser)
{
    size_t least = 0, most = 0;
    const struct mf__positional *positional = parser->verb->positional;
    for (; positional != NULL && positional->name != NULL; positional++) {
        least += positional->min;
        if (parser->kept < least)
            return mf__fail(parser->error, MF_E_INPUT, "%s is missing: %s; usage: %s %s",
                            positional->name, positional->help, parser->verb->command,
                            parser->verb->synopsis[0]);
        most = positional->max < SIZE_MAX - most ? most + positional->max : SIZE_MAX;
    }
    if (parser->kept > most)
        return mf__fail(parser->error, MF_E_INPUT, "%s is one argument too many%s%s; usage: %s %s",
                        mf__quote(parser->values[most]).text,
                        parser->verb->misplaced != NULL ? ": " : "",
                        parser->verb->misplaced != NULL ? parser->verb->misplaced : "",
                        parser->verb->command, parser->verb->synopsis[0]);
    return check_kinds(parser);
}

int mf__options_apply(const struct mf__verb *verb, struct mf__arguments *arguments, void *settings,
                      mf_error *error)
{
    struct walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = walk_on(&walk)) != NULL;)
        if (option->kind == MF__TEXT_LIST)
            ((struct mf__texts *)here(&walk, option, settings).target)->stale = true;
    struct parser parser = {
        .verb = verb,
        .settings = settings,
        .values = arguments->values,
        .n = arguments->n,
        .error = error,
    };
    int code = 0;
    while (code == 0 && !parser.stopped && parser.at < parser.n)
        code = take_argument(&parser);
    if (code == 0 && !parser.stopped)
        code = check_number(&parser);
    if (code == 0)
        arguments->n = parser.kept;
    return code;
}

int mf__options_parse(const struct mf__verb *verb, struct mf__arguments *arguments, void *settings,
                      mf_error *error)
{
    int code = mf__options_preset(verb, settings, error);
    return code == 0 ? mf__options_apply(verb, arguments, settings, error) : code;
}

int mf__verb_find(const struct mf__program *program, const char *name, const struct mf__verb **ret,
                  mf_error *error)
{
    struct mf__nearest nearest = {.word = name};
    for (const struct mf__verb *const *verb = program->verbs; *verb != NULL; verb++) {
        if (strcmp(name, (*verb)->name) == 0) {
            *ret = *verb;
            return 0;
        }
        mf__nearest_offer(&nearest, (*verb)->name);
    }
    const char *command = program->self->command;
    if (nearest.best != NULL)
        return mf__fail(error, MF_E_INPUT, "%s knows no verb %s; did you mean \"%s %s\"?", command,
                        mf__quote(name).text, command, nearest.best);
    return mf__fail(error, MF_E_INPUT, "%s knows no verb %s; \"%s --help\" lists them all", command,
                    mf__quote(name).text, command);
}
