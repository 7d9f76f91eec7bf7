/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/trace.h"

#include "exec/mock.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#define STARTED_NS 1000
#define ITEM_NS    10 /* begins every 10 ns ... */
#define TOOK_NS    7  /* ... and computes for 7 */
#define MOST       (64 * 1024 + 3)

/* ---- by itself ---- */

static struct mf__trace trace;
static mf_span spans[MF_SPANS_MAX];

static void begin(uint64_t item)
{
    mf__trace_begin(&trace, item, STARTED_NS + ITEM_NS * item);
}

static void end(uint64_t item)
{
    mf__trace_end(&trace, STARTED_NS + ITEM_NS * item + TOOK_NS, TOOK_NS);
}

static void reset(void)
{
    memset(&trace, 0xa5, sizeof trace); /* only the state needs to be zero */
    atomic_init(&trace.state, 0);
}

static void note(uint64_t n)
{
    reset();
    for (uint64_t item = 0; item < n; item++) {
        begin(item);
        end(item);
    }
}

static size_t list(uint64_t now_ns)
{
    return mf__trace_spans(&trace, 3, STARTED_NS, STARTED_NS + now_ns, spans);
}

static void each_of_few_items_is_a_span(void **state)
{
    (void)state;
    note(MF_SPANS_MAX);
    assert_int_equal(list(0), MF_SPANS_MAX);
    for (uint64_t i = 0; i < MF_SPANS_MAX; i++) {
        const mf_span wanted = {.worker = 3,
                                .items = 1,
                                .first_item = i,
                                .last_item = i,
                                .start_ns = ITEM_NS * i,
                                .end_ns = ITEM_NS * i + TOOK_NS,
                                .compute_ns = TOOK_NS};
        assert_memory_equal(&spans[i], &wanted, sizeof wanted);
    }
}

/* What holds however many items there were. */
static void check_spans(uint64_t n_items)
{
    size_t n = list(0);
    uint64_t next = 0;
    assert_true(n <= MF_SPANS_MAX && (n >= MF_SPANS_MAX / 2 || n == n_items));
    for (size_t i = 0; i < n; i++) {
        const mf_span *span = &spans[i];
        assert_int_equal(span->first_item, next);
        assert_int_equal(span->last_item, next + span->items - 1);
        assert_int_equal(span->start_ns, ITEM_NS * span->first_item);
        assert_int_equal(span->end_ns, ITEM_NS * span->last_item + TOOK_NS);
        assert_int_equal(span->compute_ns, TOOK_NS * span->items);
        assert_true(i + 1 == n || (span->items & (span->items - 1)) == 0);
        assert_true(i + 1 == n ? span->items <= spans[0].items : span->items == spans[0].items);
        next += span->items;
    }
    assert_int_equal(next, n_items);
}

static void merging_keeps_items_times_and_order(void **state)
{
    (void)state;
    reset();
    for (uint64_t item = 0; item < MOST; item++) {
        begin(item);
        end(item);
        if (item < 1000 || item % 997 == 0 || item + 5 > MOST)
            check_spans(item + 1);
    }
    assert_true(spans[0].items > 1000);
}

static void a_merge_leaves_the_old_spans_until_the_new_ones_are_there(void **state)
{
    (void)state;
    mf_span before[MF_SPANS_MAX];
    note(MF_SPANS_MAX);
    memcpy(before, trace.lists[0], sizeof before);
    begin(MF_SPANS_MAX);
    assert_memory_equal(before, trace.lists[0], sizeof before);
    assert_int_equal(list(0), MF_SPANS_MAX / 2 + 1);
    assert_int_equal(spans[0].items, 2);
}

static void items_of_others_lie_in_between(void **state)
{
    (void)state;
    reset();
    for (uint64_t item = 200; item < 200 + 3 * MF_SPANS_MAX; item += 3) {
        begin(item);
        end(item);
    }
    begin(7); /* an item that was released is run late */
    end(200 + 3 * MF_SPANS_MAX);
    begin(1001);
    end(1001);
    size_t n = list(0);
    assert_int_equal(n, MF_SPANS_MAX / 2 + 1);
    assert_int_equal(spans[1].first_item, 206);
    assert_int_equal(spans[1].last_item, 209);
    assert_int_equal(spans[n - 1].first_item, 7);
    assert_int_equal(spans[n - 1].last_item, 1001);
    assert_int_equal(spans[n - 1].items, 2);
}

