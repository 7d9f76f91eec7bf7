/* SPDX-License-Identifier: Apache-2.0 */
#include "table/missing.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"

#include <string.h>

/* What read_csv() of pandas 2 takes as missing, apart from the empty text. */
static const char *const usual[] = {
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A",      "NA",  "NULL",    "NaN",      "None", "n/a",  "nan",    "null",
};

#define LONGEST 31 /* longer texts share a bit */

static uint32_t bit_of(size_t length)
{
    return UINT32_C(1) << (length < LONGEST ? length : LONGEST);
}

static void expect(struct mf__missing *missing, const char *text)
{
    missing->lengths[(unsigned char)text[0]] |= bit_of(strlen(text));
}

int mf__missing_init(struct mf__missing *missing, const mf_read_options *options, mf_error *error)
{
    *missing = (struct mf__missing){.more = options->na, .n_more = options->n_na};
    missing->numbers = mf__new(options->n_na, sizeof *missing->numbers);
    if (missing->numbers == NULL)
        return mf__fail_memory(error, options->n_na * sizeof *missing->numbers,
                               "texts that mean a missing value");
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        expect(missing, usual[i]);
    for (size_t i = 0; i < options->n_na; i++) {
        double *number = &missing->numbers[missing->n_numbers];
        expect(missing, options->na[i]);
        missing->n_numbers += mf__read_real(options->na[i], strlen(options->na[i]), number);
    }
    return 0;
}

void mf__missing_done(struct mf__missing *missing)
{
    mf__free(missing->numbers);
    missing->numbers = NULL;
}

static bool is_among(const char *const *texts, size_t n, const struct mf__text *field)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(texts[i], field->bytes, field->length) == 0 && texts[i][field->length] == '\0')
            return true;
    return false;
}

static bool is_listed(const struct mf__missing *missing, const struct mf__text *field)
{
    if (field->length == 0)
        return true;
    if ((missing->lengths[(unsigned char)field->bytes[0]] & bit_of(field->length)) == 0)
        return false;
    return is_among(usual, sizeof usual / sizeof *usual, field) ||
           is_among(missing->more, missing->n_more, field);
}

bool mf__missing_text(const struct mf__missing *missing, const struct mf__text *field)
{
    double value = 0;
    if (is_listed(missing, field))
        return true;
    return missing->n_numbers > 0 && mf__read_real(field->bytes, field->length, &value) &&
           mf__missing_number(missing, value);
}

bool mf__missing_number(const struct mf__missing *missing, double value)
{
    for (size_t i = 0; i < missing->n_numbers; i++)
        if (missing->numbers[i] == value)
            return true;
    return false;
}
