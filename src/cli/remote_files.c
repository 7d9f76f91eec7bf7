/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote_files.h"

#include "base/status.h"
#include "base/text.h"
#include "cli/recipe.h"
#include "cli/remote_notes.h"
#include "cli/remote_settle.h"

#include <fts.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

/* The folders of a workspace that hold what goes into a command. */
static const char *const brought[] = {"data", "recipes", "notebooks", NULL};

/* Options whose value is a file or a folder that is written, whichever verb has them. */
static const char *const written[] = {"json", "csv",      "model",    "journal", "out",
                                      "html", "notebook", "markdown", NULL};

static bool is_a(const char *path, mode_t type)
{
    struct stat found;
    return stat(path, &found) == 0 && (found.st_mode & S_IFMT) == type;
}

void mf__remote_files_done(struct mf__remote_files *files)
{
    mf__buffer_done(&files->inputs.names);
    mf__buffer_done(&files->goes_on.names);
    mf__buffer_done(&files->outputs);
    mf__buffer_done(&files->remarks);
}

static void remark(struct mf__remote_files *files, const char *name, const char *what)
{
    mf__buffer_put(&files->remarks, "manyfold: remark: ");
    mf__escape(&files->remarks, name, strlen(name));
    mf__buffer_print(&files->remarks, " %s\n", what);
}

/* ---- what is written ---- */

static bool is_listed(const struct mf__buffer *lines, const char *name)
{
    const size_t length = strlen(name);
    for (const char *line = mf__buffer_text(lines); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (n == length && memcmp(line, name, n) == 0)
            return true;
        line += n + (line[n] != '\0');
    }
    return false;
}

static void add_written(const char *name, struct mf__remote_files *files)
{
    if (strcmp(name, "-") == 0 || name[0] == '\0' || is_listed(&files->outputs, name))
        return;
    if (!mf__copy_is_plain(name)) {
        remark(files, name, "is not brought back: it is outside of this folder, or hidden");
        return;
    }
    mf__buffer_print(&files->outputs, "%s\n", name);
    if (is_a(name, S_IFREG))
        mf__copy_add(&files->goes_on, name);
}

/* The values of one option. */
static void find_written(const struct mf__inner *inner, const char *name,
                         struct mf__remote_files *files)
{
    const struct mf__option *option = mf__inner_option(inner, name);
    const char letter = option != NULL ? option->letter : (char)0;
    size_t from = 1;
    for (const char *value; (value = mf__inner_next(inner, name, letter, &from)) != NULL;)
        add_written(value, files);
}

/* A model is read by predict and written by the others. */
static bool is_written(const struct mf__inner *inner, const char *key)
{
    for (const char *const *name = written; *name != NULL; name++)
        if (mf__same_name(*name, key, strlen(key)))
            return strcmp(*name, "model") != 0 || strcmp(inner->verb->name, "predict") != 0;
    return false;
}

/* ---- what is read ---- */

static void add_read(const char *name, struct mf__remote_files *files)
{
    if (name[0] == '\0' || !is_a(name, S_IFREG) || is_listed(&files->outputs, name))
        return;
    if (mf__copy_is_plain(name))
        mf__copy_add(&files->inputs, name);
    else
        remark(files, name,
               "is not brought there: it is outside of this folder, or hidden; the file of that "
               "name there is meant");
}

/* A word, the value in "--name=value", or the journal in "JOURNAL:RUN". */
static void find_read(const char *word, struct mf__remote_files *files)
{
    const char *sign = word[0] == '-' ? strchr(word, '=') : NULL;
    const char *name = sign != NULL ? sign + 1 : word;
    const char *colon = strrchr(name, ':');
    struct mf__buffer journal = {0};
    add_read(name, files);
    if (colon != NULL)
        mf__buffer_add(&journal, name, (size_t)(colon - name));
    if (!journal.failed)
        add_read(mf__buffer_text(&journal), files);
    mf__buffer_done(&journal);
}

/* The names in one recipe; with `writes` those that are written, else those that are read. What is
 * wrong with it the command says. */
static void find_in_recipe(const struct mf__inner *inner, const char *path, bool writes,
                           struct mf__remote_files *files)
{
    struct mf__recipe recipe = {0};
    const char *key;
    json_t *value;
    mf_error error;
    if (mf__recipe_load(path, &recipe, &error) == 0)
        json_object_foreach(recipe.root, key, value)
        {
            if (!json_is_string(value) || is_written(inner, key) != writes)
                continue;
            if (writes)
                add_written(json_string_value(value), files);
            else
                add_read(json_string_value(value), files);
        }
    mf__recipe_done(&recipe);
}

static void find_in_recipes(const struct mf__inner *inner, bool writes,
                            struct mf__remote_files *files)
{
    size_t from = 1;
    for (const char *path; (path = mf__inner_next(inner, "recipe", 0, &from)) != NULL;)
        if (mf__inner_option(inner, "recipe") != NULL && strcmp(path, "-") != 0)
            find_in_recipe(inner, path, writes, files);
}

/* ---- what was left in mid-write ---- */

/* What is to be gone on with there has to be whole: without it the command would begin anew, and
 * its journal would then replace the one here. */
