/* SPDX-License-Identifier: Apache-2.0 */
/* An outcome as bytes: a mark and version, the fixed part, the workers' ledgers, their
 * spans. */
#include "base/memory.h"
#include "base/status.h"
#include "exec/sample.h"

#include <string.h>
#include <xxhash.h>

#define MARK "mfo3"

void mf__digest(const void *bytes, size_t length, unsigned char ret_digest[MF__DIGEST_BYTES])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, length));
    memcpy(ret_digest, canonical.digest, MF__DIGEST_BYTES);
}

void mf__outcome_done(struct mf__outcome *outcome)
{
    mf_ledger_done(&outcome->ledger);
}

void mf__outcome_encode(const struct mf__outcome *outcome, struct mf__buffer *bytes)
{
    mf__buffer_add(bytes, MARK, sizeof MARK);
    mf__buffer_add(bytes, outcome, sizeof *outcome);
    mf__buffer_add(bytes, outcome->ledger.workers,
                   outcome->ledger.n_workers * sizeof *outcome->ledger.workers);
    mf__buffer_add(bytes, outcome->ledger.spans,
                   outcome->ledger.n_spans * sizeof *outcome->ledger.spans);
}

/* The workers and the spans behind the fixed part, `left` bytes; `ledger` says how many of both. */
static int decode_lists(const char *at, size_t left, mf_ledger *ledger, mf_error *error)
{
    size_t n = ledger->n_workers;
    size_t n_spans = ledger->n_spans;
    size_t workers_bytes = n * sizeof *ledger->workers;
    if (n > MF_WORKERS_MAX || n_spans > n * MF_SPANS_MAX ||
        left != workers_bytes + n_spans * sizeof *ledger->spans)
        return mf__fail(error, MF_E_FORMAT, "a sample's outcome has a ledger of the wrong length");
    ledger->workers = mf__new(n, sizeof *ledger->workers);
    ledger->spans = mf__new(n_spans, sizeof *ledger->spans);
    if (ledger->workers == NULL || ledger->spans == NULL) {
        mf_ledger_done(ledger);
        return mf__fail_memory(error, left, "a ledger");
    }
    memcpy(ledger->workers, at, workers_bytes);
    memcpy(ledger->spans, at + workers_bytes, left - workers_bytes);
    return 0;
}

int mf__outcome_decode(const void *bytes, size_t length, struct mf__outcome *ret_outcome,
                       mf_error *error)
{
    struct mf__outcome outcome;
    const char *at = bytes;
    if (length < sizeof MARK + sizeof outcome || memcmp(at, MARK, sizeof MARK) != 0)
        return mf__fail(error, MF_E_FORMAT,
                        "a sample's outcome is cut short or of another version");
    /* Any other byte is not a bool, and reading it would not be defined. */
    if ((unsigned char)at[sizeof MARK + offsetof(struct mf__outcome, wrong)] > 1)
        return mf__fail(error, MF_E_FORMAT, "a sample's outcome is damaged");
    memcpy(&outcome, at + sizeof MARK, sizeof outcome);
    size_t left = length - sizeof MARK - sizeof outcome;
    outcome.answer[sizeof outcome.answer - 1] = '\0';
    outcome.wrong_why[sizeof outcome.wrong_why - 1] = '\0';
    int code = decode_lists(at + sizeof MARK + sizeof outcome, left, &outcome.ledger, error);
    if (code == 0)
        *ret_outcome = outcome;
    return code;
}
