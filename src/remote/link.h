/* SPDX-License-Identifier: Apache-2.0 */
/* The connection to another machine: ssh with settings under which nobody is asked anything. */
#ifndef REMOTE_LINK_H
#define REMOTE_LINK_H

#include "remote/call.h"
#include "remote/frames.h"
#include "remote/host.h"

struct mf__link {
    struct mf__host host;
    const char *ssh; /* programs, looked up in PATH */
    const char *rsync;
    const mf_cancel *cancel; /* or NULL */
};

/* The most words in front of a command that ssh is to run there. */
#define MF__LINK_WORDS 32

/* Fills in the words of ssh up to the host and ends them with NULL; `with_host` false leaves the
 * host to be added behind "--" by whoever starts it. Returns how many. */
size_t mf__link_words(const struct mf__link *link, bool with_host, const char **words);

/*
 * Has the other machine run functions of there.sh: `values` are lines that set variables, `calls`
 * calls the functions. Answers go to `frames`, whose `line`, `bytes` and `user` are set.
 * MF_E_SYSTEM with *ret_cut (may be NULL) true: no connection, or it was lost before the answer was
 * whole; the text says why and what would help. MF_E_SYSTEM too when it refused, and when it
 * answered nonsense. The others of mf__call.
 */
int mf__link_ask(const struct mf__link *link, const struct mf__buffer *values, const char *calls,
                 struct mf__frames *frames, bool *ret_cut, mf_error *error);

/* The error for a program over the connection that has failed: the last it said, and what would
 * help. */
int mf__link_failed(const struct mf__link *link, const struct mf__called *called, mf_error *error);

/* Adds HOST:DIR as a word that a shell reads, to be shown. */
void mf__link_show(const struct mf__host *host, struct mf__buffer *out);

/* Sleeps, or less when cancelled. */
void mf__link_pause(const struct mf__link *link, uint64_t ns);

#endif
