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

static void
add_extensions(PgaCatalog *catalog, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        g_autofree char *extname = pga_rows_dup(&rows, "extname");
        PgaExtension *extension = pga_catalog_add_extension(catalog, extname);

        extension->extversion = pga_rows_dup(&rows, "extversion");
        extension->nspname = pga_rows_dup(&rows, "nspname");
        extension->members = pga_rows_texts(&rows, "members");
        extension->relocatable = pga_rows_bool(&rows, "relocatable");
    }
}

static void
set_default_version(PgaCatalog *catalog, const char *name, PgaRows *rows)
{
    for (guint i = 0; i < catalog->extensions->len; i++) {
        PgaExtension *extension = g_ptr_array_index(catalog->extensions, i);

        if (g_str_equal(extension->extname, name) && !extension->default_version)
            extension->default_version = pga_rows_dup(rows, "default_version");
    }
}

/* (transfer full) (nullable): there is always plpgsql, or nothing was told. */
static GPtrArray *
add_available(PgaCatalog *catalog, const PGresult *result)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        char *name = pga_rows_dup(&rows, "name");

        set_default_version(catalog, name, &rows);
        g_ptr_array_add(names, name);
    }
    return names->len > 0 ? g_steal_pointer(&names) : NULL;
}

/* What the files on the server say is asked for apart: one that cannot be read is an error. */
gboolean
pga_collect_extensions(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) extensions = NULL, versions = NULL;

    if (!pga_collector_query(
            collector,
            &(PgaQuery){.name = "extensions", .what = "extensions", .need = PGA_QUERY_OPTIONAL},
            &extensions, error) ||
        !pga_collector_query(collector,
                             &(PgaQuery){.name = "extension_versions",
                                         .what = "available versions of extensions",
                                         .need = PGA_QUERY_OPTIONAL},
                             &versions, error))
        return FALSE;
    add_extensions(collector->catalog, extensions);
    collector->environment->available_extensions = add_available(collector->catalog, versions);
    return TRUE;
}
