/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/run.h"

#include "base/clock.h"
#include "base/status.h"

#include <string.h>

#define LOOK_AGAIN_NS UINT64_C(100000000) /* at a request to stop, while there is no room */

static _Thread_local bool inside_item;

bool mf__inside_item(void)
{
    return inside_item;
}

/* What a job left as its error: a status of ours, below 0, and a text. */
static int tidy_error(int code, mf_error *error)
{
    code = code > 0 ? MF_E_ITEM : code;
    if (code == 0)
        return 0;
    error->code = code;
    error->text[sizeof error->text - 1] = '\0';
    if (error->text[0] == '\0')
        mf__fail(error, code, "%s", mf_status_text(code));
    return code;
}

int mf__run_item(const mf_work *work, uint64_t item, void *ret_result, const mf_worker *worker,
                 struct mf__log *log, mf_error *error)
{
    bool outer = inside_item;
    inside_item = true;
    error->code = 0;
    error->text[0] = '\0';
    uint64_t start_ns = 0;
    if (log != NULL) {
        log->ledger.items++;
        start_ns = mf__now_ns();
        mf__trace_begin(&log->trace, item, start_ns);
    }
    int code = work->run(work->user, item, ret_result, worker, error);
    if (log != NULL) {
        uint64_t now_ns = mf__now_ns();
        log->ledger.compute_ns += now_ns - start_ns;
        mf__trace_end(&log->trace, now_ns, now_ns - start_ns);
    }
    inside_item = outer;
    return tidy_error(code, error);
}

void mf__run_take_log(struct mf__run *run, unsigned worker, const struct mf__log *log)
{
    run->workers[worker] = log->ledger;
    if (run->spans != NULL)
        run->n_spans += mf__trace_spans(&log->trace, worker, run->started_ns, mf__now_ns(),
                                        run->spans + run->n_spans);
}

void mf__run_item_failed(struct mf__run *run, uint64_t item, const mf_error *error)
{
    if (error->code == MF_E_CANCELLED) {
        mf__run_end(run, MF_E_CANCELLED, NULL);
    } else if (run->code == 0) {
        run->code =
            mf__fail(&run->error, error->code, "item %llu of %llu: %s", (unsigned long long)item,
                     (unsigned long long)run->work->n_items, error->text);
    }
}

void mf__run_end(struct mf__run *run, int code, const mf_error *error)
{
    if (run->ended)
        return;
    run->ended = true;
    run->code = code;
    if (error != NULL)
        run->error = *error;
    else
        mf__fail(&run->error, code, "cancelled after %llu of %llu items",
                 (unsigned long long)run->items_done, (unsigned long long)run->work->n_items);
}

bool mf__run_cancelled(struct mf__run *run)
{
    if (!run->ended && mf_cancel_requested(run->cancel))
        mf__run_end(run, MF_E_CANCELLED, NULL);
    return run->ended;
}

void mf__run_combine(struct mf__run *run, uint64_t item, const void *result,
                     mf_worker_ledger *ledger)
{
    run->items_done++;
    if (run->work->combine == NULL)
        return;
    mf_error error;
    error.text[0] = '\0'; /* the rest is a thousand bytes that need no zeros for each item */
    uint64_t start = run->timed ? mf__now_ns() : 0;
    int code = run->work->combine(run->work->user, item, result, &error);
    uint64_t took_ns = run->timed ? mf__now_ns() - start : 0;
    run->combine_ns += took_ns;
    if (ledger != NULL)
        ledger->combine_ns += took_ns;
    if (code == 0)
        return;
    mf__fail_within(&error, tidy_error(code, &error), "combining item %llu",
                    (unsigned long long)item);
    mf__run_end(run, error.code, &error);
}

void mf__run_collect(struct mf__run *run, struct mf__board *board, mf_worker_ledger *ledger)
{
    uint64_t item = 0;
    bool failed = false;
    while (!run->ended && mf__board_ready(board, &item, &failed)) {
        if (failed) {
            mf_error failure;
            mf__board_failure(board, item, &failure);
            mf__run_item_failed(run, item, &failure);
        } else {
            mf__run_combine(run, item, mf__board_result(board, item), ledger);
        }
        mf__board_advance(board);
    }
    if (run->ended)
        mf__board_stop(board);
}

void mf__run_collect_by_one(struct mf__run *run, struct mf__board *board, _Atomic bool *token,
                            mf_worker_ledger *ledger)
{
    uint64_t item = 0;
    bool failed = false;
    do {
        if (atomic_exchange(token, true))
            return;
        mf__run_collect(run, board, ledger);
        atomic_store(token, false);
    } while (!atomic_load(&board->stopped) && mf__board_ready(board, &item, &failed));
}

void mf__run_settle(struct mf__run *run, struct mf__board *board)
{
    if (!run->ended && atomic_load(&board->stopped) &&
        atomic_load(&board->combined) < board->n_items)
        mf__run_end(run, MF_E_CANCELLED, NULL);
}

void mf__run_progress(struct mf__run *run, uint64_t done)
{
    if (run->options == NULL || run->options->progress == NULL)
        return;
    uint64_t now = mf__now_ns();
    if (now - run->told_ns < MF__PROGRESS_NS)
        return;
    run->told_ns = now;
    run->options->progress(run->options->progress_user, done, run->work->n_items);
}

/* An item that was cancelled stops the board at once; its turn to be collected may be far away. */
static void do_item(const struct mf__crew *crew, unsigned worker, uint64_t item)
{
    struct mf__board *board = crew->board;
    struct mf__log *log = crew->timed ? &mf__board_post(board, worker)->log : NULL;
    const mf_worker self = {worker, crew->cancel};
    mf_error error;
    uint64_t before_ns = log != NULL ? log->ledger.compute_ns : 0;
    int code = mf__run_item(crew->work, item, mf__board_result(board, item), &self, log, &error);
    if (code == 0)
        mf__board_done(board, item);
    else
        mf__board_failed(board, worker, item, &error);
    if (code == MF_E_CANCELLED)
        mf__board_stop(board);
    if (crew->published != NULL)
        crew->published(crew->user, worker, item,
                        log != NULL ? log->ledger.compute_ns - before_ns : 0);
}

void mf__work_on_board(const struct mf__crew *crew, unsigned worker)
{
    struct mf__board *board = crew->board;
    mf_worker_ledger *ledger = &mf__board_post(board, worker)->log.ledger;
    if (crew->timed && ledger->items == 0)
        ledger->startup_ns = mf__now_ns() - crew->started_ns;
    for (;;) {
        uint32_t seen = mf__event_seen(&board->room);
        uint64_t item = 0;
        if (mf_cancel_requested(crew->cancel))
            mf__board_stop(board);
        switch (mf__board_claim(board, worker, &item)) {
        case MF__CLAIMED:
            do_item(crew, worker, item);
            break;
        case MF__CLAIM_LATER:
            mf__event_wait(&board->room, seen, crew->spin_ns, LOOK_AGAIN_NS);
            break;
        case MF__CLAIM_NONE:
            return;
        }
    }
}
