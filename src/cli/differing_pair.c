/* SPDX-License-Identifier: Apache-2.0 */
/* What two documents of one kind have in common. */
#include "cli/differing_pair.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* NULL for no text, which is what a report takes for "not recorded". */
static const char *text_or_null(const json_t *from, const char *path)
{
    return json_string_value(mf__look(from, path));
}

/* What can be gone through: mf__look() gives what can only be looked at. */
static json_t *member(const json_t *from, const char *object, const char *name)
{
    return json_object_get(json_object_get(from, object), name);
}

/* ---- is it the same question? ---- */

static bool is_equal(const json_t *one, const json_t *other)
{
    return one == NULL || other == NULL ? one == other : json_equal(one, other);
}

static int refuse(const struct mf__diff_pair *pair, const char *what, const json_t *old,
                  const json_t *new, mf_error *error)
{
    char *texts[2] = {json_dumps(old, JSON_COMPACT | JSON_ENCODE_ANY),
                      json_dumps(new, JSON_COMPACT | JSON_ENCODE_ANY)};
    int code =
        mf__fail(error, MF_E_INPUT,
                 "%s and %s answer different questions%s%s: %s is %s in the first and %s in "
                 "the second; runs of one question can be compared",
                 mf__show_path(pair->diff->old.name).text, mf__show_path(pair->diff->new.name).text,
                 pair->part != NULL ? " in their part " : "",
                 pair->part != NULL ? mf__quote(pair->part).text : "", mf__quote(what).text,
                 texts[0] != NULL ? mf__quote(texts[0]).text : "missing",
                 texts[1] != NULL ? mf__quote(texts[1]).text : "missing");
    mf__free(texts[0]);
    mf__free(texts[1]);
    return code;
}

/* What has to be equal, as paths. */
static int check_paths(const struct mf__diff_pair *pair, const char *const *paths, mf_error *error)
{
    int code = 0;
    for (; *paths != NULL && code == 0; paths++) {
        const json_t *old = mf__look(pair->old, *paths);
        const json_t *new = mf__look(pair->new, *paths);
        if (!is_equal(old, new))
            code = refuse(pair, *paths, old, new, error);
    }
    return code;
}

/* Settings of a job that change how it is computed and not what. */
static bool is_a_means(const char *setting)
{
    return strcmp(setting, "kernel") == 0 || strcmp(setting, "shared") == 0 ||
           strcmp(setting, "table") == 0; /* the digest of its data is compared */
}

/* Settings are texts; what is none was written by somebody else. */
static const char *setting_text(const json_t *setting)
{
    const char *text = json_string_value(setting);
    return text != NULL ? text : setting == NULL ? "missing" : "no text";
}

static int check_setting(const struct mf__diff_pair *pair, const char *name, const json_t *old,
                         const json_t *new, mf_error *error)
{
    if (is_equal(old, new))
        return 0;
    if (!is_a_means(name))
        return refuse(pair, name, old, new, error);
    mf__remark(&pair->diff->remarks, "%s is %s in the old run and %s in the new one", name,
               setting_text(old), setting_text(new));
    mf__diff_apart(pair->diff, name, setting_text(old), setting_text(new));
    return 0;
}

/* Every setting of either: one that only one of them has is a difference, whichever that is. */
static int check_settings(const struct mf__diff_pair *pair, mf_error *error)
{
    json_t *settings = member(pair->old, "job", "settings");
    json_t *others = member(pair->new, "job", "settings");
    const char *name = NULL;
    json_t *value = NULL;
    int code = 0;
    json_object_foreach(settings, name, value)
    {
        if (code == 0)
            code = check_setting(pair, name, value, json_object_get(others, name), error);
    }
    json_object_foreach(others, name, value)
    {
        if (code == 0 && json_object_get(settings, name) == NULL)
            code = check_setting(pair, name, NULL, value, error);
    }
    return code;
}

/* ---- rows ---- */

