/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path may lead to anything: another program's database, a table, a file that somebody prepared
 * to do harm. So the first bytes are looked at before SQLite begins a transaction, which might
 * already repair the file; the tables must be word for word those that we made, so that there are
 * no triggers, views or columns that compute; and SQLite's own defences are up.
 *
 * Changes go through a rollback journal. Write-ahead logging was rejected: SQLite before 3.51.3 can
 * damage a file in that mode when two connections are open, and other programs read while we write.
 * The rollback journal is cut to nothing rather than deleted to commit (TRUNCATE), since SQLite
 * then forces that to the disk; deleting it would need synchronous=EXTRA, and twice the time.
 */
#include "journal/connection.h"

#include "base/number.h"
#include "base/status.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define HEADER_BYTES      100
#define MOST_FILE_FORMAT  2          /* of SQLite: 2 is that of write-ahead logging */
#define MOST_TEXT_BYTES   (17 << 20) /* of a row or a statement */
#define CHECK_WHOLE_BYTES (INT64_C(32) << 20)
#define WRITER_WAIT_MS    30000
#define READER_WAIT_MS    5000
#define ASKER_WAIT_MS     500
#define NAP_NS            500000
#define NS_PER_MS         1000000

#define TEXT(name)  name " TEXT NOT NULL CHECK(typeof(" name ")='text')"
#define WHOLE(name) name " INTEGER NOT NULL CHECK(typeof(" name ")='integer')"
#define BYTES16(name)                                                                              \
    name " BLOB NOT NULL UNIQUE CHECK(typeof(" name ")='blob' AND length(" name ")=16)"
#define NAMED(table)                                                                               \
    "CREATE TABLE " table                                                                          \
    "(study INTEGER NOT NULL REFERENCES study(id)," WHOLE("position") "," TEXT("name") "," TEXT(   \
        "value") ",PRIMARY KEY(study,position)) WITHOUT ROWID"

/* The version of the file is a version of these texts. SQLite keeps them as they are written here.
 * Columns check their types themselves, since STRICT tables cannot be read before SQLite 3.37. */
static const char *const tables[] = {
    "CREATE TABLE holder(id INTEGER PRIMARY KEY CHECK(id=1)," WHOLE("process") "," TEXT(
        "host") "," TEXT("since") ")",
    "CREATE TABLE study(id INTEGER PRIMARY KEY," BYTES16("identity") "," TEXT("kind") "," TEXT(
        "name") "," TEXT("state") "," TEXT("begun") "," TEXT("changed") ")",
    NAMED("setting"),
    NAMED("note"),
    "CREATE TABLE result(id INTEGER PRIMARY KEY," BYTES16("key") "," TEXT("payload") "," WHOLE(
        "digest") ")",
    "CREATE TABLE study_result(id INTEGER PRIMARY KEY,study INTEGER NOT NULL REFERENCES study(id),"
    "result INTEGER NOT NULL REFERENCES result(id)," TEXT("label") "," WHOLE(
        "digest") ",UNIQUE(study,result))",
    /* Since version 2. */
    "CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT," TEXT("created") "," TEXT("kind") "," TEXT(
        "title") "," TEXT("command") ",tag TEXT UNIQUE CHECK(tag IS NULL OR "
                                     "typeof(tag)='text')," WHOLE(
                                         "length") ",document BLOB NOT NULL "
                                                   "CHECK(typeof(document)='blob')"
                                                   "," WHOLE("document_digest") "," WHOLE(
                                                       "digest") ")",
};

#define N_TABLES (sizeof tables / sizeof tables[0])

/* How many of them each version has. */
static const size_t n_tables[MF__JOURNAL_VERSION + 1] = {0, N_TABLES - 1, N_TABLES};

/* What a file of version 1 gets besides the table: a run for each study. */
#define RUNS_FROM_STUDIES                                                                          \
    "INSERT INTO run(id,created,kind,title,command,length,document,document_digest,digest) "       \
    "SELECT id,'','','','',0,x'',0,0 FROM study"

/* ---- what kind of file it is ---- */

