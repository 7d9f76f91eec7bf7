/* SPDX-License-Identifier: Apache-2.0 */
/* How it was measured, what speaks against it, and the verdict. */
#include "report/compare_page.h"
#include "report/doubt_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LABEL_WIDTH 12

static struct mf__label label_of(const char *text)
{
    return (struct mf__label){text, 2, LABEL_WIDTH, MF__TINT_PLAIN};
}

static void say_rounds(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    const struct mf__comparison_request *request = &comparison->request;
    const struct mf__label label = label_of("rounds");
    mf__say_lines(page->style, &label, page->out,
                  "%zu after %llu to warm up; in each, every series once, in random order (seed "
                  "%llu)",
                  comparison->n_rounds, (unsigned long long)request->warmups,
                  (unsigned long long)request->seed);
}

static bool has_speedups(const struct mf__comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].compared)
            return true;
    return false;
}

/* How wide the widest interval is, in words. */
static struct mf__shown widest_of(const struct mf__comparison *comparison)
{
    if (!has_speedups(comparison))
        return (struct mf__shown){"there is none here"};
    if (!isfinite(comparison->widest))
        return (struct mf__shown){"no interval is known yet"};
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "the widest lies within ±%.24s",
             mf__show_percent(comparison->widest, 1).text);
    return shown;
}

static void say_stop(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    const struct mf__comparison_request *request = &comparison->request;
    struct mf__shown wanted = mf__show_percent(request->half_width, 1);
    struct mf__shown widest = widest_of(comparison);
    const struct mf__label label = label_of("stopped");
    switch (comparison->stop) {
    case MF__STOP_PRECISE:
        mf__say_lines(page->style, &label, page->out, "every speedup is known within ±%s: %s",
                      wanted.text, widest.text);
        break;
    case MF__STOP_BUDGET:
        mf__say_lines(page->style, &label, page->out,
                      "the time of %s was used up before every speedup was known within ±%s: %s",
                      mf__show_duration((double)request->budget_ns, false).text, wanted.text,
                      widest.text);
        break;
    case MF__STOP_ROUNDS:
        mf__say_lines(page->style, &label, page->out,
                      "the largest number of rounds was reached before every speedup was known "
                      "within ±%s: %s",
                      wanted.text, widest.text);
        break;
    case MF__STOP_CANCELLED:
        mf__say_lines(page->style, &label, page->out,
                      "cancelled; the rounds that were complete are kept: %s", widest.text);
        break;
    }
}

static void say_samples(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    size_t outliers = 0;
    uint64_t repeats = 1;
    for (size_t i = 0; i < comparison->n_series; i++) {
        outliers += comparison->series[i].time.outliers;
        if (comparison->series[i].repeats > repeats)
            repeats = comparison->series[i].repeats;
    }
    const struct mf__label label = label_of("samples");
    mf__say_lines(page->style, &label, page->out, "%zu, outliers among them: %zu; none is dropped",
                  comparison->n_series * comparison->n_rounds, outliers);
    const struct mf__label clock = label_of("clock");
    if (repeats > 1)
        mf__say_lines(page->style, &clock, page->out,
                      "steps of %s ns; runs shorter than %s are repeated within a sample, up to %s "
                      "times",
                      mf__show_count(comparison->clock_step_ns, ',').text,
                      mf__show_duration((double)comparison->request.min_sample_ns, false).text,
                      mf__show_count(repeats, ',').text);
    else
        mf__say_lines(page->style, &clock, page->out, "steps of %s ns",
                      mf__show_count(comparison->clock_step_ns, ',').text);
}

static const char *or_unknown(const char *text)
{
    return text[0] != '\0' ? text : "unknown";
}

static void say_machine(const struct mf__page *page)
{
    const mf_machine *machine = &page->comparison->machine;
    const mf_worker_bounds *bounds = &page->comparison->bounds;
    const struct mf__label label = label_of("machine");
    mf__say_lines(page->style, &label, page->out,
                  "%s; %u core%s usable, %u hardware thread%s; %s memory; %s; %s",
                  or_unknown(machine->cpu_model), bounds->usable_cores,
                  bounds->usable_cores == 1 ? "" : "s", bounds->usable_processors,
                  bounds->usable_processors == 1 ? "" : "s",
                  mf__show_bytes(machine->memory_bytes).text, or_unknown(machine->kernel),
                  or_unknown(machine->os));
}

static void say_load(const struct mf__page *page)
{
    const struct mf__load *before = &page->comparison->load_before;
    const struct mf__load_change *change = &page->comparison->load_change;
    struct mf__buffer text = {0};
    if (before->average_known)
        mf__buffer_print(&text, "average %s at the start; ",
                         mf__show_fixed(before->average, 2).text);
    if (change->steal_known)
        mf__buffer_print(&text, "%s of the CPU time taken by a hypervisor; ",
                         mf__show_percent(change->steal_share, 2).text);
    mf__buffer_print(&text, "involuntary switches: %s",
                     mf__show_count(change->involuntary_switches, ',').text);
    const struct mf__label label = label_of("load");
    mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(&text));
    page->out->failed = page->out->failed || text.failed;
    mf__buffer_done(&text);
}

static void say_doubts(const struct mf__page *page)
{
    const struct mf__doubts *doubts = &page->comparison->doubts;
    for (size_t i = 0; i < doubts->n; i++) {
        struct mf__buffer words = {0};
        mf__doubt_words(&doubts->list[i], &page->comparison->machine, &words);
        const struct mf__label label = {"! doubt", 2, LABEL_WIDTH, MF__TINT_WARNING};
        mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(&words));
        page->out->failed = page->out->failed || words.failed;
        mf__buffer_done(&words);
    }
}

void mf__page_measured(const struct mf__page *page)
{
    mf__say_heading(page->style, "How it was measured", page->out);
    say_rounds(page);
    say_stop(page);
    say_samples(page);
    say_load(page);
    say_machine(page);
    say_doubts(page);
}

/* A topic is named once, on the first of its sentences. */
void mf__page_verdict(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    if (comparison->n_sentences == 0)
        return;
    mf__say_heading(page->style, "Verdict", page->out);
    const char *before = "";
    for (size_t i = 0; i < comparison->n_sentences; i++) {
        const struct mf__sentence *sentence = &comparison->sentences[i];
        bool warning = strcmp(sentence->topic, "warning") == 0;
        bool again = strcmp(sentence->topic, before) == 0;
        const char *topic = warning ? "! warning" : again ? "" : sentence->topic;
        const struct mf__label label = {topic, 2, LABEL_WIDTH,
                                        warning ? MF__TINT_WARNING : MF__TINT_STRONG};
        mf__say_lines(page->style, &label, page->out, "%s", sentence->text);
        before = sentence->topic;
    }
}
