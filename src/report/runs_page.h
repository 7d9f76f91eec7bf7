/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of `manyfold runs` share: runs_list.c has the list, runs_text.c one run. */
#ifndef REPORT_RUNS_PAGE_H
#define REPORT_RUNS_PAGE_H

#include "base/text.h"
#include "journal/runs.h"
#include "report/columns.h"
#include "report/runs.h"
#include "report/table.h"

/* All runs in a table. */
int mf__runs_list(const struct mf__runs *runs, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error);

/* "2026-05-01T12:00:00Z" as "2026-05-01 12:00:00". */
struct mf__shown mf__run_time(const char *stamp);

/* A setting of a study; "" for one that it does not have. */
const char *mf__run_setting(const struct mf__listed *study, const char *name);

/* "24 of 126", or how far a halving came, whose trials are finished once and again. */
void mf__run_say_extent(const struct mf__run_extent *extent, const char *state,
                        struct mf__buffer *out);

/* Whoever holds the journal, on a line of its own. */
void mf__runs_say_writer(const struct mf__runs *runs, const struct mf__style *style,
                         struct mf__buffer *out);

/* The columns for which the page is too narrow. */
void mf__runs_say_hidden(const struct mf__table *table, const struct mf__style *style,
                         struct mf__buffer *out);

#endif
