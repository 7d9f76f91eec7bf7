/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mpirun refuses to run as root, to start more ranks than there are cores, and ties each rank to
 * one core; each of these stops learners, and none is of use here: manyfold bounds its workers by
 * itself. So they are set right for the run, by the launcher's options and its environment.
 */
#include "cli/launch.h"

#include <manyfold/machine.h>
#include <manyfold/pool.h>

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/module.h"
#include "cli/mpirun.h"
#include "cli/ranks.h"
#include "cli/starter.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_VARIABLE "MANYFOLD_THREADS_PER_RANK"

#define MOST_OWN 52 /* words in front of the command, and the NULL behind it */

const struct mf__option mf__hosts_options[] = {
    {.name = "hosts",
     .kind = MF__TEXT,
     .argument = "LIST",
     .help = "with mpi: the machines to run on, each with how many ranks it may have, as a:2,b:2",
     .otherwise = "this machine alone",
     .offset = offsetof(struct mf__hosts, list)},
    {.name = "threads-per-rank",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "with mpi: workers in each rank, so that one rank can fill a machine",
     .preset = "1",
     .offset = offsetof(struct mf__hosts, threads),
     .min = 1,
     .max = MF_WORKERS_MAX},
    {0},
};

/* The verbs that have these options. */
static const char *const verbs[] = {"sum", "train", "tune", NULL};

/* Those that do something else as one rank of several. */
static const char *const others[] = {"predict", "compare", "lab", NULL};

/* ---- what the arguments say ---- */

/* Behind these letters of the verbs a value follows, and no other letter. */
static const char with_value[] = "gjmt";

/* The value that the word here, and the next one, give to an option: "--name value" or
 * "--name=value", and by its letter, which is 0 for none, "-n value", "-nvalue" or "-qnvalue".
 * NULL: it is another option. */
static const char *value_at(const struct mf__arguments *arguments, size_t at, const char *name,
                            char letter)
{
    const char *word = arguments->values[at];
    const char *next = at + 1 < arguments->n ? arguments->values[at + 1] : NULL;
    size_t length = strcspn(word, "=");
    if (word[0] != '-')
        return NULL;
    if (word[1] == '-') {
        if (length <= 2 || !mf__same_name(name + 2, word + 2, length - 2))
            return NULL;
        return word[length] == '=' ? word + length + 1 : next;
    }
    for (const char *found = word + 1; *found != '\0'; found++) {
        if (*found == letter)
            return found[1] != '\0' ? found + 1 : next;
        if (strchr(with_value, *found) != NULL)
            break;
    }
    return NULL;
}

/* The last one counts. */
static const char *value_of(const struct mf__arguments *arguments, const char *name, char letter)
{
    const char *value = NULL;
    for (size_t i = 1; i < arguments->n && strcmp(arguments->values[i], "--") != 0; i++) {
        const char *here = value_at(arguments, i, name, letter);
        value = here != NULL ? here : value;
    }
    return value;
}

/* Whether an option without a value is among the words, its letter also behind others. */
static bool has_flag(const struct mf__arguments *arguments, const char *name, char letter)
{
    for (size_t i = 1; i < arguments->n && strcmp(arguments->values[i], "--") != 0; i++) {
        const char *word = arguments->values[i];
        if (strcmp(word, name) == 0)
            return true;
        for (const char *found = word + 1; word[0] == '-' && word[1] != '-'; found++) {
            if (*found == letter)
                return true;
            if (*found == '\0' || strchr(with_value, *found) != NULL)
                break;
        }
    }
    return false;
}

static bool is_among(const struct mf__arguments *arguments, const char *const *verb)
{
    while (arguments->n > 0 && *verb != NULL && strcmp(*verb, arguments->values[0]) != 0)
        verb++;
    return arguments->n > 0 && *verb != NULL;
}

static bool has_hosts(const struct mf__arguments *arguments)
{
    return is_among(arguments, verbs);
}

