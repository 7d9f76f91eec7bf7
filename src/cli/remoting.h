/* SPDX-License-Identifier: Apache-2.0 */
/* manyfold remote: a command on another machine, with its files brought there and back. */
#ifndef CLI_REMOTING_H
#define CLI_REMOTING_H

#include "cli/cli.h"
#include "cli/inner.h"
#include "remote/link.h"

struct mf__remoting {
    const struct mf__common *common;
    const char *typed; /* HOST[:DIR] */
    struct mf__link link;
    const struct mf__inner *inner; /* NULL: what was started there earlier */
    bool all;                      /* bring everything there */
    unsigned tries;
};

/* Each tells its own errors and gives an exit status. */
int mf__remoting_run(const struct mf__remoting *remoting);
int mf__remoting_stop(const struct mf__remoting *remoting);
int mf__remoting_check(const struct mf__remoting *remoting);

#endif
