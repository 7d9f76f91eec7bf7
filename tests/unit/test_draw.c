/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing features: the quick way leaves everything as the plain way does. */
#include "base/random.h"
#include "forest/draw.h"
#include "tests/unit/unit.h"

#include <string.h>

#define MOST 200

/* Draws up to max_features of a node one after another. */
static uint32_t draw_plainly(struct mf__draw *draw, uint32_t max_features, uint32_t *known,
                             const int32_t *varies, uint32_t *ret_features)
{
    struct mf__draws draws = {.known = *known, .left = draw->n_features};
    uint32_t place = 0;
    uint32_t n = 0;
    while (mf__draw_next(draw, &draws, max_features, &place)) {
        uint32_t feature = draw->features[place];
        ret_features[n] = feature;
        n += (uint32_t)varies[feature];
        mf__draw_settle(draw, &draws, place, varies[feature] == 0);
    }
    *known += draws.found;
    return n;
}

static void drawing_all_at_once_is_drawing_one_after_another(void **state)
{
    (void)state;
    struct mf__random random = {7};
    for (uint32_t n_features = 1; n_features <= MOST; n_features += 1 + n_features / 8) {
        struct mf__draw quick, plain;
        uint32_t known = 0;
        int32_t varies[MOST];
        uint32_t a[MOST + 1], b[MOST + 1];
        assert_true(mf__draw_init(&quick, n_features));
        mf__draw_start(&quick, 12345);
        assert_true(mf__draw_init(&plain, n_features));
        mf__draw_start(&plain, 12345);
        /* A path down a tree: known constants grow in number, and stay what they are. */
        while (known < n_features) {
            for (uint32_t f = 0; f < n_features; f++)
                varies[f] = mf__random_below(&random, 5) > 0;
            uint32_t n = mf__draw_all(&quick, known, varies, a);
            uint32_t plainly_known = known;
            assert_int_equal(draw_plainly(&plain, n_features, &plainly_known, varies, b), n);
            assert_int_equal(plainly_known, n_features - n);
            assert_memory_equal(a, b, n * sizeof *a);
            assert_memory_equal(quick.features, plain.features, n_features * sizeof *a);
            assert_int_equal(quick.random, plain.random);
            if (n == n_features - known && mf__random_below(&random, 2) == 0)
                break;
            known = n_features - n;
        }
        mf__draw_done(&quick);
        mf__draw_done(&plain);
    }
}

/* Which features are constant in a node of which the first `known` of the array are: those, and
 * some of the others. */
static void invent(struct mf__random *random, const struct mf__draw *draw, uint32_t known,
                   int32_t *ret_varies)
{
    uint64_t one_in = 1 + mf__random_below(random, 4);
    for (uint32_t place = 0; place < draw->n_features; place++)
        ret_varies[draw->features[place]] = place >= known && mf__random_below(random, one_in) == 0;
}

static void drawing_some_without_branches_is_drawing_one_after_another(void **state)
{
    (void)state;
    struct mf__random random = {8};
    for (uint32_t n_features = 1; n_features <= MOST; n_features += 1 + n_features / 4) {
        struct mf__draw quick, plain;
        int32_t varies[MOST];
        uint32_t a[MOST + 1], b[MOST + 1];
        assert_true(mf__draw_init(&quick, n_features));
        mf__draw_start(&quick, 321);
        assert_true(mf__draw_init(&plain, n_features));
        mf__draw_start(&plain, 321);
        for (uint32_t max_features = 1; max_features <= n_features; max_features *= 2) {
            for (uint32_t path = 0; path < 20; path++) {
                uint32_t known = 0, plainly_known = 0, n = 1;
                while (n > 0) {
                    invent(&random, &plain, known, varies);
                    n = mf__draw_some(&quick, max_features, &known, varies, a);
                    assert_int_equal(draw_plainly(&plain, max_features, &plainly_known, varies, b),
                                     n);
                    assert_int_equal(known, plainly_known);
                    assert_memory_equal(a, b, n * sizeof *a);
                    assert_memory_equal(quick.features, plain.features, n_features * sizeof *a);
                    assert_int_equal(quick.random, plain.random);
                    if (mf__random_below(&random, 9) == 0)
                        break;
                }
            }
        }
        mf__draw_done(&quick);
        mf__draw_done(&plain);
    }
}

static void a_number_below_a_width_is_the_remainder(void **state)
{
    (void)state;
    struct mf__draw draw;
    uint32_t a = 1, b = 1;
    assert_true(mf__draw_init(&draw, 1000));
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t width = 1 + i % 1000;
        assert_int_equal(mf__draw_below(&draw, &a, width), mf__draw_bits(&b) % width);
    }
    mf__draw_done(&draw);
}

static void every_kernel_draws_ahead_what_is_drawn_one_after_another(void **state)
{
    (void)state;
    struct mf__draw draw;
    uint32_t random = 77;
    assert_true(mf__draw_init(&draw, MOST));
    for (unsigned k = 0; mf__draw_ahead_at(k) != NULL; k++) {
        for (uint32_t round = 0; round < 500; round++) {
            uint32_t n = 1 + round % MOST;
            mf__draw_ahead_at(k)(&draw.ahead, random, n);
            for (uint32_t i = 0; i < n; i++) {
                assert_int_equal(draw.ahead.drawn[i], mf__draw_bits(&random) % (MOST - i));
                assert_int_equal(draw.ahead.states[i], random);
            }
        }
    }
    mf__draw_done(&draw);
}

static void a_start_of_zero_is_one_of_one(void **state)
{
    (void)state;
    struct mf__draw zero, one;
    assert_true(mf__draw_init(&zero, 3));
    mf__draw_start(&zero, 0);
    assert_true(mf__draw_init(&one, 3));
    mf__draw_start(&one, 1);
    assert_int_equal(mf__draw_bits(&zero.random), mf__draw_bits(&one.random));
    mf__draw_done(&zero);
    mf__draw_done(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawing_all_at_once_is_drawing_one_after_another),
        cmocka_unit_test(drawing_some_without_branches_is_drawing_one_after_another),
        cmocka_unit_test(a_number_below_a_width_is_the_remainder),
        cmocka_unit_test(every_kernel_draws_ahead_what_is_drawn_one_after_another),
        cmocka_unit_test(a_start_of_zero_is_one_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
