/* Columns. Their rows arrive together, relation by relation as the server pleases. */
#include "collector_internal.h"

gboolean
pga_collect_attributes_read(PgaCollector *collector, PGresult **result, GError **error)
{
    return pga_collector_query(
        collector,
        &(PgaQuery){.name = "attributes", .what = "columns", .need = PGA_QUERY_ESSENTIAL}, result,
        error);
}

static void
add_attribute(PgaRelation *relation, PgaRows *rows)
{
    const gint16 attnum = (gint16)pga_rows_int64(rows, "attnum", 0);
    g_autofree char *attname = pga_rows_dup(rows, "attname");
    PgaAttribute *attribute = pga_relation_add_attribute(relation, attnum, attname);

    attribute->atttypid = pga_rows_oid(rows, "atttypid");
    attribute->type = pga_rows_dup(rows, "type");
    attribute->typname = pga_rows_dup(rows, "typname");
    attribute->typnspname = pga_rows_dup(rows, "typnspname");
    attribute->typtype = pga_rows_char(rows, "typtype");
    attribute->typcategory = pga_rows_char(rows, "typcategory");
    attribute->typlen = (gint16)pga_rows_int64(rows, "typlen", 0);
    attribute->collation = pga_rows_dup(rows, "collation");
    attribute->attnotnull = pga_rows_bool(rows, "attnotnull");
    attribute->attidentity = pga_rows_char(rows, "attidentity");
    attribute->attgenerated = pga_rows_char(rows, "attgenerated");
    attribute->default_expr = pga_rows_dup(rows, "default_expr");
}

void
pga_collect_attributes_add(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaRelation *relation =
            pga_catalog_relation(collector->catalog, pga_rows_oid(&rows, "attrelid"));

        if (relation)
            add_attribute(relation, &rows);
    }
}
