/* SPDX-License-Identifier: Apache-2.0 */
/* JSON and CSV of whole comparisons: what the schema cannot say. See tests/cli/test_schema.py. */
#include "report/compare_csv.h"
#include "report/compare_json.h"

#include "base/buffer.h"
#include "story/compare_parts.h"
#include "tests/unit/comparisons.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- jansson's allocations, counted, one of them failing ---- */

static size_t allocations;   /* since the last reset */
static size_t failing;       /* the allocation that fails, from 1; 0: none */
static size_t blocks_in_use; /* to find what leaks */

static void *counted_malloc(size_t size)
{
    allocations++;
    if (allocations == failing)
        return NULL;
    void *block = malloc(size);
    blocks_in_use += block != NULL;
    return block;
}

static void counted_free(void *block)
{
    blocks_in_use -= block != NULL;
    free(block);
}

static int count_allocations(void **state)
{
    (void)state;
    json_set_alloc_funcs(counted_malloc, counted_free);
    return 0;
}

static int stop_counting(void **state)
{
    (void)state;
    json_set_alloc_funcs(malloc, free);
    return 0;
}

static struct mf__comparison scene(const char *name)
{
    struct mf__comparison comparison;
    assert_int_equal(scene_make(name, &comparison), 0);
    return comparison;
}

static const struct mf__compare_about nothing_special = {
    .what = "a sum", .exit_status = 0, .exit_reason = "done"};

static void every_allocation_that_fails_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    struct mf__comparison comparison = scene("one_round");
    bool done = false;
    allocations = failing = 0;
    for (size_t i = 1; !done; i++) {
        struct mf__buffer out = {0};
        mf_error error = {0};
        blocks_in_use = allocations = 0;
        failing = i;
        int code = mf__compare_json(&comparison, &nothing_special, &out, &error);
        done = allocations < failing;
        assert_int_equal(code, done ? 0 : MF_E_MEMORY);
        assert_int_equal(error.code, code);
        assert_int_equal(blocks_in_use, 0);
        mf__buffer_done(&out);
    }
    assert_true(allocations > 1000); /* it went all the way */
    failing = 0;
    mf__comparison_done(&comparison);
}

/* ---- single values ---- */

static void assert_written(json_t *value, const char *wanted)
{
    struct mf__buffer out = {0};
    json_t *array = json_array();
    mf__json_append(&array, value);
    assert_int_equal(mf__json_write(array, &out, NULL), 0);
    char expected[256];
    snprintf(expected, sizeof expected, "[\n  %s\n]\n", wanted);
    assert_string_equal(mf__buffer_text(&out), expected);
    mf__buffer_done(&out);
}

static void what_is_not_finite_becomes_null(void **state)
{
    (void)state;
    assert_written(mf__json_real((double)NAN), "null");
    assert_written(mf__json_real((double)INFINITY), "null");
    assert_written(mf__json_real(-(double)INFINITY), "null");
    assert_written(mf__json_real(1.93), "1.93");
    assert_written(mf__json_real(-0.1), "-0.1");
    assert_written(mf__json_real(2), "2.0");
}

static void integers_are_exact_and_end_at_the_largest(void **state)
{
    (void)state;
    assert_written(mf__json_count(0), "0");
    assert_written(mf__json_count((UINT64_C(1) << 53) + 1), "9007199254740993");
    assert_written(mf__json_count(INT64_MAX), "9223372036854775807");
    assert_written(mf__json_count(UINT64_MAX), "9223372036854775807");
    assert_written(mf__json_digits(UINT64_MAX), "\"18446744073709551615\"");
}

static void text_keeps_its_bytes_unless_they_are_not_utf8(void **state)
{
    (void)state;
    assert_written(mf__json_text(NULL), "null");
    assert_written(mf__json_text("\xc2\xb5 \"a\"\n"), "\"\xc2\xb5 \\\"a\\\"\\n\"");
    assert_written(mf__json_text("a\xff\n"), "\"a\\\\xff\\\\x0a\"");
}

static void nothing_put_into_nothing_stays_nothing(void **state)
{
    (void)state;
    json_t *object = json_object();
    mf__json_put(&object, "a", NULL);
    assert_null(object);
    mf__json_put(&object, "b", json_true());
    assert_null(object);
    struct mf__buffer out = {0};
    assert_int_equal(mf__json_write(object, &out, NULL), MF_E_MEMORY);
    mf__buffer_done(&out);
}

