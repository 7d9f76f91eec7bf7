/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's protocol, one atomic step at a time.
 *
 * board.c is compiled into this test with its atomic operations replaced by ones that first give
 * the turn away. Virtual workers and a virtual parent are stacks of this one thread, so a schedule
 * is a list of choices: it can be enumerated, drawn at random, and repeated. A worker can be killed
 * in front of every operation. After each step all words and results are compared with what the
 * protocol allows.
 *
 * Enumerated are all schedules with up to a number of interventions (a change of turn that was not
 * needed, or a death), since most errors of this kind need few (Musuvathi and Qadeer, "Iterative
 * context bounding", PLDI 2007). Waiting knows no time-out here, so a lost wake-up is a deadlock.
 */
#include "exec/board.h"

#include "base/memory.h"
#include "base/random.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static bool takes_long; /* asked for more schedules */

static void step(void);

#undef atomic_load
#undef atomic_load_explicit
#undef atomic_store
#undef atomic_compare_exchange_strong
#undef atomic_compare_exchange_weak
#define atomic_load(at)                 (step(), *(at))
#define atomic_load_explicit(at, order) (step(), *(at))
#define atomic_store(at, value)         (step(), atomic_store_explicit(at, value, memory_order_seq_cst))
#define atomic_compare_exchange_strong(at, expected, value)                                        \
    (step(), atomic_compare_exchange_strong_explicit(at, expected, value, memory_order_seq_cst,    \
                                                     memory_order_seq_cst))
#define atomic_compare_exchange_weak atomic_compare_exchange_strong
#define mf__event_notify(event)      (step(), mf__event_notify(event))

#include "exec/board.c"

#define MOST_WORKERS 4
#define MOST_ITEMS   12
#define MOST_WINDOW  4
#define MOST_DEATHS  3    /* of one item, as in processes.c */
#define MOST_STEPS   4000 /* a schedule that takes longer does not end */
#define STACK_BYTES  (64 << 10)

enum state { ABSENT, ALIVE, WAITING, LEFT, DEAD };

struct actor {
    ucontext_t context;
    enum state state;
    uint32_t seen; /* while waiting for room */
};

struct shape {
    unsigned workers;
    uint64_t items;
    uint64_t window;
    uint64_t stop_after; /* the parent stops the board when so many are combined */
};

/* The parent is the actor behind the last worker. */
static struct {
    struct shape shape;
    struct mf__board *board;
    struct actor actors[MOST_WORKERS + 1];
    struct actor *current; /* whose turn it is; NULL: the scheduler's */
    ucontext_t scheduler;
    uint64_t before[MOST_WINDOW]; /* the words at the last look */
    unsigned deaths[MOST_ITEMS];  /* of the workers that held an item */
    unsigned claims;              /* since the parent last started a worker for want of others */
    bool restaffed;
    bool stopped;
    uint64_t combined;
    unsigned steps;
    const char *wrong; /* what was found wrong, or NULL */
} model;

static _Alignas(64) unsigned char board_memory[64 << 10];
static _Alignas(64) unsigned char stacks[MOST_WORKERS + 1][STACK_BYTES];

static void complain(const char *wrong)
{
    if (model.wrong == NULL)
        model.wrong = wrong;
}

/* Gives the turn away: the scheduler decides who is next. */
static void step(void)
{
    struct actor *self = model.current;
    if (self != NULL)
        swapcontext(&self->context, &model.scheduler);
}

static struct actor *parent(void)
{
    return &model.actors[model.shape.workers];
}

static uint64_t pattern(uint64_t item)
{
    return (item + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

/* ---- the actors ---- */

static void leave(struct actor *self, enum state state)
{
    self->state = state;
    swapcontext(&self->context, &model.scheduler);
}

static void do_item(uint64_t item)
{
    volatile uint64_t *result = mf__board_result(model.board, item);
    model.claims++;
    if (item < model.combined)
        complain("an item was claimed again after it was combined");
    result[0] = pattern(item);
    step();
    result[1] = ~pattern(item);
    mf__board_done(model.board, item);
}

static void live(unsigned worker)
{
    struct actor *self = &model.actors[worker];
    for (;;) {
        uint64_t item = 0;
        self->seen = mf__event_seen(&model.board->room);
        switch (mf__board_claim(model.board, worker, &item)) {
        case MF__CLAIMED:
            do_item(item);
            break;
        case MF__CLAIM_LATER:
            leave(self, WAITING);
            break;
        case MF__CLAIM_NONE:
            leave(self, LEFT);
        }
    }
}

static void start(unsigned index, void (*life)(void))
{
    struct actor *actor = &model.actors[index];
    getcontext(&actor->context);
    actor->context.uc_stack.ss_sp = stacks[index];
    actor->context.uc_stack.ss_size = STACK_BYTES;
    actor->context.uc_link = NULL;
    if (life != NULL)
        makecontext(&actor->context, life, 0);
    else
        makecontext(&actor->context, (void (*)(void))live, 1, index);
    actor->state = ALIVE;
}

static bool is_poisoned(uint64_t item)
{
    mf_error error;
    mf__board_failure(model.board, item, &error);
    return model.deaths[item] >= MOST_DEATHS && error.code == MF_E_WORKER;
}

static void combine(uint64_t item, bool failed)
{
    const uint64_t *result = mf__board_result(model.board, item);
    if (item != model.combined)
        complain("items were combined out of order");
    if (failed && !is_poisoned(item))
        complain("an item failed that did not, or for another reason");
    if (!failed && (result[0] != pattern(item) || result[1] != ~pattern(item)))
        complain("a result was combined that was not whole");
    model.combined++;
}

static void collect(void)
{
    uint64_t item = 0;
    bool failed = false;
    while (!model.stopped && mf__board_ready(model.board, &item, &failed)) {
        combine(item, failed);
        mf__board_advance(model.board);
        if (model.combined == model.shape.stop_after) {
            mf__board_stop(model.board);
            model.stopped = true;
        }
    }
}

static bool work_is_left(void)
{
    return !model.stopped && model.combined < model.shape.items;
}

static void mourn(unsigned worker)
{
    static const mf_error poisoned = {MF_E_WORKER, "poisoned"};
    uint64_t item = 0;
    if (mf__board_held(model.board, worker, &item)) {
        if (mf__board_count_death(model.board, item) != ++model.deaths[item])
            complain("deaths were not counted for the item that caused them");
        if (model.deaths[item] >= MOST_DEATHS)
            mf__board_failed(model.board, worker, item, &poisoned);
        else
            mf__board_release(model.board, item);
    }
    step(); /* the rules are checked while it counts as dead */
    model.actors[worker].state = LEFT;
    if (work_is_left())
        start(worker, NULL);
}

static bool somebody_is(enum state state)
{
    for (unsigned worker = 0; worker < model.shape.workers; worker++)
        if (model.actors[worker].state == state)
            return true;
    return false;
}

/* Nobody is left to claim what is lost: one fresh worker has to find something to claim. */
static void restaff(void)
{
    if (model.restaffed && model.claims == 0)
        complain("an item is lost for good");
    model.restaffed = true;
    model.claims = 0;
    start(0, NULL);
}

static void oversee(void)
{
    for (;;) {
        collect();
        for (unsigned worker = 0; worker < model.shape.workers; worker++)
            if (model.actors[worker].state == DEAD)
                mourn(worker);
        collect();
        if (!somebody_is(ALIVE) && !somebody_is(WAITING) && !somebody_is(DEAD)) {
            if (!work_is_left())
                leave(parent(), LEFT);
            restaff();
        }
        leave(parent(), WAITING);
    }
}

/* ---- the rules ---- */

static bool is_allowed(uint64_t before, uint64_t after, unsigned actor)
{
    bool same_lap = lap_of(before) == lap_of(after);
    bool by_parent = actor == model.shape.workers;
    enum mf__slot_state to = state_of(after);
    switch (state_of(before)) {
    case MF__SLOT_FREE:
        return same_lap && to == MF__SLOT_TAKEN && owner_of(after) == actor;
    case MF__SLOT_TAKEN:
        if (by_parent)
            return same_lap && model.actors[owner_of(before)].state == DEAD &&
                   (to == MF__SLOT_FREE || to == MF__SLOT_FAILED);
        return same_lap && owner_of(before) == actor && to == MF__SLOT_DONE;
    case MF__SLOT_DONE:
    case MF__SLOT_FAILED:
        return by_parent && lap_of(after) == lap_of(before) + 1 && to == MF__SLOT_FREE;
    }
    return false;
}

static void check_slot(uint64_t k, unsigned actor)
{
    uint64_t word = slot_of(model.board, k)->word;
    uint64_t item = lap_of(word) * model.shape.window + k;
    const uint64_t *result = mf__board_result(model.board, k);
    if (word != model.before[k] && !is_allowed(model.before[k], word, actor))
        complain("a word changed in a way that the protocol does not know");
    if (state_of(word) != MF__SLOT_FREE && item >= model.shape.items)
        complain("an item is handed out that does not exist");
    if (item > model.board->combined + model.shape.window)
        complain("an item is shown that is outside of the window");
    if (state_of(model.before[k]) == MF__SLOT_DONE && state_of(word) == MF__SLOT_FREE &&
        item - model.shape.window >= model.combined)
        complain("a slot was given to its next item before its result was combined");
    if (state_of(word) == MF__SLOT_DONE && result[0] != pattern(item))
        complain("a result was overwritten before it was combined");
    model.before[k] = word;
}

static void check_board(unsigned actor)
{
    unsigned taken[MOST_WORKERS] = {0};
    for (uint64_t k = 0; k < model.shape.window; k++) {
        check_slot(k, actor);
        if (state_of(model.before[k]) == MF__SLOT_TAKEN && ++taken[owner_of(model.before[k])] > 1)
            complain("a worker holds two items");
    }
}

/* ---- the scheduler ---- */

static bool has_news(void)
{
    uint64_t item = 0;
    bool failed = false;
    return (!model.stopped && mf__board_ready(model.board, &item, &failed)) || somebody_is(DEAD) ||
           (!somebody_is(ALIVE) && !somebody_is(WAITING));
}

static bool can_go_on(unsigned index)
{
    const struct actor *actor = &model.actors[index];
    if (actor->state == WAITING)
        return index == model.shape.workers ? has_news() : model.board->room.epoch != actor->seen;
    return actor->state == ALIVE;
}

/* The first actor from `index` on that can go on, cyclically; -1 when there is none. */
static int next_from(unsigned index)
{
    unsigned n = model.shape.workers + 1;
    for (unsigned i = 0; i < n; i++)
        if (can_go_on((index + i) % n))
            return (int)((index + i) % n);
    return -1;
}

static void set_up(const struct shape *shape)
{
    const mf_work work = {.n_items = shape->items, .result_bytes = 2 * sizeof(uint64_t)};
    memset(&model, 0, sizeof model);
    model.shape = *shape;
    assert_true(mf__board_bytes(&work, shape->workers) <= sizeof board_memory);
    model.board = mf__board_init_used(board_memory, &work, shape->workers);
    model.board->window = shape->window;
    for (unsigned worker = 0; worker < shape->workers; worker++)
        start(worker, NULL);
    start(shape->workers, oversee);
}

static void take_turn(unsigned index)
{
    struct actor *actor = &model.actors[index];
    actor->state = ALIVE;
    model.current = actor;
    swapcontext(&model.scheduler, &actor->context);
    model.current = NULL;
    model.steps++;
    check_board(index);
    if (model.steps > MOST_STEPS)
        complain("the schedule does not end");
}

/*
 * Runs one schedule. `choose` is told whose turn it would be and says whose turn it is; or it kills
 * a worker that is alive and says again who would be next (-1: nobody).
 */
static void run_schedule(const struct shape *shape, int (*choose)(void *user, int next), void *user)
{
    set_up(shape);
    unsigned last = 0;
    while (model.wrong == NULL && parent()->state != LEFT) {
        int next = choose(user, next_from(last));
        if (next < 0) {
            complain("nobody can go on");
            break;
        }
        last = (unsigned)next;
        take_turn(last);
    }
    uint64_t expected = shape->stop_after > 0 && shape->stop_after < shape->items
                            ? shape->stop_after
                            : shape->items;
    if (model.wrong == NULL && model.combined != expected)
        complain("the run ended before everything was combined");
}

/* ---- all schedules with few interventions ---- */

#define MOST_INTERVENTIONS 3

/* At step `at`: kill whose turn it is (who == 0), or give the turn to the one `who` places on. */
struct intervention {
    unsigned at;
    unsigned who;
};

struct plan {
    struct intervention interventions[MOST_INTERVENTIONS];
    unsigned n;
};

static int follow_plan(void *user, int next)
{
    const struct plan *plan = user;
    for (unsigned i = 0; i < plan->n && next >= 0; i++) {
        const struct intervention *now = &plan->interventions[i];
        if (now->at != model.steps)
            continue;
        if (now->who > 0)
            return next_from((unsigned)next + now->who);
        if ((unsigned)next < model.shape.workers) {
            model.actors[next].state = DEAD;
            next = next_from((unsigned)next);
        }
    }
    return next;
}

/* Runs the plan and all that add up to `more` interventions behind its last one. */
static uint64_t try_all(const struct shape *shape, struct plan *plan, unsigned more)
{
    run_schedule(shape, follow_plan, plan);
    if (model.wrong != NULL) {
        for (unsigned i = 0; i < plan->n; i++)
            print_error("step %u: %u\n", plan->interventions[i].at, plan->interventions[i].who);
        fail_msg("%s", model.wrong);
    }
    uint64_t tried = 1;
    unsigned steps = model.steps;
    unsigned first = plan->n > 0 ? plan->interventions[plan->n - 1].at + 1 : 0;
    for (unsigned at = first; more > 0 && at < steps; at++) {
        for (unsigned who = 0; who <= shape->workers; who++) {
            plan->interventions[plan->n++] = (struct intervention){at, who};
            tried += try_all(shape, plan, more - 1);
            plan->n--;
        }
    }
    return tried;
}

static void every_schedule_with_few_interventions_is_right(void **state)
{
    (void)state;
    static const struct {
        struct shape shape;
        unsigned interventions;
        unsigned interventions_long;
    } tries[] = {
        {{1, 3, 1, 0}, 2, 3}, {{2, 1, 1, 0}, 3, 3}, {{2, 2, 1, 0}, 2, 3}, {{2, 3, 2, 0}, 2, 3},
        {{2, 4, 2, 2}, 2, 3}, {{3, 3, 2, 0}, 2, 2}, {{3, 4, 1, 2}, 1, 2},
    };
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        struct plan plan = {.n = 0};
        unsigned most = takes_long ? tries[i].interventions_long : tries[i].interventions;
        assert_true(try_all(&tries[i].shape, &plan, most) > 100);
    }
}

/* ---- random schedules ---- */

struct dice {
    struct mf__random random;
    uint64_t calm;   /* the turn changes in one of so many steps */
    unsigned deaths; /* still to come */
};

static int throw_dice(void *user, int next)
{
    struct dice *dice = user;
    if (next < 0 || mf__random_below(&dice->random, dice->calm) > 0)
        return next;
    unsigned victim = (unsigned)mf__random_below(&dice->random, MOST_WORKERS);
    if (dice->deaths > 0 && victim < model.shape.workers &&
        (model.actors[victim].state == ALIVE || model.actors[victim].state == WAITING)) {
        dice->deaths--;
        model.actors[victim].state = DEAD;
    }
    return next_from((unsigned)mf__random_below(&dice->random, model.shape.workers + 1));
}

static void random_schedules_with_deaths_are_right(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < (takes_long ? 1000000 : 15000); seed++) {
        struct dice dice = {.random = {seed}};
        struct shape shape = {
            .workers = 1 + (unsigned)mf__random_below(&dice.random, MOST_WORKERS),
            .items = 1 + mf__random_below(&dice.random, MOST_ITEMS),
            .window = 1 + mf__random_below(&dice.random, MOST_WINDOW),
            .stop_after = mf__random_below(&dice.random, 4) == 0 ? 3 : 0,
        };
        shape.window = shape.window > shape.items ? shape.items : shape.window;
        dice.calm = 1 + mf__random_below(&dice.random, 6);
        dice.deaths = (unsigned)mf__random_below(&dice.random, 12);
        run_schedule(&shape, throw_dice, &dice);
        if (model.wrong != NULL)
            fail_msg("seed %llu: %s", (unsigned long long)seed, model.wrong);
    }
}

int main(int argc, char **argv)
{
    takes_long = argc > 1 && strcmp(argv[1], "long") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schedule_with_few_interventions_is_right),
        cmocka_unit_test(random_schedules_with_deaths_are_right),
    };
    return cmocka_run_group_tests_name("board_model", tests, NULL, NULL);
}