bool mf__launch_concerns(const struct mf__arguments *arguments)
{
    return (has_hosts(arguments) || is_among(arguments, others)) &&
           !has_flag(arguments, "--help", 'h');
}

static bool is_wanted(const struct mf__arguments *arguments)
{
    const char *way = value_of(arguments, "--with", 0);
    return way != NULL && strcmp(way, "mpi") == 0;
}

static int read_count(const struct mf__arguments *arguments, const char *name, char letter,
                      uint64_t otherwise, uint64_t *ret_count, mf_error *error)
{
    const struct mf__limits limits = {name, 1, MF_WORKERS_MAX};
    const char *text = value_of(arguments, name, letter);
    *ret_count = otherwise;
    if (text == NULL || strcmp(text, "auto") == 0)
        return 0;
    return mf__parse_count(text, &limits, ret_count, error);
}

static int refuse_hosts(const char *hosts, mf_error *error)
{
    return mf__fail(error, MF_E_INPUT,
                    "--hosts %s: expected names of machines, each with how many ranks it may have, "
                    "as \"a:2,b:2\"",
                    mf__quote(hosts).text);
}

/* Adds up the ranks that hosts may have; a host without a number may have one. Names go to ssh in
 * the end, so nothing passes that could be taken for an option or a command. */
static int read_hosts(const char *hosts, uint64_t *ret_room, mf_error *error)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    const struct mf__limits limits = {"--hosts", 1, MF_WORKERS_MAX};
    const char *host = hosts;
    *ret_room = 0;
    while (host != NULL) {
        char number[8] = "1";
        uint64_t slots = 0;
        size_t name = strspn(host, allowed);
        const char *end = host + name;
        if (*end == ':') {
            size_t digits = strspn(end + 1, "0123456789");
            snprintf(number, sizeof number, "%.*s", (int)digits, end + 1);
            end += 1 + digits;
        }
        if (name == 0 || host[0] == '-' || host[0] == '.' || (*end != ',' && *end != '\0') ||
            mf__parse_count(number, &limits, &slots, NULL) != 0)
            return refuse_hosts(hosts, error);
        *ret_room += slots;
        host = *end == ',' ? end + 1 : NULL;
    }
    return 0;
}

/* ---- mpirun ---- */

/* Looks for it in the PATH; `tried` is where it is. */
static bool is_in_path(const char *program, char tried[PATH_MAX])
{
    const char *path = getenv("PATH");
    for (const char *part = path; part != NULL && *part != '\0';) {
        size_t length = strcspn(part, ":");
        snprintf(tried, PATH_MAX, "%.*s/%s", (int)length, part, program);
        if (access(tried, X_OK) == 0)
            return true;
        part += length + (part[length] == ':');
    }
    return false;
}

struct launcher {
    const char *program;
    const char *module; /* that fits its MPI */
    bool is_mpich;
};

static const struct launcher launchers[] = {{"mpirun.openmpi", "mpi/mpi-openmpi.so", false},
                                            {"orterun", "mpi/mpi-openmpi.so", false},
                                            {"mpiexec.hydra", "mpi/mpi-mpich.so", true}};

/* The first one that is there with its module. */
static int find_launcher(const struct launcher **ret_launcher, mf_error *error)
{
    char path[PATH_MAX];
    bool has_program = false;
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++) {
        if (!is_in_path(launchers[i].program, path))
            continue;
        has_program = true;
        *ret_launcher = &launchers[i];
        if (mf__module_is_there(launchers[i].module))
            return 0;
    }
    return mf__fail(error, MF_E_UNAVAILABLE,
                    has_program
                        ? "the way mpi needs a module that this manyfold does not have: it is "
                          "built where MPI is, libopenmpi-dev or libmpich-dev"
                        : "the way mpi needs mpirun, which is not there: install openmpi-bin or "
                          "mpich");
}

int mf__launch_check(mf_error *error)
{
    const struct launcher *launcher = NULL;
    return find_launcher(&launcher, error);
}

