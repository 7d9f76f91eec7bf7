/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_stream.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/manyfold-json-XXXXXX";

static int make_path(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

/* What a producer writes, as text that the caller frees. */
static char *written_by(mf__output_producer produce, size_t room)
{
    mf_error error = {0};
    if (mf__output_stream(path, produce, NULL, &error) != 0)
        fail_msg("%s", error.text);
    char *text = calloc(room + 1, 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(text);
    assert_non_null(file);
    assert_true(fread(text, 1, room, file) < room);
    fclose(file);
    return text;
}

static int one_of_each(void *user, struct mf__output *output, mf_error *error)
{
    (void)user;
    struct mf__json_stream json = {.output = output, .first = true};
    mf__stream_open(&json, NULL);
    mf__stream_string(&json, "text",
                      "a \"b\" \\ \n Stra\xc3\x9f"
                      "e");
    mf__stream_string(&json, "bytes", "\xff\"");
    mf__stream_flag(&json, "flag", false);
    mf__stream_open(&json, "inner");
    mf__stream_whole(&json, "whole", UINT64_MAX);
    mf__stream_close(&json);
    mf__stream_open_array(&json, "numbers");
    static const double numbers[] = {0, 0.1, -3, 12, 999999999999999, 1e15, 1e22, 0.5, 5e-324};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        mf__stream_number(&json, NULL, numbers[i]);
    mf__stream_close_array(&json);
    mf__stream_open_array(&json, "none");
    mf__stream_close_array(&json);
    mf__stream_word(&json, "word", "null");
    mf__stream_close(&json);
    return mf__stream_end(&json, error);
}

static void everything_has_its_form(void **state)
{
    (void)state;
    char *text = written_by(one_of_each, 1000);
    assert_string_equal(text, "{\n"
                              "  \"text\": \"a \\\"b\\\" \\\\ \\u000a Stra\xc3\x9f"
                              "e\",\n"
                              "  \"bytes\": \"\\\\xff\\\"\",\n"
                              "  \"flag\": false,\n"
                              "  \"inner\": {\n"
                              "    \"whole\": 18446744073709551615\n"
                              "  },\n"
                              "  \"numbers\": [0,0.1,-3,12,999999999999999,1000000000000000,1e22,"
                              "0.5,5e-324],\n"
                              "  \"none\": [],\n"
                              "  \"word\": null\n"
                              "}\n");
    free(text);
}

enum { MANY = 300000 };

static int many_numbers(void *user, struct mf__output *output, mf_error *error)
{
    (void)user;
    struct mf__json_stream json = {.output = output, .first = true};
    mf__stream_open_array(&json, NULL);
    for (unsigned i = 0; i < MANY; i++) {
        mf__stream_whole(&json, NULL, i % 10);
        assert_true(json.piece.length < 1 << 17);
    }
    mf__stream_close_array(&json);
    return mf__stream_end(&json, error);
}

static void a_long_document_is_handed_on_in_pieces(void **state)
{
    (void)state;
    char *text = written_by(many_numbers, 2 * MANY + 10);
    assert_int_equal(strlen(text), 2 * MANY + 2);
    for (size_t i = 0; i < MANY; i++)
        assert_true(text[2 * i] == (i == 0 ? '[' : ',') && text[2 * i + 1] == (char)('0' + i % 10));
    free(text);
}

static void a_full_device_is_noticed_on_the_way(void **state)
{
    (void)state;
    mf_error error = {0};
    assert_int_equal(mf__output_stream("/dev/full", many_numbers, NULL, &error), MF_E_OUTPUT);
    assert_non_null(strstr(error.text, "no space"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_its_form),
        cmocka_unit_test(a_long_document_is_handed_on_in_pieces),
        cmocka_unit_test(a_full_device_is_noticed_on_the_way),
    };
    return cmocka_run_group_tests_name("json_stream", tests, make_path, remove_path);
}
