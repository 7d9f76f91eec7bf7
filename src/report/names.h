/* SPDX-License-Identifier: Apache-2.0 */
/* The words for programs, in JSON and CSV. They are part of the formats, so they do not change. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "compare/comparison.h"

const char *mf__role_name(enum mf__role role);             /* "base", "strong", ... */
const char *mf__stop_name(enum mf__stop stop);             /* "precise", "budget", ... */
const char *mf__claim_name(enum mf__verdict verdict);      /* "faster", "by chance", ... */
const char *mf__even_end_name(enum mf__even_end end);      /* "paid", "budget", ... */
const char *mf__pays_name(enum mf__pays pays);             /* "nowhere", "from", ... */
const char *mf__fit_name(enum mf__fit fit);                /* "too few", "exact", "ok" */
const char *mf__fraction_name(enum mf__fraction fraction); /* "between", "negative", ... */

#endif
