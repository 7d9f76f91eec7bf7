/* SPDX-License-Identifier: Apache-2.0 */
/* A document with all samples is some hundred kilobytes of digits, of which zlib leaves a tenth; so
 * a journal of many runs stays small, and reading it back takes less than parsing it. */
#include "journal/run_texts.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"

#include <xxhash.h>
#include <zlib.h>

#define MOST_PACKED_BYTES ((size_t)16 << 20) /* what SQLite is told to take, and less (query.c) */

static int64_t as_signed(uint64_t bits)
{
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int fail_long(const struct mf__journal *journal, size_t length, mf_error *error)
{
    return mf__fail(
        error, MF_E_INPUT,
        "journal %s: a result of %zu bytes is too long to keep; write it to a file with "
        "--json",
        journal->name.text, length);
}

int mf__pack_document(const struct mf__journal *journal, const char *text, size_t length,
                      struct mf__buffer *packed, mf_error *error)
{
    if (length > MF__MOST_DOCUMENT_BYTES)
        return fail_long(journal, length, error);
    uLongf room = compressBound(length);
    unsigned char *bytes = mf__new(room, 1);
    if (bytes == NULL)
        return mf__fail_memory(error, room, "a result to keep");
    int result = compress2(bytes, &room, (const Bytef *)text, length, Z_DEFAULT_COMPRESSION);
    if (result == Z_OK)
        mf__buffer_add(packed, bytes, room);
    mf__free(bytes);
    if (result != Z_OK)
        return mf__fail_memory(error, length, "a result to keep");
    return room > MOST_PACKED_BYTES ? fail_long(journal, length, error)
                                    : mf__buffer_check(packed, error);
}

int mf__unpack_document(const struct mf__journal *journal, const struct mf__buffer *packed,
                        size_t length, struct mf__buffer *text, mf_error *error)
{
    uLongf got = length;
    if (length == 0 || length > MF__MOST_DOCUMENT_BYTES)
        return mf__damaged(journal, "a run is not as long as it was", error);
    unsigned char *bytes = mf__new(length, 1);
    if (bytes == NULL)
        return mf__fail_memory(error, length, "a run");
    int result = uncompress(bytes, &got, (const Bytef *)mf__buffer_text(packed), packed->length);
    int code = 0;
    if (result == Z_MEM_ERROR)
        code = mf__fail_memory(error, length, "a run");
    else if (result != Z_OK || got != length)
        code = mf__damaged(journal, "a run is not as it was written", error);
    else
        mf__buffer_add(text, bytes, length);
    mf__free(bytes);
    return code == 0 ? mf__buffer_check(text, error) : code;
}

int64_t mf__document_digest(int64_t number, const void *packed, size_t length)
{
    return as_signed(XXH3_64bits_withSeed(packed, length, (uint64_t)number));
}

int mf__run_digest(const struct mf__run_texts *texts, int64_t *ret_digest, mf_error *error)
{
    struct mf__buffer bytes = {0};
    mf__bytes_u64(&bytes, (uint64_t)texts->number);
    mf__bytes_u64(&bytes, texts->length);
    mf__bytes_u64(&bytes, (uint64_t)texts->document_digest);
    mf__bytes_text(&bytes, texts->created);
    mf__bytes_text(&bytes, texts->kind);
    mf__bytes_text(&bytes, texts->title);
    mf__bytes_text(&bytes, texts->command);
    int code = mf__buffer_check(&bytes, error);
    if (code == 0)
        *ret_digest = as_signed(XXH3_64bits(bytes.bytes, bytes.length));
    mf__buffer_done(&bytes);
    return code;
}
