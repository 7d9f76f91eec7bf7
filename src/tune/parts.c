/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/parts.h"

#include "base/memory.h"
#include "base/mt19937.h"
#include "base/status.h"
#include "forest/predict.h"
#include "table/division.h"
#include "tune/parts_held.h"

#include <string.h>

/* ---- preparations ---- */

/* Which of all preparations one is; PREPARATIONS when it is none. */
static size_t preparation_of(const struct mf__config *config)
{
    bool known = config->encode >= 0 && config->encode <= MF_ENCODE_ONEHOT && config->impute >= 0 &&
                 config->impute <= MF_IMPUTE_NONE;
    return known ? (size_t)(config->encode * IMPUTES + config->impute) : PREPARATIONS;
}

static int list_preparations(struct mf__parts *parts, const struct mf__config *configs,
                             size_t n_configs, mf_error *error)
{
    for (size_t i = 0; i < n_configs; i++) {
        size_t which = preparation_of(&configs[i]);
        if (which == PREPARATIONS)
            return mf__fail(error, MF_E_INPUT, "a preparation with encode %d and impute %d",
                            configs[i].encode, configs[i].impute);
        if (parts->places[which] == 0)
            parts->places[which] = ++parts->n_preparations;
    }
    return 0;
}

static mf_prepare_options options_of(const struct mf__parts *parts, size_t which)
{
    mf_prepare_options options = parts->ground.preparing;
    options.encode = (int)(which / IMPUTES);
    options.impute = (int)(which % IMPUTES);
    return options;
}

/* ---- rows ---- */

/* Keeps `n` of the rows that are learnt from, in their order: the first ones of a permutation, so
 * that those of a smaller number are among those of a larger. */
static int keep_rows(struct mf__division *division, uint64_t n, uint32_t seed, mf_error *error)
{
    size_t n_train = division->n_train;
    if (n == 0 || n >= n_train)
        return 0;
    size_t *order = mf__new(n_train, sizeof *order);
    bool *kept = mf__new(n_train, sizeof *kept);
    if (order == NULL || kept == NULL) {
        mf__free(order);
        mf__free(kept);
        return mf__fail_memory(error, n_train * sizeof *order, "choosing some of the rows");
    }
    struct mf__mt mt;
    mf__mt_seed(&mt, seed);
    for (size_t i = 0; i < n_train; i++)
        order[i] = i;
    mf__mt_shuffle(&mt, order, n_train);
    for (size_t i = 0; i < n; i++)
        kept[order[i]] = true;
    size_t at = 0;
    for (size_t i = 0; i < division->n; i++)
        if (i >= n_train || kept[i])
            division->rows[at++] = division->rows[i];
    division->n_train = n;
    division->n = at;
    mf__free(order);
    mf__free(kept);
    return 0;
}

/* The rows with a target, and what is kept apart for good. */
static int divide(const struct mf__ground *ground, struct mf__division *division, mf_error *error)
{
    int code = mf__division_new(ground->table, ground->preparing.target, division, error);
    if (code != 0 || ground->validation != MF__VALIDATE_SPLIT)
        return code;
    code = mf__division_split(division, ground->test_size, ground->seed, error);
    return code == 0 ? 0 : mf__fail_within(error, code, "--test-size");
}

/* The fold that each row is validated in. */
static int assign_folds(const struct mf__ground *ground, const struct mf__division *division,
                        uint32_t *ret_fold_of, mf_error *error)
{
    double *classes = NULL;
    int code = mf__division_classes(ground->table, &ground->preparing, division, &classes, error);
    if (code != 0)
        return code;
    code = mf_fold_rows(division->n, ground->folds, ground->seed, classes, ret_fold_of, error);
    mf__free(classes);
    return code == 0 ? 0 : mf__fail_within(error, code, "--cv");
}

/* ---- making ---- */

static int keep_numbers(const struct mf__parts *parts, const struct mf__division *division,
                        struct mf__fold_part *part, mf_error *error)
{
    bool out_of_bag = mf__parts_out_of_bag(parts);
    size_t first = out_of_bag ? 0 : division->n_train;
    size_t n = (out_of_bag ? division->n_train : division->n) - first;
    part->valid_rows = mf__new(n, sizeof *part->valid_rows);
    if (part->valid_rows == NULL)
        return mf__fail_memory(error, n * sizeof *part->valid_rows, "the rows to validate");
    memcpy(part->valid_rows, division->rows + first, n * sizeof *part->valid_rows);
    return 0;
}

static int prepare_part(const struct mf__parts *parts, const struct mf__division *division,
                        size_t which, struct mf__fold_part *part, mf_error *error)
{
    const mf_prepare_options options = options_of(parts, which);
    struct mf__divided divided;
    int code = mf__division_prepare(parts->ground.table, &options, division, &divided, error);
    if (code != 0) /* which another way to impute would not have met with */
        return options.impute == MF_IMPUTE_NONE ? mf__fail_within(error, code, "impute none")
                                                : code;
    part->preparation = divided.preparation;
    part->train = divided.train;
    part->valid = divided.apart;
    return keep_numbers(parts, division, part, error);
}

