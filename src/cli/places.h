/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a command reads and writes: that none of them gets into the way of another. */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>

/* One file. An output is named by its option, an input by what it holds: "the table". */
struct mf__place {
    const char *name;
    const char *path; /* "-" is standard input or output; NULL for none */
};

struct mf__places {
    const struct mf__place *list;
    size_t n;
};

/*
 * Whether every output can be expected to be written (mf__output_check), no two go to one file and
 * none goes to a file that is read; whether standard input is read once at most. Files are told by
 * what they are and not by their names, so links count.
 * MF_E_INPUT for files that are the same; MF_E_OUTPUT.
 */
int mf__places_check(const struct mf__places *outputs, const struct mf__places *inputs,
                     mf_error *error);

/* Whether what is there can be read once only: standard input, under whatever name, and pipes of a
 * shell, <(...). False for NULL. */
bool mf__is_read_once(const char *path);

#endif
