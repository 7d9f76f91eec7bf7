/* SPDX-License-Identifier: Apache-2.0 */
/* What a forest predicted, beside the truth. */
#include "report/json.h"
#include "story/chart.h"
#include "story/forest_parts.h"

#include <math.h>
#include <string.h>

#define CLASSES_FLAT  4  /* up to which their names stand side by side on a phone */
#define CLASSES_NAMED 14 /* up to which a map of classes shows numbers */

/* ---- predictions ---- */

void mf__say_part(const json_t *predictions, struct mf__buffer *out)
{
    static const struct {
        const char *part, *words;
    } parts[] = {
        {"test", "rows of the test part, which the forest had not seen"},
        {"folds", "rows, each predicted by the forest of the fold that had not seen it"},
        {"oob", "rows, each predicted by the trees that had not drawn it"},
    };
    const char *part = mf__look_text(predictions, "part");
    mf__buffer_print(out, "%s ", mf__count_of(mf__look_count(predictions, "rows_total")).text);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(part, parts[i].part) == 0)
            mf__buffer_put(out, parts[i].words);
}

/* Errors are read, not compared: three digits, or whole. */
static struct mf__shown amount(double value)
{
    return fabs(value) >= 999.5 && fabs(value) < 1e15 ? mf__count_of((uint64_t)(fabs(value) + 0.5))
                                                      : mf__short_number(fabs(value));
}

static double listed(const json_t *predictions, const char *list, size_t i)
{
    return mf__look_real(json_array_get(mf__look(predictions, list), i), "");
}

static json_t *point(const json_t *predictions, size_t i)
{
    double truth = listed(predictions, "truth", i);
    double predicted = listed(predictions, "predicted", i);
    json_t *row = json_object();
    mf__json_put(&row, "row", mf__json_real(listed(predictions, "row", i)));
    mf__json_put(&row, "truth", mf__json_real(truth));
    mf__json_put(&row, "predicted", mf__json_real(predicted));
    return row;
}

static json_t *diagonal(double least, double most)
{
    json_t *rows = json_array();
    const double ends[] = {least, most};
    for (size_t i = 0; i < 2; i++) {
        json_t *row = json_object();
        mf__json_put(&row, "end", mf__json_real(ends[i]));
        mf__json_put(&row, "name", json_string("predicted as it is"));
        mf__json_append(&rows, row);
    }
    return rows;
}

/* For those who see the chart. */
static void say_points(struct mf__story *story, const json_t *predictions)
{
    uint64_t every = mf__look_count(predictions, "every_nth");
    struct mf__buffer text = {0};
    mf__buffer_put(&text, "On the dashed line a prediction is right.");
    if (every > 1)
        mf__buffer_print(&text, " One row in %llu is drawn.", (unsigned long long)every);
    mf__story_drawn(story, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void put_errors(const json_t *predictions, struct mf__buffer *out)
{
    const json_t *errors = mf__look(predictions, "errors");
    double mean = mf__look_real(errors, "mean");
    mf__say_part(predictions, out);
    mf__buffer_print(out,
                     ". Half of the predictions are off by no more than %s, nine in ten by no more "
                     "than %s, the worst by %s",
                     amount(mf__look_real(errors, "median_absolute")).text,
                     amount(mf__look_real(errors, "p90_absolute")).text,
                     amount(mf__look_real(errors, "largest_absolute")).text);
    mf__buffer_print(out, "; in the mean they are too %s by %s.", mean < 0 ? "low" : "high",
                     amount(mean).text);
}

static void table_of_errors(struct mf__story *story, const json_t *predictions)
{
    static const struct {
        const char *key, *words;
    } rows[] = {{"median_absolute", "half are off by no more than"},
                {"p90_absolute", "nine in ten by no more than"},
                {"largest_absolute", "the worst by"}};
    const json_t *errors = mf__look(predictions, "errors");
    mf__story_column(story, false, "error of the predictions");
    mf__story_column(story, true, "in the target's unit");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mf__story_cell(story, "%s", rows[i].words);
        mf__story_cell(story, "%s", amount(mf__look_real(errors, rows[i].key)).text);
    }
}

static void tell_points(struct mf__story *story, const json_t *predictions, const char *target)
{
    size_t n = mf__look_length(predictions, "truth");
    double least = (double)INFINITY, most = -(double)INFINITY;
    struct mf__buffer caption = {0};
    json_t *rows = json_array();
    for (size_t i = 0; i < n; i++) {
        double truth = listed(predictions, "truth", i);
        double predicted = listed(predictions, "predicted", i);
        least = fmin(least, fmin(truth, predicted));
        most = fmax(most, fmax(truth, predicted));
        mf__json_append(&rows, point(predictions, i));
    }
    put_errors(predictions, &caption);
    json_t *chart = mf__chart("forest_predictions");
    mf__chart_say(&chart, "@TARGET@", target);
    mf__chart_rows(&chart, "rows", rows);
    mf__chart_rows(&chart, "diagonal", diagonal(least, most));
    mf__story_chart(story, "predictions", "Predicted against true", chart, "%s",
                    mf__buffer_text(&caption));
    say_points(story, predictions);
    table_of_errors(story, predictions);
    mf__text_done(story, &caption);
}

/* ---- classes ---- */

static uint64_t count_at(const json_t *confusion, size_t truth, size_t predicted)
{
    return mf__look_count(json_array_get(json_array_get(confusion, truth), predicted), "");
}

static uint64_t row_sum(const json_t *confusion, size_t truth)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < json_array_size(confusion); i++)
        sum += count_at(confusion, truth, i);
    return sum;
}

