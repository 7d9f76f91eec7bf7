/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A study from end to end: trials are made of the space and checked against the table, looked up in
 * the journal, run, ranked. A grid and a random search are one round; a halving is one for each
 * rung, with the best trials of the rung before.
 */
#include "tune/study.h"

#include "base/memory.h"
#include "base/status.h"
#include "table/digest.h"
#include "tune/halving.h"
#include "tune/parts.h"
#include "tune/ranks.h"
#include "tune/study_card.h"
#include "tune/study_check.h"
#include "tune/study_round.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct mf__clock *clock_of(const struct mf__study *study)
{
    return study->request.clock != NULL ? study->request.clock : &mf__real_clock;
}

static uint64_t now(const struct mf__study *study)
{
    return clock_of(study)->now(clock_of(study)->user);
}

/* ---- opening ---- */

static int combine(struct mf__study *study, mf_error *error)
{
    const struct mf__study_request *request = &study->request;
    bool drawn = mf__space_is_drawn(request->space);
    uint64_t n = request->n_trials > 0 ? request->n_trials : mf__space_size(request->space);
    if (request->strategy == MF__GRID ||
        (request->strategy == MF__HALVING && !drawn && request->n_trials == 0))
        return mf__space_grid(request->space, &study->combinations, error);
    return mf__space_random(request->space, n, request->ground.seed, &study->combinations, error);
}

static int make_trials(struct mf__study *study, mf_error *error)
{
    const struct mf__space *space = study->request.space;
    size_t n = study->combinations.n;
    study->trials = mf__new(n, sizeof *study->trials);
    study->order = mf__new(n, sizeof *study->order);
    if (study->trials == NULL || study->order == NULL)
        return mf__fail_memory(error, n * sizeof *study->trials, "the trials of the search");
    study->n_trials = n;
    for (size_t i = 0; i < n; i++) {
        struct mf__trial *trial = &study->trials[i];
        trial->values = study->combinations.values + i * space->n;
        trial->config = study->request.config;
        for (size_t k = 0; k < space->n; k++)
            mf__parameter_set(space->dimensions[k].parameter, &trial->values[k], &trial->config);
        for (size_t metric = 0; metric < MF_METRICS; metric++)
            trial->mean[metric] = trial->deviation[metric] = (double)NAN;
    }
    return 0;
}

/* The configurations of all trials next to each other; to be freed with mf__free. */
static int copy_configs(const struct mf__study *study, struct mf__config **ret_configs,
                        mf_error *error)
{
    struct mf__config *configs = mf__new(study->n_trials, sizeof *configs);
    if (configs == NULL)
        return mf__fail_memory(error, study->n_trials * sizeof *configs, "the trials");
    for (size_t i = 0; i < study->n_trials; i++)
        configs[i] = study->trials[i].config;
    *ret_configs = configs;
    return 0;
}

static int prepare(const struct mf__study *study, uint64_t max_rows, struct mf__parts **ret_parts,
                   mf_error *error)
{
    struct mf__ground ground = study->request.ground;
    struct mf__config *configs = NULL;
    ground.max_rows = max_rows;
    int code = copy_configs(study, &configs, error);
    if (code == 0)
        code = mf__parts_new(&ground, configs, study->n_trials, ret_parts, error);
    mf__free(configs);
    return code;
}

/* Trials must also fit the few rows of the first rung. */
static int check_first_rung(const struct mf__study *study, mf_error *error)
{
    struct mf__parts *parts = NULL;
    if (study->n_rungs < 2 || study->request.halving.resource != MF__RESOURCE_ROWS)
        return 0;
    int code = prepare(study, study->rungs[0].resource, &parts, error);
    if (code == 0)
        code = mf__study_check_trials(study, parts, error);
    mf__parts_free(parts);
    if (code != 0)
        mf__fail_within(error, code, "the first rung, of %llu rows",
                        (unsigned long long)study->rungs[0].resource);
    return code;
}

static int plan_rungs(struct mf__study *study, mf_error *error)
{
    const struct mf__study_request *request = &study->request;
    if (request->strategy != MF__HALVING)
        return 0;
    bool rows = request->halving.resource == MF__RESOURCE_ROWS;
    size_t n_classes = study->facts.n_classes;
    const struct mf__halving_size size = {.n_candidates = study->n_trials,
                                          .least = !rows           ? 1
                                                   : n_classes > 0 ? 2 * n_classes
                                                                   : 2,
                                          .most = rows ? study->facts.train
                                                       : request->config.forest.n_estimators};
    int code = mf__halving_plan(&request->halving, &size, &study->rungs, &study->n_rungs, error);
    return code == 0 ? check_first_rung(study, error) : code;
}

