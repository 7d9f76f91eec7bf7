/* SPDX-License-Identifier: Apache-2.0 */
/* The name in a folder that what was brought takes, by renaming. */
#ifndef FETCH_PLACE_H
#define FETCH_PLACE_H

#include "base/buffer.h"

#include <stdbool.h>

struct mf__place {
    const char *folder;
    const char *name;
    bool is_own; /* the name was given here or is that of the source; no archive chose it */
    bool force;  /* what has this name is replaced, if the name is our own */
};

/* *ret_path becomes FOLDER/NAME. MF_E_INPUT: it is taken; MF_E_MEMORY. */
int mf__place_choose(const struct mf__place *place, struct mf__buffer *ret_path, mf_error *error);

/* The same, and renames `from`, a file or a folder, to it. A file never replaces a folder. A folder
 * that is replaced has the name `from` then, and is the caller's to remove. MF_E_INPUT,
 * MF_E_OUTPUT, MF_E_MEMORY. */
int mf__place_take(const struct mf__place *place, const char *from, struct mf__buffer *ret_path,
                   mf_error *error);

/* Removes a tree, also from folders of it that are protected against writing; nothing where there
 * is none. 0, or the errno for the first part that stays. */
int mf__tree_remove(const char *path);

#endif
