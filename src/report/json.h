/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building JSON with jansson, where any call may find no memory.
 *
 * The one rule: NULL spreads upwards. What cannot be made is NULL; putting NULL into an object or
 * an array frees that one and makes it NULL. So nobody asks until the root is written, and nothing
 * leaks on the way.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <manyfold/pool.h>

#include "base/buffer.h"
#include "stats/interval.h"

#include <jansson.h>
#include <stdint.h>

/* Both take `value` over, also when they fail. */
void mf__json_put(json_t **object, const char *key, json_t *value);
void mf__json_append(json_t **array, json_t *value);

/* null for what is not finite: JSON has no other word for it. */
json_t *mf__json_real(double value);

/* An integer; what is above the largest of jansson (2^63 - 1) becomes that one. */
json_t *mf__json_count(uint64_t value);

/* The digits as a string, for numbers that are exact to their last bit: many readers of JSON round
 * integers above 2^53. */
json_t *mf__json_digits(uint64_t value);

/* A string; null for NULL. A text that is not UTF-8 is escaped as mf__escape does. */
json_t *mf__json_text(const char *text);

/* {low, mid, high, coverage, known, method} */
json_t *mf__json_interval(const struct mf__interval *interval, const char *method);

/* What writes: {name, version}. */
json_t *mf__json_tool(void);

/* What a run did, with its workers. */
json_t *mf__json_ledger(const mf_ledger *ledger);

/* The same, and when its workers computed: in spans, of which those of many workers are merged, so
 * that there are about as many as these at most, and one for each worker in any case. A chart has
 * no room for more, and on many cores they would be longer than all else together. */
#define MF__JSON_SPANS_MOST 512
json_t *mf__json_ledger_with_spans(const mf_ledger *ledger);

/*
 * Adds the root, indented by two, with a newline at its end, and frees it. Reals have 12
 * significant digits, in any locale. MF_E_MEMORY when the root is NULL or cannot be written.
 */
int mf__json_write(json_t *root, struct mf__buffer *out, mf_error *error);

/* The same with 17 digits, from which every double is read back as it was. */
int mf__json_write_exactly(json_t *root, struct mf__buffer *out, mf_error *error);

/* The same as that, without blanks: half as long, for what nobody reads. */
int mf__json_write_compactly(json_t *root, struct mf__buffer *out, mf_error *error);

#endif
