/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/call.h"
#include "remote/copy.h"
#include "remote/frames.h"
#include "remote/host.h"
#include "remote/quote.h"
#include "remote/run.h"

#include "base/random.h"
#include "tests/unit/unit.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE(array) (sizeof(array) / sizeof(array)[0])

static int take_all(void *user, const char *bytes, size_t n, mf_error *error)
{
    (void)error;
    mf__buffer_add(user, bytes, n);
    return 0;
}

/* ---- quoting ---- */

#define WORDS 500

/* Mostly what shells give a meaning to. */
static void make_word(struct mf__random *random, char *word, size_t size)
{
    static const char marks[] = "'\"\\$`!*?[]{}()<>|&;~#= \t\n\r\x01\x7f\xc3\xff-%^";
    size_t n = (size_t)mf__random_below(random, size - 1);
    for (size_t i = 0; i < n; i++)
        word[i] = mf__random_below(random, 3) == 0
                      ? (char)(1 + mf__random_below(random, 255))
                      : marks[mf__random_below(random, sizeof marks - 1)];
    word[n] = '\0';
}

/* What a shell makes of quoted words, each with a NUL behind it. */
static int run_shell(const char *shell, const struct mf__buffer *script, struct mf__buffer *said,
                     struct mf__called *called)
{
    const bool is_fish = strcmp(shell, "fish") == 0; /* reads its standard input by itself */
    const char *const words[] = {shell, is_fish ? NULL : "-s", NULL};
    mf_error error;
    const struct mf__call call = {.words = words,
                                  .input = mf__buffer_text(script),
                                  .n_input = script->length,
                                  .take = take_all,
                                  .user = said};
    return mf__call(&call, called, &error);
}

static void every_shell_reads_quoted_words_as_they_were(void **state)
{
    (void)state;
    static const char *const shells[] = {"sh", "bash", "dash", "zsh", "ksh", "fish"};
    struct mf__random random = {40};
    struct mf__buffer script = {0};
    struct mf__buffer expected = {0};
    size_t tried = 0;
    mf__buffer_put(&script, "printf '%s\\0'");
    for (int i = 0; i < WORDS; i++) {
        char word[24];
        make_word(&random, word, sizeof word);
        mf__buffer_put(&script, " ");
        mf__sh_quote(word, &script);
        mf__buffer_add(&expected, word, strlen(word) + 1);
    }
    mf__buffer_put(&script, "\n");
    for (size_t i = 0; i < SIZE(shells); i++) {
        struct mf__buffer said = {0};
        struct mf__called called = {0};
        if (run_shell(shells[i], &script, &said, &called) == 0) {
            assert_int_equal(called.status, 0);
            assert_int_equal(said.length, expected.length);
            assert_memory_equal(said.bytes, expected.bytes, expected.length);
            tried++;
        }
        mf__buffer_done(&said);
        mf__buffer_done(&called.said);
    }
    assert_true(tried > 0);
    mf__buffer_done(&script);
    mf__buffer_done(&expected);
}

static void plain_words_stay_readable(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *quoted;
    } cases[] = {{"data/a.csv", "data/a.csv"}, {"", "''"},       {"a b", "'a b'"},
                 {"it's", "'it'\\''s'"},       {"'", "''\\'''"}, {"a=b", "'a=b'"},
                 {"--grid", "--grid"},         {"~", "'~'"},     {"\n", "'\n'"},
                 {"a\\b!", "'a'\\\\'b'\\!''"}};
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__buffer out = {0};
        mf__sh_quote(cases[i].word, &out);
        assert_string_equal(mf__buffer_text(&out), cases[i].quoted);
        mf__buffer_done(&out);
    }
}

/* ---- hosts ---- */

