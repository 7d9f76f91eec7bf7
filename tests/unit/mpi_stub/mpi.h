/* SPDX-License-Identifier: Apache-2.0 */
/* As much of MPI as the module of manyfold calls, for a test that says when a message is gone. */
#ifndef TESTS_UNIT_MPI_STUB_MPI_H
#define TESTS_UNIT_MPI_STUB_MPI_H

typedef int MPI_Request; /* the number of a message that was sent; 0: none */
typedef int MPI_Comm;
typedef int MPI_Datatype;
typedef int MPI_Errhandler;

typedef struct {
    int MPI_SOURCE;
    int MPI_TAG;
} MPI_Status;

enum {
    MPI_SUCCESS = 0,
    MPI_ERR_OTHER = 16,
    MPI_ERR_COUNT = 2,
    MPI_REQUEST_NULL = 0,
    MPI_COMM_WORLD = 0,
    MPI_BYTE = 0,
    MPI_ANY_SOURCE = -1,
    MPI_ANY_TAG = -1,
    MPI_ERRORS_RETURN = 0,
    MPI_THREAD_FUNNELED = 1,
    MPI_MAX_LIBRARY_VERSION_STRING = 64,
    MPI_MAX_PROCESSOR_NAME = 64,
};

#define MPI_STATUS_IGNORE ((MPI_Status *)0)

int MPI_Init_thread(int *argc, char ***argv, int wanted, int *provided);
int MPI_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler handler);
int MPI_Comm_rank(MPI_Comm comm, int *rank);
int MPI_Comm_size(MPI_Comm comm, int *size);
int MPI_Get_library_version(char *text, int *length);
int MPI_Get_processor_name(char *text, int *length);
int MPI_Isend(const void *bytes, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request);
int MPI_Irecv(void *bytes, int n, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request *request);
int MPI_Test(MPI_Request *request, int *done, MPI_Status *status);
int MPI_Get_count(const MPI_Status *status, MPI_Datatype type, int *n);
int MPI_Iprobe(int from, int tag, MPI_Comm comm, int *there, MPI_Status *status);
int MPI_Ibcast(void *bytes, int n, MPI_Datatype type, int root, MPI_Comm comm,
               MPI_Request *request);
int MPI_Finalize(void);

#endif
