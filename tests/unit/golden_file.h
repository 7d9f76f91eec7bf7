/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs print, against files that were looked at and kept in golden/. A test that is called
 * with that folder and --regenerate writes them anew, and then one looks at the difference.
 */
#ifndef TESTS_UNIT_GOLDEN_FILE_H
#define TESTS_UNIT_GOLDEN_FILE_H

#include "base/buffer.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *golden_folder;
static bool golden_anew;

/* Takes the arguments of the test; false when there is no folder among them. */
static inline bool golden_begin(int argc, char **argv)
{
    if (argc < 2)
        return false;
    golden_folder = argv[1];
    golden_anew = argc > 2 && strcmp(argv[2], "--regenerate") == 0;
    return true;
}

static inline void golden_read(FILE *file, struct mf__buffer *out)
{
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        mf__buffer_add(out, piece, n);
}

/* Fails unless the file holds what was found, or writes it. */
static inline void golden_check(const char *name, const struct mf__buffer *found)
{
    char path[1024];
    struct mf__buffer wanted = {0};
    snprintf(path, sizeof path, "%s/%s", golden_folder, name);
    FILE *file = fopen(path, golden_anew ? "wb" : "rb");
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    if (golden_anew)
        assert_int_equal(fwrite(found->bytes, 1, found->length, file), found->length);
    else
        golden_read(file, &wanted);
    assert_int_equal(fclose(file), 0);
    if (!golden_anew)
        assert_string_equal(mf__buffer_text(found), mf__buffer_text(&wanted));
    mf__buffer_done(&wanted);
}

#endif