/* ---- documents ---- */

static json_t *document(const char *name, const struct mf__compare_about *about)
{
    struct mf__comparison comparison = scene(name);
    struct mf__buffer out = {0};
    assert_int_equal(mf__compare_json(&comparison, about, &out, NULL), 0);
    assert_int_equal(out.bytes[out.length - 1], '\n');
    json_t *root = json_loadb(out.bytes, out.length, 0, NULL);
    assert_non_null(root);
    mf__buffer_done(&out);
    mf__comparison_done(&comparison);
    return root;
}

/* The series of a role, way and worker count; way NULL for the ceiling. */
static json_t *series_of(json_t *root, const char *role, const char *way, int workers)
{
    size_t i;
    json_t *series;
    json_array_foreach(json_object_get(root, "series"), i, series)
    {
        const char *its_way = json_string_value(json_object_get(series, "way"));
        bool same_way =
            way == NULL ? its_way == NULL : its_way != NULL && strcmp(its_way, way) == 0;
        if (same_way && json_integer_value(json_object_get(series, "workers")) == workers &&
            strcmp(json_string_value(json_object_get(series, "role")), role) == 0)
            return json_object_get(series, "statistics");
    }
    fail_msg("no series %s", role);
    return NULL;
}

static void each_role_has_its_own_statistics(void **state)
{
    (void)state;
    json_t *root = document("weak", &nothing_special);
    json_t *base = series_of(root, "base", "serial", 1);
    assert_null(json_object_get(base, "speedup"));
    json_t *one = series_of(root, "strong", "threads", 1);
    assert_non_null(json_object_get(one, "parallel_tax"));
    assert_null(json_object_get(one, "karp_flatt"));
    json_t *two = series_of(root, "strong", "threads", 2);
    assert_non_null(json_object_get(two, "karp_flatt"));
    assert_null(json_object_get(two, "parallel_tax"));
    assert_null(json_object_get(two, "ceiling"));
    json_t *weak = series_of(root, "weak", "processes", 4);
    assert_non_null(json_object_get(weak, "scaled_speedup"));
    assert_null(json_object_get(weak, "speedup"));
    json_t *ceiling = series_of(root, "ceiling", NULL, 2);
    assert_non_null(json_object_get(ceiling, "ceiling"));
    assert_null(json_object_get(ceiling, "shares"));
    json_decref(root);
}

static void a_wrong_series_has_times_and_no_comparison(void **state)
{
    (void)state;
    json_t *root = document("wrong", &nothing_special);
    json_t *wrong = series_of(root, "strong", "threads", 2);
    assert_non_null(json_object_get(wrong, "time_ns"));
    assert_null(json_object_get(wrong, "speedup"));
    assert_null(json_object_get(wrong, "sign_test_p_value"));
    json_t *verdict = json_object_get(root, "verdict");
    assert_true(json_is_true(json_object_get(verdict, "wrong_answers")));
    json_decref(root);
}

static void a_series_that_failed_has_the_samples_before_that_and_the_reason(void **state)
{
    (void)state;
    json_t *root = document("failed", &nothing_special);
    json_t *series = json_array_get(json_object_get(root, "series"), 4);
    assert_string_equal(json_string_value(json_object_get(series, "way")), "processes");
    assert_int_equal(json_integer_value(json_object_get(series, "workers")), 2);
    assert_true(json_is_true(json_object_get(series, "failed")));
    assert_non_null(strstr(json_string_value(json_object_get(series, "failed_why")), "item 17"));
    assert_int_equal(json_array_size(json_object_get(series, "samples")), 3);
    assert_null(json_object_get(json_object_get(series, "statistics"), "speedup"));
    assert_true(json_is_true(json_object_get(json_object_get(root, "verdict"), "failures")));
    json_decref(root);
}

static void a_claim_has_its_adjusted_p_value(void **state)
{
    (void)state;
    json_t *root = document("two_cores", &nothing_special);
    json_t *two = series_of(root, "strong", "threads", 2);
    double alone = json_real_value(json_object_get(two, "sign_test_p_value"));
    double adjusted = json_real_value(json_object_get(two, "p_adjusted"));
    assert_true(adjusted > alone && adjusted <= 0.05);
    assert_string_equal(json_string_value(json_object_get(two, "claim")), "faster");
    json_t *one = series_of(root, "strong", "threads", 1);
    assert_string_equal(json_string_value(json_object_get(one, "claim")), "no difference");
    json_decref(root);
}

