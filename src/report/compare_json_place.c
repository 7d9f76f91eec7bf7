/* SPDX-License-Identifier: Apache-2.0 */
/* What was asked for, where it was measured, and what speaks against it. */
#include "report/compare_json.h"
#include "report/doubt_words.h"

static json_t *ways(const struct mf__comparison_request *request)
{
    json_t *array = json_array();
    for (size_t i = 0; i < request->n_ways; i++)
        mf__json_append(&array, mf__json_text(mf_way_name(request->ways[i])));
    return array;
}

static json_t *workers(const struct mf__comparison_request *request)
{
    json_t *array = json_array();
    for (size_t i = 0; i < request->n_workers; i++)
        mf__json_append(&array, mf__json_count(request->workers[i]));
    return array;
}

json_t *mf__json_request(const struct mf__comparison *comparison)
{
    const struct mf__comparison_request *request = &comparison->request;
    json_t *object = json_object();
    mf__json_put(&object, "ways", ways(request));
    mf__json_put(&object, "workers", workers(request));
    mf__json_put(&object, "cores", mf__json_count(request->cores));
    mf__json_put(&object, "weak", json_boolean(request->weak));
    mf__json_put(&object, "break_even", json_boolean(request->break_even));
    mf__json_put(&object, "confidence", mf__json_real(MF__CONFIDENCE));
    mf__json_put(&object, "half_width", mf__json_real(request->half_width));
    mf__json_put(&object, "budget_ns", mf__json_count(request->budget_ns));
    mf__json_put(&object, "warmup_rounds", mf__json_count(request->warmups));
    mf__json_put(&object, "min_rounds", mf__json_count(request->min_rounds));
    mf__json_put(&object, "max_rounds", mf__json_count(request->max_rounds));
    mf__json_put(&object, "min_sample_ns", mf__json_count(request->min_sample_ns));
    mf__json_put(&object, "resamples", mf__json_count(request->resamples));
    return object;
}

json_t *mf__json_machine(const mf_machine *machine)
{
    json_t *object = json_object();
    mf__json_put(&object, "cpu_model", mf__json_text(machine->cpu_model));
    mf__json_put(&object, "architecture", mf__json_text(machine->architecture));
    mf__json_put(&object, "kernel", mf__json_text(machine->kernel));
    mf__json_put(&object, "os", mf__json_text(machine->os));
    mf__json_put(&object, "packages", mf__json_count(machine->packages));
    mf__json_put(&object, "numa_nodes", mf__json_count(machine->numa_nodes));
    mf__json_put(&object, "cores", mf__json_count(machine->cores));
    mf__json_put(&object, "processors", mf__json_count(machine->processors));
    mf__json_put(&object, "threads_per_core", mf__json_count(machine->threads_per_core));
    mf__json_put(&object, "l1d_bytes", mf__json_count(machine->l1d_bytes));
    mf__json_put(&object, "l2_bytes", mf__json_count(machine->l2_bytes));
    mf__json_put(&object, "l3_bytes", mf__json_count(machine->l3_bytes));
    mf__json_put(&object, "memory_bytes", mf__json_count(machine->memory_bytes));
    mf__json_put(&object, "virtualised", json_boolean(machine->virtualised));
    mf__json_put(&object, "avx2", json_boolean(machine->avx2));
    mf__json_put(&object, "avx512f", json_boolean(machine->avx512f));
    mf__json_put(&object, "governor", mf__json_text(machine->governor));
    mf__json_put(&object, "clock_source", mf__json_text(machine->clock_source));
    return object;
}

static json_t *bound_list(const mf_worker_bounds *bounds)
{
    json_t *array = json_array();
    for (int i = 0; i < MF_BOUND_COUNT; i++) {
        const mf_worker_bound *bound = &bounds->list[i];
        json_t *object = json_object();
        mf__json_put(&object, "name", mf__json_text(bound->name));
        mf__json_put(&object, "workers",
                     bound->known ? mf__json_count(bound->workers) : json_null());
        mf__json_put(&object, "value", mf__json_text(bound->value));
        mf__json_put(&object, "source", mf__json_text(bound->source));
        mf__json_append(&array, object);
    }
    return array;
}

json_t *mf__json_bounds(const mf_worker_bounds *bounds)
{
    bool decided = bounds->decided_by >= 0 && bounds->decided_by < MF_BOUND_COUNT;
    json_t *object = json_object();
    mf__json_put(&object, "default_workers", mf__json_count(bounds->default_workers));
    mf__json_put(&object, "decided_by",
                 mf__json_text(decided ? bounds->list[bounds->decided_by].name : NULL));
    mf__json_put(&object, "usable_processors", mf__json_count(bounds->usable_processors));
    mf__json_put(&object, "usable_cores", mf__json_count(bounds->usable_cores));
    mf__json_put(&object, "quota_cpus",
                 bounds->quota_cpus > 0 ? mf__json_real(bounds->quota_cpus) : json_null());
    mf__json_put(&object, "list", bound_list(bounds));
    return object;
}

json_t *mf__json_load(const struct mf__comparison *comparison)
{
    const struct mf__load *before = &comparison->load_before;
    const struct mf__load_change *change = &comparison->load_change;
    json_t *object = json_object();
    mf__json_put(&object, "average_before",
                 before->average_known ? mf__json_real(before->average) : json_null());
    mf__json_put(&object, "steal_share",
                 change->steal_known ? mf__json_real(change->steal_share) : json_null());
    mf__json_put(&object, "voluntary_switches", mf__json_count(change->voluntary_switches));
    mf__json_put(&object, "involuntary_switches", mf__json_count(change->involuntary_switches));
    mf__json_put(&object, "throttles",
                 change->throttles_known ? mf__json_count(change->throttles) : json_null());
    return object;
}

static json_t *doubt(const struct mf__doubt *about, const mf_machine *machine)
{
    struct mf__buffer words = {0};
    mf__doubt_words(about, machine, &words);
    json_t *object = json_object();
    mf__json_put(&object, "kind", json_string(mf__doubt_name(about->kind)));
    mf__json_put(&object, "value", mf__json_real(about->value));
    mf__json_put(&object, "text", words.failed ? NULL : mf__json_text(mf__buffer_text(&words)));
    mf__buffer_done(&words);
    return object;
}

json_t *mf__json_doubts(const struct mf__comparison *comparison)
{
    json_t *array = json_array();
    for (size_t i = 0; i < comparison->doubts.n; i++)
        mf__json_append(&array, doubt(&comparison->doubts.list[i], &comparison->machine));
    return array;
}
