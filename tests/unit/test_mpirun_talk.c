/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mpirun_talk.h"

#include "tests/unit/unit.h"

#include <string.h>

#define DASHES "--------------------------------------------------------------------------\n"
#define EQUALS                                                                                     \
    "====================================================================================\n"
#define ABORTED                                                                                    \
    DASHES "Primary job  terminated normally, but 1 process returned\n"                            \
           "a non-zero exit code. Per user-direction, the job has been aborted.\n" DASHES

#define KILLED 1000

/* What a person sees of what mpirun says, heard in pieces of any size, and the exit status. */
static const struct {
    const char *said;
    int mpirun; /* its status, as a shell sees it; KILLED +: by a signal of its own */
    const char *shown;
    int status;
} talks[] = {
    {"", 0, "", 0},
    {"trial 1: rmse 5\nmanyfold: the journal is full\n" ABORTED, 6,
     "trial 1: rmse 5\nmanyfold: the journal is full\n", 6},
    {ABORTED DASHES "mpirun noticed that process rank 2 with PID 0 on node b exited on signal 9 "
                    "(Killed).\n" DASHES,
     137, "manyfold: rank 2 on b was killed by signal 9 (SIGKILL; possibly out of memory)\n", 3},
    {DASHES "mpirun detected that one or more processes exited with non-zero status, thus causing\n"
            "the job to be terminated. The first process to do so was:\n\n"
            "  Process name: [[14941,1],1]\n  Exit code:    7\n" DASHES,
     7, "manyfold: rank 1 on one of the hosts ended with status 7\n", 3},
    {"manyfold: rank 1 (process 5 on b) has not been heard of for 6 s\n" ABORTED DASHES
     "  Process name: [[14941,1],0]\n  Exit code:    3\n" DASHES,
     3, "manyfold: rank 1 (process 5 on b) has not been heard of for 6 s\n", 3},
    {"manyfold: rank 0 (process 5 on b) has not been heard of for 6 s\n"
     "manyfold: rank 0 (process 5 on b) has not been heard of for 6 s\n"
     "mpirun.openmpi: abort is already in progress...hit ctrl-c again to forcibly terminate\n\n",
     137, "manyfold: rank 0 (process 5 on b) has not been heard of for 6 s\n", 3},
    {"ssh: connect to host b port 22: Connection refused\r\n" DASHES
     "ORTE was unable to reliably start one or more daemons.\n" DASHES,
     255,
     "manyfold: cannot start ranks: ssh: connect to host b port 22: Connection refused; \"ssh HOST "
     "true\" has to work there without a password\n",
     5},
    {DASHES "mpirun was unable to launch the specified application as it could not access\n"
            "or execute an executable:\n\nExecutable: /opt/manyfold\nNode: b\n\n"
            "while attempting to start process rank 1.\n" DASHES "2 total processes failed to "
            "start\n",
     132,
     "manyfold: b has no manyfold where this one stands: install the same build in the same "
     "place\n",
     5},
    {"bash: line 1: orted: command not found\n", 127,
     "manyfold: a host has no Open MPI that ssh finds there: install openmpi-bin on all of them\n",
     5},
    {"\n" EQUALS "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n"
     "=   PID 3564 RUNNING AT b\n=   EXIT CODE: 11\n" EQUALS
     "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Segmentation fault (signal 11)\n"
     "This typically refers to a problem with your application.\n",
     11, "\nmanyfold: a rank on b was killed by signal 11 (SIGSEGV)\n", 3},
    /* MPICH on several hosts: its parts lose each other after a rank. */
    {"\n" EQUALS "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n"
     "=   PID 3564 RUNNING AT c\n=   EXIT CODE: 9\n" EQUALS
     "[proxy:0:0@a] HYD_pmcd_pmip_control_cmd_cb (pm/pmip_cb.c:899): assert (!closed) failed\n"
     "\n" EQUALS "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n"
     "=   PID 77 RUNNING AT b\n=   EXIT CODE: 15\n" EQUALS,
     255, "\nmanyfold: a rank on c was killed by signal 9 (SIGKILL; possibly out of memory)\n", 3},
    {"manyfold: the journal is full\n" EQUALS "=   PID 77 RUNNING AT b\n=   EXIT CODE: 9\n" EQUALS,
     6, "manyfold: the journal is full\n", 6},
    {"[mpiexec@a] control_cb (pm/pmiserv/pmiserv_cb.c:206): assert (!closed) failed\n", 255,
     "manyfold: mpirun has lost one of the hosts: its part there was killed, or that machine is "
     "gone\n",
     3},
    {"[proxy:0:1@b] HYDU_create_process (launch.c:73): execvp error on file /opt/manyfold (No such "
     "file or directory)\n",
     255,
     "manyfold: b has no manyfold where this one stands: install the same build in the same "
     "place\n",
     5},
    {"ssh: Could not resolve hostname b: Name or service not known\n", 0,
     "manyfold: cannot start ranks: ssh: Could not resolve hostname b: Name or service not known; "
     "\"ssh HOST true\" has to work there without a password\n",
     5},
    {"", 2, "manyfold: a rank ended with status 2 without a word\n", 2},
    {"", 255, "manyfold: mpirun ended with status 255\n", 3},
    {DASHES
     "mpirun noticed that process rank 1 with PID 0 on node a exited on signal 11 (SIGSEGV).\n"
     "mpirun noticed that process rank 2 with PID 0 on node b exited on signal 15 "
     "(Terminated).\n" DASHES,
     139, "manyfold: rank 1 on a was killed by signal 11 (SIGSEGV)\n", 3},
    {DASHES "The moon is full.\n" DASHES, KILLED + 137,
     "manyfold: mpirun was killed by signal 9 (SIGKILL; possibly out of memory); mpirun said:\n"
     "The moon is full.\n",
     3},
    {DASHES "The moon is full.\n" DASHES, 139,
     "manyfold: a rank was killed by signal 11 (SIGSEGV); mpirun said:\nThe moon is full.\n", 3},
    {"", 99, "manyfold: mpirun ended with status 99\n", 3},
    {"\r\033[K50 % done\r\033[K60 % done\r\033[Kmanyfold: it is over\n" ABORTED, 3,
     "\r\033[K50 % done\r\033[K60 % done\r\033[Kmanyfold: it is over\n", 3},
    {"[b:21468] plm:rsh: Warning: setpgid(21498,21498) failed\n[1/3] a rank's\n[b:] too\n", 0,
     "[1/3] a rank's\n[b:] too\n", 0},
    /* A rule of somebody else's, a banner's, ends with the next line of ours. */
    {DASHES "Welcome.\nmanyfold: the journal is full\ntrial 1: rmse 5\n", 6,
     "manyfold: the journal is full\ntrial 1: rmse 5\n", 6},
    {DASHES "Welcome.\ntrial 1: rmse 5\n", 3, "Welcome.\ntrial 1: rmse 5\n", 3},
    /* A line that is written over has no end, so that mpirun's words are glued to it. */
    {"\r\033[K5 of 9 left" DASHES "The moon is full.\n" DASHES "trial 1: rmse 5\n", 0,
     "\r\033[K5 of 9 left\r\033[Ktrial 1: rmse 5\n", 0},
    {"\r\033[K5 -- 9 ==-= left --\n", 0, "\r\033[K5 -- 9 ==-= left --\n", 0},
    {"\r\033[K5 of 9 leftmpirun.openmpi: Forwarding signal 10 to job\ntrial 1\n", 0,
     "\r\033[K5 of 9 leftmpirun.openmpi: Forwarding signal 10 to job\r\033[Ktrial 1\n", 0},
    {"orterun: Forwarding signal 10 to job\nmpirun.openmpi: Forwarding signal 10 to job\n", 0, "",
     0},
    {"half a line", 0, "half a line\n", 0},
};

