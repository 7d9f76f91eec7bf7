/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tuning_remarks.h"

#include "base/number.h"
#include "cli/table_remarks.h"

#include <math.h>
#include <string.h>

#define AGREES_ENOUGH 0.5 /* below this a rung ranks its trials hardly better than chance would */

static const char *score_of(const struct mf__study *study)
{
    return mf_metric_name(study->request.metrics[0]);
}

/* A target of 0 and 1 mostly stands for two classes. */
static void remark_on_target(const struct mf__study *study, struct mf__remarks *remarks)
{
    const struct mf__ground *ground = &study->request.ground;
    const char *target = ground->preparing.target;
    const mf_column *column = mf_table_column(ground->table, mf_table_find(ground->table, target));
    if (ground->preparing.task == MF_TASK_AUTO && column->kind == MF_COLUMN_NUMERIC &&
        column->distinct == 2)
        mf__remark(remarks,
                   "%s has two values, both numbers, so this is regression; are they classes, "
                   "--task classification is meant.",
                   target);
}

static void remark_on_table(const struct mf__tune_report *report, struct mf__remarks *remarks)
{
    const struct mf__ground_facts *facts = &report->study->facts;
    remark_on_target(report->study, remarks);
    mf__remark_on_commas(report->study->request.ground.table, remarks);
    mf__remark_on_marks(report->study->request.ground.table, remarks);
    size_t without = facts->without_target;
    if (without > 0)
        mf__remark(remarks, "%s row%s no value in %s and %s left out.",
                   mf__show_count(without, ',').text, without == 1 ? " has" : "s have",
                   report->target, without == 1 ? "was" : "were");
    if (facts->grid != 0)
        mf__remark(remarks,
                   "Target rounded to 2^%d for splits, so that sums are exact; leaves hold the "
                   "values as given.",
                   facts->grid);
}

/* ---- how it ended ---- */

/* A run may be too short for a single trial, and then so is the next one. */
static void remark_on_progress(const struct mf__tune_report *report, struct mf__remarks *remarks)
{
    const struct mf__study *study = report->study;
    bool keeps = report->journal != NULL && study->n_units_run > 0;
    if (study->end != MF__STUDY_TIME || study->n_steps_done > study->n_steps_kept)
        return;
    if (keeps)
        mf__remark(remarks,
                   "This run finished no new trial, but %s of their folds, which %s kept: the next "
                   "run has less to do.",
                   mf__show_count(study->n_units_run, ',').text,
                   study->n_units_run == 1 ? "is" : "are");
    else
        mf__remark(remarks,
                   "This run finished no new trial, and another one that is as short would not "
                   "either. A longer --max-time helps%s.",
                   study->request.share
                       ? ", or --no-share, which grows one trial at a time instead of several "
                         "together"
                       : ", or more workers");
}

static void remark_on_end(const struct mf__tune_report *report, struct mf__remarks *remarks)
{
    static const char *const ends[] = {[MF__STUDY_TIME] = "The time of --max-time was used up",
                                       [MF__STUDY_TRIALS] = "Stopped after --max-trials",
                                       [MF__STUDY_CANCELLED] = "Interrupted"};
    const struct mf__study *study = report->study;
    if (study->end == MF__STUDY_DONE)
        return;
    struct mf__buffer done = {0};
    mf__tune_say_steps(study, study->n_steps_done, &done);
    if (study->n_done == 0)
        mf__remark(remarks, "%s before one trial was finished.", ends[study->end]);
    else
        mf__remark(remarks, "%s: %s %s finished, so this is the best so far. %s", ends[study->end],
                   mf__buffer_text(&done), study->n_steps_done == 1 ? "is" : "are",
                   report->journal != NULL
                       ? "What is finished is kept, and the same command goes on."
                       : "It is not kept: with --journal FILE.db the next run would go on from "
                         "here.");
    mf__buffer_done(&done);
    remark_on_progress(report, remarks);
}

