/* Constraints of tables. */
#include <base/text.h>

#include "collector_internal.h"

/* Blank unless a foreign key's: then as if NO ACTION had been stated. */
static char
action_of(PgaRows *rows, const char *column)
{
    const char action = pga_rows_char(rows, column);

    if (action == ' ')
        return 'a';
    return action;
}

static void
note_refused(PgaCollector *collector, PgaRows *rows, const char *refusal)
{
    g_autofree char *nspname = pga_rows_dup(rows, "nspname");
    g_autofree char *relname = pga_rows_dup(rows, "relname");
    g_autofree char *conname = pga_rows_dup(rows, "conname");
    g_autofree char *table = pga_quote_qualified(nspname, relname);
    g_autofree char *name = pga_quote_identifier(conname);

    pga_collector_note_refused(collector, g_strdup_printf("constraint %s of %s", name, table),
                               refusal);
}

static void
add_constraint(PgaCatalog *catalog, PgaRows *rows)
{
    const PgaOid oid = pga_rows_oid(rows, "oid");
    g_autofree char *conname = pga_rows_dup(rows, "conname");
    const char contype = pga_rows_char(rows, "contype");
    PgaConstraint *constraint =
        pga_catalog_add_constraint(catalog, oid, contype, pga_rows_oid(rows, "conrelid"));

    constraint->conname = g_steal_pointer(&conname);
    constraint->confrelid = pga_rows_oid(rows, "confrelid");
    constraint->conindid = pga_rows_oid(rows, "conindid");
    constraint->conparentid = pga_rows_oid(rows, "conparentid");
    pga_rows_int16s(rows, "conkey", constraint->conkey);
    pga_rows_int16s(rows, "confkey", constraint->confkey);
    constraint->confupdtype = action_of(rows, "confupdtype");
    constraint->confdeltype = action_of(rows, "confdeltype");
    constraint->confmatchtype = pga_rows_char(rows, "confmatchtype");
    if (constraint->confmatchtype == ' ')
        constraint->confmatchtype = 0;
    constraint->convalidated = pga_rows_bool(rows, "convalidated");
    constraint->conenforced = pga_rows_bool(rows, "conenforced");
    constraint->condeferrable = pga_rows_bool(rows, "condeferrable");
    constraint->connoinherit = pga_rows_bool(rows, "connoinherit");
    constraint->definition = pga_rows_dup(rows, "definition");
}

gboolean
pga_collect_constraints(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "constraints",
                                         .what = "constraints",
                                         .need = PGA_QUERY_ESSENTIAL,
                                         .key = "q.oid::pg_catalog.int8",
                                         .fragile = {"definition"}},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *refusal = pga_rows_refusal(&rows);

        if (refusal)
            note_refused(collector, &rows, refusal);
        else
            add_constraint(collector->catalog, &rows);
    }
    return TRUE;
}
