/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong with a study before it runs. */
#ifndef TUNE_STUDY_CHECK_H
#define TUNE_STUDY_CHECK_H

#include "tune/study.h"

/* What needs no table: numbers of the request, what does not go together. Before there are trials.
 * MF_E_INPUT. */
int mf__study_check_request(const struct mf__study_request *request, mf_error *error);

/* Out of bag, all trials must leave rows out. MF_E_INPUT. */
int mf__study_check_bags(const struct mf__study *study, mf_error *error);

/* Metrics against the task, every trial against rows, columns and task of some parts. MF_E_INPUT
 * names the trial. */
int mf__study_check_metrics(const struct mf__study *study, mf_error *error);
int mf__study_check_trials(const struct mf__study *study, const struct mf__parts *parts,
                           mf_error *error);

#endif
