/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader wants first, question by question. The verdict's own sentences answer; what they
 * leave open is filled in with figures.
 */
#include "story/compare_parts.h"

#include <math.h>
#include <string.h>

/* A topic's sentences, or `without` where there is none; neither: no answer. */
static void answer(struct mf__story *story, const json_t *root, const char *question,
                   const char *topic, const char *without)
{
    struct mf__buffer text = {0};
    mf__told_sentences(root, topic, &text);
    if (text.length > 0)
        mf__story_answer(story, question, "%s", mf__buffer_text(&text));
    else if (without != NULL)
        mf__story_answer(story, question, "%s", without);
    mf__text_done(story, &text);
}

static bool is_spoilt(const json_t *root)
{
    return mf__look_true(root, "verdict.wrong_answers");
}

static bool has_failures(const json_t *root)
{
    return mf__look_true(root, "verdict.failures");
}

static void say_same(struct mf__story *story, const json_t *root)
{
    answer(story, root, "Did every way give the same answer?", "answer",
           "Not known: no answers were compared.");
}

/* ---- by how much ---- */

/* The fastest series of a way within the cores; NULL: none has a speedup. */
static const json_t *best_of(const json_t *root, const char *way)
{
    const json_t *best = NULL;
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is_point(series, way) &&
            (best == NULL || mf__look_real(series, "statistics.time_ns.median") <
                                 mf__look_real(best, "statistics.time_ns.median")))
            best = series;
    return best;
}

/* Whether no series before this one runs the same way. */
static bool is_new_way(const json_t *root, size_t at)
{
    const char *way = mf__look_text(mf__told_series(root, at), "way");
    for (size_t i = 0; i < at; i++)
        if (strcmp(mf__look_text(mf__told_series(root, i), "way"), way) == 0)
            return false;
    return true;
}

static void say_how_much(struct mf__story *story, const json_t *root)
{
    struct mf__buffer list = {0};
    const json_t *series = NULL;
    for (size_t i = 1; (series = mf__told_series(root, i)) != NULL; i++) {
        const json_t *best =
            is_new_way(root, i) ? best_of(root, mf__look_text(series, "way")) : NULL;
        if (best == NULL)
            continue;
        mf__told_next(&list, "; ");
        mf__buffer_print(&list, "%s take %s, %s times as fast", mf__told_name(best).text,
                         mf__told_time(best).text,
                         mf__told_factor(best, "statistics.speedup").text);
    }
    if (list.length > 0)
        mf__story_answer(story, "By how much?",
                         "The serial way takes %s. The quickest runs of the others, within the "
                         "cores: %s. In brackets: 95 %% intervals.",
                         mf__told_time(mf__told_base(root)).text, mf__buffer_text(&list));
    else
        mf__story_answer(story, "By how much?",
                         "There is no speedup to name: no other way could be compared with the "
                         "serial one.");
    mf__text_done(story, &list);
}

/* ---- how sure ---- */

static void say_sure(struct mf__story *story, const json_t *root)
{
    struct mf__buffer text = {0};
    size_t doubts = mf__look_length(root, "doubts");
    mf__told_sentences(root, "sure", &text);
    if (!has_failures(root))
        mf__told_sentences(root, "warning", &text);
    if (doubts > 0)
        mf__buffer_print(&text,
                         "%s%zu thing%s about this machine may have disturbed the times: see "
                         "how it was measured.",
                         text.length > 0 ? " " : "", doubts, doubts == 1 ? "" : "s");
    mf__story_answer(story, "How sure is that?", "%s",
                     text.length > 0 ? mf__buffer_text(&text) : "That is not known.");
    mf__text_done(story, &text);
}

/* ---- why not p times ---- */

static void say_ceiling(const json_t *root, const json_t *series, struct mf__buffer *out)
{
    const json_t *ceiling = mf__told_ceiling(root, series);
    const struct mf__interval speedup = mf__told_interval(series, "statistics.speedup");
    unsigned long long workers = mf__look_count(series, "workers");
    if (speedup.known && speedup.high >= (double)workers)
        mf__buffer_print(out, "It %s: the speedup of %s is %s. ",
                         speedup.low > (double)workers ? "is more" : "may be",
                         mf__told_name(series).text, mf__show_sure(&speedup).text);
    if (ceiling != NULL)
        mf__buffer_print(out,
                         "%llu copies of the serial work, side by side and with nothing to share, "
                         "get %s times as much done as one: %s. ",
                         workers, mf__told_factor(ceiling, "statistics.ceiling").text,
                         mf__told_ceiling_means(ceiling));
}

static void say_why(struct mf__story *story, const json_t *root)
{
    const json_t *series = mf__told_telling(root);
    const json_t *sentences = mf__look(root, "verdict.sentences");
    struct mf__buffer question = {0};
    struct mf__buffer first = {0};
    struct mf__buffer rest = {0};
    if (series == NULL)
        return;
    say_ceiling(root, series, &first);
    for (size_t i = 0, n = 0; i < json_array_size(sentences); i++) {
        const json_t *sentence = json_array_get(sentences, i);
        if (strcmp(mf__look_text(sentence, "topic"), "why") != 0)
            continue;
        struct mf__buffer *out = n++ == 0 ? &first : &rest;
        mf__told_next(out, out == &rest ? " " : "");
        mf__buffer_put(out, mf__look_text(sentence, "text"));
    }
    mf__buffer_print(&question, "Why not %llu times as fast?",
                     (unsigned long long)mf__look_count(series, "workers"));
    mf__story_answer(story, mf__buffer_text(&question), "%s", mf__buffer_text(&first));
    if (rest.length > 0)
        mf__story_answer(story, "Would more workers, or a larger problem, do better?", "%s",
                         mf__buffer_text(&rest));
    mf__text_done(story, &question);
    mf__text_done(story, &first);
    mf__text_done(story, &rest);
}

/* ---- all ---- */

void mf__story_compare_answers(struct mf__story *story, const json_t *root)
{
    bool has_sizes = mf__look(root, "job.size_name") != NULL;
    if (is_spoilt(root))
        say_same(story, root);
    if (has_failures(root))
        answer(story, root, "Did everything run?", "warning", "Not everything: see below.");
    answer(story, root, "Which way is fastest here?", "winner",
           "Not known: what was measured names no winner.");
    say_how_much(story, root);
    say_sure(story, root);
    say_why(story, root);
    answer(story, root, "How many workers would be worth it?", "workers",
           "Not known: no way with several workers could be compared.");
    if (mf__told_any(root, "strong", "launch_ns"))
        answer(story, root, "What does starting the ranks of MPI cost?", "start-up", NULL);
    if (has_sizes)
        answer(story, root, "From which size on does it pay?", "break-even",
               "Not known: other sizes were not tried.");
    if (!is_spoilt(root))
        say_same(story, root);
    answer(story, root, "What to try next?", "next", NULL);
}