static void an_item_that_died_lasts_until_that_was_noticed(void **state)
{
    (void)state;
    note(2);
    begin(2);
    mf__trace_died(&trace, STARTED_NS + 500);
    mf__trace_died(&trace, STARTED_NS + 900); /* another one, between two items */
    mf__trace_begin(&trace, 3, STARTED_NS + 600);
    assert_int_equal(list(700), 4);
    assert_int_equal(spans[2].deaths, 1);
    assert_int_equal(spans[2].end_ns, 500);
    assert_int_equal(spans[2].compute_ns, 0);
    assert_int_equal(spans[3].deaths, 0);
    assert_int_equal(spans[3].start_ns, 600);
    assert_int_equal(spans[3].end_ns, 700);
    note(0);
    mf__trace_died(&trace, STARTED_NS);
    assert_int_equal(list(0), 0);
}

static void deaths_and_their_items_are_merged_too(void **state)
{
    (void)state;
    note(MF_SPANS_MAX);
    begin(MF_SPANS_MAX);
    mf__trace_died(&trace, STARTED_NS + ITEM_NS * MF_SPANS_MAX + 5);
    begin(MF_SPANS_MAX);
    end(MF_SPANS_MAX);
    size_t n = list(0);
    assert_int_equal(n, MF_SPANS_MAX / 2 + 1);
    assert_int_equal(spans[n - 1].items, 2);
    assert_int_equal(spans[n - 1].deaths, 1);
    assert_int_equal(spans[n - 1].compute_ns, TOOK_NS);
    assert_int_equal(spans[n - 1].first_item, spans[n - 1].last_item);
}

/* ---- in runs ---- */

/* Each worker's spans are in order, within the run, and add up to its ledger. */
static void check_ledger(const mf_ledger *ledger)
{
    size_t at = 0;
    for (unsigned worker = 0; worker < ledger->n_workers; worker++) {
        uint64_t items = 0;
        uint64_t compute_ns = 0;
        uint64_t before_ns = 0;
        for (; at < ledger->n_spans && ledger->spans[at].worker == worker; at++) {
            const mf_span *span = &ledger->spans[at];
            assert_true(span->start_ns >= before_ns && span->end_ns >= span->start_ns);
            assert_true(span->compute_ns <= span->end_ns - span->start_ns);
            before_ns = span->end_ns;
            items += span->items;
            compute_ns += span->compute_ns;
        }
        assert_true(before_ns <= ledger->wall_ns);
        assert_int_equal(items, ledger->workers[worker].items);
        assert_int_equal(compute_ns, ledger->workers[worker].compute_ns);
    }
    assert_int_equal(at, ledger->n_spans);
}

static void run_fold(const char *way, unsigned workers, uint64_t n_items, mf_ledger *ret_ledger)
{
    struct fold fold;
    mf_work work = fold_work(&fold, n_items);
    mf_pool *pool = open_pool(way, workers);
    assert_non_null(pool);
    assert_int_equal(mf_pool_run(pool, &work, NULL, ret_ledger, NULL), 0);
    assert_true(fold.answer == fold_answer(n_items));
    mf_pool_close(&pool);
}

static void every_item_is_in_one_span(void **state)
{
    static const struct {
        const char *way;
        unsigned workers;
    } cases[] = {{"serial", 1}, {"threads", 3}, {"processes", 3}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned seen[MF_SPANS_MAX] = {0};
        mf_ledger ledger = {0};
        run_fold(cases[i].way, cases[i].workers, MF_SPANS_MAX, &ledger);
        check_ledger(&ledger);
        assert_int_equal(ledger.n_spans, MF_SPANS_MAX);
        for (size_t k = 0; k < ledger.n_spans; k++) {
            assert_int_equal(ledger.spans[k].items, 1);
            seen[ledger.spans[k].first_item]++;
        }
        for (size_t k = 0; k < MF_SPANS_MAX; k++)
            assert_int_equal(seen[k], 1);
        mf_ledger_done(&ledger);
        assert_null(ledger.spans);
    }
}

static void many_items_are_counted_in_few_spans(void **state)
{
    static const char *const ways[] = {"serial", "threads", "processes"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        unsigned workers = i == 0 ? 1 : 3;
        uint64_t items = 0;
        mf_ledger ledger = {0};
        run_fold(ways[i], workers, 20000, &ledger);
        check_ledger(&ledger);
        for (size_t k = 0; k < ledger.n_spans; k++)
            items += ledger.spans[k].items;
        assert_int_equal(items, 20000);
        assert_true(ledger.n_spans <= workers * MF_SPANS_MAX);
        mf_ledger_done(&ledger);
    }
}

