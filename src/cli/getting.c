/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/getting.h"

#include "base/output.h"
#include "base/shell.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/embedded.h"
#include "cli/module.h"
#include "fetch/api.h"
#include "fetch/sets.h"
#include "report/style.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const struct mf__module fetch_module = {
    .path = "fetch.so",
    .symbol = MF__FETCH_API_SYMBOL,
    .version = MF__FETCH_API_VERSION,
    .purpose = "data get",
    .help = "it needs libcurl, libarchive and OpenSSL, which Debian has as libcurl4, libarchive13 "
            "and libssl3; to be built, libcurl4-openssl-dev, libarchive-dev and libssl-dev"};

const struct mf__option mf__getting_options[] = {
    {.name = "sha256",
     .kind = MF__TEXT,
     .argument = "HEX",
     .help = "the digest that what is brought must have",
     .offset = offsetof(struct mf__getting, sha256)},
    {.name = "out",
     .kind = MF__FOLDER,
     .argument = "DIR",
     .help = "the folder to put it into, made when it is not there",
     .preset = "data",
     .offset = offsetof(struct mf__getting, out)},
    {.name = "name",
     .kind = MF__TEXT,
     .argument = "NAME",
     .help = "what to call the file, or the folder of an archive of several",
     .otherwise = "as in the source",
     .offset = offsetof(struct mf__getting, name)},
    {.name = "force",
     .kind = MF__FLAG,
     .help = "replace what is there under this name",
     .offset = offsetof(struct mf__getting, force)},
    {.name = "max-size",
     .kind = MF__COUNT,
     .argument = "BYTES",
     .help = "refuse what is larger, packed or unpacked",
     .preset = "20G",
     .offset = offsetof(struct mf__getting, most_bytes),
     .min = 1,
     .max = INT64_MAX},
    {0},
};

/* What is said on the way. */
struct saying {
    const struct mf__common *common;
    struct mf__progress progress;
};

static void say_remark(void *user, const char *text)
{
    struct saying *saying = user;
    mf__progress_end(&saying->progress);
    mf__say_remark(saying->common, "%s", text);
}

static void show_progress(void *user, uint64_t done, uint64_t total)
{
    struct mf__progress *progress = &((struct saying *)user)->progress;
    struct mf__buffer line = {0};
    if (!mf__progress_due(progress))
        return;
    mf__buffer_print(&line, "downloading: %s", mf__show_bytes(done).text);
    if (total > 0)
        mf__buffer_print(&line, " of %s, %s", mf__show_bytes(total).text,
                         mf__show_percent((double)done / (double)total, 0).text);
    mf__progress_line(progress, mf__buffer_text(&line));
    mf__buffer_done(&line);
}

/* ---- what was brought ---- */

