/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left behind: by a parent that is killed, nobody and nothing; by a thousand runs, neither.
 *
 * This process is the one that orphans are given to, so that "nobody is alive" is known for sure:
 * waiting for any child says that there is none.
 */
#include "base/random.h"
#include "tests/fault/fault.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#define N_WORKERS 4
#define N_ITEMS   10000000 /* of a millisecond: more than PATIENCE_NS */

static struct scene {
    _Atomic unsigned born;  /* workers that ran an item */
    _Atomic unsigned named; /* things with a name that a worker found itself to share */
} * scene;

static struct mf__random dice;
static unsigned n_parents; /* how many are killed */
static bool has_own_lists;

/* ---- the parent that is killed ---- */

static int slow_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    if (item < N_WORKERS)
        atomic_fetch_add(&scene->born, 1);
    nap(NS_PER_MS);
    return fold_run(user, item, ret_result, worker, error);
}

static _Noreturn void be_parent(void)
{
    struct fold fold;
    mf_work work = fold_work(&fold, N_ITEMS);
    mf_pool *pool = open_pool("processes", N_WORKERS);
    work.run = slow_run;
    _exit(pool == NULL || mf_pool_run(pool, &work, NULL, NULL, NULL) != 0);
}

static void pass(uint64_t ns)
{
    uint64_t start = mf__now_ns();
    while (mf__now_ns() - start < ns)
        continue;
}

static void set_scene(void)
{
    if (scene == NULL)
        scene = share(sizeof *scene);
    assert_non_null(scene);
    atomic_store(&scene->born, 0);
    atomic_store(&scene->named, 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

/* Makes lists of named memory, semaphores and queues of our own, where that may be done: in those
 * of the machine, other programs come and go. */
static bool make_own_lists(void)
{
    const int own = CLONE_NEWNS | CLONE_NEWIPC;
    return (unshare(own) == 0 || unshare(own | CLONE_NEWUSER) == 0) &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", "/dev/shm", "tmpfs", 0, NULL) == 0;
}

static size_t names_in(const char *path)
{
    size_t n = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return n;
}

/* Lines of the kernel's lists of System V memory, semaphores and queues, without their heads. */
static size_t system_v(void)
{
    static const char *const lists[] = {"/proc/sysvipc/shm", "/proc/sysvipc/sem",
                                        "/proc/sysvipc/msg"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        FILE *list = fopen(lists[i], "r");
        size_t lines = 0;
        for (int byte; list != NULL && (byte = getc(list)) != EOF;)
            lines += byte == '\n';
        n += lines > 0 ? lines - 1 : 0;
        if (list != NULL)
            fclose(list);
    }
    return n;
}

static void nobody_outlives_a_parent_that_is_killed(void **state)
{
    (void)state;
    unsigned with_workers = 0;
    for (unsigned turn = 0; turn < n_parents; turn++) {
        int status = 0;
        set_scene();
        pid_t parent = fork();
        if (parent == 0)
            be_parent();
        assert_true(parent > 0);
        /* Half of them while workers are being forked, half while they work. */
        while (turn % 2 == 0 && atomic_load(&scene->born) == 0)
            nap(NS_PER_MS / 20);
        pass(mf__random_below(&dice, 3 * NS_PER_MS));
        with_workers += atomic_load(&scene->born) > 0;
        assert_int_equal(kill(parent, SIGKILL), 0);
        assert_int_equal(waitpid(parent, &status, 0), parent);
        assert_true(WIFSIGNALED(status)); /* it had not ended by itself */
        assert_true(all_ended_within(PATIENCE_NS));
    }
    assert_true(with_workers >= n_parents / 2);
}

static void they_leave_nothing_that_has_a_name(void **state)
{
    (void)state;
    if (!has_own_lists) {
        print_message("# no lists of our own can be made\n");
        skip();
    }
    assert_int_equal(names_in("/dev/shm"), 0);
    assert_int_equal(system_v(), 0);
}

/* ---- a parent that is gone before its worker could ask to be told ---- */

static pid_t doomed; /* the parent, in it and its children */

/* In every forked child before anything else of it. */
static void at_birth(void)
{
    if (doomed == 0)
        return;
    kill(doomed, SIGKILL);
    while (getppid() == doomed)
        nap(NS_PER_MS / 10);
}

static void a_worker_whose_parent_died_before_it_could_ask_ends_as_well(void **state)
{
    (void)state;
    int status = 0;
    set_scene();
    assert_int_equal(pthread_atfork(NULL, NULL, at_birth), 0);
    pid_t parent = fork();
    if (parent == 0) {
        doomed = getpid();
        be_parent();
    }
    assert_int_equal(waitpid(parent, &status, 0), parent);
    assert_true(WIFSIGNALED(status));
    assert_true(all_ended_within(PATIENCE_NS));
    assert_int_equal(atomic_load(&scene->born), 0);
}

/* ---- nothing with a name ---- */

/* What is shared and has a name other than that of anonymous memory, in this process. */
static unsigned named_mappings(void)
{
    char line[512];
    unsigned n = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        char rights[5] = "";
        char name[300] = "";
        if (sscanf(line, "%*s %4s %*s %*s %*s %299[^\n]", rights, name) < 2 || rights[3] != 's')
            continue;
        n += name[0] != '\0' && strcmp(name, "/dev/zero (deleted)") != 0;
    }
    if (maps != NULL)
        fclose(maps);
    return n;
}

/* Open files that have a place in the file system or in the memory's. */
static unsigned named_files(void)
{
    unsigned n = 0;
    for (int fd = STDERR_FILENO + 1; fd < 100; fd++) {
        char link[40];
        char name[300];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, name, sizeof name - 1);
        name[length > 0 ? length : 0] = '\0';
        n += strncmp(name, "/dev/shm/", 9) == 0 || strncmp(name, "/memfd:", 7) == 0 ||
             strncmp(name, "/tmp", 4) == 0;
    }
    return n;
}

