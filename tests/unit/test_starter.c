/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/starter.h"

#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OPENMPI "mpi/mpi-openmpi.so"
#define MPICH   "mpi/mpi-mpich.so"

#define MOST 8

/* What launchers set, with "PMI_FD=socket" and "=file" for an open one. */
#define OF_MPIRUN "OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=2"
#define OF_PMIX   "PMIX_RANK=0", "PMIX_NAMESPACE=240779265", "PMIX_SERVER_URI2=a;tcp4://127.0.0.1:1"
#define OF_SLURM_PMIX                                                                              \
    "PMIX_RANK=0", "PMIX_NAMESPACE=slurm.pmix.3.0", "PMIX_SERVER_URI41=a;tcp4://127.0.0.1:1"
#define OF_SRUN(n) "SLURM_STEP_ID=0", "SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=" n
#define OF_OURS    "MANYFOLD_LAUNCHED=1"

static const struct {
    const char *set[MOST + 1];
    const char *module;
    unsigned apart;
} cases[] = {
    {{NULL}, NULL, 0},
    {{OF_MPIRUN, OF_PMIX}, OPENMPI, 0},
    {{"PMI_RANK=0", "PMI_SIZE=1", "PMI_FD=socket"}, MPICH, 0},
    {{"PMI_RANK=0", "PMI_SIZE=2", "PMI_PORT=host:4711"}, MPICH, 0},
    {{OF_PMIX}, OPENMPI, 0},
    {{OF_SLURM_PMIX, OF_SRUN("4")}, OPENMPI, 0},
    {{"PMI_RANK=3", "PMI_SIZE=4", "PMI_FD=socket", "PMI_JOBID=3.0", OF_SRUN("4")}, MPICH, 0},
    /* A single task, and launchers within one. */
    {{OF_SLURM_PMIX, OF_SRUN("1")}, NULL, 0},
    {{"PMI_RANK=0", "PMI_SIZE=1", "PMI_FD=socket", "PMI_JOBID=3.0", OF_SRUN("1")}, NULL, 0},
    {{"PMI_RANK=0", "PMI_SIZE=1", "PMI_FD=socket", "PMI_JOBID=3.0", OF_SRUN("1"), OF_OURS},
     MPICH,
     0},
    {{"PMI_RANK=0", "PMI_SIZE=1", "PMI_FD=socket", "PMI_JOBID=3.0", OF_SRUN("1"),
      "MPI_LOCALNRANKS=1"},
     MPICH,
     0},
    {{OF_MPIRUN, OF_SLURM_PMIX, OF_SRUN("1")}, OPENMPI, 0},
    {{"PMI_RANK=0", "PMI_SIZE=2", "PMI_FD=socket", "PMI_JOBID=3.0", OF_SRUN("1")}, MPICH, 0},
    /* Without MPI; in a batch script, where srun has started nothing. */
    {{OF_SRUN("4")}, NULL, 4},
    {{OF_SRUN("1")}, NULL, 0},
    {{"SLURM_PROCID=0", "SLURM_NTASKS=4"}, NULL, 0},
    {{OF_SRUN("many")}, NULL, 0},
    /* Somebody says that it is none. */
    {{OF_MPIRUN, OF_PMIX, "MANYFOLD_NO_RANKS=1"}, NULL, 0},
    {{OF_SRUN("4"), "MANYFOLD_NO_RANKS=1"}, NULL, 0},
    {{OF_MPIRUN, OF_PMIX, "MANYFOLD_NO_RANKS="}, OPENMPI, 0},
    /* Left behind by something else. */
    {{"OMPI_COMM_WORLD_RANK=0"}, NULL, 0},
    {{OF_MPIRUN}, NULL, 0},
    {{OF_OURS}, NULL, 0},
    {{"PMI_RANK=0"}, NULL, 0},
    {{"PMI_RANK=0", "PMI_SIZE=2"}, NULL, 0},
    {{"PMI_RANK=0", "PMI_SIZE=2", "PMI_FD=9999"}, NULL, 0},
    {{"PMI_RANK=0", "PMI_SIZE=2", "PMI_FD=file"}, NULL, 0},
    {{"PMI_RANK=0", "PMI_SIZE=2", "PMI_FD=x"}, NULL, 0},
    {{"PMI_SIZE=2", "PMI_FD=socket"}, NULL, 0},
    {{"PMIX_RANK=0"}, NULL, 0},
    {{"PMIX_RANK=0", "PMIX_NAMESPACE=240779265"}, NULL, 0},
    {{"PMIX_RANK=", "PMIX_NAMESPACE=1", "PMIX_SERVER_URI2=x"}, NULL, 0},
};

static const char *const names[] = {"OMPI_COMM_WORLD_RANK",
                                    "OMPI_COMM_WORLD_SIZE",
                                    "PMIX_RANK",
                                    "PMIX_NAMESPACE",
                                    "PMIX_SERVER_URI2",
                                    "PMIX_SERVER_URI41",
                                    "PMI_RANK",
                                    "PMI_SIZE",
                                    "PMI_FD",
                                    "PMI_PORT",
                                    "PMI_JOBID",
                                    "SLURM_STEP_ID",
                                    "SLURM_PROCID",
                                    "SLURM_STEP_NUM_TASKS",
                                    "PMIX_SERVER_URI21",
                                    "MPI_LOCALNRANKS",
                                    "MANYFOLD_LAUNCHED",
                                    "MANYFOLD_NO_RANKS"};

static void forget_all(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
}

static void set_variable(const char *pair, const int sockets[2])
{
    char name[64];
    char number[16];
    const char *sign = strchr(pair, '=');
    const char *value = sign + 1;
    snprintf(name, sizeof name, "%.*s", (int)(sign - pair), pair);
    const bool is_socket = strcmp(value, "socket") == 0;
    snprintf(number, sizeof number, "%d", is_socket ? sockets[0] : sockets[1]);
    setenv(name, is_socket || strcmp(value, "file") == 0 ? number : value, 1);
}

static void ranks_are_known_by_what_launchers_set_together(void **state)
{
    (void)state;
    int sockets[2];
    int pipes[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    assert_int_equal(pipe(pipes), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        forget_all();
        for (size_t k = 0; k < MOST && cases[i].set[k] != NULL; k++)
            set_variable(cases[i].set[k], (int[]){sockets[0], pipes[0]});
        const struct mf__starter starter = mf__starter_find();
        if (cases[i].module == NULL)
            assert_null(starter.module);
        else
            assert_string_equal(starter.module, cases[i].module);
        assert_int_equal(starter.apart, cases[i].apart);
    }
    forget_all();
    for (size_t i = 0; i < 2; i++) {
        close(sockets[i]);
        close(pipes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_known_by_what_launchers_set_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
