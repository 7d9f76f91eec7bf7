/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/clock.h"
#include "base/output.h"
#include "cli/cli.h"
#include "cli/mpirun.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIVE_NS    UINT64_C(100000000)   /* ten times a second on a terminal */
#define FIRST_NS   UINT64_C(500000000)   /* nothing is shown of what is done sooner */
#define LOGGED_NS  UINT64_C(30000000000) /* a line each 30 s elsewhere */
#define CLEAR_LINE "\r\033[K"

static void put(const char *text)
{
    /* Progress that nobody can see is no failure. */
    mf__write_all(STDERR_FILENO, text, strlen(text), "standard error", NULL);
}

void mf__progress_start(struct mf__progress *progress, const struct mf__common *common)
{
    const char *terminal = getenv("TERM");
    const char *far =
        getenv(MF__TERMINAL_VARIABLE); /* behind mpirun, which passes on what we say */
    bool seen = far != NULL ? strchr(far, 'e') != NULL : isatty(STDERR_FILENO);
    bool live = seen && terminal != NULL && strcmp(terminal, "dumb") != 0;
    *progress = (struct mf__progress){.live = live};
    progress->enabled = !common->quiet &&
                        (common->progress == MF__ALWAYS || (common->progress == MF__AUTO && live));
    progress->start_ns = mf__now_ns();
    progress->last_ns = progress->start_ns;
}

bool mf__progress_due(struct mf__progress *progress)
{
    if (!progress->enabled)
        return false;
    uint64_t now = mf__now_ns();
    uint64_t wait_ns = !progress->live ? LOGGED_NS : progress->shown ? LIVE_NS : FIRST_NS;
    return now - progress->last_ns >= wait_ns;
}

void mf__progress_line(struct mf__progress *progress, const char *text)
{
    progress->last_ns = mf__now_ns();
    progress->shown = true;
    if (progress->live)
        put(CLEAR_LINE);
    put(text);
    if (!progress->live)
        put("\n");
}

void mf__progress_end(struct mf__progress *progress)
{
    if (progress->live && progress->shown)
        put(CLEAR_LINE);
    progress->enabled = false;
}

void mf__items_progress_start(struct mf__items_progress *items, struct mf__progress *progress,
                              const char *doing)
{
    *items = (struct mf__items_progress){progress, doing, mf__now_ns()};
}

void mf__items_progress_show(void *user, uint64_t done, uint64_t total)
{
    const struct mf__items_progress *items = user;
    if (!mf__progress_due(items->progress))
        return;
    struct mf__buffer line = {0};
    double elapsed_ns = (double)(mf__now_ns() - items->start_ns);
    if (items->doing != NULL)
        mf__buffer_print(&line, "%s: ", items->doing);
    mf__buffer_print(&line, "%s done", mf__show_percent((double)done / (double)total, 0).text);
    if (done > 0)
        mf__buffer_print(
            &line, ", %s left",
            mf__show_duration(elapsed_ns * (double)(total - done) / (double)done, true).text);
    mf__progress_line(items->progress, mf__buffer_text(&line));
    mf__buffer_done(&line);
}
