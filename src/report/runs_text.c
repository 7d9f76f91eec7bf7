/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of `manyfold runs`: all studies in a table, or one study in full. */
#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/runs.h"
#include "report/table.h"
#include "report/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOWN         10 /* trials */
#define NAME_COLUMNS  24
#define DATA_COLUMNS  9
#define LABEL_COLUMNS 60

/* A page under way. */
struct page {
    const struct mf__runs *runs;
    const struct mf__style *style;
    struct mf__buffer *out;
    struct mf__table table;         /* of the studies */
    size_t n;                       /* studies so far */
    struct mf__run_extent *extents; /* of the studies, or of the one */
    size_t n_extents;
    struct mf__metrics scores;
};

int mf__runs_missing(const struct mf__runs *runs, mf_error *error)
{
    return mf__fail(error, MF_E_INPUT,
                    "there is no study %llu in %s; \"manyfold runs FILE\" lists them all",
                    (unsigned long long)runs->study, mf__show_path(runs->path).text);
}

static const char *setting_of(const struct mf__listed *study, const char *name)
{
    for (size_t i = 0; i < study->n_settings; i++)
        if (strcmp(study->settings[i].name, name) == 0)
            return study->settings[i].value;
    return "";
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static struct mf__shown count_of(uint64_t n)
{
    return mf__show_count(n, ',');
}

/* "2026-05-01T12:00:00Z" as "2026-05-01 12:00:00". */
static struct mf__shown time_of(const char *stamp)
{
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%.10s %.8s", stamp,
             strlen(stamp) > 11 ? stamp + 11 : "");
    return shown;
}

/* Whoever holds the journal, on a line of its own. */
static void say_writer(const struct page *page)
{
    const char *writer = mf__journal_writer(page->runs->journal);
    const struct mf__label label = {.text = "in use by", .column = 2, .width = 12};
    if (writer != NULL)
        mf__say_lines(page->style, &label, page->out, "%s", writer);
}

/* "24 of 126", or how far a halving came, whose trials are finished once and again. */
static void put_extent(const struct page *page, const struct mf__listed *study,
                       struct mf__buffer *out)
{
    const struct mf__run_extent *extent =
        page->n < page->n_extents ? &page->extents[page->n] : NULL;
    if (extent == NULL || extent->study != study->study || extent->n_trials == 0)
        mf__buffer_put(out, "-"); /* it came between two looks, or is no search */
    else if (extent->n_rungs > 1 && strcmp(study->state, "done") != 0)
        mf__buffer_print(out, "rung %zu of %zu", extent->rung, extent->n_rungs);
    else
        mf__buffer_print(out, "%s of %s", count_of(extent->n_done).text,
                         count_of(extent->n_trials).text);
}

static int note_extent(void *user, const struct mf__listed *study, mf_error *error)
{
    struct page *page = user;
    if (page->runs->study > 0 && study->study != (int64_t)page->runs->study)
        return 0;
    struct mf__run_extent *extents =
        mf__resize(page->extents, page->n_extents + 1, sizeof *extents);
    if (extents == NULL)
        return mf__fail_memory(error, (page->n_extents + 1) * sizeof *extents, "the studies");
    page->extents = extents;
    mf__run_extent_of(study, &extents[page->n_extents++]);
    return 0;
}

static int find_extents(struct page *page, mf_error *error)
{
    int code = mf__journal_list(page->runs->journal, note_extent, page, error);
    for (size_t i = 0; i < page->n_extents && code == 0; i++)
        code = mf__run_extent_count(page->runs, &page->extents[i], error);
    return code;
}

/* The columns for which the page is too narrow. */
static void say_hidden(const struct page *page, const struct mf__table *table)
{
    const struct mf__label label = {.text = "", .column = 2};
    struct mf__buffer names = {0};
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->hidden[i])
            mf__buffer_print(&names, "%s%s", names.length > 0 ? ", " : "",
                             table->columns[i].header);
    if (names.length > 0)
        mf__say_lines(page->style, &label, page->out, "no room for %s: --json has all",
                      mf__buffer_text(&names));
    page->out->failed = page->out->failed || names.failed;
    mf__buffer_done(&names);
}

/* ---- all studies ---- */

static void add_short(struct page *page, enum mf__tint tint, const char *text, size_t columns)
{
    struct mf__buffer shown = {0};
    mf__say_short(text, columns, &shown);
    mf__table_add(&page->table, tint, "%s", mf__buffer_text(&shown));
    page->table.failed = page->table.failed || shown.failed;
    mf__buffer_done(&shown);
}

