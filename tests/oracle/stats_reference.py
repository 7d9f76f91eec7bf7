#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Computes the reference figures that src/stats is tested against, with NumPy and SciPy.

    tests/oracle/stats_reference.py > tests/oracle/stats_reference.h

Every figure comes from a library or a textbook formula, by another road than the C code takes:
quantiles from numpy, tails of the binomial distribution and the sign test from scipy.stats, fits
from scipy.optimize. The only thing shared on purpose is the random number generator of the
bootstrap, so that both draw the same rounds. Needs Debian's python3-numpy and python3-scipy.
"""
import math
import sys
import warnings

import numpy as np
from scipy import optimize, stats

MASK = (1 << 64) - 1
AT = [2, 4, 8, 16, 32]
CONFIDENCE = 0.95


class Random:
    """SplitMix64, as in src/base/random.c."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, limit):
        excess = (1 << 64) % limit
        word = self.next()
        while word > MASK - excess:
            word = self.next()
        return word % limit

    def normal(self):
        """Nearly normal: a sum of twelve uniform numbers has variance 1."""
        return sum((self.next() >> 11) / 2.0**53 for _ in range(12)) - 6.0


def short(x):
    """An input in nine digits, so that the header holds exactly what was computed with."""
    return float(f"{x:.9g}")


def noisy(seed, values, noise):
    random = Random(seed)
    return [short(v * math.exp(noise * random.normal())) for v in values]


# ---- Estimates -----------------------------------------------------------------------------------


def quantile(values, at):
    """numpy's, or the same rule where an infinite value would give it infinity minus infinity."""
    values = np.sort(np.asarray(values, dtype=float))
    if np.isfinite(values).all():
        return float(np.quantile(values, at))
    place = at * (len(values) - 1)
    below = int(place)
    part = place - below
    low = values[below]
    if part == 0 or values[below + 1] == low:
        return float(low)
    return float((1 - part) * low + part * values[below + 1])


def outliers(values):
    values = np.asarray(values)
    distance = np.abs(values - np.median(values))
    mad = stats.median_abs_deviation(values)
    if mad > 0:
        return int((0.6745 * distance / mad > 3.5).sum())
    if distance.mean() > 0:
        return int((distance / (1.253314 * distance.mean()) > 3.5).sum())
    return 0


