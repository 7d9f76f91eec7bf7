/* SPDX-License-Identifier: Apache-2.0 */
/* The table of parameters, for the files that read and draw values. */
#ifndef TUNE_PARAMETERS_H
#define TUNE_PARAMETERS_H

#include "base/options.h"
#include "tune/space.h"

/* Words for values, in the order of mf_criterion (log_loss, the last, is another name of entropy),
 * of mf_encode and of mf_impute; and what scikit-learn calls a criterion elsewhere. */
extern const char *const mf__criterion_names[];
extern const char *const mf__encode_names[];
extern const char *const mf__impute_names[];
extern const struct mf__pair mf__former_criteria[];

struct mf__parameter {
    /* Its values, read as an option of that name is read; `offset` is that of its member in struct
     * mf__config. */
    struct mf__option option;
    void (*set)(const struct mf__parameter *parameter, const struct mf__value *value,
                struct mf__config *config);
    void (*get)(const struct mf__parameter *parameter, const struct mf__config *config,
                struct mf__value *ret_value);
    bool is_preparation;
};

/* The parameter with this name, in which '_' and '-' are the same; NULL when there is none. */
const struct mf__parameter *mf__parameter_find(const char *name, size_t length);

/* Reads one value in its one spelling, a word as it was typed. MF_E_INPUT. */
int mf__parameter_read(const struct mf__parameter *parameter, const char *text,
                       struct mf__value *ret_value, mf_error *error);

/* The order of two values by what they mean, however they are spelt; 0 for the same one. */
int mf__value_compare(const struct mf__value *a, const struct mf__value *b);

/* Whether values can be whole numbers, or real ones. */
bool mf__parameter_counts(const struct mf__parameter *parameter);
bool mf__parameter_measures(const struct mf__parameter *parameter);

/* Reads one end of a distribution of whole numbers, or of real ones. MF_E_INPUT. */
int mf__parameter_read_end(const struct mf__parameter *parameter, bool whole, const char *text,
                           double *ret, mf_error *error);

/* The value that is this number, whole or real, in its one spelling. */
void mf__parameter_number(const struct mf__parameter *parameter, bool whole, double number,
                          struct mf__value *ret_value);

#endif
