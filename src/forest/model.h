/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model and its file. docs/model-format.md has the file byte by byte; model_write.c and
 * model_read.c do what it says, and model_tree.h the part of it that is one tree.
 */
#ifndef FOREST_MODEL_H
#define FOREST_MODEL_H

#include <manyfold/model.h>

#include "base/buffer.h"

#define MF__MODEL_MAGIC          "manyfold model\n" /* with the 0 that closes it */
#define MF__MODEL_VERSION        1U
#define MF__MODEL_HEAD_BYTES     28 /* magic, version, length of the file */
#define MF__MODEL_LENGTH_AT      20
#define MF__MODEL_CHECKSUM_BYTES 16 /* at the end: XXH3, 128 bits, of all bytes before */

struct mf_model {
    mf_preparation *preparation;
    mf_forest *forest;
};

/* Adds the whole file to an empty buffer. */
int mf__model_bytes(const mf_model *model, struct mf__buffer *ret_bytes, mf_error *error);

#endif
