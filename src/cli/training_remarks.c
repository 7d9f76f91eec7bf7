/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/training_remarks.h"

#include "cli/table_remarks.h"

#define LIKE_A_NAME 0.5 /* a category for every second row: the column rather names rows */

static void remark_on_names(const struct mf__training *asked, struct mf__train_report *report)
{
    for (size_t i = 0; i < report->fates.n; i++) {
        const struct mf__column_fate *fate = &report->fates.list[i];
        const mf_column *column = fate->column;
        if (column->kind != MF_COLUMN_CATEGORICAL || fate->features == 0 ||
            (double)column->distinct <= LIKE_A_NAME * (double)mf_table_rows(asked->table))
            continue;
        struct mf__buffer name = {0};
        mf__say_short(column->name, 40, &name);
        mf__remark(&report->remarks,
                   "%s has %s different categories in %s rows, and new rows will hold others that "
                   "say nothing; leave it out with --drop (or --id, if it names rows), or make "
                   "numbers of it first, as of a date.",
                   mf__buffer_text(&name), mf__show_count(column->distinct, ',').text,
                   mf__show_count(mf_table_rows(asked->table), ',').text);
        mf__buffer_done(&name);
    }
}

/* scikit-learn's way: the sum of no trees is 0, and of equal classes the first is taken. */
static void remark_on_never_out(struct mf__train_report *report)
{
    struct mf__buffer as = {0};
    if (mf_preparation_classes(report->preparation) > 0)
        mf__say_short(mf_preparation_class(report->preparation, 0), 40, &as);
    else
        mf__buffer_put(&as, "0");
    mf__remark(&report->remarks,
               "Every tree drew %s of the rows, so they were out of no bag and count as predicted "
               "%s there; more trees would help.",
               mf__show_count(report->never_out, ',').text, mf__buffer_text(&as));
    mf__buffer_done(&as);
}

/* Classes as many as these are rather numbers that were not understood. */
static void remark_on_classes(const struct mf__training *asked, struct mf__train_report *report)
{
    const mf_column *target =
        mf_table_column(asked->table, mf_table_find(asked->table, asked->preparing->target));
    size_t n_classes = mf_preparation_classes(report->preparation);
    size_t rows = report->n_train + report->n_test;
    if ((double)n_classes <= LIKE_A_NAME * (double)rows)
        return;
    struct mf__buffer name = {0};
    mf__say_short(target->name, 40, &name);
    mf__remark(&report->remarks, "%s has %s different classes in %s rows; %s.",
               mf__buffer_text(&name), mf__show_count(n_classes, ',').text,
               mf__show_count(rows, ',').text,
               target->kind == MF_COLUMN_NUMERIC
                   ? "--task regression would take them as numbers"
                   : "if these are numbers, write them with a decimal point: 1.5 and not 1,5");
    mf__buffer_done(&name);
}

int mf__training_remark_rare(const struct mf__training *asked, struct mf__trained *trained,
                             mf_error *error)
{
    const mf_dataset *train = &trained->train;
    size_t rarest = 0;
    if (train->n_classes == 0)
        return 0;
    int code = mf_rarest_class(train->rows, train->target, &rarest, error);
    if (code == 0 && rarest < asked->folds)
        mf__remark(&trained->report.remarks,
                   "The rarest class of %s has %zu row%s to learn from, fewer than the %zu folds: "
                   "some folds are scored without it.",
                   asked->preparing->target, rarest, rarest == 1 ? "" : "s", asked->folds);
    return code;
}

void mf__training_remark(const struct mf__training *asked, struct mf__trained *trained)
{
    struct mf__train_report *report = &trained->report;
    struct mf__remarks *remarks = &report->remarks;
    int grid = mf_forest_grid(trained->forest);
    size_t without = report->rows_without_target;
    if (without > 0)
        mf__remark(remarks, "%s row%s no value in %s and %s left out.",
                   mf__show_count(without, ',').text, without == 1 ? " has" : "s have",
                   asked->preparing->target, without == 1 ? "was" : "were");
    if (grid != 0)
        mf__remark(remarks,
                   "Target rounded to 2^%d for splits, so that sums are exact; leaves hold the "
                   "values as given.",
                   grid);
    if (report->has_oob && report->never_out > 0)
        remark_on_never_out(report);
    remark_on_classes(asked, report);
    mf__remark_on_commas(asked->table, remarks);
    mf__remark_on_marks(asked->table, remarks);
    remark_on_names(asked, report);
}
