/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/inner.h"
#include "cli/recipe.h"
#include "remote/batch.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct settings {
    struct mf__common common;
    uint64_t nodes;
    uint64_t ranks_per_node;
    uint64_t threads;
    uint64_t time_ns;
    size_t launcher;
    const char *partition;
    const char *account;
    const char *name;
    const char *output;
    struct mf__texts modules;
};

static const char *const launchers[] = {"srun", "mpirun", NULL};

static const struct mf__option options[] = {
    {.name = "nodes",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "machines",
     .preset = "1",
     .offset = offsetof(struct settings, nodes),
     .min = 1,
     .max = 100000},
    {.name = "ntasks-per-node",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "ranks on each machine",
     .preset = "1",
     .offset = offsetof(struct settings, ranks_per_node),
     .min = 1,
     .max = 1024},
    {.name = "threads-per-rank",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "cores for each rank",
     .otherwise = "whole machines, shared by their ranks",
     .offset = offsetof(struct settings, threads),
     .min = 1,
     .max = 1024},
    {.name = "time",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "the limit of time, as 90min or 8h; a search stops shortly before it",
     .otherwise = "as the partition has it",
     .offset = offsetof(struct settings, time_ns),
     .min = 60 * MF__NS_PER_S,
     .max = 366 * 24 * 3600 * MF__NS_PER_S},
    {.name = "partition",
     .letter = 'p',
     .kind = MF__TEXT,
     .argument = "NAME",
     .help = "the partition",
     .otherwise = "as the cluster has it",
     .offset = offsetof(struct settings, partition)},
    {.name = "account",
     .letter = 'A',
     .kind = MF__TEXT,
     .argument = "NAME",
     .help = "whose time it takes",
     .otherwise = "as the cluster has it",
     .offset = offsetof(struct settings, account)},
    {.name = "job-name",
     .letter = 'J',
     .kind = MF__TEXT,
     .argument = "NAME",
     .help = "what lists of jobs call it",
     .otherwise = "manyfold and the verb",
     .offset = offsetof(struct settings, name)},
    {.name = "output",
     .letter = 'o',
     .kind = MF__TEXT,
     .argument = "FILE",
     .help = "where Slurm writes what the job prints; %j stands for its number",
     .otherwise = "slurm-NUMBER.out",
     .offset = offsetof(struct settings, output)},
    {.name = "module",
     .kind = MF__TEXT_LIST,
     .argument = "NAME",
     .help = "an environment module to load first, as openmpi/4.1",
     .offset = offsetof(struct settings, modules)},
    {.name = "launcher",
     .kind = MF__CHOICE,
     .argument = "NAME",
     .help = "what starts the ranks; mpirun where srun --mpi=list does not know pmix",
     .choices = launchers,
     .preset = "srun",
     .offset = offsetof(struct settings, launcher)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"The job", options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "COMMAND",
     .help = "what manyfold is to do there, behind --",
     .kind = MF__TEXT,
     .min = 1,
     .max = SIZE_MAX},
    {0},
};

static const char *const synopsis[] = {"[OPTION]... -- COMMAND...", NULL};

static const char *const description[] = {
    "Prints a script with which Slurm runs a command of manyfold on a cluster: over MPI on several "
    "machines, or with all cores of one. Nothing is started; the script is handed over with sbatch "
    "where Slurm is.",
    "Shortly before the limit of time the command is told to stop, and a search then ends with the "
    "best so far. With --journal, handing in the same script again goes on from there.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold sbatch --nodes 4 --time 2h -- tune --recipe r.json --journal a.db",
     "a search on four whole machines; > job.sh keeps it, sbatch job.sh hands it over"},
    {"manyfold sbatch --threads-per-rank 16 --module openmpi -- train a.csv -t price",
     "a forest on 16 cores of one machine"},
    {0},
};

static const char *const see_also[] = {"manyfold-remote(1)", "manyfold-tune(1)", NULL};

