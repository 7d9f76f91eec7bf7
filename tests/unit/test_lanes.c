/* SPDX-License-Identifier: Apache-2.0 */
/* Every kernel for small nodes, against going through each lane plainly in double precision. */
#include "base/random.h"
#include "forest/lanes.h"
#include "forest/search.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define LANES (MF__LANES_GROUP * MF__FOLD_VECTORS)

struct scene {
    struct mf__lanes lanes;
    int32_t codes[MF__LANES_ROWS][LANES];
    int32_t best[LANES];
    int32_t second[LANES];
    int32_t low[LANES];
    int32_t high[LANES];
    uint32_t left[LANES];
    int32_t seen[LANES];
};

static void fill(struct scene *scene, struct mf__random *random, uint32_t n, uint32_t n_values)
{
    memset(scene, 0, sizeof *scene);
    struct mf__lanes *lanes = &scene->lanes;
    *lanes = (struct mf__lanes){.n = n, .least = 1, .n_lanes = LANES, .best = scene->best};
    lanes->second = scene->second;
    lanes->low = scene->low;
    lanes->high = scene->high;
    lanes->left = scene->left;
    lanes->seen = scene->seen;
    double sum = 0;
    for (uint32_t r = 0; r < n; r++) {
        lanes->weight[r] = (float)(1 + mf__random_below(random, 3));
        lanes->total += lanes->weight[r];
        lanes->y[r] = (float)mf__random_below(random, 9) * lanes->weight[r];
        sum += (double)lanes->y[r];
        for (uint32_t l = 0; l < LANES; l++) {
            uint32_t code = (uint32_t)mf__random_below(random, 1 + l % n_values) * 2;
            scene->codes[r][l] = (int32_t)(code << MF__LANES_SHIFT);
        }
        lanes->rows[r] = scene->codes[r];
    }
    for (uint32_t r = n; r < mf__lanes_size(n); r++)
        lanes->rows[r] = lanes->rows[0];
    for (uint32_t r = 0; r < n; r++)
        lanes->y[r] -= (float)(sum / (double)lanes->total) * lanes->weight[r];
}

/* What the split behind a code gains in a lane; -1 when it leaves too few rows on a side. */
static double gain_of(const struct scene *scene, uint32_t lane, int32_t code)
{
    double d = 0, weight = 0;
    uint32_t rows = 0;
    for (uint32_t r = 0; r < scene->lanes.n; r++) {
        if (scene->codes[r][lane] > code)
            continue;
        d += (double)scene->lanes.y[r];
        weight += (double)scene->lanes.weight[r];
        rows++;
    }
    if (rows < scene->lanes.least || scene->lanes.n - rows < scene->lanes.least)
        return -1;
    return d * d / (weight * ((double)scene->lanes.total - weight));
}

/* The largest gain of a lane, and the largest of its other splits; 0 where there is none. */
static void expect(const struct scene *scene, uint32_t lane, double *ret_best, double *ret_second)
{
    double best = 0, second = 0;
    for (uint32_t r = 0; r < scene->lanes.n; r++) {
        bool again = false;
        for (uint32_t earlier = 0; earlier < r; earlier++)
            again = again || scene->codes[earlier][lane] == scene->codes[r][lane];
        double gain = again ? -1 : gain_of(scene, lane, scene->codes[r][lane]);
        second = fmax(second, fmin(best, gain));
        best = fmax(best, gain);
    }
    *ret_best = best;
    *ret_second = second;
}

static double as_gain(int32_t bits)
{
    float gain = 0;
    memcpy(&gain, &bits, sizeof gain);
    return (double)gain;
}

static void assert_near(double found, double wanted)
{
    if (!(fabs(found - wanted) <= wanted * 0x1p-10 + 1e-5))
        fail_msg("%g, not %g", found, wanted);
}

