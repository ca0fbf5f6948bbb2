/* What relations and columns have that only a copy needs. */
#include "objects_internal.h"

static const char *
kind_of(char relkind)
{
    return relkind == 'v' ? "view" : relkind == 'S' ? "sequence" : "table";
}

static void
add_relation(PgaObjects *objects, PgaRows *rows)
{
    PgaRelationExtra *relation = pga_objects_add_relation(objects, pga_rows_oid(rows, "oid"));

    relation->relkind = pga_rows_char(rows, "relkind");
    relation->nspname = pga_rows_dup(rows, "nspname");
    relation->relname = pga_rows_dup(rows, "relname");
    relation->owner = pga_rows_dup(rows, "owner");
    relation->acl = pga_rows_dup(rows, "acl");
    relation->tablespace = pga_rows_dup(rows, "tablespace");
    relation->reloptions = pga_rows_dup(rows, "reloptions");
    relation->relnatts = (gint16)pga_rows_int64(rows, "relnatts", 0);
    relation->amname = pga_rows_dup(rows, "amname");
    pga_rows_oids(rows, "parents", relation->parents);
    relation->relrowsecurity = pga_rows_bool(rows, "relrowsecurity");
    relation->relforcerowsecurity = pga_rows_bool(rows, "relforcerowsecurity");
}

/* The Catalog lacks a locked table; an index that is locked itself keeps what nobody has to open it
 * for. */
static void
add_relations(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        const PgaLocked *locked = pga_collector_locked(collector, pga_rows_oid(&rows, "oid"));

        if (locked && locked->relkind != 'i' && locked->relkind != 'I')
            pga_collector_note_locked(collector, kind_of(locked->relkind), locked);
        else
            add_relation(pga_collector_objects(collector), &rows);
    }
}

static void
add_attributes(PgaObjects *objects, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        PgaAttributeExtra *attribute =
            pga_objects_add_attribute(objects, pga_rows_oid(&rows, "attrelid"));

        attribute->attname = pga_rows_dup(&rows, "attname");
        attribute->acl = pga_rows_dup(&rows, "acl");
        attribute->attoptions = pga_rows_dup(&rows, "attoptions");
        attribute->attstattarget = (gint32)pga_rows_int64(&rows, "attstattarget", -1);
    }
}

gboolean
pga_collect_relation_extras(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) relations = NULL, attributes = NULL;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "object_relations",
                                         .what = "owners and options of tables",
                                         .need = PGA_QUERY_ESSENTIAL},
                             &relations, error) ||
        !pga_collector_query(collector,
                             &(PgaQuery){.name = "object_attributes",
                                         .what = "options of columns",
                                         .need = PGA_QUERY_OPTIONAL},
                             &attributes, error))
        return FALSE;
    add_relations(collector, relations);
    add_attributes(pga_collector_objects(collector), attributes);
    return TRUE;
}
