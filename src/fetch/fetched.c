/* SPDX-License-Identifier: Apache-2.0 */
/* What of fetch.h the command needs itself, without the module. */
#include "fetch/fetch.h"

#include "base/status.h"
#include "base/text.h"

#include <string.h>

void mf__fetched_done(struct mf__fetched *fetched)
{
    mf__buffer_done(&fetched->path);
}

int mf__fetch_name_check(const char *name, mf_error *error)
{
    if (name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL)
        return 0;
    return mf__fail(error, MF_E_INPUT, "--name %s: a name has no slash and begins with no dot",
                    mf__quote(name).text);
}
