/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/run.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "remote/quote.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_COMMAND ((size_t)1 << 20)     /* bytes of a command that are kept */
#define FINE_NS      UINT64_C(60000000000) /* a connection that held so long was a good one */

void mf__there_done(struct mf__there *there)
{
    mf__buffer_done(&there->command);
    mf__buffer_done(&there->outputs);
}

void mf__order_done(struct mf__order *order)
{
    mf__buffer_done(&order->command);
    mf__buffer_done(&order->words);
    mf__buffer_done(&order->settings);
    mf__buffer_done(&order->outputs);
}

/* ---- what is answered ---- */

/* In the order of enum mf__there_state. */
static const char *const states[] = {"none", "running", "finished", "brought", "lost", "elsewhere"};

/* An answer as it comes in, with how much of each stream is known already. */
struct answer {
    struct mf__there *there;
    const struct mf__follower *follower; /* or NULL */
    uint64_t known[2];
    char token[100]; /* of what is followed; "" before the first answer */
};

static int fail_answer(const char *text, mf_error *error)
{
    return mf__fail(error, MF_E_SYSTEM, "the other machine answered what is no answer: %s",
                    mf__quote(text).text);
}

static int take_state(struct mf__there *there, const char *text, mf_error *error)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i], text) == 0) {
            there->state = (enum mf__there_state)i;
            return 0;
        }
    return fail_answer(text, error);
}

static int take_line(void *user, char letter, const char *text, mf_error *error)
{
    static const struct mf__limits limits = {"a status", 0, 255};
    struct answer *answer = user;
    struct mf__there *there = answer->there;
    uint64_t status = 0;
    switch (letter) {
    case 'S':
        return take_state(there, text, error);
    case 'Q':
        there->same = true;
        return 0;
    case 'N':
        snprintf(there->machine, sizeof there->machine, "%s", text);
        return 0;
    case 'T':
        snprintf(answer->token, sizeof answer->token, "%.99s", text);
        there->followed = true;
        return 0;
    case 'X':
        if (mf__parse_count(text, &limits, &status, NULL) != 0)
            return fail_answer(text, error);
        there->status = (int)status;
        return 0;
    default:
        return fail_answer(text, error);
    }
}

static int take_bytes(void *user, char letter, const char *bytes, size_t n, mf_error *error)
{
    struct answer *answer = user;
    const int stream = letter == 'E';
    struct mf__buffer *kept = letter == 'C' ? &answer->there->command : &answer->there->outputs;
    if (letter == 'C' || letter == 'F') {
        if (kept->length + n <= MOST_COMMAND)
            mf__buffer_add(kept, bytes, n);
        return mf__buffer_check(kept, error);
    }
    if (answer->follower == NULL)
        return fail_answer("bytes of a command", error);
    answer->known[stream] += n;
    return answer->follower->take(answer->follower->user, stream, bytes, n, error);
}

static int ask(const struct mf__link *link, const struct mf__buffer *values, const char *calls,
               struct answer *answer, bool *ret_cut, mf_error *error)
{
    struct mf__frames frames = {.line = take_line, .bytes = take_bytes, .user = answer};
    return mf__link_ask(link, values, calls, &frames, ret_cut, error);
}

/* ---- what is asked ---- */

/* A word that no other process has among its own. */
static void put_token(struct mf__buffer *out)
{
    char token[64];
    snprintf(token, sizeof token, "manyfold-remote-%llx-%llx", (unsigned long long)mf__now_ns(),
             (unsigned long long)getpid());
    mf__sh_set("token", token, out);
}

static int put_values(const struct mf__order *order, struct mf__buffer *out, mf_error *error)
{
    put_token(out);
    mf__sh_set("command", mf__buffer_text(&order->command), out);
    mf__sh_set("words", mf__buffer_text(&order->words), out);
    mf__sh_set("settings", mf__buffer_text(&order->settings), out);
    mf__sh_set("outputs", mf__buffer_text(&order->outputs), out);
    return mf__buffer_check(out, error);
}

