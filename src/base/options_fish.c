/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion for fish: one `complete` line for each verb, option and argument. The verb is the
 * first word that is no option; fish's own __fish_seen_subcommand_from would also see the name of a
 * verb that stands further behind as an argument.
 */
#include "base/options_render.h"

#include <string.h>

static const char head[] = "function __mf_verb_is\n"
                           "    set -l words (commandline -opc)\n"
                           "    set -e words[1]\n"
                           "    for word in $words\n"
                           "        string match -q -- '-*' $word; and continue\n"
                           "        test \"$word\" = \"$argv[1]\"\n"
                           "        return\n"
                           "    end\n"
                           "    test -z \"$argv[1]\"\n"
                           "end\n";

static void put_quoted(struct mf__buffer *out, const char *text)
{
    mf__buffer_put(out, "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            mf__buffer_put(out, "\\");
        mf__buffer_add(out, text, 1);
    }
    mf__buffer_put(out, "'");
}

/* The start of a line that holds behind the verb `name`, or before any verb when it is "". */
static void put_condition(const struct mf__program *program, const char *name,
                          struct mf__buffer *out)
{
    mf__buffer_print(out, "complete -c %s -n \"__mf_verb_is '%s'\"", program->self->command, name);
}

static void put_value(const struct mf__option *option, struct mf__buffer *out)
{
    if (!mf__option_has_value(option))
        return;
    if (option->kind == MF__FILE) {
        mf__buffer_put(out, " -r -F");
    } else if (option->kind == MF__FOLDER) {
        mf__buffer_put(out, " -x -a '(__fish_complete_directories)'");
    } else if (option->kind == MF__CHOICE_LIST) {
        mf__buffer_put(out, " -x -a '(__fish_append , ");
        mf__option_words(option, " ", out);
        mf__buffer_put(out, ")'");
    } else if (option->choices != NULL || option->word != NULL) {
        mf__buffer_put(out, " -x -a '");
        mf__option_words(option, " ", out);
        mf__buffer_put(out, "'");
    } else {
        mf__buffer_put(out, " -x");
    }
}

static void put_options(const struct mf__program *program, const struct mf__verb *verb,
                        const char *name, struct mf__buffer *out)
{
    struct mf__option_walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL;) {
        put_condition(program, name, out);
        if (option->letter != 0)
            mf__buffer_print(out, " -s %c", option->letter);
        mf__buffer_print(out, " -l %s", option->name);
        put_value(option, out);
        mf__buffer_put(out, " -d ");
        put_quoted(out, option->help);
        mf__buffer_put(out, "\n");
    }
}

static void put_arguments(const struct mf__program *program, const struct mf__verb *verb,
                          struct mf__buffer *out)
{
    const struct mf__positional *positional = verb->positional;
    for (; positional != NULL && positional->name != NULL; positional++) {
        if (positional->kind == MF__TEXT)
            continue;
        put_condition(program, verb->name, out);
        if (positional->kind == MF__FILE)
            mf__buffer_put(out, " -F");
        if (positional->kind == MF__FOLDER)
            mf__buffer_put(out, " -a '(__fish_complete_directories)'");
        for (size_t i = 0; positional->kind == MF__CHOICE && positional->choices[i] != NULL; i++)
            mf__buffer_print(out, "%s%s", i == 0 ? " -a '" : " ", positional->choices[i]);
        mf__buffer_put(out, positional->kind == MF__CHOICE ? "'\n" : "\n");
    }
}

void mf__complete_fish(const struct mf__program *program, struct mf__buffer *out)
{
    const char *name = program->self->command;
    mf__buffer_print(out, "# Completion of %s for fish.\n", name);
    mf__buffer_put(out, head);
    mf__buffer_print(out, "complete -c %s -f\n", name);
    put_options(program, program->self, "", out);
    for (size_t i = 0; program->verbs[i] != NULL; i++) {
        put_condition(program, "", out);
        mf__buffer_print(out, " -a %s -d ", program->verbs[i]->name);
        put_quoted(out, program->verbs[i]->summary);
        mf__buffer_put(out, "\n");
        put_options(program, program->verbs[i], program->verbs[i]->name, out);
        put_arguments(program, program->verbs[i], out);
    }
}
