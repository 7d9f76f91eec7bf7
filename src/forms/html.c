/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/forms.h"
#include "forms/html_frame.h"
#include "forms/html_page.h"

bool mf__has_html(void)
{
    return true;
}

int mf__form_html(const struct mf__story *story, struct mf__buffer *out, mf_error *error)
{
    const struct mf__html_frame frame = {.head = mf__page_head_bytes[0],
                                         .head_length = mf__page_head_length,
                                         .foot = mf__page_foot_bytes[0],
                                         .foot_length = mf__page_foot_length};
    return mf__html_page(story, &frame, out, error);
}
