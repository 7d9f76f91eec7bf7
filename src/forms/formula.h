/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formulae: a small part of TeX, which notebooks and Markdown show as it is, as MathML for pages
 * and on one line for terminals.
 *
 *     S(p) = \frac{1}{s + \frac{1 - s}{p}} = \frac{1}{0.02 + \frac{0.98}{4}} = 3.77
 *
 * Known: letters, numbers, + - = < > ( ) , / ; \frac{}{}, \sqrt{}, _ and ^ with one sign or {},
 * \text{}, \cdot, \times, \approx, \le, \ge, \infty and Greek letters by name. Anything else fails,
 * so that a test finds it.
 */
#ifndef FORMS_FORMULA_H
#define FORMS_FORMULA_H

#include "base/buffer.h"

/* Both: MF_E_INPUT with what was not understood; MF_E_MEMORY. */
int mf__formula_mathml(const char *tex, struct mf__buffer *out, mf_error *error);
int mf__formula_line(const char *tex, struct mf__buffer *out, mf_error *error);

#endif
