/* SPDX-License-Identifier: Apache-2.0 */
/* What the chapters of a lab share: finding the documents of its steps. */
#ifndef STORY_LAB_PARTS_H
#define STORY_LAB_PARTS_H

#include "story/document.h"

/* The document of a step by its name, "sum", "train", "search", "search-compared"; NULL: it has
 * none. */
const json_t *mf__lab_document(const json_t *root, const char *name);

/* The two comparisons. */
#define MF__LAB_COMPARISONS 2
struct mf__lab_comparison {
    const char *name;  /* of the step */
    const char *title; /* "The sum" */
};
extern const struct mf__lab_comparison mf__lab_comparisons[MF__LAB_COMPARISONS];

/* How many of them there are. */
size_t mf__lab_n_compared(const json_t *root);

/* The score of the first forest, when the search scored its own on the same rows; NaN: it did not.
 */
double mf__lab_first_score(const json_t *training, const json_t *search, const char *metric);

/* Adds by which other scores the first forest was better than the best, if by any. */
void mf__lab_say_worse(const json_t *training, const json_t *search, struct mf__buffer *out);

/* Adds where the best lies at the end of what was tried, if it does. */
void mf__lab_say_edges(const json_t *search, struct mf__buffer *out);

/* Adds how little a quick lab does; either document may be NULL. */
void mf__lab_say_quick(const json_t *sum, const json_t *search, struct mf__buffer *out);

/* Begins an item of a text on both parts: "The sum: ", where both are there. */
void mf__lab_begin_item(const json_t *root, size_t comparison, struct mf__buffer *out);

/* The chapter on both parts side by side (lab_both.c). */
void mf__lab_both(struct mf__story *story, const json_t *root, unsigned level);

/* Whether the search that was run every way, of which `compared` is the comparison, learnt from
 * fewer rows than the search. */
bool mf__lab_learns_less(const json_t *search, const json_t *compared);

#endif