def sign_rank(n, confidence):
    """The largest rank whose interval covers enough, by trying all of them."""
    best = (0, 0.0)
    for rank in range(1, (n + 1) // 2 + 1):
        coverage = 1 - 2 * stats.binom.cdf(rank - 1, n, 0.5)
        if coverage >= confidence - 1e-15:
            best = (rank, coverage)
    return best


def median_interval(values, confidence=CONFIDENCE):
    ordered = sorted(values)
    rank, coverage = sign_rank(len(ordered), confidence)
    mid = float(np.median(ordered))
    if rank == 0:
        return -math.inf, mid, math.inf, 0.0
    return ordered[rank - 1], mid, ordered[len(ordered) - rank], coverage


def ratio(base, other):
    logs = np.log(np.asarray(base) / np.asarray(other))
    low, mid, high, coverage = median_interval(list(logs))
    above, below = int((logs > 0).sum()), int((logs < 0).sum())
    p = stats.binomtest(above, above + below, 0.5).pvalue if above + below > 0 else 1.0
    return math.exp(low), math.exp(mid), math.exp(high), coverage, p


def mann_whitney_counts(n, m):
    """How many of the orders of n and m values have U = 0, 1, ...: the coefficients of the Gaussian
    binomial, in whole numbers."""
    counts = [1]
    for i in range(1, n + 1):
        grown = counts + [0] * (m + i)  # times (1 - q^(m + i)) ...
        for u, count in enumerate(counts):
            grown[u + m + i] -= count
        for u in range(i, len(grown)):  # ... over (1 - q^i)
            grown[u] += grown[u - i]
        counts = grown[:m * i + 1]
    return counts


def factor(first, second, margin):
    """Hodges and Lehmann's estimate of second / first, its interval and p value."""
    first, second = np.log(first), np.log(second)
    differences = np.sort(np.subtract.outer(second, first).ravel())
    counts = mann_whitney_counts(len(first), len(second))
    total = math.comb(len(first) + len(second), len(first))
    rank = max(k for k in range(len(differences) // 2 + 1)
               if 2 * sum(counts[:k]) <= (1 - CONFIDENCE) * total)
    mid = float(np.median(differences))
    edge = math.copysign(math.log1p(margin), mid)
    p = 1.0
    if abs(mid) > abs(edge):
        p = float(stats.mannwhitneyu(first + edge, second, method="exact").pvalue)
    low, high, coverage = -math.inf, math.inf, 0.0
    if rank > 0:
        low, high = math.exp(differences[rank - 1]), math.exp(differences[-rank])
        coverage = 1 - 2 * sum(counts[:rank]) / total
    return low, math.exp(mid), high, coverage, p


def holm(p):
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    running = 0.0
    for rank, index in enumerate(order):
        running = max(running, min(1.0, (len(p) - rank) * p[index]))
        adjusted[index] = running
    return list(adjusted)


# ---- Laws ----------------------------------------------------------------------------------------


def amdahl(workers, times):
    """(serial, parallel, sum of squares), or None; by the singular value decomposition."""
    if len(set(workers)) < 2:
        return None
    p, t = np.asarray(workers, dtype=float), np.asarray(times)
    rows = np.column_stack([1 / t, 1 / (p * t)])
    solution = np.linalg.lstsq(rows, np.ones(len(t)), rcond=None)[0]
    return solution[0], solution[1], float(((rows @ solution - 1) ** 2).sum())


def usl(workers, times):
    """(t1, contention, coherency, sum of squares), or None; by bounded or non-negative solvers."""
    if len(set(workers)) < 4:
        return None
    p, t = np.asarray(workers, dtype=float), np.asarray(times)
    rows = np.column_stack([1 / (p * t), (p - 1) / (p * t), (p - 1) / t])
    scale = np.sqrt((rows**2).sum(axis=0))
    solution = optimize.nnls(rows / scale, np.ones(len(t)))[0] / scale
    return (*solution, float(((rows @ solution - 1) ** 2).sum()))


def cross_check_amdahl(workers, times, found):
    """The usual iterative fit of T1 and f must end at the same place."""
    p, t = np.asarray(workers, dtype=float), np.asarray(times)

    def law(p, t1, f):
        return t1 * (f + (1 - f) / p)

    t1 = found[0] + found[1]
    start = [1.1 * t1, found[0] / t1 + 0.05]
    with warnings.catch_warnings():  # two points leave no covariance, which is not asked for
        warnings.simplefilter("ignore", optimize.OptimizeWarning)
        fitted = optimize.curve_fit(law, p, t, p0=start, sigma=t, xtol=1e-14, ftol=1e-14)[0]
    np.testing.assert_allclose(fitted, [t1, found[0] / t1], rtol=1e-6, atol=1e-8)


def cross_check_usl(workers, times, found):
    """Two further solvers with bounds must reach the same sum of squares and the same place."""
    p, t = np.asarray(workers, dtype=float), np.asarray(times)
    rows = np.column_stack([1 / (p * t), (p - 1) / (p * t), (p - 1) / t])
    linear = optimize.lsq_linear(rows, np.ones(len(t)), (0, np.inf), method="bvls", tol=1e-15)
    np.testing.assert_allclose(linear.x, found[:3], rtol=1e-6, atol=1e-8 * max(found[:3]))
    if found[0] > 0:
        def residuals(x):
            return x[0] * (1 + x[1] * (p - 1) + x[2] * p * (p - 1)) / p / t - 1

        start = [found[0] * 1.05, found[1] / found[0] + 0.01, found[2] / found[0] + 1e-3]
        free = optimize.least_squares(residuals, start, bounds=(0, np.inf), x_scale="jac",
                                      xtol=1e-15, ftol=1e-15, gtol=1e-15)
        np.testing.assert_allclose(2 * free.cost, found[3], rtol=1e-6, atol=1e-10)


def speedup(base, time):
    return base / time if time > 0 else math.inf


def without_rounding(part, whole):
    """A part that is 0 but for the solver's last digits is 0."""
    return 0.0 if abs(part) < 1e-12 * abs(whole) else part


def amdahl_figures(found, base):
    """f, the limit, and the predicted speedups."""
    if found is None:
        return [math.nan, math.nan] + [math.nan] * len(AT)
    parallel = found[1]
    serial = without_rounding(found[0], found[0] + parallel)
    t1 = serial + parallel
    fraction = serial / t1 if t1 > 0 else math.inf
    return [fraction, speedup(base, serial)] + [speedup(base, serial + parallel / p) for p in AT]


def usl_figures(found, base):
    """sigma, kappa, the peak, the speedup there, and the predicted speedups."""
    if found is None:
        return [math.nan] * 4 + [math.nan] * len(AT)
    t1 = found[0]
    contention, coherency = (without_rounding(part, t1) for part in found[1:3])
    sigma = contention / t1 if t1 > 0 else (math.inf if contention > 0 else 0.0)
    kappa = coherency / t1 if t1 > 0 else (math.inf if coherency > 0 else 0.0)

    def time(p):
        return t1 * (1 / p) + contention * (1 - 1 / p) + coherency * (p - 1)

    if sigma >= 1 or t1 == 0:
        peak = 1.0
    else:
        peak = max(1.0, math.sqrt((1 - sigma) / kappa)) if kappa > 0 else math.inf
    top = speedup(base, contention if math.isinf(peak) else time(peak))
    return [sigma, kappa, peak, top] + [speedup(base, time(p)) for p in AT]


def figures(workers, times, base):
    """In the order of src/stats/bootstrap.h: six bands, then Amdahl's and USL's predictions."""
    a = amdahl_figures(amdahl(workers, times), base)
    u = usl_figures(usl(workers, times), base)
    return a[:2] + u[:4] + a[2:] + u[4:]


def bootstrap(case):
    times, base = np.asarray(case["times"]), np.asarray(case["base"])
    n = len(base)
    random = Random(case["seed"])
    mid = figures(case["workers"], np.median(times, axis=0), float(np.median(base)))
    drawn = []
    for _ in range(case["resamples"]):
        rows = [random.below(n) for _ in range(n)]
        medians = np.median(times[rows], axis=0)
        drawn.append(figures(case["workers"], medians, float(np.median(base[rows]))))
    intervals = []
    for column, estimate in zip(zip(*drawn), mid):
        if math.isnan(estimate) or sign_rank(n, CONFIDENCE)[0] == 0:
            intervals += [-math.inf, estimate, math.inf]
        else:
            low, high = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2
            intervals += [quantile(column, low), estimate, quantile(column, high)]
    return intervals


# ---- Cases ---------------------------------------------------------------------------------------


def law_times(workers, t1, sigma, kappa):
    return [t1 * (1 + sigma * (p - 1) + kappa * p * (p - 1)) / p for p in workers]


SAMPLES = {
    "one value": [3.25],
    "two values": [2.0, 1.0],
    "five values, too few for an interval": [1.5, 1.25, 1.75, 1.0, 2.0],
    "six values": noisy(1, [1.0] * 6, 0.05),
    "twenty noisy": noisy(2, [0.02] * 20, 0.03),
    "twenty-one with two outliers": noisy(3, [0.02] * 19, 0.02) + [0.031, 0.027],
    "ties": [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0, 4.0, 9.0],
    "more than half equal": [5.0] * 12 + [5.001, 5.0, 6.0],
    "all equal": [7.0] * 8,
    "nanoseconds": noisy(4, [20_123_456.0] * 30, 0.01),
    "a hundred, skewed": [short(v + 0.01 * i * i) for i, v in enumerate(noisy(5, [30.0] * 100, 0.1))],
}

RATIOS = {
    "twice as quick": (noisy(6, [2.0] * 20, 0.02), noisy(7, [1.0] * 20, 0.02)),
    "nearly equal": (noisy(8, [1.0] * 21, 0.02), noisy(9, [1.0] * 21, 0.02)),
    "some rounds tie": ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 2.5, 3.0, 6.0, 4.0, 5.0, 6.0]),
    "all rounds tie": ([1.5, 2.5, 3.5, 4.5, 5.5, 6.5], [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]),
    "too few": ([2.0, 2.1, 2.2], [1.0, 1.1, 1.3]),
}

