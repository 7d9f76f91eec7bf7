/* SPDX-License-Identifier: Apache-2.0 */
/* All runs of a journal in a table: of a search how far it came, of others what they were. */
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "report/runs_page.h"

#include <stdio.h>
#include <string.h>

#define NAME_COLUMNS  28
#define STATE_COLUMNS 24
#define DATA_COLUMNS  9

/* ---- what both pages say ---- */

struct mf__shown mf__run_time(const char *stamp)
{
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%.10s %.8s", stamp,
             strlen(stamp) > 11 ? stamp + 11 : "");
    return shown;
}

const char *mf__run_setting(const struct mf__listed *study, const char *name)
{
    for (size_t i = 0; i < study->n_settings; i++)
        if (strcmp(study->settings[i].name, name) == 0)
            return study->settings[i].value;
    return "";
}

void mf__run_say_extent(const struct mf__run_extent *extent, const char *state,
                        struct mf__buffer *out)
{
    if (extent->n_trials == 0)
        mf__buffer_put(out, "-"); /* it is no search */
    else if (extent->n_rungs > 1 && strcmp(state, "done") != 0)
        mf__buffer_print(out, "rung %zu of %zu", extent->rung, extent->n_rungs);
    else
        mf__buffer_print(out, "%s of %s", mf__show_count(extent->n_done, ',').text,
                         mf__show_count(extent->n_trials, ',').text);
}

void mf__runs_say_writer(const struct mf__runs *runs, const struct mf__style *style,
                         struct mf__buffer *out)
{
    const char *writer = mf__journal_writer(runs->journal);
    const struct mf__label label = {.text = "in use by", .column = 2, .width = 12};
    if (writer != NULL)
        mf__say_lines(style, &label, out, "%s", writer);
}

void mf__runs_say_hidden(const struct mf__table *table, const struct mf__style *style,
                         struct mf__buffer *out)
{
    const struct mf__label label = {.text = "", .column = 2};
    struct mf__buffer names = {0};
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->hidden[i] && table->columns[i].header != NULL)
            mf__buffer_print(&names, "%s%s", names.length > 0 ? ", " : "",
                             table->columns[i].header);
    if (names.length > 0)
        mf__say_lines(style, &label, out, "no room for %s: --json has all",
                      mf__buffer_text(&names));
    out->failed = out->failed || names.failed;
    mf__buffer_done(&names);
}

/* ---- the studies, looked at first ---- */

struct study {
    struct mf__run_extent extent;
    char *state;
    char *data; /* its digest */
};

/* A list under way. */
struct list {
    const struct mf__runs *runs;
    struct study *studies;
    size_t n_studies;
    struct mf__table table;
    size_t n; /* runs so far */
};

static void list_done(struct list *list)
{
    for (size_t i = 0; i < list->n_studies; i++) {
        mf__free(list->studies[i].state);
        mf__free(list->studies[i].data);
    }
    mf__free(list->studies);
}

static int note_study(void *user, const struct mf__listed *study, mf_error *error)
{
    struct list *list = user;
    size_t n = list->n_studies + 1;
    struct study *studies = mf__resize(list->studies, n, sizeof *studies);
    if (studies == NULL)
        return mf__fail_memory(error, n * sizeof *studies, "the runs");
    list->studies = studies;
    struct study *noted = &studies[list->n_studies++];
    *noted = (struct study){.state = mf__copy_text(study->state),
                            .data = mf__copy_text(mf__run_setting(study, "data"))};
    mf__run_extent_of(study, &noted->extent);
    return noted->state == NULL || noted->data == NULL ? mf__fail_memory(error, 0, "the runs") : 0;
}

static int note_studies(struct list *list, mf_error *error)
{
    int code = mf__journal_list(list->runs->journal, note_study, list, error);
    for (size_t i = 0; i < list->n_studies && code == 0; i++)
        code = mf__run_extent_count(list->runs, &list->studies[i].extent, error);
    return code;
}