static void the_samples_are_the_measured_nanoseconds(void **state)
{
    (void)state;
    struct mf__comparison comparison = scene("two_cores");
    json_t *root = document("two_cores", &nothing_special);
    for (size_t i = 0; i < comparison.n_series; i++) {
        json_t *samples =
            json_object_get(json_array_get(json_object_get(root, "series"), i), "samples");
        assert_int_equal(json_array_size(samples), comparison.n_rounds);
        for (size_t round = 0; round < comparison.n_rounds; round++) {
            json_t *ns = json_object_get(json_array_get(samples, round), "ns");
            assert_true(json_is_integer(ns));
            assert_int_equal(json_integer_value(ns),
                             llround(comparison.series[i].samples[round].ns));
        }
    }
    json_decref(root);
    mf__comparison_done(&comparison);
}

static bool has_spans(const json_t *series, size_t at)
{
    const json_t *sample = json_array_get(json_object_get(series, "samples"), at);
    return json_object_get(json_object_get(sample, "ledger"), "spans") != NULL;
}

/* A report draws one run, so when its workers computed is written of that run alone. */
static void spans_are_written_of_the_run_that_is_drawn_alone(void **state)
{
    (void)state;
    size_t drawn = 0;
    for (const char *const *name = scene_names; *name != NULL; name++) {
        json_t *root = document(*name, &nothing_special);
        const json_t *telling = mf__told_telling(root);
        size_t i;
        json_t *series;
        json_array_foreach(json_object_get(root, "series"), i, series)
        {
            size_t n = json_array_size(json_object_get(series, "samples"));
            for (size_t round = 0; round < n; round++)
                assert_int_equal(has_spans(series, round), series == telling && round + 1 == n);
        }
        drawn += telling != NULL;
        json_decref(root);
    }
    assert_true(drawn > 5);
}

#define MANY 64 /* workers */

static void spans_of_many_workers_are_merged(void **state)
{
    (void)state;
    static mf_span spans[MANY * MF_SPANS_MAX];
    mf_ledger ledger = {.spans = spans};
    for (unsigned i = 0; i < MANY * MF_SPANS_MAX - 5; i++) /* the last worker has fewer */
        spans[ledger.n_spans++] = (mf_span){.worker = i / MF_SPANS_MAX,
                                            .items = 2,
                                            .first_item = i,
                                            .last_item = i + 1,
                                            .start_ns = 10 * (uint64_t)i,
                                            .end_ns = 10 * (uint64_t)i + 9,
                                            .compute_ns = 7,
                                            .deaths = i == 3};
    json_t *object = mf__json_ledger_with_spans(&ledger);
    const json_t *made = json_object_get(object, "spans");
    assert_int_equal(json_array_size(made), MF__JSON_SPANS_MOST);
    assert_int_equal(mf__look_count(made, "1.first_item"), 8);
    assert_int_equal(mf__look_count(made, "0.last_item"), 8);
    assert_int_equal(mf__look_count(made, "0.items"), 16);
    assert_int_equal(mf__look_count(made, "0.compute_ns"), 56);
    assert_int_equal(mf__look_count(made, "0.deaths"), 1);
    assert_int_equal(mf__look_count(made, "1.start_ns"), 80);
    assert_int_equal(mf__look_count(made, "1.end_ns"), 159);
    assert_int_equal(mf__look_count(made, "511.worker"), MANY - 1);
    assert_int_equal(mf__look_count(made, "511.items"), 6);
    json_decref(object);
}

static void spans_of_few_workers_stay(void **state)
{
    (void)state;
    static mf_span spans[MF__JSON_SPANS_MOST];
    mf_ledger ledger = {.spans = spans, .n_spans = MF__JSON_SPANS_MOST};
    for (unsigned i = 0; i < MF__JSON_SPANS_MOST; i++)
        spans[i] = (mf_span){.worker = i / MF_SPANS_MAX, .items = 1};
    json_t *object = mf__json_ledger_with_spans(&ledger);
    assert_int_equal(json_array_size(json_object_get(object, "spans")), MF__JSON_SPANS_MOST);
    json_decref(object);
}