int mf__there_ask(const struct mf__link *link, const struct mf__order *order, bool make,
                  struct mf__there *ret, mf_error *error)
{
    struct mf__buffer values = {0};
    struct answer answer = {.there = ret};
    ret->status = -1;
    mf__sh_set("command", order != NULL ? mf__buffer_text(&order->command) : NULL, &values);
    mf__sh_set("outputs", order != NULL ? mf__buffer_text(&order->outputs) : NULL, &values);
    int code = mf__buffer_check(&values, error);
    if (code == 0)
        code = ask(link, &values, make ? "ask make" : "ask", &answer, NULL, error);
    mf__buffer_done(&values);
    return code;
}

int mf__there_brought(const struct mf__link *link, mf_error *error)
{
    struct mf__there there = {0};
    struct answer answer = {.there = &there};
    return ask(link, NULL, "brought", &answer, NULL, error);
}

int mf__there_stop(const struct mf__link *link, struct mf__there *ret, mf_error *error)
{
    struct mf__buffer values = {0};
    struct answer answer = {.there = ret};
    int code = mf__there_ask(link, NULL, false, ret, error);
    const bool running = ret->state == MF__THERE_RUNNING;
    const bool ended = ret->state == MF__THERE_FINISHED || ret->state == MF__THERE_LOST;
    ret->was_running = running;
    if (code != 0 || (!running && !ended))
        return code;
    mf__buffer_clear(&ret->command);
    mf__buffer_clear(&ret->outputs);
    mf__sh_set("command", NULL, &values);
    code = mf__buffer_check(&values, error);
    if (code == 0)
        code = ask(link, &values, running ? "stop" : "stop\ndrop", &answer, NULL, error);
    mf__buffer_done(&values);
    return code;
}

/* ---- following ---- */

uint64_t mf__again_after_ns(unsigned attempt)
{
    static const uint64_t after_ms[] = {200, 1000, 2000, 4000, 8000, 15000, 30000};
    const size_t last = sizeof after_ms / sizeof after_ms[0] - 1;
    size_t at = attempt > 0 ? attempt - 1 : 0;
    return after_ms[at < last ? at : last] * MF__NS_PER_MS;
}

/* One connection. `start` is whether it may have to be started, which is over when it has answered
 * once; from then on the same one is followed, or none. */
static int follow_once(const struct mf__link *link, const struct mf__buffer *values, bool start,
                       struct answer *answer, bool *ret_cut, mf_error *error)
{
    struct mf__buffer calls = {0};
    const bool answered = answer->token[0] != '\0';
    answer->there->status = -1;
    mf__buffer_print(&calls, "%sfollow %llu %llu", start && !answered ? "start\n" : "",
                     (unsigned long long)answer->known[0], (unsigned long long)answer->known[1]);
    if (answered) {
        mf__buffer_put(&calls, " ");
        mf__sh_quote(answer->token, &calls);
    }
    int code = mf__buffer_check(&calls, error);
    if (code == 0)
        code = ask(link, values, mf__buffer_text(&calls), answer, ret_cut, error);
    mf__buffer_done(&calls);
    return code;
}

int mf__there_follow(const struct mf__link *link, const struct mf__order *order,
                     const struct mf__follower *follower, struct mf__there *there, mf_error *error)
{
    struct mf__buffer values = {0};
    struct answer answer = {.there = there, .follower = follower};
    unsigned attempt = 0;
    bool cut = true;
    int code = order != NULL ? put_values(order, &values, error) : 0;
    while (code == 0 && cut) {
        const uint64_t before = answer.known[0] + answer.known[1];
        const uint64_t start_ns = mf__now_ns();
        there->state = MF__THERE_NONE;
        code = follow_once(link, &values, order != NULL, &answer, &cut, error);
        if (!cut)
            break;
        const bool was_fine =
            answer.known[0] + answer.known[1] > before || mf__now_ns() - start_ns > FINE_NS;
        attempt = was_fine ? 1 : attempt + 1;
        if (attempt > follower->tries) {
            mf__fail_within(error, code, "the connection is lost");
            break;
        }
        follower->again(follower->user, attempt, follower->tries, error->text);
        mf__link_pause(link, mf__again_after_ns(attempt));
        code = 0;
        if (link->cancel != NULL && mf_cancel_requested(link->cancel))
            code = mf__fail(error, MF_E_CANCELLED, "cancelled");
    }
    mf__buffer_done(&values);
    return code;
}
