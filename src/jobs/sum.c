/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sum of consecutive integers.
 *
 * An item is a block of consecutive integers. Blocks depend on the range alone: about 4096 of them,
 * so that many workers stay evenly busy, but none so small that handing it out would show beside
 * adding it, nor so large that losing one would hurt. A block is added in pieces, each short enough
 * for the kernel's lanes; the sums of blocks are added in 128 bits.
 */
#include "jobs/sum.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "exec/baggage.h"
#include "jobs/portable.h"

#include <string.h>

#define BLOCKS         UINT64_C(4096)
#define BLOCK_SMALLEST (UINT64_C(1) << 18)
#define BLOCK_LARGEST  (UINT64_C(1) << 30)

/* What one more thread costs to start and to end, at most, on machines that were looked at. */
#define THREAD_NS UINT64_C(100000)

struct sum {
    uint64_t from;
    uint64_t last; /* from + last is the last integer: the count less one, which may not fit */
    uint64_t block;
    mf__sum_function *add;
    mf__u128 total;
};

static uint64_t block_of(uint64_t last)
{
    uint64_t block = last / BLOCKS / BLOCK_SMALLEST * BLOCK_SMALLEST + BLOCK_SMALLEST;
    return block > BLOCK_LARGEST ? BLOCK_LARGEST : block;
}

