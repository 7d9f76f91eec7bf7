/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best split of a large node by means, from bins (bins.h): those of one column after the other,
 * or a sheet with those of all columns. Columns of many values are left to search_groups.c.
 */
#include "base/memory.h"
#include "forest/search_parts.h"

#include <math.h>
#include <string.h>

/* Columns of up to so many values are counted in several sets of bins. */
#define FEW  64U
#define SETS 4U

/* With more bins for each row of the node, most of them would be empty. */
#define SPARSE 4U

/* ---- comparing ---- */

double mf__bins_proxy(const struct mf__binned *binned, uint64_t left)
{
    const struct mf__means *means = &binned->search->means;
    double weight = (double)(int64_t)mf__packed_weight(&binned->packing, left);
    double y = mf__packed_y(&binned->packing, left) + weight * (double)binned->packing.base;
    double right = means->y - y;
    return y * y / weight + right * right / (means->weight - weight);
}

bool mf__bins_is_better(const struct mf__binned *binned, double proxy, uint32_t low)
{
    const struct mf__best *best = &binned->search->best;
    if (proxy != best->proxy)
        return proxy > best->proxy;
    return binned->turn < binned->best_turn ||
           (binned->turn == binned->best_turn && low < best->split.low);
}

void mf__bins_take(struct mf__binned *binned, double proxy, uint32_t low, uint32_t high)
{
    struct mf__search *search = binned->search;
    search->best = (struct mf__best){proxy, {binned->feature, low, high}, 0};
    binned->scan.limit = mf__means_limit(&search->means, proxy);
    binned->best_turn = binned->turn;
}

bool mf__bins_has_rows(const struct mf__binned *binned, uint32_t left)
{
    uint32_t least = binned->search->soil->growth.min_samples_leaf;
    return left >= least && binned->group->n - left >= least;
}

/* ---- a bin for each rank ---- */

static inline uint32_t next_present(const uint64_t *bins, uint32_t rank)
{
    do
        rank++;
    while (bins[rank] == 0);
    return rank;
}

/* Compares a split that can be the best. */
static void try_rank(struct mf__scan *scan, uint32_t rank, uint64_t left)
{
    struct mf__binned *binned = (struct mf__binned *)(void *)scan;
    const struct mf__ranked_column *column = binned->column;
    double proxy = mf__bins_proxy(binned, left);
    if (!mf__bins_is_better(binned, proxy, rank) ||
        (binned->several && !mf__bins_has_rows(binned, binned->rows[rank])))
        return;
    uint32_t next = next_present(scan->bins, rank);
    if (mf__codes_apart(column, mf__code_of(column, rank), mf__code_of(column, next)))
        mf__bins_take(binned, proxy, rank, next);
}

/* Tries every split of a column whose bins are filled. False when it is constant. */
static bool scan_column(struct mf__binned *binned, const uint64_t *bins)
{
    struct mf__scan *scan = &binned->scan;
    scan->bins = bins;
    scan->n = mf__bins_room(binned->column->n_values);
    scan->found = try_rank;
    binned->kernel->scan(scan);
    return scan->lowest != scan->highest &&
           (binned->column->close == NULL ||
            mf__ranks_apart(binned->column, scan->lowest, scan->highest));
}

static void count(const struct mf__binned *binned, uint64_t *ret_bins)
{
    const uint32_t *codes = binned->column->codes;
    memset(ret_bins, 0, mf__bins_room(binned->column->n_values) * sizeof *ret_bins);
    for (uint32_t i = 0; i < binned->group->n; i++)
        ret_bins[mf__rank_of(codes[binned->places[i]])] += binned->packs[i];
}

