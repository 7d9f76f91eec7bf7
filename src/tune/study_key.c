/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys are digests, by XXH3-128, of a text that can be told apart from every other one: a line for
 * each thing that a result depends on, texts of users with their length in front. All parameters
 * are there, also those that are not searched, so that a trial is found again by a search of other
 * parameters.
 */
#include "tune/study_key.h"

#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "journal/payload.h"

#include <jansson.h>
#include <math.h>
#include <string.h>
#include <xxhash.h>

/* To be raised whenever the same unit would get another score. */
#define UNIT_VERSION 1

static void add_text(struct mf__buffer *text, const char *name, const char *value)
{
    mf__buffer_print(text, "%s %zu:%s\n", name, strlen(value), value);
}

static void add_ground(const struct mf__study *study, const struct mf__unit *unit,
                       struct mf__buffer *text)
{
    const struct mf__ground *ground = &study->request.ground;
    add_text(text, "target", ground->preparing.target);
    for (size_t i = 0; i < ground->preparing.n_drop; i++)
        add_text(text, "drop", ground->preparing.drop[i]);
    mf__buffer_print(text, "classes %zu\nvalidation %d\n", study->facts.n_classes,
                     ground->validation);
    if (ground->validation == MF__VALIDATE_SPLIT)
        mf__buffer_print(text, "test_size %s\n", mf__show_real(ground->test_size).text);
    if (ground->validation == MF__VALIDATE_FOLDS)
        mf__buffer_print(text, "folds %zu\n", ground->folds);
    mf__buffer_print(text, "fold %zu\nmax_rows %llu\n", unit->fold,
                     (unsigned long long)unit->max_rows);
    /* Out of bag, the seed only draws the rows of a smaller resource. */
    if (ground->validation != MF__VALIDATE_OOB || unit->max_rows > 0)
        mf__buffer_print(text, "seed %lu\n", (unsigned long)ground->seed);
}

int mf__unit_key(const struct mf__study *study, const struct mf__unit *unit,
                 struct mf__buffer *room, unsigned char ret_key[MF__KEY_BYTES], mf_error *error)
{
    const struct mf__parameter *parameter = NULL;
    mf__buffer_clear(room);
    mf__buffer_print(room, "manyfold unit %d\ndata %s\n", UNIT_VERSION, study->data_digest);
    add_ground(study, unit, room);
    for (size_t i = 0; (parameter = mf__parameter_at(i)) != NULL; i++) {
        struct mf__value value;
        mf__parameter_get(parameter, unit->config, &value);
        mf__buffer_print(room, "%s %s\n", mf__parameter_name(parameter), value.text);
    }
    int code = mf__buffer_check(room, error);
    if (code != 0)
        return code;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(room->bytes, room->length));
    memcpy(ret_key, canonical.digest, MF__KEY_BYTES);
    return 0;
}

void mf__trial_show(const struct mf__study *study, const struct mf__value *values,
                    struct mf__buffer *text)
{
    const struct mf__space *space = study->request.space;
    for (size_t i = 0; i < space->n; i++)
        mf__buffer_print(text, "%s%s=%s", i > 0 ? " " : "",
                         mf__parameter_name(space->dimensions[i].parameter), values[i].text);
}

/* ---- results ---- */

/* Numbers that JSON has no word for are texts. */
static void add_number(struct mf__buffer *payload, const char *name, double value)
{
    const char *quote = isfinite(value) ? "" : "\"";
    mf__buffer_print(payload, "\"%s\":%s%s%s", name, quote, mf__show_real(value).text, quote);
}

void mf__unit_write(const struct mf__unit_result *result, struct mf__buffer *payload)
{
    const char *comma = "";
    mf__buffer_put(payload, "{\"scores\":{");
    for (int metric = 0; metric < MF_METRICS; metric++) {
        if (isnan(result->scores[metric]))
            continue;
        mf__buffer_put(payload, comma);
        add_number(payload, mf_metric_name(metric), result->scores[metric]);
        comma = ",";
    }
    mf__buffer_put(payload, "},");
    add_number(payload, "seconds", result->seconds);
    if (result->never_out > 0)
        mf__buffer_print(payload, ",\"never_out\":%llu", (unsigned long long)result->never_out);
    mf__buffer_put(payload, "}");
}

static bool read_number(const json_t *json, double *ret)
{
    if (json_is_number(json)) {
        *ret = json_number_value(json);
        return true;
    }
    return json_is_string(json) &&
           mf__read_real(json_string_value(json), json_string_length(json), ret);
}

static bool read_scores(json_t *json, double *ret_scores)
{
    const char *name = NULL;
    json_t *value = NULL;
    for (int metric = 0; metric < MF_METRICS; metric++)
        ret_scores[metric] = (double)NAN;
    json_object_foreach(json, name, value)
    {
        int metric = mf_metric_find(name);
        if (metric < 0 || !read_number(value, &ret_scores[metric]))
            return false;
    }
    return json_is_object(json);
}

/* 0 where there is none, as in results of all but out-of-bag rows. */
static bool read_never_out(const json_t *json, uint64_t *ret)
{
    *ret = json_is_integer(json) ? (uint64_t)json_integer_value(json) : 0;
    return json == NULL || (json_is_integer(json) && json_integer_value(json) >= 0);
}

int mf__unit_read(const char *payload, struct mf__unit_result *ret_result, mf_error *error)
{
    struct mf__unit_result result = *ret_result;
    json_t *json = NULL;
    int code = mf__payload_read(payload, &json, error);
    if (code != 0)
        return code;
    bool is_read = read_scores(json_object_get(json, "scores"), result.scores) &&
                   read_number(json_object_get(json, "seconds"), &result.seconds) &&
                   read_never_out(json_object_get(json, "never_out"), &result.never_out);
    json_decref(json);
    if (!is_read)
        return mf__fail(error, MF_E_FORMAT,
                        "the journal holds %s, which is no result of a trial; was it edited?",
                        mf__quote(payload).text);
    *ret_result = result;
    return 0;
}
