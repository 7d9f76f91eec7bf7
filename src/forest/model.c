/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/model.h"

#include "base/memory.h"
#include "base/status.h"

int mf_model_join(mf_preparation **preparation, mf_forest **forest, mf_model **ret_model,
                  mf_error *error)
{
    size_t features = mf_preparation_features(*preparation);
    size_t classes = mf_preparation_classes(*preparation);
    if (features != mf_forest_features(*forest))
        return mf__fail(error, MF_E_INPUT,
                        "the preparation makes %zu features, and the forest was grown on %zu",
                        features, mf_forest_features(*forest));
    if (classes != mf_forest_classes(*forest))
        return mf__fail(error, MF_E_INPUT,
                        "the preparation knows %zu classes, and the forest was grown on %zu",
                        classes, mf_forest_classes(*forest));
    mf_model *model = mf__new(1, sizeof *model);
    if (model == NULL)
        return mf__fail_memory(error, sizeof *model, "a model");
    *model = (mf_model){*preparation, *forest};
    *preparation = NULL;
    *forest = NULL;
    *ret_model = model;
    return 0;
}

void mf_model_free(mf_model **model)
{
    if (model == NULL || *model == NULL)
        return;
    mf_preparation_free(&(*model)->preparation);
    mf_forest_free(&(*model)->forest);
    mf__free(*model);
    *model = NULL;
}

const mf_preparation *mf_model_preparation(const mf_model *model)
{
    return model->preparation;
}

const mf_forest *mf_model_forest(const mf_model *model)
{
    return model->forest;
}
