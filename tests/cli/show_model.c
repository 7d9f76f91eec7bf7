/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trains a small model, exports it, and says what it predicts:
 *
 *     show_model SCENE OUTPUT
 *
 * writes the model as JSON to OUTPUT, and prints one line per row: the features, a bar, and what
 * is predicted, in hexadecimal digits that lose nothing. It takes over the locale of its
 * surroundings, as a host program of the library may.
 */
#include <manyfold/model.h>

#include "base/buffer.h"
#include "base/random.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 200 };

static mf_error error;

static void need(int code)
{
    if (code == 0)
        return;
    fprintf(stderr, "show_model: %s\n", error.text);
    exit(1);
}

/* A CSV table: two columns of numbers, a boolean and a categorical one, and three targets. */
static void make_csv(struct mf__buffer *csv)
{
    static const char *const streets[] = {"Grvl", "Pave", "a \"\"b\"\" \xc3\xa9", ""};
    struct mf__random random = {.state = 3};
    mf__buffer_put(csv, "area,height,old,street,price,log,class\n");
    for (int i = 0; i < ROWS; i++) {
        unsigned area = (unsigned)mf__random_below(&random, 40);
        unsigned height = (unsigned)mf__random_below(&random, 100000);
        unsigned street = (unsigned)mf__random_below(&random, 4);
        bool old = mf__random_below(&random, 2) == 1;
        unsigned price = 100 * area + 30 * street + (unsigned)mf__random_below(&random, 50);
        mf__buffer_print(csv, "%u,0.%05u,%s,\"%s\",%u,1.%u,%s\n", area, height,
                         old ? "True" : "False", streets[street], price, price,
                         price < 1500   ? "low"
                         : price < 3000 ? "mid"
                                        : "high");
    }
}

static const struct scene {
    const char *name;
    const char *target;
    int encode;
    uint64_t max_leaf_nodes;
    bool oob;
} scenes[] = {
    {"whole", "price", MF_ENCODE_LABEL, 0, true},
    {"real", "log", MF_ENCODE_ONEHOT, 0, false},
    {"best_first", "log", MF_ENCODE_LABEL, 17, false},
    {"classes", "class", MF_ENCODE_ONEHOT, 0, true},
    {"truth", "old", MF_ENCODE_LABEL, 9, false},
};

static mf_preparation *learn(const mf_table *table, const struct scene *scene)
{
    static const char *const targets[] = {"price", "log", "class"};
    const char *drop[3];
    mf_prepare_options options = mf_prepare_defaults();
    for (size_t i = 0; i < 3; i++)
        if (strcmp(targets[i], scene->target) != 0)
            drop[options.n_drop++] = targets[i];
    options.drop = drop;
    options.target = scene->target;
    options.encode = scene->encode;
    mf_preparation *preparation = NULL;
    need(mf_prepare_learn(table, &options, NULL, mf_table_rows(table), &preparation, &error));
    return preparation;
}

static mf_model *train(mf_pool *pool, mf_preparation *preparation, const mf_dataset *data,
                       const struct scene *scene)
{
    mf_forest_params params = mf_forest_defaults(data->n_classes);
    params.n_estimators = 7;
    params.max_leaf_nodes = scene->max_leaf_nodes;
    params.oob_score = scene->oob;
    const mf_matrix matrix = {data->values, data->rows, data->columns};
    const mf_target target = {data->target, data->n_classes};
    mf_forest *forest = NULL;
    need(mf_forest_fit(pool, &matrix, &target, &params, NULL, NULL, &forest, &error));
    mf_model *model = NULL;
    need(mf_model_join(&preparation, &forest, &model, &error));
    return model;
}

static void predict(mf_pool *pool, const mf_model *model, const mf_dataset *data)
{
    size_t width = data->n_classes > 0 ? data->n_classes : 1;
    double *predicted = calloc(data->rows * width, sizeof *predicted);
    const mf_matrix matrix = {data->values, data->rows, data->columns};
    if (predicted == NULL)
        exit(1);
    need(mf_forest_predict(mf_model_forest(model), pool, &matrix, NULL, predicted, &error));
    setlocale(LC_NUMERIC, "C");
    for (size_t r = 0; r < data->rows; r++) {
        for (size_t c = 0; c < data->columns; c++)
            printf("%a ", (double)data->values[c * data->rows + r]);
        printf("|");
        for (size_t c = 0; c < width; c++)
            printf(" %a", predicted[r * width + c]);
        printf("\n");
    }
    free(predicted);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    const struct scene *scene = scenes, *end = scenes + sizeof scenes / sizeof *scenes;
    while (argc == 3 && scene < end && strcmp(scene->name, argv[1]) != 0)
        scene++;
    if (argc != 3 || scene == end) {
        fprintf(stderr, "show_model SCENE OUTPUT\n");
        return 2;
    }
    struct mf__buffer csv = {0};
    make_csv(&csv);
    mf_table *table = NULL;
    need(mf_table_parse(csv.bytes, csv.length, "the table", NULL, &table, &error));
    mf_preparation *preparation = learn(table, scene);
    mf_dataset data = {0};
    need(mf_prepare_apply(preparation, table, NULL, mf_table_rows(table), MF_PREPARE_TARGET, &data,
                          &error));
    mf_pool *pool = NULL;
    mf_pool_options options = mf_pool_defaults();
    need(mf_pool_open(mf_way_find("serial"), &options, &pool, &error));
    mf_model *model = train(pool, preparation, &data, scene);
    need(mf_model_export_json(model, argv[2], &error));
    predict(pool, model, &data);
    mf_model_free(&model);
    mf_pool_close(&pool);
    mf_dataset_done(&data);
    mf_table_free(&table);
    mf__buffer_done(&csv);
    return 0;
}
