/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes: workers forked by each run, so that they inherit the work and its input as they are.
 *
 * Parent and workers share one anonymous mapping, the board, and nothing with a name. Workers claim
 * items there and leave results there; the parent combines, replaces workers that died, and is the
 * only one who decides. A worker that finds nothing left to claim ends by itself; an item that is
 * lost after that is run by a fresh worker.
 *
 * The parent sleeps in poll() on one descriptor per worker (exec/child.h), and on one for events.
 * Workers ring that bell only when it is worth a context switch: when half of the window waits to
 * be combined, or an item took so long that the switch is nothing beside it. Rejected: a message
 * per item, which costs more than a short item; a process-shared mutex, which a killed worker
 * leaves locked; a robust one, which it leaves over half-written data.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/child.h"
#include "exec/run.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_DEATHS       3                 /* of one item */
#define MOST_FALSE_STARTS 3                 /* in a row, beyond one for each worker */
#define LONG_ITEM_NS      UINT64_C(1000000) /* beside this, a context switch is nothing */
#define POLL_MS           100
#define WORDS_BYTES       480 /* of last words in an error message */

struct crowd {
    struct mf__run *run;
    mf_pool *pool;
    struct mf__board *board;
    size_t board_bytes;
    struct mf__child *children; /* one per worker */
    uint64_t *peaks_bytes;      /* the largest of those that had this index */
    struct pollfd *polled;      /* one per worker and the bell's */
    unsigned n_workers;         /* at most as many as items */
    unsigned n_alive;
    int bell;
    unsigned false_starts; /* workers in a row that died before they could claim an item */
    mf_error false_start;  /* ... and how the last one did */
};

/* ---- in the worker ---- */

/*
 * Wakes the parent, once until it looks. Where that fails, or the worker is killed in between, the
 * parent finds out by its time-out, or by the worker's end.
 */
static void ring(const struct crowd *crowd)
{
    const uint64_t one = 1;
    if (!atomic_exchange(&crowd->board->rung, true) && write(crowd->bell, &one, sizeof one) < 0)
        atomic_store(&crowd->board->rung, false);
}

/*
 * When half of the window waits, others may soon find no room. It is rung when the item in front is
 * done: whoever does that one then sees how far the others are, and whoever comes later sees that
 * it is done, so that one of them rings.
 */
static void published(void *user, unsigned worker, uint64_t item, uint64_t took_ns)
{
    const struct crowd *crowd = user;
    uint64_t front = 0;
    bool failed = false;
    (void)worker;
    (void)item;
    if (took_ns >= LONG_ITEM_NS ||
        (mf__board_crowded(crowd->board) && mf__board_ready(crowd->board, &front, &failed)))
        ring(crowd);
}

static _Noreturn void live(struct crowd *crowd, unsigned worker, int messages)
{
    struct mf__post *post = mf__board_post(crowd->board, worker);
    /* The other descriptors of the run are inherited too, and do no harm. */
    if (!mf__child_begin(messages))
        _exit(1);
    const struct mf__crew crew = {.board = crowd->board,
                                  .work = crowd->run->work,
                                  .cancel = crowd->run->cancel,
                                  .started_ns = crowd->run->started_ns,
                                  .timed = true, /* to know which items are long */
                                  .spin_ns = MF_SPIN_NEVER,
                                  .published = published,
                                  .user = crowd};
    atomic_store(&post->arrived, true);
    mf__work_on_board(&crew, worker);
    atomic_store(&post->leaving, true);
    _exit(0);
}

/* ---- in the parent ---- */

static int start_worker(struct crowd *crowd, unsigned worker, mf_error *error)
{
    struct mf__child *child = &crowd->children[worker];
    struct mf__post *post = mf__board_post(crowd->board, worker);
    int messages = -1;
    int code = mf__child_prepare(child, &messages, error);
    if (code != 0)
        return code;
    atomic_store(&post->arrived, false);
    atomic_store(&post->leaving, false);
    pid_t id = mf__fork(error);
    if (id == 0)
        live(crowd, worker, messages);
    close(messages);
    if (id < 0) {
        mf__child_dismiss(child);
        return MF_E_SYSTEM;
    }
    child->id = id;
    crowd->n_alive++;
    return 0;
}

