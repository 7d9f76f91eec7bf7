/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_read.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/lab.h"
#include "cli/places.h"

#include <fcntl.h>
#include <unistd.h>

#define LARGEST ((size_t)1 << 20) /* bytes; as recipe.c has it */

/* What is wrong with the recipe itself is told by the verbs that read it; then there is NULL. */
static int read_recipe(const char *path, json_t **ret_root, mf_error *error)
{
    struct mf__buffer bytes = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int code = 0;
    *ret_root = NULL;
    if (fd < 0)
        return 0;
    if (mf__read_all(fd, path, LARGEST, &bytes, NULL) == 0 && bytes.length <= LARGEST)
        code = mf__json_read(mf__buffer_text(&bytes), bytes.length, 0, ret_root, NULL, error);
    close(fd);
    mf__buffer_done(&bytes);
    return code;
}

static int check_recipe(const struct mf__lab_settings *settings, mf_error *error)
{
    json_t *root = NULL;
    int code = read_recipe(settings->recipe, &root, error);
    const struct mf__quoted quoted = mf__quote(settings->recipe);
    if (code == 0 && json_is_object(root) && settings->data == NULL &&
        json_object_get(root, "file") == NULL)
        code = mf__fail(error, MF_E_INPUT,
                        "--recipe: %s names no \"file\"; tell the table with --data FILE",
                        quoted.text);
    else if (code == 0 && json_is_object(root) && json_object_get(root, "grid") == NULL)
        code = mf__fail(error, MF_E_INPUT,
                        "--recipe: %s has no \"grid\", which says what to search: "
                        "\"grid\": {\"max_depth\": [5, 10, null]}",
                        quoted.text);
    json_decref(root);
    return code;
}

int mf__lab_settle(const struct mf__lab_settings *settings, mf_error *error)
{
    bool has_part_2 = settings->part != 1;
    if (mf__is_read_once(settings->data) || mf__is_read_once(settings->recipe))
        return mf__fail(error, MF_E_INPUT,
                        "%s: several steps read it, and standard input or a pipe can be read once; "
                        "name a file",
                        mf__is_read_once(settings->data) ? "--data" : "--recipe");
    if (!has_part_2 && (settings->data != NULL || settings->recipe != NULL))
        return mf__fail(error, MF_E_INPUT,
                        "%s is of part 2, and --part 1 leaves that out; leave out one of them",
                        settings->data != NULL ? "--data" : "--recipe");
    if (settings->part == 2 && settings->sum != NULL)
        return mf__fail(error, MF_E_INPUT,
                        "--sum is of part 1, and --part 2 leaves that out; leave out one of them");
    if (settings->data != NULL && settings->recipe == NULL)
        return mf__fail(error, MF_E_INPUT,
                        "--data needs --recipe FILE, which says what to predict and what to "
                        "search; recipes/house-prices.json is one to begin with");
    return settings->recipe != NULL ? check_recipe(settings, error) : 0;
}
