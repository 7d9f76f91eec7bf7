/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote_files.h"

#include "base/status.h"
#include "base/text.h"
#include "cli/recipe.h"
#include "cli/remote_notes.h"
#include "journal/journal.h"

#include <fcntl.h>
#include <fts.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/*
 * SQLite keeps what a change replaces in a file beside its own, until the change is whole. A search
 * that was killed leaves both, and one of them with another state of its partner is a damaged
 * journal; so the change is taken back where it was made, and that file never travels. The time
 * stays, as the newer one of two journals is known by it.
 */
static int settle(const char *name, mf_error *error)
{
    struct stat beside;
    struct stat found;
    struct mf__journal *journal = NULL;
    struct mf__buffer path = {0};
    mf__buffer_print(&path, "%s-journal", name);
    int code = mf__buffer_check(&path, error);
    const bool left = code == 0 && stat(mf__buffer_text(&path), &beside) == 0 &&
                      S_ISREG(beside.st_mode) && beside.st_size > 0 && stat(name, &found) == 0 &&
                      S_ISREG(found.st_mode) && found.st_size > 0;
    mf__buffer_done(&path);
    if (!left)
        return code;
    code = mf__journal_read(name, &journal, error);
    if (code == 0)
        code = mf__journal_close(&journal, error);
    const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, found.st_mtim};
    if (code == 0)
        (void)utimensat(AT_FDCWD, name, times, 0);
    return code;
}

/* Before a file is replaced by another one. */
static void settle_or_drop(const char *name)
{
    struct mf__buffer path = {0};
    mf_error error;
    mf__buffer_print(&path, "%s-journal", name);
    if (settle(name, &error) != 0 && !path.failed)
        (void)unlink(mf__buffer_text(&path)); /* it has no partner any more */
    mf__buffer_done(&path);
}

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
            code = settle(mf__buffer_text(&name), error);
        line += n + (line[n] != '\0');
    }
    mf__buffer_done(&name);
    return code;
}

int mf__remote_results_settle(mf_error *error)
{
    static const char suffix[] = "-journal";
    const size_t its = sizeof suffix - 1;
    char results[] = "results";
    FTS *tree =
        fts_open((char *[]){results, NULL}, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    int code = 0;
    if (tree == NULL)
        return mf__fail_memory(error, 1, "a look into results/");
    for (FTSENT *entry = NULL; code == 0 && (entry = fts_read(tree)) != NULL;) {
        const size_t length = entry->fts_pathlen;
        if (entry->fts_info != FTS_F || length <= its ||
            strcmp(entry->fts_path + length - its, suffix) != 0)
            continue;
        entry->fts_path[length - its] = '\0';
        code = settle(entry->fts_path, error);
        entry->fts_path[length - its] = suffix[0];
        if (code == MF_E_FORMAT) /* no journal of ours, which happens to have such a name */
            code = 0;
    }
    fts_close(tree);
    return code;
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

void mf__remote_files_back(const struct mf__buffer *lines, const struct mf__host *noted,
                           struct mf__remote_back *ret)
{
    struct mf__buffer name = {0};
    struct mf__buffer notes = {0};
    if (noted != NULL)
        mf__remote_notes_read(&notes);
    for (const char *line = mf__buffer_text(lines); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        mf__buffer_clear(&name);
        mf__buffer_add(&name, line, n);
        /* The lines may come from the other machine. */
        const char *plain = mf__buffer_text(&name);
        line += n + (line[n] != '\0');
        if (name.failed || !mf__copy_is_plain(plain))
            continue;
        if (noted == NULL || mf__remote_is_noted(&notes, noted, plain)) {
            settle_or_drop(plain);
            mf__copy_add(&ret->outputs, plain);
            continue;
        }
        mf__copy_add(&ret->strange, plain);
        if (is_there(plain)) {
            mf__escape(&ret->kept, plain, name.length);
            mf__buffer_put(&ret->kept, "\n");
        }
    }
    mf__buffer_done(&name);
    mf__buffer_done(&notes);
}

void mf__remote_back_done(struct mf__remote_back *back)
{
    mf__buffer_done(&back->outputs.names);
    mf__buffer_done(&back->strange.names);
    mf__buffer_done(&back->kept);
}
