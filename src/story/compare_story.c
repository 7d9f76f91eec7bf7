/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison, chapter by chapter, in the order in which a reader wants them. */
#include "story/compare_parts.h"
#include "story/timeline.h"

/* When which worker computed: the last run of the series that the verdict tells of. */
static void tell_timeline(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *series = mf__told_telling(root);
    const json_t *samples = mf__look(series, "samples");
    const json_t *last = json_array_get(samples, json_array_size(samples) - 1);
    struct mf__buffer title = {0};
    if (mf__look_length(last, "ledger.spans") == 0)
        return;
    mf__buffer_print(&title, "A run of %s, moment by moment", mf__told_name(series).text);
    mf__story_section(story, level, "timeline", mf__buffer_text(&title));
    mf__story_timeline(story, mf__look(last, "ledger"), "timeline-chart",
                       "When each worker computed");
    mf__text_done(story, &title);
}

void mf__story_compare(struct mf__story *story, const json_t *root, unsigned level)
{
    mf__compare_times(story, root, level);
    mf__compare_speedup(story, root, level);
    mf__compare_efficiency(story, root, level);
    mf__compare_weak(story, root, level);
    mf__compare_where(story, root, level);
    tell_timeline(story, root, level);
    mf__compare_even(story, root, level);
    mf__compare_formulae(story, root, level);
    mf__compare_measured(story, root, level);
}
