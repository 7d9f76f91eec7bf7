/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the report on a scripted comparison, to look at it and for tests of what it is:
 *
 *     show_comparison SCENE json|csv|text [WIDTH [colour|ascii]]
 *
 * It takes over the locale of its surroundings, as a host program of the library may, and says on
 * stderr which decimal point that has.
 */
#include "tests/unit/comparisons.h"

#include "report/compare_csv.h"
#include "report/compare_json.h"
#include "report/compare_text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int show(const struct mf__comparison *comparison, int argc, char **argv,
                struct mf__buffer *out)
{
    static const char *const args[] = {"manyfold", "compare", "sum", "1e10"};
    if (strcmp(argv[2], "csv") == 0) {
        mf__compare_csv(comparison, out);
        return 0;
    }
    if (strcmp(argv[2], "text") == 0) {
        const char *form = argc > 4 ? argv[4] : "";
        const struct mf__style style = {.width =
                                            argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 80,
                                        .colour = strcmp(form, "colour") == 0,
                                        .ascii = strcmp(form, "ascii") == 0};
        mf__compare_text(comparison, scene_what(), &style, out);
        return 0;
    }
    const struct mf__compare_about about = {.what = scene_what(),
                                            .args = args,
                                            .n_args = sizeof args / sizeof args[0],
                                            .created = "2000-01-02T03:04:05Z",
                                            .exit_status = comparison->wrong ? 1 : 0,
                                            .exit_reason =
                                                comparison->wrong ? "answers differ" : "done"};
    return mf__compare_json(comparison, &about, out, NULL);
}

int main(int argc, char **argv)
{
    struct mf__comparison comparison;
    struct mf__buffer out = {0};
    setlocale(LC_ALL, "");
    fprintf(stderr, "decimal point: %s\n", localeconv()->decimal_point);
    if (argc < 3 || scene_make(argv[1], &comparison) != 0)
        return 2;
    int code = show(&comparison, argc, argv, &out);
    fwrite(mf__buffer_text(&out), 1, out.length, stdout);
    mf__buffer_done(&out);
    mf__comparison_done(&comparison);
    return code == 0 ? 0 : 1;
}
