/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "demo/show.h"
#include "report/doubt_words.h"
#include "report/figures.h"
#include "report/table.h"

#include <math.h>
#include <stdio.h>

#define NAME_COLUMNS 20

static const struct mf__label paragraph = {.text = "", .column = 2, .width = 0};

void mf__demo_list_text(const struct mf__style *style, struct mf__buffer *out)
{
    mf__say_heading(style, "Demonstrations", out);
    for (size_t i = 0; mf__demo_at(i) != NULL; i++) {
        const struct mf__label label = {
            .text = mf__demo_at(i)->name, .column = 2, .width = NAME_COLUMNS};
        mf__say_lines(style, &label, out, "%s", mf__demo_at(i)->summary);
    }
    mf__buffer_put(out, "\n");
    mf__say_lines(style, &paragraph, out,
                  "\"manyfold demo NAME\" shows one here, within seconds; \"manyfold demo all\" "
                  "shows each of them.");
}

void mf__demo_doubts_text(const struct mf__doubts *doubts, const mf_machine *machine,
                          const struct mf__style *style, struct mf__buffer *out)
{
    static const struct mf__label label = {.text = "doubtful", .column = 2, .width = 10};
    for (size_t i = 0; i < doubts->n; i++) {
        struct mf__buffer words = {0};
        mf__doubt_words(&doubts->list[i], machine, &words);
        mf__say_lines(style, &label, out, "%s", mf__buffer_text(&words));
        mf__buffer_done(&words);
    }
}

/* A figure of a unit, without how sure it is. */
static struct mf__shown show_figure(double figure, enum mf__demo_unit unit)
{
    switch (unit) {
    case MF__DEMO_NS:
        return mf__show_duration(figure, false);
    case MF__DEMO_COUNT:
        return mf__show_count((uint64_t)llround(figure), ',');
    case MF__DEMO_SHARE:
        return mf__show_percent(figure, 0);
    case MF__DEMO_BYTES:
        return mf__show_bytes((uint64_t)llround(figure));
    case MF__DEMO_RATE:
    case MF__DEMO_FACTOR:
    case MF__DEMO_FASTER:
    case MF__DEMO_SLOWER:
        break;
    }
    return mf__show_factor(figure);
}

/* What is compared is shown with its interval, unless that has no width. */
static void add_cell(struct mf__table *table, const struct mf__interval *figure,
                     enum mf__demo_unit unit)
{
    struct mf__shown shown = show_figure(isnan(figure->mid) ? 0 : figure->mid, unit);
    bool ranged = unit == MF__DEMO_FASTER || unit == MF__DEMO_SLOWER || unit == MF__DEMO_RATE;
    if (isnan(figure->mid))
        mf__table_add(table, MF__TINT_FAINT, "-");
    else if (ranged && figure->low < figure->high)
        mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_sure(figure).text);
    else
        mf__table_add(table, MF__TINT_PLAIN, "%s", shown.text);
}

static void add_table(const struct mf__demo_result *result, const struct mf__style *style,
                      struct mf__buffer *out)
{
    struct mf__column columns[1 + MF__DEMO_COLUMNS] = {{.header = ""}};
    for (size_t i = 0; i < result->n_columns; i++)
        columns[i + 1] =
            (struct mf__column){.header = result->columns[i].header, .right = true, .gap = 2};
    struct mf__table table = {
        .style = style, .columns = columns, .n_columns = 1 + result->n_columns};
    for (size_t row = 0; row < result->n_rows; row++) {
        mf__table_add(&table, MF__TINT_PLAIN, "%s", result->rows[row].name);
        for (size_t i = 0; i < result->n_columns; i++)
            add_cell(&table, &result->rows[row].figures[i], result->columns[i].unit);
    }
    mf__table_finish(&table, out);
}

void mf__demo_text(const struct mf__demo_result *result, const struct mf__style *style,
                   struct mf__buffer *out)
{
    char title[160];
    snprintf(title, sizeof title, "%s: %s", result->demo->name, result->demo->summary);
    mf__say_heading(style, title, out);
    mf__say_lines(style, &paragraph, out, "%s", result->demo->what);
    if (result->n_rows > 0) {
        mf__buffer_put(out, "\n");
        add_table(result, style, out);
        mf__say_lines(style, &paragraph, out, "Medians of %zu rounds%s", result->runs,
                      result->runs < 6 ? ", too few for intervals."
                                       : ", in brackets 95 % intervals.");
    }
    for (size_t i = 0; i < result->n_said; i++) {
        mf__buffer_put(out, "\n");
        mf__say_lines(style, &paragraph, out, "%s", result->said[i]);
    }
}
