/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/trace.h"

#include <stdbool.h>

#include <stdbool.h>

/* The state's word: length (8 bits), list (1), item under way (1), log2 of the items in a span. */
#define LENGTH_BITS 8
#define LIST_BIT    (UINT32_C(1) << LENGTH_BITS)
#define OPEN_BIT    (UINT32_C(2) << LENGTH_BITS)
#define SHIFT_AT    (LENGTH_BITS + 2)
#define SHIFT_MOST  63 /* of the items of a span, which are a number of 64 bits */

_Static_assert(MF_SPANS_MAX < 1 << LENGTH_BITS && MF_SPANS_MAX % 2 == 0, "a length fits its bits");

static uint32_t state_of(const struct mf__trace *trace)
{
    return atomic_load_explicit(&trace->state, memory_order_relaxed);
}

/* All that was written before is there for whoever sees the new state. */
static void set_state(struct mf__trace *trace, uint32_t state)
{
    atomic_store_explicit(&trace->state, state, memory_order_release);
}

/* A process that went astray may have written any state; what it says must stay within the lists.
 */
static uint32_t length_of(uint32_t state)
{
    uint32_t length = state & (LIST_BIT - 1);
    return length < MF_SPANS_MAX ? length : MF_SPANS_MAX;
}

static uint32_t shift_of(uint32_t state)
{
    uint32_t shift = state >> SHIFT_AT;
    return shift < SHIFT_MOST ? shift : SHIFT_MOST;
}

static uint32_t state_with(uint32_t shift, uint32_t list, uint32_t length)
{
    return shift << SHIFT_AT | list | length;
}

/* The span of the item under way; NULL: there is none. */
static mf_span *open_span(struct mf__trace *trace, uint32_t state)
{
    uint32_t length = length_of(state);
    bool is_open = (state & OPEN_BIT) != 0 && length > 0;
    return is_open ? &trace->lists[(state & LIST_BIT) != 0][length - 1] : NULL;
}

static mf_span *list_of(struct mf__trace *trace, uint32_t state)
{
    return trace->lists[(state & LIST_BIT) != 0];
}

static mf_span merged(const mf_span *early, const mf_span *late)
{
    return (mf_span){
        .deaths = early->deaths + late->deaths,
        .items = early->items + late->items,
        .first_item = early->first_item < late->first_item ? early->first_item : late->first_item,
        .last_item = early->last_item > late->last_item ? early->last_item : late->last_item,
        .start_ns = early->start_ns,
        .end_ns = late->end_ns,
        .compute_ns = early->compute_ns + late->compute_ns,
    };
}

/* Merges a full list two by two into the other one; the new state. */
static uint32_t halve(struct mf__trace *trace, uint32_t state)
{
    const mf_span *from = list_of(trace, state);
    mf_span *to = list_of(trace, state ^ LIST_BIT);
    for (size_t i = 0; i < MF_SPANS_MAX / 2; i++)
        to[i] = merged(&from[2 * i], &from[2 * i + 1]);
    uint32_t shift = shift_of(state) + 1;
    state = state_with(shift, (state ^ LIST_BIT) & LIST_BIT, MF_SPANS_MAX / 2);
    set_state(trace, state);
    return state;
}

void mf__trace_begin(struct mf__trace *trace, uint64_t item, uint64_t now_ns)
{
    uint32_t state = state_of(trace) & ~OPEN_BIT;
    uint32_t length = length_of(state);
    mf_span *last = &list_of(trace, state)[length - (length > 0)];
    if (length > 0 && last->items >> shift_of(state) == 0) {
        last->items++;
        last->first_item = item < last->first_item ? item : last->first_item;
        last->last_item = item > last->last_item ? item : last->last_item;
        set_state(trace, state | OPEN_BIT);
        return;
    }
    if (length == MF_SPANS_MAX)
        state = halve(trace, state);
    list_of(trace, state)[length_of(state)] = (mf_span){
        .items = 1, .first_item = item, .last_item = item, .start_ns = now_ns, .end_ns = now_ns};
    state = state_with(shift_of(state), state & LIST_BIT, length_of(state) + 1);
    set_state(trace, state | OPEN_BIT);
}

void mf__trace_end(struct mf__trace *trace, uint64_t now_ns, uint64_t took_ns)
{
    uint32_t state = state_of(trace);
    mf_span *last = open_span(trace, state);
    if (last == NULL)
        return;
    last->end_ns = now_ns;
    last->compute_ns += took_ns;
    set_state(trace, state & ~OPEN_BIT);
}

void mf__trace_died(struct mf__trace *trace, uint64_t now_ns)
{
    uint32_t state = state_of(trace);
    mf_span *last = open_span(trace, state);
    if (last == NULL)
        return;
    last->end_ns = now_ns;
    last->deaths++;
    set_state(trace, state & ~OPEN_BIT);
}

void mf__trace_move(struct mf__trace *trace, int64_t later_ns)
{
    uint32_t state = state_of(trace);
    mf_span *spans = list_of(trace, state);
    for (uint32_t i = 0; i < length_of(state); i++) {
        spans[i].start_ns += (uint64_t)later_ns;
        spans[i].end_ns += (uint64_t)later_ns;
    }
}

size_t mf__trace_spans(const struct mf__trace *trace, unsigned worker, uint64_t started_ns,
                       uint64_t now_ns, mf_span *ret_spans)
{
    uint32_t state = atomic_load_explicit(&trace->state, memory_order_acquire);
    size_t n = length_of(state);
    for (size_t i = 0; i < n; i++) {
        mf_span *span = &ret_spans[i];
        *span = trace->lists[(state & LIST_BIT) != 0][i];
        if (i + 1 == n && (state & OPEN_BIT) != 0)
            span->end_ns = now_ns;
        span->worker = worker;
        span->start_ns -= started_ns;
        span->end_ns -= started_ns;
    }
    return n;
}
