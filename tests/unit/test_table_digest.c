/* SPDX-License-Identifier: Apache-2.0 */
/* The digest of a table: the same for the same content, another one for any other. */
#include "table/digest.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

struct digest {
    unsigned char bytes[MF__TABLE_DIGEST_BYTES];
};

static struct digest digest_of(const void *bytes, size_t length)
{
    struct digest digest;
    mf_table *table = NULL;
    mf_error error = {0};
    if (mf_table_parse(bytes, length, "t.csv", NULL, &table, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(mf__table_digest(table, digest.bytes, &error), 0);
    mf_table_free(&table);
    return digest;
}

static bool are_same(const char *a, const char *b)
{
    struct digest first = digest_of(a, strlen(a)), second = digest_of(b, strlen(b));
    return memcmp(first.bytes, second.bytes, sizeof first.bytes) == 0;
}

#define PLAIN "a,b,c\n1,x,True\n2,y,False\n,z,\n"

static void the_same_table_has_the_same_digest(void **state)
{
    (void)state;
    assert_true(are_same(PLAIN, PLAIN));
    assert_true(are_same(PLAIN, "a,\"b\",c\r\n1.0,x,true\r\n2e0,\"y\",FALSE\r\nNA,z,nan\r\n"));
    assert_true(are_same("a,b\n1,2\n-nan,3\n", "a,b\n1,2\n,3\n"));
}

static void whatever_is_changed_changes_the_digest(void **state)
{
    (void)state;
    static const char *const others[] = {
        "a,b,c\n1,x,True\n2,y,True\n,z,\n",       /* a truth */
        "a,b,c\n1,x,True\n3,y,False\n,z,\n",      /* a number */
        "a,b,c\n1,x,True\n2,w,False\n,z,\n",      /* a category */
        "a,b,c\n1,x,True\n2,x,False\n,z,\n",      /* one less */
        "a,b,c\n1,y,True\n2,x,False\n,z,\n",      /* which row has which */
        "a,b,c\n1,x,True\n2,y,False\n0,z,\n",     /* a missing value is there */
        "a,b,c\n1,x,True\n2,y,False\n,,\n",       /* one more is missing */
        "a,b,d\n1,x,True\n2,y,False\n,z,\n",      /* a name */
        "b,a,c\n1,x,True\n2,y,False\n,z,\n",      /* names */
        "b,a,c\nx,1,True\ny,2,False\nz,,\n",      /* the order of columns */
        "a,b,c\n2,y,False\n1,x,True\n,z,\n",      /* the order of rows */
        "a,b,c\n1,x,True\n2,y,False\n,z,\n3,,\n", /* a row */
        "a,b\n1,x\n2,y\n,z\n",                    /* a column */
        "a,b,c\n1,x,1\n2,y,0\n,z,\n",             /* a kind */
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (are_same(PLAIN, others[i]))
            fail_msg("number %zu has the same digest", i);
}

static void texts_cannot_flow_into_each_other(void **state)
{
    (void)state;
    assert_false(are_same("ab,c\n1,2\n", "a,bc\n1,2\n"));
    assert_false(are_same("a\nbc\nd\n", "a\nb\ncd\n"));
}

/* More rows than are laid out at a time; the last one counts as well. */
static void long_columns_are_digested_to_their_end(void **state)
{
    (void)state;
    struct mf__rows {
        char text[16 * 1300];
    } a = {"n,t\n"}, b;
    size_t length = strlen(a.text);
    for (int row = 0; row < 1299; row++)
        length +=
            (size_t)snprintf(a.text + length, sizeof a.text - length, "%d,k%d\n", row, row % 7);
    b = a;
    memcpy(b.text + length, "7,k1\n", 6);
    memcpy(a.text + length, "8,k1\n", 6);
    assert_false(are_same(a.text, b.text));
    memcpy(a.text + length, "7,k2\n", 6);
    assert_false(are_same(a.text, b.text));
    memcpy(a.text + length, "7,k1\n", 6);
    assert_true(are_same(a.text, b.text));
}

static void a_packed_file_has_the_digest_of_its_content(void **state)
{
    (void)state;
    unsigned char packed[400];
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)PLAIN,
                       .avail_in = (unsigned)strlen(PLAIN),
                       .next_out = packed,
                       .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    struct digest unpacked = digest_of(PLAIN, strlen(PLAIN));
    struct digest digest = digest_of(packed, sizeof packed - stream.avail_out);
    deflateEnd(&stream);
    assert_memory_equal(digest.bytes, unpacked.bytes, sizeof digest.bytes);
}

/* Journals keep it, so it must not change unless the version in its keys does. */
static void the_digest_of_a_known_table_stays(void **state)
{
    (void)state;
    struct digest digest = digest_of(PLAIN, strlen(PLAIN));
    char hex[2 * sizeof digest.bytes + 1];
    for (size_t i = 0; i < sizeof digest.bytes; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest.bytes[i]);
    assert_string_equal(hex, "503913dcc39c0a9a7bf9521ae14b4b8e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_table_has_the_same_digest),
        cmocka_unit_test(whatever_is_changed_changes_the_digest),
        cmocka_unit_test(texts_cannot_flow_into_each_other),
        cmocka_unit_test(long_columns_are_digested_to_their_end),
        cmocka_unit_test(a_packed_file_has_the_digest_of_its_content),
        cmocka_unit_test(the_digest_of_a_known_table_stays),
    };
    return cmocka_run_group_tests_name("table_digest", tests, NULL, NULL);
}
