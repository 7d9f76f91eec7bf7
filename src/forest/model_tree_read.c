/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that the rest of the library takes for granted about a tree is established here, in
 * the order in which it is read: that there are enough bytes before there is room, that links make
 * a tree before anybody follows one, that numbers add up without overflow.
 */
#include "forest/model_tree.h"

#include "base/status.h"

#include <math.h>
#include <string.h>

/* A tree that is being read. */
struct reading {
    struct mf__byte_reader *bytes;
    const mf_forest *forest;
    struct mf__tree *tree;
    struct mf__tree_layout layout;
    const unsigned char *columns; /* layout.columns bytes */
};

static bool is_split(const unsigned char *bits, uint32_t node)
{
    return (bits[node / 8] >> (node % 8) & 1) != 0;
}

/*
 * Depth first: the left child stands behind its parent, the right one behind the end of the left
 * one's subtree. Splits that wait for their right child form a list, the last one first, that
 * lives in their `right`.
 */
static const char *link_depth_first(const struct reading *reading)
{
    mf_node *nodes = reading->tree->nodes;
    uint32_t n = reading->tree->n_nodes;
    uint32_t waiting = MF_NODE_LEAF;
    for (uint32_t i = 0; i < n; i++) {
        mf_node *node = &nodes[i];
        if (is_split(reading->columns, i)) {
            *node = (mf_node){.left = i + 1, .right = waiting};
            waiting = i;
            continue;
        }
        *node = (mf_node){.left = MF_NODE_LEAF, .right = MF_NODE_LEAF};
        if (waiting == MF_NODE_LEAF)
            return i == n - 1 ? NULL : "it ends before its last node";
        uint32_t parent = waiting;
        waiting = nodes[parent].right;
        nodes[parent].right = i + 1;
    }
    return "a split has no right child";
}

/* A node below `n` and behind its parent that has not been reached before; `samples` marks it. */
static bool reach(mf_node *nodes, uint32_t n, uint32_t parent, uint32_t child)
{
    if (child >= n || child <= parent || nodes[child].samples != 0)
        return false;
    nodes[child].samples = 1;
    return true;
}

/* There are n - 1 links; when no two lead to one node, they lead to all nodes but the root. */
static const char *link_as_given(const struct reading *reading)
{
    mf_node *nodes = reading->tree->nodes;
    uint32_t n = reading->tree->n_nodes;
    const unsigned char *link = reading->columns + reading->layout.bits;
    for (uint32_t i = 0; i < n; i++) {
        mf_node *node = &nodes[i];
        node->left = node->right = MF_NODE_LEAF;
        if (!is_split(reading->columns, i))
            continue;
        node->left = mf__load_u32(link);
        node->right = mf__load_u32(link + 4);
        link += reading->layout.link;
        if (!reach(nodes, n, i, node->left) || !reach(nodes, n, i, node->right))
            return "a child is not in it, not behind its parent, or has two parents";
    }
    return NULL;
}

static uint32_t load_index(const unsigned char *at, size_t width)
{
    uint32_t index = 0;
    for (size_t i = 0; i < width; i++)
        index |= (uint32_t)at[i] << (8 * i);
    return index;
}

static double load_real(const unsigned char *at, size_t width)
{
    return width == 8 ? mf__load_f64(at) : (double)mf__load_f32(at);
}

static const char *read_columns(const struct reading *reading)
{
    const struct mf__tree_layout *layout = &reading->layout;
    const unsigned char *link = reading->columns + layout->bits;
    const unsigned char *feature = link + layout->n_splits * layout->link;
    const unsigned char *threshold = feature + layout->n_splits * layout->feature;
    const unsigned char *value = threshold + layout->n_splits * layout->threshold;
    const unsigned char *leaf_value = value + layout->n_splits * layout->value;
    for (uint32_t i = 0; i < reading->tree->n_nodes; i++) {
        mf_node *node = &reading->tree->nodes[i];
        if (node->left == MF_NODE_LEAF) {
            if (layout->leaf_value > 0)
                node->value = load_real(leaf_value, layout->leaf_value);
            leaf_value += layout->leaf_value;
        } else {
            node->feature = load_index(feature, layout->feature);
            node->threshold = load_real(threshold, layout->threshold);
            if (layout->value > 0)
                node->value = load_real(value, layout->value);
            feature += layout->feature;
            threshold += layout->threshold;
            value += layout->value;
        }
        if (node->feature >= reading->forest->n_features)
            return "a feature is out of range";
        if (!isfinite(node->threshold) || !isfinite(node->value))
            return "a number is not finite";
    }
    return NULL;
}

/* A count of 32 bits that is not 0, or 0: it is cut off, too large, or 0. */
static uint32_t take_count(struct mf__byte_reader *bytes)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < MF__MOST_COUNT_BYTES; i++) {
        if (bytes->at == bytes->end)
            return 0;
        unsigned char byte = *bytes->at++;
        count |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte <= 0x7f)
            return count <= UINT32_MAX ? (uint32_t)count : 0;
    }
    return 0;
}

