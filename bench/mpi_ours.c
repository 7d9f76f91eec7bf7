/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our side of MPI, started by mpirun; it is linked with src/mpi/module.c:
 *
 *     mpi_ours table BYTES ROUNDS           a table to all ranks: packed, spread, unpacked, until
 * the last rank begins its first item mpi_ours waits ROUNDS ITEMS ITEM_NS   items that only wait,
 * so that ranks need no cores
 *
 * Rank 0 prints the nanoseconds of each run, and the CPU time that it took itself. The first run is
 * not counted.
 */
#include "bench/bench.h"

#include <manyfold/pool.h>

#include "exec/baggage.h"
#include "exec/mpi.h"
#include "exec/mpi_serve.h"

#include <string.h>
#include <sys/resource.h>

#define SILENCE_NS UINT64_C(60000000000)
#define WAIT_NS    UINT64_C(10000000) /* while a table travels, rank 0 has so much else to do ... */
#define WAITS      150                /* ... so often */

extern const struct mf__mpi_api manyfold_mpi_api;

/* What travels. */
struct cargo {
    unsigned char *bytes;
    size_t n;
    uint64_t item_ns;
    uint64_t done; /* of rank 0 */
};

static int pack(const void *user, struct mf__parcel *out, mf_error *error)
{
    const struct cargo *cargo = user;
    mf__pack_value(out, &cargo->item_ns, sizeof cargo->item_ns);
    mf__pack_array(out, cargo->bytes, cargo->n, 1);
    return mf__pack_check(out, error);
}

static void drop(void *user)
{
    struct cargo *cargo = user;
    free(cargo->bytes);
    free(cargo);
}

static int unpack(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    struct cargo *cargo = calloc(1, sizeof *cargo);
    if (cargo == NULL)
        bench_die("no memory");
    mf__unpack_value(baggage, &cargo->item_ns, sizeof cargo->item_ns);
    cargo->bytes = mf__unpack_array(baggage, &cargo->n, 1);
    *ret_user = cargo;
    return mf__unpack_check(baggage, error);
}

static int wait_a_while(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                        mf_error *error)
{
    const struct cargo *cargo = user;
    const struct timespec time = {(time_t)(cargo->item_ns / 1000000000),
                                  (long)(cargo->item_ns % 1000000000)};
    (void)worker;
    (void)error;
    memcpy(ret_result, &item, sizeof item);
    if (cargo->item_ns > 0)
        nanosleep(&time, NULL);
    return 0;
}

static int count(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct cargo *cargo = user;
    (void)error;
    if (memcmp(result, &item, sizeof item) != 0)
        bench_die("a result is wrong");
    cargo->done++;
    return 0;
}

static const struct mf_portable kind = {"bench", pack, unpack, drop, wait_a_while};

_Noreturn static void fail(void *user, const char *text)
{
    (void)user;
    bench_die(text);
}

static uint64_t cpu_ns(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return ((uint64_t)usage.ru_utime.tv_sec + (uint64_t)usage.ru_stime.tv_sec) * 1000000000 +
           ((uint64_t)usage.ru_utime.tv_usec + (uint64_t)usage.ru_stime.tv_usec) * 1000;
}

/* When the last worker began its first item. */
static uint64_t all_begun_ns(const mf_ledger *ledger)
{
    uint64_t last_ns = 0;
    for (unsigned i = 0; i < ledger->n_workers; i++) {
        if (ledger->workers[i].items == 0)
            bench_die("a rank came too late for any item");
        if (ledger->workers[i].startup_ns > last_ns)
            last_ns = ledger->workers[i].startup_ns;
    }
    return last_ns;
}

/* One after the other on an open pool. */
static void run_rounds(mf_pool *pool, struct cargo *cargo, uint64_t items, uint64_t rounds)
{
    const mf_work work = {.n_items = items,
                          .result_bytes = sizeof(uint64_t),
                          .run = wait_a_while,
                          .combine = count,
                          .user = cargo,
                          .portable = &kind};
    for (uint64_t round = 0; round <= rounds; round++) {
        mf_error error;
        mf_ledger ledger = {0};
        uint64_t used = cpu_ns();
        uint64_t start = bench_now_ns();
        cargo->done = 0;
        if (mf_pool_run(pool, &work, NULL, &ledger, &error) != 0)
            bench_die(error.text);
        if (cargo->done != items)
            bench_die("an item was lost");
        uint64_t took_ns = cargo->n > 0 ? all_begun_ns(&ledger) : bench_now_ns() - start;
        if (round > 0)
            bench_tell(took_ns, cpu_ns() - used);
        mf_ledger_done(&ledger);
    }
}

static void lead(struct mf__mpi_link *link, int argc, char **argv)
{
    mf_pool_options options = mf_pool_defaults();
    bool is_table = strcmp(argv[1], "table") == 0;
    uint64_t rounds = bench_number(argc, argv, is_table ? 3 : 2);
    struct cargo cargo = {.n = is_table ? (size_t)bench_number(argc, argv, 2) : 0,
                          .item_ns = is_table ? WAIT_NS : bench_number(argc, argv, 4)};
    mf_pool *pool = NULL;
    mf_error error;
    cargo.bytes = malloc(cargo.n + 1);
    if (cargo.bytes == NULL)
        bench_die("no memory");
    memset(cargo.bytes, 1, cargo.n);
    options.workers = mf__mpi_ranks(link);
    mf__mpi_use(link, 1);
    if (mf_pool_open(mf_way_find("mpi"), &options, &pool, &error) != 0)
        bench_die(error.text);
    run_rounds(pool, &cargo, is_table ? WAITS * options.workers : bench_number(argc, argv, 3),
               rounds);
    mf_pool_close(&pool);
    mf__mpi_dismiss(link);
    mf__mpi_use(NULL, 1);
    free(cargo.bytes);
}

int main(int argc, char **argv)
{
    const struct mf__mpi_options options = {
        .threads = 1, .silence_ns = SILENCE_NS, .gather_ns = SILENCE_NS, .fatal = fail};
    const struct mf_portable *const kinds[] = {&kind, NULL};
    struct mf__mpi_link *link = NULL;
    mf_error error;
    if (argc < 2 || mf__mpi_open(&manyfold_mpi_api, &options, &link, &error) != 0)
        bench_die(argc < 2 ? "what is to be measured?" : error.text);
    if (mf__mpi_rank(link) == 0)
        lead(link, argc, argv);
    else if (mf__mpi_serve(link, 1, kinds, &error) != 0)
        bench_die(error.text);
    mf__mpi_close(link);
    return 0;
}
