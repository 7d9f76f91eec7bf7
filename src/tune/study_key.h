/* SPDX-License-Identifier: Apache-2.0 */
/* A unit, one trial in one fold, in a journal: its key, its label and its result. */
#ifndef TUNE_STUDY_KEY_H
#define TUNE_STUDY_KEY_H

#include "tune/batch.h"
#include "tune/study.h"

struct mf__unit {
    const struct mf__config *config;
    size_t fold;
    uint64_t max_rows; /* as in struct mf__ground */
};

/* The key says all that a result depends on, so that any study finds it. Adds to `room`, which is
 * cleared. MF_E_MEMORY. */
int mf__unit_key(const struct mf__study *study, const struct mf__unit *unit,
                 struct mf__buffer *room, unsigned char ret_key[MF__KEY_BYTES], mf_error *error);

/* The parameters that were searched, "max_depth=5 max_features=sqrt". */
void mf__trial_show(const struct mf__study *study, const struct mf__value *values,
                    struct mf__buffer *text);

/* A result as a JSON text. */
void mf__unit_write(const struct mf__unit_result *result, struct mf__buffer *payload);

/* Reads it back to the bit; fills only scores, seconds and never_out, which is 0 where the result
 * has none. MF_E_FORMAT, MF_E_MEMORY. Not
 * while another thread reads or makes JSON. */
int mf__unit_read(const char *payload, struct mf__unit_result *ret_result, mf_error *error);

#endif
