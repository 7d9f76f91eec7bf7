/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of one way as JSON. */
#include "compare/laws.h"
#include "report/compare_json.h"
#include "report/names.h"

static void put_band(json_t **object, const char *key, const struct mf__law_bands *bands,
                     enum mf__band band)
{
    mf__json_put(object, key, mf__json_interval(&bands->of[band], MF__METHOD_BOOTSTRAP));
}

static json_t *amdahl(const struct mf__law_bands *bands)
{
    const struct mf__amdahl *law = &bands->amdahl;
    json_t *object = json_object();
    mf__json_put(&object, "fit", json_string(mf__fit_name(law->fit)));
    mf__json_put(&object, "range",
                 json_string(mf__fraction_name(mf__fraction_range(&bands->of[MF__BAND_FRACTION]))));
    mf__json_put(&object, "t1_ns", mf__json_real(law->t1));
    mf__json_put(&object, "residual", mf__json_real(law->residual));
    put_band(&object, "serial_fraction", bands, MF__BAND_FRACTION);
    put_band(&object, "limit", bands, MF__BAND_LIMIT);
    return object;
}

static json_t *usl(const struct mf__law_bands *bands)
{
    const struct mf__usl *law = &bands->usl;
    if (law->fit == MF__FIT_TOO_FEW)
        return json_null();
    json_t *object = json_object();
    mf__json_put(&object, "fit", json_string(mf__fit_name(law->fit)));
    mf__json_put(&object, "t1_ns", mf__json_real(law->t1));
    mf__json_put(&object, "residual", mf__json_real(law->residual));
    mf__json_put(&object, "sigma_at_zero", json_boolean(law->sigma_at_zero));
    mf__json_put(&object, "kappa_at_zero", json_boolean(law->kappa_at_zero));
    put_band(&object, "sigma", bands, MF__BAND_SIGMA);
    put_band(&object, "kappa", bands, MF__BAND_KAPPA);
    put_band(&object, "peak_workers", bands, MF__BAND_PEAK);
    put_band(&object, "peak_speedup", bands, MF__BAND_PEAK_SPEEDUP);
    return object;
}

/* The speedups of both laws for a number of workers, which is number i of the bands. */
static json_t *speedups(const struct mf__law_bands *bands, size_t i, unsigned workers)
{
    bool both = bands->usl.fit != MF__FIT_TOO_FEW;
    json_t *object = json_object();
    mf__json_put(&object, "workers", mf__json_count(workers));
    mf__json_put(&object, "amdahl", mf__json_interval(&bands->amdahl_at[i], MF__METHOD_BOOTSTRAP));
    mf__json_put(&object, "usl",
                 both ? mf__json_interval(&bands->usl_at[i], MF__METHOD_BOOTSTRAP) : json_null());
    return object;
}

static json_t *curve(const struct mf__way_laws *laws)
{
    json_t *array = json_array();
    for (size_t i = 0; i < laws->n_curve; i++)
        mf__json_append(&array, speedups(&laws->bands, MF__PREDICTED + i, laws->curve[i]));
    return array;
}

static json_t *predictions(const struct mf__law_bands *bands)
{
    json_t *array = json_array();
    for (size_t i = 0; i < MF__PREDICTED; i++) {
        json_t *object = speedups(bands, i, mf__predicted_workers[i]);
        struct mf__interval scaled = mf__gustafson_of(bands, mf__predicted_workers[i]);
        mf__json_put(&object, "gustafson", mf__json_interval(&scaled, MF__METHOD_BOOTSTRAP));
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *recommended(const struct mf__way_laws *laws)
{
    if (!laws->recommended)
        return json_null();
    json_t *object = json_object();
    mf__json_put(&object, "series", mf__json_count(laws->recommended_series));
    mf__json_put(&object, "ratio_to_best",
                 mf__json_interval(&laws->recommendation.ratio, MF__METHOD_RANKS));
    return object;
}

json_t *mf__json_laws(const struct mf__way_laws *laws)
{
    bool fitted = laws->fitted;
    json_t *object = json_object();
    mf__json_put(&object, "way", mf__json_text(mf_way_name(laws->way)));
    mf__json_put(&object, "points", mf__json_count(laws->n_points));
    mf__json_put(&object, "amdahl", fitted ? amdahl(&laws->bands) : json_null());
    mf__json_put(&object, "usl", fitted ? usl(&laws->bands) : json_null());
    mf__json_put(&object, "predicted_speedups", fitted ? predictions(&laws->bands) : json_array());
    mf__json_put(&object, "curve", fitted ? curve(laws) : json_array());
    mf__json_put(&object, "recommended", recommended(laws));
    return object;
}
