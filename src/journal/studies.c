/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Studies: cards of named settings. A study is found again by the digest of its settings, which
 * also tells when they are no longer as they were written.
 */
#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"
#include "journal/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define IDENTITY_BYTES   16
#define MOST_NAME_SHOWN  40 /* bytes; with two values they fit into a difference */
#define MOST_VALUE_SHOWN 60
#define MOST_SETTINGS    100000

/* ---- settings ---- */

/* Settings that were read; the texts are their own. */
struct settings {
    struct mf__setting *list;
    size_t n;
    size_t room;
};

static void settings_done(struct settings *settings)
{
    for (size_t i = 0; i < settings->n; i++) {
        mf__free((void *)(uintptr_t)settings->list[i].name);
        mf__free((void *)(uintptr_t)settings->list[i].value);
    }
    mf__free(settings->list);
    *settings = (struct settings){0};
}

static int settings_add(struct settings *settings, const char *name, const char *value,
                        mf_error *error)
{
    if (settings->n == settings->room) {
        size_t room = settings->room > 0 ? 2 * settings->room : 16;
        struct mf__setting *list = mf__resize(settings->list, room, sizeof *list);
        if (list == NULL)
            return mf__fail_memory(error, room * sizeof *list, "the settings of a study");
        settings->list = list;
        settings->room = room;
    }
    struct mf__setting *added = &settings->list[settings->n++];
    *added = (struct mf__setting){mf__copy_text(name), mf__copy_text(value)};
    if (added->name == NULL || added->value == NULL)
        return mf__fail_memory(error, strlen(name) + strlen(value), "a setting of a study");
    return 0;
}

static int settings_read(struct mf__journal *journal, enum mf__statement which, int64_t study,
                         struct settings *settings, mf_error *error)
{
    struct mf__query query = mf__ask(journal, which);
    mf__bind_whole(&query, 1, study);
    int code = 0;
    while ((code = mf__next(&query, error)) == 1) {
        code = settings->n < MOST_SETTINGS
                   ? settings_add(settings, mf__row_text(&query, 0), mf__row_text(&query, 1), error)
                   : mf__damaged(journal, "a study has too many settings", error);
        if (code != 0) {
            mf__asked(&query);
            return code;
        }
    }
    return code;
}

static int settings_write(struct mf__journal *journal, enum mf__statement which, int64_t study,
                          const struct settings *settings, mf_error *error)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < settings->n; i++) {
        struct mf__query query = mf__ask(journal, which);
        mf__bind_whole(&query, 1, study);
        mf__bind_whole(&query, 2, (int64_t)i);
        mf__bind_text(&query, 3, settings->list[i].name);
        mf__bind_text(&query, 4, settings->list[i].value);
        code = mf__tell_it(&query, error);
    }
    return code;
}

static const char *settings_find(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->n; i++)
        if (strcmp(settings->list[i].name, name) == 0)
            return settings->list[i].value;
    return NULL;
}

/* ---- identity ---- */

static int compare_settings(const void *a, const void *b)
{
    const struct mf__setting *one = a;
    const struct mf__setting *other = b;
    int order = strcmp(one->name, other->name);
    return order != 0 ? order : strcmp(one->value, other->value);
}

/* A digest of the kind and of the settings in the order of their names. */
static int identify(const char *kind, const struct settings *settings,
                    unsigned char ret_identity[IDENTITY_BYTES], mf_error *error)
{
    struct mf__setting *sorted = mf__new(settings->n, sizeof *sorted);
    if (sorted == NULL)
        return mf__fail_memory(error, settings->n * sizeof *sorted, "the settings of a study");
    struct mf__buffer text = {0};
    if (settings->n > 0)
        memcpy(sorted, settings->list, settings->n * sizeof *sorted);
    qsort(sorted, settings->n, sizeof *sorted, compare_settings);
    mf__bytes_text(&text, kind);
    for (size_t i = 0; i < settings->n; i++) {
        mf__bytes_text(&text, sorted[i].name);
        mf__bytes_text(&text, sorted[i].value);
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.bytes, text.length));
    int code = mf__buffer_check(&text, error);
    if (code == 0)
        memcpy(ret_identity, canonical.digest, IDENTITY_BYTES);
    mf__buffer_done(&text);
    mf__free(sorted);
    return code;
}

/* ---- differences ---- */

/* Adds at most `most` bytes of a text, fit to be shown; a word for an empty one. */
static void shorten(const char *text, size_t most, struct mf__buffer *out)
{
    struct mf__buffer whole = {0};
    if (text[0] == '\0')
        mf__buffer_put(&whole, "nothing");
    mf__escape(&whole, text, strlen(text));
    const char *shown = mf__buffer_text(&whole);
    size_t length = whole.length;
    if (length > most) {
        length = most - strlen("...");
        while (length > 0 && (shown[length] & 0xc0) == 0x80) /* not within a letter */
            length--;
    }
    mf__buffer_add(out, shown, length);
    mf__buffer_put(out, length < whole.length ? "..." : "");
    out->failed = out->failed || whole.failed;
    mf__buffer_done(&whole);
}

