/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/compare_write.h"
#include "cli/recipe.h"
#include "cli/ways.h"
#include "compare/compare.h"
#include "compare/plan.h"
#include "compare/script.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

struct settings {
    struct mf__common common;
    struct mf__compare_outputs outputs;
    struct mf__counts ways;
    struct mf__counts workers;
    bool weak;
    bool no_break_even;
    uint64_t from;
    uint64_t seed;
    uint64_t precision_ppb;
    uint64_t budget_ns;
    uint64_t warmups;
    uint64_t runs;     /* 0: as many as precision asks for */
    uint64_t min_runs; /* 0: the usual number */
    uint64_t max_runs;
    uint64_t min_sample_ns;
    bool strict;
    const char *pretend;
    struct mf__tuning_settings tuning;
    const char *recipe;
};

static const struct mf__option what_options[] = {
    {.name = "with",
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "the ways to compare; serial is always measured",
     .preset = "serial,threads,processes",
     .choices = mf__way_choices,
     .offset = offsetof(struct settings, ways)},
    {.name = "workers",
     .letter = 'j',
     .kind = MF__COUNT_LIST,
     .argument = "LIST",
     .help = "the worker counts; 1 is always measured",
     .otherwise = "1, 2, 4, ... up to what the machine grants, see manyfold doctor",
     .word = "auto",
     .offset = offsetof(struct settings, workers),
     .min = 1,
     .max = MF_WORKERS_MAX},
    {.name = "weak",
     .kind = MF__FLAG,
     .help = "measure weak scaling as well: N grows with the workers",
     .offset = offsetof(struct settings, weak)},
    {.name = "no-break-even",
     .kind = MF__FLAG,
     .help = "do not look for the N from which parallel pays",
     .offset = offsetof(struct settings, no_break_even)},
    {0},
};

static const struct mf__option sum_options[] = {
    {.name = "from",
     .kind = MF__COUNT,
     .argument = "A",
     .help = "for sum: the first integer",
     .preset = "1",
     .offset = offsetof(struct settings, from),
     .max = UINT64_MAX},
    {0},
};

static const struct mf__option recipe_options[] = {
    {.name = "recipe",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "take options from a JSON file, as tune does; what is typed wins",
     .offset = offsetof(struct settings, recipe)},
    {0},
};

static const struct mf__option how_options[] = {
    {.name = "precision",
     .kind = MF__SHARE,
     .argument = "SHARE",
     .help = "stop when every speedup's 95 % interval is this narrow to each side",
     .preset = "2%",
     .offset = offsetof(struct settings, precision_ppb),
     .min = 1,
     .max = MF__WHOLE_PPB},
    {.name = "budget",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "stop after this time even if they are wider, once there are --min-runs",
     .preset = "30s",
     .offset = offsetof(struct settings, budget_ns),
     .max = 7 * 24 * 3600 * MF__NS_PER_S},
    {.name = "warmup",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "rounds that are not counted, first",
     .preset = "1",
     .offset = offsetof(struct settings, warmups),
     .min = 1,
     .max = 1000},
    {.name = "runs",
     .letter = 'r',
     .kind = MF__COUNT,
     .argument = "N",
     .help = "take exactly so many rounds",
     .otherwise = "as many as --precision takes",
     .offset = offsetof(struct settings, runs),
     .min = 1,
     .max = 100000},
    {.name = "min-runs",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "take at least so many rounds; an interval takes 6, and more where many worker counts "
             "are compared",
     .otherwise = "10, or --max-runs where that is less",
     .offset = offsetof(struct settings, min_runs),
     .min = 1,
     .max = 100000},
    {.name = "max-runs",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "take at most so many rounds",
     .preset = "1000",
     .offset = offsetof(struct settings, max_runs),
     .min = 1,
     .max = 100000},
    {.name = "min-sample",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "repeat shorter runs within a sample until it takes this long",
     .preset = "20ms",
     .offset = offsetof(struct settings, min_sample_ns),
     .max = 3600 * MF__NS_PER_S},
    {.name = "strict",
     .kind = MF__FLAG,
     .help = "end with status 4 when --precision was not reached",
     .offset = offsetof(struct settings, strict)},
    {.name = "pretend",
     .kind = MF__TEXT,
     .argument = "SCRIPT",
     .help = "take times from a script instead of a clock; for tests",
     .hidden = true,
     .offset = offsetof(struct settings, pretend)},
    {0},
};