/* Makes the item failed: it is not run again, the others are. */
static void give_up_item(struct crowd *crowd, unsigned worker, uint64_t item,
                         const struct mf__end *end)
{
    char how[MF__END_TEXT];
    char words[WORDS_BYTES];
    mf_error error;
    mf__end_text(end, how);
    mf__child_last_words(&crowd->children[worker], words, sizeof words);
    mf__fail(&error, MF_E_WORKER, "%d workers that ran it died, the last one %s%s%s", MOST_DEATHS,
             how, words[0] != '\0' ? "; its last words: " : "", words);
    mf__board_failed(crowd->board, worker, item, &error);
}

static void note_false_start(struct crowd *crowd, const struct mf__end *end)
{
    char how[MF__END_TEXT];
    crowd->false_starts++;
    mf__end_text(end, how);
    mf__fail(&crowd->false_start, MF_E_WORKER,
             "%u workers in a row died before they could run an item, the last one %s",
             crowd->false_starts, how);
}

/* Workers that die at their start, again and again, will not get better. */
static bool hopeless(const struct crowd *crowd)
{
    return crowd->false_starts > MOST_FALSE_STARTS + crowd->n_workers;
}

static bool work_is_left(const struct crowd *crowd)
{
    return !crowd->run->ended && atomic_load(&crowd->board->combined) < crowd->board->n_items;
}

/* Starts a fresh worker. When there is none left and none to be had, the run is over. */
static void replace(struct crowd *crowd, unsigned worker)
{
    mf_error error = crowd->false_start;
    int code = hopeless(crowd) ? MF_E_WORKER : start_worker(crowd, worker, &error);
    if (code != 0 && crowd->n_alive == 0)
        mf__run_end(crowd->run, code, &error);
}

/*
 * Whether an end was a death. An orderly worker says on the board that it leaves; that counts where
 * the host took the status, or ignores SIGCHLD so that there is none.
 */
static bool is_death(const struct crowd *crowd, unsigned worker, const struct mf__end *end,
                     bool held)
{
    if (held || (end->known && (end->signalled || end->status != 0)))
        return true;
    return !end->known && !atomic_load(&mf__board_post(crowd->board, worker)->leaving);
}

/* Puts right what a dead worker left: the item that it held is run again, or has failed. */
static void mourn(struct crowd *crowd, unsigned worker, const struct mf__end *end)
{
    uint64_t item = 0;
    bool held = mf__board_held(crowd->board, worker, &item);
    if (!is_death(crowd, worker, end, held))
        return;
    crowd->run->deaths++;
    mf__trace_died(&mf__board_post(crowd->board, worker)->log.trace, mf__now_ns());
    if (atomic_load(&mf__board_post(crowd->board, worker)->arrived))
        crowd->false_starts = 0;
    else
        note_false_start(crowd, end);
    if (held && mf__board_count_death(crowd->board, item) >= MOST_DEATHS)
        give_up_item(crowd, worker, item, end);
    else if (held)
        mf__board_release(crowd->board, item);
    mf__run_collect(crowd->run, crowd->board, NULL);
    if (work_is_left(crowd))
        replace(crowd, worker);
}

static void look_after(struct crowd *crowd, unsigned worker)
{
    struct mf__child *child = &crowd->children[worker];
    struct mf__end end;
    mf__child_listen(child);
    if (!mf__child_gone(child, &end))
        return;
    crowd->n_alive--;
    if (end.peak_bytes > crowd->peaks_bytes[worker])
        crowd->peaks_bytes[worker] = end.peak_bytes;
    mourn(crowd, worker, &end);
}

/* Whether it is known whom the news are about: those with `revents`; else they may be anybody's. */
static bool wait_for_news(struct crowd *crowd)
{
    unsigned n = crowd->n_workers;
    for (unsigned i = 0; i < n; i++)
        crowd->polled[i] =
            (struct pollfd){.fd = mf__child_descriptor(&crowd->children[i]), .events = POLLIN};
    crowd->polled[n] = (struct pollfd){.fd = crowd->bell, .events = POLLIN};
    bool known = poll(crowd->polled, (nfds_t)n + 1, POLL_MS) > 0;
    uint64_t rung = 0;
    if (known && crowd->polled[n].revents != 0 && read(crowd->bell, &rung, sizeof rung) < 0)
        known = false;
    atomic_store(&crowd->board->rung, false); /* and then it is looked: nobody rings in vain */
    return known;
}

