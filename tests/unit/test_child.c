/* SPDX-License-Identifier: Apache-2.0 */
/* What a parent hears of a worker: its words, and its end. */
#include "exec/child.h"

#include "tests/fault/fault.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* Starts a child that says `length` bytes, and waits until it has ended, but not for its status. */
static struct mf__child speak(const char *bytes, size_t length)
{
    struct mf__child child = MF__NO_CHILD;
    int messages = -1;
    siginfo_t ended;
    assert_int_equal(mf__child_prepare(&child, &messages, NULL), 0);
    child.id = mf__fork(NULL);
    if (child.id == 0)
        _exit(!mf__child_begin(messages) || write(STDERR_FILENO, bytes, length) != (ssize_t)length);
    close(messages);
    assert_int_equal(waitid(P_PID, (id_t)child.id, &ended, WEXITED | WNOWAIT), 0);
    return child;
}

static void assert_last_words(const char *bytes, size_t length, size_t room, const char *expected)
{
    char words[1000];
    struct mf__end end;
    struct mf__child child = speak(bytes, length);
    assert_true(mf__child_gone(&child, &end));
    assert_int_equal(end.status, 0);
    mf__child_last_words(&child, words, room);
    assert_string_equal(words, expected);
    assert_false(mf__child_gone(&child, &end));
    assert_int_equal(mf__child_descriptor(&child), -1);
    mf__child_done(&child);
}

static void words_are_shown_on_one_line_and_cannot_steer_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        const char *shown;
    } cases[] = {
        {"", ""},
        {"\n\n", ""},
        {"one", "one"},
        {"one\n", "one"},
        {"one\ntwo\n", "one | two"},
        {"one\n\n\ntwo", "one | two"},
        {"\033[31mred\r\a", "\\x1b[31mred\\x0d\\x07"},
        {"caf\xc3\xa9 \xff", "caf\xc3\xa9 \\xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_last_words(cases[i].said, strlen(cases[i].said), 500, cases[i].shown);
}

#define PIPE_BYTES ((size_t)65536) /* that a pipe holds, unless it was told otherwise */

static void of_many_words_the_last_lines_are_kept(void **state)
{
    (void)state;
    static char said[PIPE_BYTES];
    for (size_t i = 0; i < sizeof said; i++)
        said[i] = i % 50 == 49 ? '\n' : 'x';
    memcpy(said + sizeof said - 11, "\nlast words", 11);
    assert_last_words(said, sizeof said, 13, "last words");
    struct mf__child child = speak(said, sizeof said);
    char words[500];
    struct mf__end end;
    assert_true(mf__child_gone(&child, &end));
    mf__child_last_words(&child, words, sizeof words);
    assert_non_null(strstr(words, "x | last words"));
    assert_int_equal(words[0], 'x');
    mf__child_done(&child);
}

static void a_line_that_is_too_long_is_shown_by_its_end(void **state)
{
    (void)state;
    char said[3000];
    memset(said, 'x', sizeof said);
    memcpy(said + sizeof said - 3, "end", 3);
    assert_last_words(said, sizeof said, 8, "xxxxend");
}

static void the_end_is_heard_though_stderr_is_closed_or_held_by_others(void **state)
{
    (void)state;
    for (int held = 0; held < 2; held++) {
        struct mf__child child = MF__NO_CHILD;
        struct mf__end end;
        int messages = -1;
        int go[2];
        assert_int_equal(pipe(go), 0);
        assert_int_equal(mf__child_prepare(&child, &messages, NULL), 0);
        child.id = mf__fork(NULL);
        if (child.id == 0) {
            char byte = 0;
            close(go[1]);
            if (mf__child_begin(messages) && close(messages) == 0 && close(STDERR_FILENO) == 0 &&
                read(go[0], &byte, 1) == 0)
                raise(SIGKILL);
            _exit(9);
        }
        close(go[0]);
        if (!held)
            close(messages);
        /* Its words end before it does: from then on it is watched itself. */
        struct pollfd polled = {.fd = mf__child_descriptor(&child), .events = POLLIN};
        if (!held)
            assert_int_equal(poll(&polled, 1, -1), 1);
        mf__child_listen(&child);
        assert_false(mf__child_gone(&child, &end));
        close(go[1]);
        polled.fd = mf__child_descriptor(&child);
        if (!held)
            assert_int_equal(poll(&polled, 1, -1), 1);
        while (!mf__child_gone(&child, &end))
            continue;
        assert_true(end.signalled);
        if (held)
            close(messages);
        mf__child_done(&child);
    }
}

static void a_child_is_dismissed_whether_it_lives_or_not(void **state)
{
    (void)state;
    struct mf__child child = speak("x", 1);
    size_t before = open_files();
    mf__child_dismiss(&child);
    assert_int_equal(open_files(), before - 1);
    mf__child_dismiss(&child);
    mf__child_done(&child);
    child = MF__NO_CHILD;
    int messages = -1;
    assert_int_equal(mf__child_prepare(&child, &messages, NULL), 0);
    child.id = mf__fork(NULL);
    if (child.id == 0)
        for (;;)
            pause();
    close(messages);
    mf__child_dismiss(&child);
    assert_true(all_ended_within(0));
    mf__child_done(&child);
}

static void descriptors_stay_clear_of_the_standard_ones(void **state)
{
    (void)state;
    int kept = dup(STDIN_FILENO);
    int zero = 0;
    assert_true(kept > STDERR_FILENO);
    close(STDIN_FILENO);
    assert_int_equal(open("/dev/null", O_RDONLY), STDIN_FILENO);
    int moved = mf__above_standard(STDIN_FILENO);
    assert_true(moved > STDERR_FILENO);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1); /* it moved */
    assert_int_equal(read(moved, &zero, sizeof zero), 0);
    assert_int_equal(mf__above_standard(moved), moved);
    assert_int_equal(mf__above_standard(-1), -1);
    close(moved);
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_shown_on_one_line_and_cannot_steer_a_terminal),
        cmocka_unit_test(of_many_words_the_last_lines_are_kept),
        cmocka_unit_test(a_line_that_is_too_long_is_shown_by_its_end),
        cmocka_unit_test(the_end_is_heard_though_stderr_is_closed_or_held_by_others),
        cmocka_unit_test(a_child_is_dismissed_whether_it_lives_or_not),
        cmocka_unit_test(descriptors_stay_clear_of_the_standard_ones),
    };
    return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
