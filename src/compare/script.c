/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/script.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PIECE            64
#define MOST_NS          (UINT64_C(3600) * 1000000000)
#define MOST_SCRIPTED_NS 1e18 /* a third of a century; larger ones would not fit an integer */
#define UNIFORMS         12   /* their sum, less 6, is close to normal with a variance of 1 */

enum kind { DURATION, COUNT, SHARE, NAME };

static const struct {
    const char *name;
    enum kind kind;
    size_t offset;
} words[] = {
    {"t1", DURATION, offsetof(struct mf__script, t1_ns)},
    {"start", DURATION, offsetof(struct mf__script, start_ns)},
    {"launch", DURATION, offsetof(struct mf__script, launch_ns)},
    {"size", COUNT, offsetof(struct mf__script, size)},
    {"seed", COUNT, offsetof(struct mf__script, random)},
    {"fraction", SHARE, offsetof(struct mf__script, fraction)},
    {"kappa", SHARE, offsetof(struct mf__script, kappa)},
    {"noise", SHARE, offsetof(struct mf__script, noise)},
    {"wrong", NAME, offsetof(struct mf__script, wrong)},
    {"broken", NAME, offsetof(struct mf__script, broken)},
};

static int set_word(struct mf__script *script, size_t k, const char *value, mf_error *error)
{
    void *target = (char *)script + words[k].offset;
    uint64_t number = 0;
    struct mf__limits limits = {words[k].name, 0, UINT64_MAX};
    int code = 0;
    switch (words[k].kind) {
    case DURATION:
        limits.max = MOST_NS;
        return mf__parse_duration_ns(value, &limits, target, error);
    case COUNT:
        return mf__parse_count(value, &limits, target, error);
    case SHARE:
        limits.max = MF__WHOLE_PPB;
        code = mf__parse_share(value, &limits, &number, error);
        *(double *)target = (double)number / MF__WHOLE_PPB;
        return code;
    case NAME:
        snprintf(target, MF__SCRIPT_NAME, "%s", value);
        return 0;
    }
    return 0;
}

static int set_piece(struct mf__script *script, char *piece, mf_error *error)
{
    char *value = strchr(piece, '=');
    if (value != NULL) {
        *value++ = '\0';
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (strcmp(words[k].name, piece) == 0)
                return set_word(script, k, value, error);
    }
    return mf__fail(error, MF_E_INPUT, "--pretend does not know %s", mf__quote(piece).text);
}

/* Every look takes a nanosecond, so that the clock has a step. */
static uint64_t scripted_now(void *user)
{
    struct mf__script *script = user;
    return ++script->now_ns;
}

int mf__script_parse(const char *text, unsigned cores, struct mf__script *ret_script,
                     mf_error *error)
{
    char piece[PIECE];
    *ret_script = (struct mf__script){.t1_ns = 1000000000, .size = 1, .cores = cores};
    for (const char *rest = text; rest != NULL;) {
        if (mf__split(&rest, piece, sizeof piece) >= sizeof piece)
            return mf__fail(error, MF_E_INPUT, "--pretend has a word that is too long");
        int code = set_piece(ret_script, piece, error);
        if (code != 0)
            return code;
    }
    return 0;
}

static double normal(struct mf__random *random)
{
    double sum = 0;
    for (int i = 0; i < UNIFORMS; i++)
        sum += (double)(mf__random_next(random) >> 11) * 0x1p-53;
    return sum - UNIFORMS / 2.0;
}

static double predicted_ns(const struct mf__script *script,
                           const struct mf__sample_request *request)
{
    double work = (double)script->t1_ns;
    if (script->size > 1)
        work *= (double)request->job.size / (double)script->size;
    double workers = request->workers;
    double running = request->workers < script->cores ? workers : (double)script->cores;
    if (request->copies)
        return work * (workers / running);
    if (mf__is_serial(request->way))
        return work;
    return work * (script->fraction + (1 - script->fraction) / running) +
           work * script->kappa * (workers - 1) + workers * (double)script->start_ns;
}

static int fill_ledger(mf_ledger *ledger, unsigned workers, uint64_t wall_ns, mf_error *error)
{
    *ledger = (mf_ledger){.wall_ns = wall_ns,
                          .load_balance = 1,
                          .n_workers = workers,
                          .workers = mf__new(workers, sizeof *ledger->workers),
                          .n_spans = workers,
                          .spans = mf__new(workers, sizeof *ledger->spans)};
    if (ledger->workers == NULL || ledger->spans == NULL) {
        mf_ledger_done(ledger);
        return mf__fail_memory(error, workers * sizeof *ledger->spans, "a ledger");
    }
    for (unsigned i = 0; i < workers; i++) {
        ledger->workers[i] = (mf_worker_ledger){.items = 1, .compute_ns = wall_ns};
        ledger->spans[i] = (mf_span){.worker = i,
                                     .items = 1,
                                     .first_item = i,
                                     .last_item = i,
                                     .end_ns = wall_ns,
                                     .compute_ns = wall_ns};
    }
    return 0;
}

static int take(void *user, const struct mf__sample_request *request,
                struct mf__outcome *ret_outcome, mf_error *error)
{
    struct mf__script *script = user;
    const char *name = request->copies ? "ceiling" : mf_way_name(request->way);
    if (strcmp(name, script->broken) == 0)
        return mf__fail(error, MF_E_ITEM, "failed as scripted");
    double ns = predicted_ns(script, request) * exp(script->noise * normal(&script->random));
    uint64_t whole_ns = ns < MOST_SCRIPTED_NS ? (uint64_t)ns : (uint64_t)MOST_SCRIPTED_NS;
    /* Every worker has a core for itself, which computes all the time. */
    struct mf__outcome outcome = {.total_ns = whole_ns,
                                  .launch_ns = strcmp(name, "mpi") == 0 ? script->launch_ns : 0,
                                  .cpu_ns = whole_ns * request->workers * request->repeats};
    int code = fill_ledger(&outcome.ledger, request->workers, outcome.total_ns, error);
    if (code != 0)
        return code;
    script->now_ns += outcome.launch_ns + outcome.total_ns * request->repeats;
    bool wrong = strcmp(name, script->wrong) == 0;
    snprintf(outcome.answer, sizeof outcome.answer, "%s", wrong ? "41" : "42");
    /* Nothing but the job's own check can tell that the reference itself is wrong. */
    outcome.wrong = wrong && mf__is_serial(request->way);
    if (outcome.wrong)
        snprintf(outcome.wrong_why, sizeof outcome.wrong_why, "it gave 41, its check says 42");
    mf__digest(outcome.answer, strlen(outcome.answer), outcome.digest);
    *ret_outcome = outcome;
    return 0;
}

struct mf__measuring mf__script_measuring(struct mf__script *script)
{
    script->clock = (struct mf__clock){scripted_now, script};
    return (struct mf__measuring){
        .take = take, .take_user = script, .clock = &script->clock, .scripted = true};
}
