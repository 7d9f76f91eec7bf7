/* SPDX-License-Identifier: Apache-2.0 */
/* What a rank that serves says to rank 0, which is this test. */
#include "exec/mpi_serve.h"

#include "base/status.h"
#include "exec/fork.h"
#include "exec/mpi_messages.h"
#include "exec/portable.h"
#include "exec/trace.h"
#include "tests/fault/fault.h"
#include "tests/unit/fake_mpi.h"
#include "tests/unit/unit.h"

#include <sys/mman.h>

#define SILENCE_NS PATIENCE_NS
#define SAID_ROOM  512
#define GAVE_UP    3

/* ---- a job whose first item fails ---- */

static int run_item(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    (void)user;
    (void)ret_result;
    (void)worker;
    nap(NS_PER_MS);
    return item == 0 ? mf__fail(error, MF_E_INPUT, "item 0 is bad") : 0;
}

static int unpack_nothing(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    (void)error;
    baggage->at += baggage->left;
    baggage->left = 0;
    *ret_user = mf__new(1, 1);
    return 0;
}

static const struct mf_portable bad_start = {
    .name = "bad start", .unpack = unpack_nothing, .drop = mf__free, .run = run_item};

/* ---- a job that says something wrong of how much it has filled ---- */

static int run_well(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    (void)user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    return 0;
}

static size_t used_wrongly(const void *user, uint64_t item, const void *result)
{
    (void)user;
    (void)result;
    return item == 0 ? 0 : MF__LARGE_RESULT + 1;
}

static const struct mf_portable bad_size = {.name = "bad size",
                                            .unpack = unpack_nothing,
                                            .drop = mf__free,
                                            .run = run_well,
                                            .used = used_wrongly};

static const struct mf_portable *const kinds[] = {&bad_start, &bad_size, NULL};

/* ---- rank 0 ---- */

enum step { ASKS, WAITS, ENDS, DONE };

struct asker {
    struct mf__mpi_link *link;
    struct mf__mpi_job job;
    struct mf__mpi_items items;
    uint64_t failed;  /* items */
    uint64_t took_ns; /* of the range that was done */
    _Atomic int step;
};

/* Asks for items, and ends the run when they are told. */
static bool ask(void *user)
{
    struct asker *asker = user;
    char packed = 0;
    int step = atomic_load(&asker->step);
    if (step == ASKS) {
        mf__mpi_send(asker->link, 1, MF__TAG_JOB, &asker->job, sizeof asker->job);
        mf__mpi_spread(asker->link, &packed, 1);
        mf__mpi_send(asker->link, 1, MF__TAG_ITEMS, &asker->items, sizeof asker->items);
    } else if (step == ENDS) {
        mf__mpi_send(asker->link, 1, MF__TAG_OVER, "", 0);
    } else {
        return false;
    }
    atomic_store(&asker->step, WAITS);
    return true;
}

static void take_logs(struct asker *asker)
{
    struct mf__mpi_logs about;
    struct mf__log *log = mf__new(1, sizeof *log);
    fake_must(log != NULL, "no memory");
    mf__mpi_take(asker->link, 1, MF__TAG_LOGS, &about, sizeof about);
    mf__mpi_take(asker->link, 1, MF__TAG_BYTES, log, sizeof *log);
    mf__free(log);
}

static void hear(void *user, int from, int tag)
{
    struct asker *asker = user;
    struct mf__mpi_failed failed;
    struct mf__mpi_items items;
    if (tag == MF__TAG_FAILED) {
        mf__mpi_take(asker->link, from, tag, &failed, sizeof failed);
        asker->failed += failed.item == 0;
    } else if (tag == MF__TAG_RESULTS) {
        mf__mpi_take(asker->link, from, tag, &items, sizeof items);
        fake_must(items.first == 1 && items.n == 1, "other results");
        asker->took_ns = items.took_ns;
        atomic_store(&asker->step, ENDS);
    } else {
        take_logs(asker);
        atomic_store(&asker->step, DONE);
    }
}

/* ---- both ranks ---- */

static char *said; /* by the rank that serves, when it gave up */

