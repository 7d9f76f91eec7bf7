/* SPDX-License-Identifier: Apache-2.0 */
#include "base/shell.h"

#include "base/text.h"

#include <string.h>

static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-.,/:=@%+";
    return *word != '\0' && word[strspn(word, plain)] == '\0';
}

static bool is_control(char byte)
{
    return (unsigned char)byte < 0x20 || byte == 0x7f;
}

/* What every shell knows; but no page can show a control character so, nor, in ASCII, an umlaut. */
static void put_quoted(const char *word, struct mf__buffer *out)
{
    mf__buffer_put(out, "'");
    for (const char *at = word; *at != '\0'; at++) {
        if (*at == '\'')
            mf__buffer_put(out, "'\\''");
        else
            mf__buffer_add(out, at, 1);
    }
    mf__buffer_put(out, "'");
}

/* $'a\x0ab', which bash, zsh and ksh know: so it is all the same when a page, too, shows a byte as
 * \xNN. */
static void put_escaped(const char *word, bool ascii, struct mf__buffer *out)
{
    mf__buffer_put(out, "$'");
    for (const char *at = word; *at != '\0'; at++) {
        if (is_control(*at) || (ascii && (unsigned char)*at >= 0x80)) {
            mf__buffer_print(out, "\\x%02x", (unsigned)(unsigned char)*at);
            continue;
        }
        if (*at == '\'' || *at == '\\')
            mf__buffer_put(out, "\\");
        mf__buffer_add(out, at, 1);
    }
    mf__buffer_put(out, "'");
}

/* Whether a page shows the word as it is; without memory to tell, `out` fails. */
static bool is_shown(const char *word, bool ascii, struct mf__buffer *out)
{
    struct mf__buffer shown = {0};
    mf__escape(&shown, word, strlen(word));
    bool same = strcmp(mf__buffer_text(&shown), word) == 0;
    out->failed = out->failed || shown.failed;
    mf__buffer_done(&shown);
    for (; ascii && same && *word != '\0'; word++)
        same = (unsigned char)*word < 0x80;
    return same;
}

void mf__shell_word(const char *word, bool ascii, struct mf__buffer *out)
{
    if (is_plain(word))
        mf__buffer_put(out, word);
    else if (is_shown(word, ascii, out))
        put_quoted(word, out);
    else
        put_escaped(word, ascii, out);
}
