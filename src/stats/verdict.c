/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/verdict.h"

enum mf__verdict mf__verdict(const struct mf__interval *speedup, double margin)
{
    if (!speedup->known)
        return MF__VERDICT_UNKNOWN;
    if (speedup->low >= 1.0 / (1.0 + margin) && speedup->high <= 1.0 + margin)
        return MF__VERDICT_EQUIVALENT;
    if (mf__interval_holds(speedup, 1.0))
        return MF__VERDICT_NO_DIFFERENCE;
    return speedup->low > 1.0 ? MF__VERDICT_FASTER : MF__VERDICT_SLOWER;
}

const char *mf__verdict_words(enum mf__verdict verdict)
{
    static const char *const words[] = {
        [MF__VERDICT_UNKNOWN] = "unknown",
        [MF__VERDICT_FASTER] = "faster",
        [MF__VERDICT_SLOWER] = "slower",
        [MF__VERDICT_NO_DIFFERENCE] = "no difference found",
        [MF__VERDICT_EQUIVALENT] = "equivalent within the margin",
    };
    return words[verdict];
}
