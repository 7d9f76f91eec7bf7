/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/shared.h"

#include "base/memory.h"
#include "exec/fork.h"
#include "tests/fault/fault.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define BYTES 100000

static struct mf__shared lend(void)
{
    struct mf__shared shared;
    mf__shared_lend(&shared, BYTES);
    assert_non_null(shared.memory);
    return shared;
}

static void assert_nowhere(const struct mf__place *place)
{
    struct mf__shared found;
    mf__shared_find(&found, place);
    assert_null(found.memory);
    mf__shared_done(&found);
}

static void it_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct mf__shared shared = lend();
    const unsigned char *bytes = shared.memory;
    assert_int_equal((uintptr_t)bytes % MF__CACHE_LINE, 0);
    for (size_t i = 0; i < BYTES; i++)
        assert_int_equal(bytes[i], 0);
    mf__shared_done(&shared);
    assert_null(shared.memory);
    mf__shared_done(&shared);
}

/* A child that closed what it inherited has to find the memory as a stranger would. */
static void another_process_writes_to_it(void **state)
{
    (void)state;
    struct mf__shared shared = lend();
    struct mf__end end;
    pid_t child = mf__fork(NULL);
    if (child == 0) {
        struct mf__shared found;
        const struct mf__place place = shared.place;
        mf__shared_done(&shared);
        mf__shared_find(&found, &place);
        if (found.memory != NULL)
            memset(found.memory, 7, BYTES);
        _exit(found.memory != NULL ? 0 : 1);
    }
    assert_true(mf__child_ended(child, true, &end) && !end.signalled && end.status == 0);
    const unsigned char *bytes = shared.memory;
    assert_true(bytes[0] == 7 && bytes[BYTES - 1] == 7);
    mf__shared_done(&shared);
}

static void what_is_not_it_is_not_found(void **state)
{
    (void)state;
    struct mf__shared shared = lend();
    struct mf__place other = shared.place;
    const struct mf__place nowhere = {0};
    assert_nowhere(&nowhere);
    other.token[1] ^= 1;
    assert_nowhere(&other);
    other = shared.place;
    other.bytes--;
    assert_nowhere(&other);
    other = shared.place;
    other.pid = INT32_MAX;
    assert_nowhere(&other);
    mf__shared_done(&shared);
    assert_nowhere(&other);
}

/* A file in memory as what is lent, but that can be made shorter. */
static void what_could_be_cut_is_not_found(void **state)
{
    (void)state;
    struct mf__shared shared = lend();
    struct mf__place other = shared.place;
    struct mf__shared found;
    assert_true(ftruncate(shared.place.descriptor, 1) < 0);
    other.descriptor = memfd_create("manyfold-results", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_true(other.descriptor >= 0);
    assert_int_equal(ftruncate(other.descriptor, (off_t)other.bytes), 0);
    assert_int_equal(pwrite(other.descriptor, other.token, sizeof other.token, 0),
                     sizeof other.token);
    assert_nowhere(&other);
    assert_int_equal(
        fcntl(other.descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
    mf__shared_find(&found, &other);
    assert_non_null(found.memory);
    assert_int_equal(mf__shared_bytes(&found), BYTES);
    mf__shared_done(&found);
    close(other.descriptor);
    mf__shared_done(&shared);
}

/* Opening some things does something, so a file that is none of ours stays closed. */
static void something_else_is_not_even_opened(void **state)
{
    (void)state;
    struct mf__shared shared = lend();
    struct mf__place other = shared.place;
    char path[] = "/tmp/manyfold-test-XXXXXX";
    char event[256];
    int watch = inotify_init1(IN_NONBLOCK);
    other.descriptor = mkstemp(path);
    assert_true(watch >= 0 && other.descriptor >= 0);
    assert_true(inotify_add_watch(watch, path, IN_OPEN) >= 0);
    assert_nowhere(&other);
    assert_true(read(watch, event, sizeof event) < 0);
    close(watch);
    close(other.descriptor);
    unlink(path);
    mf__shared_done(&shared);
}

/* The kernel would send SIGXFSZ, which ends the process. */
static void a_limit_of_file_sizes_is_respected(void **state)
{
    (void)state;
    struct rlimit before;
    struct mf__shared shared;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {BYTES, before.rlim_max};
    signal(SIGXFSZ, SIG_DFL); /* whoever started this may ignore it */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    mf__shared_lend(&shared, BYTES);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_null(shared.memory);
    mf__shared_lend(&shared, SIZE_MAX);
    assert_null(shared.memory);
}

int main(void)
{
    crash_plainly();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_zeroed_and_aligned),
        cmocka_unit_test(another_process_writes_to_it),
        cmocka_unit_test(what_is_not_it_is_not_found),
        cmocka_unit_test(what_could_be_cut_is_not_found),
        cmocka_unit_test(something_else_is_not_even_opened),
        cmocka_unit_test(a_limit_of_file_sizes_is_respected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
