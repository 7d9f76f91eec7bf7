/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journals whose bytes changed, by accident or to do harm: they are refused, or what they give is
 * right. Never is anything else taken for a result, and never does a reader or writer crash.
 */
#include "base/clock.h"
#include "base/random.h"
#include "journal/runs.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME       "j.db"
#define N_RESULTS  60
#define MOST_BYTES (1 << 17)
#define PAGE       4096

static struct mf__random dice;
static unsigned n_files;  /* how many are tried of each kind */
static unsigned n_header; /* values of each byte of the header */

static unsigned char sound[MOST_BYTES];
static unsigned char damaged[MOST_BYTES];
static size_t length;
static int64_t study;

/* The document of a run: it fills some pages even when it is compressed. */
#define DOCUMENT_BYTES 20000
static char document[DOCUMENT_BYTES + 1];

/* ---- scene ---- */

static const struct mf__setting settings[] = {{"data", "1f2e3d4c"}, {"seed", "42"}};
static const struct mf__card card = {
    .kind = "tune", .name = "houses.csv", .settings = settings, .n_settings = 2};

static void key_of(unsigned number, unsigned char key[MF__KEY_BYTES])
{
    memset(key, 0, MF__KEY_BYTES);
    key[0] = (unsigned char)(number * 37);
    key[8] = (unsigned char)number;
}

static void payload_of(unsigned number, char payload[100])
{
    snprintf(payload, 100, "{\"scores\":{\"rmse\":%u},\"seconds\":0.%u}", number * number, number);
}

static void put(struct mf__journal *journal, unsigned number, mf_error *error)
{
    unsigned char key[MF__KEY_BYTES];
    char payload[100];
    key_of(number, key);
    payload_of(number, payload);
    if (mf__journal_put(journal, study, key, "trial", payload, error) != 0)
        fail_msg("%s", error->text);
}

static void keep_run(struct mf__journal *journal, mf_error *error)
{
    int64_t number = 0;
    for (size_t i = 0; i < DOCUMENT_BYTES; i++)
        document[i] = (char)('0' + (i * i + i / 7) * 2654435761U % 1009 % 75);
    const struct mf__new_run run = {"2026-05-01T12:00:00Z", "compare", "sum", "manyfold", document,
                                    DOCUMENT_BYTES,         0};
    if (mf__journal_keep(journal, &run, &number, error) != 0)
        fail_msg("%s", error->text);
    assert_int_equal(mf__journal_tag(journal, number, "kept", error), 0);
}

/* Makes the journal that is damaged again and again, in a folder of its own. */
static int make(void **state)
{
    (void)state;
    char folder[] = "/tmp/manyfold-damage-XXXXXX";
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    struct mf__resumed resumed;
    assert_true(mkdtemp(folder) != NULL && chdir(folder) == 0);
    assert_int_equal(mf__journal_open(NAME, 0, &journal, &error), 0);
    assert_int_equal(mf__journal_study(journal, &card, &resumed, &error), 0);
    study = resumed.study;
    for (unsigned i = 0; i < N_RESULTS; i++)
        put(journal, i, &error);
    keep_run(journal, &error);
    assert_int_equal(mf__journal_close(&journal, &error), 0);
    FILE *file = fopen(NAME, "rb");
    assert_non_null(file);
    length = fread(sound, 1, sizeof sound, file);
    fclose(file);
    assert_true(length >= 10 * PAGE && length < sizeof sound);
    return 0;
}

