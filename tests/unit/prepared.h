/* SPDX-License-Identifier: Apache-2.0 */
/* Small tables written in the test, and what preparing them gives. */
#ifndef TESTS_PREPARED_H
#define TESTS_PREPARED_H

#include <manyfold/prepare.h>

#include "tests/unit/unit.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The table of a CSV text, called "t.csv". */
static inline mf_table *table_of(const char *csv)
{
    mf_table *table = NULL;
    mf_error error = {0};
    if (mf_table_parse(csv, strlen(csv), "t.csv", NULL, &table, &error) != 0)
        fail_msg("%s", error.text);
    return table;
}

/* Learns from all rows, and must not fail. */
static inline mf_preparation *learnt(const mf_table *table, const mf_prepare_options *options)
{
    mf_preparation *preparation = NULL;
    mf_error error = {0};
    if (mf_prepare_learn(table, options, NULL, 0, &preparation, &error) != 0)
        fail_msg("%s", error.text);
    return preparation;
}

/* Prepares all rows, and must not fail. */
static inline mf_dataset applied(const mf_preparation *preparation, const mf_table *table,
                                 unsigned flags)
{
    mf_dataset dataset = {0};
    mf_error error = {0};
    if (mf_prepare_apply(preparation, table, NULL, 0, flags, &dataset, &error) != 0)
        fail_msg("%s", error.text);
    return dataset;
}

#endif
