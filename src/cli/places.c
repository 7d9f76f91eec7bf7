/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/places.h"

#include "base/buffer.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a path leads to: a regular file or, where there is none yet, a name in a folder. */
struct file {
    bool known;
    dev_t device;
    ino_t inode;      /* of the file, or of the folder */
    const char *name; /* in the folder; "" for a file that is there */
};

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

static struct file file_of(const struct stat *about, const char *name)
{
    return (struct file){true, about->st_dev, about->st_ino, name};
}

static struct file find_file(const char *path)
{
    struct stat about;
    struct file found = {0};
    struct mf__buffer folder = {0};
    const char *slash = strrchr(path, '/');
    if (stat(path, &about) == 0)
        return S_ISREG(about.st_mode) ? file_of(&about, "") : found;
    mf__buffer_add(&folder, path, slash != NULL ? (size_t)(slash - path) + 1 : 0);
    mf__buffer_put(&folder, ".");
    if (!folder.failed && stat(mf__buffer_text(&folder), &about) == 0)
        found = file_of(&about, slash != NULL ? slash + 1 : path);
    mf__buffer_done(&folder);
    return found;
}

static struct file find_input(const char *path)
{
    struct stat about;
    struct file none = {0};
    if (!is_standard(path))
        return find_file(path);
    return fstat(STDIN_FILENO, &about) == 0 && S_ISREG(about.st_mode) ? file_of(&about, "") : none;
}

static bool is_same(const struct file *one, const struct file *other)
{
    return one->known && other->known && one->device == other->device &&
           one->inode == other->inode && strcmp(one->name, other->name) == 0;
}

/* An output, and those in front of it in the list. */
static int check_outputs(const struct mf__places *outputs, size_t at, mf_error *error)
{
    const struct mf__place *output = &outputs->list[at];
    struct file file = find_file(output->path);
    for (size_t i = 0; i < at; i++) {
        const struct mf__place *other = &outputs->list[i];
        if (other->path == NULL)
            continue;
        struct file others = find_file(other->path);
        if (strcmp(output->path, other->path) == 0 ||
            (!is_standard(output->path) && !is_standard(other->path) && is_same(&file, &others)))
            return mf__fail(error, MF_E_INPUT, "%s and %s both go to %s; give each its own place",
                            other->name, output->name, mf__quote(output->path).text);
    }
    return 0;
}

static int check_inputs(const struct mf__place *output, const struct mf__places *inputs,
                        mf_error *error)
{
    struct file file = find_file(output->path);
    for (size_t i = 0; i < inputs->n && !is_standard(output->path); i++) {
        const struct mf__place *input = &inputs->list[i];
        if (input->path == NULL)
            continue;
        struct file read = find_input(input->path);
        if (is_same(&file, &read))
            return mf__fail(error, MF_E_INPUT,
                            "%s: %s is %s that is read, and would be lost; choose another file",
                            output->name, mf__quote(output->path).text, input->name);
    }
    return 0;
}

static int check_standard_input(const struct mf__places *inputs, mf_error *error)
{
    const struct mf__place *first = NULL;
    for (size_t i = 0; i < inputs->n; i++) {
        const struct mf__place *input = &inputs->list[i];
        if (input->path == NULL || !is_standard(input->path))
            continue;
        if (first != NULL)
            return mf__fail(error, MF_E_INPUT,
                            "%s and %s cannot both come from standard input; name a file for one",
                            first->name, input->name);
        first = input;
    }
    return 0;
}

int mf__places_check(const struct mf__places *outputs, const struct mf__places *inputs,
                     mf_error *error)
{
    int code = check_standard_input(inputs, error);
    for (size_t i = 0; code == 0 && i < outputs->n; i++) {
        const struct mf__place *output = &outputs->list[i];
        if (output->path == NULL)
            continue;
        code = check_outputs(outputs, i, error);
        if (code == 0)
            code = check_inputs(output, inputs, error);
        if (code != 0)
            return code;
        code = mf__output_check(output->path, error);
        if (code != 0)
            mf__fail_within(error, code, "%s", output->name);
    }
    return code;
}

bool mf__is_read_once(const char *path)
{
    struct stat about;
    return path != NULL &&
           (is_standard(path) ||
            (stat(path, &about) == 0 &&
             (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || S_ISCHR(about.st_mode))));
}
