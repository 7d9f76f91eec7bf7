/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include "tests/unit/unit.h"

static void starts_empty_and_readable(void **state)
{
    (void)state;
    struct mf__buffer buffer = {0};
    assert_string_equal(mf__buffer_text(&buffer), "");
    mf__buffer_done(&buffer);
}

static void keeps_what_was_written_in_order(void **state)
{
    (void)state;
    struct mf__buffer buffer = {0};
    mf__buffer_put(&buffer, "a");
    mf__buffer_print(&buffer, "%d-%s", 7, "b");
    mf__buffer_fill(&buffer, '.', 3);
    mf__buffer_add(&buffer, "xyz", 2);
    assert_string_equal(mf__buffer_text(&buffer), "a7-b...xy");
    assert_int_equal(buffer.length, 9);
    mf__buffer_done(&buffer);
}

static void grows_past_its_first_room(void **state)
{
    (void)state;
    struct mf__buffer buffer = {0};
    for (int i = 0; i < 1000; i++)
        mf__buffer_print(&buffer, "%03d,", i);
    assert_int_equal(buffer.length, 4000);
    assert_memory_equal(mf__buffer_text(&buffer) + 3996, "999,", 5);
    assert_int_equal(mf__buffer_check(&buffer, NULL), 0);
    mf__buffer_done(&buffer);
}

/* Large blocks are asked for in other pages. */
static void keeps_what_is_in_it_when_it_gets_large(void **state)
{
    (void)state;
    const size_t piece = (size_t)3 << 20;
    struct mf__buffer buffer = {0};
    for (char byte = 'a'; byte <= 'h'; byte++)
        mf__buffer_fill(&buffer, byte, piece);
    assert_int_equal(buffer.length, 8 * piece);
    for (size_t i = 0; i < buffer.length; i += 4095)
        assert_int_equal(buffer.bytes[i], 'a' + (int)(i / piece));
    assert_int_equal(buffer.bytes[buffer.length], 0);
    mf__buffer_done(&buffer);
}

static void remembers_a_failed_growth_until_cleared(void **state)
{
    (void)state;
    struct mf__buffer buffer = {0};
    mf__buffer_put(&buffer, "kept");
    mf__buffer_fill(&buffer, 'x', (size_t)-1 / 2);
    mf__buffer_put(&buffer, "dropped");
    mf_error error = {0};
    assert_int_equal(mf__buffer_check(&buffer, &error), MF_E_MEMORY);
    assert_string_equal(mf__buffer_text(&buffer), "kept");
    mf__buffer_clear(&buffer);
    assert_int_equal(mf__buffer_check(&buffer, &error), 0);
    mf__buffer_done(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty_and_readable),
        cmocka_unit_test(keeps_what_was_written_in_order),
        cmocka_unit_test(grows_past_its_first_room),
        cmocka_unit_test(keeps_what_is_in_it_when_it_gets_large),
        cmocka_unit_test(remembers_a_failed_growth_until_cleared),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
