/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing a tree best first, until it has max_leaf_nodes leaves.
 *
 * The nodes that may be split next stand in a heap on their improvement. Splits of equal
 * improvement are common, so which of them comes first decides what the tree looks like:
 * scikit-learn takes the order in which the C++ library's push_heap and pop_heap leave them, and
 * the two functions here move entries just as those do. pop_heap lets the hole at the top sink all
 * the way down, towards the larger child, the right one when they are equal, and then lets the last
 * entry rise from there.
 *
 * Each node is searched as soon as it is made. scikit-learn does not pass on the features known to
 * be constant here, so each starts with none.
 */
#include "base/memory.h"
#include "base/status.h"
#include "forest/grower.h"

struct entry {
    struct mf__bud bud;
    struct mf__fork fork;
};

struct heap {
    struct entry *entries;
    size_t n;
};

/* Puts an entry where the hole is, or above, past all that are less. */
static void rise(struct heap *heap, size_t hole, const struct entry *entry)
{
    while (hole > 0) {
        size_t parent = (hole - 1) / 2;
        if (!(heap->entries[parent].fork.improvement < entry->fork.improvement))
            break;
        heap->entries[hole] = heap->entries[parent];
        hole = parent;
    }
    heap->entries[hole] = *entry;
}

static void push(struct heap *heap, const struct entry *entry)
{
    rise(heap, heap->n++, entry);
}

static struct entry pop(struct heap *heap)
{
    struct entry top = heap->entries[0];
    struct entry last = heap->entries[--heap->n];
    size_t n = heap->n;
    size_t hole = 0;
    while (2 * hole + 1 < n) {
        size_t child = 2 * hole + 2;
        if (child == n ||
            heap->entries[child].fork.improvement < heap->entries[child - 1].fork.improvement)
            child--;
        heap->entries[hole] = heap->entries[child];
        hole = child;
    }
    if (n > 0)
        rise(heap, hole, &last);
    return top;
}

static void sprout(struct mf__grower *grower, struct heap *heap, const struct mf__bud *bud)
{
    struct entry entry = {.bud = *bud};
    entry.bud.n_constant = 0;
    mf__sprout(grower, &entry.bud, &entry.fork);
    push(heap, &entry);
}

static int grow_all(struct mf__grower *grower, struct heap *heap, mf_error *error)
{
    uint32_t splits = grower->soil->growth.max_leaf_nodes - 1;
    while (heap->n > 0) {
        const struct entry entry = pop(heap);
        if (mf_cancel_requested(grower->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        if (entry.fork.is_leaf || splits == 0) {
            mf__make_leaf(grower, entry.fork.node);
            continue;
        }
        struct mf__bud left;
        struct mf__bud right;
        splits--;
        mf__credit(grower, &entry.fork);
        mf__buds_of(&entry.bud, &entry.fork, &left, &right);
        sprout(grower, heap, &left);
        sprout(grower, heap, &right);
    }
    return 0;
}

int mf__grow_best_first(struct mf__grower *grower, const struct mf__bud *root, mf_error *error)
{
    size_t room = (size_t)grower->grown->most_nodes / 2 + 2;
    struct heap heap = {.entries = mf__new(room, sizeof *heap.entries)};
    if (heap.entries == NULL)
        return mf__fail_memory(error, room * sizeof *heap.entries, "the nodes of a tree");
    sprout(grower, &heap, root);
    int code = grow_all(grower, &heap, error);
    mf__free(heap.entries);
    return code;
}
