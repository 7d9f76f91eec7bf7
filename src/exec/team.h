/* SPDX-License-Identifier: Apache-2.0 */
/* Threads of ours in a program that is not: signals are for the program's own threads. */
#ifndef EXEC_TEAM_H
#define EXEC_TEAM_H

#include <manyfold/status.h>

#include <pthread.h>

/* pthread_create() for a thread that takes no signals but those that it brings upon itself. */
int mf__start_quietly(pthread_t *thread, void *(*run)(void *), void *argument);

struct mf__team;

/*
 * Starts `n` threads that call work(user, 0 .. n - 1) once. Those that cannot be started leave
 * their work to the others, so `work` takes from what is there. MF_E_MEMORY; MF_E_SYSTEM: not even
 * one.
 */
int mf__team_start(unsigned n, void (*work)(void *user, unsigned member), void *user,
                   struct mf__team **ret_team, mf_error *error);

/* Waits until all have returned. NULL allowed. */
void mf__team_join(struct mf__team *team);

#endif