static int fail_foreign(const struct mf__journal *journal, mf_error *error)
{
    return mf__fail(error, MF_E_FORMAT,
                    "journal %s: this file is not a journal of manyfold, and was not changed; "
                    "choose another file",
                    journal->name.text);
}

static int fail_empty(const struct mf__journal *journal, mf_error *error)
{
    return mf__fail(error, MF_E_FORMAT, "journal %s: this file is empty, there is nothing to read",
                    journal->name.text);
}

static uint32_t load_big_endian(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int check_version(const struct mf__journal *journal, const unsigned char *header,
                         mf_error *error)
{
    uint32_t version = load_big_endian(header + 60);
    if (version > MF__JOURNAL_VERSION)
        return mf__fail(error, MF_E_FORMAT,
                        "journal %s: its format is version %u, and this manyfold knows version %d; "
                        "use a later manyfold or another file",
                        journal->name.text, version, MF__JOURNAL_VERSION);
    return 0;
}

/*
 * Reads with SQLite's own descriptor, since closing another one would take away locks. But the
 * system is asked for the size: SQLite takes a file of one byte for an empty one. A file that
 * begins with zeros is left to SQLite: it may be one that was being made when the machine stopped.
 */
static int check_header(const struct mf__journal *journal, const char *path,
                        enum mf__purpose purpose, mf_error *error)
{
    static const unsigned char zeros[HEADER_BYTES];
    static const char mark[16] = "SQLite format 3"; /* with its 0 */
    unsigned char header[HEADER_BYTES] = {0};
    struct stat about;
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(journal->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        file == NULL || file->pMethods == NULL || stat(path, &about) != 0)
        return mf__sql_fail(journal, SQLITE_CANTOPEN, error);
    if (about.st_size == 0)
        return purpose == MF__TO_WRITE ? 0 : fail_empty(journal, error);
    int result = file->pMethods->xRead(file, header, sizeof header, 0);
    if (result == SQLITE_IOERR_SHORT_READ)
        return fail_foreign(journal, error);
    if (result != SQLITE_OK)
        return mf__sql_fail(journal, result, error);
    if (memcmp(header, zeros, sizeof header) == 0)
        return 0;
    if (memcmp(header, mark, sizeof mark) != 0 || load_big_endian(header + 68) != MF__JOURNAL_MARK)
        return fail_foreign(journal, error);
    int code = check_version(journal, header, error);
    /* SQLite itself would say of such a file that it may only be read. */
    if (code == 0 && (header[18] > MOST_FILE_FORMAT || header[19] > MOST_FILE_FORMAT))
        code = mf__damaged(journal, "its first page is not as it was written", error);
    return code;
}

/* ---- how SQLite is set ---- */

static const struct {
    int what;
    int most;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, MOST_TEXT_BYTES},
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 16},
    {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 50},
    {SQLITE_LIMIT_COMPOUND_SELECT, 10},
    {SQLITE_LIMIT_FUNCTION_ARG, 10},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
};

static const struct {
    int what;
    int value;
} switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};

static void raise_defences(sqlite3 *db)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        (void)sqlite3_limit(db, limits[i].what, limits[i].most);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        (void)sqlite3_db_config(db, switches[i].what, switches[i].value, NULL);
}

/* Adds the first column of the first row that a statement gives. */
static int ask_once(struct mf__journal *journal, const char *text, struct mf__buffer *answer,
                    mf_error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->db, text, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        const unsigned char *first = sqlite3_column_text(statement, 0);
        mf__buffer_put(answer, first != NULL ? (const char *)first : "");
    }
    int code = result == SQLITE_ROW || result == SQLITE_DONE ? mf__buffer_check(answer, error)
                                                             : mf__sql_fail(journal, result, error);
    (void)sqlite3_finalize(statement);
    return code;
}

/* Whether a statement answers with this text: 1 or 0, or a failure. */
static int answers(struct mf__journal *journal, const char *text, const char *expected,
                   mf_error *error)
{
    struct mf__buffer answer = {0};
    int code = ask_once(journal, text, &answer, error);
    if (code == 0)
        code = strcmp(mf__buffer_text(&answer), expected) == 0;
    mf__buffer_done(&answer);
    return code;
}

