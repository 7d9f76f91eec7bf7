/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a lab. Files of an earlier lab are replaced one by one, each whole or not at all;
 * whatever else is there is left alone. */
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/form_options.h"
#include "cli/keeping.h"
#include "cli/lab.h"
#include "cli/places.h"
#include "cli/ways.h"
#include "forms/forms.h"
#include "report/lab_json.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_END "\r\n"

static const char *const names[MF__LAB_FILES] = {
    [MF__LAB_REPORT] = "report.html", [MF__LAB_RESULTS] = "results.json",
    [MF__LAB_TRIALS] = "trials.csv",  [MF__LAB_SAMPLES] = "samples.csv",
    [MF__LAB_NOTEBOOK] = "lab.ipynb", [MF__LAB_MODEL] = "best.model",
    [MF__LAB_JOURNAL] = "lab.db",
};

/* ---- before anything runs ---- */

static int name_files(struct mf__lab *lab, mf_error *error)
{
    const char *folder = lab->settings->out;
    size_t length = strlen(folder);
    int code = 0;
    for (size_t i = 0; code == 0 && i < MF__LAB_FILES; i++) {
        mf__buffer_print(&lab->paths[i], "%s%s%s", folder, folder[length - 1] == '/' ? "" : "/",
                         names[i]);
        code = mf__buffer_check(&lab->paths[i], error);
    }
    return code;
}

/* Makes the folders above one that are not there, as mkdir -p does; 0, or the errno. */
static int make_above(const char *folder, struct mf__buffer *path)
{
    mf__buffer_put(path, folder);
    if (path->failed)
        return ENOMEM;
    for (char *slash = strchr(path->bytes + 1, '/'); slash != NULL && slash[1] != '\0';
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path->bytes, 0777) != 0 && errno != EEXIST)
            return errno;
        *slash = '/';
    }
    return 0;
}

static int make_folder(struct mf__lab *lab, mf_error *error)
{
    const char *folder = lab->settings->out;
    struct stat about;
    struct mf__buffer above = {0};
    int number = make_above(folder, &above);
    mf__buffer_done(&above);
    lab->made_folder = number == 0 && mkdir(folder, 0777) == 0;
    if (number == 0)
        number = lab->made_folder ? 0 : errno;
    if (number == 0 || (number == EEXIST && stat(folder, &about) == 0 && S_ISDIR(about.st_mode)))
        return 0;
    if (number == EEXIST)
        return mf__fail(error, MF_E_OUTPUT,
                        "--out: %s is not a folder; name another one, or one that is not there yet",
                        mf__quote(folder).text);
    return mf__fail(error, MF_E_OUTPUT, "--out: cannot make the folder %s: %s",
                    mf__quote(folder).text,
                    number == ENOTDIR ? "a part of its path is a file; choose another place"
                                      : "no permission, or no space; choose another place");
}

/* Whether it is made at all by what was asked for. */
static bool is_made(const struct mf__lab *lab, enum mf__lab_file file)
{
    if (file == MF__LAB_REPORT)
        return mf__has_html();
    return mf__lab_wants(lab, MF__LAB_SEARCH) || (file != MF__LAB_TRIALS && file != MF__LAB_MODEL);
}

static int check_files(const struct mf__lab *lab, mf_error *error)
{
    struct mf__place written[MF__LAB_FILES];
    const struct mf__place read[] = {{"the table", lab->settings->data},
                                     {"the recipe", lab->settings->recipe}};
    for (enum mf__lab_file i = 0; i < MF__LAB_FILES; i++)
        written[i] =
            (struct mf__place){"--out", is_made(lab, i) ? mf__buffer_text(&lab->paths[i]) : NULL};
    return mf__places_check(&(struct mf__places){written, MF__LAB_FILES},
                            &(struct mf__places){read, 2}, error);
}

int mf__lab_open_folder(struct mf__lab *lab, mf_error *error)
{
    int code = name_files(lab, error);
    if (code == 0)
        code = make_folder(lab, error);
    return code == 0 ? check_files(lab, error) : code;
}

void mf__lab_leave_folder(const struct mf__lab *lab)
{
    if (lab->made_folder)
        rmdir(lab->settings->out); /* which fails, as it should, where a file is in it */
}

/* ---- the record ---- */

static json_t *numbers(const struct mf__counts *counts)
{
    json_t *array = json_array();
    for (size_t i = 0; i < counts->n; i++)
        mf__json_append(&array, mf__json_count(counts->values[i]));
    return array;
}

static json_t *ways(const struct mf__counts *chosen)
{
    json_t *array = json_array();
    for (size_t i = 0; i < chosen->n; i++)
        mf__json_append(&array, json_string(mf__way_choices[chosen->values[i]]));
    return array;
}

static json_t *options(const struct mf__lab_settings *settings)
{
    json_t *object = json_object();
    bool seeded = settings->seed != MF__LAB_NO_SEED;
    mf__json_put(&object, "part",
                 settings->part > 0 ? mf__json_count(settings->part) : json_null());
    mf__json_put(&object, "quick", json_boolean(settings->quick));
    mf__json_put(&object, "sum", mf__json_text(settings->sum));
    mf__json_put(&object, "data", mf__json_text(settings->data));
    mf__json_put(&object, "recipe", mf__json_text(settings->recipe));
    mf__json_put(&object, "ways", ways(&settings->ways));
    mf__json_put(&object, "workers", numbers(&settings->workers));
    mf__json_put(&object, "seed", seeded ? mf__json_count(settings->seed) : json_null());
    mf__json_put(&object, "budget_ns",
                 settings->budget_ns > 0 ? mf__json_count(settings->budget_ns) : json_null());
    mf__json_put(&object, "folder", mf__json_text(settings->out));
    return object;
}

