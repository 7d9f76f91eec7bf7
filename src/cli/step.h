/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verb that another verb runs as one of its steps. Everything is done as if the words had been
 * typed, and the record names them. But the step shows and writes nothing that was not typed: it
 * hands its results over. Progress and failures are told as always; an interruption is left to the
 * other verb.
 */
#ifndef CLI_STEP_H
#define CLI_STEP_H

#include "cli/cli.h"

/* Start with {.common = ...}; free with mf__step_done. */
struct mf__step {
    const struct mf__common *common; /* of the other verb, in place of its own */
    bool check;                      /* only find out whether it could be run */
    const char *cure; /* of compare: what takes more rounds, in words; NULL: its own options */
    struct mf__buffer json; /* as --json writes it; empty when there is no result */
    struct mf__buffer csv;  /* as --csv writes it */
};

void mf__step_done(struct mf__step *step);

/* Shows this machine. An exit status. */
int mf__doctor_show(bool brief, const struct mf__common *common);

/* Each takes the arguments behind the verb and returns an exit status. */
int mf__compare_step(struct mf__arguments *arguments, struct mf__step *step);
int mf__train_step(struct mf__arguments *arguments, struct mf__step *step);
int mf__tune_step(struct mf__arguments *arguments, struct mf__step *step);

#endif
