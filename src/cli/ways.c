/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ways.h"

#include <manyfold/machine.h>

const char *const mf__way_choices[] = {"serial", "threads", "processes", "mpi", NULL};

const char *const mf__auto_way_choices[] = {"auto", "serial", "threads", "processes", "mpi", NULL};

const mf_way *mf__auto_way(size_t choice)
{
    return choice == 0 ? NULL : mf_way_find(mf__auto_way_choices[choice]);
}

const mf_way *mf__chosen_way(size_t choice)
{
    return mf_way_find(mf__way_choices[choice]);
}

int mf__pool_open(size_t auto_choice, uint64_t workers, mf_pool **ret_pool, mf_error *error)
{
    const mf_way *way = mf__auto_way(auto_choice);
    const mf_way *serial = mf_way_find("serial");
    mf_pool_options options = mf_pool_defaults();
    options.workers = (unsigned)workers;
    if (workers == 0) {
        int code = way == serial ? 0 : mf_default_workers(&options.workers, error);
        if (code != 0)
            return code;
        options.workers = way == serial ? 1 : options.workers;
    }
    if (way == NULL)
        way = options.workers > 1 ? mf_way_find("threads") : serial;
    return mf_pool_open(way, &options, ret_pool, error);
}
