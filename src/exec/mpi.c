/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several machines: rank 0 keeps the board and works on it with threads of its own, as the threads
 * way does. For the other ranks the link's thread claims items on the board, sends them in ranges,
 * and publishes what comes back. So items are handed out as ranks get done with them, results are
 * combined in order, and the answer is that of any other way.
 *
 * The caller's thread works on no items: it combines what the others have sent, tells progress and
 * looks whether to stop. The link's thread never combines, which may take long, since who does not
 * answer for long counts as dead.
 *
 * A rank has two ranges: one that it works on, and one that waits, so that it is never without work
 * while a message travels. A range grows until it takes about RANGE_NS, as every look for messages
 * takes time from a worker; it is one item for each thread at first, and shorter towards the end.
 *
 * Results that are large are written to the board by ranks on the host of rank 0 themselves, in
 * memory that it lends (shared.h); from elsewhere they travel as far as they are filled.
 *
 * A rank that dies or falls silent ends the run: MPI cannot go on without it (the link finds out).
 * Work that cannot travel (portable.h) is done by the threads of rank 0 alone.
 */
#include "exec/mpi.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/mpi_messages.h"
#include "exec/portable.h"
#include "exec/run.h"
#include "exec/team.h"

#include <stdio.h>
#include <string.h>

#define RANGE_NS       UINT64_C(16000000)
#define RANGE_LEAST_NS UINT64_C(1000000)
#define RANGE_BYTES    ((size_t)1 << 20) /* of results in a range of more items than threads */
#define RANGES         2                 /* under way in one rank */
#define LOOK_NS        UINT64_C(100000000)

static struct {
    struct mf__mpi_link *link;
    unsigned threads;        /* in each rank */
    _Atomic bool is_running; /* a run over the ranks, which has the link for itself */
} ours;

static const char not_started[] =
    "this run was not started by mpirun, as --with mpi does when it is typed";

enum stage {
    WAITING, /* the link's thread has not begun: nobody else knows of the run */
    SPREADING,
    RUNNING,
    ENDING,
    COLLECTING,
    FINISHED,
};

/* What rank 0 knows of another rank during a run. */
struct remote {
    uint64_t under_way; /* items */
    uint64_t latest;    /* ... of which came last to it */
    uint64_t done;      /* items */
    uint64_t took_ns;   /* computing them, added up over its threads */
    bool logged;
};

/* One run. */
struct master {
    struct mf__run *run;
    struct mf__shared lent; /* has the board, or ... */
    void *room;             /* ... this does */
    struct mf__board *board;
    struct mf__crew crew;
    struct mf__mpi_job job;
    struct mf__parcel packed;
    uint64_t sent_ns; /* when the job was sent */
    unsigned ranks;   /* that take part: 1, when the work does not travel */
    struct remote *remotes;
    struct mf__log *logs; /* of each worker */
    _Atomic int stage;
    uint64_t stage_ns;      /* since when the link's thread waits for others in this stage */
    uint64_t full_ns;       /* ... and finds no room on the board; 0: it found some last */
    _Atomic bool exhausted; /* the link's thread finds nothing more to claim */
    _Atomic bool token;     /* somebody combines */
    struct mf__event moved; /* results came in, or the stage changed */
};

/* Nothing is left to be combined. */
static bool is_over(const struct master *master)
{
    const struct mf__board *board = master->board;
    return atomic_load(&board->combined) == board->n_items || atomic_load(&board->stopped);
}

/* ---- combining ---- */

static void published(void *user, unsigned worker, uint64_t item, uint64_t took_ns)
{
    struct master *master = user;
    (void)item;
    (void)took_ns;
    mf__run_collect_by_one(master->run, master->board, &master->token,
                           &mf__board_post(master->board, worker)->log.ledger);
    if (is_over(master))
        mf__event_notify(&master->moved);
}

/* ---- handing out ---- */

/* How long an item takes; 0: not known yet. */
static uint64_t item_ns_of(const struct remote *remote)
{
    return remote->done > 0 ? remote->took_ns / remote->done + 1 : 0;
}

/* Ranges become shorter as fewer items are left, so that all ranks are done at about the same
 * moment, but not so short that messages take longer. */
