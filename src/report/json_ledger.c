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

json_t *mf__json_ledger_with_spans(const mf_ledger *ledger)
{
    json_t *object = mf__json_ledger(ledger);
    json_t *spans = json_array();
    for (size_t i = 0; i < ledger->n_spans; i++)
        mf__json_append(&spans, span_of(&ledger->spans[i]));
    mf__json_put(&object, "spans", spans);
    return object;
}
