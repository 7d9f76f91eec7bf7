/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a file, a pipe or a piece of memory, unpacked when they are packed (which their
 * first bytes tell), in pieces and as often as one likes.
 *
 * A regular file is read again from its start; of anything else, what was read is kept.
 */
#ifndef TABLE_SOURCE_H
#define TABLE_SOURCE_H

#include <manyfold/status.h>
#include <stddef.h>

struct mf__source;

/* MF_E_SYSTEM when there is no such file, it is a folder or cannot be opened. */
int mf__source_open(const char *path, struct mf__source **ret, mf_error *error);

/* `bytes` must stay; `name` is for messages. */
int mf__source_of(const void *bytes, size_t length, const char *name, struct mf__source **ret,
                  mf_error *error);

void mf__source_close(struct mf__source *source); /* NULL allowed */

/* The name on one line, as it is shown in messages. */
const char *mf__source_shown(const struct mf__source *source);

/* Puts the next bytes, at most `room` > 0 of them, into `into`; 0 of them at the end only.
 * MF_E_SYSTEM: cannot be read. MF_E_FORMAT: packed data that is damaged or cut short. */
int mf__source_read(struct mf__source *source, void *into, size_t room, size_t *ret_length,
                    mf_error *error);

/* The next read starts from the first byte again. */
int mf__source_rewind(struct mf__source *source, mf_error *error);

#endif
