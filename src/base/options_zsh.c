/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for zsh: one _arguments call for the program and one for each verb (zshcompsys(1)). */
#include "base/options_render.h"

#include <string.h>

/* Text inside a specification in single quotes: zsh ends the quotes, _arguments splits at ':'. */
static void put_spec(struct mf__buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            mf__buffer_put(out, "'\\'");
        else if (strchr("[]:\\", *text) != NULL)
            mf__buffer_put(out, "\\");
        mf__buffer_add(out, text, 1);
    }
}

/* ":LIST:(1 2)": what a value is called and how it is completed. */
static void put_value(const struct mf__option *option, struct mf__buffer *out)
{
    if (!mf__option_has_value(option))
        return;
    mf__buffer_put(out, ":");
    put_spec(out, option->argument);
    mf__buffer_put(out, ":");
    if (option->kind == MF__FILE)
        mf__buffer_put(out, "_files");
    else if (option->kind == MF__FOLDER)
        mf__buffer_put(out, "_files -/");
    else if (option->kind == MF__CHOICE_LIST) {
        mf__buffer_print(out, "_values -s , %s ", option->name);
        mf__option_words(option, " ", out);
    } else if (option->choices != NULL || option->word != NULL) {
        mf__buffer_put(out, "(");
        mf__option_words(option, " ", out);
        mf__buffer_put(out, ")");
    } else {
        mf__buffer_put(out, " ");
    }
}

/* One spelling of an option; both spellings exclude each other unless it may be repeated. */
static void put_spelling(const struct mf__option *option, bool is_letter, struct mf__buffer *out)
{
    bool has_value = mf__option_has_value(option);
    mf__buffer_put(out, " \\\n            '");
    if (option->kind == MF__TEXT_LIST)
        mf__buffer_put(out, "*");
    else if (option->kind == MF__STOP)
        mf__buffer_put(out, "(- *)");
    else if (option->letter != 0)
        mf__buffer_print(out, "(-%c --%s)", option->letter, option->name);
    if (is_letter)
        mf__buffer_print(out, "-%c%s", option->letter, has_value ? "+" : "");
    else
        mf__buffer_print(out, "--%s%s", option->name, has_value ? "=" : "");
    mf__buffer_put(out, "[");
    put_spec(out, option->help);
    mf__buffer_put(out, "]");
    put_value(option, out);
    mf__buffer_put(out, "'");
}

static void put_options(const struct mf__verb *verb, struct mf__buffer *out)
{
    struct mf__option_walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL;) {
        if (option->letter != 0)
            put_spelling(option, true, out);
        put_spelling(option, false, out);
    }
}

static void put_positional(const struct mf__positional *positional, struct mf__buffer *out)
{
    put_spec(out, positional->name);
    mf__buffer_put(out, ":");
    if (positional->kind == MF__FILE)
        mf__buffer_put(out, "_files");
    else if (positional->kind == MF__FOLDER)
        mf__buffer_put(out, "_files -/");
    else if (positional->kind == MF__CHOICE) {
        mf__buffer_put(out, "(");
        for (size_t i = 0; positional->choices[i] != NULL; i++)
            mf__buffer_print(out, "%s%s", i > 0 ? " " : "", positional->choices[i]);
        mf__buffer_put(out, ")");
    } else {
        mf__buffer_put(out, " ");
    }
    mf__buffer_put(out, "'");
}

/* Arguments one by one, up to the first that may be given several times. */
static void put_arguments(const struct mf__verb *verb, struct mf__buffer *out)
{
    const struct mf__positional *positional = verb->positional;
    for (size_t i = 1; positional != NULL && positional->name != NULL; i++, positional++) {
        if (positional->max > 1) {
            mf__buffer_put(out, " \\\n            '*:");
            put_positional(positional, out);
            return;
        }
        mf__buffer_print(out, " \\\n            '%zu:%s", i, positional->min == 0 ? ":" : "");
        put_positional(positional, out);
    }
}

static void put_verbs(const struct mf__program *program, struct mf__buffer *out)
{
    mf__buffer_put(out, "    verbs=(\n");
    for (size_t i = 0; program->verbs[i] != NULL; i++) {
        mf__buffer_print(out, "        '%s:", program->verbs[i]->name);
        put_spec(out, program->verbs[i]->summary);
        mf__buffer_put(out, "'\n");
    }
    mf__buffer_put(out, "    )\n");
}

void mf__complete_zsh(const struct mf__program *program, struct mf__buffer *out)
{
    mf__buffer_print(out, "#compdef %s\n# Completion of %s for zsh.\n", program->self->command,
                     program->self->command);
    mf__buffer_put(out, "_mf_complete()\n{\n"
                        "    local curcontext=\"$curcontext\" state line\n"
                        "    local -a verbs\n");
    put_verbs(program, out);
    mf__buffer_put(out, "    _arguments -C -s -S");
    put_options(program->self, out);
    mf__buffer_put(out, " \\\n            '1: :->verb' \\\n            '*:: :->rest'\n"
                        "    case $state in\n"
                        "    verb) _describe -t verbs verb verbs ;;\n"
                        "    rest)\n"
                        "        curcontext=\"${curcontext%:*}-$words[1]:\"\n"
                        "        case $words[1] in\n");
    for (size_t i = 0; program->verbs[i] != NULL; i++) {
        mf__buffer_print(out, "        %s) _arguments -s -S", program->verbs[i]->name);
        put_options(program->verbs[i], out);
        put_arguments(program->verbs[i], out);
        mf__buffer_put(out, "\n            ;;\n");
    }
    mf__buffer_print(out,
                     "        esac\n        ;;\n    esac\n}\n"
                     "if [ \"$funcstack[1]\" = _%s ]; then\n    _mf_complete \"$@\"\n"
                     "else\n    compdef _mf_complete %s\nfi\n",
                     program->self->command, program->self->command);
}
