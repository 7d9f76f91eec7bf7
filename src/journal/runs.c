/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/runs.h"

#include "base/number.h"
#include "base/shell.h"
#include "base/status.h"
#include "journal/run_texts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- keeping ---- */

/* A run under way into the journal. */
struct entry {
    const struct mf__new_run *run;
    struct mf__buffer packed;
    int64_t number;
};

/* The number of the study's run, or a new one. */
static int take_number(struct mf__journal *journal, struct entry *entry, mf_error *error)
{
    entry->number = entry->run->study;
    if (entry->number > 0)
        return 0;
    struct mf__query query = mf__ask(journal, MF__ASK_RUN_BEGIN);
    int code = mf__tell_it(&query, error);
    entry->number = sqlite3_last_insert_rowid(journal->db);
    return code;
}

/* Fails for what is not there: `what`, and the command that lists what is. */
static int fail_with_list(const struct mf__journal *journal, const char *what, mf_error *error)
{
    struct mf__buffer file = {0};
    mf__shell_word(journal->name.text, true, &file);
    int code = mf__fail(error, MF_E_INPUT, "journal %s: %s; \"manyfold runs list %s\" lists all",
                        journal->name.text, what, mf__buffer_text(&file));
    mf__buffer_done(&file);
    return code;
}

static int fail_missing(const struct mf__journal *journal, int64_t number, mf_error *error)
{
    char what[60];
    snprintf(what, sizeof what, "there is no run %lld", (long long)number);
    return fail_with_list(journal, what, error);
}

static int keep(struct mf__journal *journal, void *user, mf_error *error)
{
    struct entry *entry = user;
    const struct mf__new_run *run = entry->run;
    int64_t digest = 0;
    int code = take_number(journal, entry, error);
    if (code != 0)
        return code;
    const struct mf__run_texts texts = {
        .number = entry->number,
        .created = run->created,
        .kind = run->kind,
        .title = run->title,
        .command = run->command,
        .length = run->length,
        .document_digest =
            mf__document_digest(entry->number, entry->packed.bytes, entry->packed.length)};
    code = mf__run_digest(&texts, &digest, error);
    if (code != 0)
        return code;
    struct mf__query query = mf__ask(journal, MF__ASK_RUN_FILL);
    mf__bind_whole(&query, 1, entry->number);
    mf__bind_text(&query, 2, run->created);
    mf__bind_text(&query, 3, run->kind);
    mf__bind_text(&query, 4, run->title);
    mf__bind_text(&query, 5, run->command);
    mf__bind_whole(&query, 6, (int64_t)run->length);
    mf__bind_bytes(&query, 7, (const unsigned char *)entry->packed.bytes, entry->packed.length);
    mf__bind_whole(&query, 8, texts.document_digest);
    mf__bind_whole(&query, 9, digest);
    code = mf__tell_it(&query, error);
    if (code == 0 && sqlite3_changes(journal->db) != 1)
        code = fail_missing(journal, entry->number, error);
    return code;
}

int mf__journal_keep(struct mf__journal *journal, const struct mf__new_run *run,
                     int64_t *ret_number, mf_error *error)
{
    struct entry entry = {.run = run};
    int code = mf__pack_document(journal, run->document, run->length, &entry.packed, error);
    if (code == 0)
        code = mf__transact(journal, keep, &entry, error);
    if (code == 0)
        *ret_number = entry.number;
    mf__buffer_done(&entry.packed);
    return code;
}

/* ---- listing ---- */

struct visit {
    int (*visit)(void *user, const struct mf__kept_run *run, mf_error *error);
    void *user;
};

