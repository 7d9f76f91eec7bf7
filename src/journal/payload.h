/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept under a key is JSON; reading it so that a lack of memory is not taken for damage. */
#ifndef JOURNAL_PAYLOAD_H
#define JOURNAL_PAYLOAD_H

#include <manyfold/status.h>

#include <jansson.h>

/* Gives NULL for a text that is no JSON, or has a name twice in an object. MF_E_MEMORY. Not while
 * another thread reads or makes JSON. */
int mf__payload_read(const char *text, json_t **ret_value, mf_error *error);

#endif
