/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways of running work, and pools of workers that run it.
 *
 *     mf_pool *pool = NULL;
 *     mf_pool_options options = mf_pool_defaults();
 *     options.workers = 2;
 *     if (mf_pool_open(mf_way_find("threads"), &options, &pool, &error) == 0)
 *         mf_pool_run(pool, &work, NULL, NULL, &error);
 *     mf_pool_close(&pool);
 *
 * Threads of the host program. Calls on different pools may be made at once. A pool may be opened
 * in one thread and run in another, but runs one work at a time, and must not be closed while it
 * runs. The thread that calls mf_pool_run has to stay until it returns: forked workers are ended
 * with it.
 *
 * Forks of the host program. A pool of threads is of no use in a child that the host forks: its
 * helpers are not there.
 *
 * What forked workers may do. They run the work's `run` after a fork. In a host with one thread
 * there is nothing to mind. In a host with several, a lock that another thread held at the fork
 * stays locked in the worker: `run` should then not need any but those of malloc. What `run`
 * changes through `user` stays in the worker; only the result comes back, so a result must not
 * point to memory that the worker made. What a worker writes to stderr is kept for the message
 * should it die, and dropped otherwise; what it leaves unflushed in stdio is lost. SIGINT is
 * ignored there, HUP, QUIT, USR1, USR2, PIPE, ALRM, TERM and CHLD have their default action. The
 * host may have children of its own, and may ignore SIGCHLD. Each worker takes a descriptor in
 * the host.
 */
#ifndef MANYFOLD_POOL_H
#define MANYFOLD_POOL_H

#include <manyfold/work.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest number of workers in a pool. */
#define MF_WORKERS_MAX 1024

/* One way of running work: an entry of the registry, constant. */
typedef struct mf_way mf_way;

/* The registry: ways 0 .. mf_way_count() - 1, also those that cannot run here. Thread safe. */
MF_API size_t mf_way_count(void);
MF_API const mf_way *mf_way_at(size_t index);       /* NULL past the end */
MF_API const mf_way *mf_way_find(const char *name); /* NULL when there is none of that name */

/* Of a way that is not NULL: constant texts. */
MF_API const char *mf_way_name(const mf_way *way);
MF_API const char *mf_way_summary(const mf_way *way);

/* NULL when the way can run here, else a sentence that says why not. */
MF_API const char *mf_way_unavailable(const mf_way *way);

/* Waiting policies besides a number of nanoseconds. */
#define MF_SPIN_NEVER   ((uint64_t)0)
#define MF_SPIN_ALWAYS  UINT64_MAX
#define MF_SPIN_DEFAULT (UINT64_MAX - 1) /* 50 us, but never where workers outnumber processors */

typedef struct mf_pool_options {
    unsigned workers; /* 1 .. MF_WORKERS_MAX; the serial way takes 1 only. Default 1. */
    uint64_t spin_ns; /* how long an idle thread looks for work before it sleeps; of the threads way
                         only. Default MF_SPIN_DEFAULT. */
} mf_pool_options;

/* Every option at its default. Start from these: in zeroed options no number of workers is valid.
 */
MF_API mf_pool_options mf_pool_defaults(void);

/* Workers that are ready to run. One pool runs one work at a time. */
typedef struct mf_pool mf_pool;

/*
 * Opens a pool. Threads are started here and live until mf_pool_close; processes are forked by
 * each run, late, so that they inherit the work and its input.
 * Errors: MF_E_INPUT (a NULL way, workers out of range), MF_E_UNAVAILABLE, MF_E_MEMORY,
 * MF_E_SYSTEM.
 */
MF_API int mf_pool_open(const mf_way *way, const mf_pool_options *options, mf_pool **ret_pool,
                        mf_error *error);

/* Ends the workers, frees the pool, sets *pool to NULL. NULL and closing twice are allowed. */
MF_API void mf_pool_close(mf_pool **pool);

/* Of an open pool. */
MF_API const mf_way *mf_pool_way(const mf_pool *pool);
MF_API unsigned mf_pool_workers(const mf_pool *pool);

