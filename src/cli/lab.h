/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lab: both parts, step by step. Each step is a verb with its words (step.h), so whoever types
 * the words gets the same; the lab adds a page at the end and a folder of files.
 */
#ifndef CLI_LAB_H
#define CLI_LAB_H

#include "cli/step.h"
#include "report/style.h"
#include "story/document.h"

#define MF__LAB_NO_SEED UINT64_MAX

struct mf__lab_settings {
    struct mf__common common;
    size_t part; /* 0: both */
    bool quick;
    const char *sum;    /* the last integer of part 1; NULL: the usual one */
    const char *data;   /* NULL: what the recipe names */
    const char *recipe; /* NULL: the one that is embedded */
    struct mf__counts ways;
    struct mf__counts workers;
    uint64_t seed;      /* MF__LAB_NO_SEED: not told */
    uint64_t budget_ns; /* of each comparison; 0: not told */
    const char *out;
};

enum mf__lab_step { MF__LAB_SUM, MF__LAB_TRAIN, MF__LAB_SEARCH, MF__LAB_COMPARED, MF__LAB_STEPS };

/* What a step is called: for programs, and on pages. */
struct mf__lab_step_name {
    const char *name;
    const char *title;
    unsigned part;
};
extern const struct mf__lab_step_name mf__lab_step_names[MF__LAB_STEPS];

/* The files of the lab in its folder. */
enum mf__lab_file {
    MF__LAB_REPORT,
    MF__LAB_RESULTS,
    MF__LAB_TRIALS,
    MF__LAB_SAMPLES,
    MF__LAB_NOTEBOOK,
    MF__LAB_MODEL,
    MF__LAB_JOURNAL,
    MF__LAB_FILES
};

/* What became of a step. */
struct mf__lab_result {
    struct mf__step step;
    struct mf__document document; /* no root: there is no result */
    int status;
};

/* A lab under way. Start with {.settings = ..., .line = ...}. */
struct mf__lab {
    const struct mf__lab_settings *settings;
    const struct mf__command_line *line;
    struct mf__buffer paths[MF__LAB_FILES];
    struct mf__lab_result results[MF__LAB_STEPS];
    bool written[MF__LAB_FILES]; /* it is there, made by this lab */
    bool only_checks;            /* words are those of a check */
    bool made_folder;
    bool mute;  /* standard output failed; nothing more is shown */
    int status; /* the first exit status that is not MF__EXIT_DONE */
};

void mf__lab_done(struct mf__lab *lab);

/* Keeps an exit status if it is the first that is not MF__EXIT_DONE. */
void mf__lab_failed(struct mf__lab *lab, int status);

/* Whether a step belongs to what was asked for. */
bool mf__lab_wants(const struct mf__lab *lab, enum mf__lab_step step);

/* ---- lab_words.c ---- */

/* The words behind "manyfold", as somebody would type them. Start with {0}. */
#define MF__LAB_WORDS 40
struct mf__words {
    size_t n;
    char *values[MF__LAB_WORDS];
    bool failed;
};

/* Whether mpi could take part, and is left out of a quick lab. */
bool mf__lab_leaves_mpi(const struct mf__lab_settings *settings);

void mf__lab_words(const struct mf__lab *lab, enum mf__lab_step step, struct mf__words *words);
void mf__words_done(struct mf__words *words);

/* ---- lab_steps.c ---- */

/* Finds out, before minutes of work, whether every step that is wanted could be run. */
int mf__lab_check(struct mf__lab *lab);

/* Runs a step; its result is then there, if it has one. An exit status. */
int mf__lab_go(struct mf__lab *lab, enum mf__lab_step step);

/* ---- lab_settle.c ---- */

/* Whether the options fit together: own data needs a recipe, which has to name what to search, and
 * the table where that is not typed. MF_E_INPUT. */
int mf__lab_settle(const struct mf__lab_settings *settings, mf_error *error);

/* ---- lab_folder.c ---- */

/* Makes the folder, and finds out whether all files can be written there and none takes the place
 * of what is read. MF_E_OUTPUT; MF_E_INPUT. */
int mf__lab_open_folder(struct mf__lab *lab, mf_error *error);

/* Takes the folder away again if it was made, and nothing is in it. */
void mf__lab_leave_folder(const struct mf__lab *lab);

/* Writes all files of which there is something to write, each even where another one failed. */
void mf__lab_write(struct mf__lab *lab);

/* ---- lab_text.c ---- */

/* What is shown before a step and when it is done. */
void mf__lab_say_before(const struct mf__lab *lab, enum mf__lab_step step,
                        const struct mf__style *style, struct mf__buffer *out);
void mf__lab_say_after(const struct mf__lab *lab, enum mf__lab_step step,
                       const struct mf__style *style, struct mf__buffer *out);

/* The page at the end: the table of both parts, the verdict, the best forest, the files. */
void mf__lab_say_end(const struct mf__lab *lab, const struct mf__style *style,
                     struct mf__buffer *out);

/* The same for --quiet: the verdict alone. */
void mf__lab_say_brief(const struct mf__lab *lab, const struct mf__style *style,
                       struct mf__buffer *out);

#endif
