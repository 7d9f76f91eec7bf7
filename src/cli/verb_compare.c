/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/compare_write.h"
#include "cli/ways.h"
#include "compare/compare.h"
#include "compare/plan.h"
#include "compare/script.h"
#include "jobs/sum.h"

#include <math.h>
#include <string.h>

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
    {.name = "from",
     .kind = MF__COUNT,
     .argument = "A",
     .help = "for sum: the first integer",
     .preset = "1",
     .offset = offsetof(struct settings, from),
     .max = UINT64_MAX},
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
    {.name = "seed",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of the order within rounds and of resampling",
     .preset = "1",
     .offset = offsetof(struct settings, seed),
     .max = UINT64_MAX},
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

static const struct mf__option_group groups[] = {
    {"What to compare", what_options, 0},
    {"How to measure", how_options, 0},
    {"Outputs", mf__compare_output_options, offsetof(struct settings, outputs)},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const char *const jobs[] = {"sum", NULL};

static const struct mf__positional positional[] = {
    {.name = "JOB",
     .help = "what to run: sum",
     .kind = MF__CHOICE,
     .choices = jobs,
     .min = 1,
     .max = 1},
    {.name = "N",
     .help = "for sum: the last integer, 1e10, 10G",
     .kind = MF__TEXT,
     .min = 1,
     .max = 1},
    {0},
};

static const char *const synopsis[] = {"sum N [OPTION]...", NULL};

static const char *const description[] = {
    "Runs one job every way and with several worker counts, in rounds of random order, until the "
    "speedups are known precisely enough. Every answer is compared with the serial one.",
    "Shows speedup, efficiency, what the machine itself could do at best, where the time went, the "
    "laws of Amdahl and Gustafson (and the USL with four worker counts or more), from which size "
    "on parallel pays, and a verdict in words. No winner is named where the interval of a ratio "
    "holds 1, nor where chance would show one such among all that are looked at together.",
    "A way that gives a wrong answer gets no speedup. One that fails is left out from then on, and "
    "the others are reported.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold compare sum 1e10", "every way, 1 worker to all of them"},
    {"manyfold compare sum 1e10 --with threads --workers 1,2,4,8", "threads alone, four counts"},
    {"manyfold compare sum 1e9 --weak --json result.json", "weak scaling too, all samples kept"},
    {0},
};

static const char *const see_also[] = {"manyfold-sum(1)", "manyfold-doctor(1)", NULL};

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

/* What a request points to. */
struct request {
    struct mf__comparison_request request;
    const mf_way *ways[MF__LIST_LIMIT];
    unsigned workers[MF__LIST_LIMIT];
    struct mf__sum_config config;
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
    const struct mf__limits limits = {"N", 1, UINT64_MAX};
    uint64_t to = 0;
    int code = mf__parse_count(text, &limits, &to, error);
    if (code != 0)
        return code;
    if (settings->from > to)
        return mf__fail(error, MF_E_INPUT, "--from %llu is above N, which is %llu",
                        (unsigned long long)settings->from, (unsigned long long)to);
    if (to - settings->from == UINT64_MAX)
        return mf__fail(error, MF_E_INPUT,
                        "0..2^64-1 are 2^64 integers, one more than can be "
                        "counted; start from 1");
    asked->config = (struct mf__sum_config){settings->from, mf__sum_kernel_best()};
    asked->request.job = (struct mf__job){&mf__sum_job, &asked->config, to - settings->from + 1};
    return 0;
}

/* Weak scaling goes on from N: as far as the largest worker count times as many integers reach. */
static int check_weak(const struct request *asked, mf_error *error)
{
    const struct mf__comparison_request *request = &asked->request;
    unsigned most = asked->workers[request->n_workers - 1];
    uint64_t integers = 0;
    uint64_t last = 0;
    if (!request->weak)
        return 0;
    if (!__builtin_mul_overflow(request->job.size, (uint64_t)most, &integers) &&
        !__builtin_add_overflow(integers - 1, asked->config.from, &last))
        return 0;
    return mf__fail(error, MF_E_INPUT,
                    "--weak with %u workers needs %u times as many integers, which goes beyond "
                    "2^64 - 1; a smaller N would do",
                    most, most);
}

static int make_request(struct request *asked, const struct settings *settings, const char *size,
                        mf_error *error)
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
    if (code == 0)
        code = set_sum(asked, settings, size, error);
    if (code != 0)
        return code;
    set_workers(asked, &settings->workers, granted);
    code = check_weak(asked, error);
    return code == 0 ? mf__comparison_check(&asked->request, error) : code;
}

static void show_progress(void *user, const struct mf__measure_progress *told)
{
    struct mf__progress *progress = user;
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
    struct mf__progress progress;
    struct mf__measuring told = *measuring;
    mf_error error;
    mf__progress_start(&progress, &settings->common);
    told.progress = show_progress;
    told.progress_user = &progress;
    int code = mf__compare(&asked->request, &told, &comparison, &error);
    mf__progress_end(&progress);
    if (code != 0) {
        if (code == MF_E_CANCELLED)
            mf__fail(&error, code, "cancelled before one round was complete: nothing to report");
        int failed = mf__tell(&error);
        if (code == MF_E_CANCELLED)
            mf__end_interrupted();
        return failed;
    }
    int status = exit_status(&comparison, settings->strict);
    int written =
        mf__compare_write(&comparison, &settings->outputs, &settings->common, line, status);
    bool cancelled = comparison.stop == MF__STOP_CANCELLED;
    if (comparison.failed)
        tell_failure(&comparison);
    mf__comparison_done(&comparison);
    if (cancelled)
        mf__end_interrupted();
    return written != MF__EXIT_DONE ? written : status;
}

int mf__compare_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct request asked = {0};
    struct mf__script script = {0};
    struct mf__command_line line;
    int status = 0;
    mf_error error;
    mf__command_line_keep(&line, "compare", arguments);
    if (!mf__begin(&mf__compare_verb, arguments, &settings, &settings.common, &status))
        return status;
    int code = make_request(&asked, &settings, arguments->values[1], &error);
    if (code == 0)
        code = mf__compare_outputs_check(&settings.outputs, &error);
    if (code == 0 && settings.pretend != NULL)
        code = mf__script_parse(settings.pretend, asked.request.cores, &script, &error);
    if (code != 0)
        return mf__tell(&error);
    struct mf__measuring measuring = mf__measuring_real(mf__interruptible());
    if (settings.pretend != NULL)
        measuring = mf__script_measuring(&script);
    return compare(&asked, &settings, &measuring, &line);
}
