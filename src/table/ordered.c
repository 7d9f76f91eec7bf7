/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every numeric column is sorted once, for its median or its most frequent value, so sorting has to
 * be quick and may not have bad cases. The bits of a double, seen as a whole number, rise with it
 * once the sign is turned over (and, below zero, all other bits as well). Those keys are sorted
 * digit by digit, from the last to the first (D. E. Knuth, The Art of Computer Programming, volume
 * 3, section 5.2.5, algorithm R), eight bits to a digit. A digit that is the same everywhere needs
 * no pass: whole numbers such as prices and years leave only a few. qsort() was rejected for its
 * calls, selection of the middle because the most frequent value needs all of the order.
 */
#include "table/ordered.h"

#include "base/memory.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define DIGITS    8   /* of a key */
#define DIFFERENT 256 /* values of a digit */
#define SIGN      (UINT64_C(1) << 63)

static uint64_t key_of(double value)
{
    double positive_zero = value + 0.0; /* -0.0 + 0.0 is 0.0 */
    uint64_t bits;
    memcpy(&bits, &positive_zero, sizeof bits);
    return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

static double value_of(uint64_t key)
{
    uint64_t bits = (key & SIGN) != 0 ? key & ~SIGN : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static unsigned digit_of(uint64_t key, unsigned digit)
{
    return (unsigned)(key >> (8 * digit)) & (DIFFERENT - 1);
}

/* Turns counts into the place of the first key with each digit. False when all keys share one. */
static bool start_places(size_t counts[DIFFERENT], size_t n)
{
    size_t before = 0;
    for (unsigned i = 0; i < DIFFERENT; i++) {
        size_t count = counts[i];
        if (count == n)
            return false;
        counts[i] = before;
        before += count;
    }
    return true;
}

/* Sorts the keys in rooms[0], with as much room in rooms[1]; returns the room that has them. */
static const uint64_t *sort_keys(uint64_t *rooms[2], size_t n)
{
    size_t counts[DIGITS][DIFFERENT] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (unsigned digit = 0; digit < DIGITS; digit++)
            counts[digit][digit_of(rooms[0][i], digit)]++;
    unsigned from = 0;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        size_t *places = counts[digit];
        if (!start_places(places, n))
            continue;
        for (size_t i = 0; i < n; i++) {
            uint64_t key = rooms[from][i];
            rooms[1 - from][places[digit_of(key, digit)]++] = key;
        }
        from = 1 - from;
    }
    return rooms[from];
}

int mf__sort_numbers(double *values, size_t n, mf_error *error)
{
    uint64_t *rooms[2] = {mf__new(n, sizeof(uint64_t)), mf__new(n, sizeof(uint64_t))};
    int status = 0;
    if (rooms[0] == NULL || rooms[1] == NULL) {
        status = mf__fail_memory(error, n * sizeof **rooms, "sorting a column");
    } else {
        for (size_t i = 0; i < n; i++)
            rooms[0][i] = key_of(values[i]);
        const uint64_t *keys = sort_keys(rooms, n);
        for (size_t i = 0; i < n; i++)
            values[i] = value_of(keys[i]);
    }
    mf__free(rooms[1]);
    mf__free(rooms[0]);
    return status;
}

double mf__median_of_sorted(const double *sorted, size_t n)
{
    double upper = sorted[n / 2];
    return n % 2 == 1 ? upper : (sorted[n / 2 - 1] + upper) / 2.0;
}

double mf__mode_of_sorted(const double *sorted, size_t n)
{
    double best = sorted[0];
    size_t most = 0, start = 0;
    for (size_t i = 1; i <= n; i++) {
        if (i < n && sorted[i] <= sorted[start])
            continue;
        if (i - start > most) {
            most = i - start;
            best = sorted[start];
        }
        start = i;
    }
    return best;
}

size_t mf__distinct_of_sorted(double *sorted, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || sorted[i] > sorted[kept - 1])
            sorted[kept++] = sorted[i];
    return kept;
}
