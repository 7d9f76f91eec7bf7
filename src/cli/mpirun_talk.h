/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What mpirun says on standard error: the lines of our ranks, which are passed on, and notices of
 * its own, of which there are many and long ones. They are kept back, and what they tell becomes
 * one line.
 */
#ifndef CLI_MPIRUN_TALK_H
#define CLI_MPIRUN_TALK_H

#include "base/buffer.h"

#include <stdbool.h>

/* Start with {0}; frees by mf__mpirun_talk_done. */
struct mf__mpirun_talk {
    struct mf__buffer held;   /* of standard output, which may be a notice */
    struct mf__buffer line;   /* the one that has begun */
    struct mf__buffer notice; /* what mpirun said, kept back */
    struct mf__buffer told;   /* the last line of a rank that is an error, not to be shown twice */
    struct mf__buffer reason; /* why it failed, once that is clear */
    int status;               /* that goes with `reason` */
    bool in_line;             /* of standard output */
    bool out_is_over;         /* the notice that ends standard output has come */
    bool in_notice;           /* between two rules of its own */
    bool after_aside;         /* which an empty line may follow */
    bool is_live;             /* the line is one that is written over, and is shown at once */
    bool rank_gave_up;        /* a rank said that it lost another one: all is over */
    bool cannot_start;        /* ssh failed on a host, which MPICH would wait for without end */
    int rank;                 /* of a notice; -1 for none */
    int hydra_code;           /* how a rank ended, by MPICH's notice; 0 for none */
    char node[128];
};

void mf__mpirun_talk_start(struct mf__mpirun_talk *talk);

/* Takes what came; adds what is to be shown to `shown`. */
void mf__mpirun_talk_hear(struct mf__mpirun_talk *talk, const char *bytes, size_t n,
                          struct mf__buffer *shown);

/* The same for standard output, where MPICH says how ranks ended: it becomes part of `shown`, and
 * what is of the ranks is added to `out`. At its end n is 0. */
void mf__mpirun_talk_pass(struct mf__mpirun_talk *talk, const char *bytes, size_t n,
                          struct mf__buffer *out, struct mf__buffer *shown);

/*
 * After the end of mpirun with this status, as a shell sees it, `was_killed`: by a signal to mpirun
 * itself. Adds what is left to be said, one line if it was understood. The exit status for our own
 * end.
 */
int mf__mpirun_talk_end(struct mf__mpirun_talk *talk, int status, bool was_killed,
                        struct mf__buffer *shown);

void mf__mpirun_talk_done(struct mf__mpirun_talk *talk);

#endif
