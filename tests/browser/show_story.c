/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a page, for the tests in a browser and to look at it:
 *
 *     show_story                  every kind of block, with names that try to be markup
 *     show_story DOCUMENT.json... the story of these documents
 */
#include "base/output.h"
#include "forms/forms.h"
#include "story/document.h"

#include <stdio.h>

#define HOSTILE "</script><img src=x onerror=alert(1)>\"'&amp;\x1b[31m<!--"

#define WAYS                                                                                       \
    "{'field': 'way', 'type': 'nominal', 'title': 'Way', 'scale': {'domain': ['serial', "          \
    "'threads', 'processes'], 'range': ['#7f7f7f', '#2f86c6', '#d55e00']}}"

static const char *const bars =
    "{'$schema': 'https://vega.github.io/schema/vega-lite/v5.json', 'width': 'container',"
    "'height': 260, 'data': {'name': 'points'}, 'datasets': {'points': ["
    "{'way': 'serial', 'ms': 812.5}, {'way': 'threads', 'ms': 418.25}, {'way': 'processes', 'ms': "
    "431}]}, 'mark': {'type': 'bar', 'tooltip': true}, 'encoding': {'x': {'field': 'ms', 'type': "
    "'quantitative', 'title': 'Time (ms)'}, 'y': {'field': 'way', 'type': 'nominal', 'title': "
    "null}, 'color': " WAYS "}}";

static const char *const lines =
    "{'$schema': 'https://vega.github.io/schema/vega-lite/v5.json', 'width': 'container',"
    "'height': 260, 'data': {'name': 'points'}, 'datasets': {'points': ["
    "{'way': 'threads', 'p': 1, 's': 1}, {'way': 'threads', 'p': 2, 's': 1.94}, {'way': 'threads', "
    "'p': 4, 's': 2.1}, {'way': 'processes', 'p': 1, 's': 0.98}, {'way': 'processes', 'p': 2, "
    "'s': 1.89}, {'way': 'processes', 'p': 4, 's': 1.9}]}, 'layer': [{'mark': {'type': 'line', "
    "'tooltip': true}}, {'mark': {'type': 'point', 'filled': true, 'size': 60, 'tooltip': true}}],"
    "'encoding': {'x': {'field': 'p', 'type': 'quantitative', 'title': 'Workers', 'axis': "
    "{'tickMinStep': 1}}, 'y': {'field': 's', 'type': 'quantitative', 'title': 'Speedup'}, "
    "'color': " WAYS "}}";

static const char *const maps =
    "{'$schema': 'https://vega.github.io/schema/vega-lite/v5.json', 'data': {'name': 'points'},"
    "'datasets': {'points': [{'n': 50, 'a': '4', 'b': 'sqrt', 'r': 0.81}, {'n': 50, 'a': '8', "
    "'b': 'sqrt', 'r': 0.85}, {'n': 100, 'a': '4', 'b': 'sqrt', 'r': 0.82}, {'n': 100, 'a': '8', "
    "'b': 'sqrt', 'r': 0.87}, {'n': 200, 'a': '4', 'b': '</script>', 'r': 0.84}, {'n': 200, 'a': "
    "'8', 'b': 'all', 'r': 0.88}]}, 'facet': {'field': 'n', 'type': 'ordinal', 'title': "
    "'Trees in the forest'}, 'columns': 3, 'spec': {'width': 180, 'height': 160, 'mark': {'type': "
    "'rect', 'tooltip': true}, 'encoding': {'x': {'field': 'b', 'type': 'nominal', 'title': "
    "'Features tried'}, 'y': {'field': 'a', 'type': 'nominal', 'title': 'Depth'}, 'color': "
    "{'field': 'r', 'type': 'quantitative', 'title': 'R²', 'scale': {'zero': false}}}}}";

/* JSON whose strings stand in single quotes, as C likes it. */
static json_t *chart(const char *text)
{
    struct mf__buffer quoted = {0};
    for (; *text != '\0'; text++)
        mf__buffer_add(&quoted, *text == '\'' ? "\"" : text, 1);
    json_t *made = json_loads(mf__buffer_text(&quoted), 0, NULL);
    mf__buffer_done(&quoted);
    return made;
}

static void tell_table(struct mf__story *story)
{
    static const char *const rows[][2] = {
        {"serial", "812.5"}, {"threads", "418.25"}, {HOSTILE, "431"}};
    mf__story_column(story, false, "Way");
    mf__story_column(story, true, "Time (ms)");
    for (size_t i = 0; i < 3; i++) {
        mf__story_cell(story, "%s", rows[i][0]);
        mf__story_cell(story, "%s", rows[i][1]);
    }
}

