/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing features: the quick way leaves everything as the plain way does. */
#include "base/random.h"
#include "forest/draw.h"
#include "tests/unit/unit.h"

#include <string.h>

#define MOST 200

/* Draws all features of a node one after another. */
static uint32_t draw_plainly(struct mf__draw *draw, uint32_t known, const int32_t *varies,
                             uint32_t *ret_features)
{
    struct mf__draws draws = {.known = known, .left = draw->n_features};
    uint32_t place = 0;
    uint32_t n = 0;
    while (mf__draw_next(draw, &draws, draw->n_features, &place)) {
        uint32_t feature = draw->features[place];
        ret_features[n] = feature;
        n += (uint32_t)varies[feature];
        mf__draw_settle(draw, &draws, place, varies[feature] == 0);
    }
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
        assert_true(mf__draw_init(&quick, n_features, 12345));
        assert_true(mf__draw_init(&plain, n_features, 12345));
        /* A path down a tree: known constants grow in number, and stay what they are. */
        while (known < n_features) {
            for (uint32_t f = 0; f < n_features; f++)
                varies[f] = mf__random_below(&random, 5) > 0;
            uint32_t n = mf__draw_all(&quick, known, varies, a);
            assert_int_equal(draw_plainly(&plain, known, varies, b), n);
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

static void a_number_below_a_width_is_the_remainder(void **state)
{
    (void)state;
    struct mf__draw draw;
    uint32_t a = 1, b = 1;
    assert_true(mf__draw_init(&draw, 1000, 1));
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t width = 1 + i % 1000;
        assert_int_equal(mf__draw_below(&draw, &a, width), mf__draw_bits(&b) % width);
    }
    mf__draw_done(&draw);
}

static void a_start_of_zero_is_one_of_one(void **state)
{
    (void)state;
    struct mf__draw zero, one;
    assert_true(mf__draw_init(&zero, 3, 0));
    assert_true(mf__draw_init(&one, 3, 1));
    assert_int_equal(mf__draw_bits(&zero.random), mf__draw_bits(&one.random));
    mf__draw_done(&zero);
    mf__draw_done(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawing_all_at_once_is_drawing_one_after_another),
        cmocka_unit_test(a_number_below_a_width_is_the_remainder),
        cmocka_unit_test(a_start_of_zero_is_one_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