/* Of a search the study says what it is, since it may not be finished. */
static int read_row(const struct mf__query *query, struct mf__kept_run *ret_run, mf_error *error)
{
    const struct mf__run_texts texts = {
        .number = sqlite3_column_int64(query->statement, 0),
        .created = mf__row_text(query, 1),
        .kind = mf__row_text(query, 2),
        .title = mf__row_text(query, 3),
        .command = mf__row_text(query, 4),
        .length = (uint64_t)sqlite3_column_int64(query->statement, 6),
        .document_digest = sqlite3_column_int64(query->statement, 7)};
    int64_t digest = 0;
    bool is_study = sqlite3_column_int64(query->statement, 9) != 0;
    bool finished = texts.length > 0;
    int code = finished ? mf__run_digest(&texts, &digest, error) : 0;
    if (code != 0)
        return code;
    if (digest != sqlite3_column_int64(query->statement, 8) || (!finished && !is_study))
        return mf__damaged(query->journal, "a run is not as it was written", error);
    bool tagged = sqlite3_column_type(query->statement, 5) != SQLITE_NULL;
    *ret_run = (struct mf__kept_run){.number = texts.number,
                                     .created = is_study ? mf__row_text(query, 10) : texts.created,
                                     .kind = is_study ? mf__row_text(query, 11) : texts.kind,
                                     .title = is_study ? mf__row_text(query, 12) : texts.title,
                                     .command = texts.command,
                                     .tag = tagged ? mf__row_text(query, 5) : NULL,
                                     .length = texts.length,
                                     .is_study = is_study};
    return 0;
}

static int visit_all(struct mf__journal *journal, void *user, mf_error *error)
{
    const struct visit *visit = user;
    struct mf__query query =
        mf__ask(journal, journal->version < 2 ? MF__ASK_RUNS_OF_VERSION_1 : MF__ASK_RUNS);
    int code = 0;
    while ((code = mf__next(&query, error)) == 1) {
        struct mf__kept_run run;
        code = read_row(&query, &run, error);
        if (code == 0)
            code = visit->visit(visit->user, &run, error);
        if (code != 0) {
            mf__asked(&query);
            return code;
        }
    }
    return code;
}

int mf__journal_runs(struct mf__journal *journal,
                     int (*visit)(void *user, const struct mf__kept_run *run, mf_error *error),
                     void *user, mf_error *error)
{
    struct visit all = {visit, user};
    return mf__read_at_once(journal, visit_all, &all, error);
}

/* ---- finding ---- */

/* What is looked for, and what came near it. */
struct search {
    const char *name;
    int64_t wanted; /* 0: it is no number */
    int64_t found;  /* 0: not yet */
    int64_t last;
    size_t n;
    struct mf__nearest nearest;
    char best[MF__TAG_BYTES + 1];
};

static int look_at(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct search *search = user;
    (void)error;
    search->n++;
    search->last = run->number;
    if (run->number == search->wanted || (run->tag != NULL && strcmp(run->tag, search->name) == 0))
        search->found = run->number;
    if (run->tag == NULL)
        return 0;
    /* The tag lives as long as the row, so what is nearest is copied. */
    mf__nearest_offer(&search->nearest, run->tag);
    if (search->nearest.best == run->tag) {
        snprintf(search->best, sizeof search->best, "%s", run->tag);
        search->nearest.best = search->best;
    }
    return 0;
}

static int fail_unknown(const struct mf__journal *journal, const struct search *search,
                        mf_error *error)
{
    const char *name = journal->name.text;
    char what[300];
    if (search->n == 0)
        return mf__fail(error, MF_E_INPUT, "journal %s: it has no runs yet", name);
    if (search->wanted == 0 && search->nearest.best != NULL)
        return mf__fail(error, MF_E_INPUT,
                        "journal %s: no run has the tag %s; did you mean \"%s\"?", name,
                        mf__quote(search->name).text, search->best);
    if (search->wanted > 0)
        snprintf(what, sizeof what, "there is no run %lld, the last is %lld",
                 (long long)search->wanted, (long long)search->last);
    else
        snprintf(what, sizeof what, "no run has the tag %s; expected a number, 1 to %lld, or a tag",
                 mf__quote(search->name).text, (long long)search->last);
    return fail_with_list(journal, what, error);
}

