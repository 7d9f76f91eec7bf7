/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/baggage.h"

#include "base/memory.h"
#include "base/status.h"

#include <string.h>

/* ---- packing ---- */

void mf__pack_value(struct mf__parcel *parcel, const void *value, size_t size)
{
    mf__buffer_add(&parcel->bytes, value, size);
}

/* Both ends tell by the same rule what travels by itself. */
static bool is_large(size_t bytes, unsigned so_far)
{
    return bytes >= MF__LARGE_BYTES && so_far < MF__LARGE_MOST;
}

void mf__pack_array(struct mf__parcel *parcel, const void *values, size_t n, size_t size)
{
    mf__pack_value(parcel, &n, sizeof n);
    if (is_large(n * size, parcel->n_large)) {
        parcel->large[parcel->n_large].at = values;
        parcel->large[parcel->n_large].bytes = n * size;
        parcel->n_large++;
    } else if (n > 0) {
        mf__buffer_add(&parcel->bytes, values, n * size);
    }
}

int mf__pack_check(const struct mf__parcel *parcel, mf_error *error)
{
    return mf__buffer_check(&parcel->bytes, error);
}

void mf__parcel_done(struct mf__parcel *parcel)
{
    mf__buffer_done(&parcel->bytes);
    parcel->n_large = 0;
}

/* ---- unpacking ---- */

void mf__unpack_value(struct mf__baggage *baggage, void *ret_value, size_t size)
{
    memset(ret_value, 0, size);
    if (baggage->left < size)
        baggage->failed = true;
    if (baggage->failed)
        return;
    memcpy(ret_value, baggage->at, size);
    baggage->at += size;
    baggage->left -= size;
}

static void *take_large(struct mf__baggage *baggage, size_t bytes)
{
    if (baggage->taken >= baggage->n_large || baggage->large[baggage->taken].bytes != bytes)
        return NULL;
    void *values = baggage->large[baggage->taken].at;
    baggage->large[baggage->taken].at = NULL;
    baggage->taken++;
    return values;
}

static void *copy_small(struct mf__baggage *baggage, size_t bytes)
{
    void *values = baggage->left < bytes ? NULL : mf__aligned_room(bytes);
    if (values == NULL)
        return NULL;
    memcpy(values, baggage->at, bytes);
    baggage->at += bytes;
    baggage->left -= bytes;
    return values;
}

void *mf__unpack_array(struct mf__baggage *baggage, size_t *ret_n, size_t size)
{
    size_t n = 0;
    size_t bytes = 0;
    mf__unpack_value(baggage, &n, sizeof n);
    *ret_n = 0;
    if (__builtin_mul_overflow(n, size, &bytes))
        baggage->failed = true;
    if (baggage->failed || n == 0)
        return NULL;
    void *values =
        is_large(bytes, baggage->taken) ? take_large(baggage, bytes) : copy_small(baggage, bytes);
    baggage->failed = values == NULL;
    *ret_n = values != NULL ? n : 0;
    return values;
}

int mf__unpack_check(const struct mf__baggage *baggage, mf_error *error)
{
    if (!baggage->failed && baggage->left == 0 && baggage->taken == baggage->n_large)
        return 0;
    return mf__fail(error, MF_E_FORMAT,
                    "work that came from rank 0 is not whole, or there is no "
                    "memory for it");
}

void mf__baggage_done(struct mf__baggage *baggage)
{
    for (unsigned i = 0; i < baggage->n_large; i++)
        mf__free(baggage->large[i].at);
    baggage->n_large = 0;
}
