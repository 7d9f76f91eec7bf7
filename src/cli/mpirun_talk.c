/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mpirun_talk.h"

#include "base/text.h"
#include "cli/cli.h"
#include "exec/fork.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define RULE         40 /* as many '-' or '=' begin and end a notice */
#define LONGEST_RULE 400
#define NOTICE_BYTES 8192     /* more of them is not kept */
#define CLEAR        "\033[K" /* behind \r, begins a line that is written over */

#define SSH_HELP "\"ssh HOST true\" has to work there without a password"

/* ---- what single lines say ---- */

static void put_reason(struct mf__mpirun_talk *talk, int status, const char *format, ...)
    MF_PRINTF(3, 4);

/* The first one counts: what comes later follows from it. */
static void put_reason(struct mf__mpirun_talk *talk, int status, const char *format, ...)
{
    va_list args;
    if (talk->reason.length > 0)
        return;
    va_start(args, format);
    mf__buffer_vprint(&talk->reason, format, args);
    va_end(args);
    talk->status = status;
}

/* The decimal number behind `words`, -1 for none. */
static int number_after(const char *line, const char *words)
{
    const char *at = strstr(line, words);
    int value = 0;
    if (at == NULL)
        return -1;
    at += strlen(words);
    at += strspn(at, " ");
    if (*at < '0' || *at > '9')
        return -1;
    for (; *at >= '0' && *at <= '9' && value < 1000000; at++)
        value = value * 10 + (*at - '0');
    return value;
}

static void keep_node(struct mf__mpirun_talk *talk, const char *line, const char *words)
{
    const char *at = strstr(line, words);
    if (at == NULL)
        return;
    at += strlen(words);
    at += strspn(at, " ");
    snprintf(talk->node, sizeof talk->node, "%.*s", (int)strcspn(at, " \r\n"), at);
}

static void tell_lost(struct mf__mpirun_talk *talk, const struct mf__end *end)
{
    char how[MF__END_TEXT];
    mf__end_text(end, how);
    if (talk->rank >= 0)
        put_reason(talk, MF__EXIT_FAILED, "rank %d on %s %s", talk->rank, talk->node, how);
    else
        put_reason(talk, MF__EXIT_FAILED, "a rank on %s %s", talk->node, how);
}

static void hear_signal(struct mf__mpirun_talk *talk, const char *line)
{
    talk->rank = number_after(line, "process rank ");
    keep_node(talk, line, " on node ");
    const struct mf__end end = {
        .known = true, .signalled = true, .status = number_after(line, "exited on signal ")};
    tell_lost(talk, &end);
}

/* "  Process name: [[50213,1],2]" */
static void hear_name(struct mf__mpirun_talk *talk, const char *line)
{
    const char *comma = strrchr(line, ',');
    talk->rank = comma != NULL ? number_after(comma, ",") : -1;
    if (talk->node[0] == '\0')
        snprintf(talk->node, sizeof talk->node, "%s", "one of the hosts");
}

/* Both launchers: our own statuses are told by the rank itself. */
static void hear_status(struct mf__mpirun_talk *talk, const char *line)
{
    int status = number_after(line, ":");
    const struct mf__end end = {
        .known = true, .signalled = status > MF__EXIT_SIGNAL, .status = status % MF__EXIT_SIGNAL};
    if (status > MF__EXIT_OUTPUT && talk->told.length == 0)
        tell_lost(talk, &end);
}

/* "=   PID 3564 RUNNING AT b", and then "=   EXIT CODE: 9", a signal's number: of a rank that ends
 * by itself MPICH says nothing. The first one counts, as it then ends the others. */
static void hear_hydra_place(struct mf__mpirun_talk *talk, const char *line)
{
    if (talk->hydra_code == 0)
        keep_node(talk, line, " RUNNING AT ");
}

static void hear_hydra_code(struct mf__mpirun_talk *talk, const char *line)
{
    if (talk->hydra_code == 0)
        talk->hydra_code = number_after(line, "EXIT CODE:");
}

static void hear_hydra_end(struct mf__mpirun_talk *talk, const char *line)
{
    const struct mf__end end = {
        .known = true, .signalled = true, .status = number_after(line, "(signal")};
    tell_lost(talk, &end);
}

/* "[proxy:0:1@b] HYDU_create_process (...): execvp error on file /opt/manyfold (No such ...)" */
static void hear_hydra_program(struct mf__mpirun_talk *talk, const char *line)
{
    const char *host = strchr(line, '@');
    put_reason(talk, MF__EXIT_UNAVAILABLE,
               "%.*s has no manyfold where this one stands: install the same build in the same "
               "place",
               host != NULL ? (int)strcspn(host + 1, "]") : 6, host != NULL ? host + 1 : "a host");
}

