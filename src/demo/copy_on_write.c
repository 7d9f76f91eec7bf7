/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "demo/registry.h"
#include "demo/stage.h"
#include "exec/isolate.h"
#include "exec/sysfile.h"
#include "report/figures.h"
#include "stats/real.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define ARRAY_BYTES   ((size_t)128 << 20)
#define MEMORY_SHARES 8 /* the array takes no more than this part of the memory */
#define BYTES_PER_KIB 1024.0

enum { TIME, FAULTS, OWN, SLOWER };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [FAULTS] = {"page_faults", "page faults", MF__DEMO_COUNT},
    [OWN] = {"own_bytes", "memory of its own", MF__DEMO_BYTES},
    [SLOWER] = {"times_as_long", "times as long", MF__DEMO_SLOWER},
};

enum { PARENT_WRITES, CHILD_READS, CHILD_WRITES_TENTH, CHILD_WRITES, PARENT_WRITES_AFTER };

struct array {
    volatile unsigned char *bytes;
    size_t n;
    size_t page;
};

/* What one visit of the array cost, as it travels from the child. */
struct visit {
    const struct array *array;
    bool writes;
    size_t bytes; /* of the array, from its start */
    double figures[MF__DEMO_COLUMNS];
};

/* Memory that this process has changed and shares with none; not a number when it is not told. */
static double own_bytes(void)
{
    static const char name[] = "Private_Dirty:";
    struct mf__lines lines;
    double found = MF__NAN;
    mf__lines_open(&lines, "", "/proc/self/smaps_rollup");
    for (const char *line = mf__lines_next(&lines); line != NULL; line = mf__lines_next(&lines)) {
        uint64_t kib = 0;
        const char *at = line + sizeof name - 1;
        if (strncmp(line, name, sizeof name - 1) != 0)
            continue;
        at += strspn(at, " \t");
        if (mf__take_number(&at, &kib))
            found = (double)kib * BYTES_PER_KIB;
    }
    mf__lines_close(&lines);
    return found;
}

static long faults(void)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* One byte of each page: what is read or written of it makes no difference to the kernel. */
static void visit(struct visit *visit)
{
    const struct array *array = visit->array;
    double own_before = own_bytes();
    long faults_before = faults();
    uint64_t start_ns = mf__now_ns();
    unsigned char seen = 0;
    for (size_t i = 0; i < visit->bytes; i += array->page) {
        if (visit->writes)
            array->bytes[i] = (unsigned char)(i / array->page + 1);
        else
            seen ^= array->bytes[i];
    }
    (void)seen;
    visit->figures[TIME] = (double)(mf__now_ns() - start_ns);
    visit->figures[FAULTS] = (double)(faults() - faults_before);
    double own = own_bytes() - own_before;
    visit->figures[OWN] = own < 0 ? 0 : own;
}

static int visit_in_child(void *user, struct mf__buffer *bytes, mf_error *error)
{
    struct visit *own = user;
    (void)error;
    visit(own);
    mf__buffer_add(bytes, own->figures, sizeof own->figures);
    return 0;
}

static int do_nothing(void *user, struct mf__buffer *bytes, mf_error *error)
{
    (void)user;
    (void)bytes;
    (void)error;
    return 0;
}

static int apart(mf__isolated_task *task, struct visit *visit, mf_error *error)
{
    struct mf__isolated isolated = {0};
    int code = mf__isolate(task, visit, NULL, &isolated, error);
    if (code == 0 && isolated.bytes.length == sizeof visit->figures)
        memcpy(visit->figures, isolated.bytes.bytes, sizeof visit->figures);
    if (code == 0)
        mf__buffer_done(&isolated.bytes);
    return code;
}

/* In the parent itself, whose pages a fork before has made read-only, or a first pass writable. */
static int visit_here(const struct mf__take *self, struct visit *own, mf_error *error)
{
    visit(own);
    int code = self->number == PARENT_WRITES_AFTER ? apart(do_nothing, own, error) : 0;
    if (code == 0)
        visit(own);
    return code;
}

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    const struct array *array = stage->user;
    struct visit visit = {.array = array,
                          .writes = self->number != CHILD_READS,
                          .bytes = self->number == CHILD_WRITES_TENTH ? array->n / 10 : array->n};
    bool here = self->number == PARENT_WRITES || self->number == PARENT_WRITES_AFTER;
    int code = here ? visit_here(self, &visit, error) : apart(visit_in_child, &visit, error);
    if (code == 0)
        memcpy(ret_figures, visit.figures, sizeof(double) * SLOWER);
    return code;
}

static void say(struct mf__stage *stage)
{
    const struct array *array = stage->user;
    struct mf__interval slower = mf__stage_times(stage, CHILD_WRITES, PARENT_WRITES);
    struct mf__interval read = mf__stage_times(stage, CHILD_WRITES, CHILD_READS);
    const struct mf__interval *read_faults = mf__stage_figure(stage, CHILD_READS, FAULTS);
    const struct mf__interval *write_faults = mf__stage_figure(stage, CHILD_WRITES, FAULTS);
    mf__stage_found(stage, write_faults->mid > read_faults->mid && mf__surely_above(&slower, 1));
    mf__stage_say(
        stage,
        "A child that only read the %s of its parent had %s page faults; one that wrote to every "
        "page had %s, and took %s times as long as the reader, %s times as long as a process that "
        "writes to pages of its own.",
        mf__show_bytes(array->n).text, mf__show_fixed(read_faults->mid, 0).text,
        mf__show_fixed(write_faults->mid, 0).text, mf__show_sure(&read).text,
        mf__show_sure(&slower).text);
    mf__stage_say(stage, "So large inputs are made before the fork and only read after it. The "
                         "parent's first write to a page after a fork has a page fault, too.");
}

static int show(struct mf__stage *stage, struct array *array, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[PARENT_WRITES] = {"parent writes", PARENT_WRITES, take, .number = PARENT_WRITES},
                  [CHILD_READS] = {"child reads", PARENT_WRITES, take, .number = CHILD_READS},
                  [CHILD_WRITES_TENTH] = {"child writes a tenth", PARENT_WRITES, take,
                                          .number = CHILD_WRITES_TENTH},
                  [CHILD_WRITES] = {"child writes", PARENT_WRITES, take, .number = CHILD_WRITES},
                  [PARENT_WRITES_AFTER] = {"parent writes after a fork", PARENT_WRITES, take,
                                           .number = PARENT_WRITES_AFTER}},
        .n = 5,
    };
    stage->user = array;
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

static int play(struct mf__stage *stage, mf_error *error)
{
    size_t most = (size_t)stage->machine->memory_bytes / MEMORY_SHARES;
    size_t n = stage->quick ? (size_t)1 << 20 : ARRAY_BYTES;
    n = most > 0 && most < n ? most : n;
    unsigned char *bytes = mf__aligned_room(n);
    if (bytes == NULL)
        return mf__fail_memory(error, n, "an array to be shared");
    memset(bytes, 1, n);
    struct array array = {bytes, n, (size_t)sysconf(_SC_PAGESIZE)};
    int code = show(stage, &array, error);
    mf__free(bytes);
    return code;
}

const struct mf__demo mf__demo_copy_on_write = {
    .name = "copy-on-write",
    .summary = "a forked child shares memory until somebody writes to it",
    .what = "A large array is read or written, one byte on each page, by the process that made it "
            "or by a forked child.",
    .play = play,
};
