/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/growers.h"

#include "base/memory.h"
#include "forest/grower.h"

#include <stddef.h>

static struct mf__grower *new_grower(const struct mf__soil *soil)
{
    size_t rows = soil->ranked->rows;
    struct mf__grower *grower = mf__new(1, sizeof *grower);
    if (grower == NULL)
        return NULL;
    bool made = mf__views_init(&grower->views, soil);
    grower->soil = soil;
    grower->search = mf__search_new(soil);
    grower->samples = mf__new(rows + MF__DIVIDED, sizeof *grower->samples);
    grower->spare = mf__new(rows, sizeof *grower->spare);
    grower->times = mf__new(rows, sizeof *grower->times);
    grower->side_counts = mf__new(2 * soil->goal->n_classes, sizeof *grower->side_counts);
    if (made && grower->search != NULL && grower->samples != NULL && grower->spare != NULL &&
        grower->times != NULL && grower->side_counts != NULL)
        return grower;
    mf__grower_free(grower);
    return NULL;
}

void mf__grower_free(struct mf__grower *grower)
{
    if (grower == NULL)
        return;
    mf__views_done(&grower->views);
    mf__search_free(grower->search);
    mf__free(grower->samples);
    mf__free(grower->spare);
    mf__free(grower->times);
    mf__free(grower->side_counts);
    mf__free(grower);
}

struct mf__grower *mf__grower_take(const struct mf__soil *soil)
{
    struct mf__grower *grower = NULL;
    for (unsigned i = 0; soil->growers != NULL && grower == NULL && i < MF__GROWERS; i++)
        grower = __atomic_exchange_n(&soil->growers->waiting[i], NULL, __ATOMIC_ACQUIRE);
    return grower != NULL ? grower : new_grower(soil);
}

void mf__grower_give(struct mf__grower *grower)
{
    struct mf__growers *growers = grower->soil->growers;
    bool given = false;
    for (unsigned i = 0; growers != NULL && !given && i < MF__GROWERS; i++) {
        struct mf__grower *none = NULL;
        given = __atomic_compare_exchange_n(&growers->waiting[i], &none, grower, false,
                                            __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    }
    if (!given)
        mf__grower_free(grower);
}

void mf__growers_done(struct mf__growers *growers)
{
    for (unsigned i = 0; i < MF__GROWERS; i++)
        mf__grower_free(growers->waiting[i]);
}
