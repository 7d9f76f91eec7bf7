/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters that can be searched. Each is an option (base/options.h) by which its values are
 * read, with the ranges that `manyfold train` has for it, and the two ways between a value and a
 * configuration. A value that was read goes into a configuration and comes out again, which gives
 * everything that means the same the same spelling: 1k and 1000, None and none, .5 and 0.5. Only a
 * word that is another name of one, log_loss of entropy, keeps the text that was typed.
 */
#include "tune/parameters.h"

#include "base/real.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define MOST_ROWS UINT32_MAX

enum words_of_max_features { WORD_SQRT, WORD_LOG2 };

static const char *const features_words[] = {"sqrt", "log2", "none", NULL};
static const char *const none_word[] = {"none", NULL};
static const char *const booleans[] = {"true", "false", NULL};

const char *const mf__criterion_names[] = {"auto",    "squared_error", "gini",
                                           "entropy", "log_loss",      NULL};
const char *const mf__encode_names[] = {"label", "onehot", NULL};
const char *const mf__impute_names[] = {"median", "median-each", "most-frequent", "none", NULL};

/* What it took before version 1.3, and what it has that is not here. */
const struct mf__pair mf__former_criteria[] = {
    {"mse", "it is called squared_error today"},
    {"mae", "absolute_error, as it is called today, is not there; squared_error is"},
    {"absolute_error", "this is not there; for regression there is squared_error"},
    {0},
};

static const struct mf__pair former_features[] = {
    {"auto", "it meant 1.0 for regression and sqrt for classification"},
    {0},
};

/* ---- values ---- */

/* No spelling is longer than 24 bytes: that of a double with a sign, 17 digits and an exponent. */
static void show(struct mf__value *value, const char *text)
{
    memcpy(value->text, text, strnlen(text, sizeof value->text - 1));
}

static void make_none(struct mf__value *value)
{
    *value = (struct mf__value){.kind = MF__VALUE_NONE};
    show(value, "none");
}

static void make_count(uint64_t count, struct mf__value *value)
{
    *value = (struct mf__value){.kind = MF__VALUE_COUNT, .count = count};
    show(value, mf__show_count(count, 0).text);
}

static void make_word(const char *const *words, size_t index, struct mf__value *value)
{
    *value = (struct mf__value){.kind = MF__VALUE_WORD, .count = index};
    show(value, words[index]);
}

/* A share is told from a count by its decimal point. Of the two zeros there is only one. */
static void make_real(double real, bool is_share, struct mf__value *value)
{
    *value = (struct mf__value){.kind = MF__VALUE_REAL, .real = real + 0.0};
    show(value, mf__show_real(value->real).text);
    if (is_share && strpbrk(value->text, ".e") == NULL)
        memcpy(value->text + strlen(value->text), ".0", sizeof ".0");
}

static void make_amount(const mf_amount *amount, struct mf__value *value)
{
    if (amount->is_share)
        make_real(amount->share, true, value);
    else
        make_count(amount->count, value);
}

static mf_amount amount_of(const struct mf__value *value)
{
    return (mf_amount){
        .is_share = value->kind == MF__VALUE_REAL, .count = value->count, .share = value->real};
}

/* ---- members of a configuration ---- */

static void *member(const struct mf__parameter *parameter, struct mf__config *config)
{
    return (char *)config + parameter->option.offset;
}

static const void *member_of(const struct mf__parameter *parameter, const struct mf__config *config)
{
    return (const char *)config + parameter->option.offset;
}

/* A count of 0 stands for none where there is this word. */
static void set_count(const struct mf__parameter *parameter, const struct mf__value *value,
                      struct mf__config *config)
{
    *(uint64_t *)member(parameter, config) = value->count;
}

static void get_count(const struct mf__parameter *parameter, const struct mf__config *config,
                      struct mf__value *ret_value)
{
    uint64_t count = *(const uint64_t *)member_of(parameter, config);
    if (count == 0 && parameter->option.word != NULL)
        make_none(ret_value);
    else
        make_count(count, ret_value);
}

