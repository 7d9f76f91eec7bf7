/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/registry.h"
#include "demo/stage.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define SEED      UINT64_C(7)
#define GROUPINGS 64   /* as 1 .. 64 workers would make them */
#define BLOCK     4096 /* numbers in a block that depends on no worker */

enum { TIME, ANSWERS, ERROR };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time of one", MF__DEMO_NS},
    [ANSWERS] = {"answers", "answers", MF__DEMO_COUNT},
    [ERROR] = {"error_ulp", "largest error, in last places", MF__DEMO_FACTOR},
};

enum { BY_WORKER, BY_ARRIVAL, FIXED, COMPENSATED };

struct numbers {
    float *values;
    size_t n;
    double exact; /* all but: added as doubles, whose error is far below a float's last place */
    float least;  /* of the answers by worker */
    float most;
};

static float add_plainly(const float *values, size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum;
}

/* Neumaier (1974): what each addition loses is added up apart, and comes back at the end. */
static float add_with_care(const float *values, size_t n)
{
    float sum = 0;
    float lost = 0;
    for (size_t i = 0; i < n; i++) {
        float next = sum + values[i];
        lost +=
            fabsf(sum) >= fabsf(values[i]) ? (sum - next) + values[i] : (values[i] - next) + sum;
        sum = next;
    }
    return sum + lost;
}

/* As many blocks as workers, as even as can be. */
static float by_worker(const struct numbers *numbers, size_t workers,
                       float (*add)(const float *values, size_t n))
{
    float parts[GROUPINGS];
    for (size_t i = 0; i < workers; i++) {
        size_t from = numbers->n * i / workers;
        parts[i] = add(numbers->values + from, numbers->n * (i + 1) / workers - from);
    }
    return add(parts, workers);
}

/* Blocks that do not depend on the workers, added as they come in: here in an order by chance. */
static float by_arrival(const struct numbers *numbers, struct mf__random *random)
{
    size_t order[GROUPINGS];
    float sum = 0;
    mf__random_order(random, order, GROUPINGS);
    for (size_t i = 0; i < GROUPINGS; i++)
        sum += add_plainly(numbers->values + numbers->n / GROUPINGS * order[i],
                           numbers->n / GROUPINGS);
    return sum;
}

static int run_block(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    const struct numbers *numbers = *(const struct numbers **)user;
    size_t from = (size_t)item * BLOCK;
    float sum = add_plainly(numbers->values + from, BLOCK);
    (void)worker;
    (void)error;
    memcpy(ret_result, &sum, sizeof sum);
    return 0;
}

/* What the engine adds to, in the order of the items. */
struct folding {
    const struct numbers *numbers; /* first, for run_block */
    float sum;
};

static int fold(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct folding *folding = user;
    float part = 0;
    (void)item;
    (void)error;
    memcpy(&part, result, sizeof part);
    folding->sum += part;
    return 0;
}

/* The same blocks on a real pool, whose results are combined in the order of the items. */
static int by_pool(const struct numbers *numbers, unsigned workers, float *ret_sum, mf_error *error)
{
    struct folding folding = {.numbers = numbers};
    const mf_work work = {.n_items = numbers->n / BLOCK,
                          .result_bytes = sizeof(float),
                          .run = run_block,
                          .combine = fold,
                          .user = &folding};
    struct mf__timed timed;
    int code = mf__stage_run("threads", workers, &work, &timed, error);
    *ret_sum = folding.sum;
    return code;
}

static size_t different(float *answers, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < found && memcmp(&answers[k], &answers[i], sizeof *answers) != 0)
            k++;
        if (k == found)
            answers[found++] = answers[i];
    }
    return found;
}

static int sum_once(struct numbers *numbers, uint64_t how, size_t workers,
                    struct mf__random *random, float *ret_sum, mf_error *error)
{
    if (how == FIXED)
        return by_pool(numbers, (unsigned)(workers - 1) % 8 + 1, ret_sum, error);
    if (how == BY_ARRIVAL)
        *ret_sum = by_arrival(numbers, random);
    else
        *ret_sum = by_worker(numbers, workers, how == COMPENSATED ? add_with_care : add_plainly);
    return 0;
}

