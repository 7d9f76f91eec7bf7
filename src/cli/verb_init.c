/* SPDX-License-Identifier: Apache-2.0 */
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/embedded.h"
#include "remote/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct settings {
    struct mf__common common;
};

static const struct mf__option_group groups[] = {
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "DIR",
     .help = "the folder to set up, made when it is not there; . is this one",
     .kind = MF__FOLDER,
     .min = 1,
     .max = 1},
    {0},
};

static const char *const synopsis[] = {"DIR [OPTION]...", NULL};

static const char *const description[] = {
    "Sets up a folder to work in: data/ for tables, recipes/ for the options of searches, with an "
    "example, notebooks/, and results/ for models, journals and reports. README.md in it says what "
    "each is for.",
    "What is there already is kept as it is, and said.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold init houses", "a new folder with everything in its place"},
    {"manyfold init .", "what is missing, into this folder"},
    {0},
};

static const char *const see_also[] = {"manyfold-data(1)", "manyfold-tune(1)", "manyfold-remote(1)",
                                       NULL};

const struct mf__verb mf__init_verb = {
    .name = "init",
    .command = "manyfold init",
    .summary = "set up a folder to work in",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

static const char *const folders[] = {"data", "recipes", "notebooks", "results"};
#define N_FOLDERS (sizeof folders / sizeof folders[0])

static const char readme[] =
    "# A folder to work in with manyfold\n"
    "\n"
    "| folder | what it is for |\n"
    "|---|---|\n"
    "| `data/` | the tables: CSV files, also compressed with gzip or Zstandard |\n"
    "| `recipes/` | the options of a search in a file each, to be run again and passed on; "
    "`ames.json` is an example |\n"
    "| `notebooks/` | your own notebooks |\n"
    "| `results/` | what runs leave: models, journals, reports |\n"
    "\n"
    "Three commands to begin with, in this folder:\n"
    "\n"
    "```sh\n"
    "manyfold data get ames                                               # a table, into data/\n"
    "manyfold train data/ames.csv --target Sale_Price                     # a forest: how well it "
    "predicts, and by what\n"
    "manyfold tune --recipe recipes/ames.json --journal results/ames.db   # 126 forests, the best "
    "of them\n"
    "```\n"
    "\n"
    "`manyfold lab` runs a sum and that search every way, and leaves a report in `results/`.\n"
    "\n"
    "A search with a journal can be stopped at any time: the same command goes on with it. On a "
    "larger machine it runs by\n"
    "\n"
    "```sh\n"
    "manyfold remote HOST -- tune --recipe recipes/ames.json --journal results/ames.db\n"
    "```\n";

/* ---- making ---- */

static void join(const char *folder, const char *name, struct mf__buffer *path)
{
    size_t length = strlen(folder);
    mf__buffer_clear(path);
    mf__buffer_put(path, folder);
    mf__buffer_put(path, length > 0 && folder[length - 1] == '/' ? "" : "/");
    mf__buffer_put(path, name);
}

static void say(const char *what, const char *path, const char *more, struct mf__buffer *out)
{
    mf__buffer_print(out, "%-6s", what);
    mf__escape(out, path, strlen(path));
    mf__buffer_print(out, "%s\n", more);
}

/* Whether something else stands in the place of a folder. */
static int check_folder(const char *path, mf_error *error)
{
    struct stat found;
    if (stat(path, &found) == 0 && !S_ISDIR(found.st_mode))
        return mf__fail(error, MF_E_INPUT, "%s is there and is not a folder; move it away",
                        mf__show_path(path).text);
    return 0;
}

static int make_folder(const char *path, struct mf__buffer *out, mf_error *error)
{
    if (mkdir(path, 0777) == 0) {
        say("made", path, path[strlen(path) - 1] == '/' ? "" : "/", out);
        return 0;
    }
    const int failed = errno;
    struct stat found;
    if (failed == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode)) {
        say("kept", path, ", which is there already", out);
        return 0;
    }
    mf__fail_errno(error, failed, "cannot make the folder %s", mf__show_path(path).text);
    return error->code = MF_E_OUTPUT;
}

/* A file that is there, whatever it is, stays. */
static int make_file(const char *path, const char *bytes, size_t length, struct mf__buffer *out,
                     mf_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST) {
        say("kept", path, ", which is there already", out);
        return 0;
    }
    if (fd < 0) {
        mf__fail_errno(error, errno, "cannot write %s", mf__show_path(path).text);
        return error->code = MF_E_OUTPUT;
    }
    int code = mf__write_all(fd, bytes, length, mf__show_path(path).text, error);
    if (close(fd) != 0 && code == 0) {
        mf__fail_errno(error, errno, "cannot write %s", mf__show_path(path).text);
        code = error->code = MF_E_OUTPUT;
    }
    if (code != 0)
        unlink(path); /* half a file is none */
    else
        say("made", path, "", out);
    return code;
}

static int check_all(const char *folder, struct mf__buffer *path, mf_error *error)
{
    int code = check_folder(folder, error);
    for (size_t i = 0; code == 0 && i < N_FOLDERS; i++) {
        join(folder, folders[i], path);
        code = mf__buffer_check(path, error);
        if (code == 0)
            code = check_folder(mf__buffer_text(path), error);
    }
    return code;
}

static int make_all(const char *folder, struct mf__buffer *path, struct mf__buffer *out,
                    mf_error *error)
{
    const struct {
        const char *name;
        const char *bytes;
        size_t length;
    } files[] = {{"recipes/ames.json", mf__ames_recipe_bytes[0], mf__ames_recipe_length},
                 {"README.md", readme, sizeof readme - 1}};
    int code = make_folder(folder, out, error);
    for (size_t i = 0; code == 0 && i < N_FOLDERS; i++) {
        join(folder, folders[i], path);
        code = mf__buffer_check(path, error);
        if (code == 0)
            code = make_folder(mf__buffer_text(path), out, error);
    }
    for (size_t i = 0; code == 0 && i < sizeof files / sizeof files[0]; i++) {
        join(folder, files[i].name, path);
        code = mf__buffer_check(path, error);
        if (code == 0)
            code = make_file(mf__buffer_text(path), files[i].bytes, files[i].length, out, error);
    }
    return code;
}

static void say_next(const char *folder, struct mf__buffer *out)
{
    struct mf__buffer word = {0};
    mf__sh_quote(folder, &word);
    mf__buffer_put(out, "next  ");
    if (strcmp(folder, ".") != 0) {
        mf__buffer_put(out, folder[0] == '-' ? "cd -- " : "cd ");
        mf__escape(out, mf__buffer_text(&word), word.length);
        mf__buffer_put(out, "\n      ");
    }
    mf__buffer_put(out, "manyfold data get ames\n"
                        "      manyfold train data/ames.csv --target Sale_Price\n"
                        "      manyfold tune --recipe recipes/ames.json --journal "
                        "results/ames.db\n");
    mf__buffer_done(&word);
}

int mf__init_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct mf__buffer path = {0};
    struct mf__buffer text = {0};
    int status = 0;
    mf_error error;
    if (!mf__begin(&mf__init_verb, arguments, &settings, &settings.common, &status))
        return status;
    const char *folder = arguments->values[0];
    int code = check_all(folder, &path, &error);
    if (code == 0)
        code = make_all(folder, &path, &text, &error);
    if (code == 0 && !settings.common.quiet)
        say_next(folder, &text);
    status = mf__print(&text);
    if (code != 0)
        status = mf__tell(&error);
    mf__buffer_done(&path);
    mf__buffer_done(&text);
    return status;
}