static void hear_ssh(struct mf__mpirun_talk *talk, const char *line)
{
    talk->cannot_start = true;
    put_reason(talk, MF__EXIT_UNAVAILABLE, "cannot start ranks: %.300s; " SSH_HELP, line);
}

static void hear_node(struct mf__mpirun_talk *talk, const char *line)
{
    keep_node(talk, line, "Node:");
    put_reason(talk, MF__EXIT_UNAVAILABLE,
               "%s has no manyfold where this one stands: install the same build in the same place",
               talk->node);
}

static void hear_no_mpi(struct mf__mpirun_talk *talk, const char *line)
{
    (void)line;
    put_reason(talk, MF__EXIT_UNAVAILABLE,
               "a host has no Open MPI that ssh finds there: install openmpi-bin on all of them");
}

static void hear_no_slots(struct mf__mpirun_talk *talk, const char *line)
{
    (void)line;
    put_reason(talk, MF__EXIT_UNAVAILABLE,
               "mpirun has no room for so many ranks: fewer --workers, or more in --hosts");
}

static void hear_cut(struct mf__mpirun_talk *talk, const char *line)
{
    keep_node(talk, line, "node ");
    put_reason(talk, MF__EXIT_FAILED, "the link to %s is cut, or that machine is gone",
               talk->node[0] != '\0' ? talk->node : "a host");
}

/* What a line says that has these words; of those at the end, also outside of a notice. */
static const struct {
    const char *needle;
    void (*hear)(struct mf__mpirun_talk *talk, const char *line);
    bool anywhere;
} meanings[] = {
    {"exited on signal", hear_signal, false},
    {"Process name: [[", hear_name, false},
    {"Exit code:", hear_status, false},
    {" RUNNING AT ", hear_hydra_place, false},
    {"=   EXIT CODE:", hear_hydra_code, false},
    {"execvp error on file", hear_hydra_program, true},
    {"Node:", hear_node, false},
    {"not enough slots", hear_no_slots, false},
    {"Remote daemon:", hear_cut, false},
    {"Remote host:", hear_cut, false},
    {"TERMINATED WITH THE EXIT STRING: ", hear_hydra_end, true},
    {"ssh: ", hear_ssh, true}, /* "connect to host ...", "Could not resolve hostname ..." */
    {": Permission denied (", hear_ssh, true},
    {"Host key verification failed", hear_ssh, true},
    {"orted: command not found", hear_no_mpi, true},
    {"orted: not found", hear_no_mpi, true},
    {"hydra_pmi_proxy: ", hear_no_mpi, true},
};

/* What mpirun says outside of its rules. */
static const char *const asides[] = {
    "This typically refers to a problem with your application",
    "Please see the FAQ page for debugging suggestions",
    "[proxy:",
    "[mpiexec@",
    "total processes failed to start",
    "total processes killed",
    "more process has sent help message",
    "more processes have sent help message",
    "Set MCA parameter \"orte_base_help_aggregate\"",
    "ORTE_ERROR_LOG",
    "PMIX ERROR",
    "Connection to ",      /* ... closed by remote host, of ssh */
    ": Forwarding signal", /* before it, whatever mpirun is called */
    "abort is already in progress",
    "Killed by signal",
    NULL};

/* "[b:4711] ...": what libraries of MPI say. */
static bool is_of_library(const char *line)
{
    size_t host = strcspn(line, ":]");
    size_t digits = line[host] == ':' ? strspn(line + host + 1, "0123456789") : 0;
    return line[0] == '[' && digits > 0 && line[host + 1 + digits] == ']';
}

static bool is_aside(const char *line)
{
    const char *const *aside = asides;
    if (is_of_library(line))
        return true;
    while (*aside != NULL && strstr(line, *aside) == NULL)
        aside++;
    return *aside != NULL;
}

/* True when the line had a meaning. */
static bool understand(struct mf__mpirun_talk *talk, const char *line)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if ((!talk->in_notice && !meanings[i].anywhere) || strstr(line, meanings[i].needle) == NULL)
            continue;
        meanings[i].hear(talk, line);
        return true;
    }
    return false;
}

/* ---- lines ---- */

static bool is_rule(const char *line)
{
    return strspn(line, "-") >= RULE || strspn(line, "=") >= RULE;
}

static bool is_ours(const char *line)
{
    return strncmp(line, "manyfold: ", strlen("manyfold: ")) == 0;
}

static void keep_back(struct mf__mpirun_talk *talk, const char *line)
{
    if (talk->notice.length + strlen(line) < NOTICE_BYTES)
        mf__buffer_print(&talk->notice, "%s\n", line);
}

