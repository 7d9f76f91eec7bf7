/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/sheets.h"

#include "base/memory.h"
#include "forest/bins.h"

#include <string.h>

bool mf__sheets_init(struct mf__sheets *sheets, const struct mf__soil *soil)
{
    *sheets = (struct mf__sheets){.ranked = soil->ranked, .n_bins = soil->ranked->n_slots};
    if (!mf__has_sheets(soil))
        return true;
    sheets->room = mf__aligned_room((size_t)MF__SHEETS * sheets->n_bins * sizeof *sheets->room);
    return sheets->room != NULL;
}

void mf__sheets_done(struct mf__sheets *sheets)
{
    mf__free(sheets->room);
}

uint32_t mf__sheet_fill(struct mf__sheets *sheets, const struct mf__sample *samples, uint32_t n,
                        const uint64_t *packs)
{
    uint32_t sheet = (uint32_t)__builtin_ctz(~sheets->taken);
    const struct mf__ranked *ranked = sheets->ranked;
    if (sheets->room == NULL || sheet >= MF__SHEETS)
        return MF__NO_SHEET;
    sheets->taken |= 1U << sheet;
    uint64_t *bins = mf__sheet_at(sheets, sheet);
    memset(bins, 0, sheets->n_bins * sizeof *bins);
    for (uint32_t i = 0; i < n; i++) {
        const uint16_t *slots = ranked->slots + (size_t)samples[i].row * ranked->row_slots;
        uint64_t pack = packs[i];
        for (size_t c = 0; c < ranked->row_slots; c += 4) {
            uint64_t four;
            memcpy(&four, slots + c, sizeof four);
            bins[four & 0xFFFF] += pack;
            bins[four >> 16 & 0xFFFF] += pack;
            bins[four >> 32 & 0xFFFF] += pack;
            bins[four >> 48] += pack;
        }
    }
    return sheet;
}

void mf__sheet_drop(struct mf__sheets *sheets, uint32_t sheet)
{
    if (sheet != MF__NO_SHEET)
        sheets->taken &= ~(1U << sheet);
}

void mf__sheet_less(struct mf__sheets *sheets, uint32_t sheet, uint32_t other)
{
    uint64_t *restrict bins = mf__sheet_at(sheets, sheet);
    const uint64_t *restrict less = mf__sheet_at(sheets, other);
    for (uint32_t i = 0; i < sheets->n_bins; i++)
        bins[i] -= less[i];
}
