/* SPDX-License-Identifier: Apache-2.0 */
/* Infinity and not-a-number as doubles: <math.h> gives floats, whose promotion compilers report. */
#ifndef STATS_REAL_H
#define STATS_REAL_H

#include <math.h>

#define MF__INFINITY ((double)INFINITY)
#define MF__NAN      ((double)NAN)

#endif
