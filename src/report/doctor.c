/* SPDX-License-Identifier: Apache-2.0 */
#include "report/doctor.h"

#include <manyfold/pool.h>

#include "base/number.h"
#include "report/doubt_words.h"
#include "report/table.h"

#include <string.h>

#define LABEL_WIDTH 12

static struct mf__label label_of(const char *text)
{
    return (struct mf__label){.text = text, .column = 2, .width = LABEL_WIDTH};
}

static const char *or_unknown(const char *text)
{
    return text[0] != '\0' ? text : "not known";
}

static void say_cores(const struct mf__doctor *doctor, const struct mf__style *style,
                      struct mf__buffer *out)
{
    const mf_machine *machine = &doctor->machine;
    const struct mf__label label = label_of("cores");
    mf__say_lines(style, &label, out,
                  "%u in %u package%s, %u hardware thread%s; this process may use %u core%s",
                  machine->cores, machine->packages, machine->packages == 1 ? "" : "s",
                  machine->processors, machine->processors == 1 ? "" : "s",
                  doctor->bounds.usable_cores, doctor->bounds.usable_cores == 1 ? "" : "s");
}

static void say_caches(const mf_machine *machine, const struct mf__style *style,
                       struct mf__buffer *out)
{
    const struct {
        const char *name;
        uint64_t bytes;
    } caches[] = {
        {"L1d", machine->l1d_bytes}, {"L2", machine->l2_bytes}, {"L3", machine->l3_bytes}};
    const struct mf__label label = label_of("memory");
    struct mf__buffer text = {0};
    mf__buffer_put(&text, machine->memory_bytes > 0 ? mf__show_bytes(machine->memory_bytes).text
                                                    : "not known");
    for (size_t i = 0; i < sizeof caches / sizeof caches[0]; i++)
        if (caches[i].bytes > 0)
            mf__buffer_print(&text, ", %s %s", caches[i].name,
                             mf__show_bytes(caches[i].bytes).text);
    mf__say_lines(style, &label, out, "%s", mf__buffer_text(&text));
    mf__buffer_done(&text);
}

static void say_machine(const struct mf__doctor *doctor, const struct mf__style *style,
                        struct mf__buffer *out)
{
    const mf_machine *machine = &doctor->machine;
    const struct mf__label processor = label_of("processor");
    const struct mf__label system = label_of("system");
    const struct mf__label clock = label_of("clock");
    mf__say_heading(style, "This machine", out);
    mf__say_lines(style, &processor, out, "%s, %s%s%s%s", or_unknown(machine->cpu_model),
                  or_unknown(machine->architecture), machine->avx2 ? ", AVX2" : "",
                  machine->avx512f ? ", AVX-512" : "", machine->virtualised ? ", virtual" : "");
    say_cores(doctor, style, out);
    say_caches(machine, style, out);
    mf__say_lines(style, &system, out, "%s, %s", or_unknown(machine->os),
                  or_unknown(machine->kernel));
    mf__say_lines(style, &clock, out, "%s, steps of %s", or_unknown(machine->clock_source),
                  mf__show_duration((double)doctor->clock_step_ns, style->ascii).text);
}

static void say_bounds(const mf_worker_bounds *bounds, const struct mf__style *style,
                       struct mf__buffer *out)
{
    static const struct mf__column columns[] = {{.header = "bound", .gap = 2},
                                                {.header = "workers", .right = true, .gap = 2},
                                                {.header = "", .gap = 1},
                                                {.header = "read", .gap = 1}};
    struct mf__table table = {.style = style, .columns = columns, .n_columns = 4};
    mf__say_heading(style, "How many workers a run gets", out);
    for (int i = 0; i < MF_BOUND_COUNT; i++) {
        const mf_worker_bound *bound = &bounds->list[i];
        bool decided = bounds->decided_by == i;
        enum mf__tint tint = decided ? MF__TINT_STRONG : MF__TINT_PLAIN;
        mf__table_add(&table, tint, "%s", bound->name);
        if (bound->known)
            mf__table_add(&table, tint, "%u", bound->workers);
        else
            mf__table_add(&table, MF__TINT_FAINT, "-");
        mf__table_add(&table, tint, "%s", decided ? "<- decides" : "");
        mf__table_add(&table, MF__TINT_PLAIN, "%s", bound->value);
    }
    mf__table_finish(&table, out);
    for (int i = 0; i < MF_BOUND_COUNT; i++) {
        const mf_worker_bound *bound = &bounds->list[i];
        const struct mf__label label = {.text = "", .column = 2, .width = 0};
        mf__say_lines(style, &label, out, "%s: %s", bound->name, bound->source);
    }
}

static void say_ways(const struct mf__doctor *doctor, const struct mf__style *style,
                     struct mf__buffer *out)
{
    mf__say_heading(style, "Ways", out);
    for (size_t i = 0; i < mf_way_count(); i++) {
        const mf_way *way = mf_way_at(i);
        const struct mf__label label = label_of(mf_way_name(way));
        bool launched = strcmp(mf_way_name(way), "mpi") == 0 && mf_way_unavailable(way) != NULL;
        const char *why_not = launched ? doctor->no_launcher : mf_way_unavailable(way);
        if (strcmp(mf_way_name(way), "mock") == 0)
            continue;
        if (why_not == NULL && launched && doctor->launcher != NULL)
            mf__say_lines(style, &label, out, "several machines: ranks of %s", doctor->launcher);
        else if (why_not == NULL)
            mf__say_lines(style, &label, out, "%s", mf_way_summary(way));
        else
            mf__say_lines(style, &label, out, "not available: %s", why_not);
    }
}

static void say_doubts(const struct mf__doctor *doctor, const struct mf__style *style,
                       struct mf__buffer *out)
{
    const struct mf__label label = {.text = "-", .column = 2, .width = 2};
    mf__say_heading(style, "Can it be trusted to time anything?", out);
    if (doctor->doubts.n == 0)
        mf__say_lines(style, &label, out, "Nothing speaks against it.");
    for (size_t i = 0; i < doctor->doubts.n; i++) {
        struct mf__buffer words = {0};
        mf__doubt_words(&doctor->doubts.list[i], &doctor->machine, &words);
        mf__say_lines(style, &label, out, "%s", mf__buffer_text(&words));
        mf__buffer_done(&words);
    }
}

void mf__doctor_text(const struct mf__doctor *doctor, bool brief, const struct mf__style *style,
                     struct mf__buffer *out)
{
    const mf_worker_bounds *bounds = &doctor->bounds;
    if (brief) {
        const struct mf__label label = {.text = "", .column = 0, .width = 0};
        mf__say_lines(style, &label, out, "%s; %u worker%s by default%s%s.",
                      or_unknown(doctor->machine.cpu_model), bounds->default_workers,
                      bounds->default_workers == 1 ? "" : "s",
                      bounds->decided_by >= 0 ? ", by " : "",
                      bounds->decided_by >= 0 ? bounds->list[bounds->decided_by].name : "");
        return;
    }
    say_machine(doctor, style, out);
    say_bounds(bounds, style, out);
    say_ways(doctor, style, out);
    say_doubts(doctor, style, out);
}
