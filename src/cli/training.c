/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Training, step by step, as a program with pandas and scikit-learn does it: rows without a target
 * are left out; the rest is split (train_test_split); a preparation is learnt from the training
 * part and applied to both; a forest is grown; the test part is predicted and scored. Folds
 * (--cv) divide the training part, and each learns its own preparation, as a Pipeline in
 * cross_val_score does.
 */
#include "cli/training.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "cli/fates.h"
#include "cli/scoring.h"
#include "cli/training_remarks.h"

/* A run of the pool, with its progress told under a name. */
struct run {
    struct mf__items_progress items;
    mf_run_options options;
};

static void start_run(struct run *run, const struct mf__training *asked, const char *doing)
{
    mf__items_progress_start(&run->items, asked->progress, doing);
    run->options = (mf_run_options){.progress = mf__items_progress_show,
                                    .progress_user = &run->items,
                                    .cancel = mf__interruptible()};
}

/* ---- rows ---- */

/* Divides the rows that have a target into the training part and the test part. */
static int divide(const struct mf__training *asked, struct mf__trained *trained, mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    struct mf__division *division = &trained->division;
    int code = mf__division_new(asked->table, asked->preparing->target, division, error);
    if (code == 0 && asked->test_size > 0) {
        code = mf__division_split(division, asked->test_size, asked->seed, error);
        if (code != 0)
            mf__fail_within(error, code, "--test-size");
    }
    report->rows_without_target = mf_table_rows(asked->table) - division->n;
    report->n_train = division->n_train;
    report->n_test = division->n - division->n_train;
    report->has_test = report->n_test > 0;
    return code;
}

/* ---- one forest ---- */

static int prepare_division(const struct mf__training *asked, const struct mf__division *division,
                            struct mf__divided *ret_divided, mf_error *error)
{
    struct mf__left_out left_out;
    const mf_prepare_options options = mf__preparing_get(asked->preparing, &left_out);
    return mf__division_prepare(asked->table, &options, division, ret_divided, error);
}

static int fit(const struct mf__training *asked, const mf_dataset *dataset,
               const mf_run_options *options, mf_ledger *ret_ledger, mf_forest **ret_forest,
               mf_error *error)
{
    const mf_matrix matrix = {dataset->values, dataset->rows, dataset->columns};
    const mf_target target = {dataset->target, dataset->n_classes};
    const mf_forest_params params =
        mf__forest_params_get(asked->forest, dataset->n_classes, asked->seed);
    int code = mf_forest_fit(asked->pool, &matrix, &target, &params, options, ret_ledger,
                             ret_forest, error);
    return code != 0 ? mf__forest_error(code, error) : 0;
}

/* A forest, and rows to judge it by. */
struct judged {
    const mf_forest *forest;
    const mf_dataset *dataset;
    struct mf__scores *scores;
    double **ret_predicted; /* NULL: of a fold */
};

/* What a score lacks is remarked of the test part; of the folds it is summed up when all are there.
 */
static int predict_and_score(const struct mf__training *asked, struct mf__train_report *report,
                             const struct judged *judged, mf_error *error)
{
    const mf_dataset *dataset = judged->dataset;
    double *predicted = NULL;
    struct run run;
    start_run(&run, asked, "predicting");
    int code =
        mf__predict_rows(judged->forest, asked->pool, dataset, &run.options, &predicted, error);
    const mf_scored scored = {dataset->rows, dataset->n_classes, dataset->target, predicted};
    const struct mf__unscored unscored = {judged->ret_predicted != NULL ? &report->remarks : NULL,
                                          report->preparation};
    if (code == 0)
        code = mf__scores_get(&report->metrics, &scored, judged->scores, &unscored, error);
    if (judged->ret_predicted != NULL)
        *judged->ret_predicted = predicted;
    else
        mf__free(predicted);
    return code;
}

/* ---- the parts of a training ---- */

