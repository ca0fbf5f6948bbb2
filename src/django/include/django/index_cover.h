/* Which index of a table does what another one does. */
#pragma once
#include <django/index.h>
#include <glib.h>

G_BEGIN_DECLS

/* (nullable): the one of @indexes (of PgaDjangoIndex *) that the one at @place begins: B-trees
 * without conditions and operator classes. Of two that are equal the later one is needless; what is
 * unique never is. */
const PgaDjangoIndex *pga_django_index_cover(const GPtrArray *indexes, guint place);

G_END_DECLS
