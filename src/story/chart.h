/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts: Vega-Lite specifications. What a chart looks like stands in charts/NAME.json, a
 * specification without data that the build carries along; what it shows is put into it here, as
 * named data sets, {"data": {"name": "points"}} in the template.
 *
 *     json_t *chart = mf__chart("speedup");
 *     mf__chart_rows(&chart, "points", rows);
 *     mf__story_chart(story, "speedup-sum", "Speedup", chart, "...");
 *
 * The rule of report/json.h holds: NULL spreads, and nobody asks before the end.
 *
 * Colours mean the same everywhere: serial #7f7f7f, threads #2f86c6, processes #d55e00, mpi
 * #009e73, the machine's ceiling #b0699b; sequences are viridis. All are told from one another by
 * people who do not see red or green, and have a contrast of 3 to 1 on white and on the dark page.
 * Templates set no colours of text, axes or background: the forms do, for light and dark.
 */
#ifndef STORY_CHART_H
#define STORY_CHART_H

#include <jansson.h>

/* A template by its name, without data. NULL: no memory (or no such template, which a test would
 * have seen). */
json_t *mf__chart(const char *name);

/* Puts rows, an array of objects that is taken over, under a name into `datasets`. */
void mf__chart_rows(json_t **chart, const char *name, json_t *rows);

/* Puts a text in place of a mark, such as "@UNIT@", wherever it occurs in texts of the template.
 * Before any rows are there: those are not looked into. */
void mf__chart_say(json_t **chart, const char *mark, const char *text);

/* Drops from scales of names, those with some of `names` in their domain, what is not among them,
 * so that a legend names what is there and nothing else. `names` is an array of strings that stays
 * the caller's; NULL: no memory. */
void mf__chart_keep(json_t **chart, const json_t *names);

/* Puts a value in place of every text of the template that is the mark and nothing else. */
void mf__chart_set(json_t **chart, const char *mark, json_t *value);

#endif