FACTORS = {
    "equal": (noisy(61, [5.0] * 12, 0.02), noisy(62, [5.0] * 15, 0.02), 0.0),
    "slower": (noisy(63, [5.0] * 10, 0.02), noisy(64, [5.5] * 14, 0.02), 0.05),
    "faster": (noisy(65, [5.0] * 20, 0.1), noisy(66, [3.0] * 9, 0.1), 0.02),
    "within the margin": (noisy(67, [5.0] * 30, 0.01), noisy(68, [5.1] * 30, 0.01), 0.05),
    "most that is exact": (noisy(69, [5.0] * 50, 0.05), noisy(70, [5.2] * 50, 0.05), 0.01),
    "fewest": (noisy(71, [5.0] * 4, 0.01), noisy(72, [6.0] * 4, 0.01), 0.0),
    "too few": (noisy(73, [5.0] * 3, 0.01), noisy(74, [6.0] * 4, 0.01), 0.0),
    "one each": ([5.0], [6.0], 0.0),
}

HOLMS = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.02, 0.02, 0.02], [0.9, 0.0004, 0.8, 0.03, 0.03, 1.0]]

UP_TO_8 = [1, 2, 3, 4, 5, 6, 7, 8]
UP_TO_64 = [1, 2, 4, 8, 16, 32, 48, 64]

