/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "journal/payload.h"
#include "journal/runs.h"
#include "report/json.h"
#include "report/runs.h"

/* A document under way. */
struct document {
    const struct mf__runs *runs;
    json_t *all;
    json_t *studies;
    json_t *results;
    bool has_results;
};

static int add_run(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct document *document = user;
    (void)error;
    if (document->runs->run > 0 && run->number != document->runs->run)
        return 0;
    json_t *object = json_object();
    mf__json_put(&object, "run", mf__json_count((uint64_t)run->number));
    mf__json_put(&object, "kind", mf__json_text(run->kind));
    mf__json_put(&object, "title", mf__json_text(run->title));
    mf__json_put(&object, "created", mf__json_text(run->created));
    mf__json_put(&object, "command", mf__json_text(run->command[0] != '\0' ? run->command : NULL));
    mf__json_put(&object, "tag", mf__json_text(run->tag));
    mf__json_put(&object, "document_bytes", mf__json_count(run->length));
    mf__json_put(&object, "study", json_boolean(run->is_study));
    mf__json_append(&document->all, object);
    return 0;
}

static json_t *settings_of(const struct mf__setting *settings, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *object = json_object();
        mf__json_put(&object, "name", mf__json_text(settings[i].name));
        mf__json_put(&object, "value", mf__json_text(settings[i].value));
        mf__json_append(&array, object);
    }
    return array;
}

static int add_study(void *user, const struct mf__listed *study, mf_error *error)
{
    struct document *document = user;
    (void)error;
    if (document->runs->run > 0 && study->study != document->runs->run)
        return 0;
    json_t *object = json_object();
    mf__json_put(&object, "study", mf__json_count((uint64_t)study->study));
    mf__json_put(&object, "kind", mf__json_text(study->kind));
    mf__json_put(&object, "name", mf__json_text(study->name));
    mf__json_put(&object, "state", mf__json_text(study->state));
    mf__json_put(&object, "begun", mf__json_text(study->begun));
    mf__json_put(&object, "changed", mf__json_text(study->changed));
    mf__json_put(&object, "results", mf__json_count(study->n_results));
    mf__json_put(&object, "settings", settings_of(study->settings, study->n_settings));
    mf__json_put(&object, "notes", settings_of(study->notes, study->n_notes));
    mf__json_append(&document->studies, object);
    document->has_results = document->runs->run > 0;
    return 0;
}

/* A result is JSON already; what cannot be read as such is shown as a text. */
static int add_result(void *user, const char *label, const char *payload, mf_error *error)
{
    struct document *document = user;
    json_t *result = NULL;
    int code = mf__payload_read(payload, &result, error);
    if (code != 0)
        return code;
    json_t *object = json_object();
    mf__json_put(&object, "label", mf__json_text(label));
    mf__json_put(&object, "result", result != NULL ? result : mf__json_text(payload));
    mf__json_append(&document->results, object);
    return 0;
}

static int gather(struct document *document, mf_error *error)
{
    const struct mf__runs *runs = document->runs;
    document->all = json_array();
    document->studies = json_array();
    int code = mf__journal_runs(runs->journal, add_run, document, error);
    if (code == 0)
        code = mf__journal_list(runs->journal, add_study, document, error);
    if (code != 0 || !document->has_results)
        return code;
    document->results = json_array();
    return mf__journal_results(runs->journal, runs->run, add_result, document, error);
}

int mf__runs_json(const struct mf__runs *runs, struct mf__buffer *out, mf_error *error)
{
    struct document document = {.runs = runs};
    int code = gather(&document, error);
    if (code != 0) {
        json_decref(document.all);
        json_decref(document.studies);
        json_decref(document.results);
        return code;
    }
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__RUNS_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__RUNS_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "journal", mf__json_text(runs->path));
    mf__json_put(&root, "in_use_by", mf__json_text(mf__journal_writer(runs->journal)));
    mf__json_put(&root, "runs", document.all);
    mf__json_put(&root, "studies", document.studies);
    mf__json_put(&root, "results", document.has_results ? document.results : json_null());
    return mf__json_write_exactly(root, out, error);
}
