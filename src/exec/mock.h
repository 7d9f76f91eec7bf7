/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mock way: runs the items for their answer, and takes times and failures from a script.
 * It makes everything above the engine testable without timing anything.
 */
#ifndef EXEC_MOCK_H
#define EXEC_MOCK_H

#include <manyfold/pool.h>
#include <stdbool.h>

/* One scripted item. */
struct mf__mock_fault {
    uint64_t item;
    int code;          /* the item fails with this, unless it is 0 */
    bool wrong_answer; /* the first byte of its result has a bit flipped */
};

/* A script. All zero: nothing fails, and the time of the run is the real one. */
struct mf__mock_script {
    uint64_t wall_ns; /* what the ledger reports for the run, unless it is 0 */
    uint64_t open_ns; /* ... and for opening the pool */
    const struct mf__mock_fault *faults;
    size_t n_faults;
};

/* Gives the script to an open pool of the mock way; kept by reference until the pool is closed. */
void mf__mock_set(mf_pool *pool, const struct mf__mock_script *script);

#endif
