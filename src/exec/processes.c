/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes: workers forked by each run, so that they inherit the work and its input as they are.
 *
 * Parent and workers share one anonymous mapping, the board, and nothing with a name. Workers claim
 * items there and leave results there; the parent combines, replaces workers that died, and is the
 * only one who decides. A worker that finds nothing left to claim ends by itself; an item that is
 * lost after that is run by a fresh worker.
 *
 * The parent sleeps in poll() on one pipe per worker, the worker's stderr, which closes when it
 * dies, and on an event descriptor. Workers ring that bell only when it is worth a context switch:
 * when half of the window waits to be combined, or an item took so long that the switch is nothing
 * beside it. Rejected: a message per item, which costs more than a short item; a process-shared
 * mutex, which a killed worker leaves locked; a robust one, which it leaves over half-written data.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/fork.h"
#include "exec/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_DEATHS  3                 /* of one item; and in a row without any item done */
#define LONG_ITEM_NS UINT64_C(1000000) /* beside this, a context switch is nothing */
#define TAIL_BYTES   600               /* of a worker's stderr are kept for error messages */
#define POLL_MS      100
#define POLL_SOON_MS 1 /* while a worker lives whose pipe is closed: its end will not be heard */

struct tail {
    char bytes[TAIL_BYTES];
    size_t length;
};

struct child {
    pid_t id;            /* 0: not running */
    int messages;        /* read end of its stderr, or -1 */
    uint64_t peak_bytes; /* the largest of those that had this index */
    struct tail tail;
};

/* An item that killed workers. */
struct victim {
    uint64_t item;
    unsigned deaths;
};

struct crowd {
    struct mf__run *run;
    mf_pool *pool;
    struct mf__board *board;
    struct child *children; /* one per worker */
    struct pollfd *polled;  /* one per worker and the bell's */
    unsigned n_workers;     /* at most as many as items */
    unsigned n_alive;
    int bell;
    struct victim *victims;
    size_t n_victims;
    unsigned idle_deaths;       /* in a row, without an item done */
    uint64_t combined_at_death; /* what was done at the last of these */
    size_t board_bytes;
    mf_worker_ledger combining; /* the parent's: what it takes to combine */
};

/* ---- in the worker ---- */

static void published(void *user, unsigned worker, uint64_t item, uint64_t took_ns)
{
    const struct crowd *crowd = user;
    struct mf__board *board = crowd->board;
    (void)worker;
    bool crowded =
        board->window < board->n_items && item - atomic_load(&board->combined) >= board->window / 2;
    const uint64_t one = 1;
    /* The bell cannot be full: it would have to ring 2^64 times unheard. */
    if ((crowded || took_ns >= LONG_ITEM_NS) && write(crowd->bell, &one, sizeof one) < 0)
        _exit(1);
}

static _Noreturn void live(struct crowd *crowd, unsigned worker, int messages)
{
    if (dup2(messages, STDERR_FILENO) < 0)
        _exit(1);
    /* The parent's ends of the others' pipes; its own end of this one is among them. */
    for (unsigned i = 0; i < crowd->n_workers; i++)
        if (crowd->children[i].messages >= 0)
            close(crowd->children[i].messages);
    if (messages != STDERR_FILENO)
        close(messages);
    const struct mf__crew crew = {.board = crowd->board,
                                  .work = crowd->run->work,
                                  .cancel = crowd->run->cancel,
                                  .started_ns = crowd->run->started_ns,
                                  .spin_ns = MF_SPIN_NEVER,
                                  .published = published,
                                  .user = crowd};
    mf__work_on_board(&crew, worker);
    atomic_store(&mf__board_post(crowd->board, worker)->leaving, true);
    _exit(0);
}

/* ---- in the parent ---- */

static void end_run(struct crowd *crowd, const mf_error *error)
{
    mf__run_end(crowd->run, error->code, error);
}

static int start_worker(struct crowd *crowd, unsigned worker, mf_error *error)
{
    struct child *child = &crowd->children[worker];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return mf__fail_errno(error, errno,
                              "a pipe for worker %u could not be made; fewer workers "
                              "or a higher limit of open files would help",
                              worker);
    child->messages = ends[0];
    child->tail.length = 0;
    atomic_store(&mf__board_post(crowd->board, worker)->leaving, false);
    pid_t id = mf__fork(error);
    if (id == 0)
        live(crowd, worker, ends[1]);
    close(ends[1]);
    if (id < 0) {
        close(ends[0]);
        child->messages = -1;
        return MF_E_SYSTEM;
    }
    /* Reading never waits: a grandchild may hold the other end. */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    child->id = id;
    crowd->n_alive++;
    return 0;
}

