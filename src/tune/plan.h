/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From trials to items of work.
 *
 * A trial is scored once for each fold. Trials of one fold and one preparation share its ranks.
 * Those that differ in n_estimators alone are prefixes of one forest: a chain, grown as far as the
 * longest. Chains that differ in max_depth alone make a bundle: their trees have the same seeds,
 * and a tree that did not reach a limit is the tree under that limit too. An item is some
 * successive trees of one bundle; it leaves behind what each tree predicts for the rows to be
 * validated, so that every sum over trees is formed in one order, whoever grew them.
 * Bundles that take the longest come first; among those that take about as long, the folds of a
 * trial stand together, so that trials are finished from the start. A run that may be stopped by
 * the clock asks for the opposite: bundles whose first unit is finished soonest come first, and
 * where that is late, their chains are bundles of their own. So a run finishes something unless the
 * shortest chain takes longer than it has.
 */
#ifndef TUNE_PLAN_H
#define TUNE_PLAN_H

#include <manyfold/pool.h>
#include <manyfold/score.h>
#include <manyfold/table.h>

#include "forest/params.h"
#include "tune/space.h"

enum mf__validation { MF__VALIDATE_SPLIT, MF__VALIDATE_FOLDS, MF__VALIDATE_OOB };

/* What all trials of a study stand on. */
struct mf__ground {
    const mf_table *table;
    mf_prepare_options preparing; /* encode and impute are those of the trials */
    int validation;               /* an mf__validation */
    double test_size;             /* of MF__VALIDATE_SPLIT */
    size_t folds;                 /* of MF__VALIDATE_FOLDS */
    uint32_t seed;     /* of the split, the folds, and of which rows a smaller resource takes */
    uint64_t max_rows; /* train on so many rows of each training part, drawn by the seed; 0: all */
};

/* What became of the table. */
struct mf__ground_facts {
    size_t rows; /* with a target */
    size_t without_target;
    size_t train;     /* in the first fold */
    size_t validated; /* in the first fold */
    size_t columns;   /* features in the first preparation */
    size_t n_classes;
    size_t n_folds; /* 1 but for MF__VALIDATE_FOLDS */
    int grid;       /* as mf_forest_grid */
};

/* The prepared parts of the table, each preparation and fold once. */
struct mf__parts;

struct mf__plan_counts {
    uint64_t trials;        /* with a unit that is wanted */
    uint64_t units;         /* trials in folds */
    uint64_t trees_asked;   /* added up over units */
    uint64_t trees_planned; /* grown at most; some of them turn out to be shared on the way */
    uint64_t items;
    uint64_t result_bytes; /* of an item */
};

/* A unit in its chain: it is scored when so many trees are there. */
struct mf__chain_stop {
    uint64_t n_trees;
    size_t trial;
};

/* Units of one part that differ in n_estimators alone: one forest, grown as far as the longest. */
struct mf__chain {
    struct mf__growth growth;
    uint64_t n_trees;
    size_t first_stop; /* in the plan's list; n_trees rise, equal ones come by trial */
    size_t n_stops;
};

/* Chains that differ in max_depth alone, the deepest first. */
struct mf__bundle {
    size_t part;
    size_t first_chain; /* in the plan's list */
    size_t n_chains;
    uint64_t n_trees; /* of the longest chain */
    uint64_t block;   /* trees of an item; the last one may have fewer */
    uint64_t first_item;
    uint32_t random_state;
    bool bootstrap;
    double cost;       /* by a rough model, in no unit */
    double first_cost; /* up to the first of its units that is finished */
};

struct mf__plan_request {
    const struct mf__config *configs; /* of each trial; must stay */
    size_t n_trials;
    struct mf__parts *parts;     /* made for (at least) these; must stay */
    const unsigned char *wanted; /* n_trials * n_folds, fold changing fastest: 0 where the unit is
                                    not to be run; NULL when all are */
    bool share;                  /* otherwise every unit is a bundle and an item of its own */
    bool soonest_first;          /* for a run with a limit of time; otherwise the longest first */
};

struct mf__plan {
    struct mf__plan_request request; /* without `wanted` */
    size_t n_folds;
    struct mf__bundle *bundles; /* in the order in which they are run */
    size_t n_bundles;
    struct mf__chain *chains;
    size_t n_chains;
    struct mf__chain_stop *stops;
    size_t n_stops;
    struct mf__plan_counts counts;
};

/*
 * Plans the units that are wanted: none, too. Nothing is ranked or grown yet. The plan depends on
 * the request alone, never on who is to run it or how fast. Free with mf__plan_free.
 * MF_E_INPUT: a configuration that does not fit, as mf__parts_check says it. MF_E_MEMORY.
 */
int mf__plan_new(const struct mf__plan_request *request, struct mf__plan **ret_plan,
                 mf_error *error);
void mf__plan_free(struct mf__plan *plan); /* NULL allowed */

/* The bundle that an item belongs to. */
const struct mf__bundle *mf__plan_bundle(const struct mf__plan *plan, uint64_t item);

/*
 * What an item leaves behind: for each of its trees in turn, for each chain of the bundle in turn,
 * a slot, and behind it what the tree predicts for each row that is validated (as mf_forest_predict
 * would, of this tree alone; NaN where the row is in the tree's bag and out-of-bag rows are
 * validated). The slot of a chain that has no such tree any more holds nothing.
 */
struct mf__tree_slot {
    uint64_t ns;        /* that growing and predicting took */
    uint64_t is_shared; /* not 0: the tree is that of the chain before it in the bundle */
};

/* The bytes of a slot and its predictions. */
size_t mf__plan_slot_bytes(const struct mf__parts *parts, size_t part);

/* What the item of a unit that is run alone leaves behind. */
struct mf__alone {
    double scores[MF_METRICS];
    uint64_t ns;
    uint64_t never_out; /* as in struct mf__unit_result */
};

#endif
