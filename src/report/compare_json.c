/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare_json.h"

#include "report/names.h"

static json_t *texts(const char *const *list, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        mf__json_append(&array, mf__json_text(list[i]));
    return array;
}

static json_t *job(const struct mf__job *about, const struct mf__compare_about *told)
{
    json_t *settings = json_object();
    for (size_t i = 0; i < told->n_settings; i++)
        mf__json_put(&settings, told->settings[i].name, mf__json_text(told->settings[i].value));
    json_t *object = json_object();
    mf__json_put(&object, "name", mf__json_text(about->kind->name));
    mf__json_put(&object, "size_name", mf__json_text(about->kind->size_name));
    mf__json_put(&object, "size", mf__json_digits(about->size));
    mf__json_put(&object, "settings", settings);
    return object;
}

static json_t *stopped(const struct mf__comparison *comparison)
{
    json_t *object = json_object();
    mf__json_put(&object, "reason", json_string(mf__stop_name(comparison->stop)));
    mf__json_put(&object, "widest_half_width", mf__json_real(comparison->widest));
    mf__json_put(&object, "needed_rounds", mf__json_count(comparison->needed_rounds));
    return object;
}

static json_t *all_series(const struct mf__comparison *comparison)
{
    json_t *array = json_array();
    for (size_t i = 0; i < comparison->n_series; i++)
        mf__json_append(&array, mf__json_series(comparison, i));
    return array;
}

static json_t *all_laws(const struct mf__comparison *comparison)
{
    json_t *array = json_array();
    for (size_t i = 0; i < comparison->n_laws; i++)
        mf__json_append(&array, mf__json_laws(&comparison->laws[i]));
    return array;
}

/* ---- break-even ---- */

static json_t *durations(const double *ns, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        mf__json_append(&array, mf__json_count((uint64_t)ns[i]));
    return array;
}

