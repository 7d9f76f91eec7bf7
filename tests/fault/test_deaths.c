/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers that are killed, at random instants and at chosen ones, cost nothing but time.
 *
 * A killer is forked before the run, since the run keeps this process busy. It finds the workers by
 * the numbers that they leave in shared memory, waits until the run has come to a random item, and
 * then a random while longer. That a kill landed is seen by the deaths in the ledger. What a run of
 * 200 such tests shows: with 95 % confidence, fewer than 1.5 % of deaths lose anything.
 */
#include "base/random.h"
#include "tests/fault/fault.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <string.h>

#define N_ITEMS   60
#define N_WORKERS 4
#define ITEM_NS   (NS_PER_MS / 2)
#define N_EARLY   (N_ITEMS * 3 / 4) /* items that may begin before the killer is done */

/* Shared with workers and killer. */
static struct scene {
    _Atomic uint64_t begun; /* items, also those that were begun again */
    _Atomic pid_t workers[N_WORKERS];
    _Atomic unsigned tries[N_ITEMS];
    _Atomic unsigned sent; /* kills that found a process */
    unsigned mustered;     /* workers that have to be there before one goes on */
    _Atomic bool hunted;   /* the killer is not done */
} * scene;

static struct mf__random dice;
static unsigned n_kills = 200;

static void set_scene(void)
{
    crash_plainly();
    if (scene == NULL)
        scene = share(sizeof *scene);
    assert_non_null(scene);
    atomic_store(&scene->begun, 0);
    atomic_store(&scene->sent, 0);
    scene->mustered = 0;
    atomic_store(&scene->hunted, false);
    for (size_t i = 0; i < N_WORKERS; i++)
        atomic_store(&scene->workers[i], 0);
    for (size_t i = 0; i < N_ITEMS; i++)
        atomic_store(&scene->tries[i], 0);
}

static unsigned known_workers(void)
{
    unsigned known = 0;
    for (size_t i = 0; i < N_WORKERS; i++)
        known += atomic_load(&scene->workers[i]) != 0;
    return known;
}

static void begin(uint64_t item, const mf_worker *worker)
{
    atomic_store(&scene->workers[worker->index], getpid());
    atomic_fetch_add(&scene->tries[item], 1);
    while (known_workers() < scene->mustered)
        nap(NS_PER_MS / 20);
    while (atomic_load(&scene->begun) >= N_EARLY && atomic_load(&scene->hunted))
        nap(NS_PER_MS / 20); /* there is nobody to be killed when all is done */
    atomic_fetch_add(&scene->begun, 1);
}

static int slow_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    uint64_t start = mf__now_ns();
    begin(item, worker);
    while (mf__now_ns() - start < ITEM_NS)
        continue;
    return fold_run(user, item, ret_result, worker, error);
}

/* Runs the fold and asserts that nothing was lost; returns how many workers died. */
static unsigned run_whole(mf_work *work, struct fold *fold)
{
    mf_ledger ledger = {0};
    mf_error error = {0};
    mf_pool *pool = open_pool("processes", N_WORKERS);
    assert_non_null(pool);
    if (mf_pool_run(pool, work, NULL, &ledger, &error) != 0)
        fail_msg("%s", error.text);
    assert_true(fold->answer == fold_answer(N_ITEMS));
    assert_int_equal(fold->n_combined, N_ITEMS);
    assert_int_equal(fold->out_of_order, 0);
    assert_int_equal(ledger.items_done, N_ITEMS);
    unsigned deaths = ledger.deaths;
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    return deaths;
}

/* ---- killed from outside ---- */

static void send(int signal, unsigned worker)
{
    pid_t victim = atomic_load(&scene->workers[worker]);
    if (victim != 0 && kill(victim, signal) == 0)
        atomic_fetch_add(&scene->sent, 1);
}

static void wait_until_begun(uint64_t items, uint64_t and_ns)
{
    while (atomic_load(&scene->begun) < items)
        nap(NS_PER_MS / 20);
    uint64_t start = mf__now_ns();
    while (mf__now_ns() - start < and_ns)
        continue;
}

/*
 * Kills `most` workers at a random instant: one in the first three quarters of the run, several in
 * the first one. The last quarter does not begin before that, since on a busy machine the killer
 * may come late.
 */
