/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the small text files in which Linux tells about itself. Nothing here allocates or fails:
 * a file that is missing, unreadable or not text reads as one without lines.
 */
#ifndef EXEC_SYSFILE_H
#define EXEC_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MF__PATH_ROOM 4096 /* of a path with its closing 0; longer ones are not opened */

/* A file, line by line. Lines that do not fit the room are skipped. */
struct mf__lines {
    int fd;           /* -1: nothing (more) to read */
    size_t start;     /* of what has not been handed out */
    size_t end;       /* of what has been read */
    size_t allowance; /* bytes that may still be read, so that an endless file ends */
    char bytes[16384];
};

/* Starts reading `root` followed by `path`. Always close, whatever came of it. */
void mf__lines_open(struct mf__lines *lines, const char *root, const char *path);
void mf__lines_close(struct mf__lines *lines);

/* The next line without its newline, to be changed at will until the next call; NULL at the end. */
char *mf__lines_next(struct mf__lines *lines);

/* The first line of `root` followed by `path`, cut to `room`; false, and "", when there is none. */
bool mf__first_line(const char *root, const char *path, char *ret_line, size_t room);

/*
 * Takes the decimal digits at *cursor and moves past them. False, without moving, when there are
 * none or the number does not fit. No sign, no blanks, no locale.
 */
bool mf__take_number(const char **cursor, uint64_t *ret_number);

/* Copies text, cut to `room` between characters of UTF-8, control characters made '?'. */
void mf__fit_text(char *ret_text, size_t room, const char *text);

/* Whether `list`, words between single `separator`s, holds `word`. */
bool mf__has_word(const char *list, char separator, const char *word);

/* Puts `head` and `tail` together into MF__PATH_ROOM bytes; false, and "", when too long. */
bool mf__join_path(char *ret_path, const char *head, const char *tail);

#endif
