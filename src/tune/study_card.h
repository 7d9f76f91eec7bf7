/* SPDX-License-Identifier: Apache-2.0 */
/* What a study is, for the journal. */
#ifndef TUNE_STUDY_CARD_H
#define TUNE_STUDY_CARD_H

#include "tune/study.h"

/* Room for a card. */
struct mf__study_card;

/* Free with mf__study_card_free; the study must stay. MF_E_MEMORY. */
int mf__study_card_new(const struct mf__study *study, struct mf__study_card **ret_card,
                       mf_error *error);
void mf__study_card_free(struct mf__study_card *card); /* NULL allowed */

const struct mf__card *mf__study_card_of(const struct mf__study_card *card);

#endif
