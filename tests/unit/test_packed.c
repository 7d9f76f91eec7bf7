/* SPDX-License-Identifier: Apache-2.0 */
#include "base/packed.h"

#include "tests/unit/unit.h"

#include <string.h>

#define MOST 100000

/* As the tools of a shell make it: printf 'ab\n' | gzip -9n | base64 */
#define AB_PACKED "H4sIAAAAAAACA0tM4gIAPphKAQMAAAA="

static struct mf__buffer packed, text;

static int begin(void **state)
{
    (void)state;
    packed = text = (struct mf__buffer){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    mf__buffer_done(&packed);
    mf__buffer_done(&text);
    return 0;
}

static void expect_back(const char *bytes, size_t length)
{
    mf__buffer_clear(&packed);
    mf__buffer_clear(&text);
    assert_int_equal(mf__pack_text(bytes, length, &packed, NULL), 0);
    assert_int_equal(packed.length % 4, 0);
    assert_int_equal(mf__unpack_text(packed.bytes, packed.length, MOST, &text, NULL), 0);
    assert_int_equal(text.length, length);
    assert_memory_equal(mf__buffer_text(&text), bytes, length);
}

static void texts_of_every_length_come_back(void **state)
{
    (void)state;
    static char bytes[MOST];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * i % 251);
    for (size_t length = 0; length < 40; length++)
        expect_back(bytes, length);
    expect_back(bytes, sizeof bytes);
    assert_true(packed.length < sizeof bytes / 10);
}

static void what_other_tools_packed_is_read(void **state)
{
    (void)state;
    assert_int_equal(mf__unpack_text(AB_PACKED, strlen(AB_PACKED), MOST, &text, NULL), 0);
    assert_string_equal(mf__buffer_text(&text), "ab\n");
}

static int unpack(const char *bytes, size_t length, size_t most)
{
    mf_error error = {0};
    mf__buffer_clear(&text);
    int code = mf__unpack_text(bytes, length, most, &text, &error);
    if (code != 0)
        assert_non_null(strstr(error.text, "damaged"));
    return code;
}

/* A changed sign may still say the same: some bits in the header of gzip mean nothing. So what is
 * asked is that nothing else than the text comes out. */
static void damage_is_told(void **state)
{
    (void)state;
    char bytes[] = AB_PACKED;
    size_t length = strlen(bytes);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(unpack(bytes, i, MOST), MF_E_FORMAT);
    for (size_t i = 0; i < length; i++) {
        char was = bytes[i];
        bytes[i] = '-';
        assert_int_equal(unpack(bytes, length, MOST), MF_E_FORMAT);
        bytes[i] = was == 'B' ? 'C' : 'B';
        if (unpack(bytes, length, MOST) == 0)
            assert_string_equal(mf__buffer_text(&text), "ab\n");
        bytes[i] = was;
    }
    assert_int_equal(unpack(AB_PACKED "AAAA", length + 4, MOST), MF_E_FORMAT);
}

/* One byte in the last four signs leaves four bits of them, two bytes leave two. */
static void bits_behind_the_last_byte_are_refused(void **state)
{
    (void)state;
    static const char after_a[] = "BCDEFGHIJKLMNOP";
    static const size_t n_left_over[] = {0, 3, 15}; /* that are not 0 */
    size_t seen[3] = {0};
    for (size_t length = 0; length < 40; length++) {
        mf__buffer_clear(&packed);
        assert_int_equal(
            mf__pack_text("0123456789012345678901234567890123456789", length, &packed, NULL), 0);
        const char *ends = strchr(mf__buffer_text(&packed), '=');
        size_t n_ends = ends != NULL ? strlen(ends) : 0;
        assert_in_range(n_ends, 0, 2);
        seen[n_ends]++;
        char *last = packed.bytes + packed.length - n_ends - 1;
        /* The length of the text is the end of gzip, and below 2^24: the last byte is 0. */
        assert_true(n_ends == 0 || *last == 'A');
        for (size_t i = 0; i < n_left_over[n_ends]; i++) {
            *last = after_a[i];
            assert_int_equal(unpack(packed.bytes, packed.length, MOST), MF_E_FORMAT);
        }
    }
    assert_true(seen[1] > 0 && seen[2] > 0);
}

static void what_becomes_too_long_is_refused(void **state)
{
    (void)state;
    static const char zeros[MOST];
    assert_int_equal(mf__pack_text(zeros, sizeof zeros, &packed, NULL), 0);
    assert_int_equal(unpack(packed.bytes, packed.length, MOST - 1), MF_E_FORMAT);
    assert_true(text.length < MOST);
    assert_int_equal(unpack(packed.bytes, packed.length, MOST), 0);
    assert_int_equal(text.length, MOST);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(texts_of_every_length_come_back),
        CASE(what_other_tools_packed_is_read),
        CASE(damage_is_told),
        CASE(bits_behind_the_last_byte_are_refused),
        CASE(what_becomes_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("packed", tests, NULL, NULL);
}
