/* SPDX-License-Identifier: Apache-2.0 */
/* What the laws found, in a table; and what is not known of them, in notes. */
#include "base/text.h"
#include "story/compare_parts.h"

#include <math.h>
#include <string.h>

#define USL_POINTS 4 /* the worker counts that the universal scalability law takes */

static const json_t *law_at(const json_t *root, size_t i)
{
    return json_array_get(mf__look(root, "laws"), i);
}

static void add_residual(struct mf__story *story, const json_t *law)
{
    if (strcmp(mf__look_text(law, "fit"), "exact") == 0)
        mf__story_cell(story, "nothing checks it");
    else
        mf__story_cell(story, "%s", mf__show_percent(mf__look_real(law, "residual"), 2).text);
}

static void add_amdahl(struct mf__story *story, const json_t *laws)
{
    const json_t *law = mf__look(laws, "amdahl");
    const struct mf__interval fraction = mf__told_interval(law, "serial_fraction");
    mf__story_cell(story, "%s", mf__told_way(laws));
    mf__story_cell(story, "Amdahl");
    mf__story_cell(story, "serial fraction %s", mf__show_serial_fraction(&fraction).text);
    /* Above 1 there is no limit to name: more workers are slower. */
    mf__story_cell(story, "%s", fraction.mid <= 1.0 ? mf__told_factor(law, "limit").text : "");
    add_residual(story, law);
}

static void add_usl(struct mf__story *story, const json_t *laws)
{
    const json_t *law = mf__look(laws, "usl");
    const struct mf__interval sigma = mf__told_interval(law, "sigma");
    const struct mf__interval kappa = mf__told_interval(law, "kappa");
    const struct mf__interval peak = mf__told_interval(law, "peak_workers");
    mf__story_cell(story, "%s", mf__told_way(laws));
    mf__story_cell(story, "USL");
    mf__story_cell(story, "contention %s, coherency %s", mf__show_sure_percent(&sigma).text,
                   mf__show_sure_percent(&kappa).text);
    if (isfinite(peak.mid))
        mf__story_cell(story, "%s with %s workers", mf__told_factor(law, "peak_speedup").text,
                       mf__show_fixed(peak.mid, 0).text);
    else
        mf__story_cell(story, "%s", mf__told_factor(law, "peak_speedup").text);
    add_residual(story, law);
}

static void say_table(struct mf__story *story, const json_t *root)
{
    mf__story_table(story, "The laws, as fitted");
    mf__story_column(story, false, "way");
    mf__story_column(story, false, "law");
    mf__story_column(story, false, "what it finds [95 %]");
    mf__story_column(story, false, "highest speedup [95 %]");
    mf__story_column(story, true, "times lie off it by");
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++) {
        if (mf__look(law_at(root, i), "amdahl") != NULL)
            add_amdahl(story, law_at(root, i));
        if (mf__look(law_at(root, i), "usl") != NULL)
            add_usl(story, law_at(root, i));
    }
}

/* ---- what is not known ---- */

static const char *why_not_fitted(const json_t *root, const char *way)
{
    if (mf__told_is_wrong(root, way))
        return "an answer is wrong, so its times say nothing";
    return mf__told_has_failed(root, way) ? "some of its runs failed, and a law takes 2 worker "
                                            "counts"
                                          : "a law takes 2 worker counts within the cores";
}

static const char *held_at_zero(const json_t *law)
{
    bool sigma = mf__look_true(law, "sigma_at_zero");
    bool kappa = mf__look_true(law, "kappa_at_zero");
    return sigma && kappa ? "contention and coherency are"
           : sigma        ? "contention is"
           : kappa        ? "coherency is"
                          : NULL;
}

static void note_way(struct mf__story *story, const json_t *root, const json_t *laws)
{
    const char *way = mf__look_text(laws, "way");
    const json_t *amdahl = mf__look(laws, "amdahl");
    const char *held = held_at_zero(mf__look(laws, "usl"));
    if (amdahl == NULL)
        mf__story_note(story, "No law is fitted to %s: %s.", mf__told_way(laws),
                       why_not_fitted(root, way));
    if (held != NULL)
        mf__story_note(story,
                       "In the universal scalability law of %s, %s held at 0: the times would "
                       "rather have less.",
                       mf__told_way(laws), held);
}

/* Two worker counts settle the two unknowns of Amdahl's law, and leave nothing to check it by. */
static void note_exact(struct mf__story *story, const json_t *root)
{
    struct mf__buffer ways = {0};
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++) {
        if (strcmp(mf__look_text(law_at(root, i), "amdahl.fit"), "exact") != 0)
            continue;
        mf__told_next(&ways, " and ");
        mf__buffer_put(&ways, mf__told_way(law_at(root, i)));
    }
    if (ways.length > 0)
        mf__enumerate(ways.bytes);
    if (ways.length > 0)
        mf__story_note(story,
                       "Amdahl's law stands on two worker counts for %s. It fits them exactly, so "
                       "nothing checks it: what it predicts is a guess.",
                       mf__buffer_text(&ways));
    mf__text_done(story, &ways);
}

static void note_usl(struct mf__story *story, const json_t *root)
{
    uint64_t most = 0;
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++)
        if (mf__look_count(law_at(root, i), "points") > most)
            most = mf__look_count(law_at(root, i), "points");
    if (most < USL_POINTS)
        mf__story_note(story,
                       "The universal scalability law (USL) is neither fitted nor drawn: it takes "
                       "%d worker counts within the cores, and there %s %llu.",
                       USL_POINTS, most == 1 ? "is" : "are", (unsigned long long)most);
}

void mf__compare_laws(struct mf__story *story, const json_t *root, unsigned level)
{
    bool is_fitted = false;
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++)
        is_fitted = is_fitted || mf__look(law_at(root, i), "amdahl") != NULL;
    mf__story_section(story, level, "laws", "What the laws say");
    if (is_fitted)
        say_table(story, root);
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++)
        note_way(story, root, law_at(root, i));
    note_exact(story, root);
    note_usl(story, root);
}
