/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawing combinations: one after the other from the Mersenne Twister, the dimensions in their
 * order; one that was drawn before is drawn again, so that the first ones do not depend on how
 * many are wanted. What was drawn is found in a hash table of the spellings, by XXH3 (libxxhash).
 *
 * Where all combinations are equally likely, the last of n is found after some n * ln(n) draws
 * (the coupon collector's), which even the largest n makes possible. Where they are not, an
 * unlikely one may never come: the draw ends when many in a row were there already. Choosing places
 * in the grid without replacement was rejected: it needs room for the whole grid.
 */
#include "base/memory.h"
#include "base/mt19937.h"
#include "base/number.h"
#include "base/real.h"
#include "base/status.h"
#include "tune/parameters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#define DIGITS       6      /* of a real number */
#define EXACT        0x1p53 /* up to here all whole numbers are doubles */
#define REPEATS_MOST 100000 /* in a row, before a space counts as exhausted */

struct draw {
    const struct mf__space *space;
    struct mf__mt mt;
    struct mf__value *values; /* of all trials so far, and of the one being drawn */
    uint64_t n;
    uint64_t wanted;
    uint32_t *slots; /* the number of a trial, from 1; 0 when free */
    size_t n_slots;  /* a power of two, more than twice `wanted` */
};

/* ---- numbers ---- */

/* From 0 to 1, both ends included: 53 bits, as random_sample of NumPy takes them. */
static double draw_unit(struct mf__mt *mt)
{
    double high = mf__mt_next(mt) >> 5;
    double low = mf__mt_next(mt) >> 6;
    return (high * 0x1p26 + low) / (EXACT - 1);
}

/* The place of the last decimal that a number of this size is to have. */
static int decimals_of(double size)
{
    return DIGITS - 1 - (int)floor(log10(size));
}

/* The multiple of 10^-decimals that is nearest. Of digits and exponent as a text, so that the
 * double is the one that reading the number again gives. */
static double round_to(double value, int decimals)
{
    char text[64];
    double digits = rint(value * pow(10, decimals));
    if (!(digits < EXACT))
        return value;
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, -decimals);
    mf__read_real(text, strlen(text), &value);
    return value;
}

static double draw_real(const struct mf__dimension *dimension, struct mf__mt *mt)
{
    double low = dimension->low, high = dimension->high;
    double unit = draw_unit(mt);
    int decimals = decimals_of(high - low);
    double value = low + unit * (high - low);
    if (dimension->spread == MF__SPREAD_LOG) {
        value = exp(log(low) + unit * (log(high) - log(low)));
        decimals = decimals > decimals_of(value) ? decimals : decimals_of(value);
    }
    return fmin(fmax(round_to(value, decimals), low), high);
}

/* Each whole number stands for what is nearer to it than to others. */
static double draw_whole(const struct mf__dimension *dimension, struct mf__mt *mt)
{
    double low = dimension->low, high = dimension->high;
    if (dimension->spread == MF__SPREAD_INT)
        return low + mf__mt_below(mt, (uint64_t)(high - low) + 1);
    double from = log(low - 0.5);
    double value = rint(exp(from + draw_unit(mt) * (log(high + 0.5) - from)));
    return fmin(fmax(value, low), high);
}

static void draw_value(const struct mf__dimension *dimension, struct mf__mt *mt,
                       struct mf__value *ret_value)
{
    if (dimension->spread == MF__SPREAD_LIST)
        *ret_value = dimension->values[mf__mt_below(mt, dimension->n_values)];
    else
        mf__parameter_number(
            dimension->parameter, dimension->whole,
            dimension->whole ? draw_whole(dimension, mt) : draw_real(dimension, mt), ret_value);
}

/* ---- what was drawn before ---- */

static uint64_t hash_of(const struct mf__value *values, size_t n)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < n; i++)
        hash = XXH3_64bits_withSeed(values[i].text, strlen(values[i].text) + 1, hash);
    return hash;
}

static bool are_same(const struct mf__value *a, const struct mf__value *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(a[i].text, b[i].text) != 0)
            return false;
    return true;
}

/* Keeps the values behind the last trial as the next one, unless there is such a trial. */
static bool keep(struct draw *draw)
{
    size_t width = draw->space->n;
    const struct mf__value *drawn = draw->values + draw->n * width;
    size_t at = (size_t)hash_of(drawn, width) & (draw->n_slots - 1);
    while (draw->slots[at] != 0) {
        if (are_same(draw->values + (draw->slots[at] - 1) * width, drawn, width))
            return false;
        at = (at + 1) & (draw->n_slots - 1);
    }
    draw->slots[at] = (uint32_t)++draw->n;
    return true;
}

/* ---- drawing ---- */

static bool is_even(const struct mf__space *space)
{
    for (size_t i = 0; i < space->n; i++)
        if (space->dimensions[i].spread > MF__SPREAD_INT)
            return false;
    return true;
}

static void draw_all(struct draw *draw)
{
    size_t width = draw->space->n;
    bool even = is_even(draw->space);
    uint64_t repeats = 0;
    while (draw->n < draw->wanted && (even || repeats < REPEATS_MOST)) {
        struct mf__value *values = draw->values + draw->n * width;
        for (size_t i = 0; i < width; i++)
            draw_value(&draw->space->dimensions[i], &draw->mt, &values[i]);
        repeats = keep(draw) ? 0 : repeats + 1;
    }
}

int mf__space_random(const struct mf__space *space, uint64_t n, uint32_t seed,
                     struct mf__combinations *ret, mf_error *error)
{
    uint64_t size = mf__space_size(space);
    struct draw draw = {.space = space, .wanted = n < size ? n : size, .n_slots = 4};
    if (draw.wanted > MF__TRIALS_MAX)
        return mf__fail(error, MF_E_INPUT, "%s trials are too many; expected at most %s",
                        mf__show_count(n, ',').text, mf__show_count(MF__TRIALS_MAX, ',').text);
    while (draw.n_slots <= 2 * draw.wanted)
        draw.n_slots *= 2;
    draw.values = mf__new(draw.wanted * space->n, sizeof *draw.values);
    draw.slots = mf__new(draw.n_slots, sizeof *draw.slots);
    if (draw.values == NULL || draw.slots == NULL) {
        mf__free(draw.slots);
        mf__free(draw.values);
        return mf__fail_memory(error, draw.wanted * space->n * sizeof *draw.values,
                               "the trials of the search");
    }
    mf__mt_seed(&draw.mt, seed);
    draw_all(&draw);
    mf__free(draw.slots);
    *ret = (struct mf__combinations){.n = draw.n, .values = draw.values};
    return 0;
}
