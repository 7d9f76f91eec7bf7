/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mpi.h"

#include "base/memory.h"
#include "base/status.h"
#include "exec/baggage.h"
#include "exec/fork.h"
#include "exec/mpi_messages.h"
#include "exec/mpi_serve.h"
#include "exec/portable.h"
#include "jobs/portable.h"
#include "tests/fault/fault.h"
#include "tests/unit/fake_mpi.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"
#include "tune/travel.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

/* Silence that is borne. A rank that has to wait for a processor is not to be taken for one that is
 * silent: so it is long where a test is about something else, and where it must not be heard. */
#define LONG_NS       PATIENCE_NS
#define MID_NS        UINT64_C(6000000000)
#define SHORT_NS      UINT64_C(1500000000)
#define N_SLOW_PIECES 6 /* of a message that takes longer than that */
#define SLOW_PIECE_NS (MID_NS / 5)

/* ---- a job that travels ---- */

struct task {
    struct fold fold; /* of rank 0 */
    uint64_t ballast; /* bytes that travel along */
    uint64_t fails_from;
    uint64_t fails_to;
    uint64_t stops_at; /* the item at which a rank but 0 stops itself */
    uint64_t cancels_at;
    uint64_t nap_ns; /* of rank 0, before each item, so that the others do the most */
    uint64_t words;  /* of a result */
    bool meets;      /* all begin an item when rank 1 has begun one, which does when rank 0 has */
    bool starves;    /* ranks but 0 can start no thread once they have it */
    bool nests;      /* rank 0 tries another run meanwhile */
    int rank;        /* where this is */
};

static void meet(int rank);

static int run_task(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    const struct task *task = user;
    uint64_t *words = ret_result;
    const struct timespec nap = {.tv_nsec = (long)task->nap_ns};
    if (task->rank == 0 && task->nap_ns > 0)
        nanosleep(&nap, NULL);
    if (task->meets)
        meet(task->rank);
    if (item >= task->fails_from && item < task->fails_to)
        return mf__fail(error, MF_E_INPUT, "item %llu is bad", (unsigned long long)item);
    if (item == task->cancels_at)
        return mf__fail(error, MF_E_CANCELLED, "enough");
    if (item >= task->stops_at && task->rank != 0)
        raise(SIGSTOP);
    for (uint64_t i = 1; i < task->words; i++)
        words[i] = item ^ i;
    return fold_run(user, item, ret_result, worker, error);
}

static void run_beside(void);

static int combine_task(void *user, uint64_t item, const void *result, mf_error *error)
{
    const struct task *task = user;
    const uint64_t *words = result;
    if (task->nests && item == 0)
        run_beside();
    for (uint64_t i = 1; i < task->words; i++)
        if (words[i] != (item ^ i))
            return mf__fail(error, MF_E_DIFFER, "word %llu of item %llu", (unsigned long long)i,
                            (unsigned long long)item);
    return fold_combine(user, item, result, error);
}

static int pack_task(const void *user, struct mf__parcel *out, mf_error *error)
{
    const struct task *task = user;
    mf__pack_value(out, task, sizeof *task);
    mf__buffer_fill(&out->bytes, 'b', task->ballast);
    return mf__pack_check(out, error);
}

/* No address space holds such a stack. */
static void starve(void)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)1 << 50);
    fake_must(pthread_setattr_default_np(&attributes) == 0, "no such attributes");
    pthread_attr_destroy(&attributes);
}

static int unpack_task(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    struct task *task = mf__new(1, sizeof *task);
    mf__unpack_value(baggage, task, sizeof *task);
    task->rank = fake.rank;
    if (task->starves)
        starve();
    *ret_user = task;
    for (; baggage->left > 0 && *baggage->at == 'b'; baggage->left--)
        baggage->at++;
    if (mf__unpack_check(baggage, error) == 0)
        return 0;
    mf__free(task);
    return MF_E_FORMAT;
}

static const struct mf_portable task_travels = {
    .name = "task", .pack = pack_task, .unpack = unpack_task, .drop = mf__free, .run = run_task};

static const struct mf_portable *const kinds[] = {&task_travels, NULL};

static mf_work task_work(struct task *task, uint64_t n_items)
{
    task->fails_from = task->fails_to > 0 ? task->fails_from : UINT64_MAX;
    task->stops_at = task->stops_at > 0 ? task->stops_at : UINT64_MAX;
    task->cancels_at = task->cancels_at > 0 ? task->cancels_at : UINT64_MAX;
    task->words = task->words > 0 ? task->words : 1;
    return (mf_work){.n_items = n_items,
                     .result_bytes = task->words * sizeof(uint64_t),
                     .run = run_task,
                     .combine = combine_task,
                     .user = task,
                     .portable = &task_travels};
}

