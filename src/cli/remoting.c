/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks what is there; brings the files there and starts the command, or finds it started; follows
 * it; brings back what it wrote; notes that this was done. Each step can be done again, so whoever
 * is cut off gives the same command again.
 */
#include "cli/remoting.h"

#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/remote_files.h"
#include "cli/remote_notes.h"
#include "cli/remote_settle.h"
#include "remote/copy.h"
#include "remote/quote.h"
#include "remote/run.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* A command on its way. */
struct errand {
    const struct mf__remoting *remoting;
    struct mf__buffer host; /* HOST[:DIR] as a word for a shell, to be shown */
    struct mf__remote_files files;
    struct mf__order order;
    struct mf__there there;
    struct mf__progress progress;
    const char *doing;
};

static void errand_start(struct errand *errand, const struct mf__remoting *remoting)
{
    struct mf__buffer word = {0};
    *errand = (struct errand){.remoting = remoting};
    mf__sh_quote(remoting->typed, &word);
    mf__escape(&errand->host, mf__buffer_text(&word), word.length);
    mf__buffer_done(&word);
}

static void errand_done(struct errand *errand)
{
    mf__buffer_done(&errand->host);
    mf__remote_files_done(&errand->files);
    mf__order_done(&errand->order);
    mf__there_done(&errand->there);
}

/* A line on standard error. */
static void say(const char *format, ...) MF_PRINTF(1, 2);
static void say(const char *format, ...)
{
    struct mf__buffer line = {0};
    va_list args;
    va_start(args, format);
    mf__buffer_put(&line, "manyfold: ");
    mf__buffer_vprint(&line, format, args);
    va_end(args);
    mf__buffer_put(&line, "\n");
    mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
}

#define REMARK(errand, ...)                                                                        \
    do {                                                                                           \
        if (!(errand)->remoting->common->quiet)                                                    \
            say(__VA_ARGS__);                                                                      \
    } while (0)

/* The exit status for a failure, told; or ends by the signal that asked to stop, after `words` of
 * how it goes on. */
static int tell(const struct errand *errand, const mf_error *error, const char *words)
{
    const char *host = mf__buffer_text(&errand->host);
    if (error->code != MF_E_CANCELLED || mf__interrupted_by() == 0)
        return mf__tell(error);
    if (words != NULL)
        say("%s", words);
    else
        say("it %s there; to follow it: manyfold remote %s --attach; to end it: manyfold remote %s "
            "--stop",
            errand->there.followed ? "goes on" : "may have been started", host, host);
    mf__end_interrupted();
    return MF__EXIT_FAILED;
}

/* ---- what is sent ---- */

static bool wants_progress(const struct errand *errand)
{
    const struct mf__common *common = errand->remoting->common;
    const struct mf__inner *inner = errand->remoting->inner;
    return !common->quiet && !mf__inner_says(inner, "quiet", 'q') &&
           !mf__inner_says(inner, "progress", 0) &&
           (common->progress == MF__ALWAYS ||
            (common->progress == MF__AUTO && isatty(STDERR_FILENO)));
}

/* What the command would find out of a terminal it is told, as it has none there. */
static void put_settings(struct errand *errand)
{
    struct mf__buffer *settings = &errand->order.settings;
    mf__buffer_print(settings, "COLUMNS=%u\nLC_ALL=%s\n%s=1\n", mf__columns(),
                     mf__wants_ascii() ? "C" : "C.UTF-8",
                     mf__wants_colour(errand->remoting->common) ? "FORCE_COLOR" : "NO_COLOR");
    mf__buffer_print(settings, "export COLUMNS LC_ALL %s",
                     mf__wants_colour(errand->remoting->common) ? "FORCE_COLOR" : "NO_COLOR");
}

