/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Training and test rows, and the folds of cross-validation, row for row those of scikit-learn.
 *
 * The rules are those of its model_selection/_split.py (read in 1.2), told here once:
 *
 * - train_test_split shuffles all rows; the first ceil(test_size * rows) are the test rows and all
 *   others the training rows, both in their shuffled order. The product is one of doubles, so 0.1
 *   of 30 rows are 3 or 4 as the last bit of 0.1 has it.
 * - KFold shuffles all rows and cuts them into consecutive folds, the first rows % k one longer.
 * - StratifiedKFold counts classes in the order in which they first appear, deals the rows, sorted
 *   by class, to the folds in turn, and shuffles the folds of each class, one class after the
 *   other, over the rows of that class.
 *
 * Dealing needs no sorting: the rows of a class take up consecutive places of the sorted list, and
 * the row at place p goes to fold p % k.
 */
#include <manyfold/prepare.h>

#include "base/memory.h"
#include "base/mt19937.h"
#include "base/status.h"
#include "table/preparation.h"

#include <math.h>

#define MOST_ROWS (UINT64_C(1) << 32) /* what the generator can shuffle */

static int check_rows(size_t rows, mf_error *error)
{
    if (rows > MOST_ROWS)
        return mf__fail(error, MF_E_INPUT, "%zu rows are too many to shuffle; the most is 2^32",
                        rows);
    return 0;
}

static void count_up(size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
}

static void reverse(size_t *order, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        size_t kept = order[i];
        order[i] = order[n - 1 - i];
        order[n - 1 - i] = kept;
    }
}

/* Moves the first `n_first` numbers behind the others. */
static void rotate(size_t *order, size_t n, size_t n_first)
{
    reverse(order, n_first);
    reverse(order + n_first, n - n_first);
    reverse(order, n);
}

int mf_split_rows(size_t rows, double test_size, uint32_t seed, size_t *ret_order,
                  size_t *ret_n_train, mf_error *error)
{
    if (!(test_size > 0.0 && test_size < 1.0))
        return mf__fail(error, MF_E_INPUT,
                        "a test size of %g; it is the share of the rows that are kept for testing, "
                        "above 0 and below 1",
                        test_size);
    int status = check_rows(rows, error);
    if (status != 0)
        return status;
    double n_test = ceil(test_size * (double)rows);
    if (n_test >= (double)rows)
        return mf__fail(error, MF_E_INPUT,
                        "a test size of %g leaves none of %zu row%s for training; take a smaller "
                        "share or more rows",
                        test_size, rows, rows == 1 ? "" : "s");
    struct mf__mt mt;
    mf__mt_seed(&mt, seed);
    count_up(ret_order, rows);
    mf__mt_shuffle(&mt, ret_order, rows);
    rotate(ret_order, rows, (size_t)n_test);
    *ret_n_train = rows - (size_t)n_test;
    return 0;
}

/* What is asked for, and room to work in: one number per row. */
struct folding {
    size_t rows;
    size_t k;
    const double *classes;
    struct mf__mt mt;
    size_t *room;
};

static void fold_plainly(struct folding *folding, uint32_t *ret_fold)
{
    size_t rows = folding->rows, k = folding->k, at = 0;
    count_up(folding->room, rows);
    mf__mt_shuffle(&folding->mt, folding->room, rows);
    for (size_t fold = 0; fold < k; fold++)
        for (size_t left = rows / k + (fold < rows % k); left > 0; left--)
            ret_fold[folding->room[at++]] = (uint32_t)fold;
}

/* The rows of one class: how many there are, and the next of their places in the sorted list. */
struct group {
    size_t n;
    size_t next;
};

/* The classes of a list, in the order in which they first appear. */
struct groups {
    uint32_t number[MF__MOST_CLASSES]; /* of a class: 1 + its place below, 0 when it is not there */
    struct group groups[MF__MOST_CLASSES];
    size_t n;
};

