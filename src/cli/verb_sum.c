/* SPDX-License-Identifier: Apache-2.0 */
#include <manyfold/machine.h>

#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/ways.h"
#include "jobs/sum.h"
#include "report/sum_json.h"

#include <string.h>

struct settings {
    struct mf__common common;
    struct mf__hosts hosts;
    uint64_t from;
    uint64_t to;
    size_t way;       /* 0: auto, then as in mf__way_choices */
    uint64_t workers; /* 0: auto */
    size_t kernel;
    const char *json;
};

static const char *const kernels[] = {"auto", "portable", "avx2", "avx512", NULL};

static const struct mf__option options[] = {
    {.name = "from",
     .kind = MF__COUNT,
     .argument = "A",
     .help = "the first integer",
     .preset = "1",
     .offset = offsetof(struct settings, from),
     .max = UINT64_MAX},
    {.name = "with",
     .kind = MF__CHOICE,
     .argument = "WAY",
     .help = "the way to run it",
     .preset = "auto",
     .choices = mf__auto_way_choices,
     .offset = offsetof(struct settings, way)},
    {.name = "workers",
     .letter = 'j',
     .kind = MF__COUNT,
     .argument = "N",
     .help = "how many workers",
     .otherwise = "as many as the machine grants, see manyfold doctor",
     .word = "auto",
     .offset = offsetof(struct settings, workers),
     .min = 1,
     .max = MF_WORKERS_MAX},
    {.name = "kernel",
     .kind = MF__CHOICE,
     .argument = "NAME",
     .help = "which vector instructions add the integers",
     .choices = kernels,
     .preset = "auto",
     .offset = offsetof(struct settings, kernel)},
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help =
         "write the sum and where the time went as JSON; - is standard output, in place of the sum",
     .offset = offsetof(struct settings, json)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Running", options, 0},
    {"Running", mf__hosts_options, offsetof(struct settings, hosts)},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "N",
     .help = "the last integer, up to 2^64 - 1: 1e10, 10G, 10_000_000_000",
     .kind = MF__TEXT,
     .min = 1,
     .max = 1},
    {0},
};

static const char *const synopsis[] = {"N [OPTION]...", NULL};

static const char *const description[] = {
    "Adds the integers 1..N, each of them, and prints the sum: exact, in 128 bits. It takes the "
    "way that is quickest for this N, unless one is asked for; small sums run serially.",
    "Every integer is really added; the formula N (N + 1) / 2 only checks the answer.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold sum 1e10", "the sum of 1..10,000,000,000"},
    {"manyfold sum 10G --with processes --workers 2", "the same, with two processes"},
    {"manyfold sum 2000 --from 1001", "1001 + 1002 + ... + 2000"},
    {0},
};

static const char *const see_also[] = {"manyfold-compare(1)", "manyfold-doctor(1)", NULL};