static int make_order(struct errand *errand, mf_error *error)
{
    const struct mf__inner *inner = errand->remoting->inner;
    const char *const *words = (const char *const *)inner->words;
    struct mf__order *order = &errand->order;
    /* compare wants the name of its job first. */
    const size_t first = inner->n > 1 && words[1][0] != '-' ? 2 : 1;
    mf__buffer_put(&order->command, "manyfold ");
    mf__sh_quote_all(words, inner->n, &order->command);
    mf__buffer_put(&order->words, "manyfold ");
    mf__sh_quote_all(words, first, &order->words);
    mf__buffer_put(&order->words, wants_progress(errand) ? " --progress always " : " ");
    mf__sh_quote_all(words + first, inner->n - first, &order->words);
    mf__buffer_add(&order->outputs, mf__buffer_text(&errand->files.outputs),
                   errand->files.outputs.length);
    put_settings(errand);
    const struct mf__buffer *made[] = {&order->command, &order->words, &order->settings,
                                       &order->outputs};
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof made / sizeof made[0]; i++)
        code = mf__buffer_check(made[i], error);
    return code;
}

/* ---- files ---- */

static void show_copy(void *user, uint64_t bytes, unsigned percent)
{
    struct errand *errand = user;
    struct mf__buffer line = {0};
    if (!mf__progress_due(&errand->progress))
        return;
    mf__buffer_print(&line, "%s: %s, %u %%", errand->doing, mf__show_bytes(bytes).text, percent);
    mf__progress_line(&errand->progress, mf__buffer_text(&line));
    mf__buffer_done(&line);
}

static void say_again(void *user, unsigned attempt, unsigned most, const char *why)
{
    const struct errand *errand = user;
    REMARK(errand, "remark: %s; trying again, %u of %u", why, attempt, most);
}

/* A copy that is cut off goes on where it was. */
static int copy(struct errand *errand, struct mf__copy *files, struct mf__copied *sum,
                mf_error *error)
{
    const struct mf__remoting *remoting = errand->remoting;
    struct mf__copied copied = {0};
    bool cut = true;
    int code = 0;
    if (!files->all && files->folder == NULL && files->names.length == 0)
        return 0;
    files->progress = show_copy;
    files->user = errand;
    mf__progress_start(&errand->progress, remoting->common);
    for (unsigned attempt = 1; cut; attempt++) {
        code = mf__copy(&remoting->link, files, &copied, &cut, error);
        if (code == 0 || !cut || attempt > remoting->tries)
            break;
        mf__progress_end(&errand->progress);
        say_again(errand, attempt, remoting->tries, error->text);
        mf__link_pause(&remoting->link, mf__again_after_ns(attempt));
    }
    mf__progress_end(&errand->progress);
    sum->bytes += copied.bytes;
    sum->files += copied.files;
    return code;
}

static void say_copied(const struct errand *errand, const struct mf__copied *copied,
                       const char *what)
{
    if (copied->files > 0)
        REMARK(errand, "%s: %llu file%s, %s", what, (unsigned long long)copied->files,
               copied->files == 1 ? "" : "s", mf__show_bytes(copied->bytes).text);
}

static int bring_there(struct errand *errand, mf_error *error)
{
    struct mf__copied copied = {0};
    struct mf__copy named = {.to_there = true, .names = errand->files.inputs.names};
    errand->doing = "bringing files there";
    int code = copy(errand, &errand->files.inputs, &copied, error);
    if (code == 0 && errand->files.inputs.all) /* also what that leaves out */
        code = copy(errand, &named, &copied, error);
    if (code == 0)
        code = copy(errand, &errand->files.goes_on, &copied, error);
    if (code == 0)
        say_copied(errand, &copied, "brought there");
    return code;
}

/* The next of some lines, which ends at *ret_n; NULL behind the last one. */
static const char *next_line(const char **lines, int *ret_n)
{
    const char *line = *lines;
    const size_t n = strcspn(line, "\n");
    *ret_n = (int)n;
    *lines += n + (line[n] != '\0');
    return *line != '\0' ? line : NULL;
}

/* Names that the other machine told, and that are here already; and files here that cannot be
 * replaced. The latter is said in any case, as a result is missing. */
