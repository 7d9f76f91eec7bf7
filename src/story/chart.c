/* SPDX-License-Identifier: Apache-2.0 */
#include "story/chart.h"

#include "report/json.h"
#include "story/chart_templates.h"

#include <string.h>

json_t *mf__chart(const char *name)
{
    for (const struct mf__chart_template *made = mf__chart_templates; made->name != NULL; made++)
        if (strcmp(made->name, name) == 0)
            return json_loadb(made->bytes, made->length, 0, NULL);
    return NULL;
}

void mf__chart_rows(json_t **chart, const char *name, json_t *rows)
{
    json_t *sets = json_object_get(*chart, "datasets");
    if (sets == NULL) {
        mf__json_put(chart, "datasets", json_object());
        sets = json_object_get(*chart, "datasets");
    }
    if (json_object_set_new(sets, name, rows) == 0)
        return;
    json_decref(*chart);
    *chart = NULL;
}
