/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/differing.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/differing_pair.h"

#include <string.h>

/* Does something with each pair of the two documents. */
typedef int visit(struct mf__diff_pair *pair, mf_error *error);

/* ---- the parts of a lab ---- */

/* The document of this name among those of a lab; NULL: none. */
static const json_t *part_named(const json_t *lab, const char *name)
{
    const json_t *parts = mf__look(lab, "documents");
    for (size_t i = 0; i < json_array_size(parts); i++)
        if (strcmp(mf__look_text(json_array_get(parts, i), "name"), name) == 0)
            return json_array_get(parts, i);
    return NULL;
}

static bool kind_of(const json_t *document, enum mf__document_kind *ret_kind)
{
    for (int kind = 0; kind < MF__DOCUMENT_LAB; kind++) {
        struct mf__buffer name = {0};
        mf__buffer_print(&name, "manyfold-%s-1",
                         mf__document_kind_name((enum mf__document_kind)kind));
        bool same = strcmp(mf__look_text(document, "schema"), mf__buffer_text(&name)) == 0;
        mf__buffer_done(&name);
        *ret_kind = (enum mf__document_kind)kind;
        if (same)
            return true;
    }
    return false;
}

static int visit_part(const struct mf__diff_pair *whole, const json_t *part, visit *each,
                      mf_error *error)
{
    struct mf__diff_pair pair = *whole;
    enum mf__document_kind other;
    pair.part = mf__look_text(part, "name");
    pair.old = mf__look(part, "document");
    pair.new = mf__look(part_named(whole->new, pair.part), "document");
    if (pair.new == NULL || !kind_of(pair.old, &pair.kind) || !kind_of(pair.new, &other) ||
        pair.kind != other)
        return 0; /* it is named among what is missing */
    return each(&pair, error);
}

static int visit_all(const struct mf__diff_pair *whole, visit *each, mf_error *error)
{
    if (whole->kind != MF__DOCUMENT_LAB) {
        struct mf__diff_pair pair = *whole;
        return each(&pair, error);
    }
    const json_t *parts = mf__look(whole->old, "documents");
    int code = 0;
    for (size_t i = 0; i < json_array_size(parts) && code == 0; i++)
        code = visit_part(whole, json_array_get(parts, i), each, error);
    return code;
}

static void note_missing_parts(const struct mf__diff_pair *whole, const json_t *from,
                               const json_t *other, const char *where)
{
    const json_t *parts = mf__look(from, "documents");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const char *name = mf__look_text(json_array_get(parts, i), "name");
        if (part_named(other, name) == NULL)
            mf__buffer_print(whole->missing, "%spart %s (%s)",
                             whole->missing->length > 0 ? "; " : "", name, where);
    }
}

/* ---- the whole ---- */

static int compare_times(struct mf__diff_series *series, size_t n, double threshold,
                         mf_error *error)
{
    struct mf__two_samples *samples = mf__new(n, sizeof *samples);
    struct mf__changed *changes = mf__new(n, sizeof *changes);
    int code = samples == NULL || changes == NULL
                   ? mf__fail_memory(error, n * sizeof *changes, "the differences")
                   : 0;
    for (size_t i = 0; i < n && code == 0; i++)
        samples[i] =
            (struct mf__two_samples){series[i].times_ns, series[i].n_old,
                                     series[i].times_ns + series[i].n_old, series[i].n_new};
    if (code == 0)
        code = mf__difference(samples, n, threshold, changes, error);
    for (size_t i = 0; i < n && code == 0; i++)
        series[i].changed = changes[i];
    mf__free(samples);
    mf__free(changes);
    return code;
}

/* All rows of both documents, the ceilings last. */
static int gather(const struct mf__diff_pair *whole, mf_error *error)
{
    struct mf__diff *diff = whole->diff;
    int code = visit_all(whole, mf__diff_pair_check, error);
    if (code == 0)
        code = visit_all(whole, mf__diff_pair_add, error);
    diff->n_judged = diff->n_series;
    if (code == 0)
        code = visit_all(whole, mf__diff_pair_add_ceilings, error);
    if (code != 0)
        return code;
    if (whole->kind == MF__DOCUMENT_LAB) {
        note_missing_parts(whole, whole->old, whole->new, "old");
        note_missing_parts(whole, whole->new, whole->old, "new");
    }
    if (diff->n_judged == 0 && diff->n_answers == 0)
        return mf__fail(error, MF_E_INPUT,
                        "%s and %s have nothing in common that could be compared: no series of the "
                        "same way, workers and size, no score",
                        mf__show_path(diff->old.name).text, mf__show_path(diff->new.name).text);
    return 0;
}

static int analyse(struct mf__diff *diff, mf_error *error)
{
    size_t judged = diff->n_judged;
    int code = compare_times(diff->series, judged, diff->threshold, error);
    if (code == 0)
        code =
            compare_times(diff->series + judged, diff->n_series - judged, diff->threshold, error);
    if (code == 0) {
        mf__diff_remark_sources(diff);
        /* Where all moved together the verdict begins with that. */
        if (mf__diff_moved(diff) == MF__CHANGE_NONE)
            mf__diff_remark_ceilings(diff);
    }
    return code;
}

int mf__diff_documents(const struct mf__document *old, const struct mf__document *new,
                       struct mf__diff *diff, mf_error *error)
{
    struct mf__buffer missing = {0};
    const struct mf__diff_pair whole = {
        .diff = diff, .kind = old->kind, .old = old->root, .new = new->root, .missing = &missing};
    diff->kind = mf__document_kind_name(old->kind);
    mf__diff_sources(old, new, diff);
    if (old->kind != new->kind)
        return mf__fail(error, MF_E_INPUT,
                        "%s is a result of \"%s\" and %s one of \"%s\"; give two of the same verb",
                        mf__show_path(old->name).text, mf__document_kind_name(old->kind),
                        mf__show_path(new->name).text, mf__document_kind_name(new->kind));
    int code = gather(&whole, error);
    if (code == 0)
        code = analyse(diff, error);
    if (missing.length > 0)
        mf__remark(&diff->remarks, "not compared, since only one of them has it: %s",
                   mf__buffer_text(&missing));
    if (code == 0)
        code = mf__buffer_check(&missing, error);
    if (code == 0)
        code = mf__buffer_check(&diff->apart, error);
    mf__buffer_done(&missing);
    return code;
}