static _Noreturn void give_up(void *user, const char *text)
{
    (void)user;
    fake_must(fake.rank == 1, text);
    snprintf(said, SAID_ROOM, "%s", text);
    _exit(GAVE_UP);
}

static struct mf__mpi_link *open_rank(int sockets[FAKE_RANKS][2], int rank)
{
    const struct mf__mpi_options options = {.build = "this",
                                            .threads = 1,
                                            .silence_ns = SILENCE_NS,
                                            .gather_ns = SILENCE_NS,
                                            .fatal = give_up};
    struct mf__mpi_link *link = NULL;
    mf_error error;
    fake_be(sockets, 2, rank);
    fake_must(mf__mpi_open(&fake_api, &options, &link, &error) == 0, "no link");
    return link;
}

static _Noreturn void serve(int sockets[FAKE_RANKS][2])
{
    struct mf__mpi_link *link = open_rank(sockets, 1);
    mf_error error;
    fake_must(mf__mpi_serve(link, 1, kinds, &error) == 0, "it serves badly");
    mf__mpi_close(link);
    _exit(0);
}

static void times_are_told_when_the_first_item_of_a_batch_failed(void **state)
{
    (void)state;
    int sockets[FAKE_RANKS][2];
    struct mf__end end;
    fake_connect(sockets, 2);
    pid_t other = mf__fork(NULL);
    if (other == 0)
        serve(sockets);
    struct asker asker = {.link = open_rank(sockets, 0),
                          .job = {.name = "bad start", .packed_bytes = 1},
                          .items = {.first = 0, .n = 2}};
    mf__mpi_attach(asker.link, &(struct mf__mpi_driver){hear, ask, &asker});
    while (atomic_load(&asker.step) != DONE)
        nap(NS_PER_MS);
    mf__mpi_detach(asker.link);
    mf__mpi_dismiss(asker.link);
    mf__mpi_close(asker.link);
    assert_true(mf__child_ended(other, true, &end) && !end.signalled && end.status == 0);
    assert_int_equal(asker.failed, 1);
    assert_true(asker.took_ns >= 2 * NS_PER_MS); /* of both items */
}

/* Serves until it gives up. */
static void assert_gives_up(const struct mf__mpi_job *job, uint64_t item, const char *expected)
{
    int sockets[FAKE_RANKS][2];
    struct mf__end end;
    fake_connect(sockets, 2);
    pid_t other = mf__fork(NULL);
    if (other == 0)
        serve(sockets);
    struct asker asker = {
        .link = open_rank(sockets, 0), .job = *job, .items = {.first = item, .n = 1}};
    mf__mpi_attach(asker.link, &(struct mf__mpi_driver){hear, ask, &asker});
    assert_true(mf__child_ended(other, true, &end) && !end.signalled);
    mf__mpi_detach(asker.link);
    mf__mpi_close(asker.link);
    assert_int_equal(end.status, GAVE_UP);
    assert_string_equal(said, expected);
}

static void work_that_does_not_know_what_it_filled_is_named(void **state)
{
    (void)state;
    const struct mf__mpi_job job = {
        .name = "bad size", .packed_bytes = 1, .result_bytes = MF__LARGE_RESULT};
    assert_gives_up(&job, 0, "work of the kind 'bad size' says that 0 bytes of 16384 are used");
    assert_gives_up(&job, 1, "work of the kind 'bad size' says that 16385 bytes of 16384 are used");
}

static void more_large_arrays_than_there_are_places_are_refused(void **state)
{
    (void)state;
    const struct mf__mpi_job job = {
        .name = "bad size", .packed_bytes = 1, .n_large = MF__LARGE_MOST + 1};
    assert_gives_up(&job, 0, "rank 0 sent a job with 9 large arrays; there may be 8");
}

int main(void)
{
    crash_plainly();
    said = mmap(NULL, SAID_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (said == MAP_FAILED)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_that_does_not_know_what_it_filled_is_named),
        cmocka_unit_test(more_large_arrays_than_there_are_places_are_refused),
        cmocka_unit_test(times_are_told_when_the_first_item_of_a_batch_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
