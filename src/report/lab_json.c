/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lab_json.h"

#include "report/compare_json.h"

#include <string.h>

#define END "\n}\n" /* of an object that was written */

static json_t *texts(const char *const *list, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        mf__json_append(&array, mf__json_text(list[i]));
    return array;
}

/* Adds an object that is left open, so that members whose text is there can follow. */
static int put_open(json_t *object, struct mf__buffer *out, mf_error *error)
{
    struct mf__buffer text = {0};
    int code = mf__json_write(object, &text, error);
    if (code == 0)
        mf__buffer_add(out, mf__buffer_text(&text), text.length - strlen(END));
    mf__buffer_done(&text);
    return code;
}

static json_t *head(const struct mf__lab_about *about)
{
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__LAB_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__LAB_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "command_line", texts(about->args, about->n_args));
    mf__json_put(&root, "created", mf__json_text(about->created));
    mf__json_put(&root, "machine", mf__json_machine(about->machine));
    mf__json_put(&root, "options", about->options);
    mf__json_put(&root, "end", json_string(about->end));
    return root;
}

static int put_document(const struct mf__lab_document *document, struct mf__buffer *out,
                        mf_error *error)
{
    json_t *entry = json_object();
    mf__json_put(&entry, "name", mf__json_text(document->name));
    mf__json_put(&entry, "title", mf__json_text(document->title));
    mf__json_put(&entry, "part", mf__json_count(document->part));
    mf__json_put(&entry, "exit_status", json_integer(document->exit_status));
    int code = put_open(entry, out, error);
    mf__buffer_put(out, ",\n  \"document\": ");
    mf__buffer_add(out, mf__buffer_text(document->json), document->json->length);
    mf__buffer_put(out, "}");
    return code;
}

int mf__lab_json(const struct mf__lab_about *about, struct mf__buffer *out, mf_error *error)
{
    int code = put_open(head(about), out, error);
    mf__buffer_put(out, ",\n  \"documents\": [\n");
    for (size_t i = 0; code == 0 && i < about->n_documents; i++) {
        mf__buffer_put(out, i > 0 ? ",\n" : "");
        code = put_document(&about->documents[i], out, error);
    }
    mf__buffer_put(out, "\n  ]\n}\n");
    return code == 0 ? mf__buffer_check(out, error) : code;
}
