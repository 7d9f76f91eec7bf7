/* SPDX-License-Identifier: Apache-2.0 */
/* A preparation written and read back, and bytes that were cut, flipped or made up. */
#include "table/preparation.h"

#include "tests/unit/prepared.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static const char kinds[] = "n,c,b,text,truth,number\n"
                            "1.5,x,True,b,True,10\n"
                            ",b,False,a,False,9\n"
                            "4,,True,B,True,-0.5\n";

static const struct {
    const char *target;
    int task, encode;
} variants[] = {
    {"number", MF_TASK_REGRESSION, MF_ENCODE_LABEL},
    {"truth", MF_TASK_REGRESSION, MF_ENCODE_LABEL},
    {"number", MF_TASK_CLASSIFICATION, MF_ENCODE_ONEHOT},
    {"truth", MF_TASK_CLASSIFICATION, MF_ENCODE_LABEL},
    {"text", MF_TASK_CLASSIFICATION, MF_ENCODE_ONEHOT},
};

static mf_preparation *variant(const mf_table *table, size_t i)
{
    mf_prepare_options options = mf_prepare_defaults();
    options.target = variants[i].target;
    options.task = variants[i].task;
    options.encode = variants[i].encode;
    options.impute = MF_IMPUTE_MOST_FREQUENT;
    return learnt(table, &options);
}

static struct mf__byte_reader reader_of(const struct mf__buffer *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)mf__buffer_text(bytes);
    return (struct mf__byte_reader){.at = at, .end = at + length};
}

static void assert_same_texts(const mf_preparation *a, const mf_preparation *b)
{
    assert_string_equal(mf_preparation_target(a), mf_preparation_target(b));
    assert_int_equal(mf_preparation_task(a), mf_preparation_task(b));
    assert_int_equal(mf_preparation_features(a), mf_preparation_features(b));
    for (size_t i = 0; i < mf_preparation_features(a); i++)
        assert_string_equal(mf_preparation_feature(a, i), mf_preparation_feature(b, i));
    assert_int_equal(mf_preparation_classes(a), mf_preparation_classes(b));
    for (size_t i = 0; i < mf_preparation_classes(a); i++)
        assert_string_equal(mf_preparation_class(a, i), mf_preparation_class(b, i));
}

static void what_is_read_back_prepares_the_same(void **state)
{
    (void)state;
    mf_table *table = table_of(kinds);
    for (size_t i = 0; i < COUNT(variants); i++) {
        mf_preparation *written = variant(table, i), *read = NULL;
        struct mf__buffer bytes = {0}, again = {0};
        mf__preparation_write(written, &bytes);
        mf__bytes_u8(&bytes, 99); /* what follows in the file */
        struct mf__byte_reader reader = reader_of(&bytes, bytes.length);
        assert_int_equal(mf__preparation_read(&reader, &read, NULL), 0);
        assert_int_equal(mf__take_u8(&reader), 99);
        assert_same_texts(written, read);

        mf_dataset a = applied(written, table, MF_PREPARE_TARGET);
        mf_dataset b = applied(read, table, MF_PREPARE_TARGET);
        assert_int_equal(a.columns, b.columns);
        assert_memory_equal(a.values, b.values, a.rows * a.columns * sizeof *a.values);
        assert_memory_equal(a.target, b.target, a.rows * sizeof *a.target);
        mf__preparation_write(read, &again);
        assert_int_equal(again.length + 1, bytes.length);
        assert_memory_equal(again.bytes, bytes.bytes, again.length);

        mf_dataset_done(&a);
        mf_dataset_done(&b);
        mf__buffer_done(&again);
        mf__buffer_done(&bytes);
        mf_preparation_free(&read);
        mf_preparation_free(&written);
    }
    mf_table_free(&table);
}

