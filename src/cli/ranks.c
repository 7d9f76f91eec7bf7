/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ranks.h"

#include <manyfold/pool.h>

#include "base/status.h"
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/module.h"
#include "cli/mpirun.h"
#include "cli/starter.h"
#include "exec/mpi.h"
#include "exec/mpi_serve.h"
#include "jobs/portable.h"
#include "tune/travel.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#define SILENCE_NS   UINT64_C(6000000000)  /* all ends within ten seconds, mpirun too */
#define GATHER_NS    UINT64_C(60000000000) /* clusters start slowly */
#define TERM_SECONDS 2                     /* of another rank, after SIGTERM */

static const struct mf_portable *const kinds[] = {&mf__sum_travels, &mf__fit_travels,
                                                  &mf__trees_travel, &mf__alone_travels, NULL};

static struct mf__mpi_link *ranks;
static volatile sig_atomic_t is_asked;     /* to stop, by whoever started mpirun */
static volatile sig_atomic_t is_set_up;    /* as rank 0, which can be asked now */
static volatile sig_atomic_t is_passed_on; /* the request; once only, whoever repeats it */
static unsigned threads_in_rank;

unsigned mf__ranks_workers(void)
{
    return ranks != NULL ? mf__mpi_ranks(ranks) * threads_in_rank : 0;
}

/* An error of a rank but 0. */
static int tell_as_rank(mf_error *error)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    mf__fail_within(error, error->code, "rank %u on %s", mf__mpi_rank(ranks), host);
    return mf__tell(error);
}

/* What cannot be mended ends this rank, and so all of them: the launcher sees to that. A text that
 * begins with a rank is about that one, whoever says it. */
static _Noreturn void end_at_once(void *user, const char *text)
{
    static const char named[] = "rank ";
    mf_error error;
    (void)user;
    mf__fail(&error, MF_E_WORKER, "%s", text);
    if (ranks != NULL && mf__mpi_rank(ranks) > 0 && strncmp(text, named, strlen(named)) != 0)
        tell_as_rank(&error);
    else
        mf__tell(&error);
    _exit(MF__EXIT_FAILED);
}

static int load_module(const char *path, const struct mf__mpi_api **ret_api, mf_error *error)
{
    const struct mf__module module = {.path = path,
                                      .symbol = MF__MPI_API_SYMBOL,
                                      .version = MF__MPI_API_VERSION,
                                      .is_global = true, /* Open MPI's own modules want that */
                                      .purpose = "the way mpi",
                                      .help = "it needs the MPI that starts it, here and when "
                                              "manyfold is built"};
    const void *api = NULL;
    int code = mf__module_load(&module, &api, error);
    *ret_api = api;
    return code;
}

int mf__ranks_library(const char *module, char *text, size_t room, mf_error *error)
{
    const struct mf__mpi_api *api = NULL;
    char whole[256];
    int code = load_module(module, &api, error);
    if (code != 0)
        return code;
    api->library(whole, sizeof whole);
    /* "Open MPI v4.1.4, package: ...", "MPICH Version:\t4.0.2" */
    size_t n = 0;
    for (const char *at = whole; *at != '\0' && *at != ',' && n + 1 < room; at++)
        text[n++] = *at;
    text[n] = '\0';
    for (size_t i = 0; i < n; i++)
        text[i] = text[i] == '\t' ? ' ' : text[i];
    return 0;
}

/* ---- which build this is ---- */

/* Ranks say raw structures to each other and promise the same bits, so they have to be one build:
 * the version and a digest of this very program; and they need the same C library, as the log() of
 * another one may differ in the last bit. */
static int describe_build(char build[MF__MPI_BUILD], mf_error *error)
{
    char bytes[1 << 15];
    size_t n = 0;
    FILE *self = fopen("/proc/self/exe", "rb");
    if (self == NULL)
        return mf__fail_errno(error, errno, "cannot read this program");
    XXH64_hash_t digest = 0;
    while ((n = fread(bytes, 1, sizeof bytes, self)) > 0)
        digest =
            XXH3_64bits_withSeed(bytes, n, digest); /* piece by piece, each on the one before */
    fclose(self);
    snprintf(build, MF__MPI_BUILD, "%s (build %08x, glibc %s)", MF_VERSION,
             (unsigned)(digest & UINT32_MAX), gnu_get_libc_version());
    return 0;
}

/* ---- signals ---- */

/* A request that comes while the ranks meet is kept until rank 0 can take it. */
static void ask_to_stop(int number)
{
    (void)number;
    is_asked = 1;
    if (!is_set_up || is_passed_on)
        return;
    is_passed_on = 1;
    kill(getpid(), SIGINT);
}

static void end_soon(int number)
{
    (void)number;
    alarm(TERM_SECONDS);
}

static void end_by_term(int number)
{
    (void)number;
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
}

/* mpirun sends SIGTERM to all ranks when Ctrl-C is typed. The others wait a moment for rank 0,
 * which ends the run in order if it can. Whoever starts mpirun for somebody asks rank 0 by SIGUSR1.
 */
static void set_signals(bool is_first)
{
    if (is_first) {
        is_set_up = 1;
        if (is_asked)
            ask_to_stop(SIGUSR1);
        return;
    }
    signal(SIGUSR1, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    /* A batch script has these ignore the signal, so that rank 0 has all the time there is. */
    if (signal(SIGTERM, SIG_IGN) == SIG_IGN)
        return;
    signal(SIGALRM, end_by_term);
    signal(SIGTERM, end_soon);
}

/* ---- joining and leaving ---- */

static int join(const struct mf__arguments *arguments, const char *path, mf_error *error)
{
    static char build[MF__MPI_BUILD];
    const struct mf__mpi_api *api = NULL;
    uint64_t threads = 1;
    int code = mf__launch_threads(arguments, &threads, error);
    if (code == 0)
        code = describe_build(build, error);
    if (code == 0)
        code = load_module(path, &api, error);
    if (code != 0)
        return code;
    threads_in_rank = (unsigned)threads;
    const struct mf__mpi_options options = {.build = build,
                                            .threads = threads_in_rank,
                                            .silence_ns = SILENCE_NS,
                                            .gather_ns = GATHER_NS,
                                            .fatal = end_at_once};
    return mf__mpi_open(api, &options, &ranks, error);
}

bool mf__ranks_join(const struct mf__arguments *arguments, int *ret_exit)
{
    const char *path = mf__launch_concerns(arguments) ? mf__starter_find().module : NULL;
    mf_error error;
    if (path == NULL)
        return true;
    signal(SIGUSR1, ask_to_stop);
    if (join(arguments, path, &error) != 0) {
        *ret_exit = mf__tell(&error);
        _exit(*ret_exit);
    }
    set_signals(mf__mpi_rank(ranks) == 0);
    if (mf__mpi_rank(ranks) == 0) {
        /* What stands behind mpirun looks like a terminal and is none. */
        setenv(MF__TERMINAL_VARIABLE, "", 0);
        mf__mpi_use(ranks, threads_in_rank);
        return true;
    }
    int code = mf__mpi_serve(ranks, threads_in_rank, kinds, &error);
    if (code != 0)
        _exit(tell_as_rank(&error));
    mf__mpi_close(ranks);
    *ret_exit = MF__EXIT_DONE;
    return false;
}

void mf__ranks_leave(void)
{
    if (ranks == NULL)
        return;
    mf__mpi_dismiss(ranks);
    mf__mpi_use(NULL, 1);
    mf__mpi_close(ranks);
    ranks = NULL;
}
