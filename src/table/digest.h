/* SPDX-License-Identifier: Apache-2.0 */
/* What a table holds, in 16 bytes. */
#ifndef TABLE_DIGEST_H
#define TABLE_DIGEST_H

#include <manyfold/table.h>

#define MF__TABLE_DIGEST_BYTES 16

/*
 * Digests what was read: names, kinds and values of the columns, in their order, by XXH3-128. Two
 * files have the same digest when they read as the same table: also when one is packed, or writes
 * 1.0 where the other has 1. The table's own name is no part of it. The same on every machine.
 */
int mf__table_digest(const mf_table *table, unsigned char ret_digest[MF__TABLE_DIGEST_BYTES],
                     mf_error *error);

#endif
