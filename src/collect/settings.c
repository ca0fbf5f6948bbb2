/* Settings as a new session would get them. */
#include "collector_internal.h"

#include "sql_internal.h"

void
pga_collect_settings_add(PgaCollector *collector, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        g_autofree char *name = pga_rows_dup(&rows, "name");
        PgaSetting *setting = pga_catalog_add_setting(collector->catalog, name);

        setting->setting = pga_rows_dup(&rows, "reset_val");
        if (!setting->setting)
            setting->setting = g_strdup("");
        setting->unit = pga_rows_dup(&rows, "unit");
        setting->boot_val = pga_rows_dup(&rows, "boot_val");
        setting->vartype = pga_rows_dup(&rows, "vartype");
        setting->source = pga_rows_dup(&rows, "source");
        setting->context = pga_rows_dup(&rows, "context");
        setting->enumvals = pga_rows_dup(&rows, "enumvals");
        setting->pending_restart = pga_rows_bool(&rows, "pending_restart");
        setting->sourcefile = pga_rows_dup(&rows, "sourcefile");
    }
}

/* Before the transaction's own settings are made, or these would show as coming from the session.
 */
gboolean
pga_collect_settings(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (!pga_collector_execute(collector, pga_sql_text("settings", collector->major), NULL, 0,
                               &result, error))
        return FALSE;
    pga_collect_settings_add(collector, result);
    return TRUE;
}
