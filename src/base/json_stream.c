/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_stream.h"

#include "base/real.h"
#include "base/text.h"

#include <string.h>

#define PIECE_BYTES ((size_t)1 << 16)
#define WHOLE_END   1e15 /* mf__show_real writes whole numbers out up to here */

static void hand_on(struct mf__json_stream *json)
{
    struct mf__buffer *piece = &json->piece;
    if (!mf__stream_failed(json) && piece->length > 0)
        json->code = mf__output_add(json->output, piece->bytes, piece->length);
    bool failed = piece->failed;
    mf__buffer_clear(piece);
    piece->failed = failed;
}

/* Everything that is written begins here: with a comma where one is due and, in an object, with a
 * line of its own and the key. */
static void begin(struct mf__json_stream *json, const char *key)
{
    if (json->piece.length >= PIECE_BYTES)
        hand_on(json);
    if (!json->first)
        mf__buffer_add(&json->piece, ",", 1);
    json->first = false;
    if (key == NULL)
        return;
    mf__buffer_put(&json->piece, "\n");
    mf__buffer_fill(&json->piece, ' ', 2 * json->depth);
    mf__buffer_print(&json->piece, "\"%s\": ", key);
}

void mf__stream_open(struct mf__json_stream *json, const char *key)
{
    begin(json, key);
    mf__buffer_put(&json->piece, "{");
    json->depth++;
    json->first = true;
}

void mf__stream_close(struct mf__json_stream *json)
{
    json->depth--;
    json->first = false;
    mf__buffer_put(&json->piece, "\n");
    mf__buffer_fill(&json->piece, ' ', 2 * json->depth);
    mf__buffer_put(&json->piece, "}");
}

void mf__stream_open_array(struct mf__json_stream *json, const char *key)
{
    begin(json, key);
    mf__buffer_put(&json->piece, "[");
    json->first = true;
}

void mf__stream_close_array(struct mf__json_stream *json)
{
    json->first = false;
    mf__buffer_put(&json->piece, "]");
}

void mf__stream_word(struct mf__json_stream *json, const char *key, const char *word)
{
    begin(json, key);
    mf__buffer_put(&json->piece, word);
}

void mf__stream_flag(struct mf__json_stream *json, const char *key, bool value)
{
    mf__stream_word(json, key, value ? "true" : "false");
}

/* Most numbers of a large document are whole, so these are made without a detour. */
static void add_digits(struct mf__buffer *piece, uint64_t value)
{
    char digits[20];
    char *end = digits + sizeof digits;
    char *at = end;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    mf__buffer_add(piece, at, (size_t)(end - at));
}

void mf__stream_whole(struct mf__json_stream *json, const char *key, uint64_t value)
{
    begin(json, key);
    add_digits(&json->piece, value);
}

void mf__stream_number(struct mf__json_stream *json, const char *key, double value)
{
    begin(json, key);
    if (value >= 1 && value < WHOLE_END && value == (double)(uint64_t)value)
        add_digits(&json->piece, (uint64_t)value);
    else
        mf__buffer_put(&json->piece, mf__show_real(value).text);
}

static void quote(struct mf__buffer *piece, const char *text)
{
    mf__buffer_put(piece, "\"");
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            mf__buffer_add(piece, "\\", 1);
        if ((unsigned char)*c < ' ')
            mf__buffer_print(piece, "\\u%04x", (unsigned)*c);
        else
            mf__buffer_add(piece, c, 1);
    }
    mf__buffer_put(piece, "\"");
}

void mf__stream_string(struct mf__json_stream *json, const char *key, const char *text)
{
    begin(json, key);
    if (mf__is_utf8(text)) {
        quote(&json->piece, text);
        return;
    }
    struct mf__buffer safe = {0};
    mf__escape(&safe, text, strlen(text));
    quote(&json->piece, mf__buffer_text(&safe));
    json->piece.failed |= safe.failed;
    mf__buffer_done(&safe);
}

bool mf__stream_failed(const struct mf__json_stream *json)
{
    return json->code != 0 || json->piece.failed;
}

int mf__stream_end(struct mf__json_stream *json, mf_error *error)
{
    mf__buffer_put(&json->piece, "\n");
    hand_on(json);
    int code = json->code;
    if (code == 0)
        code = mf__buffer_check(&json->piece, error);
    mf__buffer_done(&json->piece);
    return code;
}
