/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader of a lab wants first: each question is answered for both parts. */
#include <manyfold/score.h>

#include "story/compare_parts.h"
#include "story/lab_parts.h"
#include "story/searched.h"

#include <math.h>
#include <string.h>

const struct mf__lab_comparison mf__lab_comparisons[MF__LAB_COMPARISONS] = {
    {"sum", "The sum"}, {"search-compared", "The search"}};

const json_t *mf__lab_document(const json_t *root, const char *name)
{
    const json_t *list = mf__look(root, "documents");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(mf__look_text(json_array_get(list, i), "name"), name) == 0)
            return mf__look(json_array_get(list, i), "document");
    return NULL;
}

size_t mf__lab_n_compared(const json_t *root)
{
    size_t n = 0;
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++)
        n += mf__lab_document(root, mf__lab_comparisons[i].name) != NULL;
    return n;
}

void mf__lab_begin_item(const json_t *root, size_t comparison, struct mf__buffer *out)
{
    mf__told_next(out, " ");
    if (mf__lab_n_compared(root) > 1)
        mf__buffer_print(out, "%s: ", mf__lab_comparisons[comparison].title);
}

/* Adds what is to be said of one comparison; nothing where it has nothing to say. */
typedef void (*teller)(const json_t *comparison, struct mf__buffer *out);

static void answer(struct mf__story *story, const json_t *root, const char *question, teller tell)
{
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        const json_t *comparison = mf__lab_document(root, mf__lab_comparisons[i].name);
        struct mf__buffer one = {0};
        struct mf__buffer text = {0};
        if (comparison != NULL)
            tell(comparison, &one);
        if (one.length > 0) {
            mf__lab_begin_item(root, i, &text);
            mf__buffer_put(&text, mf__buffer_text(&one));
            mf__story_answer(story, question, "%s", mf__buffer_text(&text));
            question = NULL;
        }
        mf__text_done(story, &one);
        mf__text_done(story, &text);
    }
}

/* ---- of a comparison ---- */

static void tell_same(const json_t *comparison, struct mf__buffer *out)
{
    mf__told_sentences(comparison, "answer", out);
    if (mf__look_true(comparison, "verdict.failures"))
        mf__told_sentences(comparison, "warning", out);
}

static void tell_winner(const json_t *comparison, struct mf__buffer *out)
{
    mf__told_sentences(comparison, "winner", out);
    if (out->length == 0)
        mf__buffer_put(out, "What was measured names no winner.");
}

/* Every way with as many workers as the telling series. */
static void tell_speedups(const json_t *comparison, struct mf__buffer *out)
{
    const json_t *telling = mf__told_telling(comparison);
    const json_t *series = NULL;
    if (telling == NULL) {
        mf__buffer_put(
            out,
            "There is no speedup to name: no way with more than one worker could be compared.");
        return;
    }
    mf__buffer_print(out, "The serial way takes %s", mf__told_time(mf__told_base(comparison)).text);
    for (size_t i = 1; (series = mf__told_series(comparison, i)) != NULL; i++)
        if (mf__told_is_point(series, mf__look_text(series, "way")) &&
            mf__look_count(series, "workers") == mf__look_count(telling, "workers"))
            mf__buffer_print(out, "; %s take %s, %s times as fast", mf__told_name(series).text,
                             mf__told_time(series).text,
                             mf__told_factor(series, "statistics.speedup").text);
    mf__buffer_put(out, ".");
}

/* What others did to the machine meanwhile; what it always is stands where it is described. */
static void tell_doubts(const json_t *comparison, struct mf__buffer *out)
{
    static const char *const kinds[] = {"load", "steal", "throttled"};
    const json_t *doubts = mf__look(comparison, "doubts");
    for (size_t i = 0; i < json_array_size(doubts); i++) {
        const json_t *doubt = json_array_get(doubts, i);
        bool told = false;
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            told = told || strcmp(mf__look_text(doubt, "kind"), kinds[k]) == 0;
        if (told) {
            mf__told_next(out, " ");
            mf__buffer_put(out, mf__look_text(doubt, "text"));
        }
    }
}

static void tell_sure(const json_t *comparison, struct mf__buffer *out)
{
    mf__told_sentences(comparison, "sure", out);
    if (!mf__look_true(comparison, "verdict.failures"))
        mf__told_sentences(comparison, "warning", out);
    tell_doubts(comparison, out);
}

