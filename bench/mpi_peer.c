/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare MPI, started by mpirun:
 *
 *     mpi_peer start                 begins and ends
 *     mpi_peer table BYTES ROUNDS [fresh]
 *
 * `table` is MPI_Bcast of that many bytes to all ranks; with `fresh` into memory that each rank but
 * the first allocates for it, as it must where it does not know beforehand what will come. Rank 0
 * prints the nanoseconds of each round, from a barrier to a barrier, so that all ranks have the
 * bytes. The first round is not counted.
 */
#include "bench/bench.h"

#include <mpi.h>
#include <string.h>

static char *make_room(size_t bytes)
{
    char *room = malloc(bytes + 1);
    if (room == NULL || bytes > INT32_MAX)
        bench_die("so many bytes do not go");
    return room;
}

static void spread(int rank, size_t bytes, uint64_t rounds, bool fresh)
{
    char *table = make_room(bytes);
    memset(table, rank == 0, bytes);
    for (uint64_t round = 0; round <= rounds; round++) {
        MPI_Barrier(MPI_COMM_WORLD);
        uint64_t start = bench_now_ns();
        if (fresh && rank != 0) {
            free(table);
            table = make_room(bytes);
        }
        MPI_Bcast(table, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD);
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0 && round > 0)
            printf("%llu\n", (unsigned long long)(bench_now_ns() - start));
    }
    if (bytes > 0 && table[bytes - 1] != 1)
        bench_die("the last byte did not arrive");
    free(table);
}

int main(int argc, char **argv)
{
    int rank = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Barrier(MPI_COMM_WORLD);
    if (argc > 1 && strcmp(argv[1], "table") == 0)
        spread(rank, (size_t)bench_number(argc, argv, 2), bench_number(argc, argv, 3), argc > 4);
    MPI_Finalize();
    return 0;
}
