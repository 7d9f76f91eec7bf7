/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A result goes through three states: finished, kept by the journal, safe. Writing to the disk
 * takes milliseconds, on some disks many, and results may come faster; so they are written
 * together: when the last time is a while ago, so long that writing takes a fiftieth of the time at
 * most, and at the end. Trials are told of only then, so that whatever was told is there after a
 * crash.
 *
 * Limits are looked at when a unit is finished and when progress is shown. The caller's request to
 * stop goes to the workers as it is, unless there is a limit of time, which needs a request of its
 * own; the caller's is then passed on.
 */
#include "tune/study_round.h"

#include "base/memory.h"
#include "base/status.h"
#include "tune/parts.h"
#include "tune/ranks.h"
#include "tune/study_key.h"

#include <math.h>
#include <string.h>

#define PAUSE_NS      (200 * MF__NS_PER_MS) /* between two writes, at least */
#define LONG_PAUSE_NS (2 * MF__NS_PER_S)    /* and at most, however long they take */
#define PAUSE_FACTOR  50                    /* how much longer the pause is than the write */

static uint64_t now(const struct mf__study_run *run)
{
    return run->clock->now(run->clock->user);
}

/* ---- making ---- */

static void choose_resource(struct mf__round *round)
{
    const struct mf__study *study = round->run->study;
    const struct mf__study_request *request = &study->request;
    bool halves = request->strategy == MF__HALVING;
    bool rows = halves && request->halving.resource == MF__RESOURCE_ROWS;
    round->is_last = !halves || round->rung + 1 == study->n_rungs;
    round->max_rows =
        rows && !round->is_last ? study->rungs[round->rung].resource : request->ground.max_rows;
    for (size_t i = 0; i < round->n; i++) {
        round->configs[i] = study->trials[round->trials[i]].config;
        if (halves && !rows)
            round->configs[i].forest.n_estimators = study->rungs[round->rung].resource;
    }
}

int mf__round_open(struct mf__study_run *run, size_t rung, size_t *trials, size_t n,
                   struct mf__round *ret_round, mf_error *error)
{
    size_t n_folds = run->study->facts.n_folds;
    struct mf__round *round = ret_round;
    *round = (struct mf__round){.run = run,
                                .rung = rung,
                                .n = n,
                                .n_left = n,
                                .trials = trials,
                                .configs = mf__new(n, sizeof *round->configs),
                                .scores = mf__new(n * n_folds, MF_METRICS * sizeof *round->scores),
                                .seconds = mf__new(n, sizeof *round->seconds),
                                .never_out = mf__new(n, sizeof *round->never_out),
                                .left = mf__new(n, sizeof *round->left),
                                .wanted = mf__new(n, n_folds),
                                .unsafe = mf__new(n, sizeof *round->unsafe)};
    if (round->configs == NULL || round->scores == NULL || round->seconds == NULL ||
        round->never_out == NULL || round->left == NULL || round->wanted == NULL ||
        round->unsafe == NULL)
        return mf__fail_memory(error, n * n_folds * MF_METRICS * sizeof *round->scores,
                               "the scores of the trials");
    choose_resource(round);
    memset(round->wanted, 1, n * n_folds);
    for (size_t i = 0; i < n; i++)
        round->left[i] = n_folds;
    for (size_t i = 0; i < n * n_folds * MF_METRICS; i++)
        round->scores[i] = (double)NAN;
    return 0;
}

void mf__round_done(struct mf__round *round)
{
    mf__free(round->configs);
    mf__free(round->scores);
    mf__free(round->seconds);
    mf__free(round->never_out);
    mf__free(round->left);
    mf__free(round->wanted);
    mf__free(round->unsafe);
    *round = (struct mf__round){0};
}

/* ---- trials ---- */

static void set_state(struct mf__study *study, struct mf__trial *trial, int state)
{
    study->n_done += trial->state == MF__TRIAL_OPEN;
    study->n_kept -= trial->state == MF__TRIAL_KEPT;
    study->n_kept += state == MF__TRIAL_KEPT;
    trial->state = state;
}