/* A second run over the same ranks, beside the one whose result is combined. */
static void run_beside(void)
{
    struct task task = {0};
    const mf_work work = task_work(&task, 100);
    mf_error error = {0};
    mf_pool *pool = open_pool("mpi", (unsigned)fake.size);
    int code = mf_pool_run(pool, &work, NULL, NULL, &error);
    fake_must(code == MF_E_BUSY && strstr(error.text, "another run") != NULL, "ran beside");
    mf_pool_close(&pool);
}

/* ---- ranks ---- */

/* What a test is told by the processes of its ranks. */
struct told {
    char text[512]; /* by whoever gave up first */
    mf_error error; /* of rank 0 */
    int code;
    uint64_t answer;
    uint64_t items[8];
    uint64_t remote_items; /* done by other ranks */
    bool first_only;       /* only rank 0 tells why it gave up */
    _Atomic bool met[2];   /* ranks 0 and 1, when they have begun an item */
};

static struct told *told;

static void meet(int rank)
{
    const int other = rank == 1 ? 0 : 1;
    if (rank <= 1)
        atomic_store(&told->met[rank], true);
    while (!atomic_load(&told->met[other]))
        nap(NS_PER_MS / 10);
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
    bool knows_nothing;                       /* other ranks know no kind of work */
    void (*other)(struct mf__mpi_link *link); /* in place of serving */
};

static _Noreturn void give_up(void *user, const char *text)
{
    (void)user;
    if (told->text[0] == '\0' && (fake.rank == 0 || !told->first_only))
        snprintf(told->text, sizeof told->text, "%s", text);
    _exit(3);
}

static void be_other(const struct cluster *cluster, struct mf__mpi_link *link)
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

static int be_rank(const struct cluster *cluster, int rank)
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

/* Runs all ranks to their end; 0 when rank 0 ended well. The others end with it, or are ended. */
static int run_cluster(const struct cluster *cluster)
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
    }
    fake_disconnect(sockets, cluster->size);
    assert_true(mf__child_ended(pids[0], true, &end));
    int status = end.signalled ? 128 + end.status : end.status;
    for (int rank = 1; rank < cluster->size; rank++) {
        /* Those who are dismissed end by themselves: a sanitizer may have to say something. */
        if (status == 0 && told->code == 0)
            assert_true(mf__child_ended(pids[rank], true, &end) && !end.signalled &&
                        end.status == 0);
        else
            mf__child_kill(pids[rank], &end);
    }
    return status;
}

static void run_task_once(struct task *task, uint64_t n_items, struct mf__mpi_link *link,
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
static uint64_t n_given;

static void run_given(struct mf__mpi_link *link, unsigned threads)
{
    struct task task = given;
    run_task_once(&task, n_given, link, threads);
}

static int run_some(int size, unsigned threads, uint64_t silence_ns)
{
    return run_cluster(&(struct cluster){
        .size = size, .threads = threads, .first = run_given, .silence_ns = silence_ns});
}

/* ---- the tests ---- */

static void the_answer_is_that_of_one_worker(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 2, 7, 1000, 30000};
    for (int size = 1; size <= FAKE_RANKS; size++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            given = (struct task){0};
            n_given = sizes[i];
            const struct cluster cluster = {
                .size = size, .threads = 1 + (unsigned)i % 3, .first = run_given};
            assert_int_equal(run_cluster(&cluster), 0);
            assert_int_equal(told->code, 0);
            assert_true(told->answer == fold_answer(n_given));
        }
}

static void run_many(struct mf__mpi_link *link, unsigned threads)
{
    for (uint64_t n = 0; n < 40; n++) {
        struct task task = {.ballast = n * 100};
        run_task_once(&task, n * n, link, threads);
        fake_must(told->code == 0 && told->answer == fold_answer(n * n), "another answer");
    }
}

static void many_runs_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(run_cluster(&(struct cluster){.size = 3, .threads = 2, .first = run_many}), 0);
}

static void large_jobs_and_results_travel_in_pieces(void **state)
{
    (void)state;
    given = (struct task){.ballast = 3 * MF__MPI_PIECE + 17, .words = MF__MPI_PIECE / 8 + 1000};
    n_given = 6;
    assert_int_equal(run_some(3, 1, 0), 0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(6));
}

static void the_lowest_item_that_fails_is_told_in_its_own_words(void **state)
{
    (void)state;
    given = (struct task){.fails_from = 9000, .fails_to = 19000, .nap_ns = 1000000};
    n_given = 20000;
    assert_int_equal(run_some(3, 2, 0), 0);
    assert_int_equal(told->code, MF_E_INPUT);
    assert_string_equal(told->error.text, "item 9000 of 20000: item 9000 is bad");
}

