/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/sets.h"

#include <stddef.h>
#include <string.h>

const struct mf__set mf__sets[] = {
    {.name = "house-prices",
     .title = "house prices in Ames, Iowa, with 79 columns",
     .url = "https://openml.org/data/v1/download/21754539/house_prices.arff",
     .file = "house-prices.csv",
     .sha256 = "10db9fe72ed693212a222e39981133ec1b3ee5090d7f2caf2461190a4ad51279",
     .source = "OpenML data set 42165, after De Cock (2011)",
     .licence = "public, by OpenML's entry",
     .target = "SalePrice"},
    {0},
};

const struct mf__set *mf__set_find(const char *name)
{
    for (const struct mf__set *set = mf__sets; set->name != NULL; set++)
        if (strcmp(set->name, name) == 0)
            return set;
    return NULL;
}
