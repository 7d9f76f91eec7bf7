/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/forest.h"

#include "base/memory.h"
#include "base/mt19937.h"
#include "base/status.h"

#include <string.h>

/* How many seeds there are: trees draw theirs below the largest 32-bit integer with a sign. */
#define SEEDS INT32_MAX

/* Trees share pieces of memory of up to so many bytes, unless one is larger. */
#define MOST_ROOM ((size_t)16 << 20)

void mf__tree_seeds(uint32_t random_state, uint64_t first, size_t n, uint32_t *ret_seeds)
{
    struct mf__mt mt;
    mf__mt_seed(&mt, random_state);
    for (uint64_t t = 0; t < first; t++)
        mf__mt_below(&mt, SEEDS);
    for (size_t i = 0; i < n; i++)
        ret_seeds[i] = mf__mt_below(&mt, SEEDS);
}

static int draw_seeds(mf_forest *forest, mf_error *error)
{
    size_t n = forest->params.n_estimators;
    uint32_t *seeds = mf__new(n, sizeof *seeds);
    if (seeds == NULL)
        return mf__fail_memory(error, n * sizeof *seeds, "the seeds of trees");
    mf__tree_seeds(forest->params.random_state, 0, n, seeds);
    for (size_t t = 0; t < n; t++)
        forest->trees[t].seed = seeds[t];
    mf__free(seeds);
    return 0;
}

int mf__forest_new(const mf_forest_params *params, size_t n_features, size_t n_classes,
                   mf_forest **ret_forest, mf_error *error)
{
    mf_forest *forest = mf__new(1, sizeof *forest);
    if (forest == NULL)
        return mf__fail_memory(error, sizeof *forest, "a forest");
    *forest = (mf_forest){.params = *params, .n_features = n_features, .n_classes = n_classes};
    forest->trees = mf__new(params->n_estimators, sizeof *forest->trees);
    forest->importances = mf__new(n_features, sizeof *forest->importances);
    if (forest->trees == NULL || forest->importances == NULL) {
        mf_forest_free(&forest);
        return mf__fail_memory(error, params->n_estimators * sizeof *forest->trees, "trees");
    }
    int code = draw_seeds(forest, error);
    if (code == 0)
        *ret_forest = forest;
    else
        mf_forest_free(&forest);
    return code;
}

/* A room with as many free bytes. */
static struct mf__trees_room *find_room(mf_forest *forest, size_t bytes)
{
    struct mf__trees_room *room = forest->rooms;
    if (room != NULL && room->room - room->used >= bytes)
        return room;
    /* Trees are about as large as each other. */
    uint64_t n_trees = forest->params.n_estimators;
    uint64_t n_left = n_trees > forest->n_placed ? n_trees - forest->n_placed : 1;
    size_t bytes_left =
        n_left > MOST_ROOM / bytes ? MOST_ROOM / bytes * bytes : (size_t)n_left * bytes;
    size_t n_bytes = bytes_left > bytes ? bytes_left : bytes;
    room = n_bytes < SIZE_MAX - sizeof *room ? mf__aligned_room(sizeof *room + n_bytes) : NULL;
    if (room == NULL)
        return NULL;
    *room = (struct mf__trees_room){.next = forest->rooms, .room = n_bytes};
    forest->rooms = room;
    return room;
}

int mf__tree_room(mf_forest *forest, size_t tree, uint32_t n_nodes, mf_error *error)
{
    struct mf__tree *placed = &forest->trees[tree];
    size_t n_counts = n_nodes * forest->n_classes;
    size_t node_bytes = n_nodes * sizeof *placed->nodes;
    /* The next tree's nodes stand on a multiple of 8 bytes again. */
    size_t bytes = node_bytes + (n_counts + 1) / 2 * 2 * sizeof *placed->counts;
    struct mf__trees_room *room = find_room(forest, bytes);
    if (room == NULL)
        return mf__fail_memory(error, bytes, "a tree");
    unsigned char *start = (unsigned char *)(room + 1) + room->used;
    mf__write_soon(start, bytes);
    placed->n_nodes = n_nodes;
    placed->nodes = (mf_node *)(void *)start;
    placed->counts = n_counts > 0 ? (uint32_t *)(void *)(start + node_bytes) : NULL;
    room->used += bytes;
    forest->n_placed++;
    return 0;
}

void mf_forest_free(mf_forest **forest)
{
    mf_forest *old = forest != NULL ? *forest : NULL;
    if (old == NULL)
        return;
    while (old->rooms != NULL) {
        struct mf__trees_room *room = old->rooms;
        old->rooms = room->next;
        mf__free(room);
    }
    mf__free(old->trees);
    mf__free(old->importances);
    mf__free(old);
    *forest = NULL;
}

size_t mf_forest_trees(const mf_forest *forest)
{
    return forest->params.n_estimators;
}

size_t mf_forest_features(const mf_forest *forest)
{
    return forest->n_features;
}

size_t mf_forest_classes(const mf_forest *forest)
{
    return forest->n_classes;
}

mf_forest_params mf_forest_get_params(const mf_forest *forest)
{
    return forest->params;
}

int mf_forest_grid(const mf_forest *forest)
{
    return forest->grid;
}

void mf_forest_importances(const mf_forest *forest, double *ret)
{
    memcpy(ret, forest->importances, forest->n_features * sizeof *ret);
}

int mf_forest_oob(const mf_forest *forest, double *ret_score, size_t *ret_never_out,
                  mf_error *error)
{
    if (!forest->params.oob_score)
        return mf__fail(error, MF_E_UNAVAILABLE,
                        "the forest was grown without oob_score, so there is none");
    *ret_score = forest->oob_score;
    *ret_never_out = forest->oob_never;
    return 0;
}

size_t mf_forest_nodes(const mf_forest *forest, size_t tree)
{
    return forest->trees[tree].n_nodes;
}

mf_node mf_forest_node(const mf_forest *forest, size_t tree, size_t node)
{
    return forest->trees[tree].nodes[node];
}

const uint32_t *mf_forest_counts(const mf_forest *forest, size_t tree, size_t node)
{
    return forest->trees[tree].counts + node * forest->n_classes;
}
