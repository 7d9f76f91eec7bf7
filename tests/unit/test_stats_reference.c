/* SPDX-License-Identifier: Apache-2.0 */
/* Every figure of src/stats against the one that NumPy and SciPy give (tests/oracle). */
#include "stats/amdahl.h"
#include "stats/binomial.h"
#include "stats/bootstrap.h"
#include "stats/holm.h"
#include "stats/ratio.h"
#include "stats/summary.h"
#include "stats/two_samples.h"
#include "stats/usl.h"

#include "tests/oracle/stats_reference.h"
#include "tests/unit/near.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void check_interval(const char *name, const struct mf__interval *found, const double *wanted)
{
    assert_near_in(name, found->low, wanted[0]);
    assert_near_in(name, found->mid, wanted[1]);
    assert_near_in(name, found->high, wanted[2]);
}

static void summaries_agree_with_numpy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_samples); i++) {
        const struct reference_sample *wanted = &reference_samples[i];
        struct mf__summary found;
        assert_int_equal(mf__summarize(wanted->sample, wanted->n, &found, NULL), 0);
        assert_int_equal(found.n, wanted->n);
        assert_near_in(wanted->name, found.min, wanted->min);
        assert_near_in(wanted->name, found.q1, wanted->q1);
        assert_near_in(wanted->name, found.median, wanted->median);
        assert_near_in(wanted->name, found.q3, wanted->q3);
        assert_near_in(wanted->name, found.max, wanted->max);
        assert_near_in(wanted->name, found.mean, wanted->mean);
        assert_near_in(wanted->name, found.mad, wanted->mad);
        assert_int_equal(found.outliers, wanted->outliers);
    }
}

static void intervals_of_the_median_agree_with_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_samples); i++) {
        const struct reference_sample *wanted = &reference_samples[i];
        struct mf__interval found;
        assert_int_equal(mf__median_interval(wanted->sample, wanted->n, 0.95, &found, NULL), 0);
        const double ends[] = {wanted->low, wanted->median, wanted->high};
        check_interval(wanted->name, &found, ends);
        assert_near_in(wanted->name, found.coverage, wanted->coverage);
        assert_int_equal(found.known, wanted->coverage > 0.0);
    }
}

static void ranks_and_p_values_agree_with_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_sign_ranks); i++) {
        const struct reference_sign_rank *wanted = &reference_sign_ranks[i];
        double coverage = -1.0;
        assert_int_equal(mf__sign_rank(wanted->n, wanted->confidence, &coverage), wanted->rank);
        assert_near(coverage, wanted->coverage);
    }
    for (size_t i = 0; i < COUNT(reference_sign_ps); i++) {
        const struct reference_sign_p *wanted = &reference_sign_ps[i];
        double found = mf__sign_p(wanted->fewer, wanted->n);
        /* Some are below 1e-12, where assert_near() sees 0. */
        assert_true(fabs(found - wanted->p) <= 1e-9 * wanted->p);
    }
}

static void factors_agree_with_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_factors); i++) {
        const struct reference_factor *wanted = &reference_factors[i];
        const struct mf__two_samples samples = {wanted->first, wanted->n_first, wanted->second,
                                                wanted->n_second};
        const double ends[] = {wanted->low, wanted->mid, wanted->high};
        struct mf__factor found;
        assert_int_equal(mf__two_samples(&samples, 0.95, wanted->margin, &found, NULL), 0);
        check_interval(wanted->name, &found.ratio, ends);
        assert_near_in(wanted->name, found.ratio.coverage, wanted->coverage);
        assert_near_in(wanted->name, found.p_value, wanted->p);
    }
}

static void ratios_agree_with_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_ratios); i++) {
        const struct reference_ratio *wanted = &reference_ratios[i];
        struct mf__pairs pairs = {wanted->base, wanted->other, wanted->n};
        struct mf__ratio found;
        assert_int_equal(mf__ratio(&pairs, 0.95, &found, NULL), 0);
        const double ends[] = {wanted->low, wanted->mid, wanted->high};
        check_interval(wanted->name, &found.speedup, ends);
        assert_near_in(wanted->name, found.speedup.coverage, wanted->coverage);
        assert_near_in(wanted->name, found.p_value, wanted->p);
    }
}

static void holm_agrees_with_the_sorted_textbook_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_holms); i++) {
        double found[8];
        assert_true(reference_holms[i].n <= COUNT(found));
        mf__holm(reference_holms[i].p, reference_holms[i].n, found);
        for (size_t j = 0; j < reference_holms[i].n; j++)
            assert_near(found[j], reference_holms[i].adjusted[j]);
    }
}

