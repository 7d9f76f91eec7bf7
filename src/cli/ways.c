/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ways.h"

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
