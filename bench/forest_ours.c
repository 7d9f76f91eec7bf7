/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our side of the benchmark of forests. Does what the lines of its input say, and answers each with
 * one line, so that tables and forests stay while others take their turn:
 *
 *     ames ROWS COLUMNS CSV             the first training rows and columns of the prepared table
 *     made ROWS COLUMNS                 the table of tests/oracle/made.h
 *     write FILE                        the table for the peers: tests/oracle/forest_data.py
 *     csv FILE                          the table as text
 *     fit WAY WORKERS TREES FEATURES    FEATURES is all or sqrt; answers how many nanoseconds
 *     predict WAY WORKERS               the table's rows; answers nanoseconds
 *     check                             answers the root mean squared error on the table
 *     read FILE                         a CSV file; answers nanoseconds
 */
#include <manyfold/prepare.h>
#include <manyfold/score.h>

#include "bench/bench.h"
#include "tests/oracle/made.h"

#include <string.h>

#define WORDS_MAX 6

static mf_matrix matrix;
static float *values;
static double *target;
static mf_forest *forest;
static mf_error error;

static void *room(size_t n, size_t size)
{
    void *made = calloc(n, size);
    if (made == NULL)
        bench_die("no memory");
    return made;
}

static void must(int code)
{
    if (code != 0)
        bench_die(error.text);
}

static size_t number(const char *word)
{
    return (size_t)strtoull(word, NULL, 10);
}

static void new_table(size_t rows, size_t columns)
{
    free(values);
    free(target);
    values = room(rows * columns, sizeof *values);
    target = room(rows, sizeof *target);
    matrix = (mf_matrix){values, rows, columns};
}

static void tell_ns(uint64_t took)
{
    printf("%llu\n", (unsigned long long)took);
}

/* ---- Tables ---- */

static void take_part(const mf_dataset *data, size_t rows, size_t columns)
{
    if (rows > data->rows || columns > data->columns)
        bench_die("the table is smaller than that");
    new_table(rows, columns);
    for (size_t column = 0; column < columns; column++)
        memcpy(values + column * rows, data->values + column * data->rows, rows * sizeof *values);
    memcpy(target, data->target, rows * sizeof *target);
}

static void do_ames(char **words)
{
    mf_table *table = NULL;
    mf_preparation *preparation = NULL;
    mf_dataset data = {0};
    size_t n_train = 0;
    must(mf_table_read(words[3], NULL, &table, &error));
    size_t *order = room(mf_table_rows(table), sizeof *order);
    mf_prepare_options options = mf_prepare_defaults();
    options.target = "Sale_Price";
    must(mf_split_rows(mf_table_rows(table), 0.3, 42, order, &n_train, &error));
    must(mf_prepare_learn(table, &options, order, n_train, &preparation, &error));
    must(mf_prepare_apply(preparation, table, order, n_train, MF_PREPARE_TARGET, &data, &error));
    take_part(&data, number(words[1]), number(words[2]));
    mf_dataset_done(&data);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
    free(order);
    puts("done");
}

static void do_made(char **words)
{
    new_table(number(words[1]), number(words[2]));
    uint32_t *part = room(matrix.rows, sizeof *part);
    made_table(matrix.rows, matrix.columns, 0, values, target, part);
    free(part);
    puts("done");
}

static void do_write(char **words)
{
    FILE *file = fopen(words[1], "wb");
    uint32_t head[4] = {(uint32_t)matrix.rows, (uint32_t)matrix.columns, 0, 0};
    if (file == NULL)
        bench_die("the table cannot be written");
    fwrite("mfmatrix", 1, 8, file);
    fwrite(head, sizeof *head, 4, file);
    fwrite(values, sizeof *values, matrix.rows * matrix.columns, file);
    fwrite(target, sizeof *target, matrix.rows, file);
    if (fclose(file) != 0)
        bench_die("the table cannot be written");
    puts("done");
}

