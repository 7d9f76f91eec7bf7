/* SPDX-License-Identifier: Apache-2.0 */
/* What a forest went by and what it predicted: parts that trainings and searches have both. */
#ifndef STORY_FOREST_PARTS_H
#define STORY_FOREST_PARTS_H

#include "story/searched.h"

/* Adds the three features that matter most with their shares, "a (31 %), b (12 %) and c (9.1 %)";
 * of
 * [{feature, importance}]. */
void mf__say_features(const json_t *importances, struct mf__buffer *out);

/* A chart of importances, the largest ones by name and the others together. `of` is whose they are,
 * "the best forest". Nothing when there are none. */
void mf__tell_importances(struct mf__story *story, const json_t *importances, const char *of);

/* How much a score falls when a feature is shuffled. */
void mf__tell_falls(struct mf__story *story, const json_t *root);

/* Predictions beside the truth: points, or who was taken for whom. */
void mf__tell_predictions(struct mf__story *story, const json_t *predictions, const char *target);

/* How scores are computed, with the numbers of this one: n rows, and {"rmse": ...}, in which the
 * score stands under a key; "" when it stands there itself. */
void mf__tell_formulae(struct mf__story *story, const json_t *scores, const char *key,
                       uint64_t rows);

/* "the 879 rows of the test part" */
void mf__say_part(const json_t *predictions, struct mf__buffer *out);

/* Remarks as notes; the command that makes it again. */
void mf__tell_remarks(struct mf__story *story, const json_t *root);

/* A table of two columns, row by row. */
void mf__begin_facts(struct mf__story *story, const char *title);
void mf__fact(struct mf__story *story, const char *name, const char *format, ...) MF_PRINTF(3, 4);

#endif
