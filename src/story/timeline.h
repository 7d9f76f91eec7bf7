/* SPDX-License-Identifier: Apache-2.0 */
/* Which worker computed when: one run, worker by worker, item by item. */
#ifndef STORY_TIMELINE_H
#define STORY_TIMELINE_H

#include "story/story.h"

/*
 * Adds the chart of a run's ledger, a "ledger" of any document, with a caption and the workers'
 * times as its table. Whether it was added: a ledger without spans, as those of most samples and
 * of documents before 1.1 are, has nothing to draw. `ledger` may be NULL.
 */
bool mf__story_timeline(struct mf__story *story, const json_t *ledger, const char *id,
                        const char *title);

#endif
