/* Relations that somebody holds, or waits for, in a mode that would keep this transaction waiting.
 */
#include "collector_internal.h"

#include <base/text.h>

#include "sql_internal.h"

void
pga_locked_free(gpointer data)
{
    PgaLocked *locked = data;

    g_free(locked->nspname);
    g_free(locked->relname);
    g_free(locked->holders);
    g_free(locked);
}

const PgaLocked *
pga_collector_locked(const PgaCollector *collector, PgaOid oid)
{
    return g_hash_table_lookup(collector->locked, GUINT_TO_POINTER(oid));
}

static int
compare_oids(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_UINT(a) < GPOINTER_TO_UINT(b) ? -1 : a != b;
}

static char *
array_of_keys(GHashTable *table)
{
    g_autoptr(GList) oids = g_list_sort(g_hash_table_get_keys(table), compare_oids);
    GString *text = g_string_new("{");

    for (const GList *oid = oids; oid; oid = oid->next)
        g_string_append_printf(text, "%s%u", oid == oids ? "" : ",", GPOINTER_TO_UINT(oid->data));
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

/* FALSE when @oid was known already. */
static gboolean
add_locked(PgaCollector *collector, PgaRows *rows, char *holders)
{
    PgaLocked *locked = g_new0(PgaLocked, 1);
    const PgaOid oid = pga_rows_oid(rows, "oid");

    locked->relkind = pga_rows_char(rows, "relkind");
    locked->nspname = pga_rows_dup(rows, "nspname");
    locked->relname = pga_rows_dup(rows, "relname");
    locked->holders = holders;
    return g_hash_table_replace(collector->locked, GUINT_TO_POINTER(oid), locked);
}

static void
update_array(PgaCollector *collector)
{
    g_free(collector->locked_oids);
    collector->locked_oids = array_of_keys(collector->locked);
}

/* What was locked once stays left out, or a table could be seen without its indexes. */
gboolean
pga_collector_read_locks(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_execute(collector, pga_sql_text("locks", collector->major), NULL, 0, &result,
                               error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_locked(collector, &rows, pga_rows_dup(&rows, "holders"));
    update_array(collector);
    return TRUE;
}

gboolean
pga_collector_read_dropped(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    gboolean found = FALSE;
    PgaRows rows;

    if (!pga_collector_execute(collector, pga_sql_text("vanished", collector->major), NULL, 0,
                               &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        if (add_locked(collector, &rows, NULL))
            found = TRUE;
    update_array(collector);
    return found;
}

void
pga_collector_note_locked(PgaCollector *collector, const char *what, const PgaLocked *locked)
{
    g_autofree char *name = pga_quote_qualified(locked->nspname, locked->relname);

    if (!locked->holders) {
        pga_collector_note(collector, g_strdup_printf("%s %s", what, name),
                           g_strdup("it was dropped or made anew while it was read"));
        return;
    }
    pga_collector_note(collector, g_strdup_printf("%s %s", what, name),
                       g_strdup_printf("held under ACCESS EXCLUSIVE by backend %s; run again later",
                                       locked->holders));
}