static void remark_on_unranked(const struct mf__study *study, struct mf__remarks *remarks)
{
    size_t n = study->n_done - study->n_ranked;
    bool halves = study->request.strategy == MF__HALVING;
    if (n > 0 && !halves)
        mf__remark(remarks, "%s trial%s no rank, as %s is not defined for %s predictions%s.",
                   mf__show_count(n, ',').text, n == 1 ? " has" : "s have", score_of(study),
                   n == 1 ? "its" : "their", study->facts.n_folds > 1 ? " in each fold" : "");
}

/* ---- the best ---- */

/* How many trials share the first place. */
static size_t count_first(const struct mf__study *study)
{
    int metric = study->request.metrics[0];
    const struct mf__trial *best = mf__tune_best(study);
    size_t n = 1;
    while (n < study->n_ranked &&
           study->trials[study->order[n]].mean[metric] == best->mean[metric] &&
           study->trials[study->order[n]].rung == best->rung)
        n++;
    return n;
}

static void remark_on_ties(const struct mf__study *study, struct mf__remarks *remarks)
{
    size_t n = count_first(study);
    if (n > 1)
        mf__remark(remarks,
                   "%s trials have this very %s; the first of them, in the order of the search, "
                   "counts as the best.",
                   mf__show_count(n, ',').text, score_of(study));
}

static double number_of(const struct mf__value *value)
{
    return value->kind == MF__VALUE_COUNT ? (double)value->count : value->real;
}

/* Where the value of the best stands among all that were tried. */
struct edge {
    bool least;
    bool most;
};

/* Words among the values, as "none", may stand for anything, so that nothing is beyond them. */
static struct edge edge_of(const struct mf__dimension *dimension, const struct mf__value *best)
{
    struct edge edge = {true, true};
    double own = number_of(best);
    if (dimension->spread != MF__SPREAD_LIST)
        return (struct edge){own <= dimension->low, own >= dimension->high};
    if (dimension->n_values < 2)
        return (struct edge){false, false};
    for (size_t i = 0; i < dimension->n_values; i++) {
        const struct mf__value *other = &dimension->values[i];
        if (other->kind == MF__VALUE_NONE)
            edge.most = false;
        else if (other->kind != best->kind)
            return (struct edge){false, false};
        else if (number_of(other) < own)
            edge.least = false;
        else if (number_of(other) > own)
            edge.most = false;
    }
    return edge;
}

/* Whether a parameter has anything beyond: a count above the first, a share below all. */
static bool goes_further(const struct mf__value *value, bool up)
{
    if (value->kind == MF__VALUE_COUNT)
        return up || value->count > 2;
    return up ? value->real != 1.0 : value->real > 0.0;
}

static void remark_on_edge(const struct mf__dimension *dimension, const struct mf__value *best,
                           struct mf__remarks *edges)
{
    const char *name = mf__parameter_name(dimension->parameter);
    bool is_number = best->kind == MF__VALUE_COUNT || best->kind == MF__VALUE_REAL;
    if (!is_number || strcmp(name, "random_state") == 0)
        return;
    struct edge edge = edge_of(dimension, best);
    bool up = edge.most;
    if (edge.least != edge.most && goes_further(best, up))
        mf__remark(edges, "The best has %s=%s, the %s that was tried; %s ones may be better still.",
                   name, best->text, up ? "largest" : "smallest", up ? "larger" : "smaller");
}

/* Whether the first place is also that of another value of this parameter, so that the best one
 * has its own only because it is the first in the order of the search. */
static bool is_shared(const struct mf__study *study, size_t dimension)
{
    size_t n = count_first(study);
    const char *own = mf__tune_best(study)->values[dimension].text;
    for (size_t i = 1; i < n; i++)
        if (strcmp(study->trials[study->order[i]].values[dimension].text, own) != 0)
            return true;
    return false;
}

