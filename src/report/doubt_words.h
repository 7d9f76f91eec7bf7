/* SPDX-License-Identifier: Apache-2.0 */
/* Doubts about timing, in words. */
#ifndef REPORT_DOUBT_WORDS_H
#define REPORT_DOUBT_WORDS_H

#include "base/buffer.h"
#include "exec/doubts.h"

/* "governor", "steal", ...: for programs; constant. */
const char *mf__doubt_name(enum mf__doubt_kind kind);

/* Adds one sentence, with its number. Holds what the machine says of itself as it is: escape it. */
void mf__doubt_words(const struct mf__doubt *doubt, const mf_machine *machine,
                     struct mf__buffer *out);

#endif
