/* SPDX-License-Identifier: Apache-2.0 */
/* The story of a comparison: its answers, and what its charts and tables show. */
#include "report/figures.h"
#include "story/compare_parts.h"
#include "tests/unit/comparisons.h"
#include "tests/unit/told.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* ---- answers ---- */

static void the_questions_are_answered_in_the_words_of_the_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *question;
        const char *topic;
    } all[] = {{"Which way is fastest here?", "winner"},
               {"How sure is that?", "sure"},
               {"How many workers would be worth it?", "workers"},
               {"From which size on does it pay?", "break-even"},
               {"Did every way give the same answer?", "answer"}};
    json_t *root;
    struct mf__story story;
    told("two_cores", &root, &story);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const char *answer = answer_to(&story, all[i].question);
        size_t said = 0;
        for (size_t k = 0; k < mf__look_length(root, "verdict.sentences"); k++) {
            const json_t *sentence = json_array_get(mf__look(root, "verdict.sentences"), k);
            if (strcmp(mf__look_text(sentence, "topic"), all[i].topic) != 0)
                continue;
            assert_within(answer, mf__look_text(sentence, "text"));
            said++;
        }
        assert_true(said > 0);
    }
    done(root, &story);
}

static void by_how_much_has_figures_and_their_intervals(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("usual", &root, &story);
    const char *answer = answer_to(&story, "By how much?");
    const char *const ways[] = {"threads", "processes"};
    for (size_t i = 0; i < 2; i++) {
        const json_t *series = series_of(root, "strong", ways[i], 2);
        assert_within(answer, mf__told_factor(series, "statistics.speedup").text);
        assert_within(answer, mf__told_time(series).text);
    }
    assert_within(answer, "95 % intervals");
    assert_non_null(strchr(mf__told_time(series_of(root, "strong", "threads", 2)).text, '['));
    done(root, &story);
}

static void why_not_as_many_times_as_workers_begins_with_the_ceiling(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("eight_cores", &root, &story);
    const char *answer = answer_to(&story, "Why not 8 times as fast?");
    const json_t *ceiling = series_of(root, "ceiling", "", 8);
    assert_within(answer, mf__told_factor(ceiling, "statistics.ceiling").text);
    assert_within(answer, "computing");
    assert_within(answer_to(&story, "Would more workers, or a larger problem, do better?"), "USL");
    done(root, &story);
}

static void a_wrong_answer_comes_first_and_its_way_gets_no_speedup(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("wrong", &root, &story);
    assert_int_equal(story.blocks[0].kind, MF__BLOCK_ANSWER);
    assert_string_equal(story.blocks[0].title, "Did every way give the same answer?");
    assert_within(story.blocks[0].text, "Wrong answer from threads with 2 workers");
    assert_null(strstr(answer_to(&story, "By how much?"), "threads"));
    assert_true(has_note(&story, "threads with 2 workers: wrong answer"));
    assert_true(has_note(&story, "No law is fitted to threads: an answer is wrong"));
    const json_t *points = mf__look(block_of(&story, "speedup-amdahl")->chart, "datasets.points");
    assert_true(json_array_size(points) > 0);
    for (size_t i = 0; i < json_array_size(points); i++)
        assert_string_equal(mf__look_text(json_array_get(points, i), "who"), "processes");
    done(root, &story);
}

static void what_failed_is_said_on_top(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("failed", &root, &story);
    assert_string_equal(story.blocks[0].title, "Did everything run?");
    assert_within(story.blocks[0].text, "item 17 killed its worker");
    assert_true(has_note(&story, "processes with 2 workers: failed"));
    assert_true(has_note(&story, "No law is fitted to processes: some of its runs failed"));
    done(root, &story);
}

/* ---- charts and tables ---- */

static void times_in_the_table_are_those_of_the_document(void **state)
{
    (void)state;
    for (size_t k = 0; scene_names[k] != NULL; k++) {
        json_t *root;
        struct mf__story story;
        told(scene_names[k], &root, &story);
        const struct mf__block *block = block_of(&story, "time-chart");
        size_t row = 0;
        const json_t *series = NULL;
        for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
            char **cells = &block->table.cells[row * block->table.n_columns];
            if (!mf__told_is_main(series))
                continue;
            double median_ns = mf__look_real(series, "statistics.time_ns.median");
            assert_within(cells[1], mf__show_duration(median_ns, false).text);
            if (mf__told_has(series, "speedup"))
                assert_string_equal(cells[2], mf__told_factor(series, "statistics.speedup").text);
            else
                assert_null(strchr(cells[2], '['));
            row++;
        }
        assert_int_equal(row * block->table.n_columns, block->table.n_cells);
        done(root, &story);
    }
}

