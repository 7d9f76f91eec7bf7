/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON with jansson, so that a lack of memory is told from a mistake in the text. */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include <manyfold/status.h>

#include <jansson.h>
#include <stddef.h>

/*
 * Reads a text; a name that is twice in an object is a mistake. Where the text is wrong, gives 0
 * and NULL, with the place and the words in `ret_problem` (which may be NULL). MF_E_MEMORY. Not
 * while another thread reads or makes JSON.
 */
int mf__json_read(const char *text, size_t length, size_t flags, json_t **ret_value,
                  json_error_t *ret_problem, mf_error *error);

#endif