static pid_t start_killer(int signal, unsigned most)
{
    uint64_t items = 1 + mf__random_below(&dice, most > 1 ? N_ITEMS / 4 : N_EARLY);
    uint64_t and_ns = mf__random_below(&dice, ITEM_NS);
    unsigned first = (unsigned)mf__random_below(&dice, N_WORKERS);
    pid_t killer = fork();
    if (killer != 0)
        return killer;
    wait_until_begun(items, and_ns);
    for (unsigned i = 0; i < N_WORKERS && atomic_load(&scene->sent) < most; i++)
        send(signal, (first + i) % N_WORKERS);
    atomic_store(&scene->hunted, false);
    _exit(0);
}

/* One run with one killer; returns how many workers died. */
static unsigned run_and_kill(int signal, unsigned most)
{
    int status = 0;
    struct fold fold;
    mf_work work = fold_work(&fold, N_ITEMS);
    work.run = slow_run;
    set_scene();
    scene->mustered = most;
    atomic_store(&scene->hunted, true);
    pid_t killer = start_killer(signal, most);
    assert_true(killer > 0);
    unsigned deaths = run_whole(&work, &fold);
    /* It is our child, not the run's: its status has to be here still. */
    assert_int_equal(waitpid(killer, &status, 0), killer);
    assert_int_equal(status, 0);
    return deaths;
}

static void workers_are_killed_at_random_and_every_answer_is_right(void **state)
{
    (void)state;
    static const int signals[] = {SIGKILL, SIGKILL, SIGSEGV, SIGTERM, SIGABRT};
    unsigned landed = 0;
    for (unsigned turn = 0; turn < n_kills; turn++)
        landed += run_and_kill(signals[turn % 5], 1) >= 1;
    if (landed < n_kills * 95 / 100)
        fail_msg("only %u of %u kills landed", landed, n_kills);
}

static void all_workers_are_killed_at_once_and_every_answer_is_right(void **state)
{
    (void)state;
    unsigned deaths = 0;
    for (unsigned turn = 0; turn < 20; turn++)
        deaths += run_and_kill(SIGKILL, N_WORKERS);
    /* Some may find nothing more to do just before they are killed. */
    if (deaths < 20 * N_WORKERS * 9 / 10)
        fail_msg("only %u of %d kills landed", deaths, 20 * N_WORKERS);
}

/* ---- killed by themselves, at chosen points ---- */

#define BIG_WORDS 20000

enum point { AT_THE_START, IN_THE_MIDDLE, AT_THE_END, N_POINTS };

struct big {
    struct fold fold;
    enum point point;
    uint64_t victim;
    unsigned times; /* that it kills its worker */
    uint64_t wrong; /* words of combined results */
};

static void die_at(const struct big *big, enum point point, uint64_t item)
{
    if (big->point == point && item == big->victim &&
        atomic_load(&scene->tries[item]) <= big->times)
        raise(SIGKILL);
}

static int big_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                   mf_error *error)
{
    const struct big *big = user;
    uint64_t *words = ret_result;
    (void)error;
    begin(item, worker);
    die_at(big, AT_THE_START, item);
    for (uint64_t i = 0; i < BIG_WORDS; i++) {
        if (i == BIG_WORDS / 2)
            die_at(big, IN_THE_MIDDLE, item);
        words[i] = item + i;
    }
    die_at(big, AT_THE_END, item);
    return 0;
}

static int big_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct big *big = user;
    const uint64_t *words = result;
    uint64_t one = (item + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (uint64_t i = 0; i < BIG_WORDS; i++)
        big->wrong += words[i] != item + i;
    return fold_combine(&big->fold, item, &one, error);
}

static void no_instant_of_an_item_is_special(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 20 * N_POINTS; turn++) {
        struct big big = {.point = turn % N_POINTS,
                          .victim = mf__random_below(&dice, N_ITEMS),
                          .times = 1 + turn / N_POINTS % 2};
        mf_work work = {.n_items = N_ITEMS,
                        .result_bytes = BIG_WORDS * sizeof(uint64_t),
                        .run = big_run,
                        .combine = big_combine,
                        .user = &big};
        set_scene();
        assert_int_equal(run_whole(&work, &big.fold), big.times);
        assert_int_equal(atomic_load(&scene->tries[big.victim]), big.times + 1);
        assert_int_equal(big.wrong, 0);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_are_killed_at_random_and_every_answer_is_right),
        cmocka_unit_test(all_workers_are_killed_at_once_and_every_answer_is_right),
        cmocka_unit_test(no_instant_of_an_item_is_special),
    };
    if (argc > 1 && strcmp(argv[1], "long") == 0)
        n_kills = 1000;
    dice.state = mf__now_ns();
    print_message("# seed %llu\n", (unsigned long long)dice.state);
    return cmocka_run_group_tests_name("deaths", tests, NULL, NULL);
}