static void remove_all(void)
{
    static const char *const names[] = {NAME, NAME "-journal", NAME "-wal", NAME "-shm"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(names[i]);
}

static int leave(void **state)
{
    (void)state;
    char folder[200];
    remove_all();
    return getcwd(folder, sizeof folder) == NULL || chdir("/") != 0 || rmdir(folder) != 0 ? -1 : 0;
}

/* ---- trying ---- */

static struct {
    unsigned refused;
    unsigned noticed; /* opened, and an error later */
    unsigned unseen;
    unsigned shown; /* results, of the file under way */
} count;

/* What damage may be told as: a full disk or a bug it is not. */
static void expect_told(int code, const mf_error *error)
{
    if (code != MF_E_FORMAT && code != MF_E_BUSY)
        fail_msg("%d: %s", code, error->text);
}

static int check_result(void *user, const char *label, const char *payload, mf_error *error)
{
    char expected[100] = "";
    unsigned *seen = user;
    (void)error;
    assert_string_equal(label, "trial");
    /* One may be missing, as if it had not been written; but what is there is right. */
    while (*seen < N_RESULTS && strcmp(payload, expected) != 0)
        payload_of((*seen)++, expected);
    assert_string_equal(payload, expected);
    count.shown++;
    return 0;
}

static int check_study(void *user, const struct mf__listed *listed, mf_error *error)
{
    (void)user;
    (void)error;
    assert_string_equal(listed->settings[0].value, "1f2e3d4c");
    return 0;
}

/* Tags are not checked, as they say nothing of a result. */
static int check_run(void *user, const struct mf__kept_run *run, mf_error *error)
{
    unsigned *seen = user;
    (void)error;
    *seen += 1;
    if (run->number == study && run->is_study && run->length == 0)
        return 0;
    assert_string_equal(run->title, "sum");
    assert_string_equal(run->command, "manyfold");
    assert_int_equal(run->length, DOCUMENT_BYTES);
    return 0;
}

/* The run that was kept; one that is not there is no harm. */
static bool read_runs(struct mf__journal *journal)
{
    mf_error error = {0};
    unsigned seen = 0;
    struct mf__buffer text = {0};
    int listed = mf__journal_runs(journal, check_run, &seen, &error);
    if (listed != 0)
        expect_told(listed, &error);
    int found = mf__journal_document(journal, study + 1, &text, &error);
    if (found != 0 && found != MF_E_INPUT)
        expect_told(found, &error);
    if (found == 0)
        assert_string_equal(mf__buffer_text(&text), document);
    mf__buffer_done(&text);
    return listed != 0 || found != 0 || seen != 2;
}

/* Reads everything; whether something was amiss. */
static bool read_all(struct mf__journal *journal)
{
    mf_error error = {0};
    unsigned seen = 0;
    count.shown = 0;
    int listed = mf__journal_list(journal, check_study, NULL, &error);
    if (listed != 0)
        expect_told(listed, &error);
    int found = mf__journal_results(journal, study, check_result, &seen, &error);
    if (found != 0)
        expect_told(found, &error);
    return read_runs(journal) || listed != 0 || found != 0 || count.shown < N_RESULTS;
}

static bool find_all(struct mf__journal *journal)
{
    bool amiss = false;
    for (unsigned i = 0; i < N_RESULTS; i++) {
        mf_error error = {0};
        unsigned char key[MF__KEY_BYTES];
        char expected[100];
        struct mf__buffer payload = {0};
        key_of(i, key);
        payload_of(i, expected);
        int code = mf__journal_find(journal, key, &payload, &error);
        if (code < 0)
            expect_told(code, &error);
        if (code == 1)
            assert_string_equal(mf__buffer_text(&payload), expected);
        amiss = amiss || code != 1;
        mf__buffer_done(&payload);
    }
    return amiss;
}

/* Goes on with the study, as a search does that finds nothing. */
static void write_more(struct mf__journal *journal)
{
    mf_error error = {0};
    struct mf__resumed resumed;
    int code = mf__journal_study(journal, &card, &resumed, &error);
    for (unsigned i = N_RESULTS; code == 0 && i < N_RESULTS + 20; i++)
        put(journal, i, &error);
    if (code == 0)
        code = mf__journal_flush(journal, &error);
    if (code != 0)
        expect_told(code, &error);
}

static void try_damaged(size_t bytes)
{
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    remove_all();
    FILE *file = fopen(NAME, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(damaged, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
    bool amiss = false;
    int code = mf__journal_read(NAME, &journal, &error);
    if (code == 0)
        amiss = read_all(journal);
    else
        expect_told(code, &error);
    mf__journal_close(&journal, NULL);
    int opened = mf__journal_open(NAME, 0, &journal, &error);
    if (opened != 0)
        expect_told(opened, &error);
    if (opened == 0) {
        amiss = find_all(journal) || amiss;
        write_more(journal);
    }
    mf__journal_close(&journal, NULL);
    count.refused += code != 0;
    count.noticed += code == 0 && amiss;
    count.unseen += code == 0 && !amiss;
}

static void begin(void)
{
    memcpy(damaged, sound, length);
}

/* ---- kinds of damage ---- */

static void one_bit_that_turned_is_noticed_or_harmless(void **state)
{
    (void)state;
    for (unsigned i = 0; i < n_files; i++) {
        size_t at = mf__random_below(&dice, length);
        begin();
        damaged[at] ^= (unsigned char)(1U << mf__random_below(&dice, 8));
        try_damaged(length);
    }
    assert_true(count.unseen < n_files); /* most of the file is room that is not used */
}

static void each_byte_of_the_header_may_be_anything(void **state)
{
    (void)state;
    static const unsigned char values[] = {0x00, 0x01, 0x02, 0x7f, 0xff};
    for (size_t at = 0; at < 108; at++)
        for (size_t i = 0; i < n_header; i++) {
            begin();
            damaged[at] = values[(at + i) % sizeof values];
            try_damaged(length);
        }
}

static void many_bytes_that_changed_are_noticed_or_harmless(void **state)
{
    (void)state;
    for (unsigned i = 0; i < n_files; i++) {
        begin();
        for (uint64_t n = 2 + mf__random_below(&dice, 200); n > 0; n--)
            damaged[100 + mf__random_below(&dice, length - 100)] =
                (unsigned char)mf__random_next(&dice);
        try_damaged(length);
    }
}

static void pages_in_each_others_place_are_noticed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < n_files; i++) {
        size_t from = mf__random_below(&dice, length / PAGE) * PAGE;
        size_t to = (1 + mf__random_below(&dice, length / PAGE - 1)) * PAGE;
        begin();
        memcpy(damaged + to, sound + from, PAGE);
        try_damaged(length);
    }
}

static void a_file_cut_short_or_with_more_behind_it_does_no_harm(void **state)
{
    (void)state;
    for (unsigned i = 0; i < n_files; i++) {
        begin();
        for (size_t at = length; at < sizeof damaged; at++)
            damaged[at] = (unsigned char)mf__random_next(&dice);
        try_damaged(1 + mf__random_below(&dice, sizeof damaged));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_bit_that_turned_is_noticed_or_harmless),
        cmocka_unit_test(each_byte_of_the_header_may_be_anything),
        cmocka_unit_test(many_bytes_that_changed_are_noticed_or_harmless),
        cmocka_unit_test(pages_in_each_others_place_are_noticed),
        cmocka_unit_test(a_file_cut_short_or_with_more_behind_it_does_no_harm),
    };
    bool is_long = argc > 1 && strcmp(argv[1], "long") == 0;
    n_files = is_long ? 2000 : 40;
    n_header = is_long ? 5 : 2;
    dice.state = mf__now_ns();
    print_message("# seed %llu\n", (unsigned long long)dice.state);
    int failed = cmocka_run_group_tests_name("journal damage", tests, make, leave);
    print_message("# %u refused, %u noticed later, %u not to be seen\n", count.refused,
                  count.noticed, count.unseen);
    return failed;
}
