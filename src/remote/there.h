/* SPDX-License-Identifier: Apache-2.0 */
/* there.sh as text: made by data/embed.py. */
#ifndef REMOTE_THERE_H
#define REMOTE_THERE_H

#include <stddef.h>

extern const char mf__there_bytes[][4000];
extern const size_t mf__there_length;

#endif