static void check_amdahl(const struct reference_fit *wanted, const struct mf__points *points)
{
    struct mf__amdahl found;
    double base = 0.9 * wanted->times[0];
    assert_int_equal(mf__amdahl_fit(points, &found, NULL), 0);
    assert_int_equal(found.fit, wanted->distinct < 2    ? MF__FIT_TOO_FEW
                                : wanted->distinct == 2 ? MF__FIT_EXACT
                                                        : MF__FIT_OK);
    assert_near_in(wanted->name, found.t1, wanted->amdahl_t1);
    assert_near_in(wanted->name, found.residual, wanted->amdahl_residual);
    assert_near_in(wanted->name, found.fraction, wanted->figures[MF__BAND_FRACTION]);
    assert_near_in(wanted->name, mf__amdahl_speedup(&found, base, MF__INFINITY),
                   wanted->figures[MF__BAND_LIMIT]);
    for (size_t i = 0; i < REFERENCE_AT_COUNT; i++)
        assert_near_in(wanted->name, mf__amdahl_speedup(&found, base, reference_at[i]),
                       wanted->figures[MF__BAND_COUNT + i]);
}

static void check_usl(const struct reference_fit *wanted, const struct mf__points *points)
{
    struct mf__usl found;
    double base = 0.9 * wanted->times[0];
    assert_int_equal(mf__usl_fit(points, &found, NULL), 0);
    assert_int_equal(found.fit, wanted->distinct < 4 ? MF__FIT_TOO_FEW : MF__FIT_OK);
    assert_near_in(wanted->name, found.t1, wanted->usl_t1);
    assert_near_in(wanted->name, found.residual, wanted->usl_residual);
    assert_near_in(wanted->name, found.sigma, wanted->figures[MF__BAND_SIGMA]);
    assert_near_in(wanted->name, found.kappa, wanted->figures[MF__BAND_KAPPA]);
    if (found.fit == MF__FIT_TOO_FEW)
        return;
    assert_int_equal(found.sigma_at_zero, wanted->figures[MF__BAND_SIGMA] <= 0.0);
    assert_int_equal(found.kappa_at_zero, wanted->figures[MF__BAND_KAPPA] <= 0.0);
    assert_near_in(wanted->name, found.peak, wanted->figures[MF__BAND_PEAK]);
    assert_near_in(wanted->name, mf__usl_speedup(&found, base, found.peak),
                   wanted->figures[MF__BAND_PEAK_SPEEDUP]);
    for (size_t i = 0; i < REFERENCE_AT_COUNT; i++)
        assert_near_in(wanted->name, mf__usl_speedup(&found, base, reference_at[i]),
                       wanted->figures[MF__BAND_COUNT + REFERENCE_AT_COUNT + i]);
}

static void fits_agree_with_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_fits); i++) {
        const struct reference_fit *wanted = &reference_fits[i];
        struct mf__points points = {wanted->workers, wanted->times, wanted->n};
        assert_int_equal(mf__points_distinct(&points), wanted->distinct);
        check_amdahl(wanted, &points);
        check_usl(wanted, &points);
    }
}

static void bootstrap_intervals_agree_with_scipy_resample_for_resample(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_bootstraps); i++) {
        const struct reference_bootstrap *wanted = &reference_bootstraps[i];
        struct mf__bootstrap request = mf__bootstrap_defaults();
        request.rounds =
            (struct mf__rounds){wanted->times, wanted->workers, wanted->rounds, wanted->columns};
        request.base = wanted->base;
        request.at = reference_at;
        request.n_at = REFERENCE_AT_COUNT;
        request.resamples = wanted->resamples;
        request.seed = wanted->seed;
        struct mf__law_bands found;
        assert_int_equal(mf__bootstrap_laws(&request, &found, NULL), 0);
        const double *intervals = wanted->intervals;
        for (size_t j = 0; j < MF__BAND_COUNT; j++, intervals += 3)
            check_interval(wanted->name, &found.of[j], intervals);
        for (size_t j = 0; j < REFERENCE_AT_COUNT; j++, intervals += 3)
            check_interval(wanted->name, &found.amdahl_at[j], intervals);
        for (size_t j = 0; j < REFERENCE_AT_COUNT; j++, intervals += 3)
            check_interval(wanted->name, &found.usl_at[j], intervals);
        mf__law_bands_done(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summaries_agree_with_numpy),
        cmocka_unit_test(intervals_of_the_median_agree_with_scipy),
        cmocka_unit_test(ranks_and_p_values_agree_with_scipy),
        cmocka_unit_test(ratios_agree_with_scipy),
        cmocka_unit_test(factors_agree_with_scipy),
        cmocka_unit_test(holm_agrees_with_the_sorted_textbook_form),
        cmocka_unit_test(fits_agree_with_scipy),
        cmocka_unit_test(bootstrap_intervals_agree_with_scipy_resample_for_resample),
    };
    return cmocka_run_group_tests_name("stats_reference", tests, NULL, NULL);
}
