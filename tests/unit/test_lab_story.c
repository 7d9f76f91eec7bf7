/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab's report says beyond its parts: what speaks against the best forest, how busy the
 * machine was, how little a quick lab does, and which of both ways was seen to be ahead. */
#include "story/document.h"
#include "story/lab_parts.h"
#include "tests/unit/unit.h"

#include <jansson.h>
#include <string.h>

static json_t *json_of(const char *text)
{
    json_t *root = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(root);
    return root;
}

/* ---- the forest ---- */

#define SEARCH                                                                                     \
    "{\"study\":{\"scores\":[\"rmse\",\"mape\",\"r2\"],\"seed\":1,"                                \
    "\"validation\":{\"kind\":\"%s\",\"validated_rows\":30}},\"best\":{\"scores\":{"               \
    "\"rmse\":{\"mean\":5.0},\"mape\":{\"mean\":0.25},\"r2\":{\"mean\":%s}}},"                     \
    "\"edges\":[\"The best has a=5.\",\"The best has b=2.\"]}"

#define TRAINING                                                                                   \
    "{\"split\":{\"seed\":1,\"test_rows\":30},"                                                    \
    "\"scores\":{\"test\":{\"rmse\":6.0,\"mape\":0.2,\"r2\":0.5}}}"

static void assert_worse(const char *kind, const char *r2, const char *expected)
{
    char text[600];
    snprintf(text, sizeof text, SEARCH, kind, r2);
    json_t *search = json_of(text);
    json_t *training = json_of(TRAINING);
    struct mf__buffer out = {0};
    mf__lab_say_worse(training, search, &out);
    assert_string_equal(mf__buffer_text(&out), expected);
    mf__buffer_done(&out);
    json_decref(search);
    json_decref(training);
}

static void scores_by_which_the_first_forest_is_better_are_named(void **state)
{
    (void)state;
    assert_worse("split", "0.9",
                 "By mape the first forest was better: 20.00 %, and the best has 25.00 %.");
    assert_worse("split", "0.4",
                 "By mape the first forest was better: 20.00 %, and the best has 25.00 %. By r2 "
                 "the first forest was better: 0.5, and the best has 0.4.");
    assert_worse("split", "null",
                 "By mape the first forest was better: 20.00 %, and the best has 25.00 %.");
    assert_worse("folds", "0.4", ""); /* of other rows */
}

static void edges_are_said_as_they_are_kept(void **state)
{
    (void)state;
    json_t *search = json_of("{\"edges\":[\"One.\",\"Two.\"]}");
    struct mf__buffer out = {0};
    mf__lab_say_edges(NULL, &out);
    assert_int_equal(out.length, 0);
    mf__lab_say_edges(search, &out);
    assert_string_equal(mf__buffer_text(&out), "One. Two.");
    mf__buffer_done(&out);
    json_decref(search);
}

static void a_quick_lab_says_how_little_it_does(void **state)
{
    (void)state;
    json_t *sum = json_of("{\"what\":\"sum of 1..10\"}");
    json_t *search = json_of("{\"trials\":[{}, {}]}");
    struct mf__buffer out = {0};
    mf__lab_say_quick(sum, search, &out);
    assert_non_null(strstr(mf__buffer_text(&out),
                           "a quick lab: the sum of 1..10, a search of 2 forests, eight rounds."));
    mf__buffer_clear(&out);
    mf__lab_say_quick(NULL, NULL, &out);
    assert_non_null(strstr(mf__buffer_text(&out), "a quick lab: eight rounds."));
    mf__buffer_done(&out);
    json_decref(sum);
    json_decref(search);
}

/* ---- the ways ---- */

#define SERIES(way, workers, role, low, high)                                                      \
    "{\"way\":\"" way "\",\"workers\":" workers ",\"role\":\"" role "\",\"oversubscribed\":false," \
    "\"samples\":[{}],\"statistics\":{\"time_ns\":{\"median\":5.0},\"speedup\":{\"known\":true,"   \
    "\"low\":" low ",\"mid\":" low ",\"high\":" high "}}}"

#define LAB(low)                                                                                   \
    "{\"options\":{\"quick\":true},\"end\":\"done\",\"documents\":[{\"name\":\"sum\","             \
    "\"document\":{\"what\":\"sum of 1..10\",\"doubts\":[{\"kind\":\"virtualised\","               \
    "\"text\":\"It is virtual.\"},{\"kind\":\"load\",\"text\":\"It was busy.\"}],\"verdict\":{"    \
    "\"fastest_series\":1,\"sentences\":[{\"topic\":\"sure\",\"text\":\"Known to 2 %.\"}]},"       \
    "\"series\":[" SERIES("serial", "1", "base", "1", "1") "," SERIES(                             \
        "threads", "2", "strong", "1.5", "1.8") "," SERIES("processes", "2", "strong", low,        \
                                                           "2.5") "]}}]}"

/* The text of the first block in which `words` stand; NULL: there is none. */
static const char *found(const struct mf__story *story, const char *words)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].text != NULL && strstr(story->blocks[i].text, words) != NULL)
            return story->blocks[i].text;
    return NULL;
}

static void how_busy_the_machine_was_stands_with_how_sure_it_is(void **state)
{
    (void)state;
    json_t *root = json_of(LAB("1.7"));
    struct mf__story story = {0};
    mf__story_lab_answers(&story, root);
    assert_int_equal(mf__story_check(&story, NULL), 0);
    assert_string_equal(found(&story, "Known to"), "Known to 2 %. It was busy.");
    assert_non_null(found(&story, "This was a quick lab: the sum of 1..10, eight rounds."));
    mf__story_done(&story);
    json_decref(root);
}

static void assert_difference(const char *lab, const char *expected)
{
    json_t *root = json_of(lab);
    struct mf__story story = {0};
    mf__lab_both(&story, root, 1);
    assert_int_equal(mf__story_check(&story, NULL), 0);
    const char *text = found(&story, "Was the difference seen here?");
    assert_non_null(text);
    if (strstr(text, expected) == NULL)
        fail_msg("%s", text);
    mf__story_done(&story);
    json_decref(root);
}

static void a_difference_of_both_ways_follows_from_their_intervals(void **state)
{
    (void)state;
    assert_difference(LAB("1.7"), "overlap, so no difference was seen");
    assert_difference(LAB("1.9"), "Processes have the larger speedup");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_by_which_the_first_forest_is_better_are_named),
        cmocka_unit_test(edges_are_said_as_they_are_kept),
        cmocka_unit_test(a_quick_lab_says_how_little_it_does),
        cmocka_unit_test(how_busy_the_machine_was_stands_with_how_sure_it_is),
        cmocka_unit_test(a_difference_of_both_ways_follows_from_their_intervals),
    };
    return cmocka_run_group_tests_name("lab_story", tests, NULL, NULL);
}
