/* clone of sources that are not whole, or not still: what cannot be had is named, the rest is
 * there, the exit status is the command's. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "clone_shop.h"
#include "cluster.h"

/* What no dependency would allow, done by hand. */
static char *
damaged_source(void)
{
    char *dsn = pga_test_cluster_database(
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0), "clone_damaged");

    pga_test_sql(dsn, "DO $$BEGIN CREATE ROLE clone_gone; EXCEPTION WHEN duplicate_object THEN "
                      "END$$");
    pga_test_sql(dsn, "CREATE FUNCTION gone(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS "
                      "'BEGIN RETURN $1; END';"
                      "CREATE TYPE mood AS ENUM ('sad', 'happy');"
                      "CREATE TABLE good (id int PRIMARY KEY, n int);"
                      "CREATE TABLE bad (id int PRIMARY KEY, n int DEFAULT gone(1), m mood);"
                      "CREATE TABLE odd (id int PRIMARY KEY, a int, b int, c int);"
                      "CREATE VIEW bad_view AS SELECT gone(id) FROM good;"
                      "CREATE VIEW good_view AS SELECT n FROM good;"
                      "GRANT SELECT ON good, bad TO clone_gone;"
                      "INSERT INTO good SELECT i, i % 20 FROM generate_series(1, 2000) i;"
                      "INSERT INTO bad SELECT i, i % 20, 'sad' FROM generate_series(1, 2000) i;"
                      "INSERT INTO odd SELECT i, i % 9, i % 9, i % 9 FROM generate_series(1, 2000) "
                      "i");
    pga_test_sql(dsn, "ANALYZE; SET allow_system_table_mods = on;"
                      "DELETE FROM pg_enum WHERE enumlabel = 'sad';"
                      "DELETE FROM pg_proc WHERE proname = 'gone';"
                      "DELETE FROM pg_authid WHERE rolname = 'clone_gone';"
                      "UPDATE pg_statistic SET stanullfrac = 'NaN' WHERE starelid = 'odd'::regclass"
                      " AND staattnum = 2;"
                      "UPDATE pg_statistic SET stavalues1 = array_in('{x,y}', 'text'::regtype, -1)"
                      " WHERE starelid = 'odd'::regclass AND staattnum = 3");
    return dsn;
}

static const char owners[] =
    "SELECT string_agg(relname || ':' || pg_get_userbyid(relowner), ' ' ORDER BY relname)"
    " FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace";
static const char n_distinct[] =
    "SELECT string_agg(attname || ':' || n_distinct, ' ' ORDER BY attname) FROM pg_stats"
    " WHERE tablename IN ('bad', 'odd')";

/* Every part of what was damaged by its name, and nothing else. */
static void
test_damaged(void)
{
    g_autofree char *dsn = damaged_source();
    g_autoptr(PgaProgramRun) run =
        CLONE(dsn, "-v", "--", "psql", "-X", "-At", "-c", "TABLE good_view", "-c",
              "EXPLAIN SELECT * FROM good WHERE n = 3", "-c", owners, "-c", n_distinct);

    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->err, "view public.bad_view");
    pga_assert_contains(run->err, "default of column public.bad.n");
    pga_assert_contains(run->err, "cache lookup failed for function");
    pga_assert_contains(run->err, "some statistics of column public.bad.m");
    pga_assert_contains(run->err, "statistics of public.odd.a: null_frac is not within 0 and 1");
    pga_assert_contains(run->err, "statistics of public.odd.b: most common values (1): ");
    pga_assert_contains(run->err, "owners and privileges of public.bad");
    pga_assert_lacks(run->err, "good_view");
    pga_assert_lacks(run->err, "odd.c");
    pga_assert_contains(run->out, "(cost=0.00..34.00 rows=100 width=8)");
    pga_assert_contains(run->out, "bad:postgres good:postgres good_view:postgres odd:postgres");
    pga_assert_contains(run->out, "b:9 c:9 id:-1 id:-1 m:1 n:20");
    pga_assert_nothing_left();
}

