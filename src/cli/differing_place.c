/* SPDX-License-Identifier: Apache-2.0 */
/* Where and when both documents were measured, and what that says against comparing their times. */
#include "base/number.h"
#include "base/text.h"
#include "cli/differing_pair.h"

#include <math.h>
#include <string.h>

/* ---- where they came from ---- */

static struct mf__diff_source source_of(const struct mf__document *document)
{
    const json_t *machine = mf__look(document->root, "machine");
    if (machine == NULL)
        machine = mf__look(document->root, "study.machine");
    return (struct mf__diff_source){
        .name = document->name,
        .created = json_string_value(mf__look(document->root, "created")),
        .version = json_string_value(mf__look(document->root, "tool.version")),
        .cpu_model = json_string_value(mf__look(machine, "cpu_model")),
        .kernel = json_string_value(mf__look(machine, "kernel")),
        .cores = mf__look_count(machine, "cores"),
    };
}

void mf__diff_sources(const struct mf__document *old, const struct mf__document *new,
                      struct mf__diff *diff)
{
    diff->old = source_of(old);
    diff->new = source_of(new);
}

static bool texts_differ(const char *one, const char *other)
{
    return one != NULL && other != NULL && strcmp(one, other) != 0;
}

void mf__diff_remark_sources(struct mf__diff *diff)
{
    const struct mf__diff_source *old = &diff->old;
    const struct mf__diff_source *new = &diff->new;
    bool other_cores = old->cores > 0 && new->cores > 0 && old->cores != new->cores;
    if (texts_differ(old->cpu_model, new->cpu_model) || other_cores)
        mf__remark(&diff->remarks,
                   "the machines differ, so a difference in time need not be one of the program");
    else if (old->cpu_model == NULL || new->cpu_model == NULL)
        mf__remark(&diff->remarks,
                   "whether both ran on the same machine is not recorded; times of different "
                   "machines say nothing of the program");
    if (texts_differ(old->version, new->version)) {
        mf__remark(&diff->remarks, "the versions differ: manyfold %s and %s", old->version,
                   new->version);
        mf__diff_apart(diff, "manyfold", old->version, new->version);
    }
    if (texts_differ(old->kernel, new->kernel)) {
        mf__remark(&diff->remarks, "the kernels of the operating systems differ: %s and %s",
                   old->kernel, new->kernel);
        mf__diff_apart(diff, "the operating system's kernel", old->kernel, new->kernel);
    }
}

void mf__diff_apart(struct mf__diff *diff, const char *what, const char *old, const char *new)
{
    mf__buffer_print(&diff->apart, "%s%s %s, now %s", diff->apart.length > 0 ? "; " : "", what, old,
                     new);
}

/* Ceilings run the serial work and no way's own: one that has moved tells that it was the work or
 * the machine that changed, not what a way adds. */
void mf__diff_remark_ceilings(struct mf__diff *diff)
{
    for (size_t i = diff->n_judged; i < diff->n_series; i++) {
        enum mf__change change = diff->series[i].changed.change;
        if (change != MF__CHANGE_SLOWER && change != MF__CHANGE_FASTER)
            continue;
        mf__remark(&diff->remarks,
                   "%s independent copies of the serial work side by side, the machine's ceiling, "
                   "were %s in the new run: so the work itself or the machine's pace has changed, "
                   "and not only what a way adds to it",
                   mf__show_count(diff->series[i].workers, ',').text, mf__change_name(change));
        return;
    }
}

/* ---- how busy the machine was ---- */

/* "sum: " in a lab, else nothing. */
static void put_part(const struct mf__diff_pair *pair, struct mf__buffer *out)
{
    if (pair->part != NULL)
        mf__buffer_print(out, "%s: ", pair->part);
}

static void remark_load(struct mf__diff_pair *pair)
{
    const char *path = "load.average_before";
    double old = mf__look_real(pair->old, path);
    double new = mf__look_real(pair->new, path);
    struct mf__buffer part = {0};
    put_part(pair, &part);
    if (!isnan(old) || !isnan(new))
        mf__remark(&pair->diff->remarks,
                   "%sload average at the start: %s in the old run, %s in the new one",
                   mf__buffer_text(&part), isnan(old) ? "unknown" : mf__show_fixed(old, 2).text,
                   isnan(new) ? "unknown" : mf__show_fixed(new, 2).text);
    mf__buffer_done(&part);
}

static bool has_doubt(const json_t *document, const char *text)
{
    const json_t *doubts = mf__look(document, "doubts");
    for (size_t i = 0; i < json_array_size(doubts); i++)
        if (strcmp(mf__look_text(json_array_get(doubts, i), "text"), text) == 0)
            return true;
    return false;
}

/* The doubts of one document that the other one has too, or those that it has not. That it was busy
 * is left out: the load of both is told. */
static void remark_doubts(struct mf__diff_pair *pair, const json_t *of, const json_t *other,
                          bool shared)
{
    const json_t *doubts = mf__look(of, "doubts");
    struct mf__buffer words = {0};
    struct mf__buffer part = {0};
    for (size_t i = 0; i < json_array_size(doubts); i++) {
        const json_t *doubt = json_array_get(doubts, i);
        const char *text = mf__look_text(doubt, "text");
        bool is_load = strcmp(mf__look_text(doubt, "kind"), "load") == 0;
        if (!is_load && text[0] != '\0' && has_doubt(other, text) == shared)
            mf__buffer_print(&words, " %s", text);
    }
    put_part(pair, &part);
    if (words.length > 0)
        mf__remark(&pair->diff->remarks, "%sdoubts about the times of %s:%s",
                   mf__buffer_text(&part),
                   shared            ? "both runs"
                   : of == pair->old ? "the old run"
                                     : "the new run",
                   mf__buffer_text(&words));
    mf__buffer_done(&words);
    mf__buffer_done(&part);
}

void mf__diff_pair_remark_place(struct mf__diff_pair *pair)
{
    remark_load(pair);
    remark_doubts(pair, pair->old, pair->new, true);
    remark_doubts(pair, pair->old, pair->new, false);
    remark_doubts(pair, pair->new, pair->old, false);
}
