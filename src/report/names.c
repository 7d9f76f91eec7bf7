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
        [MF__STOP_PRECISE] = "precise",
        [MF__STOP_BUDGET] = "budget",
        [MF__STOP_ROUNDS] = "rounds",
        [MF__STOP_CANCELLED] = "cancelled",
    };
    return names[stop];
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
        [MF__FRACTION_OK] = "ok",
        [MF__FRACTION_NEGATIVE] = "negative",
        [MF__FRACTION_ABOVE_ONE] = "above one",
    };
    return names[fraction];
}
