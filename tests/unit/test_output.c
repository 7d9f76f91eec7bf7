/* SPDX-License-Identifier: Apache-2.0 */
/* These tests also run as root, for whom permissions do not count: failures are made otherwise. */
#include "base/output.h"

#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test works in a folder of its own, the current one; afterwards it must hold `n` names. */
static int enter(void **state)
{
    (void)state;
    char folder[] = "/tmp/manyfold-output-XXXXXX";
    return mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static size_t names_in(const char *folder)
{
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(stream);
    return n;
}

static int leave(void **state)
{
    (void)state;
    char folder[200];
    if (getcwd(folder, sizeof folder) == NULL)
        return -1;
    static const char *const names[] = {"a", "b", "link", "sub/a", "sub", "fifo", "huge"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(names[i]);
    return chdir("/") != 0 || rmdir(folder) != 0 ? -1 : 0;
}

static void put(const char *path, const char *text)
{
    mf_error error = {0};
    if (mf__output_write(path, text, strlen(text), &error) != 0)
        fail_msg("%s", error.text);
}

static void assert_holds(const char *path, const char *text)
{
    char bytes[100] = "";
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, bytes, sizeof bytes - 1), strlen(text));
    assert_string_equal(bytes, text);
    close(fd);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

/* Both calls refuse, in the same words. */
static void assert_refused(const char *path, const char *sentence)
{
    mf_error error = {0};
    assert_int_equal(mf__output_write(path, "new", 3, &error), MF_E_OUTPUT);
    assert_string_equal(error.text, sentence);
    error = (mf_error){0};
    assert_int_equal(mf__output_check(path, &error), MF_E_OUTPUT);
    assert_string_equal(error.text, sentence);
}

static void makes_and_replaces_a_file(void **state)
{
    (void)state;
    mode_t mask = umask(027);
    assert_int_equal(mf__output_check("a", NULL), 0);
    assert_int_equal(names_in("."), 0);
    put("a", "first");
    assert_holds("a", "first");
    assert_int_equal(mode_of("a"), 0640);
    assert_int_equal(mf__output_check("a", NULL), 0);
    put("a", "");
    assert_holds("a", "");
    assert_int_equal(names_in("."), 1);
    umask(mask);
}

static void keeps_the_mode_of_a_file(void **state)
{
    (void)state;
    put("a", "old");
    chmod("a", 0604);
    put("./a", "new");
    assert_holds("a", "new");
    assert_int_equal(mode_of("a"), 0604);
}

static void replaces_by_renaming(void **state)
{
    (void)state;
    put("a", "old");
    assert_int_equal(link("a", "b"), 0);
    put("a", "new");
    assert_holds("a", "new");
    assert_holds("b", "old"); /* it would be "new" had the file itself been written to */
}

static void replaces_what_a_link_points_to(void **state)
{
    (void)state;
    mkdir("sub", 0777);
    put("sub/a", "old");
    assert_int_equal(symlink("sub/a", "link"), 0);
    put("link", "new");
    assert_holds("sub/a", "new");
    struct stat status;
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(names_in("."), 2);
    assert_int_equal(names_in("sub"), 1);
}

static void makes_the_file_that_a_dangling_link_names(void **state)
{
    (void)state;
    mkdir("sub", 0777);
    assert_int_equal(symlink("a", "sub/a"), 0);
    unlink("sub/a");
    assert_int_equal(symlink("sub/a", "link"), 0);
    assert_int_equal(mf__output_check("link", NULL), 0);
    put("link", "new");
    assert_holds("sub/a", "new");
}

static void says_why_a_place_cannot_be_written(void **state)
{
    (void)state;
    mkdir("sub", 0777);
    put("a", "kept");
    assert_int_equal(symlink("link", "link"), 0);
    assert_refused("none/a", "cannot write \"none/a\": the folder does not exist; create it or "
                             "choose another place");
    assert_refused("sub", "cannot write \"sub\": this is a folder; name a file in it");
    assert_refused("b/", "cannot write \"b/\": this is a folder; name a file in it");
    assert_refused("a/b", "cannot write \"a/b\": a part of the path is a file where a folder is "
                          "needed");
    assert_refused("link", "cannot write \"link\": too many links that point to each other");
    assert_refused("", "cannot write \"\": the folder does not exist; create it or choose another "
                       "place");
    assert_refused("none\x1b/a", "cannot write \"none\\x1b/a\": the folder does not exist; create "
                                 "it or choose another place");
    char name[400];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    mf_error error = {0};
    assert_int_equal(mf__output_write(name, "x", 1, &error), MF_E_OUTPUT);
    assert_non_null(strstr(error.text, "the name is too long"));
    assert_holds("a", "kept");
    assert_int_equal(names_in("."), 3);
    assert_int_equal(names_in("sub"), 0);
}

#define CANNOT_TEST 77

/* What a child does with a changed process; the exit status tells how it went. */
static void assert_child(int (*run)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(run());
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CANNOT_TEST)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Without the rights of root, under which broken code would replace the machine's devices. */
static int write_to_devices(void)
{
    if (geteuid() == 0 && seteuid(65534) != 0)
        return CANNOT_TEST;
    mf_error error = {0};
    if (mf__output_check("/dev/full", &error) != 0)
        return 1;
    if (mf__output_write("/dev/full", "x", 1, &error) != MF_E_OUTPUT)
        return 2;
    if (strcmp(error.text, "cannot write \"/dev/full\": no space is left on the device; free some "
                           "or choose another place") != 0)
        return 3;
    return mf__output_write("/dev/null", "x", 1, &error) == 0 ? 0 : 4;
}

static void reports_a_full_device(void **state)
{
    (void)state;
    assert_child(write_to_devices);
}

static void writes_into_a_pipe_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("fifo", 0666), 0);
    int fd = open("fifo", O_RDONLY | O_NONBLOCK);
    assert_true(fd >= 0);
    assert_int_equal(mf__output_check("fifo", NULL), 0);
    put("fifo", "hello");
    char bytes[10] = "";
    assert_int_equal(read(fd, bytes, sizeof bytes), 5);
    assert_string_equal(bytes, "hello");
    close(fd);
    struct stat status;
    assert_int_equal(lstat("fifo", &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    assert_int_equal(names_in("."), 1);
}

static void reports_a_reader_that_has_gone(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    mf_error error = {0};
    assert_int_equal(mf__write_all(ends[1], "x", 1, "the result", &error), MF_E_OUTPUT);
    assert_string_equal(error.text, "cannot write the result: the reader has closed the pipe");
    close(ends[1]);
}

static int run_into_the_size_limit(void)
{
    static char bytes[100000];
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {65536, 65536};
    mf_error error = {0};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    if (mf__output_write("a", bytes, sizeof bytes, &error) != MF_E_OUTPUT)
        return 2;
    if (mf__output_write("huge", bytes, sizeof bytes, &error) != MF_E_OUTPUT)
        return 3;
    return strstr(error.text, "larger than is allowed") != NULL ? 0 : 4;
}

static void leaves_the_old_file_when_the_new_one_does_not_fit(void **state)
{
    (void)state;
    put("a", "old");
    assert_child(run_into_the_size_limit);
    assert_holds("a", "old");
    assert_int_equal(names_in("."), 1);
}

/* Gives the child standard output of its own: `b`, opened as a shell does for "> b". */
static int open_b_as_standard_output(int flags)
{
    int fd = open("b", flags | O_CREAT, 0666);
    return fd >= 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO ? 0 : 1;
}

static int write_to_standard_output(void)
{
    if (open_b_as_standard_output(O_WRONLY) != 0)
        return 1;
    if (mf__output_check("-", NULL) != 0 || mf__output_check("/dev/stdout", NULL) != 0)
        return 2;
    /* Three ways to name the same file; a rename would lose what comes before and after. */
    bool good = mf__output_write("-", "1", 1, NULL) == 0 &&
                mf__output_write("/dev/stdout", "2", 1, NULL) == 0 &&
                mf__output_write("b", "3", 1, NULL) == 0 &&
                mf__output_write("-", "4", 1, NULL) == 0;
    return good ? 0 : 3;
}

static void writes_standard_output_in_order(void **state)
{
    (void)state;
    assert_child(write_to_standard_output);
    assert_holds("b", "1234");
    assert_int_equal(names_in("."), 1);
}

static int write_to_closed_standard_output(void)
{
    mf_error error = {0};
    close(STDOUT_FILENO);
    if (mf__output_check("-", &error) != MF_E_OUTPUT)
        return 1;
    if (mf__output_write("-", "x", 1, &error) != MF_E_OUTPUT)
        return 2;
    return strcmp(error.text, "cannot write standard output: it is not open for writing");
}

static int check_standard_output_for_reading(void)
{
    if (open_b_as_standard_output(O_RDONLY) != 0)
        return 1;
    return mf__output_check("-", NULL) == MF_E_OUTPUT ? 0 : 2;
}

static void reports_standard_output_that_cannot_be_written(void **state)
{
    (void)state;
    assert_child(write_to_closed_standard_output);
    assert_child(check_standard_output_for_reading);
}

static atomic_int *signals_seen; /* shared with the child */

static void count_signal(int number)
{
    (void)number;
    atomic_fetch_add(signals_seen, 1);
}

static bool has_ended(pid_t child)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

/* Waits until the pipe is full, so that its writer stands still, then disturbs the writer: the
 * first signal cuts a write short, one of the others finds a write that has not written yet. */
static void disturb(pid_t writer, int fd)
{
    int waiting = 0;
    while (waiting < 4096 && !has_ended(writer)) {
        assert_int_equal(ioctl(fd, FIONREAD, &waiting), 0);
        sched_yield();
    }
    while (atomic_load(signals_seen) < 2000 && !has_ended(writer)) {
        kill(writer, SIGUSR1);
        sched_yield();
    }
}

static void goes_on_after_signals_and_short_writes(void **state)
{
    (void)state;
    static char bytes[1 << 18], got[1 << 18];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31 % 251);
    signals_seen =
        mmap(NULL, sizeof *signals_seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(signals_seen != MAP_FAILED);
    const struct sigaction action = {.sa_handler = count_signal};
    sigaction(SIGUSR1, &action, NULL);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(mf__write_all(ends[1], bytes, sizeof bytes, "a pipe", NULL) == 0 ? 0 : 1);
    close(ends[1]);
    disturb(child, ends[0]);
    size_t length = 0;
    for (ssize_t n = 1; n > 0; length += (size_t)n) {
        n = read(ends[0], got + length, sizeof got - length);
        assert_true(n >= 0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(length, sizeof bytes);
    assert_memory_equal(bytes, got, sizeof bytes);
    close(ends[0]);
    munmap(signals_seen, sizeof *signals_seen);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

/* Adds two pieces, unless `code` says that it fails after the first. */
static int produce(void *user, struct mf__output *output, mf_error *error)
{
    int code = *(const int *)user;
    if (mf__output_add(output, "first, ", 7) != 0)
        return MF_E_OUTPUT;
    if (code != 0) {
        error->code = code;
        snprintf(error->text, sizeof error->text, "the producer's words");
        return code;
    }
    return mf__output_add(output, "second", 6);
}

static void a_stream_arrives_whole_or_not_at_all(void **state)
{
    (void)state;
    mf_error error = {0};
    int code = 0;
    assert_int_equal(mf__output_stream("a", produce, &code, &error), 0);
    assert_holds("a", "first, second");
    code = MF_E_MEMORY;
    put("a", "old");
    assert_int_equal(mf__output_stream("a", produce, &code, &error), MF_E_MEMORY);
    assert_string_equal(error.text, "the producer's words");
    assert_holds("a", "old");
    assert_int_equal(mf__output_stream("b", produce, &code, &error), MF_E_MEMORY);
    assert_int_equal(names_in("."), 1);
}

static void a_stream_that_cannot_be_written_is_said_with_its_path(void **state)
{
    (void)state;
    mf_error error = {0};
    int code = 0;
    assert_int_equal(mf__output_stream("/dev/full", produce, &code, &error), MF_E_OUTPUT);
    assert_non_null(strstr(error.text, "\"/dev/full\": no space is left"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(makes_and_replaces_a_file),
        IN_A_FOLDER(keeps_the_mode_of_a_file),
        IN_A_FOLDER(replaces_by_renaming),
        IN_A_FOLDER(replaces_what_a_link_points_to),
        IN_A_FOLDER(makes_the_file_that_a_dangling_link_names),
        IN_A_FOLDER(says_why_a_place_cannot_be_written),
        IN_A_FOLDER(reports_a_full_device),
        IN_A_FOLDER(writes_into_a_pipe_as_it_is),
        IN_A_FOLDER(reports_a_reader_that_has_gone),
        IN_A_FOLDER(leaves_the_old_file_when_the_new_one_does_not_fit),
        IN_A_FOLDER(writes_standard_output_in_order),
        IN_A_FOLDER(reports_standard_output_that_cannot_be_written),
        IN_A_FOLDER(goes_on_after_signals_and_short_writes),
        IN_A_FOLDER(a_stream_arrives_whole_or_not_at_all),
        IN_A_FOLDER(a_stream_that_cannot_be_written_is_said_with_its_path),
    };
    return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
