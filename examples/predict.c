/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a model predicts for each row of a CSV file: predict MODEL TABLE.csv
 * For classes, it is the probability of each; their names stand in the first line. */
#include <manyfold/model.h>

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return fprintf(stderr, "predict MODEL TABLE.csv\n"), 2;
    mf_error error = {0};
    mf_model *model = NULL;
    mf_table *table = NULL;
    mf_dataset data = {0};
    mf_pool *pool = NULL;
    double *predicted = NULL;
    const mf_pool_options options = mf_pool_defaults();
    if (mf_model_load(argv[1], &model, &error) == 0 &&
        mf_table_read(argv[2], NULL, &table, &error) == 0 &&
        mf_prepare_apply(mf_model_preparation(model), table, NULL, 0, 0, &data, &error) == 0 &&
        mf_pool_open(mf_way_find("serial"), &options, &pool, &error) == 0) {
        const mf_matrix matrix = {data.values, data.rows, data.columns};
        const mf_preparation *preparation = mf_model_preparation(model);
        size_t classes = mf_preparation_classes(preparation), width = classes > 0 ? classes : 1;
        predicted = calloc(data.rows * width, sizeof *predicted);
        if (predicted != NULL)
            mf_forest_predict(mf_model_forest(model), pool, &matrix, NULL, predicted, &error);
        for (size_t c = 0; c < classes; c++)
            printf("%s%s", mf_preparation_class(preparation, c), c + 1 < width ? "," : "\n");
        for (size_t i = 0; error.code == 0 && predicted != NULL && i < data.rows * width; i++)
            printf("%.17g%s", predicted[i], (i + 1) % width != 0 ? "," : "\n");
    }
    free(predicted), mf_pool_close(&pool), mf_dataset_done(&data);
    mf_table_free(&table), mf_model_free(&model);
    return error.code == 0 && predicted != NULL ? 0 : (fprintf(stderr, "%s\n", error.text), 1);
}
