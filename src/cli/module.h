/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules: shared objects that hold what few commands need and what brings many libraries along.
 * They are loaded when they are asked for, so that everything else starts quickly, in little
 * memory, and also where those libraries are missing.
 */
#ifndef CLI_MODULE_H
#define CLI_MODULE_H

#include <manyfold/status.h>

#include <stdbool.h>

struct mf__module {
    const char *path;    /* below src/ in a build folder; installed, its last part */
    const char *symbol;  /* a constant struct whose first member is its `unsigned version` */
    unsigned version;    /* that is understood here */
    bool is_global;      /* its libraries find their own modules by symbols among all loaded */
    const char *purpose; /* that an error begins with: "data get" */
    const char *help;    /* what would make it work, and ends the error */
};

/*
 * Loads a module, for good. It is looked for where MANYFOLD_MODULES says, in the build folder of
 * this very command, beside an installation that was moved, and where it was to be installed.
 * MF_E_UNAVAILABLE: it was not built, a library is missing, or it is of another version;
 * MF_E_MEMORY.
 */
int mf__module_load(const struct mf__module *module, const void **ret_api, mf_error *error);

/* Whether there is a file of it, by its `path`; it may still not load. */
bool mf__module_is_there(const char *path);

#endif
