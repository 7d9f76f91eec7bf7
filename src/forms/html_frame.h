/* SPDX-License-Identifier: Apache-2.0 */
/* Made by data/embed.py of what web/frame.py made; there where the option `html` is enabled. */
#ifndef FORMS_HTML_FRAME_H
#define FORMS_HTML_FRAME_H

#include <stddef.h>

extern const char mf__page_head_bytes[][4000];
extern const size_t mf__page_head_length;
extern const char mf__page_foot_bytes[][4000];
extern const size_t mf__page_foot_length;

#endif
