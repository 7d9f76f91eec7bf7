/* SPDX-License-Identifier: Apache-2.0 */
/* Searches on the small table, with clocks that go as the test says. */
#ifndef TESTS_STUDIED_H
#define TESTS_STUDIED_H

#include "tests/unit/tuned.h"
#include "tune/study.h"

/* Goes on by `step_ns` whenever somebody looks. */
struct stepping {
    uint64_t now_ns;
    uint64_t step_ns;
};

static inline uint64_t step(void *user)
{
    struct stepping *stepping = user;
    return __atomic_add_fetch(&stepping->now_ns, stepping->step_ns, __ATOMIC_RELAXED);
}

/* A search and what was told of it. Start with { .lines = ..., .target = ... }. */
struct search {
    const char *const *lines; /* of the space */
    size_t target;
    int validation;
    mf_table *table;
    struct mf__space space;
    struct stepping stepping;
    struct mf__clock clock;
    struct mf__study_request request;
    struct mf__study study;
    mf_error error;

    mf_cancel cancel;
    size_t cancel_after; /* trials that were told of; 0: never */
    size_t told[200];
    size_t n_told;
    size_t done_when_told; /* how many trials were finished when the first one was told of */
    void (*also)(struct search *search, size_t trial);
    const char *path; /* of the journal, for `also` */
};

static inline void search_begin(struct search *search)
{
    search->table = tuned_table();
    for (const char *const *line = search->lines; *line != NULL; line++)
        if (mf__space_add(&search->space, *line, &search->error) != 0)
            fail_msg("%s", search->error.text);
    search->clock = (struct mf__clock){step, &search->stepping};
    search->request = (struct mf__study_request){
        .ground = tuned_ground(search->table, search->target, search->validation),
        .config = tuned_config(search->target),
        .space = &search->space,
        .halving = {.factor = 3},
        .metrics = {search->target == 2 ? MF_METRIC_LOG_LOSS : MF_METRIC_RMSE},
        .n_metrics = 1,
        .share = true,
        .clock = &search->clock,
    };
}

static inline void search_done(struct search *search)
{
    mf__study_done(&search->study);
    mf__space_done(&search->space);
    mf_table_free(&search->table);
}

static inline void search_told(void *user, const struct mf__study *study, size_t trial)
{
    struct search *search = user;
    if (search->n_told == 0)
        search->done_when_told = study->n_done;
    assert_true(search->n_told < COUNT(search->told));
    search->told[search->n_told++] = trial;
    if (search->n_told == search->cancel_after)
        mf_cancel_request(&search->cancel);
    if (search->also != NULL)
        search->also(search, trial);
}

static inline int search_run(struct search *search, const char *way, unsigned workers,
                             struct mf__journal *journal)
{
    const struct mf__study_watcher watcher = {search_told, search};
    const mf_run_options options = {.cancel = &search->cancel};
    mf_pool *pool = open_pool(way, workers);
    int code = mf__study_run(&search->study, pool, &options, &watcher, journal, &search->error);
    mf_pool_close(&pool);
    return code;
}

static inline void search_open(struct search *search)
{
    if (mf__study_open(&search->request, &search->study, &search->error) != 0)
        fail_msg("%s", search->error.text);
}

/* The answer of a search that was opened and run; to be freed. */
static inline struct mf__buffer search_answer(struct search *search, const char *way,
                                              unsigned workers, struct mf__journal *journal)
{
    struct mf__buffer text = {0};
    search_open(search);
    if (search_run(search, way, workers, journal) != 0)
        fail_msg("%s", search->error.text);
    mf__study_answer(&search->study, &text);
    return text;
}

static inline bool was_told(const struct search *search, size_t trial)
{
    for (size_t i = 0; i < search->n_told; i++)
        if (search->told[i] == trial)
            return true;
    return false;
}

#endif