/* In several sets of bins, as an addition to a bin has to wait for the one before. */
static void count_few(const struct mf__binned *binned, uint64_t *ret_bins)
{
    const uint32_t *places = binned->places;
    const uint64_t *packs = binned->packs;
    const uint32_t *codes = binned->column->codes;
    uint32_t room = mf__bins_room(binned->column->n_values);
    uint32_t n = binned->group->n;
    uint64_t bins[SETS][FEW];
    uint32_t i = 0;
    for (uint32_t set = 0; set < SETS; set++)
        memset(bins[set], 0, room * sizeof *bins[set]);
    for (; i + SETS <= n; i += SETS) {
        bins[0][mf__rank_of(codes[places[i]])] += packs[i];
        bins[1][mf__rank_of(codes[places[i + 1]])] += packs[i + 1];
        bins[2][mf__rank_of(codes[places[i + 2]])] += packs[i + 2];
        bins[3][mf__rank_of(codes[places[i + 3]])] += packs[i + 3];
    }
    for (; i < n; i++)
        bins[0][mf__rank_of(codes[places[i]])] += packs[i];
    for (uint32_t rank = 0; rank < room; rank++) {
        ret_bins[rank] = bins[0][rank];
        for (uint32_t set = 1; set < SETS; set++)
            ret_bins[rank] += bins[set][rank];
    }
}

/* Of each rank, how many rows it and those below have. */
static void count_rows(struct mf__binned *binned)
{
    uint32_t n_values = binned->column->n_values;
    memset(binned->rows, 0, n_values * sizeof *binned->rows);
    for (uint32_t i = 0; i < binned->group->n; i++)
        binned->rows[mf__rank_of(binned->column->codes[binned->places[i]])]++;
    for (uint32_t rank = 1; rank < n_values; rank++)
        binned->rows[rank] += binned->rows[rank - 1];
}

static bool try_ranks(struct mf__binned *binned)
{
    if (binned->column->n_values <= FEW)
        count_few(binned, binned->bins);
    else
        count(binned, binned->bins);
    if (binned->several)
        count_rows(binned);
    return scan_column(binned, binned->bins);
}

/* ---- a node ---- */

bool mf__bins_init(struct mf__search *search)
{
    const struct mf__soil *soil = search->soil;
    struct mf__binned *binned = &search->binned;
    binned->search = search;
    binned->kernel = mf__scan_best();
    binned->packing = mf__packing_of(soil->goal, soil->growth.n_drawn);
    binned->scan = (struct mf__scan){.shift = binned->packing.shift};
    binned->several = soil->growth.min_samples_leaf > 1;
    if (binned->packing.shift == 0)
        return true;
    binned->packs = mf__new(soil->ranked->rows, sizeof *binned->packs);
    binned->places = mf__new(soil->ranked->rows, sizeof *binned->places);
    binned->bins = mf__new(MF__BINS_MOST, sizeof *binned->bins);
    binned->rows = mf__new(MF__BINS_MOST, sizeof *binned->rows);
    return mf__groups_init(&binned->held, soil) && mf__sheets_init(&binned->sheets, soil) &&
           binned->packs != NULL && binned->places != NULL && binned->bins != NULL &&
           binned->rows != NULL;
}

void mf__bins_done(struct mf__search *search)
{
    mf__free(search->binned.packs);
    mf__free(search->binned.places);
    mf__free(search->binned.bins);
    mf__free(search->binned.rows);
    mf__groups_done(&search->binned.held);
    mf__sheets_done(&search->binned.sheets);
}

/* What each sample counts. */
static void pack(struct mf__binned *binned, const struct mf__sample *samples, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        binned->packs[i] = mf__pack(&binned->packing, samples[i].y, samples[i].weight);
}

/* The same for the samples of a node; what all of them count, and the range of the target. */
static uint64_t pack_node(struct mf__binned *binned, const struct mf__group *group)
{
    struct mf__scan *scan = &binned->scan;
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    uint64_t total = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        const struct mf__sample *sample = &group->samples[i];
        binned->packs[i] = mf__pack(&binned->packing, sample->y, sample->weight);
        binned->places[i] = sample->row;
        total += binned->packs[i];
        least = sample->y < least ? sample->y : least;
        most = sample->y > most ? sample->y : most;
    }
    scan->least = (double)(least - binned->packing.base);
    scan->most = (double)(most - binned->packing.base);
    return total;
}

