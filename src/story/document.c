/* SPDX-License-Identifier: Apache-2.0 */
#include "story/document.h"

#include "base/json_read.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "report/compare_json.h"
#include "report/lab_json.h"
#include "report/train_json.h"
#include "report/tune.h"
#include "story/document_rules.h"

#include <string.h>

#define PREFIX     "manyfold-"
#define VERSION    1 /* of every kind that there is so far */
#define KIND_BYTES 24

static const struct {
    const char *name;
    const char *version; /* the latest that is known here */
} kinds[] = {
    [MF__DOCUMENT_COMPARE] = {"compare", MF__COMPARE_SCHEMA_VERSION},
    [MF__DOCUMENT_TUNE] = {"tune", MF__TUNE_SCHEMA_VERSION},
    [MF__DOCUMENT_TRAIN] = {"train", MF__TRAIN_SCHEMA_VERSION},
    [MF__DOCUMENT_LAB] = {"lab", MF__LAB_SCHEMA_VERSION},
};

#define N_KINDS (sizeof kinds / sizeof kinds[0])

const char *mf__document_kind_name(enum mf__document_kind kind)
{
    return kinds[kind].name;
}

void mf__document_done(struct mf__document *document)
{
    mf__free(document->name);
    json_decref(document->root);
    *document = (struct mf__document){0};
}

/* ---- which kind ---- */

static int refuse_foreign(const char *name, mf_error *error)
{
    return mf__fail(error, MF_E_FORMAT,
                    "%s: this is no result of manyfold; expected what compare, tune, train or lab "
                    "write with --json",
                    name);
}

/* "manyfold-compare-1" into its kind and its version. */
static bool split_schema(const char *schema, char kind[KIND_BYTES], uint64_t *ret_version)
{
    static const struct mf__limits limits = {"a version", 0, UINT32_MAX};
    const char *dash = schema != NULL ? strrchr(schema, '-') : NULL;
    if (dash == NULL || strncmp(schema, PREFIX, strlen(PREFIX)) != 0 ||
        dash < schema + strlen(PREFIX) ||
        mf__parse_count(dash + 1, &limits, ret_version, NULL) != 0)
        return false;
    size_t length = (size_t)(dash - schema) - strlen(PREFIX);
    if (length == 0 || length >= KIND_BYTES)
        return false;
    memcpy(kind, schema + strlen(PREFIX), length);
    kind[length] = '\0';
    return true;
}

/* "1.2" into its numbers. */
static bool split_version(const char *text, uint64_t *ret_major, uint64_t *ret_minor)
{
    static const struct mf__limits limits = {"a version", 0, UINT32_MAX};
    char major[KIND_BYTES];
    const char *dot = strchr(text, '.');
    if (dot == NULL || dot - text >= KIND_BYTES)
        return false;
    memcpy(major, text, (size_t)(dot - text));
    major[dot - text] = '\0';
    return mf__parse_count(major, &limits, ret_major, NULL) == 0 &&
           mf__parse_count(dot + 1, &limits, ret_minor, NULL) == 0;
}

/* The version with its minor part; where it is no text the rules refuse it. */
static int check_version(const json_t *root, const char *name, mf_error *error)
{
    const char *version = json_string_value(json_object_get(root, "schema_version"));
    uint64_t major = 0;
    uint64_t minor = 0;
    if (version == NULL || (split_version(version, &major, &minor) && major == VERSION))
        return 0;
    return mf__fail(error, MF_E_FORMAT,
                    "%s: schema_version is %s, which does not go with the schema %s; expected "
                    "\"%d.\" and a number: the file was changed, or needs a later manyfold",
                    name, mf__quote(version).text,
                    mf__quote(json_string_value(json_object_get(root, "schema"))).text, VERSION);
}

static bool is_newer(const json_t *root, enum mf__document_kind kind)
{
    uint64_t major = 0;
    uint64_t known = 0;
    uint64_t minor = 0;
    return split_version(mf__look_text(root, "schema_version"), &major, &minor) &&
           split_version(kinds[kind].version, &major, &known) && minor > known;
}

static int find_kind(const json_t *root, const char *name, enum mf__document_kind *ret_kind,
                     mf_error *error)
{
    char kind[KIND_BYTES];
    uint64_t version = 0;
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (!split_schema(schema, kind, &version))
        return refuse_foreign(name, error);
    size_t found = 0;
    while (found < N_KINDS && strcmp(kinds[found].name, kind) != 0)
        found++;
    if (version > VERSION)
        return mf__fail(error, MF_E_FORMAT,
                        "%s: %s is of a later version of manyfold, this one reads version %d; use "
                        "a later manyfold",
                        name, mf__quote(schema).text, VERSION);
    if (found == N_KINDS || version < VERSION)
        return mf__fail(error, MF_E_FORMAT,
                        "%s: %s is no result that a report can be made of; expected what compare, "
                        "tune, train or lab write with --json",
                        name, mf__quote(schema).text);
    *ret_kind = (enum mf__document_kind)found;
    return check_version(root, name, error);
}