static void kill_all(struct crowd *crowd)
{
    for (unsigned i = 0; i < crowd->n_workers; i++)
        mf__child_dismiss(&crowd->children[i]);
    crowd->n_alive = 0;
}

static void oversee(struct crowd *crowd)
{
    struct mf__run *run = crowd->run;
    while (crowd->n_alive > 0 && !mf__run_cancelled(run)) {
        bool known = wait_for_news(crowd);
        mf__run_collect(run, crowd->board, NULL);
        for (unsigned worker = 0; worker < crowd->n_workers; worker++)
            if (!known || crowd->polled[worker].revents != 0)
                look_after(crowd, worker);
        mf__run_collect(run, crowd->board, NULL);
        mf__run_settle(run, crowd->board);
        /* Everybody left, and then an item was lost. */
        if (crowd->n_alive == 0 && work_is_left(crowd))
            replace(crowd, 0);
        mf__run_progress(run, atomic_load(&crowd->board->combined));
    }
    kill_all(crowd);
}

static int make_board(struct crowd *crowd, mf_error *error)
{
    const mf_work *work = crowd->run->work;
    crowd->board_bytes = mf__board_bytes(work, crowd->pool->workers);
    void *memory = MAP_FAILED;
    if (crowd->board_bytes != SIZE_MAX)
        memory = mmap(NULL, crowd->board_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                      -1, 0);
    if (memory == MAP_FAILED)
        return mf__fail_memory(error, crowd->board_bytes, "results shared with forked workers");
    crowd->board = mf__board_init(memory, work, crowd->pool->workers);
    return 0;
}

static int make_lists(struct crowd *crowd, mf_error *error)
{
    unsigned n = crowd->n_workers;
    crowd->children = mf__new(n, sizeof *crowd->children);
    crowd->peaks_bytes = mf__new(n, sizeof *crowd->peaks_bytes);
    crowd->polled = mf__new((size_t)n + 1, sizeof *crowd->polled);
    for (unsigned i = 0; crowd->children != NULL && i < n; i++)
        crowd->children[i] = MF__NO_CHILD;
    if (crowd->children == NULL || crowd->peaks_bytes == NULL || crowd->polled == NULL)
        return mf__fail_memory(error, n * sizeof *crowd->children, "a list of workers");
    return 0;
}

static int prepare(struct crowd *crowd, mf_error *error)
{
    int code = make_lists(crowd, error);
    if (code == 0)
        code = make_board(crowd, error);
    if (code != 0)
        return code;
    crowd->bell = mf__above_standard(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (crowd->bell < 0)
        return mf__fail_errno(error, errno, "an event descriptor could not be made");
    for (unsigned worker = 0; worker < crowd->n_workers && code == 0; worker++)
        code = start_worker(crowd, worker, error);
    return code;
}

static void clean_up(struct crowd *crowd)
{
    for (unsigned i = 0; crowd->children != NULL && i < crowd->n_workers; i++) {
        mf__child_dismiss(&crowd->children[i]);
        mf__child_done(&crowd->children[i]);
    }
    if (crowd->bell >= 0)
        close(crowd->bell);
    if (crowd->board != NULL)
        munmap(crowd->board, crowd->board_bytes);
    mf__free(crowd->polled);
    mf__free(crowd->peaks_bytes);
    mf__free(crowd->children);
}

static void run_processes(mf_pool *pool, struct mf__run *run)
{
    if (run->work->n_items == 0)
        return;
    struct crowd crowd = {.run = run, .pool = pool, .n_workers = pool->workers, .bell = -1};
    if (crowd.n_workers > run->work->n_items)
        crowd.n_workers = (unsigned)run->work->n_items;
    mf_error error;
    int code = prepare(&crowd, &error);
    if (code == 0)
        oversee(&crowd);
    else
        mf__run_end(run, code, &error);
    for (unsigned i = 0; crowd.board != NULL && i < crowd.n_workers; i++) {
        mf__run_take_log(run, i, &mf__board_post(crowd.board, i)->log);
        run->workers_peak_bytes += crowd.peaks_bytes[i];
    }
    clean_up(&crowd);
}

const mf_way mf__processes_way = {
    .name = "processes",
    .summary = "forked processes: each with its own memory, a crash costs one item's time",
    .most_workers = MF_WORKERS_MAX,
    .run = run_processes,
};
