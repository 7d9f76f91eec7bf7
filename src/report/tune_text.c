/* SPDX-License-Identifier: Apache-2.0 */
/* What a search shows: what was tried and how, the best, those behind it, and what it cost. */
#include "base/real.h"
#include "report/tune_page.h"

#include <math.h>

#define LABEL_WIDTH 12

static struct mf__shown count_of(uint64_t n)
{
    return mf__show_count(n, ',');
}

static struct mf__shown time_of(const struct mf__tune_page *page, uint64_t ns)
{
    return mf__show_duration((double)ns, page->style->ascii);
}

const char *mf__tune_plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

void mf__tune_say(const struct mf__tune_page *page, const char *label, struct mf__buffer *text)
{
    const struct mf__label put = {.text = label, .column = 2, .width = LABEL_WIDTH};
    mf__say_lines(page->style, &put, page->out, "%s", mf__buffer_text(text));
    page->out->failed = page->out->failed || text->failed;
    mf__buffer_done(text);
}

void mf__tune_put_score(const struct mf__trial *trial, int metric, bool deviates,
                        struct mf__buffer *out)
{
    if (isnan(trial->mean[metric])) {
        mf__buffer_put(out, "-");
        return;
    }
    mf__say_score(metric, trial->mean[metric], out);
    if (!deviates)
        return;
    mf__buffer_put(out, " ± ");
    mf__say_score(metric, trial->deviation[metric], out);
}

void mf__tune_say_steps(const struct mf__study *study, size_t n, struct mf__buffer *out)
{
    mf__buffer_print(out, "%s of %s trial%s", count_of(n).text, count_of(study->n_steps).text,
                     mf__tune_plural(study->n_steps));
    if (study->n_rungs > 1)
        mf__buffer_print(out, " in %zu rungs", study->n_rungs);
}

static int deciding(const struct mf__study *study)
{
    return study->request.metrics[0];
}

/* ---- the head ---- */

static void put_outcome(const struct mf__tune_page *page, struct mf__buffer *out)
{
    const struct mf__study *study = page->study;
    const struct mf__trial *best = mf__tune_best(study);
    const struct mf__shown total = count_of(study->n_trials);
    if (page->report->only_planned) {
        mf__buffer_print(out, "%s trial%s planned, nothing run", total.text,
                         mf__tune_plural(study->n_trials));
        return;
    }
    if (study->n_done == 0) {
        mf__buffer_print(out, "stopped before one of %s trials was finished", total.text);
        return;
    }
    if (best == NULL) {
        mf__buffer_print(out, "%s is not defined for any of %s trial%s",
                         mf_metric_name(deciding(study)), total.text,
                         mf__tune_plural(study->n_trials));
        return;
    }
    mf__buffer_print(out, "%s ", mf_metric_name(deciding(study)));
    mf__say_score(deciding(study), best->mean[deciding(study)], out);
    if (study->end == MF__STUDY_DONE)
        mf__buffer_print(out, " is the best of %s trial%s", total.text,
                         mf__tune_plural(study->n_trials));
    else {
        mf__buffer_put(out, " is the best so far, of ");
        mf__tune_say_steps(study, study->n_steps_done, out);
    }
    mf__buffer_print(out, ", in %s", time_of(page, study->prepare_ns + study->run_ns).text);
}

static void say_head(const struct mf__tune_page *page)
{
    struct mf__buffer title = {0}, outcome = {0};
    mf__buffer_print(&title, "%s of %s:", page->report->target, page->report->source);
    put_outcome(page, &outcome);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    mf__say_lines(page->style, &head, page->out, "%s", mf__buffer_text(&outcome));
    page->out->failed = page->out->failed || title.failed || outcome.failed;
    mf__buffer_done(&title);
    mf__buffer_done(&outcome);
}

/* ---- the best ---- */