static int add_series(struct mf__diff_pair *pair, const struct mf__diff_series *made,
                      mf_error *error)
{
    struct mf__diff *diff = pair->diff;
    struct mf__diff_series *grown =
        mf__resize(diff->series, diff->n_series + 1, sizeof *diff->series);
    if (grown == NULL)
        return mf__fail_memory(error, (diff->n_series + 1) * sizeof *grown, "the series");
    diff->series = grown;
    grown[diff->n_series] = *made;
    grown[diff->n_series++].part = pair->part;
    return 0;
}

static int add_answer(struct mf__diff_pair *pair, const struct mf__diff_answer *made,
                      mf_error *error)
{
    struct mf__diff *diff = pair->diff;
    struct mf__diff_answer *grown =
        mf__resize(diff->answers, diff->n_answers + 1, sizeof *diff->answers);
    if (grown == NULL)
        return mf__fail_memory(error, (diff->n_answers + 1) * sizeof *grown, "the scores");
    diff->answers = grown;
    grown[diff->n_answers] = *made;
    grown[diff->n_answers++].part = pair->part;
    return 0;
}

/* A number that both have: equal to the last bit, or not. */
static int add_figure(struct mf__diff_pair *pair, const char *before, const char *name,
                      const json_t *old, const json_t *new, mf_error *error)
{
    struct mf__diff_answer answer = {.same = is_equal(old, new)};
    snprintf(answer.what, sizeof answer.what, "%s%.40s", before, name);
    snprintf(answer.old, sizeof answer.old, "%s",
             json_is_number(old) ? mf__show_real(json_number_value(old)).text : "none");
    snprintf(answer.new, sizeof answer.new, "%s",
             json_is_number(new) ? mf__show_real(json_number_value(new)).text : "none");
    return add_answer(pair, &answer, error);
}

/* One time each: what a search or a training took. */
static int add_times(struct mf__diff_pair *pair, const char *role, const char *path,
                     mf_error *error)
{
    double old_ns = mf__look_real(pair->old, path);
    double new_ns = mf__look_real(pair->new, path);
    struct mf__diff_series series = {.role = role,
                                     .way = text_or_null(pair->new, "way"),
                                     .workers = mf__look_count(pair->new, "workers"),
                                     .n_old = 1,
                                     .n_new = 1};
    if (!(old_ns > 0) || !(new_ns > 0))
        return 0;
    series.times_ns = mf__new(2, sizeof *series.times_ns);
    if (series.times_ns == NULL)
        return mf__fail_memory(error, 2 * sizeof *series.times_ns, "two times");
    series.times_ns[0] = old_ns;
    series.times_ns[1] = new_ns;
    if (!is_equal(mf__look(pair->old, "way"), mf__look(pair->new, "way")) ||
        !is_equal(mf__look(pair->old, "workers"), mf__look(pair->new, "workers")))
        mf__remark(&pair->diff->remarks, "the old run used %s with %s workers",
                   mf__look_text(pair->old, "way"),
                   mf__show_count(mf__look_count(pair->old, "workers"), ',').text);
    mf__remark(
        &pair->diff->remarks,
        "a %s is run once, so its time by itself tells no change; \"manyfold compare\" times "
        "one again and again",
        role);
    int code = add_series(pair, &series, error);
    if (code != 0)
        mf__free(series.times_ns);
    return code;
}

/* ---- comparisons ---- */

static bool is_ceiling(const json_t *series)
{
    return strcmp(mf__look_text(series, "role"), "ceiling") == 0;
}

static const json_t *partner_of(const json_t *series, const json_t *among)
{
    static const char *const keys[] = {"role", "way", "workers", "size"};
    for (size_t i = 0; i < json_array_size(among); i++) {
        const json_t *other = json_array_get(among, i);
        bool equal = true;
        for (size_t k = 0; k < sizeof keys / sizeof keys[0] && equal; k++)
            equal = is_equal(mf__look(series, keys[k]), mf__look(other, keys[k]));
        if (equal)
            return other;
    }
    return NULL;
}

static void copy_times(const json_t *series, double *ret_times_ns)
{
    const json_t *samples = mf__look(series, "samples");
    for (size_t i = 0; i < json_array_size(samples); i++)
        ret_times_ns[i] = mf__look_real(json_array_get(samples, i), "ns");
}

