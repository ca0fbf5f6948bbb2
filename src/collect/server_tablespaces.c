/* Tablespaces and what is in them. */
#include "server_internal.h"

gboolean
pga_server_read_tablespaces(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_tablespaces", .what = "tablespaces"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        PgaTablespaceUse *use = pga_record_add(server->tablespaces, &pga_tablespace_use_type);

        use->spcname = pga_rows_dup(&rows, "spcname");
        use->location = pga_rows_dup(&rows, "location");
        use->in_data_directory = pga_rows_bool(&rows, "in_data_directory");
        use->free_bytes = use->disk_bytes = -1;
    }
    return TRUE;
}
