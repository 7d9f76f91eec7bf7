/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits are compared by sums of the target. Where such sums are rounded, they depend on the order
 * of the rows, and in small nodes, where many splits are equally good, noise in the last bit
 * decides. So the target has to be such that a double holds every sum of it, and of its squares,
 * exactly:
 *
 * - Whole numbers are used as they are, as long as their sums stay exact. Their squares may not be:
 *   those of 100,000 house prices add up to more than 2^53. scikit-learn's impurities are then off
 * by its rounding, ours are not (impurity.c). It takes an improvement within that noise of zero for
 * a tree to differ; rounding such targets would change every tree.
 * - Other targets are rounded, for splits only, to multiples of 2^grid. The grid is the finest on
 *   which n_drawn times the largest square is at most 2^53; never 0, which says that nothing was
 *   rounded.
 *
 * scikit-learn given the rounded target has nothing to round either and grows the same trees.
 * Rejected: to imitate its rounding. That takes its sorts too, and the trees then change with the
 * order of the rows.
 */
#include "forest/goal.h"

#include "base/memory.h"
#include "base/status.h"
#include "table/preparation.h"

#include <float.h>
#include <math.h>

#define EXACT 9007199254740992.0 /* 2^53: up to here a double holds every whole number */

static int check_class(const mf_target *target, size_t row, mf_error *error)
{
    double value = target->values[row];
    if (value >= 0 && value < (double)target->n_classes && value == floor(value))
        return 0;
    return mf__fail(error, MF_E_INPUT, "row %zu of the target is %g: expected a class, 0 to %zu",
                    row, value, target->n_classes - 1);
}

/* What decides the grid. */
struct range {
    bool whole;
    double largest; /* of the absolute values */
};

static int look(const mf_target *target, size_t rows, struct range *ret, mf_error *error)
{
    struct range range = {.whole = true};
    for (size_t row = 0; row < rows; row++) {
        double value = target->values[row];
        if (!isfinite(value))
            return mf__fail(error, MF_E_INPUT, "row %zu of the target is not a finite number", row);
        if (fabs(value) > MF__LARGEST_TARGET)
            return mf__fail(error, MF_E_INPUT, "row %zu of the target is %g: expected at most %g",
                            row, value, MF__LARGEST_TARGET);
        if (target->n_classes > 0 && check_class(target, row, error) != 0)
            return MF_E_INPUT;
        range.whole = range.whole && value == floor(value);
        range.largest = fmax(range.largest, fabs(value));
    }
    *ret = range;
    return 0;
}

/* The largest multiple that n_drawn rows can have on the grid, squared and added up, is exact. */
static bool grid_is_exact(double largest, int grid, uint32_t n_drawn)
{
    double multiple = rint(ldexp(largest, -grid));
    return multiple * multiple * n_drawn <= EXACT;
}

static int grid_of(const struct range *range, uint32_t n_drawn)
{
    if (range->largest == 0 || (range->whole && range->largest * n_drawn <= EXACT))
        return 0;
    /* Start where the largest value is about 2^27, and so too fine. */
    int grid = ilogb(range->largest) - 27;
    if (grid < DBL_MIN_EXP - DBL_MANT_DIG)
        grid = DBL_MIN_EXP - DBL_MANT_DIG;
    while (grid == 0 || !grid_is_exact(range->largest, grid, n_drawn))
        grid++;
    return grid;
}

int mf__goal_new(const mf_target *target, size_t rows, uint32_t n_drawn, struct mf__goal **ret_goal,
                 mf_error *error)
{
    struct range range = {0};
    int code = look(target, rows, &range, error);
    if (code != 0)
        return code;
    struct mf__goal *goal = mf__new(1, sizeof *goal);
    int64_t *whole = mf__new(rows, sizeof *whole);
    if (goal == NULL || whole == NULL) {
        mf__free(goal);
        mf__free(whole);
        return mf__fail_memory(error, rows * sizeof *whole, "the target");
    }
    int grid = target->n_classes > 0 ? 0 : grid_of(&range, n_drawn);
    for (size_t row = 0; row < rows; row++)
        whole[row] = (int64_t)rint(ldexp(target->values[row], -grid));
    *goal = (struct mf__goal){.rows = rows,
                              .n_classes = target->n_classes,
                              .whole = whole,
                              .grid = grid,
                              .unit = ldexp(1, grid),
                              .exact_squares = grid_is_exact(range.largest, grid, n_drawn),
                              .given = target->n_classes > 0 ? NULL : target->values};
    *ret_goal = goal;
    return 0;
}

void mf__goal_free(struct mf__goal *goal)
{
    if (goal == NULL)
        return;
    mf__free(goal->whole);
    mf__free(goal);
}
