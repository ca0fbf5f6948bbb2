/* Columns. Their rows arrive together, relation by relation as the server pleases. */
#include <base/text.h>

#include "collector_internal.h"

gboolean
pga_collect_attributes_read(PgaCollector *collector, PGresult **result, GError **error)
{
    return pga_collector_query(collector,
                               &(PgaQuery){.name = "attributes",
                                           .what = "columns",
                                           .need = PGA_QUERY_ESSENTIAL,
                                           .key = "q.attrelid::pg_catalog.int8 * 65536 + q.attnum",
                                           .fragile = {"default_expr"}},
                               result, error);
}

/* A generated column that cannot be computed is there all the same. */
static void
note_refused(PgaCollector *collector, const PgaRelation *relation, PgaAttribute *attribute,
             const char *refusal)
{
    g_autofree char *name = pga_relation_display(relation, attribute);

    pga_collector_note_refused(collector,
                               g_strdup_printf(attribute->attgenerated ? "expression of column %s"
                                                                       : "default of column %s",
                                               name),
                               refusal);
    attribute->attgenerated = 0;
}

static void
note_untyped(PgaCollector *collector, const PgaRelation *relation, PgaRows *rows)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *attname = pga_rows_dup(rows, "attname");
    g_autofree char *column = pga_quote_identifier(attname);

    pga_collector_note(collector, g_strdup_printf("column %s.%s", table, column),
                       g_strdup("left out: the source's catalogs lack its type"));
}

static void
add_attribute(PgaCollector *collector, PgaRelation *relation, PgaRows *rows)
{
    const gint16 attnum = (gint16)pga_rows_int64(rows, "attnum", 0);
    g_autofree char *attname = pga_rows_dup(rows, "attname");
    g_autofree char *refusal = pga_rows_refusal(rows);
    PgaAttribute *attribute = pga_relation_add_attribute(relation, attnum, attname);

    attribute->atttypid = pga_rows_oid(rows, "atttypid");
    attribute->type = pga_rows_dup(rows, "type");
    attribute->typname = pga_rows_dup(rows, "typname");
    attribute->typnspname = pga_rows_dup(rows, "typnspname");
    attribute->typtype = pga_rows_char(rows, "typtype");
    attribute->typcategory = pga_rows_char(rows, "typcategory");
    attribute->typlen = (gint16)pga_rows_int64(rows, "typlen", 0);
    attribute->atttypmod = (gint32)pga_rows_int64(rows, "atttypmod", -1);
    attribute->typalign = pga_rows_char(rows, "typalign");
    attribute->attstorage = pga_rows_char(rows, "attstorage");
    attribute->attcompression = pga_rows_char(rows, "attcompression");
    attribute->basetype = pga_rows_dup(rows, "basetype");
    attribute->commented = pga_rows_bool(rows, "commented");
    attribute->collation = pga_rows_dup(rows, "collation");
    attribute->attnotnull = pga_rows_bool(rows, "attnotnull");
    attribute->attidentity = pga_rows_char(rows, "attidentity");
    attribute->attgenerated = pga_rows_char(rows, "attgenerated");
    attribute->default_expr = pga_rows_dup(rows, "default_expr");
    if (refusal)
        note_refused(collector, relation, attribute, refusal);
}

void
pga_collect_attributes_add(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaRelation *relation =
            pga_catalog_relation(collector->catalog, pga_rows_oid(&rows, "attrelid"));

        if (relation && pga_rows_is_null(&rows, "typname"))
            note_untyped(collector, relation, &rows);
        else if (relation)
            add_attribute(collector, relation, &rows);
    }
}
