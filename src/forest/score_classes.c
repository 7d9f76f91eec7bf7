/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/status.h"
#include "forest/score_metrics.h"

#include <float.h>

/* What became of the rows of one class. */
struct tally {
    uint64_t truth;
    uint64_t predicted;
    uint64_t both;
};

/* n_classes of them, to be freed; NULL and MF_E_MEMORY. */
static struct tally *count(const mf_scored *scored, mf_error *error)
{
    struct tally *tallies = mf__new(scored->n_classes, sizeof *tallies);
    if (tallies == NULL) {
        mf__fail_memory(error, scored->n_classes * sizeof *tallies, "counts of classes");
        return NULL;
    }
    for (size_t row = 0; row < scored->rows; row++) {
        double class = 0;
        mf_classes_of(scored->predicted + row * scored->n_classes, 1, scored->n_classes, &class);
        size_t truth = (size_t)scored->truth[row];
        size_t predicted = (size_t) class;
        tallies[truth].truth++;
        tallies[predicted].predicted++;
        tallies[truth].both += truth == predicted;
    }
    return tallies;
}

int mf__score_accuracy(const mf_scored *scored, double *ret_score, mf_error *error)
{
    struct tally *tallies = count(scored, error);
    if (tallies == NULL)
        return MF_E_MEMORY;
    uint64_t both = 0;
    for (size_t c = 0; c < scored->n_classes; c++)
        both += tallies[c].both;
    mf__free(tallies);
    *ret_score = (double)both / (double)scored->rows;
    return 0;
}

/* The mean over the classes that occur in the truth. */
int mf__score_balanced_accuracy(const mf_scored *scored, double *ret_score, mf_error *error)
{
    struct tally *tallies = count(scored, error);
    if (tallies == NULL)
        return MF_E_MEMORY;
    struct mf__running recalls = {0};
    size_t n = 0;
    for (size_t c = 0; c < scored->n_classes; c++) {
        if (tallies[c].truth == 0)
            continue;
        mf__running_add(&recalls, (double)tallies[c].both / (double)tallies[c].truth);
        n++;
    }
    mf__free(tallies);
    *ret_score = mf__total(&recalls) / (double)n;
    return 0;
}

/* The mean over the classes that occur in the truth or were predicted. */
int mf__score_f1_macro(const mf_scored *scored, double *ret_score, mf_error *error)
{
    struct tally *tallies = count(scored, error);
    if (tallies == NULL)
        return MF_E_MEMORY;
    struct mf__running scores = {0};
    size_t n = 0;
    for (size_t c = 0; c < scored->n_classes; c++) {
        uint64_t all = tallies[c].truth + tallies[c].predicted;
        if (all == 0)
            continue;
        mf__running_add(&scores, 2 * (double)tallies[c].both / (double)all);
        n++;
    }
    mf__free(tallies);
    *ret_score = mf__total(&scores) / (double)n;
    return 0;
}

static double clipped(double probability)
{
    return fmin(fmax(probability, DBL_EPSILON), 1 - DBL_EPSILON);
}

/* As scikit-learn 1.2: probabilities are kept from 0 and 1 by the double epsilon, then divided by
 * their sum. All n_classes are its `labels`. */
int mf__score_log_loss(const mf_scored *scored, double *ret_score, mf_error *error)
{
    if (scored->n_classes < 2)
        return mf__fail(error, MF_E_INPUT, "log_loss needs at least two classes");
    struct mf__running loss = {0};
    for (size_t row = 0; row < scored->rows; row++) {
        const double *of_row = scored->predicted + row * scored->n_classes;
        double sum = 0;
        for (size_t c = 0; c < scored->n_classes; c++)
            sum += clipped(of_row[c]);
        mf__running_add(&loss, -log(clipped(of_row[(size_t)scored->truth[row]]) / sum));
    }
    *ret_score = mf__total(&loss) / (double)scored->rows;
    return 0;
}
