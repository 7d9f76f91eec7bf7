/* SPDX-License-Identifier: Apache-2.0 */
/* Small nodes, by each kernel, against trying one feature after another: the splits, and where the
 * draws stand afterwards. Many values are too close to be told apart. */
#include "base/random.h"
#include "forest/search_parts.h"
#include "tests/unit/unit.h"

#include <string.h>

#define MOST_ROWS    96U
#define MOST_COLUMNS 40U
#define NODES        12U /* of a tree, so to speak: draws go on from one to the next */

struct scene {
    float values[MOST_ROWS * MOST_COLUMNS];
    double target[MOST_ROWS];
    uint32_t rows;
    uint32_t columns;
    struct mf__ranked *ranked;
    struct mf__goal *goal;
    struct mf__soil soil;
};

/* Few values, or many; some of them too close, or all. */
static float value_of(uint32_t kind, struct mf__random *random)
{
    uint32_t few = (uint32_t)mf__random_below(random, 4);
    uint32_t many = (uint32_t)mf__random_below(random, 1000);
    switch (kind) {
    case 0:
        return (float)few;
    case 1:
        return (float)many;
    case 2:
        return (float)few * 0.4e-7F;
    case 3:
        return (float)many * 0.4e-7F;
    case 4:
        return (float)(few & 1) + (float)(few >> 1) * 0.4e-7F;
    default:
        return many == 0 ? 0.5e-7F : 0;
    }
}

static void fill(struct scene *scene, struct mf__random *random)
{
    scene->rows = 4 + (uint32_t)mf__random_below(random, MOST_ROWS - 3);
    scene->columns = 2 + (uint32_t)mf__random_below(random, MOST_COLUMNS - 1);
    for (uint32_t c = 0; c < scene->columns; c++) {
        uint32_t kind = (uint32_t)mf__random_below(random, 6);
        for (uint32_t row = 0; row < scene->rows; row++)
            scene->values[c * scene->rows + row] = value_of(kind, random);
    }
    uint32_t targets = (uint32_t)mf__random_below(random, 3) * 40 + 2;
    for (uint32_t row = 0; row < scene->rows; row++)
        scene->target[row] = (double)mf__random_below(random, targets);
    uint32_t most = scene->columns < 12 ? scene->columns : 12;
    scene->soil = (struct mf__soil){
        .growth = {.max_features = 1 + (uint32_t)mf__random_below(random, most),
                   .n_drawn = 3 * scene->rows,
                   .min_samples_leaf = 1 + (uint32_t)mf__random_below(random, 4) / 3}};
}

static void make(struct scene *scene)
{
    const mf_matrix matrix = {scene->values, scene->rows, scene->columns};
    const mf_target target = {scene->target, 0};
    struct mf__growth *growth = &scene->soil.growth;
    assert_int_equal(mf__ranked_new(&matrix, &scene->ranked, NULL), 0);
    assert_int_equal(mf__ranked_ready(scene->ranked, growth, 0, NULL), 0);
    assert_int_equal(mf__goal_new(&target, scene->rows, growth->n_drawn, &scene->goal, NULL), 0);
    scene->soil.ranked = scene->ranked;
    scene->soil.goal = scene->goal;
}

/* Some rows, in their order. */
static struct mf__group group_of(const struct scene *scene, struct mf__random *random,
                                 struct mf__sample *ret_samples)
{
    struct mf__group group = {.samples = ret_samples, .sheet = MF__NO_SHEET};
    uint32_t share = 1 + (uint32_t)mf__random_below(random, 8);
    for (uint32_t row = 0; row < scene->rows; row++) {
        if (group.n + scene->rows - row > 2 && mf__random_below(random, 8) >= share)
            continue;
        struct mf__sample *sample = &ret_samples[group.n++];
        uint32_t weight = 1 + (uint32_t)mf__random_below(random, 3);
        *sample = (struct mf__sample){row, weight, scene->goal->whole[row]};
        double y = (double)sample->y;
        group.weight += sample->weight;
        group.y += y * sample->weight;
        group.y_squared += y * y * sample->weight;
    }
    return group;
}

/* Whether a tree would look for a split of it. */
static bool is_searched(const struct scene *scene, const struct mf__group *group)
{
    bool varies = false;
    for (uint32_t i = 1; i < group->n; i++)
        varies = varies || group->samples[i].y != group->samples[0].y;
    return varies && group->n / 2 >= scene->soil.growth.min_samples_leaf;
}

/* Two searches that have to find the same. */
static void check_nodes(const struct scene *scene, struct mf__search *search,
                        struct mf__search *plain, struct mf__random *random)
{
    struct mf__sample samples[MOST_ROWS];
    size_t bytes = scene->columns * sizeof(uint32_t);
    mf__search_start(search, 5);
    mf__search_start(plain, 5);
    for (uint32_t i = 0; i < NODES; i++) {
        struct mf__group group = group_of(scene, random, samples);
        struct mf__group same = group;
        if (!is_searched(scene, &group))
            continue;
        const struct mf__split *found = mf__search_split(search, &group);
        const struct mf__split *wanted = mf__search_split(plain, &same);
        assert_int_equal(group.n_constant, same.n_constant);
        assert_int_equal(search->draw.random, plain->draw.random);
        assert_memory_equal(search->draw.features, plain->draw.features, bytes);
        assert_int_equal(found != NULL, wanted != NULL);
        if (found != NULL)
            assert_memory_equal(found, wanted, sizeof *found);
    }
}

/* With a kernel, and a fold or NULL; or with none, one feature after another. */
static struct mf__search *search_by(const struct scene *scene,
                                    const struct mf__lanes_kernel *kernel,
                                    const struct mf__fold_kernel *fold)
{
    struct mf__search *search = mf__search_new(&scene->soil);
    assert_non_null(search);
    search->small.kernel = kernel;
    search->small.fold = fold;
    search->small.most_rows = fold != NULL     ? fold->most_rows
                              : kernel != NULL ? kernel->most_rows
                                               : 0;
    search->binned.packing.shift = 0;
    return search;
}

static void check_kernels(const struct scene *scene, struct mf__random *random)
{
    const struct mf__growth *growth = &scene->soil.growth;
    bool folds = growth->min_samples_leaf == 1 && growth->max_features < scene->columns &&
                 scene->ranked->by_row != NULL;
    struct mf__search *plain = search_by(scene, NULL, NULL);
    for (unsigned k = 0; mf__lanes_at(k) != NULL; k++) {
        struct mf__search *search = search_by(scene, mf__lanes_at(k), NULL);
        check_nodes(scene, search, plain, random);
        mf__search_free(search);
    }
    for (unsigned k = 0; mf__fold_at(k) != NULL; k++) {
        if (!folds || growth->max_features > mf__fold_at(k)->most_features)
            continue;
        struct mf__search *search = search_by(scene, mf__lanes_best(), mf__fold_at(k));
        check_nodes(scene, search, plain, random);
        mf__search_free(search);
    }
    mf__search_free(plain);
}

static void every_kernel_finds_the_same_splits_and_constants(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {21};
    for (uint32_t i = 0; i < 3000; i++) {
        fill(&scene, &random);
        make(&scene);
        check_kernels(&scene, &random);
        mf__ranked_free(scene.ranked);
        mf__goal_free(scene.goal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_finds_the_same_splits_and_constants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