FITS = {
    "perfect Amdahl": (UP_TO_8, law_times(UP_TO_8, 4.0, 0.05, 0.0)),
    "perfectly linear": ([1, 2, 4, 8], [8.0, 4.0, 2.0, 1.0]),
    "noisy Amdahl": (UP_TO_8, noisy(10, law_times(UP_TO_8, 0.5, 0.1, 0.0), 0.02)),
    "nanoseconds": ([1, 2, 4, 6], noisy(11, law_times([1, 2, 4, 6], 3.1e9, 0.03, 0.002), 0.01)),
    "one point": ([1], [1.0]),
    "one worker count, twice": ([2, 2], [1.0, 1.1]),
    "two points": ([1, 2], [1.0, 0.56]),
    "two worker counts, three points": ([1, 2, 2], [1.0, 0.56, 0.58]),
    "three points": ([1, 2, 4], [1.0, 0.53, 0.31]),
    "negative fraction": ([1, 2, 3, 4], [1.0, 0.48, 0.31, 0.22]),
    "more workers are slower": ([1, 2, 3, 4], [1.0, 1.2, 1.3, 1.5]),
    "no time for one worker": ([8, 9, 16], [1.0, 1.5, 10.0]),
    "USL, eight points up to 64": (UP_TO_64, noisy(12, law_times(UP_TO_64, 10.0, 0.04, 0.0006), 0.01)),
    "perfect USL": (UP_TO_64, law_times(UP_TO_64, 2.0, 0.02, 0.001)),
    "USL, kappa at zero": ([1, 2, 4, 8, 16], [1.0, 0.54, 0.30, 0.17, 0.09]),
    "USL, sigma at zero": ([1, 2, 4, 8, 16], [1.0, 0.50, 0.254, 0.15, 0.13]),
    "USL, both at zero": ([1, 2, 4, 8], [1.0, 0.49, 0.24, 0.118]),
    "USL, falling from the start": ([1, 2, 3, 4, 5], [1.0, 1.4, 1.9, 2.5, 3.0]),
    "USL, faster than its worker counts": ([2, 4, 8, 16], [1.0, 4.0, 16.0, 64.0]),
    "USL, no time left for one worker": ([2, 4, 8, 16], [2.0, 5.0, 9.5, 17.75]),
    "USL, unordered with a repeat": ([4, 1, 8, 2, 4], [0.33, 1.0, 0.25, 0.56, 0.34]),
}


