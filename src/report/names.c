/* SPDX-License-Identifier: Apache-2.0 */
#include "report/names.h"

const char *mf__role_name(enum mf__role role)
{
    static const char *const names[] = {
        [MF__ROLE_BASE] = "base",
        [MF__ROLE_STRONG] = "strong",
        [MF__ROLE_CEILING] = "ceiling",
        [MF__ROLE_WEAK] = "weak",
    };
    return names[role];
}

const char *mf__stop_name(enum mf__stop stop)
{
    static const char *const names[] = {
        [MF__STOP_PRECISE] = "precise", [MF__STOP_BUDGET] = "budget",
        [MF__STOP_ROUNDS] = "rounds",   [MF__STOP_CANCELLED] = "cancelled",
        [MF__STOP_FAILED] = "failed",
    };
    return names[stop];
}

const char *mf__claim_name(enum mf__verdict verdict)
{
    static const char *const names[] = {
        [MF__VERDICT_UNKNOWN] = "unknown",     [MF__VERDICT_FASTER] = "faster",
        [MF__VERDICT_SLOWER] = "slower",       [MF__VERDICT_NO_DIFFERENCE] = "no difference",
        [MF__VERDICT_BY_CHANCE] = "by chance",
    };
    return names[verdict];
}

const char *mf__even_end_name(enum mf__even_end end)
{
    static const char *const names[] = {
        [MF__EVEN_NOT_LOOKED] = "not looked",
        [MF__EVEN_PAID] = "paid",
        [MF__EVEN_SIZE] = "size",
        [MF__EVEN_BUDGET] = "budget",
        [MF__EVEN_CANCELLED] = "cancelled",
        [MF__EVEN_PROBLEM] = "problem",
    };
    return names[end];
}

const char *mf__pays_name(enum mf__pays pays)
{
    static const char *const names[] = {
        [MF__PAYS_NOWHERE] = "nowhere",
        [MF__PAYS_EVERYWHERE] = "everywhere",
        [MF__PAYS_FROM] = "from",
        [MF__PAYS_UNSETTLED] = "unsettled",
    };
    return names[pays];
}

const char *mf__fit_name(enum mf__fit fit)
{
    static const char *const names[] = {
        [MF__FIT_TOO_FEW] = "too few",
        [MF__FIT_EXACT] = "exact",
        [MF__FIT_OK] = "ok",
    };
    return names[fit];
}

const char *mf__fraction_name(enum mf__fraction fraction)
{
    static const char *const names[] = {
        [MF__FRACTION_UNKNOWN] = "unknown",   [MF__FRACTION_BETWEEN] = "between",
        [MF__FRACTION_NEGATIVE] = "negative", [MF__FRACTION_ABOVE_ONE] = "above one",
        [MF__FRACTION_HOLDS_0] = "holds 0",   [MF__FRACTION_HOLDS_1] = "holds 1",
        [MF__FRACTION_ANY] = "any",
    };
    return names[fraction];
}