static uint64_t range_of(const struct master *master, const struct remote *remote)
{
    size_t stride = mf__mpi_stride(master->job.result_bytes);
    uint64_t item_ns = item_ns_of(remote);
    uint64_t at_once = 2 * RANGES * (uint64_t)master->ranks;
    if (item_ns == 0)
        return ours.threads;
    uint64_t range = mf__most_of(mf__board_left(master->board) / at_once,
                                 RANGE_LEAST_NS * ours.threads / item_ns);
    range = mf__least_of(range, RANGE_NS * ours.threads / item_ns);
    range = mf__least_of(range, master->board->window / at_once);
    if (stride > 0)
        range = mf__least_of(range, RANGE_BYTES / stride);
    return mf__most_of(range, ours.threads);
}

/* The last items. */
static bool are_few_left(const struct master *master)
{
    return mf__board_left(master->board) <= (uint64_t)master->ranks * ours.threads;
}

/* How many items a rank gets. While it works on its last range it gets another one; of the last
 * items it gets as many as it has threads that have nothing to do. */
static uint64_t wanted_by(const struct master *master, const struct remote *remote)
{
    if (are_few_left(master))
        return ours.threads - mf__least_of(remote->under_way, ours.threads);
    return remote->under_way <= mf__most_of(remote->latest, ours.threads) ? range_of(master, remote)
                                                                          : 0;
}

static void send_range(const struct master *master, unsigned rank, struct mf__mpi_items *items)
{
    if (items->n > 0)
        mf__mpi_send(ours.link, (int)rank, MF__TAG_ITEMS, items, sizeof *items);
    master->remotes[rank].under_way += items->n;
    items->n = 0;
}

/* Claims and sends up to `n` items; false: none was to be had. Few are sent one by one, so that
 * none that is done waits for one that takes long. */
static bool hand_out_range(struct master *master, unsigned rank, uint64_t n)
{
    struct mf__mpi_items items = {0};
    uint64_t item = 0;
    uint64_t claimed = 0;
    enum mf__claim claim = MF__CLAIMED;
    while (claimed < n &&
           (claim = mf__board_claim(master->board, rank * ours.threads, &item)) == MF__CLAIMED) {
        if (items.n > 0 && (n <= ours.threads || items.first + items.n != item))
            send_range(master, rank, &items);
        if (items.n == 0)
            items.first = item;
        items.n++;
        claimed++;
    }
    send_range(master, rank, &items);
    if (claimed > 0)
        master->remotes[rank].latest = claimed;
    if (claim == MF__CLAIM_NONE)
        atomic_store(&master->exhausted, true);
    if (claimed > 0)
        master->full_ns = 0;
    else if (master->full_ns == 0)
        master->full_ns = mf__now_ns();
    return claimed > 0;
}

static bool hand_out(struct master *master)
{
    bool did = false;
    for (unsigned rank = 1; rank < master->ranks; rank++) {
        uint64_t n = 0;
        while (!atomic_load(&master->exhausted) &&
               (n = wanted_by(master, &master->remotes[rank])) > 0 &&
               hand_out_range(master, rank, n))
            did = true;
    }
    return did;
}

/* ---- what comes back ---- */

static void refuse_results(unsigned rank)
{
    mf__mpi_fatal(ours.link, "rank %u sent results that it was not asked for", rank);
}

/* A rank answers for items that it was given, and for each of them once. */
static bool holds(const struct master *master, unsigned rank, uint64_t first, uint64_t n)
{
    uint64_t held = 0;
    while (held < n && mf__board_holds(master->board, rank * ours.threads, first + held))
        held++;
    return held == n;
}

static void take_large(struct master *master, unsigned rank, const struct mf__mpi_items *items)
{
    bool lent = master->lent.memory != NULL && mf__mpi_is_near(ours.link, rank);
    if (items->bytes == MF__ON_BOARD && lent)
        return;
    if (items->n != 1 || items->bytes == 0 || items->bytes > master->job.result_bytes)
        refuse_results(rank);
    mf__mpi_take(ours.link, (int)rank, MF__TAG_BYTES, mf__board_result(master->board, items->first),
                 items->bytes);
}

static void take_small(struct master *master, unsigned rank, const struct mf__mpi_items *items)
{
    size_t stride = mf__mpi_stride(master->job.result_bytes);
    if (items->bytes != items->n * stride)
        refuse_results(rank);
    unsigned char *bytes = stride > 0 ? mf__aligned_room(items->n * stride) : NULL;
    if (stride > 0 && bytes == NULL)
        mf__mpi_fatal(ours.link, "no memory for results");
    if (stride > 0)
        mf__mpi_take(ours.link, (int)rank, MF__TAG_BYTES, bytes, items->n * stride);
    for (uint64_t i = 0; i < items->n && stride > 0; i++)
        memcpy(mf__board_result(master->board, items->first + i), bytes + i * stride,
               master->job.result_bytes);
    mf__free(bytes);
}

