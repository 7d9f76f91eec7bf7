/* SPDX-License-Identifier: Apache-2.0 */
/* A lab, chapter by chapter: part 1, part 2, both side by side, and what to take along. */
#include "base/real.h"
#include "story/compare_parts.h"
#include "story/lab_parts.h"

#include <math.h>
#include <string.h>

#define DEEPEST 3 /* headings */

static unsigned below(unsigned level, unsigned by)
{
    return level + by < DEEPEST ? level + by : DEEPEST;
}

/* The command that makes a document. */
static void say_command(struct mf__story *story, const json_t *document)
{
    struct mf__buffer command = {0};
    mf__look_command(document, &command);
    mf__story_command(story, "%s", mf__buffer_text(&command));
    mf__text_done(story, &command);
}

static void tell_sum(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *sum = mf__lab_document(root, "sum");
    if (sum == NULL)
        return;
    mf__story_section(story, level, "part-1", "Part 1: the sum");
    mf__story_text(story,
                   "The integers from 1 to N are added one by one, although a formula would do: "
                   "the sum stands for work that is nothing but computing, and its answer is easy "
                   "to check. The range is cut into blocks, workers take block after block, and "
                   "the sums of the blocks are added in order. Nothing is read, nothing is shared, "
                   "so this is as good as it gets.");
    say_command(story, sum);
    mf__story_compare(story, sum, below(level, 1));
}

/* The shares of the rows that the search and its comparison are scored on; false where they are the
 * same, or not known. */
static bool test_sizes(const json_t *search, const json_t *compared, double *ret_search,
                       double *ret_compared)
{
    const char *share = mf__look_text(compared, "job.settings.test_size");
    *ret_search = mf__look_real(search, "study.validation.test_size");
    *ret_compared = 0;
    return mf__read_real(share, strlen(share), ret_compared) && isfinite(*ret_search) &&
           *ret_compared != *ret_search;
}

bool mf__lab_learns_less(const json_t *search, const json_t *compared)
{
    double usual = 0;
    double less = 0;
    return test_sizes(search, compared, &usual, &less) && less > usual;
}

/* The comparison may learn from other rows than the search, so that its rounds fit into a minute.
 */
static void say_rows(struct mf__story *story, const json_t *root)
{
    double search = 0;
    double compared = 0;
    if (test_sizes(mf__lab_document(root, "search"), mf__lab_document(root, "search-compared"),
                   &search, &compared))
        mf__story_note(story,
                       "So that enough rounds fit into a minute, the forests learn from %s of the "
                       "rows here and not from %s as in the search above; so their scores are not "
                       "the same. The combinations that are tried are.",
                       mf__show_percent(1 - compared, 0).text,
                       mf__show_percent(1 - search, 0).text);
}

/* A step of part 2 under a heading of its own. */
struct step {
    const char *name;
    const char *id;
    const char *title;
    const char *text;
    void (*tell)(struct mf__story *story, const json_t *root, unsigned level);
};

static const struct step steps[] = {
    {"train", "first-forest", "A first forest",
     "Before anything is searched: one forest with the usual settings, trained on one part of the "
     "rows and scored on the other, which it has not seen. What comes later has to beat it.",
     mf__story_train},
    {"search", "the-search", "The search for the best forest",
     "How many trees, how many features to choose from in each node, how deep? Nobody knows "
     "beforehand, so every combination is tried. Each trial stands for itself, which makes a "
     "search the kind of work that is easiest to share out.",
     mf__story_tune},
    {"search-compared", "search-compared", "The search, every way",
     "The same search, from beginning to end, again and again: serially and every other way. "
     "Unlike the sum it reads a table, allocates memory all the time and has pieces of "
     "very different length.",
     mf__story_compare},
};

static void tell_forest(struct mf__story *story, const json_t *root, unsigned level)
{
    bool begun = false;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct step *step = &steps[i];
        const json_t *document = mf__lab_document(root, step->name);
        if (document == NULL)
            continue;
        if (!begun)
            mf__story_section(story, level, "part-2", "Part 2: the forest");
        begun = true;
        mf__story_section(story, below(level, 1), step->id, step->title);
        mf__story_text(story, "%s", step->text);
        say_command(story, document);
        if (strcmp(step->name, "search-compared") == 0)
            say_rows(story, root);
        step->tell(story, document, below(level, 2));
    }
}

/* What sharing trees saved in this search; nothing where it saved nothing, or was not run. */
static void put_sharing(const json_t *search, struct mf__buffer *out)
{
    uint64_t asked = mf__look_count(search, "plan.trees_asked");
    uint64_t grown = mf__look_count(search, "plan.trees_grown");
    if (strcmp(mf__look_text(search, "end"), "done") == 0 && grown > 0 && grown < asked)
        mf__buffer_print(out, " Here %s were asked for, and %s grown.",
                         mf__show_count(asked, ',').text, mf__show_count(grown, ',').text);
}

static void take_along(struct mf__story *story, const json_t *root, unsigned level)
{
    static const char *const lessons[] = {
        "Measure before you choose. Run every way several times, in random order, and look at the "
        "interval of the ratio: where it holds 1, nothing is known yet.",
        "Compare with the best serial program, and with what the machine can do at best; not with "
        "the number of cores on the box.",
        "Check the answers. A way that is fast and wrong is only wrong.",
        "Choose threads to share data, processes for a wall between workers. In C both compute "
        "alike, and where pieces are large enough, and every worker has a core, they mostly take "
        "about the same time. In Python, whose lock lets one thread compute at a time, the choice "
        "is another one.",
        "Make pieces large enough to be worth handing out, and small enough that nobody waits for "
        "the last one.",
        "Do less before doing it faster: in a search, trees that several forests have in common "
        "need to be grown only once, whatever the way and the number of workers.",
    };
    size_t n = sizeof lessons / sizeof lessons[0];
    struct mf__buffer sharing = {0};
    put_sharing(mf__lab_document(root, "search"), &sharing);
    mf__story_section(story, level, "take-along", "What to take along");
    mf__story_text(story, "These rules come from experience with many programs, not from this run "
                          "alone; what was measured here stands above.");
    for (size_t i = 0; i < n; i++)
        mf__story_text(story, "%zu. %s%s", i + 1, lessons[i],
                       i + 1 == n ? mf__buffer_text(&sharing) : "");
    mf__story_text(story, "The guide, docs/guide.md, has each of these with a figure and a command "
                          "that shows it on your own machine. The commands above repeat each step "
                          "by hand; this one repeats the whole lab with a table of your own:");
    mf__story_command(story, "manyfold lab --data FILE.csv --recipe RECIPE.json");
    mf__text_done(story, &sharing);
}

void mf__story_lab(struct mf__story *story, const json_t *root, unsigned level)
{
    tell_sum(story, root, level);
    tell_forest(story, root, level);
    mf__lab_both(story, root, level);
    take_along(story, root, level);
}
