/* SPDX-License-Identifier: Apache-2.0 */
/* What another machine has of what is needed. */
#ifndef REMOTE_CHECK_H
#define REMOTE_CHECK_H

#include "remote/link.h"

#define MF__CHECK_TEXT 120

/* Texts are as the other machine wrote them; "" where it said nothing. */
struct mf__checked {
    char machine[MF__CHECK_TEXT];
    char rsync[MF__CHECK_TEXT]; /* versions */
    char manyfold[MF__CHECK_TEXT];
    char mpirun[MF__CHECK_TEXT];
    char cores[MF__CHECK_TEXT];    /* numbers */
    char memory[MF__CHECK_TEXT];   /* KiB that can be had */
    char disk[MF__CHECK_TEXT];     /* KiB free where the folder is or would be made */
    char writable[MF__CHECK_TEXT]; /* "yes": and it can be made there; "file" */
    char time[MF__CHECK_TEXT];     /* seconds since 1970 */
    char noise[MF__CHECK_TEXT];    /* what its shell prints when it starts */
};

/* Start with *ret {0}. Errors of mf__link_ask. */
int mf__check(const struct mf__link *link, struct mf__checked *ret, mf_error *error);

#endif
