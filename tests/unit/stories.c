/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/stories.h"

#include <string.h>

#define LONG_WORD 300

/* A chart of two points that takes the width that it is given. */
static json_t *chart(const char *name)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:{s:s}, s:{s:[{s:s, s:f}, {s:s, s:f}]}}", "$schema",
                     "https://vega.github.io/schema/vega-lite/v5.json", "width", "container",
                     "height", 260, "mark", "bar", "data", "name", "points", "datasets", "points",
                     "way", name, "time", 0.1, "way", "threads", "time", 12.5);
}

static json_t *document(const char *word)
{
    return json_pack("{s:s, s:[s, s, s], s:f}", "schema", "manyfold-compare-1", "command_line",
                     "manyfold", "compare", word, "third", 1.0 / 3);
}

static void add_cells(struct mf__story *story, const char *const *cells)
{
    for (; *cells != NULL; cells++)
        mf__story_cell(story, "%s", *cells);
}

static void add_speeds(struct mf__story *story)
{
    static const char *const cells[] = {"serial",
                                        "1",
                                        "3.07 s",
                                        "1",
                                        "1.00",
                                        "",
                                        "threads",
                                        "2",
                                        "1.59 s",
                                        "1.93",
                                        "1.93 [1.91, 1.95]",
                                        "fastest; the processes are as "
                                        "fast within 0.4 %",
                                        "processes",
                                        "2",
                                        "1.61 s",
                                        "1.91",
                                        "1.91 [1.88, 1.93]",
                                        "",
                                        NULL};
    mf__story_column(story, false, "Way");
    mf__story_column(story, true, "Workers");
    mf__story_column(story, true, "Median time");
    mf__story_column(story, true, "Speedup");
    mf__story_column(story, false, "95 % interval of the speedup");
    mf__story_column(story, false, "Remark");
    add_cells(story, cells);
}

void story_usual(struct mf__story *ret_story)
{
    struct mf__story *story = ret_story;
    json_t *root = document("sum");
    *story = (struct mf__story){0};
    mf__story_begin(story, "Comparison: sum of 1..10,000,000,000", "2026-05-01T12:00:00Z");
    mf__story_about(story, "Measured 2026-05-01 12:00 UTC on a machine with 2 cores");
    mf__story_section(story, 1, "answers", "The answers");
    mf__story_answer(story, "Which way is fastest here?", "%s",
                     "Threads with 2 workers: 1.59 s, 1.93 times as fast as the serial way (95 % "
                     "interval 1.91 to 1.95). Processes are as fast within 0.4 %.");
    mf__story_answer(story, "Why not twice as fast?", "%s",
                     "1.2 % of the work is serial, and 2.1 % of the time is waiting.");
    mf__story_section(story, 1, "speed", "How fast");
    mf__story_text(story, "%s",
                   "Each way was run in 12 rounds, in an order drawn anew for each of them.");
    mf__story_command(story, "%s", "manyfold compare sum 1e10 --with threads,processes");
    mf__story_table(story, "All ways");
    add_speeds(story);
    mf__story_note(story, "%s", "Not more than 2 workers were measured: nothing is known of more.");
    mf__story_section(story, 2, "speedup", "Speedup against workers");
    mf__story_chart(story, "speedup-sum", "Speedup against workers", chart("serial"), "%s",
                    "With 2 workers threads reach 1.93 of 2, and the machine allows 1.97.");
    add_speeds(story);
    mf__story_formula(story, "Amdahl's law", "S(2) = \\frac{1}{s + \\frac{1 - s}{2}} < 2", "%s",
                      "s is the serial fraction, here 0.012.");
    mf__story_chart(story, "samples", "All samples", chart("serial"), "%s",
                    "Each point is a run; the line is the median.");
    mf__story_column(story, true, "Round");
    mf__story_column(story, true, "Time");
    for (unsigned i = 1; i <= 30; i++) {
        mf__story_cell(story, "%u", i);
        mf__story_cell(story, "1.%02u s", 50 + i * 7 % 20);
    }
    mf__story_table(story, "Ways that were left out");
    mf__story_column(story, false, "Way");
    mf__story_column(story, false, "Reason");
    mf__story_source(story, "results.json", root);
    json_decref(root);
}

const char *const hostile_words[] = {
    "<script>alert(1)</script>",
    "</details><img src=x onerror=alert(1)>",
    "<!-- not seen -->",
    "&lt;b&gt; &#60;b>",
    "| a | b |",
    "a\\|b",
    "*bold* _slanted_ **x** __y__",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "===",
    "---",
    "> quote",
    "    code",
    "`code` ``code`` ```",
    "~~~\nfence",
    "a\n```\n<b>out of it</b>\n`````",
    "[link](http://example.org/)",
    "![picture](http://example.org/x.png)",
    "[ref]: http://example.org/",
    "www.example.org and http://example.org/ and a@example.org",
    "$x$ $$y$$ \\(z\\) \\[w\\] \\begin{equation}v\\end{equation}",
    "$HOME ${HOME} $(id) `id` {1+1} !! %cd ?",
    "'single' \"double\" \\ back\\slash",
    "first\nsecond\r\nthird\ttab",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x7f \xc2\x9b",
    "\xe2\x80\xae"
    "turned \xe2\x80\x8b \xef\xbb\xbf",
    "not UTF-8: \xff\xfe \xc3",
    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e \xc3\xbc\xc2\xb5 \xe2\x89\xa4",
    "%s %n %d",
    "",
    " ",
    NULL};

/* Every text of every block is this word. */
static void add_hostile(struct mf__story *story, const char *word)
{
    mf__story_section(story, 2, "word", word);
    mf__story_text(story, "%s", word);
    mf__story_note(story, "%s", word);
    mf__story_answer(story, word, "%s", word);
    mf__story_command(story, "%s", word);
    mf__story_formula(story, word, word, "%s", word);
    mf__story_table(story, word);
    mf__story_column(story, false, word);
    mf__story_column(story, true, word);
    for (unsigned i = 0; i < 4; i++)
        mf__story_cell(story, "%s", word);
    mf__story_chart(story, "chart", word, chart("a way"), "%s", word);
    for (unsigned i = 0; i < 14; i++)
        mf__story_column(story, i % 2 == 0, word);
    for (unsigned i = 0; i < 14 * 2; i++)
        mf__story_cell(story, "%s", word);
}

void story_hostile(struct mf__story *ret_story)
{
    struct mf__story *story = ret_story;
    json_t *root = document("'$x' </script> {y}");
    char word[LONG_WORD + 1];
    *story = (struct mf__story){0};
    memset(word, 'w', LONG_WORD);
    word[LONG_WORD] = '\0';
    mf__story_begin(story, hostile_words[0], NULL);
    mf__story_about(story, "%s", hostile_words[0]);
    for (size_t i = 0; hostile_words[i] != NULL; i++)
        add_hostile(story, hostile_words[i]);
    add_hostile(story, word);
    mf__story_chart(story, "script", "A chart", chart("</script>'\\\"\xe6\x97\xa5"), "%s", "");
    mf__story_table(story, "No columns");
    mf__story_source(story, "</script>.json", root);
    json_decref(root);
}
