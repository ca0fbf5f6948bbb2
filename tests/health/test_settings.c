/* Settings of real servers: changed with ALTER SYSTEM, read back, taken back. */
#include "health.h"

/** A setting to change, and what is said then. */
typedef struct {
    const char *sql, *rule, *object;
    guint since; /* major */
} Change;

static const Change changes[] = {
    {"ALTER SYSTEM SET fsync = off", "conf-fsync-off", "fsync", 14},
    {"ALTER SYSTEM SET full_page_writes = off", "conf-fsync-off", "full_page_writes", 14},
    {"ALTER SYSTEM SET zero_damaged_pages = on", "conf-developer-options", "zero_damaged_pages",
     14},
    {"ALTER SYSTEM SET enable_nestloop = off", "conf-planner-method-off", "enable_nestloop", 14},
    {"ALTER SYSTEM SET max_parallel_workers = 500", "conf-parallel-vs-cores",
     "max_parallel_workers", 14},
    {"ALTER SYSTEM SET synchronous_commit = off", "conf-synchronous-commit-off",
     "synchronous_commit", 14},
    {"ALTER SYSTEM SET log_statement = 'all'", "conf-log-verbose", "log_statement", 14},
    {"ALTER SYSTEM SET log_hostname = on", "conf-log-verbose", "log_hostname", 14},
    {"ALTER SYSTEM SET max_connections = 77", "conf-pending-restart", "settings", 14},
    {"ALTER SYSTEM SET checkpoint_completion_target = 0.3", "conf-checkpoint-spread",
     "checkpoint_completion_target", 14},
    {"ALTER SYSTEM SET checkpoint_warning = 0", "conf-checkpoint-spread", "checkpoint_warning", 14},
};

/* Every cluster of the tests is fast rather than safe. */
static gboolean
is_test_cluster_own(const Change *change)
{
    return g_str_has_prefix(change->rule, "conf-fsync") ||
           g_str_equal(change->rule, "conf-synchronous-commit-off");
}

static void
test_changes(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "settings");
    g_autoptr(PgaReport) before = health_check(dsn);
    g_autoptr(PgaReport) after = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (!is_test_cluster_own(&changes[i]))
            health_assert_silent(before, changes[i].rule, changes[i].object);
        pga_test_sql(dsn, changes[i].sql);
    }
    pga_test_sql(dsn, "SELECT pg_reload_conf(), pg_sleep(0.3)");
    after = health_check(dsn);
    pga_test_sql(dsn, "ALTER SYSTEM RESET ALL");
    pga_test_sql(dsn, "SELECT pg_reload_conf(), pg_sleep(0.3)");
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
        health_assert_fires(after, changes[i].rule, changes[i].object);
}

static void
test_roles(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "settings");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS planless; CREATE ROLE planless LOGIN;"
                      "ALTER ROLE planless SET enable_hashjoin = off;"
                      "ALTER ROLE planless SET statement_timeout = '5s'");
    report = health_check(dsn);
    pga_test_sql(dsn, "DROP ROLE planless");
    health_assert_fires(report, "conf-planner-method-off", "enable_hashjoin (ALTER ROLE planless)");
    health_assert_silent(report, "conf-timeouts-missing", NULL);
}

/* What a server that nobody configured is told. */
static void
test_defaults(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "settings");
    g_autoptr(PgaReport) report = health_check(dsn);

    health_assert_fires(report, "conf-timeouts-missing", "timeouts");
    health_assert_fires(report, "conf-logging-blind", "logging");
    health_assert_fires(report, "track-io-timing-off", "track_io_timing");
    health_assert_fires(report, "pgss-missing", "pg_stat_statements");
    health_assert_silent(report, "conf-developer-options", NULL);
    health_assert_silent(report, "conf-superuser-reserved", NULL);
    health_assert_silent(report, "conf-planner-method-off", NULL);
    health_assert_silent(report, "conf-maintenance-mem-default", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("settings/changes", test_changes);
    health_add("settings/roles", test_roles);
    health_add("settings/defaults", test_defaults);
    return g_test_run();
}
