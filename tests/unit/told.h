/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of scripted comparisons, and looking into them. */
#ifndef TESTS_TOLD_H
#define TESTS_TOLD_H

#include "story/document.h"

/* What the documents of scenes say they are: what a page must not take for its own. */
#define HOSTILE "<b onclick='x'>&amp;\x1b[31m</script>"

/* The document of a scene (comparisons.h). */
json_t *document(const char *scene);

/* A story into an empty one; and that of a scene, which has to be whole. */
void tell(struct mf__story *story, const json_t *root);
void told(const char *scene, json_t **ret_root, struct mf__story *ret_story);
void done(json_t *root, struct mf__story *story);

/* Blocks by their ids; block_of fails the test when there is none. */
bool has_block(const struct mf__story *story, const char *id);
const struct mf__block *block_of(const struct mf__story *story, const char *id);

/* The answer to a question, "" where it was not asked; whether a note has these words. */
const char *answer_to(const struct mf__story *story, const char *question);
bool has_note(const struct mf__story *story, const char *words);

void assert_within(const char *text, const char *part);

/* A series of the document; fails the test when there is none. */
const json_t *series_of(const json_t *root, const char *role, const char *way, int workers);

#endif