int mf__launch_describe(struct mf__buffer *text, mf_error *error)
{
    const struct launcher *launcher = NULL;
    char path[PATH_MAX] = "";
    char library[128];
    int code = find_launcher(&launcher, error);
    if (code == 0)
        code = mf__ranks_library(launcher->module, library, sizeof library, error);
    if (code != 0)
        return code;
    is_in_path(launcher->program, path);
    mf__buffer_print(text, "%s, started by %s", library, mf__show_path(path).text);
    return mf__buffer_check(text, error);
}

static void add(struct mf__launched *launched, const char *word)
{
    launched->words[launched->n++] = word;
}

/* A host that asks for a password would be waited for, unseen. */
#define SSH_OPTIONS "-o BatchMode=yes -o ConnectTimeout=8"

/* Of Open MPI, word by word. */
static const char *const settings[] = {
    "--oversubscribe", "--bind-to", "none",
    /* Containers forbid what it takes by default, and it then complains for each rank. */
    "--mca", "btl_vader_single_copy_mechanism", "none",
    /* Names of hosts are used as they are given. */
    "--mca", "orte_keep_fqdn_hostnames", "1", "--mca", "plm_rsh_args", SSH_OPTIONS,
    /* Without, it does not find out that a host is gone. */
    "--mca", "oob_tcp_keepalive_time", "3", "--mca", "oob_tcp_keepalive_intvl", "1", "--mca",
    "oob_tcp_keepalive_probes", "3"};

/* What other hosts are told, where it is set. */
static const char *const variables[] = {THREADS_VARIABLE,
                                        MF__LAUNCHED_VARIABLE,
                                        MF__TERMINAL_VARIABLE,
                                        "NO_COLOR",
                                        "COLUMNS",
                                        "TERM",
                                        "LANG",
                                        "LC_ALL"};

/* `is_captured`: somebody else reads what mpirun says, and wants no notices. */
static void add_settings(struct mf__launched *command, const struct launcher *launcher,
                         const char *hosts, bool is_captured)
{
    add(command, launcher->program);
    add(command, "-n");
    add(command, command->ranks);
    if (hosts != NULL) {
        add(command, launcher->is_mpich ? "-hosts" : "--host");
        add(command, hosts);
    }
    if (launcher->is_mpich)
        return;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        add(command, settings[i]);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (getenv(variables[i]) == NULL)
            continue;
        add(command, "-x");
        add(command, variables[i]);
    }
    if (is_captured)
        add(command, "--quiet");
}

/* What srun has told its task is not for the ranks of a mpirun within it. PMIX_MCA_* are settings
 * of whoever types. */
static bool is_of_task(const char *variable)
{
    return strncmp(variable, "PMI_", 4) == 0 ||
           (strncmp(variable, "PMIX_", 5) == 0 && strncmp(variable, "PMIX_MCA_", 9) != 0);
}

static void forget_task(void)
{
    char name[128];
    for (char **variable = environ; *variable != NULL;) {
        const size_t length = strcspn(*variable, "=");
        const bool fits = length < sizeof name;
        if (fits && is_of_task(*variable)) {
            snprintf(name, sizeof name, "%.*s", (int)length, *variable);
            unsetenv(name);
            variable = environ; /* which has moved */
        } else {
            variable++;
        }
    }
}

static void set_environment(uint64_t threads)
{
    char text[24];
    forget_task();
    snprintf(text, sizeof text, "%llu", (unsigned long long)threads);
    setenv(THREADS_VARIABLE, text, 1);
    setenv(MF__LAUNCHED_VARIABLE, "1", 1);
    unsetenv(MF__ALONE_VARIABLE);
    setenv("HYDRA_LAUNCHER_EXTRA_ARGS", SSH_OPTIONS, 0); /* of MPICH, to its ssh */
    if (geteuid() == 0) {
        setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
        setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
    }
}

