/* SPDX-License-Identifier: Apache-2.0 */
/* Stories to make forms of: every kind of block, in words as they are and in hostile ones. */
#ifndef TESTS_STORIES_H
#define TESTS_STORIES_H

#include "story/story.h"

/* Free both with mf__story_done. */
void story_usual(struct mf__story *ret_story);
void story_hostile(struct mf__story *ret_story);

/* The words that the hostile one is made of; ends with NULL. */
extern const char *const hostile_words[];

#endif