/* Of a search it is a seed of two things, so there it is an option of another table. */
static const struct mf__option order_options[] = {
    {.name = "seed",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of the order within rounds and of resampling; for tune of the search as well, and "
             "then 42 by default",
     .preset = "1",
     .offset = offsetof(struct settings, seed),
     .max = UINT64_MAX},
    {0},
};

#define FOR_TUNE                                                                                   \
    {"For tune: what to search", mf__space_options, offsetof(struct settings, tuning)},            \
        {"For tune: how to score", mf__validating_options, offsetof(struct settings, tuning)},     \
        {"For tune: the table", mf__reading_options, offsetof(struct settings, tuning.reading)},   \
        {"For tune: preparing it", mf__preparing_options,                                          \
         offsetof(struct settings, tuning.preparing)},                                             \
        {"For tune: the forest", mf__forest_options, offsetof(struct settings, tuning.forest)},    \
    {                                                                                              \
        "For tune: a recipe", recipe_options, 0                                                    \
    }

#define FOR_ALL                                                                                    \
    {"Outputs", mf__compare_output_options, offsetof(struct settings, outputs)},                   \
        {"Common options", mf__common_options, offsetof(struct settings, common)},                 \
    {                                                                                              \
        0                                                                                          \
    }

static const struct mf__option_group groups[] = {
    {"What to compare", what_options, 0}, {"What to compare", sum_options, 0},  FOR_TUNE,
    {"How to measure", how_options, 0},   {"How to measure", order_options, 0}, FOR_ALL,
};

static const struct mf__option_group sum_groups[] = {
    {"What to compare", what_options, 0},
    {"What to compare", sum_options, 0},
    {"How to measure", how_options, 0},
    {"How to measure", order_options, 0},
    FOR_ALL,
};

static const struct mf__option_group tune_groups[] = {
    {"What to compare", what_options, 0},
    FOR_TUNE,
    {"How to measure", how_options, 0},
    {"How to measure", mf__tuning_seed_options, offsetof(struct settings, tuning)},
    FOR_ALL,
};

enum which { SUM, TUNE, JOBS };

static const char *const jobs[] = {"sum", "tune", NULL};

#define JOB_ARGUMENT                                                                               \
    {                                                                                              \
        .name = "JOB", .help = "what to run: sum or tune", .kind = MF__CHOICE, .choices = jobs,    \
        .min = 1, .max = 1                                                                         \
    }
#define N_HELP "for sum: the last integer, 1e10, 10G"
#define FILE_HELP                                                                                  \
    "for tune: a CSV file, also compressed, or the name of an embedded data set; the data set "    \
    "ames without it"

static const struct mf__positional positional[] = {
    JOB_ARGUMENT,
    {.name = "N", .help = N_HELP, .kind = MF__TEXT, .max = 1},
    {.name = "FILE", .help = FILE_HELP, .kind = MF__FILE, .max = 1},
    {0},
};

static const struct mf__positional sum_positional[] = {
    JOB_ARGUMENT,
    {.name = "N", .help = N_HELP, .kind = MF__TEXT, .min = 1, .max = 1},
    {0},
};

static const struct mf__positional tune_positional[] = {
    JOB_ARGUMENT,
    {.name = "FILE", .help = FILE_HELP, .kind = MF__FILE, .max = 1},
    {0},
};

static const char *const synopsis[] = {"sum N [OPTION]...",
                                       "tune [FILE] --grid NAME=VALUES... [OPTION]...", NULL};

static const char *const description[] = {
    "Runs one job every way and with several worker counts, in rounds of random order, until the "
    "speedups are known precisely enough. Every answer is compared with the serial one.",
    "Shows speedup, efficiency, what the machine itself could do at best, where the time went, the "
    "laws of Amdahl and Gustafson (and the USL with four worker counts or more), from which size "
    "on parallel pays, and a verdict in words. No winner is named where the interval of a ratio "
    "holds 1, nor where chance would show one such among all that are looked at together.",
    "A way that gives a wrong answer gets no speedup. One that fails is left out from then on, and "
    "the others are reported.",
    "The jobs: sum adds the integers from --from to N; tune is the search that manyfold tune makes "
    "with the same options of what to search and how to score, whose answer is all scores of all "
    "trials. A search has one size, so "
    "there is no break-even and no weak scaling.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold compare sum 1e10", "every way, 1 worker to all of them"},
    {"manyfold compare sum 1e10 --with threads --workers 1,2,4,8", "threads alone, four counts"},
    {"manyfold compare sum 1e9 --weak --json result.json", "weak scaling too, all samples kept"},
    {"manyfold compare tune --grid max_depth=5,10,none", "a search of three forests every way"},
    {0},
};