static int settle_all(const struct mf__buffer *lines, mf_error *error)
{
    struct mf__buffer name = {0};
    int code = 0;
    for (const char *line = mf__buffer_text(lines); code == 0 && *line != '\0';) {
        size_t n = strcspn(line, "\n");
        mf__buffer_clear(&name);
        mf__buffer_add(&name, line, n);
        code = mf__buffer_check(&name, error);
        if (code == 0)
            code = mf__settle(mf__buffer_text(&name), error);
        line += n + (line[n] != '\0');
    }
    mf__buffer_done(&name);
    return code;
}

/* Whether a file may be replaced by what comes from there; says why not. */
static bool may_be_replaced(const char *name, struct mf__remote_back *back)
{
    mf_error error;
    if (mf__settle(name, &error) != 0) {
        /* A name in results/ is met twice when the command has named it. */
        if (!is_listed(&back->unsettled, error.text))
            mf__buffer_print(&back->unsettled, "%s\n", error.text);
        return false;
    }
    mf__halves_note(&back->halves, name);
    return true;
}

/* Looks for what was left beside journals in results/. */
static int settle_results(struct mf__remote_back *back, mf_error *error)
{
    static const char suffix[] = "-journal";
    const size_t its = sizeof suffix - 1;
    char results[] = "results";
    FTS *tree =
        fts_open((char *[]){results, NULL}, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    if (tree == NULL)
        return mf__fail_memory(error, 1, "a look into results/");
    for (FTSENT *entry = NULL; (entry = fts_read(tree)) != NULL;) {
        const size_t length = entry->fts_pathlen;
        if (entry->fts_info != FTS_F || length <= its ||
            strcmp(entry->fts_path + length - its, suffix) != 0)
            continue;
        entry->fts_path[length - its] = '\0';
        const bool may = may_be_replaced(entry->fts_path, back);
        if (!may)
            mf__copy_leave(&back->results, entry->fts_path + sizeof results - 1);
        entry->fts_path[length - its] = suffix[0];
        if (!may)
            mf__copy_leave(&back->results, entry->fts_path + sizeof results - 1);
    }
    fts_close(tree);
    return 0;
}

/* ---- the whole ---- */

int mf__remote_files_find(const struct mf__inner *inner, bool all, struct mf__remote_files *ret,
                          mf_error *error)
{
    *ret = (struct mf__remote_files){.inputs = {.to_there = true, .all = all},
                                     .goes_on = {.to_there = true, .keep_newer = true}};
    for (const char *const *name = written; *name != NULL; name++)
        if (is_written(inner, *name))
            find_written(inner, *name, ret);
    find_in_recipes(inner, true, ret);
    for (const char *const *name = brought; *name != NULL; name++)
        if (is_a(*name, S_IFDIR))
            mf__copy_add(&ret->inputs, *name);
    for (size_t i = 1; i < inner->n; i++)
        find_read(inner->words[i], ret);
    find_in_recipes(inner, false, ret);
    const struct mf__buffer *made[] = {&ret->inputs.names, &ret->goes_on.names, &ret->outputs,
                                       &ret->remarks};
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof made / sizeof made[0]; i++)
        code = mf__buffer_check(made[i], error);
    return code == 0 ? settle_all(&ret->outputs, error) : code;
}

static bool is_there(const char *name)
{
    struct stat found;
    return lstat(name, &found) == 0;
}

static void sort_one(const char *name, bool is_asked_for, struct mf__remote_back *back)
{
    if (is_asked_for && may_be_replaced(name, back))
        mf__copy_add(&back->outputs, name);
    if (is_asked_for)
        return;
    mf__copy_add(&back->strange, name);
    if (is_there(name)) {
        mf__escape(&back->kept, name, strlen(name));
        mf__buffer_put(&back->kept, "\n");
    } else {
        mf__halves_note(&back->halves, name);
    }
}

int mf__remote_files_back(const struct mf__buffer *lines, const struct mf__host *noted,
                          struct mf__remote_back *ret, mf_error *error)
{
    struct mf__buffer name = {0};
    struct mf__buffer notes = {0};
    *ret = (struct mf__remote_back){.results = {.keep_newer = true, .folder = "results/"},
                                    .strange.keep_all = true};
    if (noted != NULL)
        mf__remote_notes_read(&notes);
    for (const char *line = mf__buffer_text(lines); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        mf__buffer_clear(&name);
        mf__buffer_add(&name, line, n);
        /* The lines may come from the other machine. */
        const char *plain = mf__buffer_text(&name);
        line += n + (line[n] != '\0');
        if (!name.failed && mf__copy_is_plain(plain))
            sort_one(plain, noted == NULL || mf__remote_is_noted(&notes, noted, plain), ret);
    }
    mf__buffer_done(&name);
    mf__buffer_done(&notes);
    return settle_results(ret, error);
}

void mf__remote_back_done(struct mf__remote_back *back)
{
    mf__buffer_done(&back->results.left);
    mf__buffer_done(&back->outputs.names);
    mf__buffer_done(&back->strange.names);
    mf__buffer_done(&back->kept);
    mf__buffer_done(&back->unsettled);
    mf__buffer_done(&back->halves);
}
