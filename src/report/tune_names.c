/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tune.h"

const char *mf__strategy_name(int strategy)
{
    static const char *const names[] = {
        [MF__GRID] = "grid", [MF__RANDOM] = "random", [MF__HALVING] = "halving"};
    return names[strategy];
}

const char *mf__resource_name(int resource)
{
    static const char *const names[] = {
        [MF__RESOURCE_ROWS] = "rows", [MF__RESOURCE_TREES] = "trees"};
    return names[resource];
}

const char *mf__validation_name(int validation)
{
    static const char *const names[] = {
        [MF__VALIDATE_SPLIT] = "split", [MF__VALIDATE_FOLDS] = "folds", [MF__VALIDATE_OOB] = "oob"};
    return names[validation];
}

const char *mf__trial_state_name(int state)
{
    static const char *const names[] = {
        [MF__TRIAL_OPEN] = "open", [MF__TRIAL_DONE] = "done", [MF__TRIAL_KEPT] = "kept"};
    return names[state];
}

const char *mf__study_end_name(int end)
{
    static const char *const names[] = {[MF__STUDY_DONE] = "done",
                                        [MF__STUDY_TIME] = "time",
                                        [MF__STUDY_TRIALS] = "trials",
                                        [MF__STUDY_CANCELLED] = "interrupted"};
    return names[end];
}

const char *mf__spread_name(int spread)
{
    static const char *const names[] = {[MF__SPREAD_LIST] = "list",
                                        [MF__SPREAD_INT] = "int",
                                        [MF__SPREAD_FLOAT] = "float",
                                        [MF__SPREAD_LOG] = "log"};
    return names[spread];
}

const struct mf__trial *mf__tune_best(const struct mf__study *study)
{
    return study->n_ranked > 0 ? &study->trials[study->order[0]] : NULL;
}

void mf__tune_say_values(const struct mf__study *study, const struct mf__trial *trial,
                         const char *between, struct mf__buffer *out)
{
    const struct mf__space *space = study->request.space;
    for (size_t i = 0; i < space->n; i++)
        mf__buffer_print(out, "%s%s=%s", i > 0 ? between : "",
                         mf__parameter_name(space->dimensions[i].parameter), trial->values[i].text);
}
