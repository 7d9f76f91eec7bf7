/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link's thread takes what comes and sends what is done; this thread and others run items. A
 * range of items that was handed out is a batch; its results travel together when the last of them
 * is done. There is always room for a batch that waits while another one is run, so nobody waits
 * for the network.
 */
#include "exec/mpi_serve.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/mpi_messages.h"
#include "exec/run.h"
#include "exec/team.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#define BYTES_PER_KIB 1024

enum stage {
    IDLE,    /* waits for a job */
    NEW_JOB, /* its bytes are there */
    RUNNING,
    OVER,   /* nothing more comes; what is under way is dropped */
    LOGGED, /* the logs are to be sent */
    ENDED,
};

struct batch {
    struct batch *later; /* the one that came next */
    struct mf__mpi_items items;
    uint64_t next; /* to be begun, counted from the first */
    uint64_t done;
    unsigned char *results;
    int *codes;            /* of each item; 0: it is done well */
    uint64_t failed_first; /* the first item that failed, from n on: none */
    mf_error failure;      /* ... and why */
};

struct server {
    struct mf__mpi_link *link;
    unsigned threads;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum stage stage;
    struct mf__mpi_job job;
    unsigned char *packed; /* what `baggage` reads */
    struct mf__baggage baggage;
    const struct mf_portable *kind;
    struct mf__shared found; /* the board of rank 0, where it can be found */
    mf_work work;
    struct batch *first; /* in the order in which they came */
    struct batch *last;
    unsigned idle;     /* threads that wait for items */
    uint64_t waits_ns; /* ... since when, of the latest */
    uint64_t done;     /* items, in this run */
    uint64_t took_ns;  /* ... computing them, added up */
    mf_cancel cancel;
    struct mf__log *logs; /* of each thread */
    struct mf__mpi_logs about;
};

/* ---- batches ---- */

static void batch_free(struct batch *batch)
{
    if (batch == NULL)
        return;
    mf__free(batch->results);
    mf__free(batch->codes);
    mf__free(batch);
}

/* With where their results went. The link's thread may be adding one, where a run ends before rank
 * 0 says so. */
static void drop_batches(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    mf__shared_done(&server->found);
    while (server->first != NULL) {
        struct batch *later = server->first->later;
        batch_free(server->first);
        server->first = later;
    }
    server->last = NULL;
    pthread_mutex_unlock(&server->lock);
}

static struct batch *batch_new(const struct server *server, const struct mf__mpi_items *items)
{
    size_t stride = server->found.memory != NULL ? 0 : mf__mpi_stride(server->job.result_bytes);
    size_t bytes = 0;
    struct batch *batch = mf__new(1, sizeof *batch);
    if (batch == NULL || __builtin_mul_overflow(items->n, stride, &bytes)) {
        mf__free(batch);
        return NULL;
    }
    batch->items = *items;
    batch->failed_first = items->n;
    batch->results = mf__aligned_room(bytes);
    batch->codes = mf__new(items->n, sizeof *batch->codes);
    if (batch->results != NULL && batch->codes != NULL)
        return batch;
    batch_free(batch);
    return NULL;
}

/* With the lock. What comes after the end of a run is not begun. */
static void add_batch(struct server *server, const struct mf__mpi_items *items)
{
    if (server->stage != RUNNING)
        return;
    struct batch *batch = batch_new(server, items);
    if (batch == NULL)
        mf__mpi_fatal(server->link, "no memory for %llu results of %llu bytes each",
                      (unsigned long long)items->n, (unsigned long long)server->job.result_bytes);
    if (server->last != NULL)
        server->last->later = batch;
    else
        server->first = batch;
    server->last = batch;
}

/* A batch that is done, NULL for none; it is the caller's then. With the lock. */
static struct batch *take_finished(struct server *server)
{
    struct batch *before = NULL;
    struct batch *batch = server->stage == RUNNING ? server->first : NULL;
    while (batch != NULL && batch->done < batch->items.n) {
        before = batch;
        batch = batch->later;
    }
    if (batch == NULL)
        return NULL;
    if (before != NULL)
        before->later = batch->later;
    else
        server->first = batch->later;
    if (server->last == batch)
        server->last = before;
    return batch;
}

/* The next item to be begun. With the lock. */
static struct batch *next_item(struct server *server, uint64_t *ret_at)
{
    for (struct batch *batch = server->first; batch != NULL; batch = batch->later)
        if (batch->next < batch->items.n) {
            *ret_at = batch->next++;
            return batch;
        }
    return NULL;
}

