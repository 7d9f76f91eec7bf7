/* SPDX-License-Identifier: Apache-2.0 */
/* What a search can be told, by whichever verb: what to search, and how to validate. */
#ifndef CLI_TUNING_OPTIONS_H
#define CLI_TUNING_OPTIONS_H

#include "cli/forest_options.h"
#include "cli/table_options.h"

#define MF__NO_RESOURCE  SIZE_MAX
#define MF__TRIALS_USUAL 100 /* where they are drawn */

struct mf__command_line;

/* One of the three. Zeroed where none was asked for. */
struct mf__validating {
    double test_size;
    uint64_t folds;
    bool oob;
};

/* Start with MF__TUNING_START. */
struct mf__tuning_settings {
    struct mf__reading reading;
    struct mf__preparing preparing;
    struct mf__forest_settings forest;
    struct mf__texts grid;
    size_t search;         /* an mf__strategy */
    uint64_t trials;       /* 0: not told */
    uint64_t factor;       /* 0: not told */
    size_t resource;       /* an mf__resource, or MF__NO_RESOURCE */
    uint64_t min_resource; /* 0: not told */
    bool no_share;
    struct mf__validating validating;
    struct mf__validating by_recipe; /* what a recipe asked for, when one was read */
    struct mf__counts scores;
    uint64_t seed;
    const struct mf__command_line *line; /* what was typed, if it is known */
};

#define MF__TUNING_START                                                                           \
    {                                                                                              \
        .forest = {.random_state = MF__NO_STATE}, .resource = MF__NO_RESOURCE                      \
    }

/* Their offsets count from the start of the settings. Beside them come mf__reading_options,
 * mf__preparing_options and mf__forest_options. */
extern const struct mf__option mf__space_options[];
extern const struct mf__option mf__validating_options[];
extern const struct mf__option mf__tuning_seed_options[];

/* To be called between a recipe and what is typed: what is typed of the validation then replaces
 * what the recipe says of it as a whole. */
void mf__tuning_recipe_read(struct mf__tuning_settings *settings);

/* Whether the options fit together; settles the validation. MF_E_INPUT. */
int mf__tuning_settle(struct mf__tuning_settings *settings, mf_error *error);

#endif
