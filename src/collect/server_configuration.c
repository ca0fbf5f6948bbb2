/* What the server's configuration files say, as far as the server shows it. */
#include "server_internal.h"

static void
add_hba(PgaServer *server, PgaRows *rows)
{
    PgaHbaRule *rule = pga_record_add(server->hba, &pga_hba_rule_type);

    rule->line_number = (gint32)pga_rows_int64(rows, "line_number", 0);
    rule->type = pga_rows_dup(rows, "type");
    rule->databases = pga_rows_dup(rows, "databases");
    rule->users = pga_rows_dup(rows, "users");
    rule->address = pga_rows_dup(rows, "address");
    rule->netmask = pga_rows_dup(rows, "netmask");
    rule->auth_method = pga_rows_dup(rows, "auth_method");
    rule->options = pga_rows_dup(rows, "options");
    rule->error = pga_rows_dup(rows, "error");
}

gboolean
pga_server_read_hba(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_hba",
                              .what = "rules of pg_hba.conf",
                              .grant = "EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules()"},
            &result, error))
        return FALSE;
    server->hba_known = result != NULL && collector->major >= 10;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_hba(server, &rows);
    return TRUE;
}

gboolean
pga_server_read_file_errors(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_file_errors",
                                            .what = "errors in configuration files",
                                            .grant = "EXECUTE ON FUNCTION "
                                                     "pg_catalog.pg_show_all_file_settings()"},
                          &result, error))
        return FALSE;
    server->file_errors_known = result != NULL;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        PgaFileError *entry = pga_record_add(server->file_errors, &pga_file_error_type);

        entry->sourcefile = pga_rows_dup(&rows, "sourcefile");
        entry->sourceline = (gint32)pga_rows_int64(&rows, "sourceline", 0);
        entry->name = pga_rows_dup(&rows, "name");
        entry->error = pga_rows_dup(&rows, "error");
    }
    return TRUE;
}
