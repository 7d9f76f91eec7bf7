/* SPDX-License-Identifier: Apache-2.0 */
/* Saying things: what the files that make up the verdict share. */
#ifndef COMPARE_TALK_H
#define COMPARE_TALK_H

#include "base/buffer.h"
#include "base/number.h"
#include "compare/comparison.h"

/* A verdict under way. Once `code` is not 0 nothing more is said, so that one look at the end does.
 */
struct mf__talk {
    struct mf__comparison *comparison;
    mf_error *error;
    int code;
};

/* Adds a sentence. */
void mf__talk_say(struct mf__talk *talk, const char *topic, const char *format, ...)
    MF_PRINTF(3, 4);

/* Frees a text that was put together for a sentence; one that lacks a part fails the verdict. */
void mf__talk_done(struct mf__talk *talk, struct mf__buffer *text);

/* A list that is whole, "a and b and c", as an enumeration: "a, b and c". Nothing is added to it
 * afterwards. */
const char *mf__talk_list(struct mf__buffer *list);

/* Starts the next element of a list in words: "a", then " and b", or ", b". */
void mf__talk_next(struct mf__buffer *list, const char *separator);

/* "threads with 2 workers", "the serial way" */
struct mf__shown mf__talk_name(const struct mf__series *series);

/* "2.08 s" */
struct mf__shown mf__talk_time(const struct mf__series *series);

/* "1.94" */
struct mf__shown mf__talk_number(double value);

/* "1.91 to 1.96", with so many decimals that it does not read as if it held 1, or were 1. */
struct mf__shown mf__talk_range(const struct mf__interval *interval);

/* The mid of an interval, with as many decimals as its ends have. */
struct mf__shown mf__talk_mid(const struct mf__interval *interval);

/* "2.11 % to 3.47 %" */
struct mf__shown mf__talk_percents(const struct mf__interval *interval);

/*
 * The ceiling of the most workers, where it lies below half of what they would gain with a core
 * each: then the machine, and not the ways, decides what is measured. NULL otherwise.
 */
const struct mf__series *mf__starved(const struct mf__comparison *comparison);

/* What would take more rounds: "a longer --budget". */
const char *mf__talk_cure(const struct mf__comparison *comparison);

/* "" or "s" */
const char *mf__talk_plural(size_t n);

/* The parts of a verdict that are in files of their own. */
void mf__say_why(struct mf__talk *talk);
void mf__say_workers(struct mf__talk *talk);
void mf__say_launch(struct mf__talk *talk);
void mf__say_evens(struct mf__talk *talk);
void mf__say_warnings(struct mf__talk *talk);
void mf__say_next(struct mf__talk *talk);

#endif