static void say_best(const struct mf__tune_page *page)
{
    const struct mf__study *study = page->study;
    const struct mf__trial *best = mf__tune_best(study);
    struct mf__buffer text = {0};
    if (best == NULL)
        return;
    mf__say_heading(page->style, study->end == MF__STUDY_DONE ? "Best" : "Best so far", page->out);
    mf__tune_say_values(study, best, ", ", &text);
    mf__tune_say(page, "parameters", &text);
    for (size_t i = 0; i < study->request.n_metrics; i++) {
        int metric = study->request.metrics[i];
        mf__buffer_print(&text, "%s%s ", i > 0 ? ", " : "", mf_metric_name(metric));
        mf__tune_put_score(best, metric, study->facts.n_folds > 1, &text);
    }
    mf__tune_say(page, "scores", &text);
    if (page->report->model == NULL)
        return;
    mf__buffer_print(&text, "%s, trained on all rows", page->report->model);
    mf__tune_say(page, "model", &text);
}

/* ---- what it cost ---- */

static void put_part(const struct mf__tune_page *page, const char *what, uint64_t ns,
                     struct mf__buffer *out)
{
    if (ns > 0)
        mf__buffer_print(out, "%s%s %s", out->length > 0 ? ", " : "", what, time_of(page, ns).text);
}

static void say_time(const struct mf__tune_page *page)
{
    const struct mf__tune_report *report = page->report;
    const struct mf__study *study = page->study;
    struct mf__buffer text = {0};
    put_part(page, "reading", report->read_ns, &text);
    put_part(page, "preparing", study->prepare_ns, &text);
    put_part(page, "searching", study->run_ns, &text);
    if (report->journal != NULL)
        mf__buffer_print(&text, " (of it the journal %s)", time_of(page, study->journal_ns).text);
    put_part(page, "training the best on all rows", report->refit_ns, &text);
    mf__buffer_print(&text, "; %s, %u worker%s", mf_way_name(report->way), report->workers,
                     mf__tune_plural(report->workers));
    mf__tune_say(page, "time", &text);
}

/* Of the run of the items, which is most of the search. */
static void say_workers(const struct mf__tune_page *page)
{
    const mf_ledger *ledger = &page->study->ledger;
    double all_ns = (double)ledger->wall_ns * ledger->n_workers;
    double growing_ns = 0;
    struct mf__buffer text = {0};
    for (unsigned i = 0; i < ledger->n_workers; i++)
        growing_ns += (double)ledger->workers[i].compute_ns;
    if (!(all_ns > 0))
        return;
    mf__buffer_print(&text, "%s of %s time growing, %s scoring",
                     mf__show_percent(growing_ns / all_ns, 0).text,
                     ledger->n_workers == 1 ? "its" : "their",
                     mf__show_percent((double)ledger->combine_ns / all_ns, 1).text);
    if (ledger->n_workers > 1)
        mf__buffer_print(&text, "; evenly busy to %s",
                         mf__show_percent(ledger->load_balance, 0).text);
    if (ledger->deaths > 0)
        mf__buffer_print(&text, "; %u died and %s replaced", ledger->deaths,
                         ledger->deaths == 1 ? "was" : "were");
    mf__tune_say(page, ledger->n_workers == 1 ? "worker" : "workers", &text);
}

static void say_trees(const struct mf__tune_page *page)
{
    const struct mf__study *study = page->study;
    const struct mf__plan_counts *plan = &study->plan;
    bool planned = page->report->only_planned;
    uint64_t grown = planned ? plan->trees_planned : study->trees_grown;
    struct mf__buffer text = {0};
    if (plan->trees_asked == 0)
        return;
    mf__buffer_print(&text, "%s asked for, ", count_of(plan->trees_asked).text);
    if (grown == plan->trees_asked)
        mf__buffer_print(&text, "all %sgrown", planned ? "to be " : "");
    else
        mf__buffer_print(&text, "%s%s %sgrown (%s)", planned ? "at most " : "",
                         count_of(grown).text, planned ? "to be " : "",
                         mf__show_percent((double)grown / (double)plan->trees_asked, 1).text);
    if (!study->request.share)
        mf__buffer_put(&text, "; none is shared (--no-share)");
    else if (study->end == MF__STUDY_DONE && grown < plan->trees_asked)
        mf__buffer_put(&text, "; the others are shared by several trials");
    mf__tune_say(page, "trees", &text);
}

static void say_items(const struct mf__tune_page *page)
{
    const struct mf__plan_counts *plan = &page->study->plan;
    struct mf__buffer text = {0};
    if (plan->items == 0)
        return;
    mf__buffer_print(&text, "%s item%s, the result of each takes %s", count_of(plan->items).text,
                     mf__tune_plural(plan->items), mf__show_bytes(plan->result_bytes).text);
    mf__tune_say(page, "work", &text);
}