static int make_room(struct mf__study *study, mf_error *error)
{
    size_t each = study->facts.n_folds * MF_METRICS;
    study->folds =
        mf__new(study->n_trials * study->facts.n_folds, MF_METRICS * sizeof *study->folds);
    if (study->folds == NULL)
        return mf__fail_memory(error, study->n_trials * each * sizeof *study->folds,
                               "the scores of the trials");
    for (size_t i = 0; i < study->n_trials * each; i++)
        study->folds[i] = (double)NAN;
    for (size_t i = 0; i < study->n_trials; i++)
        study->trials[i].folds = study->folds + i * each;
    study->n_steps = study->n_rungs > 0 ? 0 : study->n_trials;
    for (size_t i = 0; i < study->n_rungs; i++)
        study->n_steps += study->rungs[i].n_trials;
    return 0;
}

static int digest_table(struct mf__study *study, mf_error *error)
{
    unsigned char digest[MF__TABLE_DIGEST_BYTES];
    int code = mf__table_digest(study->request.ground.table, digest, error);
    for (size_t i = 0; i < sizeof digest && code == 0; i++)
        snprintf(study->data_digest + 2 * i, 3, "%02x", digest[i]);
    return code;
}

static int open_parts(struct mf__study *study, mf_error *error)
{
    uint64_t begun_ns = now(study);
    int code = prepare(study, study->request.ground.max_rows, &study->parts, error);
    study->prepare_ns = now(study) - begun_ns;
    if (code == 0)
        study->facts = mf__parts_facts(study->parts);
    return code;
}

int mf__study_open(const struct mf__study_request *request, struct mf__study *ret_study,
                   mf_error *error)
{
    struct mf__study *study = ret_study;
    *study = (struct mf__study){.request = *request};
    int code = mf__study_check_request(request, error);
    if (code == 0)
        code = combine(study, error);
    if (code == 0)
        code = make_trials(study, error);
    if (code == 0)
        code = mf__study_check_bags(study, error);
    if (code == 0)
        code = open_parts(study, error);
    if (code == 0)
        code = mf__study_check_metrics(study, error);
    if (code == 0)
        code = mf__study_check_trials(study, study->parts, error);
    if (code == 0)
        code = plan_rungs(study, error);
    if (code == 0)
        code = make_room(study, error);
    if (code == 0)
        code = digest_table(study, error);
    return code;
}

void mf__study_done(struct mf__study *study)
{
    mf__parts_free(study->parts);
    mf__combinations_done(&study->combinations);
    mf__free(study->trials);
    mf__free(study->order);
    mf__free(study->folds);
    mf__free(study->rungs);
    mf_ledger_done(&study->ledger);
    *study = (struct mf__study){0};
}

/* ---- planning ---- */

int mf__study_plan(struct mf__study *study, mf_error *error)
{
    struct mf__study_run run = {.study = study, .clock = clock_of(study)};
    struct mf__round round = {0};
    struct mf__parts *parts = NULL;
    struct mf__plan *plan = NULL;
    size_t *trials = mf__new(study->n_trials, sizeof *trials);
    if (trials == NULL)
        return mf__fail_memory(error, study->n_trials * sizeof *trials, "the trials");
    for (size_t i = 0; i < study->n_trials; i++)
        trials[i] = i;
    int code = mf__round_open(&run, 0, trials, study->n_trials, &round, error);
    if (code == 0 && round.max_rows != study->request.ground.max_rows)
        code = prepare(study, round.max_rows, &parts, error);
    const struct mf__plan_request request = {.configs = round.configs,
                                             .n_trials = round.n,
                                             .parts = parts != NULL ? parts : study->parts,
                                             .share = study->request.share};
    if (code == 0)
        code = mf__plan_new(&request, &plan, error);
    if (code == 0)
        study->plan = plan->counts;
    mf__plan_free(plan);
    mf__parts_free(parts);
    mf__round_done(&round);
    mf__free(trials);
    return code;
}

/* ---- running ---- */

static int begin_journal(struct mf__study_run *run, mf_error *error)
{
    struct mf__study_card *card = NULL;
    if (run->journal == NULL)
        return 0;
    uint64_t begun_ns = now(run->study);
    int code = mf__study_card_new(run->study, &card, error);
    if (code == 0)
        code =
            mf__journal_study(run->journal, mf__study_card_of(card), &run->study->resumed, error);
    mf__study_card_free(card);
    run->study->journal_ns += now(run->study) - begun_ns;
    return code;
}