static void hosts_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        const char *user;
        const char *name;
        const char *folder;
    } cases[] = {
        {"big", "", "big", ""},
        {"me@big.example-1.org", "me", "big.example-1.org", ""},
        {"big:", "", "big", ""},
        {"big:work", "", "big", "./work"},
        {"big:/scratch/x y", "", "big", "/scratch/x y"},
        {"big:~/a", "", "big", "./a"},
        {"big:~//a", "", "big", "./a"},
        {"big:~/", "", "big", "./"},
        {"big:-rf", "", "big", "./-rf"},
        {"me@[fe80::1]:a:b", "me", "fe80::1", "./a:b"},
        {"[::1]", "", "::1", ""},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__host host;
        mf_error error;
        assert_int_equal(mf__host_parse(cases[i].typed, &host, &error), 0);
        assert_string_equal(host.user, cases[i].user);
        assert_string_equal(host.name, cases[i].name);
        assert_string_equal(host.folder, cases[i].folder);
    }
}

static void what_is_no_host_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"",         "-a",    "-oProxyCommand=x",
                                        "me@-a",    "-me@a", "@a",
                                        "me@",      "a b",   "a;b",
                                        "$(x)",     "a/b",   ".a",
                                        "_a",       "[::1",  "::1",
                                        "[::1]x",   "[]",    "[g]",
                                        "a@b@c",    "a\n",   "a\xc3\xa4",
                                        "a:~x",     "a:~",   "a:b\n",
                                        "a:\x1b[m", "a:\x7f"};
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__host host = {.name = "kept"};
        mf_error error;
        assert_int_equal(mf__host_parse(cases[i], &host, &error), MF_E_INPUT);
        assert_string_equal(host.name, "kept");
    }
}

static void long_hosts_are_refused_whole(void **state)
{
    (void)state;
    static char typed[4000];
    struct mf__host host;
    mf_error error;
    for (size_t n = 1; n < sizeof typed - 8; n += 7) {
        memset(typed, 'a', n);
        typed[n] = '\0';
        assert_int_equal(mf__host_parse(typed, &host, &error), n < MF__HOST_NAME ? 0 : MF_E_INPUT);
        memcpy(typed, "a:", 2);
        if (n > 2)
            assert_int_equal(mf__host_parse(typed, &host, &error),
                             n < MF__HOST_FOLDER ? 0 : MF_E_INPUT);
    }
}

static void the_folder_is_called_as_the_one_here(void **state)
{
    (void)state;
    struct mf__host host = {0};
    mf_error error;
    assert_int_equal(mf__host_folder_default(&host, "/a/my houses", &error), 0);
    assert_string_equal(host.folder, "./manyfold/my houses");
    assert_int_equal(mf__host_folder_default(&host, "/", &error), 0);
    assert_string_equal(host.folder, "./manyfold/work");
    assert_int_equal(mf__host_folder_default(&host, "/a\nb", &error), MF_E_INPUT);
}

/* ---- names of files ---- */

static void names_that_lead_out_are_known(void **state)
{
    (void)state;
    static const char *const fine[] = {"a", "a/b.c", "./a", "results/", "a b", "-x"};
    static const char *const wrong[] = {"",    ".",      "..",   "../a",  "a/../b", "/a",
                                        "./",  "a/.b",   ".b",   "./.b",  "a//b",   "a\nb",
                                        "a/.", "./../a", "\x7f", "a/./b", "//",     "a/..b"};
    for (size_t i = 0; i < SIZE(fine); i++)
        assert_true(mf__copy_is_plain(fine[i]));
    for (size_t i = 0; i < SIZE(wrong); i++)
        assert_false(mf__copy_is_plain(wrong[i]));
}

/* ---- answers ---- */

/* All that was taken, as text. */
static int note_line(void *user, char letter, const char *text, mf_error *error)
{
    (void)error;
    mf__buffer_print(user, "<%c:%s>", letter, text);
    return 0;
}

static int note_bytes(void *user, char letter, const char *bytes, size_t n, mf_error *error)
{
    (void)letter;
    return take_all(user, bytes, n, error);
}

