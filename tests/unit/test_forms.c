/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown, notebook and text of whole stories: against files kept in golden/ (golden_file.h), and
 * what must hold whatever the texts of a story are.
 *
 *     test_forms tests/unit/golden [--regenerate]
 *
 * Allocations can be made to fail: __wrap_mf__new and __wrap_mf__resize stand in for them.
 */
#include "forms/forms.h"

#include "base/text.h"
#include "tests/unit/golden_file.h"
#include "tests/unit/sgr.h"
#include "tests/unit/stories.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define CHART_TYPE "application/vnd.vegalite.v5+json"

/* ---- allocations that fail ---- */

static size_t allocations;
static size_t failing; /* this one fails; 0: none does */

void *__real_mf__new(size_t n, size_t size);
void *__real_mf__resize(void *old, size_t n, size_t size);
void *__wrap_mf__new(size_t n, size_t size);
void *__wrap_mf__resize(void *old, size_t n, size_t size);

static bool fails(void)
{
    allocations++;
    return allocations == failing;
}

void *__wrap_mf__new(size_t n, size_t size)
{
    return fails() ? NULL : __real_mf__new(n, size);
}

void *__wrap_mf__resize(void *old, size_t n, size_t size)
{
    return fails() ? NULL : __real_mf__resize(old, n, size);
}

/* ---- forms ---- */

struct page {
    const char *file;
    bool hostile;
    int (*make)(const struct mf__story *story, struct mf__buffer *out, mf_error *error);
    struct mf__style style; /* of text, where `make` is NULL */
};

static const struct page pages[] = {
    {"story.md", false, mf__form_markdown, {0}},
    {"story.ipynb", false, mf__form_notebook, {0}},
    {"story_80.txt", false, NULL, {.width = 80}},
    {"story_80_ascii.txt", false, NULL, {.width = 80, .ascii = true}},
    {"story_80_colour.txt", false, NULL, {.width = 80, .colour = true}},
    {"story_120.txt", false, NULL, {.width = 120}},
    {"story_45.txt", false, NULL, {.width = 45}},
};

#define N_PAGES   (sizeof pages / sizeof pages[0])
#define N_TESTS   13 /* besides the pages */
#define LAST_TEST (N_TESTS + N_PAGES - 1)

static int make_page(const struct page *page, const struct mf__story *story, struct mf__buffer *out)
{
    return page->make != NULL ? page->make(story, out, NULL)
                              : mf__form_text(story, &page->style, out, NULL);
}

static void render(const struct page *page, struct mf__buffer *out)
{
    struct mf__story story;
    (page->hostile ? story_hostile : story_usual)(&story);
    assert_int_equal(mf__story_check(&story, NULL), 0);
    assert_int_equal(make_page(page, &story, out), 0);
    mf__story_done(&story);
}

static void render_text(bool hostile, const struct mf__style *style, struct mf__buffer *out)
{
    render(&(struct page){.hostile = hostile, .style = *style}, out);
}

static void render_markdown(bool hostile, struct mf__buffer *out)
{
    render(&(struct page){.hostile = hostile, .make = mf__form_markdown}, out);
}

static json_t *render_notebook(bool hostile)
{
    struct mf__buffer out = {0};
    render(&(struct page){.hostile = hostile, .make = mf__form_notebook}, &out);
    json_t *root = json_loadb(out.bytes, out.length, 0, NULL);
    assert_non_null(root);
    mf__buffer_done(&out);
    return root;
}

/* ---- against files ---- */

static void looks_as_it_was_approved(void **state)
{
    const struct page *page = *state;
    struct mf__buffer found = {0};
    render(page, &found);
    golden_check(page->file, &found);
    mf__buffer_done(&found);
}

/* ---- text ---- */

/* Calls `check` with each line, the newline taken off. */
static void each_line(struct mf__buffer *text, unsigned width,
                      void (*check)(const char *line, unsigned width))
{
    assert_int_equal(text->bytes[text->length - 1], '\n');
    for (char *line = text->bytes; *line != '\0';) {
        char *end = strchr(line, '\n');
        *end = '\0';
        check(line, width);
        line = end + 1;
    }
    mf__buffer_done(text);
}

static void check_width(const char *line, unsigned width)
{
    if (mf__text_width(line) > width && line[2] != '$') /* a command is copied from its line */
        fail_msg("%zu columns in a page of %u: %s", mf__text_width(line), width, line);
}

