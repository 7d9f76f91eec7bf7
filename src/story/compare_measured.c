/* SPDX-License-Identifier: Apache-2.0 */
/* How it was measured, what speaks against it, and the command that makes it again. */
#include "story/compare_parts.h"

#include <math.h>
#include <string.h>

static void row(struct mf__story *story, const char *what, const char *value)
{
    mf__story_cell(story, "%s", what);
    mf__story_cell(story, "%s", value[0] != '\0' ? value : "unknown");
}

static const char *stop_words(const json_t *root)
{
    static const char *const words[][2] = {
        {"precise", "every speedup was known as precisely as was asked for"},
        {"budget", "the time to measure was used up"},
        {"rounds", "the most rounds allowed were reached"},
        {"cancelled", "it was stopped early; the rounds that were complete are kept"},
        {"failed", "the serial way failed; the rounds that were complete are kept"},
    };
    const char *reason = mf__look_text(root, "stop.reason");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], reason) == 0)
            return words[i][1];
    return reason;
}

static void add_rounds(struct mf__story *story, const json_t *root)
{
    unsigned long long rounds = mf__look_count(root, "rounds");
    mf__story_cell(story, "rounds");
    mf__story_cell(story, "%llu, after %llu to warm up, in %s", rounds,
                   (unsigned long long)mf__look_count(root, "settings.warmup_rounds"),
                   mf__show_duration(mf__look_real(root, "elapsed_ns"), false).text);
    mf__story_cell(story, "order");
    mf__story_cell(story,
                   "each round runs every way and worker count once, in a random order (seed %s); "
                   "ratios are formed within a round",
                   mf__look_text(root, "seed"));
    row(story, "it ended when", stop_words(root));
}

static void add_samples(struct mf__story *story, const json_t *root)
{
    size_t samples = 0;
    uint64_t outliers = 0;
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        samples += mf__look_length(series, "samples");
        outliers += mf__look_count(series, "statistics.time_ns.outliers");
    }
    mf__story_cell(story, "samples");
    mf__story_cell(story,
                   "%zu, each in a process of its own; %llu outlier%s, none dropped; runs shorter "
                   "than %s are repeated within a sample",
                   samples, (unsigned long long)outliers, outliers == 1 ? "" : "s",
                   mf__show_duration(mf__look_real(root, "settings.min_sample_ns"), false).text);
    mf__story_cell(story, "clock");
    mf__story_cell(story, "steps of %s ns; source: %s",
                   mf__show_count(mf__look_count(root, "clock_step_ns"), ',').text,
                   mf__look_text(root, "machine.clock_source"));
}

static void add_machine(struct mf__story *story, const json_t *root)
{
    unsigned long long cores = mf__look_count(root, "worker_bounds.usable_cores");
    unsigned long long threads = mf__look_count(root, "worker_bounds.usable_processors");
    row(story, "processor", mf__look_text(root, "machine.cpu_model"));
    mf__story_cell(story, "usable");
    mf__story_cell(story, "%llu core%s, %llu hardware thread%s; %s of memory", cores,
                   cores == 1 ? "" : "s", threads, threads == 1 ? "" : "s",
                   mf__show_bytes(mf__look_count(root, "machine.memory_bytes")).text);
    mf__story_cell(story, "system");
    mf__story_cell(story, "%s; %s%s", mf__look_text(root, "machine.kernel"),
                   mf__look_text(root, "machine.os"),
                   mf__look_true(root, "machine.virtualised") ? "; a virtual machine" : "");
    mf__story_cell(story, "workers");
    mf__story_cell(story, "%llu by default: %s",
                   (unsigned long long)mf__look_count(root, "worker_bounds.default_workers"),
                   mf__look_text(root, "worker_bounds.decided_by"));
}

static void add_load(struct mf__story *story, const json_t *root)
{
    struct mf__buffer text = {0};
    const json_t *steal = mf__look(root, "load.steal_share");
    if (mf__look(root, "load.average_before") != NULL)
        mf__buffer_print(&text, "average %s at the start; ",
                         mf__show_fixed(mf__look_real(root, "load.average_before"), 2).text);
    if (steal != NULL)
        mf__buffer_print(&text, "%s of the CPU time taken by a hypervisor; ",
                         mf__show_percent(mf__look_real(steal, ""), 2).text);
    mf__buffer_print(&text, "%s involuntary switches",
                     mf__show_count(mf__look_count(root, "load.involuntary_switches"), ',').text);
    row(story, "load", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void add_job(struct mf__story *story, const json_t *root)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_t *settings = json_object_get(json_object_get(root, "job"), "settings");
    row(story, "job", mf__look_text(root, "what"));
    json_object_foreach(settings, key, value)
        row(story, key, json_is_string(value) ? json_string_value(value) : "unknown");
    mf__story_cell(story, "made by");
    mf__story_cell(
        story, "%s %s%s%s", mf__look_text(root, "tool.name"), mf__look_text(root, "tool.version"),
        mf__look_text(root, "created")[0] != '\0' ? ", " : "", mf__look_text(root, "created"));
}

static void say_command(struct mf__story *story, const json_t *root)
{
    struct mf__buffer command = {0};
    mf__look_command(root, &command);
    if (command.length > 0) {
        mf__story_text(story, mf__look_true(root, "scripted") ? "The command that makes it again:"
                                                              : "The command that measures it "
                                                                "again:");
        mf__story_command(story, "%s", mf__buffer_text(&command));
    }
    mf__text_done(story, &command);
}

void mf__compare_measured(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *doubts = mf__look(root, "doubts");
    mf__story_section(story, level, "measured", "How it was measured");
    if (mf__look_true(root, "scripted"))
        mf__story_note(story, "Scripted times, not measured: they were made up by the --pretend "
                              "of the command, and say nothing of this machine.");
    for (size_t i = 0; i < json_array_size(doubts); i++)
        mf__story_note(story, "%s", mf__look_text(json_array_get(doubts, i), "text"));
    mf__story_table(story, "How it was measured");
    mf__story_column(story, false, "what");
    mf__story_column(story, false, "value");
    add_job(story, root);
    add_rounds(story, root);
    add_samples(story, root);
    add_machine(story, root);
    add_load(story, root);
    say_command(story, root);
}