/* A rank's error is shown once, however many ranks say it. */
static bool was_told(struct mf__mpirun_talk *talk, const char *line)
{
    if (!is_ours(line))
        return false;
    if (strstr(line, "has not been heard of") != NULL || strstr(line, "has not ended for") != NULL)
        talk->rank_gave_up = true;
    if (talk->told.length > 0 && strcmp(mf__buffer_text(&talk->told), line) == 0)
        return true;
    mf__buffer_clear(&talk->told);
    mf__buffer_put(&talk->told, line);
    return false;
}

static void end_line(struct mf__mpirun_talk *talk, struct mf__buffer *shown)
{
    const char *line = mf__buffer_text(&talk->line);
    /* Somebody else's rule, of a banner of ssh for one, may have begun what never ends. */
    if (is_ours(line))
        talk->in_notice = false;
    if (is_rule(line)) {
        talk->in_notice = !talk->in_notice;
    } else if (talk->in_notice) {
        understand(talk, line);
        keep_back(talk, line);
    } else if (!is_ours(line) && (understand(talk, line) || is_aside(line))) {
        keep_back(talk, line);
        talk->after_aside = true;
    } else if (line[0] == '\0' && talk->after_aside) {
        talk->after_aside = false;
    } else if (!was_told(talk, line)) {
        mf__buffer_print(shown, "%s\n", line);
    }
    mf__buffer_clear(&talk->line);
}

void mf__mpirun_talk_start(struct mf__mpirun_talk *talk)
{
    *talk = (struct mf__mpirun_talk){.rank = -1};
}

/* As many bytes at the end of the line may belong to a rule. They are not shown yet. */
static size_t held(const struct mf__buffer *line)
{
    const char *text = mf__buffer_text(line);
    const char *end = text + line->length;
    const char *at = end;
    while (at > text && (end[-1] == '-' || end[-1] == '=') && at[-1] == end[-1])
        at--;
    return (size_t)(end - at);
}

static void show_held(struct mf__mpirun_talk *talk, struct mf__buffer *shown)
{
    size_t n = held(&talk->line);
    mf__buffer_add(shown, mf__buffer_text(&talk->line) + talk->line.length - n, n);
}

/* What is left of a line that was written over. It had no end: mpirun's words may stand behind it,
 * and go with it. */
static void end_live(struct mf__mpirun_talk *talk, struct mf__buffer *shown)
{
    const char *line = mf__buffer_text(&talk->line);
    if (strncmp(line, CLEAR, strlen(CLEAR)) == 0)
        line += strlen(CLEAR);
    bool is_notice = held(&talk->line) >= RULE;
    if (is_notice || (!is_ours(line) && is_aside(line))) {
        mf__buffer_put(shown, "\r" CLEAR);
    } else {
        show_held(talk, shown);
        mf__buffer_put(shown, "\n");
    }
    talk->in_notice = is_notice != (talk->in_notice && !is_ours(line));
    was_told(talk, line);
    mf__buffer_clear(&talk->line);
    talk->is_live = false;
}

/* A line that is written over is shown as it comes, but for what may be a rule behind it; what
 * stays of it at last is looked at, too. */
static void hear_live(struct mf__mpirun_talk *talk, char byte, struct mf__buffer *shown)
{
    const char *text = mf__buffer_text(&talk->line);
    bool is_held = byte == '-' || byte == '=';
    if (byte == '\n') {
        end_live(talk, shown);
        return;
    }
    if (!is_held || (held(&talk->line) > 0 && text[talk->line.length - 1] != byte))
        show_held(talk, shown);
    if (!is_held)
        mf__buffer_add(shown, &byte, 1);
    if (byte == '\r')
        mf__buffer_clear(&talk->line);
    else
        mf__buffer_add(&talk->line, &byte, 1);
}

void mf__mpirun_talk_hear(struct mf__mpirun_talk *talk, const char *bytes, size_t n,
                          struct mf__buffer *shown)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\r' && talk->line.length == 0)
            talk->is_live = true;
        if (talk->is_live)
            hear_live(talk, bytes[i], shown);
        else if (bytes[i] == '\n')
            end_line(talk, shown);
        else if (bytes[i] != '\0' && bytes[i] != '\r')
            mf__buffer_add(&talk->line, &bytes[i], 1);
    }
}

/* ---- standard output ---- */

enum match { NEVER, PERHAPS, SURELY };

/* Whether this begins MPICH's notice: an empty line, a rule, and the words. */
static enum match match_notice(const struct mf__buffer *held)
{
    static const char words[] = "=   BAD TERMINATION";
    const char *at = mf__buffer_text(held);
    at += *at == '\n';
    size_t rule = strspn(at, "=");
    at += rule;
    if (rule > LONGEST_RULE || (*at != '\0' && (rule < RULE || *at != '\n')))
        return NEVER;
    if (*at == '\0')
        return PERHAPS;
    size_t n = strlen(at + 1);
    if (strncmp(at + 1, words, n) != 0)
        return NEVER;
    return n == strlen(words) ? SURELY : PERHAPS;
}