/* What is to be started: words of ours, then the command. */
static int make_words(const struct mf__arguments *arguments, const struct launcher *launcher,
                      const char *hosts, struct mf__launched *launched, mf_error *error)
{
    ssize_t n = readlink("/proc/self/exe", launched->self, sizeof launched->self - 1);
    if (n <= 0)
        return mf__fail_errno(error, errno, "cannot find out where manyfold is");
    launched->self[n] = '\0';
    launched->n = 0;
    launched->words = mf__new(arguments->n + MOST_OWN, sizeof *launched->words);
    if (launched->words == NULL)
        return mf__fail_memory(error, arguments->n * sizeof *launched->words,
                               "the command of mpirun");
    add_settings(launched, launcher, hosts, launched->is_captured);
    add(launched, launched->self);
    for (size_t i = 0; i < arguments->n; i++)
        add(launched, arguments->values[i]);
    return 0;
}

int mf__launched_make(const struct mf__arguments *arguments, unsigned ranks,
                      struct mf__launched *ret_launched, mf_error *error)
{
    const struct launcher *launcher = NULL;
    int code = find_launcher(&launcher, error);
    if (code != 0)
        return code;
    set_environment(1);
    ret_launched->is_captured = true;
    snprintf(ret_launched->ranks, sizeof ret_launched->ranks, "%u", ranks);
    return make_words(arguments, launcher, NULL, ret_launched, error);
}

void mf__launched_done(struct mf__launched *launched)
{
    mf__free(launched->words);
    launched->words = NULL;
}

static void tell_terminal(void)
{
    char terminal[3] = "";
    size_t n = 0;
    if (isatty(STDOUT_FILENO))
        terminal[n++] = 'o';
    if (isatty(STDERR_FILENO))
        terminal[n++] = 'e';
    setenv(MF__TERMINAL_VARIABLE, terminal, 1);
}

static int launch(const struct mf__arguments *arguments, const struct launcher *launcher,
                  uint64_t ranks, const char *hosts)
{
    struct mf__launched launched = {.is_captured = false};
    mf_error error;
    tell_terminal();
    snprintf(launched.ranks, sizeof launched.ranks, "%llu", (unsigned long long)ranks);
    if (make_words(arguments, launcher, hosts, &launched, &error) != 0)
        return mf__tell(&error);
    int status = mf__mpirun_run(launched.words);
    mf__launched_done(&launched);
    return status;
}

int mf__launch_threads(const struct mf__arguments *arguments, uint64_t *ret_threads,
                       mf_error *error)
{
    const struct mf__limits limits = {THREADS_VARIABLE, 1, MF_WORKERS_MAX};
    const char *told = getenv(THREADS_VARIABLE);
    *ret_threads = 1;
    if (value_of(arguments, "--threads-per-rank", 0) == NULL && told != NULL)
        return mf__parse_count(told, &limits, ret_threads, error);
    return read_count(arguments, "--threads-per-rank", 0, 1, ret_threads, error);
}

/* How many ranks, and threads in each: all that the machine grants, or all that the hosts have. */
static int read_sizes(const struct mf__arguments *arguments, uint64_t *ret_ranks,
                      uint64_t *ret_threads, mf_error *error)
{
    const char *hosts = value_of(arguments, "--hosts", 0);
    uint64_t room = 0;
    uint64_t workers = 0;
    unsigned granted = 1;
    int code = read_count(arguments, "--threads-per-rank", 0, 1, ret_threads, error);
    if (code == 0)
        code = read_hosts(hosts, &room, error);
    if (code == 0 && hosts == NULL)
        code = mf_default_workers(&granted, error);
    uint64_t otherwise = hosts != NULL ? room * *ret_threads : granted;
    if (code == 0)
        code = read_count(arguments, "--workers", 'j', otherwise, &workers, error);
    if (code != 0)
        return code;
    if (workers % *ret_threads != 0)
        return mf__fail(error, MF_E_INPUT,
                        "%llu workers cannot be ranks of %llu threads each: --workers has to be a "
                        "multiple of --threads-per-rank",
                        (unsigned long long)workers, (unsigned long long)*ret_threads);
    *ret_ranks = workers / *ret_threads;
    if (hosts != NULL && *ret_ranks > room)
        return mf__fail(
            error, MF_E_INPUT,
            "--hosts %s has room for %llu rank%s, and %llu are wanted: give a host more "
            "of them, as \"a:%llu\"",
            mf__quote(hosts).text, (unsigned long long)room, room == 1 ? "" : "s",
            (unsigned long long)*ret_ranks, (unsigned long long)*ret_ranks);
    return 0;
}

