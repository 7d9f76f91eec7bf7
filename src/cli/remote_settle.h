/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite keeps what a change replaces in a file beside its own, "a.db-journal", until the change is
 * whole. A search that was killed leaves both, and one of them with another state of its partner is
 * a damaged journal. So the change is taken back where it was made, and that file never travels.
 *
 * A file is taken for one of SQLite's by how it begins, never by its name alone.
 */
#ifndef CLI_REMOTE_SETTLE_H
#define CLI_REMOTE_SETTLE_H

#include "base/buffer.h"

#include <manyfold/status.h>

/* Takes back what was left half written in a journal. Nothing is done, and nothing fails, where
 * nothing was left, or it is no journal of ours. MF_E_BUSY, MF_E_OUTPUT and the like: it could not
 * be taken back, and neither file may be replaced. The time of the journal stays, as the newer one
 * of two is known by it. */
int mf__settle(const char *name, mf_error *error);

/* Notes in `halves` what SQLite has left beside a name that may now be replaced. */
void mf__halves_note(struct mf__buffer *halves, const char *name);

/* Removes what was noted where the name stands for another file by now, which such a remainder
 * would damage, and leaves it where it does not. */
void mf__halves_drop(const struct mf__buffer *halves);

#endif
