/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the system gives too little: a clear error, or the right answer all the same; never a
 * crash, and nobody left. Each try is made in a child, since limits cannot be taken back; as root
 * the child becomes nobody first, for whom the limit of processes counts.
 */
#include "tests/fault/fault.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#define NOBODY    65534
#define N_WORKERS 8

static struct scene {
    int code;
    bool right;  /* the answer, when code is 0 */
    bool nobody; /* is left */
    mf_error error;
} * scene;

static void set_scene(void)
{
    if (scene == NULL)
        scene = share(sizeof *scene);
    assert_non_null(scene);
    memset(scene, 0, sizeof *scene);
}

static void become_nobody(void)
{
    if (getuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        _exit(2);
    /* Changing who it is takes away the right to be waited for in some settings. */
    prctl(PR_SET_DUMPABLE, 1);
}

static void limit(int what, rlim_t most)
{
    const struct rlimit limits = {most, most};
    if (setrlimit((__rlimit_resource_t)what, &limits) != 0)
        _exit(3);
}

/* Opens and runs in this process, and notes what came of it. */
static void use(const char *way, unsigned workers)
{
    struct fold fold = {0};
    mf_work work = fold_work(&fold, 100);
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    options.workers = workers;
    scene->code = mf_pool_open(mf_way_find(way), &options, &pool, &scene->error);
    if (scene->code == 0)
        scene->code = mf_pool_run(pool, &work, NULL, NULL, &scene->error);
    scene->right = fold.answer == fold_answer(100);
    mf_pool_close(&pool);
    scene->nobody = all_ended_within(0);
}

/* Tries with a limit; returns the code, after looking at all that must hold whatever it is. */
static int try_with(const char *way, int what, rlim_t most)
{
    int status = 0;
    set_scene();
    pid_t child = fork();
    if (child == 0) {
        become_nobody();
        limit(what, most);
        use(way, N_WORKERS);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(scene->nobody);
    if (scene->code == 0)
        assert_true(scene->right);
    else
        assert_true(scene->error.code == scene->code && strlen(scene->error.text) > 20);
    return scene->code;
}

static void without_processes_to_be_had_the_error_says_so(void **state)
{
    (void)state;
    assert_int_equal(try_with("processes", RLIMIT_NPROC, 1), MF_E_SYSTEM);
    assert_non_null(strstr(scene->error.text, "could not be forked"));
    assert_non_null(strstr(scene->error.text, "fewer workers"));
}

static void without_threads_to_be_had_the_error_says_so(void **state)
{
    (void)state;
    assert_int_equal(try_with("threads", RLIMIT_NPROC, 1), MF_E_SYSTEM);
    assert_non_null(strstr(scene->error.text, "thread 2 of 8 could not be started"));
    assert_non_null(strstr(scene->error.text, "fewer workers"));
}

static void any_limit_of_processes_gives_an_answer_or_an_error(void **state)
{
    (void)state;
    for (rlim_t most = 2; most <= N_WORKERS + 2; most++) {
        try_with("processes", RLIMIT_NPROC, most);
        try_with("threads", RLIMIT_NPROC, most);
    }
}

static void any_limit_of_open_files_gives_an_answer_or_an_error(void **state)
{
    (void)state;
    unsigned failed = 0;
    unsigned done = 0;
    for (rlim_t most = 3; most <= 40; most++) {
        int code = try_with("processes", RLIMIT_NOFILE, most);
        assert_true(code == 0 || code == MF_E_SYSTEM);
        failed += code != 0;
        done += code == 0;
        if (code != 0)
            assert_non_null(strstr(scene->error.text, "Too many open files"));
    }
    assert_true(failed > 0 && done > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_processes_to_be_had_the_error_says_so),
        cmocka_unit_test(without_threads_to_be_had_the_error_says_so),
        cmocka_unit_test(any_limit_of_processes_gives_an_answer_or_an_error),
        cmocka_unit_test(any_limit_of_open_files_gives_an_answer_or_an_error),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