/* All folds of a trial are there. */
static void complete(struct mf__round *round, size_t place, int state)
{
    struct mf__study *study = round->run->study;
    struct mf__trial *trial = &study->trials[round->trials[place]];
    size_t n = study->facts.n_folds * MF_METRICS;
    memcpy(trial->folds, round->scores + place * n, n * sizeof *trial->folds);
    for (size_t metric = 0; metric < MF_METRICS; metric++)
        mf__folds_mean(trial->folds + metric, study->facts.n_folds, &trial->mean[metric],
                       &trial->deviation[metric]);
    trial->rung = round->rung;
    trial->resource = study->n_rungs > 0 ? study->rungs[round->rung].resource : 0;
    trial->seconds += round->seconds[place];
    trial->never_out = round->never_out[place];
    set_state(study, trial, state);
    study->n_steps_done++;
    study->n_steps_kept += state == MF__TRIAL_KEPT;
    round->n_left--;
}

/* Takes one result; whether it was the last of its trial. */
static bool take(struct mf__round *round, const struct mf__unit_result *result)
{
    size_t n_folds = round->run->study->facts.n_folds;
    size_t unit = result->trial * n_folds + result->fold;
    memcpy(round->scores + unit * MF_METRICS, result->scores, sizeof result->scores);
    round->seconds[result->trial] += result->seconds;
    round->never_out[result->trial] += result->never_out;
    round->wanted[unit] = 0;
    return --round->left[result->trial] == 0;
}

static void tell(struct mf__round *round)
{
    const struct mf__study_run *run = round->run;
    for (size_t i = 0; i < round->n_unsafe; i++)
        if (run->watcher != NULL && run->watcher->finished != NULL)
            run->watcher->finished(run->watcher->user, run->study, round->trials[round->unsafe[i]]);
    round->n_unsafe = 0;
}

static bool is_cancelled(const struct mf__study_run *run)
{
    return run->options != NULL && mf_cancel_requested(run->options->cancel);
}

/* ---- the journal ---- */

/* What a list shows of a trial: the same for all its folds, and another one for each rung. */
static void label_trial(const struct mf__round *round, size_t place, struct mf__buffer *label)
{
    const struct mf__study *study = round->run->study;
    bool rows = study->request.halving.resource == MF__RESOURCE_ROWS;
    if (study->request.space->n == 0)
        mf__buffer_put(label, "the only trial");
    mf__trial_show(study, study->trials[round->trials[place]].values, label);
    if (study->n_rungs > 0)
        mf__buffer_print(label, " %s=%llu", rows ? "rows" : "trees",
                         (unsigned long long)study->rungs[round->rung].resource);
}

static int put(struct mf__round *round, const struct mf__unit_result *result, const char *payload,
               mf_error *error)
{
    struct mf__study *study = round->run->study;
    const struct mf__unit unit = {&round->configs[result->trial], result->fold, round->max_rows};
    struct mf__buffer label = {0}, room = {0};
    unsigned char key[MF__KEY_BYTES];
    int code = mf__unit_key(study, &unit, &room, key, error);
    label_trial(round, result->trial, &label);
    if (code == 0)
        code = mf__buffer_check(&label, error);
    if (code == 0)
        code = mf__journal_put(round->run->journal, study->resumed.study, key,
                               mf__buffer_text(&label), payload, error);
    mf__buffer_done(&label);
    mf__buffer_done(&room);
    round->run->waits = true;
    return code;
}

static int keep(struct mf__round *round, const struct mf__unit_result *result, mf_error *error)
{
    struct mf__buffer payload = {0};
    mf__unit_write(result, &payload);
    int code = mf__buffer_check(&payload, error);
    if (code == 0)
        code = put(round, result, mf__buffer_text(&payload), error);
    mf__buffer_done(&payload);
    return code;
}

/* Writes what waits; what the study ends with is written with its last results. */
static int write_journal(struct mf__round *round, mf_error *error)
{
    struct mf__study_run *run = round->run;
    if (run->journal == NULL || !run->waits)
        return 0;
    if (round->n_left > 0 || !round->is_last)
        return mf__journal_flush(run->journal, error);
    int code = mf__journal_end(run->journal, run->study->resumed.study, "done", error);
    run->ended = code == 0;
    return code;
}

/* Has everything on the disk, then tells of it. */
static int make_safe(struct mf__round *round, mf_error *error)
{
    struct mf__study_run *run = round->run;
    uint64_t begun_ns = now(run);
    int code = write_journal(round, error);
    run->written_ns = now(run);
    uint64_t pause_ns = (run->written_ns - begun_ns) * PAUSE_FACTOR;
    pause_ns = pause_ns < LONG_PAUSE_NS ? pause_ns : LONG_PAUSE_NS;
    run->pause_ns = pause_ns > PAUSE_NS ? pause_ns : PAUSE_NS;
    if (code != 0)
        return code;
    run->waits = false;
    tell(round);
    return 0;
}

