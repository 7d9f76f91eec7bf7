/* SPDX-License-Identifier: Apache-2.0 */
/* A training for programs: JSON as schema/train-1.schema.json describes it. Within a major version
 * fields are only added. */
#ifndef REPORT_TRAIN_JSON_H
#define REPORT_TRAIN_JSON_H

#include "report/json.h"
#include "report/train.h"

#define MF__TRAIN_SCHEMA         "manyfold-train-1"
#define MF__TRAIN_SCHEMA_VERSION "1.1"

/* The command line. */
struct mf__train_about {
    const char *const *args;
    size_t n_args;
    const char *command; /* quoted for a shell */
};

/* Adds the result and a newline. Errors: MF_E_MEMORY; `out` then holds a part at most. */
int mf__train_json(const struct mf__train_report *report, const struct mf__train_about *about,
                   struct mf__buffer *out, mf_error *error);

/* Parts that other results have too. Scores that are not known are null. */
json_t *mf__json_scores(const struct mf__metrics *metrics, const struct mf__scores *scores);
json_t *mf__json_remarks(const struct mf__remarks *remarks);
json_t *mf__json_fates(const struct mf__fates *fates);

#endif