static void every_sample_is_in_the_chart_of_times(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("two_cores", &root, &story);
    const json_t *rows = mf__look(block_of(&story, "time-chart")->chart, "datasets.samples");
    size_t wanted = 0;
    double sum_ns = 0;
    double sum = 0;
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        for (size_t k = 0; mf__told_is_main(series) && k < mf__look_length(series, "samples");
             k++) {
            sum_ns += mf__look_real(json_array_get(mf__look(series, "samples"), k), "ns");
            wanted++;
        }
    for (size_t i = 0; i < json_array_size(rows); i++)
        sum += mf__look_real(json_array_get(rows, i), "time");
    assert_int_equal(json_array_size(rows), wanted);
    assert_true(fabs(sum * 1e9 / sum_ns - 1) < 1e-9); /* its unit is the second */
    done(root, &story);
}

static void points_are_the_speedups_of_the_document(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("eight_cores", &root, &story);
    const struct mf__block *block = block_of(&story, "speedup-amdahl");
    const json_t *points = mf__look(block->chart, "datasets.points");
    assert_int_equal(json_array_size(points), 10);
    for (size_t i = 0; i < json_array_size(points); i++) {
        const json_t *point = json_array_get(points, i);
        const json_t *series = series_of(root, "strong", mf__look_text(point, "who"),
                                         (int)mf__look_count(point, "workers"));
        assert_true(mf__look_real(point, "speedup") ==
                    mf__look_real(series, "statistics.speedup.mid"));
        assert_true(mf__look_real(point, "speedup_high") ==
                    mf__look_real(series, "statistics.speedup.high"));
    }
    const json_t *eight = series_of(root, "strong", "threads", 8);
    assert_within(block->text, mf__told_factor(eight, "statistics.speedup").text);
    done(root, &story);
}

static void curves_end_at_twice_what_was_measured_and_are_dashed_beyond_it(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("eight_cores", &root, &story);
    const json_t *rows = mf__look(block_of(&story, "speedup-usl")->chart, "datasets.curves");
    uint64_t most = 0;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        uint64_t workers = mf__look_count(row, "workers");
        bool measured = strcmp(mf__look_text(row, "part"), "measured") == 0;
        assert_true(measured ? workers <= 8 : workers >= 8);
        most = workers > most ? workers : most;
    }
    assert_int_equal(most, 16);
    assert_within(block_of(&story, "speedup-usl")->drawn, "Beyond 16 workers");
    done(root, &story);
}

static void more_workers_than_cores_are_shaded(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("two_cores", &root, &story);
    const json_t *chart = block_of(&story, "speedup-amdahl")->chart;
    assert_int_equal(mf__look_count(chart, "datasets.beyond.0.from"), 2);
    assert_int_equal(mf__look_count(chart, "datasets.beyond.0.to"), 4);
    assert_string_equal(mf__look_text(chart, "datasets.beyond.0.label"), "beyond 2 cores");
    assert_within(block_of(&story, "speedup-amdahl")->drawn, "more workers than the 2 cores");
    done(root, &story);
    told("eight_cores", &root, &story);
    assert_int_equal(
        mf__look_length(block_of(&story, "efficiency-chart")->chart, "datasets.beyond"), 0);
    done(root, &story);
}

static void weak_scaling_tells_of_the_largest_problems(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("weak", &root, &story);
    const struct mf__block *block = block_of(&story, "weak-chart");
    const json_t *series = series_of(root, "weak", "processes", 4);
    assert_within(block->text, mf__told_factor(series, "statistics.scaled_speedup").text);
    assert_within(block->text, "40,000,000,000");
    assert_int_equal(mf__look_length(block->chart, "datasets.points"), 4);
    assert_int_equal(mf__look_length(block->chart, "datasets.laws"), 4);
    done(root, &story);
}

static void one_worker_count_makes_no_line_and_none_is_spoken_of(void **state)
{
    (void)state;
    json_t *root = document("weak");
    struct mf__story story;
    for (size_t i = 0; i < mf__look_length(root, "series"); i++) {
        json_t *series = json_array_get(json_object_get(root, "series"), i);
        if (mf__told_is(series, "weak") && mf__look_count(series, "workers") != 4)
            json_object_del(json_object_get(series, "statistics"), "gustafson");
    }
    tell(&story, root);
    const struct mf__block *block = block_of(&story, "weak-chart");
    assert_int_equal(mf__look_length(block->chart, "datasets.laws"), 0);
    assert_null(strstr(block->drawn, "Dashed"));
    assert_within(block->drawn, "not drawn");
    done(root, &story);
}