static bool is_folder(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* A name may be an archive's: a shell that the line is pasted into must take it for one word. */
static void say_next(const char *path, struct mf__buffer *out)
{
    struct mf__buffer word = {0};
    mf__shell_word(path, mf__wants_ascii(), &word);
    mf__buffer_put(out, "next       manyfold data describe ");
    mf__escape(out, mf__buffer_text(&word), word.length);
    mf__buffer_put(out, "\n");
    out->failed |= word.failed;
    mf__buffer_done(&word);
}

static void say_brought(const struct mf__fetched *fetched, const struct mf__set *set,
                        struct mf__buffer *out)
{
    const char *path = mf__buffer_text(&fetched->path);
    mf__buffer_put(out, "brought    ");
    mf__escape(out, path, strlen(path));
    mf__buffer_print(out, ", %s", mf__show_bytes(fetched->bytes).text);
    if (fetched->unpacked.packing != MF__PACKED_NOT)
        mf__buffer_print(out, ", unpacked %s in %zu file%s",
                         mf__show_bytes(fetched->unpacked.bytes).text, fetched->unpacked.n_files,
                         fetched->unpacked.n_files == 1 ? "" : "s");
    mf__buffer_put(out, fetched->is_turned ? ", turned from ARFF into CSV\n" : "\n");
    mf__buffer_print(out, "SHA-256    %s\n", mf__sha256_show(&fetched->digest).text);
    if (set != NULL)
        mf__buffer_print(out, "source     %s; licence: %s\n", set->source, set->licence);
    if (is_folder(path))
        return;
    say_next(path, out);
}

static int fetch(const struct mf__fetch *what, const struct mf__set *set)
{
    struct mf__fetched fetched = {0};
    struct mf__buffer text = {0};
    const void *module = NULL;
    mf_error error;
    int code = mf__module_load(&fetch_module, &module, &error);
    if (code == 0) {
        const struct mf__fetch_api *api = module;
        code = api->fetch(what, &fetched, &error);
    }
    mf__progress_end(&((struct saying *)what->user)->progress);
    int status = code == 0 ? MF__EXIT_DONE : mf__tell(&error);
    if (code == MF_E_CANCELLED)
        mf__end_interrupted();
    if (code == 0) {
        say_brought(&fetched, set, &text);
        status = mf__print(&text);
    }
    mf__buffer_done(&text);
    mf__fetched_done(&fetched);
    return status;
}

/* ---- embedded ones ---- */

/* What is asked of a file that is brought holds for one that was here all along. */
static int check_embedded(const struct mf__getting *getting, const struct mf__embedded *set,
                          mf_error *error)
{
    if (*set->length > getting->most_bytes)
        return mf__fail(error, MF_E_INPUT, "%s is larger than --max-size allows", set->name);
    if (getting->sha256 != NULL && strcasecmp(getting->sha256, set->sha256) != 0)
        return mf__fail(error, MF_E_DIFFER, "SHA-256 %s, expected %s: %s is not used", set->sha256,
                        getting->sha256, set->name);
    return 0;
}

/* The folder, made when it is not there, and the path in it. */
static int place_embedded(const struct mf__getting *getting, const struct mf__embedded *set,
                          struct mf__buffer *path, mf_error *error)
{
    struct stat found;
    mkdir(getting->out, 0777); /* what fails here fails again below, with its words */
    mf__buffer_print(path, "%s/%s%s", getting->out,
                     getting->name != NULL ? getting->name : set->name,
                     getting->name != NULL ? "" : ".csv");
    int code = mf__buffer_check(path, error);
    if (code == 0 && !getting->force && lstat(mf__buffer_text(path), &found) == 0)
        code = mf__fail(error, MF_E_INPUT, "%s is there already; --force replaces it",
                        mf__show_path(mf__buffer_text(path)).text);
    return code;
}

static int get_embedded(const struct mf__getting *getting, const struct mf__embedded *set)
{
    struct mf__buffer path = {0};
    struct mf__buffer text = {0};
    mf_error error;
    int code = check_embedded(getting, set, &error);
    if (code == 0)
        code = place_embedded(getting, set, &path, &error);
    if (code == 0)
        code = mf__output_write(mf__buffer_text(&path), set->bytes, *set->length, &error);
    int status = code == 0 ? MF__EXIT_DONE : mf__tell(&error);
    if (code == 0) {
        mf__buffer_print(&text, "brought    %s, %s\nSHA-256    %s\nsource     %s\n",
                         mf__show_path(mf__buffer_text(&path)).text,
                         mf__show_bytes(*set->length).text, set->sha256, set->source);
        say_next(mf__buffer_text(&path), &text);
        status = mf__print(&text);
    }
    mf__buffer_done(&path);
    mf__buffer_done(&text);
    return status;
}

/* ---- the whole ---- */

/* A folder of that name does not hide a data set. */
static bool is_regular(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

int mf__get_run(const struct mf__common *common, const struct mf__getting *getting,
                const char *source)
{
    const bool is_file = source != NULL && is_regular(source);
    const struct mf__set *set = source == NULL || is_file ? NULL : mf__set_find(source);
    const struct mf__embedded *embedded =
        source == NULL || is_file ? NULL : mf__embedded_find(source);
    struct saying saying = {.common = common};
    struct mf__sha256 expected;
    mf_error error;
    const char *digest = getting->sha256 != NULL ? getting->sha256
                         : set != NULL           ? set->sha256
                                                 : NULL;
    if (source == NULL) {
        mf__fail(&error, MF_E_INPUT,
                 "data get: what? A name that \"manyfold data list\" shows, an "
                 "address or a file");
        return mf__tell(&error);
    }
    if (getting->name != NULL && mf__fetch_name_check(getting->name, &error) != 0)
        return mf__tell(&error);
    if (digest != NULL && mf__sha256_parse(digest, &expected, &error) != 0)
        return mf__tell(&error);
    if (embedded != NULL)
        return get_embedded(getting, embedded);
    mf__progress_start(&saying.progress, common);
    const struct mf__fetch what = {.source = set != NULL ? set->url : source,
                                   .folder = getting->out,
                                   .name = getting->name != NULL ? getting->name
                                           : set != NULL         ? set->file
                                                                 : NULL,
                                   .expected = digest != NULL ? &expected : NULL,
                                   .force = getting->force,
                                   .most_bytes = getting->most_bytes,
                                   .certificates = getenv("SSL_CERT_FILE"),
                                   .cancel = mf__interruptible(),
                                   .progress = show_progress,
                                   .remark = say_remark,
                                   .user = &saying};
    return fetch(&what, set);
}

void mf__get_list(const struct mf__style *style, struct mf__buffer *out)
{
    mf__say_heading(style, "Brought by manyfold data get NAME", out);
    for (const struct mf__set *set = mf__sets; set->name != NULL; set++) {
        const struct mf__label label = {.text = set->name, .column = 2, .width = 15};
        mf__say_lines(style, &label, out, "%s; target %s; source: %s; licence: %s", set->title,
                      set->target, set->source, set->licence);
    }
}