static void check_end(const char *line, unsigned width)
{
    (void)width;
    size_t length = strlen(line);
    if (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        fail_msg("ends in a blank: \"%s\"", line);
}

static void check_ascii(const char *line, unsigned width)
{
    (void)width;
    for (const char *at = line; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
            fail_msg("byte 0x%02x in: %s", (unsigned)(unsigned char)*at, line);
}

static void no_line_of_text_is_wider_than_the_page_or_ends_in_a_blank(void **state)
{
    (void)state;
    static const unsigned widths[] = {40, 45, 60, 80, 97, 120, 200};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        const struct mf__style style = {.width = widths[i]};
        struct mf__buffer text = {0};
        struct mf__buffer again = {0};
        struct mf__buffer hostile = {0};
        render_text(false, &style, &text);
        render_text(false, &style, &again);
        render_text(true, &style, &hostile);
        each_line(&text, widths[i], check_width);
        each_line(&again, widths[i], check_end);
        each_line(&hostile, widths[i], check_end);
    }
}

static void a_terminal_that_takes_ascii_gets_printable_ascii(void **state)
{
    (void)state;
    for (int hostile = 0; hostile <= 1; hostile++) {
        struct mf__buffer text = {0};
        render_text(hostile, &(struct mf__style){.width = 80, .ascii = true}, &text);
        each_line(&text, 80, check_ascii);
    }
}

static void nothing_in_a_story_can_steer_the_terminal(void **state)
{
    (void)state;
    struct mf__buffer plain = {0};
    struct mf__buffer coloured = {0};
    render_text(true, &(struct mf__style){.width = 80}, &plain);
    render_text(true, &(struct mf__style){.width = 80, .colour = true}, &coloured);
    for (const char *at = plain.bytes; *at != '\0'; at++)
        assert_true(*at == '\n' || ((unsigned char)*at >= ' ' && *at != 0x7f));
    assert_non_null(strstr(plain.bytes, "\\x1b[31mred"));
    assert_non_null(strchr(coloured.bytes, ESCAPE));
    sgr_strip(coloured.bytes);
    assert_string_equal(coloured.bytes, plain.bytes);
    mf__buffer_done(&plain);
    mf__buffer_done(&coloured);
}

/* Every word of `wanted` in the text, one behind the other. */
static bool has_words(const char *text, const char *wanted)
{
    char word[128];
    while (*wanted != '\0') {
        size_t length = strcspn(wanted, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, wanted);
        text = strstr(text, word);
        if (text == NULL)
            return false;
        wanted += length + strspn(wanted + length, " ");
    }
    return true;
}

static void a_table_of_text_is_whole_at_every_width(void **state)
{
    (void)state;
    struct mf__story story;
    story_usual(&story);
    for (unsigned width = 40; width <= 160; width += 8) {
        struct mf__buffer text = {0};
        assert_int_equal(mf__form_text(&story, &(struct mf__style){.width = width}, &text, NULL),
                         0);
        for (size_t i = 0; i < story.n_blocks; i++) {
            const struct mf__block *block = &story.blocks[i];
            for (size_t k = 0; block->kind == MF__BLOCK_TABLE && k < block->table.n_cells; k++)
                if (!has_words(text.bytes, block->table.cells[k]))
                    fail_msg("no \"%s\" at %u columns", block->table.cells[k], width);
        }
        mf__buffer_done(&text);
    }
    mf__story_done(&story);
}

/* ---- Markdown ---- */

static size_t pipes(const char *line)
{
    size_t n = 0;
    for (const char *at = line; *at != '\0'; at++)
        n += *at == '|' && (at == line || at[-1] != '\\');
    return n;
}

static size_t columns_above; /* pipes of the table's line above; 0: no table */

static void check_row(const char *line, unsigned width)
{
    (void)width;
    size_t n = line[0] == '|' ? pipes(line) : 0;
    if (columns_above > 0 && n > 0)
        assert_int_equal(n, columns_above);
    columns_above = n;
}

static void all_rows_of_a_markdown_table_have_the_same_number_of_cells(void **state)
{
    (void)state;
    for (int hostile = 0; hostile <= 1; hostile++) {
        struct mf__buffer text = {0};
        render_markdown(hostile, &text);
        each_line(&text, 0, check_row);
    }
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Tags that are ours. */
static bool is_our_tag(const char *at)
{
    static const char *const ours[] = {"<span>&#92;</span>", "<span>&#36;</span>", "</span>",
                                       "<!-- -->",           "<details>",          "</details>",
                                       "<summary>",          "</summary>"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (starts_with(at, ours[i]))
            return true;
    return false;
}

static size_t fence_above; /* backticks of the fence that is open; 0: none is */

static void check_markup(const char *line, unsigned width)
{
    (void)width;
    size_t fence = strspn(line, "`");
    if (fence >= 3 && (fence_above == 0 || (fence >= fence_above && line[fence] == '\0'))) {
        fence_above = fence_above == 0 ? fence : 0;
        return;
    }
    for (const char *at = line; *at != '\0'; at++) {
        bool escaped = at > line && at[-1] == '\\';
        if (((unsigned char)*at < ' ' && *at != '\t') || *at == 0x7f)
            fail_msg("byte 0x%02x in: %s", (unsigned)(unsigned char)*at, line);
        bool bare = strchr("`~", *at) != NULL || starts_with(at, "](") || starts_with(at, "][");
        if (fence_above == 0 && ((*at == '<' && !is_our_tag(at)) || (bare && !escaped) ||
                                 starts_with(at, "://") || starts_with(at, "www.")))
            fail_msg("\"%.10s\" in: %s", at, line);
    }
}

static void foreign_text_brings_no_markup_into_markdown(void **state)
{
    (void)state;
    struct mf__buffer text = {0};
    render_markdown(true, &text);
    each_line(&text, 0, check_markup);
    assert_int_equal(fence_above, 0);
}

/* ---- notebooks ---- */

static const char *source_of(const json_t *cell)
{
    const char *source = json_string_value(json_object_get(cell, "source"));
    assert_non_null(source);
    return source;
}

static bool is_code(const json_t *cell)
{
    return strcmp(json_string_value(json_object_get(cell, "cell_type")), "code") == 0;
}

static json_t *bundle_of(const json_t *cell)
{
    const json_t *output = json_array_get(json_object_get(cell, "outputs"), 0);
    return json_object_get(output, "data");
}

static void every_cell_has_an_id_of_its_own_and_no_execution_count(void **state)
{
    (void)state;
    json_t *root = render_notebook(true);
    json_t *seen = json_object();
    json_t *cell;
    size_t i;
    json_array_foreach(json_object_get(root, "cells"), i, cell)
    {
        const char *id = json_string_value(json_object_get(cell, "id"));
        assert_non_null(id);
        assert_in_range(strlen(id), 1, 64);
        assert_null(json_object_get(seen, id));
        json_object_set_new(seen, id, json_true());
        if (is_code(cell))
            assert_true(json_is_null(json_object_get(cell, "execution_count")));
        else
            assert_null(json_object_get(cell, "outputs"));
    }
    json_decref(seen);
    json_decref(root);
}

/* Reads a string of Python, from behind its first quote, back into what it says. */
static json_t *read_python(const char *at)
{
    struct mf__buffer text = {0};
    for (; *at != '\''; at++) {
        assert_int_not_equal(*at, '\0');
        at += *at == '\\';
        mf__buffer_add(&text, at, 1);
    }
    json_t *value = json_loadb(mf__buffer_text(&text), text.length, 0, NULL);
    mf__buffer_done(&text);
    return value;
}

static void the_code_of_a_chart_shows_what_its_output_shows(void **state)
{
    (void)state;
    for (int hostile = 0; hostile <= 1; hostile++) {
        json_t *root = render_notebook(hostile);
        json_t *cell;
        size_t i, charts = 0;
        json_array_foreach(json_object_get(root, "cells"), i, cell)
        {
            json_t *bundle = bundle_of(cell);
            if (bundle == NULL)
                continue;
            charts++;
            json_t *read = read_python(strstr(source_of(cell), "json.loads('") + 12);
            assert_true(json_equal(read, bundle));
            json_decref(read);
            const json_t *chart = json_object_get(bundle, CHART_TYPE);
            assert_true(json_is_integer(json_object_get(chart, "width")));
            assert_non_null(json_object_get(chart, "datasets"));
            assert_non_null(json_object_get(bundle, "text/plain"));
        }
        assert_true(charts >= 2);
        json_decref(root);
    }
}

/* A command as bash gets it: the cell's own, or of a plain line. */
static const char *command_in(const json_t *cell)
{
    const char *source = source_of(cell);
    if (starts_with(source, "%%bash\n"))
        return source + strlen("%%bash\n");
    if (source[0] != '!')
        return NULL;
    assert_null(strpbrk(source + 1, "${}!?\n"));
    return source + 1;
}

static void a_command_reaches_the_shell_to_the_letter(void **state)
{
    (void)state;
    struct mf__story story;
    json_t *root = render_notebook(true);
    json_t *cells = json_object_get(root, "cells");
    size_t at = 0, commands = 0;
    story_hostile(&story);
    for (size_t i = 0; i < story.n_blocks; i++) {
        const struct mf__block *block = &story.blocks[i];
        if (block->kind != MF__BLOCK_COMMAND || !mf__is_utf8(block->text))
            continue;
        const char *found = NULL;
        while (found == NULL || strcmp(found, block->text) != 0) {
            const json_t *cell = json_array_get(cells, at++);
            assert_non_null(cell);
            found = is_code(cell) ? command_in(cell) : NULL;
        }
        commands++;
    }
    assert_true(commands > 20);
    mf__story_done(&story);
    json_decref(root);
}

static void the_documents_are_in_the_notebook(void **state)
{
    (void)state;
    struct mf__story story;
    json_t *root = render_notebook(true);
    json_t *ours = json_object_get(json_object_get(root, "metadata"), "manyfold");
    story_hostile(&story);
    assert_true(json_equal(json_object_get(json_object_get(ours, "documents"), "</script>.json"),
                           story.sources[0].root));
    mf__story_done(&story);
    json_decref(root);
}

/* ---- all forms ---- */

static void no_block_is_lost(void **state)
{
    (void)state;
    struct mf__story story;
    struct mf__buffer markdown = {0};
    struct mf__buffer notebook = {0};
    struct mf__buffer text = {0};
    story_usual(&story);
    assert_int_equal(mf__form_markdown(&story, &markdown, NULL), 0);
    assert_int_equal(mf__form_notebook(&story, &notebook, NULL), 0);
    assert_int_equal(mf__form_text(&story, &(struct mf__style){.width = 80}, &text, NULL), 0);
    for (size_t i = 0; i < story.n_blocks; i++) {
        const char *title = story.blocks[i].is_alone ? NULL : story.blocks[i].title;
        const char *words = story.blocks[i].text;
        const char *each[] = {title != NULL ? title : "", words != NULL ? words : ""};
        for (size_t k = 0; k < 2; k++)
            if (!has_words(markdown.bytes, each[k]) || !has_words(notebook.bytes, each[k]) ||
                !has_words(text.bytes, each[k]))
                fail_msg("lost: %s", each[k]);
    }
    mf__buffer_done(&markdown);
    mf__buffer_done(&notebook);
    mf__buffer_done(&text);
    mf__story_done(&story);
}

static void the_same_story_gives_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PAGES; i++) {
        struct mf__buffer one = {0};
        struct mf__buffer other = {0};
        render(&pages[i], &one);
        render(&pages[i], &other);
        assert_int_equal(one.length, other.length);
        assert_memory_equal(one.bytes, other.bytes, one.length);
        mf__buffer_done(&one);
        mf__buffer_done(&other);
    }
}

static void without_memory_a_form_says_so(void **state)
{
    (void)state;
    struct mf__story story;
    story_usual(&story);
    for (size_t i = 0; i < N_PAGES; i++) {
        struct mf__buffer whole = {0};
        allocations = 0;
        assert_int_equal(make_page(&pages[i], &story, &whole), 0);
        size_t n = allocations;
        for (size_t k = 1; k <= n; k += 1 + n / 2000) {
            struct mf__buffer out = {0};
            allocations = 0;
            failing = k;
            int code = make_page(&pages[i], &story, &out);
            failing = 0;
            if (code != MF_E_MEMORY)
                fail_msg("%s: %d when allocation %zu of %zu fails", pages[i].file, code, k, n);
            mf__buffer_done(&out);
        }
        mf__buffer_done(&whole);
    }
    mf__story_done(&story);
}

int main(int argc, char **argv)
{
    if (!golden_begin(argc, argv))
        return 2;
    struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_of_text_is_wider_than_the_page_or_ends_in_a_blank),
        cmocka_unit_test(a_terminal_that_takes_ascii_gets_printable_ascii),
        cmocka_unit_test(nothing_in_a_story_can_steer_the_terminal),
        cmocka_unit_test(a_table_of_text_is_whole_at_every_width),
        cmocka_unit_test(all_rows_of_a_markdown_table_have_the_same_number_of_cells),
        cmocka_unit_test(foreign_text_brings_no_markup_into_markdown),
        cmocka_unit_test(every_cell_has_an_id_of_its_own_and_no_execution_count),
        cmocka_unit_test(the_code_of_a_chart_shows_what_its_output_shows),
        cmocka_unit_test(a_command_reaches_the_shell_to_the_letter),
        cmocka_unit_test(the_documents_are_in_the_notebook),
        cmocka_unit_test(no_block_is_lost),
        cmocka_unit_test(the_same_story_gives_the_same_bytes),
        cmocka_unit_test(without_memory_a_form_says_so),
        [LAST_TEST] = {0},
    };
    for (size_t i = 0; i < N_PAGES; i++)
        tests[N_TESTS + i] = (struct CMUnitTest){.name = pages[i].file,
                                                 .test_func = looks_as_it_was_approved,
                                                 .initial_state = (void *)(uintptr_t)&pages[i]};
    return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
