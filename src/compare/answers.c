/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serial way is the reference. At the job's own size it is a series of its own; at the larger
 * sizes of weak scaling, where it is not measured, it runs once, while warming up: without that, of
 * two ways that disagree the first one asked would be believed.
 *
 * The serial way itself can only be found wrong by the job's own check. The others are not blamed
 * for disagreeing with it then.
 */
#include "compare/answers.h"

#include "base/memory.h"
#include "base/status.h"

#include <stdio.h>
#include <string.h>

static const struct mf__reference *find(const struct mf__comparison *comparison, uint64_t size)
{
    for (size_t i = 0; i < comparison->n_references; i++)
        if (comparison->references[i].size == size)
            return &comparison->references[i];
    return NULL;
}

int mf__list_references(struct mf__comparison *comparison, mf_error *error)
{
    comparison->references = mf__new(comparison->n_series, sizeof *comparison->references);
    if (comparison->references == NULL)
        return mf__fail_memory(error, comparison->n_series * sizeof *comparison->references,
                               "the sizes");
    for (size_t i = 0; i < comparison->n_series; i++) {
        uint64_t size = comparison->series[i].size;
        if (size != comparison->request.job.size && find(comparison, size) == NULL)
            comparison->references[comparison->n_references++] =
                (struct mf__reference){.size = size};
    }
    return 0;
}

static void call_wrong(struct mf__series *series, const char *why)
{
    series->wrong = true;
    snprintf(series->wrong_why, sizeof series->wrong_why, "%s", why);
}

void mf__keep_reference(struct mf__comparison *comparison, struct mf__reference *reference,
                        const struct mf__outcome *outcome)
{
    if (outcome->wrong) {
        if (!comparison->series[0].wrong)
            call_wrong(&comparison->series[0], outcome->wrong_why);
        return;
    }
    reference->known = true;
    memcpy(reference->digest, outcome->digest, sizeof reference->digest);
    memcpy(reference->answer, outcome->answer, sizeof reference->answer);
}

/* What a series has to agree with. */
struct expected {
    const unsigned char *digest;
    const char *answer;
    const char *whose;
};

static struct expected expected_of(const struct mf__comparison *comparison,
                                   const struct mf__series *series)
{
    const struct mf__series *base = &comparison->series[0];
    const struct mf__reference *reference = find(comparison, series->size);
    if (reference != NULL && reference->known)
        return (struct expected){reference->digest, reference->answer, "serial gave"};
    if (reference == NULL && series != base && base->answered && !base->wrong)
        return (struct expected){base->digest, base->answer, "serial gave"};
    return (struct expected){series->digest, series->answer, "before that"};
}

void mf__check_answer(const struct mf__comparison *comparison, struct mf__series *series,
                      const struct mf__outcome *outcome)
{
    if (series->role == MF__ROLE_CEILING || series->wrong)
        return;
    if (!series->answered) {
        memcpy(series->digest, outcome->digest, sizeof series->digest);
        memcpy(series->answer, outcome->answer, sizeof series->answer);
        series->answered = true;
    }
    struct expected expected = expected_of(comparison, series);
    char why[sizeof series->wrong_why];
    if (outcome->wrong) {
        call_wrong(series, outcome->wrong_why);
    } else if (memcmp(outcome->digest, expected.digest, MF__DIGEST_BYTES) != 0) {
        snprintf(why, sizeof why, "it gave %.50s, %s %.50s", outcome->answer, expected.whose,
                 expected.answer);
        call_wrong(series, why);
    }
}
