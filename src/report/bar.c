/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bar.h"

#include <math.h>

#define EIGHTHS 8

const char *const mf__bar_signs[MF__BAR_PARTS] = {"▒", "█", "▓", "░"};

/* Whole columns, rounded; 0 for what is no share. */
static size_t columns_of(double share, double columns)
{
    if (!(share > 0.0))
        return 0;
    return (size_t)round(fmin(share, 1.0) * columns);
}

void mf__bar(const struct mf__style *style, double share, size_t width, struct mf__buffer *out)
{
    static const char *const parts[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (style->ascii) {
        mf__buffer_fill(out, '#', columns_of(share, (double)width));
        return;
    }
    size_t eighths = columns_of(share, (double)(width * EIGHTHS));
    for (size_t i = 0; i < eighths / EIGHTHS; i++)
        mf__buffer_put(out, "█");
    mf__buffer_put(out, parts[eighths % EIGHTHS]);
}

/* Borders are rounded instead of widths, so that rounding never adds up. */
void mf__bar_parts(const double shares[MF__BAR_PARTS], size_t width, struct mf__buffer *out)
{
    double sum = 0.0;
    size_t column = 0;
    for (size_t part = 0; part < MF__BAR_PARTS; part++) {
        sum += shares[part] > 0.0 ? shares[part] : 0.0;
        for (size_t end = columns_of(sum, (double)width); column < end; column++)
            mf__buffer_put(out, mf__bar_signs[part]);
    }
}