static int add_study(void *user, const struct mf__listed *study, mf_error *error)
{
    struct page *page = user;
    struct mf__buffer extent = {0};
    mf__table_add(&page->table, MF__TINT_STRONG, "%lld", (long long)study->study);
    mf__table_add(&page->table, MF__TINT_PLAIN, "%s", time_of(study->begun).text);
    add_short(page, MF__TINT_PLAIN, study->kind, NAME_COLUMNS);
    add_short(page, MF__TINT_PLAIN, study->name, NAME_COLUMNS);
    add_short(page, MF__TINT_PLAIN, study->state, NAME_COLUMNS);
    put_extent(page, study, &extent);
    mf__table_add(&page->table, MF__TINT_PLAIN, "%s", mf__buffer_text(&extent));
    page->table.failed = page->table.failed || extent.failed;
    mf__buffer_done(&extent);
    add_short(page, MF__TINT_FAINT, setting_of(study, "data"), DATA_COLUMNS);
    page->n++;
    return page->table.failed ? mf__fail_memory(error, 0, "a table of studies") : 0;
}

static int list(struct page *page, mf_error *error)
{
    static const struct mf__column columns[] = {
        {.header = "study", .right = true},
        {.header = "begun (UTC)", .gap = 2, .rank = 1},
        {.header = "what", .gap = 2},
        {.header = "of", .gap = 2},
        {.header = "state", .gap = 2},
        {.header = "trials", .right = true, .gap = 2},
        {.header = "data", .gap = 2, .rank = 2},
    };
    struct mf__buffer rows = {0};
    struct mf__buffer title = {0};
    page->table = (struct mf__table){.style = page->style, .columns = columns, .n_columns = 7};
    int code = find_extents(page, error);
    if (code == 0)
        code = mf__journal_list(page->runs->journal, add_study, page, error);
    mf__table_finish(&page->table, &rows);
    mf__buffer_print(&title, "%s:", mf__show_path(page->runs->path).text);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    if (code == 0) {
        mf__say_lines(page->style, &head, page->out, "%s stud%s", count_of(page->n).text,
                      page->n == 1 ? "y" : "ies");
        say_writer(page);
        if (page->n > 0)
            mf__buffer_print(page->out, "\n%s", mf__buffer_text(&rows));
        say_hidden(page, &page->table);
    }
    page->out->failed = page->out->failed || rows.failed || title.failed;
    mf__buffer_done(&rows);
    mf__buffer_done(&title);
    return code;
}

/* ---- one study ---- */

static void say_settings(const struct page *page, const char *title,
                         const struct mf__setting *settings, size_t n)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++)
        if (mf__text_width(settings[i].name) > width)
            width = mf__text_width(settings[i].name);
    if (n > 0)
        mf__say_heading(page->style, title, page->out);
    for (size_t i = 0; i < n; i++) {
        const struct mf__label label = {.text = settings[i].name,
                                        .column = 2,
                                        .width = (unsigned)(width < 30 ? width : 30) + 2};
        mf__say_lines(page->style, &label, page->out, "%s",
                      settings[i].value[0] != '\0' ? settings[i].value : "-");
    }
}

/* The metrics of "rmse, mape". */
static void read_metrics(const char *text, struct mf__metrics *metrics)
{
    char name[40];
    const char *rest = text[0] != '\0' ? text : NULL;
    while (rest != NULL && metrics->n < MF_METRICS) {
        size_t length = mf__split(&rest, name, sizeof name);
        int metric = length < sizeof name ? mf_metric_find(name + (name[0] == ' ')) : -1;
        if (metric >= 0)
            metrics->list[metrics->n++] = metric;
    }
}

static int show_study(void *user, const struct mf__listed *study, mf_error *error)
{
    struct page *page = user;
    struct mf__buffer title = {0}, extent = {0};
    if (study->study != (int64_t)page->runs->study)
        return 0;
    mf__buffer_print(&title, "%s, study %lld:", mf__show_path(page->runs->path).text,
                     (long long)study->study);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    put_extent(page, study, &extent);
    mf__say_lines(page->style, &head, page->out, "%s of %s, %s, trials: %s", study->kind,
                  study->name, study->state, mf__buffer_text(&extent));
    int code = mf__buffer_check(&title, error);
    if (code == 0)
        code = mf__buffer_check(&extent, error);
    mf__buffer_done(&extent);
    mf__buffer_done(&title);
    say_writer(page);
    const struct mf__label begun = {.text = "begun", .column = 2, .width = 12};
    const struct mf__label changed = {.text = "changed", .column = 2, .width = 12};
    mf__say_lines(page->style, &begun, page->out, "%s UTC", time_of(study->begun).text);
    mf__say_lines(page->style, &changed, page->out, "%s UTC", time_of(study->changed).text);
    say_settings(page, "Settings", study->settings, study->n_settings);
    say_settings(page, "Notes", study->notes, study->n_notes);
    read_metrics(setting_of(study, "scores"), &page->scores);
    page->n++;
    return code;
}

