/* SPDX-License-Identifier: Apache-2.0 */
/* Items and workers that cannot be helped: they end, the rest is done, and the error says why. */
#include "tests/fault/fault.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define N_ITEMS   100
#define POISON    37
#define N_WORKERS 3

static struct scene {
    _Atomic unsigned tries;
    _Atomic unsigned births; /* of workers */
    _Atomic pid_t grandchild;
} * scene;

static void set_scene(void)
{
    crash_plainly();
    if (scene == NULL)
        scene = share(sizeof *scene);
    assert_non_null(scene);
    atomic_store(&scene->tries, 0);
    atomic_store(&scene->births, 0);
}

/* What the poisoned item does, besides being counted; the others fold. */
struct poison {
    struct fold fold;
    void (*act)(void);
};

static int poisoned_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                        mf_error *error)
{
    const struct poison *poison = user;
    if (item == POISON) {
        atomic_fetch_add(&scene->tries, 1);
        poison->act();
    }
    return fold_run(user, item, ret_result, worker, error);
}

struct result {
    int code;
    mf_error error;
    unsigned deaths;
};

static struct result run_poisoned(struct poison *poison, void (*act)(void))
{
    struct result result = {0};
    mf_ledger ledger = {0};
    mf_work work = fold_work(&poison->fold, N_ITEMS);
    mf_pool *pool = open_pool("processes", N_WORKERS);
    poison->act = act;
    work.run = poisoned_run;
    work.user = poison;
    set_scene();
    assert_non_null(pool);
    result.code = mf_pool_run(pool, &work, NULL, &ledger, &result.error);
    result.deaths = ledger.deaths;
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    return result;
}

/* The run went well, whatever the item did. */
static void assert_harmless(void (*act)(void), unsigned deaths)
{
    struct poison poison;
    struct result result = run_poisoned(&poison, act);
    if (result.code != 0)
        fail_msg("%s", result.error.text);
    assert_true(poison.fold.answer == fold_answer(N_ITEMS));
    assert_int_equal(result.deaths, deaths);
}

/* It was tried three times, the 99 others were combined, and the error says how it died. */
static struct result assert_given_up(void (*act)(void), const char *how)
{
    struct poison poison;
    struct result result = run_poisoned(&poison, act);
    assert_int_equal(result.code, MF_E_WORKER);
    assert_int_equal(result.error.code, MF_E_WORKER);
    assert_int_equal(atomic_load(&scene->tries), 3);
    assert_int_equal(result.deaths, 3);
    assert_int_equal(poison.fold.n_combined, N_ITEMS - 1);
    assert_int_equal(poison.fold.out_of_order, 0);
    assert_non_null(strstr(result.error.text, "item 37 of 100"));
    if (strstr(result.error.text, how) == NULL)
        fail_msg("\"%s\" is not in: %s", how, result.error.text);
    return result;
}

/* ---- ways to die ---- */

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(99);
}

static void crash(void)
{
    say("first line\nlast \033line\n");
    raise(SIGSEGV);
}

static void exit_with_7(void)
{
    _exit(7);
}

static void exit_with_0(void)
{
    _exit(0);
}

static void crash_without_stderr(void)
{
    close(STDERR_FILENO);
    raise(SIGABRT);
}

static void crash_once(void)
{
    if (atomic_load(&scene->tries) == 1)
        raise(SIGBUS);
}

#define LINES 100000

static void say_much(void)
{
    char line[101];
    memset(line, 'x', sizeof line - 2);
    line[sizeof line - 2] = '\n';
    line[sizeof line - 1] = '\0';
    for (int i = 0; i < LINES; i++)
        say(line);
}

static void say_much_and_crash(void)
{
    say_much();
    say("these are the last words\n");
    raise(SIGSEGV);
}

static void a_poison_item_is_tried_three_times_and_named(void **state)
{
    (void)state;
    for (int turn = 0; turn < 10; turn++) {
        struct result result = assert_given_up(crash, "killed by signal 11 (SIGSEGV)");
        assert_non_null(strstr(result.error.text, "first line | last \\x1bline"));
        assert_null(strchr(result.error.text, '\n'));
    }
}

static void a_worker_that_ends_itself_within_an_item_has_died(void **state)
{
    (void)state;
    assert_given_up(exit_with_7, "ended with status 7");
    assert_given_up(exit_with_0, "ended with status 0");
    assert_given_up(crash_without_stderr, "killed by signal 6 (SIGABRT)");
}

static void an_item_that_kills_once_is_run_again(void **state)
{
    (void)state;
    assert_harmless(crash_once, 1);
}