static int prepare(const struct mf__training *asked, struct mf__trained *trained, mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    size_t n_columns = mf_table_columns(asked->table);
    struct mf__divided divided;
    int code = prepare_division(asked, &trained->division, &divided, error);
    if (code != 0)
        return code;
    trained->preparation = divided.preparation;
    trained->train = divided.train;
    trained->test = divided.apart;
    trained->fates = mf__new(n_columns, sizeof *trained->fates);
    if (trained->fates == NULL)
        return mf__fail_memory(error, n_columns * sizeof *trained->fates, "the columns");
    mf__fates_plan(asked->table, asked->preparing, trained->preparation, trained->fates);
    report->fates = (struct mf__fates){trained->fates, n_columns, (int)asked->preparing->impute};
    report->encode = (int)asked->preparing->encode;
    report->preparation = trained->preparation;
    report->filled_train = trained->train.n_filled;
    report->filled_test = trained->test.n_filled;
    return mf__metrics_get(&asked->scores, trained->train.n_classes > 0, &report->metrics, error);
}

static int grow(const struct mf__training *asked, struct mf__trained *trained, mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    struct run run;
    start_run(&run, asked, "growing trees");
    int code = fit(asked, &trained->train, &run.options, &report->ledger, &trained->forest, error);
    report->forest = trained->forest;
    if (code != 0 || !asked->forest->oob_score)
        return code;
    report->has_oob = true;
    return mf_forest_oob(trained->forest, &report->oob, &report->never_out, error);
}

/* Trains without one fold and scores on it. */
static int score_fold(const struct mf__training *asked, struct mf__trained *trained,
                      const struct mf__division *division, size_t fold, mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    struct mf__divided divided = {0};
    mf_forest *forest = NULL;
    struct run run;
    start_run(&run, asked, "growing trees of a fold");
    int code = prepare_division(asked, division, &divided, error);
    if (code == 0)
        code = fit(asked, &divided.train, &run.options, NULL, &forest, error);
    const struct judged judged = {forest, &divided.apart, &report->folds.list[fold], NULL};
    if (code == 0)
        code = predict_and_score(asked, report, &judged, error);
    mf_forest_free(&forest);
    mf__divided_done(&divided);
    return code;
}

static int cross_validate(const struct mf__training *asked, struct mf__trained *trained,
                          mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    struct mf__folds *folds = &report->folds;
    size_t n = report->n_train;
    const double *classes = trained->train.n_classes > 0 ? trained->train.target : NULL;
    folds->list = mf__new(asked->folds, sizeof *folds->list);
    uint32_t *fold_of = mf__new(n, sizeof *fold_of);
    struct mf__division division = {.rows = mf__new(n, sizeof *division.rows)};
    int code = 0;
    if (folds->list == NULL || fold_of == NULL || division.rows == NULL)
        code = mf__fail_memory(error, n * sizeof *division.rows, "folds");
    if (code == 0)
        code = mf_fold_rows(n, asked->folds, asked->seed, classes, fold_of, error);
    if (code != 0)
        mf__fail_within(error, code, "--cv");
    for (size_t fold = 0; code == 0 && fold < asked->folds; fold++) {
        mf__division_fold(&trained->division, fold_of, (uint32_t)fold, &division);
        code = score_fold(asked, trained, &division, fold, error);
        if (code != 0)
            mf__fail_within(error, code, "fold %zu of %zu", fold + 1, asked->folds);
    }
    folds->n = asked->folds;
    if (code == 0)
        code = mf__training_remark_rare(asked, trained, error);
    if (code == 0)
        mf__folds_sum_up(&report->metrics, folds, &report->remarks);
    mf__free(fold_of);
    mf__division_done(&division);
    return code;
}

static int permute(const struct mf__training *asked, struct mf__trained *trained, mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    const mf_dataset *dataset = report->has_test ? &trained->test : &trained->train;
    const mf_matrix matrix = {dataset->values, dataset->rows, dataset->columns};
    size_t n = mf_forest_features(trained->forest);
    struct run run;
    int metric = dataset->n_classes > 0 ? MF_METRIC_ACCURACY : MF_METRIC_R2;
    report->permuted = (mf_permutation){
        .metric = asked->scores.n > 0 ? (int)asked->scores.values[0] : metric,
        .n_repeats = asked->repeats,
        .seed = asked->seed,
    };
    if (report->permuted.metric == MF_METRIC_R2 && dataset->rows < 2)
        return mf__fail(error, MF_E_INPUT,
                        "--permutation: r2 needs two rows; keep more for it with --test-size");
    start_run(&run, asked, "permuting features");
    report->permutation = trained->numbers + n;
    report->permutation_dev = trained->numbers + 2 * n;
    int code = mf_permutation_importances(trained->forest, asked->pool, &matrix, dataset->target,
                                          &report->permuted, &run.options, report->permutation,
                                          report->permutation_dev, error);
    return code != 0 ? mf__fail_within(error, code, "--permutation") : 0;
}

