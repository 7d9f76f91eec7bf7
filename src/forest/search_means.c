/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best split of a node by means: the one with the largest
 *
 *     proxy = left^2 / left_weight + right^2 / right_weight
 *
 * of the sums of the target on its sides. scikit-learn compares these as doubles, and so must we,
 * but two divisions for every split would take most of the time. With d = left - mean *
 * left_weight,
 *
 *     proxy = sum^2 / weight + d^2 * weight / (left_weight * right_weight)
 *
 * but for rounding. So a split whose d^2 is below limit * left_weight * right_weight cannot be
 * better than the best one so far, and is passed over without a division; the limit leaves room for
 * every rounding error, so what is passed over is never needed. What is left, a few per node, is
 * compared exactly.
 */
#include "forest/search_parts.h"

#include <math.h>

/* A few units in the last place of a double, with room. */
#define ERROR 0x1p-46

void mf__means_begin(struct mf__search *search, const struct mf__group *group)
{
    struct mf__means *means = &search->means;
    mf__tally total = {0, 0};
    double size = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        const struct mf__sample *sample = &group->samples[i];
        double weight = sample->weight;
        double y = (double)sample->y * weight;
        means->items[i] = (mf__tally){y, weight};
        total += means->items[i];
        size += fabs(y);
    }
    means->y = total[0];
    means->weight = total[1];
    means->mean = means->y / means->weight;
    means->y_error = ERROR * size;
    means->limit = 0;
}

/* The limit of the essay above, for a best split with this proxy. */
static double limit_of(const struct mf__means *means, double proxy)
{
    double rest = means->y * means->y / means->weight;
    double gain = (proxy - rest - ERROR * (proxy + rest)) / means->weight;
    double root = gain > 0 ? sqrt(gain) - means->y_error : 0;
    return root > 0 ? root * root * (1 - ERROR) : 0;
}

static inline bool can_be_best(const struct mf__means *means, mf__tally left)
{
    double d = left[0] - means->mean * left[1];
    return d * d >= means->limit * (left[1] * (means->weight - left[1]));
}

/* Compares a split that can be the best. */
static void compare(struct mf__search *search, mf__tally left, struct mf__split split)
{
    struct mf__means *means = &search->means;
    double right = means->y - left[0];
    double proxy = left[0] * left[0] / left[1] + right * right / (means->weight - left[1]);
    if (proxy > search->best.proxy) {
        search->best = (struct mf__best){proxy, split};
        means->limit = limit_of(means, proxy);
    }
}

/* A column, gone through by rising codes: what has been passed. */
struct walk {
    const struct mf__ranked_column *column;
    uint32_t feature;
    uint32_t n;
    uint32_t least; /* rows that each side must have */
    uint32_t rows;  /* on the left */
    uint32_t low;   /* the code that was passed last */
    mf__tally left;
};

static void start(struct walk *walk, uint32_t code, mf__tally tally, uint32_t rows)
{
    walk->low = code;
    walk->left = tally;
    walk->rows = rows;
}

/* Tries the split in front of a code that is not the first, and passes it. */
static inline void pass(struct mf__search *search, struct walk *walk, uint32_t code,
                        mf__tally tally, uint32_t rows)
{
    if (can_be_best(&search->means, walk->left) && walk->rows >= walk->least &&
        walk->n - walk->rows >= walk->least && mf__codes_apart(walk->column, walk->low, code))
        compare(search, walk->left,
                (struct mf__split){walk->feature, mf__rank_of(walk->low), mf__rank_of(code)});
    walk->left += tally;
    walk->rows += rows;
    walk->low = code;
}

/* Few rows: sorted by the column. */
static bool try_sorted(struct mf__search *search, const struct mf__group *group, struct walk *walk)
{
    const uint64_t *keys = mf__keys_sorted(search, group, walk->column);
    uint32_t n = group->n;
    uint32_t lowest = (uint32_t)(keys[0] >> 32);
    uint32_t highest = (uint32_t)(keys[n - 1] >> 32);
    if (lowest == highest || !mf__codes_apart(walk->column, lowest, highest))
        return false;
    start(walk, lowest, (mf__tally){0, 0}, 0);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = (uint32_t)(keys[i] >> 32);
        mf__tally tally = search->means.items[(uint32_t)keys[i]];
        if (code != walk->low) {
            pass(search, walk, code, tally, 1);
        } else {
            walk->left += tally;
            walk->rows++;
        }
    }
    return true;
}

/* Takes what a bin holds, and leaves it empty. */
static inline mf__tally take(mf__tally *bin)
{
    mf__tally tally = *bin;
    *bin = (mf__tally){0, 0};
    return tally;
}