def bootstrap_case(seed, rounds, workers, law, resamples):
    """Rounds that share a slow drift, each time with noise of its own."""
    times, base = [], []
    random = Random(seed)
    for r in range(rounds):
        drift = math.exp(0.05 * random.normal())
        times.append([short(t * drift * math.exp(0.01 * random.normal())) for t in law])
        base.append(short(law[0] * 0.97 * drift * math.exp(0.01 * random.normal())))
    return {"workers": workers, "times": times, "base": base, "seed": seed, "resamples": resamples}


BOOTSTRAPS = {
    "ten rounds, eight counts up to 64":
        bootstrap_case(20, 10, UP_TO_64, law_times(UP_TO_64, 10.0, 0.04, 0.0006), 1000),
    "nine rounds, four counts, near the bounds":
        bootstrap_case(21, 9, [1, 2, 3, 4], law_times([1, 2, 3, 4], 0.3, 0.002, 0.0), 1000),
    "twelve rounds, three counts":
        bootstrap_case(22, 12, [1, 2, 4], law_times([1, 2, 4], 2e7, 0.2, 0.0), 500),
    "six rounds, two counts, superlinear":
        bootstrap_case(23, 6, [1, 2], [1.0, 0.49], 500),
    "five rounds, too few": bootstrap_case(24, 5, [1, 2, 4], [1.0, 0.55, 0.3], 50),
    "seven rounds, one count": bootstrap_case(25, 7, [2], [1.0], 50),
}

# ---- The header ----------------------------------------------------------------------------------


def number(x):
    if isinstance(x, (bool, int, np.integer)):
        return str(int(x))
    if math.isnan(x):
        return "MF__NAN"
    if math.isinf(x):
        return "MF__INFINITY" if x > 0 else "-MF__INFINITY"
    text = f"{x:.15g}"
    return text if any(c in text for c in ".e") else text + ".0"


def array(kind, values):
    """A C array, wrapped at about a hundred columns."""
    lines, line = [], "       "
    for value in values:
        word = " " + number(value) + ","
        if len(line) + len(word) > 100:
            lines.append(line)
            line = "       "
        line += word
    return f"(const {kind}[]){{\n" + "\n".join(lines + [line]) + "}"


def record(**fields):
    lines = []
    for key, value in fields.items():
        if isinstance(value, tuple):
            text = array(*value)
        else:
            text = f'"{value}"' if isinstance(value, str) else number(value)
        lines.append(f"     .{key} = {text},")
    return "    {\n" + "\n".join(lines) + "\n    },\n"


def table(name, members, records):
    fields = "".join(f"    {member};\n" for member in members)
    print(f"\nstatic const struct {name} {{\n{fields}}} {name}s[] = {{")
    print("".join(records), end="")
    print("};")


def print_samples():
    records = []
    for name, sample in SAMPLES.items():
        low, _, high, coverage = median_interval(sample)
        q1, median, q3 = np.percentile(sample, [25, 50, 75])
        records.append(record(
            name=name, n=len(sample), sample=("double", sample), min=min(sample), q1=q1,
            median=median, q3=q3, max=max(sample), mean=float(np.mean(sample)),
            mad=float(stats.median_abs_deviation(sample)), outliers=outliers(sample), low=low,
            high=high, coverage=coverage))
    table("reference_sample",
          ["const char *name", "size_t n", "const double *sample",
           "double min, q1, median, q3, max, mean, mad", "size_t outliers",
           "double low, high, coverage"], records)


