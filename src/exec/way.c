/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of ways. One that cannot run here stays listed, with its reason. */
#include "exec/run.h"

#include <string.h>

static const mf_way *const ways[] = {&mf__serial_way, &mf__threads_way, &mf__processes_way,
                                     &mf__mpi_way, &mf__mock_way};

size_t mf_way_count(void)
{
    return sizeof ways / sizeof ways[0];
}

const mf_way *mf_way_at(size_t index)
{
    return index < mf_way_count() ? ways[index] : NULL;
}

const mf_way *mf_way_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < mf_way_count(); i++)
        if (strcmp(ways[i]->name, name) == 0)
            return ways[i];
    return NULL;
}

const char *mf_way_name(const mf_way *way)
{
    return way->name;
}

const char *mf_way_summary(const mf_way *way)
{
    return way->summary;
}

const char *mf_way_unavailable(const mf_way *way)
{
    return way->unavailable;
}
