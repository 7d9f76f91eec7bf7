/* SPDX-License-Identifier: Apache-2.0 */
/* A program with every kind of option, for the tests of parsing and of rendering. */
#ifndef TESTS_SAMPLE_VERBS_H
#define TESTS_SAMPLE_VERBS_H

#include "base/options.h"

struct common {
    bool help;
    bool quiet;
    bool verbose;
    const char *json;
    size_t color;
};

struct bake {
    uint64_t before; /* stands in front so that a group with a wrong base is noticed */
    struct common common;
    struct mf__counts ovens;
    struct mf__counts with;
    struct mf__texts notes;
    struct mf__texts mixes;
    uint64_t loaves;
    uint64_t patience_ns;
    uint64_t salt_ppb;
    const char *name;
    const char *out;
    bool secret;
    double degrees;
    struct mf__amount crumbs;
};

static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const sizes[] = {"most", "square_root", NULL};
static const char *const grains[] = {"rye", "wheat", "spelt", NULL};

static const struct mf__option common_options[] = {
    {.name = "help",
     .letter = 'h',
     .kind = MF__STOP,
     .help = "show this help and do nothing else",
     .offset = offsetof(struct common, help)},
    {.name = "quiet",
     .letter = 'q',
     .help = "say nothing but the result, not even what is left to do while it runs",
     .offset = offsetof(struct common, quiet)},
    {.name = "verbose",
     .letter = 'v',
     .help = "say more: [everything], it's long",
     .offset = offsetof(struct common, verbose)},
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the result as JSON",
     .offset = offsetof(struct common, json)},
    {.name = "color",
     .kind = MF__CHOICE,
     .argument = "WHEN",
     .help = "whether to use colour",
     .preset = "never",
     .choices = colors,
     .offset = offsetof(struct common, color)},
    {0},
};

static const struct mf__option bake_options[] = {
    {.name = "ovens",
     .letter = 'o',
     .kind = MF__COUNT_LIST,
     .argument = "LIST",
     .help = "how many ovens to try",
     .otherwise = "1, 2, 4 and so on",
     .word = "all",
     .offset = offsetof(struct bake, ovens),
     .min = 1,
     .max = 64},
    {.name = "with",
     .letter = 'w',
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "which grains to use",
     .preset = "rye,spelt",
     .choices = grains,
     .offset = offsetof(struct bake, with)},
    {.name = "note",
     .kind = MF__TEXT_LIST,
     .argument = "TEXT",
     .help = "a remark to keep",
     .offset = offsetof(struct bake, notes)},
    {.name = "loaves",
     .letter = 'n',
     .kind = MF__COUNT,
     .argument = "N",
     .help = "loaves to bake",
     .preset = "1_000",
     .offset = offsetof(struct bake, loaves),
     .min = 0,
     .max = 1000000},
    {.name = "patience",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "how long to wait",
     .preset = "30s",
     .offset = offsetof(struct bake, patience_ns),
     .min = 1,
     .max = UINT64_C(86400000000000)},
    {.name = "salt-in-the-dough",
     .kind = MF__SHARE,
     .argument = "SHARE",
     .help = "how much salt",
     .preset = "2%",
     .offset = offsetof(struct bake, salt_ppb),
     .max = MF__WHOLE_PPB},
    {.name = "name",
     .kind = MF__TEXT,
     .argument = "TEXT",
     .help = "what to call it",
     .offset = offsetof(struct bake, name)},
    {.name = "out",
     .kind = MF__FOLDER,
     .argument = "DIR",
     .help = "where to put everything",
     .offset = offsetof(struct bake, out)},
    {.name = "heat",
     .kind = MF__REAL,
     .argument = "X",
     .help = "how hot it gets",
     .preset = "220.5",
     .offset = offsetof(struct bake, degrees),
     .reals = {-10, 300, .below = true}},
    {.name = "crumbs",
     .kind = MF__AMOUNT,
     .argument = "N",
     .help = "what may be lost",
     .choices = sizes,
     .offset = offsetof(struct bake, crumbs),
     .min = 2,
     .max = 1000,
     .reals = {0, 1, .above = true}},
    {.name = "secret",
     .hidden = true,
     .help = "not for everybody",
     .offset = offsetof(struct bake, secret)},
    {0},
};

static const struct mf__option mix_options[] = {
    {.name = "mix",
     .kind = MF__TEXT_LIST,
     .argument = "PARTS",
     .help = "a grain and how much of it",
     .assigns = true,
     .offset = offsetof(struct bake, mixes)},
    {0},
};

static const struct mf__option_group bake_groups[] = {
    {"Baking", bake_options, 0},
    {"Baking", mix_options, 0},
    {"Common options", common_options, offsetof(struct bake, common)},
    {0},
};

static const struct mf__positional bake_positional[] = {
    {.name = "GRAIN",
     .help = "what to bake from",
     .kind = MF__CHOICE,
     .choices = grains,
     .min = 1,
     .max = 1},
    {.name = "FILE", .help = "recipes, read in this order", .kind = MF__FILE, .min = 0, .max = 2},
    {0},
};

static const char *const bake_synopsis[] = {"GRAIN [FILE [FILE]] [OPTION]...", "--list", NULL};
static const char *const bake_description[] = {
    "Bakes bread from a grain, with several ovens at once, and measures how long it takes until "
    "the "
    "last loaf is done.",
    ".A line that begins with a full stop, a back\\slash and a gr\xc3\xbc\xc3\x9f stay as they "
    "are.",
    NULL,
};
static const struct mf__pair bake_examples[] = {
    {"bread bake rye --ovens 1,2", "bakes rye with one oven and with two"},
    {NULL, NULL},
};
static const struct mf__pair exits[] = {
    {"0", "done"},
    {"2", "wrong usage or bad input"},
    {NULL, NULL},
};
static const char *const bake_see_also[] = {"bread(1)", "bread-eat(1)", NULL};

static const struct mf__verb bake = {
    .name = "bake",
    .command = "bread bake",
    .summary = "bake bread, one way or another",
    .synopsis = bake_synopsis,
    .description = bake_description,
    .positional = bake_positional,
    .groups = bake_groups,
    .examples = bake_examples,
    .exits = exits,
    .see_also = bake_see_also,
};

/* A verb with nothing but what it must have. */
static const char *const bare_synopsis[] = {"[OPTION]...", NULL};
static const struct mf__verb eat = {
    .name = "eat", .command = "bread eat", .summary = "eat it: all", .synopsis = bare_synopsis};

static const struct mf__option_group self_groups[] = {{"Options", common_options, 0}, {0}};
static const char *const self_synopsis[] = {"VERB [OPTION]...", NULL};
static const struct mf__verb self = {
    .name = "bread",
    .command = "bread",
    .summary = "bread in all its ways",
    .synopsis = self_synopsis,
    .groups = self_groups,
    .exits = exits,
};

static const struct mf__verb *const verbs[] = {&bake, &eat, NULL};
static const struct mf__program program = {"1.2.3", &self, verbs};

#endif