const struct mf__verb mf__sbatch_verb = {
    .name = "sbatch",
    .command = "manyfold sbatch",
    .summary = "print a batch script for Slurm that runs a command",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* ---- the command ---- */

#define MOST_ADDED 8 /* words that are put into a command */

/* A script under way, with the texts that it points to. */
struct script {
    const struct settings *settings;
    struct mf__inner inner;
    struct mf__recipe recipe; /* that the command names */
    struct mf__batch batch;
    const char **words;
    char name[64];
    char max_time[32];
};

/* The last value of an option, as the last one counts; NULL: it is not typed. */
static const char *typed(const struct script *script, const char *name)
{
    const struct mf__option *option = mf__inner_option(&script->inner, name);
    const char *value = NULL;
    size_t from = 1;
    const char *next = NULL;
    while (option != NULL &&
           (next = mf__inner_next(&script->inner, name, option->letter, &from)) != NULL)
        value = next;
    return value;
}

/* What the recipe says of an option; NULL: nothing. */
static json_t *in_recipe(const struct script *script, const char *name)
{
    const char *key;
    json_t *value;
    json_object_foreach(script->recipe.root, key,
                        value) if (mf__same_name(name, key, strlen(key))) return value;
    return NULL;
}

static bool is_said(const struct script *script, const char *name)
{
    return typed(script, name) != NULL || in_recipe(script, name) != NULL;
}

/* The way that the command chooses by itself; NULL: none. What is typed wins, as it does there. */
static const char *way_of(const struct script *script)
{
    const char *way = typed(script, "with");
    return way != NULL ? way : json_string_value(in_recipe(script, "with"));
}

/* The script may be made where the recipe is not. */
static int read_recipe(struct script *script, mf_error *error)
{
    const char *path = typed(script, "recipe");
    if (path == NULL)
        return 0;
    if (strcmp(path, "-") == 0)
        return mf__fail(error, MF_E_INPUT,
                        "--recipe - is standard input, which is empty in a batch job; name a file");
    int code = mf__recipe_load(path, &script->recipe, error);
    if (code != MF_E_SYSTEM)
        return code;
    mf__say_remark(&script->settings->common, "remark: %s; the script is made without what it says",
                   error->text);
    return 0;
}

static int check_command(const struct script *script, mf_error *error)
{
    static const struct mf__verb *const others[] = {&mf__remote_verb, &mf__sbatch_verb,
                                                    &mf__init_verb};
    const struct mf__inner *inner = &script->inner;
    const bool several = script->settings->nodes * script->settings->ranks_per_node > 1;
    const char *way = typed(script, "with");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (inner->verb == others[i])
            return mf__fail(error, MF_E_INPUT,
                            "%s is no work for a cluster; name what is to be computed, as in "
                            "\"-- tune --recipe r.json\"",
                            inner->verb->name);
    if (!several)
        return 0;
    if (mf__inner_option(inner, "hosts") == NULL)
        return mf__fail(error, MF_E_INPUT,
                        "%s runs on one machine as one process; leave out --nodes and "
                        "--ntasks-per-node",
                        inner->verb->name);
    if (way != NULL && strcmp(way, "mpi") != 0)
        return mf__fail(error, MF_E_INPUT,
                        "the command says --with %s, but several ranks work together by mpi alone; "
                        "leave it out",
                        mf__quote(way).text);
    return 0;
}

static void add(struct script *script, const char *word)
{
    script->words[script->batch.n_words++] = word;
}

/* mpirun does not pass the signal on, so the search has to look at the clock by itself. */
static void add_max_time(struct script *script)
{
    const uint64_t s = script->settings->time_ns / MF__NS_PER_S;
    if (!script->batch.by_mpirun || s == 0 ||
        mf__inner_option(&script->inner, "max-time") == NULL || is_said(script, "max-time"))
        return;
    snprintf(script->max_time, sizeof script->max_time, "%llus",
             (unsigned long long)(s - mf__batch_margin_s(script->settings->time_ns)));
    add(script, "--max-time");
    add(script, script->max_time);
}

static void put_command(struct script *script)
{
    const struct mf__inner *inner = &script->inner;
    const struct mf__option *workers = mf__inner_option(inner, "workers");
    const bool several = script->batch.nodes * script->batch.ranks_per_node > 1;
    const char *way = way_of(script);
    const bool serial = way != NULL && strcmp(way, "serial") == 0; /* takes no workers */
    add(script, "manyfold");
    add(script, inner->words[0]);
    if (several && typed(script, "with") == NULL) { /* it counts for more than a recipe */
        add(script, "--with");
        add(script, "mpi");
    }
    add_max_time(script);
    for (size_t i = 1; i < inner->n; i++)
        add(script, inner->words[i]);
    script->batch.tell_workers = !several && !serial && workers != NULL &&
                                 workers->kind == MF__COUNT && !is_said(script, "workers");
}

/* ---- the whole ---- */

static void remark(struct script *script)
{
    static const char text[] = "manyfold: remark: without --journal FILE a search that reaches the "
                               "limit of time begins anew when it is handed in again\n";
    if (script->inner.verb != &mf__tune_verb || /* others keep their result only */
        is_said(script, "journal"))
        return;
    script->batch.remark = "With --journal FILE it would go on where the limit of time ended it.";
    if (!script->settings->common.quiet)
        mf__write_all(STDERR_FILENO, text, sizeof text - 1, "standard error", NULL);
}

static int make(const struct settings *settings, struct script *script, struct mf__buffer *out,
                mf_error *error)
{
    snprintf(script->name, sizeof script->name, "manyfold-%s", script->inner.verb->name);
    script->batch = (struct mf__batch){
        .nodes = settings->nodes,
        .ranks_per_node = settings->ranks_per_node,
        .threads = settings->threads,
        .time_ns = settings->time_ns,
        .by_mpirun = settings->launcher == 1,
        .partition = settings->partition,
        .account = settings->account,
        .name = settings->name != NULL ? settings->name : script->name,
        .output = settings->output,
        .modules = settings->modules.values,
        .n_modules = settings->modules.n,
        .words = script->words,
    };
    int code = mf__batch_check(&script->batch, error);
    if (code == 0)
        code = check_command(script, error);
    if (code == 0)
        code = read_recipe(script, error);
    if (code != 0)
        return code;
    put_command(script);
    remark(script);
    mf__batch_put(&script->batch, out);
    return mf__buffer_check(out, error);
}

int mf__sbatch_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct script script = {.settings = &settings};
    struct mf__buffer text = {0};
    int status = 0;
    mf_error error;
    if (!mf__begin(&mf__sbatch_verb, arguments, &settings, &settings.common, &status))
        return status;
    int code = mf__inner_read(arguments->values, arguments->n, &script.inner, &error);
    script.words = mf__new(arguments->n + MOST_ADDED, sizeof *script.words);
    if (code == 0 && script.words == NULL)
        code = mf__fail_memory(&error, arguments->n * sizeof *script.words, "the command");
    if (code == 0)
        code = make(&settings, &script, &text, &error);
    status = code == 0 ? mf__print(&text) : mf__tell(&error);
    mf__free(script.words);
    mf__recipe_done(&script.recipe);
    mf__buffer_done(&text);
    return status;
}
