/* By how much numbers and dates move: one shift for all numbers, one for all dates, within the room
 * that the values leave to the ends of their types. */
#pragma once
#include <glib.h>

#include "types_internal.h"

G_BEGIN_DECLS

enum { PGA_SHIFT_DIGITS = 8 }; /* numeric types with so many digits before the point take any */

typedef struct {
    gint64 integer;                  /* never 0 */
    gint days;                       /* never 0, whole weeks */
    gint64 narrow[PGA_SHIFT_DIGITS]; /* of numeric types by their digits; 0: there is no room */
    gboolean tight;                  /* smallint values span their type: some are cut at its end */
} PgaShifts;

PgaShifts pga_shifts_choose(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key,
                            PgaTypeNames *names);

G_END_DECLS
