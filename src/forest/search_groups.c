/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splits of one column by groups of neighbouring ranks.
 *
 * A column of many values has too many bins for the nearest cache, and most of them hold one row or
 * none. So rows are counted by groups of ranks first, as many as stay there. What lies below the
 * border of two groups is known exactly, and such a split counts like any other. The best of them
 * is a limit that few groups can reach: how far the sums can stray inside a group follows from what
 * it holds and the range of the target (scan_kernel.c). Only the rows of those few are sorted, and
 * all splits among them tried.
 *
 * Columns are held until the borders of all that were drawn, or of MF__HELD of them, were tried:
 * most then have no group in doubt. So splits are not compared in the order in which they were
 * drawn, but of those that are worth the same, the first one still wins (mf__bins_is_better).
 *
 * Groups are of equal width between the least and the largest code of the node, so they get finer
 * as nodes get smaller. Where there are fewer ranks than groups, each has its own, and nothing is
 * left to sort.
 *
 * Rejected: bins for all ranks, which takes three times as long in the nodes near the root.
 */
#include "base/memory.h"
#include "forest/search_parts.h"

#include <string.h>

/* Groups of a column: a power of two, for two rows each, between 2^LEAST_BITS and MOST_GROUPS,
 * whose bins take a fraction of the nearest cache. */
#define LEAST_BITS  5U
#define MOST_BITS   10U
#define MOST_GROUPS (1U << MOST_BITS)
#define SHARE_BITS  1U

static bool make_columns(struct mf__held *held, const struct mf__soil *soil)
{
    uint32_t most = soil->growth.max_features;
    held->most = most < MF__HELD ? most : MF__HELD;
    for (uint32_t c = 0; c < held->most; c++) {
        struct mf__groups *groups = &held->columns[c];
        groups->codes = mf__new(soil->ranked->rows, sizeof *groups->codes);
        groups->bins = mf__new(MOST_GROUPS, sizeof *groups->bins);
        groups->rows = mf__new(MOST_GROUPS, sizeof *groups->rows);
        if (groups->codes == NULL || groups->bins == NULL || groups->rows == NULL)
            return false;
    }
    return true;
}

bool mf__groups_init(struct mf__held *held, const struct mf__soil *soil)
{
    held->lows = mf__new(MOST_GROUPS, sizeof *held->lows);
    held->highs = mf__new(MOST_GROUPS, sizeof *held->highs);
    held->doubts.flags = mf__new(MOST_GROUPS, sizeof *held->doubts.flags);
    held->doubts.before = mf__new(MOST_GROUPS, sizeof *held->doubts.before);
    return make_columns(held, soil) && held->lows != NULL && held->highs != NULL &&
           held->doubts.flags != NULL && held->doubts.before != NULL;
}

void mf__groups_done(struct mf__held *held)
{
    for (uint32_t c = 0; c < held->most; c++) {
        mf__free(held->columns[c].codes);
        mf__free(held->columns[c].bins);
        mf__free(held->columns[c].rows);
    }
    mf__free(held->lows);
    mf__free(held->highs);
    mf__free(held->doubts.flags);
    mf__free(held->doubts.before);
}

/* ---- counting ---- */

static inline uint32_t group_of(const struct mf__groups *groups, uint32_t code)
{
    return (code - groups->base) >> groups->shift;
}

/* The largest code that a group can have. */
static inline uint32_t end_of(const struct mf__groups *groups, uint32_t g)
{
    return groups->base + ((g + 1) << groups->shift) - 1;
}

static unsigned bits_of(uint32_t number)
{
    return number == 0 ? 0 : 32 - (unsigned)__builtin_clz(number);
}

/* Brings the codes of the samples together. False when the column is constant. */
static bool gather(const struct mf__binned *binned, struct mf__groups *groups)
{
    struct mf__taken taken = {.codes = groups->codes};
    binned->kernel->take(groups->column->codes, binned->places, binned->group->n, &taken);
    groups->base = taken.low & ~1U;
    groups->largest = taken.high;
    return taken.low != taken.high && mf__codes_apart(groups->column, taken.low, taken.high);
}

