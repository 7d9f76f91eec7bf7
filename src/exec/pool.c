/* SPDX-License-Identifier: Apache-2.0 */
/* What is the same for every pool: checks, the ledger, one run at a time. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/run.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>

#define SPIN_DEFAULT_NS UINT64_C(50000)
#define BYTES_PER_KIB   UINT64_C(1024)

mf_pool_options mf_pool_defaults(void)
{
    return (mf_pool_options){.workers = 1, .spin_ns = MF_SPIN_DEFAULT};
}

/* Spinning only helps while every worker has a processor of its own. */
static uint64_t default_spin_ns(unsigned workers)
{
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) != 0)
        return MF_SPIN_NEVER;
    return workers <= (unsigned)CPU_COUNT(&usable) ? SPIN_DEFAULT_NS : MF_SPIN_NEVER;
}

static int check_options(const mf_way *way, const mf_pool_options *options, mf_error *error)
{
    if (way == NULL || options == NULL)
        return mf__fail(error, MF_E_INPUT, "a pool needs a way and options");
    if (way->unavailable != NULL)
        return mf__fail(error, MF_E_UNAVAILABLE, "the way \"%s\" is not available here: %s",
                        way->name, way->unavailable);
    if (way->most_workers == 1 && options->workers != 1)
        return mf__fail(error, MF_E_INPUT, "the way \"%s\" has one worker, not %u", way->name,
                        options->workers);
    if (options->workers < 1 || options->workers > way->most_workers)
        return mf__fail(error, MF_E_INPUT, "the way \"%s\" takes 1 to %u workers, not %u",
                        way->name, way->most_workers, options->workers);
    return 0;
}

int mf_pool_open(const mf_way *way, const mf_pool_options *options, mf_pool **ret_pool,
                 mf_error *error)
{
    uint64_t start = mf__now_ns();
    int code = check_options(way, options, error);
    if (code != 0)
        return code;
    mf_pool *pool = mf__new(1, sizeof *pool);
    if (pool == NULL)
        return mf__fail_memory(error, sizeof *pool, "a pool");
    pool->way = way;
    pool->workers = options->workers;
    pool->spin_ns =
        options->spin_ns == MF_SPIN_DEFAULT ? default_spin_ns(options->workers) : options->spin_ns;
    atomic_flag_clear(&pool->busy);
    pool->ledgers = mf__new(pool->workers, sizeof *pool->ledgers);
    if (pool->ledgers == NULL)
        code = mf__fail_memory(error, pool->workers * sizeof *pool->ledgers, "a pool's ledger");
    else if (way->open != NULL)
        code = way->open(pool, error);
    if (code != 0) {
        mf_pool_close(&pool);
        return code;
    }
    pool->open_ns = mf__now_ns() - start;
    *ret_pool = pool;
    return 0;
}

void mf_pool_close(mf_pool **pool)
{
    if (pool == NULL || *pool == NULL)
        return;
    if ((*pool)->way->close != NULL)
        (*pool)->way->close(*pool);
    mf__free((*pool)->ledgers);
    mf__free(*pool);
    *pool = NULL;
}

const mf_way *mf_pool_way(const mf_pool *pool)
{
    return pool->way;
}

unsigned mf_pool_workers(const mf_pool *pool)
{
    return pool->workers;
}

void mf_ledger_done(mf_ledger *ledger)
{
    if (ledger == NULL)
        return;
    mf__free(ledger->workers);
    mf__free(ledger->spans);
    *ledger = (mf_ledger){0};
}

static int check_work(const mf_work *work, mf_error *error)
{
    if (work == NULL || work->run == NULL)
        return mf__fail(error, MF_E_INPUT, "work needs a function that runs an item");
    if (work->n_items > MF_ITEMS_MAX)
        return mf__fail(error, MF_E_INPUT, "work has %llu items; the most is 2^46",
                        (unsigned long long)work->n_items);
    return 0;
}

static double load_balance(const mf_worker_ledger *workers, unsigned n)
{
    uint64_t sum = 0;
    uint64_t largest = 0;
    for (unsigned i = 0; i < n; i++) {
        sum += workers[i].compute_ns;
        largest = workers[i].compute_ns > largest ? workers[i].compute_ns : largest;
    }
    return largest == 0 ? 1.0 : (double)sum / n / (double)largest;
}

/* What is left of the run when the other parts are taken out is waiting. */
static void fill_waits(mf_worker_ledger *workers, unsigned n, uint64_t wall_ns)
{
    for (unsigned i = 0; i < n; i++) {
        uint64_t known = workers[i].startup_ns + workers[i].compute_ns + workers[i].combine_ns;
        workers[i].wait_ns = wall_ns > known ? wall_ns - known : 0;
    }
}

