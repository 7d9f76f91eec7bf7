/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manyfold ... --with mpi, typed by a person: the same command again, started by mpirun as often as
 * there are to be ranks, with the settings that are needed for that.
 */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include "base/buffer.h"
#include "base/options.h"

#include <limits.h>
#include <stdbool.h>

/* Where ranks run: of a verb that takes --with. */
struct mf__hosts {
    const char *list; /* "a:2,b:2"; NULL: this machine */
    uint64_t threads; /* in each rank */
};

extern const struct mf__option mf__hosts_options[];

/* Whether the command is of those that several ranks do together, and asks for no help: any other
 * one takes no notice of what has started it. `arguments` begin with the verb. */
bool mf__launch_concerns(const struct mf__arguments *arguments);

/*
 * Starts the command through mpirun when the arguments ask for the way mpi and nothing has started
 * ranks yet. False: it did, or could not; *ret_exit is what to end with. `arguments` begin with the
 * verb.
 */
bool mf__launch(const struct mf__arguments *arguments, int *ret_exit);

/* The threads in each rank, as --threads-per-rank says, or the environment of ranks that others
 * have started; else 1. MF_E_INPUT. */
int mf__launch_threads(const struct mf__arguments *arguments, uint64_t *ret_threads,
                       mf_error *error);

/* Whether ranks can be started here: mpirun is there, and our module for its MPI. MF_E_UNAVAILABLE.
 */
int mf__launch_check(mf_error *error);

/* With which MPI, which is loaded for that: "Open MPI v4.1.4, started by /usr/bin/mpirun.openmpi".
 * MF_E_UNAVAILABLE; MF_E_MEMORY. */
int mf__launch_describe(struct mf__buffer *text, mf_error *error);

/* A command of ours as mpirun starts it: on this machine, one thread in each rank. It points into
 * itself and to the arguments, so both stay where they are. */
struct mf__launched {
    const char **words; /* ends with NULL */
    size_t n;
    bool is_captured; /* somebody else reads what mpirun says */
    char ranks[24];
    char self[PATH_MAX];
};

/* `arguments` begin with the verb. MF_E_UNAVAILABLE, MF_E_MEMORY, MF_E_SYSTEM. */
int mf__launched_make(const struct mf__arguments *arguments, unsigned ranks,
                      struct mf__launched *ret_launched, mf_error *error);
void mf__launched_done(struct mf__launched *launched);

#endif
