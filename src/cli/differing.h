/* SPDX-License-Identifier: Apache-2.0 */
/* Two result documents laid side by side. */
#ifndef CLI_DIFFERING_H
#define CLI_DIFFERING_H

#include "report/diff.h"
#include "story/document.h"

/*
 * Fills all of *diff but its command line and exit status; texts stay in the documents.
 * Start with a zeroed one that has its threshold; free it also after a failure. MF_E_INPUT: they
 * are of two kinds, answer different questions, or have nothing in common that can be compared.
 */
int mf__diff_documents(const struct mf__document *old, const struct mf__document *new,
                       struct mf__diff *diff, mf_error *error);

#endif
