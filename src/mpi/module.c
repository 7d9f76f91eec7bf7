/* SPDX-License-Identifier: Apache-2.0 */
/* MPI for manyfold: a module that is loaded when it is asked for, built once for each MPI library
 * that is there. */
#include "base/memory.h"
#include "exec/mpi_api.h"

#include <limits.h>
#include <mpi.h>
#include <string.h>
#include <time.h>

#define NAP_NS 20000

#define LOOKS_MOST 32 /* at messages under way, for a place that is free */

_Static_assert(MF__MPI_PIECE <= INT_MAX, "MPI counts in int");

static MPI_Request spreading = MPI_REQUEST_NULL;

/* A small message that was sent. Open MPI is not done with one before the other side has looked,
 * which may take milliseconds; to wait for that took 3 % of the time of a worker on this core. So
 * they are copied, and their place is used again once they are gone.
 *
 * There are as many places as it takes, since two ranks that waited for each other to take a
 * message would do so for ever. Rank 0 sends nothing that is waited for, so it always comes back to
 * take what others wait for; and there is an end to what it sends before it has to hear from them.
 */
struct kept {
    struct kept *next; /* in a ring */
    MPI_Request request;
    unsigned char bytes[MF__MPI_SMALL];
};

static struct kept *latest; /* that was used; NULL: there is no place yet */

static void copy_text(char *text, size_t room, const char *from, size_t length)
{
    size_t n = length < room - 1 ? length : room - 1;
    memcpy(text, from, n);
    text[n] = '\0';
}

static int start(void)
{
    int provided = 0;
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

/* Makes a place that is free, and returns NULL where there is no memory for it. */
static struct kept *add_place(void)
{
    struct kept *place = mf__new(1, sizeof *place);
    if (place == NULL)
        return NULL;
    place->request = MPI_REQUEST_NULL;
    place->next = latest != NULL ? latest->next : place;
    if (latest != NULL)
        latest->next = place;
    latest = place;
    return place;
}

/* A place that is free, or NULL; returns the error of a message that was in one. It begins to look
 * where it stopped the last time, so one rank that takes nothing does not keep it from the others'
 * places. */
static int find_place(struct kept **ret_place)
{
    const struct kept *first = latest;
    int done = 0;
    int code = MPI_SUCCESS;
    for (int look = 0; first != NULL && look < LOOKS_MOST && !done && code == MPI_SUCCESS; look++) {
        latest = latest->next;
        code = MPI_Test(&latest->request, &done, MPI_STATUS_IGNORE);
        if (latest == first)
            break;
    }
    if (code == MPI_SUCCESS)
        *ret_place = done ? latest : add_place();
    return code;
}

/* Where there is no place, this message is waited for, and not one of those: the caller knows for
 * which rank it waits. */
static int send(int to, int tag, const void *bytes, size_t n)
{
    MPI_Request request;
    struct kept *place = NULL;
    int code = n <= MF__MPI_SMALL ? find_place(&place) : MPI_SUCCESS;
    if (code != MPI_SUCCESS)
        return code;
    if (place != NULL) {
        if (n > 0)
            memcpy(place->bytes, bytes, n);
        return MPI_Isend(place->bytes, (int)n, MPI_BYTE, to, tag, MPI_COMM_WORLD, &place->request);
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

/* Waits until all messages are gone. The first error of one. */
static int let_go(void)
{
    int first = MPI_SUCCESS;
    while (latest != NULL) {
        struct kept *place = latest->next;
        int code = finish(&place->request, MPI_STATUS_IGNORE);
        first = first == MPI_SUCCESS ? code : first;
        latest->next = place->next;
        if (place == latest)
            latest = NULL;
        mf__free(place);
    }
    return first;
}

/* Rank 0 waits until the others have heard of it: what comes before they are ready for it is copied
 * aside, which took up to four times as long for 100 MB. */
static int spread(void *bytes, size_t n)
{
    int code = rank() == 0 ? let_go() : MPI_SUCCESS;
    if (code != MPI_SUCCESS)
        return code;
    return MPI_Ibcast(bytes, (int)n, MPI_BYTE, 0, MPI_COMM_WORLD, &spreading);
}

static int spread_done(void)
{
    int done = 0;
    return MPI_Test(&spreading, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS ? done != 0 : -1;
}

/* The others wait in MPI_Finalize, so this rank comes there whatever became of its messages. What
 * goes wrong in there is told to nobody: all has been said and heard. */
static int end(void)
{
    int code = let_go();
    (void)MPI_Finalize();
    return code;
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