static const char *const see_also[] = {"manyfold-sum(1)", "manyfold-tune(1)", "manyfold-doctor(1)",
                                       NULL};

const struct mf__verb mf__compare_verb = {
    .name = "compare",
    .command = "manyfold compare",
    .summary = "run one job every way: same answer, honest times, laws and a verdict",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* The verb as it is for one job: an option of the other one is unknown then. */
static struct mf__verb verb_of(enum which job)
{
    static const char *const synopses[][2] = {{"N [OPTION]...", NULL},
                                              {"[FILE] --grid NAME=VALUES... [OPTION]...", NULL}};
    struct mf__verb verb = mf__compare_verb;
    verb.command = job == SUM ? "manyfold compare sum" : "manyfold compare tune";
    verb.synopsis = synopses[job];
    verb.positional = job == SUM ? sum_positional : tune_positional;
    verb.groups = job == SUM ? sum_groups : tune_groups;
    return verb;
}

/* What a request points to. */
struct request {
    struct mf__comparison_request request;
    const mf_way *ways[MF__LIST_LIMIT];
    unsigned workers[MF__LIST_LIMIT];
    struct mf__compared compared;
};

/* 1, 2, 4, ... and the number that the machine grants. */
static void set_workers(struct request *asked, const struct mf__counts *given, unsigned granted)
{
    size_t n = 0;
    for (size_t i = 0; i < given->n; i++)
        asked->workers[n++] = (unsigned)given->values[i];
    for (unsigned workers = 1; given->n == 0 && workers < granted; workers *= 2)
        asked->workers[n++] = workers;
    if (given->n == 0)
        asked->workers[n++] = granted;
    for (size_t i = 1; i < n; i++) /* put in order: a list is short */
        for (size_t k = i; k > 0 && asked->workers[k] < asked->workers[k - 1]; k--) {
            unsigned kept = asked->workers[k];
            asked->workers[k] = asked->workers[k - 1];
            asked->workers[k - 1] = kept;
        }
    asked->request.workers = asked->workers;
    asked->request.n_workers = n;
    asked->request.cores = granted;
}

static void set_measuring(struct mf__comparison_request *request, const struct settings *settings)
{
    request->weak = settings->weak;
    request->break_even = !settings->no_break_even;
    request->seed = settings->seed;
    request->half_width = (double)settings->precision_ppb / MF__WHOLE_PPB;
    request->budget_ns = settings->budget_ns;
    request->warmups = settings->warmups;
    uint64_t usual = request->min_rounds;
    request->max_rounds = settings->runs > 0 ? settings->runs : settings->max_runs;
    request->min_rounds = settings->runs > 0           ? settings->runs
                          : settings->min_runs > 0     ? settings->min_runs
                          : usual < settings->max_runs ? usual
                                                       : settings->max_runs;
    request->min_sample_ns = settings->min_sample_ns;
}

static int set_sum(struct request *asked, const struct settings *settings, const char *text,
                   mf_error *error)
{
    unsigned most = asked->workers[asked->request.n_workers - 1];
    int code = mf__compared_sum(settings->from, text, &asked->compared, error);
    if (code == 0 && settings->weak)
        code = mf__compared_sum_grows(&asked->compared, most, error);
    return code;
}

/* Of one size: what needs others is not looked for, or is refused where it was asked for. */
static int set_tune(struct request *asked, struct settings *settings, const char *file,
                    mf_error *error)
{
    asked->request.break_even = false;
    asked->request.seed = settings->tuning.seed;
    if (settings->weak)
        return mf__fail(error, MF_E_INPUT,
                        "--weak: a search has one size, so it cannot grow with the workers; sum "
                        "can");
    return mf__compared_tune(&settings->tuning, file, &asked->compared, error);
}

static int make_request(struct request *asked, struct settings *settings, enum which job,
                        const char *argument, mf_error *error)
{
    unsigned granted = 1;
    asked->request = mf__comparison_defaults();
    for (size_t i = 0; i < settings->ways.n; i++)
        asked->ways[i] = mf__chosen_way((size_t)settings->ways.values[i]);
    asked->request.ways = asked->ways;
    asked->request.n_ways = settings->ways.n;
    set_measuring(&asked->request, settings);
    if (settings->runs == 0 && settings->min_runs > settings->max_runs)
        return mf__fail(error, MF_E_INPUT, "--min-runs %llu is above --max-runs, which is %llu",
                        (unsigned long long)settings->min_runs,
                        (unsigned long long)settings->max_runs);
    int code = mf_default_workers(&granted, error);
    if (code != 0)
        return code;
    set_workers(asked, &settings->workers, granted);
    code = job == SUM ? set_sum(asked, settings, argument, error)
                      : set_tune(asked, settings, argument, error);
    asked->request.job = asked->compared.job;
    return code == 0 ? mf__comparison_check(&asked->request, error) : code;
}

/* Where it is shown how far it is. */
struct shown {
    struct mf__progress progress;
    const struct settings *settings;
    bool warned;
};

/* The budget ends no comparison before its least rounds, which is said where these take much
 * longer, unless their number was typed. Only a search takes minutes for a round unawares. */
static void warn_of_rounds(struct shown *shown, const struct mf__measure_progress *told)
{
    const struct settings *settings = shown->settings;
    struct mf__buffer line = {0};
    if (shown->warned || settings->common.quiet || settings->tuning.grid.n == 0 ||
        settings->runs > 0 || settings->min_runs > 0 || told->rounds_done == 0 ||
        told->remaining_ns == UINT64_MAX || told->remaining_ns / 2 <= settings->budget_ns)
        return;
    shown->warned = true;
    mf__progress_end(&shown->progress); /* so that the line stands alone */
    mf__progress_start(&shown->progress, &settings->common);
    mf__buffer_print(&line,
                     "manyfold: the rounds that are taken at least need some %s more, much longer "
                     "than --budget; --runs 6 or fewer --workers take less\n",
                     mf__show_duration((double)told->remaining_ns, true).text);
    if (!line.failed)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
}

static void show_progress(void *user, const struct mf__measure_progress *told)
{
    struct shown *shown = user;
    struct mf__progress *progress = &shown->progress;
    warn_of_rounds(shown, told);
    if (!mf__progress_due(progress))
        return;
    struct mf__buffer line = {0};
    bool rounds = strcmp(told->doing, "measuring") == 0;
    mf__buffer_print(&line, "%s: ", told->doing);
    if (rounds)
        mf__buffer_print(&line, "round %zu, ", told->rounds_done + 1);
    mf__buffer_print(&line, "%zu of %zu", told->step + 1, told->steps);
    if (rounds && isfinite(told->widest))
        mf__buffer_print(&line, ", +-%s so far", mf__show_percent(told->widest, 1).text);
    if (told->remaining_ns != UINT64_MAX)
        mf__buffer_print(&line, ", about %s left",
                         mf__show_duration((double)told->remaining_ns, true).text);
    mf__progress_line(progress, mf__buffer_text(&line));
    mf__buffer_done(&line);
}

/* A wrong answer is worse than a way that failed, and that is worse than noise. */
static int exit_status(const struct mf__comparison *comparison, bool strict)
{
    int number = mf__interrupted_by();
    if (comparison->stop == MF__STOP_CANCELLED && number != 0)
        return MF__EXIT_SIGNAL + number;
    if (comparison->wrong)
        return MF__EXIT_NO;
    if (comparison->failed)
        return MF__EXIT_FAILED;
    if (strict && !(comparison->widest <= comparison->request.half_width))
        return MF__EXIT_NOISY;
    return MF__EXIT_DONE;
}

/* The report tells all; whoever reads standard error alone is told the first. */
static void tell_failure(const struct mf__comparison *comparison)
{
    mf_error error;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (!series->failed)
            continue;
        mf__fail(&error, MF_E_ITEM, "%s with %u worker%s: %s", mf__series_name(series),
                 series->workers, series->workers == 1 ? "" : "s", series->failed_why);
        mf__tell(&error);
        return;
    }
    mf__fail(&error, MF_E_ITEM, "%s", comparison->even_problem);
    mf__tell(&error);
}

