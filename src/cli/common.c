/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options_render.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/mpirun.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WIDTH_DEFAULT  80
#define WIDTH_SMALLEST 40
#define WIDTH_LARGEST  200

static const char *const whens[] = {"auto", "always", "never", NULL};

const struct mf__option mf__common_options[] = {
    {.name = "help",
     .letter = 'h',
     .kind = MF__STOP,
     .help = "show this help and do nothing else",
     .offset = offsetof(struct mf__common, help)},
    {.name = "quiet",
     .letter = 'q',
     .kind = MF__FLAG,
     .help = "print the result alone, without remarks and progress",
     .offset = offsetof(struct mf__common, quiet)},
    {.name = "color",
     .kind = MF__CHOICE,
     .argument = "WHEN",
     .help = "whether to use colour; NO_COLOR is obeyed",
     .choices = whens,
     .preset = "auto",
     .offset = offsetof(struct mf__common, colour)},
    {.name = "progress",
     .kind = MF__CHOICE,
     .argument = "WHEN",
     .help = "whether to show progress on standard error",
     .choices = whens,
     .preset = "auto",
     .offset = offsetof(struct mf__common, progress)},
    {0},
};

const struct mf__pair mf__exits[] = {
    {"0", "done, and every check passed"},
    {"1", "a check said no: answers differ"},
    {"2", "wrong usage or bad input"},
    {"3", "a worker or a command failed"},
    {"4", "too noisy to conclude, with --strict"},
    {"5", "that way is not available here"},
    {"6", "an output could not be written"},
    {"128+N", "ended by signal N; 130 after Ctrl-C"},
    {0},
};

static const struct {
    int code;
    enum mf__exit status;
} exit_of_code[] = {
    {MF_E_DIFFER, MF__EXIT_NO},     {MF_E_INPUT, MF__EXIT_USAGE},
    {MF_E_FORMAT, MF__EXIT_USAGE},  {MF_E_UNAVAILABLE, MF__EXIT_UNAVAILABLE},
    {MF_E_OUTPUT, MF__EXIT_OUTPUT},
};

/* Where standard error is gone there is nobody left to tell. */
static void write_line(const char *words, const char *without_memory)
{
    struct mf__buffer line = {0};
    mf__buffer_put(&line, "manyfold: ");
    mf__escape(&line, words, strlen(words));
    mf__buffer_put(&line, "\n");
    bool whole = mf__buffer_check(&line, NULL) == 0;
    const char *text = whole ? mf__buffer_text(&line) : without_memory;
    mf__write_all(STDERR_FILENO, text, strlen(text), "standard error", NULL);
    mf__buffer_done(&line);
}

void mf__say_remark(const struct mf__common *common, const char *format, ...)
{
    struct mf__buffer words = {0};
    va_list args;
    if (common == NULL || common->quiet)
        return;
    va_start(args, format);
    mf__buffer_vprint(&words, format, args);
    va_end(args);
    if (!words.failed)
        write_line(mf__buffer_text(&words), "");
    mf__buffer_done(&words);
}

void mf__say_wrote(const struct mf__common *common, const char *path)
{
    struct stat about;
    if (path != NULL && strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode))
        mf__say_remark(common, "wrote %s", mf__show_path(path).text);
}

int mf__tell(const mf_error *error)
{
    write_line(error->text, "manyfold: out of memory, too little is left to say what failed\n");
    for (size_t i = 0; i < sizeof exit_of_code / sizeof exit_of_code[0]; i++)
        if (exit_of_code[i].code == error->code)
            return (int)exit_of_code[i].status;
    return MF__EXIT_FAILED;
}

int mf__print(const struct mf__buffer *text)
{
    mf_error error;
    int code = mf__buffer_check(text, &error);
    if (code == 0)
        code = mf__write_all(STDOUT_FILENO, mf__buffer_text(text), text->length, "standard output",
                             &error);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

int mf__read_all(int fd, const char *name, size_t most, struct mf__buffer *into, mf_error *error)
{
    char piece[1 << 14];
    ssize_t n = 1;
    while (n != 0 && into->length <= most && !into->failed) {
        n = read(fd, piece, sizeof piece);
        if (n < 0 && errno != EINTR)
            return mf__fail_errno(error, errno, "cannot read %s", name);
        if (n > 0)
            mf__buffer_add(into, piece, (size_t)n);
    }
    return mf__buffer_check(into, error);
}

unsigned mf__columns(void)
{
    unsigned columns = 0;
    uint64_t told = 0;
    struct winsize size;
    const char *text = getenv("COLUMNS");
    const struct mf__limits limits = {"COLUMNS", 1, 10000};
    if (text != NULL && mf__parse_count(text, &limits, &told, NULL) == 0)
        columns = (unsigned)told;
    else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns == 0)
        columns = WIDTH_DEFAULT;
    columns = columns < WIDTH_SMALLEST ? WIDTH_SMALLEST : columns;
    return columns > WIDTH_LARGEST ? WIDTH_LARGEST : columns;
}

void mf__timestamp(char text[MF__TIMESTAMP])
{
    const struct mf__limits limits = {"SOURCE_DATE_EPOCH", 0, INT64_MAX / 4};
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t told = 0;
    struct tm parts;
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    time_t seconds = now.tv_sec;
    if (epoch != NULL && mf__parse_count(epoch, &limits, &told, NULL) == 0)
        seconds = (time_t)told;
    if (gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, MF__TIMESTAMP, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        text[0] = '\0';
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

bool mf__wants_colour(const struct mf__common *common)
{
    if (common->colour != MF__AUTO)
        return common->colour == MF__ALWAYS;
    if (is_set("NO_COLOR"))
        return false;
    if (is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE"))
        return true;
    const char *terminal = getenv("TERM");
    const char *far = getenv(MF__TERMINAL_VARIABLE); /* behind mpirun everything is a terminal */
    bool seen = far != NULL ? strchr(far, 'o') != NULL : isatty(STDOUT_FILENO);
    return seen && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

bool mf__wants_ascii(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!is_set(names[i]))
            continue;
        const char *value = getenv(names[i]);
        return strcasestr(value, "utf-8") == NULL && strcasestr(value, "utf8") == NULL;
    }
    return true;
}

bool mf__begin(const struct mf__verb *verb, struct mf__arguments *arguments, void *settings,
               const struct mf__common *common, int *ret_exit)
{
    mf_error error;
    if (mf__options_parse(verb, arguments, settings, &error) != 0) {
        *ret_exit = mf__tell(&error);
        return false;
    }
    if (!common->help)
        return true;
    struct mf__buffer text = {0};
    mf__help_verb(verb, mf__columns(), &text);
    *ret_exit = mf__print(&text);
    mf__buffer_done(&text);
    return false;
}

void mf__command_line_keep(struct mf__command_line *line, const char *verb,
                           const struct mf__arguments *arguments)
{
    line->n = 0;
    line->words[line->n++] = "manyfold";
    line->words[line->n++] = verb;
    for (size_t i = 0; i < arguments->n && line->n < MF__KEPT_ARGUMENTS; i++)
        line->words[line->n++] = arguments->values[i];
    line->is_cut = line->n < arguments->n + 2;
}
