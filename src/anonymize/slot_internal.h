/* Lists of values of one type: slots of pg_statistic. */
#pragma once
#include <glib.h>

#include "order_internal.h"
#include "value_internal.h"

G_BEGIN_DECLS

/** What the values of a list are. */
typedef struct {
    PgaValueMap *map;
    const PgaValueType *type;
    PgaOrder order;
} PgaListMap;

/* FALSE when a slot had to be emptied that held values. */
gboolean pga_slots_map(const PgaListMap *list, PgaStatisticSlot slots[PGA_STATISTIC_SLOTS]);

/* (transfer none): what the values of @slots look like: for expressions whose type is not known. */
const PgaValueType *pga_slots_guess(PgaValueMap *map,
                                    const PgaStatisticSlot slots[PGA_STATISTIC_SLOTS]);

/* Sorts @values (of char *) where the mapping of their type did not keep their order. */
void pga_list_sort(const PgaListMap *list, GPtrArray *values);

G_END_DECLS
