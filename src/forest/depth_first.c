/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a tree depth first, the left side before the right. */
#include "base/memory.h"
#include "base/status.h"
#include "forest/grower.h"

#define FIRST_ROOM 64U

struct stack {
    struct mf__bud *buds;
    size_t n;
    size_t room;
};

static int push(struct stack *stack, const struct mf__bud *bud, mf_error *error)
{
    if (stack->n == stack->room) {
        size_t room = stack->room > 0 ? 2 * stack->room : FIRST_ROOM;
        struct mf__bud *buds = mf__resize(stack->buds, room, sizeof *buds);
        if (buds == NULL)
            return mf__fail_memory(error, room * sizeof *buds, "the nodes of a tree");
        stack->buds = buds;
        stack->room = room;
    }
    stack->buds[stack->n++] = *bud;
    return 0;
}

static int grow_next(struct mf__grower *grower, struct stack *stack, mf_error *error)
{
    const struct mf__bud bud = stack->buds[--stack->n];
    struct mf__bud left;
    struct mf__bud right;
    struct mf__fork fork;
    if (mf_cancel_requested(grower->cancel))
        return mf__fail(error, MF_E_CANCELLED, "cancelled");
    mf__sprout(grower, &bud, &fork);
    if (fork.is_leaf)
        return 0;
    mf__credit(grower, &fork);
    mf__buds_of(&bud, &fork, &left, &right);
    int code = push(stack, &right, error);
    return code != 0 ? code : push(stack, &left, error);
}

int mf__grow_depth_first(struct mf__grower *grower, const struct mf__bud *root, mf_error *error)
{
    struct stack stack = {0};
    int code = push(&stack, root, error);
    while (code == 0 && stack.n > 0)
        code = grow_next(grower, &stack, error);
    mf__free(stack.buds);
    return code;
}
