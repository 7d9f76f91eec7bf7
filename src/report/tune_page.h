/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that make up the page of a search share. */
#ifndef REPORT_TUNE_PAGE_H
#define REPORT_TUNE_PAGE_H

#include "base/number.h"
#include "report/tune.h"

/* A page under way. */
struct mf__tune_page {
    const struct mf__tune_report *report;
    const struct mf__study *study;
    const struct mf__style *style;
    struct mf__buffer *out;
};

/* Says a text that was put together behind a label, and frees it. */
void mf__tune_say(const struct mf__tune_page *page, const char *label, struct mf__buffer *text);

/* Adds a mean, with what the folds deviate from it when `deviates`; "-" when it is not known. */
void mf__tune_put_score(const struct mf__trial *trial, int metric, bool deviates,
                        struct mf__buffer *out);

/* "" or "s" */
const char *mf__tune_plural(uint64_t n);

/* Parts of the page. */
void mf__tune_page_search(const struct mf__tune_page *page);
void mf__tune_page_next(const struct mf__tune_page *page);
void mf__tune_page_rungs(const struct mf__tune_page *page);

#endif