/* ---- running ---- */

static void run_item(struct server *server, unsigned thread, struct batch *batch, uint64_t at)
{
    struct mf__log *log = &server->logs[thread];
    const mf_worker self = {mf__mpi_rank(server->link) * server->threads + thread, &server->cancel};
    uint64_t item = batch->items.first + at;
    void *result = server->found.memory != NULL
                       ? mf__board_result(server->found.memory, item)
                       : batch->results + at * mf__mpi_stride(server->job.result_bytes);
    uint64_t before_ns = log->ledger.compute_ns;
    mf_error error;
    if (log->ledger.items == 0)
        log->ledger.startup_ns = mf__now_ns() - server->about.started_ns;
    int code = mf__run_item(&server->work, item, result, &self, log, &error);
    pthread_mutex_lock(&server->lock);
    batch->codes[at] = code;
    batch->items.took_ns += log->ledger.compute_ns - before_ns;
    server->took_ns += log->ledger.compute_ns - before_ns;
    server->done++;
    if (code != 0 && at < batch->failed_first) {
        batch->failed_first = at;
        batch->failure = error;
    }
    bool last = ++batch->done == batch->items.n;
    pthread_mutex_unlock(&server->lock);
    if (last || code != 0)
        mf__mpi_wake(server->link);
}

/* One thread's part of a run: until rank 0 says that it is over. */
static void run_items(void *user, unsigned thread)
{
    struct server *server = user;
    pthread_mutex_lock(&server->lock);
    while (server->stage == RUNNING) {
        uint64_t at = 0;
        struct batch *batch = next_item(server, &at);
        if (batch == NULL) {
            server->idle++;
            server->waits_ns = mf__now_ns();
            pthread_cond_wait(&server->changed, &server->lock);
            server->idle--;
            continue;
        }
        pthread_mutex_unlock(&server->lock);
        run_item(server, thread, batch, at);
        pthread_mutex_lock(&server->lock);
    }
    pthread_mutex_unlock(&server->lock);
}

/* ---- the link's thread ---- */

