/* SPDX-License-Identifier: Apache-2.0 */
/* A script that Slurm runs a command by. */
#ifndef REMOTE_BATCH_H
#define REMOTE_BATCH_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct mf__batch {
    uint64_t nodes;
    uint64_t ranks_per_node;
    uint64_t threads;      /* of each rank; 0: ranks share whole machines */
    uint64_t time_ns;      /* 0: as the partition has it */
    bool by_mpirun;        /* in place of srun */
    const char *partition; /* these may be NULL */
    const char *account;
    const char *name;
    const char *output;
    const char *const *modules;
    size_t n_modules;
    bool tell_workers;        /* as many workers as the one rank has cores */
    const char *const *words; /* the command: "manyfold", a verb, and more */
    size_t n_words;
    const char *remark; /* a comment above the command, without newlines; or NULL */
};

/* Seconds before the limit at which the command is asked to stop. */
uint64_t mf__batch_margin_s(uint64_t time_ns);

/* Whether what stands in #SBATCH lines can stand there. MF_E_INPUT names the option. */
int mf__batch_check(const struct mf__batch *batch, mf_error *error);

void mf__batch_put(const struct mf__batch *batch, struct mf__buffer *out);

#endif
