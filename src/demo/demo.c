/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo.h"

#include "base/memory.h"
#include "base/status.h"
#include "demo/registry.h"
#include "demo/stage.h"
#include "exec/isolate.h"

#include <string.h>

static const struct mf__demo *const demos[] = {
    &mf__demo_race,        &mf__demo_false_sharing,    &mf__demo_contention,
    &mf__demo_granularity, &mf__demo_imbalance,        &mf__demo_oversubscription,
    &mf__demo_float_order, &mf__demo_start_up,         &mf__demo_copy_on_write,
    &mf__demo_lock,        &mf__demo_memory_bandwidth, &mf__demo_numa,
    &mf__demo_timing,      &mf__demo_amdahl,           &mf__demo_gustafson,
    &mf__demo_crash,
};

#define N_DEMOS (sizeof demos / sizeof demos[0])

const struct mf__demo *mf__demo_at(size_t index)
{
    return index < N_DEMOS ? demos[index] : NULL;
}

/* What the child has to know. */
struct task {
    const struct mf__demo *demo;
    const struct mf__demo_settings *settings;
    struct mf__demo_result *result;
};

/* Runs in the child. Constant data stands at the same place in both processes, so pointers to it
 * may travel. */
static int play(void *user, struct mf__buffer *bytes, mf_error *error)
{
    const struct task *task = user;
    const struct mf__demo_settings *settings = task->settings;
    struct mf__stage stage = {.workers = settings->workers,
                              .several = settings->workers < 2 ? 2 : settings->workers,
                              .runs = settings->runs,
                              .budget_ns = settings->budget_ns,
                              .quick = settings->quick,
                              .machine = settings->machine,
                              .result = task->result};
    *stage.result = (struct mf__demo_result){
        .demo = task->demo, .workers = settings->workers, .runs = settings->runs};
    int code = task->demo->play(&stage, error);
    if (code == 0)
        mf__buffer_add(bytes, stage.result, sizeof *stage.result);
    return code;
}

int mf__demo_play(const struct mf__demo *demo, const struct mf__demo_settings *settings,
                  const mf_cancel *cancel, struct mf__demo_result **ret_result, mf_error *error)
{
    struct mf__isolated isolated = {0};
    struct mf__demo_result *result = mf__new(1, sizeof *result);
    if (result == NULL)
        return mf__fail_memory(error, sizeof *result, "a demonstration");
    struct task task = {demo, settings, result};
    int code = mf__isolate(play, &task, cancel, &isolated, error);
    if (code != 0) {
        mf__free(result);
        return mf__fail_within(error, code, "%s", demo->name);
    }
    memcpy(result, isolated.bytes.bytes, sizeof *result);
    mf__buffer_done(&isolated.bytes);
    *ret_result = result;
    return 0;
}
