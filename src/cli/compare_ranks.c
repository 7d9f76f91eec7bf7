/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_ranks.h"

#include <manyfold/pool.h>

#include "base/clock.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/launch.h"
#include "cli/places.h"
#include "cli/ranks.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define OWN_WORDS      4
#define READY_LIMIT_NS (90 * MF__NS_PER_S) /* ranks wait a minute for each other */

static int take_with_ranks(const struct mf__rank_samples *samples,
                           const struct mf__sample_request *request,
                           struct mf__outcome *ret_outcome, mf_error *error)
{
    const struct mf__command_line *line = samples->line;
    const char *words[MF__KEPT_ARGUMENTS + OWN_WORDS];
    struct mf__shown size = mf__show_count(request->job.size, 0);
    struct mf__shown repeats = mf__show_count(request->repeats, 0);
    const char *const own[OWN_WORDS] = {"--sample-size", size.text, "--sample-repeats",
                                        repeats.text};
    size_t n = 0;
    words[n++] = line->words[1]; /* the verb; before it stands "manyfold" */
    for (size_t i = 0; i < OWN_WORDS; i++)
        words[n++] = own[i];
    for (size_t i = 2; i < line->n; i++)
        words[n++] = line->words[i];
    const struct mf__arguments arguments = {n, (char **)(uintptr_t)words};
    struct mf__launched launched;
    int code = mf__launched_make(&arguments, request->workers, &launched, error);
    if (code != 0)
        return code;
    const struct mf__command command = {launched.words, "manyfold: ", READY_LIMIT_NS};
    code = mf__sample_by_command(&command, samples->cancel, ret_outcome, error);
    mf__launched_done(&launched);
    return code;
}

int mf__rank_samples_take(void *user, const struct mf__sample_request *request,
                          struct mf__outcome *ret_outcome, mf_error *error)
{
    const struct mf__rank_samples *samples = user;
    bool over_ranks = !request->copies && request->way == mf_way_find("mpi");
    return over_ranks ? take_with_ranks(samples, request, ret_outcome, error)
                      : mf__sample_apart(request, samples->cancel, ret_outcome, error);
}

int mf__rank_samples_check(const struct mf__command_line *line, const char *const read[2],
                           mf_error *error)
{
    int code = mf__launch_check(error);
    for (size_t i = 0; i < 2 && code == 0; i++)
        if (mf__is_read_once(read[i]))
            code = mf__fail(error, MF_E_INPUT,
                            "mpi: every sample reads %s again, and standard input or a pipe can "
                            "be read once; name a file",
                            mf__quote(read[i]).text);
    if (code == 0 && line->is_cut)
        code = mf__fail(error, MF_E_INPUT,
                        "mpi: every sample is started with the same words again, which are more "
                        "than %d; a recipe can hold them",
                        MF__KEPT_ARGUMENTS);
    return code;
}

/* Standard output is for what is told; whatever else is printed must not get between. */
int mf__rank_sample_begin(int *ret_channel, mf_error *error)
{
    if (mf__ranks_workers() == 0)
        return mf__fail(error, MF_E_INPUT,
                        "--sample-repeats is for ranks that a comparison has started");
    *ret_channel = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (*ret_channel < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return mf__fail_errno(error, errno, "the comparison cannot be told anything");
    return mf__command_ready(*ret_channel, error);
}

int mf__rank_sample_tell(const struct mf__job *job, uint64_t repeats, int channel)
{
    const struct mf__sample_request request = {
        .job = *job, .way = mf_way_find("mpi"), .workers = mf__ranks_workers(), .repeats = repeats};
    return mf__sample_tell(&request, channel) == 0 ? MF__EXIT_DONE : MF__EXIT_OUTPUT;
}

int mf__ranks_refuse(const char *verb)
{
    mf_error error;
    if (mf__ranks_workers() == 0)
        return MF__EXIT_DONE;
    mf__fail(&error, MF_E_INPUT,
             "%s starts mpirun by itself, for each sample of the way mpi: start it without mpirun",
             verb);
    return mf__tell(&error);
}
