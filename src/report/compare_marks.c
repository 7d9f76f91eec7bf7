/* SPDX-License-Identifier: Apache-2.0 */
/* Marks: a letter behind a row of a table, and below it what the letter means. */
#include "report/compare_page.h"

static bool is_oversubscribed(const struct mf__series *series)
{
    return series->oversubscribed;
}

static bool is_above_ceiling(const struct mf__series *series)
{
    return series->above_ceiling;
}

static bool is_above_workers(const struct mf__series *series)
{
    return series->above_workers;
}

static const struct {
    bool (*applies)(const struct mf__series *series);
    const char *meaning;
} marks[] = {
    {is_oversubscribed, "more workers than cores: shown, but kept out of the laws and the choice"},
    {is_above_ceiling, "above the machine's own ceiling"},
    {is_above_workers, "above its number of workers"},
};

#define N_MARKS (sizeof marks / sizeof marks[0])

static bool is_used(const struct mf__comparison *comparison, size_t mark)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].role != MF__ROLE_CEILING &&
            marks[mark].applies(&comparison->series[i]))
            return true;
    return false;
}

/* Only marks that occur take a letter. */
static char letter_of(const struct mf__comparison *comparison, size_t mark)
{
    char letter = 'a';
    for (size_t i = 0; i < mark; i++)
        letter = (char)(letter + is_used(comparison, i));
    return letter;
}

void mf__page_mark(const struct mf__page *page, struct mf__table *table,
                   const struct mf__series *series)
{
    char letters[N_MARKS + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < N_MARKS; i++)
        if (marks[i].applies(series))
            letters[n++] = letter_of(page->comparison, i);
    mf__table_add(table, MF__TINT_WARNING, "%s", letters);
}

void mf__page_mark_meanings(const struct mf__page *page)
{
    for (size_t i = 0; i < N_MARKS; i++) {
        const char letter[] = {letter_of(page->comparison, i), '\0'};
        const struct mf__label label = {letter, 2, 3, MF__TINT_WARNING};
        if (is_used(page->comparison, i))
            mf__say_lines(page->style, &label, page->out, "%s", marks[i].meaning);
    }
}
