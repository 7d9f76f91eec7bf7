/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a journal, and says what is safe, for tests that stand in its way:
 *
 *     journal_writer FILE ROWS EACH WAIT_MS PADDING
 *
 * Puts the results 0 .. ROWS - 1 that are not there yet and flushes after EACH of them. After each
 * flush it keeps a run with the title "N rows", where there is none yet, and writes N, the number
 * of results that are safe, on a line. Ends with the code of a failure, without its sign.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "journal/runs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct task {
    const char *path;
    uint64_t rows;
    uint64_t each;
    uint64_t wait_ms;
    uint64_t padding; /* bytes of each result besides its number */
};

static int read_numbers(char **words, uint64_t *numbers, size_t n, mf_error *error)
{
    const struct mf__limits limits = {"a number", 0, UINT64_C(1) << 40};
    int code = 0;
    for (size_t i = 0; code == 0 && i < n; i++)
        code = mf__parse_count(words[i], &limits, &numbers[i], error);
    return code;
}

static void key_of(uint64_t row, unsigned char key[MF__KEY_BYTES])
{
    memset(key, 0, MF__KEY_BYTES);
    for (size_t i = 0; i < 8; i++)
        key[i] = (unsigned char)(row * UINT64_C(0x9e3779b97f4a7c15) >> 8 * i);
}

static int put(struct mf__journal *journal, int64_t study, const struct task *task, uint64_t row,
               mf_error *error)
{
    unsigned char key[MF__KEY_BYTES];
    char label[40];
    struct mf__buffer payload = {0};
    key_of(row, key);
    int code = mf__journal_find(journal, key, &payload, error);
    if (code == 0) {
        snprintf(label, sizeof label, "trial %llu", (unsigned long long)row);
        mf__buffer_print(&payload, "{\"row\": %llu, \"padding\": \"", (unsigned long long)row);
        mf__buffer_fill(&payload, 'x', (size_t)task->padding);
        mf__buffer_put(&payload, "\"}");
        code = mf__buffer_check(&payload, error);
        if (code == 0)
            code = mf__journal_put(journal, study, key, label, payload.bytes, error);
    }
    mf__buffer_done(&payload);
    return code < 0 ? code : 0;
}

/* Whether a run is there. */
struct search {
    const char *title;
    bool found;
};

static int look_at(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct search *search = user;
    (void)error;
    search->found = search->found || strcmp(run->title, search->title) == 0;
    return 0;
}

static int keep(struct mf__journal *journal, const struct task *task, uint64_t rows,
                mf_error *error)
{
    char title[40];
    struct search search = {title, false};
    struct mf__buffer document = {0};
    int64_t number = 0;
    snprintf(title, sizeof title, "%llu rows", (unsigned long long)rows);
    for (uint64_t i = 0; i < 1000 + task->padding; i++)
        mf__buffer_print(&document, "%llu ", (unsigned long long)(i * i * rows));
    const struct mf__new_run run = {"2026-05-01T12:00:00Z",     "compare",       title, "writer",
                                    mf__buffer_text(&document), document.length, 0};
    int code = mf__buffer_check(&document, error);
    if (code == 0)
        code = mf__journal_runs(journal, look_at, &search, error);
    if (code == 0 && !search.found)
        code = mf__journal_keep(journal, &run, &number, error);
    mf__buffer_done(&document);
    return code;
}

static void announce(uint64_t rows)
{
    char line[30];
    int length = snprintf(line, sizeof line, "%llu\n", (unsigned long long)rows);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(99);
}

static int write_rows(struct mf__journal *journal, const struct task *task, mf_error *error)
{
    const struct mf__setting setting = {"seed", "42"};
    const struct mf__card card = {
        .kind = "tune", .name = "rows", .settings = &setting, .n_settings = 1};
    struct mf__resumed resumed;
    int code = mf__journal_study(journal, &card, &resumed, error);
    for (uint64_t row = 0; code == 0 && row < task->rows; row++) {
        code = put(journal, resumed.study, task, row, error);
        if (code != 0 || ((row + 1) % task->each != 0 && row + 1 < task->rows))
            continue;
        code = mf__journal_flush(journal, error);
        if (code == 0)
            code = keep(journal, task, row + 1, error);
        if (code == 0)
            announce(row + 1);
    }
    return code == 0 ? mf__journal_end(journal, resumed.study, "done", error) : code;
}

int main(int argc, char **argv)
{
    uint64_t numbers[4] = {0};
    mf_error error = {0};
    mf_error closing = {0};
    struct mf__journal *journal = NULL;
    if (argc != 6 || read_numbers(argv + 2, numbers, 4, &error) != 0)
        return 100;
    const struct task task = {argv[1], numbers[0], numbers[1], numbers[2], numbers[3]};
    int code = mf__journal_open(task.path, task.wait_ms * MF__NS_PER_MS, &journal, &error);
    if (code == 0)
        code = write_rows(journal, &task, &error);
    int closed = mf__journal_close(&journal, &closing);
    if (code == 0 && closed != 0) {
        code = closed;
        error = closing;
    }
    if (code != 0)
        fprintf(stderr, "%s\n", error.text);
    return -code;
}
