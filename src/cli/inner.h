/* SPDX-License-Identifier: Apache-2.0 */
/* A command of manyfold as the argument of another one: "remote HOST -- tune ...". */
#ifndef CLI_INNER_H
#define CLI_INNER_H

#include "base/options.h"

/* The words, from the verb on; they stay where they are. */
struct mf__inner {
    const struct mf__verb *verb;
    char **words;
    size_t n;
};

/* A leading "manyfold" is passed over. MF_E_INPUT: no such verb. */
int mf__inner_read(char **words, size_t n, struct mf__inner *ret, mf_error *error);

/* The option of the verb that has this name; NULL when there is none. */
const struct mf__option *mf__inner_option(const struct mf__inner *inner, const char *name);

/* The value that the words give to an option, or "" for one without a value; NULL when it is not
 * among them. `letter` is 0 for none. Starts behind the verb at *from, which moves on, so that it
 * can be called again; from 1. */
const char *mf__inner_next(const struct mf__inner *inner, const char *name, char letter,
                           size_t *from);

/* Whether an option is among the words. */
bool mf__inner_says(const struct mf__inner *inner, const char *name, char letter);

#endif
