/* SPDX-License-Identifier: Apache-2.0 */
/* Where a table comes from: files, pipes and memory, plain and packed, whole and damaged. */
#include "table/source.h"

#include <manyfold/table.h>

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

struct bytes {
    unsigned char *at;
    size_t length;
};

static struct bytes room_for(size_t length)
{
    struct bytes bytes = {malloc(length), length};
    assert_non_null(bytes.at);
    return bytes;
}

static struct bytes gzip(const void *plain, size_t length)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    struct bytes packed = room_for(deflateBound(&stream, length));
    stream.next_in = (Bytef *)(uintptr_t)plain;
    stream.avail_in = (uInt)length;
    stream.next_out = packed.at;
    stream.avail_out = (uInt)packed.length;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.length = stream.total_out;
    deflateEnd(&stream);
    return packed;
}

static struct bytes zstandard(const void *plain, size_t length)
{
    struct bytes packed = room_for(ZSTD_compressBound(length));
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    packed.length = ZSTD_compress2(context, packed.at, packed.length, plain, length);
    assert_false(ZSTD_isError(packed.length));
    ZSTD_freeCCtx(context);
    return packed;
}

static struct bytes join(struct bytes a, struct bytes b)
{
    struct bytes joined = room_for(a.length + b.length);
    memcpy(joined.at, a.at, a.length);
    memcpy(joined.at + a.length, b.at, b.length);
    free(a.at);
    free(b.at);
    return joined;
}

static int read_bytes(struct bytes bytes, mf_table **ret_table, mf_error *error)
{
    return mf_table_parse(bytes.at, bytes.length, "file", NULL, ret_table, error);
}

static void packed_files_are_seen_by_their_content(void **state)
{
    (void)state;
    struct bytes (*const packers[])(const void *, size_t) = {gzip, zstandard};
    static const char plain[] = "a,b\n1,2\n3,x\n";
    for (size_t i = 0; i < 2; i++) {
        struct bytes packed = packers[i](plain, sizeof plain - 1);
        mf_table *table = NULL;
        mf_error error = {0};
        assert_int_equal(read_bytes(packed, &table, &error), 0);
        assert_int_equal(mf_table_rows(table), 2);
        assert_string_equal(mf_table_column(table, 1)->categories[1], "x"); /* read again */
        mf_table_free(&table);
        free(packed.at);
    }
}

static void packed_streams_follow_each_other(void **state)
{
    (void)state;
    struct bytes (*const packers[])(const void *, size_t) = {gzip, zstandard};
    for (size_t i = 0; i < 2; i++) {
        struct bytes packed = join(packers[i]("a,b\n1,\"2", 8), packers[i]("", 0));
        packed = join(packed, packers[i]("\n\"\n3,4\n", 7));
        mf_table *table = NULL;
        mf_error error = {0};
        assert_int_equal(read_bytes(packed, &table, &error), 0);
        assert_int_equal(mf_table_rows(table), 2);
        assert_true(mf_table_column(table, 1)->numbers[0] == 2.0);
        mf_table_free(&table);
        free(packed.at);
    }
}

static void an_empty_packed_file_is_an_empty_file(void **state)
{
    (void)state;
    struct bytes packed = gzip("", 0);
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(read_bytes(packed, &table, &error), MF_E_FORMAT);
    assert_string_equal(error.text, "file: the file is empty; expected a header and rows");
    free(packed.at);
}

static void every_cut_through_packed_data_is_noticed(void **state)
{
    (void)state;
    struct bytes (*const packers[])(const void *, size_t) = {gzip, zstandard};
    static const size_t magics[] = {2, 4};
    for (size_t i = 0; i < 2; i++) {
        struct bytes packed = packers[i]("a,b\n1,2\n3,4\n5,6\n", 16);
        for (size_t length = magics[i]; length < packed.length; length++) {
            mf_table *table = NULL;
            mf_error error = {0};
            int code = read_bytes((struct bytes){packed.at, length}, &table, &error);
            assert_int_equal(code, MF_E_FORMAT);
            assert_non_null(strstr(error.text, i == 0 ? "file: the gzip data in it is cut short"
                                                      : "file: the Zstandard data in it is cut"));
        }
        free(packed.at);
    }
}

static void damaged_packed_data_is_noticed(void **state)
{
    (void)state;
    struct bytes (*const packers[])(const void *, size_t) = {gzip, zstandard};
    char plain[4000] = "a,b\n";
    for (size_t at = 4; at + 8 < sizeof plain; at += 8)
        sprintf(plain + at, "%03d,%03u\n", (int)(at % 1000), (unsigned)(at * 7919 % 1000));
    for (size_t i = 0; i < 2; i++) {
        struct bytes packed = packers[i](plain, strlen(plain));
        for (size_t at = 20; at < packed.length; at += 13) {
            packed.at[at] ^= 0x10;
            mf_table *table = NULL;
            mf_error error = {0};
            assert_int_equal(read_bytes(packed, &table, &error), MF_E_FORMAT);
            packed.at[at] ^= 0x10;
        }
        struct bytes longer = join(packed, zstandard("", 0));
        longer.at[packed.length] = 'x'; /* something else behind the end */
        mf_table *table = NULL;
        mf_error error = {0};
        assert_int_equal(read_bytes(longer, &table, &error), MF_E_FORMAT);
        assert_non_null(strstr(error.text, "data in it is damaged: "));
        free(longer.at);
    }
}

/* ---- files ---- */

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void assert_cannot_read(const char *path, const char *why)
{
    mf_table *table = NULL;
    mf_error error = {0};
    char wanted[600];
    snprintf(wanted, sizeof wanted, "%s: %s", path, why);
    assert_int_equal(mf_table_read(path, NULL, &table, &error), MF_E_SYSTEM);
    assert_string_equal(error.text, wanted);
}