int mf__journal_find_run(struct mf__journal *journal, const char *name, int64_t *ret_number,
                         mf_error *error)
{
    static const struct mf__limits limits = {"a run", 1, INT64_MAX};
    uint64_t wanted = 0;
    struct search search = {.name = name, .nearest = {.word = name}};
    if (isdigit((unsigned char)name[0]) && mf__parse_count(name, &limits, &wanted, NULL) == 0)
        search.wanted = (int64_t)wanted;
    int code = mf__journal_runs(journal, look_at, &search, error);
    if (code == 0 && search.found == 0)
        code = fail_unknown(journal, &search, error);
    if (code == 0)
        *ret_number = search.found;
    return code;
}

/* ---- reading ---- */

static int fail_unfinished(const struct mf__journal *journal, int64_t number, mf_error *error)
{
    struct mf__buffer file = {0};
    mf__shell_word(journal->name.text, true, &file);
    int code = mf__fail(
        error, MF_E_INPUT,
        "journal %s: run %lld is a search that was not finished, so it has no result; the command "
        "that began it goes on (\"manyfold runs show %s %lld\" shows it)",
        journal->name.text, (long long)number, mf__buffer_text(&file), (long long)number);
    mf__buffer_done(&file);
    return code;
}

/* What a document is read into. */
struct reading {
    int64_t number;
    struct mf__buffer *text;
};

static int read_document(const struct mf__query *query, const struct reading *reading,
                         mf_error *error)
{
    struct mf__journal *journal = query->journal;
    int64_t length = sqlite3_column_int64(query->statement, 0);
    const void *bytes = sqlite3_column_blob(query->statement, 1);
    int n = sqlite3_column_bytes(query->statement, 1);
    if (length == 0)
        return fail_unfinished(journal, reading->number, error);
    struct mf__buffer packed = {0};
    mf__buffer_add(&packed, bytes, bytes != NULL && n > 0 ? (size_t)n : 0);
    int code = mf__buffer_check(&packed, error);
    if (code == 0 && mf__document_digest(reading->number, packed.bytes, packed.length) !=
                         sqlite3_column_int64(query->statement, 2))
        code = mf__damaged(journal, "a run is not as it was written", error);
    if (code == 0)
        code = mf__unpack_document(journal, &packed, (size_t)length, reading->text, error);
    mf__buffer_done(&packed);
    return code;
}

int mf__journal_document(struct mf__journal *journal, int64_t number, struct mf__buffer *document,
                         mf_error *error)
{
    const struct reading reading = {number, document};
    if (journal->version < 2)
        return fail_unfinished(journal, number, error);
    struct mf__query query = mf__ask(journal, MF__ASK_RUN_DOCUMENT);
    mf__bind_whole(&query, 1, number);
    int code = mf__next(&query, error);
    if (code < 0)
        return code;
    if (code == 0)
        return fail_missing(journal, number, error);
    code = read_document(&query, &reading, error);
    mf__asked(&query);
    return code;
}

/* ---- tags ---- */

