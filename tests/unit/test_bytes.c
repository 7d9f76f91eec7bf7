/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include "base/memory.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static struct mf__byte_reader reader_of(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    return (struct mf__byte_reader){.at = at, .end = at + length};
}

static void writes_numbers_with_the_smallest_byte_first(void **state)
{
    (void)state;
    struct mf__buffer buffer = {0};
    mf__bytes_u8(&buffer, 0xfe);
    mf__bytes_u32(&buffer, 0x04030201);
    mf__bytes_u64(&buffer, 0xff07060504030201);
    mf__bytes_f32(&buffer, 1.5F);
    mf__bytes_f64(&buffer, -2.0);
    static const unsigned char expected[] = {0xfe, 1, 2,    3,    4, 1, 2, 3, 4, 5, 6, 7,   0xff,
                                             0,    0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0};
    assert_int_equal(buffer.length, sizeof expected);
    assert_memory_equal(buffer.bytes, expected, sizeof expected);
    mf__buffer_done(&buffer);
}

static void reads_back_what_was_written(void **state)
{
    (void)state;
    struct mf__buffer buffer = {0};
    mf__bytes_u8(&buffer, 200);
    mf__bytes_u32(&buffer, UINT32_MAX);
    mf__bytes_u64(&buffer, UINT64_MAX - 1);
    mf__bytes_f32(&buffer, -0.0F);
    mf__bytes_f64(&buffer, 0x1.fffffffffffffp-1000);
    mf__bytes_text(&buffer, "Stra\xc3\x9f"
                            "e");
    mf__bytes_text(&buffer, "");
    struct mf__byte_reader reader = reader_of(buffer.bytes, buffer.length);
    assert_int_equal(mf__take_left(&reader), buffer.length);
    assert_int_equal(mf__take_u8(&reader), 200);
    assert_int_equal(mf__take_u32(&reader), UINT32_MAX);
    assert_true(mf__take_u64(&reader) == UINT64_MAX - 1);
    assert_true(signbit(mf__take_f32(&reader)));
    assert_true(mf__take_f64(&reader) == 0x1.fffffffffffffp-1000);
    char *text = mf__take_text(&reader), *empty = mf__take_text(&reader);
    assert_string_equal(text, "Stra\xc3\x9f"
                              "e");
    assert_string_equal(empty, "");
    assert_int_equal(mf__take_left(&reader), 0);
    assert_false(reader.failed);
    mf__free(text);
    mf__free(empty);
    mf__buffer_done(&buffer);
}

static void a_nan_keeps_its_bits(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {1, 2, 3, 4, 5, 6, 0xf8, 0x7f};
    struct mf__byte_reader reader = reader_of(bytes, sizeof bytes);
    struct mf__buffer buffer = {0};
    mf__bytes_f64(&buffer, mf__take_f64(&reader));
    assert_memory_equal(buffer.bytes, bytes, sizeof bytes);
    mf__buffer_done(&buffer);
}

static void past_the_end_is_zero_and_stays_failed(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {9, 9, 9, 9, 9, 9, 9};
    struct mf__byte_reader reader = reader_of(bytes, sizeof bytes);
    assert_true(mf__take_u64(&reader) == 0);
    assert_true(reader.failed);
    assert_int_equal(mf__take_left(&reader), 0);
    assert_int_equal(mf__take_u8(&reader), 0);
    assert_int_equal(mf__take_u32(&reader), 0);
    assert_true(mf__take_f32(&reader) == 0.0F);
    assert_true(mf__take_f64(&reader) == 0.0);
    assert_null(mf__take_text(&reader));
    assert_ptr_equal(reader.at, bytes);

    reader = reader_of(NULL, 0);
    assert_int_equal(mf__take_u8(&reader), 0);
    assert_true(reader.failed);
}

/* Reads `bytes` as a text that must be refused, from room that ends where they end. */
static void assert_no_text(const void *bytes, size_t length)
{
    unsigned char *exact = mf__new(length, 1);
    assert_non_null(exact);
    memcpy(exact, bytes, length);
    struct mf__byte_reader reader = reader_of(exact, length);
    assert_null(mf__take_text(&reader));
    assert_true(reader.failed);
    mf__free(exact);
}

static void a_text_that_is_cut_or_holds_a_nul_is_refused(void **state)
{
    (void)state;
    assert_no_text("\3\0\0", 3);
    assert_no_text("\3\0\0\0ab", 6);
    assert_no_text("\xff\xff\xff\xff"
                   "ab",
                   6);
    assert_no_text("\3\0\0\0a\0b", 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_numbers_with_the_smallest_byte_first),
        cmocka_unit_test(reads_back_what_was_written),
        cmocka_unit_test(a_nan_keeps_its_bits),
        cmocka_unit_test(past_the_end_is_zero_and_stays_failed),
        cmocka_unit_test(a_text_that_is_cut_or_holds_a_nul_is_refused),
    };
    return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
