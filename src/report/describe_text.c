/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `manyfold data describe`: a table of the numbers, and one of the categories. */
#include "base/number.h"
#include "report/describe.h"
#include "report/table.h"

#include <float.h>
#include <math.h>

#define NAME_COLUMNS     20
#define CATEGORY_COLUMNS 13
#define WIDE             110 /* columns of a page with room for a second category */

/* A table under way: what it is about, and room for the text of one cell. */
struct sheet {
    const struct mf__description *description;
    struct mf__table table;
    struct mf__buffer text;
};

/* Adds the text of the sheet as a cell. */
static void add_text(struct sheet *sheet, enum mf__tint tint)
{
    mf__table_add(&sheet->table, tint, "%s", mf__buffer_text(&sheet->text));
    sheet->table.failed = sheet->table.failed || sheet->text.failed;
    mf__buffer_clear(&sheet->text);
}

static void add_name_and_counts(struct sheet *sheet, const mf_column *column)
{
    mf__say_short(column->name, NAME_COLUMNS, &sheet->text);
    add_text(sheet, MF__TINT_PLAIN);
    if (column->missing > 0)
        mf__buffer_put(&sheet->text, mf__show_count(column->missing, ',').text);
    add_text(sheet, MF__TINT_PLAIN);
    mf__buffer_put(&sheet->text, mf__show_count(column->distinct, ',').text);
    add_text(sheet, MF__TINT_FAINT);
}

/* What keeps a target from being learnt. */
static const char *obstacle_of_target(const mf_column *target)
{
    return target->distinct == 0   ? "no value: no target"
           : target->distinct == 1 ? "constant: no target"
                                   : NULL;
}

/* Columns from which nothing can be learnt are refused by a training. */
static const char *obstacle_of(const struct mf__description *description, size_t index)
{
    const struct mf__column_summary *summary = &description->summaries[index];
    const struct mf__column_fate *fate = &description->fates.list[index];
    if (fate->fate == MF__FATE_TARGET)
        return obstacle_of_target(fate->column);
    if (fate->features == 0)
        return NULL; /* it is left out */
    if (fate->column->missing == description->rows)
        return "no value: drop it";
    if (summary->has_numbers && (isinf(summary->least) || isinf(summary->most)))
        return "infinite: drop it";
    if (summary->has_numbers && fmax(-summary->least, summary->most) > (double)FLT_MAX)
        return "too large: drop it";
    return NULL;
}

static void add_picture_and_fate(struct sheet *sheet, size_t index)
{
    const struct mf__column_summary *summary = &sheet->description->summaries[index];
    const char *obstacle = obstacle_of(sheet->description, index);
    mf__bins_draw(sheet->table.style, summary->bins, summary->n_bins, &sheet->text);
    add_text(sheet, MF__TINT_BAR);
    if (obstacle != NULL)
        mf__buffer_put(&sheet->text, obstacle);
    else
        mf__fate_say(&sheet->description->fates, index, &sheet->text);
    add_text(sheet, obstacle != NULL ? MF__TINT_WARNING : MF__TINT_PLAIN);
}

static void add_number(struct sheet *sheet, size_t index)
{
    const struct mf__column_summary *summary = &sheet->description->summaries[index];
    const double ends[] = {summary->least, summary->median, summary->most};
    add_name_and_counts(sheet, sheet->description->fates.list[index].column);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (summary->has_numbers)
            mf__say_number(ends[i], &sheet->text);
        add_text(sheet, MF__TINT_PLAIN);
    }
    add_picture_and_fate(sheet, index);
}

/* "Normal 82 %, Partial 8 %" */
static void add_category(struct sheet *sheet, size_t index)
{
    const mf_column *column = sheet->description->fates.list[index].column;
    const struct mf__column_summary *summary = &sheet->description->summaries[index];
    size_t named = sheet->table.style->width >= WIDE ? 2 : 1;
    add_name_and_counts(sheet, column);
    for (size_t i = 0; i < summary->n_bins && i < named; i++) {
        double share = (double)summary->bins[i] / (double)sheet->description->rows;
        mf__buffer_put(&sheet->text, i > 0 ? ", " : "");
        mf__say_short(column->categories[summary->top[i]], CATEGORY_COLUMNS, &sheet->text);
        mf__buffer_print(&sheet->text, " %s", mf__show_percent(share, 1).text);
    }
    add_text(sheet, MF__TINT_PLAIN);
    add_picture_and_fate(sheet, index);
}

