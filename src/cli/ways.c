/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ways.h"

#include <manyfold/machine.h>

#include "cli/ranks.h"

const char *const mf__way_choices[] = {"serial", "threads", "processes", "mpi", NULL};

const char *const mf__auto_way_choices[] = {"auto", "serial", "threads", "processes", "mpi", NULL};

const struct mf__option mf__running_options[] = {
    {.name = "with",
     .kind = MF__CHOICE,
     .argument = "WAY",
     .help = "the way to run it; every way gives the same result",
     .preset = "auto",
     .choices = mf__auto_way_choices,
     .offset = offsetof(struct mf__running, way)},
    {.name = "workers",
     .letter = 'j',
     .kind = MF__COUNT,
     .argument = "N",
     .help = "how many workers",
     .elsewhere = "n-jobs",
     .otherwise = "as many as the machine grants, see manyfold doctor",
     .word = "auto",
     .offset = offsetof(struct mf__running, workers),
     .min = 1,
     .max = MF_WORKERS_MAX},
    {.name = "recipe",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "take options from a JSON file, {\"workers\": 2}; what is typed wins",
     .offset = offsetof(struct mf__running, recipe)},
    {0},
};

const mf_way *mf__auto_way(size_t choice)
{
    return choice == 0 ? NULL : mf_way_find(mf__auto_way_choices[choice]);
}

const mf_way *mf__chosen_way(size_t choice)
{
    return mf_way_find(mf__way_choices[choice]);
}

void mf__ranks_way(const mf_way **way, unsigned *workers)
{
    const mf_way *mpi = mf_way_find("mpi");
    bool is_mpi = *way == mpi || (*way == NULL && *workers == 0);
    if (mf__ranks_workers() == 0 || !is_mpi)
        return;
    *way = mpi;
    *workers = *workers == 0 ? mf__ranks_workers() : *workers;
}

int mf__pool_open(size_t auto_choice, uint64_t workers, mf_pool **ret_pool, mf_error *error)
{
    const mf_way *way = mf__auto_way(auto_choice);
    const mf_way *serial = mf_way_find("serial");
    mf_pool_options options = mf_pool_defaults();
    options.workers = (unsigned)workers;
    mf__ranks_way(&way, &options.workers);
    if (options.workers == 0) {
        int code = way == serial ? 0 : mf_default_workers(&options.workers, error);
        if (code != 0)
            return code;
        options.workers = way == serial ? 1 : options.workers;
    }
    if (way == NULL)
        way = options.workers > 1 ? mf_way_find("threads") : serial;
    return mf_pool_open(way, &options, ret_pool, error);
}
