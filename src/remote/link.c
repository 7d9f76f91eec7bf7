/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/link.h"

#include "base/clock.h"
#include "base/status.h"
#include "base/text.h"
#include "remote/quote.h"
#include "remote/there.h"

#include <poll.h>
#include <string.h>

#define SILENCE_NS UINT64_C(20000000000) /* the other side says something each second */

/* Nothing is asked, nothing is forwarded, and a connection that has gone dead is noticed. */
static const char *const settings[] = {"-T",
                                       "-x",
                                       "-a",
                                       "-oBatchMode=yes",
                                       "-oConnectTimeout=10",
                                       "-oServerAliveInterval=5",
                                       "-oServerAliveCountMax=3",
                                       "-oClearAllForwardings=yes",
                                       "-oRemoteCommand=none",
                                       "-oPermitLocalCommand=no"};

size_t mf__link_words(const struct mf__link *link, bool with_host, const char **words)
{
    size_t n = 0;
    words[n++] = link->ssh;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        words[n++] = settings[i];
    if (link->host.user[0] != '\0') {
        words[n++] = "-l";
        words[n++] = link->host.user;
    }
    words[n++] = "--";
    if (with_host)
        words[n++] = link->host.name;
    words[n] = NULL;
    return n;
}

/* ---- what went wrong ---- */

/* What ssh and rsync say of it, in parts, and what would help. */
static const struct {
    const char *said;
    const char *help;
} hints[] = {
    {"is your shell clean", "a file that the shell there reads when it starts, as .bashrc, prints "
                            "something; have it print "
                            "only when somebody types"},
    {"HOST IDENTIFICATION HAS CHANGED",
     "it has another key than before: ask whoever looks after it, then ssh-keygen -R and its name"},
    {"Host key verification failed",
     "log in by hand once, with ssh, to look at its key and accept it"},
    {"Permission denied",
     "it has to let you in without a password: ssh-copy-id and its name puts your key there"},
    {"Too many authentication failures",
     "it has to let you in by a key; IdentityFile in ~/.ssh/config says which"},
    {"Could not resolve", "check the name, or give it an address in ~/.ssh/config"},
    {"Name or service not known", "check the name, or give it an address in ~/.ssh/config"},
    {"Connection refused",
     "no sshd listens there; if it has another port, Port in ~/.ssh/config says which"},
    {"No route to host", "check the network"},
    {"Network is unreachable", "check the network"},
    {"timed out", "check the network, and whether the machine is on"},
    {"command not found", "manyfold remote --check says what is missing there"},
    {"Too many levels of symbolic links",
     "rsync there does not write through links; name the folder that they lead to: HOST:DIR"},
    {"No space left", "make room there, or name a folder of another disk: HOST:DIR"},
};

static const char *help_for(const char *said)
{
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (strstr(said, hints[i].said) != NULL)
            return hints[i].help;
    return "manyfold remote --check looks at what is needed";
}

/* rsync ends with lines that tell of its own end, not of the reason. */
static bool is_reason(const char *line, size_t length)
{
    static const char error[] = "rsync error:";
    static const char manual[] = "(see the rsync";
    static const char closed[] = "connection unexpectedly closed";
    return length > 0 && strncmp(line, error, sizeof error - 1) != 0 &&
           strncmp(line, manual, sizeof manual - 1) != 0 &&
           memmem(line, length, closed, sizeof closed - 1) == NULL;
}

/* The last line that gives a reason. */
static void last_line(const char *said, struct mf__buffer *out)
{
    const char *line = said;
    size_t n = 0;
    for (const char *at = said; *at != '\0';) {
        size_t length = strcspn(at, "\r\n");
        if (is_reason(at, length)) {
            line = at;
            n = length;
        }
        at += length + (at[length] != '\0');
    }
    mf__escape(out, line, n < 300 ? n : 300);
}

int mf__link_failed(const struct mf__link *link, const struct mf__called *called, mf_error *error)
{
    const char *said = mf__buffer_text(&called->said);
    struct mf__buffer line = {0};
    last_line(said, &line);
    if (called->was_silent)
        mf__fail(error, MF_E_SYSTEM, "%s: nothing came from there for %d s; check the network",
                 link->host.name, (int)(SILENCE_NS / MF__NS_PER_S));
    else if (line.length == 0)
        mf__fail(error, MF_E_SYSTEM, "%s: the connection ended with status %d; %s", link->host.name,
                 called->status, help_for(said));
    else
        mf__fail(error, MF_E_SYSTEM, "%s: %s; %s", link->host.name, mf__buffer_text(&line),
                 help_for(said));
    mf__buffer_done(&line);
    return MF_E_SYSTEM;
}

