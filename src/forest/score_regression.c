/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "forest/score_metrics.h"

#include <float.h>

static double square(double truth, double predicted)
{
    return (truth - predicted) * (truth - predicted);
}

static double distance(double truth, double predicted)
{
    return fabs(truth - predicted);
}

/* scikit-learn's: a truth of 0 counts as the double epsilon. */
static double share(double truth, double predicted)
{
    return fabs(truth - predicted) / fmax(fabs(truth), DBL_EPSILON);
}

static double mean(const mf_scored *scored, double (*error_of)(double truth, double predicted))
{
    struct mf__running running = {0};
    for (size_t row = 0; row < scored->rows; row++)
        mf__running_add(&running, error_of(scored->truth[row], scored->predicted[row]));
    return mf__total(&running) / (double)scored->rows;
}

int mf__score_mse(const mf_scored *scored, double *ret_score, mf_error *error)
{
    (void)error;
    *ret_score = mean(scored, square);
    return 0;
}

int mf__score_rmse(const mf_scored *scored, double *ret_score, mf_error *error)
{
    (void)error;
    *ret_score = sqrt(mean(scored, square));
    return 0;
}

int mf__score_mae(const mf_scored *scored, double *ret_score, mf_error *error)
{
    (void)error;
    *ret_score = mean(scored, distance);
    return 0;
}

int mf__score_mape(const mf_scored *scored, double *ret_score, mf_error *error)
{
    (void)error;
    *ret_score = mean(scored, share);
    return 0;
}

/* The sum of squared distances from the mean, which is taken from the first value on: so it is
 * exactly 0 when all are equal. */
static double spread(const double *values, size_t n)
{
    struct mf__running running = {0};
    for (size_t i = 0; i < n; i++)
        mf__running_add(&running, values[i] - values[0]);
    double shift = mf__total(&running) / (double)n;
    running = (struct mf__running){0};
    for (size_t i = 0; i < n; i++)
        mf__running_add(&running, square(values[i] - values[0], shift));
    return mf__total(&running);
}

/* Of a constant truth, as scikit-learn has it: 1 when it was met exactly, 0 otherwise. */
int mf__score_r2(const mf_scored *scored, double *ret_score, mf_error *error)
{
    if (scored->rows < 2)
        return mf__fail(error, MF_E_INPUT, "r2 needs at least two rows");
    double left = mean(scored, square) * (double)scored->rows;
    double whole = spread(scored->truth, scored->rows);
    if (whole > 0)
        *ret_score = 1 - left / whole;
    else
        *ret_score = left > 0 ? 0 : 1;
    return 0;
}