static void say_kept(const struct errand *errand, const struct mf__remote_back *back)
{
    const char *lines = mf__buffer_text(&back->kept);
    int n;
    for (const char *name; (name = next_line(&lines, &n)) != NULL;)
        REMARK(errand,
               "remark: %.*s is not replaced by the one from there: it was not asked for from this "
               "folder; the same command in place of --attach brings it",
               n, name);
    lines = mf__buffer_text(&back->unsettled);
    for (const char *why; (why = next_line(&lines, &n)) != NULL;)
        say("remark: %.*s; it was left in mid-write here and is not replaced by the one from "
            "there; manyfold remote %s --attach brings that one later",
            n, why, mf__buffer_text(&errand->host));
}

static int bring_back(struct errand *errand, mf_error *error)
{
    const struct mf__remoting *remoting = errand->remoting;
    const bool ours = remoting->inner != NULL;
    struct mf__remote_back back;
    struct mf__copied copied = {0};
    errand->doing = "bringing results back";
    int code = mf__remote_files_back(ours ? &errand->order.outputs : &errand->there.outputs,
                                     ours ? NULL : &remoting->link.host, &back, error);
    struct mf__copy *all[] = {&back.results, &back.outputs, &back.strange};
    for (size_t i = 0; code == 0 && i < sizeof all / sizeof all[0]; i++)
        code = copy(errand, all[i], &copied, error);
    mf__halves_drop(&back.halves); /* also when some came before it failed */
    if (code == 0)
        say_copied(errand, &copied, "brought back");
    say_kept(errand, &back);
    mf__remote_back_done(&back);
    return code;
}

/* ---- what to do ---- */

/* Whether the command is to be started, or is there. */
static int decide(const struct errand *errand, bool *ret_start, mf_error *error)
{
    const struct mf__there *there = &errand->there;
    const bool attach = errand->remoting->inner == NULL;
    const char *host = mf__buffer_text(&errand->host);
    const char *command = mf__buffer_text(&there->command);
    *ret_start = !attach && (there->state == MF__THERE_NONE || there->state == MF__THERE_BROUGHT ||
                             there->state == MF__THERE_LOST);
    if (there->state == MF__THERE_ELSEWHERE)
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s shares the folder and runs it; name that machine", host,
                        mf__quote(there->machine).text);
    if (*ret_start)
        return 0;
    if (attach && there->state == MF__THERE_NONE)
        return mf__fail(error, MF_E_INPUT,
                        "%s: nothing was started there; manyfold remote %s -- COMMAND starts it",
                        host, host);
    if (attach || there->same)
        return 0;
    return mf__fail(error, MF_E_INPUT,
                    "%s: another command %s there, %.300s; manyfold remote %s --attach %s, --stop "
                    "%s",
                    host,
                    there->state == MF__THERE_RUNNING ? "runs" : "has ended, its results still",
                    command, host, there->state == MF__THERE_RUNNING ? "follows it" : "brings them",
                    there->state == MF__THERE_RUNNING ? "ends it" : "leaves them there");
}

static void say_found(const struct errand *errand)
{
    if (errand->there.state == MF__THERE_RUNNING)
        REMARK(errand, "it runs there already; this is what it writes, from its start on");
    else
        REMARK(errand, "it has ended there; this is what it wrote");
}

static int take_output(void *user, int stream, const char *bytes, size_t n, mf_error *error)
{
    (void)user;
    return stream == 0 ? mf__write_all(STDOUT_FILENO, bytes, n, "standard output", error)
                       : mf__write_all(STDERR_FILENO, bytes, n, "standard error", NULL) * 0;
}

/* Until it has ended; `start` when it may have to be started. */
static int follow(struct errand *errand, bool start, mf_error *error)
{
    const struct mf__remoting *remoting = errand->remoting;
    const char *host = mf__buffer_text(&errand->host);
    const struct mf__follower follower = {take_output, say_again, errand, remoting->tries};
    struct mf__there *there = &errand->there;
    int code =
        mf__there_follow(&remoting->link, start ? &errand->order : NULL, &follower, there, error);
    const mf_error plain = *error;
    if (code == MF_E_SYSTEM)
        mf__fail(error, code,
                 "%s; what was started goes on there, and manyfold remote %s --attach follows it",
                 plain.text, host);
    if (code == MF_E_OUTPUT) /* whoever read it has gone */
        mf__fail(
            error, code,
            "%s; what was started goes on there to its end, and manyfold remote %s --attach brings "
            "its results",
            plain.text, host);
    return code;
}