/* Each task of srun would start ranks of its own. */
static int refuse_apart(unsigned apart, mf_error *error)
{
    return mf__fail(error, MF_E_UNAVAILABLE,
                    "srun has started this command %u times without MPI: leave --with mpi out and "
                    "have srun --mpi=pmix make ranks of them, or --mpi=pmi2 where MPI is MPICH",
                    apart);
}

/* A rank that does not know itself would start ranks, which start ranks, and so on. */
static int refuse_again(mf_error *error)
{
    return mf__fail(error, MF_E_UNAVAILABLE,
                    "manyfold has started this command as a rank, and what MPI tells a rank is not "
                    "there: unset " MF__LAUNCHED_VARIABLE " if this is none, else leave --with mpi "
                    "out");
}

/* All but starting it. */
static int prepare(const struct mf__arguments *arguments, uint64_t *ret_ranks,
                   const struct launcher **ret_launcher, mf_error *error)
{
    uint64_t threads = 1;
    if (!has_hosts(arguments))
        return mf__fail(error, MF_E_UNAVAILABLE,
                        "%s runs on one machine, since sending the work would take longer than "
                        "doing it: leave --with mpi out",
                        arguments->values[0]);
    if (!is_wanted(arguments))
        return mf__fail(error, MF_E_INPUT, "--hosts goes with --with mpi: add that");
    const unsigned apart = mf__starter_find().apart;
    if (apart > 1)
        return refuse_apart(apart, error);
    if (getenv(MF__LAUNCHED_VARIABLE) != NULL)
        return refuse_again(error);
    int code = read_sizes(arguments, ret_ranks, &threads, error);
    if (code == 0)
        code = find_launcher(ret_launcher, error);
    if (code == 0)
        set_environment(threads);
    return code;
}

/* Many commands side by side may be what somebody wants, so that one of them only says it. */
static void remark_apart(const struct mf__arguments *arguments)
{
    const struct mf__common common = {.quiet = has_flag(arguments, "--quiet", 'q')};
    const unsigned apart = mf__starter_find().apart;
    const char *task = getenv("SLURM_PROCID");
    if (apart > 1 && task != NULL && strcmp(task, "0") == 0 && has_hosts(arguments))
        mf__say_remark(&common,
                       "remark: srun has started this command %u times, each for itself; srun "
                       "--mpi=pmix has them work together, or --mpi=pmi2 where MPI is MPICH",
                       apart);
}

bool mf__launch(const struct mf__arguments *arguments, int *ret_exit)
{
    const struct launcher *launcher = NULL;
    uint64_t ranks = 0;
    mf_error error;
    bool is_local = arguments->n > 0 && strcmp(arguments->values[0], "predict") == 0;
    bool is_launched = has_hosts(arguments);
    if (!mf__launch_concerns(arguments))
        return true;
    bool names_hosts = is_launched && value_of(arguments, "--hosts", 0) != NULL;
    if (!names_hosts && !(is_wanted(arguments) && (is_launched || is_local))) {
        remark_apart(arguments);
        return true;
    }
    if (prepare(arguments, &ranks, &launcher, &error) == 0)
        *ret_exit = launch(arguments, launcher, ranks, value_of(arguments, "--hosts", 0));
    else
        *ret_exit = mf__tell(&error);
    return false;
}
