/* What pg_stat_statements of real servers tells, in any schema and to any role. */
#include <collect/server.h>
#include <model/finding.h>
#include <string.h>

#include "cluster.h"

#define LOADED "shared_preload_libraries = 'pg_stat_statements'\n"

/** What a collection handed over. */
typedef struct {
    PgaWorkload *workload;
    GPtrArray *not_checked; /* of PgaNotChecked * */
} Collected;

static void
workload_collected_clear(Collected *collected)
{
    g_clear_pointer(&collected->workload, pga_workload_free);
    g_clear_pointer(&collected->not_checked, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Collected, workload_collected_clear)

static void
collect(const char *dsn, const char *user, Collected *out)
{
    g_autofree char *as = g_strdup_printf("%s user='%s'", dsn, user);
    const PgaConnectionOptions to = {.dbname = as};
    const PgaCollectOptions options = {.ram_bytes = -1};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(PgaCatalog) catalog = NULL;
    g_autoptr(PgaEnvironment) environment = NULL;
    g_autoptr(GError) error = NULL;

    workload_collected_clear(out);
    out->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    connection = pga_connection_open(&to, &error);
    g_assert_no_error(error);
    pga_collect(connection, &options, &catalog, &environment, out->not_checked, &error);
    g_assert_no_error(error);
    pga_collect_workload(connection, &options, &out->workload, out->not_checked, &error);
    g_assert_no_error(error);
}

static const PgaNotChecked *
not_checked(const Collected *collected, const char *what)
{
    for (guint i = 0; i < collected->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(collected->not_checked, i);

        if (g_str_equal(entry->what, what))
            return entry;
    }
    return NULL;
}

static const PgaWorkloadStatement *
statement_like(const PgaWorkload *workload, const char *part)
{
    for (guint i = 0; i < workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(workload->statements, i);

        if (strstr(statement->query, part))
            return statement;
    }
    return NULL;
}

/* What an unloaded library leaves of its settings is none of its settings. */
static void
without_library(PgaTestCluster *cluster)
{
    g_auto(Collected) got = {0};

    pga_test_cluster_restart(cluster, "pg_stat_statements.max = 4000\n");
    collect(pga_test_cluster_dsn(cluster), "postgres", &got);
    g_assert_false(got.workload->known);
    g_assert_false(got.workload->preloaded);
    g_assert_nonnull(strstr(got.workload->why_unknown, "not loaded"));
    pga_test_cluster_restart(cluster, LOADED);
    collect(pga_test_cluster_dsn(cluster), "postgres", &got);
    g_assert_false(got.workload->known);
    g_assert_true(got.workload->preloaded);
    g_assert_true(got.workload->tracked);
    g_assert_false(got.workload->created);
    g_assert_nonnull(strstr(got.workload->why_unknown, "extension"));
}

/* A decoy where a careless query would look. */
static char *
plant(PgaTestCluster *cluster)
{
    char *dsn = pga_test_cluster_database(cluster, "work");

    pga_test_sql(dsn, "CREATE SCHEMA \"Odd schema\";"
                      "CREATE EXTENSION pg_stat_statements SCHEMA \"Odd schema\";"
                      "CREATE TABLE pg_stat_statements (decoy int);"
                      "CREATE TABLE t AS SELECT i AS id, repeat('x', 200) AS filler "
                      "FROM generate_series(1, 1000) i;");
    pga_test_cluster_sql(cluster, "CREATE TABLE IF NOT EXISTS elsewhere (i int)");
    pga_test_cluster_sql(cluster, "SELECT * FROM elsewhere");
    for (guint i = 0; i < 3; i++) {
        pga_test_sql(dsn, "SELECT id FROM t WHERE id <= 7");
        pga_test_sql(dsn, "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT * FROM t a, "
                          "generate_series(1, 20) g ORDER BY filler, g, id) sorted");
    }
    return dsn;
}

static void
assert_counters(const PgaWorkload *workload, guint major)
{
    const PgaWorkloadStatement *lookup = statement_like(workload, "WHERE id <= $1");
    const PgaWorkloadStatement *sort = statement_like(workload, "generate_series($");
    double sum = 0;

    g_assert_nonnull(lookup);
    g_assert_cmpint(lookup->calls, ==, 3);
    g_assert_cmpint(lookup->rows, ==, 21);
    g_assert_cmpstr(lookup->usename, ==, "postgres");
    g_assert_true(lookup->toplevel);
    g_assert_cmpint(lookup->shared_blks_hit + lookup->shared_blks_read, >, 0);
    g_assert_cmpfloat(lookup->total_exec_time, >, 0);
    g_assert_cmpfloat(lookup->max_exec_time, >=, lookup->mean_exec_time);
    g_assert_cmpfloat(lookup->mean_exec_time * 3, <, lookup->total_exec_time * 1.01);
    g_assert_nonnull(sort);
    g_assert_cmpint(sort->temp_blks_written, >, 100);
    for (guint i = 0; i < workload->statements->len; i++) {
        const PgaWorkloadStatement *each = g_ptr_array_index(workload->statements, i);

        if (i > 0)
            g_assert_cmpfloat(
                each->total_exec_time, <=,
                ((PgaWorkloadStatement *)g_ptr_array_index(workload->statements, i - 1))
                    ->total_exec_time);
        sum += each->total_exec_time;
    }
    g_assert_cmpfloat_with_epsilon(sum, workload->total_time, 0.01 * sum);
    g_assert_cmpint(workload->dealloc, ==, major >= 14 ? 0 : -1);
    g_assert_cmpint(workload->max, ==, 4000);
    g_assert_true(major >= 14 ? workload->stats_age >= 0 : workload->stats_age < 0);
}

static void
reads_counters(PgaTestCluster *cluster, const char *dsn)
{
    g_auto(Collected) got = {0};

    collect(dsn, "postgres", &got);
    collect(dsn, "postgres", &got); /* now what the first one did is recorded too */
    g_assert_true(got.workload->known);
    g_assert_null(got.workload->why_unknown);
    g_assert_cmpuint(got.workload->n_hidden, ==, 0);
    g_assert_null(statement_like(got.workload, "elsewhere"));
    g_assert_null(statement_like(got.workload, "pg_catalog.pg_class"));
    assert_counters(got.workload, pga_test_cluster_major(cluster));
}

static void
says_what_a_role_may_not_see(PgaTestCluster *cluster, const char *dsn)
{
    g_auto(Collected) got = {0};
    const PgaNotChecked *note;

    pga_test_cluster_sql(cluster, "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = "
                                  "'little') THEN CREATE ROLE little LOGIN; END IF; END $$");
    pga_test_sql(dsn, "GRANT USAGE ON SCHEMA \"Odd schema\" TO little");
    collect(dsn, "little", &got);
    g_assert_true(got.workload->known);
    g_assert_cmpuint(got.workload->n_hidden, >, 0);
    g_assert_null(statement_like(got.workload, "WHERE id <="));
    g_assert_null(statement_like(got.workload, "insufficient"));
    note = not_checked(&got, "statements of other roles in pg_stat_statements");
    g_assert_nonnull(note);
    g_assert_nonnull(strstr(note->why, "GRANT pg_read_all_stats TO little;"));

    pga_test_sql(dsn, "REVOKE SELECT ON \"Odd schema\".pg_stat_statements FROM PUBLIC");
    collect(dsn, "little", &got);
    g_assert_false(got.workload->known);
    g_assert_nonnull(strstr(got.workload->why_unknown, "permission denied"));
    g_assert_nonnull(not_checked(&got, "pg_stat_statements"));
}

/* After pg_upgrade an extension keeps its version, and its columns their names, until somebody
 * updates it. */
static void
reads_old_columns(const char *dsn)
{
    g_auto(Collected) got = {0};
    const PgaWorkloadStatement *lookup;

    pga_test_sql(dsn, "DROP EXTENSION pg_stat_statements;"
                      "CREATE EXTENSION pg_stat_statements SCHEMA \"Odd schema\" VERSION '1.4'");
    collect(dsn, "postgres", &got);
    lookup = statement_like(got.workload, "WHERE id <= $1");
    g_assert_nonnull(lookup);
    g_assert_cmpint(lookup->calls, ==, 3);
    g_assert_cmpfloat(lookup->total_exec_time, >, 0);
    g_assert_cmpfloat(lookup->mean_exec_time, >, 0);
    g_assert_true(lookup->toplevel);
    g_assert_cmpint(got.workload->dealloc, ==, -1);
}

static void
test_workload(gconstpointer data)
{
    PgaTestCluster *cluster = pga_test_cluster(GPOINTER_TO_UINT(data));
    g_autofree char *dsn = NULL;

    without_library(cluster);
    dsn = plant(cluster);
    reads_counters(cluster, dsn);
    says_what_a_role_may_not_see(cluster, dsn);
    reads_old_columns(dsn);
}

static void
test_skip(void)
{
    pga_test_have_server();
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *path = g_strdup_printf("/collect/workload/%u", server->major);

        g_test_add_data_func(path, GUINT_TO_POINTER(server->major), test_workload);
    }
    if (servers->len == 0)
        g_test_add_func("/collect/workload", test_skip);
    return g_test_run();
}
