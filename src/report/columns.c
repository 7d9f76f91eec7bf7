/* SPDX-License-Identifier: Apache-2.0 */
#include "report/columns.h"

#include "base/number.h"
#include "base/real.h"
#include "base/text.h"
#include "report/table.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH  12
#define NAMES_SHOWN  6
#define SHORT_NUMBER 4  /* digits that need no grouping and no rounding */
#define LONG_NUMBER  11 /* letters that a small number may take */
#define NAME_COLUMNS 32 /* a longer name is cut in tables */

const char *mf__fate_name(enum mf__fate fate)
{
    static const char *const names[MF__FATES] = {
        [MF__FATE_KEPT] = "kept",       [MF__FATE_FILLED] = "filled", [MF__FATE_LABEL] = "label",
        [MF__FATE_ONEHOT] = "onehot",   [MF__FATE_TARGET] = "target", [MF__FATE_ID] = "id",
        [MF__FATE_DROPPED] = "dropped",
    };
    return names[fate];
}

const char *mf__kind_name(int kind)
{
    static const char *const names[] = {[MF_COLUMN_NUMERIC] = "number",
                                        [MF_COLUMN_BOOLEAN] = "boolean",
                                        [MF_COLUMN_CATEGORICAL] = "category"};
    return names[kind];
}

const char *mf__impute_words(int impute)
{
    static const char *const words[] = {
        [MF_IMPUTE_MEDIAN] = "the median of the training part",
        [MF_IMPUTE_MEDIAN_EACH] = "the median of each part by itself",
        [MF_IMPUTE_MOST_FREQUENT] = "the most frequent value of the training part",
        [MF_IMPUTE_NONE] = "nothing: a missing number is refused"};
    return words[impute];
}

size_t mf__fate_count(const struct mf__fates *fates, enum mf__fate fate)
{
    size_t n = 0;
    for (size_t i = 0; i < fates->n; i++)
        n += fates->list[i].fate == fate;
    return n;
}

size_t mf__fates_categories(const struct mf__fates *fates)
{
    size_t n = 0;
    for (size_t i = 0; i < fates->n; i++)
        n += fates->list[i].column->kind == MF_COLUMN_CATEGORICAL;
    return n;
}

/* A magnitude from 1e-300 to 1e-4 with five significant digits, "4.4409e-16". */
static void say_small(double value, struct mf__buffer *out)
{
    int exponent = (int)floor(log10(fabs(value)));
    double digits = value / pow(10, exponent);
    if (fabs(digits) >= 9.99995) {
        digits /= 10;
        exponent++;
    }
    mf__buffer_print(out, "%se%d", mf__show_fixed(digits, 4).text, exponent);
}

void mf__say_number(double value, struct mf__buffer *out)
{
    const struct mf__shown exact = mf__show_real(value);
    double magnitude = fabs(value);
    if (!isfinite(value) || magnitude >= 1e15 || strlen(exact.text) <= SHORT_NUMBER) {
        mf__buffer_put(out, exact.text);
        return;
    }
    if (magnitude >= 9999.5) {
        mf__buffer_print(out, "%s%s", value < 0 ? "-" : "",
                         mf__show_count((uint64_t)round(magnitude), ',').text);
        return;
    }
    if (magnitude < 1e-4 && (magnitude < 1e-300 || strlen(exact.text) <= LONG_NUMBER)) {
        mf__buffer_put(out, exact.text);
        return;
    }
    if (magnitude < 1e-4) {
        say_small(value, out);
        return;
    }
    int decimals = 4;
    for (double limit = 9.99995; decimals > 0 && magnitude >= limit; limit *= 10)
        decimals--;
    mf__buffer_put(out, mf__show_fixed(value, decimals).text);
}

