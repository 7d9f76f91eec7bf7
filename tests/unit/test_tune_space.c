/* SPDX-License-Identifier: Apache-2.0 */
/* What a search tries: reading values and distributions, the grid, and drawing. */
#include "base/text.h"
#include "cli/forest_options.h"
#include "cli/table_options.h"
#include "tune/parameters.h"
#include "tune/space.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct mf__space space_of(const char *const *lines)
{
    struct mf__space space = {0};
    for (; *lines != NULL; lines++) {
        mf_error error = {0};
        if (mf__space_add(&space, *lines, &error) != 0)
            fail_msg("%s: %s", *lines, error.text);
    }
    return space;
}

#define SPACE(...) space_of((const char *const[]){__VA_ARGS__, NULL})

static void assert_shows(const struct mf__space *space, const char *wanted)
{
    struct mf__buffer text = {0};
    mf__space_show(space, &text);
    assert_string_equal(mf__buffer_text(&text), wanted);
    mf__buffer_done(&text);
}

/* ---- the table ---- */

/* The option of `manyfold train` for a parameter. */
static struct mf__option option_of(const struct mf__parameter *parameter)
{
    const char *name = mf__parameter_name(parameter);
    const struct mf__option *option =
        mf__parameter_is_preparation(parameter) ? mf__preparing_options : mf__forest_options;
    while (option->name != NULL && !mf__same_name(option->name, name, strlen(name)))
        option++;
    if (option->name == NULL)
        fail_msg("train has no %s", name);
    return *option;
}

static void assert_same_choices(const char *const *a, const char *const *b)
{
    if (a == NULL || b == NULL) {
        assert_true(a == b);
        return;
    }
    for (; *a != NULL && *b != NULL; a++, b++)
        assert_string_equal(*a, *b);
    assert_true(*a == *b);
}

static void values_are_those_that_train_takes(void **state)
{
    (void)state;
    size_t n = 0;
    for (; mf__parameter_at(n) != NULL; n++) {
        const struct mf__option mine = mf__parameter_at(n)->option;
        const struct mf__option theirs = option_of(mf__parameter_at(n));
        assert_int_equal(mine.kind, theirs.kind);
        assert_true(mine.min == theirs.min && mine.max == theirs.max);
        assert_true(
            mine.reals.least == theirs.reals.least && mine.reals.most == theirs.reals.most &&
            mine.reals.above == theirs.reals.above && mine.reals.below == theirs.reals.below);
        assert_true((mine.word == NULL) == (theirs.word == NULL));
        assert_same_choices(mine.choices, theirs.choices);
    }
    assert_int_equal(n, 13);
}

static void every_value_comes_out_of_a_configuration_as_it_went_in(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "n_estimators=1,1000,1048576",
        "criterion=auto,squared_error,gini,entropy",
        "max_depth=1,7,none",
        "min_samples_split=2,0.01,1.0",
        "min_samples_leaf=1,0.5,1e-7",
        "max_features=sqrt,log2,none,5,0.3,1.0,1",
        "max_leaf_nodes=2,none",
        "min_impurity_decrease=0,0.001,3",
        "bootstrap=true,false",
        "max_samples=none,10,0.25",
        "random_state=0,4294967295",
        "encode=label,onehot",
        "impute=median,median-each,most-frequent,none",
        NULL,
    };
    struct mf__space space = space_of(lines);
    assert_int_equal(space.n, COUNT_OF(lines) - 1);
    for (size_t i = 0; i < space.n; i++) {
        const struct mf__dimension *dimension = &space.dimensions[i];
        struct mf__buffer text = {0};
        mf__buffer_print(&text, "%s=", mf__parameter_name(dimension->parameter));
        for (size_t k = 0; k < dimension->n_values; k++) {
            struct mf__config config;
            struct mf__value value;
            memset(&config, 0, sizeof config);
            mf__parameter_set(dimension->parameter, &dimension->values[k], &config);
            mf__parameter_get(dimension->parameter, &config, &value);
            assert_string_equal(value.text, dimension->values[k].text);
            assert_int_equal(value.kind, dimension->values[k].kind);
            mf__buffer_print(&text, "%s%s", k > 0 ? "," : "", value.text);
        }
        assert_string_equal(mf__buffer_text(&text), lines[i]);
        mf__buffer_done(&text);
    }
    mf__space_done(&space);
}

