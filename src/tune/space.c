/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "tune/parameters.h"

#include <stdlib.h>
#include <string.h>

/* Room for the text of one value; none that is longer is one. */
#define VALUE_ROOM 64

/* In the order of mf__spread. */
static const char *const spreads[] = {NULL, "int", "float", "log"};

/* "max_depth", with the length as it was typed. */
struct name {
    const char *text;
    size_t length;
};

void mf__space_done(struct mf__space *space)
{
    for (size_t i = 0; i < space->n; i++)
        mf__free(space->dimensions[i].values);
    *space = (struct mf__space){0};
}

/* ---- the name ---- */

static void list_parameters(struct mf__buffer *out)
{
    const struct mf__parameter *parameter = NULL;
    for (size_t i = 0; (parameter = mf__parameter_at(i)) != NULL; i++)
        mf__buffer_print(out, "%s%s",
                         i == 0                            ? ""
                         : mf__parameter_at(i + 1) != NULL ? ", "
                                                           : " or ",
                         mf__parameter_name(parameter));
}

static int unknown_parameter(const char *name, mf_error *error)
{
    struct mf__nearest nearest = {.word = name};
    struct mf__buffer list = {0};
    for (size_t i = 0; mf__parameter_at(i) != NULL; i++)
        mf__nearest_offer(&nearest, mf__parameter_name(mf__parameter_at(i)));
    list_parameters(&list);
    if (nearest.best != NULL)
        mf__fail(error, MF_E_INPUT, "%s is not known; did you mean %s?", mf__quote(name).text,
                 nearest.best);
    else
        mf__fail(error, MF_E_INPUT, "%s is not known; expected %s", mf__quote(name).text,
                 mf__buffer_text(&list));
    mf__buffer_done(&list);
    return MF_E_INPUT;
}

static int find_parameter(const struct mf__space *space, struct name name,
                          const struct mf__parameter **ret_parameter, mf_error *error)
{
    char shown[VALUE_ROOM] = "";
    memcpy(shown, name.text, name.length < sizeof shown ? name.length : sizeof shown - 1);
    const struct mf__parameter *parameter = mf__parameter_find(name.text, name.length);
    if (parameter == NULL)
        return unknown_parameter(shown, error);
    for (size_t i = 0; i < space->n; i++)
        if (space->dimensions[i].parameter == parameter)
            return mf__fail(error, MF_E_INPUT,
                            "%s is given twice; expected each parameter once, with all its values",
                            mf__parameter_name(parameter));
    *ret_parameter = parameter;
    return 0;
}

/* ---- lists ---- */

static int add_value(struct mf__dimension *dimension, const char *text, size_t *room,
                     mf_error *error)
{
    struct mf__value value;
    int code = mf__parameter_read(dimension->parameter, text, &value, error);
    if (code != 0)
        return code;
    if (dimension->n_values == *room) {
        size_t more = *room > 0 ? 2 * *room : 8;
        struct mf__value *grown = mf__resize(dimension->values, more, sizeof *grown);
        if (grown == NULL)
            return mf__fail_memory(error, more * sizeof *grown, "the values of a parameter");
        dimension->values = grown;
        *room = more;
    }
    dimension->values[dimension->n_values++] = value;
    return 0;
}

static int by_meaning(const void *a, const void *b)
{
    const struct mf__value *const *x = a, *const *y = b;
    return mf__value_compare(*x, *y);
}

static int given_twice(const struct mf__dimension *dimension, const struct mf__value *one,
                       const struct mf__value *other, mf_error *error)
{
    const char *name = mf__parameter_name(dimension->parameter);
    if (strcmp(one->text, other->text) == 0)
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s stands in the list twice; expected each value once", name,
                        one->text);
    bool in_order = one < other;
    return mf__fail(error, MF_E_INPUT, "%s: %s is another name of %s; expected one of the two",
                    name, (in_order ? other : one)->text, (in_order ? one : other)->text);
}

