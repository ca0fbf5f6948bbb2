/* lint --workload from outside: mistakes, and statements whose plans a migration changes. */
#include <glib/gstdio.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

static const char shop[] =
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text, note text);"
    "CREATE INDEX orders_customer_idx ON orders (customer_id);"
    "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL);"
    "INSERT INTO orders SELECT g, g % 5000, 'done', repeat('x', 90) FROM generate_series(1, 20000)"
    " g;"
    "INSERT INTO customer SELECT g, 'user' || g FROM generate_series(1, 5000) g;"
    "ANALYZE;";

static const char workload[] = "SELECT * FROM orders WHERE customer_id = 42;\n"
                               "SELECT note FROM orders WHERE id = 7;\n"
                               "SELECT * FROM customer WHERE email = 'user77';\n"
                               "SELECT status FROM orders WHERE id = 8;\n"
                               "SELECT * FROM nowhere;\n";

/** A database, or its DDL, with a workload; files of the test's own. */
typedef struct {
    char *source, *statements, *migration;
} Shop;

static char *
file_of(const char *name, const char *text)
{
    char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
shop_clear(Shop *all)
{
    g_unlink(all->statements);
    g_unlink(all->migration);
    g_free(all->source);
    g_free(all->statements);
    g_free(all->migration);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static void
set_up(Shop *all, const char *dbname)
{
    all->source = pga_test_cluster_database(pga_test_cluster(0), dbname);
    pga_test_sql(all->source, shop);
    all->statements = file_of("pga-lint-plans-w.sql", workload);
}

/* @more: (nullable): one argument. */
static PgaProgramRun *
lint(Shop *all, const char *migration, const char *format, const char *fail_on, const char *more)
{
    PgaProgramRun *run;

    g_free(all->migration);
    all->migration = file_of("pga-lint-plans-m.sql", migration);
    run = pga_program_run((const char *const[]){"lint", "--source", all->source, "--workload",
                                                all->statements, "--format", format, "--fail-on",
                                                fail_on, "--no-config", "-q", all->migration, more,
                                                NULL},
                          NULL);
    g_test_message("%s%s", run->out, run->err);
    return run;
}

static void
test_no_source(void)
{
    g_autofree char *statements = file_of("pga-lint-plans-w.sql", workload);
    g_autoptr(PgaProgramRun) run = pga_program_run(
        (const char *const[]){"lint", "--workload", statements, "m.sql", NULL}, NULL);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "--workload needs --source");
    g_unlink(statements);
}

static void
test_no_workload(void)
{
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&all, "lint_plans_missing");
    g_unlink(all.statements);
    run = lint(&all, "SELECT 1;\n", "json", "none", NULL);
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "pga-lint-plans-w.sql");
}

static void
test_changes(void)
{
    static const char *const says[] = {"\"broken\": 1",
                                       "\"worse\": 1",
                                       "\"better\": 1",
                                       "\"never\": 1",
                                       "\"same\": 1",
                                       "column \\\"note\\\" does not exist",
                                       "orders_customer_idx -> Seq Scan on orders",
                                       "Index Scan using customer_email_idx on customer"};
    static const char migration[] = "DROP INDEX orders_customer_idx;\n"
                                    "CREATE INDEX CONCURRENTLY customer_email_idx ON customer"
                                    " (email);\n"
                                    "ALTER TABLE orders DROP COLUMN note;\n";
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) json = NULL, text = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&all, "lint_plans");
    json = lint(&all, migration, "json", "error", NULL);
    g_assert_cmpint(json->status, ==, 1);
    for (guint i = 0; i < G_N_ELEMENTS(says); i++)
        pga_assert_contains(json->out, says[i]);
    pga_assert_valid(json->out, "lint.schema.json");
    text = lint(&all, migration, "text", "none", NULL);
    g_assert_cmpint(text->status, ==, 0);
    pga_assert_contains(text->out, "\nPlans:\n");
    pga_assert_contains(text->out, "error: SELECT note FROM orders WHERE id = 7");
    pga_assert_lacks(text->out, "Not checked");
}

