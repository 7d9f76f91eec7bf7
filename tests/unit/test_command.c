/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks done by a command; the commands are this program, told to be one, and shells. */
#include "exec/command.h"

#include "base/status.h"
#include "exec/told.h"
#include "tests/fault/fault.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define SECOND UINT64_C(1000000000)
#define OWN    "/proc/self/exe"

/* ---- what the commands do ---- */

static int be_command(const char *how)
{
    struct mf__buffer bytes = {0};
    mf_error error = {0};
    int code = 0;
    mf__command_ready(STDOUT_FILENO, NULL);
    if (strcmp(how, "error") == 0)
        code = mf__fail(&error, MF_E_INPUT, "seven is not allowed");
    mf__buffer_put(&bytes, "two words");
    code = mf__told_write(STDOUT_FILENO, code, &error, &bytes);
    mf__buffer_done(&bytes);
    if (strcmp(how, "lingering") == 0)
        while (true)
            pause();
    return code == 0 ? 0 : 1;
}

static int run(const char *const *words, struct mf__isolated *ret_isolated, mf_error *error)
{
    const struct mf__command command = {words, "us: ", PATIENCE_NS};
    uint64_t ready_ns = 0;
    int code = mf__command_run(&command, NULL, ret_isolated, &ready_ns, error);
    assert_true(code != 0 || ready_ns > 0);
    return code;
}

static int run_shell(const char *script, mf_error *error)
{
    const char *const words[] = {"/bin/sh", "-c", script, NULL};
    struct mf__isolated isolated = {.cpu_ns = 77};
    size_t before = open_files();
    int code = run(words, &isolated, error);
    assert_int_equal(isolated.cpu_ns, 77);
    assert_int_equal(open_files(), before);
    assert_true(all_ended_within(0));
    return code;
}

/* ---- what comes of it ---- */

static void what_the_command_tells_arrives(void **state)
{
    (void)state;
    const char *const words[] = {OWN, "well", NULL};
    struct mf__isolated isolated = {0};
    size_t before = open_files();
    assert_int_equal(run(words, &isolated, NULL), 0);
    assert_string_equal(mf__buffer_text(&isolated.bytes), "two words");
    assert_true(isolated.peak_bytes > 0);
    mf__buffer_done(&isolated.bytes);
    assert_int_equal(open_files(), before);
    assert_true(all_ended_within(0));
}

static void the_error_of_its_task_is_passed_on(void **state)
{
    (void)state;
    const char *const words[] = {OWN, "error", NULL};
    struct mf__isolated isolated = {0};
    mf_error error = {0};
    assert_int_equal(run(words, &isolated, &error), MF_E_INPUT);
    assert_string_equal(error.text, "seven is not allowed");
}

static void a_command_that_tells_nothing_is_explained(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *words;
    } cases[] = {
        {"exit 7", "/bin/sh ended with status 7"},
        {"exit 137", "a process that /bin/sh started was killed by signal 9"},
        {"kill -15 $$", "/bin/sh was killed by signal 15 (SIGTERM)"},
        {"echo one >&2; echo two >&2; exit 1", "/bin/sh ended with status 1: one | two"},
        {"echo one >&2; echo us: because >&2; echo two >&2; exit 1", "because"},
        {"echo ready; echo half", "/bin/sh ended with status 0"},
        {"echo something else than it should", "/bin/sh ended with status 0"},
        {"cat; exit 5", "/bin/sh ended with status 5"}, /* there is nothing to read */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mf_error error = {0};
        assert_int_equal(run_shell(cases[i].script, &error), MF_E_WORKER);
        assert_string_equal(error.text, cases[i].words);
    }
    mf_error error = {0};
    const char *const words[] = {"/nowhere/nothing", NULL};
    struct mf__isolated isolated;
    assert_int_equal(run(words, &isolated, &error), MF_E_WORKER);
    assert_non_null(strstr(error.text, "/nowhere/nothing ended with status 127"));
}

static void one_that_is_never_ready_is_given_up(void **state)
{
    (void)state;
    const char *const words[] = {"/bin/sh", "-c", "exec sleep 1000", NULL};
    const struct mf__command command = {words, "us: ", SECOND / 20};
    struct mf__isolated isolated;
    uint64_t ready_ns = 0;
    mf_error error = {0};
    assert_int_equal(mf__command_run(&command, NULL, &isolated, &ready_ns, &error), MF_E_WORKER);
    assert_non_null(strstr(error.text, "/bin/sh has not started it within"));
    assert_true(all_ended_within(0));
}

static void what_it_started_and_left_behind_does_not_keep_us(void **state)
{
    (void)state;
    mf_error error = {0};
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const char *const words[] = {"/bin/sh", "-c", "sleep 1000 & echo us: $! >&2; exit 3", NULL};
    struct mf__isolated isolated;
    assert_int_equal(run(words, &isolated, &error), MF_E_WORKER);
    pid_t left = (pid_t)strtol(error.text, NULL, 10);
    assert_true(left > 1);
    assert_int_equal(kill(left, SIGKILL), 0);
    assert_true(all_ended_within(PATIENCE_NS));
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void cancelling_asks_it_to_end(void **state)
{
    (void)state;
    /* It ends with what it started; a plain kill would leave the other one behind. */
    const char *const words[] = {"/bin/sh", "-c", "trap 'kill $!; exit 0' TERM; sleep 1000 & wait",
                                 NULL};
    const struct mf__command command = {words, "us: ", 1000 * SECOND};
    mf_cancel cancel = {0};
    struct mf__isolated isolated;
    uint64_t ready_ns = 0;
    mf_error error = {0};
    mf_cancel_request(&cancel);
    assert_int_equal(mf__command_run(&command, &cancel, &isolated, &ready_ns, &error),
                     MF_E_CANCELLED);
    assert_true(all_ended_within(0));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_command_tells_arrives),
        cmocka_unit_test(the_error_of_its_task_is_passed_on),
        cmocka_unit_test(a_command_that_tells_nothing_is_explained),
        cmocka_unit_test(one_that_is_never_ready_is_given_up),
        cmocka_unit_test(what_it_started_and_left_behind_does_not_keep_us),
        cmocka_unit_test(cancelling_asks_it_to_end),
    };
    if (argc > 1)
        return be_command(argv[1]);
    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
