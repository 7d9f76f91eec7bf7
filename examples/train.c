/* SPDX-License-Identifier: Apache-2.0 */
/* Trains a forest on a CSV file and saves the model: train TABLE.csv TARGET MODEL */
#include <manyfold/machine.h>
#include <manyfold/model.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 4)
        return fprintf(stderr, "train TABLE.csv TARGET MODEL\n"), 2;
    mf_error error = {0};
    mf_table *table = NULL;
    mf_preparation *preparation = NULL;
    mf_dataset data = {0};
    mf_pool *pool = NULL;
    mf_forest *forest = NULL;
    mf_model *model = NULL;
    mf_prepare_options prepare = mf_prepare_defaults();
    mf_pool_options options = mf_pool_defaults();
    prepare.target = argv[2];
    if (mf_table_read(argv[1], NULL, &table, &error) == 0 &&
        mf_prepare_learn(table, &prepare, NULL, 0, &preparation, &error) == 0 &&
        mf_prepare_apply(preparation, table, NULL, 0, MF_PREPARE_TARGET, &data, &error) == 0 &&
        mf_default_workers(&options.workers, &error) == 0 &&
        mf_pool_open(mf_way_find("threads"), &options, &pool, &error) == 0) {
        const mf_matrix matrix = {data.values, data.rows, data.columns};
        const mf_target target = {data.target, data.n_classes};
        mf_forest_params params = mf_forest_defaults(data.n_classes);
        if (mf_forest_fit(pool, &matrix, &target, &params, NULL, NULL, &forest, &error) == 0 &&
            mf_model_join(&preparation, &forest, &model, &error) == 0)
            mf_model_save(model, argv[3], &error);
    }
    mf_model_free(&model), mf_forest_free(&forest), mf_preparation_free(&preparation);
    mf_pool_close(&pool), mf_dataset_done(&data), mf_table_free(&table);
    return error.code == 0 ? 0 : (fprintf(stderr, "train: %s\n", error.text), 1);
}
