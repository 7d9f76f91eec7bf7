/* SPDX-License-Identifier: Apache-2.0 */
#include "report/forest_size.h"

#include "base/memory.h"

#include <string.h>

/* Children stand behind their parent in every tree, so one pass forwards tells all depths. */
static size_t depth_of(const mf_forest *forest, size_t tree, uint32_t *depths)
{
    size_t n = mf_forest_nodes(forest, tree);
    uint32_t deepest = 0;
    depths[0] = 0;
    for (size_t i = 0; i < n; i++) {
        const mf_node node = mf_forest_node(forest, tree, i);
        deepest = depths[i] > deepest ? depths[i] : deepest;
        if (node.left == MF_NODE_LEAF)
            continue;
        depths[node.left] = depths[i] + 1;
        depths[node.right] = depths[i] + 1;
    }
    return deepest;
}

static size_t most_nodes(const mf_forest *forest)
{
    size_t most = 0;
    for (size_t tree = 0; tree < mf_forest_trees(forest); tree++)
        if (mf_forest_nodes(forest, tree) > most)
            most = mf_forest_nodes(forest, tree);
    return most;
}

struct mf__forest_size mf__forest_size(const mf_forest *forest)
{
    struct mf__forest_size size = {0};
    size_t n_trees = mf_forest_trees(forest);
    uint32_t *depths = mf__new(most_nodes(forest), sizeof *depths);
    uint64_t depth_sum = 0; /* whole, so that the mean is rounded once */
    size.failed = depths == NULL;
    for (size_t tree = 0; tree < n_trees; tree++) {
        size_t n = mf_forest_nodes(forest, tree);
        size.nodes += n;
        size.leaves += (n + 1) / 2; /* every other node has two children */
        if (size.failed)
            continue;
        size_t depth = depth_of(forest, tree, depths);
        depth_sum += depth;
        size.most_depth = depth > size.most_depth ? depth : size.most_depth;
        size.least_depth = tree == 0 || depth < size.least_depth ? depth : size.least_depth;
    }
    size.mean_depth = n_trees > 0 ? (double)depth_sum / (double)n_trees : 0;
    mf__free(depths);
    return size;
}