static void note(struct numbers *numbers, uint64_t how, const float *answers, double *ret_figures)
{
    double last_place = (double)FLT_EPSILON * exp2(floor(log2(numbers->exact)));
    double error = 0;
    for (size_t i = 0; i < GROUPINGS; i++) {
        error = fmax(error, fabs((double)answers[i] - numbers->exact) / last_place);
        if (how == BY_WORKER) {
            numbers->least = i == 0 ? answers[i] : fminf(numbers->least, answers[i]);
            numbers->most = i == 0 ? answers[i] : fmaxf(numbers->most, answers[i]);
        }
    }
    ret_figures[ERROR] = error;
}

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    struct numbers *numbers = stage->user;
    struct mf__random random = {SEED};
    float answers[GROUPINGS] = {0};
    int code = 0;
    uint64_t start = mf__now_ns();
    for (size_t i = 0; i < GROUPINGS && code == 0; i++)
        code = sum_once(numbers, self->number, i + 1, &random, &answers[i], error);
    ret_figures[TIME] = (double)(mf__now_ns() - start) / GROUPINGS;
    note(numbers, self->number, answers, ret_figures);
    size_t found = different(answers, GROUPINGS);
    ret_figures[ANSWERS] = (double)found;
    if (code == 0 && self->number == FIXED && found != 1)
        return mf__fail(error, MF_E_DIFFER, "%zu answers from fixed blocks", found);
    return code;
}

static void say(struct mf__stage *stage)
{
    const struct numbers *numbers = stage->user;
    double answers = mf__stage_figure(stage, BY_WORKER, ANSWERS)->mid;
    mf__stage_found(stage, answers > 1);
    mf__stage_say(
        stage,
        "One block for each of 1 to %d workers gave %s different sums of the same "
        "numbers, from %s to %s; exactly it is %s.",
        GROUPINGS, mf__show_fixed(answers, 0).text, mf__show_fixed((double)numbers->least, 2).text,
        mf__show_fixed((double)numbers->most, 2).text, mf__show_fixed(numbers->exact, 2).text);
    mf__stage_say(stage,
                  "Blocks that depend on the problem alone, combined in their order, gave one sum "
                  "with each of 1 to 8 workers. Compensated addition with a block for each worker "
                  "gave %s, none of them more than %s last places away.",
                  mf__show_fixed(mf__stage_figure(stage, COMPENSATED, ANSWERS)->mid, 0).text,
                  mf__show_fixed(mf__stage_figure(stage, COMPENSATED, ERROR)->mid, 1).text);
}

static int fill(struct numbers *numbers, mf_error *error)
{
    struct mf__random random = {SEED};
    numbers->values = mf__new(numbers->n, sizeof *numbers->values);
    if (numbers->values == NULL)
        return mf__fail_memory(error, numbers->n * sizeof *numbers->values, "numbers to add");
    for (size_t i = 0; i < numbers->n; i++) {
        numbers->values[i] = (float)(mf__random_next(&random) >> 40) / (float)(1 << 24);
        numbers->exact += (double)numbers->values[i];
    }
    return 0;
}

static int play(struct mf__stage *stage, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[BY_WORKER] = {"a block for each worker", .take = take, .number = BY_WORKER},
                  [BY_ARRIVAL] = {"64 blocks as they come in", .take = take, .number = BY_ARRIVAL},
                  [FIXED] = {"fixed blocks, combined in order", .take = take, .number = FIXED},
                  [COMPENSATED] = {"compensated, a block each", .take = take,
                                   .number = COMPENSATED}},
        .n = 4,
    };
    struct numbers numbers = {.n = (size_t)mf__stage_size(stage, 1 << 19, 1 << 14)};
    int code = fill(&numbers, error);
    stage->user = &numbers;
    if (code == 0)
        code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    mf__free(numbers.values);
    return code;
}

const struct mf__demo mf__demo_float_order = {
    .name = "float-order",
    .summary = "a sum of floats depends on how it is shared out",
    .what = "The same floats between 0 and 1 are added in 64 groupings of each kind, and the "
            "different sums are counted.",
    .play = play,
};
