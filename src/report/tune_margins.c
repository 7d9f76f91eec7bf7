/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The share of a parameter is the correlation ratio (K. Pearson, On the general theory of skew
 * correlation, 1905): the variance of the group means over the variance of all. Values of a list
 * are groups; drawn numbers are put in order and cut into groups of the same size. It needs two
 * trials for each group, as otherwise chance alone would look like an effect.
 */
#include "report/tune_margins.h"

#include "base/memory.h"
#include "report/params.h"
#include "tune/parameters.h"
#include "tune/ranks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DRAWN_GROUPS 10

static int deciding(const struct mf__study *study)
{
    return study->request.metrics[0];
}

/* How many ranked trials got as far as the best; they come first. */
static size_t n_comparable(const struct mf__study *study)
{
    size_t n = 0;
    while (n < study->n_ranked &&
           study->trials[study->order[n]].rung == study->trials[study->order[0]].rung)
        n++;
    return n;
}

static const struct mf__trial *ranked(const struct mf__study *study, size_t place)
{
    return &study->trials[study->order[place]];
}

/* ---- margins ---- */

/* Of the differences fold by fold. */
static void put_folds(const struct mf__study *study, const struct mf__trial *other, json_t **object)
{
    size_t n = study->facts.n_folds;
    const struct mf__trial *best = ranked(study, 0);
    double sign = mf_metric_larger_is_better(deciding(study)) ? 1 : -1;
    double mean = 0, deviation = 0;
    uint64_t better = 0;
    double *off = n > 1 ? mf__new(n, MF_METRICS * sizeof *off) : NULL;
    for (size_t fold = 0; fold < n && off != NULL; fold++) {
        size_t at = fold * MF_METRICS + (size_t)deciding(study);
        off[fold * MF_METRICS] = sign * (best->folds[at] - other->folds[at]);
        better += off[fold * MF_METRICS] > 0;
    }
    if (off != NULL)
        mf__folds_mean(off, n, &mean, &deviation);
    bool lacks_memory = n > 1 && off == NULL;
    mf__json_put(object, "folds_better",
                 lacks_memory ? NULL : (n > 1 ? mf__json_count(better) : json_null()));
    mf__json_put(object, "difference_std", n > 1 ? mf__json_real(deviation) : json_null());
    mf__free(off);
}

static void add_margin(const struct mf__study *study, const char *to, const struct mf__trial *other,
                       json_t **array)
{
    int metric = deciding(study);
    double score = other->mean[metric];
    double difference = fabs(ranked(study, 0)->mean[metric] - score);
    json_t *object = json_object();
    mf__json_put(&object, "to", json_string(to));
    mf__json_put(&object, "trial", mf__json_count((uint64_t)(other - study->trials) + 1));
    mf__json_put(&object, "score", mf__json_real(score));
    mf__json_put(&object, "difference", mf__json_real(difference));
    mf__json_put(&object, "share", mf__json_real(difference / fabs(score)));
    put_folds(study, other, &object);
    mf__json_append(array, object);
}

/* Whether a trial's forest is what scikit-learn takes when nothing is asked for. */
static bool is_default(const struct mf__study *study, const struct mf__trial *trial)
{
    struct mf__param params[MF__PARAMS];
    mf__params_show(&trial->config.forest, study->facts.n_classes, params);
    for (size_t i = 0; i < MF__PARAMS; i++)
        if (!params[i].is_default && strcmp(params[i].name, "random_state") != 0)
            return false;
    return true;
}

json_t *mf__json_margins(const struct mf__study *study)
{
    json_t *array = json_array();
    size_t n = n_comparable(study);
    if (n < 2)
        return array;
    add_margin(study, "next", ranked(study, 1), &array);
    for (size_t i = 0; i < n; i++)
        if (is_default(study, ranked(study, i))) {
            add_margin(study, "default", ranked(study, i), &array);
            break;
        }
    add_margin(study, "median", ranked(study, n / 2), &array);
    add_margin(study, "last", ranked(study, n - 1), &array);
    return array;
}

/* ---- effects ---- */

struct scored {
    const struct mf__value *value;
    double score;
    size_t group;
};

static int compare_values(const void *a, const void *b)
{
    return mf__value_compare(((const struct scored *)a)->value, ((const struct scored *)b)->value);
}

static size_t place_in(const struct mf__dimension *dimension, const struct mf__value *value)
{
    size_t at = 0;
    while (at < dimension->n_values && mf__value_compare(&dimension->values[at], value) != 0)
        at++;
    return at;
}

/* Puts each trial into a group, and the groups in order. Returns how many there are. */
static size_t divide(const struct mf__dimension *dimension, struct scored *list, size_t n)
{
    bool is_list = dimension->spread == MF__SPREAD_LIST;
    if (is_list)
        for (size_t i = 0; i < n; i++)
            list[i].group = place_in(dimension, list[i].value);
    if (is_list)
        return dimension->n_values;
    qsort(list, n, sizeof *list, compare_values);
    for (size_t i = 0; i < n; i++) /* equal numbers stay together */
        list[i].group = i > 0 && compare_values(&list[i - 1], &list[i]) == 0 ? list[i - 1].group
                                                                             : i * DRAWN_GROUPS / n;
    return DRAWN_GROUPS;
}

/* NaN: not to be said. */
static double between_groups(const struct scored *list, size_t n, size_t n_groups)
{
    double sum = 0, all = 0, between = 0;
    for (size_t i = 0; i < n; i++)
        sum += list[i].score;
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        all += (list[i].score - mean) * (list[i].score - mean);
    for (size_t group = 0; group < n_groups; group++) {
        double own = 0;
        size_t members = 0;
        for (size_t i = 0; i < n; i++)
            if (list[i].group == group) {
                own += list[i].score;
                members++;
            }
        double off = members > 0 ? own / (double)members - mean : 0;
        between += (double)members * off * off;
    }
    return between / all;
}

static double effect_of(const struct mf__study *study, size_t dimension, struct scored *room)
{
    size_t n = n_comparable(study);
    for (size_t i = 0; i < n; i++)
        room[i] = (struct scored){&ranked(study, i)->values[dimension],
                                  ranked(study, i)->mean[deciding(study)], 0};
    size_t n_groups = divide(&study->request.space->dimensions[dimension], room, n);
    return n < 2 * n_groups || n_groups < 2 ? (double)NAN : between_groups(room, n, n_groups);
}

json_t *mf__json_effects(const struct mf__study *study)
{
    const struct mf__space *space = study->request.space;
    struct scored *room = mf__new(study->n_ranked, sizeof *room);
    json_t *array = room != NULL ? json_array() : NULL;
    for (size_t i = 0; i < space->n && room != NULL; i++) {
        json_t *object = json_object();
        mf__json_put(&object, "parameter",
                     json_string(mf__parameter_name(space->dimensions[i].parameter)));
        mf__json_put(&object, "share",
                     mf__json_real(study->n_ranked > 0 ? effect_of(study, i, room) : (double)NAN));
        mf__json_append(&array, object);
    }
    mf__free(room);
    return array;
}