/* Lists can have as many values as there can be trials, so equal ones are found by sorting. */
static int check_once(const struct mf__dimension *dimension, mf_error *error)
{
    size_t n = dimension->n_values;
    const struct mf__value **sorted = mf__new(n, sizeof *sorted);
    if (sorted == NULL)
        return mf__fail_memory(error, n * sizeof *sorted, "the values of a parameter");
    for (size_t i = 0; i < n; i++)
        sorted[i] = &dimension->values[i];
    qsort(sorted, n, sizeof *sorted, by_meaning);
    int code = 0;
    for (size_t i = 1; i < n && code == 0; i++)
        if (by_meaning(&sorted[i - 1], &sorted[i]) == 0)
            code = given_twice(dimension, sorted[i - 1], sorted[i], error);
    mf__free(sorted);
    return code;
}

static int read_list(struct mf__dimension *dimension, const char *text, mf_error *error)
{
    const char *name = mf__parameter_name(dimension->parameter);
    char piece[VALUE_ROOM];
    size_t room = 0;
    if (*text == '\0')
        return mf__fail(error, MF_E_INPUT, "%s: there are no values; expected some, as in %s", name,
                        "max_depth=5,10,none");
    do {
        if (mf__split(&text, piece, sizeof piece) >= sizeof piece)
            return mf__fail(error, MF_E_INPUT, "%s: %s is too long to be a value", name,
                            mf__quote(piece).text);
        int code = add_value(dimension, piece, &room, error);
        if (code != 0)
            return code;
    } while (text != NULL);
    return check_once(dimension, error);
}

/* ---- distributions ---- */

/* What a name of a distribution stands for that is written another way here, or in other programs.
 * NULL when that is not known. */
static const char *meant_by(const struct mf__parameter *parameter, const char *text)
{
    static const struct {
        const char *name;
        int spread;
    } others[] = {{"int", MF__SPREAD_INT},        {"randint", MF__SPREAD_INT},
                  {"quniform", MF__SPREAD_INT},   {"float", MF__SPREAD_FLOAT},
                  {"uniform", MF__SPREAD_FLOAT},  {"log", MF__SPREAD_LOG},
                  {"loguniform", MF__SPREAD_LOG}, {"reciprocal", MF__SPREAD_LOG}};
    char small[VALUE_ROOM] = "";
    size_t length = strcspn(text, "(");
    for (size_t i = 0; i < length && i + 1 < sizeof small; i++)
        small[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i].name, small) != 0)
            continue;
        bool whole = others[i].spread == MF__SPREAD_FLOAT && !mf__parameter_measures(parameter);
        return spreads[whole ? MF__SPREAD_INT : others[i].spread];
    }
    return NULL;
}

static int no_distribution(const struct mf__dimension *dimension, const char *text, mf_error *error)
{
    const struct mf__parameter *parameter = dimension->parameter;
    bool counts = mf__parameter_counts(parameter), measures = mf__parameter_measures(parameter);
    const char *name = mf__parameter_name(parameter);
    if (!counts && !measures)
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s is no value of it, and there is no distribution of words; expected "
                        "a list of them, as in encode=label,onehot",
                        name, mf__quote(text).text);
    const char *rest = strrchr(text, ')');
    if (rest != NULL && rest[1] != '\0')
        return mf__fail(
            error, MF_E_INPUT,
            "%s: %s is more than a distribution; expected one alone, or a list of values", name,
            mf__quote(text).text);
    const char *meant = meant_by(parameter, text);
    return mf__fail(error, MF_E_INPUT,
                    "%s: %s is no distribution; expected %s%slog(LOW,HIGH)%s%s%s", name,
                    mf__quote(text).text, counts ? "int(LOW,HIGH) or " : "",
                    measures ? "float(LOW,HIGH) or " : "", meant != NULL ? "; did you mean " : "",
                    meant != NULL ? meant : "", meant != NULL ? "(LOW,HIGH)?" : "");
}

/* Which distribution "int(2,30)" is; MF__SPREAD_LIST when there is none of that name. */
static int spread_of(const char *text)
{
    size_t length = strcspn(text, "(");
    for (int i = MF__SPREAD_INT; i <= MF__SPREAD_LOG; i++)
        if (strlen(spreads[i]) == length && strncmp(spreads[i], text, length) == 0)
            return i;
    return MF__SPREAD_LIST;
}

