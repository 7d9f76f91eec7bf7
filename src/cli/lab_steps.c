/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "cli/lab.h"

#include <string.h>

static int (*const runs[MF__LAB_STEPS])(struct mf__arguments *arguments, struct mf__step *step) = {
    [MF__LAB_SUM] = mf__compare_step,
    [MF__LAB_TRAIN] = mf__train_step,
    [MF__LAB_SEARCH] = mf__tune_step,
    [MF__LAB_COMPARED] = mf__compare_step,
};

void mf__lab_done(struct mf__lab *lab)
{
    for (size_t i = 0; i < MF__LAB_STEPS; i++) {
        mf__step_done(&lab->results[i].step);
        mf__document_done(&lab->results[i].document);
    }
    for (size_t i = 0; i < MF__LAB_FILES; i++)
        mf__buffer_done(&lab->paths[i]);
}

void mf__lab_failed(struct mf__lab *lab, int status)
{
    if (lab->status == MF__EXIT_DONE)
        lab->status = status;
}

bool mf__lab_wants(const struct mf__lab *lab, enum mf__lab_step step)
{
    return lab->settings->part == 0 || lab->settings->part == mf__lab_step_names[step].part;
}

/* The verb parses a copy of the list, since parsing moves what is in it. */
static int run_words(const struct mf__lab *lab, enum mf__lab_step at, struct mf__step *step)
{
    struct mf__words words = {0};
    char *moved[MF__LAB_WORDS];
    mf_error error;
    mf__lab_words(lab, at, &words);
    if (words.failed) {
        mf__words_done(&words);
        mf__fail_memory(&error, sizeof words, "the words of a step");
        return mf__tell(&error);
    }
    memcpy(moved, words.values, sizeof moved);
    struct mf__arguments arguments = {words.n - 1, moved + 1}; /* behind the verb */
    step->common = &lab->settings->common;
    int status = runs[at](&arguments, step);
    mf__words_done(&words);
    return status;
}

int mf__lab_check(struct mf__lab *lab)
{
    int status = MF__EXIT_DONE;
    lab->only_checks = true;
    for (enum mf__lab_step at = 0; at < MF__LAB_STEPS && status == MF__EXIT_DONE; at++) {
        struct mf__step step = {.check = true};
        if (mf__lab_wants(lab, at))
            status = run_words(lab, at, &step);
        mf__step_done(&step);
    }
    lab->only_checks = false;
    return status;
}

int mf__lab_go(struct mf__lab *lab, enum mf__lab_step at)
{
    struct mf__lab_result *result = &lab->results[at];
    const struct mf__buffer *json = &result->step.json;
    mf_error error;
    /* Its rounds are few because it is quick, and it has no option for their number. */
    result->step.cure = lab->settings->quick ? "a lab without --quick" : NULL;
    result->status = run_words(lab, at, &result->step);
    if (json->length == 0)
        return result->status;
    int code = mf__document_parse(mf__buffer_text(json), json->length, mf__lab_step_names[at].name,
                                  &result->document, &error);
    return code == 0 ? result->status : mf__tell(&error);
}
