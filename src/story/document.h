/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Result documents: JSON that manyfold has written, as schema/ describes it, read back. A document
 * is checked once, when it is read: what stories rely on is then there and of its type. What else
 * is there may be missing, since later minor versions add fields.
 */
#ifndef STORY_DOCUMENT_H
#define STORY_DOCUMENT_H

#include <manyfold/status.h>

#include "story/story.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mf__document_kind {
    MF__DOCUMENT_COMPARE, /* manyfold-compare-1 */
    MF__DOCUMENT_TUNE,    /* manyfold-tune-1 */
    MF__DOCUMENT_TRAIN,   /* manyfold-train-1 */
    MF__DOCUMENT_LAB,     /* manyfold-lab-1: several of these with a name each */
};

/* Start with {0}; free with mf__document_done. */
struct mf__document {
    enum mf__document_kind kind;
    char *name;    /* where it came from: a file's name, "run 3 of lab.db" */
    bool is_newer; /* of a later minor version: it may hold what is not told */
    json_t *root;  /* owned */
};

void mf__document_done(struct mf__document *document);

/* "compare", "tune", "train", "lab" */
const char *mf__document_kind_name(enum mf__document_kind kind);

/* Adds what it is, for people: "Comparison: sum of 1..10". */
void mf__document_title(const struct mf__document *document, struct mf__buffer *out);

/*
 * Reads the text of a document. MF_E_FORMAT, with `name`, where, and what was expected: no JSON,
 * not one of ours, of a later major version, something missing or of the wrong type. MF_E_MEMORY.
 */
int mf__document_parse(const char *text, size_t length, const char *name,
                       struct mf__document *ret_document, mf_error *error);

/* The same of a tree that is there; takes a reference. */
int mf__document_take(json_t *root, const char *name, struct mf__document *ret_document,
                      mf_error *error);

/*
 * Tells the story of some documents, at least one, one after the other, into an empty story.
 * MF_E_MEMORY. The caller frees the story in any case.
 */
int mf__story_tell(const struct mf__document *documents, size_t n, struct mf__story *story,
                   mf_error *error);

/* Each kind's chapters, at heading `level` and below (compare_story.c and so on). The answers that
 * a reader wants first are a chapter of their own, which comes before. */
void mf__story_compare_answers(struct mf__story *story, const json_t *root);
void mf__story_compare(struct mf__story *story, const json_t *root, unsigned level);
void mf__story_tune_answers(struct mf__story *story, const json_t *root);
void mf__story_tune(struct mf__story *story, const json_t *root, unsigned level);
void mf__story_train_answers(struct mf__story *story, const json_t *root);
void mf__story_train(struct mf__story *story, const json_t *root, unsigned level);
void mf__story_lab_answers(struct mf__story *story, const json_t *root);
void mf__story_lab(struct mf__story *story, const json_t *root, unsigned level);

/* ---- looking into a document ---- */

/* What stands under a path, "statistics.time_ns.median" or "samples.0.ns"; NULL: nothing, or null.
 */
const json_t *mf__look(const json_t *from, const char *path);

/* The same as a type; NAN, "", 0, false where there is none. A text lives as long as its document.
 */
double mf__look_real(const json_t *from, const char *path); /* also of an integer */
const char *mf__look_text(const json_t *from, const char *path);
uint64_t mf__look_count(const json_t *from, const char *path); /* also of digits in a string */
bool mf__look_true(const json_t *from, const char *path);
size_t mf__look_length(const json_t *from, const char *path); /* of an array */

/* Adds the command that made a document, for a shell; nothing where there is none. */
void mf__look_command(const json_t *root, struct mf__buffer *out);

#endif