static const struct study *find_study(const struct list *list, int64_t number)
{
    for (size_t i = 0; i < list->n_studies; i++)
        if (list->studies[i].extent.study == number)
            return &list->studies[i];
    return NULL;
}

/* ---- the table ---- */

static void add_short(struct list *list, enum mf__tint tint, const char *text, size_t columns)
{
    struct mf__buffer shown = {0};
    mf__say_short(text, columns, &shown);
    mf__table_add(&list->table, tint, "%s", mf__buffer_text(&shown));
    list->table.failed = list->table.failed || shown.failed;
    mf__buffer_done(&shown);
}

/* The day, and the time of the day, to the minute: the order of runs is that of their numbers. */
static void add_begun(struct list *list, const char *stamp)
{
    mf__table_add(&list->table, MF__TINT_PLAIN, "%.10s", stamp);
    mf__table_add(&list->table, MF__TINT_PLAIN, "%.5s", strlen(stamp) > 11 ? stamp + 11 : "");
}

/* A search that came between two looks has nothing to say of itself. */
static int add_run(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct list *list = user;
    const struct study *study = run->is_study ? find_study(list, run->number) : NULL;
    struct mf__buffer extent = {0};
    if (study != NULL)
        mf__run_say_extent(&study->extent, study->state, &extent);
    mf__table_add(&list->table, MF__TINT_STRONG, "%lld", (long long)run->number);
    add_begun(list, run->created);
    add_short(list, MF__TINT_PLAIN, run->kind, STATE_COLUMNS);
    add_short(list, MF__TINT_PLAIN, run->title, NAME_COLUMNS);
    add_short(list, MF__TINT_PLAIN, study != NULL ? study->state : "done", STATE_COLUMNS);
    mf__table_add(&list->table, MF__TINT_PLAIN, "%s", mf__buffer_text(&extent));
    add_short(list, MF__TINT_STRONG, run->tag != NULL ? run->tag : "", MF__TAG_BYTES);
    add_short(list, MF__TINT_FAINT, study != NULL ? study->data : "", DATA_COLUMNS);
    list->table.failed = list->table.failed || extent.failed;
    mf__buffer_done(&extent);
    list->n++;
    return list->table.failed ? mf__fail_memory(error, 0, "a table of runs") : 0;
}

static int make_table(struct list *list, struct mf__buffer *rows, mf_error *error)
{
    int code = note_studies(list, error);
    if (code == 0)
        code = mf__journal_runs(list->runs->journal, add_run, list, error);
    mf__table_finish(&list->table, rows);
    return code == 0 ? mf__buffer_check(rows, error) : code;
}

int mf__runs_list(const struct mf__runs *runs, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error)
{
    static const struct mf__column columns[] = {
        {.header = "run", .right = true},
        {.header = "begun (UTC)", .gap = 2, .rank = 2},
        {.gap = 1, .rank = 3}, /* the time of the day, below the same header */
        {.header = "what", .gap = 2},
        {.header = "of", .gap = 2},
        {.header = "state", .gap = 2},
        {.header = "trials", .right = true, .gap = 2},
        {.header = "tag", .gap = 2, .rank = 1},
        {.header = "data", .gap = 2, .rank = 4},
    };
    struct list list = {.runs = runs};
    struct mf__buffer rows = {0};
    struct mf__buffer title = {0};
    list.table = (struct mf__table){
        .style = style, .columns = columns, .n_columns = sizeof columns / sizeof columns[0]};
    int code = make_table(&list, &rows, error);
    mf__buffer_print(&title, "%s:", mf__show_path(runs->path).text);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    if (code == 0) {
        mf__say_lines(style, &head, out, "%s run%s", mf__show_count(list.n, ',').text,
                      list.n == 1 ? "" : "s");
        mf__runs_say_writer(runs, style, out);
        if (list.n > 0)
            mf__buffer_print(out, "\n%s", mf__buffer_text(&rows));
        mf__runs_say_hidden(&list.table, style, out);
    }
    out->failed = out->failed || title.failed;
    mf__buffer_done(&rows);
    mf__buffer_done(&title);
    list_done(&list);
    return code;
}