static void take_results(struct master *master, unsigned rank)
{
    struct remote *remote = &master->remotes[rank];
    struct mf__mpi_items items;
    mf__mpi_take(ours.link, (int)rank, MF__TAG_RESULTS, &items, sizeof items);
    atomic_thread_fence(memory_order_acquire); /* of those on the board */
    if (items.n == 0 || items.n > remote->under_way || !holds(master, rank, items.first, items.n))
        refuse_results(rank);
    if (master->job.result_bytes < MF__LARGE_RESULT)
        take_small(master, rank, &items);
    else
        take_large(master, rank, &items);
    for (uint64_t i = 0; i < items.n; i++)
        mf__board_done(master->board, items.first + i);
    remote->under_way -= items.n;
    remote->done += items.n;
    remote->took_ns += items.took_ns;
}

static void take_failure(struct master *master, unsigned rank)
{
    struct mf__mpi_failed failed;
    mf__mpi_take(ours.link, (int)rank, MF__TAG_FAILED, &failed, sizeof failed);
    if (!holds(master, rank, failed.item, 1) || failed.error.code >= 0)
        refuse_results(rank);
    failed.error.text[sizeof failed.error.text - 1] = '\0';
    mf__board_failed(master->board, rank * ours.threads, failed.item, &failed.error);
    if (failed.error.code == MF_E_CANCELLED)
        mf__board_stop(master->board);
    master->remotes[rank].under_way--;
}

/* Times of another rank's clock become times of ours: it began when the job was sent. */
static void take_logs(struct master *master, unsigned rank)
{
    struct mf__mpi_logs about;
    struct mf__log *logs = &master->logs[rank * ours.threads];
    mf__mpi_take(ours.link, (int)rank, MF__TAG_LOGS, &about, sizeof about);
    mf__mpi_take(ours.link, (int)rank, MF__TAG_BYTES, logs, ours.threads * sizeof *logs);
    uint64_t later_ns = master->sent_ns - master->run->started_ns;
    for (unsigned thread = 0; thread < ours.threads; thread++) {
        logs[thread].ledger.startup_ns += later_ns;
        mf__trace_move(&logs[thread].trace, (int64_t)(master->sent_ns - about.started_ns));
    }
    master->run->workers_peak_bytes += about.peak_bytes;
    master->run->workers_cpu_ns += about.cpu_ns;
    master->remotes[rank].logged = true;
}

static void take_message(void *user, int from, int tag)
{
    struct master *master = user;
    unsigned rank = (unsigned)from;
    uint64_t item = 0;
    bool failed = false;
    if (tag == MF__TAG_RESULTS)
        take_results(master, rank);
    else if (tag == MF__TAG_FAILED)
        take_failure(master, rank);
    else if (tag == MF__TAG_LOGS)
        take_logs(master, rank);
    else
        mf__mpi_fatal(ours.link, "rank %d sent what it should not (%d)", from, tag);
    if (is_over(master) || mf__board_ready(master->board, &item, &failed))
        mf__event_notify(&master->moved);
}

/* ---- the link's thread ---- */

static void send_to_all(const struct master *master, int tag, const void *bytes, size_t n)
{
    for (unsigned rank = 1; rank < master->ranks; rank++)
        mf__mpi_send(ours.link, (int)rank, tag, bytes, n);
}

static void set_stage(struct master *master, enum stage stage)
{
    atomic_store(&master->stage, (int)stage);
    mf__event_notify(&master->moved);
}

static void spread_job(struct master *master)
{
    const struct mf__parcel *parcel = &master->packed;
    int waiting = WAITING;
    if (!atomic_compare_exchange_strong(&master->stage, &waiting, SPREADING))
        return;
    send_to_all(master, MF__TAG_JOB, &master->job, sizeof master->job);
    mf__mpi_spread(ours.link, parcel->bytes.bytes, parcel->bytes.length);
    for (unsigned i = 0; i < parcel->n_large; i++) /* which spreading reads only, on this side */
        mf__mpi_spread(ours.link, (void *)(uintptr_t)parcel->large[i].at, parcel->large[i].bytes);
    master->sent_ns = mf__now_ns();
    master->stage_ns = master->sent_ns;
    set_stage(master, RUNNING);
}

static bool all_logged(const struct master *master)
{
    for (unsigned rank = 1; rank < master->ranks; rank++)
        if (!master->remotes[rank].logged)
            return false;
    return true;
}