/* Item 5 kills the first worker that runs it. */
static int die_once(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    _Atomic int *died = user;
    (void)ret_result;
    (void)worker;
    (void)error;
    if (item == 5 && atomic_exchange(died, 1) == 0)
        raise(SIGKILL);
    return 0;
}

static void a_killed_worker_leaves_its_span(void **state)
{
    (void)state;
    _Atomic int *died =
        mmap(NULL, sizeof *died, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(died != MAP_FAILED);
    const mf_work work = {.n_items = 12, .run = die_once, .user = died};
    mf_ledger ledger = {0};
    unsigned deaths = 0;
    unsigned of_item_5 = 0;
    mf_pool *pool = open_pool("processes", 2);
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
    assert_int_equal(ledger.deaths, 1);
    assert_int_equal(ledger.n_spans, 13);
    check_ledger(&ledger);
    for (size_t i = 0; i < ledger.n_spans; i++) {
        const mf_span *span = &ledger.spans[i];
        deaths += span->deaths;
        of_item_5 += span->first_item == 5;
        assert_true(span->deaths == 0 || (span->first_item == 5 && span->compute_ns == 0));
    }
    assert_int_equal(deaths, 1);
    assert_int_equal(of_item_5, 2);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    munmap(died, sizeof *died);
}

static void the_mock_shares_time_and_items_out(void **state)
{
    static const struct mf__mock_script script = {.wall_ns = 900, .open_ns = 1};
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 8);
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("mock", 3);
    mf__mock_set(pool, &script);
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
    check_ledger(&ledger);
    assert_int_equal(ledger.n_spans, 3);
    assert_int_equal(ledger.spans[1].first_item, 2);
    assert_int_equal(ledger.spans[2].first_item, 4);
    assert_int_equal(ledger.spans[2].last_item, 7);
    assert_int_equal(ledger.spans[2].end_ns, 900);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
}

/* Each item is a run of its own, whose ledger has times from its own start. */
static int run_inside(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                      mf_error *error)
{
    struct fold fold;
    mf_work work = fold_work(&fold, 4);
    mf_ledger ledger = {0};
    (void)item;
    (void)worker;
    int code = mf_pool_run(user, &work, NULL, &ledger, error);
    *(uint64_t *)ret_result = ledger.n_spans;
    if (code == 0)
        check_ledger(&ledger);
    mf_ledger_done(&ledger);
    return code;
}

static void a_run_inside_an_item_has_spans_of_its_own(void **state)
{
    (void)state;
    mf_pool *pool = open_pool("threads", 2);
    const mf_work work = {
        .n_items = 3, .result_bytes = sizeof(uint64_t), .run = run_inside, .user = pool};
    mf_ledger ledger = {0};
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
    check_ledger(&ledger);
    assert_int_equal(ledger.n_spans, 3);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
}

/* A process that went astray may have written over the state. */
static void whatever_the_state_says_stays_within_the_lists(void **state)
{
    (void)state;
    static const uint32_t wild[] = {UINT32_MAX, 0xff, 0x1ff, 0x3ff, UINT32_MAX - 0xff, 0x200};
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        reset();
        memset(trace.lists, 0, sizeof trace.lists);
        atomic_store(&trace.state, wild[i]);
        assert_true(list(0) <= MF_SPANS_MAX);
        mf__trace_died(&trace, STARTED_NS);
        atomic_store(&trace.state, wild[i]);
        begin(1);
        end(1);
        assert_true(list(0) <= MF_SPANS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_few_items_is_a_span),
        cmocka_unit_test(whatever_the_state_says_stays_within_the_lists),
        cmocka_unit_test(merging_keeps_items_times_and_order),
        cmocka_unit_test(a_merge_leaves_the_old_spans_until_the_new_ones_are_there),
        cmocka_unit_test(items_of_others_lie_in_between),
        cmocka_unit_test(an_item_that_died_lasts_until_that_was_noticed),
        cmocka_unit_test(deaths_and_their_items_are_merged_too),
        cmocka_unit_test(every_item_is_in_one_span),
        cmocka_unit_test(many_items_are_counted_in_few_spans),
        cmocka_unit_test(a_killed_worker_leaves_its_span),
        cmocka_unit_test(the_mock_shares_time_and_items_out),
        cmocka_unit_test(a_run_inside_an_item_has_spans_of_its_own),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
