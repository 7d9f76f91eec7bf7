/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A notebook by the format nbformat 4.5 (nbformat.readthedocs.io): cells of Markdown, commands as
 * cells of code, and charts as cells of code with their picture as output.
 *
 * - Nothing was run by a notebook's kernel, so no cell has an execution count, and a command has no
 *   output: the text between the cells tells what came of it.
 * - Running all cells clears their outputs, so a chart's cell holds code that shows it again. That
 *   code is one long line, which takes little room where it is shown at all.
 * - Beside the chart an output has a sentence for readers that do not know Vega-Lite, and no table:
 *   JupyterLab would prefer one in HTML to the chart, and a cell with the table follows anyway.
 * - A chart that takes the width of its container would have none in JupyterLab, whose container
 *   takes that of the chart.
 */
#include "base/text.h"
#include "forms/forms.h"
#include "forms/markdown.h"
#include "report/json.h"
#include "story/document.h"

#include <string.h>

#define CHART_TYPE  "application/vnd.vegalite.v5+json"
#define CHART_WIDTH 640 /* pixels; an output of JupyterLab is wider on most screens */

/* The notebook under way. */
struct book {
    json_t *cells;           /* NULL: no memory */
    size_t n;                /* cells so far, from which their names are made */
    struct mf__buffer prose; /* of the cell of Markdown under way */
    bool failed;
};

/* ---- cells ---- */

static json_t *text_of(struct book *book, const struct mf__buffer *text)
{
    book->failed = book->failed || text->failed;
    return mf__json_text(mf__buffer_text(text));
}

static json_t *new_cell(struct book *book, const char *type, const struct mf__buffer *source)
{
    struct mf__buffer id = {0};
    json_t *cell = json_object();
    mf__buffer_print(&id, "cell-%zu", ++book->n);
    mf__json_put(&cell, "cell_type", json_string(type));
    mf__json_put(&cell, "id", text_of(book, &id));
    mf__json_put(&cell, "metadata", json_object());
    mf__json_put(&cell, "source", text_of(book, source));
    mf__buffer_done(&id);
    return cell;
}

/* Ends the cell of Markdown under way, if there is one. */
static void end_prose(struct book *book)
{
    struct mf__buffer *prose = &book->prose;
    if (prose->length > 0 && prose->bytes[prose->length - 1] == '\n')
        prose->bytes[--prose->length] = '\0';
    if (prose->length > 0)
        mf__json_append(&book->cells, new_cell(book, "markdown", prose));
    book->failed = book->failed || prose->failed;
    mf__buffer_clear(prose);
}

/* Takes `outputs` and `metadata` over. */
static void add_code(struct book *book, const struct mf__buffer *source, json_t *outputs,
                     json_t *metadata)
{
    end_prose(book);
    json_t *cell = new_cell(book, "code", source);
    mf__json_put(&cell, "metadata", metadata);
    mf__json_put(&cell, "execution_count", json_null());
    mf__json_put(&cell, "outputs", outputs);
    mf__json_append(&book->cells, cell);
}

/* ---- commands ---- */

/*
 * IPython looks into a line behind "!" for "$name", "{expression}" and a "?" at its end, and ends
 * it at a newline. A command that holds such goes into a cell of bash, which gets it to the letter.
 */
static bool is_plain_command(const char *command)
{
    for (const char *at = command; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f || strchr("${}!?%\\", *at) != NULL)
            return false;
    return command[0] != '\0';
}

static void add_command(struct book *book, const char *command)
{
    struct mf__buffer source = {0};
    mf__buffer_put(&source, is_plain_command(command) ? "!" : "%%bash\n");
    mf__buffer_put(&source, command);
    add_code(book, &source, json_array(), json_object());
    mf__buffer_done(&source);
}

/* ---- charts ---- */

/* The chart in a width of its own; a new reference, NULL without memory. */
static json_t *sized(json_t *chart)
{
    const char *width = json_string_value(json_object_get(chart, "width"));
    if (width == NULL || strcmp(width, "container") != 0)
        return json_incref(chart);
    json_t *copy = json_copy(chart);
    mf__json_put(&copy, "width", json_integer(CHART_WIDTH));
    return copy;
}

/* Of a string of Python. */
static int put_python_bytes(const char *bytes, size_t length, void *user)
{
    struct mf__buffer *out = user;
    for (size_t i = 0; i < length; i++)
        mf__buffer_print(out, bytes[i] == '\'' || bytes[i] == '\\' ? "\\%c" : "%c", bytes[i]);
    return out->failed ? -1 : 0;
}

/* What Python reads the value from. */
static void put_python(const json_t *value, struct mf__buffer *out)
{
    const size_t flags = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER;
    mf__buffer_put(out, "json.loads('");
    if (value == NULL || json_dump_callback(value, put_python_bytes, out, flags) != 0)
        out->failed = true;
    mf__buffer_put(out, "')");
}

static json_t *chart_output(json_t *bundle)
{
    json_t *output = json_object();
    json_t *outputs = json_array();
    mf__json_put(&output, "output_type", json_string("display_data"));
    mf__json_put(&output, "metadata", json_object());
    mf__json_put(&output, "data", bundle);
    mf__json_append(&outputs, output);
    return outputs;
}

