/* SPDX-License-Identifier: Apache-2.0 */
/* `--help`: two columns, wrapped to a terminal, and what all renderers of a table share. */
#include "base/options_render.h"

#include "base/text.h"

#include <string.h>

#define LEAST_WIDTH 40
#define WIDEST_LEFT 28 /* columns; a longer left side gets a line of its own */

/* Where the right column begins and where lines end. */
struct layout {
    size_t left;
    size_t width;
};

const struct mf__option *mf__option_walk(struct mf__option_walk *walk)
{
    while (walk->group != NULL && walk->group->title != NULL) {
        const struct mf__option *option = walk->group->options + walk->next++;
        if (option->name == NULL) {
            walk->group++;
            walk->next = 0;
        } else if (!option->hidden) {
            return option;
        }
    }
    return NULL;
}

void mf__option_words(const struct mf__option *option, const char *between, struct mf__buffer *out)
{
    if (option->word != NULL)
        mf__buffer_put(out, option->word);
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
        mf__buffer_put(out, i > 0 ? between : "");
        mf__buffer_put(out, option->choices[i]);
    }
}

void mf__option_describe(const struct mf__option *option, struct mf__buffer *out)
{
    mf__buffer_put(out, option->help);
    if (option->choices != NULL) {
        mf__buffer_put(out, option->kind == MF__AMOUNT ? "; or " : ": ");
        mf__option_words(option, ", ", out);
    } else if (option->word != NULL) {
        mf__buffer_print(out, "; or %s", option->word);
    }
    if (option->kind == MF__TEXT_LIST)
        mf__buffer_put(out, "; may be given again");
    const char *initial = option->preset != NULL ? option->preset : option->otherwise;
    if (initial != NULL)
        mf__buffer_print(out, " (default: %s)", initial);
}

/* "-w, --workers LIST", with room for the letter where there is none. */
static void put_name(const struct mf__option *option, struct mf__buffer *out)
{
    if (option->letter != 0)
        mf__buffer_print(out, "-%c, ", option->letter);
    else
        mf__buffer_put(out, "    ");
    mf__buffer_print(out, "--%s", option->name);
    if (option->argument != NULL)
        mf__buffer_print(out, " %s", option->argument);
}

/* One entry of two columns. */
static void put_entry(struct layout layout, const char *left, const char *right,
                      struct mf__buffer *out)
{
    size_t column = 2 + mf__text_width(left);
    mf__buffer_print(out, "  %s", left);
    if (column + 2 > layout.left) {
        mf__buffer_put(out, "\n");
        column = 0;
    }
    mf__buffer_fill(out, ' ', layout.left - column);
    mf__wrap(out, right, (struct mf__margins){layout.width, layout.left, layout.left});
    mf__buffer_put(out, "\n");
}

/* Places the right column behind the longest left side that is not too long. */
static void fit(struct layout *layout, const char *left)
{
    size_t needed = 2 + mf__text_width(left) + 2;
    if (needed > layout->left && needed <= WIDEST_LEFT && needed <= layout->width / 2)
        layout->left = needed;
}

static struct layout fit_options(const struct mf__verb *verb, size_t width, struct mf__buffer *out)
{
    struct layout layout = {8, width < LEAST_WIDTH ? LEAST_WIDTH : width};
    struct mf__option_walk walk = {.group = verb->groups};
    struct mf__buffer left = {0};
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL;) {
        mf__buffer_clear(&left);
        put_name(option, &left);
        fit(&layout, mf__buffer_text(&left));
        out->failed |= left.failed;
    }
    mf__buffer_done(&left);
    const struct mf__positional *positional = verb->positional;
    for (; positional != NULL && positional->name != NULL; positional++)
        fit(&layout, positional->name);
    return layout;
}

static void put_paragraph(struct layout layout, const char *text, struct mf__buffer *out)
{
    mf__wrap(out, text, (struct mf__margins){layout.width, 0, 0});
    mf__buffer_put(out, "\n");
}

