/* SPDX-License-Identifier: Apache-2.0 */
/* The files of charts/ as the build carries them along (embed.py). */
#ifndef STORY_CHART_TEMPLATES_H
#define STORY_CHART_TEMPLATES_H

#include <stddef.h>

struct mf__chart_template {
    const char *name;
    const char *bytes;
    size_t length;
};

extern const struct mf__chart_template mf__chart_templates[]; /* up to one without a name */

#endif