/* Every item is poison. */
static int deadly_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                      mf_error *error)
{
    (void)user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    atomic_fetch_add(&scene->tries, 1);
    raise(SIGKILL);
    return 0;
}

static void where_every_item_is_poison_each_is_tried_three_times(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 20);
    mf_error error = {0};
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("processes", N_WORKERS);
    work.run = deadly_run;
    set_scene();
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, &error), MF_E_WORKER);
    assert_non_null(strstr(error.text, "item 0 of 20"));
    assert_non_null(strstr(error.text, "signal 9"));
    assert_int_equal(atomic_load(&scene->tries), 60);
    assert_int_equal(ledger.deaths, 60);
    assert_int_equal(fold.n_combined, 0);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
}

/* ---- stderr ---- */

static void close_stderr(void)
{
    close(STDERR_FILENO);
}

/* It holds the worker's stderr until it is killed. */
static void leave_a_grandchild(void)
{
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    atomic_store(&scene->grandchild, child);
}

static void what_becomes_of_stderr_does_no_harm(void **state)
{
    (void)state;
    assert_harmless(close_stderr, 0);
    assert_harmless(say_much, 0);
    assert_harmless(leave_a_grandchild, 0);
    assert_int_equal(kill(atomic_load(&scene->grandchild), SIGKILL), 0);
}

static void last_words_are_the_last(void **state)
{
    (void)state;
    struct result result = assert_given_up(say_much_and_crash, "killed by signal 11 (SIGSEGV)");
    assert_non_null(strstr(result.error.text, "| these are the last words"));
}

static void say_for_ever(void)
{
    static char speech[32768];
    memset(speech, 'x', sizeof speech - 1);
    fcntl(STDERR_FILENO, F_SETPIPE_SZ, 1 << 20); /* so that it is never empty */
    atomic_store(&scene->grandchild, getpid());
    for (;;)
        say(speech);
}

static mf_cancel cancel;

/* Called ten times a second. */
static void cancel_after_a_while(void *user, uint64_t items_done, uint64_t n_items)
{
    (void)user;
    (void)items_done;
    (void)n_items;
    if (atomic_load(&scene->grandchild) != 0)
        mf_cancel_request(&cancel);
}

static void
a_worker_that_never_stops_talking_does_not_keep_the_run_from_being_cancelled(void **state)
{
    (void)state;
    struct poison poison = {.act = say_for_ever};
    mf_work work = fold_work(&poison.fold, N_ITEMS);
    const mf_run_options options = {.progress = cancel_after_a_while, .cancel = &cancel};
    mf_pool *pool = open_pool("processes", 2);
    work.run = poisoned_run;
    work.user = &poison;
    set_scene();
    atomic_store(&scene->grandchild, 0);
    assert_int_equal(mf_pool_run(pool, &work, &options, NULL, NULL), MF_E_CANCELLED);
    assert_true(all_ended_within(0));
    mf_pool_close(&pool);
}

/* ---- crash loops ---- */

static bool born_to_die;

/* Runs in every forked child before anything else of it. */
static void at_birth(void)
{
    if (scene == NULL || !born_to_die)
        return;
    atomic_fetch_add(&scene->births, 1);
    _exit(2);
}

static void workers_that_die_at_once_end_the_run(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 2, 5, 16};
    assert_int_equal(pthread_atfork(NULL, NULL, at_birth), 0);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct fold fold;
        mf_work work = fold_work(&fold, N_ITEMS);
        mf_error error = {0};
        mf_pool *pool = open_pool("processes", counts[i]);
        set_scene();
        born_to_die = true;
        int code = mf_pool_run(pool, &work, NULL, NULL, &error);
        born_to_die = false;
        assert_int_equal(code, MF_E_WORKER);
        assert_non_null(strstr(error.text, "ended with status 2"));
        assert_true(atomic_load(&scene->births) <= 2 * counts[i] + 3);
        assert_int_equal(fold.n_combined, 0);
        assert_true(all_ended_within(0));
        mf_pool_close(&pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poison_item_is_tried_three_times_and_named),
        cmocka_unit_test(a_worker_that_ends_itself_within_an_item_has_died),
        cmocka_unit_test(an_item_that_kills_once_is_run_again),
        cmocka_unit_test(where_every_item_is_poison_each_is_tried_three_times),
        cmocka_unit_test(what_becomes_of_stderr_does_no_harm),
        cmocka_unit_test(last_words_are_the_last),
        cmocka_unit_test(
            a_worker_that_never_stops_talking_does_not_keep_the_run_from_being_cancelled),
        cmocka_unit_test(workers_that_die_at_once_end_the_run),
    };
    return cmocka_run_group_tests_name("poison", tests, NULL, NULL);
}
