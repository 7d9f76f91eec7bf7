/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verb of the command line as data: one const table gives its parsing, its help, its manual page
 * and its shell completion (base/options_render.h), so that they cannot drift apart.
 *
 * Rules: "--name value", "--name=value", "-n value", "-nvalue"; flags may be clustered ("-qv");
 * "--" ends the options; "-" is an argument, and so is a "-" with a digit behind it; options and
 * arguments may be mixed; an option given again replaces what it held, except a MF__TEXT_LIST,
 * which grows. Names are never abbreviated. In names and choices '_' and '-' are the same, since
 * other programs write max_depth; letters of choices and words may be of either case, since Python
 * writes None and False.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/number.h"

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an option takes, and the type of the member at `offset` that receives it. */
enum mf__option_kind {
    MF__FLAG,        /* nothing; bool, set to true */
    MF__STOP,        /* nothing; bool, and nothing behind it is looked at: --help */
    MF__TEXT,        /* anything; const char * into the arguments */
    MF__TEXT_LIST,   /* anything, may be given again and again; struct mf__texts */
    MF__FILE,        /* a path, "-" for standard output or input; const char *, never empty */
    MF__FOLDER,      /* a path; const char *, never empty */
    MF__COUNT,       /* a whole number in [min, max]; uint64_t */
    MF__COUNT_LIST,  /* such numbers, each once; struct mf__counts */
    MF__CHOICE,      /* one of `choices`; size_t, its index */
    MF__CHOICE_LIST, /* some of `choices`, each once; struct mf__counts of indexes, as ordered */
    MF__DURATION,    /* a duration in [min, max] nanoseconds; uint64_t */
    MF__SHARE,       /* a share in [min, max] parts per billion; uint64_t */
    MF__REAL,        /* a real number in `reals`; double */
    MF__AMOUNT,      /* a whole number in [min, max], a share in `reals`, one of `choices`;
                        struct mf__amount */
};

struct mf__texts {
    size_t n;
    bool stale; /* the next one replaces all that are there */
    const char *values[MF__LIST_LIMIT];
};

/* As scikit-learn tells them apart: "5" is a count, "0.5" and "1.0" are shares. */
struct mf__amount {
    enum { MF__AMOUNT_UNSET, MF__AMOUNT_COUNT, MF__AMOUNT_SHARE, MF__AMOUNT_WORD } kind;
    uint64_t count;
    double share;
    size_t word; /* an index into `choices` */
};

/* The real numbers from `least` to `most`, with or without the ends. */
struct mf__reals {
    double least;
    double most;
    bool above; /* `least` is not one of them */
    bool below; /* `most` is not one of them */
};

struct mf__option {
    const char *name; /* without dashes; NULL ends an array of options */
    char letter;      /* 0 for none */
    enum mf__option_kind kind;
    bool hidden;                /* parsed, but shown and suggested nowhere */
    const char *argument;       /* what the help calls the value: "FILE"; NULL for a flag */
    const char *help;           /* a phrase without a full stop */
    const char *preset;         /* the value when it is not given, in the form that a user types */
    const char *otherwise;      /* the same in words, when it is not a fixed value */
    const char *const *choices; /* ends with NULL */
    const char *word;           /* a word in place of a number; stored as 0 or an empty list */
    const char *elsewhere;      /* what other programs call the option: suggested, not taken */
    const struct mf__pair *former; /* values that other programs took, and what to say of each */
    bool assigns;                  /* of a MF__TEXT_LIST: its texts are "name=value,value", which a
                                      recipe may hold as an object, {"name": [value, value]} */
    size_t offset;                 /* of the member, in the struct that the group is about */
    uint64_t min;
    uint64_t max; /* must be set for numbers */
    struct mf__reals reals;
};

/* Options under one heading. Groups can be shared by several verbs; those that follow each other
 * with the same title are shown as one. */
struct mf__option_group {
    const char *title; /* "Measuring"; NULL ends an array of groups */
    const struct mf__option *options;
    size_t base; /* where, in the verb's settings, the struct begins that `offset` counts from */
};

struct mf__positional {
    const char *name; /* "FILE"; NULL ends an array */
    const char *help;
    enum mf__option_kind kind;  /* MF__TEXT, MF__FILE, MF__FOLDER or MF__CHOICE */
    const char *const *choices; /* ends with NULL */
    size_t min;
    size_t max;
};

/* A command and what it does, or an exit status and what it means. */
struct mf__pair {
    const char *name; /* NULL ends an array */
    const char *text;
};

/* Every pointer but the first four may be NULL. */
struct mf__verb {
    const char *name;                        /* "sum" */
    const char *command;                     /* "manyfold sum" */
    const char *summary;                     /* a phrase for lists of verbs */
    const char *const *synopsis;             /* what follows the command; ends with NULL */
    const char *const *description;          /* paragraphs; ends with NULL */
    const struct mf__positional *positional; /* in the order in which they are given */
    const struct mf__option_group *groups;
    const struct mf__pair *examples;
    const struct mf__pair *exits;
    const char *const *see_also; /* "manyfold-compare(1)"; ends with NULL */
    const char *misplaced;       /* what one argument too many may have been meant for; or NULL */
};

struct mf__program {
    const char *version;
    const struct mf__verb *self;         /* its command is the program's name */
    const struct mf__verb *const *verbs; /* ends with NULL */
};

/* The arguments behind a verb. Parsing moves those that are no options to the front. */
struct mf__arguments {
    size_t n;
    char **values;
};

/*
 * Fills `settings` with the presets and then with what the arguments say; members without either
 * keep what they hold. Afterwards `arguments` holds the positional arguments, their number checked.
 * After a MF__STOP nothing more is read or checked, so a caller looks at that member first. On
 * failure `settings` is half filled. Texts point into the arguments.
 */
int mf__options_parse(const struct mf__verb *verb, struct mf__arguments *arguments, void *settings,
                      mf_error *error);

/* The same in two steps, for those who have something to add in between: the presets, and what the
 * arguments say. A list that the arguments name then replaces what was added. */
int mf__options_preset(const struct mf__verb *verb, void *settings, mf_error *error);
int mf__options_apply(const struct mf__verb *verb, struct mf__arguments *arguments, void *settings,
                      mf_error *error);

/* The option with this name, and its member of `settings`; `option` is NULL when there is none. */
struct mf__found {
    const struct mf__option *option;
    void *target;
};
struct mf__found mf__option_find(const struct mf__verb *verb, void *settings, const char *name);

/* Whether there is one that is shown. */
bool mf__option_exists(const struct mf__verb *verb, const char *name);

/* The name that is nearest to one that is unknown, or NULL. */
const char *mf__option_nearest(const struct mf__verb *verb, const char *name);

/* The verb with this name; on failure the error suggests the nearest one. */
int mf__verb_find(const struct mf__program *program, const char *name, const struct mf__verb **ret,
                  mf_error *error);

/* Says what is wrong with a table: missing texts, names given twice, presets that do not parse. */
int mf__verb_check(const struct mf__verb *verb, mf_error *error);

/* Stores one value as if it had been typed; for mf__options_parse and mf__verb_check. `shown` is
 * how messages name the option; `target` is the member. */
struct mf__given {
    const struct mf__option *option;
    const char *shown;
    void *target;
};
int mf__option_store(const struct mf__given *given, const char *text, mf_error *error);

bool mf__option_has_value(const struct mf__option *option);

#endif
