/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recipes: the options of a verb in a file.
 *
 * A recipe is a JSON object. Its keys are names of options, with underscores or dashes, and "file"
 * for the argument FILE; its values are what would stand behind them: texts, numbers, true and
 * false, null for the word none, arrays where an option may be given again, objects where its texts
 * are "name=values". What is typed wins. Where there is no such file,
 * the name of an embedded data set means the recipe that goes with it.
 */
#ifndef CLI_RECIPE_H
#define CLI_RECIPE_H

#include "cli/cli.h"

/* What was read. Start with {0}; settings point into it, so it is freed last. */
struct mf__recipe {
    struct json_t *root; /* the JSON document */
    struct json_t *made; /* texts that were made from it */
    const char *file;    /* what it says in place of FILE, or NULL */
    const char *path;    /* its own file; NULL: none was read */
};

void mf__recipe_done(struct mf__recipe *recipe);

/* A verb that takes recipes, and its settings. */
struct mf__begun {
    const struct mf__verb *verb;
    void *settings; /* zeroed, or with what members without a preset hold at first */
    size_t size;    /* of the settings */
    const struct mf__common *common; /* in the settings */
    const char *const *recipe;       /* in the settings: the value of --recipe */
    void (*read)(void *settings); /* called when a recipe was read, before what is typed; or NULL */
    const struct mf__verb
        *beside; /* whose keys are passed over where this verb has none; or NULL */
};

/* As mf__begin, but between the presets and the arguments comes the recipe that these name. */
bool mf__begin_with_recipe(const struct mf__begun *begun, struct mf__arguments *arguments,
                           struct mf__recipe *recipe, int *ret_exit);

/* Adds how a message names what a text of the settings was told by: `--recipe: "r.json": "target"`
 * where it lies in the recipe, which may be NULL, and `option` where it was typed. */
void mf__recipe_source(const struct mf__recipe *recipe, const char *text, const char *option,
                       struct mf__buffer *out);

/* Reads a recipe without storing anything: recipe->root alone is filled in. */
int mf__recipe_load(const char *path, struct mf__recipe *recipe, mf_error *error);

/* Stores what the bytes of a recipe say; `name` stands for the file in messages. For the function
 * above, and for tests. */
int mf__recipe_parse(const struct mf__begun *begun, const struct mf__buffer *bytes,
                     const char *name, struct mf__recipe *recipe, mf_error *error);

#endif
