/* SPDX-License-Identifier: Apache-2.0 */
/* Summaries of columns, and the histograms that stand beside them. */
#include "report/describe.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* An infinite end leaves no widths to divide; then everything finite lies in the first bin. */
static size_t bin_of(const struct mf__column_summary *summary, double value)
{
    double width = summary->most / MF__BINS - summary->least / MF__BINS;
    if (!isfinite(value) || !isfinite(width) || !(width > 0.0))
        return value > 0 && isinf(value) ? MF__BINS - 1 : 0;
    double bin = floor((value / MF__BINS - summary->least / MF__BINS) / width * MF__BINS);
    return bin < MF__BINS - 1 ? (size_t)bin : MF__BINS - 1;
}

static void summarise_sorted(const double *sorted, size_t n, struct mf__column_summary *ret)
{
    ret->has_numbers = true;
    ret->least = sorted[0];
    ret->most = sorted[n - 1];
    ret->median = n % 2 == 1 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
    ret->n_bins = ret->least < ret->most ? MF__BINS : 1;
    for (size_t i = 0; i < n; i++)
        ret->bins[ret->n_bins > 1 ? bin_of(ret, sorted[i]) : 0]++;
}

static int summarise_numbers(const mf_column *column, size_t rows, struct mf__column_summary *ret,
                             mf_error *error)
{
    size_t n = 0;
    double *sorted = mf__new(rows, sizeof *sorted);
    if (sorted == NULL && rows > 0)
        return mf__fail_memory(error, rows * sizeof *sorted, "a column");
    for (size_t row = 0; row < rows; row++)
        if (!isnan(column->numbers[row]))
            sorted[n++] = column->numbers[row];
    if (n > 0) {
        qsort(sorted, n, sizeof *sorted, by_value);
        summarise_sorted(sorted, n, ret);
    }
    mf__free(sorted);
    return 0;
}

/* Puts a category among the most frequent ones; of equals the first in order stays in front. */
static void rank(struct mf__column_summary *ret, size_t category, size_t count)
{
    size_t at = ret->n_bins;
    while (at > 0 && ret->bins[at - 1] < count)
        at--;
    if (at == MF__BINS)
        return;
    if (ret->n_bins < MF__BINS)
        ret->n_bins++;
    for (size_t k = ret->n_bins - 1; k > at; k--) {
        ret->bins[k] = ret->bins[k - 1];
        ret->top[k] = ret->top[k - 1];
    }
    ret->bins[at] = count;
    ret->top[at] = category;
}

static int summarise_categories(const mf_column *column, size_t rows,
                                struct mf__column_summary *ret, mf_error *error)
{
    size_t n = column->n_categories;
    size_t *counts = mf__new(n + 1, sizeof *counts);
    if (counts == NULL)
        return mf__fail_memory(error, (n + 1) * sizeof *counts, "a column");
    for (size_t row = 0; row < rows; row++)
        counts[column->codes[row]]++;
    for (size_t i = 0; i < n; i++)
        rank(ret, i, counts[i]);
    mf__free(counts);
    return 0;
}

int mf__column_summarise(const mf_column *column, size_t rows, struct mf__column_summary *ret,
                         mf_error *error)
{
    *ret = (struct mf__column_summary){0};
    return column->numbers != NULL ? summarise_numbers(column, rows, ret, error)
                                   : summarise_categories(column, rows, ret, error);
}

void mf__bins_draw(const struct mf__style *style, const size_t *bins, size_t n,
                   struct mf__buffer *out)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const letters[] = {" ", ".", ".", ":", "-", "=", "+", "*", "#"};
    enum { LEVELS = sizeof blocks / sizeof blocks[0] - 1 };
    size_t most = 1;
    for (size_t i = 0; i < n; i++)
        most = bins[i] > most ? bins[i] : most;
    for (size_t i = 0; i < n; i++) {
        /* What is not empty is seen. */
        double level = ceil((double)bins[i] / (double)most * LEVELS);
        mf__buffer_put(out, (style->ascii ? letters : blocks)[(size_t)level]);
    }
}
