/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways share: the registry's entry, the open pool, one run, and its parts. */
#ifndef EXEC_RUN_H
#define EXEC_RUN_H

#include <manyfold/pool.h>

#include "exec/board.h"
#include "exec/trace.h"

#include <stdatomic.h>
#include <stdbool.h>

#define MF__PROGRESS_NS UINT64_C(100000000) /* progress is told ten times a second */

/* One run of one work on a pool, as the caller's thread sees it. */
struct mf__run {
    const mf_work *work;
    const mf_cancel *cancel; /* or NULL */
    const mf_run_options *options;
    bool timed; /* a ledger is wanted; reading the clock takes longer than a short item */
    mf_worker_ledger *workers; /* of each worker of the pool; zeroed */
    mf_span *spans; /* room for MF_SPANS_MAX of each worker, or NULL when no ledger is wanted */
    size_t n_spans;
    uint64_t started_ns;
    uint64_t told_ns; /* when progress was told last */

    /* What the run leaves behind. */
    uint64_t wall_ns; /* measured by the pool, unless the way knows better */
    uint64_t combine_ns;
    uint64_t items_done;
    uint64_t workers_peak_bytes;
    uint64_t workers_cpu_ns; /* of processes that are not ours to wait for: other ranks */
    unsigned deaths;
    int code;   /* 0, or of the lowest failed item; what ended the run counts for more */
    bool ended; /* by `combine`, cancelling or the system: nothing more is combined */
    mf_error error;
};

struct mf_way {
    const char *name;
    const char *summary;
    const char *unavailable; /* NULL, or why not */
    unsigned most_workers;
    int (*open)(mf_pool *pool, mf_error *error); /* or NULL: nothing to prepare */
    void (*run)(mf_pool *pool, struct mf__run *run);
    void (*close)(mf_pool *pool); /* or NULL; takes a pool whose `open` failed half way */
};

struct mf_pool {
    const mf_way *way;
    unsigned workers;
    uint64_t spin_ns;
    uint64_t open_ns;
    atomic_flag busy;
    mf_worker_ledger *ledgers; /* one per worker, for the run that is under way */
    void *state;               /* the way's own */
};

extern const mf_way mf__serial_way;
extern const mf_way mf__threads_way;
extern const mf_way mf__processes_way;
extern mf_way mf__mpi_way; /* what it says of itself changes: exec/mpi.h */
extern const mf_way mf__mock_way;

/* Whether this thread is inside an item; a run that starts there is done serially. */
bool mf__inside_item(void);

/* Runs an item, taking its time into `log`, which may be NULL. On failure `error` has a code
 * below 0 and a text, whatever the job left there. */
int mf__run_item(const mf_work *work, uint64_t item, void *ret_result, const mf_worker *worker,
                 struct mf__log *log, mf_error *error);

/* The serial way's loop, which is also what a run inside an item does. */
void mf__run_serially(struct mf__run *run);

/* Notes the failure of an item; the lowest item's is kept, since items come in order. */
void mf__run_item_failed(struct mf__run *run, uint64_t item, const mf_error *error);

/* Notes what ends the run at once; it counts for more than a failed item. */
void mf__run_end(struct mf__run *run, int code, const mf_error *error);

/* Whether the run was cancelled; notes it. */
bool mf__run_cancelled(struct mf__run *run);

/* Combines one result; the time goes into `ledger` as well, unless that is NULL, as for a parent
 * that is no worker. Ends the run when `combine` fails. */
void mf__run_combine(struct mf__run *run, uint64_t item, const void *result,
                     mf_worker_ledger *ledger);

/* Combines all results that are ready, in order; `ledger` is that of whoever calls. */
void mf__run_collect(struct mf__run *run, struct mf__board *board, mf_worker_ledger *ledger);

/* The same by any of several threads, of which one at a time holds the token: who finds it taken
 * leaves, since the holder looks once more after putting it back. */
void mf__run_collect_by_one(struct mf__run *run, struct mf__board *board, _Atomic bool *token,
                            mf_worker_ledger *ledger);

/* Takes over what a worker that has ended noted; call it for one worker after the other. */
void mf__run_take_log(struct mf__run *run, unsigned worker, const struct mf__log *log);

/*
 * The end of a run on a board: when it was stopped with items left to do, by the caller's request
 * or by an item's, it was cancelled.
 */
void mf__run_settle(struct mf__run *run, struct mf__board *board);

/* Tells progress, unless it was told a moment ago. */
void mf__run_progress(struct mf__run *run, uint64_t done);

/*
 * One worker's life on a board: claim, run, publish, until nothing is left. `published` is called
 * after each item, with how long the item took; it may be NULL.
 */
struct mf__crew {
    struct mf__board *board;
    const mf_work *work;
    const mf_cancel *cancel;
    uint64_t started_ns; /* of the run */
    bool timed;          /* otherwise workers keep no ledger, and no item takes any time */
    uint64_t spin_ns;
    void (*published)(void *user, unsigned worker, uint64_t item, uint64_t took_ns);
    void *user;
};

void mf__work_on_board(const struct mf__crew *crew, unsigned worker);

#endif
