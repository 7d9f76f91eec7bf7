/* SPDX-License-Identifier: Apache-2.0 */
/* Where the result of a comparison goes: text, JSON, CSV, the forms of a report. */
#ifndef CLI_COMPARE_WRITE_H
#define CLI_COMPARE_WRITE_H

#include "cli/cli.h"
#include "cli/compared.h"
#include "cli/form_options.h"
#include "cli/places.h"
#include "cli/step.h"
#include "compare/comparison.h"

struct mf__compare_outputs {
    const char *json;
    const char *csv;
    const char *journal;
    struct mf__form_outputs forms;
};

extern const struct mf__option mf__compare_output_options[];

/* Finds out before hours of measuring whether the outputs can be written, and that none takes the
 * place of what is read. */
int mf__compare_outputs_check(const struct mf__compare_outputs *outputs,
                              const struct mf__places *read, mf_error *error);

/* What the comparison itself does not know. */
struct mf__compare_told {
    const struct mf__compare_outputs *outputs;
    const struct mf__common *common;
    const struct mf__command_line *line;
    const struct mf__compared *compared;
    struct mf__step *step; /* takes the results; NULL: they are written */
};

/* Writes all outputs; `status` is what the command will end with otherwise. An exit status. */
int mf__compare_write(const struct mf__comparison *comparison, const struct mf__compare_told *told,
                      int status);

#endif
