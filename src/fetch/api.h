/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the module has that brings data sets. It alone is linked with libcurl, libarchive and
 * OpenSSL, which bring some thirty more libraries: the rest starts without them.
 */
#ifndef FETCH_API_H
#define FETCH_API_H

#include "fetch/fetch.h"

#define MF__FETCH_API_VERSION 2 /* also to be changed when a struct in it changes */
#define MF__FETCH_API_SYMBOL  "manyfold_fetch_api" /* a const struct mf__fetch_api */

struct mf__fetch_api {
    unsigned version; /* MF__FETCH_API_VERSION; looked at before anything else */
    int (*fetch)(const struct mf__fetch *fetch, struct mf__fetched *fetched, mf_error *error);
};

#endif
