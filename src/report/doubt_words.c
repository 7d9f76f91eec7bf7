/* SPDX-License-Identifier: Apache-2.0 */
#include "report/doubt_words.h"

#include "base/number.h"

static const char *const names[] = {
    [MF__DOUBT_GOVERNOR] = "governor",
    [MF__DOUBT_VIRTUALISED] = "virtualised",
    [MF__DOUBT_STEAL] = "steal",
    [MF__DOUBT_LOAD] = "load",
    [MF__DOUBT_SMT] = "smt",
    [MF__DOUBT_QUOTA] = "quota",
    [MF__DOUBT_THROTTLED] = "throttled",
};

const char *mf__doubt_name(enum mf__doubt_kind kind)
{
    return names[kind];
}

void mf__doubt_words(const struct mf__doubt *doubt, const mf_machine *machine,
                     struct mf__buffer *out)
{
    double value = doubt->value;
    switch (doubt->kind) {
    case MF__DOUBT_GOVERNOR:
        mf__buffer_print(out,
                         "The clock frequency may change meanwhile: its governor is \"%s\", and "
                         "only \"performance\" holds it.",
                         machine->governor);
        break;
    case MF__DOUBT_VIRTUALISED:
        mf__buffer_put(out, "This is a virtual machine: its neighbours may slow it down unseen.");
        break;
    case MF__DOUBT_STEAL:
        mf__buffer_print(out, "The hypervisor gave %s of the CPU time to others.",
                         mf__show_percent(value, 1).text);
        break;
    case MF__DOUBT_LOAD:
        mf__buffer_print(out,
                         "The machine was busy at the start: a load average of %s, more than it "
                         "has cores for.",
                         mf__show_fixed(value, 1).text);
        break;
    case MF__DOUBT_SMT:
        mf__buffer_print(out, "%s hardware threads share a core, so two busy ones slow each other.",
                         mf__show_fixed(value, 0).text);
        break;
    case MF__DOUBT_QUOTA:
        mf__buffer_print(out,
                         "The CPU quota grants %s processors, which is not a whole number: some "
                         "worker is stopped part of the time.",
                         mf__show_fixed(value, 2).text);
        break;
    case MF__DOUBT_THROTTLED:
        mf__buffer_print(out, "Heat slowed a core down %s times meanwhile.",
                         mf__show_fixed(value, 0).text);
        break;
    case MF__DOUBT_COUNT:
        break;
    }
}