static size_t list_documents(const struct mf__lab *lab, struct mf__lab_document list[MF__LAB_STEPS])
{
    size_t n = 0;
    for (size_t i = 0; i < MF__LAB_STEPS; i++) {
        const struct mf__lab_result *result = &lab->results[i];
        const struct mf__lab_step_name *step = &mf__lab_step_names[i];
        if (result->document.root != NULL)
            list[n++] = (struct mf__lab_document){step->name, step->title, step->part,
                                                  result->status, &result->step.json};
    }
    return n;
}

static int make_json(const struct mf__lab *lab, struct mf__buffer *out, mf_error *error)
{
    struct mf__lab_document documents[MF__LAB_STEPS];
    char created[MF__TIMESTAMP];
    mf_machine machine;
    mf__timestamp(created);
    int code = mf_machine_read(&machine, error);
    if (code != 0)
        return code;
    const struct mf__lab_about about = {.args = lab->line->words,
                                        .n_args = lab->line->n,
                                        .created = created[0] != '\0' ? created : NULL,
                                        .machine = &machine,
                                        .options = options(lab->settings),
                                        .end = mf__interrupted_by() != 0      ? "interrupted"
                                               : lab->status != MF__EXIT_DONE ? "failed"
                                                                              : "done",
                                        .documents = documents,
                                        .n_documents = list_documents(lab, documents)};
    return mf__lab_json(&about, out, error);
}

/* ---- the samples of both parts ---- */

/* Adds the lines of a table with a word before each; its header only where it comes first. */
static void add_lines(const char *text, const char *name, struct mf__buffer *out)
{
    bool is_first = out->length == 0;
    bool is_header = true;
    while (*text != '\0') {
        size_t length = strcspn(text, LINE_END);
        if (!is_header || is_first)
            mf__buffer_print(out, "%s,%.*s" LINE_END, is_header ? "step" : name, (int)length, text);
        is_header = false;
        text += length + strspn(text + length, LINE_END);
    }
}

static void merge_samples(const struct mf__lab *lab, struct mf__buffer *out)
{
    static const enum mf__lab_step compared[] = {MF__LAB_SUM, MF__LAB_COMPARED};
    for (size_t i = 0; i < sizeof compared / sizeof compared[0]; i++)
        add_lines(mf__buffer_text(&lab->results[compared[i]].step.csv),
                  mf__lab_step_names[compared[i]].name, out);
}

/* ---- writing ---- */

static void write_file(struct mf__lab *lab, enum mf__lab_file file, const struct mf__buffer *text)
{
    mf_error error;
    if (text->length == 0 && !text->failed)
        return;
    int code = mf__buffer_check(text, &error);
    if (code == 0)
        code = mf__output_write(mf__buffer_text(&lab->paths[file]), mf__buffer_text(text),
                                text->length, &error);
    lab->written[file] = code == 0;
    if (code != 0)
        mf__lab_failed(lab, mf__tell(&error));
}

/* One form at a time, so that it is known which are there. */
static void write_form(struct mf__lab *lab, enum mf__lab_file file, const struct mf__buffer *json)
{
    mf_error error;
    const char *path = mf__buffer_text(&lab->paths[file]);
    const struct mf__form_outputs outputs = {.html = file == MF__LAB_REPORT ? path : NULL,
                                             .notebook = file == MF__LAB_NOTEBOOK ? path : NULL};
    if (!is_made(lab, file))
        return;
    int code = mf__forms_write_json(json, &outputs, &error);
    lab->written[file] = code == 0;
    if (code != 0)
        mf__lab_failed(lab, mf__tell(&error));
}

static void keep(struct mf__lab *lab, const struct mf__buffer *json)
{
    const struct mf__keeping keeping = {.journal = mf__buffer_text(&lab->paths[MF__LAB_JOURNAL]),
                                        .quiet = true};
    int status = mf__keep(&keeping, json);
    lab->written[MF__LAB_JOURNAL] = status == MF__EXIT_DONE;
    mf__lab_failed(lab, status);
}

void mf__lab_write(struct mf__lab *lab)
{
    struct mf__buffer json = {0};
    struct mf__buffer samples = {0};
    mf_error error;
    const json_t *search = lab->results[MF__LAB_SEARCH].document.root;
    merge_samples(lab, &samples);
    write_file(lab, MF__LAB_TRIALS, &lab->results[MF__LAB_SEARCH].step.csv);
    write_file(lab, MF__LAB_SAMPLES, &samples);
    if (make_json(lab, &json, &error) == 0) {
        write_file(lab, MF__LAB_RESULTS, &json);
        write_form(lab, MF__LAB_REPORT, &json);
        write_form(lab, MF__LAB_NOTEBOOK, &json);
        keep(lab, &json);
    } else {
        mf__lab_failed(lab, mf__tell(&error));
    }
    lab->written[MF__LAB_MODEL] = mf__look(search, "model") != NULL;
    mf__buffer_done(&json);
    mf__buffer_done(&samples);
}
