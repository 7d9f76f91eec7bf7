/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole numbers that are not too far from each other are not sorted: a table has a place for each
 * number between the least and the greatest. Those that are there are marked, then numbered, and
 * each row looks up its code.
 *
 * Other columns are sorted by their bits: a float with the sign bit turned, or all bits turned when
 * it is negative, sorts as a whole number; some bits at a time, the lowest first. All digits are
 * counted in one go, and those that are the same in all rows are passed over.
 */
#include "forest/ranks_column.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* Numbers that a table has places for: it stays in the cache next to the nearest one. */
#define PLACES 32768

/* Marks are read so many at a time. */
#define MARKS_AT_ONCE ((uint32_t)sizeof(uint64_t))

/* Values are looked at so many at a time, as the compiler makes that vectors. */
#define VALUES_AT_ONCE 64

/* Values are asked for so many before they are read, as the matrix lies in slow memory. */
#define ASKED_AHEAD 1024
#define LINE_VALUES (MF__CACHE_LINE / sizeof(float))

/* The bits of this float and a whole number, added, are the bits of the float plus the number, as
 * long as that is at most MOST_WHOLE either way. */
#define MIDDLE      0x1.8p23F
#define MIDDLE_BITS INT32_C(0x4B400000)
#define MOST_WHOLE  (INT32_C(1) << 22)

#define DIGIT_BITS 11
#define DIGITS     3
#define BUCKETS    (1U << DIGIT_BITS)

struct mf__ranking {
    uint8_t marks[PLACES];
    uint32_t codes[PLACES];
    float values[PLACES + 1];
    uint32_t counts[DIGITS][BUCKETS];
    uint64_t *sorted; /* the bits of a value, then its row */
    uint64_t *spare;
    uint64_t keys[]; /* room for both */
};

struct mf__ranking *mf__ranking_new(size_t rows)
{
    return mf__aligned_room(sizeof(struct mf__ranking) + 2 * rows * sizeof(uint64_t));
}

void mf__ranking_free(struct mf__ranking *ranking)
{
    mf__free(ranking);
}

/* Asks for the cache line of a value that will be read soon. */
static inline void ask_ahead(const float *values, size_t n, size_t row)
{
    __builtin_prefetch(values + (row + ASKED_AHEAD < n ? row + ASKED_AHEAD : n - 1));
}

/* Keeps the values of a column, by rank. */
static int keep_values(struct mf__ranked_column *column, const float *values, uint32_t n_values,
                       mf_error *error)
{
    column->n_values = n_values;
    column->values = mf__aligned_room(n_values * sizeof *values);
    if (column->values == NULL)
        return mf__fail_memory(error, n_values * sizeof *values, "the values of a column");
    memcpy(column->values, values, n_values * sizeof *values);
    return 0;
}

/* ---- whole numbers ---- */

/* What values have in common: the bits of the least and the greatest, MIDDLE added, and whether
 * some are not whole. */
struct look {
    int32_t low;
    int32_t high;
    bool broken;
};

static inline int32_t bits_of(float whole)
{
    float sum = whole + MIDDLE;
    int32_t bits = 0;
    memcpy(&bits, &sum, sizeof bits);
    return bits;
}

static inline void look_at(const float *values, size_t n, struct look *look)
{
    int32_t low = look->low;
    int32_t high = look->high;
    int broken = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t bits = bits_of(values[i]);
        broken |= values[i] + MIDDLE - MIDDLE != values[i];
        low = bits < low ? bits : low;
        high = bits > high ? bits : high;
    }
    look->low = low;
    look->high = high;
    look->broken = look->broken || broken != 0;
}

