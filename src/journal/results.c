/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept under keys. SQLite notices when its pages do not fit together, but not when a byte
 * of a text changed, so each row carries a digest of all that it says.
 */
#include "base/bytes.h"
#include "base/status.h"
#include "journal/query.h"

#include <string.h>
#include <xxhash.h>

#define MOST_TEXT_BYTES ((size_t)16 << 20)

/* SQLite's integers have a sign. */
static int64_t as_signed(uint64_t bits)
{
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* XXH3 of a text, whose seed is XXH3 of the number of the study (0 for a result) and the key. */
static int64_t digest_of(int64_t study, const unsigned char *key, const char *text)
{
    unsigned char front[8 + MF__KEY_BYTES];
    mf__store_u64(front, (uint64_t)study);
    memcpy(front + 8, key, MF__KEY_BYTES);
    uint64_t seed = XXH3_64bits(front, sizeof front);
    return as_signed(XXH3_64bits_withSeed(text, strlen(text), seed));
}

/* ---- finding ---- */

int mf__journal_find(struct mf__journal *journal, const unsigned char key[MF__KEY_BYTES],
                     struct mf__buffer *payload, mf_error *error)
{
    const struct mf__wait *wait = mf__waiting_find(&journal->waiting, key);
    if (wait != NULL) {
        mf__buffer_add(payload, journal->waiting.texts.bytes + wait->payload, wait->length);
        int code = mf__buffer_check(payload, error);
        return code == 0 ? 1 : code;
    }
    struct mf__query query = mf__ask(journal, MF__ASK_RESULT_FIND);
    mf__bind_bytes(&query, 1, key, MF__KEY_BYTES);
    int found = mf__next(&query, error);
    if (found != 1)
        return found;
    const char *text = mf__row_text(&query, 0);
    int code = 1;
    if (sqlite3_column_int64(query.statement, 1) != digest_of(0, key, text))
        code = mf__damaged(journal, "a result is not as it was written", error);
    else
        mf__buffer_put(payload, text);
    mf__asked(&query);
    if (code == 1 && payload->failed)
        code = mf__buffer_check(payload, error);
    return code;
}

/* ---- keeping ---- */

int mf__journal_put(struct mf__journal *journal, int64_t study,
                    const unsigned char key[MF__KEY_BYTES], const char *label, const char *payload,
                    mf_error *error)
{
    struct mf__wait wait = {.study = study};
    memcpy(wait.key, key, sizeof wait.key);
    if (strlen(label) > MOST_TEXT_BYTES || strlen(payload) > MOST_TEXT_BYTES)
        return mf__fail(error, MF_E_INPUT, "journal %s: a result of %zu bytes is too long to keep",
                        journal->name.text, strlen(label) + strlen(payload));
    return mf__waiting_add(&journal->waiting, &wait, label, payload, error);
}

static int touch(struct mf__journal *journal, int64_t study, mf_error *error)
{
    struct mf__query query = mf__ask(journal, MF__ASK_STUDY_TOUCH);
    mf__bind_whole(&query, 1, study);
    return mf__tell_it(&query, error);
}

static int write_one(struct mf__journal *journal, const struct mf__wait *wait, mf_error *error)
{
    const char *texts = journal->waiting.texts.bytes;
    struct mf__query result = mf__ask(journal, MF__ASK_RESULT_ADD);
    mf__bind_bytes(&result, 1, wait->key, MF__KEY_BYTES);
    mf__bind_text(&result, 2, texts + wait->payload);
    mf__bind_whole(&result, 3, digest_of(0, wait->key, texts + wait->payload));
    int code = mf__tell_it(&result, error);
    if (code != 0)
        return code;
    struct mf__query listing = mf__ask(journal, MF__ASK_LISTING_ADD);
    mf__bind_whole(&listing, 1, wait->study);
    mf__bind_bytes(&listing, 2, wait->key, MF__KEY_BYTES);
    mf__bind_text(&listing, 3, texts + wait->label);
    mf__bind_whole(&listing, 4, digest_of(wait->study, wait->key, texts + wait->label));
    return mf__tell_it(&listing, error);
}

int mf__write_waiting(struct mf__journal *journal, void *user, mf_error *error)
{
    (void)user;
    const struct mf__waiting *waiting = &journal->waiting;
    int code = 0;
    for (size_t i = 0; code == 0 && i < waiting->n; i++) {
        if (i == 0 || waiting->list[i].study != waiting->list[i - 1].study)
            code = touch(journal, waiting->list[i].study, error);
        if (code == 0)
            code = write_one(journal, &waiting->list[i], error);
    }
    return code;
}

int mf__journal_flush(struct mf__journal *journal, mf_error *error)
{
    if (journal->waiting.n == 0)
        return 0;
    int code = mf__transact(journal, mf__write_waiting, NULL, error);
    if (code == 0)
        mf__waiting_clear(&journal->waiting);
    return code;
}

/* ---- going through ---- */

struct visit {
    int64_t study;
    int (*visit)(void *user, const char *label, const char *payload, mf_error *error);
    void *user;
};

/* One row: its digests say whether it is as it was written. */
static int visit_row(const struct mf__query *query, const struct visit *visit, mf_error *error)
{
    const unsigned char *key = NULL;
    const char *label = mf__row_text(query, 0);
    const char *payload = mf__row_text(query, 3);
    if (!mf__row_bytes(query, 2, MF__KEY_BYTES, &key) ||
        sqlite3_column_int64(query->statement, 1) != digest_of(visit->study, key, label) ||
        sqlite3_column_int64(query->statement, 4) != digest_of(0, key, payload))
        return mf__damaged(query->journal, "a result is not as it was written", error);
    return visit->visit(visit->user, label, payload, error);
}

static int visit_all(struct mf__journal *journal, void *user, mf_error *error)
{
    const struct visit *visit = user;
    struct mf__query query = mf__ask(journal, MF__ASK_LISTINGS);
    mf__bind_whole(&query, 1, visit->study);
    int code = 0;
    while ((code = mf__next(&query, error)) == 1) {
        code = visit_row(&query, visit, error);
        if (code != 0) {
            mf__asked(&query);
            return code;
        }
    }
    return code;
}

int mf__journal_results(struct mf__journal *journal, int64_t study,
                        int (*visit)(void *user, const char *label, const char *payload,
                                     mf_error *error),
                        void *user, mf_error *error)
{
    struct visit all = {study, visit, user};
    int code = mf__journal_flush(journal, error);
    return code != 0 ? code : mf__read_at_once(journal, visit_all, &all, error);
}
