/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer for the sum: oneTBB, as its manual shows it, in 64 bits. Prints nanoseconds and the sum.
 *
 *     tbb_sum THREADS N
 */
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_reduce.h>

static std::uint64_t add(std::uint64_t n)
{
    using range = tbb::blocked_range<std::uint64_t>;
    return tbb::parallel_reduce(
        range(1, n + 1), std::uint64_t{0},
        [](const range &part, std::uint64_t sum) {
            for (std::uint64_t i = part.begin(); i != part.end(); i++)
                sum += i;
            return sum;
        },
        std::plus<std::uint64_t>());
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                              std::strtoul(argv[1], nullptr, 10));
    std::uint64_t n = std::strtoull(argv[2], nullptr, 10);
    volatile std::uint64_t warm_up = add(n / 20);
    (void)warm_up;
    auto start = std::chrono::steady_clock::now();
    std::uint64_t sum = add(n);
    std::chrono::nanoseconds took = std::chrono::steady_clock::now() - start;
    std::printf("%llu %llu\n", static_cast<unsigned long long>(took.count()),
                static_cast<unsigned long long>(sum));
    return 0;
}
