/* SPDX-License-Identifier: Apache-2.0 */
/* What the module does with messages that MPI is not done with, by an MPI of this test. */
#include "exec/mpi_api.h"

#include "tests/unit/mpi_stub/mpi.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

#define SENT_MOST   128
#define LARGE       4096
#define LOOKED_MOST 10000 /* so that a test fails which would wait for ever */
#define BAD         77

extern const struct mf__mpi_api manyfold_mpi_api;

/* ---- an MPI ---- */

struct sent {
    const void *bytes;
    int n;
    int to;
    int looks_left; /* how often MPI says that it is not done; negative: always */
    bool is_bad;
    bool is_seen; /* MPI has said that it is done */
};

static struct {
    struct sent sent[SENT_MOST + 1]; /* from 1 on */
    int n;
    int looks;  /* the next message takes so many */
    int looked; /* at requests of messages */
    bool has_ended;
    int left_at_end; /* messages that MPI was not done with */
} mpi;

int MPI_Init_thread(int *argc, char ***argv, int wanted, int *provided)
{
    (void)argc;
    (void)argv;
    *provided = wanted;
    return MPI_SUCCESS;
}

int MPI_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler handler)
{
    (void)comm;
    (void)handler;
    return MPI_SUCCESS;
}

int MPI_Comm_rank(MPI_Comm comm, int *rank)
{
    (void)comm;
    *rank = 0;
    return MPI_SUCCESS;
}

int MPI_Comm_size(MPI_Comm comm, int *size)
{
    (void)comm;
    *size = 3;
    return MPI_SUCCESS;
}

int MPI_Get_library_version(char *text, int *length)
{
    text[0] = '\0';
    *length = 0;
    return MPI_SUCCESS;
}

int MPI_Get_processor_name(char *text, int *length)
{
    return MPI_Get_library_version(text, length);
}

int MPI_Isend(const void *bytes, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    (void)type;
    (void)tag;
    (void)comm;
    assert_in_range(mpi.n, 0, SENT_MOST - 1);
    *request = ++mpi.n;
    mpi.sent[mpi.n] = (struct sent){.bytes = bytes, .n = n, .to = to, .looks_left = mpi.looks};
    return MPI_SUCCESS;
}

int MPI_Test(MPI_Request *request, int *done, MPI_Status *status)
{
    struct sent *sent = &mpi.sent[*request];
    (void)status;
    *done = *request == MPI_REQUEST_NULL;
    if (*done)
        return MPI_SUCCESS;
    assert_in_range(++mpi.looked, 1, LOOKED_MOST);
    *done = sent->looks_left == 0;
    sent->looks_left -= sent->looks_left > 0;
    if (!*done)
        return MPI_SUCCESS;
    sent->is_seen = true;
    *request = MPI_REQUEST_NULL;
    return sent->is_bad ? BAD : MPI_SUCCESS;
}

int MPI_Irecv(void *bytes, int n, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    (void)bytes;
    return MPI_Isend(bytes, n, type, from, tag, comm, request);
}

int MPI_Get_count(const MPI_Status *status, MPI_Datatype type, int *n)
{
    (void)status;
    (void)type;
    *n = 0;
    return MPI_SUCCESS;
}

int MPI_Iprobe(int from, int tag, MPI_Comm comm, int *there, MPI_Status *status)
{
    (void)from;
    (void)tag;
    (void)comm;
    (void)status;
    *there = 0;
    return MPI_SUCCESS;
}

int MPI_Ibcast(void *bytes, int n, MPI_Datatype type, int root, MPI_Comm comm, MPI_Request *request)
{
    return MPI_Isend(bytes, n, type, root, 0, comm, request);
}

int MPI_Finalize(void)
{
    mpi.has_ended = true;
    for (int i = 1; i <= mpi.n; i++)
        mpi.left_at_end += !mpi.sent[i].is_seen;
    return MPI_SUCCESS;
}

static int start(void **state)
{
    (void)state;
    memset(&mpi, 0, sizeof mpi);
    return manyfold_mpi_api.start();
}

/* Also of what a test left under way. */
static int end(void **state)
{
    (void)state;
    for (int i = 1; i <= mpi.n; i++)
        mpi.sent[i].looks_left = 0;
    return manyfold_mpi_api.end();
}

static bool no_memory;

void *__real_mf__new(size_t n, size_t size);
void *__wrap_mf__new(size_t n, size_t size);

void *__wrap_mf__new(size_t n, size_t size)
{
    return no_memory ? NULL : __real_mf__new(n, size);
}

static int send_word(int to, unsigned word)
{
    return manyfold_mpi_api.send(to, 1, &word, sizeof word);
}

/* ---- tests ---- */

static void a_small_message_does_not_wait_for_who_takes_it(void **state)
{
    (void)state;
    mpi.looks = -1;
    assert_int_equal(send_word(1, 5), 0);
    assert_int_equal(mpi.n, 1);
    assert_int_equal(mpi.looked, 0);
}