static void values_reach_the_parameters_of_the_forest(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_features=0.5,6,log2", "max_samples=0.25,none",
                                   "bootstrap=False", "random_state=9", "impute=none");
    struct mf__config config = {.forest = {.bootstrap = true}};
    const struct mf__dimension *features = &space.dimensions[0];
    mf__parameter_set(features->parameter, &features->values[0], &config);
    assert_int_equal(config.forest.max_features_kind, MF_FEATURES_AMOUNT);
    assert_true(config.forest.max_features.is_share && config.forest.max_features.share == 0.5);
    mf__parameter_set(features->parameter, &features->values[1], &config);
    assert_true(!config.forest.max_features.is_share && config.forest.max_features.count == 6);
    mf__parameter_set(features->parameter, &features->values[2], &config);
    assert_int_equal(config.forest.max_features_kind, MF_FEATURES_LOG2);
    mf__parameter_set(space.dimensions[1].parameter, &space.dimensions[1].values[0], &config);
    assert_true(config.forest.has_max_samples && config.forest.max_samples.share == 0.25);
    mf__parameter_set(space.dimensions[1].parameter, &space.dimensions[1].values[1], &config);
    assert_false(config.forest.has_max_samples);
    mf__parameter_set(space.dimensions[2].parameter, &space.dimensions[2].values[0], &config);
    assert_false(config.forest.bootstrap);
    mf__parameter_set(space.dimensions[3].parameter, &space.dimensions[3].values[0], &config);
    assert_int_equal(config.forest.random_state, 9);
    mf__parameter_set(space.dimensions[4].parameter, &space.dimensions[4].values[0], &config);
    assert_int_equal(config.impute, MF_IMPUTE_NONE);
    mf__space_done(&space);
}

static void what_means_the_same_is_spelt_the_same(void **state)
{
    (void)state;
    struct mf__space space = SPACE("n-estimators=1k,2e3,1_0", "max-depth=None,05",
                                   "criterion=log-loss,Squared-Error", "max_features=SQRT,.5,1.00",
                                   "min_impurity_decrease=1e-2,-00", "impute=most_frequent");
    assert_shows(&space, "n_estimators=1000,2000,10\nmax_depth=none,5\n"
                         "criterion=log_loss,squared_error\nmax_features=sqrt,0.5,1.0\n"
                         "min_impurity_decrease=0.01,0\nimpute=most-frequent\n");
    mf__space_done(&space);
}

static void a_space_that_was_shown_reads_as_the_same(void **state)
{
    (void)state;
    static const char *const lines[] = {"n_estimators=log(10,1000)",
                                        "max_depth=int(2,30)",
                                        "max_features=float(0.1,1.0)",
                                        "max_samples=log(5,50)",
                                        "min_samples_leaf=1,0.25",
                                        "min_impurity_decrease=log(1e-7,1)",
                                        NULL};
    struct mf__space space = space_of(lines);
    struct mf__buffer text = {0};
    for (size_t i = 0; lines[i] != NULL; i++)
        mf__buffer_print(&text, "%s\n", lines[i]);
    assert_shows(&space, mf__buffer_text(&text));
    mf__buffer_done(&text);
    mf__space_done(&space);
}

/* ---- mistakes ---- */