static void set_state(const struct mf__parameter *parameter, const struct mf__value *value,
                      struct mf__config *config)
{
    *(uint32_t *)member(parameter, config) = (uint32_t)value->count;
}

static void get_state(const struct mf__parameter *parameter, const struct mf__config *config,
                      struct mf__value *ret_value)
{
    make_count(*(const uint32_t *)member_of(parameter, config), ret_value);
}

static void set_choice(const struct mf__parameter *parameter, const struct mf__value *value,
                       struct mf__config *config)
{
    *(int *)member(parameter, config) = (int)value->count;
}

static void get_choice(const struct mf__parameter *parameter, const struct mf__config *config,
                       struct mf__value *ret_value)
{
    size_t index = (size_t) * (const int *)member_of(parameter, config);
    make_word(parameter->option.choices, index, ret_value);
}

static void set_criterion(const struct mf__parameter *parameter, const struct mf__value *value,
                          struct mf__config *config)
{
    uint64_t index = value->count;
    *(int *)member(parameter, config) =
        index > MF_CRITERION_ENTROPY ? MF_CRITERION_ENTROPY : (int)index;
}

static void set_boolean(const struct mf__parameter *parameter, const struct mf__value *value,
                        struct mf__config *config)
{
    *(bool *)member(parameter, config) = value->count == 0;
}

static void get_boolean(const struct mf__parameter *parameter, const struct mf__config *config,
                        struct mf__value *ret_value)
{
    make_word(booleans, *(const bool *)member_of(parameter, config) ? 0 : 1, ret_value);
}

static void set_real(const struct mf__parameter *parameter, const struct mf__value *value,
                     struct mf__config *config)
{
    *(double *)member(parameter, config) = value->real;
}

static void get_real(const struct mf__parameter *parameter, const struct mf__config *config,
                     struct mf__value *ret_value)
{
    make_real(*(const double *)member_of(parameter, config), false, ret_value);
}

static void set_amount(const struct mf__parameter *parameter, const struct mf__value *value,
                       struct mf__config *config)
{
    *(mf_amount *)member(parameter, config) = amount_of(value);
}

static void get_amount(const struct mf__parameter *parameter, const struct mf__config *config,
                       struct mf__value *ret_value)
{
    make_amount(member_of(parameter, config), ret_value);
}

static void set_features(const struct mf__parameter *parameter, const struct mf__value *value,
                         struct mf__config *config)
{
    (void)parameter;
    mf_forest_params *forest = &config->forest;
    forest->max_features = (mf_amount){0};
    if (value->kind == MF__VALUE_NONE)
        forest->max_features_kind = MF_FEATURES_ALL;
    else if (value->kind == MF__VALUE_WORD)
        forest->max_features_kind = value->count == WORD_SQRT ? MF_FEATURES_SQRT : MF_FEATURES_LOG2;
    else {
        forest->max_features_kind = MF_FEATURES_AMOUNT;
        forest->max_features = amount_of(value);
    }
}

static void get_features(const struct mf__parameter *parameter, const struct mf__config *config,
                         struct mf__value *ret_value)
{
    (void)parameter;
    switch (config->forest.max_features_kind) {
    case MF_FEATURES_SQRT:
        make_word(features_words, WORD_SQRT, ret_value);
        break;
    case MF_FEATURES_LOG2:
        make_word(features_words, WORD_LOG2, ret_value);
        break;
    case MF_FEATURES_AMOUNT:
        make_amount(&config->forest.max_features, ret_value);
        break;
    default:
        make_none(ret_value);
    }
}

static void set_samples(const struct mf__parameter *parameter, const struct mf__value *value,
                        struct mf__config *config)
{
    (void)parameter;
    config->forest.has_max_samples = value->kind != MF__VALUE_NONE;
    config->forest.max_samples = amount_of(value);
}

