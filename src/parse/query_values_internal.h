/* Values of a column as statistics know them, more and less selective ones. */
#pragma once
#include <model/catalog.h>
#include <model/planner.h>

G_BEGIN_DECLS

enum { QUERY_LEVELS = 3 }; /* of selectivity, the least selective first */

/** The values of one column; all borrowed. */
typedef struct {
    const GPtrArray *mcv, *histogram; /* (nullable): of char * */
    const GPtrArray *ascending;       /* (nullable): of char *: what stands for all of its values */
    const GPtrArray *elements;        /* (nullable): of char *: of an array, most common ones */
    gint32 width;                     /* bytes, on average */
} QueryValues;

typedef struct QueryValueSource QueryValueSource;

/* Borrows @statistics (nullable). */
QueryValueSource *pga_query_value_source_new(const PgaPlannerData *statistics);
void pga_query_value_source_free(QueryValueSource *source);

/* FALSE when nothing is known of the column. */
gboolean pga_query_values_of(QueryValueSource *source, const PgaRelation *relation,
                             const PgaAttribute *attribute, QueryValues *values);

/* (nullable): a value to be equal to: the most common one, a middle one, a rare one; @item: the
 * next ones. Borrowed. */
const char *pga_query_value_equal(const QueryValues *values, guint level, guint item);

/* (nullable): the value below which @share (0 to 1) of the rows are. Borrowed. */
const char *pga_query_value_quantile(const QueryValues *values, double share);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QueryValueSource, pga_query_value_source_free)

G_END_DECLS