size_t mf__differences_told(const struct mf__resumed *resumed)
{
    return resumed->n_differences < MF__DIFFERENCES_TOLD ? resumed->n_differences
                                                         : MF__DIFFERENCES_TOLD;
}

/* "seed was 42, is 43"; NULL for what is not set. */
static int tell_difference(const char *name, const char *was, const char *is,
                           struct mf__resumed *resumed, mf_error *error)
{
    size_t at = resumed->n_differences++;
    if (at >= MF__DIFFERENCES_TOLD)
        return 0;
    struct mf__buffer text = {0};
    shorten(name, MOST_NAME_SHOWN, &text);
    mf__buffer_put(&text, was != NULL ? " was " : " was not set");
    if (was != NULL)
        shorten(was, MOST_VALUE_SHOWN, &text);
    mf__buffer_put(&text, is != NULL ? ", is " : ", is not set");
    if (is != NULL)
        shorten(is, MOST_VALUE_SHOWN, &text);
    snprintf(resumed->differences[at], sizeof resumed->differences[at], "%s",
             mf__buffer_text(&text));
    int code = mf__buffer_check(&text, error);
    mf__buffer_done(&text);
    return code;
}

static int compare(const struct settings *were, const struct settings *are,
                   struct mf__resumed *resumed, mf_error *error)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < are->n; i++) {
        const char *was = settings_find(were, are->list[i].name);
        if (was == NULL || strcmp(was, are->list[i].value) != 0)
            code = tell_difference(are->list[i].name, was, are->list[i].value, resumed, error);
    }
    for (size_t i = 0; code == 0 && i < were->n; i++)
        if (settings_find(are, were->list[i].name) == NULL)
            code = tell_difference(were->list[i].name, were->list[i].value, NULL, resumed, error);
    return code;
}

/* ---- finding and beginning ---- */

/* A card under way into the journal. */
struct entry {
    const struct mf__card *card;
    struct settings settings; /* the card's */
    struct settings notes;
    unsigned char identity[IDENTITY_BYTES];
    struct mf__resumed resumed;
};

/* The number that a statement finds: 1, or 0 for none. */
static int find_number(struct mf__query *query, int64_t *ret_number, mf_error *error)
{
    int code = mf__next(query, error);
    if (code != 1)
        return code;
    *ret_number = sqlite3_column_int64(query->statement, 0);
    mf__asked(query);
    return 1;
}

/* Compares with a study, and keeps what differs where that is less than from the nearest so far. */
static int compare_study(struct mf__journal *journal, int64_t study, struct entry *entry,
                         mf_error *error)
{
    struct settings were = {0};
    struct mf__resumed found = {.nearest = study};
    int code = settings_read(journal, MF__ASK_SETTINGS, study, &were, error);
    if (code == 0)
        code = compare(&were, &entry->settings, &found, error);
    if (code == 0 &&
        (entry->resumed.nearest == 0 || found.n_differences < entry->resumed.n_differences))
        entry->resumed = found;
    settings_done(&were);
    return code;
}

/* From the last one on, so that it is told of where several are as near. */
static int find_differences(struct mf__journal *journal, struct entry *entry, mf_error *error)
{
    struct mf__query query = mf__ask(journal, MF__ASK_STUDY_LIKE);
    mf__bind_text(&query, 1, entry->card->kind);
    mf__bind_text(&query, 2, entry->card->name);
    int code = 0;
    while ((code = mf__next(&query, error)) == 1) {
        code = compare_study(journal, sqlite3_column_int64(query.statement, 0), entry, error);
        if (code != 0) {
            mf__asked(&query);
            return code;
        }
    }
    return code;
}

/* A study takes its number from the runs (runs.h). */
static int begin(struct mf__journal *journal, struct entry *entry, mf_error *error)
{
    int code = find_differences(journal, entry, error);
    if (code != 0)
        return code;
    struct mf__query run = mf__ask(journal, MF__ASK_RUN_BEGIN);
    code = mf__tell_it(&run, error);
    if (code != 0)
        return code;
    entry->resumed.study = sqlite3_last_insert_rowid(journal->db);
    struct mf__query query = mf__ask(journal, MF__ASK_STUDY_BEGIN);
    mf__bind_bytes(&query, 1, entry->identity, sizeof entry->identity);
    mf__bind_text(&query, 2, entry->card->kind);
    mf__bind_text(&query, 3, entry->card->name);
    mf__bind_whole(&query, 4, entry->resumed.study);
    code = mf__tell_it(&query, error);
    if (code != 0)
        return code;
    return settings_write(journal, MF__ASK_SETTING_ADD, entry->resumed.study, &entry->settings,
                          error);
}