static void answers_are_read_however_they_come(void **state)
{
    (void)state;
    static const char answer[] = "Welcome!\nO 5\nmanyfold-there 1\nS running\n.\nQ\nO 7\nab\n\0=\nc"
                                 "E 0\nX 12\nC 1\n==\n";
    static const char expected[] = "<S:running><Q:>ab\n\0=\nc<X:12>=";
    const size_t length = sizeof answer - 1;
    for (size_t piece = 1; piece <= length; piece++) {
        struct mf__buffer noted = {0};
        struct mf__frames frames = {.line = note_line, .bytes = note_bytes, .user = &noted};
        mf_error error;
        for (size_t at = 0; at < length; at += piece) {
            size_t n = length - at < piece ? length - at : piece;
            assert_false(frames.whole);
            assert_int_equal(mf__frames_take(&frames, answer + at, n, &error), 0);
        }
        assert_true(frames.whole);
        assert_int_equal(noted.length, sizeof expected - 1);
        assert_memory_equal(noted.bytes, expected, noted.length);
        mf__buffer_done(&noted);
    }
}

static void what_is_no_answer_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"Z 1\n",  "\n",   "O\n",    "O x\n",
                                        "O -1\n", "Sx\n", "=\n=\n", "O 9999999999999999999999\n",
                                        " \n"};
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__buffer noted = {0};
        struct mf__frames frames = {
            .line = note_line, .bytes = note_bytes, .user = &noted, .begun = true};
        mf_error error;
        assert_int_equal(mf__frames_take(&frames, cases[i], strlen(cases[i]), &error), MF_E_SYSTEM);
        mf__buffer_done(&noted);
    }
}

static void a_line_without_an_end_is_refused(void **state)
{
    (void)state;
    struct mf__buffer noted = {0};
    struct mf__frames frames = {
        .line = note_line, .bytes = note_bytes, .user = &noted, .begun = true};
    mf_error error;
    int code = 0;
    size_t n = 0;
    for (; code == 0 && n < (size_t)1 << 20; n++)
        code = mf__frames_take(&frames, "K", 1, &error);
    assert_int_equal(code, MF_E_SYSTEM);
    assert_in_range(n, MF__FRAME_LINE, MF__FRAME_LINE + 1);
    mf__buffer_done(&noted);
}

/* ---- programs ---- */

static int call_shell(const char *script, const mf_cancel *cancel, uint64_t silence_ns,
                      struct mf__called *called, struct mf__buffer *said)
{
    const char *const words[] = {"sh", "-c", script, NULL};
    const struct mf__call call = {
        .words = words, .silence_ns = silence_ns, .cancel = cancel, .take = take_all, .user = said};
    mf_error error;
    return mf__call(&call, called, &error);
}

static void programs_end_as_a_shell_tells_it(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int status;
        const char *said;
    } cases[] = {{"exit 0", 0, ""},
                 {"printf x; exit 7", 7, "x"},
                 {"kill -9 $$", 128 + 9, ""},
                 {"kill -PIPE $$", 128 + 13, ""}, /* we ignore it, they do not */
                 {"exec >&- 2>&-; sleep 0.1; exit 3", 3, ""},
                 {"sleep 60 & echo y", 0, "y\n"}};
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__called called = {0};
        struct mf__buffer said = {0};
        assert_int_equal(call_shell(cases[i].script, NULL, 0, &called, &said), 0);
        assert_int_equal(called.status, cases[i].status);
        assert_string_equal(mf__buffer_text(&said), cases[i].said);
        mf__buffer_done(&said);
        mf__buffer_done(&called.said);
    }
}

static int cancel_at_once(void *user, const char *bytes, size_t n, mf_error *error)
{
    (void)bytes;
    (void)n;
    (void)error;
    mf_cancel_request(user);
    return 0;
}

static void what_is_cancelled_or_silent_is_ended_whole(void **state)
{
    (void)state;
    mf_cancel cancel = {0};
    struct mf__called called = {0};
    struct mf__buffer said = {0};
    mf_error error;
    assert_int_equal(call_shell("sleep 1000", NULL, 50000000, &called, &said), 0);
    assert_true(called.was_silent);
    assert_true(called.status == 128 + 15 || called.status == 128 + 9); /* where it is very slow */
    called.was_silent = false;
    const char *const words[] = {"sh", "-c", "trap '' TERM; echo deaf; sleep 1000", NULL};
    const struct mf__call deaf = {
        .words = words, .cancel = &cancel, .take = cancel_at_once, .user = &cancel};
    assert_int_equal(mf__call(&deaf, &called, &error), MF_E_CANCELLED);
    assert_int_equal(called.status, 128 + 9);
    assert_int_equal(call_shell("sleep 1000", &cancel, 0, &called, &said), MF_E_CANCELLED);
    mf__buffer_done(&said);
    mf__buffer_done(&called.said);
}

