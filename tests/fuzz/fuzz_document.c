/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a result document. What is taken is told, and shown in the forms that are text: a
 * document that was taken never fails after that. What is refused is refused in one line.
 */
#include "tests/fuzz/fuzz.h"

#include "forms/forms.h"
#include "story/document.h"

#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void check_story(const struct mf__document *document)
{
    struct mf__story story = {0};
    struct mf__buffer text = {0};
    const struct mf__style style = {.width = 80, .ascii = true};
    expect(mf__story_tell(document, 1, &story, NULL) == 0);
    expect(story.title != NULL && story.n_sources == 1);
    expect(mf__form_text(&story, &style, &text, NULL) == 0);
    expect(mf__form_markdown(&story, &text, NULL) == 0);
    expect(mf__form_notebook(&story, &text, NULL) == 0);
    expect(text.length > 0);
    mf__buffer_done(&text);
    mf__story_done(&story);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct mf__document document = {0};
    mf_error error = {0};
    int code = mf__document_parse((const char *)bytes, length, "a.json", &document, &error);
    if (code == 0) {
        check_story(&document);
    } else {
        expect((code == MF_E_FORMAT || code == MF_E_MEMORY) && error.code == code);
        expect(strncmp(error.text, "a.json", strlen("a.json")) == 0);
        expect(document.name == NULL && document.root == NULL);
        for (const char *at = error.text; *at != '\0'; at++)
            expect((unsigned char)*at >= 0x20);
    }
    mf__document_done(&document);
    return 0;
}
