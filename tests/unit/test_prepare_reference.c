/* SPDX-License-Identifier: Apache-2.0 */
/* Splits, folds and prepared tables against those of pandas and scikit-learn (tests/oracle). */
#include "base/buffer.h"

#include "tests/oracle/prepare_reference.h"
#include "tests/unit/prepared.h"

#include <stdlib.h>

#define MOST_ROWS 2930

static const char *ames_path;

static uint64_t append(uint64_t sum, uint64_t number)
{
    return sum * REFERENCE_FACTOR + (number ^ number >> 32);
}

static uint64_t checksum_floats(const float *values, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        sum = append(sum, bits);
    }
    return sum;
}

static uint64_t checksum_doubles(const double *values, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        sum = append(sum, bits);
    }
    return sum;
}

static void splits_are_those_of_scikit_learn(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_splits); i++) {
        const struct reference_split *wanted = &reference_splits[i];
        size_t order[MOST_ROWS], n_train = 0;
        int status =
            mf_split_rows(wanted->rows, wanted->test_size, wanted->seed, order, &n_train, NULL);
        assert_int_equal(status, wanted->n_train > 0 ? 0 : MF_E_INPUT);
        assert_int_equal(n_train, wanted->n_train);
        uint64_t sum = 0;
        for (size_t row = 0; status == 0 && row < wanted->rows; row++)
            sum = append(sum, order[row]);
        assert_int_equal(sum, wanted->checksum);
    }
}

static void read_classes(const struct reference_fold *wanted, double classes[MOST_ROWS])
{
    for (size_t row = 0; row < wanted->rows; row++)
        classes[row] = wanted->classes[row] - '0';
    size_t rarest = 0;
    assert_int_equal(mf_rarest_class(wanted->rows, classes, &rarest, NULL), 0);
    if (wanted->is_right)
        assert_int_equal(rarest < wanted->k, wanted->is_warned);
}

static void folds_are_those_of_scikit_learn(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_folds); i++) {
        const struct reference_fold *wanted = &reference_folds[i];
        double classes[MOST_ROWS];
        uint32_t fold[MOST_ROWS];
        if (wanted->classes != NULL)
            read_classes(wanted, classes);
        int status = mf_fold_rows(wanted->rows, wanted->k, wanted->seed,
                                  wanted->classes != NULL ? classes : NULL, fold, NULL);
        assert_int_equal(status, wanted->is_right ? 0 : MF_E_INPUT);
        uint64_t sum = 0;
        for (size_t row = 0; status == 0 && row < wanted->rows; row++)
            sum = append(sum, fold[row]);
        assert_int_equal(sum, wanted->checksum);
    }
}

static void check_part(const mf_dataset *part, const uint64_t sums[2], size_t n_filled)
{
    assert_int_equal(checksum_floats(part->values, part->rows * part->columns), sums[0]);
    assert_int_equal(checksum_doubles(part->target, part->rows), sums[1]);
    assert_int_equal(part->n_filled, n_filled);
    assert_int_equal(part->n_unseen, 0);
}

static void check_names(const mf_preparation *preparation,
                        const struct reference_preparation *wanted)
{
    struct mf__buffer names = {0};
    assert_int_equal(mf_preparation_features(preparation), wanted->n_features);
    for (size_t i = 0; i < wanted->n_features && i < 20; i++)
        mf__buffer_print(&names, "%s%s", i > 0 ? "," : "", mf_preparation_feature(preparation, i));
    assert_string_equal(mf__buffer_text(&names), wanted->features);
    mf__buffer_clear(&names);
    for (size_t i = 0; i < mf_preparation_classes(preparation); i++)
        mf__buffer_print(&names, "%s%s", i > 0 ? "," : "", mf_preparation_class(preparation, i));
    assert_string_equal(mf__buffer_text(&names), wanted->classes);
    mf__buffer_done(&names);
}

static mf_preparation *learn(const mf_table *table, const struct reference_preparation *wanted,
                             const size_t *rows, size_t n_rows)
{
    static const char *const targets[] = {"y_real", "y_kind", "y_number", "y_flag"};
    const char *drop[COUNT(targets)];
    mf_prepare_options options = {.target = wanted->target,
                                  .drop = drop,
                                  .encode = wanted->encode,
                                  .impute = wanted->impute,
                                  .task = wanted->task};
    for (size_t i = 0; !wanted->is_ames && i < COUNT(targets); i++)
        if (strcmp(targets[i], wanted->target) != 0)
            drop[options.n_drop++] = targets[i];
    mf_preparation *preparation = NULL;
    mf_error error = {0};
    if (mf_prepare_learn(table, &options, rows, n_rows, &preparation, &error) != 0)
        fail_msg("%s", error.text);
    return preparation;
}

static void check_preparation(const mf_table *table, const struct reference_preparation *wanted)
{
    size_t order[MOST_ROWS], n_train = 0, rows = mf_table_rows(table);
    assert_true(rows <= MOST_ROWS);
    assert_int_equal(mf_split_rows(rows, wanted->test_size, wanted->seed, order, &n_train, NULL),
                     0);
    mf_preparation *preparation = learn(table, wanted, order, n_train);
    check_names(preparation, wanted);
    mf_dataset train = {0}, test = {0};
    assert_int_equal(
        mf_prepare_apply(preparation, table, order, n_train, MF_PREPARE_TARGET, &train, NULL), 0);
    assert_int_equal(mf_prepare_apply(preparation, table, order + n_train, rows - n_train,
                                      MF_PREPARE_TARGET, &test, NULL),
                     0);
    check_part(&train, (const uint64_t[]){wanted->train, wanted->train_target},
               wanted->train_filled);
    check_part(&test, (const uint64_t[]){wanted->test, wanted->test_target}, wanted->test_filled);
    mf_dataset_done(&train);
    mf_dataset_done(&test);
    mf_preparation_free(&preparation);
}

static void prepared_tables_are_those_of_pandas_and_scikit_learn(void **state)
{
    (void)state;
    mf_table *made = table_of(reference_table), *ames = NULL;
    mf_error error = {0};
    if (mf_table_read(ames_path, NULL, &ames, &error) != 0)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < COUNT(reference_preparations); i++)
        check_preparation(reference_preparations[i].is_ames ? ames : made,
                          &reference_preparations[i]);
    mf_table_free(&ames);
    mf_table_free(&made);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return EXIT_FAILURE;
    ames_path = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_are_those_of_scikit_learn),
        cmocka_unit_test(folds_are_those_of_scikit_learn),
        cmocka_unit_test(prepared_tables_are_those_of_pandas_and_scikit_learn),
    };
    return cmocka_run_group_tests_name("prepare_reference", tests, NULL, NULL);
}
