/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal knows results, one for each trial and fold, each with a label and a JSON text. Those
 * with the same label are put together here. What is no result of a trial counts, and has no score.
 */
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "journal/payload.h"
#include "report/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void mf__run_trials_done(struct mf__run_trials *trials)
{
    for (size_t i = 0; i < trials->n; i++)
        mf__free(trials->list[i].label);
    mf__free(trials->list);
    *trials = (struct mf__run_trials){0};
}

/* ---- one result ---- */

static int read_scores(const char *payload, double *ret_scores, mf_error *error)
{
    json_t *json = NULL;
    int code = mf__payload_read(payload, &json, error);
    json_t *scores = json_object_get(json, "scores");
    for (int metric = 0; metric < MF_METRICS; metric++) {
        const json_t *score = json_object_get(scores, mf_metric_name(metric));
        ret_scores[metric] = json_is_number(score) ? json_number_value(score) : (double)NAN;
    }
    json_decref(json);
    return code;
}

static int add_label(struct mf__run_trials *trials, const char *label, mf_error *error)
{
    if (trials->n == trials->room) {
        size_t room = trials->room > 0 ? 2 * trials->room : 64;
        struct mf__run_trial *list = mf__resize(trials->list, room, sizeof *list);
        if (list == NULL)
            return mf__fail_memory(error, room * sizeof *list, "the results of a study");
        trials->list = list;
        trials->room = room;
    }
    struct mf__run_trial added = {.label = mf__copy_text(label), .order = trials->n, .folds = 1};
    if (added.label == NULL)
        return mf__fail_memory(error, strlen(label), "the results of a study");
    trials->list[trials->n++] = added;
    return 0;
}

static int add_result(void *user, const char *label, const char *payload, mf_error *error)
{
    struct mf__run_trials *trials = user;
    int code = add_label(trials, label, error);
    return code == 0 ? read_scores(payload, trials->list[trials->n - 1].scores, error) : code;
}

/* ---- putting together ---- */

static int compare_labels(const void *a, const void *b)
{
    const struct mf__run_trial *one = a;
    const struct mf__run_trial *other = b;
    int order = strcmp(one->label, other->label);
    return order != 0 ? order : (one->order > other->order) - (one->order < other->order);
}

/* Makes one trial of results that follow each other with the same label: means of their scores. */
static void unite(struct mf__run_trials *trials)
{
    size_t n = 0;
    trials->n_results = trials->n;
    for (size_t i = 0; i < trials->n; i++) {
        struct mf__run_trial *trial = &trials->list[i];
        struct mf__run_trial *last = n > 0 ? &trials->list[n - 1] : NULL;
        if (last == NULL || strcmp(last->label, trial->label) != 0) {
            trials->list[n++] = *trial;
            continue;
        }
        for (int metric = 0; metric < MF_METRICS; metric++)
            last->scores[metric] += trial->scores[metric];
        last->folds++;
        mf__free(trial->label);
    }
    trials->n = n;
    for (size_t i = 0; i < n; i++)
        for (int metric = 0; metric < MF_METRICS; metric++)
            trials->list[i].scores[metric] /= (double)trials->list[i].folds;
}

/* ---- halving ---- */

/* Length of a label without its end, " rows=340", which gives the resource; all of it, and 0, where
 * there is no such end. */
static size_t read_resource(const char *label, const char *resource, uint64_t *ret_resource)
{
    static const struct mf__limits limits = {"a label", 1, UINT64_MAX};
    const char *end = strrchr(label, ' ');
    size_t n = strlen(resource);
    *ret_resource = 0;
    if (end == NULL || strncmp(end + 1, resource, n) != 0 || end[1 + n] != '=' ||
        mf__parse_count(end + 1 + n + 1, &limits, ret_resource, NULL) != 0)
        return strlen(label);
    return (size_t)(end - label);
}

/* Of the rungs of a trial, which follow each other in the order of labels, the last whole one. */
static void keep_furthest(struct mf__run_trials *trials, const char *resource, size_t folds)
{
    size_t n = 0;
    size_t last_length = 0;
    for (size_t i = 0; i < trials->n; i++) {
        struct mf__run_trial *trial = &trials->list[i];
        struct mf__run_trial *last = n > 0 ? &trials->list[n - 1] : NULL;
        size_t length = read_resource(trial->label, resource, &trial->resource);
        if (last == NULL || length != last_length || trial->resource == 0 ||
            memcmp(last->label, trial->label, length) != 0) {
            last_length = length;
            trials->list[n++] = *trial;
            continue;
        }
        bool whole = trial->folds == folds;
        if (whole != (last->folds == folds) ? whole : trial->resource > last->resource) {
            struct mf__run_trial less = *last;
            *last = *trial;
            *trial = less;
        }
        mf__free(trial->label);
    }
    trials->n = n;
}

/* ---- how far ---- */

static const char *setting_of(const struct mf__listed *study, const char *name)
{
    for (size_t i = 0; i < study->n_settings; i++)
        if (strcmp(study->settings[i].name, name) == 0)
            return study->settings[i].value;
    return "";
}

