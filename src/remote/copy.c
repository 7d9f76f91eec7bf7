/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No name of a file is given to a shell: names travel over the connection (--files-from), rsync
 * there is started in the folder (--rsync-path), and what both copy from and to is "./". Names
 * begin with "./" too, since rsync takes "#a" and ";a" in a list of names for comments.
 *
 * Links are followed on the way there, so that data that lies on another disk is brought along; on
 * the way back they are left out, so that nothing is written through one that came from there. A
 * folder that its owner has made a link stays one.
 */
#include "remote/copy.h"

#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "remote/quote.h"

#include <string.h>

#define STALL_S "--timeout=30"

const char *const mf__copy_left_out[] = {"/.git",    "/.manyfold", "/results",    "/build",
                                         "/build-*", ".venv",      "__pycache__", NULL};

bool mf__copy_is_plain(const char *name)
{
    const char *part = strncmp(name, "./", 2) == 0 ? name + 2 : name;
    for (const char *byte = part; *byte != '\0'; byte++)
        if ((unsigned char)*byte < 0x20 || *byte == 0x7f)
            return false;
    while (*part != '\0' && *part != '/' && *part != '.') {
        part += strcspn(part, "/");
        if (*part == '\0')
            return true;
        part++;
        if (*part == '\0') /* "results/" */
            return true;
    }
    return false;
}

void mf__copy_add(struct mf__copy *copy, const char *name)
{
    mf__buffer_add(&copy->names, name, strlen(name) + 1);
}

/* rsync takes it for a pattern, in which a backslash stands for itself unless there is a wildcard.
 */
void mf__copy_leave(struct mf__copy *copy, const char *path)
{
    const bool is_pattern = strpbrk(path, "*?[") != NULL;
    for (; *path != '\0'; path++) {
        if (is_pattern && strchr("*?[\\", *path) != NULL)
            mf__buffer_put(&copy->left, "\\");
        mf__buffer_add(&copy->left, path, 1);
    }
    mf__buffer_add(&copy->left, "", 1);
}

/* ---- the words of rsync ---- */

#define MOST_WORDS 32

struct words {
    const char *list[MOST_WORDS];
    size_t n;
    struct mf__buffer shell;  /* -e */
    struct mf__buffer path;   /* --rsync-path */
    struct mf__buffer remote; /* HOST:./ */
    struct mf__buffer local;  /* ./ */
};

static void words_done(struct words *words)
{
    mf__buffer_done(&words->shell);
    mf__buffer_done(&words->path);
    mf__buffer_done(&words->remote);
    mf__buffer_done(&words->local);
}

static void add(struct words *words, const char *word)
{
    words->list[words->n++] = word;
}

/* rsync cuts the command at blanks; within single quotes two of them stand for one. */
static void put_shell(const struct mf__link *link, struct mf__buffer *out)
{
    const char *of_ssh[MF__LINK_WORDS];
    size_t n = mf__link_words(link, false, of_ssh);
    for (size_t i = 0; i < n; i++) {
        mf__buffer_put(out, i > 0 ? " '" : "'");
        for (const char *byte = of_ssh[i]; *byte != '\0'; byte++)
            mf__buffer_add(out, *byte == '\'' ? "''" : byte, *byte == '\'' ? 2 : 1);
        mf__buffer_put(out, "'");
    }
}

/* The login shell there reads two quoted words. rsync is looked up where there.sh looks it up. */
static const char start_rsync[] =
    "--rsync-path=sh -c 'CDPATH= cd -- \"$0\" && "
    "PATH=$PATH:${HOME:-}/.local/bin:${HOME:-}/bin:/usr/local/bin && export PATH && "
    "exec rsync \"$@\"' ";

static void put_places(const struct mf__link *link, const char *folder, struct words *words)
{
    const bool is_ipv6 = strchr(link->host.name, ':') != NULL;
    put_shell(link, &words->shell);
    mf__buffer_put(&words->path, start_rsync);
    mf__sh_quote(link->host.folder, &words->path);
    mf__buffer_print(&words->remote, "%s%s%s:./%s", is_ipv6 ? "[" : "", link->host.name,
                     is_ipv6 ? "]" : "", folder);
    mf__buffer_print(&words->local, "./%s", folder);
}

