/* SPDX-License-Identifier: Apache-2.0 */
/* Public data sets that can be brought by name: where they come from, and on what terms. */
#ifndef FETCH_SETS_H
#define FETCH_SETS_H

struct mf__set {
    const char *name;
    const char *title;
    const char *url;
    const char *file;   /* what it is called here */
    const char *sha256; /* of what the address gives; NULL where that is not stable */
    const char *source;
    const char *licence;
    const char *target;
};

extern const struct mf__set mf__sets[]; /* up to one without a name */

/* NULL when there is none of that name. */
const struct mf__set *mf__set_find(const char *name);

#endif
