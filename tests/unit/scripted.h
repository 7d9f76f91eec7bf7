/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons by a script, for tests of what comes out: nothing here is timed. */
#ifndef TESTS_SCRIPTED_H
#define TESTS_SCRIPTED_H

#include "compare/compare.h"
#include "compare/plan.h"
#include "compare/script.h"
#include "jobs/sum.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Scripted times are whole nanoseconds, so figures made from them are close, not equal. */
static inline void assert_close(double found, double wanted)
{
    if (!(fabs(found - wanted) <= 1e-5 * fabs(wanted)))
        fail_msg("%.9g is not close to %.9g", found, wanted);
}

static struct mf__sum_config config;
static const mf_way *all_ways[3];

static inline struct mf__comparison_request request_of(const unsigned *workers, size_t n,
                                                       unsigned cores)
{
    struct mf__comparison_request request = mf__comparison_defaults();
    config = (struct mf__sum_config){1, mf__sum_kernel_best()};
    all_ways[0] = mf_way_find("serial");
    all_ways[1] = mf_way_find("threads");
    all_ways[2] = mf_way_find("processes");
    request.job = (struct mf__job){&mf__sum_job, &config, 1000000000};
    request.ways = all_ways;
    request.n_ways = 3;
    request.workers = workers;
    request.n_workers = n;
    request.cores = cores;
    return request;
}

/* Compares by a script; the caller frees the result. */
static inline void compare(const struct mf__comparison_request *request, const char *text,
                           struct mf__comparison *ret)
{
    struct mf__script script;
    mf_error error = {0};
    assert_int_equal(mf__script_parse(text, request->cores, &script, &error), 0);
    struct mf__measuring measuring = mf__script_measuring(&script);
    int code = mf__compare(request, &measuring, ret, &error);
    if (code != 0)
        print_error("%s\n", error.text);
    assert_int_equal(code, 0);
}

static inline const struct mf__series *find(const struct mf__comparison *comparison,
                                            enum mf__role role, const char *way, unsigned workers)
{
    size_t i =
        mf__comparison_find(comparison, role, way != NULL ? mf_way_find(way) : NULL, workers);
    assert_true(i != MF__NO_SERIES);
    return &comparison->series[i];
}

/* Whether a sentence on this topic holds these words. */
static inline bool says(const struct mf__comparison *comparison, const char *topic,
                        const char *words)
{
    for (size_t i = 0; i < comparison->n_sentences; i++)
        if (strcmp(comparison->sentences[i].topic, topic) == 0 &&
            strstr(comparison->sentences[i].text, words) != NULL)
            return true;
    return false;
}

/* All sentences on a topic, to show when one is missing. */
static inline void assert_says(const struct mf__comparison *comparison, const char *topic,
                               const char *words)
{
    if (says(comparison, topic, words))
        return;
    for (size_t i = 0; i < comparison->n_sentences; i++)
        if (strcmp(comparison->sentences[i].topic, topic) == 0)
            print_error("%s: %s\n", topic, comparison->sentences[i].text);
    fail_msg("nothing on \"%s\" says: %s", topic, words);
}

static inline bool says_anything(const struct mf__comparison *comparison, const char *words)
{
    for (size_t i = 0; i < comparison->n_sentences; i++)
        if (strstr(comparison->sentences[i].text, words) != NULL)
            return true;
    return false;
}

#endif