static int compare(const struct request *asked, const struct settings *settings,
                   const struct mf__measuring *measuring, const struct mf__command_line *line)
{
    struct mf__comparison comparison;
    struct shown shown = {.settings = settings};
    struct mf__measuring told = *measuring;
    mf_error error;
    mf__progress_start(&shown.progress, &settings->common);
    told.progress = show_progress;
    told.progress_user = &shown;
    int code = mf__compare(&asked->request, &told, &comparison, &error);
    mf__progress_end(&shown.progress);
    if (code != 0) {
        if (code == MF_E_CANCELLED)
            mf__fail(&error, code, "cancelled before one round was complete: nothing to report");
        int failed = mf__tell(&error);
        if (code == MF_E_CANCELLED)
            mf__end_interrupted();
        return failed;
    }
    int status = exit_status(&comparison, settings->strict);
    const struct mf__compare_told written_with = {&settings->outputs, &settings->common, line,
                                                  &asked->compared};
    int written = mf__compare_write(&comparison, &written_with, status);
    bool cancelled = comparison.stop == MF__STOP_CANCELLED;
    if (comparison.failed)
        tell_failure(&comparison);
    mf__comparison_done(&comparison);
    if (cancelled)
        mf__end_interrupted();
    return written != MF__EXIT_DONE ? written : status;
}