static int put_words(const struct mf__link *link, const struct mf__copy *copy, struct words *words,
                     mf_error *error)
{
    static const char *const always[] = {"-rtz",
                                         "--keep-dirlinks",
                                         "--from0",
                                         "--ignore-missing-args",
                                         "--partial-dir=.manyfold-part",
                                         "--info=progress2",
                                         "--no-human-readable",
                                         STALL_S};
    put_places(link, copy->folder != NULL ? copy->folder : "", words);
    add(words, link->rsync);
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        add(words, always[i]);
    add(words, copy->to_there ? "--copy-links" : "--no-links");
    if (copy->keep_newer)
        add(words, "--update");
    if (copy->keep_all)
        add(words, "--ignore-existing");
    if (!copy->all)
        add(words, "--exclude=.*");
    if (copy->folder == NULL || copy->left.length > 0)
        add(words, copy->all || copy->folder != NULL ? "--exclude-from=-" : "--files-from=-");
    add(words, mf__buffer_text(&words->path));
    add(words, "-e");
    add(words, mf__buffer_text(&words->shell));
    add(words, "--");
    add(words, mf__buffer_text(copy->to_there ? &words->local : &words->remote));
    add(words, mf__buffer_text(copy->to_there ? &words->remote : &words->local));
    add(words, NULL);
    int code = mf__buffer_check(&words->shell, error);
    if (code == 0)
        code = mf__buffer_check(&words->path, error);
    if (code == 0)
        code = mf__buffer_check(&words->local, error);
    return code == 0 ? mf__buffer_check(&words->remote, error) : code;
}

/* ---- what rsync says ---- */

struct listener {
    const struct mf__copy *copy;
    struct mf__copied *copied;
    char line[200];
    size_t n;
};

/* A number at the start of `text`, with or without commas. */
static uint64_t number_at(const char *text)
{
    uint64_t value = 0;
    for (; (*text >= '0' && *text <= '9') || *text == ','; text++)
        if (*text != ',' && value < UINT64_MAX / 10 - 1)
            value = value * 10 + (uint64_t)(*text - '0');
    return value;
}

/* "  3,141,592 100%    2.00MB/s    0:00:01 (xfr#3, to-chk=0/5)" */
static void take_progress(struct listener *listener)
{
    const char *files = strstr(listener->line, "xfr#");
    const char *percent = strchr(listener->line, '%');
    const char *bytes = listener->line + strspn(listener->line, " ");
    if (percent == NULL)
        return;
    listener->copied->bytes = number_at(bytes);
    if (files != NULL)
        listener->copied->files = number_at(files + 4);
    bytes += strcspn(bytes, " ");
    if (listener->copy->progress != NULL)
        listener->copy->progress(listener->copy->user, listener->copied->bytes,
                                 (unsigned)number_at(bytes + strspn(bytes, " ")));
}

static int take(void *user, const char *bytes, size_t n, mf_error *error)
{
    struct listener *listener = user;
    (void)error;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != '\r' && bytes[i] != '\n') {
            if (listener->n < sizeof listener->line - 1)
                listener->line[listener->n++] = bytes[i];
            continue;
        }
        listener->line[listener->n] = '\0';
        listener->n = 0;
        take_progress(listener);
    }
    return 0;
}

/* ---- the whole ---- */

/* Statuses with which rsync says that the other side has gone, not that a file is at fault. */
static bool is_cut(int status)
{
    static const int cut[] = {5, 10, 12, 30, 35, 128 + 9, 128 + 13, 128 + 15, 255};
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++)
        if (status == cut[i])
            return true;
    return false;
}

static void put_input(const struct mf__copy *copy, struct mf__buffer *input)
{
    const char *names = mf__buffer_text(&copy->names);
    if (copy->all) {
        for (const char *const *name = mf__copy_left_out; *name != NULL; name++)
            mf__buffer_add(input, *name, strlen(*name) + 1);
        return;
    }
    if (copy->folder != NULL) {
        mf__buffer_add(input, mf__buffer_text(&copy->left), copy->left.length);
        return;
    }
    for (size_t at = 0; at < copy->names.length; at += strlen(names + at) + 1) {
        mf__buffer_put(input, "./");
        mf__buffer_add(input, names + at, strlen(names + at) + 1);
    }
}

int mf__copy(const struct mf__link *link, const struct mf__copy *copy, struct mf__copied *ret,
             bool *ret_cut, mf_error *error)
{
    struct mf__copied copied = {0};
    struct mf__called called = {0};
    struct mf__buffer input = {0};
    struct words words = {0};
    struct listener listener = {.copy = copy, .copied = &copied};
    *ret_cut = false;
    put_input(copy, &input);
    int code = mf__buffer_check(&copy->names, error);
    if (code == 0)
        code = mf__buffer_check(&copy->left, error);
    if (code == 0)
        code = mf__buffer_check(&input, error);
    if (code == 0)
        code = put_words(link, copy, &words, error);
    const struct mf__call call = {.words = words.list,
                                  .input = mf__buffer_text(&input),
                                  .n_input = input.length,
                                  .cancel = link->cancel,
                                  .take = take,
                                  .user = &listener};
    if (code == 0)
        code = mf__call(&call, &called, error);
    if (code == 0 && called.status != 0) {
        *ret_cut = is_cut(called.status);
        mf__link_failed(link, &called, error);
        code = mf__fail_within(error, MF_E_SYSTEM, "rsync");
    }
    if (code == 0)
        *ret = copied;
    mf__buffer_done(&input);
    mf__buffer_done(&called.said);
    words_done(&words);
    return code;
}
