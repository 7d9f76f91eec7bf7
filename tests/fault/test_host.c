/* SPDX-License-Identifier: Apache-2.0 */
/* A host program with signals, children and descriptors of its own: they are left alone, and do no
 * harm. */
#include "tests/fault/fault.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <string.h>

#define N_WORKERS 3

static struct scene {
    _Atomic unsigned begun;
    _Atomic pid_t workers[N_WORKERS];
    _Atomic bool released; /* the item that waits may go on */
    _Atomic unsigned reaped;
} * scene;

static void set_scene(void)
{
    crash_plainly();
    if (scene == NULL)
        scene = share(sizeof *scene);
    assert_non_null(scene);
    atomic_store(&scene->begun, 0);
    atomic_store(&scene->released, false);
    atomic_store(&scene->reaped, 0);
    for (size_t i = 0; i < N_WORKERS; i++)
        atomic_store(&scene->workers[i], 0);
}

/* Runs the fold of `n` items; returns the deaths, or fails the test. */
static unsigned fold_whole(const mf_work *work, const struct fold *fold)
{
    mf_error error = {0};
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("processes", N_WORKERS);
    if (mf_pool_run(pool, work, NULL, &ledger, &error) != 0)
        fail_msg("%s", error.text);
    assert_true(fold->answer == fold_answer(work->n_items));
    unsigned deaths = ledger.deaths;
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    return deaths;
}

/* ---- children ---- */

/* The first item lasts while other workers come and go. */
static int lasting_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    atomic_fetch_add(&scene->begun, 1);
    for (int naps = 0; item == 0 && naps < 300; naps++)
        nap(NS_PER_MS);
    return fold_run(user, item, ret_result, worker, error);
}

static void a_host_that_ignores_sigchld_gets_the_answer(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 10);
    set_scene();
    signal(SIGCHLD, SIG_IGN);
    work.run = lasting_run;
    unsigned deaths = fold_whole(&work, &fold);
    signal(SIGCHLD, SIG_DFL);
    assert_int_equal(deaths, 0);
}

static void reap_everybody(int signal)
{
    (void)signal;
    int kept = errno;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        atomic_fetch_add(&scene->reaped, 1);
    errno = kept;
}

/* The first item lasts until the host has reaped a worker. */
static int reaped_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                      mf_error *error)
{
    while (item == 0 && atomic_load(&scene->reaped) == 0)
        nap(NS_PER_MS);
    return fold_run(user, item, ret_result, worker, error);
}

static void a_host_that_reaps_everybody_gets_the_answer(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 10);
    set_scene();
    signal(SIGCHLD, reap_everybody);
    work.run = reaped_run;
    unsigned deaths = fold_whole(&work, &fold);
    signal(SIGCHLD, SIG_DFL);
    assert_int_equal(deaths, 0);
}

static void children_of_the_host_are_not_waited_for(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 50);
    int status = 0;
    set_scene();
    pid_t ended = fork();
    if (ended == 0)
        _exit(5);
    pid_t living = fork();
    if (living == 0)
        for (;;)
            pause();
    assert_int_equal(fold_whole(&work, &fold), 0);
    assert_int_equal(waitpid(ended, &status, 0), ended);
    assert_int_equal(WEXITSTATUS(status), 5);
    assert_int_equal(waitpid(living, &status, WNOHANG), 0);
    kill(living, SIGKILL);
    assert_int_equal(waitpid(living, &status, 0), living);
}

/* ---- signals ---- */

static volatile sig_atomic_t handled;
static mf_cancel cancel;

static void count(int signal)
{
    (void)signal;
    handled++;
}

/* Reads in the worker what the parent's handlers have become there. */
static int signals_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    struct sigaction term;
    struct sigaction interrupt;
    sigaction(SIGTERM, NULL, &term);
    sigaction(SIGINT, NULL, &interrupt);
    if (term.sa_handler != SIG_DFL || interrupt.sa_handler != SIG_IGN)
        return MF_E_DIFFER;
    return fold_run(user, item, ret_result, worker, error);
}

static void handlers_of_the_host_stay_and_are_not_run_by_workers(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD};
    struct fold fold;
    mf_work work = fold_work(&fold, 20);
    struct sigaction now;
    set_scene();
    handled = 0;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], count);
    work.run = signals_run;
    assert_int_equal(fold_whole(&work, &fold), 0);
    int ours = handled; /* SIGCHLD, of the workers that ended */
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        assert_int_equal(sigaction(signals[i], NULL, &now), 0);
        assert_true(now.sa_handler == count);
        raise(signals[i]);
        signal(signals[i], SIG_DFL);
    }
    assert_int_equal(handled - ours, sizeof signals / sizeof signals[0]);
}

/* Waits until the test lets it go on. */
static int waiting_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    atomic_store(&scene->workers[worker->index], getpid());
    atomic_fetch_add(&scene->begun, 1);
    while (!atomic_load(&scene->released))
        nap(NS_PER_MS / 10);
    return fold_run(user, item, ret_result, worker, error);
}