/* `groups` is zeroed. */
static int count_classes(size_t rows, const double *classes, struct groups *groups, mf_error *error)
{
    for (size_t row = 0; row < rows; row++) {
        double class = classes[row];
        if (!(class >= 0.0 && class < MF__MOST_CLASSES && class == floor(class)))
            return mf__fail(error, MF_E_INPUT,
                            "row %zu has the class %g; classes are whole numbers from 0 to %d",
                            row + 1, class, MF__MOST_CLASSES - 1);
        uint32_t *number = &groups->number[(size_t) class];
        if (*number == 0)
            *number = (uint32_t)++groups->n;
        groups->groups[*number - 1].n++;
    }
    for (size_t i = 1; i < groups->n; i++)
        groups->groups[i].next = groups->groups[i - 1].next + groups->groups[i - 1].n;
    return 0;
}

/* Writes the folds of the places from `first` on, `n` of them, in rising order. */
static void deal(size_t *folds, size_t first, size_t n, size_t k)
{
    size_t from = first % k, longer = n % k;
    size_t wrapped = from + longer > k ? from + longer - k : 0;
    for (size_t fold = 0; fold < k; fold++) {
        bool has_more = fold < wrapped || (fold >= from && fold < from + longer);
        for (size_t left = n / k + has_more; left > 0; left--)
            *folds++ = fold;
    }
}

static int check_largest(const struct groups *groups, size_t k, mf_error *error)
{
    size_t largest = 0;
    for (size_t i = 0; i < groups->n; i++)
        largest = groups->groups[i].n > largest ? groups->groups[i].n : largest;
    if (k <= largest)
        return 0;
    return mf__fail(error, MF_E_INPUT,
                    "%zu folds, but no class has more than %zu row%s; take fewer folds", k, largest,
                    largest == 1 ? "" : "s");
}

static int fold_by_class(struct folding *folding, struct groups *groups, uint32_t *ret_fold,
                         mf_error *error)
{
    int status = count_classes(folding->rows, folding->classes, groups, error);
    if (status == 0)
        status = check_largest(groups, folding->k, error);
    if (status != 0)
        return status;
    for (size_t i = 0; i < groups->n; i++) {
        const struct group *group = &groups->groups[i];
        deal(folding->room + group->next, group->next, group->n, folding->k);
        mf__mt_shuffle(&folding->mt, folding->room + group->next, group->n);
    }
    for (size_t row = 0; row < folding->rows; row++) {
        uint32_t number = groups->number[(size_t)folding->classes[row]];
        ret_fold[row] = (uint32_t)folding->room[groups->groups[number - 1].next++];
    }
    return 0;
}

static int check_folds(size_t rows, size_t k, mf_error *error)
{
    if (k < 2)
        return mf__fail(error, MF_E_INPUT, "%zu folds; cross-validation takes at least 2", k);
    if (k > rows)
        return mf__fail(error, MF_E_INPUT, "%zu folds of %zu row%s; take at most as many as rows",
                        k, rows, rows == 1 ? "" : "s");
    return check_rows(rows, error);
}

int mf_fold_rows(size_t rows, size_t k, uint32_t seed, const double *classes, uint32_t *ret_fold,
                 mf_error *error)
{
    int status = check_folds(rows, k, error);
    if (status != 0)
        return status;
    struct folding folding = {.rows = rows, .k = k, .classes = classes};
    mf__mt_seed(&folding.mt, seed);
    folding.room = mf__new(rows, sizeof *folding.room);
    struct groups *groups = mf__new(1, sizeof *groups);
    if (folding.room == NULL || groups == NULL)
        status = mf__fail_memory(error, rows * sizeof *folding.room, "the folds");
    else if (classes != NULL)
        status = fold_by_class(&folding, groups, ret_fold, error);
    else
        fold_plainly(&folding, ret_fold);
    mf__free(groups);
    mf__free(folding.room);
    return status;
}

int mf_rarest_class(size_t rows, const double *classes, size_t *ret_rows, mf_error *error)
{
    struct groups *groups = mf__new(1, sizeof *groups);
    if (groups == NULL)
        return mf__fail_memory(error, sizeof *groups, "a list of classes");
    int status = count_classes(rows, classes, groups, error);
    size_t fewest = rows;
    for (size_t i = 0; i < groups->n; i++)
        fewest = groups->groups[i].n < fewest ? groups->groups[i].n : fewest;
    mf__free(groups);
    if (status == 0)
        *ret_rows = fewest;
    return status;
}