static void get_samples(const struct mf__parameter *parameter, const struct mf__config *config,
                        struct mf__value *ret_value)
{
    (void)parameter;
    if (config->forest.has_max_samples)
        make_amount(&config->forest.max_samples, ret_value);
    else
        make_none(ret_value);
}

/* ---- the table ---- */

#define FOREST(member) offsetof(struct mf__config, forest.member)

static const struct mf__parameter parameters[] = {
    {.option = {.name = "n_estimators",
                .kind = MF__COUNT,
                .offset = FOREST(n_estimators),
                .min = 1,
                .max = 1 << 20},
     .set = set_count,
     .get = get_count},
    {.option = {.name = "criterion",
                .kind = MF__CHOICE,
                .choices = mf__criterion_names,
                .former = mf__former_criteria,
                .offset = FOREST(criterion)},
     .set = set_criterion,
     .get = get_choice},
    {.option = {.name = "max_depth",
                .kind = MF__COUNT,
                .word = "none",
                .offset = FOREST(max_depth),
                .min = 1,
                .max = INT32_MAX},
     .set = set_count,
     .get = get_count},
    {.option = {.name = "min_samples_split",
                .kind = MF__AMOUNT,
                .offset = FOREST(min_samples_split),
                .min = 2,
                .max = MOST_ROWS,
                .reals = {0, 1, .above = true}},
     .set = set_amount,
     .get = get_amount},
    {.option = {.name = "min_samples_leaf",
                .kind = MF__AMOUNT,
                .offset = FOREST(min_samples_leaf),
                .min = 1,
                .max = MOST_ROWS,
                .reals = {0, 1, .above = true, .below = true}},
     .set = set_amount,
     .get = get_amount},
    {.option = {.name = "max_features",
                .kind = MF__AMOUNT,
                .choices = features_words,
                .former = former_features,
                .min = 1,
                .max = MOST_ROWS,
                .reals = {0, 1, .above = true}},
     .set = set_features,
     .get = get_features},
    {.option = {.name = "max_leaf_nodes",
                .kind = MF__COUNT,
                .word = "none",
                .offset = FOREST(max_leaf_nodes),
                .min = 2,
                .max = MOST_ROWS},
     .set = set_count,
     .get = get_count},
    {.option = {.name = "min_impurity_decrease",
                .kind = MF__REAL,
                .offset = FOREST(min_impurity_decrease),
                .reals = {.most = HUGE_VAL}},
     .set = set_real,
     .get = get_real},
    {.option = {.name = "bootstrap",
                .kind = MF__CHOICE,
                .choices = booleans,
                .offset = FOREST(bootstrap)},
     .set = set_boolean,
     .get = get_boolean},
    {.option = {.name = "max_samples",
                .kind = MF__AMOUNT,
                .choices = none_word,
                .min = 1,
                .max = MOST_ROWS,
                .reals = {0, 1, .above = true}},
     .set = set_samples,
     .get = get_samples},
    {.option = {.name = "random_state",
                .kind = MF__COUNT,
                .offset = FOREST(random_state),
                .max = UINT32_MAX},
     .set = set_state,
     .get = get_state},
    {.option = {.name = "encode",
                .kind = MF__CHOICE,
                .choices = mf__encode_names,
                .offset = offsetof(struct mf__config, encode)},
     .set = set_choice,
     .get = get_choice,
     .is_preparation = true},
    {.option = {.name = "impute",
                .kind = MF__CHOICE,
                .choices = mf__impute_names,
                .offset = offsetof(struct mf__config, impute)},
     .set = set_choice,
     .get = get_choice,
     .is_preparation = true},
};

const char *mf__parameter_name(const struct mf__parameter *parameter)
{
    return parameter->option.name;
}

bool mf__parameter_is_preparation(const struct mf__parameter *parameter)
{
    return parameter->is_preparation;
}

const struct mf__parameter *mf__parameter_at(size_t index)
{
    return index < sizeof parameters / sizeof *parameters ? &parameters[index] : NULL;
}

const struct mf__parameter *mf__parameter_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (mf__same_name(parameters[i].option.name, name, length))
            return &parameters[i];
    return NULL;
}

