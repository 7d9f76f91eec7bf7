/* SPDX-License-Identifier: Apache-2.0 */
/* A small table to search on, and its trials run one by one with the library's public calls. */
#ifndef TESTS_TUNED_H
#define TESTS_TUNED_H

#include <manyfold/score.h>

#include "base/buffer.h"
#include "base/random.h"
#include "jobs/forest_fit.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"
#include "tune/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array)  (sizeof(array) / sizeof *(array))
#define TUNED_ROWS    130
#define TUNED_FOLDS   3
#define TUNED_TARGETS 3

/* Whole numbers, numbers with fractions, classes. */
static const char *const tuned_targets[TUNED_TARGETS] = {"price", "sugar", "label"};

/* Numbers and categories, some of them missing, and so are some values of each target. */
static inline mf_table *tuned_table(void)
{
    struct mf__buffer text = {0};
    struct mf__random random = {7};
    mf_table *table = NULL;
    mf_error error = {0};
    mf__buffer_put(&text, "area,age,kind,rooms,noise,price,sugar,label\n");
    for (unsigned row = 0; row < TUNED_ROWS; row++) {
        unsigned area = (unsigned)mf__random_below(&random, 200);
        unsigned age = (unsigned)mf__random_below(&random, 60);
        unsigned noise = (unsigned)mf__random_below(&random, 1000);
        unsigned kind = (unsigned)mf__random_below(&random, 4);
        unsigned price = area * 100 - age * 50 + noise + kind * 700 + 9000;
        if (row % 11 == 3)
            mf__buffer_put(&text, ",");
        else
            mf__buffer_print(&text, "%u,", area);
        mf__buffer_print(&text, "%u,%c,%u,0.%03u,", age, "abcd"[kind], area / 30, noise);
        if (row % 13 == 5)
            mf__buffer_put(&text, ",,\n");
        else
            mf__buffer_print(&text, "%u,%u.%u,%s\n", price, price / 777, noise / 100,
                             price < 15000   ? "low"
                             : price < 22000 ? "mid"
                                             : "top");
    }
    if (mf_table_parse(text.bytes, text.length, "tuned.csv", NULL, &table, &error) != 0)
        fail_msg("%s", error.text);
    mf__buffer_done(&text);
    return table;
}

/* The ground for one of the targets; the other two are left out. */
static inline struct mf__ground tuned_ground(const mf_table *table, size_t target, int validation)
{
    static const char *drops[TUNED_TARGETS][2] = {
        {"sugar", "label"}, {"price", "label"}, {"price", "sugar"}};
    struct mf__ground ground = {.table = table,
                                .preparing = mf_prepare_defaults(),
                                .validation = validation,
                                .test_size = 0.3,
                                .folds = TUNED_FOLDS,
                                .seed = 42};
    ground.preparing.target = tuned_targets[target];
    ground.preparing.drop = drops[target];
    ground.preparing.n_drop = 2;
    return ground;
}

static inline struct mf__config tuned_config(size_t target)
{
    struct mf__config config = {.forest = mf_forest_defaults(target == 2 ? 3 : 0)};
    config.forest.n_estimators = 5;
    config.forest.random_state = 42;
    return config;
}

/* Rows of the table. */
struct tuned_rows {
    size_t train[TUNED_ROWS];
    size_t n_train;
    size_t valid[TUNED_ROWS];
    size_t n_valid;
};

/* The rows that have a target: all but those with number 5 of every thirteen. */
static inline size_t tuned_known(size_t *ret_rows)
{
    size_t n = 0;
    for (size_t row = 0; row < TUNED_ROWS; row++)
        if (row % 13 != 5)
            ret_rows[n++] = row;
    return n;
}

/* Both sides of everything that is made from a table, to be freed with tuned_sides_done. */
struct tuned_sides {
    mf_dataset train;
    mf_dataset valid;
};

static inline struct tuned_sides tuned_prepare(const struct mf__ground *ground,
                                               const struct mf__config *config,
                                               const struct tuned_rows *rows)
{
    mf_prepare_options options = ground->preparing;
    mf_preparation *preparation = NULL;
    struct tuned_sides sides = {0};
    options.encode = config->encode;
    options.impute = config->impute;
    assert_int_equal(
        mf_prepare_learn(ground->table, &options, rows->train, rows->n_train, &preparation, NULL),
        0);
    assert_int_equal(mf_prepare_apply(preparation, ground->table, rows->train, rows->n_train,
                                      MF_PREPARE_TARGET, &sides.train, NULL),
                     0);
    if (rows->n_valid > 0)
        assert_int_equal(mf_prepare_apply(preparation, ground->table, rows->valid, rows->n_valid,
                                          MF_PREPARE_TARGET, &sides.valid, NULL),
                         0);
    mf_preparation_free(&preparation);
    return sides;
}

