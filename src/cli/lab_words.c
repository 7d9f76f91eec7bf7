/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lab.h"

#include "base/clock.h"
#include "base/memory.h"
#include "cli/launch.h"
#include "cli/ways.h"

#define USUAL_SUM "1e10"
#define QUICK_SUM "1e9"

/* The fewest rounds of which two ways with two worker counts can claim anything, and three. */
#define LEAST_RUNS      "8"
#define LEAST_RUNS_OF_3 "9"

#define WITH_MPI "serial,threads,processes,mpi"

/* Two minutes are there for the whole lab on two cores: part 1 takes half a minute with its search
 * for the break-even. With all rows to learn from, a round of the search takes 17 s, and claims
 * take 8 rounds; so in the lab's own comparison the shares are changed: the search learns from what
 * it is scored by otherwise. */
#define SUM_BUDGET       "20s"
#define SEARCH_BUDGET    "60s"
#define SEARCH_TEST_SIZE "0.7"

/* A round with mpi takes two runs and two starts more, so each has to be shorter. */
#define SEARCH_TEST_SIZE_MPI "0.85"

#define EMBEDDED_RECIPE "ames"

const struct mf__lab_step_name mf__lab_step_names[MF__LAB_STEPS] = {
    [MF__LAB_SUM] = {"sum", "The sum, every way", 1},
    [MF__LAB_TRAIN] = {"train", "A first forest", 2},
    [MF__LAB_SEARCH] = {"search", "The search for the best forest", 2},
    [MF__LAB_COMPARED] = {"search-compared", "The search, every way", 2},
};

void mf__words_done(struct mf__words *words)
{
    for (size_t i = 0; i < words->n; i++)
        mf__free(words->values[i]);
    *words = (struct mf__words){0};
}

static void put(struct mf__words *words, const char *word)
{
    char *copy = words->n < MF__LAB_WORDS ? mf__copy_text(word) : NULL;
    words->failed = words->failed || copy == NULL;
    if (copy != NULL)
        words->values[words->n++] = copy;
}

static void put_two(struct mf__words *words, const char *option, const char *value)
{
    put(words, option);
    put(words, value);
}

static void put_buffer(struct mf__words *words, const char *option, struct mf__buffer *value)
{
    if (value->length > 0)
        put_two(words, option, mf__buffer_text(value));
    words->failed = words->failed || value->failed;
    mf__buffer_done(value);
}

/* ---- what several steps are told ---- */

static void put_seed(const struct mf__lab_settings *settings, struct mf__words *words)
{
    if (settings->seed != MF__LAB_NO_SEED)
        put_two(words, "--seed", mf__show_count(settings->seed, 0).text);
}

/* Without a list of ways, mpi is among them where it is available, but for a quick lab: starting
 * its ranks for every sample takes more than fifteen seconds have room for. */
static bool adds_mpi(const struct mf__lab_settings *settings)
{
    return settings->ways.n == 0 && !settings->quick && mf__launch_check(NULL) == 0;
}

bool mf__lab_leaves_mpi(const struct mf__lab_settings *settings)
{
    return settings->ways.n == 0 && settings->quick && mf__launch_check(NULL) == 0;
}

static const char *least_runs(const struct mf__lab_settings *settings)
{
    return adds_mpi(settings) ? LEAST_RUNS_OF_3 : LEAST_RUNS;
}

/* A comparison has a list of ways and of worker counts. */
static void put_ways(const struct mf__lab_settings *settings, struct mf__words *words)
{
    struct mf__buffer ways = {0};
    struct mf__buffer workers = {0};
    for (size_t i = 0; i < settings->ways.n; i++)
        mf__buffer_print(&ways, "%s%s", i > 0 ? "," : "",
                         mf__way_choices[settings->ways.values[i]]);
    if (adds_mpi(settings))
        mf__buffer_put(&ways, WITH_MPI);
    for (size_t i = 0; i < settings->workers.n; i++)
        mf__buffer_print(&workers, "%s%s", i > 0 ? "," : "",
                         mf__show_count(settings->workers.values[i], 0).text);
    put_buffer(words, "--with", &ways);
    put_buffer(words, "--workers", &workers);
}

/* A single run has the most workers of them. */
static void put_workers(const struct mf__lab_settings *settings, struct mf__words *words)
{
    uint64_t most = 0;
    for (size_t i = 0; i < settings->workers.n; i++)
        most = settings->workers.values[i] > most ? settings->workers.values[i] : most;
    if (most > 0)
        put_two(words, "--workers", mf__show_count(most, 0).text);
}

