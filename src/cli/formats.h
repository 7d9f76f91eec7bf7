/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages of the file formats, which the command carries along (share/man). */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include <stddef.h>

/* Made by data/embed.py from share/man/manyfold-NAME.5. */
extern const char mf__results_page_bytes[][4000];
extern const size_t mf__results_page_length;
extern const char mf__recipe_page_bytes[][4000];
extern const size_t mf__recipe_page_length;
extern const char mf__journal_page_bytes[][4000];
extern const size_t mf__journal_page_length;
extern const char mf__model_page_bytes[][4000];
extern const size_t mf__model_page_length;
extern const char mf__table_page_bytes[][4000];
extern const size_t mf__table_page_length;

struct mf__format {
    const char *name; /* NULL ends the list */
    const char *page; /* in mdoc */
    const size_t *length;
};

extern const struct mf__format mf__formats[];

/* The format with this name; NULL when there is none. */
const struct mf__format *mf__format_find(const char *name);

#endif
