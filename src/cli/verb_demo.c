/* SPDX-License-Identifier: Apache-2.0 */
#include <manyfold/machine.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "demo/show.h"

#include <string.h>

#define RUNS       11
#define QUICK_RUNS 3
#define BUDGET_NS  (4 * MF__NS_PER_S)
#define MOST_SHOWN 32

struct settings {
    struct mf__common common;
    bool quick;
    uint64_t workers; /* 0: auto */
    uint64_t runs;    /* 0: as `quick` says */
    const char *json;
};

/* "all", and then the names of the registry; a test compares them. */
static const char *const names[] = {"all",
                                    "race",
                                    "false-sharing",
                                    "contention",
                                    "granularity",
                                    "imbalance",
                                    "oversubscription",
                                    "float-order",
                                    "start-up",
                                    "copy-on-write",
                                    "lock",
                                    "memory-bandwidth",
                                    "numa",
                                    "timing",
                                    "amdahl",
                                    "gustafson",
                                    "crash",
                                    NULL};

static const struct mf__option options[] = {
    {.name = "workers",
     .letter = 'j',
     .kind = MF__COUNT,
     .argument = "N",
     .help = "how many workers; what needs two takes two at least",
     .otherwise = "as many as the machine grants, see manyfold doctor",
     .word = "auto",
     .offset = offsetof(struct settings, workers),
     .min = 1,
     .max = MF__DEMO_WORKERS_MAX},
    {.name = "runs",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "rounds, in each of which everything is measured once",
     .otherwise = "11, or fewer where they take long; 3 with --quick",
     .offset = offsetof(struct settings, runs),
     .min = 1,
     .max = MF__DEMO_RUNS_MAX},
    {.name = "quick",
     .kind = MF__FLAG,
     .help = "little of everything: to see that it runs, not to believe its times",
     .offset = offsetof(struct settings, quick)},
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write what was measured as JSON; - is standard output, in place of the text",
     .offset = offsetof(struct settings, json)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Showing", options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "NAME",
     .help = "a demonstration, or all; without one they are listed",
     .kind = MF__CHOICE,
     .choices = names,
     .min = 0,
     .max = MOST_SHOWN},
    {0},
};

static const char *const synopsis[] = {"[NAME]... [OPTION]...", NULL};

static const char *const description[] = {
    "Shows an effect of running in parallel on this machine, each within a few seconds: what goes "
    "wrong, what costs time, and what the laws say against what is measured. It says what was "
    "seen, also when the effect was not seen here.",
    "Every figure is a median over rounds in which all that is compared was measured once, in "
    "random order. The guide, docs/guide.md, explains each.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold demo", "what there is"},
    {"manyfold demo false-sharing", "counters that share a cache line"},
    {"manyfold demo amdahl gustafson", "both laws, measured"},
    {"manyfold demo all --json all.json", "everything, and the figures into a file"},
    {0},
};

static const char *const see_also[] = {"manyfold-compare(1)", "manyfold-doctor(1)",
                                       "manyfold-results(5)", NULL};

