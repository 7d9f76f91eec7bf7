/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/check.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FACT(name)                                                                                 \
    {                                                                                              \
#name, offsetof(struct mf__checked, name)                                                  \
    }

static const struct {
    const char *name;
    size_t offset;
} facts[] = {FACT(machine), FACT(rsync), FACT(manyfold), FACT(mpirun), FACT(cores),
             FACT(memory),  FACT(disk),  FACT(writable), FACT(time)};

static int take_line(void *user, char letter, const char *text, mf_error *error)
{
    char *checked = user;
    size_t length = strcspn(text, " ");
    (void)error;
    for (size_t i = 0; letter == 'K' && i < sizeof facts / sizeof facts[0]; i++)
        if (strlen(facts[i].name) == length && strncmp(facts[i].name, text, length) == 0)
            snprintf(checked + facts[i].offset, MF__CHECK_TEXT, "%s",
                     text[length] == ' ' ? text + length + 1 : "");
    return 0;
}

static int take_bytes(void *user, char letter, const char *bytes, size_t n, mf_error *error)
{
    (void)user;
    (void)letter;
    (void)bytes;
    (void)n;
    (void)error;
    return 0;
}

int mf__check(const struct mf__link *link, struct mf__checked *ret, mf_error *error)
{
    struct mf__frames frames = {.line = take_line, .bytes = take_bytes, .user = ret};
    int code = mf__link_ask(link, NULL, "check", &frames, NULL, error);
    snprintf(ret->noise, sizeof ret->noise, "%s", frames.noise);
    return code;
}
