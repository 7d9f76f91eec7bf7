/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A preparation as bytes of a model file:
 *
 *     u8 task, encode, impute; u8 kind of the target; text target
 *     for classification: u32 n and n texts when the target is categorical, u32 n and n f64 when
 *         it is numeric, nothing when it is boolean
 *     u32 n, then n columns: text name, u8 kind; u32 n and n texts, or f64 fill
 *
 * Names of features and of numeric classes are made again from these. The bytes may have been
 * damaged on purpose, so nothing read is believed: a count is compared with the bytes that are left
 * before room is made for what it counts, and every invariant of preparation.h is checked.
 */
#include "table/preparation.h"

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_TEXT   4 /* bytes: its length */
#define LEAST_COLUMN (LEAST_TEXT + 1 + 4)

static void write_categories(const struct mf__categories *categories, struct mf__buffer *buffer)
{
    for (size_t i = 0; i < categories->n; i++)
        mf__bytes_text(buffer, categories->texts[i]);
}

static void write_target(const mf_preparation *preparation, struct mf__buffer *buffer)
{
    mf__bytes_u8(buffer, (uint8_t)preparation->target_kind);
    mf__bytes_text(buffer, preparation->target);
    if (preparation->task == MF_TASK_REGRESSION || preparation->target_kind == MF_COLUMN_BOOLEAN)
        return;
    mf__bytes_u32(buffer, (uint32_t)preparation->classes.n);
    if (preparation->target_kind == MF_COLUMN_CATEGORICAL)
        write_categories(&preparation->classes, buffer);
    else
        for (size_t i = 0; i < preparation->classes.n; i++)
            mf__bytes_f64(buffer, preparation->class_numbers[i]);
}

void mf__preparation_write(const mf_preparation *preparation, struct mf__buffer *buffer)
{
    mf__bytes_u8(buffer, (uint8_t)preparation->task);
    mf__bytes_u8(buffer, (uint8_t)preparation->encode);
    mf__bytes_u8(buffer, (uint8_t)preparation->impute);
    write_target(preparation, buffer);
    mf__bytes_u32(buffer, (uint32_t)preparation->n_columns);
    for (size_t i = 0; i < preparation->n_columns; i++) {
        const struct mf__learnt_column *column = &preparation->columns[i];
        mf__bytes_text(buffer, column->name);
        mf__bytes_u8(buffer, (uint8_t)column->kind);
        if (column->kind != MF_COLUMN_CATEGORICAL) {
            mf__bytes_f64(buffer, column->fill);
            continue;
        }
        mf__bytes_u32(buffer, (uint32_t)column->categories.n);
        write_categories(&column->categories, buffer);
    }
}

/* Bytes that are read, and which part of a preparation they should be. */
struct reading {
    struct mf__byte_reader *bytes;
    const char *what;
    mf_error *error;
};

/* `is_right` says whether what was read can be. */
static int expect(const struct reading *reading, bool is_right)
{
    if (reading->bytes->starved)
        return mf__fail(reading->error, MF_E_MEMORY, "out of memory for %s", reading->what);
    if (reading->bytes->failed)
        return mf__fail(reading->error, MF_E_FORMAT,
                        "the preparation is cut short or damaged in %s", reading->what);
    return is_right ? 0
                    : mf__fail(reading->error, MF_E_FORMAT, "the preparation is damaged in %s",
                               reading->what);
}

static int read_choice(const struct reading *reading, int least, int most, int *ret)
{
    *ret = mf__take_u8(reading->bytes);
    return expect(reading, *ret >= least && *ret <= most);
}

static int read_text(const struct reading *reading, char **ret)
{
    *ret = mf__take_text(reading->bytes);
    return expect(reading, *ret != NULL);
}

/* How many things follow that take at least `least_bytes` bytes each. */
static int read_count(const struct reading *reading, size_t most, size_t least_bytes, size_t *ret)
{
    *ret = mf__take_u32(reading->bytes);
    bool fits = *ret <= mf__take_left(reading->bytes) / least_bytes;
    return expect(reading, *ret > 0 && *ret <= most && fits);
}

static int read_categories(const struct reading *reading, size_t n, struct mf__categories *ret)
{
    ret->texts = mf__new(n, sizeof *ret->texts);
    if (ret->texts == NULL)
        return mf__fail_memory(reading->error, n * sizeof *ret->texts, reading->what);
    int status = 0;
    while (ret->n < n && status == 0) {
        char **text = &ret->texts[ret->n];
        status = read_text(reading, text);
        if (status != 0)
            break;
        ret->n++;
        status = expect(reading, ret->n < 2 || strcmp(text[-1], text[0]) < 0);
    }
    return status;
}

static int read_numbers(const struct reading *reading, size_t n, double **ret)
{
    double *numbers = mf__new(n, sizeof *numbers);
    if (numbers == NULL)
        return mf__fail_memory(reading->error, n * sizeof *numbers, reading->what);
    *ret = numbers;
    int status = 0;
    for (size_t i = 0; i < n && status == 0; i++) {
        numbers[i] = mf__take_f64(reading->bytes);
        status = expect(reading, isfinite(numbers[i]) && (i == 0 || numbers[i - 1] < numbers[i]));
    }
    return status;
}