/* The gain of the rows that are said to go left. */
static double gain_of_left(const struct scene *scene, uint32_t lane)
{
    uint32_t left = scene->left[lane];
    if (scene->lanes.n > MF__LANES_BITS)
        assert_int_equal(left, 0);
    for (uint32_t r = 0; r < scene->lanes.n && scene->lanes.n <= MF__LANES_BITS; r++)
        assert_int_equal(left >> r & 1, scene->codes[r][lane] <= scene->low[lane]);
    return gain_of(scene, lane, scene->low[lane]);
}

/* As above, of a lane that has another one's codes. */
static void check_folded(const struct scene *scene, uint32_t lane, uint32_t feature)
{
    const struct mf__lanes *lanes = &scene->lanes;
    double best = 0, second = 0;
    int32_t next = INT32_MAX;
    expect(scene, feature, &best, &second);
    assert_near(as_gain(scene->best[lane]), best);
    assert_near(as_gain(scene->second[lane]), second);
    if (scene->best[lane] == 0)
        return;
    for (uint32_t r = 0; r < lanes->n; r++) {
        int32_t code = scene->codes[r][feature];
        bool is_left = code <= scene->low[lane];
        if (lanes->n <= MF__LANES_BITS)
            assert_int_equal(scene->left[lane] >> r & 1, is_left);
        else
            assert_int_equal(scene->left[lane], 0);
        next = !is_left && code < next ? code : next;
    }
    assert_int_equal(next >> MF__LANES_SHIFT, scene->high[lane] >> MF__LANES_SHIFT);
    assert_near(gain_of(scene, feature, scene->low[lane]), best);
}

/* The smallest code, without the shift, of those that do not go left. */
static int32_t next_code(const struct scene *scene, uint32_t lane)
{
    int32_t next = INT32_MAX;
    for (uint32_t r = 0; r < scene->lanes.n; r++) {
        int32_t code = scene->codes[r][lane];
        next = code > scene->low[lane] && code < next ? code : next;
    }
    return next >> MF__LANES_SHIFT;
}

/* Whether the best split of a lane parts the rows as that of another one does, or in the opposite
 * way. Lanes hold these features; NULL: their own. */
static bool part_alike(const struct scene *scene, const uint32_t *features, uint32_t a, uint32_t b)
{
    uint32_t differ = 0, n = scene->lanes.n;
    uint32_t of_a = features != NULL ? features[a] : a;
    uint32_t of_b = features != NULL ? features[b] : b;
    for (uint32_t r = 0; r < n; r++)
        differ +=
            (scene->codes[r][of_a] <= scene->low[a]) != (scene->codes[r][of_b] <= scene->low[b]);
    return differ == 0 || differ == n;
}

/* Among the lanes that gain at least a share of the most, in the order of their places or in the
 * opposite one. */
static void check_agreed(const struct scene *scene, const struct mf__lanes_kernel *kernel,
                         float share, bool opposite)
{
    uint32_t order[LANES], first = MF__NO_LANE, n_near = 0;
    bool agree = true;
    double most = 0;
    for (uint32_t l = 0; l < scene->lanes.n_lanes; l++)
        most = fmax(most, as_gain(scene->best[l]));
    float least = share * (float)most;
    int32_t gain = 0;
    memcpy(&gain, &least, sizeof gain);
    for (uint32_t l = 0; l < scene->lanes.n_lanes; l++) {
        order[l] = LANES - l;
        if (scene->best[l] < gain)
            continue;
        if (first != MF__NO_LANE)
            agree = agree && part_alike(scene, NULL, l, first);
        agree = agree && scene->second[l] < gain;
        first = first == MF__NO_LANE || opposite ? l : first;
        n_near++;
    }
    agree = agree && (scene->lanes.n <= MF__LANES_BITS || n_near == 1);
    assert_int_equal(kernel->agreed(&scene->lanes, gain, opposite ? order : NULL),
                     !agree     ? MF__NO_LANE
                     : opposite ? order[first]
                                : first);
}