static void assert_refused(const char *const *before, const char *line, const char *wanted)
{
    struct mf__space space = space_of(before);
    mf_error error = {0};
    size_t n = space.n;
    assert_int_equal(mf__space_add(&space, line, &error), MF_E_INPUT);
    if (strstr(error.text, wanted) == NULL)
        fail_msg("%s: \"%s\" has no \"%s\"", line, error.text, wanted);
    assert_int_equal(space.n, n);
    mf__space_done(&space);
}

static void mistakes_are_told_with_what_was_meant(void **state)
{
    (void)state;
    static const char *const nothing[] = {NULL};
    static const struct {
        const char *line;
        const char *wanted;
    } cases[] = {
        {"max_dept=3", "\"max_dept\" is not known; did you mean max_depth?"},
        {"zebra=3", "\"zebra\" is not known; expected n_estimators, criterion, "},
        {"=3", "\"\" is not known; expected n_estimators"},
        {"max_depth", "\"max_depth\" has no values; expected NAME=VALUES, as in max_depth=5,10"},
        {"max_depth=", "max_depth: there are no values; expected some"},
        {"max_depth=3,,4", "max_depth: \"\" is empty; expected a whole number"},
        {"max_depth=3,4,", "max_depth: \"\" is empty; expected a whole number"},
        {"max_depth=0", "max_depth: \"0\" is too small"},
        {"max_depth=2.5", "max_depth: \"2.5\""},
        {"max_depth=deep", "or the word none"},
        {"n_estimators=10,1048577", "n_estimators: \"1048577\" is too large"},
        {"n_estimators=none", "n_estimators: \"none\" is not a number"},
        {"min_samples_leaf=1.0", "min_samples_leaf: \"1.0\" is too large; expected a count"},
        {"max_features=0.3,1.5", "max_features: \"1.5\" is too large; expected a count"},
        {"max_features=sqr", "max_features: \"sqr\" is not a number; expected a count"},
        {"max_features=auto", "it meant 1.0 for regression and sqrt for classification"},
        {"criterion=mse", "it is called squared_error today"},
        {"criterion=ginny", "did you mean gini?"},
        {"min_impurity_decrease=inf", "min_impurity_decrease: \"inf\" is not finite"},
        {"bootstrap=yes", "bootstrap: \"yes\" is not known; expected true or false"},
        {"encode=ordinal", "encode: \"ordinal\" is not known; expected label or onehot"},
        {"max_depth=3,5,03", "max_depth: 3 stands in the list twice; expected each value once"},
        {"criterion=entropy,log_loss", "criterion: log_loss is another name of entropy"},
        {"criterion=log_loss,gini,entropy", "criterion: entropy is another name of log_loss"},
        {"max_features=1,1.0,1", "max_features: 1 stands in the list twice"},
        {"max_depth=int(2)", "max_depth: \"int(2)\" is no distribution; expected int(LOW,HIGH) or "
                             "log(LOW,HIGH)"},
        {"max_depth=int(2,3,4)", "\"int(2,3,4)\" is no distribution"},
        {"max_depth=int(2,3", "\"int(2,3\" is no distribution"},
        {"max_depth=int(2,30),none", "\"int(2,30),none\" is more than a distribution"},
        {"max_depth=INT(2,3)", "\"INT(2,3)\" is no distribution; expected int(LOW,HIGH)"},
        {"max_depth=5,int(2,3)", "\"5,int(2,3)\" is no distribution"},
        {"max_depth=normal(2,3)", "\"normal(2,3)\" is no distribution; expected int(LOW,HIGH)"},
        {"max_depth=float(2,3)",
         "max_depth: float(2,3) draws real numbers; expected int(LOW,HIGH)"},
        {"min_impurity_decrease=int(0,1)", "draws whole numbers; expected float(LOW,HIGH)"},
        {"max_depth=int(0,3)", "max_depth: \"0\" is too small"},
        {"max_depth=int(3,none)", "max_depth: \"none\" is not a number"},
        {"max_depth=int(3,)", "max_depth: \"\" is empty; expected a whole number"},
        {"max_depth=int(3,3)", "int(3,3) has no room; expected the smaller end first"},
        {"max_depth=log(9,3)", "log(9,3) has no room; expected the smaller end first"},
        {"max_features=float(0,1)", "max_features: \"0\" is too small"},
        {"max_features=log(0.1,1.5)", "max_features: \"1.5\" is too large"},
        {"min_impurity_decrease=log(0,1)", "log(0,1) begins at 0, which has no logarithm"},
        {"max_features=log(0,1)", "log(0,1) begins at 0, which has no logarithm"},
        {"random_state=log(0,9)", "log(0,9) begins at 0, which has no logarithm"},
        {"criterion=int(1,2)", "there is no distribution of words; expected a list of them"},
        {"max_depth=1111111111111111111111111111111111111111111111111111111111111111111",
         "is too long to be a value"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_refused(nothing, cases[i].line, cases[i].wanted);
    static const char *const depth[] = {"max_depth=3", NULL};
    assert_refused(depth, "max-depth=4", "max_depth is given twice; expected each parameter once");
}

/* ---- the grid ---- */

static void the_grid_has_every_combination_the_last_changing_fastest(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_depth=2,none", "max_features=sqrt,0.5,3");
    struct mf__combinations grid = {0};
    static const char *const wanted[] = {"2",    "sqrt", "2",    "0.5", "2",    "3",
                                         "none", "sqrt", "none", "0.5", "none", "3"};
    assert_int_equal(mf__space_size(&space), 6);
    assert_int_equal(mf__space_grid(&space, &grid, NULL), 0);
    assert_int_equal(grid.n, 6);
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_string_equal(grid.values[i].text, wanted[i]);
    mf__combinations_done(&grid);
    mf__space_done(&space);
}

static void nothing_to_search_is_one_trial(void **state)
{
    (void)state;
    struct mf__space space = {0};
    struct mf__combinations one = {0};
    assert_int_equal(mf__space_grid(&space, &one, NULL), 0);
    assert_int_equal(one.n, 1);
    mf__combinations_done(&one);
    assert_int_equal(mf__space_random(&space, 5, 1, &one, NULL), 0);
    assert_int_equal(one.n, 1);
    mf__combinations_done(&one);
}

/* "name=1,2,3" with `n` values, from `first` on. */
static void add_many(struct mf__space *space, const char *name, size_t first, size_t n)
{
    struct mf__buffer line = {0};
    mf__buffer_put(&line, name);
    for (size_t i = 0; i < n; i++)
        mf__buffer_print(&line, "%c%zu", i > 0 ? ',' : '=', first + i);
    assert_int_equal(mf__space_add(space, mf__buffer_text(&line), NULL), 0);
    mf__buffer_done(&line);
}

/* Comparing each with each would take minutes. */
static void a_list_can_be_as_long_as_there_can_be_trials(void **state)
{
    (void)state;
    struct mf__space space = {0};
    struct mf__buffer line = {0};
    mf_error error = {0};
    add_many(&space, "random_state", 0, MF__TRIALS_MAX);
    assert_int_equal(mf__space_size(&space), MF__TRIALS_MAX);
    mf__dimension_show(&space.dimensions[0], &line);
    mf__space_done(&space);
    struct mf__buffer twice = {0};
    mf__buffer_print(&twice, "random_state=%s,500000", mf__buffer_text(&line));
    assert_int_equal(mf__space_add(&space, mf__buffer_text(&twice), &error), MF_E_INPUT);
    assert_string_equal(error.text, "random_state: 500000 stands in the list twice; expected each "
                                    "value once");
    mf__buffer_done(&line);
    mf__buffer_done(&twice);
}

static void a_grid_that_is_too_large_is_refused_with_its_size(void **state)
{
    (void)state;
    struct mf__space space = {0};
    struct mf__combinations grid = {0};
    mf_error error = {0};
    add_many(&space, "max_depth", 1, 1001);
    add_many(&space, "min_samples_leaf", 1, 1000);
    assert_int_equal(mf__space_grid(&space, &grid, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "the grid has 1,001,000 trials, at most 1,000,000 are "
                                       "possible; expected fewer values, or a random search"));
    static const char *const names[] = {"n_estimators", "min_samples_split", "max_leaf_nodes",
                                        "max_features", "max_samples"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        add_many(&space, names[i], 2, 8192);
    assert_true(mf__space_size(&space) == UINT64_MAX);
    assert_int_equal(mf__space_grid(&space, &grid, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "the grid has more than 18,446,744,073,709,551,615 trials"));
    assert_null(grid.values);
    mf__space_done(&space);
}

static void a_grid_refuses_a_distribution(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_depth=2,3", "max_features=float(0.1,1)");
    struct mf__combinations grid = {0};
    mf_error error = {0};
    assert_true(mf__space_is_drawn(&space));
    assert_int_equal(mf__space_grid(&space, &grid, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "max_features is drawn from a distribution"));
    mf__space_done(&space);
}

/* ---- drawing ---- */

static struct mf__combinations drawn_of(const struct mf__space *space, uint64_t n, uint32_t seed)
{
    struct mf__combinations drawn = {0};
    mf_error error = {0};
    if (mf__space_random(space, n, seed, &drawn, &error) != 0)
        fail_msg("%s", error.text);
    return drawn;
}

static bool is_drawn_again(const struct mf__combinations *drawn, size_t width, size_t trial)
{
    for (size_t before = 0; before < trial; before++) {
        bool same = true;
        for (size_t i = 0; i < width; i++)
            same = same && strcmp(drawn->values[before * width + i].text,
                                  drawn->values[trial * width + i].text) == 0;
        if (same)
            return true;
    }
    return false;
}

static void fewer_draws_are_the_first_of_more(void **state)
{
    (void)state;
    struct mf__space space =
        SPACE("max_depth=int(2,30)", "max_features=float(0.1,1)", "bootstrap=true,false",
              "min_impurity_decrease=log(1e-6,1)", "n_estimators=log(1,50)");
    struct mf__combinations few = drawn_of(&space, 20, 7), many = drawn_of(&space, 300, 7);
    struct mf__combinations other = drawn_of(&space, 20, 8);
    size_t n_other = 0;
    assert_int_equal(few.n, 20);
    assert_int_equal(many.n, 300);
    for (size_t i = 0; i < 20 * space.n; i++) {
        assert_string_equal(few.values[i].text, many.values[i].text);
        n_other += strcmp(few.values[i].text, other.values[i].text) != 0;
    }
    assert_true(n_other > 20);
    mf__combinations_done(&few);
    mf__combinations_done(&many);
    mf__combinations_done(&other);
    mf__space_done(&space);
}

/* r = numpy.random.RandomState(5); three times 10 + r.randint(0, 3), 100 + r.randint(0, 8). */
static void draws_come_from_the_generator_of_numpy(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_depth=10,11,12", "random_state=int(100,107)");
    struct mf__combinations drawn = drawn_of(&space, 3, 5);
    static const char *const wanted[] = {"12", "107", "11", "106", "12", "100"};
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_string_equal(drawn.values[i].text, wanted[i]);
    mf__combinations_done(&drawn);
    mf__space_done(&space);
}

static void no_combination_is_drawn_twice_and_all_are_drawn_at_last(void **state)
{
    (void)state;
    struct mf__space spaces[] = {
        SPACE("max_depth=1,2,3,none", "max_features=sqrt,0.5", "bootstrap=true,false"),
        SPACE("max_depth=int(3,10)", "criterion=gini,entropy"),
        SPACE("n_estimators=log(1,16)"),
    };
    for (size_t i = 0; i < COUNT_OF(spaces); i++) {
        assert_int_equal(mf__space_size(&spaces[i]), 16);
        struct mf__combinations some = drawn_of(&spaces[i], 10, 1);
        assert_int_equal(some.n, 10);
        struct mf__combinations all = drawn_of(&spaces[i], 1000, 1);
        assert_int_equal(all.n, 16);
        for (size_t trial = 0; trial < all.n; trial++)
            assert_false(is_drawn_again(&all, spaces[i].n, trial));
        mf__combinations_done(&some);
        mf__combinations_done(&all);
        mf__space_done(&spaces[i]);
    }
}

static void both_ends_are_drawn_and_nothing_beyond_them(void **state)
{
    (void)state;
    static const char *const lines[] = {"max_depth=int(2,9)", "max_samples=int(5,12)",
                                        "n_estimators=log(2,9)", "min_samples_leaf=log(3,10)"};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct mf__space space = SPACE(lines[i]);
        double low = space.dimensions[0].low, high = space.dimensions[0].high;
        bool seen_low = false, seen_high = false;
        struct mf__combinations all = drawn_of(&space, 8, 3);
        assert_int_equal(all.n, 8);
        for (size_t k = 0; k < all.n; k++) {
            assert_int_equal(all.values[k].kind, MF__VALUE_COUNT);
            assert_true((double)all.values[k].count >= low && (double)all.values[k].count <= high);
            seen_low = seen_low || (double)all.values[k].count == low;
            seen_high = seen_high || (double)all.values[k].count == high;
        }
        assert_true(seen_low && seen_high);
        mf__combinations_done(&all);
        mf__space_done(&space);
    }
}

/* How many of the drawn reals are below each of three marks. */
static void count_below(const struct mf__combinations *drawn, const double *marks, size_t *ret)
{
    for (size_t i = 0; i < drawn->n; i++)
        for (size_t k = 0; k < 3; k++)
            ret[k] += drawn->values[i].real < marks[k];
}

static void real_draws_are_spread_evenly_or_evenly_by_their_logarithm(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        double marks[3];
    } cases[] = {
        {"max_features=float(0.2,1)", {0.4, 0.6, 0.8}},
        {"max_features=log(0.0001,1)", {0.001, 0.01, 0.1}},
        {"min_impurity_decrease=log(1e-9,1e3)", {1e-6, 1e-3, 1}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct mf__space space = SPACE(cases[i].line);
        struct mf__combinations drawn = drawn_of(&space, 10000, 4);
        size_t below[3] = {0};
        assert_int_equal(drawn.n, 10000);
        for (size_t k = 0; k < drawn.n; k++) {
            assert_int_equal(drawn.values[k].kind, MF__VALUE_REAL);
            assert_true(drawn.values[k].real >= space.dimensions[0].low &&
                        drawn.values[k].real <= space.dimensions[0].high);
        }
        count_below(&drawn, cases[i].marks, below);
        for (size_t k = 0; k < 3; k++) /* four deviations of a binomial are 200 at most */
            assert_true(below[k] + 200 > 2500 * (k + 1) && below[k] < 2500 * (k + 1) + 200);
        mf__combinations_done(&drawn);
        mf__space_done(&space);
    }
}

/* A number stands for what is nearer to it than to others: 1 for 0.5 to 1.5. */
static void whole_numbers_are_drawn_evenly_by_their_logarithm(void **state)
{
    (void)state;
    struct mf__space space = SPACE("n_estimators=log(1,100)", "random_state=int(0,4294967295)");
    struct mf__combinations drawn = drawn_of(&space, 10000, 4);
    size_t ones = 0, hundreds = 0;
    for (size_t i = 0; i < drawn.n; i++) {
        ones += drawn.values[2 * i].count == 1;
        hundreds += drawn.values[2 * i].count == 100;
    }
    double all = log(100.5 / 0.5);
    assert_true(fabs((double)ones - 10000 * log(1.5 / 0.5) / all) < 160); /* four deviations */
    assert_true(fabs((double)hundreds - 10000 * log(100.5 / 99.5) / all) < 18);
    mf__combinations_done(&drawn);
    mf__space_done(&space);
}

static void a_drawn_number_can_be_typed_again(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_features=float(0.1,1)",
                                   "min_impurity_decrease=log(1e-12,1e9)", "max_samples=log(5,50)");
    struct mf__combinations drawn = drawn_of(&space, 500, 4);
    for (size_t i = 0; i < drawn.n * space.n; i++) {
        const struct mf__value *value = &drawn.values[i];
        struct mf__value read;
        assert_int_equal(
            mf__parameter_read(space.dimensions[i % space.n].parameter, value->text, &read, NULL),
            0);
        assert_true(read.kind == value->kind && read.count == value->count &&
                    read.real == value->real);
        assert_true(strlen(value->text) <= 12);
    }
    mf__combinations_done(&drawn);
    mf__space_done(&space);
}

static void as_many_are_drawn_as_are_wanted(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_features=float(0.1,1)", "max_depth=log(1,30)");
    struct mf__combinations drawn = drawn_of(&space, 150000, 4);
    assert_int_equal(drawn.n, 150000);
    mf__combinations_done(&drawn);
    mf__space_done(&space);
}

static void a_narrow_range_ends_when_it_is_exhausted(void **state)
{
    (void)state;
    struct mf__space space = SPACE("min_impurity_decrease=float(1,1.0000000000000009)");
    struct mf__combinations drawn = drawn_of(&space, 1000, 4);
    assert_true(drawn.n > 1 && drawn.n < 10); /* doubles between the two ends */
    mf__combinations_done(&drawn);
    mf__space_done(&space);
}

static void too_many_trials_are_refused(void **state)
{
    (void)state;
    struct mf__space space = SPACE("max_features=float(0.2,1)");
    struct mf__combinations drawn = {0};
    mf_error error = {0};
    assert_int_equal(mf__space_random(&space, 1000001, 4, &drawn, &error), MF_E_INPUT);
    assert_non_null(
        strstr(error.text, "1,000,001 trials are too many; expected at most 1,000,000"));
    mf__space_done(&space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_that_train_takes),
        cmocka_unit_test(every_value_comes_out_of_a_configuration_as_it_went_in),
        cmocka_unit_test(values_reach_the_parameters_of_the_forest),
        cmocka_unit_test(what_means_the_same_is_spelt_the_same),
        cmocka_unit_test(a_space_that_was_shown_reads_as_the_same),
        cmocka_unit_test(mistakes_are_told_with_what_was_meant),
        cmocka_unit_test(the_grid_has_every_combination_the_last_changing_fastest),
        cmocka_unit_test(nothing_to_search_is_one_trial),
        cmocka_unit_test(a_list_can_be_as_long_as_there_can_be_trials),
        cmocka_unit_test(a_grid_that_is_too_large_is_refused_with_its_size),
        cmocka_unit_test(a_grid_refuses_a_distribution),
        cmocka_unit_test(fewer_draws_are_the_first_of_more),
        cmocka_unit_test(draws_come_from_the_generator_of_numpy),
        cmocka_unit_test(no_combination_is_drawn_twice_and_all_are_drawn_at_last),
        cmocka_unit_test(both_ends_are_drawn_and_nothing_beyond_them),
        cmocka_unit_test(real_draws_are_spread_evenly_or_evenly_by_their_logarithm),
        cmocka_unit_test(whole_numbers_are_drawn_evenly_by_their_logarithm),
        cmocka_unit_test(a_drawn_number_can_be_typed_again),
        cmocka_unit_test(as_many_are_drawn_as_are_wanted),
        cmocka_unit_test(a_narrow_range_ends_when_it_is_exhausted),
        cmocka_unit_test(too_many_trials_are_refused),
    };
    return cmocka_run_group_tests_name("tune_space", tests, NULL, NULL);
}
