/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The note beside a part of a download, "PART.from": of which address it is, and which version. Of
 * the address, which may hold passwords, it has the SHA-256 alone, and only its owner reads it.
 */
#ifndef FETCH_NOTE_H
#define FETCH_NOTE_H

#define MF__MARK_BYTES 256

/* The mark of the version that the note has for this address; "" when there is none that would
 * help. */
void mf__note_read(const char *part, const char *url, char ret_mark[MF__MARK_BYTES]);

/* Writes the note in place of another one; none where the mark is "". Where it cannot be written
 * there is none: the next try begins anew, which is no failure of this one. */
void mf__note_write(const char *part, const char *url, const char *mark);

void mf__note_remove(const char *part);

#endif
