/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/form_options.h"

#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "forms/forms.h"

#include <string.h>

const struct mf__option mf__form_options[] = {
    {.name = "html",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write a report with charts as one HTML file that needs no network; - is standard "
             "output, in place of the text",
     .offset = offsetof(struct mf__form_outputs, html)},
    {.name = "notebook",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the report as a Jupyter notebook",
     .offset = offsetof(struct mf__form_outputs, notebook)},
    {.name = "markdown",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the report as Markdown, of charts their tables",
     .offset = offsetof(struct mf__form_outputs, markdown)},
    {0},
};

void mf__form_places(const struct mf__form_outputs *outputs,
                     struct mf__place places[MF__FORM_OUTPUTS])
{
    places[0] = (struct mf__place){"--html", outputs->html};
    places[1] = (struct mf__place){"--notebook", outputs->notebook};
    places[2] = (struct mf__place){"--markdown", outputs->markdown};
}

bool mf__forms_asked(const struct mf__form_outputs *outputs)
{
    return outputs->html != NULL || outputs->notebook != NULL || outputs->markdown != NULL;
}

bool mf__forms_take_stdout(const struct mf__form_outputs *outputs)
{
    struct mf__place places[MF__FORM_OUTPUTS];
    mf__form_places(outputs, places);
    for (size_t i = 0; i < MF__FORM_OUTPUTS; i++)
        if (places[i].path != NULL && strcmp(places[i].path, "-") == 0)
            return true;
    return false;
}

int mf__forms_check(const struct mf__form_outputs *outputs, mf_error *error)
{
    struct mf__buffer nothing = {0};
    struct mf__story empty = {0};
    if (outputs->html == NULL || mf__has_html())
        return 0;
    int code = mf__form_html(&empty, &nothing, error); /* it knows why */
    mf__buffer_done(&nothing);
    return mf__fail_within(error, code, "--html");
}

typedef int (*form)(const struct mf__story *, struct mf__buffer *, mf_error *);

static int write_form(const struct mf__story *story, const struct mf__place *place, form make,
                      mf_error *error)
{
    struct mf__buffer bytes = {0};
    int code = make(story, &bytes, error);
    if (code == 0)
        code = mf__buffer_check(&bytes, error);
    if (code == 0)
        code = mf__output_write(place->path, mf__buffer_text(&bytes), bytes.length, error);
    mf__buffer_done(&bytes);
    return code == 0 ? 0 : mf__fail_within(error, code, "%s", place->name);
}

/* Each form is tried even where another one failed; the first failure is told. */
static int write_forms(const struct mf__story *story, const struct mf__form_outputs *outputs,
                       mf_error *error)
{
    static const form makers[MF__FORM_OUTPUTS] = {mf__form_html, mf__form_notebook,
                                                  mf__form_markdown};
    struct mf__place places[MF__FORM_OUTPUTS];
    int first = 0;
    mf__form_places(outputs, places);
    for (size_t i = 0; i < MF__FORM_OUTPUTS; i++) {
        if (places[i].path == NULL)
            continue;
        int code = write_form(story, &places[i], makers[i], first == 0 ? error : NULL);
        first = first == 0 ? code : first;
    }
    return first;
}

int mf__forms_write(const struct mf__document *documents, size_t n,
                    const struct mf__form_outputs *outputs, mf_error *error)
{
    struct mf__story story = {0};
    if (!mf__forms_asked(outputs))
        return 0;
    int code = mf__story_tell(documents, n, &story, error);
    if (code == 0)
        code = mf__story_check(&story, error);
    if (code == 0)
        code = write_forms(&story, outputs, error);
    mf__story_done(&story);
    return code;
}

int mf__forms_write_json(const struct mf__buffer *json, const struct mf__form_outputs *outputs,
                         mf_error *error)
{
    struct mf__document document = {0};
    if (!mf__forms_asked(outputs))
        return 0;
    int code =
        mf__document_parse(mf__buffer_text(json), json->length, MF__RESULT_NAME, &document, error);
    if (code == 0)
        code = mf__forms_write(&document, 1, outputs, error);
    mf__document_done(&document);
    return code;
}

void mf__forms_say_wrote(const struct mf__form_outputs *outputs, const struct mf__common *common)
{
    struct mf__place places[MF__FORM_OUTPUTS];
    mf__form_places(outputs, places);
    for (size_t i = 0; i < MF__FORM_OUTPUTS; i++)
        mf__say_wrote(common, places[i].path);
}

int mf__result_write(const struct mf__buffer *json, const char *path,
                     const struct mf__form_outputs *forms, const struct mf__common *common)
{
    mf_error error;
    int status = MF__EXIT_DONE;
    int code =
        path != NULL ? mf__output_write(path, mf__buffer_text(json), json->length, &error) : 0;
    if (code != 0 && mf__fail_within(&error, code, "--json") != 0)
        status = mf__tell(&error);
    else
        mf__say_wrote(common, path);
    if (mf__forms_write_json(json, forms, &error) != 0)
        status = mf__tell(&error);
    else
        mf__forms_say_wrote(forms, common);
    return status;
}
