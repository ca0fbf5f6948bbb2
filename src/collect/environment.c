/* Server, role, database and host. */
#include "collector_internal.h"

#include <string.h>

/* A provider shows in the settings that its servers add. */
static const struct {
    const char *prefix, *provider;
} providers[] = {
    {"rds.", "aws-rds"},
    {"cloudsql.", "gcp-cloudsql"},
    {"azure.", "azure-postgres"},
};

static const char *
find_provider(const PgaCatalog *catalog, gboolean is_aurora)
{
    if (is_aurora)
        return "aurora";
    for (guint i = 0; i < catalog->settings->len; i++) {
        const PgaSetting *setting = g_ptr_array_index(catalog->settings, i);

        for (guint j = 0; j < G_N_ELEMENTS(providers); j++)
            if (g_str_has_prefix(setting->name, providers[j].prefix))
                return providers[j].provider;
    }
    return NULL;
}

static void
fill(PgaCollector *collector, PgaRows *rows)
{
    PgaEnvironment *environment = collector->environment;

    environment->role = pga_rows_dup(rows, "role");
    environment->is_superuser = pga_rows_bool(rows, "is_superuser");
    environment->is_monitor = pga_rows_bool(rows, "is_monitor");
    collector->reads_statistics = pga_rows_bool(rows, "reads_statistics");
    environment->is_standby = pga_rows_bool(rows, "is_standby");
    environment->is_pooled =
        pga_rows_int64(rows, "backend_pid", 0) != PQbackendPID(collector->conn);
    environment->provider =
        g_strdup(find_provider(collector->catalog, pga_rows_bool(rows, "is_aurora")));
    environment->database_bytes = pga_rows_int64(rows, "database_bytes", -1);
    environment->uptime = pga_rows_double(rows, "uptime", -1);
    environment->now = pga_rows_int64(rows, "now", 0);
    environment->stats_age = pga_rows_double(rows, "stats_age", -1);
    environment->temp_bytes = pga_rows_int64(rows, "temp_bytes", -1);
    environment->temp_age = environment->stats_age;
    environment->xact_commit = pga_rows_int64(rows, "xact_commit", -1);
    environment->blks_read = pga_rows_int64(rows, "blks_read", -1);
    environment->blks_hit = pga_rows_int64(rows, "blks_hit", -1);
    environment->tup_returned = pga_rows_int64(rows, "tup_returned", -1);
    environment->tup_fetched = pga_rows_int64(rows, "tup_fetched", -1);
}

static void
find_memory(PgaCollector *collector)
{
    PgaEnvironment *environment = collector->environment;
    const char *method = NULL;
    pid_t pid;

    if (collector->options->ram_bytes >= 0) {
        environment->ram_bytes = collector->options->ram_bytes;
        environment->ram_method = g_strdup("stated with --ram");
        return;
    }
    pid = environment->is_pooled ? 0 : pga_local_server_pid(collector->conn);
    if (pid <= 0)
        return;
    environment->ram_bytes = pga_memory_of_server("", pid, &method);
    environment->ram_shared = environment->ram_bytes >= 0;
    environment->ram_method = g_strdup(method);
}

static void
note_version(PgaCollector *collector)
{
    const guint major = collector->major;

    if (major > 18)
        pga_collector_note(collector, g_strdup("what is new in this version"),
                           g_strdup_printf("PostgreSQL %u is newer than 18, the newest whose "
                                           "catalogs are known; it is read as 18",
                                           major));
    if (major < 14)
        pga_collector_note(
            collector, g_strdup("features of newer versions"),
            g_strdup_printf("PostgreSQL %s is older than 14: %s; advice that needs a newer version "
                            "is left out",
                            major == 9 ? "9.6" : collector->environment->version,
                            major == 9 ? "supported by its documentation, not tested"
                                       : "its catalogs are read, some counters do not exist yet"));
}

static void
note_surroundings(PgaCollector *collector)
{
    const PgaEnvironment *environment = collector->environment;

    note_version(collector);
    if (environment->is_pooled)
        pga_collector_note(collector, g_strdup("memory and settings of a direct connection"),
                           g_strdup("a pooler stands in between: its connections may carry "
                                    "settings of their own; connect to the server directly"));
    if (environment->is_standby)
        pga_collector_note(collector, g_strdup("usage on the primary and on other standbys"),
                           g_strdup("this is a standby: usage counters are its own; check the "
                                    "primary too before dropping what is unused here"));
}

gboolean
pga_collect_environment(PgaCollector *collector, GError **error)
{
    PgaEnvironment *environment = collector->environment;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    environment->source_kind = PGA_SOURCE_LIVE;
    environment->source_name = g_strdup(pga_connection_dbname(collector->connection));
    environment->version_num = pga_connection_version_num(collector->connection);
    environment->version = g_strdup(pga_connection_version(collector->connection));
    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "environment",
                                         .what = "the server's state",
                                         .need = PGA_QUERY_ESSENTIAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows))
        fill(collector, &rows);
    find_memory(collector);
    note_surroundings(collector);
    return TRUE;
}