static void scripted_times_are_said_to_be_so(void **state)
{
    (void)state;
    json_t *root = document("weak");
    struct mf__story story;
    json_object_set_new(root, "scripted", json_true());
    tell(&story, root);
    assert_true(has_note(&story, "Scripted times, not measured"));
    done(root, &story);
    told("weak", &root, &story);
    assert_false(has_note(&story, "Scripted times"));
    done(root, &story);
}

static void a_band_that_reaches_below_zero_is_left_out(void **state)
{
    (void)state;
    json_t *root = document("weak");
    struct mf__story story;
    const json_t *series = series_of(root, "weak", "threads", 4);
    json_t *law = json_object_get(json_object_get(series, "statistics"), "gustafson");
    json_object_set_new(law, "low", json_real(-1.7));
    tell(&story, root);
    const struct mf__block *block = block_of(&story, "weak-chart");
    const json_t *rows = mf__look(block->chart, "datasets.laws");
    for (size_t i = 0; i < json_array_size(rows); i++)
        assert_false(mf__look_real(json_array_get(rows, i), "speedup_low") <= 0);
    assert_int_equal(json_array_size(rows), 4);
    assert_within(block->drawn, "it is not drawn");
    done(root, &story);
}

static void shares_of_a_series_and_parts_of_its_workers_are_those_of_the_ledger(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("usual", &root, &story);
    const json_t *parts = mf__look(block_of(&story, "where-chart")->chart, "datasets.parts");
    double sum = 0;
    for (size_t i = 0; i < 4; i++)
        sum += mf__look_real(json_array_get(parts, i), "share");
    assert_true(fabs(sum - 100) < 0.01);
    const json_t *series = mf__told_telling(root);
    const json_t *sample =
        json_array_get(mf__look(series, "samples"), mf__look_length(series, "samples") - 1);
    const json_t *rows = mf__look(block_of(&story, "workers-chart")->chart, "datasets.parts");
    assert_int_equal(json_array_size(rows), 8);
    assert_true(fabs(mf__look_real(json_array_get(rows, 5), "time") * 1e9 -
                     mf__look_real(sample, "ledger.workers.1.compute_ns")) < 1);
    done(root, &story);
}

static void break_even_sizes_are_all_there(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("usual", &root, &story);
    const struct mf__block *block = block_of(&story, "break-even-chart");
    assert_int_equal(mf__look_length(block->chart, "datasets.sizes"), 6);
    assert_int_equal(mf__look_count(block->chart, "datasets.from.0.n") +
                         mf__look_length(block->chart, "datasets.from"),
                     1); /* a real number, and one way alone pays */
    assert_true(mf__look_real(block->chart, "datasets.from.0.n") == 10e9);
    assert_string_equal(block->table.cells[4], "no");
    assert_string_equal(block->table.cells[2 * 5 + 4], "yes");
    done(root, &story);
}

static void a_caption_does_not_begin_with_a_blank(void **state)
{
    (void)state;
    json_t *root = document("usual");
    struct mf__story story;
    json_object_del(json_object_get(root, "verdict"), "sentences");
    tell(&story, root);
    const char *caption = block_of(&story, "break-even-chart")->text;
    assert_memory_equal(caption, "Above the dotted line", strlen("Above the dotted line"));
    done(root, &story);
}

/* What the caption of the times says of speedups stands where there are any. */
static void a_speedup_is_told_apart_from_a_ratio_of_medians(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("usual", &root, &story);
    assert_within(block_of(&story, "time-chart")->text,
                  "the median of the ratios within rounds, so it need not be the ratio of these");
    done(root, &story);
}

/* Whether some cell of a table holds these words. */
static bool has_cell(const struct mf__block *block, const char *words)
{
    for (size_t i = 0; i < block->table.n_cells; i++)
        if (strstr(block->table.cells[i], words) != NULL)
            return true;
    return false;
}

static void a_fraction_above_all_is_said_to_be_slower(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    bool in_laws = false;
    told("slower", &root, &story);
    for (size_t i = 0; i < story.n_blocks; i++) {
        assert_false(has_cell(&story.blocks[i], "107."));
        in_laws =
            in_laws || has_cell(&story.blocks[i], "serial fraction –, slower with more workers");
    }
    assert_true(in_laws);
    assert_true(has_cell(block_of(&story, "efficiency-chart"), "–, slower than the serial way"));
    assert_within(block_of(&story, "speedup-amdahl")->text,
                  "no serial fraction, as more workers are slower, for threads");
    done(root, &story);
}

