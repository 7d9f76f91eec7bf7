/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/team.h"

#include "base/memory.h"
#include "base/status.h"

#include <signal.h>

struct member {
    pthread_t thread;
    struct mf__team *team;
    unsigned number;
};

struct mf__team {
    void (*work)(void *user, unsigned member);
    void *user;
    unsigned n; /* started */
    struct member members[];
};

/* Those that a thread brings upon itself, which its own handler must see, and a profiler's. */
static const int own_signals[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,
                                  SIGTRAP, SIGSYS, SIGABRT, SIGPROF};

int mf__start_quietly(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own_signals / sizeof own_signals[0]; i++)
        sigdelset(&all, own_signals[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int reason = pthread_create(thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return reason;
}

static void *take_part(void *argument)
{
    const struct member *member = argument;
    member->team->work(member->team->user, member->number);
    return NULL;
}

int mf__team_start(unsigned n, void (*work)(void *user, unsigned member), void *user,
                   struct mf__team **ret_team, mf_error *error)
{
    size_t bytes = sizeof(struct mf__team) + n * sizeof(struct member);
    struct mf__team *team = mf__new(1, bytes);
    int reason = 0;
    if (team == NULL)
        return mf__fail_memory(error, bytes, "threads");
    team->work = work;
    team->user = user;
    for (unsigned i = 0; i < n && reason == 0; i++) {
        team->members[i] = (struct member){.team = team, .number = i};
        reason = mf__start_quietly(&team->members[i].thread, take_part, &team->members[i]);
        team->n += reason == 0;
    }
    if (team->n == 0) {
        mf__free(team);
        return mf__fail_errno(error, reason, "no thread could be started");
    }
    *ret_team = team;
    return 0;
}

void mf__team_join(struct mf__team *team)
{
    for (unsigned i = 0; team != NULL && i < team->n; i++)
        pthread_join(team->members[i].thread, NULL);
    mf__free(team);
}
