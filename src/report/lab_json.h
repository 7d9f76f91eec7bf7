/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lab for programs: JSON as schema/lab-1.schema.json describes it. Its documents stand in it as
 * their verbs wrote them, byte for byte. Within a major version fields are only added.
 */
#ifndef REPORT_LAB_JSON_H
#define REPORT_LAB_JSON_H

#include <manyfold/machine.h>

#include "report/json.h"

#define MF__LAB_SCHEMA         "manyfold-lab-1"
#define MF__LAB_SCHEMA_VERSION "1.0"

/* One step of the lab. */
struct mf__lab_document {
    const char *name;  /* for programs: "search" */
    const char *title; /* for people */
    unsigned part;     /* 1 or 2 */
    int exit_status;
    const struct mf__buffer *json; /* its document */
};

/* Everything is the caller's. */
struct mf__lab_about {
    const char *const *args; /* the command line */
    size_t n_args;
    const char *created; /* a time as ISO 8601 has it; NULL for none */
    const mf_machine *machine;
    json_t *options; /* what was asked for, an object that is taken over */
    const char *end; /* "done", "interrupted", "failed" */
    const struct mf__lab_document *documents;
    size_t n_documents;
};

/* Errors: MF_E_MEMORY; `out` then holds a part at most. */
int mf__lab_json(const struct mf__lab_about *about, struct mf__buffer *out, mf_error *error);

#endif
