/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/run.h"

#include "base/clock.h"
#include "base/status.h"

#include <string.h>

static _Thread_local bool inside_item;

bool mf__inside_item(void)
{
    return inside_item;
}

int mf__run_item(const mf_work *work, uint64_t item, void *ret_result, const mf_worker *worker,
                 mf_worker_ledger *ledger, mf_error *error)
{
    bool outer = inside_item;
    inside_item = true;
    error->code = 0;
    error->text[0] = '\0';
    uint64_t start = mf__now_ns();
    int code = work->run(work->user, item, ret_result, worker, error);
    ledger->compute_ns += mf__now_ns() - start;
    ledger->items++;
    inside_item = outer;
    if (code != 0 && error->text[0] == '\0')
        mf__fail(error, code, "%s", mf_status_text(code));
    return code > 0 ? MF_E_ITEM : code;
}

void mf__run_item_failed(struct mf__run *run, uint64_t item, int code, const char *text)
{
    if (code == MF_E_CANCELLED) {
        mf__run_end(run, MF_E_CANCELLED, NULL);
    } else if (run->code == 0) {
        run->code = mf__fail(&run->error, code, "item %llu of %llu: %s", (unsigned long long)item,
                             (unsigned long long)run->work->n_items, text);
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
    mf_error error = {0};
    uint64_t start = mf__now_ns();
    int code = run->work->combine(run->work->user, item, result, &error);
    uint64_t took_ns = mf__now_ns() - start;
    run->combine_ns += took_ns;
    ledger->combine_ns += took_ns;
    if (code == 0)
        return;
    if (error.text[0] == '\0')
        mf__fail(&error, code, "%s", mf_status_text(code));
    mf__fail_within(&error, code > 0 ? MF_E_ITEM : code, "combining item %llu",
                    (unsigned long long)item);
    mf__run_end(run, error.code, &error);
}

/* The error that a worker left for an item. */
static const mf_error *failure_of(struct mf__board *board, uint64_t item)
{
    static const mf_error unknown = {MF_E_ITEM, "failed without saying why"};
    for (unsigned worker = 0; worker < board->workers; worker++) {
        const struct mf__post *post = mf__board_post(board, worker);
        if (post->failed_item == item)
            return &post->failure;
    }
    return &unknown;
}

void mf__run_collect(struct mf__run *run, struct mf__board *board, mf_worker_ledger *ledger)
{
    uint64_t item = 0;
    bool failed = false;
    while (!run->ended && mf__board_ready(board, &item, &failed)) {
        if (failed) {
            const mf_error *failure = failure_of(board, item);
            mf__run_item_failed(run, item, failure->code, failure->text);
        } else {
            mf__run_combine(run, item, mf__board_result(board, item), ledger);
        }
        mf__board_advance(board);
    }
    if (run->ended)
        mf__board_stop(board);
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

/* Keeps the error of the lowest item that this worker saw fail; written before it is published. */
static void post_failure(struct mf__post *post, uint64_t item, int code, const mf_error *error)
{
    if (item >= post->failed_item)
        return;
    post->failure = *error;
    post->failure.code = code;
    post->failed_item = item;
}

static void do_item(const struct mf__crew *crew, unsigned worker, uint64_t item)
{
    struct mf__post *post = mf__board_post(crew->board, worker);
    const mf_worker self = {worker, crew->cancel};
    mf_error error;
    uint64_t before_ns = post->ledger.compute_ns;
    int code = mf__run_item(crew->work, item, mf__board_result(crew->board, item), &self,
                            &post->ledger, &error);
    if (code != 0)
        post_failure(post, item, code, &error);
    mf__board_publish(crew->board, item, code == 0 ? MF__SLOT_DONE : MF__SLOT_FAILED);
    if (crew->published != NULL)
        crew->published(crew->user, worker, item, post->ledger.compute_ns - before_ns);
}

void mf__work_on_board(const struct mf__crew *crew, unsigned worker)
{
    struct mf__board *board = crew->board;
    mf_worker_ledger *ledger = &mf__board_post(board, worker)->ledger;
    if (ledger->items == 0)
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
            mf__event_wait(&board->room, seen, crew->spin_ns, MF__PROGRESS_NS);
            break;
        case MF__CLAIM_NONE:
            return;
        }
    }
}
