/* SPDX-License-Identifier: Apache-2.0 */
/* The section "Search": what was searched, and how. */
#include "base/real.h"
#include "report/tune_page.h"

#include <string.h>

static struct mf__shown count_of(uint64_t n)
{
    return mf__show_count(n, ',');
}

static void say_read(const struct mf__tune_page *page)
{
    const struct mf__tune_report *report = page->report;
    const struct mf__ground_facts *facts = &page->study->facts;
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "%s row%s, %s column%s; %s feature%s",
                     count_of(report->table_rows).text, mf__tune_plural(report->table_rows),
                     count_of(report->table_columns).text, mf__tune_plural(report->table_columns),
                     count_of(facts->columns).text, mf__tune_plural(facts->columns));
    mf__tune_say(page, "read", &text);
    if (facts->n_classes == 0)
        mf__buffer_print(&text, "%s, a number: regression", report->target);
    else
        mf__buffer_print(&text, "%s, %s classes: classification", report->target,
                         count_of(facts->n_classes).text);
    mf__tune_say(page, "target", &text);
}

static void say_space(const struct mf__tune_page *page)
{
    const struct mf__space *space = page->study->request.space;
    for (size_t i = 0; i < space->n; i++) {
        struct mf__buffer values = {0}, text = {0};
        mf__dimension_show(&space->dimensions[i], &values);
        mf__buffer_print(&text, "%s ", mf__parameter_name(space->dimensions[i].parameter));
        for (const char *at = mf__buffer_text(&values); *at != '\0'; at++)
            mf__buffer_put(&text, *at == ',' ? ", " : (const char[]){*at, '\0'});
        text.failed = text.failed || values.failed;
        mf__buffer_done(&values);
        mf__tune_say(page, i == 0 ? "searched" : "", &text);
    }
}

static bool is_searched(const struct mf__space *space, const struct mf__parameter *parameter)
{
    for (size_t i = 0; i < space->n; i++)
        if (space->dimensions[i].parameter == parameter)
            return true;
    return false;
}

/* What is the same in all trials, as far as it is not the default. */
static void say_fixed(const struct mf__tune_page *page)
{
    const struct mf__study_request *request = &page->study->request;
    const struct mf__config usual = {.forest = mf_forest_defaults(page->study->facts.n_classes),
                                     .encode = MF_ENCODE_LABEL,
                                     .impute = MF_IMPUTE_MEDIAN};
    const struct mf__parameter *parameter = NULL;
    struct mf__buffer text = {0};
    for (size_t i = 0; (parameter = mf__parameter_at(i)) != NULL; i++) {
        struct mf__value own, other;
        mf__parameter_get(parameter, &request->config, &own);
        mf__parameter_get(parameter, &usual, &other);
        bool is_state = strcmp(mf__parameter_name(parameter), "random_state") == 0;
        if (!is_searched(request->space, parameter) &&
            (is_state || strcmp(own.text, other.text) != 0))
            mf__buffer_print(&text, "%s=%s, ", mf__parameter_name(parameter), own.text);
    }
    mf__buffer_put(&text, "the others at their defaults");
    mf__tune_say(page, "fixed", &text);
}

static void put_halving(const struct mf__study *study, struct mf__buffer *out)
{
    const struct mf__halving *halving = &study->request.halving;
    if (study->n_rungs > 1)
        mf__buffer_print(out, "; one in %s goes on from rung to rung, each with more %s",
                         count_of(halving->factor).text, mf__resource_name(halving->resource));
    else
        mf__buffer_print(out, "; a single rung, as there %s too few to choose from",
                         study->n_trials == 1 ? "is" : "are");
}

/* How many trials there are, and where they come from. */
static void put_combinations(const struct mf__study *study, struct mf__buffer *out)
{
    const struct mf__study_request *request = &study->request;
    const struct mf__shown n = count_of(study->n_trials);
    if (request->strategy == MF__GRID || request->n_trials == 0) {
        if (study->n_trials == 1)
            mf__buffer_put(out, "one combination");
        else
            mf__buffer_print(out, "all %s combinations", n.text);
        return;
    }
    mf__buffer_print(out, "%s combination%s drawn (--seed %lu)", n.text,
                     mf__tune_plural(study->n_trials), (unsigned long)request->ground.seed);
    if (study->n_trials < request->n_trials)
        mf__buffer_print(out, ", not the %s asked for, as there are no more",
                         count_of(request->n_trials).text);
}

static void say_strategy(const struct mf__tune_page *page)
{
    const struct mf__study *study = page->study;
    int strategy = study->request.strategy;
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "%s: ", mf__strategy_name(strategy));
    put_combinations(study, &text);
    if (strategy == MF__HALVING)
        put_halving(study, &text);
    mf__tune_say(page, "search", &text);
}

static void say_validation(const struct mf__tune_page *page)
{
    const struct mf__ground *ground = &page->study->request.ground;
    const struct mf__ground_facts *facts = &page->study->facts;
    unsigned long seed = ground->seed;
    struct mf__buffer text = {0};
    if (ground->validation == MF__VALIDATE_SPLIT)
        mf__buffer_print(
            &text, "%s row%s to learn from, %s to score by (--test-size %s, --seed %lu)",
            count_of(facts->train).text, mf__tune_plural(facts->train),
            count_of(facts->validated).text, mf__show_real(ground->test_size).text, seed);
    else if (ground->validation == MF__VALIDATE_FOLDS)
        mf__buffer_print(&text, "%s rows in %zu folds; a score is the mean over them (--seed %lu)",
                         count_of(facts->rows).text, facts->n_folds, seed);
    else
        mf__buffer_print(&text, "each of %s rows by the trees that did not draw it",
                         count_of(facts->rows).text);
    mf__tune_say(page, "validation", &text);
}

void mf__tune_page_search(const struct mf__tune_page *page)
{
    mf__say_heading(page->style, "Search", page->out);
    say_read(page);
    say_space(page);
    say_fixed(page);
    say_strategy(page);
    say_validation(page);
}