static json_t *even_sizes(const struct mf__even *even)
{
    json_t *array = json_array();
    for (size_t i = 0; i < even->n; i++) {
        const struct mf__even_size *tried = &even->sizes[i];
        json_t *object = json_object();
        mf__json_put(&object, "size", mf__json_digits(tried->size));
        mf__json_put(&object, "speedup", mf__json_interval(&tried->speedup, MF__METHOD_RANKS));
        mf__json_put(&object, "serial_ns", durations(tried->base_ns, tried->n));
        mf__json_put(&object, "parallel_ns", durations(tried->ns, tried->n));
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *even_result(const struct mf__even *even)
{
    bool bracketed = even->result.pays == MF__PAYS_FROM;
    json_t *object = json_object();
    mf__json_put(&object, "way", mf__json_text(mf_way_name(even->way)));
    mf__json_put(&object, "workers", mf__json_count(even->workers));
    mf__json_put(&object, "pays", json_string(mf__pays_name(even->result.pays)));
    mf__json_put(&object, "not_yet_at",
                 bracketed ? mf__json_digits(even->sizes[even->result.below].size) : json_null());
    mf__json_put(&object, "from",
                 bracketed ? mf__json_digits(even->sizes[even->result.from].size) : json_null());
    mf__json_put(&object, "sizes", even_sizes(even));
    return object;
}

static json_t *even_search(const struct mf__comparison *comparison)
{
    bool problem = comparison->even_end == MF__EVEN_PROBLEM;
    json_t *object = json_object();
    mf__json_put(&object, "end", json_string(mf__even_end_name(comparison->even_end)));
    mf__json_put(&object, "problem", mf__json_text(problem ? comparison->even_problem : NULL));
    return object;
}

static json_t *all_evens(const struct mf__comparison *comparison)
{
    json_t *array = json_array();
    for (size_t i = 0; i < comparison->n_evens; i++)
        mf__json_append(&array, even_result(&comparison->evens[i]));
    return array;
}

/* ---- the result ---- */

static json_t *index_of(size_t i)
{
    return i == MF__NO_SERIES ? json_null() : mf__json_count(i);
}

static json_t *lead(const struct mf__comparison *comparison)
{
    if (comparison->runner_up == MF__NO_SERIES)
        return json_null();
    json_t *object = json_object();
    mf__json_put(&object, "speedup",
                 mf__json_interval(&comparison->lead.speedup, MF__METHOD_RANKS));
    mf__json_put(&object, "sign_test_p_value", mf__json_real(comparison->lead.p_value));
    mf__json_put(&object, "p_adjusted", mf__json_real(comparison->lead_p_adjusted));
    mf__json_put(&object, "claim", json_string(mf__claim_name(comparison->lead_verdict)));
    return object;
}

static json_t *sentences(const struct mf__comparison *comparison)
{
    json_t *array = json_array();
    for (size_t i = 0; i < comparison->n_sentences; i++) {
        json_t *object = json_object();
        mf__json_put(&object, "topic", mf__json_text(comparison->sentences[i].topic));
        mf__json_put(&object, "text", mf__json_text(comparison->sentences[i].text));
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *verdict(const struct mf__comparison *comparison)
{
    json_t *object = json_object();
    mf__json_put(&object, "wrong_answers", json_boolean(comparison->wrong));
    mf__json_put(&object, "failures", json_boolean(comparison->failed));
    mf__json_put(&object, "claims", mf__json_count(comparison->n_claims));
    mf__json_put(&object, "level", mf__json_real(MF__LEVEL));
    mf__json_put(&object, "fastest_series", index_of(comparison->fastest));
    mf__json_put(&object, "runner_up_series", index_of(comparison->runner_up));
    mf__json_put(&object, "lead", lead(comparison));
    mf__json_put(&object, "sentences", sentences(comparison));
    return object;
}

static json_t *exit_of(const struct mf__compare_about *about)
{
    json_t *object = json_object();
    mf__json_put(&object, "status", json_integer(about->exit_status));
    mf__json_put(&object, "reason", mf__json_text(about->exit_reason));
    return object;
}

static json_t *document(const struct mf__comparison *comparison,
                        const struct mf__compare_about *about)
{
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__COMPARE_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__COMPARE_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "command_line", texts(about->args, about->n_args));
    mf__json_put(&root, "created", mf__json_text(about->created));
    mf__json_put(&root, "what", mf__json_text(about->what));
    mf__json_put(&root, "scripted", json_boolean(comparison->scripted));
    mf__json_put(&root, "job", job(&comparison->request.job, about));
    mf__json_put(&root, "seed", mf__json_digits(comparison->request.seed));
    mf__json_put(&root, "settings", mf__json_request(comparison));
    mf__json_put(&root, "machine", mf__json_machine(&comparison->machine));
    mf__json_put(&root, "worker_bounds", mf__json_bounds(&comparison->bounds));
    mf__json_put(&root, "load", mf__json_load(comparison));
    mf__json_put(&root, "doubts", mf__json_doubts(comparison));
    mf__json_put(&root, "clock_step_ns", mf__json_count(comparison->clock_step_ns));
    mf__json_put(&root, "elapsed_ns", mf__json_count(comparison->elapsed_ns));
    mf__json_put(&root, "rounds", mf__json_count(comparison->n_rounds));
    mf__json_put(&root, "stop", stopped(comparison));
    mf__json_put(&root, "series", all_series(comparison));
    mf__json_put(&root, "laws", all_laws(comparison));
    mf__json_put(&root, "break_even", all_evens(comparison));
    mf__json_put(&root, "break_even_search", even_search(comparison));
    mf__json_put(&root, "verdict", verdict(comparison));
    mf__json_put(&root, "exit", exit_of(about));
    return root;
}

int mf__compare_json(const struct mf__comparison *comparison, const struct mf__compare_about *about,
                     struct mf__buffer *out, mf_error *error)
{
    return mf__json_write(document(comparison, about), out, error);
}