/* A result is not needed before a rank has done a range, as it has another one by then; but
 * somebody waits where none came yet, where a rank's threads have nothing to do, and in the end.
 * Those that have nothing to do wait for room, which may take long: for an item of another rank. */
static uint64_t pace_of(const struct master *master, const struct remote *remote)
{
    uint64_t item_ns = item_ns_of(remote);
    if (item_ns == 0 || atomic_load(&master->stage) != RUNNING)
        return mf__mpi_pace_since(master->stage_ns);
    if (!atomic_load(&master->exhausted) && remote->under_way < ours.threads)
        return mf__mpi_pace_since(master->full_ns);
    if (atomic_load(&master->exhausted) || are_few_left(master))
        return mf__least_of(item_ns / MF__MPI_LAST_LOOKS, MF__MPI_PACE_LAST);
    uint64_t range = range_of(master, remote);
    unsigned looks = range > ours.threads ? MF__MPI_LOOKS : MF__MPI_ITEM_LOOKS;
    return range / ours.threads * item_ns / looks;
}

static void set_pace(const struct master *master)
{
    uint64_t pace_ns = MF__MPI_PACE_MOST;
    for (unsigned rank = 1; rank < master->ranks; rank++)
        pace_ns = mf__least_of(pace_ns, pace_of(master, &master->remotes[rank]));
    mf__mpi_pace(ours.link, mf__most_of(pace_ns, MF__MPI_PACE_LEAST));
}

static bool do_stage(struct master *master)
{
    switch (atomic_load(&master->stage)) {
    case WAITING:
        spread_job(master);
        return true;
    case RUNNING:
        return hand_out(master);
    case ENDING:
        send_to_all(master, MF__TAG_OVER, "", 0);
        master->stage_ns = mf__now_ns();
        atomic_store(&master->stage, COLLECTING);
        return true;
    case COLLECTING:
        if (!all_logged(master))
            return false;
        set_stage(master, FINISHED);
        return true;
    default:
        return false;
    }
}

static bool drive(void *user)
{
    bool did = do_stage(user);
    set_pace(user);
    return did;
}

/* ---- the run ---- */

static void work_here(void *user, unsigned member)
{
    const struct master *master = user;
    mf__work_on_board(&master->crew, member);
}

/* Until all is combined, or nothing more is to be. */
static void oversee(struct master *master)
{
    struct mf__run *run = master->run;
    struct mf__board *board = master->board;
    for (;;) {
        uint32_t seen = mf__event_seen(&master->moved);
        mf__run_collect_by_one(run, board, &master->token, NULL);
        if (mf_cancel_requested(run->cancel))
            mf__board_stop(board);
        if (is_over(master))
            return;
        mf__run_progress(run, atomic_load(&board->combined));
        mf__event_wait(&master->moved, seen, MF_SPIN_NEVER, LOOK_NS);
    }
}

static void await_stage(struct master *master, bool (*is_there)(int stage))
{
    for (;;) {
        uint32_t seen = mf__event_seen(&master->moved);
        if (is_there(atomic_load(&master->stage)))
            return;
        mf__event_wait(&master->moved, seen, MF_SPIN_NEVER, LOOK_NS);
    }
}

static bool is_spread(int stage)
{
    return stage != SPREADING;
}

static bool is_finished(int stage)
{
    return stage == FINISHED;
}

/* The others learn that this was all. A run may be over before they have even heard of it. */
static void await_end(struct master *master)
{
    int waiting = WAITING;
    if (atomic_compare_exchange_strong(&master->stage, &waiting, FINISHED))
        return;
    await_stage(master, is_spread);
    atomic_store(&master->stage, ENDING);
    mf__mpi_wake(ours.link);
    await_stage(master, is_finished);
}

static void take_all_logs(struct master *master)
{
    for (unsigned worker = 0; worker < ours.threads; worker++)
        mf__run_take_log(master->run, worker, &mf__board_post(master->board, worker)->log);
    for (unsigned worker = ours.threads; worker < ours.threads * mf__mpi_ranks(ours.link); worker++)
        mf__run_take_log(master->run, worker, &master->logs[worker]);
}