/* Cuts "(2,30)" into its two ends. */
static bool cut_ends(const char *text, char (*ends)[VALUE_ROOM])
{
    char inside[2 * VALUE_ROOM];
    size_t length = strlen(text);
    if (length < 2 || length - 2 >= sizeof inside || text[length - 1] != ')')
        return false;
    memcpy(inside, text + 1, length - 2);
    inside[length - 2] = '\0';
    const char *rest = inside;
    for (int i = 0; i < 2; i++)
        if (rest == NULL || mf__split(&rest, ends[i], VALUE_ROOM) >= VALUE_ROOM)
            return false;
    return rest == NULL;
}

/* Whether whole numbers are drawn. Of a parameter that takes both, the ends tell. */
static bool draws_counts(const struct mf__dimension *dimension, char (*ends)[VALUE_ROOM])
{
    if (dimension->spread != MF__SPREAD_LOG)
        return dimension->spread == MF__SPREAD_INT;
    if (!mf__parameter_measures(dimension->parameter))
        return true;
    return mf__parameter_counts(dimension->parameter) && strpbrk(ends[0], ".eE") == NULL &&
           strpbrk(ends[1], ".eE") == NULL;
}

static int read_ends(struct mf__dimension *dimension, char (*ends)[VALUE_ROOM], mf_error *error)
{
    const struct mf__parameter *parameter = dimension->parameter;
    const char *name = mf__parameter_name(parameter);
    double low = 1;
    if (dimension->spread == MF__SPREAD_LOG && mf__read_real(ends[0], strlen(ends[0]), &low) &&
        low == 0)
        return mf__fail(error, MF_E_INPUT,
                        "%s: log(%s,%s) begins at 0, which has no logarithm; expected a first end "
                        "above 0",
                        name, ends[0], ends[1]);
    dimension->whole = draws_counts(dimension, ends);
    if (!(dimension->whole ? mf__parameter_counts(parameter) : mf__parameter_measures(parameter)))
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s(%s,%s) draws %s numbers; expected %s(LOW,HIGH) or log(LOW,HIGH)",
                        name, spreads[dimension->spread], ends[0], ends[1],
                        dimension->whole ? "whole" : "real", dimension->whole ? "float" : "int");
    int code = mf__parameter_read_end(parameter, dimension->whole, ends[0], &dimension->low, error);
    if (code == 0)
        code =
            mf__parameter_read_end(parameter, dimension->whole, ends[1], &dimension->high, error);
    if (code != 0)
        return code;
    if (!(dimension->low < dimension->high))
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s(%s,%s) has no room; expected the smaller end "
                        "first, or a list of values",
                        name, spreads[dimension->spread], ends[0], ends[1]);
    return 0;
}

static int read_distribution(struct mf__dimension *dimension, const char *text, mf_error *error)
{
    char ends[2][VALUE_ROOM];
    dimension->spread = spread_of(text);
    bool numbers =
        mf__parameter_counts(dimension->parameter) || mf__parameter_measures(dimension->parameter);
    if (dimension->spread == MF__SPREAD_LIST || !numbers || !cut_ends(strchr(text, '('), ends))
        return no_distribution(dimension, text, error);
    return read_ends(dimension, ends, error);
}

/* ---- adding ---- */

int mf__space_add(struct mf__space *space, const char *text, mf_error *error)
{
    struct mf__dimension dimension = {.spread = MF__SPREAD_LIST};
    const char *equals = strchr(text, '=');
    if (equals == NULL)
        return mf__fail(error, MF_E_INPUT, "%s has no values; expected NAME=VALUES, as in %s",
                        mf__quote(text).text, "max_depth=5,10,none");
    if (space->n == MF__DIMENSIONS_MAX)
        return mf__fail(error, MF_E_INPUT, "more than %d parameters", MF__DIMENSIONS_MAX);
    const struct name name = {text, (size_t)(equals - text)};
    int code = find_parameter(space, name, &dimension.parameter, error);
    if (code != 0)
        return code;
    code = strchr(equals, '(') != NULL ? read_distribution(&dimension, equals + 1, error)
                                       : read_list(&dimension, equals + 1, error);
    if (code == 0)
        space->dimensions[space->n++] = dimension;
    else
        mf__free(dimension.values);
    return code;
}