/*
 * Called by SQLite as long as another connection's lock stands in the way. SQLite's own way of
 * waiting sleeps longer and longer, and so never meets the short moments between two transactions
 * of a writer that is busy.
 */
static int wait_a_little(void *user, int tries)
{
    const int *most_ms = user;
    const struct timespec nap = {0, NAP_NS};
    if (tries >= *most_ms * (NS_PER_MS / NAP_NS))
        return 0;
    nanosleep(&nap, NULL);
    return 1;
}

static int set_up(struct mf__journal *journal, enum mf__purpose purpose, mf_error *error)
{
    static const int waits_ms[] = {[MF__TO_WRITE] = WRITER_WAIT_MS,
                                   [MF__TO_READ] = READER_WAIT_MS,
                                   [MF__TO_ASK_WHO] = ASKER_WAIT_MS};
    bool writes = purpose == MF__TO_WRITE;
    (void)sqlite3_busy_handler(journal->db, wait_a_little, (void *)(uintptr_t)&waits_ms[purpose]);
    int code = mf__sql_run(journal,
                           "PRAGMA mmap_size=0;PRAGMA cell_size_check=ON;PRAGMA temp_store=MEMORY;"
                           "PRAGMA synchronous=FULL",
                           error);
    if (code != 0)
        return code;
    if (!writes)
        return mf__sql_run(journal, "PRAGMA query_only=ON", error);
    code = answers(journal, "PRAGMA journal_mode=TRUNCATE", "truncate", error);
    return code == 0 ? mf__sql_fail(journal, SQLITE_BUSY, error) : code < 0 ? code : 0;
}

/* ---- what is in it ---- */

static int create(struct mf__journal *journal, void *user, mf_error *error)
{
    (void)user;
    journal->version = MF__JOURNAL_VERSION;
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "PRAGMA application_id=%d;PRAGMA user_version=%d;", MF__JOURNAL_MARK,
                     MF__JOURNAL_VERSION);
    for (size_t i = 0; i < N_TABLES; i++)
        mf__buffer_print(&text, "%s;", tables[i]);
    int code = mf__buffer_check(&text, error);
    if (code == 0)
        code = mf__sql_run(journal, mf__buffer_text(&text), error);
    mf__buffer_done(&text);
    return code;
}

/* Brings a file of version 1 up to date. */
static int renew(struct mf__journal *journal, void *user, mf_error *error)
{
    (void)user;
    journal->version = MF__JOURNAL_VERSION;
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "%s;" RUNS_FROM_STUDIES ";PRAGMA user_version=%d", tables[N_TABLES - 1],
                     MF__JOURNAL_VERSION);
    int code = mf__buffer_check(&text, error);
    if (code == 0)
        code = mf__sql_run(journal, mf__buffer_text(&text), error);
    mf__buffer_done(&text);
    return code;
}

static bool is_ours(const char *sql, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(sql, tables[i]) == 0)
            return true;
    return false;
}

/* As SQLite has it: the first bytes of a file whose writer was killed are not the last word. */
static int read_version(struct mf__journal *journal, mf_error *error)
{
    static const struct mf__limits limits_of_version = {"the version", 1, MF__JOURNAL_VERSION};
    struct mf__buffer answer = {0};
    uint64_t version = 0;
    int code = ask_once(journal, "PRAGMA user_version", &answer, error);
    if (code == 0 &&
        mf__parse_count(mf__buffer_text(&answer), &limits_of_version, &version, NULL) != 0)
        code = mf__damaged(journal, "its version is not one of a journal", error);
    journal->version = (unsigned)version;
    mf__buffer_done(&answer);
    return code;
}

