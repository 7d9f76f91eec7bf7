/* SPDX-License-Identifier: Apache-2.0 */
#include "story/chart.h"

#include "base/buffer.h"
#include "base/json_read.h"
#include "report/json.h"
#include "story/chart_templates.h"

#include <stdbool.h>
#include <string.h>

/* The chart cannot be completed: NULL from here on. */
static void give_up(json_t **chart)
{
    json_decref(*chart);
    *chart = NULL;
}

json_t *mf__chart(const char *name)
{
    json_t *chart = NULL;
    for (const struct mf__chart_template *made = mf__chart_templates; made->name != NULL; made++)
        if (strcmp(made->name, name) == 0)
            return mf__json_read(made->bytes, made->length, 0, &chart, NULL, NULL) == 0 ? chart
                                                                                        : NULL;
    return NULL;
}

void mf__chart_rows(json_t **chart, const char *name, json_t *rows)
{
    json_t *sets = json_object_get(*chart, "datasets");
    if (sets == NULL) {
        mf__json_put(chart, "datasets", json_object());
        sets = json_object_get(*chart, "datasets");
    }
    if (json_object_set_new(sets, name, rows) != 0)
        give_up(chart);
}

/* ---- words ---- */

/* A copy of a text with another one wherever the mark is. */
static json_t *replaced(const char *from, const char *mark, const char *text)
{
    struct mf__buffer out = {0};
    const char *found;
    while ((found = strstr(from, mark)) != NULL) {
        mf__buffer_add(&out, from, (size_t)(found - from));
        mf__buffer_put(&out, text);
        from = found + strlen(mark);
    }
    mf__buffer_put(&out, from);
    json_t *made = out.failed ? NULL : mf__json_text(mf__buffer_text(&out));
    mf__buffer_done(&out);
    return made;
}

/* What takes the place of a mark: a text within texts, or a value instead of one. */
struct filling {
    const char *mark;
    const char *text;
    json_t *value; /* NULL: it is a text */
};

static bool fill_within(json_t *node, const struct filling *filling);

/* What takes the place of `value`, as a new reference; NULL: no memory. */
static json_t *filled(json_t *value, const struct filling *filling)
{
    const char *text = json_string_value(value);
    if (text == NULL)
        return fill_within(value, filling) ? json_incref(value) : NULL;
    if (filling->value != NULL)
        return json_incref(strcmp(text, filling->mark) == 0 ? filling->value : value);
    return strstr(text, filling->mark) == NULL ? json_incref(value)
                                               : replaced(text, filling->mark, filling->text);
}

/* Templates are ours and a few levels deep. */
static bool fill_within(json_t *node, const struct filling *filling)
{
    const char *key = NULL;
    json_t *value = NULL;
    size_t i = 0;
    json_object_foreach(node, key, value)
    {
        if (json_object_set_new(node, key, filled(value, filling)) != 0)
            return false;
    }
    json_array_foreach(node, i, value)
    {
        if (json_array_set_new(node, i, filled(value, filling)) != 0)
            return false;
    }
    return true;
}

void mf__chart_say(json_t **chart, const char *mark, const char *text)
{
    const struct filling filling = {.mark = mark, .text = text};
    if (!fill_within(*chart, &filling))
        give_up(chart);
}

void mf__chart_set(json_t **chart, const char *mark, json_t *value)
{
    const struct filling filling = {.mark = mark, .value = value};
    if (value == NULL || !fill_within(*chart, &filling))
        give_up(chart);
    json_decref(value);
}

/* ---- scales ---- */

static bool is_among(const json_t *name, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++)
        if (json_equal(name, json_array_get(names, i)))
            return true;
    return false;
}

/* Whether a scale is one of these names: some of its domain is among them. */
static bool is_meant(const json_t *domain, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(domain); i++)
        if (is_among(json_array_get(domain, i), names))
            return true;
    return false;
}

static void keep_within(json_t *node, const json_t *names)
{
    json_t *domain = json_object_get(node, "domain");
    json_t *range = json_object_get(node, "range");
    const char *key = NULL;
    json_t *value = NULL;
    size_t i = 0;
    if (is_meant(domain, names))
        for (i = json_array_size(domain); i-- > 0;)
            if (!is_among(json_array_get(domain, i), names)) {
                json_array_remove(domain, i);
                json_array_remove(range, i);
            }
    json_object_foreach(node, key, value)
    {
        keep_within(value, names);
    }
    json_array_foreach(node, i, value)
    {
        keep_within(value, names);
    }
}

void mf__chart_keep(json_t **chart, const json_t *names)
{
    if (names == NULL)
        give_up(chart);
    else
        keep_within(*chart, names);
}
