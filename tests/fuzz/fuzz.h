/* SPDX-License-Identifier: Apache-2.0 */
/* The interface of libFuzzer, which every fuzz_NAME.c implements. See replay.c. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input. Returns 0; a mistake that is found crashes the program (abort() will do). */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