static void do_csv(char **words)
{
    FILE *file = fopen(words[1], "wb");
    if (file == NULL)
        bench_die("the table cannot be written");
    for (size_t column = 0; column < matrix.columns; column++)
        fprintf(file, "column %zu,", column);
    fputs("target\n", file);
    for (size_t row = 0; row < matrix.rows; row++) {
        for (size_t column = 0; column < matrix.columns; column++)
            fprintf(file, "%.9g,", (double)values[column * matrix.rows + row]);
        fprintf(file, "%.0f\n", target[row]);
    }
    if (fclose(file) != 0)
        bench_die("the table cannot be written");
    puts("done");
}

static void do_read(char **words)
{
    mf_table *table = NULL;
    uint64_t start = bench_now_ns();
    must(mf_table_read(words[1], NULL, &table, &error));
    tell_ns(bench_now_ns() - start);
    mf_table_free(&table);
}

/* ---- Forests ---- */

static mf_pool *open_pool(char **words)
{
    mf_pool *pool = NULL;
    mf_pool_options options = mf_pool_defaults();
    options.workers = (unsigned)number(words[2]);
    must(mf_pool_open(mf_way_find(words[1]), &options, &pool, &error));
    return pool;
}

static void do_fit(char **words)
{
    mf_forest_params params = mf_forest_defaults(0);
    params.n_estimators = number(words[3]);
    if (strcmp(words[4], "sqrt") == 0)
        params.max_features_kind = MF_FEATURES_SQRT;
    mf_forest_free(&forest);
    uint64_t start = bench_now_ns();
    mf_pool *pool = open_pool(words);
    must(mf_forest_fit(pool, &matrix, &(mf_target){target, 0}, &params, NULL, NULL, &forest,
                       &error));
    mf_pool_close(&pool);
    tell_ns(bench_now_ns() - start);
}

static double *predict(char **words, uint64_t *ret_took)
{
    double *predicted = room(matrix.rows, sizeof *predicted);
    uint64_t start = bench_now_ns();
    mf_pool *pool = open_pool(words);
    must(mf_forest_predict(forest, pool, &matrix, NULL, predicted, &error));
    mf_pool_close(&pool);
    *ret_took = bench_now_ns() - start;
    return predicted;
}

static void do_predict(char **words)
{
    uint64_t took = 0;
    free(predict(words, &took));
    tell_ns(took);
}

static void do_check(char **words)
{
    (void)words;
    uint64_t took = 0;
    double score = 0;
    char *serially[] = {"predict", "serial", "1"};
    double *predicted = predict(serially, &took);
    mf_scored scored = {matrix.rows, 0, target, predicted};
    must(mf_score(MF_METRIC_RMSE, &scored, &score, &error));
    free(predicted);
    printf("%.17g\n", score);
}

/* ---- Requests ---- */

static const struct {
    const char *word;
    int n_words;
    void (*serve)(char **words);
} services[] = {
    {"ames", 4, do_ames}, {"made", 3, do_made},       {"write", 2, do_write}, {"csv", 2, do_csv},
    {"fit", 5, do_fit},   {"predict", 3, do_predict}, {"check", 1, do_check}, {"read", 2, do_read},
};

static void serve(char **words, int n_words)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (n_words == services[i].n_words && strcmp(services[i].word, words[0]) == 0) {
            services[i].serve(words);
            fflush(stdout);
            return;
        }
    }
    bench_die("a request is not understood");
}

int main(void)
{
    char line[1024];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *words[WORDS_MAX];
        int n_words = 0;
        char *rest = NULL;
        for (char *word = strtok_r(line, " \n", &rest); word != NULL && n_words < WORDS_MAX;
             word = strtok_r(NULL, " \n", &rest))
            words[n_words++] = word;
        if (n_words > 0)
            serve(words, n_words);
    }
    mf_forest_free(&forest);
    free(values);
    free(target);
    return 0;
}
