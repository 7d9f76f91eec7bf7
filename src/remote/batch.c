/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limit of time is told twice: Slurm signals the command some time before it, and the command
 * then stops with the best so far. The signal goes to all ranks, of which the first alone knows
 * what to do; the others are started with the signal ignored, and end when the first one says so.
 *
 * Since 22.05 srun does not take the cores of a task from sbatch by itself, so it is told.
 */
#include "remote/batch.h"

#include "base/clock.h"
#include "base/status.h"
#include "base/text.h"
#include "remote/quote.h"

#include <string.h>

#define MARGIN_S UINT64_C(120)

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "._-+,:@%/=";

uint64_t mf__batch_margin_s(uint64_t time_ns)
{
    uint64_t tenth = time_ns / MF__NS_PER_S / 10;
    return time_ns == 0 || tenth > MARGIN_S ? MARGIN_S : tenth < 10 ? 10 : tenth;
}

/* Slurm reads its lines by rules of its own, so they hold nothing that any rules could mean. */
static int check_word(const char *option, const char *word, mf_error *error)
{
    if (word == NULL || (word[0] != '\0' && word[0] != '-' && word[strspn(word, letters)] == '\0'))
        return 0;
    return mf__fail(error, MF_E_INPUT,
                    "%s %s: expected letters, digits and . _ - + , : @ %% / =, not beginning with "
                    "a dash",
                    option, mf__quote(word).text);
}

int mf__batch_check(const struct mf__batch *batch, mf_error *error)
{
    const struct {
        const char *option;
        const char *word;
    } checked[] = {{"--partition", batch->partition},
                   {"--account", batch->account},
                   {"--job-name", batch->name},
                   {"--output", batch->output}};
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof checked / sizeof checked[0]; i++)
        code = check_word(checked[i].option, checked[i].word, error);
    for (size_t i = 0; code == 0 && i < batch->n_modules; i++)
        code = check_word("--module", batch->modules[i], error);
    return code;
}

/* ---- the head ---- */

static void put_line(const char *option, const char *word, struct mf__buffer *out)
{
    if (word != NULL)
        mf__buffer_print(out, "#SBATCH --%s=%s\n", option, word);
}

static void put_number(const char *option, uint64_t number, struct mf__buffer *out)
{
    mf__buffer_print(out, "#SBATCH --%s=%llu\n", option, (unsigned long long)number);
}

/* "days-hours:minutes:seconds", rounded up to a second. */
static void put_time(uint64_t time_ns, struct mf__buffer *out)
{
    uint64_t s = time_ns / MF__NS_PER_S + (time_ns % MF__NS_PER_S != 0);
    mf__buffer_print(out, "#SBATCH --time=%llu-%02llu:%02llu:%02llu\n",
                     (unsigned long long)(s / 86400), (unsigned long long)(s / 3600 % 24),
                     (unsigned long long)(s / 60 % 60), (unsigned long long)(s % 60));
}

static void put_head(const struct mf__batch *batch, struct mf__buffer *out)
{
    const uint64_t margin_s = mf__batch_margin_s(batch->time_ns);
    /* Modules are functions that only a login shell has. */
    mf__buffer_put(out, batch->n_modules > 0 ? "#!/bin/bash -l\n" : "#!/bin/sh\n");
    mf__buffer_put(out, "# Made by manyfold sbatch; hand it to Slurm with: sbatch FILE\n");
    put_line("job-name", batch->name, out);
    put_number("nodes", batch->nodes, out);
    put_number("ntasks-per-node", batch->ranks_per_node, out);
    if (batch->threads > 0)
        put_number("cpus-per-task", batch->threads, out);
    else
        mf__buffer_put(out, "#SBATCH --exclusive\n");
    if (batch->time_ns > 0)
        put_time(batch->time_ns, out);
    if (!batch->by_mpirun)
        mf__buffer_print(out, "#SBATCH --signal=TERM@%llu\n", (unsigned long long)margin_s);
    put_line("partition", batch->partition, out);
    put_line("account", batch->account, out);
    put_line("output", batch->output, out);
}

/* ---- the body ---- */

static void put_modules(const struct mf__batch *batch, struct mf__buffer *out)
{
    /* They may use variables that are not set, so set -u comes later. */
    for (size_t i = 0; i < batch->n_modules; i++)
        mf__buffer_print(out, "module load %s\n", batch->modules[i]);
    mf__buffer_put(out, "set -eu\n\n");
}

static void put_threads(const struct mf__batch *batch, struct mf__buffer *out)
{
    if (batch->threads > 0)
        mf__buffer_print(out, "threads=${SLURM_CPUS_PER_TASK:-%llu}\n",
                         (unsigned long long)batch->threads);
    else
        mf__buffer_print(out,
                         "# The ranks of a machine share all of it.\n"
                         "threads=$((${SLURM_CPUS_ON_NODE:-%llu} / %llu))\n"
                         "[ \"$threads\" -gt 0 ] || threads=1\n",
                         (unsigned long long)batch->ranks_per_node,
                         (unsigned long long)batch->ranks_per_node);
    mf__buffer_put(out, "export MANYFOLD_THREADS_PER_RANK=\"$threads\"\n\n");
}

static void put_srun(const struct mf__batch *batch, struct mf__buffer *out)
{
    if (batch->nodes * batch->ranks_per_node == 1) {
        mf__buffer_put(out, "# Before the limit of time it gets the signal TERM, and stops with "
                            "what it has.\n"
                            "srun --mpi=none --cpus-per-task=\"$threads\" \\\n    ");
        return;
    }
    mf__buffer_put(out,
                   "# Before the limit of time all ranks get the signal TERM: the first stops "
                   "with what\n"
                   "# there is and ends the others, which leave it to that one.\n"
                   "# A rank that is lost ends all.\n"
                   "srun --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task=\"$threads\" sh -c '\n"
                   "    [ \"${SLURM_PROCID:-0}\" = 0 ] || trap \"\" TERM\n"
                   "    exec \"$@\"\n"
                   "' rank \\\n    ");
}

void mf__batch_put(const struct mf__batch *batch, struct mf__buffer *out)
{
    const size_t first = 2; /* "manyfold" and the verb */
    put_head(batch, out);
    put_modules(batch, out);
    put_threads(batch, out);
    if (batch->remark != NULL)
        mf__buffer_print(out, "# %s\n", batch->remark);
    if (batch->by_mpirun)
        mf__buffer_put(out, "mpirun --bind-to none -x MANYFOLD_THREADS_PER_RANK \\\n    ");
    else
        put_srun(batch, out);
    mf__sh_quote_all(batch->words, first, out);
    mf__buffer_put(out, batch->tell_workers ? " --workers \"$threads\"" : "");
    mf__buffer_put(out, batch->n_words > first ? " " : "");
    mf__sh_quote_all(batch->words + first, batch->n_words - first, out);
    mf__buffer_put(out, "\n");
}
