/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks that say what no rank of ours does: rank 0 takes nothing of it for a result. */
#include "exec/mpi_messages.h"
#include "exec/trace.h"
#include "tests/fault/fault.h"
#include "tests/unit/ranks.h"

#define FAR_BEHIND UINT64_C(1000)

/* ---- ranks that lie ---- */

/* A rank that takes what it is given and answers for something else. */
struct stranger {
    struct mf__mpi_link *link;
    void (*answer)(struct stranger *stranger, const struct mf__mpi_items *given);
};

static void take_job(const struct stranger *stranger)
{
    struct mf__mpi_job job;
    mf__mpi_take(stranger->link, 0, MF__TAG_JOB, &job, sizeof job);
    void *packed = mf__new(1, job.packed_bytes);
    fake_must(packed != NULL, "no memory");
    mf__mpi_spread(stranger->link, packed, job.packed_bytes);
    mf__free(packed);
}

static void send_logs(const struct stranger *stranger)
{
    static const struct mf__log log;
    const struct mf__mpi_logs about = {0};
    mf__mpi_send(stranger->link, 0, MF__TAG_LOGS, &about, sizeof about);
    mf__mpi_send(stranger->link, 0, MF__TAG_BYTES, &log, sizeof log);
}

static void hear(void *user, int from, int tag)
{
    struct stranger *stranger = user;
    struct mf__mpi_items items;
    (void)from;
    if (tag == MF__TAG_JOB) {
        take_job(stranger);
    } else if (tag == MF__TAG_ITEMS) {
        mf__mpi_take(stranger->link, 0, tag, &items, sizeof items);
        stranger->answer(stranger, &items);
    } else {
        mf__mpi_take(stranger->link, 0, tag, NULL, 0);
        if (tag == MF__TAG_OVER)
            send_logs(stranger);
    }
}

static bool do_nothing(void *user)
{
    (void)user;
    return false;
}

static void send_results(const struct stranger *stranger, uint64_t first, uint64_t n)
{
    const struct mf__mpi_items items = {
        .first = first, .n = n, .bytes = n * mf__mpi_stride(sizeof(uint64_t))};
    void *words = mf__new(1, items.bytes);
    fake_must(words != NULL, "no memory");
    mf__mpi_send(stranger->link, 0, MF__TAG_RESULTS, &items, sizeof items);
    mf__mpi_send(stranger->link, 0, MF__TAG_BYTES, words, items.bytes);
    mf__free(words);
}

static void send_results_of_others(struct stranger *stranger, const struct mf__mpi_items *items)
{
    send_results(stranger, items->first + FAR_BEHIND, 1);
}

static void send_more_than_was_asked(struct stranger *stranger, const struct mf__mpi_items *items)
{
    send_results(stranger, items->first, items->n + 5);
}

static void send_results_twice(struct stranger *stranger, const struct mf__mpi_items *items)
{
    send_results(stranger, items->first, items->n);
    send_results(stranger, items->first, items->n);
}

static void send_none(struct stranger *stranger, const struct mf__mpi_items *items)
{
    send_results(stranger, items->first, 0);
}

static void say_that_they_are_there(struct stranger *stranger, const struct mf__mpi_items *items)
{
    const struct mf__mpi_items done = {.first = items->first, .n = 1, .bytes = MF__ON_BOARD};
    mf__mpi_send(stranger->link, 0, MF__TAG_RESULTS, &done, sizeof done);
}

static void send_failure_of_others(struct stranger *stranger, const struct mf__mpi_items *items)
{
    const struct mf__mpi_failed failed = {items->first + FAR_BEHIND, {MF_E_INPUT, "it is bad"}};
    mf__mpi_send(stranger->link, 0, MF__TAG_FAILED, &failed, sizeof failed);
}

static void send_failure_that_is_none(struct stranger *stranger, const struct mf__mpi_items *items)
{
    const struct mf__mpi_failed failed = {items->first, {0, "it is good"}};
    mf__mpi_send(stranger->link, 0, MF__TAG_FAILED, &failed, sizeof failed);
}

