/* SPDX-License-Identifier: Apache-2.0 */
#include "table/column.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROWS 16

void mf__column_done(struct mf__column *column)
{
    mf__free(column->numbers);
    mf__free(column->codes);
    mf__free(column->categories);
    mf__intern_done(&column->texts);
    *column = (struct mf__column){0};
}

/* ---- rows ---- */

static int resize(struct mf__column *column, size_t room, mf_error *error)
{
    void *rows = NULL;
    if (column->state == MF__COLUMN_NUMBERS) {
        rows = mf__resize(column->numbers, room, sizeof *column->numbers);
        column->numbers = rows != NULL ? rows : column->numbers;
    } else {
        rows = mf__resize(column->codes, room, sizeof *column->codes);
        column->codes = rows != NULL ? rows : column->codes;
    }
    if (rows == NULL)
        return mf__fail(error, MF_E_MEMORY, "out of memory: %zu rows of a column", room);
    column->room = room;
    return 0;
}

void mf__column_keep_texts(struct mf__column *column)
{
    column->state = MF__COLUMN_TEXTS;
    column->wanted_texts = true;
}

int mf__column_reserve(struct mf__column *column, size_t row, mf_error *error)
{
    if (row < column->room || column->state == MF__COLUMN_AGAIN)
        return 0;
    return resize(column, column->room > 0 ? column->room * 2 : FIRST_ROWS, error);
}

static int add_text(struct mf__column *column, size_t row, const struct mf__text *field,
                    mf_error *error)
{
    return mf__intern_add(&column->texts, field->bytes, field->length, &column->codes[row], error);
}

/* The first text after `row` fields, all of which were numbers or missing. */
static int leave_numbers(struct mf__column *column, size_t row, const struct mf__text *field,
                         mf_error *error)
{
    mf__free(column->numbers);
    column->numbers = NULL;
    column->state = MF__COLUMN_AGAIN;
    if (column->missing < row)
        return 0;
    column->state = MF__COLUMN_TEXTS;
    int code = resize(column, column->room, error);
    if (code != 0)
        return code;
    for (size_t i = 0; i < row; i++)
        column->codes[i] = MF__NO_TEXT;
    return add_text(column, row, field, error);
}

int mf__column_take(struct mf__column *column, const struct mf__missing *missing, size_t row,
                    const struct mf__text *field, mf_error *error)
{
    if (column->state == MF__COLUMN_NUMBERS) {
        double value = 0;
        bool is_number = mf__read_real(field->bytes, field->length, &value);
        if (is_number && !mf__missing_number(missing, value)) {
            column->numbers[row] = value;
            return 0;
        }
        if (!mf__missing_text(missing, field))
            return leave_numbers(column, row, field, error);
        column->numbers[row] = (double)NAN;
    } else if (column->state == MF__COLUMN_TEXTS) {
        if (!mf__missing_text(missing, field))
            return add_text(column, row, field, error);
        column->codes[row] = MF__NO_TEXT;
    }
    column->missing++;
    return 0;
}

int mf__column_restart(struct mf__column *column, mf_error *error)
{
    column->state = MF__COLUMN_TEXTS;
    column->missing = 0;
    return resize(column, column->room, error);
}

/* ---- when all rows are there ---- */

struct category {
    const char *text;
    uint32_t number;
};

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const struct category *)a)->text, ((const struct category *)b)->text);
}

/* Numbers texts by their order instead of by their coming. */
static void renumber(struct mf__column *column, const struct category *sorted, uint32_t *places,
                     size_t rows)
{
    uint32_t n = column->texts.n;
    for (uint32_t i = 0; i < n; i++) {
        column->categories[i] = sorted[i].text;
        places[sorted[i].number] = i;
    }
    for (size_t row = 0; row < rows; row++) {
        uint32_t number = column->codes[row];
        column->codes[row] = number != MF__NO_TEXT ? places[number] : n;
    }
}

static int sort_categories(struct mf__column *column, size_t rows, mf_error *error)
{
    uint32_t n = column->texts.n;
    struct category *sorted = mf__new(n, sizeof *sorted);
    uint32_t *places = mf__new(n, sizeof *places);
    column->categories = mf__new(n, sizeof *column->categories);
    int code = 0;
    if (sorted != NULL && places != NULL && column->categories != NULL) {
        for (uint32_t i = 0; i < n; i++)
            sorted[i] = (struct category){mf__intern_text(&column->texts, i), i};
        qsort(sorted, n, sizeof *sorted, by_bytes);
        renumber(column, sorted, places, rows);
    } else {
        code = mf__fail_memory(error, n * sizeof *sorted, "the categories of a column");
    }
    mf__free(sorted);
    mf__free(places);
    return code;
}

int mf__truth_of(const char *text)
{
    static const char *const truths[] = {"false", "true"};
    for (int truth = 0; truth < 2; truth++) {
        const char *letter = truths[truth];
        size_t i = 0;
        while (letter[i] != '\0' && (text[i] | 0x20) == letter[i])
            i++;
        if (letter[i] == '\0' && text[i] == '\0')
            return truth;
    }
    return -1;
}

static bool are_truths(const struct mf__intern *texts)
{
    for (uint32_t i = 0; i < texts->n; i++)
        if (mf__truth_of(mf__intern_text(texts, i)) < 0)
            return false;
    return true;
}

static int make_boolean(struct mf__column *column, size_t rows, mf_error *error)
{
    bool seen[2] = {false, false};
    column->numbers = mf__new(rows, sizeof *column->numbers);
    if (column->numbers == NULL)
        return mf__fail_memory(error, rows * sizeof *column->numbers, "a column");
    for (size_t row = 0; row < rows; row++) {
        uint32_t number = column->codes[row];
        int truth =
            number != MF__NO_TEXT ? mf__truth_of(mf__intern_text(&column->texts, number)) : -1;
        column->numbers[row] = truth >= 0 ? truth : (double)NAN;
        if (truth >= 0)
            seen[truth] = true;
    }
    mf__free(column->codes);
    column->codes = NULL;
    mf__intern_done(&column->texts);
    column->shown.kind = MF_COLUMN_BOOLEAN;
    column->shown.distinct = (size_t)seen[0] + seen[1];
    return 0;
}

static int finish_texts(struct mf__column *column, size_t rows, mf_error *error)
{
    bool may_be_truths = column->texts.n == 0 || !column->wanted_texts;
    if (may_be_truths && are_truths(&column->texts))
        return make_boolean(column, rows, error);
    int code = sort_categories(column, rows, error);
    if (code != 0)
        return code;
    column->shown.kind = MF_COLUMN_CATEGORICAL;
    column->shown.categories = column->categories;
    column->shown.n_categories = column->shown.distinct = column->texts.n;
    return 0;
}

int mf__column_finish(struct mf__column *column, size_t rows, mf_error *error)
{
    int code = resize(column, rows, error);
    if (code == 0 && column->state == MF__COLUMN_TEXTS)
        code = finish_texts(column, rows, error);
    else if (code == 0)
        code = mf__count_distinct(column->numbers, rows, &column->shown.distinct, error);
    column->shown.missing = column->missing;
    column->shown.numbers = column->numbers;
    column->shown.codes = column->codes;
    return code;
}
