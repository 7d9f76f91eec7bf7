/* SPDX-License-Identifier: Apache-2.0 */
/* The demonstrations, each defined in a file of its own. */
#ifndef DEMO_REGISTRY_H
#define DEMO_REGISTRY_H

#include "demo/demo.h"

extern const struct mf__demo mf__demo_race;
extern const struct mf__demo mf__demo_false_sharing;
extern const struct mf__demo mf__demo_contention;
extern const struct mf__demo mf__demo_granularity;
extern const struct mf__demo mf__demo_imbalance;
extern const struct mf__demo mf__demo_oversubscription;
extern const struct mf__demo mf__demo_float_order;
extern const struct mf__demo mf__demo_start_up;
extern const struct mf__demo mf__demo_copy_on_write;
extern const struct mf__demo mf__demo_lock;
extern const struct mf__demo mf__demo_memory_bandwidth;
extern const struct mf__demo mf__demo_numa;
extern const struct mf__demo mf__demo_timing;
extern const struct mf__demo mf__demo_amdahl;
extern const struct mf__demo mf__demo_gustafson;
extern const struct mf__demo mf__demo_crash;

#endif