static void what_the_caller_knows_is_written_down(void **state)
{
    (void)state;
    static const char *const args[] = {"manyfold", "a b", "\xff"};
    static const struct mf__job_setting settings[] = {{"from", "7"}, {"kernel", "plain"}};
    const struct mf__compare_about about = {.what = "a sum",
                                            .args = args,
                                            .n_args = 3,
                                            .settings = settings,
                                            .n_settings = 2,
                                            .created = "2000-01-02T03:04:05Z",
                                            .exit_status = 1,
                                            .exit_reason = "answers differ"};
    json_t *root = document("serial_only", &about);
    json_t *line = json_object_get(root, "command_line");
    assert_string_equal(json_string_value(json_array_get(line, 1)), "a b");
    assert_string_equal(json_string_value(json_array_get(line, 2)), "\\xff");
    assert_string_equal(json_string_value(json_object_get(root, "created")), about.created);
    json_t *job = json_object_get(json_object_get(root, "job"), "settings");
    assert_string_equal(json_string_value(json_object_get(job, "from")), "7");
    assert_string_equal(json_string_value(json_object_get(job, "kernel")), "plain");
    json_t *end = json_object_get(root, "exit");
    assert_int_equal(json_integer_value(json_object_get(end, "status")), 1);
    assert_string_equal(json_string_value(json_object_get(end, "reason")), "answers differ");
    json_decref(root);
}

/* ---- CSV ---- */

static void csv_shows_means_over_the_workers(void **state)
{
    (void)state;
    mf_worker_ledger workers[] = {{.startup_ns = 10, .compute_ns = 70, .wait_ns = 20},
                                  {.startup_ns = 20, .compute_ns = 60, .combine_ns = 7}};
    struct mf__sample samples[] = {{.place = 1,
                                    .repeats = 5,
                                    .ns = 100.6,
                                    .launch_ns = 9000,
                                    .cpu_ns = 190,
                                    .peak_bytes = 4096,
                                    .outlier = true,
                                    .ledger = {.open_ns = 3,
                                               .wall_ns = 97,
                                               .deaths = 2,
                                               .load_balance = 0.9375,
                                               .n_workers = 2,
                                               .workers = workers}}};
    struct mf__sample copies[] = {{.ns = 55}};
    struct mf__series series[] = {
        {.role = MF__ROLE_WEAK,
         .way = mf_way_find("threads"),
         .workers = 2,
         .size = UINT64_MAX,
         .repeats = 5,
         .n_samples = 1,
         .samples = samples},
        {.role = MF__ROLE_CEILING, .workers = 2, .n_samples = 1, .samples = copies},
        {.role = MF__ROLE_STRONG, .workers = 2, .failed = true}};
    const struct mf__comparison comparison = {.n_series = 3, .series = series, .n_rounds = 1};
    struct mf__buffer out = {0};
    mf__compare_csv(&comparison, &out);
    assert_string_equal(
        mf__buffer_text(&out),
        "round,place,role,way,workers,size,repeats,ns,cpu_ns,peak_bytes,outlier,open_ns,run_ns,"
        "startup_ns,compute_ns,combine_ns,wait_ns,load_balance,deaths,launch_ns\r\n"
        "0,1,weak,threads,2,18446744073709551615,5,101,190,4096,1,3,97,15,65,3,10,0.937500,2,"
        "9000\r\n"
        "0,0,ceiling,,2,0,0,55,0,0,0,0,0,0,0,0,0,0.000000,0,0\r\n");
    mf__buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_that_fails_is_reported_and_leaks_nothing,
                                        count_allocations, stop_counting),
        cmocka_unit_test(what_is_not_finite_becomes_null),
        cmocka_unit_test(integers_are_exact_and_end_at_the_largest),
        cmocka_unit_test(text_keeps_its_bytes_unless_they_are_not_utf8),
        cmocka_unit_test(nothing_put_into_nothing_stays_nothing),
        cmocka_unit_test(each_role_has_its_own_statistics),
        cmocka_unit_test(a_wrong_series_has_times_and_no_comparison),
        cmocka_unit_test(a_series_that_failed_has_the_samples_before_that_and_the_reason),
        cmocka_unit_test(a_claim_has_its_adjusted_p_value),
        cmocka_unit_test(the_samples_are_the_measured_nanoseconds),
        cmocka_unit_test(spans_are_written_of_the_run_that_is_drawn_alone),
        cmocka_unit_test(spans_of_many_workers_are_merged),
        cmocka_unit_test(spans_of_few_workers_stay),
        cmocka_unit_test(what_the_caller_knows_is_written_down),
        cmocka_unit_test(csv_shows_means_over_the_workers),
    };
    return cmocka_run_group_tests_name("report_json", tests, NULL, NULL);
}