static int weigh(struct mf__trained *trained, mf_error *error)
{
    size_t n = mf_forest_features(trained->forest);
    trained->numbers = mf__new(3 * n, sizeof *trained->numbers);
    if (trained->numbers == NULL)
        return mf__fail_memory(error, 3 * n * sizeof *trained->numbers, "importances");
    trained->report.importances = trained->numbers;
    mf_forest_importances(trained->forest, trained->report.importances);
    return 0;
}

/* ---- all of it ---- */

/* Runs a step and adds the time that it took. */
static int timed(int (*step)(const struct mf__training *, struct mf__trained *, mf_error *),
                 const struct mf__training *asked, struct mf__trained *trained, uint64_t *ns,
                 mf_error *error)
{
    uint64_t start_ns = mf__now_ns();
    int code = step(asked, trained, error);
    *ns += mf__now_ns() - start_ns;
    return code;
}

static int score_test(const struct mf__training *asked, struct mf__trained *trained,
                      mf_error *error)
{
    struct mf__train_report *report = &trained->report;
    const struct judged judged = {trained->forest, &trained->test, &report->test,
                                  &trained->predicted};
    int code = predict_and_score(asked, report, &judged, error);
    report->predictions =
        (struct mf__predictions){.part = "test",
                                 .rows = trained->test.rows,
                                 .n_classes = trained->test.n_classes,
                                 .numbers = trained->division.rows + trained->division.n_train,
                                 .truth = trained->test.target,
                                 .predicted = trained->predicted,
                                 .preparation = report->preparation};
    return code;
}

int mf__train(const struct mf__training *asked, struct mf__trained *ret, mf_error *error)
{
    *ret = (struct mf__trained){0};
    struct mf__train_report *report = &ret->report;
    struct mf__train_times *times = &report->times;
    report->table_rows = mf_table_rows(asked->table);
    report->table_columns = mf_table_columns(asked->table);
    report->test_size = asked->test_size;
    report->seed = asked->seed;
    report->way = mf_pool_way(asked->pool);
    report->workers = mf_pool_workers(asked->pool);
    int code = timed(divide, asked, ret, &times->prepare_ns, error);
    if (code == 0)
        code = timed(prepare, asked, ret, &times->prepare_ns, error);
    if (code == 0)
        code = timed(grow, asked, ret, &times->grow_ns, error);
    if (code == 0 && report->has_test)
        code = timed(score_test, asked, ret, &times->score_ns, error);
    if (code == 0 && asked->folds > 0)
        code = timed(cross_validate, asked, ret, &times->folds_ns, error);
    if (code == 0)
        code = weigh(ret, error);
    if (code == 0 && asked->repeats > 0)
        code = timed(permute, asked, ret, &times->permutation_ns, error);
    if (code != 0)
        return code;
    mf__training_remark(asked, ret);
    /* Both stay where they are, so what the report points to does too. */
    return mf_model_join(&ret->preparation, &ret->forest, &ret->model, error);
}

void mf__trained_done(struct mf__trained *trained)
{
    mf_model_free(&trained->model);
    mf_forest_free(&trained->forest);
    mf_preparation_free(&trained->preparation);
    mf_dataset_done(&trained->train);
    mf_dataset_done(&trained->test);
    mf_ledger_done(&trained->report.ledger);
    mf__remarks_done(&trained->report.remarks);
    mf__free(trained->report.folds.list);
    mf__free(trained->fates);
    mf__division_done(&trained->division);
    mf__free(trained->numbers);
    mf__free(trained->predicted);
    *trained = (struct mf__trained){0};
}