/* psql that executes @sql again and again until it is ended. */
static GPid
meddle(const char *dsn, const char *sql)
{
    const char *const argv[] = {
        "/bin/sh", "-c", "while :; do psql -X -q -d \"$0\" -c \"$1\"; done >/dev/null 2>&1",
        dsn,       sql,  NULL};
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

static void
test_changing(gconstpointer sql)
{
    g_autofree char *dsn = pga_test_cluster_database(
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0), "clone_changing");
    GPid pid;

    pga_test_sql(dsn, "CREATE TABLE still (id int PRIMARY KEY); CREATE TABLE t (a int);"
                      "CREATE INDEX ON t (a); CREATE SCHEMA s");
    pid = meddle(dsn, sql);
    for (guint i = 0; i < 4; i++) {
        g_autoptr(PgaProgramRun) run = CLONE(dsn, "-v", "--", "psql", "-X", "-Atc", "TABLE still");

        if (run->status != 0)
            g_test_message("%s", run->err);
        g_assert_cmpint(run->status, ==, 0);
        pga_assert_lacks(run->err, "public.still");
    }
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    pga_assert_nothing_left();
}

static const struct {
    const char *name, *sql;
} changes[] = {
    {"columns", "ALTER TABLE t ADD x int DEFAULT 3; CREATE VIEW v AS TABLE t; DROP VIEW v;"
                "ALTER TABLE t DROP x; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t"},
    {"schemas", "CREATE TABLE s.a (id int PRIMARY KEY); CREATE TYPE s.e AS ENUM ('a');"
                "CREATE TABLE s.b (e s.e, a int REFERENCES s.a); CREATE VIEW s.v AS TABLE s.b;"
                "DROP SCHEMA s CASCADE; CREATE SCHEMA s"},
    {"tables", "DROP TABLE t; CREATE TABLE t (a int); CREATE INDEX ON t (a)"},
};

static void
test_rows_of_what_is_left_out(void)
{
    static const char ddl[] = "CREATE EXTENSION no_such_extension;\n"
                              "CREATE TABLE item (id int PRIMARY KEY);\n"
                              "CREATE TABLE place (id int PRIMARY KEY, at no_such_type);\n";
    g_autofree char *path = g_build_filename(pga_clone_shop_folder(), "extension.sql", NULL);
    g_autoptr(PgaProgramRun) run = NULL, mistaken = NULL;

    g_assert_true(g_file_set_contents(path, ddl, -1, NULL));
    run = CLONE(path, "--rows", "place=5M", "--rows", "item=7", "--", "psql", "-X", "-Atc",
                "SELECT reltuples FROM pg_class WHERE relname = 'item'");
    g_assert_cmpint(run->status, ==, 0);
    g_assert_cmpstr(run->out, ==, "7\n");
    pga_assert_contains(run->err, "--rows of table place: the table is left out: type");
    mistaken = CLONE(path, "--rows", "plaza=5M", "--", "true");
    g_assert_cmpint(mistaken->status, ==, 2);
    pga_assert_contains(mistaken->err, "there is no table \"plaza\"");
}

/* MAINTAIN came with 17; a lab before it has the other privileges all the same. */
static void
test_older_lab(void)
{
    PgaTestCluster *newer = pga_test_cluster(18) ? pga_test_cluster(18) : pga_test_cluster(17);
    g_autofree char *dsn = newer ? pga_test_cluster_database(newer, "clone_maintain") : NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!newer || !pga_test_cluster(15)) {
        g_test_skip("needs servers of 15 and of 17 or 18");
        return;
    }
    pga_test_sql(dsn, "CREATE TABLE kept (id int PRIMARY KEY); GRANT SELECT, MAINTAIN ON kept TO "
                      "PUBLIC");
    run = CLONE(dsn, "-q", "--pg-bindir", pga_test_cluster_bindir(pga_test_cluster(15)), "--",
                "psql", "-X", "-At", "-c",
                "SELECT relacl::text LIKE '%,=r/%' FROM pg_class WHERE relname = 'kept'");
    g_assert_cmpint(run->status, ==, 0);
    g_assert_cmpstr(run->out, ==, "t\n");
    pga_assert_lacks(run->err, "privileges");
}

static void
test_nothing(void)
{
    g_test_skip("needs server programs and psql");
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    if (pga_clone_shop_make()) {
        g_test_add_func("/cli/clone/damaged/names-what-is-left-out", test_damaged);
        for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
            g_autofree char *path = g_strconcat("/cli/clone/changing/", changes[i].name, NULL);

            g_test_add_data_func(path, changes[i].sql, test_changing);
        }
        g_test_add_func("/cli/clone/older-lab", test_older_lab);
        g_test_add_func("/cli/clone/rows-of-what-is-left-out", test_rows_of_what_is_left_out);
    } else {
        g_test_add_func("/cli/clone/damaged/with-a-server", test_nothing);
    }
    status = g_test_run();
    pga_clone_shop_remove();
    return status;
}
