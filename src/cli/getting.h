/* SPDX-License-Identifier: Apache-2.0 */
/* manyfold data get: a data set from elsewhere into a folder. */
#ifndef CLI_GETTING_H
#define CLI_GETTING_H

#include "cli/cli.h"

struct mf__getting {
    const char *sha256;
    const char *out;
    const char *name;
    bool force;
    uint64_t most_bytes;
};

extern const struct mf__option mf__getting_options[];

/* `source` is a name, an address or a path. An exit status. */
int mf__get_run(const struct mf__common *common, const struct mf__getting *getting,
                const char *source);

/* Adds the lines of `data list` about what can be brought by name. */
struct mf__style;
void mf__get_list(const struct mf__style *style, struct mf__buffer *out);

#endif
