/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/isolate.h"

#include "base/status.h"
#include "tests/fault/fault.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>

static int tell(void *user, struct mf__buffer *bytes, mf_error *error)
{
    (void)error;
    mf__buffer_add(bytes, user, strlen(user));
    return 0;
}

static void what_the_task_adds_arrives(void **state)
{
    (void)state;
    char text[] = "two words";
    struct mf__isolated isolated = {0};
    assert_int_equal(mf__isolate(tell, text, NULL, &isolated, NULL), 0);
    assert_string_equal(mf__buffer_text(&isolated.bytes), "two words");
    assert_true(isolated.peak_bytes > 0);
    mf__buffer_done(&isolated.bytes);
}

static void nothing_is_a_result_too(void **state)
{
    (void)state;
    char text[] = "";
    struct mf__isolated isolated = {0};
    assert_int_equal(mf__isolate(tell, text, NULL, &isolated, NULL), 0);
    assert_int_equal(isolated.bytes.length, 0);
    mf__buffer_done(&isolated.bytes);
}

#define MANY_BYTES ((size_t)8 << 20)

static int tell_much(void *user, struct mf__buffer *bytes, mf_error *error)
{
    (void)user;
    (void)error;
    for (size_t i = 0; i < MANY_BYTES; i++) {
        char byte = (char)(i * 31 >> 3);
        mf__buffer_add(bytes, &byte, 1);
    }
    return 0;
}

static void megabytes_arrive_whole(void **state)
{
    (void)state;
    struct mf__isolated isolated = {0};
    assert_int_equal(mf__isolate(tell_much, NULL, NULL, &isolated, NULL), 0);
    assert_true(isolated.bytes.length == MANY_BYTES);
    size_t wrong = 0;
    for (size_t i = 0; i < MANY_BYTES; i++)
        wrong += isolated.bytes.bytes[i] != (char)(i * 31 >> 3);
    assert_int_equal(wrong, 0);
    mf__buffer_done(&isolated.bytes);
}

static int change(void *user, struct mf__buffer *bytes, mf_error *error)
{
    (void)bytes;
    (void)error;
    *(int *)user = 2;
    close(STDIN_FILENO);
    return 0;
}

static int tell_late(void *user, struct mf__buffer *bytes, mf_error *error)
{
    nap(20 * NS_PER_MS);
    return tell(user, bytes, error);
}

static void be_long(int number)
{
    (void)number;
    nap(300 * NS_PER_MS);
}

/* The child says all and ends while a signal holds up who listens, whose wait is then cut off. */
static void signals_lose_nothing(void **state)
{
    (void)state;
    const struct sigaction action = {.sa_handler = be_long};
    const struct itimerval soon = {.it_value = {.tv_usec = 5000}};
    struct sigaction before;
    struct mf__isolated isolated = {0};
    char text[] = "a word";
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(mf__isolate(tell_late, text, NULL, &isolated, NULL), 0);
    assert_string_equal(mf__buffer_text(&isolated.bytes), "a word");
    mf__buffer_done(&isolated.bytes);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
}

static void what_the_task_changes_is_not_carried_over(void **state)
{
    (void)state;
    int value = 1;
    struct mf__isolated isolated = {0};
    size_t before = open_files();
    assert_int_equal(mf__isolate(change, &value, NULL, &isolated, NULL), 0);
    assert_int_equal(value, 1);
    assert_int_equal(open_files(), before);
    mf__buffer_done(&isolated.bytes);
}

/* How a task goes wrong, and what is said then. */
static int go_wrong(void *user, struct mf__buffer *bytes, mf_error *error)
{
    const char *how = user;
    mf__buffer_put(bytes, "half of it");
    crash_plainly();
    if (strcmp(how, "error") == 0)
        return mf__fail(error, MF_E_INPUT, "seven is not allowed");
    if (strcmp(how, "memory") == 0)
        mf__buffer_fill(bytes, 'x', SIZE_MAX / 2);
    if (strcmp(how, "signal") == 0)
        raise(SIGSEGV);
    if (strcmp(how, "status") == 0)
        _exit(7);
    if (strcmp(how, "nothing") == 0)
        _exit(0);
    return 0;
}

