/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measuring without a clock: times come from a law and seeded noise. With it the whole chain, from
 * the rounds to the exit status, can be tested to the letter.
 */
#ifndef COMPARE_SCRIPT_H
#define COMPARE_SCRIPT_H

#include "base/random.h"
#include "compare/measure.h"

#define MF__SCRIPT_NAME 16

struct mf__script {
    uint64_t t1_ns; /* of the job at `size`; larger sizes take longer in proportion */
    uint64_t size;
    double fraction;              /* serial fraction of parallel ways */
    double kappa;                 /* coherency of parallel ways, per pair of workers */
    double noise;                 /* standard deviation of the logarithm of times */
    uint64_t start_ns;            /* for each worker of a parallel way */
    uint64_t launch_ns;           /* of each sample of mpi, before its time */
    char wrong[MF__SCRIPT_NAME];  /* this way gives a wrong answer */
    char broken[MF__SCRIPT_NAME]; /* this way fails */
    unsigned cores;
    struct mf__random random;
    uint64_t now_ns; /* of the scripted clock: moves on with every sample */
    struct mf__clock clock;
};

/*
 * Reads "t1=1s,size=1e10,fraction=0.05,kappa=0.001,noise=0.01,start=50us,launch=500ms,
 * wrong=processes,broken=threads,seed=7"; each word may be left out. Errors: MF_E_INPUT with the
 * word.
 */
int mf__script_parse(const char *text, unsigned cores, struct mf__script *ret_script,
                     mf_error *error);

/* A sampler and a clock that follow the script, which stays the caller's. */
struct mf__measuring mf__script_measuring(struct mf__script *script);

#endif