/* ---- asking ---- */

/* What is asked for by its own lines is looked at here, the rest is for whoever asks. */
struct asking {
    struct mf__frames *frames;
    int (*line)(void *user, char letter, const char *text, mf_error *error);
    void *user;
    const struct mf__link *link;
};

static int take_line(void *user, char letter, const char *text, mf_error *error)
{
    const struct asking *asking = user;
    struct mf__buffer shown = {0};
    if (letter != '!')
        return asking->line(asking->user, letter, text, error);
    mf__escape(&shown, text, strlen(text));
    mf__fail(error, MF_E_SYSTEM, "%s: %s", asking->link->host.name, mf__buffer_text(&shown));
    mf__buffer_done(&shown);
    return MF_E_SYSTEM;
}

static int take_bytes(void *user, char letter, const char *bytes, size_t n, mf_error *error)
{
    const struct asking *asking = user;
    return asking->frames->bytes(asking->user, letter, bytes, n, error);
}

static int call_with(const struct mf__link *link, const struct mf__buffer *script,
                     struct mf__frames *frames, struct mf__called *called, mf_error *error)
{
    const char *words[MF__LINK_WORDS];
    size_t n = mf__link_words(link, true, words);
    words[n++] = "exec sh -s";
    words[n] = NULL;
    const struct mf__call call = {.words = words,
                                  .input = mf__buffer_text(script),
                                  .n_input = script->length,
                                  .silence_ns = SILENCE_NS,
                                  .cancel = link->cancel,
                                  .take = mf__frames_take,
                                  .user = frames};
    return mf__call(&call, called, error);
}

int mf__link_ask(const struct mf__link *link, const struct mf__buffer *values, const char *calls,
                 struct mf__frames *frames, bool *ret_cut, mf_error *error)
{
    struct mf__called called = {0};
    struct mf__buffer script = {0};
    struct asking asking = {frames, frames->line, frames->user, link};
    struct mf__frames inner = {.line = take_line, .bytes = take_bytes, .user = &asking};
    if (ret_cut != NULL)
        *ret_cut = false;
    mf__sh_set("folder", link->host.folder, &script);
    if (values != NULL)
        mf__buffer_add(&script, mf__buffer_text(values), values->length);
    mf__buffer_add(&script, mf__there_bytes[0], mf__there_length);
    mf__buffer_print(&script, "%s\nprintf '=\\n'\n", calls);
    int code = mf__buffer_check(&script, error);
    if (code == 0)
        code = call_with(link, &script, &inner, &called, error);
    if (code == 0 && !inner.whole) {
        code = mf__link_failed(link, &called, error);
        if (ret_cut != NULL)
            *ret_cut = true;
    }
    memcpy(frames->noise, inner.noise, sizeof frames->noise);
    mf__buffer_done(&script);
    mf__buffer_done(&called.said);
    return code;
}

/* ---- others ---- */

void mf__link_show(const struct mf__host *host, struct mf__buffer *out)
{
    const bool is_ipv6 = strchr(host->name, ':') != NULL;
    struct mf__buffer word = {0};
    mf__buffer_print(&word, "%s%s%s%s%s", host->user, host->user[0] != '\0' ? "@" : "",
                     is_ipv6 ? "[" : "", host->name, is_ipv6 ? "]" : "");
    if (host->folder[0] != '\0')
        mf__buffer_print(&word, ":%s",
                         strncmp(host->folder, "./", 2) == 0 ? host->folder + 2 : host->folder);
    mf__sh_quote(mf__buffer_text(&word), out);
    mf__buffer_done(&word);
}

void mf__link_pause(const struct mf__link *link, uint64_t ns)
{
    uint64_t end = mf__now_ns() + ns;
    while (mf__now_ns() < end && (link->cancel == NULL || !mf_cancel_requested(link->cancel)))
        poll(NULL, 0, 20);
}