static void release(struct mf__mpirun_talk *talk, struct mf__buffer *out)
{
    mf__buffer_add(out, mf__buffer_text(&talk->held), talk->held.length);
    mf__buffer_clear(&talk->held);
}

static void pass_byte(struct mf__mpirun_talk *talk, char byte, struct mf__buffer *out,
                      struct mf__buffer *shown)
{
    bool may_begin = byte == '=' || byte == '\n';
    if (talk->in_line || (talk->held.length == 0 && !may_begin)) {
        mf__buffer_add(out, &byte, 1);
        talk->in_line = byte != '\n';
        return;
    }
    mf__buffer_add(&talk->held, &byte, 1);
    enum match match = byte != '\0' ? match_notice(&talk->held) : NEVER;
    if (match == NEVER) {
        release(talk, out);
        talk->in_line = byte != '\n';
    } else if (match == SURELY) {
        const char *text = mf__buffer_text(&talk->held);
        size_t blank = text[0] == '\n';
        talk->out_is_over = true;
        mf__mpirun_talk_hear(talk, text + blank, talk->held.length - blank, shown);
        mf__buffer_clear(&talk->held);
    }
}

void mf__mpirun_talk_pass(struct mf__mpirun_talk *talk, const char *bytes, size_t n,
                          struct mf__buffer *out, struct mf__buffer *shown)
{
    size_t at = 0;
    if (n == 0)
        release(talk, out);
    for (; at < n && !talk->out_is_over; at++)
        pass_byte(talk, bytes[at], out, shown);
    mf__mpirun_talk_hear(talk, bytes + at, n - at, shown);
}

/* ---- the end ---- */

/* A status above 128 that mpirun gives by itself is how a rank ended. */
static void put_rest(const struct mf__mpirun_talk *talk, int status, bool was_killed,
                     struct mf__buffer *shown)
{
    char how[MF__END_TEXT];
    const bool signalled = status > MF__EXIT_SIGNAL && status < MF__EXIT_SIGNAL + NSIG;
    const struct mf__end end = {.known = true,
                                .signalled = signalled,
                                .status = signalled ? status - MF__EXIT_SIGNAL : status};
    mf__end_text(&end, how);
    mf__buffer_print(
        shown, "manyfold: %s %s%s\n%s", end.signalled && !was_killed ? "a rank" : "mpirun", how,
        talk->notice.length > 0 ? "; mpirun said:" : "", mf__buffer_text(&talk->notice));
}

/* What MPICH says of a loss of which only its notice tells, or its parts that lose each other. */
static void find_hydra_loss(struct mf__mpirun_talk *talk)
{
    const struct mf__end end = {.known = true, .signalled = true, .status = talk->hydra_code};
    if (talk->told.length > 0) /* it ended the others for that */
        return;
    if (talk->hydra_code > 0 && talk->hydra_code < NSIG)
        tell_lost(talk, &end);
    else if (strstr(mf__buffer_text(&talk->notice), "assert (!closed) failed") != NULL)
        put_reason(talk, MF__EXIT_FAILED,
                   "mpirun has lost one of the hosts: its part there was killed, or that machine "
                   "is gone");
}

int mf__mpirun_talk_end(struct mf__mpirun_talk *talk, int status, bool was_killed,
                        struct mf__buffer *shown)
{
    if (talk->is_live && talk->line.length > 0)
        end_live(talk, shown);
    else if (talk->line.length > 0)
        end_line(talk, shown);
    if (status == MF__EXIT_DONE && !talk->cannot_start)
        return MF__EXIT_DONE;
    find_hydra_loss(talk);
    if (talk->reason.length > 0 && !talk->rank_gave_up) {
        mf__buffer_put(shown, "manyfold: ");
        mf__escape(shown, mf__buffer_text(&talk->reason), talk->reason.length);
        mf__buffer_put(shown, "\n");
        return talk->status;
    }
    bool is_known = status <= MF__EXIT_OUTPUT;
    if (talk->told.length == 0 && is_known && talk->notice.length > 0)
        mf__buffer_put(shown, mf__buffer_text(&talk->notice));
    else if (talk->told.length == 0 && is_known)
        mf__buffer_print(shown, "manyfold: a rank ended with status %d without a word\n", status);
    else if (talk->told.length == 0)
        put_rest(talk, status, was_killed, shown);
    return is_known ? status : MF__EXIT_FAILED;
}

void mf__mpirun_talk_done(struct mf__mpirun_talk *talk)
{
    mf__buffer_done(&talk->held);
    mf__buffer_done(&talk->line);
    mf__buffer_done(&talk->notice);
    mf__buffer_done(&talk->told);
    mf__buffer_done(&talk->reason);
}