/* How many rows a bin holds, as far as anybody wants to know. */
static inline uint32_t take_rows(struct mf__means *means, const struct walk *walk, uint32_t rank)
{
    if (walk->least == 1)
        return 1;
    uint32_t rows = means->rows[rank];
    means->rows[rank] = 0;
    return rows;
}

/* Goes through the ranks of one word of bits. */
static inline void pass_word(struct mf__search *search, struct walk *walk, uint32_t word,
                             uint64_t bits)
{
    struct mf__means *means = &search->means;
    for (; bits != 0; bits &= bits - 1) {
        uint32_t rank = word * 64 + (uint32_t)__builtin_ctzll(bits);
        pass(search, walk, mf__code_of(walk->column, rank), take(&means->bins[rank]),
             take_rows(means, walk, rank));
    }
}

static void clear(struct mf__means *means, const struct walk *walk, uint32_t word, uint64_t bits)
{
    for (; bits != 0; bits &= bits - 1) {
        uint32_t rank = word * 64 + (uint32_t)__builtin_ctzll(bits);
        (void)take(&means->bins[rank]);
        (void)take_rows(means, walk, rank);
    }
}

/* Many rows, many values: counted by rank, with a bit for each rank that is present. */
static bool try_binned(struct mf__search *search, const struct mf__group *group, struct walk *walk)
{
    struct mf__means *means = &search->means;
    const uint32_t *codes = walk->column->codes;
    uint32_t lowest = UINT32_MAX;
    uint32_t highest = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t code = codes[group->samples[i].row];
        uint32_t rank = mf__rank_of(code);
        means->bins[rank] += means->items[i];
        means->present[rank / 64] |= UINT64_C(1) << rank % 64;
        if (walk->least > 1)
            means->rows[rank]++;
        lowest = code < lowest ? code : lowest;
        highest = code > highest ? code : highest;
    }
    bool varies = lowest != highest && mf__codes_apart(walk->column, lowest, highest);
    uint32_t first = mf__rank_of(lowest);
    if (varies) {
        start(walk, lowest, take(&means->bins[first]), take_rows(means, walk, first));
        means->present[first / 64] &= ~(UINT64_C(1) << first % 64);
    }
    for (uint32_t word = first / 64; word <= highest / 128; word++) {
        if (varies)
            pass_word(search, walk, word, means->present[word]);
        else
            clear(means, walk, word, means->present[word]);
        means->present[word] = 0;
    }
    return varies;
}

/* Takes what all sets hold for a rank. */
static inline mf__tally take_all(struct mf__means *means, uint32_t rank)
{
    mf__tally *bin = means->bins + (size_t)MF__BIN_SETS * rank;
    mf__tally tally = {0, 0};
    for (uint32_t set = 0; set < MF__BIN_SETS; set++)
        tally += take(bin + set);
    return tally;
}

/* Many rows, up to 64 values: the same in several sets of bins, as an addition to a bin has to wait
 * for the one before. */
static bool try_few(struct mf__search *search, const struct mf__group *group, struct walk *walk)
{
    struct mf__means *means = &search->means;
    const uint32_t *codes = walk->column->codes;
    mf__tally *bins = means->bins;
    uint64_t present = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t rank = mf__rank_of(codes[group->samples[i].row]);
        bins[MF__BIN_SETS * rank + i % MF__BIN_SETS] += means->items[i];
        present |= UINT64_C(1) << rank;
        if (walk->least > 1)
            means->rows[rank]++;
    }
    uint32_t first = (uint32_t)__builtin_ctzll(present);
    uint32_t lowest = mf__code_of(walk->column, first);
    uint32_t highest = 2 * (63 - (uint32_t)__builtin_clzll(present));
    bool varies = first != highest / 2 && mf__codes_apart(walk->column, lowest, highest);
    start(walk, lowest, take_all(means, first), take_rows(means, walk, first));
    for (present &= present - 1; present != 0; present &= present - 1) {
        uint32_t rank = (uint32_t)__builtin_ctzll(present);
        mf__tally tally = take_all(means, rank);
        uint32_t rows = take_rows(means, walk, rank);
        if (varies)
            pass(search, walk, mf__code_of(walk->column, rank), tally, rows);
    }
    return varies;
}

bool mf__means_try(struct mf__search *search, const struct mf__group *group, uint32_t feature)
{
    const struct mf__ranked_column *column = &search->ranked->columns[feature];
    uint32_t least = search->soil->growth.min_samples_leaf;
    struct walk walk = {.column = column, .feature = feature, .n = group->n, .least = least};
    if (group->n <= 24 || column->n_values / 64 > group->n)
        return try_sorted(search, group, &walk);
    return column->n_values <= 64 ? try_few(search, group, &walk)
                                  : try_binned(search, group, &walk);
}