static void remark_on_best(struct mf__tune_report *report)
{
    const struct mf__study *study = report->study;
    const struct mf__space *space = study->request.space;
    const struct mf__trial *best = mf__tune_best(study);
    if (best == NULL || study->end != MF__STUDY_DONE) /* others may still be better */
        return;
    remark_on_ties(study, &report->remarks);
    for (size_t i = 0; i < space->n; i++)
        if (!is_shared(study, i))
            remark_on_edge(&space->dimensions[i], &best->values[i], &report->edges);
    for (size_t i = 0; i < report->edges.n; i++)
        mf__remark(&report->remarks, "%s", mf__buffer_text(&report->edges.list[i]));
}

/* ---- halving ---- */

/* Which trials went on is told by chance where the last of them is hardly better than the first
 * that did not. */
static bool is_within_noise(const struct mf__rung *rung)
{
    return rung->gap == 0 || rung->gap < 2 * rung->gap_error;
}

static void remark_on_rungs(const struct mf__study *study, struct mf__remarks *remarks)
{
    const char *what = mf__resource_name(study->request.halving.resource);
    for (size_t i = 0; i + 1 < study->n_rungs; i++) {
        const struct mf__rung *rung = &study->rungs[i];
        struct mf__shown resource = mf__show_count(rung->resource, ',');
        struct mf__shown more = mf__show_count(study->rungs[i + 1].resource, 0);
        bool unlike = rung->agreement < AGREES_ENOUGH;
        if (unlike)
            mf__remark(remarks,
                       "%s %s are too few to rank by: the order of the trials that went on became "
                       "another one (rank correlation %s). Try --min-resource %s.",
                       resource.text, what, mf__show_fixed(rung->agreement, 2).text, more.text);
        else if (rung->gap == 0)
            mf__remark(remarks,
                       "With %s %s the last trial that went on and the first that did not have the "
                       "same %s, so that only their order decided. Try --min-resource %s.",
                       resource.text, what, score_of(study), more.text);
        else if (is_within_noise(rung))
            mf__remark(remarks,
                       "With %s %s the last trial that went on is hardly better than the first "
                       "that did not, so others might have. Try --min-resource %s.",
                       resource.text, what, more.text);
        if (unlike || is_within_noise(rung))
            return; /* one is enough to think of more */
    }
}

/* ---- out of bag ---- */

static void remark_on_bags(const struct mf__study *study, struct mf__remarks *remarks)
{
    const struct mf__trial *best = mf__tune_best(study);
    size_t n = 0;
    for (size_t i = 0; i < study->n_trials; i++)
        n += study->trials[i].state != MF__TRIAL_OPEN && study->trials[i].never_out > 0;
    if (n == 0)
        return;
    struct mf__buffer of_best = {0};
    if (best != NULL && best->never_out > 0)
        mf__buffer_print(&of_best, ", in the best %s of %s rows",
                         mf__show_count(best->never_out, ',').text,
                         mf__show_count(study->facts.validated, ',').text);
    mf__remark(remarks,
               "In %s of %s trials some rows were drawn by every tree%s; they were out of no bag "
               "and count as predicted 0, or as the first class, which spoils the scores. More "
               "trees would help.",
               mf__show_count(n, ',').text, mf__show_count(study->n_done, ',').text,
               mf__buffer_text(&of_best));
    mf__buffer_done(&of_best);
}

void mf__tuning_remark(struct mf__tune_report *report)
{
    const struct mf__study *study = report->study;
    struct mf__remarks *remarks = &report->remarks;
    remark_on_table(report, remarks);
    if (report->only_planned) {
        if (report->journal != NULL)
            mf__remark(remarks, "The plan is of all trials: the journal was not looked at.");
        return;
    }
    remark_on_end(report, remarks);
    remark_on_unranked(study, remarks);
    remark_on_bags(study, remarks);
    remark_on_best(report);
    remark_on_rungs(study, remarks);
}