void mf__say_short(const char *text, size_t columns, struct mf__buffer *out)
{
    size_t length = 0;
    size_t total = strlen(text);
    if (mf__text_width(text) <= columns) {
        mf__buffer_put(out, text);
        return;
    }
    while (length < total) {
        uint32_t code = 0;
        size_t n = mf__utf8_read(text + length, total - length, &code);
        struct mf__buffer longer = {0};
        mf__buffer_add(&longer, text, length + (n > 0 ? n : 1));
        bool fits = mf__text_width(mf__buffer_text(&longer)) < columns;
        out->failed = out->failed || longer.failed;
        mf__buffer_done(&longer);
        if (!fits)
            break;
        length += n > 0 ? n : 1;
    }
    mf__buffer_add(out, text, length);
    mf__buffer_put(out, "…");
}

static void say_fill(const struct mf__fates *fates, const struct mf__column_fate *fate,
                     struct mf__buffer *out)
{
    static const char *const words[] = {[MF_IMPUTE_MEDIAN] = "median",
                                        [MF_IMPUTE_MEDIAN_EACH] = "each part's median",
                                        [MF_IMPUTE_MOST_FREQUENT] = "most frequent",
                                        [MF_IMPUTE_NONE] = "refused"};
    mf__buffer_print(out, "missing: %s", words[fates->impute]);
    if (isnan(fate->fill))
        return;
    mf__buffer_put(out, " ");
    mf__say_number(fate->fill, out);
}

void mf__fate_say(const struct mf__fates *fates, size_t index, struct mf__buffer *out)
{
    static const char *const words[MF__FATES] = {
        [MF__FATE_KEPT] = "as it is",
        [MF__FATE_TARGET] = "the target",
        [MF__FATE_ID] = "left out, --id",
        [MF__FATE_DROPPED] = "left out, --drop",
    };
    const struct mf__column_fate *fate = &fates->list[index];
    size_t n = fate->column->n_categories;
    if (words[fate->fate] != NULL) {
        mf__buffer_put(out, words[fate->fate]);
    } else if (fate->fate == MF__FATE_FILLED) {
        say_fill(fates, fate, out);
    } else if (fate->fate == MF__FATE_ONEHOT) {
        mf__buffer_print(out, "%zu column%s of 0 and 1", n, n == 1 ? "" : "s");
    } else if (fate->column->missing > 0) {
        mf__buffer_print(out, "0..%zu, missing %zu", n > 0 ? n - 1 : 0, n);
    } else {
        mf__buffer_print(out, "codes 0..%zu", n > 0 ? n - 1 : 0);
    }
}

/* ---- the section of a page ---- */

/* Whether a column has this fate and, when it is asked, missing values. */
static bool is_meant(const struct mf__column_fate *fate, enum mf__fate which, bool missing)
{
    return fate->fate == which && (!missing || fate->column->missing > 0);
}

/* Adds the names of the columns with a fate, the first few of them; with `missing` those with
 * missing values, and how many. */
static void list_names(const struct mf__fates *fates, enum mf__fate which, bool missing,
                       struct mf__buffer *out)
{
    size_t n = 0;
    for (size_t i = 0; i < fates->n; i++) {
        const struct mf__column_fate *fate = &fates->list[i];
        if (!is_meant(fate, which, missing))
            continue;
        if (n < NAMES_SHOWN) {
            mf__buffer_put(out, n > 0 ? ", " : "");
            mf__say_short(fate->column->name, NAME_COLUMNS, out);
        }
        if (n < NAMES_SHOWN && missing)
            mf__buffer_print(out, " (%s)", mf__show_count(fate->column->missing, ',').text);
        n++;
    }
    if (n > NAMES_SHOWN)
        mf__buffer_print(out, " and %zu more", n - NAMES_SHOWN);
}

static size_t count_missing(const struct mf__fates *fates, enum mf__fate which)
{
    size_t n = 0;
    for (size_t i = 0; i < fates->n; i++)
        n += is_meant(&fates->list[i], which, true);
    return n;
}

/* Adds the words behind a label, or nothing when there are none. */
static void say_labelled(const struct mf__style *style, const char *text,
                         const struct mf__buffer *words, struct mf__buffer *out)
{
    const struct mf__label label = {.text = text, .column = 2, .width = LABEL_WIDTH};
    if (words->length > 0)
        mf__say_lines(style, &label, out, "%s", mf__buffer_text(words));
    out->failed = out->failed || words->failed;
}

