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
 * together have to be there together. Of connections PMI_FD has to be an open socket; of PMI_PORT
 * and PMIX_SERVER_URI it is only seen that they are set, and whether somebody answers there shows
 * when MPI starts.
 *
 * A single task of srun is no rank either, but a command like any other: on clusters everything is
 * started so. Nor is what somebody types in a shell of srun --pty, whatever the tasks.
 */
struct mf__starter mf__starter_find(void);

#endif
