/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of a report that a verb writes to files: --html, --notebook, --markdown. */
#ifndef CLI_FORM_OPTIONS_H
#define CLI_FORM_OPTIONS_H

#include "base/options.h"
#include "cli/cli.h"
#include "cli/places.h"
#include "story/document.h"

struct mf__form_outputs {
    const char *html; /* NULL: not asked for; "-" is standard output */
    const char *notebook;
    const char *markdown;
};

/* Offsets are within struct mf__form_outputs. */
extern const struct mf__option mf__form_options[];

/* For mf__places_check. */
#define MF__FORM_OUTPUTS 3
void mf__form_places(const struct mf__form_outputs *outputs,
                     struct mf__place places[MF__FORM_OUTPUTS]);

bool mf__forms_asked(const struct mf__form_outputs *outputs);

/* Whether one of them goes to standard output, where the text would have stood. */
bool mf__forms_take_stdout(const struct mf__form_outputs *outputs);

/* Before anything long is done: whether what is asked for can be written at all.
 * MF_E_UNAVAILABLE: --html in a manyfold that was built without it. */
int mf__forms_check(const struct mf__form_outputs *outputs, mf_error *error);

/* Tells the story of the documents and writes every form that is asked for, each even where another
 * one failed; the first failure is told. Without any to write, nothing is done. */
int mf__forms_write(const struct mf__document *documents, size_t n,
                    const struct mf__form_outputs *outputs, mf_error *error);

/* Says on stderr, unless quiet, which files were asked for and written. */
void mf__forms_say_wrote(const struct mf__form_outputs *outputs, const struct mf__common *common);

/* The same of a result that was just made, in the words of --json. */
#define MF__RESULT_NAME "results.json"
int mf__forms_write_json(const struct mf__buffer *json, const struct mf__form_outputs *outputs,
                         mf_error *error);

/* Both --json, if `path` is not NULL, and the forms. Tells what fails, and what was written; an
 * exit status. */
int mf__result_write(const struct mf__buffer *json, const char *path,
                     const struct mf__form_outputs *forms, const struct mf__common *common);

#endif
