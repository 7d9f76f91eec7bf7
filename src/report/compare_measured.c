/* SPDX-License-Identifier: Apache-2.0 */
/* How it was measured, what speaks against it, and the verdict. */
#include "report/compare_page.h"
#include "report/doubt_words.h"

#include <string.h>

static void say_rounds(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    const struct mf__comparison_request *request = &comparison->request;
    const struct mf__label label = mf__page_label("rounds");
    mf__say_lines(page->style, &label, page->out,
                  "%zu, after %llu to warm up; in random order (seed %llu)", comparison->n_rounds,
                  (unsigned long long)request->warmups, (unsigned long long)request->seed);
}

static void say_samples(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    size_t samples = 0;
    size_t outliers = 0;
    uint64_t repeats = 1;
    for (size_t i = 0; i < comparison->n_series; i++) {
        samples += comparison->series[i].n_samples;
        outliers += comparison->series[i].time.outliers;
        if (comparison->series[i].repeats > repeats)
            repeats = comparison->series[i].repeats;
    }
    struct mf__buffer words = {0};
    mf__buffer_print(&words, "%zu, with %zu outlier%s, none dropped; steps of the clock: %s ns",
                     samples, outliers, outliers == 1 ? "" : "s",
                     mf__show_count(comparison->clock_step_ns, ',').text);
    if (repeats > 1)
        mf__buffer_print(&words,
                         "; runs shorter than %s are repeated within a sample, up to %s times",
                         mf__show_duration((double)comparison->request.min_sample_ns, false).text,
                         mf__show_count(repeats, ',').text);
    const struct mf__label label = mf__page_label("samples");
    mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(&words));
    page->out->failed = page->out->failed || words.failed;
    mf__buffer_done(&words);
}

static const char *or_unknown(const char *text)
{
    return text[0] != '\0' ? text : "unknown";
}

static void say_machine(const struct mf__page *page)
{
    const mf_machine *machine = &page->comparison->machine;
    const mf_worker_bounds *bounds = &page->comparison->bounds;
    const struct mf__label label = mf__page_label("machine");
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
    const struct mf__label label = mf__page_label("load");
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
        struct mf__label label = mf__page_label("! doubt");
        label.tint = MF__TINT_WARNING;
        mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(&words));
        page->out->failed = page->out->failed || words.failed;
        mf__buffer_done(&words);
    }
}

static void say_scripted(const struct mf__page *page)
{
    struct mf__label label = mf__page_label("! scripted");
    label.tint = MF__TINT_WARNING;
    if (page->comparison->scripted)
        mf__say_lines(page->style, &label, page->out,
                      "The times come from --pretend: scripted times, not measured.");
}

void mf__page_measured(const struct mf__page *page)
{
    mf__say_heading(page->style, "How it was measured", page->out);
    say_scripted(page);
    say_rounds(page);
    say_samples(page);
    say_load(page);
    say_machine(page);
    say_doubts(page);
}

/* A topic is named once, on the first of its sentences, which stand together. */
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
        struct mf__label label = mf__page_label(again     ? ""
                                                : warning ? "! warning"
                                                          : sentence->topic);
        label.tint = warning ? MF__TINT_WARNING : MF__TINT_STRONG;
        mf__say_lines(page->style, &label, page->out, "%s", sentence->text);
        before = sentence->topic;
    }
}
