/* SPDX-License-Identifier: Apache-2.0 */
#include "report/diff.h"
#include "report/train_json.h"

#define METHOD "Hodges-Lehmann, Mann-Whitney"

static json_t *source(const struct mf__diff_source *from)
{
    json_t *object = json_object();
    mf__json_put(&object, "name", mf__json_text(from->name));
    mf__json_put(&object, "created", mf__json_text(from->created));
    mf__json_put(&object, "version", mf__json_text(from->version));
    mf__json_put(&object, "cpu_model", mf__json_text(from->cpu_model));
    mf__json_put(&object, "cores", from->cores > 0 ? mf__json_count(from->cores) : json_null());
    return object;
}

static json_t *one_series(const struct mf__diff *diff, size_t i)
{
    const struct mf__diff_series *series = &diff->series[i];
    const struct mf__changed *changed = &series->changed;
    json_t *object = json_object();
    mf__json_put(&object, "part", mf__json_text(series->part));
    mf__json_put(&object, "role", mf__json_text(series->role));
    mf__json_put(&object, "way", mf__json_text(series->way));
    mf__json_put(&object, "workers", mf__json_count(series->workers));
    mf__json_put(&object, "size", mf__json_text(series->size));
    mf__json_put(&object, "judged", json_boolean(i < diff->n_judged));
    mf__json_put(&object, "old_samples", mf__json_count(series->n_old));
    mf__json_put(&object, "new_samples", mf__json_count(series->n_new));
    mf__json_put(&object, "old_ns", mf__json_real(changed->old_median));
    mf__json_put(&object, "new_ns", mf__json_real(changed->new_median));
    mf__json_put(&object, "ratio", mf__json_interval(&changed->factor.ratio, METHOD));
    mf__json_put(&object, "p_value", mf__json_real(changed->factor.p_value));
    mf__json_put(&object, "p_adjusted", mf__json_real(changed->p_adjusted));
    mf__json_put(&object, "change", json_string(mf__change_name(changed->change)));
    mf__json_put(&object, "answer", json_string(mf__sameness_name(series->answer)));
    return object;
}

static json_t *all_series(const struct mf__diff *diff)
{
    json_t *array = json_array();
    for (size_t i = 0; i < diff->n_series; i++)
        mf__json_append(&array, one_series(diff, i));
    return array;
}

static json_t *answers(const struct mf__diff *diff)
{
    json_t *array = json_array();
    for (size_t i = 0; i < diff->n_answers; i++) {
        const struct mf__diff_answer *answer = &diff->answers[i];
        json_t *object = json_object();
        mf__json_put(&object, "part", mf__json_text(answer->part));
        mf__json_put(&object, "what", mf__json_text(answer->what));
        mf__json_put(&object, "old", mf__json_text(answer->old));
        mf__json_put(&object, "new", mf__json_text(answer->new));
        mf__json_put(&object, "same", json_boolean(answer->same));
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *verdict(const struct mf__diff *diff)
{
    struct mf__buffer words = {0};
    json_t *object = json_object();
    mf__diff_verdict(diff, &words);
    mf__json_put(&object, "slower", mf__json_count(mf__diff_count(diff, MF__CHANGE_SLOWER)));
    mf__json_put(&object, "faster", mf__json_count(mf__diff_count(diff, MF__CHANGE_FASTER)));
    mf__json_put(&object, "no_difference", mf__json_count(mf__diff_count(diff, MF__CHANGE_NONE)));
    mf__json_put(&object, "by_chance", mf__json_count(mf__diff_count(diff, MF__CHANGE_BY_CHANCE)));
    mf__json_put(&object, "cannot_tell", mf__json_count(mf__diff_count(diff, MF__CHANGE_UNKNOWN)));
    mf__json_put(&object, "different_answers", mf__json_count(mf__diff_count_different(diff)));
    mf__json_put(&object, "sentence", words.failed ? NULL : mf__json_text(mf__buffer_text(&words)));
    mf__buffer_done(&words);
    return object;
}

int mf__diff_json(const struct mf__diff *diff, struct mf__buffer *out, mf_error *error)
{
    json_t *args = json_array();
    for (size_t i = 0; i < diff->n_args; i++)
        mf__json_append(&args, mf__json_text(diff->args[i]));
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__DIFF_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__DIFF_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "command_line", args);
    mf__json_put(&root, "kind", json_string(diff->kind));
    mf__json_put(&root, "old", source(&diff->old));
    mf__json_put(&root, "new", source(&diff->new));
    mf__json_put(&root, "threshold", mf__json_real(diff->threshold));
    mf__json_put(&root, "series", all_series(diff));
    mf__json_put(&root, "answers", answers(diff));
    mf__json_put(&root, "remarks", mf__json_remarks(&diff->remarks));
    mf__json_put(&root, "verdict", verdict(diff));
    mf__json_put(&root, "exit_status", json_integer(diff->exit_status));
    return mf__json_write(root, out, error);
}
