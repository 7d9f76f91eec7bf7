/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of a page: its head, the title, the contents beside the story, and at the end the
 * documents that the story was made of, whole, with the commands that made them.
 */
#include "forms/html_page.h"

#include "forms/html_blocks.h"
#include "forms/html_text.h"
#include "story/document.h"

#define CONTENTS_LEVEL 2 /* deeper sections are not in the contents */

static void add_head(const struct mf__story *story, const struct mf__html_frame *frame,
                     struct mf__buffer *out)
{
    mf__buffer_put(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n");
    mf__buffer_add(out, frame->head, frame->head_length);
    mf__buffer_put(out, "<title>");
    mf__html_text(out, story->title);
    mf__buffer_put(out, "</title>\n<meta name=\"generator\" content=\"manyfold " MF_VERSION
                        "\">\n</head>\n<body>\n");
}

static void add_title(const struct mf__story *story, struct mf__buffer *out)
{
    mf__buffer_put(out, "<header>\n<div>\n<h1>");
    mf__html_words(out, story->title);
    mf__buffer_put(out, "</h1>\n");
    if (story->about != NULL) {
        mf__buffer_put(out, "<p class=\"about\">");
        mf__html_words(out, story->about);
        mf__buffer_put(out, "</p>\n");
    }
    mf__buffer_put(out, "</div>\n<button type=\"button\" id=\"theme\" hidden></button>\n"
                        "</header>\n");
}

static bool is_in_contents(const struct mf__block *block)
{
    return block->kind == MF__BLOCK_SECTION && block->level <= CONTENTS_LEVEL;
}

static void add_contents(const struct mf__story *story, struct mf__buffer *out)
{
    mf__buffer_put(out, "<nav aria-label=\"Contents\">\n<details open>"
                        "<summary>Contents</summary>\n<ul>\n");
    for (const struct mf__block *block = story->blocks; block < story->blocks + story->n_blocks;
         block++) {
        if (!is_in_contents(block))
            continue;
        mf__buffer_print(out, "<li%s><a href=\"#%s\">", block->level > 1 ? " class=\"sub\"" : "",
                         block->id);
        mf__html_text(out, block->title);
        mf__buffer_put(out, "</a></li>\n");
    }
    mf__buffer_put(out, "<li><a href=\"#raw-data\">Raw data</a></li>\n</ul>\n</details>\n</nav>\n");
}

/* ---- raw data ---- */

static void add_command_line(const json_t *root, struct mf__buffer *out)
{
    struct mf__buffer line = {0};
    mf__look_command(root, &line);
    if (line.length > 0) {
        mf__buffer_put(out, "<div class=\"command\"><pre><code>");
        mf__html_text(out, mf__buffer_text(&line));
        mf__buffer_put(out, "</code></pre></div>\n");
    }
    out->failed |= line.failed;
    mf__buffer_done(&line);
}

static int add_source(const struct mf__source *source, struct mf__buffer *out, mf_error *error)
{
    add_command_line(source->root, out);
    mf__buffer_put(out, "<div class=\"source\" data-name=\"");
    mf__html_text(out, source->name);
    mf__buffer_put(out, "\">\n");
    int code = mf__html_data(out, source->root, JSON_COMPACT | JSON_REAL_PRECISION(17), error);
    mf__buffer_put(out, "</div>\n");
    return code;
}

static int add_sources(const struct mf__story *story, struct mf__buffer *out, mf_error *error)
{
    mf__buffer_put(out, "<h2 id=\"raw-data\">Raw data</h2>\n"
                        "<p>All that this page was made of is inside it, as JSON that gzip "
                        "has packed, with the commands that made it. The buttons save it "
                        "unpacked.</p>\n");
    int code = 0;
    for (size_t i = 0; code == 0 && i < story->n_sources; i++)
        code = add_source(&story->sources[i], out, error);
    return code;
}

int mf__html_page(const struct mf__story *story, const struct mf__html_frame *frame,
                  struct mf__buffer *out, mf_error *error)
{
    add_head(story, frame, out);
    add_title(story, out);
    mf__buffer_put(out, "<div class=\"body with-contents\">\n");
    add_contents(story, out);
    mf__buffer_put(out, "<main>\n<noscript><p>The charts of this page are drawn by a script, which "
                        "this browser does not run. Every number that they show stands in the "
                        "table below each of them.</p></noscript>\n");
    int code = mf__html_blocks(story, out, error);
    if (code == 0)
        code = add_sources(story, out, error);
    mf__buffer_put(out, "</main>\n</div>\n");
    mf__buffer_add(out, frame->foot, frame->foot_length);
    return code != 0 ? code : mf__buffer_check(out, error);
}
