/* SPDX-License-Identifier: Apache-2.0 */
/* What this folder has had other machines write, kept in .manyfold/outputs: these files alone may
 * be replaced by what comes from there. */
#ifndef CLI_REMOTE_NOTES_H
#define CLI_REMOTE_NOTES_H

#include "remote/host.h"

#include "base/buffer.h"

#include <stdbool.h>

/* Notes names, a line each. That they could not be noted is no failure: less is replaced then. */
void mf__remote_note(const struct mf__host *host, const struct mf__buffer *names);

/* Adds what is noted. */
void mf__remote_notes_read(struct mf__buffer *notes);

bool mf__remote_is_noted(const struct mf__buffer *notes, const struct mf__host *host,
                         const char *name);

#endif
