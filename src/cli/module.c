/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/module.h"

#include "base/buffer.h"
#include "base/status.h"
#include "base/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_PATH 4096

/* The folder of this command, "" where it is not known. */
static void own_folder(char folder[MOST_PATH])
{
    ssize_t n = readlink("/proc/self/exe", folder, MOST_PATH - 1);
    folder[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
}

static const char *file_of(const struct mf__module *module)
{
    const char *slash = strrchr(module->path, '/');
    return slash != NULL ? slash + 1 : module->path;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t its = strlen(end);
    return length >= its && strcmp(text + length - its, end) == 0;
}

/* Whether the path names a file; else it is emptied, but for a failure. */
static bool is_there(struct mf__buffer *path)
{
    if (path->failed)
        return false;
    if (access(mf__buffer_text(path), R_OK) == 0)
        return true;
    mf__buffer_clear(path);
    return false;
}

/* Folders around the command are trusted only where its own folder has the name that our build or
 * our installation gives it: a copy elsewhere must not load what others may have put beside it. */
static bool find(const struct mf__module *module, struct mf__buffer *path)
{
    const char *told = getenv("MANYFOLD_MODULES");
    char folder[MOST_PATH];
    if (told != NULL && told[0] == '/') {
        mf__buffer_print(path, "%s/%s", told, file_of(module));
        return is_there(path);
    }
    own_folder(folder);
    if (ends_with(folder, "/src/cli"))
        mf__buffer_print(path, "%s/../%s", folder, module->path);
    else if (ends_with(folder, "/bin"))
        mf__buffer_print(path, "%s/../" MF_LIBRARIES "/manyfold/%s", folder, file_of(module));
    if (is_there(path))
        return true;
    mf__buffer_print(path, "%s/%s", MF_MODULES, file_of(module));
    return is_there(path);
}

static int open_module(const struct mf__module *module, const char *path, const void **ret_api,
                       mf_error *error)
{
    errno = 0;
    void *handle = dlopen(path, RTLD_NOW | (module->is_global ? RTLD_GLOBAL : RTLD_LOCAL));
    if (handle == NULL && errno == ENOMEM)
        return mf__fail(error, MF_E_MEMORY, "%s: no memory to load %s", module->purpose,
                        file_of(module));
    if (handle == NULL)
        return mf__fail(error, MF_E_UNAVAILABLE, "%s: %s cannot be loaded: %.300s; %s",
                        module->purpose, file_of(module), dlerror(), module->help);
    const unsigned *version = dlsym(handle, module->symbol);
    if (version == NULL || *version != module->version)
        return mf__fail(error, MF_E_UNAVAILABLE, "%s: %s is of another version of manyfold",
                        module->purpose, mf__show_path(path).text);
    *ret_api = version;
    return 0;
}

bool mf__module_is_there(const char *path)
{
    const struct mf__module module = {.path = path};
    struct mf__buffer found = {0};
    bool there = find(&module, &found);
    mf__buffer_done(&found);
    return there;
}

int mf__module_load(const struct mf__module *module, const void **ret_api, mf_error *error)
{
    struct mf__buffer path = {0};
    int code = 0;
    *ret_api = NULL;
    if (find(module, &path))
        code = open_module(module, mf__buffer_text(&path), ret_api, error);
    else
        code = mf__buffer_check(&path, error);
    if (code == 0 && *ret_api == NULL)
        code = mf__fail(error, MF_E_UNAVAILABLE, "%s: this manyfold has no module %s; %s",
                        module->purpose, file_of(module), module->help);
    mf__buffer_done(&path);
    return code;
}
