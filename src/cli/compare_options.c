/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_options.h"

#include "base/clock.h"
#include "cli/keeping.h"
#include "cli/ways.h"

static const struct mf__option what_options[] = {
    {.name = "with",
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "the ways to compare; serial is always measured; mpi, which starts ranks for each "
             "sample, only when asked for",
     .preset = "serial,threads,processes",
     .choices = mf__way_choices,
     .offset = offsetof(struct mf__compare_settings, ways)},
    {.name = "workers",
     .letter = 'j',
     .kind = MF__COUNT_LIST,
     .argument = "LIST",
     .help = "the worker counts; 1 is always measured",
     .otherwise = "1, 2, 4, ... up to what the machine grants, see manyfold doctor",
     .word = "auto",
     .offset = offsetof(struct mf__compare_settings, workers),
     .min = 1,
     .max = MF_WORKERS_MAX},
    {.name = "weak",
     .kind = MF__FLAG,
     .help = "measure weak scaling as well: N grows with the workers",
     .offset = offsetof(struct mf__compare_settings, weak)},
    {.name = "no-break-even",
     .kind = MF__FLAG,
     .help = "do not look for the N from which parallel pays",
     .offset = offsetof(struct mf__compare_settings, no_break_even)},
    {0},
};

static const struct mf__option sum_options[] = {
    {.name = "from",
     .kind = MF__COUNT,
     .argument = "A",
     .help = "for sum: the first integer",
     .preset = "1",
     .offset = offsetof(struct mf__compare_settings, from),
     .max = UINT64_MAX},
    {0},
};

static const struct mf__option recipe_options[] = {
    {.name = "recipe",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "take options from a JSON file, as tune does; what is typed wins",
     .offset = offsetof(struct mf__compare_settings, recipe)},
    {0},
};

static const struct mf__option how_options[] = {
    {.name = "precision",
     .kind = MF__SHARE,
     .argument = "SHARE",
     .help = "stop when every speedup's 95 % interval is this narrow to each side",
     .preset = "2%",
     .offset = offsetof(struct mf__compare_settings, precision_ppb),
     .min = 1,
     .max = MF__WHOLE_PPB},
    {.name = "budget",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "stop after this time even if they are wider, once there are --min-runs",
     .preset = "30s",
     .offset = offsetof(struct mf__compare_settings, budget_ns),
     .max = 7 * 24 * 3600 * MF__NS_PER_S},
    {.name = "warmup",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "rounds that are not counted, first",
     .preset = "1",
     .offset = offsetof(struct mf__compare_settings, warmups),
     .min = 1,
     .max = 1000},
    {.name = "runs",
     .letter = 'r',
     .kind = MF__COUNT,
     .argument = "N",
     .help = "take exactly so many rounds",
     .otherwise = "as many as --precision takes",
     .offset = offsetof(struct mf__compare_settings, runs),
     .min = 1,
     .max = 100000},
    {.name = "min-runs",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "take at least so many rounds; an interval takes 6, and more where many worker counts "
             "are compared",
     .otherwise = "10, or --max-runs where that is less",
     .offset = offsetof(struct mf__compare_settings, min_runs),
     .min = 1,
     .max = 100000},
    {.name = "max-runs",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "take at most so many rounds",
     .preset = "1000",
     .offset = offsetof(struct mf__compare_settings, max_runs),
     .min = 1,
     .max = 100000},
    {.name = "min-sample",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "repeat shorter runs within a sample until it takes this long",
     .preset = "20ms",
     .offset = offsetof(struct mf__compare_settings, min_sample_ns),
     .max = 3600 * MF__NS_PER_S},
    {.name = "strict",
     .kind = MF__FLAG,
     .help = "end with status 4 when --precision was not reached",
     .offset = offsetof(struct mf__compare_settings, strict)},
    {.name = "pretend",
     .kind = MF__TEXT,
     .argument = "SCRIPT",
     .help = "take times from a script instead of a clock; for tests",
     .hidden = true,
     .offset = offsetof(struct mf__compare_settings, pretend)},
    {.name = "sample-size",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "for ranks that a comparison has started: the size of the job",
     .hidden = true,
     .offset = offsetof(struct mf__compare_settings, sample_size),
     .min = 1,
     .max = UINT64_MAX},
    {.name = "sample-repeats",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "for ranks that a comparison has started: take a sample of so many runs",
     .hidden = true,
     .offset = offsetof(struct mf__compare_settings, sample_repeats),
     .min = 1,
     .max = UINT64_MAX},
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
     .offset = offsetof(struct mf__compare_settings, seed),
     .max = UINT64_MAX},
    {0},
};

