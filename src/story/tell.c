/* SPDX-License-Identifier: Apache-2.0 */
/* The story of whole documents: a title, the answers, and then the chapters of each. */
#include "story/document.h"
#include "story/lab_parts.h"

#include <string.h>

/* What is told of each kind, and how. */
struct teller {
    void (*put_title)(const json_t *root, struct mf__buffer *out);
    void (*answers)(struct mf__story *story, const json_t *root);
    void (*chapters)(struct mf__story *story, const json_t *root, unsigned level);
    const char *machine;                                          /* where it stands */
    void (*in_short)(const json_t *root, struct mf__buffer *out); /* NULL: the first answer is so */
};

/* ---- in short ---- */

/* The verdict's own words on what to use, which come first among those on workers. */
static void put_short(const json_t *root, struct mf__buffer *out)
{
    static const char *const topics[] = {"workers", "winner", "answer"};
    const json_t *sentences = mf__look(root, "verdict.sentences");
    size_t first = mf__look_true(root, "verdict.wrong_answers") ? 2 : 0;
    for (size_t k = first; k < sizeof topics / sizeof topics[0]; k++)
        for (size_t i = 0; i < json_array_size(sentences); i++) {
            const json_t *sentence = json_array_get(sentences, i);
            if (strcmp(mf__look_text(sentence, "topic"), topics[k]) != 0)
                continue;
            mf__buffer_put(out, mf__look_text(sentence, "text"));
            return;
        }
}

static void short_comparison(const json_t *root, struct mf__buffer *out)
{
    struct mf__buffer one = {0};
    put_short(root, &one);
    if (one.length > 0)
        mf__buffer_print(out, "In short: %s", mf__buffer_text(&one));
    out->failed = out->failed || one.failed;
    mf__buffer_done(&one);
}

static void short_lab(const json_t *root, struct mf__buffer *out)
{
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        const json_t *comparison = mf__lab_document(root, mf__lab_comparisons[i].name);
        struct mf__buffer one = {0};
        if (comparison != NULL)
            put_short(comparison, &one);
        if (one.length > 0) {
            mf__lab_begin_item(root, i, out);
            mf__buffer_put(out, mf__buffer_text(&one));
        }
        out->failed = out->failed || one.failed;
        mf__buffer_done(&one);
    }
}

/* ---- titles ---- */

static void title_comparison(const json_t *root, struct mf__buffer *out)
{
    mf__buffer_print(out, "Comparison: %s", mf__look_text(root, "what"));
}

static void title_search(const json_t *root, struct mf__buffer *out)
{
    size_t n = mf__look_length(root, "trials");
    mf__buffer_print(out, "Search: %zu random forest%s for %s of %s", n, n == 1 ? "" : "s",
                     mf__look_text(root, "target"), mf__look_text(root, "table.name"));
}

static void title_training(const json_t *root, struct mf__buffer *out)
{
    mf__buffer_print(out, "A random forest for %s of %s", mf__look_text(root, "target"),
                     mf__look_text(root, "table.name"));
}

static void title_lab(const json_t *root, struct mf__buffer *out)
{
    (void)root;
    mf__buffer_put(out, "Threads or processes? A lab with manyfold");
}

static const struct teller tellers[] = {
    [MF__DOCUMENT_COMPARE] = {title_comparison, mf__story_compare_answers, mf__story_compare,
                              "machine", short_comparison},
    [MF__DOCUMENT_TUNE] = {title_search, mf__story_tune_answers, mf__story_tune, "study.machine",
                           NULL},
    [MF__DOCUMENT_TRAIN] = {title_training, mf__story_train_answers, mf__story_train, "machine",
                            NULL},
    [MF__DOCUMENT_LAB] = {title_lab, mf__story_lab_answers, mf__story_lab, "machine", short_lab},
};

void mf__document_title(const struct mf__document *document, struct mf__buffer *out)
{
    tellers[document->kind].put_title(document->root, out);
}