static char folder[200];

static int make_folder(void **state)
{
    (void)state;
    const char *place = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/manyfold-table-XXXXXX", place != NULL ? place : "/tmp");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void a_file_is_read_and_again_when_its_columns_need_it(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/houses.csv", folder);
    write_file(path, "a,b\n1,2\nx,3\n", 12);
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(mf_table_read(path, NULL, &table, &error), 0);
    assert_string_equal(mf_table_name(table), path);
    assert_string_equal(mf_table_column(table, 0)->categories[0], "1");
    mf_table_free(&table);
    assert_int_equal(unlink(path), 0);
    assert_cannot_read(path, "cannot be opened: No such file or directory");
    assert_cannot_read(folder, "this is a folder; expected a file");
}

static void a_pipe_is_read_and_its_bytes_are_kept_for_reading_again(void **state)
{
    (void)state;
    int ends[2];
    char path[40];
    assert_int_equal(pipe(ends), 0);
    struct bytes packed = gzip("a,b\n1,2\nx,3\n", 12);
    assert_int_equal(write(ends[1], packed.at, packed.length), packed.length);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(mf_table_read(path, NULL, &table, &error), 0);
    assert_string_equal(mf_table_column(table, 0)->categories[1], "x");
    mf_table_free(&table);
    free(packed.at);
    close(ends[0]);
}

static void a_device_full_of_nul_bytes_is_not_read_for_ever(void **state)
{
    (void)state;
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(mf_table_read("/dev/zero", NULL, &table, &error), MF_E_FORMAT);
    assert_non_null(strstr(error.text, "a NUL byte"));
}

/* ---- pieces ---- */

static void a_source_gives_pieces_of_any_size_and_starts_again(void **state)
{
    (void)state;
    char plain[3000], found[3001];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)('a' + i * i % 26);
    struct bytes packed[] = {gzip(plain, sizeof plain), zstandard(plain, sizeof plain)};
    for (size_t room = 1; room < 5000; room = room * 3 + 1) {
        for (size_t i = 0; i < 3; i++) {
            const void *bytes = i < 2 ? (const void *)packed[i].at : plain;
            struct mf__source *source = NULL;
            assert_int_equal(
                mf__source_of(bytes, i < 2 ? packed[i].length : sizeof plain, "x", &source, NULL),
                0);
            for (size_t times = 0; times < 2; times++) {
                size_t length = 0, n = 1;
                while (n > 0) {
                    size_t left = sizeof found - length;
                    assert_int_equal(mf__source_read(source, found + length,
                                                     room < left ? room : left, &n, NULL),
                                     0);
                    length += n;
                }
                assert_int_equal(length, sizeof plain);
                assert_memory_equal(found, plain, sizeof plain);
                assert_int_equal(mf__source_rewind(source, NULL), 0);
            }
            mf__source_close(source);
        }
    }
    free(packed[0].at);
    free(packed[1].at);
}

/* Longer than the block that is read at a time: one field with line ends in it, then one record. */
static void lines_and_fields_may_be_long(void **state)
{
    (void)state;
    enum { LONG = 1000000 };
    char *file = malloc(3 * LONG);
    assert_non_null(file);
    char *at = file + sprintf(file, "a,b\n\"");
    for (int i = 0; i < LONG; i++)
        *at++ = i % 1000 == 999 ? '\n' : 'x';
    at += sprintf(at, "\",1\n");
    memset(at, 'y', LONG);
    at += LONG;
    at += sprintf(at, ",2\nz,3");
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(mf_table_parse(file, (size_t)(at - file), "f", NULL, &table, &error), 0);
    const mf_column *a = mf_table_column(table, 0);
    assert_int_equal(mf_table_rows(table), 3);
    assert_int_equal(strlen(a->categories[0]), LONG);
    assert_int_equal(a->categories[0][LONG - 1], '\n');
    assert_int_equal(strlen(a->categories[1]), LONG);
    assert_true(mf_table_column(table, 1)->numbers[2] == 3.0);
    mf_table_free(&table);
    free(file);
}

/* Only the first three bytes of a file can be a mark, not those of a block. */
static void a_byte_order_mark_inside_is_a_letter(void **state)
{
    (void)state;
    enum { ROWS = 100000 };
    char *file = malloc(ROWS * 10);
    assert_non_null(file);
    char *at = file + sprintf(file, "\xef\xbb\xbf"
                                    "a,b\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "\xef\xbb\xbfx,1\n");
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(mf_table_parse(file, (size_t)(at - file), "f", NULL, &table, &error), 0);
    assert_int_equal(mf_table_find(table, "a"), 0);
    assert_int_equal(mf_table_column(table, 0)->n_categories, 1);
    mf_table_free(&table);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_files_are_seen_by_their_content),
        cmocka_unit_test(packed_streams_follow_each_other),
        cmocka_unit_test(an_empty_packed_file_is_an_empty_file),
        cmocka_unit_test(every_cut_through_packed_data_is_noticed),
        cmocka_unit_test(damaged_packed_data_is_noticed),
        cmocka_unit_test(a_file_is_read_and_again_when_its_columns_need_it),
        cmocka_unit_test(a_pipe_is_read_and_its_bytes_are_kept_for_reading_again),
        cmocka_unit_test(a_device_full_of_nul_bytes_is_not_read_for_ever),
        cmocka_unit_test(a_source_gives_pieces_of_any_size_and_starts_again),
        cmocka_unit_test(lines_and_fields_may_be_long),
        cmocka_unit_test(a_byte_order_mark_inside_is_a_letter),
    };
    return cmocka_run_group_tests_name("table_source", tests, make_folder, remove_folder);
}
