/* SPDX-License-Identifier: Apache-2.0 */
/* Every kernel for small nodes, against going through each lane plainly in double precision. */
#include "base/random.h"
#include "forest/lanes.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define LANES 48

struct scene {
    struct mf__lanes lanes;
    int32_t codes[MF__LANES_ROWS][LANES];
    int32_t best[LANES];
    int32_t second[LANES];
    uint32_t left[LANES];
    int32_t seen[LANES];
};

static void fill(struct scene *scene, struct mf__random *random, uint32_t n, uint32_t n_values)
{
    memset(scene, 0, sizeof *scene);
    struct mf__lanes *lanes = &scene->lanes;
    *lanes = (struct mf__lanes){.n = n, .least = 1, .n_lanes = LANES, .best = scene->best};
    lanes->second = scene->second;
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
        return gain_of(scene, lane, (int32_t)(left >> MF__LANES_SHIFT << MF__LANES_SHIFT));
    int32_t largest = -1;
    for (uint32_t r = 0; r < scene->lanes.n; r++) {
        if ((left >> r & 1) != 0 && scene->codes[r][lane] > largest)
            largest = scene->codes[r][lane];
    }
    for (uint32_t r = 0; r < scene->lanes.n; r++)
        assert_int_equal(left >> r & 1, scene->codes[r][lane] <= largest);
    return gain_of(scene, lane, largest);
}

static void check(struct scene *scene, const struct mf__lanes_kernel *kernel)
{
    kernel->work(&scene->lanes);
    for (uint32_t l = 0; l < LANES; l++) {
        double best = 0, second = 0;
        expect(scene, l, &best, &second);
        assert_near(as_gain(scene->best[l]), best);
        assert_near(as_gain(scene->second[l]), second);
        if (scene->best[l] > 0)
            assert_near(gain_of_left(scene, l), best);
    }
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
                check(&scene, kernel);
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
            scene.codes[n - 1][5] |= 1 << MF__LANES_SHIFT;
            mf__lanes_at(k)->look(&scene.lanes);
            for (uint32_t l = 0; l < LANES; l++) {
                int32_t wanted = l == 5 ? MF__LANE_CLOSE : 0;
                for (uint32_t r = 1; r < n; r++) {
                    if (scene.codes[r][l] != scene.codes[0][l])
                        wanted |= MF__LANE_VARIES;
                }
                assert_int_equal(scene.seen[l], wanted);
            }
        }
    }
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
        cmocka_unit_test(every_kernel_sees_what_varies_and_what_is_close),
        cmocka_unit_test(the_best_kernel_is_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
