/* SPDX-License-Identifier: Apache-2.0 */
/* Two documents of one kind, or the two of one part of a lab, on their way into a mf__diff. */
#ifndef CLI_DIFFERING_PAIR_H
#define CLI_DIFFERING_PAIR_H

#include "report/diff.h"
#include "story/document.h"

struct mf__diff_pair {
    struct mf__diff *diff;
    enum mf__document_kind kind; /* not MF__DOCUMENT_LAB */
    const char *part;            /* NULL: they are whole documents */
    const json_t *old;
    const json_t *new;
    struct mf__buffer *missing; /* the names of series that only one of them has */
};

/* MF_E_INPUT, with what differs: they answer different questions. */
int mf__diff_pair_check(struct mf__diff_pair *pair, mf_error *error);

/* Adds what is judged; then, when all pairs have done so, the ceilings. MF_E_MEMORY. */
int mf__diff_pair_add(struct mf__diff_pair *pair, mf_error *error);
int mf__diff_pair_add_ceilings(struct mf__diff_pair *pair, mf_error *error);

/* ---- where and when they were measured (differing_place.c) ---- */

void mf__diff_sources(const struct mf__document *old, const struct mf__document *new,
                      struct mf__diff *diff);

/* Notes something that is not the same in both and may well change times. */
void mf__diff_apart(struct mf__diff *diff, const char *what, const char *old, const char *new);

/* Remarks: other machines, versions and systems; that the ceilings moved; the loads and doubts of
 * two comparisons. */
void mf__diff_remark_sources(struct mf__diff *diff);
void mf__diff_remark_ceilings(struct mf__diff *diff);
void mf__diff_pair_remark_place(struct mf__diff_pair *pair);

#endif
