/* SPDX-License-Identifier: Apache-2.0 */
#include "report/train.h"

void mf__remark(struct mf__remarks *remarks, const char *format, ...)
{
    if (remarks->n == MF__REMARKS_MAX)
        return;
    struct mf__buffer *remark = &remarks->list[remarks->n++];
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(remark, format, args);
    va_end(args);
}

void mf__remarks_done(struct mf__remarks *remarks)
{
    for (size_t i = 0; i < remarks->n; i++)
        mf__buffer_done(&remarks->list[i]);
    remarks->n = 0;
}

void mf__remarks_text(const struct mf__remarks *remarks, const struct mf__style *style,
                      struct mf__buffer *out)
{
    const struct mf__label label = {.text = "-", .column = 2, .width = 2};
    if (remarks->n > 0)
        mf__say_heading(style, "Remarks", out);
    for (size_t i = 0; i < remarks->n; i++) {
        mf__say_lines(style, &label, out, "%s", mf__buffer_text(&remarks->list[i]));
        out->failed = out->failed || remarks->list[i].failed;
    }
}