static void tell_wide_table(struct mf__story *story)
{
    mf__story_table(story, "Every sample");
    for (unsigned i = 0; i < 14; i++)
        mf__story_column(story, i > 0, i == 0 ? "Round" : "A column (ms)");
    for (unsigned i = 0; i < 14 * 30; i++)
        mf__story_cell(story, i % 14 == 0 ? "round %u" : "%u.25", i);
}

static void tell_answers(struct mf__story *story)
{
    mf__story_section(story, 1, "answers", "In short");
    mf__story_answer(story, "Which way is fastest here?",
                     "Threads with 2 workers: 418 ms, 1.94 times as fast as one worker (95 %% "
                     "interval 1.90 to 1.98).");
    mf__story_answer(story, "Why not twice as fast?",
                     "About 3 %% of the work cannot be shared out, and starting costs 2 ms.");
    mf__story_answer(story, "How many workers are worth it?",
                     "Two. A third gains less than its interval.");
}

static void tell_charts(struct mf__story *story)
{
    mf__story_section(story, 1, "times", "The sum, one way after the other");
    mf__story_text(story,
                   "Each way added the numbers from 1 to 10,000,000,000, 12 times, in random "
                   "order. A column is called %s and that is all it is.",
                   HOSTILE);
    mf__story_chart(story, "times-sum", "Time of each way", chart(bars),
                    "Threads took 418 ms, about half of the 813 ms that one worker took.");
    tell_table(story);
    mf__story_section(story, 2, "scaling", "With more workers");
    mf__story_chart(story, "speedup-sum", "Speedup with more workers", chart(lines),
                    "Two workers were 1.94 times as fast as one; four were hardly faster.");
    tell_table(story);
    mf__story_note(story, "Only three numbers of workers were measured, which is too few to tell "
                          "Amdahl's law from the universal scalability law.");
    mf__story_section(story, 1, "search", "The search");
    mf__story_chart(story, "scores", "Scores by depth and features " HOSTILE, chart(maps),
                    "Deeper trees scored better: R² rose from 0.81 to 0.88.");
    tell_table(story);
}

static void tell_rest(struct mf__story *story)
{
    mf__story_section(story, 1, "laws", "The laws with these numbers");
    mf__story_formula(story, "Amdahl's law",
                      "S(p) = \\frac{1}{s + \\frac{1 - s}{p}} = \\frac{1}{0.03 + "
                      "\\frac{0.97}{4}} \\approx 3.67",
                      "s is the part of the work that cannot be shared out, p the number of "
                      "workers.");
    mf__story_section(story, 1, "again", "Run it again");
    mf__story_command(story, "manyfold compare sum 1e10 --workers 1,2,4");
    mf__story_command(story, "manyfold tune '%s' --html report.html", HOSTILE);
    tell_wide_table(story);
    json_t *root =
        json_pack("{s:s, s:[s,s,s], s:s}", "schema", "sample", "command_line", "manyfold",
                  "compare", "sum 1e10", "column", "</script><!-- \xe2\x80\xa8");
    mf__story_source(story, "results \"of\" <today>.json", root);
    json_decref(root);
}

static void tell_sample(struct mf__story *story)
{
    mf__story_begin(story, "A sum, and a search: " HOSTILE, "2000-01-02T03:04:05Z");
    mf__story_about(story, "manyfold, 2 January 2000, on a machine with 2 cores");
    tell_answers(story);
    tell_charts(story);
    tell_rest(story);
}

static int tell_documents(char **names, size_t n, struct mf__story *story, mf_error *error)
{
    struct mf__document documents[16] = {0};
    int code = 0;
    for (size_t i = 0; code == 0 && i < n && i < 16; i++) {
        json_t *root = json_load_file(names[i], 0, NULL);
        code = mf__document_take(root, names[i], &documents[i], error);
        json_decref(root);
    }
    if (code == 0)
        code = mf__story_tell(documents, n, story, error);
    for (size_t i = 0; i < 16; i++)
        mf__document_done(&documents[i]);
    return code;
}

int main(int argc, char **argv)
{
    struct mf__story story = {0};
    struct mf__buffer out = {0};
    mf_error error = {0};
    int code = 0;
    if (argc > 1)
        code = tell_documents(argv + 1, (size_t)argc - 1, &story, &error);
    else
        tell_sample(&story);
    if (code == 0)
        code = mf__story_check(&story, &error);
    if (code == 0)
        code = mf__form_html(&story, &out, &error);
    if (code != 0)
        fprintf(stderr, "show_story: %s\n", error.text);
    else
        fwrite(mf__buffer_text(&out), 1, out.length, stdout);
    mf__buffer_done(&out);
    mf__story_done(&story);
    return code == 0 ? 0 : 1;
}
