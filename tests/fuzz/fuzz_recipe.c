/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a recipe of a verb that has every kind of option. Whatever is taken is looked at:
 * words are words of the table, numbers lie in their ranges, and texts point to something.
 */
#include "tests/fuzz/fuzz.h"

#include "cli/recipe.h"
#include "tests/unit/sample_verbs.h"

#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void check_settings(const struct bake *settings)
{
    expect(settings->before == 99);
    expect(settings->loaves <= 1000000 && settings->salt_ppb <= MF__WHOLE_PPB);
    expect(settings->patience_ns >= 1 && settings->common.color < 3);
    expect(settings->degrees >= -10 && settings->degrees < 300);
    expect(settings->crumbs.kind != MF__AMOUNT_WORD || settings->crumbs.word < 2);
    expect(settings->crumbs.kind != MF__AMOUNT_SHARE ||
           (settings->crumbs.share > 0 && settings->crumbs.share <= 1));
    expect(settings->crumbs.kind != MF__AMOUNT_COUNT || settings->crumbs.count >= 2);
    expect(settings->with.n >= 1 && settings->with.n <= 3 && settings->ovens.n <= MF__LIST_LIMIT);
    for (size_t i = 0; i < settings->notes.n; i++)
        expect(strlen(settings->notes.values[i]) < SIZE_MAX);
    for (size_t i = 0; i < settings->mixes.n; i++)
        expect(strlen(settings->mixes.values[i]) < SIZE_MAX);
    expect(settings->out == NULL || settings->out[0] != '\0');
    expect(!settings->secret && !settings->common.help);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct bake settings = {.before = 99};
    struct mf__recipe recipe = {0};
    struct mf__buffer text = {0};
    const struct mf__begun begun = {&bake, &settings, sizeof settings, NULL, &settings.name,
                                    NULL,  NULL};
    mf_error error = {0};
    expect(mf__options_preset(&bake, &settings, &error) == 0);
    mf__buffer_add(&text, bytes, length);
    int code = mf__recipe_parse(&begun, &text, "a\nb", &recipe, &error);
    if (code == 0) {
        check_settings(&settings);
        expect(recipe.file == NULL || recipe.file[0] != '\0');
    } else {
        expect((code == MF_E_INPUT || code == MF_E_FORMAT || code == MF_E_MEMORY) &&
               error.code == code && strlen(error.text) > 10);
        for (const char *at = error.text; *at != '\0'; at++)
            expect((unsigned char)*at >= 0x20);
    }
    mf__buffer_done(&text);
    mf__recipe_done(&recipe);
    return 0;
}