/* The layout is a promise to every model file that was ever written. */
static void bytes_are_the_same_on_every_machine(void **state)
{
    (void)state;
    static const char wanted[] = "\x02\x00\x02" /* classification, label, most frequent */
                                 "\x02\x04\x00\x00\x00text\x03\x00\x00\x00"
                                 "\x01\x00\x00\x00"
                                 "B\x01\x00\x00\x00"
                                 "a\x01\x00\x00\x00"
                                 "b"
                                 "\x02\x00\x00\x00"
                                 "\x01\x00\x00\x00n\x00\x00\x00\x00\x00\x00\x00\xf8\x3f"
                                 "\x01\x00\x00\x00"
                                 "c\x02\x02\x00\x00\x00\x01\x00\x00\x00"
                                 "b\x01\x00\x00\x00x";
    static const char *const drop[] = {"b", "truth", "number"};
    mf_table *table = table_of(kinds);
    const mf_prepare_options options = {
        .target = "text", .drop = drop, .n_drop = 3, .impute = MF_IMPUTE_MOST_FREQUENT};
    mf_preparation *preparation = learnt(table, &options);
    struct mf__buffer bytes = {0};
    mf__preparation_write(preparation, &bytes);
    assert_int_equal(bytes.length, sizeof wanted - 1);
    assert_memory_equal(bytes.bytes, wanted, sizeof wanted - 1);
    mf__buffer_done(&bytes);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

static void bytes_that_are_cut_short_are_refused(void **state)
{
    (void)state;
    mf_table *table = table_of(kinds);
    for (size_t i = 0; i < COUNT(variants); i++) {
        mf_preparation *preparation = variant(table, i), *read = NULL;
        struct mf__buffer bytes = {0};
        mf__preparation_write(preparation, &bytes);
        for (size_t length = 0; length < bytes.length; length++) {
            struct mf__byte_reader reader = reader_of(&bytes, length);
            mf_error error = {0};
            assert_int_equal(mf__preparation_read(&reader, &read, &error), MF_E_FORMAT);
            assert_null(read);
            assert_non_null(strstr(error.text, "the preparation is "));
        }
        mf__buffer_done(&bytes);
        mf_preparation_free(&preparation);
    }
    mf_table_free(&table);
}

/* A flipped bit may give another preparation, but only one that keeps every promise. */
static void check_promises(const mf_preparation *preparation)
{
    assert_true(preparation->n_columns > 0 && preparation->n_features >= preparation->n_columns);
    assert_int_equal(preparation->classes.n >= 2, preparation->task == MF_TASK_CLASSIFICATION);
    for (size_t i = 0; i < preparation->n_columns; i++) {
        const struct mf__learnt_column *column = &preparation->columns[i];
        assert_true(isfinite((float)column->fill));
        assert_string_not_equal(column->name, preparation->target);
        assert_int_equal(column->categories.n > 0, column->kind == MF_COLUMN_CATEGORICAL);
        for (size_t j = 1; j < column->categories.n; j++)
            assert_true(strcmp(column->categories.texts[j - 1], column->categories.texts[j]) < 0);
    }
}

static void flipped_bits_do_no_harm(void **state)
{
    (void)state;
    mf_table *table = table_of(kinds);
    for (size_t i = 0; i < COUNT(variants); i++) {
        mf_preparation *preparation = variant(table, i);
        struct mf__buffer bytes = {0};
        mf__preparation_write(preparation, &bytes);
        for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
            bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ 1 << bit % 8);
            struct mf__byte_reader reader = reader_of(&bytes, bytes.length);
            mf_preparation *read = NULL;
            int status = mf__preparation_read(&reader, &read, NULL);
            assert_int_equal(status == 0, read != NULL);
            if (read == NULL)
                assert_int_equal(status, MF_E_FORMAT);
            else
                check_promises(read);
            mf_preparation_free(&read);
            bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ 1 << bit % 8);
        }
        mf__buffer_done(&bytes);
        mf_preparation_free(&preparation);
    }
    mf_table_free(&table);
}

/* A preparation with one column of numbers and one of categories, to be spoilt by a test. */
struct parts {
    mf_preparation preparation;
    struct mf__learnt_column columns[2];
    char *categories[3], *classes[2];
    double numbers[2];
};

static void make(struct parts *parts)
{
    static char texts[][8] = {"n", "c", "y", "a", "b", "d"};
    *parts = (struct parts){.categories = {texts[3], texts[4], texts[5]},
                            .classes = {texts[3], texts[4]},
                            .numbers = {1.0, 2.0}};
    parts->columns[0] = (struct mf__learnt_column){.name = texts[0], .fill = 0.5};
    parts->columns[1] = (struct mf__learnt_column){
        .name = texts[1], .kind = MF_COLUMN_CATEGORICAL, .categories = {parts->categories, 3}};
    parts->preparation = (mf_preparation){.task = MF_TASK_CLASSIFICATION,
                                          .target = texts[2],
                                          .target_kind = MF_COLUMN_CATEGORICAL,
                                          .classes = {parts->classes, 2},
                                          .class_numbers = parts->numbers,
                                          .columns = parts->columns,
                                          .n_columns = 2};
}

