/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/status.h"
#include "exec/baggage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MANY (MF__LARGE_BYTES / sizeof(uint32_t) + 3)
#define FEW  5U

static uint32_t large[MANY];
static const uint32_t small[FEW] = {1, 2, 3, 4, 5};

/* A number, a large array, a small one, and none. */
static void pack_all(struct mf__parcel *parcel)
{
    const uint16_t number = 258;
    for (size_t i = 0; i < MANY; i++)
        large[i] = (uint32_t)(i * 2654435761U);
    mf__pack_value(parcel, &number, sizeof number);
    mf__pack_array(parcel, large, MANY, sizeof *large);
    mf__pack_array(parcel, small, FEW, sizeof *small);
    mf__pack_array(parcel, NULL, 0, sizeof *small);
    mf_error error;
    assert_int_equal(mf__pack_check(parcel, &error), 0);
}

/* What arrives of a parcel, of which `missing` bytes are cut off the end of the small things. */
static struct mf__baggage sent(const struct mf__parcel *parcel, size_t missing)
{
    struct mf__baggage baggage = {.at = (const unsigned char *)parcel->bytes.bytes,
                                  .left = parcel->bytes.length - missing,
                                  .n_large = parcel->n_large};
    for (unsigned i = 0; i < parcel->n_large; i++) {
        baggage.large[i].bytes = parcel->large[i].bytes;
        baggage.large[i].at = mf__aligned_room(parcel->large[i].bytes);
        assert_non_null(baggage.large[i].at);
        memcpy(baggage.large[i].at, parcel->large[i].at, parcel->large[i].bytes);
    }
    return baggage;
}

/* Reads what pack_all() packed; whether all of it was there. */
static bool read_all(struct mf__baggage *baggage)
{
    uint16_t number = 0;
    size_t n[3] = {9, 9, 9};
    mf_error error;
    mf__unpack_value(baggage, &number, sizeof number);
    uint32_t *first = mf__unpack_array(baggage, &n[0], sizeof *first);
    uint32_t *second = mf__unpack_array(baggage, &n[1], sizeof *second);
    uint32_t *third = mf__unpack_array(baggage, &n[2], sizeof *third);
    bool whole = mf__unpack_check(baggage, &error) == 0;
    if (whole) {
        assert_int_equal(number, 258);
        assert_true(n[0] == MANY && n[1] == FEW && n[2] == 0 && third == NULL);
        assert_memory_equal(first, large, sizeof large);
        assert_memory_equal(second, small, sizeof small);
    }
    mf__free(first);
    mf__free(second);
    mf__baggage_done(baggage);
    return whole;
}

static void large_arrays_travel_from_where_they_lie(void **state)
{
    (void)state;
    struct mf__parcel parcel = {0};
    pack_all(&parcel);
    assert_int_equal(parcel.n_large, 1);
    assert_ptr_equal(parcel.large[0].at, large);
    assert_true(parcel.bytes.length < 100);
    struct mf__baggage baggage = sent(&parcel, 0);
    const void *came_to = baggage.large[0].at;
    size_t n = 0;
    uint16_t number = 0;
    mf__unpack_value(&baggage, &number, sizeof number);
    uint32_t *values = mf__unpack_array(&baggage, &n, sizeof *values);
    assert_ptr_equal(values, came_to);
    mf__free(values);
    mf__baggage_done(&baggage);
    mf__parcel_done(&parcel);
}

static void what_was_packed_is_unpacked(void **state)
{
    (void)state;
    struct mf__parcel parcel = {0};
    pack_all(&parcel);
    struct mf__baggage baggage = sent(&parcel, 0);
    assert_true(read_all(&baggage));
    mf__parcel_done(&parcel);
}

static void what_is_not_whole_is_refused(void **state)
{
    (void)state;
    struct mf__parcel parcel = {0};
    pack_all(&parcel);
    for (size_t missing = 1; missing <= parcel.bytes.length; missing++) {
        struct mf__baggage baggage = sent(&parcel, missing);
        assert_false(read_all(&baggage));
    }
    struct mf__baggage shorter = sent(&parcel, 0);
    shorter.large[0].bytes--;
    assert_false(read_all(&shorter));
    struct mf__baggage none = sent(&parcel, 0);
    mf__free(none.large[0].at);
    none.n_large = 0;
    assert_false(read_all(&none));
    mf__parcel_done(&parcel);
}

static void large_arrays_beyond_the_most_are_put_with_the_small_things(void **state)
{
    (void)state;
    struct mf__parcel parcel = {0};
    for (unsigned i = 0; i < MF__LARGE_MOST + 2; i++)
        mf__pack_array(&parcel, large, MANY, sizeof *large);
    assert_int_equal(parcel.n_large, MF__LARGE_MOST);
    struct mf__baggage baggage = sent(&parcel, 0);
    for (unsigned i = 0; i < MF__LARGE_MOST + 2; i++) {
        size_t n = 0;
        uint32_t *values = mf__unpack_array(&baggage, &n, sizeof *values);
        assert_int_equal(n, MANY);
        assert_memory_equal(values, large, sizeof large);
        mf__free(values);
    }
    mf_error error;
    assert_int_equal(mf__unpack_check(&baggage, &error), 0);
    mf__baggage_done(&baggage);
    mf__parcel_done(&parcel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_arrays_travel_from_where_they_lie),
        cmocka_unit_test(what_was_packed_is_unpacked),
        cmocka_unit_test(what_is_not_whole_is_refused),
        cmocka_unit_test(large_arrays_beyond_the_most_are_put_with_the_small_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
