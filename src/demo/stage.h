/* SPDX-License-Identifier: Apache-2.0 */
/* What a demonstration works with: rounds of measuring, runs on pools, sentences. */
#ifndef DEMO_STAGE_H
#define DEMO_STAGE_H

#include <manyfold/pool.h>

#include "base/number.h"
#include "demo/demo.h"

#define MF__DEMO_CONFIDENCE 0.95

/* A demonstration that is under way, in its child. */
struct mf__stage {
    unsigned workers;
    unsigned several; /* the workers, but at least two: what shows with two only */
    size_t runs;
    uint64_t budget_ns;
    bool quick;
    const mf_machine *machine;
    void *user; /* the demonstration's own */
    struct mf__demo_result *result;
};

/* One row in the making: how it is measured, once. `take` writes a figure for each column that is
 * not computed; what it leaves alone is not a number. */
struct mf__take {
    char name[MF__DEMO_NAME];
    size_t base;
    int (*take)(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error);
    unsigned workers; /* from here on: what `take` makes of it */
    uint64_t number;
    double share;
    const char *word;
};

/* The rows of a demonstration. Start with {.columns = ..., .n_columns = ...}; column 0 is the time
 * when one is computed. */
struct mf__programme {
    const struct mf__demo_column *columns;
    size_t n_columns;
    struct mf__take takes[MF__DEMO_ROWS];
    size_t n;
};

/* Adds a row with a formatted name, to be filled by the caller, and compared with itself unless
 * `base` is set. There must be room. */
struct mf__take *mf__programme_add(struct mf__programme *programme, const char *format, ...)
    MF_PRINTF(2, 3);

/* Takes every row in each round, in random order, and puts medians, intervals and speedups into the
 * result. */
int mf__stage_measure(struct mf__stage *stage, const struct mf__programme *programme,
                      mf_error *error);

/* `whole`, or a small part of it when it has to be quick. */
uint64_t mf__stage_size(const struct mf__stage *stage, uint64_t whole, uint64_t quick);

/* Whether there are so many more workers to try: 1, 2, 4 ... and all. Start with 0. */
bool mf__stage_next(unsigned most, unsigned *workers);

struct mf__timed {
    uint64_t wall_ns;
    double balance; /* of the workers' computing; 1 is even */
    unsigned deaths;
};

/* Opens a pool, runs the work, closes it; the run alone is timed. */
int mf__stage_run(const char *way, unsigned workers, const mf_work *work,
                  struct mf__timed *ret_timed, mf_error *error);

/* ---- what was seen ---- */

/* A figure of a row that was measured. */
const struct mf__interval *mf__stage_figure(const struct mf__stage *stage, size_t row,
                                            size_t column);

/* How many times as long row `slow` took as row `quick`, round by round. */
struct mf__interval mf__stage_times(const struct mf__stage *stage, size_t slow, size_t quick);

/* Whether the whole interval lies above `value`; false when it is not known. */
bool mf__surely_above(const struct mf__interval *interval, double value);

/* On which side of 1, beyond a margin, the whole interval of a ratio lies: what may be said of it.
 */
enum mf__side {
    MF__SIDE_UNSETTLED, /* it holds 1, or too little beside it, or is not known */
    MF__SIDE_ABOVE,
    MF__SIDE_BELOW,
};

/* `margin` is at least 1: the interval is above it, or below 1 / margin. */
enum mf__side mf__stage_side(const struct mf__interval *ratio, double margin);

void mf__stage_found(struct mf__stage *stage, bool seen);
void mf__stage_say(struct mf__stage *stage, const char *format, ...) MF_PRINTF(2, 3);

#endif
