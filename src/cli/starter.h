/* SPDX-License-Identifier: Apache-2.0 */
/* Who has started this command several times, by what launchers leave in the environment. */
#ifndef CLI_STARTER_H
#define CLI_STARTER_H

/* Set for ranks that manyfold itself starts. */
#define MF__LAUNCHED_VARIABLE "MANYFOLD_LAUNCHED"

/* Set by whoever wants a command that is no rank, though it stands in one. */
#define MF__ALONE_VARIABLE "MANYFOLD_NO_RANKS"

struct mf__starter {
    const char *module; /* ours for the MPI that fits; NULL: this is no rank */
    unsigned apart;     /* of no rank: as many copies srun has started, which know nothing of each
                           other; 0 for none */
};

/*
 * A variable that was left behind by something else makes no rank: those that a launcher sets
 * together have to be there together, and the connection that it hands over has to be open.
 *
 * A single task of srun is no rank either, but a command like any other: on clusters everything is
 * started so.
 */
struct mf__starter mf__starter_find(void);

#endif