static bool is_time_to_write(const struct mf__study_run *run)
{
    return run->journal == NULL || now(run) - run->written_ns >= run->pause_ns;
}

/* A unit that is in the journal, perhaps of another study, is listed for this one as well. */
static int find(struct mf__round *round, size_t place, size_t fold, mf_error *error)
{
    const struct mf__study_run *run = round->run;
    const struct mf__unit unit = {&round->configs[place], fold, round->max_rows};
    struct mf__unit_result result = {.trial = place, .fold = fold};
    struct mf__buffer payload = {0}, room = {0};
    unsigned char key[MF__KEY_BYTES];
    int found = 0;
    int code = mf__unit_key(run->study, &unit, &room, key, error);
    if (code == 0)
        found = mf__journal_find(run->journal, key, &payload, error);
    if (found < 0)
        code = found;
    if (code == 0 && found > 0)
        code = mf__unit_read(mf__buffer_text(&payload), &result, error);
    if (code == 0 && found > 0)
        code = put(round, &result, mf__buffer_text(&payload), error);
    if (code == 0 && found > 0 && take(round, &result))
        complete(round, place, MF__TRIAL_KEPT);
    mf__buffer_done(&payload);
    mf__buffer_done(&room);
    return code;
}

/* A million trials take a while to find, in which the caller may want to stop. A limit of time may
 * not: what is there is never left out of the best so far. */
static int look_up(struct mf__round *round, mf_error *error)
{
    struct mf__study *study = round->run->study;
    uint64_t begun_ns = now(round->run);
    int code = 0;
    for (size_t place = 0; place < round->n && code == 0 && !is_cancelled(round->run); place++)
        for (size_t fold = 0; fold < study->facts.n_folds && code == 0; fold++)
            code = find(round, place, fold, error);
    study->journal_ns += now(round->run) - begun_ns;
    return code;
}

/* ---- while it runs ---- */

static bool stop(struct mf__study_run *run, int end)
{
    run->study->end = end;
    mf_cancel_request(&run->cancel);
    return true;
}

/* Whether it is time to stop, also because the caller wants it. */
static bool is_over(const struct mf__round *round)
{
    struct mf__study_run *run = round->run;
    const struct mf__study_request *request = &run->study->request;
    if (run->study->end != MF__STUDY_DONE)
        return true;
    if (round->n_left == 0 && round->is_last)
        return false;
    if (is_cancelled(run))
        return stop(run, MF__STUDY_CANCELLED);
    if (request->max_trials > 0 && run->n_finished >= request->max_trials)
        return stop(run, MF__STUDY_TRIALS);
    if (request->max_ns > 0 && now(run) - run->begun_ns >= request->max_ns)
        return stop(run, MF__STUDY_TIME);
    return false;
}

/* The journal failed: whoever runs sees it at the next unit at the latest. */
static int fail_run(struct mf__study_run *run, int code, const mf_error *error)
{
    run->failure = *error;
    run->failure.code = code;
    mf_cancel_request(&run->cancel);
    return code;
}

static int take_finished(struct mf__round *round, const struct mf__unit_result *result,
                         mf_error *error)
{
    struct mf__study_run *run = round->run;
    uint64_t begun_ns = now(run);
    int code = run->failure.code;
    if (code == 0 && run->journal != NULL)
        code = keep(round, result, error);
    if (code != 0)
        return code;
    run->study->n_units_run++;
    if (take(round, result)) {
        complete(round, result->trial, MF__TRIAL_DONE);
        round->unsafe[round->n_unsafe++] = result->trial;
        run->n_finished++;
    }
    if (is_time_to_write(run))
        code = make_safe(round, error);
    if (run->journal != NULL)
        run->study->journal_ns += now(run) - begun_ns;
    return code;
}

static int unit_finished(void *user, const struct mf__unit_result *result, mf_error *error)
{
    struct mf__round *round = user;
    struct mf__study_run *run = round->run;
    pthread_mutex_lock(&run->lock);
    mf_error why = run->failure;
    int code = take_finished(round, result, &why);
    if (code != 0) {
        fail_run(run, code, &why);
        mf__fail(error, code, "%s", why.text);
    } else if (is_over(round)) {
        code = mf__fail(error, MF_E_CANCELLED, "the search was stopped");
    }
    pthread_mutex_unlock(&run->lock);
    return code;
}

