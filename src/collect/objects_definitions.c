/* Objects and the statements that make them, as the server writes them. */
#include <base/interrupt.h>
#include <base/text.h>

#include "objects_internal.h"

static char *
obstacle_of_lock(const PgaCollector *collector, PgaOid oid)
{
    const PgaLocked *locked = pga_collector_locked(collector, oid);
    g_autofree char *name =
        locked ? pga_quote_qualified(locked->nspname, locked->relname) : g_strdup("a relation");

    if (locked && !locked->holders)
        return g_strdup_printf("it reads %s, which was dropped or made anew meanwhile", name);
    return g_strdup_printf(
        "it reads %s, held under ACCESS EXCLUSIVE by backend %s; run again later", name,
        locked ? locked->holders : "unknown");
}

/* (transfer full): where even pg_describe_object() fails. */
static char *
fallback_name(const PgaObject *object)
{
    g_autofree char *name = object->nspname && object->objname
                                ? pga_quote_qualified(object->nspname, object->objname)
                                : g_strdup_printf("object %u", PGA_OBJECT_OID(object->id));

    if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_TYPE)
        return g_strconcat("type ", name, NULL);
    return PGA_OBJECT_CLASS(object->id) == PGA_CLASS_RELATION ? g_strconcat("view ", name, NULL)
                                                              : g_steal_pointer(&name);
}

/* The catalog functions see what is there now, the query what its snapshot shows: no definition is
 * an object that went in between. */
static void
add_object(PgaCollector *collector, PgaRows *rows)
{
    const PgaObjectId classid = pga_rows_oid(rows, "classid");
    PgaObject *object = pga_objects_add(pga_collector_objects(collector),
                                        PGA_OBJECT_ID(classid, pga_rows_oid(rows, "oid")));
    g_autofree char *refusal = pga_rows_refusal(rows);
    PgaOid locked;

    object->name = pga_rows_dup(rows, "name");
    object->nspname = pga_rows_dup(rows, "nspname");
    object->objname = pga_rows_dup(rows, "objname");
    object->relation = pga_rows_oid(rows, "relation");
    locked = pga_rows_oid(rows, "locked");
    object->definition = pga_rows_dup(rows, "definition");
    object->obstacle = pga_rows_dup(rows, "obstacle");
    object->owner = pga_rows_dup(rows, "owner");
    object->acl = pga_rows_dup(rows, "acl");
    if (!object->obstacle && locked)
        object->obstacle = obstacle_of_lock(collector, locked);
    if (!object->obstacle && refusal)
        object->obstacle = pga_refusal_explained(refusal);
    if (!object->obstacle && !object->definition)
        object->obstacle = g_strdup("the source has no definition of it: it was dropped while it "
                                    "was read, or its catalogs are damaged");
    if (object->obstacle)
        g_clear_pointer(&object->definition, g_free);
    if (!object->name)
        object->name = fallback_name(object);
}

gboolean
pga_collect_definitions(PgaCollector *collector, GError **error)
{
    static const struct {
        const char *name, *what;
    } queries[] = {
        {"object_collations", "collations"},
        {"object_types", "definitions of types"},
        {"object_routines", "functions and procedures"},
        {"object_aggregates", "aggregates"},
        {"object_operators", "operators"},
        {"object_opclasses", "operator classes"},
        {"object_casts", "casts"},
        {"object_text_search", "text search configurations"},
        {"object_views", "views"},
        {"object_rules", "rules"},
        {"object_triggers", "triggers"},
        {"object_policies", "policies"},
        {"object_statistics", "extended statistics objects"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        const PgaQuery query = {
            .name = queries[i].name,
            .what = queries[i].what,
            .key = "q.classid::pg_catalog.int8 * 4294967296 + q.oid::pg_catalog.int8",
            .fragile = {"name", "definition"},
        };
        g_autoptr(PGresult) result = NULL;
        PgaRows rows;

        if (pga_interrupt_check(error) || !pga_collector_query(collector, &query, &result, error))
            return FALSE;
        rows = (PgaRows)PGA_ROWS_INIT(result);
        while (pga_rows_next(&rows))
            add_object(collector, &rows);
    }
    return TRUE;
}
