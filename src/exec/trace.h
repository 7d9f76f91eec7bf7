/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When one worker computed, in a bounded number of spans, while it runs.
 *
 * Each item is a span until there are MF_SPANS_MAX of them; then neighbours are merged two by two,
 * and from there on each span takes twice as many items. So an item costs a few stores, whatever
 * the number of items, and which items share a span follows from their number alone.
 *
 * One worker writes, and somebody else reads when it has ended. It may be killed at any instant: a
 * merge writes the merged spans to the other one of two lists and then changes one word, so what
 * is left behind are the spans before or after it.
 */
#ifndef EXEC_TRACE_H
#define EXEC_TRACE_H

#include <manyfold/pool.h>

#include <stdatomic.h>

/* Begin with a `state` of 0; the lists may hold anything. Times are those of the clock. */
struct mf__trace {
    _Atomic uint32_t state; /* which list, how long it is, items in a span, is an item under way */
    mf_span lists[2][MF_SPANS_MAX];
};

/* What a worker notes of itself while it runs items. */
struct mf__log {
    mf_worker_ledger ledger;
    struct mf__trace trace;
};

/* The worker begins with an item, and ends it after it computed for took_ns. */
void mf__trace_begin(struct mf__trace *trace, uint64_t item, uint64_t now_ns);
void mf__trace_end(struct mf__trace *trace, uint64_t now_ns, uint64_t took_ns);

/* The worker has died; if it was in an item, that one lasts until now. */
void mf__trace_died(struct mf__trace *trace, uint64_t now_ns);

/* Moves all times, which are those of another machine's clock. Nobody else uses the trace. */
void mf__trace_move(struct mf__trace *trace, int64_t later_ns);

/*
 * Writes at most MF_SPANS_MAX spans of this worker, in times from started_ns on; how many. An item
 * that is under way ends at now_ns.
 */
size_t mf__trace_spans(const struct mf__trace *trace, unsigned worker, uint64_t started_ns,
                       uint64_t now_ns, mf_span *ret_spans);

#endif
