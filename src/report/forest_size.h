/* SPDX-License-Identifier: Apache-2.0 */
/* How large a forest has become. */
#ifndef REPORT_FOREST_SIZE_H
#define REPORT_FOREST_SIZE_H

#include <manyfold/forest.h>

struct mf__forest_size {
    uint64_t nodes;
    uint64_t leaves;
    size_t least_depth; /* of a tree; a single leaf is 0 levels deep */
    size_t most_depth;
    double mean_depth;
    bool failed; /* no memory: depths are not known */
};

struct mf__forest_size mf__forest_size(const mf_forest *forest);

#endif