/* Chooses the width of groups for the codes of a node. */
static void choose_width(struct mf__groups *groups, uint32_t n)
{
    unsigned wanted = bits_of(n) - 1 - SHARE_BITS;
    wanted = wanted < LEAST_BITS ? LEAST_BITS : wanted > MOST_BITS ? MOST_BITS : wanted;
    unsigned range = bits_of(groups->largest - groups->base);
    groups->shift = range > wanted + 1 ? range - wanted : 1;
    groups->n = mf__bins_room(group_of(groups, groups->largest) + 1);
}

static void count(struct mf__groups *groups, const uint64_t *packs, uint32_t n)
{
    uint64_t *bins = groups->bins;
    memset(bins, 0, groups->n * sizeof *bins);
    for (uint32_t i = 0; i < n; i++)
        bins[group_of(groups, groups->codes[i])] += packs[i];
}

/* Of each group, how many rows it and those below have. */
static void count_rows(struct mf__groups *groups, uint32_t n)
{
    memset(groups->rows, 0, groups->n * sizeof *groups->rows);
    for (uint32_t i = 0; i < n; i++)
        groups->rows[group_of(groups, groups->codes[i])]++;
    for (uint32_t g = 1; g < groups->n; g++)
        groups->rows[g] += groups->rows[g - 1];
}

/* ---- borders ---- */

/* Finds the least and the largest code of each group. */
static void find_spans(struct mf__held *held, const struct mf__groups *groups, uint32_t n)
{
    memset(held->lows, 0xFF, groups->n * sizeof *held->lows);
    memset(held->highs, 0, groups->n * sizeof *held->highs);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = groups->codes[i];
        uint32_t g = group_of(groups, code);
        held->lows[g] = code < held->lows[g] ? code : held->lows[g];
        held->highs[g] = code > held->highs[g] ? code : held->highs[g];
    }
    held->has_spans = true;
}

/* Whether the values on both sides of the border behind a group can be told apart. They can when
 * the last rank that the group may have is not close to the next one. */
static bool is_apart(struct mf__held *held, const struct mf__groups *groups, uint32_t g, uint32_t n)
{
    const uint64_t *close = groups->column->close;
    uint32_t last = mf__rank_of(end_of(groups, g));
    if (close == NULL || (close[last / 64] >> last % 64 & 1) == 0)
        return true;
    if (!held->has_spans)
        find_spans(held, groups, n);
    uint32_t next = g + 1;
    while (held->lows[next] == UINT32_MAX)
        next++;
    return mf__codes_apart(groups->column, held->highs[g], held->lows[next]);
}

static void try_border(struct mf__scan *scan, uint32_t g, uint64_t left)
{
    struct mf__binned *binned = (struct mf__binned *)(void *)scan;
    const struct mf__groups *groups = &binned->held.columns[binned->held.n];
    uint32_t low = mf__rank_of(end_of(groups, g));
    double proxy = mf__bins_proxy(binned, left);
    if (mf__bins_is_better(binned, proxy, low) &&
        (!binned->several || mf__bins_has_rows(binned, groups->rows[g])) &&
        is_apart(&binned->held, groups, g, binned->group->n))
        mf__bins_take(binned, proxy, low, MF__UNKNOWN);
}

bool mf__groups_try(struct mf__binned *binned)
{
    struct mf__scan *scan = &binned->scan;
    struct mf__groups *groups = &binned->held.columns[binned->held.n];
    uint32_t n = binned->group->n;
    groups->column = binned->column;
    groups->feature = binned->feature;
    groups->turn = binned->turn;
    if (!gather(binned, groups))
        return false;
    choose_width(groups, n);
    count(groups, binned->packs, n);
    if (binned->several)
        count_rows(groups, n);
    binned->held.has_spans = false;
    scan->bins = groups->bins;
    scan->n = groups->n;
    scan->found = try_border;
    binned->kernel->scan(scan);
    binned->held.n += groups->shift > 1;
    if (binned->held.n == binned->held.most)
        mf__groups_settle(binned);
    return true;
}