/* The first sentence that says why is where the time went; the laws come in a chapter. */
static void tell_why(const json_t *comparison, struct mf__buffer *out)
{
    const json_t *telling = mf__told_telling(comparison);
    const json_t *sentences = mf__look(comparison, "verdict.sentences");
    const json_t *ceiling = telling != NULL ? mf__told_ceiling(comparison, telling) : NULL;
    if (ceiling != NULL)
        mf__buffer_print(out,
                         "%llu copies of the serial work that share nothing get %s times as much "
                         "done as one: %s.",
                         (unsigned long long)mf__look_count(telling, "workers"),
                         mf__told_factor(ceiling, "statistics.ceiling").text,
                         mf__told_ceiling_means(ceiling));
    for (size_t i = 0; i < json_array_size(sentences); i++) {
        const json_t *sentence = json_array_get(sentences, i);
        if (strcmp(mf__look_text(sentence, "topic"), "why") != 0)
            continue;
        mf__told_next(out, " ");
        mf__buffer_put(out, mf__look_text(sentence, "text"));
        break;
    }
}

static void tell_workers(const json_t *comparison, struct mf__buffer *out)
{
    mf__told_sentences(comparison, "workers", out);
    if (out->length == 0)
        mf__buffer_put(out, "Not known: no way with more than one worker could be compared.");
}

/* As many times as there were workers, in either part. */
static void ask_why(struct mf__story *story, const json_t *root)
{
    struct mf__buffer question = {0};
    uint64_t most = 0;
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        const json_t *comparison = mf__lab_document(root, mf__lab_comparisons[i].name);
        const json_t *telling = comparison != NULL ? mf__told_telling(comparison) : NULL;
        uint64_t workers = mf__look_count(telling, "workers");
        most = workers > most ? workers : most;
    }
    if (most == 2)
        mf__buffer_put(&question, "Why not twice as fast?");
    else
        mf__buffer_print(&question, "Why not %llu times as fast?", (unsigned long long)most);
    if (most > 1)
        answer(story, root, mf__buffer_text(&question), tell_why);
    mf__text_done(story, &question);
}

/* ---- of the forest ---- */

/* The rows are the same when both divided them alike. */
double mf__lab_first_score(const json_t *training, const json_t *search, const char *metric)
{
    struct mf__buffer path = {0};
    bool same = strcmp(mf__look_text(search, "study.validation.kind"), "split") == 0 &&
                mf__look_count(search, "study.seed") == mf__look_count(training, "split.seed") &&
                mf__look_count(search, "study.validation.validated_rows") ==
                    mf__look_count(training, "split.test_rows");
    mf__buffer_print(&path, "scores.test.%s", metric);
    double score =
        same && !path.failed ? mf__look_real(training, mf__buffer_text(&path)) : (double)NAN;
    mf__buffer_done(&path);
    return score;
}

/* The mean of a score of the best trial; NaN: it has none. */
static double best_score(const json_t *search, const char *metric)
{
    struct mf__buffer path = {0};
    mf__buffer_print(&path, "best.scores.%s.mean", metric);
    double score = path.failed ? (double)NAN : mf__look_real(search, mf__buffer_text(&path));
    mf__buffer_done(&path);
    return score;
}

void mf__lab_say_worse(const json_t *training, const json_t *search, struct mf__buffer *out)
{
    const json_t *scores = mf__look(search, "study.scores");
    for (size_t i = 1; i < json_array_size(scores); i++) { /* the best was chosen by the first */
        const char *name = mf__look_text(json_array_get(scores, i), "");
        int metric = mf_metric_find(name);
        double best = best_score(search, name);
        double first = mf__lab_first_score(training, search, name);
        if (metric < 0 || !isfinite(best) || !isfinite(first) ||
            (mf_metric_larger_is_better(metric) ? first <= best : first >= best))
            continue;
        mf__told_next(out, " ");
        mf__buffer_print(out, "By %s the first forest was better: %s, and the best has %s.", name,
                         mf__score_show(name, first).text, mf__score_show(name, best).text);
    }
}

void mf__lab_say_edges(const json_t *search, struct mf__buffer *out)
{
    const json_t *edges = mf__look(search, "edges");
    for (size_t i = 0; i < json_array_size(edges); i++) {
        mf__told_next(out, " ");
        mf__buffer_put(out, mf__look_text(json_array_get(edges, i), ""));
    }
}

/* The score of the first forest, and what was gained over it. */
static void say_gain(const struct mf__searched *searched, double best, double first,
                     struct mf__buffer *out)
{
    double gained = searched->larger ? best - first : first - best;
    mf__buffer_print(out, ", and that of the first forest, with usual settings, %s",
                     mf__searched_show(searched, first).text);
    if (!(gained > 0))
        mf__buffer_put(out, ": no better than that");
    else if (first != 0)
        mf__buffer_print(out, ": better by %s", mf__show_percent(gained / fabs(first), 1).text);
}