/* With everything in place. The threads of this rank begin at once, while the job travels. */
static int run_on_ranks(struct master *master, mf_error *error)
{
    struct mf__team *team = NULL;
    bool travels = master->ranks > 1;
    if (travels && atomic_exchange(&ours.is_running, true))
        return mf__fail(error, MF_E_BUSY,
                        "another run over these ranks is under way; they do one at a time");
    int code = mf__team_start(ours.threads, work_here, master, &team, error);
    if (code != 0) {
        if (travels)
            atomic_store(&ours.is_running, false);
        return code;
    }
    if (travels)
        mf__mpi_attach(ours.link, &(struct mf__mpi_driver){take_message, drive, master});
    oversee(master);
    mf__team_join(team);
    if (travels) {
        await_end(master);
        mf__mpi_detach(ours.link);
        atomic_store(&ours.is_running, false);
    }
    mf__run_settle(master->run, master->board);
    take_all_logs(master);
    return 0;
}

static int pack_job(struct master *master, const mf_work *work, mf_error *error)
{
    const struct mf_portable *kind = work->portable;
    master->ranks = 1;
    if (kind == NULL || work->n_items < 2)
        return 0;
    master->ranks = mf__mpi_ranks(ours.link);
    int code = kind->pack(work->user, &master->packed, error);
    if (code == 0)
        code = mf__pack_check(&master->packed, error);
    master->job = (struct mf__mpi_job){.result_bytes = work->result_bytes,
                                       .packed_bytes = master->packed.bytes.length,
                                       .n_large = master->packed.n_large,
                                       .board = master->lent.place};
    for (unsigned i = 0; i < master->packed.n_large; i++)
        master->job.large_bytes[i] = master->packed.large[i].bytes;
    snprintf(master->job.name, sizeof master->job.name, "%s", kind->name);
    return code;
}

static bool has_near(void)
{
    unsigned rank = 1;
    while (rank < mf__mpi_ranks(ours.link) && !mf__mpi_is_near(ours.link, rank))
        rank++;
    return rank < mf__mpi_ranks(ours.link);
}

/* Memory for the board: such that other ranks can write large results to it, where they are on this
 * machine. */
static int make_room(struct master *master, const mf_work *work, unsigned workers, mf_error *error)
{
    size_t bytes = mf__board_bytes(work, workers);
    if (work->portable != NULL && work->result_bytes >= MF__LARGE_RESULT && has_near())
        mf__shared_lend(&master->lent, bytes);
    master->room =
        master->lent.memory == NULL && bytes != SIZE_MAX ? mf__aligned_room(bytes) : NULL;
    void *memory = master->lent.memory != NULL ? master->lent.memory : master->room;
    if (memory == NULL)
        return mf__fail_memory(error, bytes, "results that wait to be combined");
    master->board = mf__board_init_used(memory, work, workers);
    return 0;
}

static void run_mpi(mf_pool *pool, struct mf__run *run)
{
    struct master master = {.run = run,
                            .remotes = mf__new(mf__mpi_ranks(ours.link), sizeof *master.remotes),
                            .logs = mf__new(pool->workers, sizeof *master.logs)};
    mf_error error;
    int code = master.remotes == NULL || master.logs == NULL
                   ? mf__fail_memory(&error, pool->workers * sizeof *master.logs, "ranks")
                   : make_room(&master, run->work, pool->workers, &error);
    if (code == 0)
        code = pack_job(&master, run->work, &error);
    if (code == 0) {
        master.crew = (struct mf__crew){.board = master.board,
                                        .work = run->work,
                                        .cancel = run->cancel,
                                        .started_ns = run->started_ns,
                                        .timed = run->timed,
                                        .spin_ns = pool->spin_ns,
                                        .published = published,
                                        .user = &master};
        code = run_on_ranks(&master, &error);
    }
    if (code != 0)
        mf__run_end(run, code, &error);
    mf__parcel_done(&master.packed);
    mf__shared_done(&master.lent);
    mf__free(master.room);
    mf__free(master.remotes);
    mf__free(master.logs);
}

static int open_mpi(mf_pool *pool, mf_error *error)
{
    unsigned workers = ours.threads * mf__mpi_ranks(ours.link);
    if (pool->workers == workers)
        return 0;
    return mf__fail(error, MF_E_INPUT,
                    "mpirun has started %u ranks with %u threads each, so mpi has %u workers, not "
                    "%u",
                    mf__mpi_ranks(ours.link), ours.threads, workers, pool->workers);
}

mf_way mf__mpi_way = {
    .name = "mpi",
    .summary = "several machines: ranks started by mpirun",
    .unavailable = not_started,
    .most_workers = MF_WORKERS_MAX,
    .open = open_mpi,
    .run = run_mpi,
};

void mf__mpi_use(struct mf__mpi_link *link, unsigned threads)
{
    ours.link = link;
    ours.threads = threads;
    mf__mpi_way.unavailable = link != NULL ? NULL : not_started;
}