static void put_names(const struct mf__document *documents, size_t n, struct mf__buffer *out)
{
    for (size_t i = 0; i < n; i++)
        mf__buffer_print(out, "%s%s", i > 0 ? ", " : "", documents[i].name);
}

static void put_title(const struct mf__document *documents, size_t n, struct mf__buffer *out)
{
    if (n == 1)
        mf__document_title(documents, out);
    else
        mf__buffer_print(out, "%zu results", n);
}

/* ---- when and where ---- */

/* "2026-05-01T12:00:00Z" as " 2026-05-01 12:00 UTC"; another form as it is. */
static void put_time(const char *stamp, struct mf__buffer *out)
{
    if (strlen(stamp) == strlen("2026-05-01T12:00:00Z") && stamp[10] == 'T')
        mf__buffer_print(out, " %.10s %.5s UTC", stamp, stamp + 11);
    else if (stamp[0] != '\0')
        mf__buffer_print(out, " %s", stamp);
}

static void put_machine(const struct mf__document *document, struct mf__buffer *out)
{
    const json_t *machine = mf__look(document->root, tellers[document->kind].machine);
    uint64_t cores = mf__look_count(machine, "cores");
    const char *model = mf__look_text(machine, "cpu_model");
    if (machine == NULL)
        return;
    mf__buffer_print(out, " on %s with %llu core%s", model[0] != '\0' ? model : "a machine",
                     (unsigned long long)cores, cores == 1 ? "" : "s");
}

static void put_about(const struct mf__document *document, struct mf__buffer *out)
{
    const char *created = mf__look_text(document->root, "created");
    mf__buffer_put(out, mf__look_true(document->root, "scripted")
                            ? "Scripted times, not measured; made"
                            : "Measured");
    put_time(created, out);
    put_machine(document, out);
    mf__buffer_print(out, " by manyfold %s", mf__look_text(document->root, "tool.version"));
}

static void begin(const struct mf__document *documents, size_t n, struct mf__story *story)
{
    struct mf__buffer title = {0};
    struct mf__buffer about = {0};
    const char *created = mf__look_text(documents->root, "created");
    put_title(documents, n, &title);
    if (n == 1)
        put_about(documents, &about);
    else
        put_names(documents, n, &about);
    mf__story_begin(story, mf__buffer_text(&title), created[0] != '\0' ? created : NULL);
    mf__story_about(story, "%s", mf__buffer_text(&about));
    story->failed = story->failed || title.failed || about.failed;
    mf__buffer_done(&title);
    mf__buffer_done(&about);
}

/* ---- all of it ---- */

/* A heading with the title of one of several documents. */
static void put_heading(const struct mf__document *document, unsigned level, const char *id,
                        struct mf__story *story)
{
    struct mf__buffer title = {0};
    mf__document_title(document, &title);
    mf__buffer_print(&title, " (%s)", document->name);
    story->failed = story->failed || title.failed;
    mf__story_section(story, level, id, mf__buffer_text(&title));
    mf__buffer_done(&title);
}

/* What somebody who reads on no further should know. */
static void say_short(const struct mf__document *document, struct mf__story *story)
{
    struct mf__buffer text = {0};
    if (tellers[document->kind].in_short != NULL)
        tellers[document->kind].in_short(document->root, &text);
    if (text.length > 0)
        mf__story_text(story, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

int mf__story_tell(const struct mf__document *documents, size_t n, struct mf__story *story,
                   mf_error *error)
{
    bool many = n > 1;
    begin(documents, n, story);
    mf__story_section(story, 1, "answers", "The answers");
    for (size_t i = 0; i < n; i++) {
        if (many)
            put_heading(&documents[i], 2, "answers-of", story);
        say_short(&documents[i], story);
        tellers[documents[i].kind].answers(story, documents[i].root);
    }
    for (size_t i = 0; i < n; i++) {
        if (many)
            put_heading(&documents[i], 1, "result", story);
        tellers[documents[i].kind].chapters(story, documents[i].root, many ? 2 : 1);
        mf__story_source(story, documents[i].name, documents[i].root);
    }
    return mf__story_check(story, error);
}