/* The number that a text begins with, up to a blank; 0 when there is none. */
static uint64_t leading_number(const char *text)
{
    static const struct mf__limits limits = {"a setting", 1, UINT64_MAX};
    char digits[24] = "";
    uint64_t number = 0;
    size_t n = strcspn(text, " ");
    if (n >= sizeof digits)
        return 0;
    memcpy(digits, text, n);
    return mf__parse_count(digits, &limits, &number, NULL) == 0 ? number : 0;
}

/* Of "factor 3, rows 227 681 2051". */
static void read_rungs(const char *halving, struct mf__run_extent *extent)
{
    const char *at = strstr(halving, ", ");
    if (at == NULL)
        return;
    extent->resource = strncmp(at, ", trees", strlen(", trees")) == 0 ? "trees" : "rows";
    for (at = strchr(at + strlen(", "), ' '); at != NULL && extent->n_rungs < MF__RUNGS_SHOWN;
         at = strchr(at + 1, ' '))
        extent->rungs[extent->n_rungs++] = leading_number(at + 1);
}

void mf__run_extent_of(const struct mf__listed *study, struct mf__run_extent *ret_extent)
{
    const char *validation = setting_of(study, "validation");
    bool folds = strstr(validation, " folds") != NULL;
    *ret_extent = (struct mf__run_extent){.study = study->study,
                                          .folds = folds ? (size_t)leading_number(validation) : 1,
                                          .n_trials = leading_number(setting_of(study, "trials"))};
    read_rungs(setting_of(study, "halving"), ret_extent);
}

static int count_label(void *user, const char *label, const char *payload, mf_error *error)
{
    (void)payload;
    return add_label(user, label, error);
}

int mf__run_extent_count(const struct mf__runs *runs, struct mf__run_extent *extent,
                         mf_error *error)
{
    struct mf__run_trials trials = {0};
    int code = mf__journal_results(runs->journal, extent->study, count_label, &trials, error);
    if (code == 0 && trials.n > 0) {
        qsort(trials.list, trials.n, sizeof *trials.list, compare_labels);
        unite(&trials);
        if (extent->resource != NULL)
            keep_furthest(&trials, extent->resource, extent->folds);
    }
    for (size_t i = 0; i < trials.n && code == 0; i++) {
        if (trials.list[i].folds != extent->folds)
            continue;
        extent->n_done++;
        for (size_t rung = extent->rung; rung < extent->n_rungs; rung++)
            if (trials.list[i].resource == extent->rungs[rung])
                extent->rung = rung + 1;
    }
    mf__run_trials_done(&trials);
    return code;
}

/* ---- ranks ---- */

static int first_metric(const struct mf__run_trials *trials)
{
    for (size_t i = 0; i < trials->n; i++)
        for (int metric = 0; metric < MF_METRICS; metric++)
            if (!isnan(trials->list[i].scores[metric]))
                return metric;
    return -1;
}

static size_t most_folds(const struct mf__run_trials *trials)
{
    size_t most = 0;
    for (size_t i = 0; i < trials->n; i++)
        if (trials->list[i].folds > most)
            most = trials->list[i].folds;
    return most;
}

/* What trials are sorted by. */
struct ranking {
    int metric;
    size_t folds;
};

static bool is_ranked(const struct mf__run_trial *trial, const struct ranking *ranking)
{
    return ranking->metric >= 0 && trial->folds == ranking->folds &&
           !isnan(trial->scores[ranking->metric]);
}

/* The better first, of equal ones the earlier; those without a rank at the end. */
static int compare_trials(const void *a, const void *b, void *user)
{
    const struct mf__run_trial *one = a;
    const struct mf__run_trial *other = b;
    const struct ranking *ranking = user;
    int ranked = is_ranked(other, ranking) - is_ranked(one, ranking);
    if (ranked != 0)
        return ranked;
    int order = (one->order > other->order) - (one->order < other->order);
    if (!is_ranked(one, ranking))
        return order;
    if (one->resource != other->resource)
        return one->resource > other->resource ? -1 : 1;
    double x = one->scores[ranking->metric];
    double y = other->scores[ranking->metric];
    int better =
        mf_metric_larger_is_better(ranking->metric) ? (y > x) - (y < x) : (x > y) - (x < y);
    return better != 0 ? better : order;
}

int mf__run_trials_read(const struct mf__runs *runs, const char *resource, int *metric,
                        struct mf__run_trials *trials, mf_error *error)
{
    int code = mf__journal_results(runs->journal, runs->run, add_result, trials, error);
    if (code != 0 || trials->n == 0)
        return code;
    qsort(trials->list, trials->n, sizeof *trials->list, compare_labels);
    unite(trials);
    struct ranking ranking = {*metric, most_folds(trials)};
    if (resource != NULL)
        keep_furthest(trials, resource, ranking.folds);
    if (*metric < 0)
        *metric = ranking.metric = first_metric(trials);
    qsort_r(trials->list, trials->n, sizeof *trials->list, compare_trials, &ranking);
    while (trials->n_ranked < trials->n && is_ranked(&trials->list[trials->n_ranked], &ranking))
        trials->n_ranked++;
    return 0;
}