/* CPU time up to now, also of children that were waited for. */
static uint64_t cpu_ns(void)
{
    return mf__cpu_self_ns() + mf__cpu_children_ns();
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * BYTES_PER_KIB : 0;
}

/* Gives back the room that the spans do not need. */
static void keep_spans(mf_ledger *ledger, const struct mf__run *run)
{
    ledger->n_spans = run->n_spans;
    mf_span *kept = mf__resize(ledger->spans, run->n_spans, sizeof *kept);
    ledger->spans = kept != NULL ? kept : ledger->spans;
}

/* Moves what the run left behind into `ledger`, whose `workers` and `spans` are there already. */
static void fill_ledger(mf_ledger *ledger, const struct mf__run *run)
{
    ledger->wall_ns = run->wall_ns;
    ledger->combine_ns = run->combine_ns;
    ledger->peak_bytes = peak_bytes();
    ledger->workers_peak_bytes = run->workers_peak_bytes;
    ledger->items_done = run->items_done;
    ledger->deaths = run->deaths;
    memcpy(ledger->workers, run->workers, ledger->n_workers * sizeof *ledger->workers);
    keep_spans(ledger, run);
    fill_waits(ledger->workers, ledger->n_workers, run->wall_ns);
    ledger->load_balance = load_balance(ledger->workers, ledger->n_workers);
}

/* Hands over what the run left: its error, and the ledger when one is wanted. */
static int finish(struct mf__run *run, mf_ledger *ledger, mf_error *error)
{
    if (ledger != NULL && run->wall_ns == 0)
        run->wall_ns = mf__now_ns() - run->started_ns;
    if (ledger != NULL)
        fill_ledger(ledger, run);
    if (run->code != 0 && error != NULL)
        *error = run->error;
    return run->code;
}

/* A run inside an item: no workers of its own, a ledger of one. */
static int run_inside(struct mf__run *run, mf_ledger *ledger, mf_error *error)
{
    mf_worker_ledger worker = {0};
    run->workers = &worker;
    run->started_ns = run->told_ns = mf__now_ns();
    mf__run_serially(run);
    return finish(run, ledger, error);
}

/* The pool is this run's alone. */
static int run_on_pool(mf_pool *pool, struct mf__run *run, mf_ledger *ledger, mf_error *error)
{
    memset(pool->ledgers, 0, pool->workers * sizeof *pool->ledgers);
    run->workers = pool->ledgers;
    uint64_t cpu_before_ns = ledger != NULL ? cpu_ns() : 0;
    if (run->timed || (run->options != NULL && run->options->progress != NULL))
        run->started_ns = run->told_ns = mf__now_ns();
    pool->way->run(pool, run);
    int code = finish(run, ledger, error);
    if (ledger != NULL) {
        ledger->open_ns = pool->open_ns;
        ledger->cpu_ns = cpu_ns() - cpu_before_ns + run->workers_cpu_ns;
    }
    return code;
}

/* Room for the ledger of a run; nothing when none is wanted. */
static int prepare_ledger(mf_ledger *ledger, unsigned n_workers, mf_error *error)
{
    if (ledger == NULL)
        return 0;
    size_t spans_bytes = n_workers * MF_SPANS_MAX * sizeof *ledger->spans;
    mf_ledger made = {.n_workers = n_workers,
                      .workers = mf__new(n_workers, sizeof *made.workers),
                      .spans = mf__aligned_room(spans_bytes)};
    if (made.workers == NULL || made.spans == NULL) {
        mf_ledger_done(&made);
        return mf__fail_memory(error, spans_bytes, "a ledger");
    }
    *ledger = made;
    return 0;
}

int mf_pool_run(mf_pool *pool, const mf_work *work, const mf_run_options *options,
                mf_ledger *ret_ledger, mf_error *error)
{
    int code = pool == NULL ? mf__fail(error, MF_E_INPUT, "a run needs an open pool")
                            : check_work(work, error);
    if (code != 0)
        return code;
    bool inside = mf__inside_item();
    if (!inside && atomic_flag_test_and_set(&pool->busy))
        return mf__fail(error, MF_E_BUSY, "this pool is running already; give each thread its own");
    code = prepare_ledger(ret_ledger, inside ? 1 : pool->workers, error);
    if (code == 0) {
        struct mf__run run = {.work = work,
                              .cancel = options != NULL ? options->cancel : NULL,
                              .options = options,
                              .timed = ret_ledger != NULL,
                              .spans = ret_ledger != NULL ? ret_ledger->spans : NULL};
        code = inside ? run_inside(&run, ret_ledger, error)
                      : run_on_pool(pool, &run, ret_ledger, error);
    }
    if (!inside)
        atomic_flag_clear(&pool->busy);
    return code;
}
