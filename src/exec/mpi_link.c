/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mpi_link.h"

#include <manyfold/pool.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/event.h"
#include "exec/mpi_link_inner.h"
#include "exec/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define GUARD_NS UINT64_C(200000000)

static void start_mpi(struct mf__mpi_link *link)
{
    int code = link->api->start();
    if (code != 0) {
        mf__mpi_fail_open(link, MF_E_UNAVAILABLE, "MPI does not start here (error %d)", code);
        return;
    }
    link->rank = link->api->rank();
    link->size = link->api->size();
    link->peers = mf__new((size_t)link->size, sizeof *link->peers);
    if (link->peers == NULL)
        mf__mpi_fail_open(link, MF_E_MEMORY, "no memory for %d ranks", link->size);
    else
        mf__mpi_gather(link);
}

/* ---- the thread ---- */

/* Takes one message for the driver; false: there was none. */
static bool take_message(struct mf__mpi_link *link)
{
    int from = 0;
    int tag = 0;
    if (!mf__mpi_find(link, MF__MPI_ANY_TAG, &from, &tag))
        return false;
    link->peers[from].heard_ns = mf__now_ns();
    if (tag == MF__TAG_BEAT)
        mf__mpi_take(link, from, tag, NULL, 0);
    else
        link->driver.message(link->driver.user, from, tag);
    return true;
}

/* Looks once at everything; false: nothing was to be done. What comes while nobody drives waits. */
static bool look(struct mf__mpi_link *link)
{
    bool found = false;
    mf__mpi_keep_in_touch(link);
    pthread_mutex_lock(&link->lock);
    if (link->is_driven) {
        found = take_message(link);
        found = link->driver.drive(link->driver.user) || found;
    }
    pthread_mutex_unlock(&link->lock);
    return found;
}

static void pause_between_looks(struct mf__mpi_link *link, uint32_t seen)
{
    uint64_t pause_ns = link->is_driven ? link->pause_ns : MF__MPI_PACE_IDLE;
    mf__event_wait(&link->woken, seen, MF_SPIN_NEVER, pause_ns);
}

static void set_state(struct mf__mpi_link *link, enum mf__mpi_state state)
{
    atomic_store(&link->state, (int)state);
    mf__event_notify(&link->changed);
}

static void *live(void *argument)
{
    struct mf__mpi_link *link = argument;
    start_mpi(link);
    set_state(link, OPEN);
    while (atomic_load(&link->state) == OPEN && link->problem[0] == '\0') {
        uint32_t seen = mf__event_seen(&link->woken);
        if (!look(link))
            pause_between_looks(link, seen);
    }
    if (link->problem[0] == '\0')
        mf__mpi_must(link, link->api->end(), "ending");
    set_state(link, CLOSED);
    return NULL;
}

/* ---- the guard ---- */

static void tell_stuck(struct mf__mpi_link *link, uint64_t stuck_ns)
{
    int rank = atomic_load(&link->waits_for);
    double seconds = (double)stuck_ns / 1e9;
    if (atomic_load(&link->tick_ns) == 0)
        mf__mpi_fatal(link,
                      "MPI has not started after %.0f s: see whether all hosts are there and reach "
                      "each other",
                      seconds);
    else if (rank != MF__MPI_NOBODY)
        mf__mpi_tell_silence(link, rank, stuck_ns);
    else if (atomic_load(&link->state) == CLOSING)
        mf__mpi_tell_unended(link, stuck_ns);
    else
        mf__mpi_fatal(link, "MPI has not come back for %.0f s", seconds);
}

static void *watch(void *argument)
{
    struct mf__mpi_link *link = argument;
    uint64_t looked_ns = mf__now_ns();
    uint64_t least_ns = looked_ns; /* what was before does not count */
    while (atomic_load(&link->state) != CLOSED) {
        uint32_t seen = mf__event_seen(&link->changed);
        if (atomic_load(&link->state) != CLOSED)
            mf__event_wait(&link->changed, seen, MF_SPIN_NEVER, GUARD_NS);
        uint64_t now_ns = mf__now_ns();
        if (now_ns - looked_ns > GUARD_NS + mf__mpi_excuse(link))
            least_ns = now_ns;
        looked_ns = now_ns;
        uint64_t tick_ns = atomic_load(&link->tick_ns);
        uint64_t limit_ns = tick_ns == 0 ? link->options.gather_ns : mf__mpi_silence(link);
        uint64_t from_ns = tick_ns > least_ns ? tick_ns : least_ns;
        if (now_ns > from_ns && now_ns - from_ns > limit_ns && atomic_load(&link->state) != CLOSED)
            tell_stuck(link, now_ns - from_ns);
    }
    return NULL;
}

/* ---- opening and closing ---- */

static void wait_while(struct mf__mpi_link *link, enum mf__mpi_state state)
{
    while (atomic_load(&link->state) == (int)state) {
        uint32_t seen = mf__event_seen(&link->changed);
        if (atomic_load(&link->state) == (int)state)
            mf__event_wait(&link->changed, seen, MF_SPIN_NEVER, GUARD_NS);
    }
}

static void free_link(struct mf__mpi_link *link)
{
    pthread_mutex_destroy(&link->lock);
    mf__free(link->peers);
    mf__free(link);
}