static int read_status(const mf_preparation *preparation)
{
    struct mf__buffer bytes = {0};
    mf__preparation_write(preparation, &bytes);
    struct mf__byte_reader reader = reader_of(&bytes, bytes.length);
    mf_preparation *read = NULL;
    int status = mf__preparation_read(&reader, &read, NULL);
    mf_preparation_free(&read);
    mf__buffer_done(&bytes);
    return status;
}

static void every_promise_is_checked(void **state)
{
    (void)state;
    struct parts parts;
    make(&parts);
    assert_int_equal(read_status(&parts.preparation), 0);
#define SPOILT(change)                                                                             \
    do {                                                                                           \
        make(&parts);                                                                              \
        change;                                                                                    \
        assert_int_equal(read_status(&parts.preparation), MF_E_FORMAT);                            \
    } while (0)
    SPOILT(parts.preparation.task = MF_TASK_AUTO);
    SPOILT(parts.preparation.encode = 2);
    SPOILT(parts.preparation.impute = 4);
    SPOILT(parts.preparation.target_kind = 3);
    SPOILT(parts.preparation.target = parts.columns[0].name);
    SPOILT(parts.preparation.classes.n = 0);
    SPOILT(parts.preparation.classes.n = 1);
    SPOILT(parts.preparation.n_columns = 0);
    SPOILT(parts.columns[0].name = parts.columns[1].name);
    SPOILT(parts.columns[0].kind = 3);
    SPOILT(parts.columns[0].fill = (double)NAN);
    SPOILT(parts.columns[0].fill = MF__FLOAT_END);
    SPOILT(parts.columns[0].fill = -DBL_MAX);
    SPOILT(parts.columns[1].categories.n = 0);
    SPOILT(parts.categories[1] = parts.categories[0]);
    SPOILT(parts.categories[1] = parts.categories[2]);
    SPOILT(parts.classes[0] = parts.classes[1]);
    SPOILT((parts.preparation.target_kind = MF_COLUMN_NUMERIC, parts.numbers[0] = 2.0));
    SPOILT((parts.preparation.target_kind = MF_COLUMN_NUMERIC, parts.numbers[1] = (double)NAN));
    SPOILT(
        (parts.preparation.target_kind = MF_COLUMN_NUMERIC, parts.numbers[1] = (double)INFINITY));
    SPOILT(parts.preparation.task = MF_TASK_REGRESSION); /* of categories */
#undef SPOILT
}

/* One name of 4 kB for each of 70,000 categories would be 280 MB from a file of 0.5 MB. */
static void names_that_would_fill_the_memory_are_refused(void **state)
{
    (void)state;
    enum { MANY = 70000, WIDTH = 8, LONG = 4096 };
    struct parts parts;
    make(&parts);
    char *name = test_calloc(LONG + 1, 1), *room = test_calloc(MANY, WIDTH);
    char **texts = test_calloc(MANY, sizeof *texts);
    memset(name, 'x', LONG);
    for (int i = 0; i < MANY; i++) {
        texts[i] = room + (ptrdiff_t)WIDTH * i;
        snprintf(texts[i], WIDTH, "%06d", i);
    }
    parts.columns[1].name = name;
    parts.columns[1].categories = (struct mf__categories){texts, MANY};
    assert_int_equal(read_status(&parts.preparation), 0);
    parts.preparation.encode = MF_ENCODE_ONEHOT;
    assert_int_equal(read_status(&parts.preparation), MF_E_FORMAT);
    test_free(texts);
    test_free(room);
    test_free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_back_prepares_the_same),
        cmocka_unit_test(bytes_are_the_same_on_every_machine),
        cmocka_unit_test(bytes_that_are_cut_short_are_refused),
        cmocka_unit_test(flipped_bits_do_no_harm),
        cmocka_unit_test(every_promise_is_checked),
        cmocka_unit_test(names_that_would_fill_the_memory_are_refused),
    };
    return cmocka_run_group_tests_name("preparation_bytes", tests, NULL, NULL);
}