/* Hidden in JupyterLab and, by the tag, in books that are made of notebooks. */
static json_t *chart_metadata(void)
{
    json_t *metadata = json_object();
    json_t *jupyter = json_object();
    json_t *tags = json_array();
    mf__json_put(&jupyter, "source_hidden", json_true());
    mf__json_append(&tags, json_string("hide-input"));
    mf__json_put(&metadata, "jupyter", jupyter);
    mf__json_put(&metadata, "tags", tags);
    return metadata;
}

static json_t *chart_bundle(struct book *book, const struct mf__block *chart)
{
    struct mf__buffer words = {0};
    json_t *bundle = json_object();
    mf__buffer_put(&words, "Chart: ");
    if (chart->title != NULL)
        mf__escape(&words, chart->title, strlen(chart->title));
    mf__buffer_put(&words, "\n(drawn where the notebook is open in JupyterLab; its numbers are in "
                           "the table below)");
    mf__json_put(&bundle, CHART_TYPE, sized(chart->chart));
    mf__json_put(&bundle, "text/plain", text_of(book, &words));
    mf__buffer_done(&words);
    return bundle;
}

static void add_chart(struct book *book, const struct mf__block *chart)
{
    struct mf__buffer source = {0};
    json_t *bundle = chart_bundle(book, chart);
    mf__markdown_caption(chart, &book->prose);
    mf__markdown_signs(chart, &book->prose); /* which are of use where the chart is drawn below */
    mf__buffer_put(&source, "# Shows the chart again.\n"
                            "import json; from IPython.display import display\n"
                            "display(");
    put_python(bundle, &source);
    mf__buffer_put(&source, ", raw=True)");
    add_code(book, &source, chart_output(bundle), chart_metadata());
    mf__buffer_done(&source);
    mf__markdown_numbers(chart, &book->prose);
}

/* ---- all cells ---- */

static void put_made_with(const struct mf__source *source, struct mf__buffer *out)
{
    struct mf__buffer command = {0};
    mf__look_command(source->root, &command);
    if (command.length > 0)
        mf__markdown_command(mf__buffer_text(&command), out);
    out->failed = out->failed || command.failed;
    mf__buffer_done(&command);
}

/* What this is, how it was made, and what of it can be done again. */
static void put_opening(const struct mf__story *story, struct mf__buffer *out)
{
    mf__markdown_head(story, out);
    mf__markdown_paragraph(out, "This notebook was written by manyfold %s%s", mf_version(),
                           story->n_sources > 0 ? ", from the result of" : ".");
    for (size_t i = 0; i < story->n_sources; i++)
        put_made_with(&story->sources[i], out);
    mf__markdown_paragraph(
        out,
        "Its texts, tables and charts tell of that result; no kernel has run any of it. To measure "
        "again, run a cell that holds a command: it prints what it finds on the machine that it "
        "runs on. JupyterLab draws the charts by itself; elsewhere their numbers stand in the "
        "tables below them. The result is kept whole in this file, in its metadata under "
        "`manyfold`, `documents`.");
}

static void add_block(struct book *book, const struct mf__block *block)
{
    if (block->kind == MF__BLOCK_COMMAND) {
        add_command(book, block->text);
    } else if (block->kind == MF__BLOCK_CHART) {
        add_chart(book, block);
    } else {
        if (block->kind == MF__BLOCK_SECTION)
            end_prose(book);
        mf__markdown_block(block, &book->prose);
    }
}

/* ---- the whole ---- */

static json_t *language(void)
{
    json_t *info = json_object();
    mf__json_put(&info, "name", json_string("python"));
    mf__json_put(&info, "file_extension", json_string(".py"));
    mf__json_put(&info, "mimetype", json_string("text/x-python"));
    mf__json_put(&info, "pygments_lexer", json_string("ipython3"));
    return info;
}

static json_t *kernel(void)
{
    json_t *spec = json_object();
    mf__json_put(&spec, "name", json_string("python3"));
    mf__json_put(&spec, "display_name", json_string("Python 3 (ipykernel)"));
    mf__json_put(&spec, "language", json_string("python"));
    return spec;
}

static json_t *metadata(const struct mf__story *story)
{
    json_t *documents = json_object();
    for (size_t i = 0; i < story->n_sources; i++)
        mf__json_put(&documents, story->sources[i].name, json_incref(story->sources[i].root));
    json_t *ours = json_object();
    mf__json_put(&ours, "version", json_string(mf_version()));
    mf__json_put(&ours, "created", mf__json_text(story->created));
    mf__json_put(&ours, "documents", documents);
    json_t *object = json_object();
    mf__json_put(&object, "title", mf__json_text(story->title != NULL ? story->title : ""));
    mf__json_put(&object, "kernelspec", kernel());
    mf__json_put(&object, "language_info", language());
    mf__json_put(&object, "manyfold", ours);
    return object;
}

int mf__form_notebook(const struct mf__story *story, struct mf__buffer *out, mf_error *error)
{
    struct book book = {.cells = json_array()};
    put_opening(story, &book.prose);
    end_prose(&book);
    for (size_t i = 0; i < story->n_blocks; i++)
        add_block(&book, &story->blocks[i]);
    end_prose(&book);
    mf__buffer_done(&book.prose);
    json_t *root = json_object();
    mf__json_put(&root, "cells", book.cells);
    mf__json_put(&root, "metadata", metadata(story));
    mf__json_put(&root, "nbformat", json_integer(4));
    mf__json_put(&root, "nbformat_minor", json_integer(5));
    if (book.failed)
        mf__json_put(&root, "cells", NULL);
    return mf__json_write_compactly(root, out, error);
}