/* What SQLite makes by itself, for UNIQUE, AUTOINCREMENT and ANALYZE, may be there too. */
static int check_tables(struct mf__journal *journal, void *user, mf_error *error)
{
    (void)user;
    int code = read_version(journal, error);
    if (code != 0)
        return code;
    size_t n_expected = n_tables[journal->version];
    size_t n_ours = 0;
    size_t n_others = 0;
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->db,
                                    "SELECT sql FROM sqlite_master WHERE NOT(type IN('table',"
                                    "'index') AND substr(name,1,7)='sqlite_')",
                                    -1, &statement, NULL);
    while (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        const unsigned char *sql = sqlite3_column_text(statement, 0);
        bool ours = sql != NULL && is_ours((const char *)sql, n_expected);
        n_ours += ours;
        n_others += !ours;
        result = SQLITE_OK;
    }
    (void)sqlite3_finalize(statement);
    if (result != SQLITE_DONE)
        return mf__sql_fail(journal, result, error);
    return n_ours == n_expected && n_others == 0
               ? 0
               : mf__damaged(journal, "its tables are not those of a journal", error);
}

/* Of a large file only the tables that are small: the rest has a digest in each row. */
static int check_pages(struct mf__journal *journal, mf_error *error)
{
    static const char *const checks[] = {"PRAGMA quick_check(study)", "PRAGMA quick_check(setting)",
                                         "PRAGMA quick_check(note)", NULL};
    static const char *const whole[] = {"PRAGMA quick_check(1)", NULL};
    sqlite3_file *file = NULL;
    sqlite3_int64 bytes = 0;
    int result = sqlite3_file_control(journal->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (result == SQLITE_OK)
        result = file->pMethods->xFileSize(file, &bytes);
    if (result != SQLITE_OK)
        return mf__sql_fail(journal, result, error);
    for (const char *const *check = bytes <= CHECK_WHOLE_BYTES ? whole : checks; *check != NULL;
         check++) {
        int code = answers(journal, *check, "ok", error);
        if (code <= 0)
            return code < 0 ? code : mf__damaged(journal, "its pages do not fit together", error);
    }
    return 0;
}

static int check_content(struct mf__journal *journal, enum mf__purpose purpose, mf_error *error)
{
    int empty = answers(journal, "PRAGMA page_count", "0", error);
    if (empty < 0)
        return empty;
    if (empty)
        return purpose == MF__TO_WRITE ? mf__transact(journal, create, NULL, error)
                                       : fail_empty(journal, error);
    int code = mf__read_at_once(journal, check_tables, NULL, error);
    if (code == 0 && purpose != MF__TO_ASK_WHO)
        code = check_pages(journal, error);
    if (code == 0 && purpose == MF__TO_WRITE && journal->version < MF__JOURNAL_VERSION)
        code = mf__transact(journal, renew, NULL, error);
    return code;
}

/* ---- opening and closing ---- */

/* A name that SQLite takes as it is: not "file:x?mode=ro", and not ":memory:". */
static int open_path(struct mf__journal *journal, const char *path, mf_error *error)
{
    struct mf__buffer name = {0};
    mf__buffer_put(&name, path[0] == '/' ? "" : "./");
    mf__buffer_put(&name, path);
    int code = mf__buffer_check(&name, error);
    if (code == 0) {
        int result = sqlite3_open_v2(
            mf__buffer_text(&name), &journal->db,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
        if (result != SQLITE_OK)
            code = mf__sql_fail(journal, result, error);
    }
    mf__buffer_done(&name);
    return code;
}

int mf__connect(struct mf__journal *journal, const char *path, enum mf__purpose purpose,
                mf_error *error)
{
    int code = open_path(journal, path, error);
    if (code != 0)
        return code;
    (void)sqlite3_extended_result_codes(journal->db, 1);
    if (purpose == MF__TO_WRITE && sqlite3_db_readonly(journal->db, "main") != 0)
        return mf__sql_fail(journal, SQLITE_READONLY, error);
    raise_defences(journal->db);
    code = check_header(journal, path, purpose, error);
    if (code == 0)
        code = set_up(journal, purpose, error);
    if (code == 0)
        code = check_content(journal, purpose, error);
    return code;
}

void mf__disconnect(struct mf__journal *journal)
{
    for (size_t i = 0; i < MF__N_ASKS; i++)
        (void)sqlite3_finalize(journal->statements[i]);
    (void)sqlite3_close(journal->db);
    journal->db = NULL;
}
