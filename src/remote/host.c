/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/host.h"

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

/* A run of bytes that may hold some letters only, and begin with fewer. */
struct part {
    const char *begins;
    const char *holds;
};

static const struct part user_part = {LETTERS DIGITS "_", LETTERS DIGITS "._-"};
static const struct part name_part = {LETTERS DIGITS, LETTERS DIGITS "._-"};
static const struct part ipv6_part = {"0123456789abcdefABCDEF:", "0123456789abcdefABCDEF:."};

/* Copies a part whose length is known; false when it holds something else or too much. */
static bool take(const struct part *part, const char *text, size_t length, char *ret, size_t size)
{
    if (length == 0 || length >= size || strspn(text, part->holds) < length ||
        strchr(part->begins, text[0]) == NULL)
        return false;
    memcpy(ret, text, length);
    ret[length] = '\0';
    return true;
}

static int fail_host(const char *text, mf_error *error)
{
    return mf__fail(error, MF_E_INPUT,
                    "HOST %s: expected [user@]name[:DIR], the name of letters, digits, '.', '-' "
                    "and '_', or an IPv6 address in brackets",
                    mf__quote(text).text);
}

/* Folders are shown and stand in lines of scripts, so they hold nothing that breaks a line. */
static int take_folder(const char *text, struct mf__host *host, mf_error *error)
{
    const bool from_home = strncmp(text, "~/", 2) == 0;
    const char *folder = from_home ? text + 2 + strspn(text + 2, "/") : text;
    for (const char *byte = folder; *byte != '\0'; byte++)
        if ((unsigned char)*byte < 0x20 || *byte == 0x7f)
            return mf__fail(error, MF_E_INPUT, "DIR %s: holds a control character",
                            mf__quote(text).text);
    if (text[0] == '~' && !from_home)
        return mf__fail(error, MF_E_INPUT,
                        "DIR %s: expected a path from / on, or one below your home folder there",
                        mf__quote(text).text);
    int n =
        snprintf(host->folder, sizeof host->folder, "%s%s", folder[0] == '/' ? "" : "./", folder);
    if (n < 0 || (size_t)n >= sizeof host->folder)
        return mf__fail(error, MF_E_INPUT, "DIR %s: is longer than %d bytes", mf__quote(text).text,
                        MF__HOST_FOLDER - 3);
    return 0;
}

int mf__host_parse(const char *text, struct mf__host *ret, mf_error *error)
{
    struct mf__host host = {0};
    const char *name = text;
    size_t at = strcspn(text, "@:[");
    if (text[at] == '@') {
        if (!take(&user_part, text, at, host.user, sizeof host.user))
            return fail_host(text, error);
        name = text + at + 1;
    }
    const bool bracket = name[0] == '[';
    const char *first = bracket ? name + 1 : name;
    size_t length = strcspn(first, bracket ? "]" : ":");
    if (!take(bracket ? &ipv6_part : &name_part, first, length, host.name, sizeof host.name) ||
        (bracket && first[length] != ']'))
        return fail_host(text, error);
    const char *rest = first + length + (bracket ? 1 : 0);
    if (*rest != '\0' && *rest != ':')
        return fail_host(text, error);
    if (*rest == ':' && rest[1] != '\0') {
        int code = take_folder(rest + 1, &host, error);
        if (code != 0)
            return code;
    }
    *ret = host;
    return 0;
}

int mf__host_folder_default(struct mf__host *host, const char *here, mf_error *error)
{
    const char *slash = strrchr(here, '/');
    const char *name = slash != NULL ? slash + 1 : here;
    char folder[MF__HOST_FOLDER];
    snprintf(folder, sizeof folder, "manyfold/%s", name[0] != '\0' ? name : "work");
    int code = take_folder(folder, host, error);
    if (code != 0)
        mf__fail_within(error, code, "this folder's name cannot be used there; name one, HOST:DIR");
    return code;
}
