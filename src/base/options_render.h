/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What users see of the tables in base/options.h. Everything is added to a buffer; whoever made the
 * buffer asks it once, at the end, whether memory sufficed.
 */
#ifndef BASE_OPTIONS_RENDER_H
#define BASE_OPTIONS_RENDER_H

#include "base/buffer.h"
#include "base/options.h"

#include <stddef.h>

/* Help for a terminal of `width` columns, at least 40. */
void mf__help_verb(const struct mf__verb *verb, size_t width, struct mf__buffer *out);
void mf__help_program(const struct mf__program *program, size_t width, struct mf__buffer *out);

/* Manual pages in roff with the man macros; `date` as in 2026-01-31, for no clock is asked. */
void mf__man_verb(const struct mf__program *program, const struct mf__verb *verb, const char *date,
                  struct mf__buffer *out);
void mf__man_program(const struct mf__program *program, const char *date, struct mf__buffer *out);

/* Completion scripts for the whole program. */
void mf__complete_bash(const struct mf__program *program, struct mf__buffer *out);
void mf__complete_zsh(const struct mf__program *program, struct mf__buffer *out);
void mf__complete_fish(const struct mf__program *program, struct mf__buffer *out);

/* The help of an option with its choices and its default: "how to colour: auto or never (default:
 * auto)". */
void mf__option_describe(const struct mf__option *option, struct mf__buffer *out);

/* The choices of an option, or the one word that stands in for a number, with `between` between
 * them; nothing when there are none. */
void mf__option_words(const struct mf__option *option, const char *between, struct mf__buffer *out);

/* Visits all options that are shown, in order. Start with { .group = verb->groups }; each call
 * returns the next one, or NULL. */
struct mf__option_walk {
    const struct mf__option_group *group;
    size_t next;
};
const struct mf__option *mf__option_walk(struct mf__option_walk *walk);

#endif
