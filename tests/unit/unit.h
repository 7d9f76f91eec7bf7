/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test includes: cmocka and the headers that it wants before itself. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
