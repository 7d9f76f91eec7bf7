/* SPDX-License-Identifier: Apache-2.0 */
#include "story/timeline.h"

#include "story/document.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#define WORKER(items, startup, compute)                                                            \
    "{\"items\": " #items ", \"startup_ns\": " #startup ", \"compute_ns\": " #compute              \
    ", \"wait_ns\": 300000, \"combine_ns\": 200000}"
#define SPAN(worker, items, first, last, start, end, deaths)                                       \
    "{\"worker\": " #worker ", \"items\": " #items ", \"first_item\": " #first                     \
    ", \"last_item\": " #last ", \"start_ns\": " #start ", \"end_ns\": " #end                      \
    ", \"compute_ns\": 1000000, \"deaths\": " #deaths "}"

/* clang-format off */
static const char two_workers[] =
    "{\"wall_ns\": 10000000, \"deaths\": 1, \"workers\": ["
    WORKER(1300, 0, 9500000) ","
    WORKER(1, 400000, 9000000) "], \"spans\": ["
    SPAN(0, 1, 0, 0, 1000, 4000000, 0) ","
    SPAN(0, 1299, 2, 1500, 4000000, 9900000, 0) ","
    SPAN(1, 1, 1, 1, 400000, 9400000, 1) "]}";

static const char one_worker[] =
    "{\"wall_ns\": 2000000000, \"deaths\": 0, \"workers\": ["
    WORKER(1, 0, 1960000000) "], \"spans\": ["
    SPAN(0, 1, 0, 0, 1000, 1990000000, 0) "]}";

static const char *const nothing_to_draw[] = {
    "{}",
    "{\"wall_ns\": 5, \"workers\": [], \"spans\": []}",
    "{\"wall_ns\": 5, \"workers\": [" WORKER(1, 0, 1) "]}",
    "{\"wall_ns\": 0, \"workers\": [" WORKER(1, 0, 1) "], \"spans\": ["
    SPAN(0, 1, 0, 0, 0, 0, 0) "]}",
};
/* clang-format on */

/* The block that a ledger makes; the story is to be freed. */
static const struct mf__block *timeline_of(const char *ledger, struct mf__story *story)
{
    json_t *root = json_loads(ledger, 0, NULL);
    assert_non_null(root);
    assert_true(mf__story_timeline(story, root, "timeline", "Who computed when"));
    json_decref(root);
    assert_int_equal(mf__story_check(story, NULL), 0);
    assert_int_equal(story->n_blocks, 1);
    return &story->blocks[0];
}

static void the_caption_says_what_is_seen(void **state)
{
    (void)state;
    struct mf__story story = {0};
    const struct mf__block *block = timeline_of(two_workers, &story);
    assert_string_equal(block->text,
                        "The 2 workers computed for 90 % to 95 % of the 10.0 ms that the run took; "
                        "worker 2 was done first, 500 µs before the last. There were 1,301 items. "
                        "1 worker died and was replaced.");
    assert_string_equal(block->drawn, "A bar stands for up to 1,299 items.");
    assert_string_equal(block->id, "timeline");
    mf__story_done(&story);
}

static void the_chart_holds_every_span_in_one_unit(void **state)
{
    (void)state;
    struct mf__story story = {0};
    const struct mf__block *block = timeline_of(two_workers, &story);
    const json_t *data = mf__look(block->chart, "datasets");
    assert_int_equal(mf__look_length(data, "spans"), 3);
    assert_int_equal(mf__look_length(data, "rows"), 3); /* one of them a start-up */
    assert_int_equal(mf__look_length(data, "deaths"), 1);
    assert_true(mf__look_real(data, "spans.1.to") == 9.9);
    assert_string_equal(mf__look_text(data, "spans.1.items"), "1,299 of items 2 to 1,500");
    assert_string_equal(mf__look_text(data, "spans.0.items"), "item 0");
    assert_string_equal(mf__look_text(data, "spans.2.worker"), "2");
    assert_string_equal(mf__look_text(data, "rows.2.what"), "start-up");
    assert_string_equal(mf__look_text(data, "rows.2.sum"), "400 µs");
    char *spec = json_dumps(block->chart, 0);
    assert_non_null(strstr(spec, "since the run began (ms)"));
    assert_null(strchr(spec, '@'));
    free(spec);
    mf__story_done(&story);
}

static void the_table_holds_the_times_of_each_worker(void **state)
{
    static const char *const wanted[] = {"1", "1,300", "0 s",    "9.50 ms", "200 µs", "300 µs",
                                         "2", "1",     "400 µs", "9.00 ms", "200 µs", "300 µs"};
    (void)state;
    struct mf__story story = {0};
    const struct mf__story_table *table = &timeline_of(two_workers, &story)->table;
    assert_int_equal(table->n_columns, 6);
    assert_int_equal(table->n_cells, 12);
    for (size_t i = 0; i < 12; i++)
        assert_string_equal(table->cells[i], wanted[i]);
    mf__story_done(&story);
}

static void a_single_worker_is_spoken_of_as_one(void **state)
{
    (void)state;
    struct mf__story story = {0};
    const struct mf__block *block = timeline_of(one_worker, &story);
    assert_string_equal(block->text, "The one worker computed for 98 % of the 2.00 s that the run "
                                     "took. There was 1 item.");
    mf__story_done(&story);
}

static void without_spans_there_is_nothing_to_draw(void **state)
{
    (void)state;
    struct mf__story story = {0};
    for (size_t i = 0; i < sizeof nothing_to_draw / sizeof nothing_to_draw[0]; i++) {
        json_t *root = json_loads(nothing_to_draw[i], 0, NULL);
        assert_non_null(root);
        assert_false(mf__story_timeline(&story, root, "t", "t"));
        json_decref(root);
    }
    assert_false(mf__story_timeline(&story, NULL, "t", "t"));
    assert_int_equal(story.n_blocks, 0);
    mf__story_done(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caption_says_what_is_seen),
        cmocka_unit_test(the_chart_holds_every_span_in_one_unit),
        cmocka_unit_test(the_table_holds_the_times_of_each_worker),
        cmocka_unit_test(a_single_worker_is_spoken_of_as_one),
        cmocka_unit_test(without_spans_there_is_nothing_to_draw),
    };
    return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