static void sizes_of_a_way_that_is_wrong_are_not_told(void **state)
{
    (void)state;
    json_t *root = document("usual");
    struct mf__story story;
    const json_t *series = series_of(root, "strong", "threads", 2);
    json_object_set_new(json_array_get(mf__look(root, "series"), 2), "wrong", json_true());
    assert_true(mf__look_true(series, "wrong"));
    tell(&story, root);
    const json_t *sizes = mf__look(block_of(&story, "break-even-chart")->chart, "datasets.sizes");
    assert_int_equal(json_array_size(sizes), 3);
    assert_string_equal(mf__look_text(sizes, "0.who"), "processes");
    done(root, &story);
}

static void nothing_is_drawn_of_what_is_not_there(void **state)
{
    (void)state;
    static const char *const missing[] = {"speedup-amdahl",   "speedup-usl",   "efficiency-chart",
                                          "weak-chart",       "workers-chart", "timeline-chart",
                                          "break-even-chart", "formulae"};
    json_t *root;
    struct mf__story story;
    told("serial_only", &root, &story);
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
        assert_false(has_block(&story, missing[i]));
    assert_true(has_note(&story, "No run with more than one worker could be compared"));
    assert_true(has_block(&story, "time-chart"));
    done(root, &story);
}

static void laws_that_are_not_known_are_notes(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("usual", &root, &story);
    assert_false(has_block(&story, "speedup-usl"));
    assert_true(has_note(&story, "it takes 4 worker counts within the cores, and there are 2"));
    assert_true(has_note(&story, "nothing checks it"));
    done(root, &story);
    told("eight_cores", &root, &story);
    assert_true(has_block(&story, "speedup-usl"));
    assert_false(has_note(&story, "worker counts within the cores"));
    done(root, &story);
}

static void without_intervals_there_are_no_bands_and_a_note(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("one_round", &root, &story);
    const struct mf__block *block = block_of(&story, "speedup-amdahl");
    assert_true(has_note(&story, "After 1 round no interval can be given; it takes 6"));
    assert_int_equal(mf__look_length(block->chart, "datasets.bands"), 0);
    assert_null(strstr(block->text, "bands"));
    assert_within(answer_to(&story, "How sure is that?"), "No interval");
    done(root, &story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_questions_are_answered_in_the_words_of_the_verdict),
        cmocka_unit_test(by_how_much_has_figures_and_their_intervals),
        cmocka_unit_test(why_not_as_many_times_as_workers_begins_with_the_ceiling),
        cmocka_unit_test(a_wrong_answer_comes_first_and_its_way_gets_no_speedup),
        cmocka_unit_test(what_failed_is_said_on_top),
        cmocka_unit_test(times_in_the_table_are_those_of_the_document),
        cmocka_unit_test(every_sample_is_in_the_chart_of_times),
        cmocka_unit_test(points_are_the_speedups_of_the_document),
        cmocka_unit_test(curves_end_at_twice_what_was_measured_and_are_dashed_beyond_it),
        cmocka_unit_test(more_workers_than_cores_are_shaded),
        cmocka_unit_test(weak_scaling_tells_of_the_largest_problems),
        cmocka_unit_test(one_worker_count_makes_no_line_and_none_is_spoken_of),
        cmocka_unit_test(scripted_times_are_said_to_be_so),
        cmocka_unit_test(a_band_that_reaches_below_zero_is_left_out),
        cmocka_unit_test(shares_of_a_series_and_parts_of_its_workers_are_those_of_the_ledger),
        cmocka_unit_test(break_even_sizes_are_all_there),
        cmocka_unit_test(a_caption_does_not_begin_with_a_blank),
        cmocka_unit_test(a_speedup_is_told_apart_from_a_ratio_of_medians),
        cmocka_unit_test(a_fraction_above_all_is_said_to_be_slower),
        cmocka_unit_test(sizes_of_a_way_that_is_wrong_are_not_told),
        cmocka_unit_test(nothing_is_drawn_of_what_is_not_there),
        cmocka_unit_test(laws_that_are_not_known_are_notes),
        cmocka_unit_test(without_intervals_there_are_no_bands_and_a_note),
    };
    return cmocka_run_group_tests_name("story_compare", tests, NULL, NULL);
}
