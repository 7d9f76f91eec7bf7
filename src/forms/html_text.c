/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/html_text.h"

#include "base/packed.h"
#include "base/text.h"

#include <string.h>

/* What replaces a character; NULL: it stays. */
static const char *in_html(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void add_replaced(struct mf__buffer *out, const char *text, size_t length)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        const char *other = in_html(text[i]);
        if (other == NULL)
            continue;
        mf__buffer_add(out, text + from, i - from);
        mf__buffer_put(out, other);
        from = i + 1;
    }
    mf__buffer_add(out, text + from, length - from);
}

static void add_text(struct mf__buffer *out, const char *text, size_t length)
{
    struct mf__buffer seen = {0};
    mf__escape(&seen, text, length);
    add_replaced(out, mf__buffer_text(&seen), seen.length);
    out->failed |= seen.failed;
    mf__buffer_done(&seen);
}

void mf__html_text(struct mf__buffer *out, const char *text)
{
    if (text != NULL)
        add_text(out, text, strlen(text));
}

/* The bytes of a unit that begins here and ends a word; 0: none does. */
static size_t unit_at(const char *text)
{
    static const char *const units[] = {"%",   "ns",   "\xc2\xb5s", "us",  "ms",  "s",
                                        "min", "h",    "B",         "KiB", "MiB", "GiB",
                                        "TiB", "core", "cores",     "row", "rows"};
    size_t length = strcspn(text, " ,;:.!?()[]/\"'");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i]) == length && strncmp(text, units[i], length) == 0)
            return length;
    return 0;
}

/* Whether the blank at `at` stands between a number and its unit. */
static bool is_joint(const char *text, const char *at)
{
    return *at == ' ' && at > text && at[-1] >= '0' && at[-1] <= '9' && unit_at(at + 1) > 0;
}

void mf__html_words(struct mf__buffer *out, const char *text)
{
    struct mf__buffer seen = {0};
    mf__escape(&seen, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    const char *words = mf__buffer_text(&seen);
    const char *from = words;
    for (const char *at = words; *at != '\0'; at++) {
        if (!is_joint(words, at))
            continue;
        add_replaced(out, from, (size_t)(at - from));
        mf__buffer_put(out, "\xc2\xa0");
        from = at + 1;
    }
    add_replaced(out, from, strlen(from));
    out->failed |= seen.failed;
    mf__buffer_done(&seen);
}

void mf__html_lines(struct mf__buffer *out, const char *text)
{
    for (;;) {
        size_t length = strcspn(text, "\n");
        add_text(out, text, length);
        if (text[length] == '\0')
            return;
        mf__buffer_put(out, "\n");
        text += length + 1;
    }
}

static int add_json(const char *bytes, size_t length, void *data)
{
    struct mf__buffer *text = data;
    mf__buffer_add(text, bytes, length);
    return text->failed ? -1 : 0;
}

int mf__html_data(struct mf__buffer *out, const json_t *json, size_t flags, mf_error *error)
{
    struct mf__buffer text = {0};
    mf__buffer_put(out, "<script type=\"" MF__HTML_DATA_TYPE "\">");
    if (json_dump_callback(json, add_json, &text, flags | JSON_ENCODE_ANY) != 0)
        text.failed = true;
    int code = mf__buffer_check(&text, error);
    if (code == 0)
        code = mf__pack_text(mf__buffer_text(&text), text.length, out, error);
    mf__buffer_put(out, "</script>\n");
    mf__buffer_done(&text);
    return code;
}
