/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON document that is too large to be held in memory, written in pieces.
 *
 * Numbers are the shortest that read back as the same, in every locale. Failures are remembered,
 * so that a writer may go on and ask once, at the end; long loops had better ask in between.
 */
#ifndef BASE_JSON_STREAM_H
#define BASE_JSON_STREAM_H

#include "base/buffer.h"
#include "base/output.h"

#include <stdint.h>

/* Start with { .output = output, .first = true }. */
struct mf__json_stream {
    struct mf__output *output;
    struct mf__buffer piece; /* what was not handed on yet */
    size_t depth;            /* of the objects that are open */
    bool first;              /* nothing stands in the open object or array yet */
    int code;                /* of the first piece that could not be written */
};

/* Keys are NULL within an array, and for the outermost object. */
void mf__stream_open(struct mf__json_stream *json, const char *key);
void mf__stream_close(struct mf__json_stream *json);
void mf__stream_open_array(struct mf__json_stream *json, const char *key);
void mf__stream_close_array(struct mf__json_stream *json);

/* Something that JSON has a word for: "null". */
void mf__stream_word(struct mf__json_stream *json, const char *key, const char *word);

/* A text that is not UTF-8 is escaped as mf__escape does. */
void mf__stream_string(struct mf__json_stream *json, const char *key, const char *text);
void mf__stream_flag(struct mf__json_stream *json, const char *key, bool value);
void mf__stream_whole(struct mf__json_stream *json, const char *key, uint64_t value);
void mf__stream_number(struct mf__json_stream *json, const char *key, double value); /* finite */

bool mf__stream_failed(const struct mf__json_stream *json);

/* Hands on the rest, with a newline at its end, and frees what the stream holds. Returns what a
 * producer of mf__output_stream has to return. */
int mf__stream_end(struct mf__json_stream *json, mf_error *error);

#endif
