/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/status.h"
#include "demo/grains.h"
#include "demo/registry.h"
#include "report/figures.h"

#define LEAST_BYTES   ((size_t)64 << 20)
#define MOST_BYTES    ((size_t)256 << 20)
#define MEMORY_SHARES 8 /* the array takes no more than this part of the memory */

enum { TIME, RATE, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [RATE] = {"gigabytes_per_second", "GB/s", MF__DEMO_RATE},
    [SPEEDUP] = {"speedup", "speedup", MF__DEMO_FASTER},
};

struct array {
    uint64_t *values;
    size_t n;
    unsigned workers; /* of the run that is under way */
    uint64_t sum;
    struct mf__grains grains; /* arithmetic to compare with */
};

static int sum_part(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    const struct array *array = user;
    size_t end = array->n * ((size_t)item + 1) / array->workers;
    uint64_t sum = 0;
    (void)worker;
    (void)error;
    for (size_t i = array->n * (size_t)item / array->workers; i < end; i++)
        sum += array->values[i];
    *(uint64_t *)ret_result = sum;
    return 0;
}

static int add_part(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct array *array = user;
    (void)item;
    (void)error;
    array->sum += *(const uint64_t *)result;
    return 0;
}

static int take_array(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                      mf_error *error)
{
    struct array *array = stage->user;
    const mf_work work = {.n_items = self->workers,
                          .result_bytes = sizeof(uint64_t),
                          .run = sum_part,
                          .combine = add_part,
                          .user = array};
    struct mf__timed timed;
    array->workers = self->workers;
    array->sum = 0;
    int code = mf__stage_run("threads", self->workers, &work, &timed, error);
    if (code == 0 && array->sum != (uint64_t)array->n / 2 * (array->n - 1))
        code = mf__fail(error, MF_E_DIFFER, "the sum of the array is wrong");
    if (code != 0)
        return code;
    ret_figures[TIME] = (double)timed.wall_ns;
    ret_figures[RATE] = (double)(array->n * sizeof *array->values) / ret_figures[TIME];
    return 0;
}

static int take_arithmetic(struct mf__stage *stage, const struct mf__take *self,
                           double *ret_figures, mf_error *error)
{
    struct array *array = stage->user;
    struct mf__timed timed;
    int code = mf__grains_run(&array->grains, "threads", self->workers, &timed, error);
    if (code == 0)
        ret_figures[TIME] = (double)timed.wall_ns;
    return code;
}

static void plan(struct mf__stage *stage, struct mf__programme *programme)
{
    for (unsigned workers = 0; mf__stage_next(stage->several, &workers);) {
        struct mf__take *made = mf__programme_add(programme, "a large array, %u thread%s", workers,
                                                  workers > 1 ? "s" : "");
        made->base = 0;
        made->take = take_array;
        made->workers = workers;
    }
    size_t first = programme->n;
    for (unsigned workers = 0; mf__stage_next(stage->several, &workers);) {
        struct mf__take *made = mf__programme_add(programme, "arithmetic, %u thread%s", workers,
                                                  workers > 1 ? "s" : "");
        made->base = first;
        made->take = take_arithmetic;
        made->workers = workers;
    }
}

static void say(struct mf__stage *stage)
{
    size_t last = stage->result->n_rows - 1;
    size_t last_array = stage->result->n_rows / 2 - 1;
    const struct mf__interval *memory = mf__stage_figure(stage, last_array, SPEEDUP);
    const struct mf__interval *arithmetic = mf__stage_figure(stage, last, SPEEDUP);
    bool seen = memory->known && arithmetic->known && memory->high < arithmetic->low;
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "With %u threads, adding up an array became %s times as quick, at %s GB/s; "
                  "arithmetic that needs no memory, %s times.",
                  stage->several, mf__show_sure(memory).text,
                  mf__show_fixed(mf__stage_figure(stage, last_array, RATE)->mid, 1).text,
                  mf__show_sure(arithmetic).text);
    mf__stage_say(stage, "%s",
                  seen ? "All cores share the way to memory: once it is full, more workers wait."
                       : "Memory was not seen to limit these threads: together they did not fill "
                         "the way to it. With more cores look again.");
}

static int show(struct mf__stage *stage, struct array *array, mf_error *error)
{
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    for (size_t i = 0; i < array->n; i++)
        array->values[i] = i;
    stage->user = array;
    plan(stage, &programme);
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

/* Several times the last cache, where that is known. */
static size_t array_bytes(const struct mf__stage *stage)
{
    const mf_machine *machine = stage->machine;
    size_t bytes = (size_t)machine->l3_bytes * 4;
    size_t most = (size_t)machine->memory_bytes / MEMORY_SHARES;
    bytes = bytes < LEAST_BYTES ? LEAST_BYTES : bytes > MOST_BYTES ? MOST_BYTES : bytes;
    bytes = stage->quick ? (size_t)1 << 20 : bytes;
    return most > 0 && most < bytes ? most / 16 * 16 : bytes;
}

static int play(struct mf__stage *stage, mf_error *error)
{
    size_t bytes = array_bytes(stage);
    struct array array = {.values = mf__aligned_room(bytes),
                          .n = bytes / sizeof(uint64_t),
                          .grains = {.n = 64UL * stage->several,
                                     .steps = mf__stage_size(stage, 100000, 100),
                                     .per_item = 1}};
    if (array.values == NULL)
        return mf__fail_memory(error, bytes, "an array to be added up");
    int code = show(stage, &array, error);
    mf__free(array.values);
    return code;
}

const struct mf__demo mf__demo_memory_bandwidth = {
    .name = "memory-bandwidth",
    .summary = "cores share the way to memory: adding up an array scales less than arithmetic",
    .what = "A large array is added up by more and more threads, and beside it "
            "arithmetic runs that needs no memory.",
    .play = play,
};