static void failures_are_told_and_outputs_left_alone(void **state)
{
    (void)state;
    static const struct {
        const char *how;
        int code;
        const char *words;
    } cases[] = {
        {"error", MF_E_INPUT, "seven is not allowed"},
        {"memory", MF_E_MEMORY, "out of memory"},
        {"signal", MF_E_WORKER, "killed by signal 11 (SIGSEGV)"},
        {"status", MF_E_WORKER, "ended with status 7"},
        {"nothing", MF_E_WORKER, "ended with status 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char how[20];
        mf_error error = {0};
        struct mf__isolated isolated = {.cpu_ns = 77};
        size_t before = open_files();
        strcpy(how, cases[i].how);
        assert_int_equal(mf__isolate(go_wrong, how, NULL, &isolated, &error), cases[i].code);
        assert_int_equal(error.code, cases[i].code);
        assert_non_null(strstr(error.text, cases[i].words));
        assert_int_equal(mf__isolate(go_wrong, how, NULL, &isolated, NULL), cases[i].code);
        assert_int_equal(isolated.cpu_ns, 77);
        assert_null(isolated.bytes.bytes);
        assert_int_equal(open_files(), before);
        assert_true(all_ended_within(0));
    }
}

static struct {
    _Atomic pid_t child;
} * shared;
static mf_cancel cancel;

static void cancel_once_it_lives(int signal)
{
    (void)signal;
    if (atomic_load(&shared->child) != 0)
        mf_cancel_request(&cancel);
}

static int wait_for_ever(void *user, struct mf__buffer *bytes, mf_error *error)
{
    (void)user;
    (void)bytes;
    (void)error;
    atomic_store(&shared->child, getpid());
    while (atomic_load(&shared->child) != 0)
        pause();
    return 0;
}

static void cancelling_kills_the_child(void **state)
{
    (void)state;
    const struct itimerval often = {{0, 2000}, {0, 2000}};
    const struct itimerval off = {{0, 0}, {0, 0}};
    struct mf__isolated isolated;
    mf_error error = {0};
    shared = share(sizeof *shared);
    signal(SIGALRM, cancel_once_it_lives);
    setitimer(ITIMER_REAL, &often, NULL);
    int code = mf__isolate(wait_for_ever, NULL, &cancel, &isolated, &error);
    setitimer(ITIMER_REAL, &off, NULL);
    signal(SIGALRM, SIG_DFL);
    assert_int_equal(code, MF_E_CANCELLED);
    assert_int_equal(error.code, MF_E_CANCELLED);
    assert_true(all_ended_within(0));
    assert_int_equal(kill(shared->child, 0), -1);
}

static void the_child_does_not_outlive_its_parent(void **state)
{
    (void)state;
    struct mf__isolated isolated;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    atomic_store(&shared->child, 0);
    pid_t parent = fork();
    if (parent == 0)
        _exit(mf__isolate(wait_for_ever, NULL, NULL, &isolated, NULL) != 0);
    while (atomic_load(&shared->child) == 0)
        nap(NS_PER_MS / 10);
    kill(parent, SIGKILL);
    assert_true(all_ended_within(PATIENCE_NS));
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_task_adds_arrives),
        cmocka_unit_test(nothing_is_a_result_too),
        cmocka_unit_test(megabytes_arrive_whole),
        cmocka_unit_test(signals_lose_nothing),
        cmocka_unit_test(what_the_task_changes_is_not_carried_over),
        cmocka_unit_test(failures_are_told_and_outputs_left_alone),
        cmocka_unit_test(cancelling_kills_the_child),
        cmocka_unit_test(the_child_does_not_outlive_its_parent),
    };
    return cmocka_run_group_tests_name("isolate", tests, NULL, NULL);
}