static void send_failure_without_an_end(struct stranger *stranger,
                                        const struct mf__mpi_items *items)
{
    struct mf__mpi_failed failed = {items->first, {MF_E_INPUT, ""}};
    memset(failed.error.text, 'x', sizeof failed.error.text);
    mf__mpi_send(stranger->link, 0, MF__TAG_FAILED, &failed, sizeof failed);
    atomic_store(&told->met[1], true);
}

/* ---- tests ---- */

static void (*answer)(struct stranger *stranger, const struct mf__mpi_items *given);

static void be_a_stranger(struct mf__mpi_link *link)
{
    struct stranger stranger = {link, answer};
    mf__mpi_attach(link, &(struct mf__mpi_driver){hear, do_nothing, &stranger});
    for (;;)
        pause();
}

static void assert_refused(void (*with)(struct stranger *stranger,
                                        const struct mf__mpi_items *given),
                           uint64_t words)
{
    answer = with;
    given = (struct task){.words = words};
    n_given = UINT64_C(1) << 40; /* so that rank 0 is not done before it has heard */
    assert_int_equal(run_cluster(&(struct cluster){
                         .size = 2, .threads = 1, .first = run_given, .other = be_a_stranger}),
                     3);
    assert_string_equal(told->text, "rank 1 sent results that it was not asked for");
}

static void results_of_what_others_have_are_refused(void **state)
{
    (void)state;
    assert_refused(send_results_of_others, 1);
}

static void failures_of_what_others_have_are_refused(void **state)
{
    (void)state;
    assert_refused(send_failure_of_others, 1);
}

static void failures_that_are_none_are_refused(void **state)
{
    (void)state;
    assert_refused(send_failure_that_is_none, 1);
}

static _Noreturn void run_and_leave(struct mf__mpi_link *link, unsigned threads)
{
    run_given(link, threads);
    _exit(0); /* the stranger is not waited for */
}

/* It is told as far as there is room. Of two items rank 0 does one, after the stranger got the
 * other one. */
static void the_text_of_a_failure_ends_where_there_is_no_more_room(void **state)
{
    (void)state;
    answer = send_failure_without_an_end;
    given = (struct task){.words = 1, .meets = true};
    n_given = 2;
    assert_int_equal(run_cluster(&(struct cluster){
                         .size = 2, .threads = 1, .first = run_and_leave, .other = be_a_stranger}),
                     0);
    assert_int_equal(told->code, MF_E_INPUT);
    size_t length = strlen(told->error.text);
    assert_int_equal(length, sizeof told->error.text - 1);
    assert_string_equal(told->error.text + length - 5, "xxxxx");
    assert_int_equal(strncmp(told->error.text, "item ", 5), 0);
}

static void results_are_taken_once(void **state)
{
    (void)state;
    assert_refused(send_results_twice, 1);
}

static void more_or_fewer_results_than_were_asked_for_are_refused(void **state)
{
    (void)state;
    assert_refused(send_more_than_was_asked, 1);
    assert_refused(send_none, 1);
}

static void results_on_a_board_that_was_not_lent_are_refused(void **state)
{
    (void)state;
    assert_refused(say_that_they_are_there, 1);
    assert_refused(say_that_they_are_there, MF__LARGE_RESULT / sizeof(uint64_t));
}

int main(void)
{
    crash_plainly();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_of_what_others_have_are_refused),
        cmocka_unit_test(failures_of_what_others_have_are_refused),
        cmocka_unit_test(failures_that_are_none_are_refused),
        cmocka_unit_test(the_text_of_a_failure_ends_where_there_is_no_more_room),
        cmocka_unit_test(results_are_taken_once),
        cmocka_unit_test(more_or_fewer_results_than_were_asked_for_are_refused),
        cmocka_unit_test(results_on_a_board_that_was_not_lent_are_refused),
    };
    return prepare_told() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
