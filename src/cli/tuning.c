/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tuning.h"

#include "base/clock.h"
#include "base/shell.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/learning_table.h"
#include "cli/scoring.h"

#include <string.h>

#define CLASSES_AT_LEAST                                                                           \
    2 /* the defaults of a forest ask for no more than whether there are any                       \
       */

/* ---- the space ---- */

static int read_space(const struct mf__tuning_settings *settings, struct mf__space *space,
                      mf_error *error)
{
    for (size_t i = 0; i < settings->grid.n; i++) {
        int code = mf__space_add(space, settings->grid.values[i], error);
        if (code != 0)
            return mf__fail_within(error, code, "--grid");
    }
    if (settings->search != MF__GRID)
        return 0;
    /* Said here in the words of options. */
    if (mf__space_is_drawn(space))
        return mf__fail(error, MF_E_INPUT,
                        "--grid: a grid needs lists of values; a distribution is for --search "
                        "random or halving, with --trials");
    if (mf__space_size(space) > MF__TRIALS_MAX)
        return mf__fail(error, MF_E_INPUT,
                        "--grid: %s%s combinations are more than %s; give fewer values, or draw "
                        "some with --search random --trials 200",
                        mf__space_size(space) == UINT64_MAX ? "more than " : "",
                        mf__show_count(mf__space_size(space), ',').text,
                        mf__show_count(MF__TRIALS_MAX, ',').text);
    return 0;
}

/* No option takes a value that begins with dashes, unless it is written --name=--value. So a word
 * that begins with "--name" is this option. */
static const char *typed_for(const struct mf__command_line *line,
                             const struct mf__parameter *parameter)
{
    for (size_t i = 0; i < line->n && strcmp(line->words[i], "--") != 0; i++) {
        const char *word = line->words[i];
        if (strncmp(word, "--", 2) == 0 &&
            mf__same_name(mf__parameter_name(parameter), word + 2, strcspn(word + 2, "=")))
            return word;
    }
    return NULL;
}

/* A value for all trials that was typed would have no effect where the parameter is searched. One
 * in a recipe stands for the searches that somebody types. */
static int check_typed(const struct mf__tuning_settings *settings, const struct mf__space *space,
                       mf_error *error)
{
    for (size_t i = 0; settings->line != NULL && i < space->n; i++) {
        const struct mf__parameter *parameter = space->dimensions[i].parameter;
        const char *word = typed_for(settings->line, parameter);
        if (word != NULL)
            return mf__fail(error, MF_E_INPUT,
                            "%.*s and --grid %s cannot go together: what is searched has no one "
                            "value for all trials; leave out one of them",
                            (int)strcspn(word, "="), word, mf__parameter_name(parameter));
    }
    return 0;
}

/* ---- the request ---- */

/* As mf_prepare_learn decides. */
static bool classifies(const mf_table *table, const struct mf__preparing *preparing)
{
    const mf_column *target = mf_table_column(table, mf_table_find(table, preparing->target));
    return preparing->task == MF_TASK_AUTO ? target->kind != MF_COLUMN_NUMERIC
                                           : preparing->task == MF_TASK_CLASSIFICATION;
}

static struct mf__ground ground_of(const struct mf__tuning_settings *settings,
                                   struct mf__tuning *tuning)
{
    const struct mf__validating *validating = &settings->validating;
    return (struct mf__ground){.table = tuning->table,
                               .preparing =
                                   mf__preparing_get(&settings->preparing, &tuning->left_out),
                               .validation = validating->oob         ? MF__VALIDATE_OOB
                                             : validating->folds > 0 ? MF__VALIDATE_FOLDS
                                                                     : MF__VALIDATE_SPLIT,
                               .test_size = validating->test_size,
                               .folds = validating->folds,
                               .seed = (uint32_t)settings->seed};
}

/* A halving takes all combinations unless there is no end to them. */
static uint64_t trials_of(const struct mf__tuning_settings *settings, const struct mf__space *space)
{
    bool endless = settings->search == MF__HALVING && mf__space_is_drawn(space);
    return settings->trials == 0 && endless ? MF__TRIALS_USUAL : settings->trials;
}

static int make_request(const struct mf__tuning_settings *settings, struct mf__tuning *tuning,
                        mf_error *error)
{
    struct mf__study_request *request = &tuning->request;
    bool classes = classifies(tuning->table, &settings->preparing);
    struct mf__metrics metrics;
    int code = mf__metrics_get(&settings->scores, classes, &metrics, error);
    if (code != 0)
        return code;
    *request = (struct mf__study_request){
        .ground = ground_of(settings, tuning),
        .config = {.forest = mf__forest_params_get(&settings->forest,
                                                   classes ? CLASSES_AT_LEAST : 0, settings->seed),
                   .encode = (int)settings->preparing.encode,
                   .impute = (int)settings->preparing.impute},
        .space = &tuning->space,
        .strategy = (int)settings->search,
        .n_trials = trials_of(settings, &tuning->space),
        .halving = {.factor = settings->factor,
                    .resource = (int)settings->resource,
                    .smallest = settings->min_resource},
        .n_metrics = metrics.n,
        .share = !settings->no_share};
    memcpy(request->metrics, metrics.list, sizeof request->metrics);
    return 0;
}

int mf__tuning_open(struct mf__tuning_settings *settings, const char *file, struct mf__tuning *ret,
                    mf_error *error)
{
    uint64_t start_ns = mf__now_ns();
    *ret = (struct mf__tuning){0};
    int code = mf__tuning_settle(settings, error);
    if (code == 0)
        code = read_space(settings, &ret->space, error);
    if (code == 0)
        code = check_typed(settings, &ret->space, error);
    if (code == 0)
        code = mf__learning_table_open(&settings->reading, file, &settings->preparing, &ret->table,
                                       error);
    if (code == 0)
        code = make_request(settings, ret, error);
    ret->read_ns = mf__now_ns() - start_ns;
    return code;
}

void mf__tuning_done(struct mf__tuning *tuning)
{
    mf__space_done(&tuning->space);
    mf_table_free(&tuning->table);
}

/* The study names the trial first, "trial 7 (max_features=80): max_features is 80: ...". */
static const char *behind_trial(const char *text)
{
    const char *end = strncmp(text, "trial ", strlen("trial ")) == 0 ? strstr(text, "): ") : NULL;
    return end != NULL ? end + strlen("): ") : text;
}

int mf__tuning_error(const struct mf__tuning *tuning, int code, mf_error *error)
{
    const mf_error plain = *error;
    const char *text = behind_trial(plain.text);
    size_t n = strcspn(text, " :");
    for (size_t i = 0; i < tuning->space.n; i++)
        if (mf__same_name(mf__parameter_name(tuning->space.dimensions[i].parameter), text, n))
            return mf__fail(error, code, "--grid: %s", text);
    mf__fail(error, code, "%s", text);
    mf__forest_error(code, error);
    if (strncmp(error->text, "--", 2) != 0) /* no parameter is to blame alone */
        *error = plain;
    return code;
}

/* ---- the command ---- */

void mf__shell_words(const struct mf__command_line *line, bool ascii, struct mf__buffer *out)
{
    for (size_t i = 0; i < line->n; i++) {
        mf__buffer_put(out, i > 0 ? " " : "");
        mf__shell_word(line->words[i], ascii, out);
    }
    if (line->is_cut)
        mf__buffer_put(out, " ...");
}