/* Prepares one fold in every way that is asked for. */
static int prepare_fold(struct mf__parts *parts, struct mf__division *division, size_t fold,
                        mf_error *error)
{
    int code = keep_rows(division, parts->ground.max_rows, parts->ground.seed, error);
    for (size_t which = 0; which < PREPARATIONS && code == 0; which++) {
        size_t place = parts->places[which];
        if (place > 0)
            code = prepare_part(parts, division, which,
                                &parts->list[(place - 1) * parts->n_folds + fold].shown, error);
    }
    return code;
}

static int make_room(struct mf__parts *parts, mf_error *error)
{
    size_t n = parts->n_preparations * parts->n_folds;
    parts->list = mf__new(n, sizeof *parts->list);
    return parts->list != NULL
               ? 0
               : mf__fail_memory(error, n * sizeof *parts->list, "the parts of the table");
}

static int prepare_folds(struct mf__parts *parts, const struct mf__division *whole, mf_error *error)
{
    uint32_t *fold_of = mf__new(whole->n, sizeof *fold_of);
    struct mf__division division = {.rows = mf__new(whole->n, sizeof *division.rows)};
    int code = fold_of == NULL || division.rows == NULL
                   ? mf__fail_memory(error, whole->n * sizeof *division.rows, "folds")
                   : assign_folds(&parts->ground, whole, fold_of, error);
    /* The folds are no more than the rows now. */
    if (code == 0)
        code = make_room(parts, error);
    for (size_t fold = 0; fold < parts->n_folds && code == 0; fold++) {
        mf__division_fold(whole, fold_of, (uint32_t)fold, &division);
        code = prepare_fold(parts, &division, fold, error);
        if (code != 0)
            mf__fail_within(error, code, "fold %zu of %zu", fold + 1, parts->n_folds);
    }
    mf__free(fold_of);
    mf__division_done(&division);
    return code;
}

static int prepare_whole(struct mf__parts *parts, struct mf__division *division, mf_error *error)
{
    int code = make_room(parts, error);
    return code == 0 ? prepare_fold(parts, division, 0, error) : code;
}

static mf_target target_of(const struct mf__fold_part *part)
{
    return (mf_target){part->train.target, part->train.n_classes};
}

static mf_matrix matrix_of(const mf_dataset *dataset)
{
    return (mf_matrix){dataset->values, dataset->rows, dataset->columns};
}

static int find_goal(struct held_part *part, uint32_t n_drawn, const struct mf__goal **ret_goal,
                     mf_error *error)
{
    struct goals *goals = &part->goals;
    *ret_goal = goals->last;
    if (goals->asked == n_drawn)
        return 0;
    const mf_target target = target_of(&part->shown);
    struct mf__goal *goal = NULL;
    int code = mf__goal_new(&target, part->shown.train.rows, n_drawn, &goal, error);
    if (code != 0)
        return code;
    size_t i = 0;
    while (i < goals->n && (goals->list[i]->grid != goal->grid ||
                            goals->list[i]->exact_squares != goal->exact_squares))
        i++;
    if (i == goals->n) {
        struct mf__goal **list = mf__resize(goals->list, goals->n + 1, sizeof *list);
        if (list == NULL) {
            mf__goal_free(goal);
            return mf__fail_memory(error, (goals->n + 1) * sizeof *list, "goals");
        }
        goals->list = list;
        goals->list[goals->n++] = goal;
    } else {
        mf__goal_free(goal);
    }
    goals->asked = n_drawn;
    goals->last = goals->list[i];
    *ret_goal = goals->last;
    return 0;
}

static int find_facts(struct mf__parts *parts, mf_error *error)
{
    struct held_part *first = &parts->list[0];
    const mf_dataset *train = &first->shown.train;
    const struct mf__goal *goal = NULL;
    int code = find_goal(first, (uint32_t)train->rows, &goal, error);
    if (code != 0)
        return code;
    struct mf__ground_facts *facts = &parts->facts;
    facts->without_target = mf_table_rows(parts->ground.table) - facts->rows;
    facts->train = train->rows;
    facts->validated = mf__part_valid_rows(parts, 0);
    facts->columns = train->columns;
    facts->n_classes = train->n_classes;
    facts->n_folds = parts->n_folds;
    facts->grid = goal->grid;
    return 0;
}