static int run(struct settings *settings, enum which job, const char *argument,
               const struct mf__command_line *line)
{
    struct request asked = {0};
    struct mf__script script = {0};
    mf_error error;
    const struct mf__place read[] = {{"the table", job == TUNE ? argument : NULL},
                                     {"the recipe", settings->recipe}};
    int code = mf__compare_outputs_check(&settings->outputs, &(struct mf__places){read, 2}, &error);
    if (code == 0)
        code = make_request(&asked, settings, job, argument, &error);
    if (code == 0 && settings->pretend != NULL)
        code = mf__script_parse(settings->pretend, asked.request.cores, &script, &error);
    int status = MF__EXIT_DONE;
    if (code != 0) {
        status = mf__tell(&error);
    } else {
        struct mf__measuring measuring = mf__measuring_real(mf__interruptible());
        if (settings->pretend != NULL)
            measuring = mf__script_measuring(&script);
        status = compare(&asked, settings, &measuring, line);
    }
    mf__compared_done(&asked.compared);
    return status;
}

static void recipe_read(void *settings)
{
    mf__tuning_recipe_read(&((struct settings *)settings)->tuning);
}

static enum which job_called(const char *name)
{
    enum which job = SUM;
    while (job < JOBS && strcmp(jobs[job], name) != 0)
        job++;
    return job;
}

/* Which job is meant: mostly the first word says so. Otherwise the options of all jobs tell what is
 * an option and what is the job. JOBS: *ret_exit is what to end with. */
static enum which find_job(struct mf__arguments *arguments, int *ret_exit)
{
    struct settings settings = {.tuning = MF__TUNING_START};
    enum which job = arguments->n > 0 ? job_called(arguments->values[0]) : JOBS;
    if (job == JOBS &&
        mf__begin(&mf__compare_verb, arguments, &settings, &settings.common, ret_exit))
        job = job_called(arguments->values[0]);
    return job;
}

static int run_job(enum which job, struct mf__arguments *arguments,
                   const struct mf__command_line *line)
{
    struct settings settings = {.tuning = MF__TUNING_START};
    struct mf__recipe recipe = {0};
    const struct mf__verb verb = verb_of(job);
    const struct mf__begun begun = {
        &verb, &settings, sizeof settings, &settings.common, &settings.recipe, recipe_read};
    int status = 0;
    settings.tuning.line = line;
    if (mf__begin_with_recipe(&begun, arguments, &recipe, &status))
        status = run(&settings, job, arguments->n > 1 ? arguments->values[1] : recipe.file, line);
    mf__recipe_done(&recipe);
    return status;
}

int mf__compare_run(struct mf__arguments *arguments)
{
    struct mf__command_line line;
    int status = 0;
    size_t n = arguments->n;
    mf_error error;
    mf__command_line_keep(&line, "compare", arguments);
    char **words = mf__new(n + 1, sizeof *words); /* since finding the job changes their order */
    if (words == NULL) {
        mf__fail_memory(&error, n * sizeof *words, "the arguments");
        return mf__tell(&error);
    }
    for (size_t i = 0; i < n; i++)
        words[i] = arguments->values[i];
    enum which job = find_job(arguments, &status);
    struct mf__arguments typed = {n, words};
    if (job != JOBS)
        status = run_job(job, &typed, &line);
    mf__free(words);
    return status;
}
