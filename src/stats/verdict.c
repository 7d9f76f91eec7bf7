/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/verdict.h"

enum mf__verdict mf__verdict(const struct mf__interval *speedup, double p_adjusted, double level)
{
    if (!speedup->known)
        return MF__VERDICT_UNKNOWN;
    if (mf__interval_holds(speedup, 1.0))
        return MF__VERDICT_NO_DIFFERENCE;
    if (!(p_adjusted <= level))
        return MF__VERDICT_BY_CHANCE;
    return speedup->low > 1.0 ? MF__VERDICT_FASTER : MF__VERDICT_SLOWER;
}