static bool is_category(const struct mf__description *description, size_t index)
{
    return description->fates.list[index].column->kind == MF_COLUMN_CATEGORICAL;
}

static void show_numbers(const struct mf__description *description, const struct mf__style *style,
                         struct mf__buffer *out)
{
    static const struct mf__column columns[] = {
        {.header = "number"},
        {.header = "missing", .right = true, .gap = 2},
        {.header = "distinct", .right = true, .gap = 2, .rank = 2},
        {.header = "least", .right = true, .gap = 2},
        {.header = "median", .right = true, .gap = 2},
        {.header = "most", .right = true, .gap = 2},
        {.header = "spread", .gap = 2, .rank = 1},
        {.header = "what is done", .gap = 2},
    };
    struct sheet sheet = {description, {.style = style, .columns = columns, .n_columns = 8}, {0}};
    for (size_t i = 0; i < description->fates.n; i++)
        if (!is_category(description, i))
            add_number(&sheet, i);
    mf__buffer_put(out, "\n");
    mf__table_finish(&sheet.table, out);
    mf__buffer_done(&sheet.text);
}

static void show_categories(const struct mf__description *description,
                            const struct mf__style *style, struct mf__buffer *out)
{
    static const struct mf__column columns[] = {
        {.header = "category"},
        {.header = "missing", .right = true, .gap = 2},
        {.header = "distinct", .right = true, .gap = 2, .rank = 2},
        {.header = "most frequent", .gap = 2},
        {.header = "spread", .gap = 2, .rank = 1},
        {.header = "what is done", .gap = 2},
    };
    struct sheet sheet = {description, {.style = style, .columns = columns, .n_columns = 6}, {0}};
    for (size_t i = 0; i < description->fates.n; i++)
        if (is_category(description, i))
            add_category(&sheet, i);
    mf__buffer_put(out, "\n");
    mf__table_finish(&sheet.table, out);
    mf__buffer_done(&sheet.text);
}

static void say_head(const struct mf__description *description, const struct mf__style *style,
                     struct mf__buffer *out)
{
    const struct mf__fates *fates = &description->fates;
    size_t n_categories = mf__fates_categories(&description->fates);
    size_t missing = 0;
    size_t features = 0;
    struct mf__buffer title = {0};
    for (size_t i = 0; i < fates->n; i++) {
        missing += fates->list[i].column->missing;
        features += fates->list[i].features;
    }
    mf__buffer_print(&title, "%s:", description->source);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    mf__say_lines(style, &head, out,
                  "%s row%s, %s column%s: %zu of numbers, %zu of categories; %s of %s fields are "
                  "missing; %s feature%s to learn from",
                  mf__show_count(description->rows, ',').text, description->rows == 1 ? "" : "s",
                  mf__show_count(fates->n, ',').text, fates->n == 1 ? "" : "s",
                  fates->n - n_categories, n_categories, mf__show_count(missing, ',').text,
                  mf__show_count((uint64_t)description->rows * fates->n, ',').text,
                  mf__show_count(features, ',').text, features == 1 ? "" : "s");
    out->failed = out->failed || title.failed;
    mf__buffer_done(&title);
}

void mf__describe_text(const struct mf__description *description, const struct mf__style *style,
                       struct mf__buffer *out)
{
    size_t n_categories = mf__fates_categories(&description->fates);
    say_head(description, style, out);
    if (n_categories < description->fates.n)
        show_numbers(description, style, out);
    if (n_categories > 0)
        show_categories(description, style, out);
    mf__remarks_text(&description->remarks, style, out);
}
