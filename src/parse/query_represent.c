/* Values for what was only recorded without them. */
#include "parse/query_set.h"

void
pga_query_set_represent(G_GNUC_UNUSED PgaQuerySet *set, G_GNUC_UNUSED const PgaCatalog *catalog,
                        G_GNUC_UNUSED const PgaPlannerData *statistics)
{
}
