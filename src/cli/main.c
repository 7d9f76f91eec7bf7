/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/launch.h"
#include "cli/ranks.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A file that we open must not become standard output because that was closed. What takes its
 * place can only be read, so that writing a result there fails as it should.
 */
static bool open_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!open_standard_streams())
        return MF__EXIT_OUTPUT;
    /* A reader that has gone and a file that may not grow (ulimit -f) are told as errors of the
     * output, with its exit status. */
    signal(SIGPIPE, SIG_IGN);
    /* hwloc tells what it cannot read on standard error; doctor tells it in its own place. */
    setenv("HWLOC_HIDE_ERRORS", "2", 0);
    signal(SIGXFSZ, SIG_IGN);
    struct mf__arguments arguments = {0};
    if (argc > 1)
        arguments = (struct mf__arguments){(size_t)argc - 1, argv + 1};
    int status = 0;
    if (mf__ranks_join(&arguments, &status) &&
        (mf__ranks_workers() > 0 || mf__launch(&arguments, &status))) {
        status = mf__run_program(&arguments);
        mf__ranks_leave();
    }
    return status;
}
