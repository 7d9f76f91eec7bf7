/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/output.h"
#include "base/shell.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/embedded.h"
#include "cli/fates.h"
#include "cli/getting.h"
#include "cli/places.h"
#include "cli/recipe.h"
#include "cli/table_options.h"
#include "cli/table_remarks.h"
#include "report/describe.h"
#include "report/table.h"

#include <string.h>
#include <unistd.h>

struct settings {
    struct mf__common common;
    struct mf__reading reading;
    struct mf__preparing preparing;
    struct mf__getting getting;
    const char *recipe;
    const char *json;
};

static const struct mf__option output_options[] = {
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the description as JSON; - is standard output, in place of the text",
     .offset = offsetof(struct settings, json)},
    {.name = "recipe",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "take options from a JSON file, {\"encode\": \"onehot\"}; what is typed wins",
     .offset = offsetof(struct settings, recipe)},
    {0},
};

#define DESCRIBING                                                                                 \
    {"The table", mf__reading_options, offsetof(struct settings, reading)},                        \
        {"Preparing it", mf__preparing_options, offsetof(struct settings, preparing)},             \
    {                                                                                              \
        "Outputs and recipes", output_options, 0                                                   \
    }
#define GETTING                                                                                    \
    {                                                                                              \
        "Getting a data set", mf__getting_options, offsetof(struct settings, getting)              \
    }
#define COMMON                                                                                     \
    {                                                                                              \
        "Common options", mf__common_options, offsetof(struct settings, common)                    \
    }

static const struct mf__option_group groups[] = {DESCRIBING, GETTING, COMMON, {0}};

enum action { DESCRIBE, LIST, SHOW, GET };

static const char *const actions[] = {"describe", "list", "show", "get", NULL};

static const struct mf__positional positional[] = {
    {.name = "ACTION",
     .help =
         "what to do: describe a table, list the data sets that have a name, show an embedded one "
         "as CSV, get one into a folder",
     .kind = MF__CHOICE,
     .choices = actions,
     .min = 1,
     .max = 1},
    {.name = "FILE",
     .help = "a CSV file, also compressed with gzip or Zstandard, or the name of an embedded data "
             "set; the data set ames without it; to get: a name, an address or a file",
     .kind = MF__FILE,
     .max = 1},
    {0},
};

static const char *const synopsis[] = {"describe [FILE] [OPTION]...", "list", "show NAME",
                                       "get NAME|URL|FILE [OPTION]...", NULL};

static const char *const description[] = {
    "Describes a table column by column: its type, how many values are missing and how many are "
    "distinct, the least, median and largest number or the most frequent category, a small "
    "histogram, and what manyfold train would do to it with the same options.",
    "A column is numeric when every field that is present is a number, and categorical otherwise; "
    "one of True and False counts as 1 and 0.",
    "To get a data set downloads it (http, https, file) or takes a file that is here, checks its "
    "SHA-256 where one is known, unpacks it (zip, tar, gzip, Zstandard, xz, bzip2) and puts it "
    "into a folder, whole or not at all. A download that was broken off goes on with the same "
    "command. ARFF, which OpenML keeps, becomes CSV.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold data describe houses.csv", "what is in a file"},
    {"manyfold data describe houses.csv --target price --encode onehot",
     "what would be done to its columns"},
    {"manyfold data show ames > ames.csv", "the embedded data set as a file"},
    {"manyfold data get house-prices", "a public data set, into data/"},
    {"manyfold data get https://example.org/houses.zip --sha256 HEX", "one from anywhere, checked"},
    {0},
};

static const char *const see_also[] = {"manyfold-train(1)", "manyfold-predict(1)",
                                       "manyfold-table(5)", NULL};

