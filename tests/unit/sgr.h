/* SPDX-License-Identifier: Apache-2.0 */
/* Select Graphic Rendition: the escape sequences that colour a text, and the only ones we print. */
#ifndef TESTS_UNIT_SGR_H
#define TESTS_UNIT_SGR_H

#include "tests/unit/unit.h"

#define ESCAPE '\x1b'

/* Takes SGR sequences out and fails on any other one. */
static inline void sgr_strip(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0';) {
        if (*at != ESCAPE) {
            *to++ = *at++;
            continue;
        }
        assert_int_equal(at[1], '[');
        at += 2 + strspn(at + 2, "0123456789;");
        assert_int_equal(*at, 'm');
        at++;
    }
    *to = '\0';
}

#endif
