/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card of a study: the table's digest, how it is prepared and divided, what is searched and
 * how, and every parameter, searched or fixed, under its name, so that a journal can say "max_depth
 * was 5,10, is 5,20". What only says how long to run, or who runs it, is no part of it.
 */
#include "tune/study_card.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"

#include <string.h>

#define SETTINGS_MOST (MF__DIMENSIONS_MAX + 16)

struct mf__study_card {
    struct mf__card card;
    struct mf__setting settings[SETTINGS_MOST];
    struct mf__buffer values; /* each terminated, in the order of the settings */
};

/* Begins a setting, whose value is what is added to `values` until the next one begins. */
static struct mf__buffer *begin(struct mf__study_card *card, const char *name)
{
    if (card->card.n_settings > 0)
        mf__buffer_fill(&card->values, '\0', 1);
    card->settings[card->card.n_settings++].name = name;
    return &card->values;
}

static void add_preparing(const struct mf__study *study, struct mf__study_card *card)
{
    const mf_prepare_options *preparing = &study->request.ground.preparing;
    mf__buffer_put(begin(card, "data"), study->data_digest);
    mf__buffer_put(begin(card, "target"), preparing->target);
    mf__buffer_put(begin(card, "task"),
                   study->facts.n_classes > 0 ? "classification" : "regression");
    struct mf__buffer *drop = begin(card, "drop");
    for (size_t i = 0; i < preparing->n_drop; i++)
        mf__buffer_print(drop, "%s%s", i > 0 ? ", " : "", preparing->drop[i]);
}

static void add_validation(const struct mf__study *study, struct mf__study_card *card)
{
    const struct mf__ground *ground = &study->request.ground;
    struct mf__buffer *text = begin(card, "validation");
    if (ground->validation == MF__VALIDATE_SPLIT)
        mf__buffer_print(text, "test_size %s", mf__show_real(ground->test_size).text);
    else if (ground->validation == MF__VALIDATE_FOLDS)
        mf__buffer_print(text, "%zu folds", ground->folds);
    else
        mf__buffer_put(text, "out of bag");
    mf__buffer_print(begin(card, "seed"), "%lu", (unsigned long)ground->seed);
    if (ground->max_rows > 0)
        mf__buffer_print(begin(card, "rows"), "%llu", (unsigned long long)ground->max_rows);
    struct mf__buffer *scores = begin(card, "scores");
    for (size_t i = 0; i < study->request.n_metrics; i++)
        mf__buffer_print(scores, "%s%s", i > 0 ? ", " : "",
                         mf_metric_name(study->request.metrics[i]));
}

static void add_strategy(const struct mf__study *study, struct mf__study_card *card)
{
    static const char *const strategies[] = {"grid", "random", "halving"};
    const struct mf__study_request *request = &study->request;
    const struct mf__halving *halving = &request->halving;
    mf__buffer_put(begin(card, "search"), strategies[request->strategy]);
    mf__buffer_print(begin(card, "trials"), "%zu", study->n_trials);
    if (request->strategy == MF__HALVING) {
        struct mf__buffer *text = begin(card, "halving");
        mf__buffer_print(text, "factor %llu, %s", (unsigned long long)halving->factor,
                         halving->resource == MF__RESOURCE_ROWS ? "rows" : "trees");
        for (size_t i = 0; i < study->n_rungs; i++)
            mf__buffer_print(text, " %llu", (unsigned long long)study->rungs[i].resource);
    }
    struct mf__buffer *searched = begin(card, "searched");
    for (size_t i = 0; i < request->space->n; i++)
        mf__buffer_print(searched, "%s%s", i > 0 ? ", " : "",
                         mf__parameter_name(request->space->dimensions[i].parameter));
}

/* In one spelling, so that the study is the same whatever was typed. */
static void add_values(const struct mf__study *study, const struct mf__dimension *dimension,
                       struct mf__buffer *text)
{
    if (dimension->spread != MF__SPREAD_LIST) {
        mf__dimension_show(dimension, text);
        return;
    }
    for (size_t i = 0; i < dimension->n_values; i++) {
        struct mf__config config = study->request.config;
        struct mf__value value;
        mf__parameter_set(dimension->parameter, &dimension->values[i], &config);
        mf__parameter_get(dimension->parameter, &config, &value);
        mf__buffer_print(text, "%s%s", i > 0 ? "," : "", value.text);
    }
}

static void add_parameters(const struct mf__study *study, struct mf__study_card *card)
{
    const struct mf__space *space = study->request.space;
    const struct mf__parameter *parameter = NULL;
    for (size_t i = 0; (parameter = mf__parameter_at(i)) != NULL; i++) {
        struct mf__buffer *text = begin(card, mf__parameter_name(parameter));
        struct mf__value value;
        size_t place = 0;
        while (place < space->n && space->dimensions[place].parameter != parameter)
            place++;
        mf__parameter_get(parameter, &study->request.config, &value);
        if (place < space->n)
            add_values(study, &space->dimensions[place], text);
        else
            mf__buffer_put(text, value.text);
    }
}

/* A table is known by its file's name, wherever it lies. */
static const char *name_of(const mf_table *table)
{
    const char *name = mf_table_name(table);
    const char *slash = strrchr(name, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

int mf__study_card_new(const struct mf__study *study, struct mf__study_card **ret_card,
                       mf_error *error)
{
    struct mf__study_card *card = mf__new(1, sizeof *card);
    if (card == NULL)
        return mf__fail_memory(error, sizeof *card, "the card of a study");
    card->card = (struct mf__card){.kind = "tune",
                                   .name = name_of(study->request.ground.table),
                                   .settings = card->settings,
                                   .notes = study->request.notes,
                                   .n_notes = study->request.n_notes};
    add_preparing(study, card);
    add_validation(study, card);
    add_strategy(study, card);
    add_parameters(study, card);
    int code = mf__buffer_check(&card->values, error);
    if (code != 0) {
        mf__study_card_free(card);
        return code;
    }
    const char *value = mf__buffer_text(&card->values);
    for (size_t i = 0; i < card->card.n_settings; i++, value += strlen(value) + 1)
        card->settings[i].value = value;
    *ret_card = card;
    return 0;
}

void mf__study_card_free(struct mf__study_card *card)
{
    if (card == NULL)
        return;
    mf__buffer_done(&card->values);
    mf__free(card);
}

const struct mf__card *mf__study_card_of(const struct mf__study_card *card)
{
    return &card->card;
}
