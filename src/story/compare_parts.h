/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the chapters of a comparison share: finding series in the document, naming them, and showing
 * figures with their intervals. A series is an element of "series", `root` the whole document.
 */
#ifndef STORY_COMPARE_PARTS_H
#define STORY_COMPARE_PARTS_H

#include "report/figures.h"
#include "story/document.h"

#include <stdbool.h>

/* ---- series ---- */

#define MF__FAR 2 /* what a law says beyond so many times the most workers measured is a guess */

/* The n-th series, also NULL: there are fewer. */
const json_t *mf__told_series(const json_t *root, size_t n);
const json_t *mf__told_base(const json_t *root); /* the serial way */

bool mf__told_is(const json_t *series, const char *role); /* "base", "strong", "weak", "ceiling" */
bool mf__told_is_main(const json_t *series);              /* base or strong */
bool mf__told_has(const json_t *series, const char *statistic); /* a statistic, "speedup" */

/* A point of a way's laws: it has a speedup, and no more workers than cores. */
bool mf__told_is_point(const json_t *series, const char *way);

/* Whether an answer of the way, or that of the serial way, is wrong; whether some run failed. */
bool mf__told_is_wrong(const json_t *root, const char *way);
bool mf__told_has_failed(const json_t *root, const char *way);

/* The machine's ceiling with as many workers; NULL: not known. */
const json_t *mf__told_ceiling(const json_t *root, const json_t *series);

/* The fastest series if it has more than one worker, else the fastest one that has, within the
 * cores; NULL: there is none. */
const json_t *mf__told_telling(const json_t *root);

/* The laws of a way, when any are fitted; else NULL. */
const json_t *mf__told_laws(const json_t *root, const char *way);

/* How many worker counts the points have, all ways taken together, and the largest of them. */
unsigned mf__told_most_workers(const json_t *root);

/* Whether the worker counts asked for are 1, 2, 4, 8 ..., so that doubling is a step of the axis.
 */
bool mf__told_doubles(const json_t *root);

/* Whether there is any series of that role with that statistic. */
bool mf__told_any(const json_t *root, const char *role, const char *statistic);

/* ---- words ---- */

/* "threads with 2 workers", "the serial way". */
struct mf__shown mf__told_name(const json_t *series);
struct mf__shown mf__told_begin(const json_t *series); /* the same where a sentence begins */
const char *mf__told_way(const json_t *series); /* "threads"; "machine's ceiling" of a ceiling */

/* Why a series has no speedup: "wrong answer", "failed", "not compared"; NULL: it has. */
const char *mf__told_missing(const json_t *series);

/* The sentences of a topic, one after the other. */
void mf__told_sentences(const json_t *root, const char *topic, struct mf__buffer *out);

/* Adds a separator unless the list is empty. */
void mf__told_next(struct mf__buffer *list, const char *separator);

/* ---- figures ---- */

/* An interval as documents have it; an end that is null is infinite. */
struct mf__interval mf__told_interval(const json_t *from, const char *path);

/* The median time of a series with its interval: "20.3 ms [19.9 ms, 20.8 ms]". */
struct mf__shown mf__told_time(const json_t *series);

/* A speedup or the like, "1.68 [1.52, 1.84]", at a path within a series. */
struct mf__shown mf__told_factor(const json_t *from, const char *path);

/* What follows from the ceiling of a machine: that more is hardly to be had, or, where it is not
 * known well enough, that this cannot be told. */
const char *mf__told_ceiling_means(const json_t *ceiling);

/* Puts x, x_low and x_high into a row; the ends only where they are known and finite. */
void mf__told_put(json_t **row, const char *key, const struct mf__interval *interval, double unit);

/* The unit of an axis of times that go up to so many nanoseconds. */
struct mf__time_unit {
    const char *name;
    double ns;
};
struct mf__time_unit mf__told_unit(double most_ns);

/* ---- chapters ---- */

void mf__compare_times(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_speedup(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_laws(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_efficiency(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_weak(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_where(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_even(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_formulae(struct mf__story *story, const json_t *root, unsigned level);
void mf__compare_measured(struct mf__story *story, const json_t *root, unsigned level);

#endif