static void check(struct scene *scene, const struct mf__lanes_kernel *kernel)
{
    int32_t most = kernel->work(&scene->lanes);
    int32_t largest = 0;
    for (uint32_t l = 0; l < scene->lanes.n_lanes; l++) {
        double best = 0, second = 0;
        expect(scene, l, &best, &second);
        assert_near(as_gain(scene->best[l]), best);
        assert_near(as_gain(scene->second[l]), second);
        if (scene->best[l] > 0) {
            assert_near(gain_of_left(scene, l), best);
            assert_int_equal(next_code(scene, l), scene->high[l] >> MF__LANES_SHIFT);
        }
        largest = scene->best[l] > largest ? scene->best[l] : largest;
    }
    assert_int_equal(most, largest);
    for (unsigned i = 0; i < 4 && most > 0; i++)
        check_agreed(scene, kernel, i < 2 ? 1 : 0.9F, i % 2 == 1);
}

static void every_kernel_finds_the_largest_gains(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {1};
    for (unsigned k = 0; mf__lanes_at(k) != NULL; k++) {
        const struct mf__lanes_kernel *kernel = mf__lanes_at(k);
        for (uint32_t n = 3; n <= kernel->most_rows; n++) {
            for (uint32_t least = 1; least <= 3 && 2 * least <= n; least++) {
                fill(&scene, &random, n, 40);
                scene.lanes.least = least;
                scene.lanes.n_lanes = LANES - n % 5; /* also where some of a group are not there */
                check(&scene, kernel);
            }
        }
    }
}

/* Up to `most` features, with one lane for each behind them. */
static void draw_features(struct scene *scene, struct mf__random *random, uint32_t most,
                          uint32_t *ret_features)
{
    scene->lanes.n_lanes = 1 + (uint32_t)mf__random_below(random, most);
    for (uint32_t i = 0; i < most; i++)
        ret_features[i] = (uint32_t)mf__random_below(random, scene->lanes.row_lanes);
}

/* What is said to be near the best of folded lanes, where all of them are drawn in their order. */
static void check_near(const struct scene *scene, const uint32_t *features, struct mf__near near,
                       int32_t most)
{
    uint32_t first = MF__NO_LANE, n_near = 0;
    bool agree = true;
    double least = as_gain(most) * (double)MF__LANES_NEAR - (double)scene->lanes.off;
    if (near.gain <= 0) {
        assert_true(least <= as_gain(most) * 0x1p-22);
        return;
    }
    assert_true(fabs(as_gain(near.gain) - least) <= as_gain(most) * 0x1p-22);
    for (uint32_t l = 0; l < scene->lanes.n_lanes; l++) {
        if (scene->best[l] < near.gain)
            continue;
        first = first == MF__NO_LANE ? l : first;
        agree = agree && scene->second[l] < near.gain && part_alike(scene, features, l, first);
        n_near++;
    }
    agree = agree && (scene->lanes.n <= MF__LANES_BITS || n_near == 1);
    assert_int_equal(near.first, agree ? first : MF__NO_LANE);
}

static void every_fold_finds_the_largest_gains(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {4};
    for (unsigned k = 0; mf__fold_at(k) != NULL; k++) {
        const struct mf__fold_kernel *fold = mf__fold_at(k);
        for (uint32_t i = 0; i < 8 * fold->most_rows; i++) {
            uint32_t features[16];
            int32_t largest = 0;
            fill(&scene, &random, 3 + i / 8 % (fold->most_rows - 2), 40);
            scene.lanes.row_lanes = MF__LANES_GROUP * (1 + i % MF__FOLD_VECTORS);
            draw_features(&scene, &random, fold->most_features, features);
            scene.lanes.off = i % 3 == 0 ? 0 : (float)mf__random_below(&random, 20);
            struct mf__near near = fold->work(&scene.lanes, features);
            for (uint32_t lane = 0; lane < scene.lanes.n_lanes; lane++) {
                check_folded(&scene, lane, features[lane]);
                largest = scene.best[lane] > largest ? scene.best[lane] : largest;
            }
            check_near(&scene, features, near, largest);
            /* Where no feature was drawn, nothing is found. */
            for (uint32_t lane = scene.lanes.n_lanes; lane < 2 * fold->most_features; lane++)
                assert_int_equal(scene.best[lane], 0);
        }
    }
}

