/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting different numbers: their bits are dealt out to a few hundred buckets by a hash of them,
 * and the numbers of one bucket are put into a hash table that stays in the processor's cache. One
 * table for all of them was several times slower, as each number waits for memory then; so was
 * sorting.
 */
#include "table/column.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

#define BUCKET_BITS 8
#define BUCKETS     (1 << BUCKET_BITS)
#define FIRST_BITS  8
#define FREE_SLOT   UINT64_MAX /* the bits of a NaN, which is not counted */

struct set {
    uint64_t *slots;
    unsigned bits; /* there are 2^bits slots */
    size_t n;
};

/* The bits of a number; -0 becomes 0. */
static uint64_t key_of(double number)
{
    uint64_t key = 0;
    number += 0.0;
    memcpy(&key, &number, sizeof key);
    return key;
}

/* Multiplying by 2^64 divided by the golden ratio spreads the bits upwards (D. Knuth, The Art of
 * Computer Programming 3, 6.4). */
static uint64_t hash_of(uint64_t key)
{
    return (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
}

static size_t bucket_of(uint64_t key)
{
    return (size_t)(hash_of(key) >> (64 - BUCKET_BITS));
}

/* ---- one bucket ---- */

static void insert(struct set *set, uint64_t key)
{
    size_t mask = ((size_t)1 << set->bits) - 1;
    size_t at = (size_t)(hash_of(key) << BUCKET_BITS >> (64 - set->bits));
    while (set->slots[at] != key && set->slots[at] != FREE_SLOT)
        at = (at + 1) & mask;
    set->n += set->slots[at] != key;
    set->slots[at] = key;
}

static void empty(struct set *set)
{
    memset(set->slots, 0xff, ((size_t)1 << set->bits) * sizeof *set->slots);
    set->n = 0;
}

static int open_set(struct set *set, unsigned bits, mf_error *error)
{
    size_t n = (size_t)1 << bits;
    set->slots = mf__resize(NULL, n, sizeof *set->slots);
    if (set->slots == NULL)
        return mf__fail_memory(error, n * sizeof *set->slots, "counting different numbers");
    set->bits = bits;
    empty(set);
    return 0;
}

static int grow(struct set *set, mf_error *error)
{
    struct set grown;
    int code = open_set(&grown, set->bits + 1, error);
    if (code != 0)
        return code;
    for (size_t i = 0; i < (size_t)1 << set->bits; i++)
        if (set->slots[i] != FREE_SLOT)
            insert(&grown, set->slots[i]);
    mf__free(set->slots);
    *set = grown;
    return 0;
}

static int count_bucket(struct set *set, const uint64_t *keys, size_t n, mf_error *error)
{
    empty(set);
    for (size_t i = 0; i < n; i++) {
        insert(set, keys[i]);
        if (set->n > (size_t)1 << (set->bits - 1)) {
            int code = grow(set, error);
            if (code != 0)
                return code;
        }
    }
    return 0;
}

/* ---- all of them ---- */

/* Deals the numbers out to `keys`; the keys of bucket b stand behind those of b - 1 and end at
 * ret_ends[b]. */
static void deal(const double *numbers, size_t n, uint64_t *keys, size_t ret_ends[BUCKETS])
{
    size_t counts[BUCKETS] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++)
        counts[bucket_of(key_of(numbers[i]))] += isnan(numbers[i]) ? 0 : 1;
    for (size_t b = 0; b < BUCKETS; b++) {
        ret_ends[b] = sum;
        sum += counts[b];
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t key = key_of(numbers[i]);
        if (!isnan(numbers[i]))
            keys[ret_ends[bucket_of(key)]++] = key;
    }
}

int mf__count_distinct(const double *numbers, size_t n, size_t *ret_distinct, mf_error *error)
{
    struct set set;
    int code = open_set(&set, FIRST_BITS, error);
    if (code != 0)
        return code;
    size_t ends[BUCKETS], start = 0, distinct = 0;
    uint64_t *keys = mf__resize(NULL, n, sizeof *keys);
    if (keys == NULL)
        code = mf__fail_memory(error, n * sizeof *keys, "counting different numbers");
    else
        deal(numbers, n, keys, ends);
    for (size_t b = 0; code == 0 && b < BUCKETS; b++) {
        code = count_bucket(&set, keys + start, ends[b] - start, error);
        distinct += set.n;
        start = ends[b];
    }
    if (code == 0)
        *ret_distinct = distinct;
    mf__free(keys);
    mf__free(set.slots);
    return code;
}