static void keep_tail(struct tail *tail, const char *bytes, size_t length)
{
    if (length > TAIL_BYTES) {
        bytes += length - TAIL_BYTES;
        length = TAIL_BYTES;
    }
    size_t kept = tail->length + length > TAIL_BYTES ? TAIL_BYTES - length : tail->length;
    memmove(tail->bytes, tail->bytes + (tail->length - kept), kept);
    memcpy(tail->bytes + kept, bytes, length);
    tail->length = kept + length;
}

/* Reads what the worker has said; closes the pipe at its end. */
static void listen_to(struct child *child)
{
    char bytes[4096];
    while (child->messages >= 0) {
        ssize_t got = read(child->messages, bytes, sizeof bytes);
        if (got > 0) {
            keep_tail(&child->tail, bytes, (size_t)got);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            close(child->messages);
            child->messages = -1;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

/* How often `item` killed a worker, this time included; 0 when there is no memory to remember it.
 */
static unsigned count_death(struct crowd *crowd, uint64_t item)
{
    for (size_t i = 0; i < crowd->n_victims; i++)
        if (crowd->victims[i].item == item)
            return ++crowd->victims[i].deaths;
    struct victim *more = mf__resize(crowd->victims, crowd->n_victims + 1, sizeof *crowd->victims);
    if (more == NULL)
        return 0;
    crowd->victims = more;
    crowd->victims[crowd->n_victims++] = (struct victim){item, 1};
    return 1;
}

/* The worker's last words as one line: newlines become " | ", other control bytes "?". */
static void last_words(const struct tail *tail, char *text, size_t room)
{
    size_t length = 0;
    size_t end = tail->length;
    while (end > 0 && tail->bytes[end - 1] == '\n')
        end--;
    for (size_t i = 0; i < end && length + 4 < room; i++) {
        unsigned char byte = (unsigned char)tail->bytes[i];
        if (byte == '\n') {
            memcpy(text + length, " | ", 3);
            length += 3;
        } else {
            text[length++] = byte < 0x20 || byte == 0x7f ? '?' : (char)byte;
        }
    }
    text[length] = '\0';
}

/* Makes the item failed: it is not run again, the others are. */
static void give_up_item(struct crowd *crowd, unsigned worker, uint64_t item,
                         const struct mf__end *end)
{
    struct mf__post *post = mf__board_post(crowd->board, worker);
    char how[MF__END_TEXT];
    char words[TAIL_BYTES];
    mf__end_text(end, how);
    last_words(&crowd->children[worker].tail, words, sizeof words);
    if (item < post->failed_item) {
        mf__fail(&post->failure, MF_E_WORKER,
                 "%u workers that ran it died, the last one was %s%s%s", MOST_DEATHS, how,
                 words[0] != '\0' ? "; its last words: " : "", words);
        post->failed_item = item;
    }
    mf__board_publish(crowd->board, item, MF__SLOT_FAILED);
}

/* A worker that dies before its first item, again and again, will not get better. */
static bool too_many_idle_deaths(struct crowd *crowd, const struct mf__end *end)
{
    uint64_t combined = atomic_load(&crowd->board->combined);
    crowd->idle_deaths = combined == crowd->combined_at_death ? crowd->idle_deaths + 1 : 1;
    crowd->combined_at_death = combined;
    if (crowd->idle_deaths <= MOST_DEATHS + crowd->n_workers)
        return false;
    char how[MF__END_TEXT];
    mf_error error;
    mf__end_text(end, how);
    mf__fail(&error, MF_E_WORKER,
             "%u workers in a row died before they ran an item, the last one "
             "was %s",
             crowd->idle_deaths, how);
    end_run(crowd, &error);
    return true;
}

/* Whether a fresh worker is wanted after this death. */
static bool mourn(struct crowd *crowd, unsigned worker, const struct mf__end *end)
{
    crowd->run->deaths++;
    uint64_t item = 0;
    if (!mf__board_held(crowd->board, worker, &item))
        return !too_many_idle_deaths(crowd, end);
    unsigned deaths = count_death(crowd, item);
    if (deaths == 0 || deaths >= MOST_DEATHS)
        give_up_item(crowd, worker, item, end);
    else
        mf__board_release(crowd->board, item);
    return true;
}

static bool work_is_left(struct crowd *crowd)
{
    return !crowd->run->ended && atomic_load(&crowd->board->combined) < crowd->board->n_items;
}

static void replace(struct crowd *crowd, unsigned worker)
{
    mf_error error;
    if (start_worker(crowd, worker, &error) != 0 && crowd->n_alive == 0)
        end_run(crowd, &error);
}

/* Deals with the end of a worker, if it ended. */
static void look_after(struct crowd *crowd, unsigned worker)
{
    struct child *child = &crowd->children[worker];
    struct mf__end end;
    listen_to(child);
    /* The pipe closes a little before there is a status to wait for; who is leaving is waited for.
     */
    bool wait = child->messages < 0 && atomic_load(&mf__board_post(crowd->board, worker)->leaving);
    if (child->id == 0 || !mf__child_ended(child->id, wait, &end))
        return;
    listen_to(child);
    if (child->messages >= 0)
        close(child->messages);
    child->messages = -1;
    child->id = 0;
    crowd->n_alive--;
    child->peak_bytes = end.peak_bytes > child->peak_bytes ? end.peak_bytes : child->peak_bytes;

    uint64_t item = 0;
    bool died = !end.known || end.signalled || end.status != 0 ||
                mf__board_held(crowd->board, worker, &item);
    if (!died)
        return;
    mf__run_collect(crowd->run, crowd->board, &crowd->combining);
    if (mourn(crowd, worker, &end) && work_is_left(crowd))
        replace(crowd, worker);
}

static void wait_for_news(struct crowd *crowd)
{
    nfds_t n = 0;
    int timeout_ms = POLL_MS;
    crowd->polled[n++] = (struct pollfd){.fd = crowd->bell, .events = POLLIN};
    for (unsigned i = 0; i < crowd->n_workers; i++) {
        const struct child *child = &crowd->children[i];
        if (child->messages >= 0)
            crowd->polled[n++] = (struct pollfd){.fd = child->messages, .events = POLLIN};
        else if (child->id != 0)
            timeout_ms = POLL_SOON_MS;
    }
    /* Interrupted, failed or timed out: the caller looks at everything anyway. */
    poll(crowd->polled, n, timeout_ms);
    uint64_t rung = 0;
    if ((crowd->polled[0].revents & POLLIN) != 0 && read(crowd->bell, &rung, sizeof rung) < 0)
        return;
}

static void kill_all(struct crowd *crowd)
{
    for (unsigned i = 0; i < crowd->n_workers; i++) {
        struct child *child = &crowd->children[i];
        struct mf__end end;
        if (child->id != 0)
            mf__child_kill(child->id, &end);
        if (child->messages >= 0)
            close(child->messages);
        child->id = 0;
        child->messages = -1;
    }
    crowd->n_alive = 0;
}

/* An item may be lost when nobody is left to claim it. */
static void restaff(struct crowd *crowd)
{
    mf__run_collect(crowd->run, crowd->board, &crowd->combining);
    if (crowd->n_alive == 0 && work_is_left(crowd))
        replace(crowd, 0);
}

static void oversee(struct crowd *crowd)
{
    struct mf__run *run = crowd->run;
    while (crowd->n_alive > 0 && !mf__run_cancelled(run)) {
        wait_for_news(crowd);
        mf__run_collect(run, crowd->board, &crowd->combining);
        for (unsigned worker = 0; worker < crowd->n_workers; worker++)
            look_after(crowd, worker);
        if (crowd->n_alive == 0)
            restaff(crowd);
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

static int prepare(struct crowd *crowd, mf_error *error)
{
    unsigned n = crowd->n_workers;
    crowd->bell = -1;
    crowd->children = mf__new(n, sizeof *crowd->children);
    crowd->polled = mf__new((size_t)n + 1, sizeof *crowd->polled);
    if (crowd->children == NULL || crowd->polled == NULL)
        return mf__fail_memory(error, n * sizeof *crowd->children, "a list of workers");
    for (unsigned i = 0; i < n; i++)
        crowd->children[i].messages = -1;
    int code = make_board(crowd, error);
    if (code != 0)
        return code;
    crowd->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (crowd->bell < 0)
        return mf__fail_errno(error, errno, "an event descriptor could not be made");
    for (unsigned worker = 0; worker < n && code == 0; worker++)
        code = start_worker(crowd, worker, error);
    return code;
}

static void clean_up(struct crowd *crowd)
{
    if (crowd->children != NULL)
        kill_all(crowd);
    if (crowd->bell >= 0)
        close(crowd->bell);
    if (crowd->board != NULL)
        munmap(crowd->board, crowd->board_bytes);
    mf__free(crowd->victims);
    mf__free(crowd->polled);
    mf__free(crowd->children);
}

static void run_processes(mf_pool *pool, struct mf__run *run)
{
    if (run->work->n_items == 0)
        return;
    struct crowd crowd = {.run = run, .pool = pool, .n_workers = pool->workers};
    if (crowd.n_workers > run->work->n_items)
        crowd.n_workers = (unsigned)run->work->n_items;
    mf_error error;
    int code = prepare(&crowd, &error);
    if (code == 0)
        oversee(&crowd);
    else
        mf__run_end(run, code, &error);
    for (unsigned i = 0; crowd.board != NULL && i < crowd.n_workers; i++) {
        run->workers[i] = mf__board_post(crowd.board, i)->ledger;
        run->workers_peak_bytes += crowd.children[i].peak_bytes;
    }
    clean_up(&crowd);
}

const mf_way mf__processes_way = {
    .name = "processes",
    .summary = "forked processes: each with its own memory, a crash costs one item's time",
    .most_workers = MF_WORKERS_MAX,
    .run = run_processes,
};
