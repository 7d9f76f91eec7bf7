/* SPDX-License-Identifier: Apache-2.0 */
/* Where the result of a search goes: text, JSON, CSV, the model, the journal, the forms of a
 * report.
 */
#ifndef CLI_TUNE_WRITE_H
#define CLI_TUNE_WRITE_H

#include <manyfold/model.h>

#include "cli/cli.h"
#include "cli/form_options.h"
#include "cli/places.h"
#include "cli/step.h"
#include "report/tune.h"

struct mf__tune_outputs {
    const char *journal;
    const char *model;
    const char *json;
    const char *csv;
    struct mf__form_outputs forms;
};

/* Without the journal, which is more than an output. */
extern const struct mf__option mf__tune_output_options[];

/* Finds out before hours of searching whether the outputs can be written, that none takes the place
 * of what is read, and that a plan is asked for nothing that only a search has. */
int mf__tune_outputs_check(const struct mf__tune_outputs *outputs, bool plan,
                           const struct mf__places *read, mf_error *error);

/* What the report itself does not know. */
struct mf__tune_told {
    const struct mf__tune_outputs *outputs;
    const struct mf__common *common;
    const mf_model *model; /* the best, of all rows; NULL: not asked for */
    struct mf__step *step; /* takes the results; NULL: they are written */
};

/* Writes all outputs, each even where another one failed: the search took its time. An exit status.
 */
int mf__tune_write(const struct mf__tune_report *report, const struct mf__tune_told *told);

#endif