static void say_best(struct mf__story *story, const struct mf__searched *searched,
                     const json_t *training)
{
    struct mf__buffer text = {0};
    double best = mf__searched_score(searched, searched->ranked[0]);
    double first = mf__lab_first_score(training, searched->root, searched->metric);
    mf__buffer_put(&text, "The one with ");
    mf__searched_say_values(searched, searched->ranked[0], &text);
    mf__buffer_print(&text, ": its %s is %s", searched->metric,
                     mf__searched_show(searched, best).text);
    if (searched->n_ranked > 1)
        mf__buffer_print(
            &text, ", that of the second of %zu is %s", searched->n_ranked,
            mf__searched_show(searched, mf__searched_score(searched, searched->ranked[1])).text);
    if (isfinite(first))
        say_gain(searched, best, first, &text);
    mf__buffer_print(&text,
                     " (%s is better). The best was chosen by this score, so for new rows expect "
                     "one that is a little worse; and another split of the rows may put trials "
                     "that are close in another order, which folds (tune --cv 5) would show.",
                     mf__searched_good(searched));
    mf__lab_say_worse(training, searched->root, &text);
    mf__lab_say_edges(searched->root, &text);
    mf__story_answer(story, "Which forest is best, and by how much?", "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void say_forest(struct mf__story *story, const json_t *root)
{
    const json_t *search = mf__lab_document(root, "search");
    struct mf__searched searched;
    if (search == NULL || !mf__searched_open(story, search, &searched))
        return;
    if (searched.n_ranked > 0)
        say_best(story, &searched, mf__lab_document(root, "train"));
    else
        mf__story_answer(story, "Which forest is best, and by how much?",
                         "Not known: the search was stopped before one trial had a score.");
    mf__searched_done(&searched);
}

/* ---- all ---- */

/* What was compared, of what can be. */
static const char *jobs_of(const json_t *root)
{
    bool has_sum = mf__lab_document(root, "sum") != NULL;
    bool has_search = mf__lab_document(root, "search-compared") != NULL;
    return has_sum && has_search
               ? "with two jobs: a plain sum, which needs no memory to speak of, and a search for "
                 "the best random forest, which is real work on a table. Each is"
           : has_sum ? "with a plain sum, which needs no memory to speak of. It is"
                     : "with a search for the best random forest, which is real work on a table. "
                       "It is";
}

void mf__lab_say_quick(const json_t *sum, const json_t *search, struct mf__buffer *out)
{
    struct mf__buffer steps = {0};
    size_t n = mf__look_length(search, "trials");
    if (sum != NULL)
        mf__buffer_print(&steps, "the %s, ", mf__look_text(sum, "what"));
    if (n > 0)
        mf__buffer_print(&steps, "a search of %zu forest%s, ", n, mf__plural_of(n));
    mf__buffer_print(out,
                     "This was a quick lab: %seight rounds. Its figures are for a first look; "
                     "without --quick there is more of everything.",
                     mf__buffer_text(&steps));
    out->failed = out->failed || steps.failed;
    mf__buffer_done(&steps);
}

/* Among which ways one chooses. */
static const char *choice_of(const json_t *root)
{
    bool ranks = mf__told_any(mf__lab_document(root, "sum"), "strong", "launch_ns") ||
                 mf__told_any(mf__lab_document(root, "search-compared"), "strong", "launch_ns");
    return ranks ? "threads of one process, processes of their own, or ranks of MPI, which share "
                   "nothing"
                 : "threads of one process or processes of their own";
}

static void introduce(struct mf__story *story, const json_t *root)
{
    struct mf__buffer quick = {0};
    if (mf__lab_n_compared(root) > 0)
        mf__story_text(story,
                       "Is work done sooner when several workers share it, and should they be "
                       "%s? This lab tries it on "
                       "this machine %s run serially and in parallel, in rounds of random order, "
                       "and every answer is checked. In brackets stand intervals: 95 of 100 such "
                       "intervals hold the true figure.",
                       choice_of(root), jobs_of(root));
    if (mf__look_true(root, "options.quick"))
        mf__lab_say_quick(mf__lab_document(root, "sum"), mf__lab_document(root, "search"), &quick);
    if (quick.length > 0)
        mf__story_note(story, "%s", mf__buffer_text(&quick));
    mf__text_done(story, &quick);
    if (strcmp(mf__look_text(root, "end"), "interrupted") == 0)
        mf__story_note(story, "The lab was interrupted: only what was finished is told here. The "
                              "same command goes on with the search where it was.");
}

void mf__story_lab_answers(struct mf__story *story, const json_t *root)
{
    introduce(story, root);
    answer(story, root, "Which way is fastest here?", tell_winner);
    answer(story, root, "By how much?", tell_speedups);
    answer(story, root, "How sure is that?", tell_sure);
    ask_why(story, root);
    answer(story, root, "How many workers would be worth it?", tell_workers);
    say_forest(story, root);
    answer(story, root, "Did every way give the same answer?", tell_same);
}