/* What a program may be silent for, which a busy machine does not take to start it or to end. */
#define SILENCE_MS 8000

/* Waits longer than a program may be silent, as one does whose reader is a pager, and then lets the
 * program end. */
static int take_slowly(void *user, const char *bytes, size_t n, mf_error *error)
{
    (void)bytes;
    (void)n;
    (void)error;
    poll(NULL, 0, SILENCE_MS + 100);
    fclose(fopen(user, "w"));
    return 0;
}

static void a_reader_that_waits_is_no_silence(void **state)
{
    (void)state;
    char path[] = "/tmp/manyfold-test-XXXXXX";
    struct mf__called called = {0};
    mf_error error;
    assert_true(mkstemp(path) >= 0);
    assert_int_equal(unlink(path), 0);
    const char *const words[] = {
        "sh", "-c", "echo a; until [ -e \"$0\" ]; do sleep 0.01; done; exit 7", path, NULL};
    const struct mf__call call = {.words = words,
                                  .silence_ns = SILENCE_MS * UINT64_C(1000000),
                                  .take = take_slowly,
                                  .user = path};
    assert_int_equal(mf__call(&call, &called, &error), 0);
    assert_false(called.was_silent);
    assert_int_equal(called.status, 7);
    unlink(path);
    mf__buffer_done(&called.said);
}

static void the_end_of_what_is_complained_is_kept(void **state)
{
    (void)state;
    struct mf__called called = {0};
    struct mf__buffer said = {0};
    static const char script[] =
        "i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i + 1)); done; echo the end >&2";
    assert_int_equal(call_shell(script, NULL, 0, &called, &said), 0);
    assert_in_range(called.said.length, 1000, 20000);
    assert_string_equal(called.said.bytes + called.said.length - 8, "the end\n");
    mf__buffer_done(&said);
    mf__buffer_done(&called.said);
}

static void input_that_nobody_reads_is_no_trouble(void **state)
{
    (void)state;
    static char input[1 << 20];
    const char *const words[] = {"true", NULL};
    struct mf__called called = {0};
    mf_error error;
    const struct mf__call call = {.words = words, .input = input, .n_input = sizeof input};
    assert_int_equal(mf__call(&call, &called, &error), 0);
    assert_int_equal(called.status, 0);
    const char *const absent[] = {"no-such-program-here", NULL};
    const struct mf__call none = {.words = absent};
    assert_int_equal(mf__call(&none, &called, &error), MF_E_UNAVAILABLE);
    mf__buffer_done(&called.said);
}

static void waits_grow_and_stay_bounded(void **state)
{
    (void)state;
    uint64_t before = 0;
    for (unsigned attempt = 1; attempt < 100; attempt++) {
        uint64_t now = mf__again_after_ns(attempt);
        assert_true(now >= before && now > 0 && now <= UINT64_C(60000000000));
        before = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shell_reads_quoted_words_as_they_were),
        cmocka_unit_test(plain_words_stay_readable),
        cmocka_unit_test(hosts_are_taken_apart),
        cmocka_unit_test(what_is_no_host_is_refused),
        cmocka_unit_test(long_hosts_are_refused_whole),
        cmocka_unit_test(the_folder_is_called_as_the_one_here),
        cmocka_unit_test(names_that_lead_out_are_known),
        cmocka_unit_test(answers_are_read_however_they_come),
        cmocka_unit_test(what_is_no_answer_is_refused),
        cmocka_unit_test(a_line_without_an_end_is_refused),
        cmocka_unit_test(programs_end_as_a_shell_tells_it),
        cmocka_unit_test(what_is_cancelled_or_silent_is_ended_whole),
        cmocka_unit_test(a_reader_that_waits_is_no_silence),
        cmocka_unit_test(the_end_of_what_is_complained_is_kept),
        cmocka_unit_test(input_that_nobody_reads_is_no_trouble),
        cmocka_unit_test(waits_grow_and_stay_bounded),
    };
    signal(SIGPIPE, SIG_IGN); /* as the command does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
