/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Within single quotes a shell reads every byte as it is, and only a single quote ends them; so a
 * quote in a word is written between two runs of quotes, as \'. The shell that reads it may be the
 * login shell there, whichever that is: in fish a backslash means something within single quotes,
 * in csh an exclamation mark does, so these two are written in the same way, which all of them read
 * alike. Words of letters, digits and a few marks stay as they are, to be read by people.
 */
#include "remote/quote.h"

#include <string.h>

static const char plain[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:@+";

void mf__sh_quote(const char *word, struct mf__buffer *out)
{
    if (*word != '\0' && word[strspn(word, plain)] == '\0') {
        mf__buffer_put(out, word);
        return;
    }
    mf__buffer_put(out, "'");
    for (const char *rest = word;;) {
        size_t length = strcspn(rest, "'\\!");
        mf__buffer_add(out, rest, length);
        if (rest[length] == '\0')
            break;
        mf__buffer_print(out, "'\\%c'", rest[length]);
        rest += length + 1;
    }
    mf__buffer_put(out, "'");
}

void mf__sh_quote_all(const char *const *words, size_t n, struct mf__buffer *out)
{
    for (size_t i = 0; i < n; i++) {
        mf__buffer_put(out, i > 0 ? " " : "");
        mf__sh_quote(words[i], out);
    }
}

void mf__sh_set(const char *name, const char *value, struct mf__buffer *out)
{
    mf__buffer_print(out, "%s=", name);
    mf__sh_quote(value != NULL ? value : "", out);
    mf__buffer_put(out, "\n");
}
