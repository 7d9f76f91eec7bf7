/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sample.h"

#include "base/memory.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#define N_WORKERS 3

static void encode(struct mf__buffer *bytes, unsigned n_workers)
{
    mf_worker_ledger workers[N_WORKERS] = {{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}, {11, 12, 13, 14, 15}};
    struct mf__outcome outcome = {.total_ns = 100, .cpu_ns = 200, .peak_bytes = 300};
    memset(outcome.digest, 0xa5, sizeof outcome.digest);
    snprintf(outcome.answer, sizeof outcome.answer, "%s", "4950");
    outcome.wrong = true;
    memset(outcome.wrong_why, 'w', sizeof outcome.wrong_why - 1);
    outcome.ledger = (mf_ledger){.wall_ns = 90,
                                 .items_done = 99,
                                 .deaths = 1,
                                 .load_balance = 0.75,
                                 .n_workers = n_workers,
                                 .workers = workers};
    mf_span spans[N_WORKERS + 1];
    for (unsigned i = 0; i <= n_workers; i++)
        spans[i] = (mf_span){.worker = i, .items = 20 + i, .end_ns = 30 + i};
    outcome.ledger.spans = spans;
    outcome.ledger.n_spans = n_workers > 0 ? n_workers + 1 : 0;
    mf__outcome_encode(&outcome, bytes);
    assert_int_equal(mf__buffer_check(bytes, NULL), 0);
}

static void assert_as_encoded(const struct mf__outcome *outcome, unsigned n_workers)
{
    assert_int_equal(outcome->total_ns, 100);
    assert_int_equal(outcome->cpu_ns, 200);
    assert_int_equal(outcome->peak_bytes, 300);
    for (size_t i = 0; i < MF__DIGEST_BYTES; i++)
        assert_int_equal(outcome->digest[i], 0xa5);
    assert_string_equal(outcome->answer, "4950");
    assert_true(outcome->wrong);
    assert_int_equal(strlen(outcome->wrong_why), sizeof outcome->wrong_why - 1);
    assert_int_equal(outcome->ledger.wall_ns, 90);
    assert_int_equal(outcome->ledger.items_done, 99);
    assert_int_equal(outcome->ledger.deaths, 1);
    assert_true(outcome->ledger.load_balance == 0.75);
    assert_int_equal(outcome->ledger.n_workers, n_workers);
    for (unsigned i = 0; i < n_workers; i++) {
        assert_int_equal(outcome->ledger.workers[i].items, 1 + 5 * i);
        assert_int_equal(outcome->ledger.workers[i].combine_ns, 5 + 5 * i);
    }
    assert_int_equal(outcome->ledger.n_spans, n_workers > 0 ? n_workers + 1 : 0);
    for (unsigned i = 0; i < outcome->ledger.n_spans; i++) {
        assert_int_equal(outcome->ledger.spans[i].worker, i);
        assert_int_equal(outcome->ledger.spans[i].items, 20 + i);
        assert_int_equal(outcome->ledger.spans[i].end_ns, 30 + i);
    }
}

/* Decodes a copy of just these bytes, so that a sanitizer sees a read behind them. */
static int decode(const char *bytes, size_t length, struct mf__outcome *ret_outcome)
{
    char *copy = mf__new(length, 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    int code = mf__outcome_decode(copy, length, ret_outcome, NULL);
    mf__free(copy);
    return code;
}

static void an_outcome_travels_as_bytes(void **state)
{
    (void)state;
    for (unsigned n_workers = 0; n_workers <= N_WORKERS; n_workers++) {
        struct mf__buffer bytes = {0};
        struct mf__outcome outcome;
        encode(&bytes, n_workers);
        assert_int_equal(decode(bytes.bytes, bytes.length, &outcome), 0);
        assert_as_encoded(&outcome, n_workers);
        mf__outcome_done(&outcome);
        mf__outcome_done(&outcome);
        mf__buffer_done(&bytes);
    }
}

static void an_outcome_is_read_from_any_address(void **state)
{
    (void)state;
    struct mf__buffer bytes = {0};
    struct mf__outcome outcome;
    mf__buffer_put(&bytes, "1");
    encode(&bytes, N_WORKERS);
    assert_int_equal(mf__outcome_decode(bytes.bytes + 1, bytes.length - 1, &outcome, NULL), 0);
    assert_as_encoded(&outcome, N_WORKERS);
    mf__outcome_done(&outcome);
    mf__buffer_done(&bytes);
}

static void every_other_length_is_refused(void **state)
{
    (void)state;
    struct mf__buffer bytes = {0};
    struct mf__outcome outcome = {.total_ns = 77};
    mf_error error = {0};
    encode(&bytes, N_WORKERS);
    size_t whole = bytes.length;
    mf__buffer_fill(&bytes, 'x', 200);
    for (size_t length = 0; length <= bytes.length; length++)
        if (length != whole)
            assert_int_equal(decode(bytes.bytes, length, &outcome), MF_E_FORMAT);
    assert_int_equal(mf__outcome_decode("", 0, &outcome, &error), MF_E_FORMAT);
    assert_non_null(strstr(error.text, "cut short"));
    assert_int_equal(outcome.total_ns, 77);
    mf__buffer_done(&bytes);
}

static void a_flipped_bit_is_refused_or_harmless(void **state)
{
    (void)state;
    struct mf__buffer bytes = {0};
    size_t refused = 0;
    encode(&bytes, N_WORKERS);
    for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
        struct mf__outcome outcome;
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ 1 << bit % 8);
        int code = decode(bytes.bytes, bytes.length, &outcome);
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ 1 << bit % 8);
        assert_true(code == 0 || code == MF_E_FORMAT);
        refused += code != 0;
        if (code != 0)
            continue;
        assert_int_equal(outcome.ledger.n_workers, N_WORKERS);
        assert_true(strlen(outcome.answer) < MF__ANSWER_BYTES);
        assert_true(!outcome.wrong || strlen(outcome.wrong_why) < sizeof outcome.wrong_why);
        outcome.ledger.workers[N_WORKERS - 1].items++; /* it is there, whatever the bytes say */
        outcome.ledger.spans[N_WORKERS].items++;
        mf__outcome_done(&outcome);
    }
    /* The bits of the mark and of the number of workers at least. */
    assert_true(refused >= 8 * (4 + sizeof(unsigned)));
    mf__buffer_done(&bytes);
}

static void a_digest_is_xxh3_of_the_bytes(void **state)
{
    (void)state;
    /* The digest of no bytes, from the specification's reference program. */
    static const unsigned char of_nothing[MF__DIGEST_BYTES] = {0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47,
                                                               0x98, 0xd8, 0x60, 0x01, 0xc3, 0x24,
                                                               0x46, 0x8d, 0x49, 0x7f};
    unsigned char digest[MF__DIGEST_BYTES];
    unsigned char other[MF__DIGEST_BYTES];
    mf__digest("", 0, digest);
    assert_memory_equal(digest, of_nothing, sizeof digest);
    mf__digest("4950", 4, digest);
    mf__digest("4951", 4, other);
    assert_memory_not_equal(digest, other, sizeof digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outcome_travels_as_bytes),
        cmocka_unit_test(an_outcome_is_read_from_any_address),
        cmocka_unit_test(every_other_length_is_refused),
        cmocka_unit_test(a_flipped_bit_is_refused_or_harmless),
        cmocka_unit_test(a_digest_is_xxh3_of_the_bytes),
    };
    return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
