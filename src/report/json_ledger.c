/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"

static json_t *ledger_workers(const mf_ledger *ledger)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < ledger->n_workers; i++) {
        const mf_worker_ledger *worker = &ledger->workers[i];
        json_t *object = json_object();
        mf__json_put(&object, "items", mf__json_count(worker->items));
        mf__json_put(&object, "startup_ns", mf__json_count(worker->startup_ns));
        mf__json_put(&object, "compute_ns", mf__json_count(worker->compute_ns));
        mf__json_put(&object, "wait_ns", mf__json_count(worker->wait_ns));
        mf__json_put(&object, "combine_ns", mf__json_count(worker->combine_ns));
        mf__json_append(&array, object);
    }
    return array;
}

json_t *mf__json_ledger(const mf_ledger *ledger)
{
    json_t *object = json_object();
    mf__json_put(&object, "open_ns", mf__json_count(ledger->open_ns));
    mf__json_put(&object, "wall_ns", mf__json_count(ledger->wall_ns));
    mf__json_put(&object, "combine_ns", mf__json_count(ledger->combine_ns));
    mf__json_put(&object, "cpu_ns", mf__json_count(ledger->cpu_ns));
    mf__json_put(&object, "peak_bytes", mf__json_count(ledger->peak_bytes));
    mf__json_put(&object, "workers_peak_bytes", mf__json_count(ledger->workers_peak_bytes));
    mf__json_put(&object, "items_done", mf__json_count(ledger->items_done));
    mf__json_put(&object, "deaths", mf__json_count(ledger->deaths));
    mf__json_put(&object, "load_balance", mf__json_real(ledger->load_balance));
    mf__json_put(&object, "workers", ledger_workers(ledger));
    return object;
}

static json_t *span_of(const mf_span *span)
{
    json_t *object = json_object();
    mf__json_put(&object, "worker", mf__json_count(span->worker));
    mf__json_put(&object, "items", mf__json_count(span->items));
    mf__json_put(&object, "first_item", mf__json_count(span->first_item));
    mf__json_put(&object, "last_item", mf__json_count(span->last_item));
    mf__json_put(&object, "start_ns", mf__json_count(span->start_ns));
    mf__json_put(&object, "end_ns", mf__json_count(span->end_ns));
    mf__json_put(&object, "compute_ns", mf__json_count(span->compute_ns));
    mf__json_put(&object, "deaths", mf__json_count(span->deaths));
    return object;
}

/* Takes a later span of the same worker into one. */
static void take_in(mf_span *span, const mf_span *later)
{
    span->items += later->items;
    span->first_item = span->first_item < later->first_item ? span->first_item : later->first_item;
    span->last_item = span->last_item > later->last_item ? span->last_item : later->last_item;
    span->end_ns = later->end_ns;
    span->compute_ns += later->compute_ns;
    span->deaths += later->deaths;
}

/* How many spans of a worker become one, so that there are not more than MF__JSON_SPANS_MOST for
 * all: a power of two, as where they were noted (exec/trace.h). */
static size_t spans_in_one(const mf_ledger *ledger)
{
    size_t together = 1;
    while (together < MF_SPANS_MAX && ledger->n_spans / together > MF__JSON_SPANS_MOST)
        together *= 2;
    return together;
}

json_t *mf__json_ledger_with_spans(const mf_ledger *ledger)
{
    json_t *object = mf__json_ledger(ledger);
    json_t *spans = json_array();
    size_t together = spans_in_one(ledger);
    for (size_t i = 0, n; i < ledger->n_spans; i += n) {
        mf_span span = ledger->spans[i];
        for (n = 1; n < together && i + n < ledger->n_spans; n++) {
            if (ledger->spans[i + n].worker != span.worker)
                break;
            take_in(&span, &ledger->spans[i + n]);
        }
        mf__json_append(&spans, span_of(&span));
    }
    mf__json_put(&object, "spans", spans);
    return object;
}