static enum mf__sameness sameness_of(const json_t *old, const json_t *new)
{
    const json_t *digest = mf__look(old, "digest");
    const json_t *other = mf__look(new, "digest");
    if (digest == NULL || other == NULL)
        return MF__SAMENESS_UNKNOWN;
    return json_equal(digest, other) ? MF__SAME : MF__DIFFERENT;
}

static int add_compared(struct mf__diff_pair *pair, const json_t *old, const json_t *new,
                        mf_error *error)
{
    struct mf__diff_series series = {.role = mf__look_text(old, "role"),
                                     .way = text_or_null(old, "way"),
                                     .workers = mf__look_count(old, "workers"),
                                     .size = text_or_null(old, "size"),
                                     .n_old = mf__look_length(old, "samples"),
                                     .n_new = mf__look_length(new, "samples"),
                                     .answer = sameness_of(old, new)};
    series.times_ns = mf__new(series.n_old + series.n_new, sizeof *series.times_ns);
    if (series.times_ns == NULL)
        return mf__fail_memory(error, (series.n_old + series.n_new) * sizeof(double), "samples");
    copy_times(old, series.times_ns);
    copy_times(new, series.times_ns + series.n_old);
    int code = add_series(pair, &series, error);
    if (code != 0)
        mf__free(series.times_ns);
    return code;
}

static void note_missing(struct mf__diff_pair *pair, const json_t *series, const char *where)
{
    const struct mf__diff_series named = {.part = pair->part,
                                          .role = mf__look_text(series, "role"),
                                          .way = text_or_null(series, "way"),
                                          .workers = mf__look_count(series, "workers"),
                                          .size = mf__look_text(series, "size")};
    mf__buffer_put(pair->missing, pair->missing->length > 0 ? "; " : "");
    mf__diff_name(&named, pair->missing);
    mf__buffer_print(pair->missing, " (%s)", where);
}

/* The series that both have, but only the ceilings among them, or all others. */
static int add_common(struct mf__diff_pair *pair, bool ceilings, mf_error *error)
{
    const json_t *old = mf__look(pair->old, "series");
    const json_t *new = mf__look(pair->new, "series");
    int code = 0;
    for (size_t i = 0; i < json_array_size(old) && code == 0; i++) {
        const json_t *series = json_array_get(old, i);
        const json_t *partner = partner_of(series, new);
        if (is_ceiling(series) != ceilings)
            continue;
        if (partner == NULL)
            note_missing(pair, series, "old");
        else if (mf__look_length(series, "samples") == 0 ||
                 mf__look_length(partner, "samples") == 0)
            note_missing(pair, series, "without samples");
        else
            code = add_compared(pair, series, partner, error);
    }
    for (size_t i = 0; i < json_array_size(new) && code == 0; i++) {
        const json_t *series = json_array_get(new, i);
        if (is_ceiling(series) == ceilings && partner_of(series, old) == NULL)
            note_missing(pair, series, "new");
    }
    return code;
}

static int check_comparison(struct mf__diff_pair *pair, mf_error *error)
{
    static const char *const equal[] = {"job.name", "job.size", NULL};
    int code = check_paths(pair, equal, error);
    if (code == 0)
        code = check_settings(pair, error);
    if (code == 0)
        mf__diff_pair_remark_place(pair);
    return code;
}

/* ---- searches and trainings ---- */

/* A score is a number, or has one as its mean. */
static const json_t *figure_of(const json_t *score)
{
    return json_is_number(score) ? score : mf__look(score, "mean");
}

/* Each score of either by its name. */
static int add_scores(struct mf__diff_pair *pair, const char *before, json_t *old, json_t *new,
                      mf_error *error)
{
    const char *name = NULL;
    json_t *score = NULL;
    int code = 0;
    json_object_foreach(old, name, score)
    {
        if (code == 0)
            code = add_figure(pair, before, name, figure_of(score),
                              figure_of(json_object_get(new, name)), error);
    }
    json_object_foreach(new, name, score)
    {
        if (code == 0 && json_object_get(old, name) == NULL)
            code = add_figure(pair, before, name, NULL, figure_of(score), error);
    }
    return code;
}

