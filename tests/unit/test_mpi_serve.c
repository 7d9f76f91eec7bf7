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

#define SILENCE_NS PATIENCE_NS

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

static const struct mf_portable *const kinds[] = {&bad_start, NULL};

/* ---- rank 0 ---- */

enum step { ASKS, WAITS, ENDS, DONE };

struct asker {
    struct mf__mpi_link *link;
    uint64_t failed;  /* items */
    uint64_t took_ns; /* of the range that was done */
    _Atomic int step;
};

/* Asks for two items, and ends the run when they are told. */
static bool ask_for_two(void *user)
{
    struct asker *asker = user;
    static const struct mf__mpi_job job = {.name = "bad start", .packed_bytes = 1};
    static const struct mf__mpi_items items = {.first = 0, .n = 2};
    char packed = 0;
    int step = atomic_load(&asker->step);
    if (step == ASKS) {
        mf__mpi_send(asker->link, 1, MF__TAG_JOB, &job, sizeof job);
        mf__mpi_spread(asker->link, &packed, 1);
        mf__mpi_send(asker->link, 1, MF__TAG_ITEMS, &items, sizeof items);
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

static _Noreturn void give_up(void *user, const char *text)
{
    (void)user;
    fake_must(false, text);
    _exit(99);
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
    struct asker asker = {.link = open_rank(sockets, 0)};
    mf__mpi_attach(asker.link, &(struct mf__mpi_driver){hear, ask_for_two, &asker});
    while (atomic_load(&asker.step) != DONE)
        nap(NS_PER_MS);
    mf__mpi_detach(asker.link);
    mf__mpi_dismiss(asker.link);
    mf__mpi_close(asker.link);
    assert_true(mf__child_ended(other, true, &end) && !end.signalled && end.status == 0);
    assert_int_equal(asker.failed, 1);
    assert_true(asker.took_ns >= 2 * NS_PER_MS); /* of both items */
}

int main(void)
{
    crash_plainly();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_told_when_the_first_item_of_a_batch_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