const struct mf__verb mf__data_verb = {
    .name = "data",
    .command = "manyfold data",
    .summary = "describe a table, bring one here, or show those that have a name",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* ---- describe ---- */

static struct mf__style style_of(const struct settings *settings)
{
    return (struct mf__style){.width = mf__columns(),
                              .colour = mf__wants_colour(&settings->common),
                              .ascii = mf__wants_ascii()};
}

static int write_description(const struct settings *settings, const struct mf__description *made)
{
    struct mf__buffer text = {0};
    const struct mf__style style = style_of(settings);
    int status = MF__EXIT_DONE;
    mf_error error;
    if (settings->json == NULL || strcmp(settings->json, "-") != 0) {
        mf__describe_text(made, &style, &text);
        status = mf__print(&text);
    }
    mf__buffer_clear(&text);
    if (settings->json != NULL) {
        int code = mf__describe_json(made, &text, &error);
        if (code == 0)
            code = mf__output_write(settings->json, mf__buffer_text(&text), text.length, &error);
        if (code != 0) {
            mf__fail_within(&error, code, "--json");
            status = mf__tell(&error);
        } else {
            mf__say_wrote(&settings->common, settings->json);
        }
    }
    mf__buffer_done(&text);
    return status;
}

static void remark(const mf_table *table, struct mf__remarks *remarks)
{
    const char *suspected = mf__delimiter_suspected(table);
    struct mf__buffer name = {0};
    if (suspected == NULL)
        return;
    mf__say_short(mf_table_column(table, 0)->name, 40, &name);
    mf__remark(remarks,
               "The whole header is one column, %s; if it should be several, name what stands "
               "between them: --delimiter %s.",
               mf__buffer_text(&name), suspected);
    mf__buffer_done(&name);
}

static int describe(const struct settings *settings, const mf_table *table)
{
    size_t n = mf_table_columns(table);
    struct mf__column_fate *fates = mf__new(n, sizeof *fates);
    struct mf__column_summary *summaries = mf__new(n, sizeof *summaries);
    int code = 0;
    mf_error error;
    if (fates == NULL || summaries == NULL)
        code = mf__fail_memory(&error, n * sizeof *summaries, "the description");
    if (code == 0)
        code = mf__fates_check(table, &settings->preparing, &error);
    for (size_t i = 0; code == 0 && i < n; i++)
        code = mf__column_summarise(mf_table_column(table, i), mf_table_rows(table), &summaries[i],
                                    &error);
    int status = MF__EXIT_DONE;
    if (code == 0) {
        mf__fates_plan(table, &settings->preparing, NULL, fates);
        struct mf__description made = {
            .source = mf_table_name(table),
            .rows = mf_table_rows(table),
            .fates = {fates, n, (int)settings->preparing.impute},
            .summaries = summaries,
        };
        remark(table, &made.remarks);
        mf__remark_on_commas(table, &made.remarks);
        mf__remark_on_marks(table, &made.remarks);
        status = write_description(settings, &made);
        mf__remarks_done(&made.remarks);
    } else {
        status = mf__tell(&error);
    }
    mf__free(fates);
    mf__free(summaries);
    return status;
}

static int run_describe(struct settings *settings, const char *file)
{
    const struct mf__embedded *set = NULL;
    mf_read_options options;
    mf_table *table = NULL;
    mf_error error;
    const struct mf__place written[] = {{"--json", settings->json}};
    const struct mf__place read[] = {{"the table", file}, {"the recipe", settings->recipe}};
    int code =
        mf__places_check(&(struct mf__places){written, 1}, &(struct mf__places){read, 2}, &error);
    if (code == 0)
        code = mf__reading_get(&settings->reading, &options, &error);
    if (code == 0)
        code = mf__table_open(file, &options, &table, &set, &error);
    if (code != 0)
        return mf__tell(&error);
    if (settings->preparing.target == NULL && set != NULL)
        settings->preparing.target = set->target;
    int status = describe(settings, table);
    mf_table_free(&table);
    return status;
}

/* ---- list and show ---- */

static int run_list(const struct settings *settings)
{
    static const struct mf__column columns[] = {{.header = "name"},
                                                {.header = "target", .gap = 2},
                                                {.header = "size", .right = true, .gap = 2},
                                                {.header = "what it is", .gap = 2}};
    const struct mf__style style = style_of(settings);
    struct mf__table table = {.style = &style, .columns = columns, .n_columns = 4};
    struct mf__buffer text = {0};
    for (const struct mf__embedded *set = mf__embedded; set->name != NULL; set++) {
        mf__table_add(&table, MF__TINT_STRONG, "%s", set->name);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", set->target);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__show_bytes(*set->length).text);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", set->title);
    }
    mf__table_finish(&table, &text);
    for (const struct mf__embedded *set = mf__embedded; set->name != NULL; set++) {
        const struct mf__label label = {.text = set->name, .column = 2, .width = 6};
        mf__say_lines(&style, &label, &text, "source: %s", set->source);
    }
    mf__get_list(&style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int run_show(const char *name)
{
    const struct mf__embedded *set = name != NULL ? mf__embedded_find(name) : mf__embedded;
    mf_error error;
    int code = 0;
    if (set == NULL)
        code = mf__fail(&error, MF_E_INPUT,
                        "no data set is called %s; \"manyfold data list\" lists them all",
                        mf__quote(name).text);
    else
        code = mf__write_all(STDOUT_FILENO, set->bytes, *set->length, "standard output", &error);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

/* Each action takes some of the options only: the words that were typed are read again by a table
 * that has just these. */
static int check_typed(enum action action, struct mf__arguments *typed, mf_error *error)
{
    static const struct mf__option_group describing[] = {DESCRIBING, COMMON, {0}};
    static const struct mf__option_group getting[] = {GETTING, COMMON, {0}};
    static const struct mf__option_group common[] = {COMMON, {0}};
    static const struct {
        const struct mf__option_group *groups;
        const char *takes;
    } of_action[] = {[DESCRIBE] = {describing, "no option of the others"},
                     [LIST] = {common, "the common options only"},
                     [SHOW] = {common, "the common options only"},
                     [GET] = {getting, "no option of the others"}};
    const struct mf__verb verb = {.name = "data",
                                  .command = "manyfold data",
                                  .synopsis = synopsis + action,
                                  .positional = positional,
                                  .groups = of_action[action].groups};
    struct settings settings = {0};
    int code = mf__options_parse(&verb, typed, &settings, error);
    return code == 0 ? 0
                     : mf__fail_within(error, code, "data %s takes %s", actions[action],
                                       of_action[action].takes);
}

static int run(struct settings *settings, const struct mf__arguments *arguments,
               const struct mf__recipe *recipe, struct mf__arguments *typed)
{
    const char *file = arguments->n > 1 ? arguments->values[1] : recipe->file;
    enum action action = DESCRIBE;
    mf_error error;
    while (strcmp(actions[action], arguments->values[0]) != 0)
        action++;
    if (action == LIST && arguments->n > 1) {
        mf__fail(&error, MF_E_INPUT, "%s is one argument too many; usage: manyfold data list",
                 mf__quote(file).text);
        return mf__tell(&error);
    }
    if (check_typed(action, typed, &error) != 0)
        return mf__tell(&error);
    switch (action) {
    case LIST:
        return run_list(settings);
    case SHOW:
        return run_show(file);
    case GET:
        return mf__get_run(&settings->common, &settings->getting, file);
    default:
        return run_describe(settings, file);
    }
}

static bool is_action(const char *word)
{
    for (size_t i = 0; actions[i] != NULL; i++)
        if (mf__same_name(word, actions[i], strlen(actions[i])))
            return true;
    return false;
}

/* Who names a table and no action wants it described. */
static int refuse_table(const char *word)
{
    struct mf__buffer shown = {0};
    mf_error error;
    mf__shell_word(word, mf__wants_ascii(), &shown);
    mf__fail(&error, MF_E_INPUT,
             "%s is no action; to describe that table: manyfold data describe %s",
             mf__quote(word).text, mf__buffer_text(&shown));
    mf__buffer_done(&shown);
    return mf__tell(&error);
}

static bool is_table(const char *word)
{
    return !is_action(word) && word[0] != '-' &&
           (mf__embedded_find(word) != NULL || strstr(word, ".csv") != NULL ||
            access(word, F_OK) == 0);
}

int mf__data_run(struct mf__arguments *arguments)
{
    if (arguments->n > 0 && is_table(arguments->values[0]))
        return refuse_table(arguments->values[0]);
    struct settings settings = {0};
    struct mf__recipe recipe = {0};
    char *words[MF__KEPT_ARGUMENTS];
    struct mf__arguments typed = {0, words};
    const struct mf__begun begun = {&mf__data_verb,   &settings, sizeof settings, &settings.common,
                                    &settings.recipe, NULL,      &mf__tune_verb};
    int status = 0;
    for (; typed.n < arguments->n && typed.n < MF__KEPT_ARGUMENTS; typed.n++)
        words[typed.n] = arguments->values[typed.n];
    bool go_on = mf__begin_with_recipe(&begun, arguments, &recipe, &status);
    settings.preparing.recipe = &recipe;
    if (go_on)
        status = run(&settings, arguments, &recipe, &typed);
    mf__recipe_done(&recipe);
    return status;
}
