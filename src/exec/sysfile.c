/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sysfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FILE_LIMIT_BYTES ((size_t)4 << 20)

void mf__lines_open(struct mf__lines *lines, const char *root, const char *path)
{
    char whole[MF__PATH_ROOM];
    lines->start = 0;
    lines->end = 0;
    lines->allowance = FILE_LIMIT_BYTES;
    lines->fd = -1;
    /* O_NONBLOCK: should the path lead to a pipe, nobody waits for its writer. */
    if (mf__join_path(whole, root, path))
        lines->fd = open(whole, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

void mf__lines_close(struct mf__lines *lines)
{
    if (lines->fd >= 0)
        close(lines->fd);
    lines->fd = -1;
}

/* read(2), again when a signal came in between. */
static ssize_t read_some(int fd, char *bytes, size_t room)
{
    ssize_t got = 0;
    do
        got = read(fd, bytes, room);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Moves what is left to the front and reads on behind it; closes the file when nothing came. */
static bool read_on(struct mf__lines *lines)
{
    size_t left = lines->end - lines->start;
    memmove(lines->bytes, lines->bytes + lines->start, left);
    lines->start = 0;
    lines->end = left;
    size_t room = sizeof lines->bytes - 1 - left; /* one byte for the closing 0 */
    if (room > lines->allowance)
        room = lines->allowance;
    if (lines->fd < 0 || room == 0)
        return false;
    ssize_t got = read_some(lines->fd, lines->bytes + left, room);
    if (got <= 0) {
        mf__lines_close(lines);
        return false;
    }
    lines->end += (size_t)got;
    lines->allowance -= (size_t)got;
    return true;
}

/* What stands after the last newline, once. */
static char *last_line(struct mf__lines *lines)
{
    char *first = lines->bytes + lines->start;
    if (lines->start == lines->end)
        return NULL;
    lines->bytes[lines->end] = '\0';
    lines->start = lines->end;
    return first;
}

char *mf__lines_next(struct mf__lines *lines)
{
    bool skipping = false; /* inside a line that did not fit */
    for (;;) {
        char *first = lines->bytes + lines->start;
        char *newline = memchr(first, '\n', lines->end - lines->start);
        if (newline != NULL) {
            *newline = '\0';
            lines->start = (size_t)(newline - lines->bytes) + 1;
            if (!skipping)
                return first;
            skipping = false;
            continue;
        }
        if (lines->end - lines->start == sizeof lines->bytes - 1) {
            skipping = true;
            lines->start = lines->end;
        }
        if (!read_on(lines))
            return skipping ? NULL : last_line(lines);
    }
}

bool mf__first_line(const char *root, const char *path, char *ret_line, size_t room)
{
    struct mf__lines lines;
    mf__lines_open(&lines, root, path);
    const char *line = mf__lines_next(&lines);
    mf__fit_text(ret_line, room, line != NULL ? line : "");
    mf__lines_close(&lines);
    return line != NULL;
}

bool mf__take_number(const char **cursor, uint64_t *ret_number)
{
    const char *at = *cursor;
    uint64_t number = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(*at - '0'), &number))
            return false;
    if (at == *cursor)
        return false;
    *cursor = at;
    *ret_number = number;
    return true;
}

void mf__fit_text(char *ret_text, size_t room, const char *text)
{
    size_t length = 0;
    for (; *text != '\0' && length + 1 < room; text++) {
        bool control = (unsigned char)*text < 0x20 || *text == 0x7f;
        ret_text[length++] = control ? '?' : *text;
    }
    /* When the cut fell inside a character, its first bytes go too. */
    if (((unsigned char)*text & 0xc0) == 0x80) {
        while (length > 0 && ((unsigned char)ret_text[length - 1] & 0xc0) == 0x80)
            length--;
        if (length > 0 && ((unsigned char)ret_text[length - 1] & 0x80) != 0)
            length--;
    }
    ret_text[length] = '\0';
}

bool mf__has_word(const char *list, char separator, const char *word)
{
    size_t length = strlen(word);
    while (list != NULL) {
        if (strncmp(list, word, length) == 0 && (list[length] == separator || list[length] == '\0'))
            return true;
        list = strchr(list, separator);
        if (list != NULL)
            list++;
    }
    return false;
}

bool mf__join_path(char *ret_path, const char *head, const char *tail)
{
    size_t head_length = strlen(head);
    size_t tail_length = strlen(tail);
    ret_path[0] = '\0';
    if (head_length >= MF__PATH_ROOM || tail_length >= MF__PATH_ROOM - head_length)
        return false;
    memcpy(ret_path, head, head_length);
    memcpy(ret_path + head_length, tail, tail_length + 1);
    return true;
}
