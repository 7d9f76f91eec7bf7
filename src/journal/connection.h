/* SPDX-License-Identifier: Apache-2.0 */
/* From a path to a database that is known to be a journal. */
#ifndef JOURNAL_CONNECTION_H
#define JOURNAL_CONNECTION_H

#include "journal/query.h"

#define MF__JOURNAL_MARK    0x6d666a6c /* "mfjl": SQLite's application_id, at byte 68 of the file */
#define MF__JOURNAL_VERSION 2          /* SQLite's user_version, at byte 60 */

/* How it is opened. */
enum mf__purpose {
    MF__TO_WRITE, /* made when the file is empty */
    MF__TO_READ,
    MF__TO_ASK_WHO, /* to read who holds it, without a look at all the rest */
};

/*
 * Fills journal->db. A file of an older version gets what it lacks when it is opened for writing. A
 * file that is not ours is not changed. On failure there may be a db all the
 * same; free it with mf__disconnect.
 */
int mf__connect(struct mf__journal *journal, const char *path, enum mf__purpose purpose,
                mf_error *error);
void mf__disconnect(struct mf__journal *journal);

#endif