static void sums_and_forests_that_were_cut_are_refused(void **state)
{
    (void)state;
    static const char zeros[4096];
    static const struct mf_portable *const real[] = {&mf__sum_travels, &mf__fit_travels,
                                                     &mf__trees_travel, &mf__alone_travels};
    for (size_t i = 0; i < sizeof real / sizeof real[0]; i++)
        for (size_t length = 0; length < sizeof zeros; length += 1 + length / 8) {
            void *user = NULL;
            mf_error error = {0};
            char *bytes = mf__new(1, length + 1); /* so that a sanitizer sees where it ends */
            assert_non_null(bytes);
            memcpy(bytes, zeros, length);
            struct mf__baggage baggage = {.at = (const unsigned char *)bytes, .left = length};
            int code = real[i]->unpack(&baggage, &user, &error);
            mf__baggage_done(&baggage);
            if (code == 0)
                real[i]->drop(user);
            else
                assert_true(code == MF_E_FORMAT && error.text[0] != '\0');
            assert_true(length > 100 || i > 0 || (code == 0) == (length == 24));
            mf__free(bytes);
        }
}

static void an_item_may_end_the_run(void **state)
{
    (void)state;
    given = (struct task){.cancels_at = 40};
    n_given = 100000;
    assert_int_equal(run_some(2, 1, 0), 0);
    assert_int_equal(told->code, MF_E_CANCELLED);
}

static void run_at_home(struct mf__mpi_link *link, unsigned threads)
{
    struct fold fold;
    const mf_work work = fold_work(&fold, 500);
    mf_pool *pool = open_pool("mpi", threads * mf__mpi_ranks(link));
    told->code = mf_pool_run(pool, &work, NULL, NULL, &told->error);
    told->answer = fold.answer;
    mf_pool_close(&pool);
}

static void work_that_cannot_travel_is_done_by_rank_0(void **state)
{
    (void)state;
    assert_int_equal(run_cluster(&(struct cluster){.size = 2, .threads = 2, .first = run_at_home}),
                     0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(500));
}

static void other_ranks_take_their_part(void **state)
{
    (void)state;
    given = (struct task){.words = 20000, .meets = true};
    n_given = 20000;
    assert_int_equal(run_some(2, 1, 0), 0);
    assert_true(told->remote_items > 0 && told->remote_items < n_given);
}

/* Before it stops, it may find rank 0 silent, where that one has to wait. */
static void a_rank_that_stops_is_named(void **state)
{
    (void)state;
    given = (struct task){.stops_at = 1, .meets = true};
    n_given = 1000000;
    const struct cluster cluster = {
        .size = 2, .threads = 1, .first = run_given, .silence_ns = SHORT_NS, .first_only = true};
    assert_int_equal(run_cluster(&cluster), 3);
    assert_non_null(strstr(told->text, "rank 1 (process "));
    assert_non_null(strstr(told->text, " on host1) has not been heard of for "));
}

static void ranks_of_another_build_or_size_are_refused(void **state)
{
    (void)state;
    run_cluster(
        &(struct cluster){.size = 3, .threads = 1, .first = run_given, .other_build = "that"});
    assert_int_equal(told->code, MF_E_DIFFER);
    assert_string_equal(told->error.text, "rank 1 on host1 is manyfold that, rank 0 on host0 is "
                                          "this: they need the same build and C library");
    run_cluster(&(struct cluster){.size = 2, .threads = 1, .first = run_given, .other_threads = 2});
    assert_int_equal(told->code, MF_E_INPUT);
    assert_non_null(strstr(told->error.text, "rank 1 on host1 has 2 threads, rank 0 has 1"));
}

static void a_rank_without_threads_ends_the_run(void **state)
{
    (void)state;
    given = (struct task){.starves = true};
    n_given = 1000000;
    assert_int_equal(run_some(2, 1, MID_NS), 3);
    assert_non_null(strstr(told->text, "no thread could be started"));
}

static void send_slowly(void)
{
    fake.piece_nap_ns = SLOW_PIECE_NS;
    fake.slow_pieces = fake.rank == 1 ? N_SLOW_PIECES : 0;
}

/* Rank 0 takes a result for longer than the others bear silence. */
static void a_long_message_is_no_silence(void **state)
{
    (void)state;
    given = (struct task){.words = N_SLOW_PIECES * (uint64_t)MF__MPI_PIECE / 8, .meets = true};
    n_given = 12;
    const struct cluster cluster = {
        .size = 3, .threads = 1, .first = run_given, .prepare = send_slowly, .silence_ns = MID_NS};
    assert_int_equal(run_cluster(&cluster), 0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(12) && told->remote_items > 0);
}

