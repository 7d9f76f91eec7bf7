/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What launchers set together, as seen with Open MPI 4.1, MPICH 4.0 and Slurm 22.05:
 *
 * - mpirun of Open MPI: OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE, and what srun --mpi=pmix sets;
 * - hydra of MPICH: PMI_RANK, PMI_SIZE, PMI_FD, a socket, or PMI_PORT, and MPI_LOCALNRANKS;
 * - srun --mpi=pmi2: the first three of these, and PMI_JOBID;
 * - srun --mpi=pmix: PMIX_RANK, PMIX_NAMESPACE, which begins with "slurm.", and PMIX_SERVER_URI2
 * and its like;
 * - srun, all of them: SLURM_STEP_ID, SLURM_STEP_NUM_TASKS and SLURM_PROCID;
 * - srun --pty: SLURM_PTY_PORT.
 *
 * A mpirun that runs within a task of srun hands the variables of srun on to its ranks.
 */
#include "cli/starter.h"

#include "base/number.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_TOGETHER 3

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

static bool begins_with(const char *name, const char *start)
{
    const char *value = getenv(name);
    return value != NULL && strncmp(value, start, strlen(start)) == 0;
}

static bool read_number(const char *name, uint64_t max, uint64_t *ret_number)
{
    const struct mf__limits limits = {name, 0, max};
    const char *text = getenv(name);
    return text != NULL && mf__parse_count(text, &limits, ret_number, NULL) == 0;
}

/* ---- connections ---- */

/* PMIx numbers the variable by its own version, and sets several for older ones. */
static bool has_pmix_server(void)
{
    static const char start[] = "PMIX_SERVER_URI";
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
        if (strncmp(*variable, start, strlen(start)) == 0)
            return true;
    return false;
}

/* A number that was left behind belongs to nothing, or to a file of something else. */
static bool has_pmi_socket(void)
{
    struct stat found;
    uint64_t fd = 0;
    if (is_set("PMI_PORT"))
        return true;
    return read_number("PMI_FD", INT_MAX, &fd) && fstat((int)fd, &found) == 0 &&
           S_ISSOCK(found.st_mode);
}

/* Of srun --pty, where somebody types. A srun that is typed there hands its variable on, but no
 * terminal. */
static bool is_in_shell(void)
{
    if (!is_set("SLURM_PTY_PORT"))
        return false;
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0)
        close(terminal);
    return terminal >= 0;
}

/* ---- launchers ---- */

static bool is_pmix_of_srun(void)
{
    return begins_with("PMIX_NAMESPACE", "slurm.");
}

/* A hydra within a task of srun leaves PMI_JOBID as it is. */
static bool is_pmi_of_srun(void)
{
    uint64_t size = 0;
    uint64_t tasks = 0;
    return is_set("PMI_JOBID") && !is_set("MPI_LOCALNRANKS") &&
           read_number("PMI_SIZE", UINT32_MAX, &size) &&
           read_number("SLURM_STEP_NUM_TASKS", UINT32_MAX, &tasks) && size == tasks;
}

static bool never(void)
{
    return false;
}

static const struct {
    const char *together[MOST_TOGETHER];
    bool (*is_connected)(void);
    bool (*is_of_srun)(void);
    const char *module;
} launchers[] = {
    {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE"},
     has_pmix_server,
     never,
     "mpi/mpi-openmpi.so"},
    {{"PMI_RANK", "PMI_SIZE"}, has_pmi_socket, is_pmi_of_srun, "mpi/mpi-mpich.so"},
    {{"PMIX_RANK", "PMIX_NAMESPACE"}, has_pmix_server, is_pmix_of_srun, "mpi/mpi-openmpi.so"},
};

static bool has_started(size_t launcher)
{
    for (size_t i = 0; i < MOST_TOGETHER && launchers[launcher].together[i] != NULL; i++)
        if (!is_set(launchers[launcher].together[i]))
            return false;
    return launchers[launcher].is_connected();
}

struct mf__starter mf__starter_find(void)
{
    uint64_t tasks = 0;
    if (is_set(MF__ALONE_VARIABLE))
        return (struct mf__starter){0};
    const bool by_srun = is_set("SLURM_STEP_ID") && is_set("SLURM_PROCID") &&
                         read_number("SLURM_STEP_NUM_TASKS", UINT32_MAX, &tasks);
    const bool is_single = by_srun && (tasks == 1 || is_in_shell());
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++) {
        if (!has_started(i))
            continue;
        if (is_single && !is_set(MF__LAUNCHED_VARIABLE) && launchers[i].is_of_srun())
            return (struct mf__starter){0};
        return (struct mf__starter){.module = launchers[i].module};
    }
    return (struct mf__starter){.apart = by_srun && !is_single ? (unsigned)tasks : 0};
}
