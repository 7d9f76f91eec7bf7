/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/api.h"

extern const struct mf__fetch_api manyfold_fetch_api;

__attribute__((visibility("default"))) const struct mf__fetch_api manyfold_fetch_api = {
    .version = MF__FETCH_API_VERSION,
    .fetch = mf__fetch,
};