#define FOR_TUNE                                                                                   \
    {"For tune: what to search", mf__space_options,                                                \
     offsetof(struct mf__compare_settings, tuning)},                                               \
        {"For tune: how to score", mf__validating_options,                                         \
         offsetof(struct mf__compare_settings, tuning)},                                           \
        {"For tune: the table", mf__reading_options,                                               \
         offsetof(struct mf__compare_settings, tuning.reading)},                                   \
        {"For tune: preparing it", mf__preparing_options,                                          \
         offsetof(struct mf__compare_settings, tuning.preparing)},                                 \
        {"For tune: the forest", mf__forest_options,                                               \
         offsetof(struct mf__compare_settings, tuning.forest)},                                    \
    {                                                                                              \
        "For tune: a recipe", recipe_options, 0                                                    \
    }

#define FOR_ALL                                                                                    \
    {"Outputs", mf__compare_output_options, offsetof(struct mf__compare_settings, outputs)},       \
        {"Outputs", mf__form_options, offsetof(struct mf__compare_settings, outputs.forms)},       \
        {"Outputs", mf__keep_options, offsetof(struct mf__compare_settings, outputs.journal)},     \
        {"Common options", mf__common_options, offsetof(struct mf__compare_settings, common)},     \
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
    {"How to measure", mf__tuning_seed_options, offsetof(struct mf__compare_settings, tuning)},
    FOR_ALL,
};

const char *const mf__compared_jobs[] = {"sum", "tune", NULL};

#define JOB_ARGUMENT                                                                               \
    {                                                                                              \
        .name = "JOB", .help = "what to run: sum or tune", .kind = MF__CHOICE,                     \
        .choices = mf__compared_jobs, .min = 1, .max = 1                                           \
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
    "With mpi among the ways, each of its samples is taken by ranks that mpirun starts on this "
    "machine, a worker in each. How long that takes is shown apart: it is in no time and in no "
    "speedup, and the verdict says how long work has to be to make up for it. The search for the "
    "break-even leaves mpi out.",
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
    {"manyfold compare sum 1e10 --with threads,mpi", "what MPI costs beside threads"},
    {"manyfold compare tune --grid max_depth=5,10,none", "a search of three forests every way"},
    {0},
};

static const char *const see_also[] = {"manyfold-sum(1)",    "manyfold-tune(1)",
                                       "manyfold-doctor(1)", "manyfold-results(5)",
                                       "manyfold-recipe(5)", NULL};

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

struct mf__verb mf__compare_verb_of(enum mf__compared_job job)
{
    static const char *const synopses[][2] = {{"N [OPTION]...", NULL},
                                              {"[FILE] --grid NAME=VALUES... [OPTION]...", NULL}};
    struct mf__verb verb = mf__compare_verb;
    verb.command = job == MF__COMPARE_SUM ? "manyfold compare sum" : "manyfold compare tune";
    verb.synopsis = synopses[job];
    verb.positional = job == MF__COMPARE_SUM ? sum_positional : tune_positional;
    verb.groups = job == MF__COMPARE_SUM ? sum_groups : tune_groups;
    return verb;
}
