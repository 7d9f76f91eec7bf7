/* SPDX-License-Identifier: Apache-2.0 */
/* The page of one run: what it is, and of a search its settings and its best trials. */
#include "base/memory.h"
#include "base/number.h"
#include "report/runs_page.h"
#include "report/table.h"
#include "report/train.h"

#include <math.h>
#include <string.h>

#define SHOWN         10 /* trials */
#define LABEL_COLUMNS 60

/* A page under way. */
struct page {
    const struct mf__runs *runs;
    const struct mf__style *style;
    struct mf__buffer *out;
    struct mf__buffer head;    /* what it is: "tune of houses.csv" */
    struct mf__buffer tag;     /* empty: none */
    struct mf__buffer command; /* empty: of a search, which notes it itself */
    struct mf__buffer kept;    /* how to get at its document; empty: it has none */
    struct mf__buffer made;    /* when */
    bool is_study;
    struct mf__run_extent extent; /* of a study */
    struct mf__metrics scores;
};

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static struct mf__shown count_of(uint64_t n)
{
    return mf__show_count(n, ',');
}

/* ---- what every run has ---- */

static int note_run(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct page *page = user;
    struct mf__buffer *const texts[] = {&page->head, &page->tag, &page->command, &page->kept,
                                        &page->made};
    int code = 0;
    if (run->number != page->runs->run)
        return 0;
    page->is_study = run->is_study;
    mf__buffer_print(&page->head, "%s%s %s", run->kind, run->is_study ? " of" : ",", run->title);
    mf__buffer_put(&page->tag, run->tag != NULL ? run->tag : "");
    mf__buffer_put(&page->command, run->command);
    mf__buffer_put(&page->made, mf__run_time(run->created).text);
    if (run->length > 0)
        mf__buffer_print(&page->kept, "%s of JSON: manyfold report %s:%lld",
                         mf__show_bytes(run->length).text, mf__show_path(page->runs->path).text,
                         (long long)run->number);
    for (size_t i = 0; code == 0 && i < sizeof texts / sizeof texts[0]; i++)
        code = mf__buffer_check(texts[i], error);
    return code;
}

static void say_line(const struct page *page, const char *name, const struct mf__buffer *text)
{
    const struct mf__label label = {.text = name, .column = 2, .width = 12};
    if (text->length > 0)
        mf__say_lines(page->style, &label, page->out, "%s", mf__buffer_text(text));
}

/* "search.db, run 2: tune of houses.csv", and `more`. */
static int say_head(const struct page *page, const char *more, mf_error *error)
{
    struct mf__buffer title = {0};
    mf__buffer_print(&title, "%s, run %lld:", mf__show_path(page->runs->path).text,
                     (long long)page->runs->run);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    mf__say_lines(page->style, &head, page->out, "%s%s", mf__buffer_text(&page->head), more);
    mf__runs_say_writer(page->runs, page->style, page->out);
    int code = mf__buffer_check(&title, error);
    mf__buffer_done(&title);
    return code;
}

/* ---- a search ---- */

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

static int note_extent(void *user, const struct mf__listed *study, mf_error *error)
{
    struct page *page = user;
    (void)error;
    if (study->study == page->runs->run)
        mf__run_extent_of(study, &page->extent);
    return 0;
}

static int show_study(void *user, const struct mf__listed *study, mf_error *error)
{
    struct page *page = user;
    struct mf__buffer more = {0};
    if (study->study != page->runs->run)
        return 0;
    mf__buffer_print(&more, ", %s, trials: ", study->state);
    mf__run_say_extent(&page->extent, study->state, &more);
    int code = mf__buffer_check(&more, error);
    if (code == 0)
        code = say_head(page, mf__buffer_text(&more), error);
    mf__buffer_done(&more);
    const struct mf__label begun = {.text = "begun", .column = 2, .width = 12};
    const struct mf__label changed = {.text = "changed", .column = 2, .width = 12};
    mf__say_lines(page->style, &begun, page->out, "%s UTC", mf__run_time(study->begun).text);
    mf__say_lines(page->style, &changed, page->out, "%s UTC", mf__run_time(study->changed).text);
    say_line(page, "tag", &page->tag);
    say_line(page, "kept", &page->kept);
    say_settings(page, "Settings", study->settings, study->n_settings);
    say_settings(page, "Notes", study->notes, study->n_notes);
    read_metrics(mf__run_setting(study, "scores"), &page->scores);
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
    mf__runs_say_hidden(&table, page->style, page->out);
    if (trials->n > SHOWN || trials->n > trials->n_ranked) {
        const struct mf__label label = {.text = "", .column = 2};
        mf__say_lines(page->style, &label, page->out,
                      "%s of %s trial%s with a result%s%s; --json has all results",
                      count_of(n).text, count_of(trials->n).text, plural(trials->n),
                      unranked > 0 ? ", without a rank: " : "",
                      unranked > 0 ? count_of(unranked).text : "");
    }
}

static int show_search(struct page *page, mf_error *error)
{
    struct mf__run_trials trials = {0};
    int code = mf__journal_list(page->runs->journal, note_extent, page, error);
    if (code == 0)
        code = mf__run_extent_count(page->runs, &page->extent, error);
    if (code == 0)
        code = mf__journal_list(page->runs->journal, show_study, page, error);
    if (code != 0)
        return code;
    int metric = page->scores.n > 0 ? page->scores.list[0] : -1;
    code = mf__run_trials_read(page->runs, page->extent.resource, &metric, &trials, error);
    if (page->scores.n == 0 && metric >= 0)
        page->scores = (struct mf__metrics){{metric}, 1};
    if (code == 0 && trials.n_ranked > 0)
        show_trials(page, &trials);
    mf__run_trials_done(&trials);
    return code;
}

/* ---- all of it ---- */

static int show(struct page *page, mf_error *error)
{
    int code = mf__journal_runs(page->runs->journal, note_run, page, error);
    if (code != 0)
        return code;
    if (page->is_study)
        return show_search(page, error);
    code = say_head(page, "", error);
    mf__buffer_put(&page->made, " UTC");
    say_line(page, "made", &page->made);
    say_line(page, "tag", &page->tag);
    say_line(page, "command", &page->command);
    say_line(page, "kept", &page->kept);
    return code == 0 ? mf__buffer_check(&page->made, error) : code;
}

int mf__runs_text(const struct mf__runs *runs, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error)
{
    struct page page = {.runs = runs, .style = style, .out = out};
    int code = runs->run > 0 ? show(&page, error) : mf__runs_list(runs, style, out, error);
    mf__buffer_done(&page.head);
    mf__buffer_done(&page.tag);
    mf__buffer_done(&page.command);
    mf__buffer_done(&page.kept);
    mf__buffer_done(&page.made);
    return code == 0 ? mf__buffer_check(out, error) : code;
}