/* From the n-th row on the first one stands in, with no weight. */
static void every_kernel_fills_the_rows_of_its_samples(void **state)
{
    (void)state;
    static struct scene scene;
    static struct mf__sample samples[MF__LANES_ROWS];
    struct mf__random random = {5};
    const double mean = 1234.567;
    struct mf__lanes *lanes = &scene.lanes;
    for (uint32_t i = 0; i < MF__LANES_ROWS; i++)
        samples[i] = (struct mf__sample){
            .row = (uint32_t)mf__random_below(&random, MF__LANES_ROWS),
            .weight = 1 + (uint32_t)mf__random_below(&random, 5),
            .y = (int64_t)mf__random_below(&random, UINT64_C(1) << 40) - (INT64_C(1) << 39)};
    for (unsigned k = 0; mf__lanes_at(k) != NULL; k++) {
        for (uint32_t n = 2; n <= mf__lanes_at(k)->most_rows; n++) {
            memset(lanes, 0, sizeof *lanes);
            lanes->n = n;
            lanes->row_lanes = LANES;
            mf__lanes_at(k)->fill(lanes, scene.codes[0], samples, mean);
            for (uint32_t i = 0; i < mf__lanes_size(n); i++) {
                uint32_t at = i < n ? i : 0;
                float weight = i < n ? (float)samples[i].weight : 0;
                float y = (float)(((double)samples[at].y - mean) * (double)weight);
                assert_ptr_equal(lanes->rows[i], scene.codes[samples[at].row]);
                assert_true(lanes->weight[i] == weight && lanes->y[i] == y);
            }
        }
    }
}

static void every_kernel_sees_what_varies_and_what_is_close(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {2};
    for (unsigned k = 0; mf__lanes_at(k) != NULL; k++) {
        for (uint32_t n = 2; n <= 16; n++) {
            fill(&scene, &random, n, 2);
            scene.lanes.has_close = n % 2 == 0;
            if (scene.lanes.has_close)
                scene.codes[n - 1][5] |= 1 << MF__LANES_SHIFT;
            mf__lanes_at(k)->look(&scene.lanes);
            for (uint32_t l = 0; l < LANES; l++) {
                int32_t wanted = l == 5 && scene.lanes.has_close ? MF__LANE_CLOSE : 0;
                for (uint32_t r = 1; r < n; r++) {
                    if (scene.codes[r][l] != scene.codes[0][l])
                        wanted |= MF__LANE_VARIES;
                }
                assert_int_equal(scene.seen[l], wanted);
            }
        }
    }
}

/* What the better split of a lane of three rows is worth; 0 where it has none. */
static int32_t worth_of(const struct scene *scene, uint32_t lane, const int32_t worth[3])
{
    int32_t most = 0;
    for (uint32_t r = 0; r < 3; r++) {
        int32_t code = scene->codes[r][lane];
        int32_t a = scene->codes[(r + 1) % 3][lane];
        int32_t b = scene->codes[(r + 2) % 3][lane];
        bool apart = (code < a && code < b) || (code > a && code > b);
        most = apart && worth[r] > most ? worth[r] : most;
    }
    return most;
}