/* The guard comes first: it may be the only one that ever returns. */
static int start_threads(struct mf__mpi_link *link, mf_error *error)
{
    int reason = mf__start_quietly(&link->guard, watch, link);
    if (reason == 0) {
        reason = mf__start_quietly(&link->thread, live, link);
        if (reason == 0)
            return 0;
        set_state(link, CLOSED);
        pthread_join(link->guard, NULL);
    }
    free_link(link);
    return mf__fail_errno(error, reason, "no thread for MPI could be started");
}

int mf__mpi_open(const struct mf__mpi_api *api, const struct mf__mpi_options *options,
                 struct mf__mpi_link **ret_link, mf_error *error)
{
    struct mf__mpi_link *link = mf__new(1, sizeof *link);
    if (link == NULL)
        return mf__fail_memory(error, sizeof *link, "the link to other ranks");
    link->api = api;
    link->options = *options;
    link->pause_ns = MF__MPI_PACE_IDLE;
    atomic_store(&link->waits_for, MF__MPI_NOBODY);
    pthread_mutex_init(&link->lock, NULL);
    int code = start_threads(link, error);
    if (code != 0)
        return code;
    wait_while(link, STARTING);
    if (link->problem[0] == '\0') {
        *ret_link = link;
        return 0;
    }
    code = mf__fail(error, link->problem_code, "%s", link->problem);
    mf__mpi_close(link);
    return code;
}

void mf__mpi_close(struct mf__mpi_link *link)
{
    if (link == NULL)
        return;
    int open = OPEN;
    if (atomic_compare_exchange_strong(&link->state, &open, CLOSING))
        mf__event_notify(&link->woken);
    pthread_join(link->thread, NULL);
    pthread_join(link->guard, NULL);
    free_link(link);
}

unsigned mf__mpi_rank(const struct mf__mpi_link *link)
{
    return (unsigned)link->rank;
}

unsigned mf__mpi_ranks(const struct mf__mpi_link *link)
{
    return (unsigned)link->size;
}

bool mf__mpi_is_near(const struct mf__mpi_link *link, unsigned rank)
{
    return strcmp(link->host, link->peers[rank].host) == 0;
}

/* ---- drivers ---- */

void mf__mpi_attach(struct mf__mpi_link *link, const struct mf__mpi_driver *driver)
{
    pthread_mutex_lock(&link->lock);
    link->driver = *driver;
    link->is_driven = true;
    pthread_mutex_unlock(&link->lock);
    mf__event_notify(&link->woken);
}

void mf__mpi_detach(struct mf__mpi_link *link)
{
    pthread_mutex_lock(&link->lock);
    link->is_driven = false;
    pthread_mutex_unlock(&link->lock);
}

void mf__mpi_wake(struct mf__mpi_link *link)
{
    mf__event_notify(&link->woken);
}

/* ---- the end ---- */

/* Before MPI ends, where nobody hears of anybody, all ranks say that they come there. */
struct farewell {
    struct mf__mpi_link *link;
    uint64_t since_ns;
    int awaited; /* messages: of each other rank its answer, or of rank 0 that all have answered */
    bool is_said;
    _Atomic bool is_over;
};

static bool say_farewell(void *user)
{
    struct farewell *farewell = user;
    struct mf__mpi_link *link = farewell->link;
    mf__mpi_pace(link, mf__mpi_pace_since(farewell->since_ns));
    if (!farewell->is_said) {
        mf__mpi_tell_all(link, MF__TAG_END);
        farewell->is_said = true;
        return true;
    }
    if (farewell->awaited > 0 || atomic_load(&farewell->is_over))
        return false;
    if (link->rank == 0)
        mf__mpi_tell_all(link, MF__TAG_LEAVE);
    atomic_store(&farewell->is_over, true);
    mf__event_notify(&link->changed);
    return true;
}

static void hear_farewell(void *user, int from, int tag)
{
    struct farewell *farewell = user;
    int wanted = farewell->link->rank == 0 ? MF__TAG_END : MF__TAG_LEAVE;
    if (tag != wanted || farewell->awaited == 0)
        mf__mpi_fatal(farewell->link, "rank %d sent what it should not (%d)", from, tag);
    mf__mpi_take(farewell->link, from, tag, NULL, 0);
    farewell->awaited--;
}

static void exchange_farewells(struct mf__mpi_link *link, int awaited)
{
    struct farewell farewell = {.link = link, .since_ns = mf__now_ns(), .awaited = awaited};
    mf__mpi_attach(link, &(struct mf__mpi_driver){hear_farewell, say_farewell, &farewell});
    while (!atomic_load(&farewell.is_over)) {
        uint32_t seen = mf__event_seen(&link->changed);
        if (!atomic_load(&farewell.is_over))
            mf__event_wait(&link->changed, seen, MF_SPIN_NEVER, GUARD_NS);
    }
    mf__mpi_detach(link);
}

void mf__mpi_dismiss(struct mf__mpi_link *link)
{
    exchange_farewells(link, link->size - 1);
}

void mf__mpi_take_leave(struct mf__mpi_link *link)
{
    exchange_farewells(link, 1);
}
