/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a table that trials are trained and validated on, each prepared once.
 *
 * Rows with a target are divided as the ground says. For each fold and each preparation that a
 * trial asks for there is a part: the training rows and the rows to validate on, prepared by what
 * was learnt from the former. What growing needs of it (ranks, the target in whole numbers) is made
 * when a plan is to be run, and stays.
 */
#ifndef TUNE_PARTS_H
#define TUNE_PARTS_H

#include "forest/search.h"
#include "tune/plan.h"

/* One fold of one preparation. Constant while work runs. */
struct mf__fold_part {
    mf_dataset train;
    mf_dataset valid; /* nothing with MF__VALIDATE_OOB: the training rows are validated */
    mf_preparation *preparation; /* what was learnt from the training rows */
    size_t *valid_rows;          /* the rows to validate, as numbers of the table from 0 on */
    const float *falling;        /* the rows to validate, as mf__rows_copy leaves them; NULL until
                                    mf__part_ready */
    struct mf__ranked *ranked;   /* of the training rows; NULL until mf__part_ready */
};

/*
 * Divides and prepares for the configurations that are given, at least one; of these, only encode
 * and impute count. The table must stay. Free with mf__parts_free.
 * MF_E_INPUT: no row with a target; a test size or a number of folds that does not fit the rows
 * ("--test-size: ...", "--cv: ..."); what mf_prepare_learn and mf_prepare_apply refuse ("fold 2 of
 * 5: ..." of folds). MF_E_MEMORY.
 */
int mf__parts_new(const struct mf__ground *ground, const struct mf__config *configs,
                  size_t n_configs, struct mf__parts **ret_parts, mf_error *error);
void mf__parts_free(struct mf__parts *parts); /* NULL allowed */

struct mf__ground_facts mf__parts_facts(const struct mf__parts *parts);

/* Whether a configuration fits rows, columns and task in every fold. MF_E_INPUT begins with the
 * parameter's name ("max_features is 80: ..."), or says that its preparation is not among those
 * that the parts were made for. */
int mf__parts_check(const struct mf__parts *parts, const struct mf__config *config,
                    mf_error *error);

/* The number of the part that a configuration is trained on in a fold; SIZE_MAX when its
 * preparation is not among those that the parts were made for. */
size_t mf__parts_find(const struct mf__parts *parts, const struct mf__config *config, size_t fold);

const struct mf__fold_part *mf__parts_at(const struct mf__parts *parts, size_t part);

/* How the trees of a configuration grow on a part. MF_E_INPUT as mf__growth_of. */
int mf__part_growth(const struct mf__parts *parts, size_t part, const mf_forest_params *params,
                    struct mf__growth *ret_growth, mf_error *error);

/* What is validated: the rows, and their truth. */
size_t mf__part_valid_rows(const struct mf__parts *parts, size_t part);
const double *mf__part_truth(const struct mf__parts *parts, size_t part);

/* Whether the training rows are validated, by the trees that were grown without them. */
bool mf__parts_out_of_bag(const struct mf__parts *parts);

/*
 * Makes what growing needs, unless it is there: ranks, what goes with them for this growth, rows
 * for falling, and the goal, which the parts own. Not while anything runs on the part.
 */
int mf__part_ready(struct mf__parts *parts, size_t part, const struct mf__growth *growth,
                   const struct mf__goal **ret_goal, mf_error *error);

#endif
