/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: parse, call, write, exit status. It is the only part of manyfold that prints,
 * reads the environment and handles signals.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <manyfold/work.h>

#include "base/buffer.h"
#include "base/options.h"

#include <stdbool.h>

/* Exit statuses; part of the interface (docs, --help). */
enum mf__exit {
    MF__EXIT_DONE = 0,
    MF__EXIT_NO = 1,          /* a check said no: answers differ */
    MF__EXIT_USAGE = 2,       /* wrong usage or bad input */
    MF__EXIT_FAILED = 3,      /* a worker or command failed */
    MF__EXIT_NOISY = 4,       /* too noisy to conclude, with --strict */
    MF__EXIT_UNAVAILABLE = 5, /* that way is not available here */
    MF__EXIT_OUTPUT = 6,      /* an output could not be written */
    MF__EXIT_SIGNAL = 128,    /* and the signal's number: ended by a signal */
};

/* The options that every verb has. */
struct mf__common {
    bool help;
    bool quiet;
    size_t colour;   /* enum mf__when */
    size_t progress; /* enum mf__when */
};

enum mf__when { MF__AUTO, MF__ALWAYS, MF__NEVER };

extern const struct mf__option mf__common_options[];
extern const struct mf__pair mf__exits[];

/* The verbs: each is a table and a function, in a file of its own (verb_*.c). */
extern const struct mf__verb mf__sum_verb;
extern const struct mf__verb mf__compare_verb;
extern const struct mf__verb mf__train_verb;
extern const struct mf__verb mf__tune_verb;
extern const struct mf__verb mf__predict_verb;
extern const struct mf__verb mf__report_verb;
extern const struct mf__verb mf__data_verb;
extern const struct mf__verb mf__runs_verb;
extern const struct mf__verb mf__diff_verb;
extern const struct mf__verb mf__lab_verb;
extern const struct mf__verb mf__demo_verb;
extern const struct mf__verb mf__init_verb;
extern const struct mf__verb mf__remote_verb;
extern const struct mf__verb mf__sbatch_verb;
extern const struct mf__verb mf__doctor_verb;
extern const struct mf__verb mf__completion_verb;
extern const struct mf__verb mf__man_verb_table;
extern const struct mf__verb mf__help_verb_table;

/* Each takes the arguments behind the verb and returns an exit status; it tells its own errors. */
int mf__sum_run(struct mf__arguments *arguments);
int mf__compare_run(struct mf__arguments *arguments);
int mf__train_run(struct mf__arguments *arguments);
int mf__tune_run(struct mf__arguments *arguments);
int mf__predict_run(struct mf__arguments *arguments);
int mf__report_run(struct mf__arguments *arguments);
int mf__data_run(struct mf__arguments *arguments);
int mf__runs_run(struct mf__arguments *arguments);
int mf__diff_run(struct mf__arguments *arguments);
int mf__lab_run(struct mf__arguments *arguments);
int mf__demo_run(struct mf__arguments *arguments);
int mf__init_run(struct mf__arguments *arguments);
int mf__remote_run(struct mf__arguments *arguments);
int mf__sbatch_run(struct mf__arguments *arguments);
int mf__doctor_run(struct mf__arguments *arguments);
int mf__completion_run(struct mf__arguments *arguments);
int mf__man_run(struct mf__arguments *arguments);
int mf__help_run(struct mf__arguments *arguments);

/* The whole program as data: for help, manual and completion. */
extern const struct mf__program mf__program;

/* Runs what the arguments behind the program's name say; the exit status. */
int mf__run_program(struct mf__arguments *arguments);

/* ---- what verbs need (common.c) ---- */

/*
 * Parses into `settings`, whose `common` is given too. True when the verb should go on; else
 * *ret_exit is what to end with: the help was printed, or the usage was wrong.
 */
bool mf__begin(const struct mf__verb *verb, struct mf__arguments *arguments, void *settings,
               const struct mf__common *common, int *ret_exit);

/* Tells an error on stderr, one line, and gives the exit status that fits its code. */
int mf__tell(const mf_error *error);

/* Says something on stderr, one line, that is no failure; nothing when quiet. */
void mf__say_remark(const struct mf__common *common, const char *format, ...) MF_PRINTF(2, 3);

/* Says that a file was written; nothing of "-", of NULL, none was asked for, and within a lab,
 * which lists its files itself and has NULL for `common`. */
void mf__say_wrote(const struct mf__common *common, const char *path);

/* Writes to standard output and checks that it arrived; an exit status. */
int mf__print(const struct mf__buffer *text);

/* The command as it was typed, for the record. Parsing moves arguments, so it is kept before. */
#define MF__KEPT_ARGUMENTS 1024
struct mf__command_line {
    size_t n;
    const char *words[MF__KEPT_ARGUMENTS];
    bool is_cut; /* there were more, which are left out */
};

void mf__command_line_keep(struct mf__command_line *line, const char *verb,
                           const struct mf__arguments *arguments);

/* The wall clock as ISO 8601 has it, or SOURCE_DATE_EPOCH where somebody wants the same bytes
 * again;
 * "" where neither is known. */
#define MF__TIMESTAMP 32
void mf__timestamp(char text[MF__TIMESTAMP]);

/* Whether the user's terminal or settings ask for colour on standard output. */
bool mf__wants_colour(const struct mf__common *common);

/* Whether text has to be plain ASCII, since the user's locale is not UTF-8. */
bool mf__wants_ascii(void);

/* Adds everything that a file descriptor gives, but little more than `most` bytes. MF_E_SYSTEM with
 * the name; MF_E_MEMORY. */
int mf__read_all(int fd, const char *name, size_t most, struct mf__buffer *into, mf_error *error);

/* Columns of the terminal, or 80. */
unsigned mf__columns(void);

/* ---- interruption (interrupt.c) ---- */

/* timeout(1) signals its command and then its group, so one request to stop arrives twice: what
 * comes so soon after the first is the same one. */
#define MF__ECHO_NS UINT64_C(100000000)

/* From now on the first SIGINT, SIGTERM or SIGHUP asks to stop, a second one, a tenth of a second
 * later or more, ends at once. */
const mf_cancel *mf__interruptible(void);

/* The signal that asked to stop; 0: none. */
int mf__interrupted_by(void);

/* Ends by the signal that asked to stop, so that a shell sees it; returns if there was none. */
void mf__end_interrupted(void);

/* ---- progress (progress.c) ---- */

/* A line on stderr that is written over, on a terminal; elsewhere, when always asked for, a line
 * each 30 s. */
struct mf__progress {
    bool live; /* a terminal */
    bool enabled;
    bool shown; /* something stands there */
    uint64_t start_ns;
    uint64_t last_ns;
};

void mf__progress_start(struct mf__progress *progress, const struct mf__common *common);
bool mf__progress_due(struct mf__progress *progress);
void mf__progress_line(struct mf__progress *progress, const char *text);
void mf__progress_end(struct mf__progress *progress);

/* Progress of a run in items, with what is left of it, for mf_run_options. */
struct mf__items_progress {
    struct mf__progress *progress;
    const char *doing; /* what the line begins with, or NULL */
    uint64_t start_ns;
};

void mf__items_progress_start(struct mf__items_progress *items, struct mf__progress *progress,
                              const char *doing);
void mf__items_progress_show(void *user, uint64_t done, uint64_t total);

#endif
