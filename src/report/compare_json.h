/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A comparison for programs: JSON as schema/compare-1.schema.json describes it. Within a major
 * version fields are only added.
 */
#ifndef REPORT_COMPARE_JSON_H
#define REPORT_COMPARE_JSON_H

#include "compare/comparison.h"
#include "report/json.h"

#define MF__COMPARE_SCHEMA         "manyfold-compare-1"
#define MF__COMPARE_SCHEMA_VERSION "1.2"

/* A setting of the job's own, {"from", "1"}. */
struct mf__job_setting {
    const char *name;
    const char *value;
};

/* What the comparison itself does not know. */
struct mf__compare_about {
    const char *what;        /* "sum of 1..10,000,000,000" */
    const char *const *args; /* the command line */
    size_t n_args;
    const char *created;                    /* a time as ISO 8601 has it; NULL for none */
    const struct mf__job_setting *settings; /* of the job */
    size_t n_settings;
    int exit_status;         /* of the program; 128 + n when it ends by signal n */
    const char *exit_reason; /* a word for it: "done", "answers differ" */
};

/* The same bytes for the same input. Errors: MF_E_MEMORY; `out` then holds a part at most. */
int mf__compare_json(const struct mf__comparison *comparison, const struct mf__compare_about *about,
                     struct mf__buffer *out, mf_error *error);

/* Its larger parts. */
json_t *mf__json_request(const struct mf__comparison *comparison);
json_t *mf__json_machine(const mf_machine *machine);
json_t *mf__json_bounds(const mf_worker_bounds *bounds);
json_t *mf__json_load(const struct mf__comparison *comparison);
json_t *mf__json_doubts(const struct mf__comparison *comparison);
json_t *mf__json_series(const struct mf__comparison *comparison, size_t i);
json_t *mf__json_laws(const struct mf__way_laws *laws);

/* Where intervals come from. */
#define MF__METHOD_RANKS     "median by order statistics"
#define MF__METHOD_BOOTSTRAP "bootstrap percentiles"

#endif
