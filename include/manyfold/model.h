/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model: a forest with the preparation that its rows went through, in one file.
 *
 * The file is versioned and checksummed, and its bytes depend on the model alone: not on the way it
 * was trained, the number of workers, the machine or the time.
 */
#ifndef MANYFOLD_MODEL_H
#define MANYFOLD_MODEL_H

#include <manyfold/forest.h>
#include <manyfold/prepare.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mf_model mf_model;

/* Joins the two, which then belong to the model: on success *preparation and *forest become NULL.
 * MF_E_INPUT when their features or classes do not fit together, MF_E_MEMORY. */
MF_API int mf_model_join(mf_preparation **preparation, mf_forest **forest, mf_model **ret_model,
                         mf_error *error);
MF_API void mf_model_free(mf_model **model); /* NULL allowed; sets *model to NULL */

MF_API const mf_preparation *mf_model_preparation(const mf_model *model);
MF_API const mf_forest *mf_model_forest(const mf_model *model);

/* Writes the file whole or not at all. MF_E_OUTPUT, MF_E_MEMORY. */
MF_API int mf_model_save(const mf_model *model, const char *path, mf_error *error);

/* Reads it back. MF_E_SYSTEM; MF_E_FORMAT: no model, cut short, damaged, or of a later version. */
MF_API int mf_model_load(const char *path, mf_model **ret_model, mf_error *error);

/* The same from bytes in memory; `name` stands for the file in messages. */
MF_API int mf_model_parse(const void *bytes, size_t length, const char *name, mf_model **ret_model,
                          mf_error *error);

/* Writes preparation and trees as JSON for other programs (schema/model-1.schema.json). */
MF_API int mf_model_export_json(const mf_model *model, const char *path, mf_error *error);

#ifdef __cplusplus
}
#endif
#endif
