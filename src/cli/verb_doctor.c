/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "cli/launch.h"
#include "cli/step.h"
#include "exec/doubts.h"
#include "report/doctor.h"

struct settings {
    struct mf__common common;
    bool brief;
};

static const struct mf__option options[] = {
    {.name = "brief",
     .kind = MF__FLAG,
     .help = "the few lines that matter most",
     .offset = offsetof(struct settings, brief)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Showing", options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const char *const synopsis[] = {"[OPTION]...", NULL};

static const char *const description[] = {
    "Shows what this machine is, how many workers a run gets and what decided it, which ways are "
    "available, and what makes timing here doubtful.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold doctor", "everything"},
    {"taskset -c 0 manyfold doctor", "the same, bound to one processor"},
    {0},
};

static const char *const see_also[] = {"manyfold-compare(1)", NULL};

const struct mf__verb mf__doctor_verb = {
    .name = "doctor",
    .command = "manyfold doctor",
    .summary = "what this machine is, and whether it can be trusted to time anything",
    .synopsis = synopsis,
    .description = description,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

int mf__doctor_show(bool brief, const struct mf__common *common)
{
    struct mf__doctor doctor = {0};
    struct mf__buffer text = {0};
    mf_error error;
    int code = mf_machine_read(&doctor.machine, &error);
    if (code == 0)
        code = mf_worker_bounds_read(&doctor.bounds, &error);
    if (code != 0)
        return mf__tell(&error);
    mf__load_read("", &doctor.load);
    doctor.clock_step_ns = mf__clock_resolution_ns(&mf__real_clock);
    const struct mf__evidence evidence = {
        .machine = &doctor.machine, .bounds = &doctor.bounds, .start = &doctor.load};
    struct mf__buffer launcher = {0};
    mf_error none;
    if (mf__launch_describe(&launcher, &none) == 0)
        doctor.launcher = mf__buffer_text(&launcher);
    else
        doctor.no_launcher = none.text;
    mf__doubts_find(&evidence, &doctor.doubts);
    const struct mf__style style = {
        .width = mf__columns(), .colour = mf__wants_colour(common), .ascii = mf__wants_ascii()};
    mf__doctor_text(&doctor, brief, &style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    mf__buffer_done(&launcher);
    return status;
}

int mf__doctor_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    int status = 0;
    if (mf__begin(&mf__doctor_verb, arguments, &settings, &settings.common, &status))
        status = mf__doctor_show(settings.brief, &settings.common);
    return status;
}
