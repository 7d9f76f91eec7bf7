/* SPDX-License-Identifier: Apache-2.0 */
#include "report/predictions.h"

#include "base/memory.h"
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>

/* ---- which rows ---- */

struct place {
    size_t number; /* in the table */
    size_t at;     /* among the predictions */
};

static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

/* Some rows, evenly, in the order of the table. */
struct chosen {
    struct place *places; /* NULL: no memory */
    size_t n;
    size_t every;
};

static struct chosen choose(const struct mf__predictions *predictions)
{
    size_t rows = predictions->rows;
    struct chosen chosen = {.places = mf__new(rows, sizeof *chosen.places),
                            .every = (rows + MF__PREDICTIONS_MAX - 1) / MF__PREDICTIONS_MAX};
    if (chosen.places == NULL)
        return chosen;
    for (size_t i = 0; i < rows; i++)
        chosen.places[i] = (struct place){predictions->numbers[i], i};
    qsort(chosen.places, rows, sizeof *chosen.places, compare);
    for (size_t i = 0; i < rows; i += chosen.every)
        chosen.places[chosen.n++] = chosen.places[i];
    return chosen;
}

/* ---- their columns ---- */

static double most_likely(const struct mf__predictions *predictions, size_t at, double *ret_sure)
{
    const double *row = predictions->predicted + at * predictions->n_classes;
    double class = 0;
    mf_classes_of(row, 1, predictions->n_classes, &class);
    *ret_sure = row[(size_t) class];
    return class;
}

static json_t *outcome(const struct mf__predictions *predictions, double value)
{
    return predictions->n_classes > 0
               ? mf__json_text(mf_preparation_class(predictions->preparation, (size_t)value))
               : mf__json_real(value);
}

static void put_rows(const struct mf__predictions *predictions, const struct chosen *chosen,
                     json_t **object)
{
    bool classes = predictions->n_classes > 0;
    json_t *row = json_array(), *truth = json_array(), *predicted = json_array();
    json_t *sure = classes ? json_array() : json_null();
    for (size_t i = 0; i < chosen->n; i++) {
        size_t at = chosen->places[i].at;
        double probability = 0;
        double value =
            classes ? most_likely(predictions, at, &probability) : predictions->predicted[at];
        mf__json_append(&row, mf__json_count(chosen->places[i].number + 1));
        mf__json_append(&truth, outcome(predictions, predictions->truth[at]));
        mf__json_append(&predicted, outcome(predictions, value));
        if (classes)
            mf__json_append(&sure, mf__json_real(probability));
    }
    mf__json_put(object, "row", row);
    mf__json_put(object, "truth", truth);
    mf__json_put(object, "predicted", predicted);
    mf__json_put(object, "probability", sure);
}

/* ---- all rows in a few numbers ---- */

static json_t *sum_up(double *off, size_t n)
{
    json_t *object = json_object();
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += off[i];
        off[i] = fabs(off[i]);
    }
    mf__sort(off, n);
    mf__json_put(&object, "mean", mf__json_real(sum / (double)n));
    mf__json_put(&object, "median_absolute", mf__json_real(mf__quantile(off, n, 0.5)));
    mf__json_put(&object, "p90_absolute", mf__json_real(mf__quantile(off, n, 0.9)));
    mf__json_put(&object, "largest_absolute", mf__json_real(off[n - 1]));
    return object;
}

static json_t *errors(const struct mf__predictions *predictions)
{
    size_t n = predictions->rows;
    if (predictions->n_classes > 0)
        return json_null();
    double *off = mf__new(n, sizeof *off);
    if (off == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        off[i] = predictions->predicted[i] - predictions->truth[i];
    json_t *object = sum_up(off, n);
    mf__free(off);
    return object;
}

static json_t *classes(const struct mf__predictions *predictions)
{
    if (predictions->n_classes == 0)
        return json_null();
    json_t *array = json_array();
    for (size_t i = 0; i < predictions->n_classes; i++)
        mf__json_append(&array, mf__json_text(mf_preparation_class(predictions->preparation, i)));
    return array;
}

static json_t *confusion(const struct mf__predictions *predictions)
{
    size_t n = predictions->n_classes;
    if (n == 0 || n > MF__CONFUSION_MAX)
        return json_null();
    uint64_t *counts = mf__new(n * n, sizeof *counts);
    if (counts == NULL)
        return NULL;
    for (size_t i = 0; i < predictions->rows; i++) {
        double sure = 0;
        double class = most_likely(predictions, i, &sure);
        counts[(size_t)predictions->truth[i] * n + (size_t) class]++;
    }
    json_t *table = json_array();
    for (size_t truth = 0; truth < n; truth++) {
        json_t *row = json_array();
        for (size_t i = 0; i < n; i++)
            mf__json_append(&row, mf__json_count(counts[truth * n + i]));
        mf__json_append(&table, row);
    }
    mf__free(counts);
    return table;
}

json_t *mf__json_predictions(const struct mf__predictions *predictions)
{
    struct chosen chosen = choose(predictions);
    if (chosen.places == NULL)
        return NULL;
    json_t *object = json_object();
    mf__json_put(&object, "part", json_string(predictions->part));
    mf__json_put(&object, "rows_total", mf__json_count(predictions->rows));
    mf__json_put(&object, "every_nth", mf__json_count(chosen.every));
    put_rows(predictions, &chosen, &object);
    mf__json_put(&object, "errors", errors(predictions));
    mf__json_put(&object, "classes", classes(predictions));
    mf__json_put(&object, "confusion", confusion(predictions));
    mf__free(chosen.places);
    return object;
}

json_t *mf__json_importances(const mf_preparation *preparation, const double *importances)
{
    if (importances == NULL)
        return json_null();
    json_t *array = json_array();
    for (size_t i = 0; i < mf_preparation_features(preparation); i++) {
        json_t *object = json_object();
        mf__json_put(&object, "feature", mf__json_text(mf_preparation_feature(preparation, i)));
        mf__json_put(&object, "importance", mf__json_real(importances[i]));
        mf__json_append(&array, object);
    }
    return array;
}
