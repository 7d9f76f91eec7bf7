/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the chapters of a search share: its trials in order, their scores and values, and words for
 * them. A trial is an element of "trials" of the document.
 */
#ifndef STORY_SEARCHED_H
#define STORY_SEARCHED_H

#include "base/number.h"
#include "story/document.h"

#include <stdbool.h>

/* Start with mf__searched_open; free with mf__searched_done. All is the document's but the list. */
struct mf__searched {
    const json_t *root;
    const char *metric; /* the score that decides, "rmse" */
    int metric_id;      /* -1: one that this manyfold does not know */
    bool larger;        /* is better */
    size_t n_trials;
    size_t n_folds;
    const json_t *space;
    const json_t **ranked; /* the trials that have a rank, the best first */
    size_t n_ranked;
    size_t n_alike; /* the first of these, which were scored by what the best was scored by */
    size_t every;   /* charts show the best and each so many-th trial in the order of ranks */
    bool is_whole;  /* all trials were run */
    bool is_planned;
};

/* False, and the story has failed: no memory. */
bool mf__searched_open(struct mf__story *story, const json_t *root, struct mf__searched *ret);
void mf__searched_done(struct mf__searched *searched);

/* The deciding score of a trial; NaN where there is none. */
double mf__searched_score(const struct mf__searched *searched, const json_t *trial);

/* Scores as reports show them: "26,491", "9.44 %", "0.0841". */
struct mf__shown mf__searched_show(const struct mf__searched *searched, double score);
struct mf__shown mf__score_show(const char *metric, double score);

/* A number in three digits and what goes into a cell of a map: "26.5k", "0.912". */
struct mf__shown mf__short_number(double value);

/* Half a word: "none", "sqrt", "10", "0.3", "1.0", as it would be typed. */
struct mf__shown mf__value_show(const json_t *value);

/* The value of a trial for the n-th parameter of the space; NULL: None. */
const json_t *mf__searched_value(const struct mf__searched *searched, const json_t *trial,
                                 size_t parameter);
const char *mf__searched_name(const struct mf__searched *searched, size_t parameter);

/* How many values of the n-th parameter those have that are compared; 2 stands for all numbers that
 * were drawn, when there are two trials. */
size_t mf__searched_tried(const struct mf__searched *searched, size_t parameter);

/* Adds "max_depth=none, n_estimators=100". */
void mf__searched_say_values(const struct mf__searched *searched, const json_t *trial,
                             struct mf__buffer *out);

/* "better" is in the sense of the metric: "lower" or "higher". */
const char *mf__searched_good(const struct mf__searched *searched);

/* How much a parameter alone explains, from 0 to 1; NaN: not known. */
double mf__searched_effect(const struct mf__searched *searched, const char *parameter);

/* ---- texts and charts ---- */

/* A copy to go through, as jansson does that only with what may be changed. Without memory the
 * story has failed. */
json_t *mf__copy_of(struct mf__story *story, const json_t *from);

/* "" or "s" */
const char *mf__plural_of(uint64_t n);

struct mf__shown mf__count_of(uint64_t n);

/* Puts the scale of an axis in place of its mark: logarithmic, or linear without 0. */
void mf__chart_scale(json_t **chart, const char *mark, bool is_log);

/* Chapters of the search (search_charts.c, search_map.c). */
void mf__search_parameters(struct mf__story *story, const struct mf__searched *searched);
void mf__search_map(struct mf__story *story, const struct mf__searched *searched);
void mf__search_ranks(struct mf__story *story, const struct mf__searched *searched);
void mf__search_times(struct mf__story *story, const struct mf__searched *searched);
void mf__search_rungs(struct mf__story *story, const struct mf__searched *searched);

#endif
