/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs that show the program's tables: completion, man, help. */
#include "base/options_render.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/formats.h"

#include <string.h>

/* The manual's date is that of the release, so that a page is the same wherever it is made. */
#define MANUAL_DATE "2026-11-22"

struct settings {
    struct mf__common common;
};

static const struct mf__option_group groups[] = {
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

/* ---- completion ---- */

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

static const struct mf__positional shell_positional[] = {
    {.name = "SHELL",
     .help = "the shell",
     .kind = MF__CHOICE,
     .choices = shells,
     .min = 1,
     .max = 1},
    {0},
};

static const char *const completion_synopsis[] = {"SHELL [OPTION]...", NULL};

static const char *const completion_description[] = {
    "Prints a script that lets a shell complete verbs, options and their values.", NULL};

static const struct mf__pair completion_examples[] = {
    {"source <(manyfold completion bash)", "completion in this bash; in ~/.bashrc for every one"},
    {0},
};

const struct mf__verb mf__completion_verb = {
    .name = "completion",
    .command = "manyfold completion",
    .summary = "print a completion script for a shell",
    .synopsis = completion_synopsis,
    .description = completion_description,
    .positional = shell_positional,
    .groups = groups,
    .examples = completion_examples,
    .exits = mf__exits,
};

static int print_and_free(struct mf__buffer *text)
{
    int status = mf__print(text);
    mf__buffer_done(text);
    return status;
}

int mf__completion_run(struct mf__arguments *arguments)
{
    static void (*const complete[])(const struct mf__program *, struct mf__buffer *) = {
        mf__complete_bash, mf__complete_zsh, mf__complete_fish};
    struct settings settings = {0};
    struct mf__buffer text = {0};
    int status = 0;
    if (!mf__begin(&mf__completion_verb, arguments, &settings, &settings.common, &status))
        return status;
    for (size_t i = 0; shells[i] != NULL; i++)
        if (strcmp(shells[i], arguments->values[0]) == 0)
            complete[i](&mf__program, &text);
    return print_and_free(&text);
}

/* ---- man and help: both may name a verb, and man a format of files ---- */

static const struct mf__positional page_positional[] = {
    {.name = "PAGE",
     .help = "a verb, or a format of files: results, recipe, journal, model or table; the program "
             "as a whole without one",
     .kind = MF__TEXT,
     .max = 1},
    {0},
};

static const struct mf__positional verb_positional[] = {
    {.name = "VERB",
     .help = "a verb; the program as a whole without one",
     .kind = MF__TEXT,
     .max = 1},
    {0},
};

static const char *const page_synopsis[] = {"[PAGE] [OPTION]...", NULL};

static const char *const verb_synopsis[] = {"[VERB] [OPTION]...", NULL};

static const char *const man_description[] = {"Prints a manual page in roff. Installed pages are "
                                              "made this way; without an installation, pipe "
                                              "it to man.",
                                              NULL};

static const struct mf__pair man_examples[] = {
    {"manyfold man compare | man -l -", "read the manual of manyfold compare"},
    {"manyfold man recipe | man -l -", "read what may stand in a recipe"},
    {0},
};

const struct mf__verb mf__man_verb_table = {
    .name = "man",
    .command = "manyfold man",
    .summary = "print a manual page",
    .synopsis = page_synopsis,
    .description = man_description,
    .positional = page_positional,
    .groups = groups,
    .examples = man_examples,
    .exits = mf__exits,
};

static const char *const help_description[] = {"Shows the help of the program, or of a verb.",
                                               NULL};

const struct mf__verb mf__help_verb_table = {
    .name = "help",
    .command = "manyfold help",
    .summary = "show the help of a verb",
    .synopsis = verb_synopsis,
    .description = help_description,
    .positional = verb_positional,
    .groups = groups,
    .exits = mf__exits,
};

/* The verb that the arguments name, NULL for none; false when it is unknown, which was told. */
static bool named_verb(const struct mf__arguments *arguments, const struct mf__verb **ret_verb,
                       int *ret_status)
{
    mf_error error;
    *ret_verb = NULL;
    if (arguments->n == 0 ||
        mf__verb_find(&mf__program, arguments->values[0], ret_verb, &error) == 0)
        return true;
    *ret_status = mf__tell(&error);
    return false;
}

int mf__man_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct mf__buffer text = {0};
    const struct mf__verb *verb = NULL;
    int status = 0;
    if (!mf__begin(&mf__man_verb_table, arguments, &settings, &settings.common, &status))
        return status;
    const struct mf__format *format =
        arguments->n > 0 ? mf__format_find(arguments->values[0]) : NULL;
    if (format == NULL && !named_verb(arguments, &verb, &status))
        return status;
    if (format != NULL)
        mf__buffer_add(&text, format->page, *format->length);
    else if (verb == NULL)
        mf__man_program(&mf__program, MANUAL_DATE, &text);
    else
        mf__man_verb(&mf__program, verb, MANUAL_DATE, &text);
    return print_and_free(&text);
}

int mf__help_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct mf__buffer text = {0};
    const struct mf__verb *verb = NULL;
    int status = 0;
    if (!mf__begin(&mf__help_verb_table, arguments, &settings, &settings.common, &status) ||
        !named_verb(arguments, &verb, &status))
        return status;
    if (verb == NULL)
        mf__help_program(&mf__program, mf__columns(), &text);
    else
        mf__help_verb(verb, mf__columns(), &text);
    return print_and_free(&text);
}
