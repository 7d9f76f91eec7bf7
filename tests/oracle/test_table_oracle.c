/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a file to the matrix: what pandas and scikit-learn make of the Ames table, whole and with
 * holes, against what the library makes of the same file. The forests of test_forest_oracle.c grow
 * on these matrices.
 *
 *     test_table_oracle FOLDER AMES.csv
 */
#include <manyfold/prepare.h>

#include "tests/oracle/matrices.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder;
static const char *ames_csv;

/* A table, split and learnt from. */
struct prepared {
    mf_table *table;
    mf_preparation *preparation;
    size_t *order; /* the training rows, then the test rows */
    size_t n_train;
};

static void must(int code, const mf_error *error)
{
    if (code != 0)
        fail_msg("%s", error->text);
}

static struct prepared prepare(const char *path, int impute)
{
    struct prepared made = {0};
    mf_error error;
    must(mf_table_read(path, NULL, &made.table, &error), &error);
    size_t rows = mf_table_rows(made.table);
    made.order = calloc(rows, sizeof *made.order);
    assert_non_null(made.order);
    must(mf_split_rows(rows, 0.3, 42, made.order, &made.n_train, &error), &error);
    mf_prepare_options options = mf_prepare_defaults();
    options.target = "Sale_Price";
    options.impute = impute;
    must(
        mf_prepare_learn(made.table, &options, made.order, made.n_train, &made.preparation, &error),
        &error);
    return made;
}

static void done(struct prepared *made)
{
    mf_preparation_free(&made->preparation);
    mf_table_free(&made->table);
    free(made->order);
}

static void check_part(const struct prepared *made, bool is_test, const char *name)
{
    const struct oracle_matrix *wanted = oracle_matrix(folder, name);
    const size_t *rows = is_test ? made->order + made->n_train : made->order;
    size_t n = is_test ? mf_table_rows(made->table) - made->n_train : made->n_train;
    mf_dataset found = {0};
    mf_error error;
    must(mf_prepare_apply(made->preparation, made->table, rows, n, MF_PREPARE_TARGET, &found,
                          &error),
         &error);
    assert_int_equal(found.rows, wanted->matrix.rows);
    assert_int_equal(found.columns, wanted->matrix.columns);
    for (size_t i = 0; i < found.rows * found.columns; i++) {
        if (memcmp(&found.values[i], &wanted->values[i], sizeof *found.values) != 0)
            fail_msg("%s, column %s, row %zu: %.9g, not %.9g", name,
                     mf_preparation_feature(made->preparation, i / found.rows), i % found.rows,
                     (double)found.values[i], (double)wanted->values[i]);
    }
    assert_memory_equal(found.target, wanted->target, found.rows * sizeof *found.target);
    mf_dataset_done(&found);
}

static void the_ames_table_is_split_and_encoded_as_by_pandas(void **state)
{
    (void)state;
    struct prepared made = prepare(ames_csv, MF_IMPUTE_MEDIAN);
    check_part(&made, false, "ames");
    check_part(&made, true, "ames_test");
    done(&made);
}

static void holes_are_filled_by_medians_of_the_training_rows(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/ames_holes.csv.gz", folder);
    struct prepared made = prepare(path, MF_IMPUTE_MEDIAN);
    check_part(&made, false, "holes");
    check_part(&made, true, "holes_median");
    done(&made);
}

static void holes_are_filled_by_medians_of_each_part(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/ames_holes.csv.gz", folder);
    struct prepared made = prepare(path, MF_IMPUTE_MEDIAN_EACH);
    check_part(&made, false, "holes");
    check_part(&made, true, "holes_each");
    done(&made);
}

static int forget_matrices(void **state)
{
    (void)state;
    oracle_matrices_done();
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ames_table_is_split_and_encoded_as_by_pandas),
        cmocka_unit_test(holes_are_filled_by_medians_of_the_training_rows),
        cmocka_unit_test(holes_are_filled_by_medians_of_each_part),
    };
    if (argc < 3) {
        fprintf(stderr, "test_table_oracle: which folder, and which table?\n");
        return 2;
    }
    folder = argv[1];
    ames_csv = argv[2];
    return cmocka_run_group_tests(tests, NULL, forget_matrices);
}
