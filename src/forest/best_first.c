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

struct heap {
    struct mf__fork *forks;
    size_t n;
};

/* Puts an entry where the hole is, or above, past all that are less. */
static void rise(struct heap *heap, size_t hole, const struct mf__fork *fork)
{
    while (hole > 0) {
        size_t parent = (hole - 1) / 2;
        if (!(heap->forks[parent].improvement < fork->improvement))
            break;
        heap->forks[hole] = heap->forks[parent];
        hole = parent;
    }
    heap->forks[hole] = *fork;
}

static void push(struct heap *heap, const struct mf__fork *fork)
{
    rise(heap, heap->n++, fork);
}

static struct mf__fork pop(struct heap *heap)
{
    struct mf__fork top = heap->forks[0];
    struct mf__fork last = heap->forks[--heap->n];
    size_t n = heap->n;
    size_t hole = 0;
    while (2 * hole + 1 < n) {
        size_t child = 2 * hole + 2;
        if (child == n || heap->forks[child].improvement < heap->forks[child - 1].improvement)
            child--;
        heap->forks[hole] = heap->forks[child];
        hole = child;
    }
    if (n > 0)
        rise(heap, hole, &last);
    return top;
}

static void sprout(struct mf__grower *grower, struct heap *heap, struct mf__bud *bud)
{
    struct mf__fork fork;
    bud->n_constant = 0;
    mf__sprout(grower, bud, &fork);
    push(heap, &fork);
}

static int grow_all(struct mf__grower *grower, struct heap *heap, mf_error *error)
{
    uint32_t splits = grower->soil->growth.max_leaf_nodes - 1;
    while (heap->n > 0) {
        struct mf__fork fork = pop(heap);
        if (mf_cancel_requested(grower->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        if (fork.is_leaf || splits == 0) {
            mf__make_leaf(grower, fork.node);
            continue;
        }
        splits--;
        mf__credit(grower, &fork);
        sprout(grower, heap, &fork.left);
        sprout(grower, heap, &fork.right);
    }
    return 0;
}

int mf__grow_best_first(struct mf__grower *grower, const struct mf__bud *root, mf_error *error)
{
    size_t room = (size_t)grower->grown->most_nodes / 2 + 2;
    struct heap heap = {.forks = mf__new(room, sizeof *heap.forks)};
    struct mf__bud first = *root;
    if (heap.forks == NULL)
        return mf__fail_memory(error, room * sizeof *heap.forks, "the nodes of a tree");
    sprout(grower, &heap, &first);
    int code = grow_all(grower, &heap, error);
    mf__free(heap.forks);
    return code;
}
