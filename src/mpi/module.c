/* SPDX-License-Identifier: Apache-2.0 */
/* MPI for manyfold: a module that is loaded when it is asked for, built once for each MPI library
 * that is there. */
#include "exec/mpi_api.h"

#include <limits.h>
#include <mpi.h>
#include <string.h>
#include <time.h>

#define NAP_NS 20000

/* Places for messages under way. So few bytes are sent by MPI libraries without asking the other
 * side first. */
#define KEPT       32
#define KEPT_BYTES 2048

_Static_assert(MF__MPI_PIECE <= INT_MAX, "MPI counts in int");

static MPI_Request spreading = MPI_REQUEST_NULL;

/* Small messages that were sent. Open MPI is not done with one before the other side has looked,
 * which may take milliseconds; to wait for that took 3 % of the time of a worker on this core. So
 * they are copied, and their place is used again once they are gone. */
static struct {
    MPI_Request request;
    unsigned char bytes[KEPT_BYTES];
} kept[KEPT];

static void copy_text(char *text, size_t room, const char *from, size_t length)
{
    size_t n = length < room - 1 ? length : room - 1;
    memcpy(text, from, n);
    text[n] = '\0';
}

static int start(void)
{
    int provided = 0;
    for (int i = 0; i < KEPT; i++)
        kept[i].request = MPI_REQUEST_NULL;
    int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    if (code == MPI_SUCCESS)
        code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    return code == MPI_SUCCESS && provided < MPI_THREAD_FUNNELED ? MPI_ERR_OTHER : code;
}

static int rank(void)
{
    int number = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &number);
    return number;
}

static int size(void)
{
    int number = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &number);
    return number;
}

static void library(char *text, size_t room)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(version, &length);
    version[length < MPI_MAX_LIBRARY_VERSION_STRING ? length : length - 1] = '\0';
    copy_text(text, room, version, strcspn(version, "\n"));
}

static void host(char *text, size_t room)
{
    char name[MPI_MAX_PROCESSOR_NAME];
    int length = 0;
    MPI_Get_processor_name(name, &length);
    copy_text(text, room, name, (size_t)length);
}

/* MPI waits by looking without a pause, on a core that a worker of ours needs; so we wait. */
static int finish(MPI_Request *request, MPI_Status *status)
{
    const struct timespec nap = {.tv_nsec = NAP_NS};
    int done = 0;
    int code = MPI_Test(request, &done, status);
    while (code == MPI_SUCCESS && !done) {
        nanosleep(&nap, NULL);
        code = MPI_Test(request, &done, status);
    }
    return code;
}

/* A place in `kept` that is free, KEPT for none; returns the error of a message that was in one. */
static int find_place(int *ret_place)
{
    int done = 0;
    int place = 0;
    int code = MPI_SUCCESS;
    for (; place < KEPT && code == MPI_SUCCESS; place++) {
        code = MPI_Test(&kept[place].request, &done, MPI_STATUS_IGNORE);
        if (done)
            break;
    }
    *ret_place = place;
    return code;
}

/* Where there is no place, since a rank takes nothing for long, this message is waited for, and not
 * one of those: the caller knows for which rank it waits. */
static int send(int to, int tag, const void *bytes, size_t n)
{
    MPI_Request request;
    int place = KEPT;
    int code = n <= KEPT_BYTES ? find_place(&place) : MPI_SUCCESS;
    if (code != MPI_SUCCESS)
        return code;
    if (place < KEPT) {
        if (n > 0)
            memcpy(kept[place].bytes, bytes, n);
        return MPI_Isend(kept[place].bytes, (int)n, MPI_BYTE, to, tag, MPI_COMM_WORLD,
                         &kept[place].request);
    }
    code = MPI_Isend(bytes, (int)n, MPI_BYTE, to, tag, MPI_COMM_WORLD, &request);
    return code == MPI_SUCCESS ? finish(&request, MPI_STATUS_IGNORE) : code;
}

static int take(int from, int tag, void *bytes, size_t n)
{
    MPI_Request request;
    MPI_Status status;
    int came = 0;
    int code = MPI_Irecv(bytes, (int)n, MPI_BYTE, from, tag, MPI_COMM_WORLD, &request);
    if (code == MPI_SUCCESS)
        code = finish(&request, &status);
    if (code == MPI_SUCCESS)
        code = MPI_Get_count(&status, MPI_BYTE, &came);
    return code == MPI_SUCCESS && came != (int)n ? MPI_ERR_COUNT : code;
}

static int find(int wanted_tag, int *ret_from, int *ret_tag)
{
    MPI_Status status;
    int tag = wanted_tag == MF__MPI_ANY_TAG ? MPI_ANY_TAG : wanted_tag;
    int there = 0;
    if (MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS)
        return -1;
    if (!there)
        return 0;
    *ret_from = status.MPI_SOURCE;
    *ret_tag = status.MPI_TAG;
    return 1;
}

static int spread(void *bytes, size_t n)
{
    return MPI_Ibcast(bytes, (int)n, MPI_BYTE, 0, MPI_COMM_WORLD, &spreading);
}

static int spread_done(void)
{
    int done = 0;
    return MPI_Test(&spreading, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS ? done != 0 : -1;
}

static int end(void)
{
    for (int i = 0; i < KEPT; i++) {
        int code = finish(&kept[i].request, MPI_STATUS_IGNORE);
        if (code != MPI_SUCCESS)
            return code;
    }
    return MPI_Finalize();
}

extern const struct mf__mpi_api manyfold_mpi_api;

const struct mf__mpi_api manyfold_mpi_api = {
    .version = MF__MPI_API_VERSION,
    .library = library,
    .start = start,
    .rank = rank,
    .size = size,
    .host = host,
    .send = send,
    .take = take,
    .find = find,
    .spread = spread,
    .spread_done = spread_done,
    .end = end,
};