/* After the command has ended; its status, or what kept its results from coming. */
static int finish(struct errand *errand)
{
    const char *host = mf__buffer_text(&errand->host);
    const bool lost = errand->there.state == MF__THERE_LOST;
    mf_error error;
    int code = bring_back(errand, &error);
    if (code == 0 && !lost)
        code = mf__there_brought(&errand->remoting->link, &error);
    if (code != 0 && code != MF_E_CANCELLED)
        mf__fail_within(&error, code,
                        "%s has ended, but its results did not all come; manyfold "
                        "remote %s --attach brings them",
                        lost ? "it" : "the command", host);
    if (code != 0)
        return tell(errand, &error,
                    "it has ended there; the same command, or --attach, brings the rest of its "
                    "results");
    if (!lost)
        return errand->there.status;
    mf__fail(&error, MF_E_SYSTEM,
             "%s: the command has gone without a word, so it was killed or the machine was "
             "restarted; the same command starts it again",
             host);
    return mf__tell(&error);
}

static int prepare(struct errand *errand, bool *ret_start, mf_error *error)
{
    const struct mf__remoting *remoting = errand->remoting;
    const bool attach = remoting->inner == NULL;
    int code =
        attach ? 0 : mf__remote_files_find(remoting->inner, remoting->all, &errand->files, error);
    if (code == 0 && !attach)
        code = make_order(errand, error);
    if (code == 0)
        code = mf__there_ask(&remoting->link, attach ? NULL : &errand->order, !attach,
                             &errand->there, error);
    if (code == 0)
        code = decide(errand, ret_start, error);
    if (code != 0)
        return code;
    if (!*ret_start) {
        say_found(errand);
        return 0;
    }
    if (!remoting->common->quiet)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&errand->files.remarks),
                      errand->files.remarks.length, "standard error", NULL);
    mf__remote_note(&remoting->link.host, &errand->order.outputs);
    return bring_there(errand, error);
}

int mf__remoting_run(const struct mf__remoting *remoting)
{
    struct errand errand;
    bool start = false;
    int status = 0;
    mf_error error;
    errand_start(&errand, remoting);
    if (prepare(&errand, &start, &error) != 0)
        status = tell(&errand, &error, "nothing was started there");
    else if (follow(&errand, start, &error) != 0)
        status = tell(&errand, &error, NULL);
    else
        status = finish(&errand);
    errand_done(&errand);
    return status;
}

int mf__remoting_stop(const struct mf__remoting *remoting)
{
    struct errand errand;
    struct mf__buffer text = {0};
    mf_error error;
    errand_start(&errand, remoting);
    const char *host = mf__buffer_text(&errand.host);
    struct mf__there *there = &errand.there;
    int code = mf__there_stop(&remoting->link, there, &error);
    if (code == 0 && there->state == MF__THERE_ELSEWHERE)
        code =
            mf__fail(&error, MF_E_INPUT, "%s: %s shares the folder and runs it; name that machine",
                     host, mf__quote(there->machine).text);
    if (code == 0 && there->was_running)
        mf__buffer_print(&text,
                         "stopped, with status %d; manyfold remote %s --attach brings what "
                         "it wrote\n",
                         there->status, host);
    else if (code == 0 && there->state == MF__THERE_FINISHED)
        mf__buffer_print(&text, "it had ended, with status %d; what it wrote stays there\n",
                         there->status);
    else
        mf__buffer_put(&text, "nothing runs there\n");
    int status = code == 0 ? mf__print(&text) : tell(&errand, &error, "it may still run there");
    mf__buffer_done(&text);
    errand_done(&errand);
    return status;
}
