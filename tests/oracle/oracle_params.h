/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of a forest as Python prints them. */
#ifndef TESTS_ORACLE_PARAMS_H
#define TESTS_ORACLE_PARAMS_H

#include <manyfold/forest.h>

/* Those of "KEY=VALUE KEY=VALUE...", which is cut up; the rest at the defaults. Fails the test
 * that asks when there is one that it does not know. */
mf_forest_params oracle_params(char *text, size_t n_classes);

#endif
