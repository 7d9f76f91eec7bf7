/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command on the other machine: started there so that it stands on its own, followed from here,
 * found again by whoever asks later. There is one for each folder.
 */
#ifndef REMOTE_RUN_H
#define REMOTE_RUN_H

#include "remote/link.h"

/* What there is in the folder. */
enum mf__there_state {
    MF__THERE_NONE,
    MF__THERE_RUNNING,
    MF__THERE_FINISHED,  /* and nobody has taken its results home */
    MF__THERE_BROUGHT,   /* and its results were taken home */
    MF__THERE_LOST,      /* it has gone without a word: killed, or the machine was restarted */
    MF__THERE_ELSEWHERE, /* another machine that shares the folder has started it */
};

struct mf__there {
    enum mf__there_state state;
    bool same;                 /* it is the command that was asked about */
    bool was_running;          /* when it was asked to stop */
    bool followed;             /* it is known to have been started, as it was followed */
    int status;                /* how it ended, -1 while that is not known */
    struct mf__buffer command; /* as it was typed, for a shell */
    struct mf__buffer outputs; /* names of files, a line each */
    char machine[256];
};

/* What is to be run. All are texts for a shell, but `outputs`. */
struct mf__order {
    struct mf__buffer command;  /* as it was typed: by it the command is found again */
    struct mf__buffer words;    /* as it is run */
    struct mf__buffer settings; /* lines that set its environment */
    struct mf__buffer outputs;  /* names of files that it writes, a line each */
};

void mf__there_done(struct mf__there *there);
void mf__order_done(struct mf__order *order);

/* Looks; `make` when something is to be started: makes the folder, and fails when programs are
 * missing there. A NULL `order` compares with no command. Start with *ret {0}. Errors of
 * mf__link_ask. */
int mf__there_ask(const struct mf__link *link, const struct mf__order *order, bool make,
                  struct mf__there *ret, mf_error *error);

/* Whoever follows a command. */
struct mf__follower {
    /* What the command writes: 0 for its standard output, 1 for standard error. */
    int (*take)(void *user, int stream, const char *bytes, size_t n, mf_error *error);
    /* The connection was lost and is tried again, the `attempt`th time of `most`. */
    void (*again)(void *user, unsigned attempt, unsigned most, const char *why);
    void *user;
    unsigned tries; /* in a row, before it is given up */
};

/*
 * Starts the command of `order`, or finds it started, and follows it until it has ended; a NULL
 * order only follows. Connects again when the connection is lost. `there` is filled in on success.
 * Errors of mf__link_ask; MF_E_SYSTEM: it was lost for good; what `take` returned.
 */
int mf__there_follow(const struct mf__link *link, const struct mf__order *order,
                     const struct mf__follower *follower, struct mf__there *there, mf_error *error);

/* Notes that the results were taken home. */
int mf__there_brought(const struct mf__link *link, mf_error *error);

/* Asks the command to end and waits for it; what has ended is let go of. */
int mf__there_stop(const struct mf__link *link, struct mf__there *ret, mf_error *error);

/* How long to wait before the `attempt`th time, from 1 on. */
uint64_t mf__again_after_ns(unsigned attempt);

#endif