static inline void tuned_sides_done(struct tuned_sides *sides)
{
    mf_dataset_done(&sides->train);
    mf_dataset_done(&sides->valid);
}

static inline void tuned_split(const struct mf__ground *ground, struct tuned_rows *ret)
{
    size_t known[TUNED_ROWS];
    size_t order[TUNED_ROWS];
    size_t n = tuned_known(known);
    assert_int_equal(mf_split_rows(n, ground->test_size, ground->seed, order, &ret->n_train, NULL),
                     0);
    ret->n_valid = n - ret->n_train;
    for (size_t i = 0; i < n; i++)
        *(i < ret->n_train ? &ret->train[i] : &ret->valid[i - ret->n_train]) = known[order[i]];
}

static inline void tuned_fold(const struct mf__ground *ground, uint32_t fold,
                              struct tuned_rows *ret)
{
    struct tuned_rows all = {.n_train = tuned_known(all.train)};
    uint32_t fold_of[TUNED_ROWS];
    const struct mf__config config = {.impute = MF_IMPUTE_MEDIAN};
    struct tuned_sides sides = tuned_prepare(ground, &config, &all);
    const double *classes = sides.train.n_classes > 0 ? sides.train.target : NULL;
    assert_int_equal(mf_fold_rows(all.n_train, ground->folds, ground->seed, classes, fold_of, NULL),
                     0);
    tuned_sides_done(&sides);
    ret->n_train = ret->n_valid = 0;
    for (size_t i = 0; i < all.n_train; i++) {
        if (fold_of[i] == fold)
            ret->valid[ret->n_valid++] = all.train[i];
        else
            ret->train[ret->n_train++] = all.train[i];
    }
}

static inline void tuned_rows_of(const struct mf__ground *ground, size_t fold,
                                 struct tuned_rows *ret)
{
    *ret = (struct tuned_rows){0};
    if (ground->validation == MF__VALIDATE_SPLIT)
        tuned_split(ground, ret);
    else if (ground->validation == MF__VALIDATE_FOLDS)
        tuned_fold(ground, (uint32_t)fold, ret);
    else
        ret->n_train = tuned_known(ret->train);
}

static inline void tuned_score(const mf_scored *scored, double ret_scores[MF_METRICS])
{
    for (int metric = 0; metric < MF_METRICS; metric++)
        if (mf_score(metric, scored, &ret_scores[metric], NULL) != 0)
            ret_scores[metric] = (double)NAN;
}

/* Predictions for the rows to be validated: to be freed with free. */
static inline double *tuned_predict(const struct tuned_sides *sides, const mf_forest *forest,
                                    mf_pool *pool)
{
    const mf_dataset *valid = &sides->valid;
    const mf_matrix matrix = {valid->values, valid->rows, valid->columns};
    size_t outputs = valid->n_classes > 0 ? valid->n_classes : 1;
    double *predicted = calloc(valid->rows * outputs, sizeof *predicted);
    assert_non_null(predicted);
    assert_int_equal(mf_forest_predict(forest, pool, &matrix, NULL, predicted, NULL), 0);
    return predicted;
}

/* What one trial scores in one fold when it is run all by itself. */
static inline void tuned_alone(const struct mf__ground *ground, const struct mf__config *config,
                               size_t fold, double ret_scores[MF_METRICS])
{
    struct tuned_rows rows;
    tuned_rows_of(ground, fold, &rows);
    struct tuned_sides sides = tuned_prepare(ground, config, &rows);
    const mf_dataset *train = &sides.train;
    const mf_matrix matrix = {train->values, train->rows, train->columns};
    const mf_target target = {train->target, train->n_classes};
    bool out_of_bag = ground->validation == MF__VALIDATE_OOB;
    mf_pool *pool = open_pool("serial", 1);
    mf_forest_params params = config->forest;
    mf_forest *forest = NULL;
    struct mf__oob oob = {0};
    double found = 0;
    size_t never = 0;
    params.oob_score = out_of_bag;
    assert_int_equal(mf_forest_fit(pool, &matrix, &target, &params, NULL, NULL, &forest, NULL), 0);
    if (out_of_bag)
        assert_int_equal(mf__forest_oob_predict(forest, pool, &matrix, NULL, &oob, NULL), 0);
    else
        oob.predicted = tuned_predict(&sides, forest, pool);
    const mf_dataset *valid = out_of_bag ? train : &sides.valid;
    const mf_scored scored = {valid->rows, valid->n_classes, valid->target, oob.predicted};
    tuned_score(&scored, ret_scores);
    if (out_of_bag) {
        assert_int_equal(mf_forest_oob(forest, &found, &never, NULL), 0);
        assert_true(found == ret_scores[target.n_classes > 0 ? MF_METRIC_ACCURACY : MF_METRIC_R2]);
    }
    free(oob.predicted);
    mf_forest_free(&forest);
    mf_pool_close(&pool);
    tuned_sides_done(&sides);
}

#endif
