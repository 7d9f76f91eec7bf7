/* SPDX-License-Identifier: Apache-2.0 */
/* What ranks say to each other about a run; between programs of the same build. */
#ifndef EXEC_MPI_MESSAGES_H
#define EXEC_MPI_MESSAGES_H

#include <manyfold/status.h>

#include "exec/baggage.h"
#include "exec/shared.h"

#include <stddef.h>
#include <stdint.h>

#define MF__PORTABLE_NAME 32

struct mf__mpi_job {
    char name[MF__PORTABLE_NAME];
    uint64_t result_bytes;
    uint64_t packed_bytes;
    uint64_t large_bytes[MF__LARGE_MOST]; /* large arrays (baggage.h), which follow by themselves */
    uint32_t n_large;
    struct mf__place
        board; /* for ranks on the host of rank 0, which write results to it themselves */
};

#define MF__ON_BOARD UINT64_MAX /* no bytes follow, as the results are on the board already */

struct mf__mpi_items {
    uint64_t first;
    uint64_t n;
    uint64_t took_ns; /* of results: computing them, added up */
    uint64_t bytes;   /* of results: that follow; or MF__ON_BOARD */
};

struct mf__mpi_failed {
    uint64_t item;
    mf_error error;
};

struct mf__mpi_logs {
    uint64_t started_ns; /* of this rank's clock, when it began with the run */
    uint64_t peak_bytes;
    uint64_t cpu_ns;
};

/* Results of so many bytes and more travel one by one, from where they were written to the board,
 * and only as far as they are filled. */
#define MF__LARGE_RESULT UINT64_C(16384)

static inline uint64_t mf__least_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t mf__most_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* From one result to the next, in bytes: aligned for any type. */
static inline size_t mf__mpi_stride(uint64_t result_bytes)
{
    return (size_t)((result_bytes + 15) / 16 * 16);
}

#endif