static int go_on(struct mf__journal *journal, struct entry *entry, mf_error *error)
{
    struct mf__query study = mf__ask(journal, MF__ASK_STUDY_GO_ON);
    mf__bind_whole(&study, 1, entry->resumed.study);
    mf__bind_text(&study, 2, entry->card->name);
    int code = mf__tell_it(&study, error);
    if (code != 0)
        return code;
    struct mf__query notes = mf__ask(journal, MF__ASK_NOTES_FORGET);
    mf__bind_whole(&notes, 1, entry->resumed.study);
    return mf__tell_it(&notes, error);
}

static int enter(struct mf__journal *journal, void *user, mf_error *error)
{
    struct entry *entry = user;
    struct mf__query query = mf__ask(journal, MF__ASK_STUDY_FIND);
    mf__bind_bytes(&query, 1, entry->identity, sizeof entry->identity);
    int found = find_number(&query, &entry->resumed.study, error);
    if (found < 0)
        return found;
    entry->resumed.known = found == 1;
    int code = found == 1 ? go_on(journal, entry, error) : begin(journal, entry, error);
    if (code != 0)
        return code;
    return settings_write(journal, MF__ASK_NOTE_ADD, entry->resumed.study, &entry->notes, error);
}

/* The card's own texts, only looked at. */
static struct settings borrowed(const struct mf__setting *list, size_t n)
{
    return (struct settings){(struct mf__setting *)(uintptr_t)list, n, 0};
}

int mf__journal_study(struct mf__journal *journal, const struct mf__card *card,
                      struct mf__resumed *ret_resumed, mf_error *error)
{
    struct entry entry = {.card = card,
                          .settings = borrowed(card->settings, card->n_settings),
                          .notes = borrowed(card->notes, card->n_notes)};
    int code = identify(card->kind, &entry.settings, entry.identity, error);
    if (code == 0)
        code = mf__transact(journal, enter, &entry, error);
    if (code == 0)
        *ret_resumed = entry.resumed;
    return code;
}

/* ---- ending ---- */

struct end {
    int64_t study;
    const char *state;
};

static int end_study(struct mf__journal *journal, void *user, mf_error *error)
{
    const struct end *end = user;
    int code = mf__write_waiting(journal, NULL, error);
    if (code != 0)
        return code;
    struct mf__query query = mf__ask(journal, MF__ASK_STUDY_END);
    mf__bind_whole(&query, 1, end->study);
    mf__bind_text(&query, 2, end->state);
    return mf__tell_it(&query, error);
}

int mf__journal_end(struct mf__journal *journal, int64_t study, const char *state, mf_error *error)
{
    struct end end = {study, state};
    int code = mf__transact(journal, end_study, &end, error);
    if (code == 0)
        mf__waiting_clear(&journal->waiting);
    return code;
}

/* ---- listing ---- */

struct visit {
    int (*visit)(void *user, const struct mf__listed *study, mf_error *error);
    void *user;
};

/* The study in the row, with its settings, which must be those that it was begun with. */
static int visit_row(const struct mf__query *query, const struct visit *visit,
                     struct settings settings[2], mf_error *error)
{
    int64_t study = sqlite3_column_int64(query->statement, 0);
    const unsigned char *kept = NULL;
    unsigned char identity[IDENTITY_BYTES];
    struct mf__journal *journal = query->journal;
    int code = settings_read(journal, MF__ASK_SETTINGS, study, &settings[0], error);
    if (code == 0)
        code = settings_read(journal, MF__ASK_NOTES, study, &settings[1], error);
    if (code == 0)
        code = identify(mf__row_text(query, 2), &settings[0], identity, error);
    if (code != 0)
        return code;
    if (!mf__row_bytes(query, 1, sizeof identity, &kept) ||
        memcmp(kept, identity, sizeof identity) != 0)
        return mf__damaged(journal, "the settings of a study are not as they were written", error);
    const struct mf__listed listed = {
        .study = study,
        .kind = mf__row_text(query, 2),
        .name = mf__row_text(query, 3),
        .state = mf__row_text(query, 4),
        .begun = mf__row_text(query, 5),
        .changed = mf__row_text(query, 6),
        .n_results = (uint64_t)sqlite3_column_int64(query->statement, 7),
        .settings = settings[0].list,
        .n_settings = settings[0].n,
        .notes = settings[1].list,
        .n_notes = settings[1].n,
    };
    return visit->visit(visit->user, &listed, error);
}

static int visit_all(struct mf__journal *journal, void *user, mf_error *error)
{
    struct mf__query query = mf__ask(journal, MF__ASK_STUDIES);
    int code = 0;
    while ((code = mf__next(&query, error)) == 1) {
        struct settings settings[2] = {{0}, {0}};
        code = visit_row(&query, user, settings, error);
        settings_done(&settings[0]);
        settings_done(&settings[1]);
        if (code != 0) {
            mf__asked(&query);
            return code;
        }
    }
    return code;
}

int mf__journal_list(struct mf__journal *journal,
                     int (*visit)(void *user, const struct mf__listed *study, mf_error *error),
                     void *user, mf_error *error)
{
    struct visit all = {visit, user};
    int code = mf__journal_flush(journal, error);
    return code != 0 ? code : mf__read_at_once(journal, visit_all, &all, error);
}