static void two_runs_at_once_are_refused(void **state)
{
    (void)state;
    given = (struct task){.nests = true};
    n_given = 100;
    assert_int_equal(run_some(2, 1, 0), 0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(100));
}

static void cut_bytes(void)
{
    fake.cuts_tag = fake.rank == 1 ? MF__TAG_BYTES : -1;
}

static void a_message_that_is_cut_is_found(void **state)
{
    (void)state;
    given = (struct task){.words = 10000};
    n_given = 1000;
    assert_int_equal(run_cluster(&(struct cluster){
                         .size = 2, .threads = 1, .first = run_given, .prepare = cut_bytes}),
                     3);
    assert_string_equal(told->text, "MPI failed while receiving from another rank (error 8)");
}

/* A rank that sends results of items that nobody gave it, and listens to nothing. */
static bool send_nonsense(void *user)
{
    const struct mf__mpi_items items = {.first = 1, .n = 5};
    struct mf__mpi_link *link = user;
    static bool done;
    if (!done)
        mf__mpi_send(link, 0, MF__TAG_RESULTS, &items, sizeof items);
    done = true;
    return false;
}

static void hear_nothing(void *user, int from, int tag)
{
    (void)user;
    (void)from;
    (void)tag;
}

static void talk_nonsense(struct mf__mpi_link *link)
{
    mf__mpi_attach(link, &(struct mf__mpi_driver){hear_nothing, send_nonsense, link});
    for (;;)
        pause();
}

static void results_that_nobody_asked_for_are_refused(void **state)
{
    (void)state;
    given = (struct task){0};
    n_given = 100000;
    assert_int_equal(run_cluster(&(struct cluster){
                         .size = 2, .threads = 1, .first = run_given, .other = talk_nonsense}),
                     3);
    assert_string_equal(told->text, "rank 1 sent results that it was not asked for");
}

static void work_of_an_unknown_kind_is_refused(void **state)
{
    (void)state;
    given = (struct task){.words = 10000};
    n_given = 100000;
    const struct cluster cluster = {
        .size = 2, .threads = 1, .first = run_given, .knows_nothing = true, .silence_ns = MID_NS};
    run_cluster(&cluster);
    assert_string_equal(told->text, "rank 0 asks for work that this manyfold does not know");
}

static void never_start(void)
{
    fake.never_starts = fake.rank == 0;
}

static void be_silent(void)
{
    fake.says_nothing = fake.rank == 1;
}

static void ranks_that_never_come_are_not_waited_for(void **state)
{
    (void)state;
    const struct cluster late = {
        .size = 2, .threads = 1, .first = run_given, .prepare = never_start, .gather_ns = SHORT_NS};
    assert_int_equal(run_cluster(&late), 3);
    assert_non_null(strstr(told->text, "MPI has not started after "));
    const struct cluster silent = {
        .size = 2, .threads = 1, .first = run_given, .prepare = be_silent, .gather_ns = SHORT_NS};
    run_cluster(&silent);
    assert_int_equal(told->code, MF_E_SYSTEM);
    assert_non_null(strstr(told->error.text, "not all 2 ranks were there after "));
}

int main(void)
{
    crash_plainly();
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_that_of_one_worker),
        cmocka_unit_test(many_runs_follow_each_other),
        cmocka_unit_test(large_jobs_and_results_travel_in_pieces),
        cmocka_unit_test(the_lowest_item_that_fails_is_told_in_its_own_words),
        cmocka_unit_test(sums_and_forests_that_were_cut_are_refused),
        cmocka_unit_test(an_item_may_end_the_run),
        cmocka_unit_test(work_that_cannot_travel_is_done_by_rank_0),
        cmocka_unit_test(other_ranks_take_their_part),
        cmocka_unit_test(a_rank_that_stops_is_named),
        cmocka_unit_test(ranks_of_another_build_or_size_are_refused),
        cmocka_unit_test(a_rank_without_threads_ends_the_run),
        cmocka_unit_test(a_long_message_is_no_silence),
        cmocka_unit_test(two_runs_at_once_are_refused),
        cmocka_unit_test(a_message_that_is_cut_is_found),
        cmocka_unit_test(results_that_nobody_asked_for_are_refused),
        cmocka_unit_test(work_of_an_unknown_kind_is_refused),
        cmocka_unit_test(ranks_that_never_come_are_not_waited_for),
    };
    if (told == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
