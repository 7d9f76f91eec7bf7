/* SPDX-License-Identifier: Apache-2.0 */
/* Demonstrations for people and for programs. */
#ifndef DEMO_SHOW_H
#define DEMO_SHOW_H

#include "base/buffer.h"
#include "demo/demo.h"
#include "exec/doubts.h"
#include "report/style.h"

/* The list of all demonstrations. */
void mf__demo_list_text(const struct mf__style *style, struct mf__buffer *out);

/* What one showed: a heading, what was done, the table, what was seen. */
void mf__demo_text(const struct mf__demo_result *result, const struct mf__style *style,
                   struct mf__buffer *out);

/* What makes all of it doubtful before it begins, in a line each; may add nothing. */
void mf__demo_doubts_text(const struct mf__doubts *doubts, const mf_machine *machine,
                          const struct mf__style *style, struct mf__buffer *out);

/* All that were shown, as schema/demo-1.schema.json describes. MF_E_MEMORY. */
int mf__demo_json(const struct mf__demo_settings *settings, struct mf__demo_result *const *results,
                  size_t n, struct mf__buffer *out, mf_error *error);

#endif