/* ---- what types do not say ---- */

/* A comparison of which not one sample was taken has nothing to tell. */
static int check_samples(const json_t *root, struct mf__document *document, mf_error *error)
{
    const json_t *series = json_object_get(root, "series");
    for (size_t i = 0; i < json_array_size(series); i++)
        if (mf__look_length(json_array_get(series, i), "samples") > 0)
            return 0;
    return mf__fail(error, MF_E_FORMAT,
                    "%s: not one sample was taken in it, so there is nothing to report; run the "
                    "comparison again",
                    document->name);
}

static int check_trials(const json_t *root, struct mf__document *document, mf_error *error)
{
    if (mf__look_length(root, "trials") > 0)
        return 0;
    return mf__fail(error, MF_E_FORMAT,
                    "%s: there is not one trial in it, so there is nothing to report; run the "
                    "search again",
                    document->name);
}

static int check_all(const json_t *root, bool within_lab, struct mf__document *document,
                     mf_error *error);

/* Each part of a lab is a document of another kind. */
static int check_parts(const json_t *root, struct mf__document *document, mf_error *error)
{
    const json_t *parts = json_object_get(root, "documents");
    int code = 0;
    if (json_array_size(parts) == 0)
        return mf__fail(error, MF_E_FORMAT,
                        "%s: there is no result in it, so there is nothing to report; run "
                        "manyfold lab again",
                        document->name);
    for (size_t i = 0; code == 0 && i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i);
        struct mf__document within = {0};
        struct mf__buffer of_part = {0};
        mf__buffer_print(&of_part, "%s, part %s", document->name,
                         mf__quote(mf__look_text(part, "name")).text);
        code = mf__buffer_check(&of_part, error);
        within.name = of_part.bytes; /* which the buffer keeps */
        if (code == 0)
            code = check_all(json_object_get(part, "document"), true, &within, error);
        document->is_newer = document->is_newer || within.is_newer;
        mf__buffer_done(&of_part);
    }
    return code;
}

static int (*const checks[])(const json_t *root, struct mf__document *document, mf_error *error) = {
    [MF__DOCUMENT_COMPARE] = check_samples,
    [MF__DOCUMENT_TUNE] = check_trials,
    [MF__DOCUMENT_TRAIN] = NULL,
    [MF__DOCUMENT_LAB] = check_parts,
};

/* The document has its name, and gets its kind. */
static int check_all(const json_t *root, bool within_lab, struct mf__document *document,
                     mf_error *error)
{
    const char *name = document->name;
    int code = find_kind(root, name, &document->kind, error);
    if (code != 0)
        return code;
    enum mf__document_kind kind = document->kind;
    if (within_lab && kind == MF__DOCUMENT_LAB)
        return mf__fail(error, MF_E_FORMAT, "%s: a lab cannot be a part of a lab", name);
    document->is_newer = is_newer(root, kind);
    code = mf__document_check(root, mf__document_rules[kind], name, error);
    return code == 0 && checks[kind] != NULL ? checks[kind](root, document, error) : code;
}

/* ---- reading ---- */

int mf__document_take(json_t *root, const char *name, struct mf__document *ret_document,
                      mf_error *error)
{
    struct mf__document document = {.name = mf__copy_text(name)};
    if (document.name == NULL)
        return mf__fail_memory(error, strlen(name), "the name of a document");
    int code = check_all(root, false, &document, error);
    if (code != 0) {
        mf__document_done(&document);
        return code;
    }
    document.root = json_incref(root);
    *ret_document = document;
    return 0;
}

/* The words are those of the reader of JSON, who quotes what it stumbled over as it stands. */
static int refuse_text(const char *name, const json_error_t *problem, mf_error *error)
{
    struct mf__buffer words = {0};
    mf__escape(&words, problem->text, strlen(problem->text));
    int code = mf__fail(error, MF_E_FORMAT,
                        "%s, line %d, column %d: this is not JSON: %s; the file is cut off or "
                        "damaged, or it is something else",
                        name, problem->line, problem->column, mf__buffer_text(&words));
    mf__buffer_done(&words);
    return code;
}

int mf__document_parse(const char *text, size_t length, const char *name,
                       struct mf__document *ret_document, mf_error *error)
{
    json_error_t problem;
    json_t *root = NULL;
    if (length == 0)
        return mf__fail(error, MF_E_FORMAT,
                        "%s is empty; expected what compare, tune, train or lab write with --json",
                        name);
    int code = mf__json_read(text, length, 0, &root, &problem, error);
    if (code != 0)
        return code;
    if (root == NULL)
        return refuse_text(name, &problem, error);
    code = mf__document_take(root, name, ret_document, error);
    json_decref(root);
    return code;
}