static void messages_under_way_keep_what_they_were_sent_with(void **state)
{
    (void)state;
    mpi.looks = -1;
    for (unsigned word = 0; word < 4; word++)
        assert_int_equal(send_word(1, word), 0);
    assert_int_equal(manyfold_mpi_api.send(1, 1, "", 0), 0);
    for (unsigned word = 0; word < 4; word++)
        assert_memory_equal(mpi.sent[1 + word].bytes, &word, sizeof word);
    assert_int_equal(mpi.sent[5].n, 0);
}

static void places_are_used_again_once_messages_are_gone(void **state)
{
    (void)state;
    mpi.looks = 1;
    for (unsigned word = 0; word < SENT_MOST; word++)
        assert_int_equal(send_word(1, word), 0);
    assert_int_equal(mpi.n, SENT_MOST);
}

static void a_large_message_is_waited_for_and_not_copied(void **state)
{
    static unsigned char large[LARGE];
    (void)state;
    mpi.looks = 3;
    assert_int_equal(manyfold_mpi_api.send(1, 1, large, sizeof large), 0);
    assert_ptr_equal(mpi.sent[1].bytes, large);
    assert_true(mpi.sent[1].is_seen);
}

/* So that a rank which is stopped is the only one that is waited for. */
static void a_message_without_a_place_waits_for_itself_alone(void **state)
{
    (void)state;
    mpi.looks = -1;
    for (int i = 0; i < 32; i++)
        assert_int_equal(send_word(1, 0), 0);
    mpi.looks = 2;
    no_memory = true;
    assert_int_equal(send_word(2, 9), 0);
    no_memory = false;
    assert_int_equal(mpi.sent[mpi.n].to, 2);
    assert_true(mpi.sent[mpi.n].is_seen);
}

/* Two ranks that wait for each other do so for ever. */
static void however_many_small_messages_are_under_way_none_is_waited_for(void **state)
{
    (void)state;
    for (unsigned word = 0; word < SENT_MOST; word++) {
        int looked = mpi.looked;
        mpi.looks = word < SENT_MOST / 2 ? -1 : 1000;
        assert_int_equal(send_word(1, word), 0);
        assert_false(mpi.sent[mpi.n].is_seen);
        assert_in_range(mpi.looked - looked, 0, 32);
    }
    for (unsigned word = 0; word < SENT_MOST; word++)
        assert_memory_equal(mpi.sent[1 + word].bytes, &word, sizeof word);
}

static void a_rank_that_takes_nothing_keeps_only_places_of_its_own(void **state)
{
    (void)state;
    mpi.looks = -1;
    for (unsigned word = 0; word < SENT_MOST / 2; word++)
        assert_int_equal(send_word(1, word), 0);
    mpi.looks = 0;
    int least = mpi.n;
    for (unsigned word = 0; word < SENT_MOST / 2; word++)
        assert_int_equal(send_word(2, word), 0);
    bool used_again = false;
    for (int i = least + 2; i <= mpi.n; i++)
        used_again = used_again || mpi.sent[i].bytes == mpi.sent[least + 1].bytes;
    assert_true(used_again);
}

static void what_went_wrong_with_a_message_is_told_with_the_next_one(void **state)
{
    (void)state;
    assert_int_equal(send_word(1, 1), 0);
    mpi.sent[1].is_bad = true;
    assert_int_equal(send_word(1, 2), BAD);
}

/* The others wait for this rank all the same. */
static void what_went_wrong_with_the_last_message_is_told_at_the_end(void **state)
{
    (void)state;
    mpi.looks = 4;
    for (unsigned word = 0; word < 5; word++)
        assert_int_equal(send_word(1, word), 0);
    mpi.sent[3].is_bad = true;
    assert_int_equal(manyfold_mpi_api.end(), BAD);
    assert_true(mpi.has_ended);
    assert_int_equal(mpi.left_at_end, 0);
}

static void at_the_end_all_messages_are_gone(void **state)
{
    (void)state;
    mpi.looks = 4;
    for (unsigned word = 0; word < 8; word++)
        assert_int_equal(send_word(1, word), 0);
    assert_int_equal(manyfold_mpi_api.end(), 0);
    assert_true(mpi.has_ended);
    assert_int_equal(mpi.left_at_end, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_small_message_does_not_wait_for_who_takes_it, start, end),
        cmocka_unit_test_setup_teardown(messages_under_way_keep_what_they_were_sent_with, start,
                                        end),
        cmocka_unit_test_setup_teardown(places_are_used_again_once_messages_are_gone, start, end),
        cmocka_unit_test_setup_teardown(a_large_message_is_waited_for_and_not_copied, start, end),
        cmocka_unit_test_setup_teardown(a_message_without_a_place_waits_for_itself_alone, start,
                                        end),
        cmocka_unit_test_setup_teardown(
            however_many_small_messages_are_under_way_none_is_waited_for, start, end),
        cmocka_unit_test_setup_teardown(a_rank_that_takes_nothing_keeps_only_places_of_its_own,
                                        start, end),
        cmocka_unit_test_setup_teardown(what_went_wrong_with_a_message_is_told_with_the_next_one,
                                        start, end),
        cmocka_unit_test_setup_teardown(what_went_wrong_with_the_last_message_is_told_at_the_end,
                                        start, end),
        cmocka_unit_test_setup_teardown(at_the_end_all_messages_are_gone, start, end),
    };
    return cmocka_run_group_tests_name("mpi_module", tests, NULL, NULL);
}
