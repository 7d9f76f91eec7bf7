/* SPDX-License-Identifier: Apache-2.0 */
/* Finished comparisons to report on, made from scripted times: the same ones on every machine. */
#ifndef TESTS_COMPARISONS_H
#define TESTS_COMPARISONS_H

#include "compare/comparison.h"

/* The names of all scenes, ended by NULL. */
extern const char *const scene_names[];

/* Builds a scene; free it with mf__comparison_done. Returns 0, or -1 for a name that is unknown. */
int scene_make(const char *name, struct mf__comparison *ret_comparison);

/* What was compared, as the reports' callers say it. */
const char *scene_what(void);

#endif
