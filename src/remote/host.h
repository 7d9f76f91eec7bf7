/* SPDX-License-Identifier: Apache-2.0 */
/* HOST[:DIR] as a user types it. */
#ifndef REMOTE_HOST_H
#define REMOTE_HOST_H

#include <manyfold/status.h>

#define MF__HOST_NAME   256
#define MF__HOST_USER   64
#define MF__HOST_FOLDER 1024

struct mf__host {
    char user[MF__HOST_USER];     /* "": whoever ssh takes */
    char name[MF__HOST_NAME];     /* as ssh takes it: an IPv6 address has no brackets */
    char folder[MF__HOST_FOLDER]; /* "" when none was named; else absolute, or "./" and below the
                                     home folder there */
};

/*
 * Takes "[user@]name[:folder]", the name also an IPv6 address in brackets. What a name may hold is
 * listed letter by letter, so that ssh cannot take it for an option or a command. MF_E_INPUT.
 */
int mf__host_parse(const char *text, struct mf__host *ret, mf_error *error);

/* Where nothing was named: "./manyfold/NAME" below the home folder, by the last part of `here`, the
 * folder that is worked in. MF_E_INPUT when it has a name that cannot be used there. */
int mf__host_folder_default(struct mf__host *host, const char *here, mf_error *error);

#endif
