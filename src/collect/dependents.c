/* What else uses a column: views, policies, triggers, functions, row types. PostgreSQL refuses to
 * change the column's type as long as they do, and the lab's clone has none of them. */
#include "collector_internal.h"

/* (transfer full) (nullable): @dependent, a letter and a name, as a sentence's part. */
static char *
describe(const char *dependent)
{
    static const struct {
        char kind;
        const char *format;
    } kinds[] = {
        {'u', "%s uses it, drop that first and make it again"},
        {'r', "%s has its row type, change that column first"},
        {'t', "it is a table of type %s, alter that type instead"},
        {'i', "it is inherited from %s, change it there"},
    };
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; dependent && i < G_N_ELEMENTS(kinds); i++) {
        if (dependent[0] != kinds[i].kind || dependent[1] != ' ')
            continue;
        g_string_assign(text, kinds[i].format);
        g_string_replace(text, "%s", dependent + 2, 1);
        return g_strdup(text->str);
    }
    return NULL;
}

static void
add_dependent(const PgaCatalog *catalog, PgaRows *rows)
{
    PgaRelation *relation = pga_catalog_relation(catalog, pga_rows_oid(rows, "relid"));
    const gint16 attnum = (gint16)pga_rows_int64(rows, "attnum", 0);
    g_autofree char *dependent = pga_rows_dup(rows, "dependent");

    if (!relation)
        return;
    if (attnum == 0) {
        g_free(relation->dependent);
        relation->dependent = describe(dependent);
        return;
    }
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->attnum != attnum)
            continue;
        g_free(attribute->dependent);
        attribute->dependent = describe(dependent);
    }
}

gboolean
pga_collect_dependents(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "dependents",
                                         .what = "objects that use columns",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .key = "q.relid::pg_catalog.int8 * 65536 + q.attnum",
                                         .fragile = {"dependent"}},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_dependent(collector->catalog, &rows);
    return TRUE;
}