/* Of two or three rows: what is seen of each lane, and whether some code of all is odd. */
static void check_few(struct scene *scene, const struct mf__lanes_kernel *kernel,
                      const int32_t worth[3])
{
    uint32_t n = scene->lanes.n;
    bool close = false;
    bool is_close =
        n == 2 ? kernel->look_at_two(&scene->lanes) : kernel->look_at_three(&scene->lanes, worth);
    for (uint32_t l = 0; l < LANES; l++) {
        int32_t any = 0;
        bool varies = false;
        for (uint32_t r = 0; r < n; r++) {
            any |= scene->codes[r][l] >> MF__LANES_SHIFT & 1;
            varies = varies || scene->codes[r][l] != scene->codes[0][l];
        }
        int32_t wanted = (varies ? MF__LANE_VARIES : 0) | (any != 0 ? MF__LANE_CLOSE : 0);
        assert_int_equal(scene->seen[l], wanted);
        if (n == 3)
            assert_int_equal(scene->best[l], worth_of(scene, l, worth));
        close = close || any != 0;
    }
    assert_int_equal(is_close, close);
}

/* Of the lanes that are worth most, the one that was drawn first. */
static void check_first(const struct scene *scene, const struct mf__lanes_kernel *kernel)
{
    uint32_t order[LANES];
    uint32_t first = 0;
    for (uint32_t l = 0; l < LANES; l++)
        order[l] = (l * 7 + 5) % LANES;
    for (uint32_t l = 1; l < LANES; l++) {
        int32_t more = scene->best[l] - scene->best[first];
        first = more > 0 || (more == 0 && order[l] < order[first]) ? l : first;
    }
    if (scene->best[first] > 0)
        assert_int_equal(kernel->first(&scene->lanes, order), order[first]);
}

static void every_kernel_sees_what_few_rows_are_worth(void **state)
{
    (void)state;
    static struct scene scene;
    static const int32_t worths[][3] = {{3, 2, 1}, {1, 3, 2}, {2, 1, 3}, {2, 2, 1}, {1, 1, 1}};
    struct mf__random random = {3};
    for (unsigned k = 0; mf__lanes_at(k) != NULL; k++) {
        for (uint32_t i = 0; i < 200; i++) {
            fill(&scene, &random, 2 + i % 2, 1 + i % 5);
            if (i % 7 == 0)
                scene.codes[1][i % LANES] |= 1 << MF__LANES_SHIFT;
            check_few(&scene, mf__lanes_at(k), worths[i % 5]);
            if (scene.lanes.n == 3)
                check_first(&scene, mf__lanes_at(k));
        }
    }
}

/* Of as few features as there are, each has as many lanes as there can be. */
static void the_fold_is_the_last_that_has_room(void **state)
{
    (void)state;
    uint32_t most = 0;
    for (uint32_t features = 1; features <= 2 * MF__LANES_GROUP; features++) {
        const struct mf__fold_kernel *wanted = NULL;
        for (unsigned k = 0; mf__fold_at(k) != NULL; k++) {
            most = mf__fold_at(k)->most_features > most ? mf__fold_at(k)->most_features : most;
            wanted = mf__fold_at(k)->most_features >= features ? mf__fold_at(k) : wanted;
        }
        assert_ptr_equal(mf__fold_for(features), wanted);
    }
    assert_non_null(mf__fold_for(1));
    assert_null(mf__fold_for(most + 1));
}

static void the_best_kernel_is_the_last(void **state)
{
    (void)state;
    unsigned n = 0;
    while (mf__lanes_at(n) != NULL)
        n++;
    assert_true(n >= 1);
    assert_ptr_equal(mf__lanes_best(), mf__lanes_at(n - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_finds_the_largest_gains),
        cmocka_unit_test(every_fold_finds_the_largest_gains),
        cmocka_unit_test(every_kernel_fills_the_rows_of_its_samples),
        cmocka_unit_test(every_kernel_sees_what_varies_and_what_is_close),
        cmocka_unit_test(every_kernel_sees_what_few_rows_are_worth),
        cmocka_unit_test(the_fold_is_the_last_that_has_room),
        cmocka_unit_test(the_best_kernel_is_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