/* ---- inside of groups ---- */

/* Lists the rows of the groups in doubt, sorted: codes are counted from the first such group. */
static const uint64_t *list_doubtful(struct mf__search *search, const struct mf__groups *groups,
                                     uint32_t n, uint32_t *ret_n)
{
    const struct mf__doubts *doubts = &search->binned.held.doubts;
    uint32_t start = doubts->lowest << groups->shift;
    uint32_t width = (doubts->highest - doubts->lowest + 1) << groups->shift;
    uint64_t *keys = search->keys;
    uint32_t listed = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = groups->codes[i] - groups->base;
        keys[listed] = (uint64_t)(code - start) << 32 | i;
        listed += (uint32_t)doubts->flags[code >> groups->shift] & 1;
    }
    *ret_n = listed;
    return mf__keys_sort(search, listed, width - 1);
}

/* What was passed of the listed rows. */
struct walk {
    uint32_t g;
    uint32_t code;
    uint32_t rows;
    uint64_t left;
};

static inline bool can_be_best(const struct mf__scan *scan, uint64_t left)
{
    double weight = (double)(int64_t)(left & ((UINT64_C(1) << scan->shift) - 1));
    double d = (double)(int64_t)(left >> scan->shift) - scan->mean * weight;
    return d * d >= scan->limit * (weight * (scan->weight - weight));
}

/* Tries the split in front of a code. */
static void try_inside(struct mf__binned *binned, const struct walk *walk, uint32_t code)
{
    if (!can_be_best(&binned->scan, walk->left) ||
        (binned->several && !mf__bins_has_rows(binned, walk->rows)) ||
        !mf__codes_apart(binned->column, walk->code, code))
        return;
    double proxy = mf__bins_proxy(binned, walk->left);
    if (mf__bins_is_better(binned, proxy, mf__rank_of(walk->code)))
        mf__bins_take(binned, proxy, mf__rank_of(walk->code), mf__rank_of(code));
}

/* Tries the splits inside the groups in doubt. */
static void try_doubtful(struct mf__binned *binned, const struct mf__groups *groups)
{
    const struct mf__doubts *doubts = &binned->held.doubts;
    uint32_t start = groups->base + (doubts->lowest << groups->shift);
    uint32_t listed = 0;
    const uint64_t *keys = list_doubtful(binned->search, groups, binned->group->n, &listed);
    struct walk walk = {.g = UINT32_MAX};
    for (uint32_t k = 0; k < listed; k++) {
        uint32_t code = start + (uint32_t)(keys[k] >> 32);
        uint32_t g = group_of(groups, code);
        if (g != walk.g)
            walk = (struct walk){.g = g,
                                 .rows = binned->several && g > 0 ? groups->rows[g - 1] : 0,
                                 .left = doubts->before[g]};
        else if (code != walk.code)
            try_inside(binned, &walk, code);
        walk.code = code;
        walk.left += binned->packs[(uint32_t)keys[k]];
        walk.rows++;
    }
}

void mf__groups_settle(struct mf__binned *binned)
{
    struct mf__held *held = &binned->held;
    for (uint32_t c = 0; c < held->n; c++) {
        const struct mf__groups *groups = &held->columns[c];
        binned->scan.bins = groups->bins;
        binned->scan.n = groups->n;
        binned->kernel->doubt(&binned->scan, &held->doubts);
        if (held->doubts.lowest > held->doubts.highest)
            continue;
        binned->column = groups->column;
        binned->feature = groups->feature;
        binned->turn = groups->turn;
        try_doubtful(binned, groups);
    }
    held->n = 0;
}
