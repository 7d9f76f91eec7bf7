/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a command for another machine names. */
#ifndef CLI_REMOTE_FILES_H
#define CLI_REMOTE_FILES_H

#include "cli/inner.h"
#include "remote/copy.h"

/* Start with {0}; free with mf__remote_files_done. */
struct mf__remote_files {
    struct mf__copy inputs;  /* what goes there */
    struct mf__copy goes_on; /* what it writes and is here already, as a journal: goes there unless
                                it is newer there */
    struct mf__buffer outputs; /* what it writes, a line each */
    struct mf__buffer remarks; /* a line for each name that is left alone */
};

/* Looks at the words, at the recipes among them and at this folder. What a killed search has left
 * half written in a journal that is to be sent is taken back here, or fails. */
int mf__remote_files_find(const struct mf__inner *inner, bool all, struct mf__remote_files *ret,
                          mf_error *error);
void mf__remote_files_done(struct mf__remote_files *files);

/* What comes back. Free with mf__remote_back_done. */
struct mf__remote_back {
    struct mf__copy results;
    struct mf__copy outputs;
    struct mf__copy strange; /* names that nobody here has asked for: nothing is to be replaced */
    struct mf__buffer kept;  /* those of them that are here already, fit to be shown, a line each */
    struct mf__buffer unsettled; /* why files here are not replaced, a line each */
    struct mf__buffer halves;    /* for mf__halves_drop when all has come */
};

/*
 * Sorts the names in lines. They come from the other machine when `noted` is told, and are then
 * looked up among the notes for it; with NULL all are ours.
 *
 * What killed searches have left half written in these files and in results/ here is taken back,
 * since what comes would have another one's change beside it. Files for which that fails are left
 * out. MF_E_MEMORY.
 */
int mf__remote_files_back(const struct mf__buffer *lines, const struct mf__host *noted,
                          struct mf__remote_back *ret, mf_error *error);
void mf__remote_back_done(struct mf__remote_back *back);

#endif