static void say_numbers(const struct mf__fates *fates, const struct mf__style *style,
                        struct mf__buffer *out)
{
    size_t kept = mf__fate_count(fates, MF__FATE_KEPT);
    size_t filled = mf__fate_count(fates, MF__FATE_FILLED);
    struct mf__buffer words = {0};
    if (kept > 0)
        mf__buffer_print(&words, "%zu as %s", kept, kept == 1 ? "it is" : "they are");
    if (filled > 0) {
        mf__buffer_print(&words,
                         "%s%zu in which what is missing becomes %s: ", kept > 0 ? "; " : "",
                         filled, mf__impute_words(fates->impute));
        list_names(fates, MF__FATE_FILLED, true, &words);
    }
    say_labelled(style, "numbers", &words, out);
    mf__buffer_done(&words);
}

static void say_categories(const struct mf__fates *fates, enum mf__fate fate,
                           const struct mf__style *style, struct mf__buffer *out)
{
    size_t n = mf__fate_count(fates, fate);
    size_t missing = count_missing(fates, fate);
    struct mf__buffer words = {0};
    if (n > 0)
        mf__buffer_print(&words, "%zu %s", n,
                         fate == MF__FATE_LABEL
                             ? "as codes, the place of each category in sorted order"
                             : "as columns of 0 and 1, one for each category");
    if (n > 0 && missing > 0) {
        mf__buffer_print(&words, "; missing is %s in ",
                         fate == MF__FATE_LABEL ? "the code after the last" : "0 in all of them");
        list_names(fates, fate, true, &words);
    }
    say_labelled(style, "categories", &words, out);
    mf__buffer_done(&words);
}

static void say_left_out(const struct mf__fates *fates, const struct mf__style *style,
                         struct mf__buffer *out)
{
    struct mf__buffer words = {0};
    list_names(fates, MF__FATE_ID, false, &words);
    if (words.length > 0)
        mf__buffer_put(&words, " (--id)");
    if (words.length > 0 && mf__fate_count(fates, MF__FATE_DROPPED) > 0)
        mf__buffer_put(&words, "; ");
    list_names(fates, MF__FATE_DROPPED, false, &words);
    if (mf__fate_count(fates, MF__FATE_DROPPED) > 0)
        mf__buffer_put(&words, " (--drop)");
    say_labelled(style, "left out", &words, out);
    mf__buffer_done(&words);
}

static void show_all(const struct mf__fates *fates, const struct mf__style *style,
                     struct mf__buffer *out)
{
    static const struct mf__column columns[] = {
        {.header = "column"},
        {.header = "type", .gap = 2},
        {.header = "missing", .right = true, .gap = 2},
        {.header = "what was done", .gap = 2},
    };
    struct mf__table table = {.style = style, .columns = columns, .n_columns = 4};
    struct mf__buffer name = {0}, words = {0};
    for (size_t i = 0; i < fates->n; i++) {
        const mf_column *column = fates->list[i].column;
        mf__buffer_clear(&name);
        mf__buffer_clear(&words);
        mf__say_short(column->name, NAME_COLUMNS, &name);
        mf__fate_say(fates, i, &words);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__buffer_text(&name));
        mf__table_add(&table, MF__TINT_FAINT, "%s", mf__kind_name(column->kind));
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      column->missing > 0 ? mf__show_count(column->missing, ',').text : "");
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__buffer_text(&words));
        out->failed = out->failed || name.failed || words.failed;
    }
    mf__table_finish(&table, out);
    mf__buffer_done(&name);
    mf__buffer_done(&words);
}

void mf__fates_text(const struct mf__fates *fates, bool all, const struct mf__style *style,
                    struct mf__buffer *out)
{
    mf__say_heading(style, "Columns", out);
    if (all) {
        show_all(fates, style, out);
        return;
    }
    say_numbers(fates, style, out);
    say_categories(fates, MF__FATE_LABEL, style, out);
    say_categories(fates, MF__FATE_ONEHOT, style, out);
    say_left_out(fates, style, out);
}