/* False and True. */
static int make_truths(const struct reading *reading, double **ret)
{
    double *numbers = mf__new(2, sizeof *numbers);
    if (numbers == NULL)
        return mf__fail_memory(reading->error, 2 * sizeof *numbers, reading->what);
    numbers[1] = 1.0;
    *ret = numbers;
    return 0;
}

static int read_classes(const struct reading *reading, mf_preparation *preparation)
{
    size_t n = 2;
    int status = 0;
    if (preparation->target_kind == MF_COLUMN_BOOLEAN) {
        status = make_truths(reading, &preparation->class_numbers);
    } else {
        status = read_count(reading, MF__MOST_CLASSES, LEAST_TEXT, &n);
        if (status == 0)
            status = expect(reading, n >= 2);
        if (status == 0 && preparation->target_kind == MF_COLUMN_CATEGORICAL)
            return read_categories(reading, n, &preparation->classes);
        if (status == 0)
            status = read_numbers(reading, n, &preparation->class_numbers);
    }
    return status != 0 ? status : mf__preparation_name_classes(preparation, n, reading->error);
}

static int read_target(struct reading *reading, mf_preparation *preparation)
{
    reading->what = "its target";
    bool is_regression = preparation->task == MF_TASK_REGRESSION;
    int last_kind = is_regression ? MF_COLUMN_BOOLEAN : MF_COLUMN_CATEGORICAL;
    int status = read_choice(reading, MF_COLUMN_NUMERIC, last_kind, &preparation->target_kind);
    if (status == 0)
        status = read_text(reading, &preparation->target);
    if (status == 0 && !is_regression) {
        reading->what = "its classes";
        status = read_classes(reading, preparation);
    }
    return status;
}

static int read_column(const struct reading *reading, struct mf__learnt_column *column)
{
    int status = read_text(reading, &column->name);
    if (status == 0)
        status = read_choice(reading, MF_COLUMN_NUMERIC, MF_COLUMN_CATEGORICAL, &column->kind);
    if (status != 0)
        return status;
    if (column->kind != MF_COLUMN_CATEGORICAL) {
        column->fill = mf__take_f64(reading->bytes);
        return expect(reading, fabs(column->fill) < MF__FLOAT_END);
    }
    size_t n = 0;
    status = read_count(reading, MF__MOST_CATEGORIES, LEAST_TEXT, &n);
    return status != 0 ? status : read_categories(reading, n, &column->categories);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int check_names(const struct reading *reading, const mf_preparation *preparation)
{
    size_t n = preparation->n_columns + 1;
    const char **names = mf__new(n, sizeof *names);
    if (names == NULL)
        return mf__fail_memory(reading->error, n * sizeof *names, "the names of columns");
    for (size_t i = 0; i < preparation->n_columns; i++)
        names[i] = preparation->columns[i].name;
    names[n - 1] = preparation->target;
    qsort(names, n, sizeof *names, compare_names);
    bool differ = true;
    for (size_t i = 1; i < n; i++)
        differ = differ && strcmp(names[i - 1], names[i]) != 0;
    mf__free(names);
    return expect(reading, differ);
}

static int read_columns(struct reading *reading, mf_preparation *preparation)
{
    reading->what = "its columns";
    size_t n = 0;
    int status = read_count(reading, SIZE_MAX, LEAST_COLUMN, &n);
    if (status != 0)
        return status;
    preparation->columns = mf__new(n, sizeof *preparation->columns);
    if (preparation->columns == NULL)
        return mf__fail_memory(reading->error, n * sizeof *preparation->columns, reading->what);
    while (preparation->n_columns < n && status == 0)
        status = read_column(reading, &preparation->columns[preparation->n_columns++]);
    return status != 0 ? status : check_names(reading, preparation);
}

static int read_all(struct reading *reading, mf_preparation *preparation)
{
    reading->what = "its options";
    int status =
        read_choice(reading, MF_TASK_REGRESSION, MF_TASK_CLASSIFICATION, &preparation->task);
    if (status == 0)
        status = read_choice(reading, MF_ENCODE_LABEL, MF_ENCODE_ONEHOT, &preparation->encode);
    if (status == 0)
        status = read_choice(reading, MF_IMPUTE_MEDIAN, MF_IMPUTE_NONE, &preparation->impute);
    if (status == 0)
        status = read_target(reading, preparation);
    if (status == 0)
        status = read_columns(reading, preparation);
    if (status != 0)
        return status;
    status = mf__preparation_name(preparation, reading->error);
    return status == MF_E_INPUT ? expect(reading, false) : status;
}

int mf__preparation_read(struct mf__byte_reader *reader, mf_preparation **ret_preparation,
                         mf_error *error)
{
    mf_preparation *preparation = mf__new(1, sizeof *preparation);
    if (preparation == NULL)
        return mf__fail_memory(error, sizeof *preparation, "a preparation");
    struct reading reading = {.bytes = reader, .error = error};
    int status = read_all(&reading, preparation);
    if (status == 0)
        *ret_preparation = preparation;
    else
        mf_preparation_free(&preparation);
    return status;
}