static bool has_result(const json_t *trial)
{
    return mf__look(trial, "seconds") != NULL;
}

/* The same search has the same trials in the same order; of a stopped one some have no scores. */
static int add_trials(struct mf__diff_pair *pair, mf_error *error)
{
    const json_t *old = mf__look(pair->old, "trials");
    const json_t *new = mf__look(pair->new, "trials");
    size_t compared = 0;
    size_t differ = 0;
    for (size_t i = 0; i < json_array_size(old) && i < json_array_size(new); i++) {
        const json_t *one = json_array_get(old, i);
        const json_t *other = json_array_get(new, i);
        if (!has_result(one) || !has_result(other) ||
            !is_equal(mf__look(one, "params"), mf__look(other, "params")) ||
            !is_equal(mf__look(one, "resource"), mf__look(other, "resource")))
            continue;
        compared++;
        differ += !is_equal(mf__look(one, "scores"), mf__look(other, "scores"));
    }
    struct mf__diff_answer answer = {.same = differ == 0};
    snprintf(answer.what, sizeof answer.what, "scores of %zu trial%s", compared,
             compared == 1 ? "" : "s");
    snprintf(answer.new, sizeof answer.new, "%zu differ", differ);
    return compared > 0 ? add_answer(pair, &answer, error) : 0;
}

static bool is_whole(const json_t *search)
{
    return strcmp(mf__look_text(search, "end"), "done") == 0;
}

static int add_search(struct mf__diff_pair *pair, mf_error *error)
{
    uint64_t kept = mf__look_count(pair->old, "journal.trials_kept") +
                    mf__look_count(pair->new, "journal.trials_kept");
    bool whole = is_whole(pair->old) && is_whole(pair->new);
    int code = add_trials(pair, error);
    if (!whole)
        mf__remark(&pair->diff->remarks, "a search was not finished, so neither the best trials "
                                         "nor the times are compared");
    else if (kept > 0)
        mf__remark(&pair->diff->remarks, "trials came from a journal, so the times are of the "
                                         "others only and are not compared");
    if (code == 0 && whole)
        code = add_scores(pair, "best ", member(pair->old, "best", "scores"),
                          member(pair->new, "best", "scores"), error);
    return code == 0 && whole && kept == 0 ? add_times(pair, "search", "times.run_ns", error)
                                           : code;
}

static int add_training(struct mf__diff_pair *pair, mf_error *error)
{
    int code = add_scores(pair, "test ", member(pair->old, "scores", "test"),
                          member(pair->new, "scores", "test"), error);
    if (code == 0)
        code = add_scores(pair, "mean of the folds ", member(pair->old, "scores", "folds_mean"),
                          member(pair->new, "scores", "folds_mean"), error);
    return code == 0 ? add_times(pair, "training", "times.grow_ns", error) : code;
}

/* ---- by kind ---- */

int mf__diff_pair_check(struct mf__diff_pair *pair, mf_error *error)
{
    static const char *const of_search[] = {
        "target",       "task",        "study.data_digest", "study.seed", "study.validation",
        "study.search", "study.space", "study.fixed",       NULL};
    static const char *const of_training[] = {"target", "task",  "table.rows",  "table.columns",
                                              "params", "split", "preparation", NULL};
    switch (pair->kind) {
    case MF__DOCUMENT_COMPARE:
        return check_comparison(pair, error);
    case MF__DOCUMENT_TUNE:
        return check_paths(pair, of_search, error);
    default:
        return check_paths(pair, of_training, error);
    }
}

int mf__diff_pair_add(struct mf__diff_pair *pair, mf_error *error)
{
    switch (pair->kind) {
    case MF__DOCUMENT_COMPARE:
        return add_common(pair, false, error);
    case MF__DOCUMENT_TUNE:
        return add_search(pair, error);
    default:
        return add_training(pair, error);
    }
}

int mf__diff_pair_add_ceilings(struct mf__diff_pair *pair, mf_error *error)
{
    return pair->kind == MF__DOCUMENT_COMPARE ? add_common(pair, true, error) : 0;
}
