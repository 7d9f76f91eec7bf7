/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/oracle/matrices.h"

#include "tests/oracle/made.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define MATRICES_MAX 64

static struct oracle_matrix matrices[MATRICES_MAX];
static size_t n_matrices;

static void make_room(struct oracle_matrix *made, size_t rows, size_t columns, size_t n_classes)
{
    made->values = calloc(rows * columns, sizeof *made->values);
    made->target = calloc(rows, sizeof *made->target);
    assert_non_null(made->values);
    assert_non_null(made->target);
    made->matrix = (mf_matrix){made->values, rows, columns};
    made->n_classes = n_classes;
}

static void read_exactly(gzFile file, void *ret, size_t bytes)
{
    assert_int_equal(gzread(file, ret, (unsigned)bytes), bytes);
}

/* A file: "mfmatrix", rows, columns, classes and 0 as 32-bit numbers, the values, the target. */
static void load(struct oracle_matrix *made, const char *folder)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.gz", folder, made->name);
    gzFile file = gzopen(path, "rb");
    if (file == NULL)
        fail_msg("%s: cannot be read", path);
    char magic[8];
    uint32_t head[4];
    read_exactly(file, magic, sizeof magic);
    assert_memory_equal(magic, "mfmatrix", sizeof magic);
    read_exactly(file, head, sizeof head);
    make_room(made, head[0], head[1], head[2]);
    read_exactly(file, made->values, (size_t)head[0] * head[1] * sizeof *made->values);
    read_exactly(file, made->target, head[0] * sizeof *made->target);
    gzclose(file);
}

static void make(struct oracle_matrix *made)
{
    size_t rows = 0;
    size_t columns = 0;
    size_t n_classes = 0;
    assert_int_equal(sscanf(made->name, "made-%zu-%zu-%zu", &rows, &columns, &n_classes), 3);
    make_room(made, rows, columns, n_classes);
    uint32_t *part = calloc(rows, sizeof *part);
    assert_non_null(part);
    made_table(rows, columns, n_classes, made->values, made->target, part);
    free(part);
}

const struct oracle_matrix *oracle_matrix(const char *folder, const char *name)
{
    for (size_t i = 0; i < n_matrices; i++) {
        if (strcmp(matrices[i].name, name) == 0)
            return &matrices[i];
    }
    assert_true(n_matrices < MATRICES_MAX);
    struct oracle_matrix *made = &matrices[n_matrices];
    made->name = strdup(name);
    assert_non_null(made->name);
    if (strncmp(name, "made-", 5) == 0)
        make(made);
    else
        load(made, folder);
    made->is_whole = true;
    for (size_t row = 0; row < made->matrix.rows; row++)
        made->is_whole = made->is_whole && made->target[row] == rint(made->target[row]);
    n_matrices++;
    return made;
}

void oracle_matrices_done(void)
{
    for (size_t i = 0; i < n_matrices; i++) {
        free(matrices[i].name);
        free(matrices[i].values);
        free(matrices[i].target);
    }
    n_matrices = 0;
}