/* Whether a table has places for all values. Not when one of them is not finite. */
static bool fits_table(const float *values, size_t n, struct look *look)
{
    *look = (struct look){.low = INT32_MAX, .high = INT32_MIN};
    for (size_t row = 0; row + VALUES_AT_ONCE <= n && !look->broken; row += VALUES_AT_ONCE) {
        for (size_t i = 0; i < VALUES_AT_ONCE; i += LINE_VALUES)
            ask_ahead(values, n, row + i);
        look_at(values + row, VALUES_AT_ONCE, look);
    }
    if (n >= VALUES_AT_ONCE) /* the last ones; some may have been looked at */
        look_at(values + n - VALUES_AT_ONCE, VALUES_AT_ONCE, look);
    else
        look_at(values, n, look);
    return !look->broken && look->low >= MIDDLE_BITS - MOST_WHOLE &&
           look->high <= MIDDLE_BITS + MOST_WHOLE && look->high - look->low < PLACES;
}

/* How many places are used, in whole marks read at once. */
static uint32_t places_of(const struct look *look)
{
    return ((uint32_t)(look->high - look->low) / MARKS_AT_ONCE + 1) * MARKS_AT_ONCE;
}

/* Numbers what is marked. How many values there are. */
static uint32_t number_marks(struct mf__ranking *ranking, const struct look *look)
{
    uint32_t n_places = places_of(look);
    uint32_t rank = 0;
    for (uint32_t start = 0; start < n_places; start += MARKS_AT_ONCE) {
        uint64_t marks = 0;
        memcpy(&marks, ranking->marks + start, sizeof marks);
        if (marks == 0)
            continue;
        for (uint32_t place = start; place < start + MARKS_AT_ONCE; place++) {
            ranking->codes[place] = rank << 1;
            ranking->values[rank] = (float)(look->low - MIDDLE_BITS + (int32_t)place);
            rank += ranking->marks[place];
        }
    }
    return rank;
}

/* Numbers this small are never too close to be told apart. */
static int rank_by_table(struct mf__ranking *ranking, const float *values, size_t n,
                         const struct look *look, struct mf__ranked_column *column, mf_error *error)
{
    uint32_t *codes = column->codes;
    memset(ranking->marks, 0, places_of(look));
    for (size_t row = 0; row < n; row++)
        ranking->marks[bits_of(values[row]) - look->low] = 1;
    uint32_t n_values = number_marks(ranking, look);
    for (size_t row = 0; row < n; row++)
        codes[row] = ranking->codes[bits_of(values[row]) - look->low];
    return keep_values(column, ranking->values, n_values, error);
}

/* ---- sorting ---- */

#define SIGN UINT32_C(0x80000000)

static inline uint32_t sortable(float value)
{
    uint32_t bits = 0;
    value += 0.0F; /* of the two zeros, only one */
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((0U - (bits >> 31)) | SIGN);
}