static void show_progress(void *user, uint64_t items_done, uint64_t n_items)
{
    struct mf__round *round = user;
    struct mf__study_run *run = round->run;
    mf_error error;
    pthread_mutex_lock(&run->lock);
    if (run->failure.code == 0 && run->waits && is_time_to_write(run)) {
        int code = make_safe(round, &error);
        if (code != 0)
            fail_run(run, code, &error);
    }
    is_over(round);
    if (run->options != NULL && run->options->progress != NULL)
        run->options->progress(run->options->progress_user, items_done, n_items);
    pthread_mutex_unlock(&run->lock);
}

/* ---- running ---- */

static void add_counts(struct mf__plan_counts *sum, const struct mf__plan_counts *more)
{
    sum->trials += more->trials;
    sum->units += more->units;
    sum->trees_asked += more->trees_asked;
    sum->trees_planned += more->trees_planned;
    sum->items += more->items;
    if (sum->result_bytes < more->result_bytes)
        sum->result_bytes = more->result_bytes;
}

static int run_batch(struct mf__round *round, struct mf__tune_batch *batch, mf_error *error)
{
    struct mf__study_run *run = round->run;
    const mf_cancel *theirs = run->options != NULL ? run->options->cancel : NULL;
    bool own = theirs == NULL || run->study->request.max_ns > 0;
    const mf_run_options options = {
        .progress = show_progress, .progress_user = round, .cancel = own ? &run->cancel : theirs};
    mf_ledger_done(&run->study->ledger);
    run->written_ns = now(run);
    run->pause_ns = PAUSE_NS;
    int code = mf__batch_run(batch, run->pool, &options, &run->study->ledger, error);
    run->study->trees_grown += mf__batch_grown(batch);
    if (run->failure.code != 0) {
        *error = run->failure;
        return run->failure.code;
    }
    /* What is finished is kept, whatever else went wrong. */
    mf_error other;
    uint64_t begun_ns = now(run);
    int safe = make_safe(round, &other);
    run->study->journal_ns += run->journal != NULL ? now(run) - begun_ns : 0;
    if (safe != 0) {
        *error = other;
        return safe;
    }
    /* A limit may have been met while the last item was on its way. */
    bool is_whole = round->is_last && round->n_left == 0;
    if (is_whole)
        run->study->end = MF__STUDY_DONE;
    return code == MF_E_CANCELLED && (is_whole || is_over(round)) ? 0 : code;
}

/* Prepares the rows of a rung that does not get all. */
static int prepare(const struct mf__round *round, struct mf__parts **ret_parts, mf_error *error)
{
    const struct mf__study *study = round->run->study;
    struct mf__ground ground = study->request.ground;
    if (round->max_rows == ground.max_rows)
        return 0;
    ground.max_rows = round->max_rows;
    int code = mf__parts_new(&ground, round->configs, round->n, ret_parts, error);
    if (code != 0)
        mf__fail_within(error, code, "a rung of %llu rows", (unsigned long long)round->max_rows);
    return code;
}

static int run_rest(struct mf__round *round, mf_error *error)
{
    struct mf__study *study = round->run->study;
    const struct mf__unit_watcher watcher = {unit_finished, round};
    struct mf__parts *parts = NULL;
    struct mf__plan *plan = NULL;
    struct mf__tune_batch *batch = NULL;
    uint64_t begun_ns = now(round->run);
    int code = prepare(round, &parts, error);
    const struct mf__plan_request request = {.configs = round->configs,
                                             .n_trials = round->n,
                                             .parts = parts != NULL ? parts : study->parts,
                                             .wanted = round->wanted,
                                             .share = study->request.share,
                                             .soonest_first = study->request.max_ns > 0};
    if (code == 0)
        code = mf__plan_new(&request, &plan, error);
    if (code == 0) {
        add_counts(&study->plan, &plan->counts);
        code = mf__batch_new(plan, &watcher, &batch, error);
    }
    study->prepare_ns += now(round->run) - begun_ns;
    if (code == 0)
        code = run_batch(round, batch, error);
    mf__batch_free(batch);
    mf__plan_free(plan);
    mf__parts_free(parts);
    return code;
}

int mf__round_run(struct mf__round *round, mf_error *error)
{
    int code = round->run->journal != NULL ? look_up(round, error) : 0;
    if (code == 0 && round->n_left > 0 && !is_over(round))
        code = run_rest(round, error);
    else if (code == 0)
        code = make_safe(round, error);
    return code;
}