const struct mf__verb mf__sum_verb = {
    .name = "sum",
    .command = "manyfold sum",
    .summary = "add the integers 1..N, the quickest way",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* What runs, once "auto" is settled. */
struct choice {
    const mf_way *way;
    unsigned workers;
};

/* How many integers; all 2^64 of them count as one less, which changes no choice. */
static uint64_t count_of(const struct settings *settings)
{
    uint64_t last = settings->to - settings->from;
    return settings->from > settings->to ? 0 : last < UINT64_MAX ? last + 1 : last;
}

/* Looking at the machine takes longer than a small sum does, so that comes last. */
static int choose(const struct settings *settings, const struct mf__sum_config *config,
                  struct choice *ret_choice, mf_error *error)
{
    const mf_way *way = mf__auto_way(settings->way);
    unsigned workers = (unsigned)settings->workers;
    mf__ranks_way(&way, &workers);
    bool may_choose = way == NULL && workers == 0;
    bool one_will_do = way == mf_way_find("serial") ||
                       (may_choose && mf__sum_quickest(config, count_of(settings), 2) == 1);
    if (workers == 0 && !one_will_do) {
        int code = mf_default_workers(&workers, error);
        if (code != 0)
            return code;
        if (may_choose)
            workers = mf__sum_quickest(config, count_of(settings), workers);
    }
    workers = workers == 0 ? 1 : workers;
    if (way == NULL)
        way = mf_way_find(workers > 1 ? "threads" : "serial");
    *ret_choice = (struct choice){way, workers};
    return 0;
}

static int write_json(const struct settings *settings, const struct mf__sum_result *result)
{
    struct mf__buffer text = {0};
    mf_error error;
    int code = mf__sum_json(result, &text, &error);
    if (code == 0)
        code = mf__output_write(settings->json, mf__buffer_text(&text), text.length, &error);
    mf__buffer_done(&text);
    if (code != 0)
        mf__fail_within(&error, code, "--json");
    else
        mf__say_wrote(&settings->common, settings->json);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

static int write_result(const struct settings *settings, const struct mf__sum_result *result)
{
    int written = MF__EXIT_DONE;
    if (settings->json != NULL)
        written = write_json(settings, result);
    if (settings->json != NULL && strcmp(settings->json, "-") == 0)
        return written;
    /* The sum is shown even where the file could not be written: adding took its time. */
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "%s\n", mf__show_wide(result->sum.high, result->sum.low, 0).text);
    int printed = mf__print(&text);
    mf__buffer_done(&text);
    return written != MF__EXIT_DONE ? written : printed;
}

static int add_up(const struct settings *settings, const struct mf__sum_config *config,
                  const struct choice *choice)
{
    struct mf__progress progress;
    struct mf__sum_result result = {.from = settings->from,
                                    .to = settings->to,
                                    .kernel = config->kernel->name,
                                    .way = choice->way,
                                    .workers = choice->workers};
    mf_pool_options pool_options = mf_pool_defaults();
    mf_pool *pool = NULL;
    mf_error error;
    pool_options.workers = choice->workers;
    mf__progress_start(&progress, &settings->common);
    struct mf__items_progress items;
    mf__items_progress_start(&items, &progress, NULL);
    const mf_run_options run_options = {.progress = mf__items_progress_show,
                                        .progress_user = &items,
                                        .cancel = mf__interruptible()};
    int code = mf_pool_open(choice->way, &pool_options, &pool, &error);
    if (code == 0)
        code =
            mf__sum(pool, config, settings->to, &run_options, &result.ledger, &result.sum, &error);
    mf_pool_close(&pool);
    mf__progress_end(&progress);
    int status = code == 0 ? write_result(settings, &result) : mf__tell(&error);
    mf_ledger_done(&result.ledger);
    if (code == MF_E_CANCELLED)
        mf__end_interrupted();
    return status;
}

static int check(const struct settings *settings, const struct mf__sum_kernel *kernel,
                 mf_error *error)
{
    if (kernel == NULL)
        return mf__fail(error, MF_E_UNAVAILABLE,
                        "--kernel %s: this processor does not have these instructions; auto takes "
                        "the best that it has",
                        kernels[settings->kernel]);
    /* An empty sum is 0, but only 1..0 is meant to be one. */
    if (settings->from > settings->to && settings->from - settings->to > 1)
        return mf__fail(error, MF_E_INPUT, "--from %llu is above N, which is %llu",
                        (unsigned long long)settings->from, (unsigned long long)settings->to);
    int code = settings->json != NULL ? mf__output_check(settings->json, error) : 0;
    return code == 0 ? 0 : mf__fail_within(error, code, "--json");
}

int mf__sum_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    const struct mf__limits limits = {"N", 0, UINT64_MAX};
    int status = 0;
    mf_error error;
    if (!mf__begin(&mf__sum_verb, arguments, &settings, &settings.common, &status))
        return status;
    const struct mf__sum_kernel *kernel = mf__sum_kernel_find(kernels[settings.kernel]);
    struct choice choice = {0};
    int code = mf__parse_count(arguments->values[0], &limits, &settings.to, &error);
    if (code == 0)
        code = check(&settings, kernel, &error);
    const struct mf__sum_config config = {settings.from, kernel};
    if (code == 0)
        code = choose(&settings, &config, &choice, &error);
    if (code != 0)
        return mf__tell(&error);
    return add_up(&settings, &config, &choice);
}