void mf__bins_begin(struct mf__search *search, struct mf__group *group)
{
    struct mf__binned *binned = &search->binned;
    struct mf__means *means = &search->means;
    struct mf__scan *scan = &binned->scan;
    uint64_t total = pack_node(binned, group);
    double y = mf__packed_y(&binned->packing, total);
    scan->total = total;
    scan->weight = (double)(int64_t)mf__packed_weight(&binned->packing, total);
    scan->mean = y / scan->weight;
    scan->least -= scan->mean;
    scan->most -= scan->mean;
    scan->limit = 0;
    means->weight = scan->weight;
    means->y = y + scan->weight * (double)binned->packing.base;
    means->y_error = MF__ERROR * y;
    binned->group = group;
    binned->n_drawn = 0;
    if (group->sheet == MF__NO_SHEET && search->ranked == search->soil->ranked)
        group->sheet = mf__sheet_fill(&binned->sheets, group->samples, group->n, binned->packs);
}

bool mf__bins_try(struct mf__search *search, const struct mf__group *group, uint32_t feature)
{
    struct mf__binned *binned = &search->binned;
    binned->turn = ++binned->n_drawn;
    binned->feature = feature;
    binned->column = &search->ranked->columns[feature];
    if (group->sheet != MF__NO_SHEET)
        return scan_column(binned, mf__sheet_column(&binned->sheets, group->sheet, feature));
    uint32_t n_values = binned->column->n_values;
    if (n_values <= FEW || (n_values / SPARSE <= group->n && n_values <= MF__BINS_MOST))
        return try_ranks(binned);
    return mf__groups_try(binned);
}

void mf__bins_end(struct mf__search *search, const struct mf__group *group)
{
    struct mf__split *split = &search->best.split;
    mf__groups_settle(&search->binned);
    if (search->best.proxy == -HUGE_VAL || split->high != MF__UNKNOWN)
        return;
    const uint32_t *codes = search->ranked->columns[split->feature].codes;
    uint32_t low = 0;
    uint32_t high = UINT32_MAX;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t rank = mf__rank_of(codes[search->binned.places[i]]);
        uint32_t left = 0U - (rank <= split->low);
        low = (rank & left) > low ? rank & left : low;
        high = (rank | left) < high ? rank | left : high;
    }
    split->low = low;
    split->high = high;
}

/* ---- the sides of a node ---- */

void mf__search_part(struct mf__search *search, const struct mf__group *group, uint32_t n_left,
                     uint32_t ret_sheets[2])
{
    struct mf__binned *binned = &search->binned;
    uint32_t n_right = group->n - n_left;
    bool left_is_less = n_left <= n_right;
    uint32_t n_less = left_is_less ? n_left : n_right;
    uint32_t *less = &ret_sheets[left_is_less ? 0 : 1];
    uint32_t *more = &ret_sheets[left_is_less ? 1 : 0];
    const struct mf__sample *samples = group->samples + (left_is_less ? 0 : n_left);
    *less = MF__NO_SHEET;
    *more = MF__NO_SHEET;
    if (group->sheet != MF__NO_SHEET && group->n - n_less > search->small.most_rows) {
        pack(binned, samples, n_less);
        *less = mf__sheet_fill(&binned->sheets, samples, n_less, binned->packs);
    }
    if (*less == MF__NO_SHEET) {
        mf__search_drop(search, group->sheet);
        return;
    }
    mf__sheet_less(&binned->sheets, group->sheet, *less);
    *more = group->sheet;
    if (n_less <= search->small.most_rows) {
        mf__search_drop(search, *less);
        *less = MF__NO_SHEET;
    }
}

void mf__search_drop(struct mf__search *search, uint32_t sheet)
{
    mf__sheet_drop(&search->binned.sheets, sheet);
}
