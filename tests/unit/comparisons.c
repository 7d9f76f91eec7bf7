/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/comparisons.h"

#include "base/memory.h"
#include "base/random.h"
#include "compare/analyse.h"
#include "compare/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N   UINT64_C(10000000000)
#define SUM "50000000005000000000"

/* A scene: what is run, how long it takes, and what is odd about it. */
struct scene {
    const char *name;
    const char *ways[3]; /* besides serial */
    unsigned workers[8];
    unsigned cores;
    size_t rounds;
    double fraction;  /* the serial part; below 0: quicker than it should be */
    double coherency; /* what each pair of workers costs, in shares of the serial time */
    double noise;     /* the largest deviation */
    bool weak;
    bool even;
    bool outliers;
    bool doubted;
    const char *wrong; /* the way whose answer with 2 workers is wrong */
    enum mf__stop stop;
    double widest;
    const char *failing;          /* the way that failed with 2 workers, after 3 rounds */
    const char *const *sentences; /* topic, text, ..., NULL; in place of the verdict */
};

static const char *const hostile_says[] = {
    "answer",
    "The answer is \x1b[31mred\x1b[0m\nand ∞ \xff.",
    NULL,
};

static const struct scene scenes[] = {
    {.name = "two_cores",
     .ways = {"threads", "processes"},
     .workers = {1, 2, 4},
     .cores = 2,
     .rounds = 14,
     .fraction = 0.03,
     .noise = 0.02,
     .even = true,
     .outliers = true,
     .doubted = true,
     .widest = 0.016},
    {.name = "eight_cores",
     .ways = {"threads", "processes"},
     .workers = {1, 2, 4, 6, 8},
     .cores = 8,
     .rounds = 20,
     .fraction = 0.02,
     .coherency = 0.0006,
     .noise = 0.01,
     .stop = MF__STOP_BUDGET,
     .widest = 0.031},
    {.name = "usual",
     .ways = {"threads", "processes"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 12,
     .fraction = 0.03,
     .noise = 0.02,
     .even = true,
     .widest = 0.012},
    {.name = "wrong",
     .ways = {"threads", "processes"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 8,
     .fraction = 0.03,
     .noise = 0.02,
     .wrong = "threads",
     .widest = 0.012},
    {.name = "one_round",
     .ways = {"threads", "processes"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 1,
     .fraction = 0.03,
     .noise = 0.02,
     .stop = MF__STOP_ROUNDS,
     .widest = (double)INFINITY},
    {.name = "cancelled",
     .ways = {"threads"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 3,
     .fraction = 0.03,
     .noise = 0.02,
     .stop = MF__STOP_CANCELLED,
     .widest = (double)INFINITY},
    {.name = "negative",
     .ways = {"threads"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 10,
     .fraction = -0.08,
     .noise = 0.01,
     .stop = MF__STOP_PRECISE,
     .widest = 0.007},
    {.name = "slower",
     .ways = {"threads"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 9,
     .fraction = 1.06,
     .noise = 0.01,
     .widest = 0.011},
    {.name = "weak",
     .ways = {"threads", "processes"},
     .workers = {1, 2, 4},
     .cores = 4,
     .rounds = 12,
     .fraction = 0.02,
     .noise = 0.01,
     .weak = true,
     .widest = 0.009},
    {.name = "failed",
     .ways = {"threads", "processes"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 12,
     .fraction = 0.03,
     .noise = 0.02,
     .failing = "processes",
     .widest = 0.012},
    {.name = "serial_only", .workers = {1}, .cores = 1, .rounds = 7, .noise = 0.01, .widest = 0},
    {.name = "hostile",
     .ways = {"threads"},
     .workers = {1, 2},
     .cores = 2,
     .rounds = 6,
     .fraction = 0.03,
     .noise = 0.02,
     .doubted = true,
     .wrong = "threads",
     .widest = 0.01,
     .sentences = hostile_says},
};

#define N_SCENES (sizeof scenes / sizeof scenes[0])

const char *const scene_names[] = {"two_cores", "eight_cores", "wrong", "one_round",   "cancelled",
                                   "negative",  "slower",      "weak",  "serial_only", "hostile",
                                   "failed",    "usual",       NULL};

const char *scene_what(void)
{
    return "sum of 1..10,000,000,000";
}

/* ---- times ---- */

static double ideal_ns(const struct scene *scene, const struct mf__series *series)
{
    double busy = fmin(series->workers, scene->cores);
    double size = (double)series->size / (double)N;
    double base = 4.02e9 * size;
    if (series->role == MF__ROLE_BASE)
        return base;
    if (series->role == MF__ROLE_CEILING)
        return base * 1.01;
    double start = strcmp(mf_way_name(series->way), "processes") == 0 ? 12e6 : 3e6;
    return base * (scene->fraction + (1 - scene->fraction) / busy + scene->coherency * (busy - 1)) +
           start * series->workers;
}

static uint64_t part(double ns, double share)
{
    return (uint64_t)(ns * share);
}

/* Each worker computed twice. */
static void fill_spans(mf_ledger *ledger, double ns)
{
    ledger->spans = mf__new((size_t)2 * ledger->n_workers, sizeof *ledger->spans);
    for (unsigned i = 0; i < ledger->n_workers; i++)
        for (unsigned k = 0; k < 2; k++)
            ledger->spans[ledger->n_spans++] =
                (mf_span){.worker = i,
                          .items = ledger->workers[i].items / 2,
                          .first_item = i + 2048 * k,
                          .last_item = i + 2048 * k + 2047 - ledger->n_workers,
                          .start_ns = ledger->workers[i].startup_ns + part(ns, 0.49 * k),
                          .end_ns = ledger->workers[i].startup_ns + part(ns, 0.48 + 0.49 * k),
                          .compute_ns = ledger->workers[i].compute_ns / 2};
}

static void fill_ledger(const struct mf__series *series, double ns, bool is_last, mf_ledger *ledger)
{
    bool ceiling = series->role == MF__ROLE_CEILING;
    ledger->n_workers = ceiling ? 0 : series->workers;
    ledger->workers = ceiling ? NULL : mf__new(series->workers, sizeof *ledger->workers);
    ledger->open_ns = part(ns, 0.002);
    ledger->wall_ns = part(ns, 0.998);
    ledger->combine_ns = part(ns, 0.001);
    ledger->cpu_ns = part(ns, 0.99 * series->workers);
    ledger->peak_bytes = 3 << 20;
    ledger->items_done = ceiling ? 0 : 4096;
    ledger->load_balance = 0.991;
    for (unsigned i = 0; i < ledger->n_workers; i++)
        ledger->workers[i] = (mf_worker_ledger){.items = 4096 / series->workers,
                                                .startup_ns = part(ns, 0.006 * (i + 1)),
                                                .compute_ns = part(ns, 0.97 - 0.008 * (i + 1)),
                                                .wait_ns = part(ns, 0.02),
                                                .combine_ns = i == 0 ? ledger->combine_ns : 0};
    if (is_last)
        fill_spans(ledger, ns);
}

static void fill_samples(const struct scene *scene, struct mf__comparison *comparison, size_t i,
                         struct mf__random *random)
{
    struct mf__series *series = &comparison->series[i];
    series->n_samples = series->failed ? 3 : scene->rounds;
    series->samples = mf__new(series->n_samples, sizeof *series->samples);
    for (size_t round = 0; round < series->n_samples; round++) {
        double deviation = (double)mf__random_below(random, 1000) / 1000 * scene->noise;
        double ns = floor(ideal_ns(scene, series) * (1 + deviation * deviation / scene->noise));
        if (scene->outliers && (round + i) % 37 == 5)
            ns *= 1.3;
        struct mf__sample *sample = &series->samples[round];
        sample->place = (round + i) % comparison->n_series;
        sample->repeats = 1;
        sample->ns = ns;
        sample->cpu_ns = part(ns, 0.98 * fmin(series->workers, scene->cores));
        sample->peak_bytes = (UINT64_C(3) << 20) * (series->workers + 1);
        fill_ledger(series, ns, round + 1 == series->n_samples, &sample->ledger);
    }
}

/* ---- series ---- */

static struct mf__series *add_series(struct mf__comparison *comparison, enum mf__role role,
                                     const mf_way *way, unsigned workers)
{
    struct mf__series *series = &comparison->series[comparison->n_series++];
    *series = (struct mf__series){.role = role,
                                  .way = way,
                                  .workers = workers,
                                  .size = N,
                                  .repeats = 1,
                                  .oversubscribed = workers > comparison->request.cores,
                                  .answered = role != MF__ROLE_CEILING};
    if (role == MF__ROLE_WEAK)
        series->size = N * workers;
    if (series->answered) {
        snprintf(series->answer, sizeof series->answer, "%s", SUM);
        mf__digest(SUM, strlen(SUM), series->digest);
    }
    return series;
}

static void add_way(const struct scene *scene, struct mf__comparison *comparison, const mf_way *way)
{
    const struct mf__comparison_request *request = &comparison->request;
    for (size_t i = 0; i < request->n_workers; i++) {
        struct mf__series *series =
            add_series(comparison, MF__ROLE_STRONG, way, request->workers[i]);
        if (scene->wrong != NULL && series->workers == 2 &&
            strcmp(scene->wrong, mf_way_name(way)) == 0) {
            series->wrong = true;
            snprintf(series->answer, sizeof series->answer, "49999999995000000000");
            mf__digest("wrong", 5, series->digest);
            snprintf(series->wrong_why, sizeof series->wrong_why,
                     "it is 49999999995000000000, the serial way says " SUM);
        }
    }
}

static void make_fail(const struct scene *scene, struct mf__comparison *comparison)
{
    size_t i = scene->failing == NULL ? MF__NO_SERIES
                                      : mf__comparison_find(comparison, MF__ROLE_STRONG,
                                                            mf_way_find(scene->failing), 2);
    if (i == MF__NO_SERIES)
        return;
    comparison->series[i].failed = true;
    snprintf(comparison->series[i].failed_why, sizeof comparison->series[i].failed_why,
             "item 17 killed its worker 3 times, by signal 11 (Segmentation fault)");
}

static void add_all(const struct scene *scene, struct mf__comparison *comparison)
{
    const struct mf__comparison_request *request = &comparison->request;
    comparison->series =
        mf__new(2 + (2 * request->n_ways + 1) * request->n_workers, sizeof *comparison->series);
    add_series(comparison, MF__ROLE_BASE, mf_way_find("serial"), 1);
    for (size_t i = 1; i < request->n_ways; i++)
        add_way(scene, comparison, request->ways[i]);
    for (size_t i = 0; i < request->n_workers; i++)
        if (request->workers[i] > 1 && request->workers[i] <= request->cores)
            add_series(comparison, MF__ROLE_CEILING, NULL, request->workers[i]);
    for (size_t i = 1; scene->weak && i < request->n_ways; i++)
        for (size_t j = 1; j < request->n_workers; j++)
            add_series(comparison, MF__ROLE_WEAK, request->ways[i], request->workers[j]);
}

/* ---- the rest ---- */

static const mf_way *scene_ways[N_SCENES][4]; /* a request keeps what it points to elsewhere */

static void fill_request(const struct scene *scene, struct mf__comparison_request *request)
{
    static const struct mf__job_kind kind = {.name = "sum", .size_name = "N"};
    const mf_way **ways = scene_ways[scene - scenes];
    *request = (struct mf__comparison_request){.job = {.kind = &kind, .size = N},
                                               .ways = ways,
                                               .workers = scene->workers,
                                               .cores = scene->cores,
                                               .weak = scene->weak,
                                               .break_even = scene->even,
                                               .seed = UINT64_MAX,
                                               .half_width = 0.02,
                                               .budget_ns = UINT64_C(30000000000),
                                               .warmups = 1,
                                               .min_rounds = 10,
                                               .max_rounds = 1000,
                                               .min_sample_ns = 20000000,
                                               .resamples = 2000};
    ways[request->n_ways++] = mf_way_find("serial");
    for (size_t i = 0; scene->ways[i] != NULL; i++)
        ways[request->n_ways++] = mf_way_find(scene->ways[i]);
    while (request->n_workers < 8 && scene->workers[request->n_workers] > 0)
        request->n_workers++;
}

static void fill_machine(const struct scene *scene, struct mf__comparison *comparison)
{
    comparison->machine = (mf_machine){.cpu_model = "Example CPU at 2.10GHz",
                                       .architecture = "x86_64",
                                       .kernel = "Linux 6.1.0-13-amd64",
                                       .os = "Debian GNU/Linux 12 (bookworm)",
                                       .packages = 1,
                                       .numa_nodes = 1,
                                       .cores = scene->cores,
                                       .processors = 2 * scene->cores,
                                       .threads_per_core = 2,
                                       .l1d_bytes = 32 << 10,
                                       .l2_bytes = 1 << 20,
                                       .l3_bytes = 32 << 20,
                                       .memory_bytes = UINT64_C(8) << 30,
                                       .virtualised = true,
                                       .avx2 = true,
                                       .governor = "powersave",
                                       .clock_source = "tsc"};
    comparison->bounds = (mf_worker_bounds){.default_workers = scene->cores,
                                            .decided_by = MF_BOUND_CORES,
                                            .usable_processors = 2 * scene->cores,
                                            .usable_cores = scene->cores};
    comparison->bounds.list[MF_BOUND_CORES] =
        (mf_worker_bound){"physical cores", true, scene->cores, "cores 0-7", "hwloc"};
    for (int i = MF_BOUND_AFFINITY; i < MF_BOUND_COUNT; i++)
        comparison->bounds.list[i] =
            (mf_worker_bound){"affinity mask", false, 0, "no limit", "sched_getaffinity"};
    comparison->load_before = (struct mf__load){.average_known = true, .average = 0.31};
    comparison->load_change = (struct mf__load_change){
        .steal_known = true, .steal_share = 0.0012, .involuntary_switches = 1204};
    if (scene->doubted)
        comparison->doubts = (struct mf__doubts){.n = MF__DOUBT_COUNT,
                                                 .list = {{MF__DOUBT_GOVERNOR, 0},
                                                          {MF__DOUBT_VIRTUALISED, 0},
                                                          {MF__DOUBT_STEAL, 0.031},
                                                          {MF__DOUBT_LOAD, 3.2},
                                                          {MF__DOUBT_SMT, 2},
                                                          {MF__DOUBT_QUOTA, 1.5},
                                                          {MF__DOUBT_THROTTLED, 4}}};
}

static void add_evens(struct mf__comparison *comparison)
{
    static const struct mf__break_even results[] = {{MF__PAYS_FROM, 1, 2},
                                                    {MF__PAYS_NOWHERE, 0, 0}};
    comparison->evens = mf__new(2, sizeof *comparison->evens);
    for (size_t i = 0; i < 2; i++) {
        struct mf__even *even = &comparison->evens[comparison->n_evens++];
        even->way = comparison->request.ways[i + 1];
        even->workers = 2;
        even->n = 3;
        even->sizes = mf__new(3, sizeof *even->sizes);
        even->result = results[i];
        for (size_t j = 0; j < 3; j++) {
            struct mf__even_size *size = &even->sizes[j];
            double mid = i == 0 ? 0.7 + 0.2 * (double)j : 0.2;
            size->size = j < 2 ? UINT64_C(32768) << j : N;
            size->speedup = (struct mf__interval){mid - 0.03, mid, mid + 0.04, 0.96, true};
            size->n = j < 2 ? MF__EVEN_ROUNDS : 0;
            for (size_t round = 0; round < size->n; round++) {
                size->base_ns[round] = 2000 + (double)round;
                size->ns[round] = floor(2000 / mid) + (double)round;
            }
        }
    }
    comparison->even_end = MF__EVEN_BUDGET;
}

static void add_sentences(const struct scene *scene, struct mf__comparison *comparison)
{
    size_t n = 0;
    while (scene->sentences[n] != NULL)
        n += 2;
    comparison->sentences = mf__new(n / 2, sizeof *comparison->sentences);
    for (size_t i = 0; i < n; i += 2)
        comparison->sentences[comparison->n_sentences++] =
            (struct mf__sentence){scene->sentences[i], mf__copy_text(scene->sentences[i + 1])};
}

int scene_make(const char *name, struct mf__comparison *ret_comparison)
{
    const struct scene *scene = NULL;
    for (size_t i = 0; i < N_SCENES; i++)
        if (strcmp(scenes[i].name, name) == 0)
            scene = &scenes[i];
    if (scene == NULL)
        return -1;
    struct mf__comparison comparison = {.n_rounds = scene->rounds,
                                        .stop = scene->stop,
                                        .widest = scene->widest,
                                        .needed_rounds = 8,
                                        .clock_step_ns = 41,
                                        .elapsed_ns = UINT64_C(24130000000)};
    struct mf__random random = {7};
    fill_request(scene, &comparison.request);
    fill_machine(scene, &comparison);
    add_all(scene, &comparison);
    make_fail(scene, &comparison);
    for (size_t i = 0; i < comparison.n_series; i++)
        fill_samples(scene, &comparison, i, &random);
    mf_error error;
    if (mf__analyse(&comparison, &error) != 0)
        return -1;
    if (scene->even)
        add_evens(&comparison);
    if (scene->sentences != NULL)
        add_sentences(scene, &comparison);
    else if (mf__conclude(&comparison, &error) != 0)
        return -1;
    *ret_comparison = comparison;
    return 0;
}
