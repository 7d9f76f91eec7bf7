/* SPDX-License-Identifier: Apache-2.0 */
/* How scores are computed, and what else there is to say. */
#include "story/forest_parts.h"

#include <math.h>
#include <stdarg.h>

/* ---- formulae ---- */

struct told_score {
    const char *metric, *name, *tex, *words;
};

static const struct told_score told_scores[] = {
    {"rmse", "Root mean square error", "\\sqrt{\\frac{1}{n} \\cdot \\Sigma (p_i - t_i)^2}",
     "t is the truth, p the prediction, over all n rows. Large errors count more than in "
     "proportion."},
    {"mae", "Mean absolute error", "\\frac{1}{n} \\cdot \\Sigma \\text{abs}(p_i - t_i)",
     "t is the truth, p the prediction, over all n rows."},
    {"mape", "Mean absolute percentage error",
     "\\frac{1}{n} \\cdot \\Sigma \\frac{\\text{abs}(p_i - t_i)}{\\text{abs}(t_i)}",
     "t is the truth, p the prediction, over all n rows: how far off a prediction is, as a share "
     "of the truth."},
    {"r2", "R squared", "1 - \\frac{\\Sigma (t_i - p_i)^2}{\\Sigma (t_i - \\mu)^2}",
     "t is the truth, p the prediction, \xce\xbc the mean of the truth: how much better the "
     "forest is than always predicting the mean. 1 is perfect, 0 no better."},
    {"accuracy", "Accuracy", "\\frac{\\text{rows with the true class}}{n}", "Of n rows."},
};

void mf__tell_formulae(struct mf__story *story, const json_t *scores, const char *key,
                       uint64_t rows)
{
    for (size_t i = 0; i < sizeof told_scores / sizeof *told_scores; i++) {
        const struct told_score *told = &told_scores[i];
        struct mf__buffer tex = {0};
        double score = mf__look_real(json_object_get(scores, told->metric), key);
        if (isnan(score))
            continue;
        mf__buffer_print(&tex, "\\text{%s} = %s = %s, n = %llu", told->metric, told->tex,
                         mf__show_fixed(score, fabs(score) < 100 ? 4 : 0).text,
                         (unsigned long long)rows);
        mf__story_formula(story, told->name, mf__buffer_text(&tex), "%s", told->words);
        mf__text_done(story, &tex);
    }
}

/* ---- facts ---- */

void mf__tell_remarks(struct mf__story *story, const json_t *root)
{
    const json_t *remarks = mf__look(root, "remarks");
    for (size_t i = 0; i < json_array_size(remarks); i++)
        mf__story_note(story, "%s", mf__look_text(json_array_get(remarks, i), ""));
}

void mf__begin_facts(struct mf__story *story, const char *title)
{
    mf__story_table(story, title);
    mf__story_column(story, false, "what");
    mf__story_column(story, false, "value");
}

void mf__fact(struct mf__story *story, const char *name, const char *format, ...)
{
    struct mf__buffer text = {0};
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(&text, format, args);
    va_end(args);
    mf__story_cell(story, "%s", name);
    mf__story_cell(story, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}
