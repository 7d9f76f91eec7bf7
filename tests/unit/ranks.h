/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks as processes of a test, joined by fake_mpi.h, which do what travelling.h says. */
#ifndef TESTS_UNIT_RANKS_H
#define TESTS_UNIT_RANKS_H

#include "exec/fork.h"
#include "exec/mpi.h"
#include "exec/mpi_serve.h"
#include "tests/unit/fake_mpi.h"
#include "tests/unit/travelling.h"
#include "tests/unit/unit.h"

#include <signal.h>
#include <sys/mman.h>

/* Silence that is borne. A rank that has to wait for a processor is not to be taken for one that is
 * silent: so it is long where a test is about something else, and where it must not be heard. */
#define LONG_NS  PATIENCE_NS
#define MID_NS   UINT64_C(6000000000)
#define SHORT_NS UINT64_C(1500000000)

/* What a test is told by the processes of its ranks. */
struct told {
    char text[512]; /* by whoever gave up first */
    mf_error error; /* of rank 0 */
    int code;
    uint64_t answer;
    uint64_t items[8];
    uint64_t remote_items;     /* done by other ranks */
    uint64_t bytes;            /* of results, and of logs, that rank 1 sent */
    bool first_only;           /* only rank 0 tells why it gave up */
    pid_t first;               /* who is ended by another rank that gives up; 0: nobody */
    _Atomic bool met[2];       /* ranks 0 and 1, when they have begun an item */
    _Atomic uint64_t begun[2]; /* items, by ranks 0 and 1, where they wait for each other */
};

static struct told *told;
static uint64_t n_given;

static inline void meet(int rank)
{
    const int other = rank == 1 ? 0 : 1;
    if (rank <= 1)
        atomic_store(&told->met[rank], true);
    while (!atomic_load(&told->met[other]))
        nap(NS_PER_MS / 10);
}

static inline void await_begun(int rank, uint64_t n)
{
    while (atomic_load(&told->begun[rank]) < n)
        nap(NS_PER_MS / 10);
}

/* Of all items rank 1 does `n`: who has one waits until it has begun so many, but its second
 * thread, which begins them when the threads of rank 0 have begun the others. */
static inline void hold(int rank, uint64_t n)
{
    bool is_free = atomic_fetch_add(&told->begun[rank], 1) > 0 && rank == 1;
    if (is_free)
        await_begun(0, n_given - n);
    else
        await_begun(1, n);
}

struct cluster {
    int size;
    unsigned threads;
    void (*prepare)(void); /* in each rank, before it starts; or NULL */
    void (*first)(struct mf__mpi_link *link, unsigned threads);
    const char *other_build;                  /* of rank 1 */
    unsigned other_threads;                   /* of rank 1 */
    uint64_t silence_ns;                      /* that is borne; 0: LONG_NS */
    uint64_t gather_ns;                       /* the same at the start */
    bool first_only;                          /* only rank 0 tells why it gave up */
    bool aborts;                              /* who gives up ends rank 0, as MPI_Abort does */
    bool knows_nothing;                       /* other ranks know no kind of work */
    void (*other)(struct mf__mpi_link *link); /* in place of serving */
};

static _Noreturn inline void give_up(void *user, const char *text)
{
    (void)user;
    if (told->text[0] == '\0' && (fake.rank == 0 || !told->first_only))
        snprintf(told->text, sizeof told->text, "%s", text);
    if (fake.rank > 0 && told->first > 0)
        kill(told->first, SIGKILL);
    _exit(3);
}

static inline void be_other(const struct cluster *cluster, struct mf__mpi_link *link)
{
    static const struct mf_portable *const none[] = {NULL};
    mf_error error;
    if (cluster->other != NULL) {
        cluster->other(link);
        return;
    }
    int code = mf__mpi_serve(link, cluster->threads, cluster->knows_nothing ? none : kinds, &error);
    if (code != 0)
        give_up(NULL, error.text);
}