int mf__parts_new(const struct mf__ground *ground, const struct mf__config *configs,
                  size_t n_configs, struct mf__parts **ret_parts, mf_error *error)
{
    struct mf__parts *parts = mf__new(1, sizeof *parts);
    if (parts == NULL)
        return mf__fail_memory(error, sizeof *parts, "the parts of the table");
    parts->ground = *ground;
    parts->n_folds = ground->validation == MF__VALIDATE_FOLDS ? ground->folds : 1;
    struct mf__division division = {0};
    int code = list_preparations(parts, configs, n_configs, error);
    if (code == 0)
        code = divide(ground, &division, error);
    parts->facts.rows = division.n;
    if (code == 0)
        code = parts->ground.validation == MF__VALIDATE_FOLDS
                   ? prepare_folds(parts, &division, error)
                   : prepare_whole(parts, &division, error);
    if (code == 0)
        code = find_facts(parts, error);
    mf__division_done(&division);
    if (code == 0)
        *ret_parts = parts;
    else
        mf__parts_free(parts);
    return code;
}

static void free_part(struct held_part *part)
{
    mf_dataset_done(&part->shown.train);
    mf_dataset_done(&part->shown.valid);
    mf_preparation_free(&part->shown.preparation);
    mf__free(part->shown.valid_rows);
    mf__ranked_free(part->shown.ranked);
    mf__free(part->falling);
    for (size_t i = 0; i < part->goals.n; i++)
        mf__goal_free(part->goals.list[i]);
    mf__free(part->goals.list);
}

void mf__parts_free(struct mf__parts *parts)
{
    if (parts == NULL)
        return;
    size_t n = parts->list != NULL ? parts->n_preparations * parts->n_folds : 0;
    for (size_t i = 0; i < n; i++)
        free_part(&parts->list[i]);
    mf__free(parts->list);
    mf__free(parts);
}

/* ---- asking ---- */

struct mf__ground_facts mf__parts_facts(const struct mf__parts *parts)
{
    return parts->facts;
}

size_t mf__parts_find(const struct mf__parts *parts, const struct mf__config *config, size_t fold)
{
    size_t which = preparation_of(config);
    size_t place = which < PREPARATIONS ? parts->places[which] : 0;
    return place > 0 ? (place - 1) * parts->n_folds + fold : SIZE_MAX;
}

const struct mf__fold_part *mf__parts_at(const struct mf__parts *parts, size_t part)
{
    return &parts->list[part].shown;
}

bool mf__parts_out_of_bag(const struct mf__parts *parts)
{
    return parts->ground.validation == MF__VALIDATE_OOB;
}

int mf__part_growth(const struct mf__parts *parts, size_t part, const mf_forest_params *params,
                    struct mf__growth *ret_growth, mf_error *error)
{
    const mf_dataset *train = &parts->list[part].shown.train;
    const mf_matrix matrix = matrix_of(train);
    mf_forest_params asked = *params;
    /* Whether out-of-bag rows are needed is a matter of how trials are validated. */
    asked.oob_score = mf__parts_out_of_bag(parts);
    return mf__growth_of(&asked, &matrix, train->n_classes, ret_growth, error);
}

int mf__parts_check(const struct mf__parts *parts, const struct mf__config *config, mf_error *error)
{
    struct mf__growth growth;
    /* The first fold has the fewest rows to train on: what fits it fits all. */
    size_t part = mf__parts_find(parts, config, 0);
    return part != SIZE_MAX
               ? mf__part_growth(parts, part, &config->forest, &growth, error)
               : mf__fail(error, MF_E_INPUT, "a preparation that the table was not prepared for");
}

static const mf_dataset *validated(const struct mf__parts *parts, size_t part)
{
    const struct mf__fold_part *shown = &parts->list[part].shown;
    return mf__parts_out_of_bag(parts) ? &shown->train : &shown->valid;
}

size_t mf__part_valid_rows(const struct mf__parts *parts, size_t part)
{
    return validated(parts, part)->rows;
}

const double *mf__part_truth(const struct mf__parts *parts, size_t part)
{
    return validated(parts, part)->target;
}

/* ---- what growing needs ---- */

static int make_falling(const struct mf__parts *parts, size_t index, struct held_part *part,
                        mf_error *error)
{
    const mf_matrix matrix = matrix_of(validated(parts, index));
    size_t bytes = matrix.rows * (matrix.columns + 1) * sizeof *part->falling;
    part->falling = mf__aligned_room(bytes);
    if (part->falling == NULL)
        return mf__fail_memory(error, bytes, "the rows to validate");
    mf__rows_copy(&matrix, 0, matrix.rows, part->falling);
    part->shown.falling = part->falling;
    return 0;
}

int mf__part_ready(struct mf__parts *parts, size_t part, const struct mf__growth *growth,
                   const struct mf__goal **ret_goal, mf_error *error)
{
    struct held_part *held = &parts->list[part];
    const mf_dataset *train = &held->shown.train;
    const mf_matrix matrix = matrix_of(train);
    int code = find_goal(held, growth->n_drawn, ret_goal, error);
    if (code == 0 && held->shown.ranked == NULL)
        code = mf__ranked_new(&matrix, &held->shown.ranked, error);
    if (code == 0)
        code = mf__ranked_ready(held->shown.ranked, growth, train->n_classes, error);
    if (code == 0 && held->falling == NULL)
        code = make_falling(parts, part, held, error);
    return code;
}
