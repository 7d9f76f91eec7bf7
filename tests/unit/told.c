/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "tests/unit/told.h"

#include "report/compare_json.h"
#include "story/compare_parts.h"
#include "tests/unit/comparisons.h"

#include <string.h>

json_t *document(const char *name)
{
    static const char *const args[] = {"manyfold", "compare", "sum", "1e10", "it's <b>"};
    const struct mf__compare_about about = {.what = HOSTILE,
                                            .args = args,
                                            .n_args = sizeof args / sizeof args[0],
                                            .exit_reason = "done"};
    struct mf__comparison comparison;
    struct mf__buffer out = {0};
    assert_int_equal(scene_make(name, &comparison), 0);
    assert_int_equal(mf__compare_json(&comparison, &about, &out, NULL), 0);
    json_t *root = json_loadb(out.bytes, out.length, 0, NULL);
    assert_non_null(root);
    mf__buffer_done(&out);
    mf__comparison_done(&comparison);
    return root;
}

void tell(struct mf__story *story, const json_t *root)
{
    *story = (struct mf__story){0};
    mf__story_compare_answers(story, root);
    mf__story_compare(story, root, 2);
}

void told(const char *scene, json_t **ret_root, struct mf__story *ret_story)
{
    *ret_root = document(scene);
    tell(ret_story, *ret_root);
    assert_int_equal(mf__story_check(ret_story, NULL), 0);
}

void done(json_t *root, struct mf__story *story)
{
    mf__story_done(story);
    json_decref(root);
}

static const struct mf__block nothing; /* in place of a block that is not there */

bool has_block(const struct mf__story *story, const char *id)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].id != NULL && strcmp(story->blocks[i].id, id) == 0)
            return true;
    return false;
}

const struct mf__block *block_of(const struct mf__story *story, const char *id)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].id != NULL && strcmp(story->blocks[i].id, id) == 0)
            return &story->blocks[i];
    fail_msg("no block %s", id);
    return &nothing;
}

const char *answer_to(const struct mf__story *story, const char *question)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].kind == MF__BLOCK_ANSWER &&
            strcmp(story->blocks[i].title, question) == 0)
            return story->blocks[i].text;
    return "";
}

bool has_note(const struct mf__story *story, const char *words)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].kind == MF__BLOCK_NOTE && strstr(story->blocks[i].text, words) != NULL)
            return true;
    return false;
}

void assert_within(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

const json_t *series_of(const json_t *root, const char *role, const char *way, int workers)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, role) && strcmp(mf__look_text(series, "way"), way) == 0 &&
            mf__look_count(series, "workers") == (uint64_t)workers)
            return series;
    fail_msg("no series %s", role);
    return NULL;
}
