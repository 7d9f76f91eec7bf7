/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages: roff with the man macros, as man-pages(7) orders the sections. */
#include "base/options_render.h"

#include "base/text.h"

#include <string.h>

/* Text in which roff sees nothing of its own; a dash stays the dash that can be copied. */
static void put_roff(struct mf__buffer *out, const char *text)
{
    size_t left = strlen(text);
    bool starts_line = out->length == 0 || out->bytes[out->length - 1] == '\n';
    if (starts_line && (*text == '.' || *text == '\''))
        mf__buffer_put(out, "\\&");
    while (left > 0) {
        uint32_t code = 0;
        size_t n = mf__utf8_read(text, left, &code);
        if (*text == '\\')
            mf__buffer_put(out, "\\e");
        else if (*text == '-')
            mf__buffer_put(out, "\\-");
        else if (n > 1)
            mf__buffer_print(out, "\\[u%04X]", (unsigned)code);
        else
            mf__buffer_add(out, text, 1);
        n = n > 0 ? n : 1;
        text += n;
        left -= n;
    }
}

static void put_line(struct mf__buffer *out, const char *text)
{
    put_roff(out, text);
    mf__buffer_put(out, "\n");
}

/* A phrase of the tables as a sentence: a capital in front, a full stop behind. */
static void put_sentence(struct mf__buffer *out, const char *phrase)
{
    char first[2] = {phrase[0], '\0'};
    if (first[0] >= 'a' && first[0] <= 'z')
        first[0] = (char)(first[0] - 'a' + 'A');
    size_t length = strlen(phrase);
    if (length == 0)
        return;
    put_roff(out, first);
    put_roff(out, phrase + 1);
    mf__buffer_put(out, strchr(".!?", phrase[length - 1]) != NULL ? "\n" : ".\n");
}

/* The name of a page: "manyfold sum" is documented in manyfold-sum(1). */
static void put_page_name(struct mf__buffer *out, const char *command, bool capitals)
{
    for (; *command != '\0'; command++) {
        bool small = *command >= 'a' && *command <= 'z';
        char letter = capitals && small ? (char)(*command - 'a' + 'A') : *command;
        if (letter == ' ' || letter == '-')
            mf__buffer_put(out, "\\-");
        else
            mf__buffer_add(out, &letter, 1);
    }
}

static void put_title(const struct mf__program *program, const struct mf__verb *verb,
                      const char *date, struct mf__buffer *out)
{
    mf__buffer_put(out, ".TH \"");
    put_page_name(out, verb->command, true);
    mf__buffer_print(out, "\" 1 \"%s\" \"%s %s\" \"User Commands\"\n", date, program->self->command,
                     program->version);
    mf__buffer_put(out, ".SH NAME\n");
    put_page_name(out, verb->command, false);
    mf__buffer_put(out, " \\- ");
    put_line(out, verb->summary);
    mf__buffer_put(out, ".SH SYNOPSIS\n");
    for (size_t i = 0; verb->synopsis[i] != NULL; i++) {
        mf__buffer_put(out, i > 0 ? ".br\n\\fB" : "\\fB");
        put_roff(out, verb->command);
        mf__buffer_put(out, "\\fR ");
        put_line(out, verb->synopsis[i]);
    }
}

static void put_description(const struct mf__verb *verb, struct mf__buffer *out)
{
    mf__buffer_put(out, ".SH DESCRIPTION\n");
    if (verb->description == NULL || verb->description[0] == NULL)
        put_sentence(out, verb->summary);
    for (size_t i = 0; verb->description != NULL && verb->description[i] != NULL; i++) {
        mf__buffer_put(out, i > 0 ? ".PP\n" : "");
        put_line(out, verb->description[i]);
    }
}

/* One entry of a list: a name in bold, its text indented below. */
static void put_entry(struct mf__buffer *out, const char *name, const char *text)
{
    mf__buffer_put(out, ".TP\n\\fB");
    put_roff(out, name);
    mf__buffer_put(out, "\\fR\n");
    put_sentence(out, text);
}

static void put_arguments(const struct mf__verb *verb, struct mf__buffer *out)
{
    const struct mf__positional *positional = verb->positional;
    if (positional == NULL || positional->name == NULL)
        return;
    mf__buffer_put(out, ".SH ARGUMENTS\n");
    for (; positional->name != NULL; positional++)
        put_entry(out, positional->name, positional->help);
}

static void put_option(const struct mf__option *option, struct mf__buffer *out)
{
    mf__buffer_put(out, ".TP\n");
    if (option->letter != 0)
        mf__buffer_print(out, "\\fB\\-%c\\fR, ", option->letter);
    mf__buffer_put(out, "\\fB\\-\\-");
    put_roff(out, option->name);
    mf__buffer_put(out, "\\fR");
    if (option->argument != NULL) {
        mf__buffer_put(out, " \\fI");
        put_roff(out, option->argument);
        mf__buffer_put(out, "\\fR");
    }
    mf__buffer_put(out, "\n");
    struct mf__buffer text = {0};
    mf__option_describe(option, &text);
    put_sentence(out, mf__buffer_text(&text));
    out->failed |= text.failed;
    mf__buffer_done(&text);
}

static void put_options(const struct mf__verb *verb, struct mf__buffer *out)
{
    struct mf__option_walk walk = {.group = verb->groups};
    const char *title = NULL;
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL;) {
        if (title == NULL)
            mf__buffer_put(out, ".SH OPTIONS\n");
        if (title == NULL || strcmp(title, walk.group->title) != 0) {
            mf__buffer_put(out, ".SS \"");
            put_roff(out, walk.group->title);
            mf__buffer_put(out, "\"\n");
        }
        title = walk.group->title;
        put_option(option, out);
    }
}

static void put_pairs(const struct mf__pair *pair, const char *title, struct mf__buffer *out)
{
    if (pair == NULL || pair->name == NULL)
        return;
    mf__buffer_print(out, ".SH %s\n", title);
    for (; pair->name != NULL; pair++)
        put_entry(out, pair->name, pair->text);
}

static void put_tail(const struct mf__verb *verb, struct mf__buffer *out)
{
    put_pairs(verb->exits, "\"EXIT STATUS\"", out);
    put_pairs(verb->examples, "EXAMPLES", out);
    if (verb->see_also == NULL || verb->see_also[0] == NULL)
        return;
    mf__buffer_put(out, ".SH \"SEE ALSO\"\n");
    for (size_t i = 0; verb->see_also[i] != NULL; i++) {
        put_roff(out, verb->see_also[i]);
        mf__buffer_put(out, verb->see_also[i + 1] != NULL ? ",\n" : "\n");
    }
}

void mf__man_verb(const struct mf__program *program, const struct mf__verb *verb, const char *date,
                  struct mf__buffer *out)
{
    put_title(program, verb, date, out);
    put_description(verb, out);
    put_arguments(verb, out);
    put_options(verb, out);
    put_tail(verb, out);
}

void mf__man_program(const struct mf__program *program, const char *date, struct mf__buffer *out)
{
    put_title(program, program->self, date, out);
    put_description(program->self, out);
    mf__buffer_put(out, ".SH VERBS\n");
    for (size_t i = 0; program->verbs[i] != NULL; i++)
        put_entry(out, program->verbs[i]->name, program->verbs[i]->summary);
    put_options(program->self, out);
    put_tail(program->self, out);
}
