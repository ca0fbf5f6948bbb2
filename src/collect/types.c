/* Types that users made and their tables use, and extensions. */
#include <base/text.h>

#include "collector_internal.h"

static void
note_refused(PgaCollector *collector, const PgaType *type, const char *refusal)
{
    g_autofree char *name = pga_quote_qualified(type->nspname, type->typname);

    pga_collector_note_refused(collector, g_strdup_printf("definition of type %s", name), refusal);
}

gboolean
pga_collect_types(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "types",
                                         .what = "types",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .key = "q.oid::pg_catalog.int8",
                                         .fragile = {"definition"}},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        const PgaOid oid = pga_rows_oid(&rows, "oid");
        g_autofree char *nspname = pga_rows_dup(&rows, "nspname");
        g_autofree char *typname = pga_rows_dup(&rows, "typname");
        g_autofree char *refusal = pga_rows_refusal(&rows);
        PgaType *type = pga_catalog_add_type(collector->catalog, oid, nspname, typname);

        type->typtype = pga_rows_char(&rows, "typtype");
        type->labels = pga_rows_texts(&rows, "labels");
        type->definition = pga_rows_dup(&rows, "definition");
        if (refusal)
            note_refused(collector, type, refusal);
    }
    return TRUE;
}

gboolean
pga_collect_extensions(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(
            collector,
            &(PgaQuery){.name = "extensions", .what = "extensions", .need = PGA_QUERY_OPTIONAL},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *extname = pga_rows_dup(&rows, "extname");
        PgaExtension *extension = pga_catalog_add_extension(collector->catalog, extname);

        extension->extversion = pga_rows_dup(&rows, "extversion");
        extension->nspname = pga_rows_dup(&rows, "nspname");
    }
    return TRUE;
}