/* The budget that was asked for, in milliseconds, or the usual one. */
static void put_budget(const struct mf__lab_settings *settings, const char *usual,
                       struct mf__words *words)
{
    struct mf__buffer typed = {0};
    if (settings->budget_ns > 0)
        mf__buffer_print(&typed, "%sms",
                         mf__show_count(settings->budget_ns / MF__NS_PER_MS, 0).text);
    else if (usual != NULL)
        mf__buffer_put(&typed, usual);
    put_buffer(words, "--budget", &typed);
}

static void put_recipe(const struct mf__lab_settings *settings, struct mf__words *words)
{
    struct mf__buffer table = {0};
    if (settings->data != NULL) {
        /* A name that begins like an option is a file all the same. */
        mf__buffer_print(&table, "%s%s", settings->data[0] == '-' ? "./" : "", settings->data);
        put(words, mf__buffer_text(&table));
    }
    words->failed = words->failed || table.failed;
    mf__buffer_done(&table);
    put_two(words, "--recipe", settings->recipe != NULL ? settings->recipe : EMBEDDED_RECIPE);
}

/* A smaller grid in place of that of our own recipe. */
static void put_search(const struct mf__lab_settings *settings, struct mf__words *words)
{
    put_recipe(settings, words);
    if (settings->quick && settings->recipe == NULL) {
        put_two(words, "--grid", "n_estimators=10,25,50");
        put_two(words, "--grid", "max_features=sqrt,none");
        put_two(words, "--grid", "max_depth=5,none");
    }
    put_seed(settings, words);
}

/* What is only checked keeps nothing, so it makes no journal. */
static void put_journal(const struct mf__lab *lab, struct mf__words *words)
{
    if (!lab->only_checks)
        put_two(words, "--journal", mf__buffer_text(&lab->paths[MF__LAB_JOURNAL]));
}

/* ---- the steps ---- */

static void sum_words(const struct mf__lab *lab, struct mf__words *words)
{
    const struct mf__lab_settings *settings = lab->settings;
    const char *usual = settings->quick ? QUICK_SUM : USUAL_SUM;
    put_two(words, "compare", "sum");
    put_two(words, settings->sum != NULL ? settings->sum : usual, "--weak");
    if (settings->quick)
        put_two(words, "--runs", least_runs(settings));
    else if (adds_mpi(settings))
        put_two(words, "--min-runs", least_runs(settings));
    put_budget(settings, settings->quick ? NULL : SUM_BUDGET, words);
    put_ways(settings, words);
    put_seed(settings, words);
    put_journal(lab, words);
}

/* With the search's columns and preparation, so that their scores can be compared. */
static void train_words(const struct mf__lab *lab, struct mf__words *words)
{
    const struct mf__lab_settings *settings = lab->settings;
    put(words, "train");
    put_recipe(settings, words);
    put_seed(settings, words);
    put_workers(settings, words);
    put_journal(lab, words);
}

static void search_words(const struct mf__lab *lab, struct mf__words *words)
{
    put(words, "tune");
    put_search(lab->settings, words);
    put_workers(lab->settings, words);
    put_journal(lab, words);
    put_two(words, "--model", mf__buffer_text(&lab->paths[MF__LAB_MODEL]));
}

static void compared_words(const struct mf__lab *lab, struct mf__words *words)
{
    const struct mf__lab_settings *settings = lab->settings;
    put_two(words, "compare", "tune");
    put_search(settings, words);
    if (settings->data == NULL && settings->recipe == NULL && !settings->quick)
        put_two(words, "--test-size", adds_mpi(settings) ? SEARCH_TEST_SIZE_MPI : SEARCH_TEST_SIZE);
    if (settings->quick)
        put_two(words, "--runs", least_runs(settings));
    else
        put_two(words, "--min-runs", least_runs(settings));
    put_budget(settings, settings->quick ? NULL : SEARCH_BUDGET, words);
    put_ways(settings, words);
    put_journal(lab, words);
}

static void (*const makers[MF__LAB_STEPS])(const struct mf__lab *lab, struct mf__words *words) = {
    [MF__LAB_SUM] = sum_words,
    [MF__LAB_TRAIN] = train_words,
    [MF__LAB_SEARCH] = search_words,
    [MF__LAB_COMPARED] = compared_words,
};

void mf__lab_words(const struct mf__lab *lab, enum mf__lab_step step, struct mf__words *words)
{
    makers[step](lab, words);
}