/* A word that cannot be taken for a number, and needs no quotes in a shell. */
static bool is_tag(const char *tag)
{
    size_t n = strlen(tag);
    return n > 0 && n <= MF__TAG_BYTES && isalpha((unsigned char)tag[0]) &&
           strspn(tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-") == n;
}

struct tagging {
    int64_t number;
    const char *tag;
    int64_t owner; /* of the tag; 0: nobody */
    bool found;
};

static int look_for_tag(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct tagging *tagging = user;
    (void)error;
    tagging->found = tagging->found || run->number == tagging->number;
    if (tagging->tag != NULL && run->tag != NULL && strcmp(run->tag, tagging->tag) == 0)
        tagging->owner = run->number;
    return 0;
}

static int set_tag(struct mf__journal *journal, void *user, mf_error *error)
{
    struct tagging *tagging = user;
    struct visit visit = {look_for_tag, tagging};
    int code = visit_all(journal, &visit, error);
    if (code != 0)
        return code;
    if (!tagging->found)
        return fail_missing(journal, tagging->number, error);
    if (tagging->owner > 0 && tagging->owner != tagging->number)
        return mf__fail(error, MF_E_INPUT,
                        "journal %s: run %lld has the tag \"%s\" already; take another word, or "
                        "take it away from that one first",
                        journal->name.text, (long long)tagging->owner, tagging->tag);
    struct mf__query query = mf__ask(journal, MF__ASK_RUN_TAG);
    mf__bind_whole(&query, 1, tagging->number);
    if (tagging->tag != NULL) /* what is not bound is NULL */
        mf__bind_text(&query, 2, tagging->tag);
    return mf__tell_it(&query, error);
}

int mf__journal_tag(struct mf__journal *journal, int64_t number, const char *tag, mf_error *error)
{
    struct tagging tagging = {.number = number, .tag = tag};
    if (tag != NULL && !is_tag(tag))
        return mf__fail(error, MF_E_INPUT,
                        "%s cannot be a tag; expected a word of at most %d letters, digits and "
                        ". _ + -, beginning with a letter",
                        mf__quote(tag).text, MF__TAG_BYTES);
    return mf__transact(journal, set_tag, &tagging, error);
}

/* ---- deleting ---- */

struct deleting {
    const int64_t *numbers;
    size_t n;
    struct mf__deleted deleted;
};

/* Runs a statement about one number; how many rows it changed, or a failure. */
static int64_t change(struct mf__journal *journal, enum mf__statement which, int64_t number,
                      mf_error *error)
{
    struct mf__query query = mf__ask(journal, which);
    mf__bind_whole(&query, 1, number);
    int code = mf__tell_it(&query, error);
    return code == 0 ? sqlite3_changes(journal->db) : code;
}

static int delete_run(struct mf__journal *journal, int64_t number, struct mf__deleted *deleted,
                      mf_error *error)
{
    /* What refers to the study goes first. */
    static const enum mf__statement forget[] = {MF__ASK_LISTINGS_FORGET, MF__ASK_SETTINGS_FORGET,
                                                MF__ASK_NOTES_FORGET};
    int64_t changed = 0;
    for (size_t i = 0; changed >= 0 && i < sizeof forget / sizeof forget[0]; i++)
        changed = change(journal, forget[i], number, error);
    if (changed >= 0)
        changed = change(journal, MF__ASK_STUDY_DELETE, number, error);
    deleted->n_studies += changed == 1;
    if (changed >= 0)
        changed = change(journal, MF__ASK_RUN_DELETE, number, error);
    deleted->n_runs += changed == 1;
    if (changed < 0)
        return (int)changed;
    return changed == 1 ? 0 : fail_missing(journal, number, error);
}

static int delete_all(struct mf__journal *journal, void *user, mf_error *error)
{
    struct deleting *deleting = user;
    int code = 0;
    for (size_t i = 0; code == 0 && i < deleting->n; i++)
        code = delete_run(journal, deleting->numbers[i], &deleting->deleted, error);
    if (code != 0 || deleting->deleted.n_studies == 0)
        return code;
    struct mf__query query = mf__ask(journal, MF__ASK_RESULTS_FORGET);
    code = mf__tell_it(&query, error);
    deleting->deleted.n_results = (uint64_t)sqlite3_changes(journal->db);
    return code;
}

int mf__journal_delete(struct mf__journal *journal, const int64_t *numbers, size_t n,
                       struct mf__deleted *ret_deleted, mf_error *error)
{
    struct deleting deleting = {.numbers = numbers, .n = n};
    int code = mf__transact(journal, delete_all, &deleting, error);
    if (code == 0)
        *ret_deleted = deleting.deleted;
    return code;
}
