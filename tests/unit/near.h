/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing doubles in tests, with both values printed when they differ. */
#ifndef TESTS_NEAR_H
#define TESTS_NEAR_H

#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>

/*
 * Equal to a part in 1e9; below 1e-12 of 1 everything is 0. Infinities equal themselves, and NaN
 * stands for "there is no figure", so it equals itself too.
 */
static inline bool is_near(double found, double wanted)
{
    if (isnan(wanted))
        return isnan(found);
    if (isinf(found) || isinf(wanted))
        return found == wanted;
    return fabs(found - wanted) <= 1e-9 * fmax(fabs(found), fabs(wanted)) + 1e-12;
}

/* `where` names the case, `what` the figure. */
#define assert_near_in(where, what, wanted)                                                        \
    do {                                                                                           \
        double found_ = (what);                                                                    \
        double wanted_ = (wanted);                                                                 \
        if (!is_near(found_, wanted_))                                                             \
            fail_msg("%s: %s is %.17g, wanted %.17g", where, #what, found_, wanted_);              \
    } while (0)

#define assert_near(what, wanted) assert_near_in(__func__, what, wanted)

#endif