static inline float value_of(uint32_t sortable)
{
    float value = 0;
    uint32_t bits = sortable ^ (((sortable >> 31) - 1) | SIGN);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t digit_of(uint32_t sortable, unsigned digit)
{
    return sortable >> digit * DIGIT_BITS & (BUCKETS - 1);
}

/* Counts the digits of a column. Whether all values are finite. */
static bool count_digits(struct mf__ranking *ranking, const float *values, size_t n)
{
    bool finite = true;
    memset(ranking->counts, 0, sizeof ranking->counts);
    for (size_t row = 0; row < n; row++) {
        uint32_t key = sortable(values[row]);
        if (row % LINE_VALUES == 0)
            ask_ahead(values, n, row);
        finite &= isfinite(values[row]) != 0;
        for (unsigned digit = 0; digit < DIGITS; digit++)
            ranking->counts[digit][digit_of(key, digit)]++;
    }
    return finite;
}

static int fail_infinite(const mf_matrix *matrix, size_t column, mf_error *error)
{
    const float *values = matrix->values + column * matrix->rows;
    size_t row = 0;
    while (isfinite(values[row]))
        row++;
    return mf__fail(error, MF_E_INPUT, "row %zu of column %zu of the matrix is not a finite number",
                    row, column);
}

/* Turns the counts of a digit into where each of its values starts. */
static void place_digit(uint32_t *counts)
{
    uint32_t start = 0;
    for (unsigned b = 0; b < BUCKETS; b++) {
        uint32_t count = counts[b];
        counts[b] = start;
        start += count;
    }
}

/* Puts the keys of a column into the order of a digit. */
static void sort_values(struct mf__ranking *ranking, const float *values, size_t n, unsigned digit)
{
    uint32_t *starts = ranking->counts[digit];
    uint64_t *keys = ranking->sorted;
    place_digit(starts);
    for (size_t row = 0; row < n; row++) {
        uint32_t key = sortable(values[row]);
        keys[starts[digit_of(key, digit)]++] = (uint64_t)key << 32 | row;
    }
}

/* Brings sorted keys into the order of a higher digit. */
static void sort_on(struct mf__ranking *ranking, size_t n, unsigned digit)
{
    uint32_t *starts = ranking->counts[digit];
    const uint64_t *keys = ranking->sorted;
    uint64_t *spare = ranking->spare;
    place_digit(starts);
    for (size_t i = 0; i < n; i++)
        spare[starts[digit_of((uint32_t)(keys[i] >> 32), digit)]++] = keys[i];
    ranking->spare = ranking->sorted;
    ranking->sorted = spare;
}

/* Sorts a column whose digits are counted. */
static void sort_column(struct mf__ranking *ranking, const float *values, size_t n)
{
    uint32_t key = sortable(values[0]);
    unsigned digit = 0;
    while (digit < DIGITS - 1 && ranking->counts[digit][digit_of(key, digit)] == n)
        digit++;
    ranking->sorted = ranking->keys;
    ranking->spare = ranking->keys + n;
    sort_values(ranking, values, n, digit);
    while (++digit < DIGITS)
        if (ranking->counts[digit][digit_of(key, digit)] < n)
            sort_on(ranking, n, digit);
}

/* The value of a rank is too close to the next larger one, whose rows begin at `end`. */
static void note_close(struct mf__ranked_column *column, uint32_t rank, const uint64_t *keys,
                       size_t end)
{
    uint64_t value = keys[end - 1] >> 32;
    column->close[rank / 64] |= UINT64_C(1) << rank % 64;
    for (size_t i = end; i-- > 0 && keys[i] >> 32 == value;)
        column->codes[(uint32_t)keys[i]] |= 1;
}

/* Gives every row its code, and lists the values. No branch asks whether a value is a new one.
 * Whether some code is odd. */
static bool number_sorted(struct mf__ranked_column *column, const uint64_t *keys, size_t n,
                          float *ret_values)
{
    bool has_close = false;
    uint32_t rank = 0;
    float last = value_of((uint32_t)(keys[0] >> 32));
    for (size_t i = 0; i < n; i++) {
        float value = value_of((uint32_t)(keys[i] >> 32));
        bool is_new = value > last;
        if (is_new & !mf__apart(last, value)) {
            note_close(column, rank, keys, i);
            has_close = true;
        }
        rank += is_new;
        ret_values[rank] = last = value;
        column->codes[(uint32_t)keys[i]] = rank << 1;
    }
    column->n_values = rank + 1;
    return has_close;
}

/* Ranks a column whose keys are sorted. */
static int rank_sorted(struct mf__ranking *ranking, size_t n, struct mf__ranked_column *column,
                       mf_error *error)
{
    float *kept = (float *)(void *)ranking->spare;
    column->close = mf__new(n / 64 + 1, sizeof *column->close);
    if (column->close == NULL)
        return mf__fail_memory(error, (n / 64 + 1) * sizeof *column->close, "close values");
    if (!number_sorted(column, ranking->sorted, n, kept)) {
        mf__free(column->close);
        column->close = NULL;
    }
    return keep_values(column, kept, column->n_values, error);
}

int mf__rank_column(struct mf__ranking *ranking, const mf_matrix *matrix, size_t index,
                    struct mf__ranked_column *column, mf_error *error)
{
    size_t n = matrix->rows;
    const float *values = matrix->values + index * n;
    struct look look;
    if (fits_table(values, n, &look))
        return rank_by_table(ranking, values, n, &look, column, error);
    if (!count_digits(ranking, values, n))
        return fail_infinite(matrix, index, error);
    sort_column(ranking, values, n);
    return rank_sorted(ranking, n, column, error);
}
