/* SPDX-License-Identifier: Apache-2.0 */
/* Real numbers as files hold them: read to the nearest double, shown so that they read back as the
 * same, with '.' as decimal point in every locale. */
#ifndef BASE_REAL_H
#define BASE_REAL_H

#include "base/number.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads a decimal number that fills all `length` bytes but blanks around it: a sign, digits with a
 * point among, before or after them, an exponent ("-1.5e-3", ".5", "7."). Also "inf" and "infinity"
 * in letters of either case, with a sign. Not "nan", no hexadecimal, no separators between digits.
 * Rounds to nearest, ties to even; what is too large becomes infinite, what is too small 0. The
 * bytes need not be terminated. False when they are no number; *ret is untouched then.
 */
bool mf__read_real(const char *bytes, size_t length, double *ret);

/* The shortest text that mf__read_real turns into the same double: "0.1", "-3", "1e22", "5e-324".
 * Powers of ten are written out from 1e-5 to 1e15. "inf", "-inf", "-0"; "nan" is no number. */
struct mf__shown mf__show_real(double value);

#endif