static int run_block(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    const struct sum *sum = user;
    uint64_t done = item * sum->block;
    uint64_t left = sum->last - done < sum->block ? sum->last - done + 1 : sum->block;
    mf__u128 total = 0;
    while (left > 0) {
        if (mf_cancel_requested(worker->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        uint64_t piece = left < MF__SUM_PIECE ? left : MF__SUM_PIECE;
        total += sum->add(sum->from + done, piece);
        done += piece;
        left -= piece;
    }
    *(mf__u128 *)ret_result = total;
    return 0;
}

static int add_block(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct sum *sum = user;
    (void)item;
    (void)error;
    sum->total += *(const mf__u128 *)result;
    return 0;
}

/* ---- to other machines ---- */

#define BEST UINT32_MAX /* each takes its own best kernel */

struct travelling {
    uint64_t from;
    uint64_t last;
    uint32_t kernel; /* its place in the list, when it was chosen; or BEST */
    uint32_t unused;
};

static uint32_t place_of(mf__sum_function *add)
{
    uint32_t place = 0;
    if (add == mf__sum_kernel_best()->sum)
        return BEST;
    while (mf__sum_kernel_at(place)->sum != add)
        place++;
    return place;
}

/* A machine that has no such instructions takes what it has: the sum is the same. */
static mf__sum_function *kernel_at(uint32_t place)
{
    const struct mf__sum_kernel *kernel = mf__sum_kernel_best();
    if (place < mf__sum_kernel_count() && mf__sum_kernel_runs(mf__sum_kernel_at(place)))
        kernel = mf__sum_kernel_at(place);
    return kernel->sum;
}

static int pack(const void *user, struct mf__parcel *out, mf_error *error)
{
    const struct sum *sum = user;
    const struct travelling travelling = {
        .from = sum->from, .last = sum->last, .kernel = place_of(sum->add)};
    mf__pack_value(out, &travelling, sizeof travelling);
    return mf__pack_check(out, error);
}

static int unpack(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    struct travelling travelling;
    mf__unpack_value(baggage, &travelling, sizeof travelling);
    int code = mf__unpack_check(baggage, error);
    if (code != 0)
        return code;
    struct sum *sum = mf__new(1, sizeof *sum);
    if (sum == NULL)
        return mf__fail_memory(error, sizeof *sum, "a sum");
    *sum = (struct sum){.from = travelling.from,
                        .last = travelling.last,
                        .block = block_of(travelling.last),
                        .add = kernel_at(travelling.kernel)};
    *ret_user = sum;
    return 0;
}

const struct mf_portable mf__sum_travels = {
    .name = "sum", .pack = pack, .unpack = unpack, .drop = mf__free, .run = run_block};

static void set_up(struct sum *sum, const struct mf__sum_config *config, uint64_t last,
                   mf_work *ret_work)
{
    *sum = (struct sum){
        .from = config->from, .last = last, .block = block_of(last), .add = config->kernel->sum};
    *ret_work = (mf_work){.n_items = last / sum->block + 1,
                          .result_bytes = sizeof(mf__u128),
                          .run = run_block,
                          .combine = add_block,
                          .user = sum,
                          .portable = &mf__sum_travels};
}

static mf_u128 halves(mf__u128 value)
{
    return (mf_u128){.high = (uint64_t)(value >> 64), .low = (uint64_t)value};
}

/* (from + to) * count / 2, where one of the two factors is even and is halved first. */
static mf__u128 formula(uint64_t from, uint64_t to)
{
    if (from > to)
        return 0;
    mf__u128 ends = (mf__u128)from + to;
    mf__u128 count = (mf__u128)(to - from) + 1;
    return ends % 2 == 0 ? ends / 2 * count : count / 2 * ends;
}

mf_u128 mf_sum_formula(uint64_t from, uint64_t to)
{
    return halves(formula(from, to));
}

static int check_sum(const struct sum *sum, mf_error *error)
{
    if (sum->total == formula(sum->from, sum->from + sum->last))
        return 0;
    return mf__fail(error, MF_E_DIFFER,
                    "the sum is not what the formula (from + to) * count / 2 gives: a bug, or "
                    "hardware that computes wrongly");
}

int mf__sum(mf_pool *pool, const struct mf__sum_config *config, uint64_t to,
            const mf_run_options *options, mf_ledger *ret_ledger, mf_u128 *ret_sum, mf_error *error)
{
    struct sum sum;
    mf_work work;
    bool empty = config->from > to;
    set_up(&sum, config, empty ? 0 : to - config->from, &work);
    if (empty)
        work.n_items = 0;
    int code = mf_pool_run(pool, &work, options, ret_ledger, error);
    if (code == 0 && !empty)
        code = check_sum(&sum, error);
    if (code == 0)
        *ret_sum = halves(sum.total);
    return code;
}

int mf_sum(mf_pool *pool, uint64_t from, uint64_t to, const mf_run_options *options,
           mf_ledger *ret_ledger, mf_u128 *ret_sum, mf_error *error)
{
    const struct mf__sum_config config = {from, mf__sum_kernel_best()};
    return mf__sum(pool, &config, to, options, ret_ledger, ret_sum, error);
}

unsigned mf__sum_worth(uint64_t serial_ns, unsigned workers)
{
    unsigned best = 1;
    uint64_t least_ns = serial_ns;
    for (unsigned n = 2; n <= workers; n++) {
        uint64_t ns = serial_ns / n + (uint64_t)(n - 1) * THREAD_NS;
        if (ns < least_ns) {
            least_ns = ns;
            best = n;
        }
    }
    return best;
}

unsigned mf__sum_quickest(const struct mf__sum_config *config, uint64_t count, unsigned workers)
{
    if (count <= BLOCK_SMALLEST || workers <= 1)
        return 1;
    /* The first block of the sum itself: larger integers take longer. The result is kept, so that
     * the call stays; the first pass brings the core up to speed. */
    mf__sum_function *add = config->kernel->sum;
    volatile uint64_t kept = (uint64_t)add(config->from, BLOCK_SMALLEST);
    uint64_t start = mf__now_ns();
    kept = kept + (uint64_t)add(config->from, BLOCK_SMALLEST);
    uint64_t block_ns = mf__now_ns() - start;
    uint64_t serial_ns = 0;
    if (__builtin_mul_overflow(count / BLOCK_SMALLEST, block_ns, &serial_ns))
        return workers;
    return mf__sum_worth(serial_ns, workers);
}

/* ---- as a job ---- */

static int make(const void *settings, uint64_t size, void **ret_user, mf_work *ret_work,
                mf_error *error)
{
    const struct mf__sum_config *config = settings;
    if (size == 0 || size - 1 > UINT64_MAX - config->from)
        return mf__fail(error, MF_E_INPUT,
                        "%llu integers from %llu on do not end below 2^64; a smaller N would help",
                        (unsigned long long)size, (unsigned long long)config->from);
    struct sum *sum = mf__new(1, sizeof *sum);
    if (sum == NULL)
        return mf__fail_memory(error, sizeof *sum, "a sum");
    set_up(sum, config, size - 1, ret_work);
    *ret_user = sum;
    return 0;
}

static void reset(void *user)
{
    ((struct sum *)user)->total = 0;
}

static void answer(const void *user, struct mf__buffer *text)
{
    const struct sum *sum = user;
    mf_u128 total = halves(sum->total);
    mf__buffer_put(text, mf__show_wide(total.high, total.low, 0).text);
}

static int check(const void *user, mf_error *error)
{
    return check_sum(user, error);
}

const struct mf__job_kind mf__sum_job = {
    .name = "sum",
    .size_name = "N",
    .make = make,
    .reset = reset,
    .answer = answer,
    .check = check,
    .done = mf__free,
};