static int looking_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    unsigned before = *(unsigned *)user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    atomic_fetch_add(&scene->named, named_mappings() + named_files() - before);
    return 0;
}

static void workers_share_nothing_that_has_a_name(void **state)
{
    (void)state;
    unsigned before = named_mappings() + named_files();
    const mf_work work = {.n_items = N_WORKERS, .run = looking_run, .user = &before};
    mf_pool *pool = open_pool("processes", N_WORKERS);
    set_scene();
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
    assert_int_equal(atomic_load(&scene->named), 0);
    mf_pool_close(&pool);
}

/* ---- one run after another ---- */

static void a_thousand_runs_leave_no_descriptor_no_zombie_and_no_child(void **state)
{
    (void)state;
    size_t before = open_files();
    unsigned prompt = 0;
    for (uint64_t turn = 0; turn < 1000; turn++) {
        struct fold fold;
        mf_work work = fold_work(&fold, turn % 7);
        mf_pool *pool = open_pool("processes", 1 + (unsigned)turn % 3);
        uint64_t start = mf__now_ns();
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
        prompt += mf__now_ns() - start < 90 * NS_PER_MS;
        assert_true(fold.answer == fold_answer(turn % 7));
        mf_pool_close(&pool);
        assert_true(all_ended_within(0));
        assert_int_equal(open_files(), before);
    }
    /* The parent hears of an end; it does not find out when it looks ten times a second. On a busy
     * machine many runs take longer than that, and all would if it only looked. */
    assert_true(prompt >= 100);
}

static int failing_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    if (item % 5 == 1)
        raise(SIGKILL);
    return item % 5 == 2 ? MF_E_INPUT : fold_run(user, item, ret_result, worker, error);
}

static int failing_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    return item == 10 ? MF_E_DIFFER : fold_combine(user, item, result, error);
}

static void runs_that_fail_leave_nothing_either(void **state)
{
    (void)state;
    size_t before = open_files();
    for (int turn = 0; turn < 20; turn++) {
        struct fold fold;
        mf_work work = fold_work(&fold, 12);
        mf_cancel cancel = {.requested = turn % 3 == 2};
        const mf_run_options options = {.cancel = &cancel};
        mf_pool *pool = open_pool("processes", 3);
        work.run = failing_run;
        work.combine = turn % 3 == 1 ? failing_combine : fold_combine;
        assert_int_not_equal(mf_pool_run(pool, &work, &options, NULL, NULL), 0);
        mf_pool_close(&pool);
        assert_true(all_ended_within(0));
        assert_int_equal(open_files(), before);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_outlives_a_parent_that_is_killed),
        cmocka_unit_test(they_leave_nothing_that_has_a_name),
        cmocka_unit_test(a_worker_whose_parent_died_before_it_could_ask_ends_as_well),
        cmocka_unit_test(workers_share_nothing_that_has_a_name),
        cmocka_unit_test(a_thousand_runs_leave_no_descriptor_no_zombie_and_no_child),
        cmocka_unit_test(runs_that_fail_leave_nothing_either),
    };
    has_own_lists = make_own_lists();
    n_parents = argc > 1 && strcmp(argv[1], "long") == 0 ? 200 : 50;
    dice.state = mf__now_ns();
    print_message("# seed %llu\n", (unsigned long long)dice.state);
    return cmocka_run_group_tests_name("orphans", tests, NULL, NULL);
}