/* Reads the classes of a leaf; returns its weight, or 0 when they are malformed. */
static uint32_t take_classes(const struct reading *reading, uint32_t *counts)
{
    struct mf__byte_reader *bytes = reading->bytes;
    if (mf__take_left(bytes) < reading->layout.classes)
        return 0;
    const unsigned char *classes = bytes->at;
    bytes->at += reading->layout.classes;
    uint64_t weight = 0;
    for (size_t c = 0; c < 8 * reading->layout.classes; c++) {
        if ((classes[c / 8] >> (c % 8) & 1) == 0)
            continue;
        uint32_t count = c < reading->forest->n_classes ? take_count(bytes) : 0;
        if (count == 0)
            return 0;
        counts[c] = count;
        weight += count;
    }
    return weight <= UINT32_MAX ? (uint32_t)weight : 0;
}

static const char *read_leaves(const struct reading *reading)
{
    size_t n_classes = reading->forest->n_classes;
    for (uint32_t i = 0; i < reading->tree->n_nodes; i++) {
        mf_node *node = &reading->tree->nodes[i];
        if (node->left != MF_NODE_LEAF)
            continue;
        node->samples = take_count(reading->bytes);
        node->weight = n_classes == 0
                           ? take_count(reading->bytes)
                           : take_classes(reading, reading->tree->counts + i * n_classes);
        if (node->samples == 0 || node->weight < node->samples)
            return "the samples of a leaf are malformed";
    }
    return NULL;
}

/* Children stand behind their parents, so going backwards they are complete before these. */
static const char *add_up(const struct reading *reading)
{
    mf_node *nodes = reading->tree->nodes;
    size_t n_classes = reading->forest->n_classes;
    for (uint32_t i = reading->tree->n_nodes; i-- > 0;) {
        mf_node *node = &nodes[i];
        if (node->left == MF_NODE_LEAF)
            continue;
        const mf_node *left = &nodes[node->left];
        const mf_node *right = &nodes[node->right];
        node->samples = left->samples + right->samples;
        node->weight = left->weight + right->weight;
        if (node->weight < left->weight)
            return "there are too many samples";
        /* Not more than the weights, so these sums do not overflow either. */
        uint32_t *counts = reading->tree->counts;
        for (size_t c = 0; c < n_classes; c++)
            counts[i * n_classes + c] =
                counts[node->left * n_classes + c] + counts[node->right * n_classes + c];
    }
    return NULL;
}

static size_t count_splits(const unsigned char *bits, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += (size_t)__builtin_popcount(bits[i]);
    return n;
}

/* Not all of a node is told of each. */
static void clear_tree(const struct reading *reading)
{
    struct mf__tree *tree = reading->tree;
    memset(tree->nodes, 0, tree->n_nodes * sizeof *tree->nodes);
    if (tree->counts != NULL)
        memset(tree->counts, 0, tree->n_nodes * reading->forest->n_classes * sizeof *tree->counts);
}

/* What the columns tell, once there is room for the nodes. */
static const char *read_tree(const struct reading *reading, unsigned flags)
{
    const char *wrong =
        flags & MF__TREE_LINKED ? link_as_given(reading) : link_depth_first(reading);
    if (wrong == NULL)
        wrong = read_columns(reading);
    if (wrong == NULL)
        wrong = read_leaves(reading);
    return wrong != NULL ? wrong : add_up(reading);
}

/* Checks the head and that the columns and the least that leaves can take are there, so that what
 * is allocated is in proportion to the bytes. */
static const char *read_head(struct reading *reading, uint32_t n_nodes, unsigned flags)
{
    if (reading->bytes->failed)
        return "it is not there";
    if (n_nodes % 2 == 0 || (flags & ~(unsigned)MF__TREE_ALL_FLAGS) != 0)
        return "its number of nodes is even, or its flags are unknown";
    reading->layout = mf__tree_layout(reading->forest, n_nodes, flags);
    const struct mf__tree_layout *layout = &reading->layout;
    size_t least = layout->columns + layout->n_leaves * (2 + layout->classes);
    if (mf__take_left(reading->bytes) < least)
        return "it has more nodes than bytes";
    reading->columns = reading->bytes->at;
    reading->bytes->at += layout->columns;
    bool clean = n_nodes % 8 == 0 || reading->columns[layout->bits - 1] >> (n_nodes % 8) == 0;
    if (!clean || count_splits(reading->columns, layout->bits) != layout->n_splits)
        return "its splits are not one fewer than its leaves";
    return NULL;
}

int mf__tree_read(struct mf__byte_reader *bytes, mf_forest *forest, size_t index, mf_error *error)
{
    struct reading reading = {.bytes = bytes, .forest = forest, .tree = &forest->trees[index]};
    uint32_t seed = mf__take_u32(bytes);
    uint32_t n_nodes = mf__take_u32(bytes);
    unsigned flags = mf__take_u8(bytes);
    const char *wrong = read_head(&reading, n_nodes, flags);
    if (wrong == NULL) {
        int code = mf__tree_room(forest, index, n_nodes, error);
        if (code != 0)
            return code;
        reading.tree->seed = seed;
        clear_tree(&reading);
        wrong = read_tree(&reading, flags);
    }
    if (wrong == NULL)
        return 0;
    return mf__fail(error, MF_E_FORMAT, "tree %zu: %s", index, wrong);
}
