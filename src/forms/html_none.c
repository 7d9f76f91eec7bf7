/* SPDX-License-Identifier: Apache-2.0 */
/* In place of html.c, in a manyfold that is built without the page. */
#include "base/status.h"
#include "forms/forms.h"

bool mf__has_html(void)
{
    return false;
}

int mf__form_html(const struct mf__story *story, struct mf__buffer *out, mf_error *error)
{
    (void)story;
    (void)out;
    return mf__fail(
        error, MF_E_UNAVAILABLE,
        "this manyfold was built without the HTML report; build it with -Dhtml=enabled, "
        "or use --notebook or --markdown");
}