static void say_cost(const struct mf__tune_page *page)
{
    mf__say_heading(page->style, page->report->only_planned ? "Plan" : "What it took", page->out);
    if (!page->report->only_planned)
        say_time(page);
    if (!page->report->only_planned)
        say_workers(page);
    say_trees(page);
    say_items(page);
}

/* ---- the journal ---- */

static void say_journal(const struct mf__tune_page *page)
{
    const struct mf__study *study = page->study;
    const struct mf__resumed *resumed = &study->resumed;
    struct mf__buffer text = {0};
    if (page->report->journal == NULL || page->report->only_planned)
        return;
    mf__say_heading(page->style, "Journal", page->out);
    mf__buffer_print(&text, "%s, run %lld", page->report->journal, (long long)resumed->study);
    mf__tune_say(page, "file", &text);
    if (study->n_steps_kept == study->n_steps)
        mf__buffer_put(&text, "all trials were there, so nothing was run");
    else if (study->n_steps_kept > 0) {
        mf__tune_say_steps(study, study->n_steps_kept, &text);
        mf__buffer_put(&text, " were there and were not run again");
    } else
        mf__buffer_put(&text, "no trial of this search was there yet");
    mf__tune_say(page, "taken", &text);
    size_t told = mf__differences_told(resumed);
    for (size_t i = 0; i < told; i++) {
        if (i == 0)
            mf__buffer_print(&text, "from run %lld: ", (long long)resumed->nearest);
        mf__buffer_put(&text, resumed->differences[i]);
        mf__tune_say(page, i == 0 ? "differs" : "", &text);
    }
    if (told < resumed->n_differences) {
        mf__buffer_print(&text, "and %zu more, see manyfold runs show",
                         resumed->n_differences - told);
        mf__tune_say(page, "", &text);
    }
}

/* ---- the command ---- */

/* On one line, however long, so that it can be copied. */
static void say_command(const struct mf__tune_page *page)
{
    const struct mf__tune_report *report = page->report;
    bool goes_on =
        report->journal != NULL && !report->only_planned && page->study->end != MF__STUDY_DONE;
    mf__say_heading(page->style,
                    report->only_planned ? "To run it"
                    : goes_on            ? "To go on from here"
                                         : "To repeat it",
                    page->out);
    mf__buffer_put(page->out, "  ");
    mf__say(page->style, report->command, page->out);
    mf__buffer_put(page->out, "\n");
}

void mf__tune_text(const struct mf__tune_report *report, const struct mf__style *style,
                   struct mf__buffer *out)
{
    const struct mf__tune_page page = {report, report->study, style, out};
    say_head(&page);
    mf__tune_page_search(&page);
    say_best(&page);
    mf__tune_page_next(&page);
    mf__tune_page_rungs(&page);
    say_cost(&page);
    say_journal(&page);
    mf__remarks_text(&report->remarks, style, out);
    say_command(&page);
}

static void put_plan(const struct mf__plan_counts *plan, struct mf__buffer *out)
{
    const struct {
        const char *name;
        uint64_t n;
    } parts[] = {{"trials", plan->trials},
                 {" trees_asked", plan->trees_asked},
                 {" trees_planned", plan->trees_planned},
                 {" items", plan->items}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        mf__buffer_print(out, "%s=%s", parts[i].name, mf__show_count(parts[i].n, 0).text);
    mf__buffer_put(out, "\n");
}

void mf__tune_brief(const struct mf__tune_report *report, struct mf__buffer *out)
{
    const struct mf__study *study = report->study;
    const struct mf__trial *best = mf__tune_best(study);
    if (report->only_planned)
        put_plan(&study->plan, out);
    if (best == NULL)
        return;
    mf__tune_say_values(study, best, " ", out);
    for (size_t i = 0; i < study->request.n_metrics; i++) {
        int metric = study->request.metrics[i];
        if (isfinite(best->mean[metric]))
            mf__buffer_print(out, " %s=%s", mf_metric_name(metric),
                             mf__show_real(best->mean[metric]).text);
    }
    if (study->end != MF__STUDY_DONE)
        mf__buffer_print(out, " end=%s", mf__study_end_name(study->end));
    mf__buffer_put(out, "\n");
}
