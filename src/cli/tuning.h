/* SPDX-License-Identifier: Apache-2.0 */
/* From what was typed to a search that can be run. */
#ifndef CLI_TUNING_H
#define CLI_TUNING_H

#include "cli/cli.h"
#include "cli/tuning_options.h"
#include "tune/study.h"

/* What a search stands on. The request points into it, so it stays where it is. */
struct mf__tuning {
    mf_table *table;
    struct mf__space space;
    struct mf__left_out left_out;
    struct mf__study_request request;
    uint64_t read_ns;
};

/* Settles the settings, reads the table and the space, and makes the request, which has no limits
 * and no notes. `ret` can be given to mf__tuning_done also when it failed. */
int mf__tuning_open(struct mf__tuning_settings *settings, const char *file, struct mf__tuning *ret,
                    mf_error *error);
void mf__tuning_done(struct mf__tuning *tuning);

/* An error of the study that begins with a parameter's name: names the option too. Returns `code`.
 */
int mf__tuning_error(const struct mf__tuning *tuning, int code, mf_error *error);

/* Adds a command so that a shell reads its words as they are, also when it was shown on a page, in
 * ASCII or not, and copied from there. */
void mf__shell_words(const struct mf__command_line *line, bool ascii, struct mf__buffer *out);

#endif