static void add_trial(const struct page *page, const struct mf__run_trials *trials, size_t index,
                      struct mf__table *table)
{
    const struct mf__run_trial *trial = &trials->list[index];
    struct mf__buffer text = {0};
    mf__table_add(table, MF__TINT_STRONG, "%zu", index + 1);
    for (size_t i = 0; i < page->scores.n; i++) {
        double score = trial->scores[page->scores.list[i]];
        if (isnan(score))
            mf__buffer_put(&text, "-");
        else
            mf__say_score(page->scores.list[i], score, &text);
        mf__table_add(table, MF__TINT_PLAIN, "%s", mf__buffer_text(&text));
        table->failed = table->failed || text.failed; /* which is forgotten with the text */
        mf__buffer_clear(&text);
    }
    mf__table_add(table, MF__TINT_FAINT, "%s", trial->folds > 1 ? count_of(trial->folds).text : "");
    mf__say_short(trial->label, LABEL_COLUMNS, &text);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__buffer_text(&text));
    table->failed = table->failed || text.failed;
    mf__buffer_done(&text);
}

static void show_trials(const struct page *page, const struct mf__run_trials *trials)
{
    struct mf__column columns[MF_METRICS + 3] = {{.header = "rank", .right = true}};
    size_t n_columns = 1;
    for (size_t i = 0; i < page->scores.n; i++)
        columns[n_columns++] = (struct mf__column){.header = mf_metric_name(page->scores.list[i]),
                                                   .right = true,
                                                   .gap = 2,
                                                   .rank = (unsigned char)(i > 0 ? i + 1 : 0)};
    columns[n_columns++] =
        (struct mf__column){.header = "folds", .right = true, .gap = 2, .rank = 1};
    columns[n_columns++] = (struct mf__column){.header = "trial", .gap = 2};
    mf__say_heading(page->style, "Best", page->out);
    struct mf__table table = {.style = page->style, .columns = columns, .n_columns = n_columns};
    size_t n = trials->n_ranked < SHOWN ? trials->n_ranked : SHOWN;
    size_t unranked = trials->n - trials->n_ranked;
    for (size_t i = 0; i < n; i++)
        add_trial(page, trials, i, &table);
    mf__table_finish(&table, page->out);
    say_hidden(page, &table);
    if (trials->n > SHOWN || trials->n > trials->n_ranked) {
        const struct mf__label label = {.text = "", .column = 2};
        mf__say_lines(page->style, &label, page->out,
                      "%s of %s trial%s with a result%s%s; --json has all results",
                      count_of(n).text, count_of(trials->n).text, plural(trials->n),
                      unranked > 0 ? ", without a rank: " : "",
                      unranked > 0 ? count_of(unranked).text : "");
    }
}

static int show(struct page *page, mf_error *error)
{
    int code = find_extents(page, error);
    if (code == 0)
        code = mf__journal_list(page->runs->journal, show_study, page, error);
    if (code == 0 && page->n == 0)
        code = mf__runs_missing(page->runs, error);
    if (code != 0)
        return code;
    struct mf__run_trials trials = {0};
    int metric = page->scores.n > 0 ? page->scores.list[0] : -1;
    code = mf__run_trials_read(page->runs, page->extents[0].resource, &metric, &trials, error);
    if (page->scores.n == 0 && metric >= 0)
        page->scores = (struct mf__metrics){{metric}, 1};
    if (code == 0 && trials.n_ranked > 0)
        show_trials(page, &trials);
    mf__run_trials_done(&trials);
    return code;
}

int mf__runs_text(const struct mf__runs *runs, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error)
{
    struct page page = {.runs = runs, .style = style, .out = out};
    int code = runs->study > 0 ? show(&page, error) : list(&page, error);
    mf__free(page.extents);
    return code == 0 ? mf__buffer_check(out, error) : code;
}