static inline int be_rank(const struct cluster *cluster, int rank)
{
    bool is_other = rank == 1;
    const struct mf__mpi_options options = {
        .build = is_other && cluster->other_build != NULL ? cluster->other_build : "this",
        .threads =
            is_other && cluster->other_threads > 0 ? cluster->other_threads : cluster->threads,
        .silence_ns = cluster->silence_ns > 0 ? cluster->silence_ns : LONG_NS,
        .gather_ns = cluster->gather_ns > 0 ? cluster->gather_ns : LONG_NS,
        .fatal = give_up};
    struct mf__mpi_link *link = NULL;
    mf_error error;
    if (cluster->prepare != NULL)
        cluster->prepare();
    int code = mf__mpi_open(&fake_api, &options, &link, &error);
    if (code != 0) {
        if (rank == 0) {
            told->code = code;
            told->error = error;
        }
        return 0;
    }
    if (rank == 0) {
        mf__mpi_use(link, cluster->threads);
        cluster->first(link, cluster->threads);
        mf__mpi_dismiss(link);
        mf__mpi_use(NULL, 1);
    } else {
        be_other(cluster, link);
    }
    mf__mpi_close(link);
    return 0;
}

/* Whoever was left behind was killed, or gave up, or ended: anything else, as what a sanitizer
 * ends, would pass for the silence or the end that a test is about. */
static inline bool ended_badly(const struct mf__end *end)
{
    return end->signalled ? end->status != SIGKILL : end->status != 0 && end->status != 3;
}

/* Runs all ranks to their end; 0 when rank 0 ended well. The others end with it, or are ended. */
static inline int run_cluster(const struct cluster *cluster)
{
    int sockets[FAKE_RANKS][2];
    pid_t pids[FAKE_RANKS];
    struct mf__end end;
    memset(told, 0, sizeof *told);
    told->first_only = cluster->first_only;
    fake_connect(sockets, cluster->size);
    for (int rank = 0; rank < cluster->size; rank++) {
        pids[rank] = mf__fork(NULL);
        if (pids[rank] == 0) {
            fake_be(sockets, cluster->size, rank);
            _exit(be_rank(cluster, rank));
        }
        if (rank == 0 && cluster->aborts)
            told->first = pids[0];
    }
    fake_disconnect(sockets, cluster->size);
    assert_true(mf__child_ended(pids[0], true, &end));
    int status = end.signalled ? 128 + end.status : end.status;
    for (int rank = 1; rank < cluster->size; rank++) {
        /* Those who are dismissed end by themselves: a sanitizer may have to say something. */
        if (status == 0 && told->code == 0) {
            assert_true(mf__child_ended(pids[rank], true, &end) && !end.signalled &&
                        end.status == 0);
        } else {
            mf__child_kill(pids[rank], &end);
            assert_false(ended_badly(&end));
        }
    }
    return status;
}

static inline void run_task_once(struct task *task, uint64_t n_items, struct mf__mpi_link *link,
                                 unsigned threads)
{
    const unsigned workers = threads * mf__mpi_ranks(link);
    mf_pool *pool = open_pool("mpi", workers);
    const mf_work work = task_work(task, n_items);
    mf_ledger ledger = {0};
    told->code = mf_pool_run(pool, &work, NULL, &ledger, &told->error);
    told->answer = task->fold.answer;
    told->remote_items = 0;
    for (unsigned worker = threads; worker < workers; worker++)
        told->remote_items += ledger.workers[worker].items;
    fake_must(task->fold.out_of_order == 0, "combined out of order");
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
}

static struct task given;

static inline void run_given(struct mf__mpi_link *link, unsigned threads)
{
    struct task task = given;
    run_task_once(&task, n_given, link, threads);
}

static inline int run_some(int size, unsigned threads, uint64_t silence_ns)
{
    return run_cluster(&(struct cluster){
        .size = size, .threads = threads, .first = run_given, .silence_ns = silence_ns});
}

/* Before any test; false: there is no memory. */
static inline bool prepare_told(void)
{
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return told != MAP_FAILED;
}

#endif