static void set_stage(struct server *server, enum stage stage)
{
    pthread_mutex_lock(&server->lock);
    server->stage = stage;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

/* Memory with what rank 0 spreads. */
static void *take_spread(struct mf__mpi_link *link, size_t bytes)
{
    void *memory = mf__aligned_room(bytes);
    if (memory == NULL) {
        mf__mpi_fatal(link, "no memory for %zu bytes of a job", bytes);
        return NULL;
    }
    mf__write_through(memory, bytes);
    mf__mpi_spread(link, memory, bytes);
    return memory;
}

static void find_board(struct server *server)
{
    const struct mf__mpi_job *job = &server->job;
    mf__shared_find(&server->found, &job->board);
    if (server->found.memory != NULL &&
        !mf__board_fits(server->found.memory, mf__shared_bytes(&server->found), job->result_bytes))
        mf__shared_done(&server->found);
}

static void take_job(struct server *server)
{
    mf__mpi_take(server->link, 0, MF__TAG_JOB, &server->job, sizeof server->job);
    const struct mf__mpi_job *job = &server->job;
    if (job->n_large > MF__LARGE_MOST)
        mf__mpi_fatal(server->link, "rank 0 sent a job with %u large arrays; there may be %u",
                      job->n_large, MF__LARGE_MOST);
    server->packed = take_spread(server->link, job->packed_bytes);
    server->baggage = (struct mf__baggage){
        .at = server->packed, .left = job->packed_bytes, .n_large = job->n_large};
    for (unsigned i = 0; i < job->n_large; i++) {
        server->baggage.large[i].at = take_spread(server->link, job->large_bytes[i]);
        server->baggage.large[i].bytes = job->large_bytes[i];
    }
    if (mf__mpi_is_near(server->link, 0))
        find_board(server);
    server->done = 0;
    server->took_ns = 0;
    server->about.started_ns = mf__now_ns();
    server->waits_ns = server->about.started_ns;
    server->about.cpu_ns = mf__cpu_self_ns();
    server->stage = NEW_JOB;
}

static void take_message(void *user, int from, int tag)
{
    struct server *server = user;
    struct mf__mpi_items items;
    (void)from;
    pthread_mutex_lock(&server->lock);
    if (tag == MF__TAG_JOB) {
        take_job(server);
    } else if (tag == MF__TAG_ITEMS) {
        mf__mpi_take(server->link, 0, tag, &items, sizeof items);
        /* They come while the job is still being unpacked. */
        if (server->stage == NEW_JOB)
            server->stage = RUNNING;
        add_batch(server, &items);
    } else {
        mf__mpi_take(server->link, 0, tag, NULL, 0);
        if (tag == MF__TAG_OVER)
            mf_cancel_request(&server->cancel);
        server->stage = tag == MF__TAG_OVER ? OVER : ENDED;
    }
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void send_failure(struct server *server, const struct batch *batch, uint64_t at)
{
    struct mf__mpi_failed failed = {.item = batch->items.first + at};
    if (at == batch->failed_first)
        failed.error = batch->failure;
    else
        mf__fail(&failed.error, batch->codes[at], "%s", mf_status_text(batch->codes[at]));
    mf__mpi_send(server->link, 0, MF__TAG_FAILED, &failed, sizeof failed);
}

/* How many bytes of a large result are filled. */
static size_t used_of(const struct server *server, uint64_t item, const void *result)
{
    const struct mf_portable *kind = server->kind;
    uint64_t most = server->job.result_bytes;
    size_t used = kind->used != NULL ? kind->used(server->work.user, item, result) : most;
    if (used == 0 || used > most)
        mf__mpi_fatal(server->link, "work of the kind '%s' says that %zu bytes of %llu are used",
                      kind->name, used, (unsigned long long)most);
    return used;
}

/* How many bytes of these results travel. */
static uint64_t bytes_of(const struct server *server, const struct mf__mpi_items *items,
                         const void *results)
{
    if (server->found.memory != NULL)
        return MF__ON_BOARD;
    if (server->job.result_bytes < MF__LARGE_RESULT)
        return items->n * mf__mpi_stride(server->job.result_bytes);
    return used_of(server, items->first, results);
}

static void send_results(struct server *server, struct mf__mpi_items *items, const void *results)
{
    items->bytes = bytes_of(server, items, results);
    atomic_thread_fence(memory_order_release); /* of those on the board */
    mf__mpi_send(server->link, 0, MF__TAG_RESULTS, items, sizeof *items);
    if (items->bytes > 0 && items->bytes != MF__ON_BOARD)
        mf__mpi_send(server->link, 0, MF__TAG_BYTES, results, items->bytes);
}

/* Tells the items of a batch: those that failed by themselves, and those with large results; the
 * others in ranges. */
static void send_batch(struct server *server, const struct batch *batch)
{
    size_t stride = mf__mpi_stride(server->job.result_bytes);
    bool by_itself = server->job.result_bytes >= MF__LARGE_RESULT && server->found.memory == NULL;
    uint64_t took_ns = batch->items.took_ns; /* of all of it: told with the first range */
    for (uint64_t at = 0, end = 0; at < batch->items.n; at = end) {
        end = at + 1;
        if (batch->codes[at] != 0) {
            send_failure(server, batch, at);
            continue;
        }
        while (!by_itself && end < batch->items.n && batch->codes[end] == 0)
            end++;
        struct mf__mpi_items items = {batch->items.first + at, end - at, took_ns, 0};
        const void *results = server->found.memory != NULL ? NULL : batch->results + at * stride;
        send_results(server, &items, results);
        took_ns = 0;
    }
}

static void send_logs(struct server *server)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    server->about.peak_bytes = (uint64_t)usage.ru_maxrss * BYTES_PER_KIB;
    server->about.cpu_ns = mf__cpu_self_ns() - server->about.cpu_ns; /* since the job came */
    mf__mpi_send(server->link, 0, MF__TAG_LOGS, &server->about, sizeof server->about);
    mf__mpi_send(server->link, 0, MF__TAG_BYTES, server->logs,
                 server->threads * sizeof *server->logs);
}

/* Items that nobody has begun. With the lock. */
static uint64_t count_waiting(const struct server *server)
{
    uint64_t items = 0;
    for (const struct batch *batch = server->first; batch != NULL; batch = batch->later)
        items += batch->items.n - batch->next;
    return items;
}

/* Nothing has to come as long as items wait; more of them is urgent when a thread has nothing to
 * do. With the lock. */
static uint64_t pace_of(const struct server *server)
{
    bool is_known = server->stage == RUNNING && server->done > 0;
    if (server->stage != RUNNING && server->stage != NEW_JOB)
        return MF__MPI_PACE_IDLE;
    if (!is_known || server->idle > 0)
        return mf__mpi_pace_since(server->waits_ns);
    uint64_t item_ns = server->took_ns / server->done;
    uint64_t pace_ns = count_waiting(server) * item_ns / server->threads / 2;
    pace_ns = mf__most_of(pace_ns, item_ns / MF__MPI_LAST_LOOKS);
    return mf__least_of(mf__most_of(pace_ns, MF__MPI_PACE_LEAST), MF__MPI_PACE_MOST);
}

static bool drive(void *user)
{
    struct server *server = user;
    pthread_mutex_lock(&server->lock);
    bool logs = server->stage == LOGGED;
    struct batch *finished = take_finished(server);
    mf__mpi_pace(server->link, pace_of(server));
    pthread_mutex_unlock(&server->lock);
    if (finished != NULL)
        send_batch(server, finished);
    if (logs) {
        send_logs(server);
        set_stage(server, IDLE);
    }
    bool did = finished != NULL || logs;
    batch_free(finished);
    return did;
}

/* ---- jobs ---- */

static const struct mf_portable *find_kind(const struct mf_portable *const *kinds, const char *name)
{
    while (*kinds != NULL && strncmp((*kinds)->name, name, MF__PORTABLE_NAME) != 0)
        kinds++;
    return *kinds;
}

/* The stage that comes after. */
static enum stage wait_while(struct server *server, enum stage stage)
{
    pthread_mutex_lock(&server->lock);
    while (server->stage == stage)
        pthread_cond_wait(&server->changed, &server->lock);
    enum stage next = server->stage;
    pthread_mutex_unlock(&server->lock);
    return next;
}

/* With as many threads as can be had, until rank 0 says that it is over. */
static int run_together(struct server *server, mf_error *error)
{
    struct mf__team *team = NULL;
    int code = mf__team_start(server->threads, run_items, server, &team, error);
    if (code != 0)
        return code; /* rank 0 still counts on this one, so nothing else would end the wait */
    wait_while(server, RUNNING);
    mf__team_join(team);
    return 0;
}

static void drop_baggage(struct server *server)
{
    mf__baggage_done(&server->baggage);
    mf__free(server->packed);
    server->packed = NULL;
}

static int do_job(struct server *server, const struct mf_portable *const *kinds, mf_error *error)
{
    const struct mf_portable *kind = find_kind(kinds, server->job.name);
    void *user = NULL;
    if (kind == NULL)
        return mf__fail(error, MF_E_FORMAT,
                        "rank 0 asks for work that this manyfold does not know");
    int code = kind->unpack(&server->baggage, &user, error);
    drop_baggage(server);
    if (code != 0)
        return code;
    server->kind = kind;
    server->work =
        (mf_work){.result_bytes = server->job.result_bytes, .run = kind->run, .user = user};
    memset(server->logs, 0, server->threads * sizeof *server->logs);
    wait_while(server, NEW_JOB);
    code = run_together(server, error);
    drop_batches(server);
    server->cancel = (mf_cancel){0};
    kind->drop(user);
    return code;
}

static int serve(struct server *server, const struct mf_portable *const *kinds, mf_error *error)
{
    for (;;) {
        if (wait_while(server, IDLE) == ENDED)
            return 0;
        int code = do_job(server, kinds, error);
        if (code != 0)
            return code;
        if (wait_while(server, RUNNING) == ENDED)
            return 0;
        set_stage(server, LOGGED);
        mf__mpi_wake(server->link);
        wait_while(server, LOGGED);
    }
}

int mf__mpi_serve(struct mf__mpi_link *link, unsigned threads,
                  const struct mf_portable *const *kinds, mf_error *error)
{
    struct server *server = mf__new(1, sizeof *server);
    if (server == NULL)
        return mf__fail_memory(error, sizeof *server, "a rank");
    server->link = link;
    server->threads = threads;
    server->logs = mf__new(threads, sizeof *server->logs);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    int code = 0;
    if (server->logs == NULL) {
        code = mf__fail_memory(error, threads * sizeof *server->logs, "a rank");
    } else {
        mf__mpi_attach(link, &(struct mf__mpi_driver){take_message, drive, server});
        code = serve(server, kinds, error);
        mf__mpi_detach(link);
        if (code == 0)
            mf__mpi_take_leave(link);
        drop_batches(server); /* which came after something had failed */
    }
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    drop_baggage(server);
    mf__free(server->logs);
    mf__free(server);
    return code;
}
