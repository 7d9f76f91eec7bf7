/* SPDX-License-Identifier: Apache-2.0 */
#include "table/preparation.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"

#include <string.h>

#define MOST_NAME_BYTES (1 << 28)

static void free_texts(char **texts, size_t n)
{
    for (size_t i = 0; texts != NULL && i < n; i++)
        mf__free(texts[i]);
    mf__free(texts);
}

void mf__categories_free(struct mf__categories *categories)
{
    free_texts(categories->texts, categories->n);
    *categories = (struct mf__categories){0};
}

int mf__categories_copy(const char *const *texts, size_t n, struct mf__categories *ret,
                        mf_error *error)
{
    *ret = (struct mf__categories){.texts = mf__new(n, sizeof(char *))};
    if (ret->texts == NULL)
        return mf__fail_memory(error, n * sizeof(char *), "a list of categories");
    for (; ret->n < n; ret->n++) {
        ret->texts[ret->n] = mf__copy_text(texts[ret->n]);
        if (ret->texts[ret->n] == NULL)
            return mf__fail_memory(error, strlen(texts[ret->n]) + 1, "a category");
    }
    return 0;
}

size_t mf__categories_find(const struct mf__categories *categories, const char *text)
{
    size_t low = 0, high = categories->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(categories->texts[middle], text);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return categories->n;
}

static bool is_spread(const mf_preparation *preparation, const struct mf__learnt_column *column)
{
    return column->kind == MF_COLUMN_CATEGORICAL && preparation->encode == MF_ENCODE_ONEHOT;
}

size_t mf__column_width(const mf_preparation *preparation, const struct mf__learnt_column *column)
{
    return is_spread(preparation, column) ? column->categories.n : 1;
}

/* The name of a column, or of its feature for one category. NULL without memory. */
static char *feature_name(const char *column, const char *category)
{
    if (category == NULL)
        return mf__copy_text(column);
    size_t before = strlen(column), after = strlen(category);
    char *name = mf__new(before + 1 + after + 1, 1);
    if (name == NULL)
        return NULL;
    memcpy(name, column, before);
    name[before] = '=';
    memcpy(name + before + 1, category, after);
    return name;
}

static int name_features(mf_preparation *preparation, const struct mf__learnt_column *column,
                         mf_error *error)
{
    size_t width = mf__column_width(preparation, column);
    for (size_t i = 0; i < width; i++) {
        const char *category = is_spread(preparation, column) ? column->categories.texts[i] : NULL;
        char *name = feature_name(column->name, category);
        if (name == NULL)
            return mf__fail_memory(error, strlen(column->name), "the name of a feature");
        preparation->features[preparation->n_features++] = name;
    }
    return 0;
}

/* Counts the features and refuses names that together would fill the memory, as those of one long
 * name and many categories in a damaged file. */
static int count_features(const mf_preparation *preparation, size_t *ret_n, mf_error *error)
{
    size_t n = 0;
    double bytes = 0.0;
    for (size_t i = 0; i < preparation->n_columns; i++) {
        const struct mf__learnt_column *column = &preparation->columns[i];
        size_t width = mf__column_width(preparation, column);
        n += width;
        bytes += (double)width * (double)strlen(column->name);
    }
    if (bytes > MOST_NAME_BYTES)
        return mf__fail(
            error, MF_E_INPUT,
            "%zu features have names of more than %d bytes; encode categories as labels", n,
            MOST_NAME_BYTES);
    *ret_n = n;
    return 0;
}

int mf__preparation_name(mf_preparation *preparation, mf_error *error)
{
    size_t n = 0;
    int status = count_features(preparation, &n, error);
    if (status != 0)
        return status;
    preparation->features = mf__new(n, sizeof *preparation->features);
    if (preparation->features == NULL)
        return mf__fail_memory(error, n * sizeof *preparation->features, "the names of features");
    for (size_t i = 0; i < preparation->n_columns && status == 0; i++)
        status = name_features(preparation, &preparation->columns[i], error);
    return status;
}

int mf__preparation_name_classes(mf_preparation *preparation, size_t n, mf_error *error)
{
    struct mf__categories *classes = &preparation->classes;
    classes->texts = mf__new(n, sizeof *classes->texts);
    if (classes->texts == NULL)
        return mf__fail_memory(error, n * sizeof *classes->texts, "the names of classes");
    for (; classes->n < n; classes->n++) {
        double number = preparation->class_numbers[classes->n];
        struct mf__shown shown = mf__show_real(number);
        const char *truth = number > 0.0 ? "True" : "False";
        bool is_truth = preparation->target_kind == MF_COLUMN_BOOLEAN;
        classes->texts[classes->n] = mf__copy_text(is_truth ? truth : shown.text);
        if (classes->texts[classes->n] == NULL)
            return mf__fail_memory(error, sizeof shown, "the name of a class");
    }
    return 0;
}

void mf_preparation_free(mf_preparation **preparation)
{
    if (preparation == NULL || *preparation == NULL)
        return;
    mf_preparation *old = *preparation;
    for (size_t i = 0; i < old->n_columns; i++) {
        mf__free(old->columns[i].name);
        mf__categories_free(&old->columns[i].categories);
    }
    mf__free(old->columns);
    free_texts(old->features, old->n_features);
    mf__categories_free(&old->classes);
    mf__free(old->class_numbers);
    mf__free(old->target);
    mf__free(old);
    *preparation = NULL;
}

int mf_preparation_task(const mf_preparation *preparation)
{
    return preparation->task;
}

const char *mf_preparation_target(const mf_preparation *preparation)
{
    return preparation->target;
}

size_t mf_preparation_features(const mf_preparation *preparation)
{
    return preparation->n_features;
}

const char *mf_preparation_feature(const mf_preparation *preparation, size_t index)
{
    return index < preparation->n_features ? preparation->features[index] : NULL;
}

size_t mf_preparation_classes(const mf_preparation *preparation)
{
    return preparation->classes.n;
}

const char *mf_preparation_class(const mf_preparation *preparation, size_t index)
{
    return index < preparation->classes.n ? preparation->classes.texts[index] : NULL;
}