/* Sends `signal` to our process group when all workers are busy, and lets them go on. */
static pid_t start_sender(int signal, bool release)
{
    pid_t group = getpgrp();
    pid_t sender = fork();
    if (sender != 0)
        return sender;
    setpgid(0, 0);
    while (atomic_load(&scene->begun) < N_WORKERS)
        nap(NS_PER_MS / 10);
    kill(-group, signal);
    nap(5 * NS_PER_MS);
    atomic_store(&scene->released, release);
    _exit(0);
}

static void ctrl_c_for_the_whole_group_kills_no_worker(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 20);
    set_scene();
    setpgid(0, 0);
    handled = 0;
    signal(SIGINT, count);
    work.run = waiting_run;
    pid_t sender = start_sender(SIGINT, true);
    assert_int_equal(fold_whole(&work, &fold), 0);
    signal(SIGINT, SIG_DFL);
    assert_int_equal(waitpid(sender, NULL, 0), sender);
    assert_int_equal(handled, 1);
}

static uint64_t asked_ns;

static void ask_to_stop(int signal)
{
    (void)signal;
    asked_ns = mf__now_ns();
    mf_cancel_request(&cancel);
}

/* How long it took from the request until all was over. */
static uint64_t cancelled_within_ns(void)
{
    struct fold fold;
    mf_work work = fold_work(&fold, 20);
    const mf_run_options options = {.cancel = &cancel};
    mf_error error = {0};
    mf_pool *pool = open_pool("processes", N_WORKERS);
    set_scene();
    cancel = (mf_cancel){0};
    setpgid(0, 0);
    signal(SIGINT, ask_to_stop);
    work.run = waiting_run;
    pid_t sender = start_sender(SIGINT, false);
    assert_int_equal(mf_pool_run(pool, &work, &options, NULL, &error), MF_E_CANCELLED);
    uint64_t took_ns = mf__now_ns() - asked_ns;
    signal(SIGINT, SIG_DFL);
    assert_string_equal(error.text, "cancelled after 0 of 20 items");
    assert_int_equal(waitpid(sender, NULL, 0), sender);
    for (size_t i = 0; i < N_WORKERS; i++)
        assert_int_equal(kill(atomic_load(&scene->workers[i]), 0), -1);
    mf_pool_close(&pool);
    return took_ns;
}

/* Whether the machine just now does not keep a process waiting that does nothing. */
static bool is_prompt(void)
{
    uint64_t start = mf__now_ns();
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return mf__now_ns() - start < 20 * NS_PER_MS;
}

/* Half of the turns at least: a busy machine lets us wait now and then, which breaks no promise. So
 * a late one counts only when others are not kept waiting. */
static void ctrl_c_that_cancels_ends_workers_within_a_second(void **state)
{
    (void)state;
    unsigned good = 0, late = 0, turns = 0;
    while (turns < 20 && late <= 5 && (good == 0 || good < late)) {
        if (cancelled_within_ns() < 1000 * NS_PER_MS)
            good++;
        else
            late += is_prompt();
        turns++;
    }
    print_message("# %u of %u turns were in time, %u late for no reason\n", good, turns, late);
    assert_true(late <= 5);
}

/* ---- descriptors ---- */

static int loud_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    static const char words[] = "heard\n";
    if (item == 3 && write(STDERR_FILENO, words, sizeof words - 1) == sizeof words - 1)
        raise(SIGKILL);
    return fold_run(user, item, ret_result, worker, error);
}

/* In a child: without the standard descriptors in `closed`, the answer is right and words arrive.
 */
static int try_without(unsigned closed)
{
    struct fold fold;
    mf_work work = fold_work(&fold, 3);
    mf_error error = {0};
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("processes", N_WORKERS);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if ((closed >> fd & 1) != 0)
            close(fd);
    if (mf_pool_run(pool, &work, NULL, &ledger, NULL) != 0 || fold.answer != fold_answer(3) ||
        ledger.deaths != 0)
        return 1;
    mf_ledger_done(&ledger);
    work = fold_work(&fold, 5);
    work.run = loud_run;
    if (mf_pool_run(pool, &work, NULL, NULL, &error) != MF_E_WORKER || fold.n_combined != 4)
        return 2;
    return strstr(error.text, "heard") != NULL ? 0 : 3;
}

static void it_works_without_standard_descriptors(void **state)
{
    (void)state;
    set_scene();
    for (unsigned closed = 0; closed < 8; closed++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0)
            _exit(try_without(closed));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_that_ignores_sigchld_gets_the_answer),
        cmocka_unit_test(a_host_that_reaps_everybody_gets_the_answer),
        cmocka_unit_test(children_of_the_host_are_not_waited_for),
        cmocka_unit_test(handlers_of_the_host_stay_and_are_not_run_by_workers),
        cmocka_unit_test(ctrl_c_for_the_whole_group_kills_no_worker),
        cmocka_unit_test(ctrl_c_that_cancels_ends_workers_within_a_second),
        cmocka_unit_test(it_works_without_standard_descriptors),
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
