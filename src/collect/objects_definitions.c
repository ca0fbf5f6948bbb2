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

/* The catalog functions see what is there now, the query what its snapshot shows: no definition is
 * an object that went in between. */
static void
add_object(PgaCollector *collector, PgaRows *rows)
{
    const PgaObjectId classid = pga_rows_oid(rows, "classid");
    PgaObject *object = pga_objects_add(pga_collector_objects(collector),
                                        PGA_OBJECT_ID(classid, pga_rows_oid(rows, "oid")));
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
    if (!object->obstacle && !object->definition)
        object->obstacle = g_strdup("it was dropped while it was read");
    if (object->obstacle)
        g_clear_pointer(&object->definition, g_free);
    if (!object->name)
        object->name = g_strdup(object->objname ? object->objname : "an object");
}

gboolean
pga_collect_definitions(PgaCollector *collector, GError **error)
{
    static const PgaQuery queries[] = {
        {.name = "object_collations", .what = "collations"},
        {.name = "object_types", .what = "definitions of types"},
        {.name = "object_routines", .what = "functions and procedures"},
        {.name = "object_aggregates", .what = "aggregates"},
        {.name = "object_operators", .what = "operators"},
        {.name = "object_opclasses", .what = "operator classes"},
        {.name = "object_casts", .what = "casts"},
        {.name = "object_text_search", .what = "text search configurations"},
        {.name = "object_views", .what = "views"},
        {.name = "object_rules", .what = "rules"},
        {.name = "object_triggers", .what = "triggers"},
        {.name = "object_policies", .what = "policies"},
        {.name = "object_statistics", .what = "extended statistics objects"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(PGresult) result = NULL;
        PgaRows rows;

        if (pga_interrupt_check(error) ||
            !pga_collector_query(collector, &queries[i], &result, error))
            return FALSE;
        rows = (PgaRows)PGA_ROWS_INIT(result);
        while (pga_rows_next(&rows))
            add_object(collector, &rows);
    }
    return TRUE;
}