static const char *class_of(const json_t *predictions, size_t i)
{
    return mf__look_text(json_array_get(mf__look(predictions, "classes"), i), "");
}

static json_t *cells(const json_t *predictions)
{
    const json_t *confusion = mf__look(predictions, "confusion");
    size_t n = json_array_size(confusion);
    json_t *rows = json_array();
    for (size_t i = 0; i < n * n; i++) {
        size_t truth = i / n, predicted = i % n;
        uint64_t sum = row_sum(confusion, truth);
        uint64_t count = count_at(confusion, truth, predicted);
        json_t *row = json_object();
        mf__json_put(&row, "truth", mf__json_text(class_of(predictions, truth)));
        mf__json_put(&row, "predicted", mf__json_text(class_of(predictions, predicted)));
        mf__json_put(&row, "rows", mf__json_count(count));
        mf__json_put(&row, "share", mf__json_real(sum > 0 ? 100 * (double)count / (double)sum : 0));
        mf__json_put(&row, "x_order", mf__json_count(predicted));
        mf__json_put(&row, "y_order", mf__json_count(truth));
        mf__json_append(&rows, row);
    }
    return rows;
}

/* How many are on the diagonal, and where the most are that are not. */
static void put_confusion(const json_t *predictions, struct mf__buffer *out)
{
    const json_t *confusion = mf__look(predictions, "confusion");
    size_t n = json_array_size(confusion);
    uint64_t right = 0, most = 0;
    size_t worst = 0;
    for (size_t i = 0; i < n * n; i++) {
        uint64_t count = count_at(confusion, i / n, i % n);
        if (i / n == i % n)
            right += count;
        else if (count > most) {
            most = count;
            worst = i;
        }
    }
    mf__say_part(predictions, out);
    mf__buffer_print(out, "; %s of them got their true class.", mf__count_of(right).text);
    if (most > 0)
        mf__buffer_print(out, " The most frequent mistake: %s of class %s taken for %s.",
                         mf__count_of(most).text, class_of(predictions, worst / n),
                         class_of(predictions, worst % n));
}

static void table_of_classes(struct mf__story *story, const json_t *predictions)
{
    const json_t *confusion = mf__look(predictions, "confusion");
    size_t n = json_array_size(confusion);
    mf__story_column(story, false, "true class");
    for (size_t i = 0; i < n; i++)
        mf__story_column(story, true, class_of(predictions, i));
    for (size_t truth = 0; truth < n; truth++) {
        mf__story_cell(story, "%s", class_of(predictions, truth));
        for (size_t i = 0; i < n; i++)
            mf__story_cell(story, "%s", mf__count_of(count_at(confusion, truth, i)).text);
    }
}

static void tell_classes(struct mf__story *story, const json_t *predictions, const char *target)
{
    size_t n = mf__look_length(predictions, "confusion");
    struct mf__buffer caption = {0};
    if (n == 0) {
        mf__story_note(story, "There are too many classes to show which was taken for which: %zu.",
                       mf__look_length(predictions, "classes"));
        return;
    }
    json_t *chart = mf__chart("forest_confusion");
    mf__chart_say(&chart, "@TARGET@", target);
    mf__chart_set(&chart, "@STEP@", json_integer(n > CLASSES_NAMED ? 14 : 26));
    mf__chart_set(&chart, "@ANGLE@", json_integer(n > CLASSES_FLAT ? -40 : 0));
    mf__chart_set(&chart, "@OPACITY@", json_integer(n > CLASSES_NAMED ? 0 : 1));
    mf__chart_rows(&chart, "cells", cells(predictions));
    put_confusion(predictions, &caption);
    mf__story_chart(story, "predictions", "Which class was taken for which", chart, "%s",
                    mf__buffer_text(&caption));
    table_of_classes(story, predictions);
    mf__text_done(story, &caption);
}

void mf__tell_predictions(struct mf__story *story, const json_t *predictions, const char *target)
{
    if (predictions == NULL || mf__look_length(predictions, "truth") == 0)
        return;
    if (mf__look(predictions, "classes") != NULL)
        tell_classes(story, predictions, target);
    else
        tell_points(story, predictions, target);
}
