/* SPDX-License-Identifier: Apache-2.0 */
/* A tree of files in a temporary folder, for tests that read what a system tells in files. */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

#include "tests/unit/unit.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder while a test runs; make_tree and remove_tree are a test's set-up and teardown. */
static char tree[64];

static int make_tree(void **state)
{
    (void)state;
    snprintf(tree, sizeof tree, "/tmp/manyfold-test-XXXXXX");
    return mkdtemp(tree) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

static int remove_tree(void **state)
{
    (void)state;
    return nftw(tree, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Writes `text` to `path` below the tree and makes the folders above; NULL: the folders only. */
static void make_file(const char *path, const char *text)
{
    char whole[PATH_MAX];
    assert_true(snprintf(whole, sizeof whole, "%s%s", tree, path) < (int)sizeof whole);
    for (char *slash = whole + strlen(tree); (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    if (text == NULL)
        return;
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

#endif