/* The head of a page: what it is, how it is called, what there is to know. */
static void put_head(const struct mf__verb *verb, struct layout layout, struct mf__buffer *out)
{
    struct mf__buffer line = {0};
    mf__buffer_print(&line, "%s - %s", verb->command, verb->summary);
    put_paragraph(layout, mf__buffer_text(&line), out);
    out->failed |= line.failed;
    mf__buffer_done(&line);
    for (size_t i = 0; verb->synopsis[i] != NULL; i++) {
        const char *lead = i == 0 ? "\nUsage: " : "       ";
        size_t indent = strlen("Usage: ") + strlen(verb->command) + 1;
        mf__buffer_print(out, "%s%s ", lead, verb->command);
        mf__wrap(out, verb->synopsis[i], (struct mf__margins){layout.width, indent, indent});
        mf__buffer_put(out, "\n");
    }
    for (size_t i = 0; verb->description != NULL && verb->description[i] != NULL; i++) {
        mf__buffer_put(out, "\n");
        put_paragraph(layout, verb->description[i], out);
    }
}

static void put_arguments(const struct mf__verb *verb, struct layout layout, struct mf__buffer *out)
{
    const struct mf__positional *positional = verb->positional;
    if (positional == NULL || positional->name == NULL)
        return;
    mf__buffer_put(out, "\nArguments:\n");
    for (; positional->name != NULL; positional++)
        put_entry(layout, positional->name, positional->help, out);
}

/* `title` is the last one that was shown. Returns that of this group, if it was shown. */
static const char *put_group(const struct mf__option_group *group, struct layout layout,
                             const char *title, struct mf__buffer *out)
{
    struct mf__buffer left = {0}, right = {0};
    for (const struct mf__option *option = group->options; option->name != NULL; option++) {
        if (option->hidden)
            continue;
        if (strcmp(title, group->title) != 0)
            mf__buffer_print(out, "\n%s:\n", group->title);
        title = group->title;
        mf__buffer_clear(&left);
        mf__buffer_clear(&right);
        put_name(option, &left);
        mf__option_describe(option, &right);
        put_entry(layout, mf__buffer_text(&left), mf__buffer_text(&right), out);
        out->failed |= left.failed || right.failed;
    }
    mf__buffer_done(&left);
    mf__buffer_done(&right);
    return title;
}

/* What follows the options: each example, and each exit status. */
static void put_tail(const struct mf__verb *verb, struct layout layout, struct mf__buffer *out)
{
    const struct mf__pair *pair = verb->examples;
    if (pair != NULL && pair->name != NULL)
        mf__buffer_put(out, "\nExamples:\n");
    for (; pair != NULL && pair->name != NULL; pair++) {
        mf__buffer_print(out, "  %s\n      ", pair->name);
        mf__wrap(out, pair->text, (struct mf__margins){layout.width, 6, 6});
        mf__buffer_put(out, "\n");
    }
    pair = verb->exits;
    if (pair != NULL && pair->name != NULL)
        mf__buffer_put(out, "\nExit status:\n");
    for (; pair != NULL && pair->name != NULL; pair++)
        put_entry((struct layout){8, layout.width}, pair->name, pair->text, out);
}

static void put_groups(const struct mf__verb *verb, struct layout layout, struct mf__buffer *out)
{
    const struct mf__option_group *group = verb->groups;
    const char *title = "";
    for (; group != NULL && group->title != NULL; group++)
        title = put_group(group, layout, title, out);
}

void mf__help_verb(const struct mf__verb *verb, size_t width, struct mf__buffer *out)
{
    struct layout layout = fit_options(verb, width, out);
    put_head(verb, layout, out);
    put_arguments(verb, layout, out);
    put_groups(verb, layout, out);
    put_tail(verb, layout, out);
}

void mf__help_program(const struct mf__program *program, size_t width, struct mf__buffer *out)
{
    struct layout layout = fit_options(program->self, width, out);
    put_head(program->self, layout, out);
    struct layout verbs = {8, layout.width};
    for (size_t i = 0; program->verbs[i] != NULL; i++)
        fit(&verbs, program->verbs[i]->name);
    mf__buffer_put(out, "\nVerbs:\n");
    for (size_t i = 0; program->verbs[i] != NULL; i++)
        put_entry(verbs, program->verbs[i]->name, program->verbs[i]->summary, out);
    put_groups(program->self, layout, out);
    put_tail(program->self, layout, out);
}