/* ---- showing ---- */

void mf__dimension_show(const struct mf__dimension *dimension, struct mf__buffer *text)
{
    for (size_t i = 0; i < dimension->n_values; i++)
        mf__buffer_print(text, "%s%s", i > 0 ? "," : "", dimension->values[i].text);
    if (dimension->spread == MF__SPREAD_LIST)
        return;
    struct mf__value low, high;
    mf__parameter_number(dimension->parameter, dimension->whole, dimension->low, &low);
    mf__parameter_number(dimension->parameter, dimension->whole, dimension->high, &high);
    mf__buffer_print(text, "%s(%s,%s)", spreads[dimension->spread], low.text, high.text);
}

void mf__space_show(const struct mf__space *space, struct mf__buffer *text)
{
    for (size_t i = 0; i < space->n; i++) {
        mf__buffer_print(text, "%s=", mf__parameter_name(space->dimensions[i].parameter));
        mf__dimension_show(&space->dimensions[i], text);
        mf__buffer_put(text, "\n");
    }
}

bool mf__space_is_drawn(const struct mf__space *space)
{
    for (size_t i = 0; i < space->n; i++)
        if (space->dimensions[i].spread != MF__SPREAD_LIST)
            return true;
    return false;
}

/* ---- the grid ---- */

static uint64_t size_of(const struct mf__dimension *dimension)
{
    if (dimension->spread == MF__SPREAD_LIST)
        return dimension->n_values;
    return dimension->whole ? (uint64_t)(dimension->high - dimension->low) + 1 : UINT64_MAX;
}

uint64_t mf__space_size(const struct mf__space *space)
{
    uint64_t size = 1;
    for (size_t i = 0; i < space->n; i++)
        if (__builtin_mul_overflow(size, size_of(&space->dimensions[i]), &size))
            return UINT64_MAX;
    return size;
}

static int check_grid(const struct mf__space *space, uint64_t size, mf_error *error)
{
    for (size_t i = 0; i < space->n; i++)
        if (space->dimensions[i].spread != MF__SPREAD_LIST)
            return mf__fail(error, MF_E_INPUT,
                            "%s is drawn from a distribution, which a grid cannot try out; "
                            "expected a list of values, or a random search",
                            mf__parameter_name(space->dimensions[i].parameter));
    if (size > MF__TRIALS_MAX)
        return mf__fail(error, MF_E_INPUT,
                        "the grid has %s%s trials, at most %s are possible; expected fewer values, "
                        "or a random search that draws some of them",
                        size == UINT64_MAX ? "more than " : "", mf__show_count(size, ',').text,
                        mf__show_count(MF__TRIALS_MAX, ',').text);
    return 0;
}

void mf__combinations_done(struct mf__combinations *combinations)
{
    if (combinations == NULL)
        return;
    mf__free(combinations->values);
    *combinations = (struct mf__combinations){0};
}

int mf__space_grid(const struct mf__space *space, struct mf__combinations *ret, mf_error *error)
{
    uint64_t size = mf__space_size(space);
    int code = check_grid(space, size, error);
    if (code != 0)
        return code;
    struct mf__value *values = mf__new(size * space->n, sizeof *values);
    if (values == NULL)
        return mf__fail_memory(error, size * space->n * sizeof *values, "the trials of the grid");
    for (uint64_t trial = 0; trial < size; trial++) {
        uint64_t rest = trial;
        for (size_t i = space->n; i-- > 0;) {
            const struct mf__dimension *dimension = &space->dimensions[i];
            values[trial * space->n + i] = dimension->values[rest % dimension->n_values];
            rest /= dimension->n_values;
        }
    }
    *ret = (struct mf__combinations){.n = size, .values = values};
    return 0;
}
