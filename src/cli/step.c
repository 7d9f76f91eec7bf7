/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/step.h"

void mf__step_done(struct mf__step *step)
{
    mf__buffer_done(&step->json);
    mf__buffer_done(&step->csv);
}