def print_sign_tests():
    records = []
    for confidence in (0.5, 0.9, 0.95, 0.96875, 0.99):
        for n in [*range(1, 31), 57, 100, 1000, 5000]:
            rank, coverage = sign_rank(n, confidence)
            records.append(f"    {{{n}, {number(confidence)}, {rank}, {number(coverage)}}},\n")
    table("reference_sign_rank", ["size_t n", "double confidence", "size_t rank",
                                  "double coverage"], records)
    records = []
    for n in (1, 2, 5, 10, 20, 57, 200, 2000):
        for fewer in sorted({0, n // 10, n // 4, n // 2 - n // 50, n // 2}):
            p = stats.binomtest(fewer, n, 0.5).pvalue
            records.append(f"    {{{fewer}, {n}, {number(p)}}},\n")
    table("reference_sign_p", ["size_t fewer", "size_t n", "double p"], records)


def print_ratios():
    records = []
    for name, (base, other) in RATIOS.items():
        low, mid, high, coverage, p = ratio(base, other)
        if coverage == 0:
            low, high = -math.inf, math.inf
        records.append(record(name=name, n=len(base), base=("double", base),
                              other=("double", other), low=low, mid=mid, high=high,
                              coverage=coverage, p=p))
    table("reference_ratio", ["const char *name", "size_t n", "const double *base",
                              "const double *other", "double low, mid, high, coverage, p"], records)
    records = []
    for name, (first, second, margin) in FACTORS.items():
        low, mid, high, coverage, p = factor(first, second, margin)
        records.append(record(name=name, n_first=len(first), n_second=len(second), margin=margin,
                              first=("double", first), second=("double", second), low=low, mid=mid,
                              high=high, coverage=coverage, p=p))
    table("reference_factor", ["const char *name", "size_t n_first, n_second", "double margin",
                               "const double *first", "const double *second",
                               "double low, mid, high, coverage, p"], records)
    table("reference_holm", ["size_t n", "const double *p", "const double *adjusted"],
          [record(n=len(p), p=("double", p), adjusted=("double", holm(p))) for p in HOLMS])


def print_fits():
    """The base time of the predicted speedups is 0.9 of the first time."""
    records = []
    for name, (workers, times) in FITS.items():
        a, u = amdahl(workers, times), usl(workers, times)
        if a is not None and a[0] + a[1] > 0:
            cross_check_amdahl(workers, times, a)
        if u is not None:
            cross_check_usl(workers, times, u)
        base = 0.9 * times[0]
        records.append(record(
            name=name, n=len(times), distinct=len(set(workers)), workers=("unsigned", workers),
            times=("double", times), amdahl_t1=math.nan if a is None else a[0] + a[1],
            amdahl_residual=math.nan if a is None else math.sqrt(a[2] / len(times)),
            usl_t1=math.nan if u is None else u[0],
            usl_residual=math.nan if u is None else math.sqrt(u[3] / len(times)),
            figures=("double", figures(workers, times, base))))
    table("reference_fit",
          ["const char *name", "size_t n, distinct", "const unsigned *workers",
           "const double *times", "double amdahl_t1, amdahl_residual, usl_t1, usl_residual",
           "const double *figures"], records)


def print_bootstraps():
    records = []
    for name, case in BOOTSTRAPS.items():
        flat = [t for row in case["times"] for t in row]
        records.append(record(
            name=name, rounds=len(case["base"]), columns=len(case["workers"]),
            resamples=case["resamples"], seed=case["seed"], workers=("unsigned", case["workers"]),
            times=("double", flat), base=("double", case["base"]),
            intervals=("double", bootstrap(case))))
    table("reference_bootstrap",
          ["const char *name", "size_t rounds, columns, resamples", "uint64_t seed",
           "const unsigned *workers", "const double *times", "const double *base",
           "const double *intervals /* low, mid, high of each figure */"], records)


def main():
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by tests/oracle/stats_reference.py with NumPy and SciPy; do not edit. */")
    print("/* clang-format off */")
    print("#ifndef TESTS_STATS_REFERENCE_H\n#define TESTS_STATS_REFERENCE_H\n")
    print('#include "stats/real.h"\n\n#include <stddef.h>\n#include <stdint.h>\n')
    print("/* The worker counts of all predictions. */")
    print(f"#define REFERENCE_AT_COUNT {len(AT)}")
    print(f"static const unsigned reference_at[] = {{{', '.join(map(str, AT))}}};")
    print_samples()
    print_sign_tests()
    print_ratios()
    print_fits()
    print_bootstraps()
    print("\n#endif")
    return 0


if __name__ == "__main__":
    sys.exit(main())
