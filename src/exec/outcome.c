/* SPDX-License-Identifier: Apache-2.0 */
/* An outcome as bytes: a mark and version, the fixed part, the workers' ledgers. */
#include "base/memory.h"
#include "base/status.h"
#include "exec/sample.h"

#include <string.h>
#include <xxhash.h>

#define MARK "mfo1"

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
    size_t n = outcome.ledger.n_workers;
    if (n > MF_WORKERS_MAX || left != n * sizeof *outcome.ledger.workers)
        return mf__fail(error, MF_E_FORMAT, "a sample's outcome has a ledger of the wrong length");
    outcome.answer[sizeof outcome.answer - 1] = '\0';
    outcome.wrong_why[sizeof outcome.wrong_why - 1] = '\0';
    outcome.ledger.workers = mf__new(n, sizeof *outcome.ledger.workers);
    if (outcome.ledger.workers == NULL)
        return mf__fail_memory(error, left, "a ledger");
    memcpy(outcome.ledger.workers, at + sizeof MARK + sizeof outcome, left);
    *ret_outcome = outcome;
    return 0;
}
