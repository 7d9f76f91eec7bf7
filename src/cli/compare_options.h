/* SPDX-License-Identifier: Apache-2.0 */
/* What `manyfold compare` can be told, for each of its jobs. */
#ifndef CLI_COMPARE_OPTIONS_H
#define CLI_COMPARE_OPTIONS_H

#include "cli/compare_write.h"

struct mf__compare_settings {
    struct mf__common common;
    struct mf__compare_outputs outputs;
    struct mf__counts ways;
    struct mf__counts workers;
    bool weak;
    bool no_break_even;
    uint64_t from;
    uint64_t seed;
    uint64_t precision_ppb;
    uint64_t budget_ns;
    uint64_t warmups;
    uint64_t runs;     /* 0: as many as precision asks for */
    uint64_t min_runs; /* 0: the usual number */
    uint64_t max_runs;
    uint64_t min_sample_ns;
    bool strict;
    const char *pretend;
    uint64_t sample_size;    /* for a rank: what to take a sample of, ... */
    uint64_t sample_repeats; /* ... and how often; 0: this is no rank of a comparison */
    struct mf__tuning_settings tuning;
    const char *recipe;
    struct mf__step *step; /* takes the results; NULL: they are written */
};

enum mf__compared_job { MF__COMPARE_SUM, MF__COMPARE_TUNE, MF__COMPARE_JOBS };

/* Their names, in this order; ends with NULL. */
extern const char *const mf__compared_jobs[];

/* The verb as it is for one job: an option of the other one is unknown then. */
struct mf__verb mf__compare_verb_of(enum mf__compared_job job);

#endif