/* Where one worker's time went; the four parts fill the run. */
typedef struct mf_worker_ledger {
    uint64_t items;      /* that it began, also those that failed or died with it */
    uint64_t startup_ns; /* from the start of the run until it could take its first item */
    uint64_t compute_ns; /* inside `run` */
    uint64_t wait_ns;    /* the rest: handing out, room for results, the others' end */
    uint64_t combine_ns; /* inside `combine` */
} mf_worker_ledger;

/* The most spans that a ledger has of one worker. */
#define MF_SPANS_MAX 64

/*
 * When a worker computed: one item, or several in a row where it had more items than a ledger has
 * spans. Each span but the last of a worker then has as many items as the others of that worker, a
 * power of two. Times count from the start of the run.
 */
typedef struct mf_span {
    unsigned worker;
    unsigned deaths;     /* of the worker, in items of this span */
    uint64_t items;      /* that it began, as in mf_worker_ledger */
    uint64_t first_item; /* the lowest of them ... */
    uint64_t last_item;  /* ... and the highest; other workers may have items in between */
    uint64_t start_ns;   /* of the first item that it began */
    uint64_t end_ns;     /* of the last one: when it returned, or its death was noticed */
    uint64_t compute_ns; /* inside `run`, of items that returned; the rest is between items */
} mf_span;

/* What a run did. Free with mf_ledger_done. */
typedef struct mf_ledger {
    uint64_t open_ns;    /* making the pool, before the run */
    uint64_t wall_ns;    /* the run */
    uint64_t combine_ns; /* inside `combine`, whoever called it */
    uint64_t cpu_ns;     /* CPU time of this process and the run's forked workers */
    uint64_t peak_bytes; /* peak resident set of this process since its start */
    uint64_t
        workers_peak_bytes; /* the same, summed over forked workers; shared pages count each time */
    uint64_t items_done;    /* items whose results were combined */
    unsigned deaths;        /* workers that died and were replaced */
    double load_balance;    /* mean of the workers' compute_ns over the largest; 1 is even */
    unsigned n_workers;
    mf_worker_ledger *workers; /* n_workers of them */
    size_t n_spans;
    mf_span *spans; /* by worker, then by time; freed with the ledger */
} mf_ledger;

MF_API void mf_ledger_done(mf_ledger *ledger); /* NULL allowed; leaves it zeroed */

typedef struct mf_run_options {
    /* Called on the caller's thread, at most ten times a second, and not while that thread is in an
     * item; there is no last call at the end. It may request to stop. NULL for none. */
    void (*progress)(void *user, uint64_t items_done, uint64_t n_items);
    void *progress_user;
    const mf_cancel *cancel; /* or NULL */
} mf_run_options;

/*
 * Runs every item of `work` and combines the results in order. `options`, `ret_ledger` and `error`
 * may be NULL. A run that is started inside an item of another run is done serially.
 *
 * An item that fails does not keep the others from being run: they are finished and combined, then
 * the error of the lowest failed item is returned. A forked worker that dies is replaced and its
 * item run again; an item that killed three workers has failed (MF_E_WORKER). A worker that is
 * stopped (SIGSTOP) is waited for. A request to stop ends the run (MF_E_CANCELLED): forked workers
 * are killed, threads are waited for until their items return.
 *
 * *ret_ledger need not be initialised. It is filled whenever the run began, also when it then
 * failed, and untouched when it did not begin: MF_E_INPUT for arguments that make no sense,
 * MF_E_BUSY when the pool is running already, MF_E_MEMORY for the ledger itself. So start from a
 * zeroed one and call mf_ledger_done in any case.
 * Errors: these; those of the items and of `combine`; MF_E_CANCELLED, MF_E_WORKER, MF_E_MEMORY,
 * MF_E_SYSTEM.
 */
MF_API int mf_pool_run(mf_pool *pool, const mf_work *work, const mf_run_options *options,
                       mf_ledger *ret_ledger, mf_error *error);

#ifdef __cplusplus
}
#endif
#endif
