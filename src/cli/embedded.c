/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/embedded.h"

#include "base/shell.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct mf__embedded mf__embedded[] = {
    {.name = "ames",
     .title = "house prices in Ames, Iowa, 2006 to 2010",
     .source = "De Cock (2011), from the R package modeldata 1.1.0, MIT licence",
     .target = "Sale_Price",
     .sha256 = "b3ab43c06b5fb76f8dd06073d30b5c5fdf05d4701c8e90586311f0fbb20c4244",
     .bytes = mf__ames_bytes[0],
     .length = &mf__ames_length,
     .recipe = mf__ames_recipe_bytes[0],
     .recipe_length = &mf__ames_recipe_length},
    {0},
};

const struct mf__embedded *mf__embedded_find(const char *name)
{
    for (const struct mf__embedded *set = mf__embedded; set->name != NULL; set++)
        if (strcmp(set->name, name) == 0)
            return set;
    return NULL;
}

bool mf__is_input(const char *file)
{
    return file != NULL && strcmp(file, "-") == 0;
}

const struct mf__embedded *mf__embedded_meant(const char *file)
{
    if (file == NULL)
        return mf__embedded;
    if (mf__is_input(file))
        return NULL;
    struct stat found;
    const bool is_there = stat(file, &found) == 0 && !S_ISDIR(found.st_mode);
    return is_there ? NULL : mf__embedded_find(file);
}

static int parse_input(const mf_read_options *options, mf_table **ret_table, mf_error *error)
{
    struct mf__buffer bytes = {0};
    int code = mf__read_all(STDIN_FILENO, MF__INPUT_NAME, SIZE_MAX, &bytes, error);
    if (code == 0)
        code = mf_table_parse(mf__buffer_text(&bytes), bytes.length, MF__INPUT_NAME, options,
                              ret_table, error);
    mf__buffer_done(&bytes);
    return code;
}

/* A name that is nearly that of an embedded data set, and no file. */
static void suggest_embedded(const char *file, mf_error *error)
{
    const mf_error plain = *error;
    struct mf__nearest nearest = {.word = file};
    for (const struct mf__embedded *set = mf__embedded; set->name != NULL; set++)
        mf__nearest_offer(&nearest, set->name);
    if (nearest.best != NULL && access(file, F_OK) != 0)
        mf__fail(error, plain.code, "%s; did you mean %s, the embedded data set?", plain.text,
                 nearest.best);
}

int mf__table_open(const char *file, const mf_read_options *options, mf_table **ret_table,
                   const struct mf__embedded **ret_embedded, mf_error *error)
{
    const struct mf__embedded *set = mf__embedded_meant(file);
    /* What is embedded has its own form, whatever was said of the file that was meant. */
    mf_read_options own = mf_read_defaults();
    own.na = options->na;
    own.n_na = options->n_na;
    own.texts = options->texts;
    own.n_texts = options->n_texts;
    int code = set != NULL
                   ? mf_table_parse(set->bytes, *set->length, set->name, &own, ret_table, error)
               : mf__is_input(file) ? parse_input(options, ret_table, error)
                                    : mf_table_read(file, options, ret_table, error);
    if (code == 0)
        *ret_embedded = set;
    if (code == MF_E_SYSTEM && file != NULL)
        suggest_embedded(file, error);
    if (code == MF_E_SYSTEM) /* a wrong name is wrong usage */
        error->code = code = MF_E_INPUT;
    return code;
}

void mf__table_word(const mf_table *table, struct mf__buffer *out)
{
    const char *name = mf_table_name(table);
    mf__shell_word(strcmp(name, MF__INPUT_NAME) == 0 ? "-" : name, true, out);
}