/* No rule has anything against the statement: the exit status is that of the plans. */
static void
test_status(void)
{
    static const char migration[] =
        "SET lock_timeout = '2s';\nDROP INDEX CONCURRENTLY IF EXISTS orders_customer_idx;\n";
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) error = NULL, none = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&all, "lint_plans_status");
    error = lint(&all, migration, "json", "error", NULL);
    g_assert_cmpint(error->status, ==, 1);
    pga_assert_contains(error->out, "\"errors\": 0");
    none = lint(&all, migration, "github", "none", NULL);
    g_assert_cmpint(none->status, ==, 0);
}

/* What is left as it was, and made better, fails nothing. */
static void
test_nothing_worse(void)
{
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) same = NULL, better = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&all, "lint_plans_better");
    same = lint(&all, "COMMENT ON TABLE orders IS 'what was bought';\n", "text", "warning", NULL);
    pga_assert_contains(same->out, "4 of 5 statements as before");
    pga_assert_lacks(same->out, "gets worse");
    better = lint(&all, "CREATE INDEX CONCURRENTLY customer_email_idx ON customer (email);\n",
                  "markdown", "error", "--all");
    g_assert_cmpint(better->status, ==, 0);
    pga_assert_contains(better->out, "## Plans");
    pga_assert_contains(better->out, "1 statement gets better");
}

/* A change that loses statistics says so; one that fails in the lab is told, and the rest goes on.
 */
static void
test_unknown(void)
{
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&all, "lint_plans_unknown");
    run = lint(&all,
               "ALTER TABLE customer ALTER COLUMN email TYPE varchar(40);\n"
               "ALTER TABLE nothing ADD COLUMN a int;\n"
               "CREATE TABLE fresh (id int);\n"
               "DROP INDEX orders_customer_idx;\n",
               "text", "none", NULL);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "public.customer.email, public.fresh");
    pga_assert_contains(run->out, "ALTER TABLE nothing ADD COLUMN a int");
    pga_assert_contains(run->out, "planned without it");
    pga_assert_contains(run->out, "1 statement gets worse");
}

/* What a new table costs is not known, and no reason to be glad; rows of one may be stated. */
static void
test_new_table(void)
{
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&all, "lint_plans_new");
    run = lint(&all,
               "ALTER TABLE orders RENAME TO orders_old;\n"
               "CREATE TABLE orders (id int, customer_id int, status text, note text)"
               " PARTITION BY HASH (id);\n"
               "CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 1, REMAINDER"
               " 0);\n",
               "json", "none", "--rows=orders_0=1M");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "it would read orders_0, which the migrations make");
    pga_assert_contains(run->out, "\"better\": 0");
    pga_assert_contains(run->out, "\"same\": 1");
}

/* A file of DDL, with rows as they are stated. */
static void
test_ddl(void)
{
    g_auto(Shop) all = {0};
    g_autoptr(PgaProgramRun) run = NULL, idle = NULL;

    if (!pga_test_have_server())
        return;
    all.source = file_of("pga-lint-plans-s.sql", "CREATE TABLE item (id int PRIMARY KEY, name"
                                                 " text);\nCREATE INDEX item_name_idx ON item"
                                                 " (name);\n");
    all.statements = file_of("pga-lint-plans-w.sql", "SELECT id FROM item WHERE name = 'x';\n");
    run = lint(&all, "CREATE TABLE fresh (id int);\nDROP INDEX item_name_idx;\n", "json", "none",
               "--rows=item=1M");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "\"worse\": 1");
    g_free(all.statements);
    all.statements = file_of("pga-lint-plans-w.sql", "BEGIN;\nCOMMIT;\n");
    idle = lint(&all, "DROP INDEX item_name_idx;\n", "text", "none", NULL);
    g_assert_cmpint(idle->status, ==, 0);
    pga_assert_contains(idle->out, "There is no statement to plan.");
    g_unlink(all.source);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/lint-plans/a-workload-needs-a-source", test_no_source);
    g_test_add_func("/cli/lint-plans/a-workload-that-is-not-there", test_no_workload);
    g_test_add_func("/cli/lint-plans/worse-better-broken", test_changes);
    g_test_add_func("/cli/lint-plans/exit-status", test_status);
    g_test_add_func("/cli/lint-plans/nothing-worse-fails-nothing", test_nothing_worse);
    g_test_add_func("/cli/lint-plans/what-is-not-known-is-said", test_unknown);
    g_test_add_func("/cli/lint-plans/new-tables-are-not-judged", test_new_table);
    g_test_add_func("/cli/lint-plans/ddl", test_ddl);
    return g_test_run();
}
