/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/stage.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/status.h"
#include "stats/ratio.h"
#include "stats/real.h"

#include <stdarg.h>
#include <stdio.h>

#define RUNS_LEAST 6                  /* for an interval */
#define SEED       UINT64_C(20261122) /* the order of the rounds is the same every time */

struct mf__take *mf__programme_add(struct mf__programme *programme, const char *format, ...)
{
    struct mf__take *take = &programme->takes[programme->n];
    va_list args;
    va_start(args, format);
    vsnprintf(take->name, sizeof take->name, format, args);
    va_end(args);
    take->base = programme->n++;
    return take;
}

uint64_t mf__stage_size(const struct mf__stage *stage, uint64_t whole, uint64_t quick)
{
    return stage->quick ? quick : whole;
}

bool mf__stage_next(unsigned most, unsigned *workers)
{
    if (*workers >= most)
        return false;
    *workers = *workers == 0 ? 1 : *workers * 2 < most ? *workers * 2 : most;
    return true;
}

int mf__stage_run(const char *way, unsigned workers, const mf_work *work,
                  struct mf__timed *ret_timed, mf_error *error)
{
    mf_pool_options options = mf_pool_defaults();
    mf_ledger ledger = {0};
    mf_pool *pool = NULL;
    options.workers = workers;
    int code = mf_pool_open(mf_way_find(way), &options, &pool, error);
    if (code == 0)
        code = mf_pool_run(pool, work, NULL, &ledger, error);
    mf_pool_close(&pool);
    if (code == 0)
        *ret_timed = (struct mf__timed){ledger.wall_ns, ledger.load_balance, ledger.deaths};
    mf_ledger_done(&ledger);
    return code;
}

static void lay_out(struct mf__stage *stage, const struct mf__programme *programme)
{
    struct mf__demo_result *result = stage->result;
    result->columns = programme->columns;
    result->n_columns = programme->n_columns;
    result->n_rows = programme->n;
    for (size_t i = 0; i < programme->n; i++) {
        snprintf(result->rows[i].name, MF__DEMO_NAME, "%s", programme->takes[i].name);
        result->rows[i].base = programme->takes[i].base;
    }
}

static int take_row(struct mf__stage *stage, const struct mf__take *take, size_t round,
                    struct mf__demo_row *row, mf_error *error)
{
    double figures[MF__DEMO_COLUMNS];
    for (size_t i = 0; i < MF__DEMO_COLUMNS; i++)
        figures[i] = MF__NAN;
    int code = take->take(stage, take, figures, error);
    if (code != 0)
        return mf__fail_within(error, code, "%s", take->name);
    for (size_t i = 0; i < MF__DEMO_COLUMNS; i++)
        row->samples[i][round] = figures[i];
    return 0;
}

static bool may_go_on(const struct mf__stage *stage, size_t round, uint64_t start_ns)
{
    return round < stage->runs && (round < RUNS_LEAST || stage->budget_ns == 0 ||
                                   mf__now_ns() - start_ns < stage->budget_ns);
}

static int take_rounds(struct mf__stage *stage, const struct mf__programme *programme,
                       mf_error *error)
{
    struct mf__random random = {SEED};
    size_t order[MF__DEMO_ROWS];
    uint64_t start_ns = mf__now_ns();
    size_t round = 0;
    int code = 0;
    for (; code == 0 && may_go_on(stage, round, start_ns); round++) {
        mf__random_order(&random, order, programme->n);
        for (size_t i = 0; i < programme->n && code == 0; i++)
            code = take_row(stage, &programme->takes[order[i]], round,
                            &stage->result->rows[order[i]], error);
    }
    stage->runs = round;
    stage->result->runs = round;
    return code;
}

struct mf__interval mf__stage_times(const struct mf__stage *stage, size_t slow, size_t quick)
{
    const struct mf__demo_row *rows = stage->result->rows;
    const struct mf__pairs pairs = {rows[slow].samples[0], rows[quick].samples[0], stage->runs};
    struct mf__ratio ratio;
    if (mf__ratio(&pairs, MF__DEMO_CONFIDENCE, &ratio, NULL) != 0)
        return mf__interval_unknown(MF__NAN);
    return ratio.speedup;
}

/* What was not measured in some round is not known. */
static void summarise(const struct mf__stage *stage, size_t row, size_t column)
{
    struct mf__demo_row *self = &stage->result->rows[row];
    struct mf__interval *figure = &self->figures[column];
    enum mf__demo_unit unit = stage->result->columns[column].unit;
    if (unit == MF__DEMO_FASTER)
        *figure = mf__stage_times(stage, self->base, row);
    else if (unit == MF__DEMO_SLOWER)
        *figure = mf__stage_times(stage, row, self->base);
    else if (mf__median_interval(self->samples[column], stage->runs, MF__DEMO_CONFIDENCE, figure,
                                 NULL) != 0)
        *figure = mf__interval_unknown(MF__NAN);
}

int mf__stage_measure(struct mf__stage *stage, const struct mf__programme *programme,
                      mf_error *error)
{
    lay_out(stage, programme);
    int code = take_rounds(stage, programme, error);
    if (code != 0)
        return code;
    for (size_t row = 0; row < programme->n; row++)
        for (size_t column = 0; column < programme->n_columns; column++)
            summarise(stage, row, column);
    return 0;
}

const struct mf__interval *mf__stage_figure(const struct mf__stage *stage, size_t row,
                                            size_t column)
{
    return &stage->result->rows[row].figures[column];
}

bool mf__surely_above(const struct mf__interval *interval, double value)
{
    return interval->known && interval->low > value;
}

enum mf__side mf__stage_side(const struct mf__interval *ratio, double margin)
{
    if (!ratio->known)
        return MF__SIDE_UNSETTLED;
    return ratio->low > margin          ? MF__SIDE_ABOVE
           : ratio->high < 1.0 / margin ? MF__SIDE_BELOW
                                        : MF__SIDE_UNSETTLED;
}

void mf__stage_found(struct mf__stage *stage, bool seen)
{
    stage->result->finding = seen ? MF__DEMO_SEEN : MF__DEMO_NOT_SEEN;
}

void mf__stage_say(struct mf__stage *stage, const char *format, ...)
{
    struct mf__demo_result *result = stage->result;
    va_list args;
    va_start(args, format);
    vsnprintf(result->said[result->n_said++], MF__DEMO_SENTENCE, format, args);
    va_end(args);
}
