/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/inner.h"
#include "cli/remoting.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    struct mf__common common;
    bool attach;
    bool stop;
    bool check;
    bool all;
    uint64_t tries;
};

static const struct mf__option options[] = {
    {.name = "check",
     .kind = MF__FLAG,
     .help = "say what is missing there, and start nothing; exit status 1 when something needed is",
     .offset = offsetof(struct settings, check)},
    {.name = "attach",
     .kind = MF__FLAG,
     .help = "follow what was started there, and bring its results back",
     .offset = offsetof(struct settings, attach)},
    {.name = "stop",
     .kind = MF__FLAG,
     .help = "end what runs there; of what has ended, leave its results there",
     .offset = offsetof(struct settings, stop)},
    {.name = "all",
     .kind = MF__FLAG,
     .help = "bring this whole folder there, but for results/, .git, build and the like",
     .offset = offsetof(struct settings, all)},
    {.name = "tries",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "how often to connect again in a row, within a few minutes, before giving up",
     .preset = "10",
     .offset = offsetof(struct settings, tries),
     .min = 0,
     .max = 100000},
    {0},
};

static const struct mf__option_group groups[] = {
    {"The other machine", options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "HOST",
     .help = "[user@]name[:DIR], the name as ssh knows it; DIR is the folder there, "
             "manyfold/NAME below the home folder without it, NAME being that of this folder",
     .kind = MF__TEXT,
     .min = 1,
     .max = 1},
    {.name = "COMMAND",
     .help = "what manyfold is to do there, behind --",
     .kind = MF__TEXT,
     .max = SIZE_MAX},
    {0},
};

static const char *const synopsis[] = {"HOST[:DIR] [OPTION]... -- COMMAND...",
                                       "HOST[:DIR] --attach | --stop | --check", NULL};

static const char *const description[] = {
    "Runs a command of manyfold on another machine that ssh logs into without a password: brings "
    "data/, recipes/, notebooks/ and the files that the command names there, as far as they have "
    "changed, starts it, shows what it writes, and brings back results/ and the files that it "
    "writes. The exit status is that of the command; 3 when the connection is lost for good.",
    "The command stands on its own there: it goes on when the connection is cut, which is made "
    "again, and when this side is ended by Ctrl-C. The same command, or --attach, then finds it "
    "and follows it; --stop ends it.",
    "What is here replaces what is there, but for journals and results that are newer. "
    "MANYFOLD_SSH and MANYFOLD_RSYNC name other programs than ssh and rsync.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold remote big --check", "whether the machine called big has what is needed"},
    {"manyfold remote big -- tune --recipe recipes/ames.json --journal results/a.db",
     "a search there; its journal is here afterwards"},
    {"manyfold remote big --attach", "after the laptop was closed: go on looking at it"},
    {0},
};

static const char *const see_also[] = {"manyfold-init(1)", "manyfold-sbatch(1)", "manyfold-tune(1)",
                                       "ssh_config(5)", NULL};

const struct mf__verb mf__remote_verb = {
    .name = "remote",
    .command = "manyfold remote",
    .summary = "run a command on another machine and bring its results back",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* ---- checking ---- */

static int check_mode(const struct settings *settings, const struct mf__arguments *arguments,
                      mf_error *error)
{
    const int modes = settings->attach + settings->stop + settings->check;
    if (modes > 1)
        return mf__fail(error, MF_E_INPUT,
                        "--attach, --stop and --check are three things to do; choose one");
    if (modes == 1 && arguments->n > 1)
        return mf__fail(error, MF_E_INPUT,
                        "--attach, --stop and --check take no command; leave out %s",
                        mf__quote(arguments->values[1]).text);
    return 0;
}

static int check_command(const struct mf__inner *inner, mf_error *error)
{
    if (inner->verb == &mf__remote_verb)
        return mf__fail(error, MF_E_INPUT,
                        "remote on another machine would be a third one; name that machine here");
    for (size_t i = 1; i < inner->n; i++)
        if (strcmp(inner->words[i], "-") == 0 && strncmp(inner->words[i - 1], "-", 1) != 0)
            return mf__fail(error, MF_E_INPUT,
                            "- is standard input, which is empty there; put the table into data/ "
                            "and name it");
    return 0;
}

static int find_host(const char *typed, struct mf__host *host, mf_error *error)
{
    char here[PATH_MAX];
    int code = mf__host_parse(typed, host, error);
    if (code != 0 || host->folder[0] != '\0')
        return code;
    if (getcwd(here, sizeof here) == NULL)
        return mf__fail_errno(error, errno, "cannot find out which folder this is");
    return mf__host_folder_default(host, here, error);
}

static const char *program(const char *variable, const char *otherwise)
{
    const char *told = getenv(variable);
    return told != NULL && told[0] != '\0' ? told : otherwise;
}

int mf__remote_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct mf__inner inner = {0};
    int status = 0;
    mf_error error;
    if (!mf__begin(&mf__remote_verb, arguments, &settings, &settings.common, &status))
        return status;
    struct mf__remoting remoting = {.common = &settings.common,
                                    .typed = arguments->values[0],
                                    .link = {.ssh = program("MANYFOLD_SSH", "ssh"),
                                             .rsync = program("MANYFOLD_RSYNC", "rsync")},
                                    .all = settings.all,
                                    .tries = (unsigned)settings.tries};
    const bool has_command = !settings.attach && !settings.stop && !settings.check;
    int code = check_mode(&settings, arguments, &error);
    if (code == 0)
        code = find_host(arguments->values[0], &remoting.link.host, &error);
    if (code == 0 && has_command)
        code = mf__inner_read(arguments->values + 1, arguments->n - 1, &inner, &error);
    if (code == 0 && has_command)
        code = check_command(&inner, &error);
    if (code != 0)
        return mf__tell(&error);
    remoting.inner = has_command ? &inner : NULL;
    remoting.link.cancel = mf__interruptible();
    return settings.check  ? mf__remoting_check(&remoting)
           : settings.stop ? mf__remoting_stop(&remoting)
                           : mf__remoting_run(&remoting);
}
