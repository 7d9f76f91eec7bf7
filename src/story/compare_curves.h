/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the charts that have workers along their axis. */
#ifndef STORY_COMPARE_CURVES_H
#define STORY_COMPARE_CURVES_H

#include "story/compare_parts.h"

/* What the axis spans, and how: by doubling, or evenly. */
struct mf__worker_axis {
    unsigned most;
    unsigned cores;
    bool doubles;
};

/* Up to the most workers of any series of the role, and to `least`. */
struct mf__worker_axis mf__worker_axis(const json_t *root, const char *role, unsigned least);

/* Fills in the scales, the ticks and the region beyond the cores of a template; `values` are scales
 * of the other axis, speedups, which double along with the workers. */
void mf__worker_axis_set(json_t **chart, const struct mf__worker_axis *axis, bool values);

/* A row {series, who, workers}; the series is what tooltips call it; NULL: no memory. */
json_t *mf__worker_row(const char *series, const char *who, unsigned workers);

/* The points of a role, with one of their statistics as `key`, in `unit` (0.01 for per cent). Ways
 * are shifted by a few pixels so that they do not hide each other. */
struct mf__point_source {
    const char *role;
    const char *statistic;
    const char *key;
    double unit;
};
json_t *mf__worker_points(const json_t *root, const struct mf__point_source *source);

/* A line from 1 worker to the most: the speedup of as many workers, or `flat` throughout. */
json_t *mf__worker_ideal(const struct mf__worker_axis *axis, const char *key, double flat);

/* The machine's ceilings. */
json_t *mf__worker_ceilings(const json_t *root);

/* The names that a legend needs: of the ways in `points`, and of what else is there. */
json_t *mf__worker_names(const json_t *points, bool ceiling, bool ideal);

#endif