#define N_TALKS (sizeof talks / sizeof talks[0])

static void notices_become_one_line_however_they_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_TALKS; i++)
        for (size_t piece = 1; piece < 200; piece += 37) {
            struct mf__mpirun_talk talk;
            struct mf__buffer shown = {0};
            size_t n = strlen(talks[i].said);
            mf__mpirun_talk_start(&talk);
            for (size_t at = 0; at < n; at += piece)
                mf__mpirun_talk_hear(&talk, talks[i].said + at, n - at < piece ? n - at : piece,
                                     &shown);
            assert_int_equal(mf__mpirun_talk_end(&talk, talks[i].mpirun % KILLED,
                                                 talks[i].mpirun > KILLED, &shown),
                             talks[i].status);
            assert_string_equal(mf__buffer_text(&shown), talks[i].shown);
            mf__mpirun_talk_done(&talk);
            mf__buffer_done(&shown);
        }
}

static void a_line_that_is_written_over_is_shown_at_once(void **state)
{
    (void)state;
    struct mf__mpirun_talk talk;
    struct mf__buffer shown = {0};
    mf__mpirun_talk_start(&talk);
    mf__mpirun_talk_hear(&talk, "\r\033[K5 %", 7, &shown);
    assert_string_equal(mf__buffer_text(&shown), "\r\033[K5 %");
    mf__mpirun_talk_done(&talk);
    mf__buffer_done(&shown);
}

static const struct {
    const char *said;
    const char *out;
    const char *shown;
} outs[] = {
    {"15\n", "15\n", ""},
    {"a = b\n\n" EQUALS "= c\n" EQUALS, "a = b\n\n" EQUALS "= c\n" EQUALS, ""},
    {"\n\n=\n==", "\n\n=\n==", ""},
    {"half\n\n" EQUALS "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n"
     "=   PID 3564 RUNNING AT b\n=   EXIT CODE: 9\n" EQUALS
     "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)\n",
     "half\n", "manyfold: a rank on b was killed by signal 9 (SIGKILL; possibly out of memory)\n"},
};

static void a_notice_on_standard_output_is_not_passed_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof outs / sizeof outs[0]; i++)
        for (size_t piece = 1; piece < 200; piece += 37) {
            struct mf__mpirun_talk talk;
            struct mf__buffer out = {0};
            struct mf__buffer shown = {0};
            size_t n = strlen(outs[i].said);
            mf__mpirun_talk_start(&talk);
            for (size_t at = 0; at < n; at += piece)
                mf__mpirun_talk_pass(&talk, outs[i].said + at, n - at < piece ? n - at : piece,
                                     &out, &shown);
            mf__mpirun_talk_pass(&talk, "", 0, &out, &shown);
            mf__mpirun_talk_end(&talk, outs[i].shown[0] != '\0' ? 9 : 0, false, &shown);
            assert_string_equal(mf__buffer_text(&out), outs[i].out);
            assert_string_equal(mf__buffer_text(&shown), outs[i].shown);
            mf__mpirun_talk_done(&talk);
            mf__buffer_done(&shown);
            mf__buffer_done(&out);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notices_become_one_line_however_they_come),
        cmocka_unit_test(a_line_that_is_written_over_is_shown_at_once),
        cmocka_unit_test(a_notice_on_standard_output_is_not_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
