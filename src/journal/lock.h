/* SPDX-License-Identifier: Apache-2.0 */
/* Who may write a journal: a lock on its file, from opening to closing. */
#ifndef JOURNAL_LOCK_H
#define JOURNAL_LOCK_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stdint.h>

struct mf__lock {
    int fd;    /* -1: none */
    bool made; /* the file was not there before */
};

/*
 * Opens the file, made when there is none, and locks it; waits up to `wait_ns` for whoever has it.
 * Returns 0; 1 when it is still held then; MF_E_OUTPUT or MF_E_SYSTEM.
 */
int mf__lock_take(const char *path, uint64_t wait_ns, struct mf__lock *ret_lock, mf_error *error);

/* Only after SQLite has closed its file: lock.c says why. */
void mf__lock_drop(struct mf__lock *lock);

/* Whether somebody holds it; false also when that cannot be found out. Not while this process has a
 * transaction open on the file. */
bool mf__lock_is_held(const char *path);

#endif
