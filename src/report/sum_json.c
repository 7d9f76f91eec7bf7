/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sum_json.h"

#include "base/number.h"
#include "report/json.h"

int mf__sum_json(const struct mf__sum_result *result, struct mf__buffer *text, mf_error *error)
{
    json_t *root = json_object();
    mf__json_put(&root, "schema", mf__json_text("manyfold-sum-1"));
    mf__json_put(&root, "version", mf__json_text(mf_version()));
    mf__json_put(&root, "from", mf__json_text(mf__show_count(result->from, 0).text));
    mf__json_put(&root, "to", mf__json_text(mf__show_count(result->to, 0).text));
    mf__json_put(&root, "sum",
                 mf__json_text(mf__show_wide(result->sum.high, result->sum.low, 0).text));
    mf__json_put(&root, "kernel", mf__json_text(result->kernel));
    mf__json_put(&root, "way", mf__json_text(mf_way_name(result->way)));
    mf__json_put(&root, "workers", mf__json_count(result->workers));
    mf__json_put(&root, "ledger", mf__json_ledger(&result->ledger));
    return mf__json_write(root, text, error);
}
