/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion for bash. It needs nothing but bash 4, not even the bash-completion package.
 *
 * One function finds the verb and the option in front of the cursor; a case over "verb/option"
 * completes values, a case over the verb completes options and arguments. Names and choices are
 * plain words (mf__verb_check), so nothing here has to be quoted.
 */
#include "base/options_render.h"

/* The part that is the same for every table. */
static const char head[] =
    "_mf_list()\n"
    "{\n"
    "    local before=\n"
    "    [[ $cur == *,* ]] && before=${cur%,*},\n"
    "    COMPREPLY=($(compgen -P \"$before\" -W \"$1\" -- \"${cur##*,}\"))\n"
    "    compopt -o nospace\n"
    "}\n"
    "\n"
    "_mf_complete()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local verb= options= words= i\n"
    "    COMPREPLY=()\n"
    "    # A \"=\" and the value behind it are words of their own.\n"
    "    if [[ $cur == \"=\" ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == \"=\" ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        if [[ ${COMP_WORDS[i]} != -* ]]; then\n"
    "            verb=${COMP_WORDS[i]}\n"
    "            break\n"
    "        fi\n"
    "    done\n";

static const char tail[] = "    if [[ $cur == -* ]]; then\n"
                           "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
                           "    elif [[ -n $words ]]; then\n"
                           "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                           "    fi\n"
                           "}\n";

/* How the value of an option is completed. */
static void put_value(const struct mf__option *option, struct mf__buffer *out)
{
    struct mf__buffer words = {0};
    mf__option_words(option, " ", &words);
    if (option->kind == MF__FILE)
        mf__buffer_put(out, "compopt -o default");
    else if (option->kind == MF__FOLDER)
        mf__buffer_put(out, "compopt -o dirnames");
    else if (option->kind == MF__CHOICE_LIST)
        mf__buffer_print(out, "_mf_list '%s'", mf__buffer_text(&words));
    else if (words.length > 0)
        mf__buffer_print(out, "COMPREPLY=($(compgen -W '%s' -- \"$cur\"))",
                         mf__buffer_text(&words));
    else
        mf__buffer_put(out, ":");
    out->failed |= words.failed;
    mf__buffer_done(&words);
}

static void put_values(const struct mf__verb *verb, const char *name, struct mf__buffer *out)
{
    struct mf__option_walk walk = {.group = verb->groups};
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL;) {
        if (!mf__option_has_value(option))
            continue;
        mf__buffer_print(out, "    %s/--%s", name, option->name);
        if (option->letter != 0)
            mf__buffer_print(out, " | %s/-%c", name, option->letter);
        mf__buffer_put(out, ") ");
        put_value(option, out);
        mf__buffer_put(out, "; return ;;\n");
    }
}

static void put_options(const struct mf__verb *verb, struct mf__buffer *out)
{
    struct mf__option_walk walk = {.group = verb->groups};
    mf__buffer_put(out, "        options='");
    const char *between = "";
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL;) {
        mf__buffer_print(out, "%s--%s", between, option->name);
        between = " ";
        if (option->letter != 0)
            mf__buffer_print(out, " -%c", option->letter);
    }
    mf__buffer_put(out, "'\n");
}

static void put_arguments(const struct mf__verb *verb, struct mf__buffer *out)
{
    const struct mf__positional *positional = verb->positional;
    for (; positional != NULL && positional->name != NULL; positional++) {
        if (positional->kind == MF__FILE)
            mf__buffer_put(out, "        compopt -o default\n");
        if (positional->kind == MF__FOLDER)
            mf__buffer_put(out, "        compopt -o dirnames\n");
        if (positional->kind != MF__CHOICE)
            continue;
        mf__buffer_put(out, "        words+='");
        for (size_t i = 0; positional->choices[i] != NULL; i++)
            mf__buffer_print(out, "%s ", positional->choices[i]);
        mf__buffer_put(out, "'\n");
    }
}

static void put_verbs(const struct mf__program *program, struct mf__buffer *out)
{
    mf__buffer_put(out, "    case $verb in\n    '')\n");
    put_options(program->self, out);
    mf__buffer_put(out, "        words='");
    for (size_t i = 0; program->verbs[i] != NULL; i++)
        mf__buffer_print(out, "%s%s", i > 0 ? " " : "", program->verbs[i]->name);
    mf__buffer_put(out, "'\n        ;;\n");
    for (size_t i = 0; program->verbs[i] != NULL; i++) {
        mf__buffer_print(out, "    %s)\n", program->verbs[i]->name);
        put_options(program->verbs[i], out);
        put_arguments(program->verbs[i], out);
        mf__buffer_put(out, "        ;;\n");
    }
    mf__buffer_put(out, "    esac\n");
}

void mf__complete_bash(const struct mf__program *program, struct mf__buffer *out)
{
    const char *name = program->self->command;
    mf__buffer_print(out, "# Completion of %s for bash.\n", name);
    mf__buffer_put(out, head);
    mf__buffer_put(out, "    case $verb/$prev in\n");
    put_values(program->self, "", out);
    for (size_t i = 0; program->verbs[i] != NULL; i++)
        put_values(program->verbs[i], program->verbs[i]->name, out);
    mf__buffer_put(out, "    esac\n");
    put_verbs(program, out);
    mf__buffer_put(out, tail);
    mf__buffer_print(out, "complete -F _mf_complete %s\n", name);
}