void mf__parameter_set(const struct mf__parameter *parameter, const struct mf__value *value,
                       struct mf__config *config)
{
    parameter->set(parameter, value, config);
}

void mf__parameter_get(const struct mf__parameter *parameter, const struct mf__config *config,
                       struct mf__value *ret_value)
{
    parameter->get(parameter, config, ret_value);
}

/* ---- reading ---- */

/* Whatever an option of these kinds stores. */
union stored {
    uint64_t count;
    size_t index;
    double real;
    struct mf__amount amount;
};

/* The value that was stored, in whatever spelling. */
static struct mf__value value_of(const struct mf__option *option, const union stored *stored)
{
    struct mf__value value = {.kind = MF__VALUE_COUNT};
    switch (option->kind) {
    case MF__CHOICE:
        value.kind = MF__VALUE_WORD;
        value.count = stored->index;
        break;
    case MF__REAL:
        value.kind = MF__VALUE_REAL;
        value.real = stored->real;
        break;
    case MF__AMOUNT:
        value.kind = stored->amount.kind == MF__AMOUNT_SHARE  ? MF__VALUE_REAL
                     : stored->amount.kind == MF__AMOUNT_WORD ? MF__VALUE_WORD
                                                              : MF__VALUE_COUNT;
        value.count = value.kind == MF__VALUE_WORD ? stored->amount.word : stored->amount.count;
        value.real = stored->amount.share;
        if (value.kind == MF__VALUE_WORD && strcmp(option->choices[value.count], "none") == 0)
            value.kind = MF__VALUE_NONE;
        break;
    default:
        value.count = stored->count;
    }
    return value;
}

static void respell(const struct mf__parameter *parameter, const struct mf__value *value,
                    struct mf__value *ret_value)
{
    struct mf__config config = {0};
    parameter->set(parameter, value, &config);
    parameter->get(parameter, &config, ret_value);
}

int mf__parameter_read(const struct mf__parameter *parameter, const char *text,
                       struct mf__value *ret_value, mf_error *error)
{
    union stored stored = {.amount = {0}};
    const struct mf__given given = {&parameter->option, parameter->option.name, &stored};
    int code = mf__option_store(&given, text, error);
    if (code != 0)
        return code;
    const struct mf__value value = value_of(&parameter->option, &stored);
    respell(parameter, &value, ret_value);
    if (value.kind == MF__VALUE_WORD && ret_value->count != value.count) {
        const uint64_t meant = ret_value->count;
        make_word(parameter->option.choices, value.count, ret_value);
        ret_value->count = meant;
    }
    return 0;
}

int mf__value_compare(const struct mf__value *a, const struct mf__value *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->real < b->real ? -1 : a->real > b->real;
}

bool mf__parameter_counts(const struct mf__parameter *parameter)
{
    return parameter->option.kind == MF__COUNT || parameter->option.kind == MF__AMOUNT;
}

bool mf__parameter_measures(const struct mf__parameter *parameter)
{
    return parameter->option.kind == MF__REAL || parameter->option.kind == MF__AMOUNT;
}

int mf__parameter_read_end(const struct mf__parameter *parameter, bool whole, const char *text,
                           double *ret, mf_error *error)
{
    union stored stored = {.count = 0};
    struct mf__option option = parameter->option;
    option.kind = whole ? MF__COUNT : MF__REAL;
    option.word = NULL; /* an end is a number */
    const struct mf__given given = {&option, option.name, &stored};
    int code = mf__option_store(&given, text, error);
    if (code == 0)
        *ret = whole ? (double)stored.count : stored.real;
    return code;
}

void mf__parameter_number(const struct mf__parameter *parameter, bool whole, double number,
                          struct mf__value *ret_value)
{
    const struct mf__value value = {.kind = whole ? MF__VALUE_COUNT : MF__VALUE_REAL,
                                    .count = whole ? (uint64_t)number : 0,
                                    .real = whole ? 0 : number};
    respell(parameter, &value, ret_value);
}