static int end_journal(struct mf__study_run *run, mf_error *error)
{
    const struct mf__study *study = run->study;
    if (run->journal == NULL || run->ended)
        return 0;
    return mf__journal_end(run->journal, study->resumed.study,
                           study->end == MF__STUDY_DONE ? "done" : "stopped", error);
}

/* Trials that all rank alike agree with no order. Scores that are not there are another matter. */
static double agreement_of(double correlation, const double *before, const double *after, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isnan(before[i]) || isnan(after[i]))
            return (double)NAN;
    return n > 1 && isnan(correlation) ? 0 : correlation;
}

/* How the ranks of the trials that went on from the last rung agree with the new ones. */
static int compare_rungs(struct mf__study *study, const struct mf__round *round,
                         const double *before, mf_error *error)
{
    int metric = study->request.metrics[0];
    double *after = mf__new(round->n, sizeof *after);
    if (after == NULL)
        return mf__fail_memory(error, round->n * sizeof *after, "ranks");
    for (size_t i = 0; i < round->n; i++)
        after[i] = study->trials[round->trials[i]].mean[metric];
    double correlation = 0;
    int code = mf__spearman(before, after, round->n, &correlation, error);
    if (code == 0)
        study->rungs[round->rung - 1].agreement =
            agreement_of(correlation, before, after, round->n);
    mf__free(after);
    return code;
}

/* Keeps the best of a rung in `trials`, and their scores there in `before`. */
static int choose(struct mf__study *study, const struct mf__round *round, double *before,
                  mf_error *error)
{
    struct mf__rung *rung = &study->rungs[round->rung];
    const struct mf__contest contest = {.trials = round->trials,
                                        .n = round->n,
                                        .scores = round->scores,
                                        .n_folds = study->facts.n_folds,
                                        .metric = study->request.metrics[0]};
    size_t n_next = study->rungs[round->rung + 1].n_trials;
    int code = mf__halving_choose(&contest, n_next, rung, error);
    for (size_t i = 0; i < n_next && code == 0; i++)
        before[i] = study->trials[round->trials[i]].mean[contest.metric];
    return code;
}

static int run_rounds(struct mf__study_run *run, size_t *trials, double *before, mf_error *error)
{
    struct mf__study *study = run->study;
    size_t n_rounds = study->n_rungs > 0 ? study->n_rungs : 1;
    int code = 0;
    for (size_t i = 0; i < n_rounds && code == 0 && study->end == MF__STUDY_DONE; i++) {
        size_t n = study->n_rungs > 0 ? study->rungs[i].n_trials : study->n_trials;
        struct mf__round round;
        code = mf__round_open(run, i, trials, n, &round, error);
        if (code == 0)
            code = mf__round_run(&round, error);
        bool whole = code == 0 && round.n_left == 0;
        if (whole && i > 0)
            code = compare_rungs(study, &round, before, error);
        if (whole && code == 0 && i + 1 < n_rounds)
            code = choose(study, &round, before, error);
        mf__round_done(&round);
    }
    return code;
}

static int run_and_rank(struct mf__study_run *run, mf_error *error)
{
    struct mf__study *study = run->study;
    size_t n = study->n_trials;
    size_t *trials = mf__new(n, sizeof *trials);
    double *before = mf__new(n, sizeof *before);
    struct mf__ranked_score *room = mf__new(n, sizeof *room);
    int code = trials == NULL || before == NULL || room == NULL
                   ? mf__fail_memory(error, n * sizeof *room, "the ranks of the trials")
                   : begin_journal(run, error);
    for (size_t i = 0; i < n && code == 0; i++)
        trials[i] = i;
    if (code == 0)
        code = run_rounds(run, trials, before, error);
    if (room != NULL)
        mf__study_rank(study, room);
    if (code == 0)
        code = end_journal(run, error);
    mf__free(room);
    mf__free(before);
    mf__free(trials);
    return code;
}

int mf__study_run(struct mf__study *study, mf_pool *pool, const mf_run_options *options,
                  const struct mf__study_watcher *watcher, struct mf__journal *journal,
                  mf_error *error)
{
    struct mf__study_run run = {.study = study,
                                .pool = pool,
                                .options = options,
                                .watcher = watcher,
                                .journal = journal,
                                .clock = clock_of(study),
                                .begun_ns = now(study),
                                .lock = PTHREAD_MUTEX_INITIALIZER};
    uint64_t prepared_ns = study->prepare_ns;
    mf_error unheard;
    study->plan = (struct mf__plan_counts){0};
    int code = run_and_rank(&run, error != NULL ? error : &unheard);
    study->run_ns = now(study) - run.begun_ns - (study->prepare_ns - prepared_ns);
    pthread_mutex_destroy(&run.lock);
    return code;
}