const struct mf__verb mf__demo_verb = {
    .name = "demo",
    .command = "manyfold demo",
    .summary = "see races, false sharing, the laws and more on this machine",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* Demonstrations under way. */
struct show {
    const struct settings *settings;
    struct mf__demo_settings with;
    struct mf__style style;
    const struct mf__demo *demos[MOST_SHOWN];
    struct mf__demo_result *results[MOST_SHOWN];
    size_t n;
    size_t n_results;
};

static bool to_standard_output(const struct settings *settings)
{
    return settings->json != NULL && strcmp(settings->json, "-") == 0;
}

/* Adds those that a name stands for, each once. */
static void add_demos(struct show *show, const char *name)
{
    bool all = strcmp(name, names[0]) == 0;
    const struct mf__demo *demo = NULL;
    for (size_t i = 0; (demo = mf__demo_at(i)) != NULL; i++) {
        bool wanted = all || mf__same_name(demo->name, name, strlen(name));
        for (size_t k = 0; k < show->n; k++)
            wanted = wanted && show->demos[k] != demo;
        if (wanted && show->n < MOST_SHOWN)
            show->demos[show->n++] = demo;
    }
}

static int prepare(struct show *show, mf_machine *machine, const mf_cancel **ret_cancel,
                   mf_error *error)
{
    const struct settings *settings = show->settings;
    unsigned workers = (unsigned)settings->workers;
    int code = settings->json != NULL ? mf__output_check(settings->json, error) : 0;
    if (code != 0)
        return mf__fail_within(error, code, "--json");
    code = mf_machine_read(machine, error);
    if (code == 0 && workers == 0)
        code = mf_default_workers(&workers, error);
    show->with = (struct mf__demo_settings){
        .machine = machine,
        .workers = workers > MF__DEMO_WORKERS_MAX ? MF__DEMO_WORKERS_MAX : workers,
        .runs = settings->runs > 0 ? (size_t)settings->runs
                : settings->quick  ? QUICK_RUNS
                                   : RUNS,
        .budget_ns = settings->runs > 0 ? 0 : BUDGET_NS,
        .quick = settings->quick};
    *ret_cancel = mf__interruptible();
    return code;
}

/* What busies the machine, or bounds it, before anything is measured. */
static int print_doubts(const struct show *show)
{
    struct mf__buffer text = {0};
    struct mf__doubts doubts;
    struct mf__load load;
    mf_worker_bounds bounds;
    mf_error error;
    if (to_standard_output(show->settings) || show->settings->common.quiet)
        return MF__EXIT_DONE;
    if (mf_worker_bounds_read(&bounds, &error) != 0)
        return mf__tell(&error);
    mf__load_read("", &load);
    const struct mf__evidence evidence = {
        .machine = show->with.machine, .bounds = &bounds, .start = &load};
    mf__doubts_find(&evidence, &doubts);
    mf__demo_doubts_text(&doubts, show->with.machine, &show->style, &text);
    if (text.length > 0)
        mf__buffer_put(&text, "\n");
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

/* Each is printed when it is done: all of them take a while. */
static int print_one(struct show *show)
{
    struct mf__buffer text = {0};
    if (to_standard_output(show->settings))
        return MF__EXIT_DONE;
    mf__demo_text(show->results[show->n_results - 1], &show->style, &text);
    if (show->n_results < show->n)
        mf__buffer_put(&text, "\n");
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int show_all(struct show *show, const mf_cancel *cancel)
{
    struct mf__progress progress;
    int status = MF__EXIT_DONE;
    for (size_t i = 0; i < show->n && status == MF__EXIT_DONE; i++) {
        mf_error error;
        mf__progress_start(&progress, &show->settings->common);
        if (progress.enabled)
            mf__progress_line(&progress, show->demos[i]->name);
        int code = mf__demo_play(show->demos[i], &show->with, cancel, &show->results[i], &error);
        mf__progress_end(&progress);
        show->n_results += code == 0;
        status = code == 0 ? print_one(show) : mf__tell(&error);
        if (code == MF_E_CANCELLED)
            mf__end_interrupted();
    }
    return status;
}

static int write_json(const struct show *show)
{
    struct mf__buffer text = {0};
    mf_error error;
    if (show->settings->json == NULL)
        return MF__EXIT_DONE;
    int code = mf__demo_json(&show->with, show->results, show->n_results, &text, &error);
    if (code == 0)
        code = mf__output_write(show->settings->json, mf__buffer_text(&text), text.length, &error);
    mf__buffer_done(&text);
    if (code != 0)
        mf__fail_within(&error, code, "--json");
    else
        mf__say_wrote(&show->settings->common, show->settings->json);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

static int list(const struct show *show)
{
    struct mf__buffer text = {0};
    mf__demo_list_text(&show->style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

int mf__demo_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct show show = {.settings = &settings};
    const mf_cancel *cancel = NULL;
    mf_machine machine;
    mf_error error;
    int status = 0;
    if (!mf__begin(&mf__demo_verb, arguments, &settings, &settings.common, &status))
        return status;
    show.style = (struct mf__style){.width = mf__columns(),
                                    .colour = mf__wants_colour(&settings.common),
                                    .ascii = mf__wants_ascii()};
    if (arguments->n == 0 && settings.json == NULL)
        return list(&show);
    for (size_t i = 0; i < arguments->n; i++)
        add_demos(&show, arguments->values[i]);
    if (prepare(&show, &machine, &cancel, &error) != 0)
        return mf__tell(&error);
    status = print_doubts(&show);
    if (status == MF__EXIT_DONE)
        status = show_all(&show, cancel);
    if (status == MF__EXIT_DONE)
        status = write_json(&show);
    for (size_t i = 0; i < show.n_results; i++)
        mf__free(show.results[i]);
    return status;
}
