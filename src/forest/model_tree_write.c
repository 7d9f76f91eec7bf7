/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forest of 100 trees on 100,000 rows has 12.6 million nodes, so columns are laid out first and
 * filled in one pass over the nodes. Thresholds lie halfway between two floats and are floats
 * themselves in most tables of whole numbers; so are the values of leaves that hold one whole
 * number. Values of splits are means and hardly ever are, so they get no such choice.
 *
 * Compressing the file was rejected: it would save a third and make it ten times slower to write.
 */
#include "forest/model_tree.h"

#include <float.h>
#include <math.h>

/* The fewest bytes that hold every index below n. */
static size_t index_bytes(size_t n)
{
    return n <= 1U << 8 ? 1 : n <= 1U << 16 ? 2 : 4;
}

struct mf__tree_layout mf__tree_layout(const mf_forest *forest, uint32_t n_nodes, unsigned flags)
{
    bool regression = forest->n_classes == 0;
    struct mf__tree_layout layout = {
        .n_splits = n_nodes / 2,
        .n_leaves = n_nodes - n_nodes / 2,
        .bits = ((size_t)n_nodes + 7) / 8,
        .link = flags & MF__TREE_LINKED ? 8 : 0,
        .feature = index_bytes(forest->n_features),
        .threshold = flags & MF__TREE_WIDE_THRESHOLDS ? 8 : 4,
        .value = regression ? 8 : 0,
        .classes = (forest->n_classes + 7) / 8,
    };
    if (regression)
        layout.leaf_value = flags & MF__TREE_WIDE_LEAVES ? 8 : 4;
    layout.columns =
        layout.bits +
        layout.n_splits * (layout.link + layout.feature + layout.threshold + layout.value) +
        layout.n_leaves * layout.leaf_value;
    return layout;
}

static bool is_float(double value)
{
    return fabs(value) <= (double)FLT_MAX && (double)(float)value == value;
}

static unsigned char *put_real(unsigned char *at, double value, size_t width)
{
    if (width == 8)
        mf__store_f64(at, value);
    else
        mf__store_f32(at, (float)value);
    return at + width;
}

static unsigned char *put_index(unsigned char *at, uint32_t index, size_t width)
{
    for (size_t i = 0; i < width; i++)
        at[i] = (unsigned char)(index >> (8 * i));
    return at + width;
}

/* Seven bits in each byte, the lowest first; the highest bit says that more follow. */
static unsigned char *put_count(unsigned char *at, uint32_t count)
{
    for (; count > 0x7f; count >>= 7)
        *at++ = (unsigned char)(count | 0x80);
    *at++ = (unsigned char)count;
    return at;
}

/* Zeroed room at the end of the buffer, or NULL. */
static unsigned char *room_for(struct mf__buffer *buffer, size_t bytes)
{
    size_t before = buffer->length;
    mf__buffer_fill(buffer, 0, bytes);
    return buffer->failed ? NULL : (unsigned char *)buffer->bytes + before;
}

/* Gives back what was not needed of the room at the end. */
static void end_at(struct mf__buffer *buffer, const unsigned char *at)
{
    buffer->length = (size_t)(at - (unsigned char *)buffer->bytes);
    buffer->bytes[buffer->length] = '\0';
}

/*
 * Depth first, a left child stands behind its parent, and behind a leaf stands the right child of
 * the last split that has none yet. `waiting` has room for the right children of all splits.
 */
static unsigned flags_of(const struct mf__tree *tree, unsigned char *waiting)
{
    unsigned flags = 0;
    const unsigned char *bottom = waiting;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        const mf_node *node = &tree->nodes[i];
        if (node->left != MF_NODE_LEAF) {
            flags |= is_float(node->threshold) ? 0 : MF__TREE_WIDE_THRESHOLDS;
            flags |= node->left == i + 1 ? 0 : MF__TREE_LINKED;
            mf__store_u32(waiting, node->right);
            waiting += 4;
            continue;
        }
        flags |= is_float(node->value) ? 0 : MF__TREE_WIDE_LEAVES;
        if (waiting == bottom)
            continue;
        waiting -= 4;
        flags |= mf__load_u32(waiting) == i + 1 ? 0 : MF__TREE_LINKED;
    }
    return flags;
}

static void write_columns(const struct mf__tree *tree, const struct mf__tree_layout *layout,
                          unsigned char *bits)
{
    unsigned char *link = bits + layout->bits;
    unsigned char *feature = link + layout->n_splits * layout->link;
    unsigned char *threshold = feature + layout->n_splits * layout->feature;
    unsigned char *value = threshold + layout->n_splits * layout->threshold;
    unsigned char *leaf_value = value + layout->n_splits * layout->value;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        const mf_node *node = &tree->nodes[i];
        if (node->left == MF_NODE_LEAF) {
            if (layout->leaf_value > 0)
                leaf_value = put_real(leaf_value, node->value, layout->leaf_value);
            continue;
        }
        bits[i / 8] |= (unsigned char)(1U << (i % 8));
        if (layout->link > 0)
            link = put_index(put_index(link, node->left, 4), node->right, 4);
        feature = put_index(feature, node->feature, layout->feature);
        threshold = put_real(threshold, node->threshold, layout->threshold);
        if (layout->value > 0)
            value = put_real(value, node->value, layout->value);
    }
}

static unsigned char *put_classes(unsigned char *at, const uint32_t *counts, size_t n_classes,
                                  size_t bytes)
{
    unsigned char *classes = at;
    at += bytes;
    for (size_t c = 0; c < n_classes; c++) {
        if (counts[c] == 0)
            continue;
        classes[c / 8] |= (unsigned char)(1U << (c % 8));
        at = put_count(at, counts[c]);
    }
    return at;
}

static void write_leaves(const struct mf__tree *tree, const struct mf__tree_layout *layout,
                         size_t n_classes, struct mf__buffer *buffer)
{
    size_t numbers = n_classes > 0 ? n_classes : 1;
    size_t most = layout->classes + MF__MOST_COUNT_BYTES * (1 + numbers);
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        const mf_node *node = &tree->nodes[i];
        if (node->left != MF_NODE_LEAF)
            continue;
        unsigned char *at = room_for(buffer, most);
        if (at == NULL)
            return;
        at = put_count(at, node->samples);
        if (n_classes == 0)
            at = put_count(at, node->weight);
        else
            at = put_classes(at, tree->counts + i * n_classes, n_classes, layout->classes);
        end_at(buffer, at);
    }
}

void mf__tree_write(const mf_forest *forest, size_t index, struct mf__buffer *buffer)
{
    const struct mf__tree *tree = &forest->trees[index];
    mf__bytes_u32(buffer, tree->seed);
    mf__bytes_u32(buffer, tree->n_nodes);
    unsigned char *waiting = room_for(buffer, (size_t)tree->n_nodes / 2 * 4);
    if (waiting == NULL)
        return;
    unsigned flags = flags_of(tree, waiting);
    end_at(buffer, waiting);
    mf__bytes_u8(buffer, (uint8_t)flags);
    struct mf__tree_layout layout = mf__tree_layout(forest, tree->n_nodes, flags);
    unsigned char *columns = room_for(buffer, layout.columns);
    if (columns == NULL)
        return;
    write_columns(tree, &layout, columns);
    write_leaves(tree, &layout, forest->n_classes, buffer);
}
