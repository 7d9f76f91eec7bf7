/* SPDX-License-Identifier: Apache-2.0 */
/* A lost wake-up shows as a test that does not end: those who wait here know no time-out. */
#include "exec/event.h"

#include "tests/fault/fault.h"
#include "tests/unit/unit.h"

#include <pthread.h>

#define ROUNDS 3000

static void waiting_for_what_has_happened_returns_at_once(void **state)
{
    (void)state;
    static const uint64_t spins[] = {0, 1, 1000, UINT64_MAX};
    struct mf__event event = {0};
    for (size_t i = 0; i < sizeof spins / sizeof spins[0]; i++) {
        uint32_t seen = mf__event_seen(&event);
        mf__event_notify(&event);
        assert_true(mf__event_seen(&event) != seen);
        mf__event_wait(&event, seen, spins[i], MF__NO_TIMEOUT);
        assert_int_equal(atomic_load(&event.sleepers), 0);
    }
}

static void waiting_ends_when_the_time_is_over(void **state)
{
    (void)state;
    struct mf__event event = {0};
    mf__event_wait(&event, mf__event_seen(&event), 0, 1000);
    mf__event_wait(&event, mf__event_seen(&event), 1000, 0);
    assert_int_equal(atomic_load(&event.sleepers), 0);
    assert_int_equal(mf__event_seen(&event), 0);
}

static bool third_time(void *user)
{
    return ++*(int *)user == 3;
}

static bool never(void *user)
{
    (void)user;
    return false;
}

static void spinning_looks_until_it_holds_or_the_time_is_over(void **state)
{
    (void)state;
    int looks = 0;
    assert_true(mf__spin_until(third_time, &looks, UINT64_MAX));
    assert_int_equal(looks, 3);
    looks = 0;
    assert_true(mf__spin_until(third_time, &looks, 0));
    assert_false(mf__spin_until(never, NULL, 0));
    assert_false(mf__spin_until(never, NULL, 1000));
}

/* Two that hand a ball to and fro, each asleep while the other has it. */
struct game {
    struct mf__event event;
    _Atomic uint32_t ball; /* even: the first player's */
    uint64_t spin_ns;
};

static void play(struct game *game, uint32_t player)
{
    for (uint32_t round = player; round < 2 * ROUNDS; round += 2) {
        for (;;) {
            uint32_t seen = mf__event_seen(&game->event);
            if (atomic_load(&game->ball) == round)
                break;
            mf__event_wait(&game->event, seen, game->spin_ns, MF__NO_TIMEOUT);
        }
        atomic_store(&game->ball, round + 1);
        mf__event_notify(&game->event);
    }
}

static void *play_second(void *game)
{
    play(game, 1);
    return NULL;
}

/* Before any test with threads: the child is forked by a process with one. */
static void no_wake_up_is_lost_between_processes(void **state)
{
    (void)state;
    struct game *game = share(sizeof *game);
    assert_non_null(game);
    pid_t child = fork();
    if (child == 0) {
        play(game, 1);
        _exit(0);
    }
    play(game, 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(atomic_load(&game->event.sleepers), 0);
    munmap(game, sizeof *game);
}

static void no_wake_up_is_lost_between_threads(void **state)
{
    (void)state;
    static const uint64_t spins[] = {0, 2000};
    for (size_t i = 0; i < sizeof spins / sizeof spins[0]; i++) {
        struct game game = {.spin_ns = spins[i]};
        pthread_t second;
        assert_int_equal(pthread_create(&second, NULL, play_second, &game), 0);
        play(&game, 0);
        pthread_join(second, NULL);
        assert_int_equal(atomic_load(&game.ball), 2 * ROUNDS);
        assert_int_equal(atomic_load(&game.event.sleepers), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_for_what_has_happened_returns_at_once),
        cmocka_unit_test(waiting_ends_when_the_time_is_over),
        cmocka_unit_test(spinning_looks_until_it_holds_or_the_time_is_over),
        cmocka_unit_test(no_wake_up_is_lost_between_processes),
        cmocka_unit_test(no_wake_up_is_lost_between_threads),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
