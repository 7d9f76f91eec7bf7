/* SPDX-License-Identifier: Apache-2.0 */
#include <manyfold/work.h>

#include <stddef.h>

void mf_cancel_request(mf_cancel *cancel)
{
    __atomic_store_n(&cancel->requested, 1, __ATOMIC_RELEASE);
}

int mf_cancel_requested(const mf_cancel *cancel)
{
    return cancel != NULL && __atomic_load_n(&cancel->requested, __ATOMIC_ACQUIRE) != 0;
}
