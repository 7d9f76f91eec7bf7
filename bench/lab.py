# SPDX-License-Identifier: Apache-2.0
"""The peers in Python: the sum of 1..N as a lab course has it, and with NumPy.

    lab.py serial|threading|multiprocessing|numpy WORKERS N

Each worker adds its part of the range in a Python loop. Prints nanoseconds and the sum.
"""

import multiprocessing
import sys
import threading
import time

BLOCK = 1 << 16  # what NumPy adds at once: small enough for the cache


def add(first, last):
    total = 0
    for i in range(first, last + 1):
        total += i
    return total


def parts(workers, n):
    return [(n * w // workers + 1, n * (w + 1) // workers) for w in range(workers)]


def serial(_, n):
    return add(1, n)


def with_threads(workers, n):
    totals = [0] * workers

    def work(index, first, last):
        totals[index] = add(first, last)

    threads = [threading.Thread(target=work, args=(w, *part))
               for w, part in enumerate(parts(workers, n))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(totals)


def with_processes(workers, n):
    with multiprocessing.Pool(workers) as pool:
        return sum(pool.starmap(add, parts(workers, n)))


def with_numpy(_, n):
    import numpy
    total = 0
    for first in range(1, n + 1, BLOCK):
        total += int(numpy.arange(first, min(first + BLOCK, n + 1), dtype=numpy.uint64).sum())
    return total


def main():
    how = {'serial': serial, 'threading': with_threads, 'multiprocessing': with_processes,
           'numpy': with_numpy}[sys.argv[1]]
    workers, n = int(sys.argv[2]), int(sys.argv[3])
    how(workers, 1000)
    start = time.perf_counter_ns()
    total = how(workers, n)
    print(time.perf_counter_ns() - start, total)


if __name__ == '__main__':
    main()
