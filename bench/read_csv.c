/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a CSV file and prints how many nanoseconds it took, and the rows and columns.
 *
 *     read_csv FILE
 */
#include "bench/bench.h"

#include <manyfold/table.h>

int main(int argc, char **argv)
{
    if (argc != 2)
        bench_die("which file?");
    mf_table *table = NULL;
    mf_error error = {0};
    uint64_t start = bench_now_ns();
    if (mf_table_read(argv[1], NULL, &table, &error) != 0)
        bench_die(error.text);
    uint64_t took = bench_now_ns() - start;
    printf("%llu %zu %zu\n", (unsigned long long)took, mf_table_rows(table),
           mf_table_columns(table));
    mf_table_free(&table);
    return 0;
}
