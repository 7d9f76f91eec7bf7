/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a command line as a shell reads them back. */
#ifndef BASE_SHELL_H
#define BASE_SHELL_H

#include "base/buffer.h"

#include <stdbool.h>

/* Adds a word in quotation marks where a shell asks for them, so that also a page on which control
 * characters, or in `ascii` anything but ASCII, show as \xNN has the command to the letter. */
void mf__shell_word(const char *word, bool ascii, struct mf__buffer *out);

#endif
