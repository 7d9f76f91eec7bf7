/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a tree depth first, the left side before the right. */
#include "base/memory.h"
#include "base/status.h"
#include "forest/grower.h"

#define FIRST_ROOM 64U

/* A node that was made, and the fork whose right side comes when the nodes
 * under this one are made: its place on the path plus one, or 0. */
struct step {
    struct mf__fork fork;
    size_t pending;
};

/* The nodes on the way to the one that is made next. They stay where they are
 * while the buds in them grow, so nothing is copied; those that both sides are
 * done of are passed over. */
struct path {
    struct step *steps;
    size_t n;
    size_t room;
};

static int make_room(struct path *path, mf_error *error)
{
    if (path->n < path->room)
        return 0;
    size_t room = path->room > 0 ? 2 * path->room : FIRST_ROOM;
    struct step *steps = mf__resize(path->steps, room, sizeof *steps);
    if (steps == NULL)
        return mf__fail_memory(error, room * sizeof *steps, "the nodes of a tree");
    path->steps = steps;
    path->room = room;
    return 0;
}

/* The bud that grows next, NULL when there is none; where to go on after the
 * nodes under it. */
static const struct mf__bud *next_bud(struct path *path, size_t *ret_pending)
{
    path->n = *ret_pending;
    if (path->n == 0)
        return NULL;
    *ret_pending = path->steps[path->n - 1].pending;
    return &path->steps[path->n - 1].fork.right;
}

/* Whether the tree goes on on the left side of the node, which is then the last on the path. */
static bool grow_on(struct mf__grower *grower, struct path *path, const struct mf__bud *bud,
                    size_t *pending)
{
    if (bud->n <= grower->few) {
        mf__grow_few(grower, bud);
        return false;
    }
    struct step *step = &path->steps[path->n++];
    step->pending = *pending;
    mf__sprout(grower, bud, &step->fork);
    if (step->fork.is_leaf)
        return false;
    mf__credit(grower, &step->fork);
    *pending = path->n;
    return true;
}

int mf__grow_depth_first(struct mf__grower *grower, const struct mf__bud *root, mf_error *error)
{
    struct path path = {0};
    const struct mf__bud *bud = root;
    size_t pending = 0;
    int code = make_room(&path, error);
    while (code == 0 && bud != NULL) {
        if (mf_cancel_requested(grower->cancel)) {
            code = mf__fail(error, MF_E_CANCELLED, "cancelled");
            break;
        }
        bool on_left = grow_on(grower, &path, bud, &pending);
        code = make_room(&path, error); /* which may move the nodes, and the buds in them */
        if (code == 0)
            bud = on_left ? &path.steps[path.n - 1].fork.left : next_bud(&path, &pending);
    }
    mf__free(path.steps);
    return code;
}
