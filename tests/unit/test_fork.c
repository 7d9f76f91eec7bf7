/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/fork.h"

#include "tests/fault/fault.h"
#include "tests/unit/unit.h"

#include <pthread.h>

static const int usual_signals[] = {SIGHUP,  SIGQUIT, SIGUSR1, SIGUSR2,
                                    SIGPIPE, SIGALRM, SIGTERM, SIGCHLD};

#define N_USUAL (sizeof usual_signals / sizeof usual_signals[0])

static void handle(int signal)
{
    (void)signal;
}

static bool is_handled_by(int signal, void (*handler)(int))
{
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == handler;
}

/* 0, or what is wrong with the child's signals. */
static int wrong_in_child(void)
{
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (size_t i = 0; i < N_USUAL; i++)
        if (!is_handled_by(usual_signals[i], SIG_DFL) || sigismember(&blocked, usual_signals[i]))
            return usual_signals[i];
    if (!is_handled_by(SIGINT, SIG_IGN))
        return SIGINT;
    return is_handled_by(SIGSEGV, handle) ? 0 : SIGSEGV;
}

static void a_child_has_signals_of_its_own_and_the_parent_keeps_its_own(void **state)
{
    (void)state;
    struct mf__end end;
    sigset_t mask;
    sigset_t after;
    for (size_t i = 0; i < N_USUAL; i++)
        signal(usual_signals[i], handle);
    signal(SIGINT, handle);
    signal(SIGSEGV, handle);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    pid_t child = mf__fork(NULL);
    if (child == 0)
        _exit(wrong_in_child());
    assert_true(mf__child_ended(child, true, &end));
    assert_int_equal(end.status, 0);
    for (size_t i = 0; i < N_USUAL; i++)
        assert_true(is_handled_by(usual_signals[i], handle));
    assert_true(is_handled_by(SIGINT, handle));
    sigprocmask(SIG_SETMASK, NULL, &after);
    assert_true(sigismember(&after, SIGUSR1) && !sigismember(&after, SIGUSR2));
    sigemptyset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    for (size_t i = 0; i < N_USUAL; i++)
        signal(usual_signals[i], SIG_DFL);
    signal(SIGINT, SIG_DFL);
    crash_plainly();
}

static void how_a_child_ended_is_known(void **state)
{
    (void)state;
    struct mf__end end;
    pid_t child = mf__fork(NULL);
    if (child == 0)
        _exit(7);
    assert_true(mf__child_ended(child, true, &end));
    assert_true(end.known && !end.signalled);
    assert_int_equal(end.status, 7);
    assert_true(end.peak_bytes > 0);

    child = mf__fork(NULL);
    if (child == 0)
        for (;;)
            pause();
    assert_false(mf__child_ended(child, false, &end));
    mf__child_kill(child, &end);
    assert_true(end.known && end.signalled);
    assert_int_equal(end.status, SIGKILL);
    assert_true(mf__child_ended(child, false, &end)); /* somebody else took the status: we did */
    assert_false(end.known);
}

/* Answers each byte with its own number, until nobody asks. */
static _Noreturn void be_stranger(int asked, int told)
{
    pid_t own = getpid();
    char byte = 0;
    do {
        if (write(told, &own, sizeof own) != sizeof own)
            break;
    } while (read(asked, &byte, 1) == 1);
    _exit(0);
}

/* The number of a child that is gone may be another process's by now. */
static void who_is_not_our_child_is_not_killed(void **state)
{
    (void)state;
    struct mf__end end = {.known = true};
    pid_t stranger = 0;
    pid_t answer = 0;
    int ask[2];
    int tell[2];
    assert_int_equal(pipe(ask), 0);
    assert_int_equal(pipe(tell), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ask[1]);
        close(tell[0]);
        if (fork() == 0)
            be_stranger(ask[0], tell[1]);
        _exit(0);
    }
    close(ask[0]);
    close(tell[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(read(tell[0], &stranger, sizeof stranger), sizeof stranger);
    mf__child_kill(stranger, &end);
    assert_false(end.known);
    assert_int_equal(write(ask[1], "?", 1), 1);
    assert_int_equal(read(tell[0], &answer, sizeof answer), sizeof answer);
    assert_int_equal(answer, stranger);
    close(ask[1]);
    close(tell[0]);
}

static void ends_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        struct mf__end end;
        const char *text;
    } cases[] = {
        {{.known = true, .status = 0}, "ended with status 0"},
        {{.known = true, .status = 7}, "ended with status 7"},
        {{.known = true, .signalled = true, .status = SIGSEGV},
         "was killed by signal 11 (SIGSEGV)"},
        {{.known = true, .signalled = true, .status = SIGKILL},
         "was killed by signal 9 (SIGKILL; possibly out of memory)"},
        {{.known = true, .signalled = true, .status = 40}, "was killed by signal 40 (SIG?)"},
        {{.known = false}, "is gone, how is not known"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[MF__END_TEXT];
        mf__end_text(&cases[i].end, text);
        assert_string_equal(text, cases[i].text);
    }
}

/* Ends once the child lives: only then has it asked to be told. */
static void *fork_and_end(void *ret_child)
{
    pid_t *child = ret_child;
    int ends[2];
    char byte = 0;
    if (pipe(ends) != 0)
        return NULL;
    *child = mf__fork(NULL);
    if (*child == 0)
        while (write(ends[1], "x", 1) == 1)
            pause();
    while (read(ends[0], &byte, 1) != 1)
        continue;
    close(ends[0]);
    close(ends[1]);
    return NULL;
}

static void a_child_ends_with_the_thread_that_forked_it(void **state)
{
    (void)state;
    pthread_t thread;
    struct mf__end end;
    pid_t child = -1;
    assert_int_equal(pthread_create(&thread, NULL, fork_and_end, &child), 0);
    pthread_join(thread, NULL);
    assert_true(child > 0);
    assert_true(mf__child_ended(child, true, &end));
    assert_true(end.signalled);
    assert_int_equal(end.status, SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_has_signals_of_its_own_and_the_parent_keeps_its_own),
        cmocka_unit_test(how_a_child_ended_is_known),
        cmocka_unit_test(who_is_not_our_child_is_not_killed),
        cmocka_unit_test(ends_are_told_in_words),
        cmocka_unit_test(a_child_ends_with_the_thread_that_forked_it),
    };
    return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
