/* index --against, --write-plans and --check-regressions from outside: mistakes, and real servers
 * whose indexes, columns and settings go. */
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
                               "SELECT * FROM nowhere;\n"
                               "VACUUM orders;\n";

/* (transfer full): a file of the test's own. */
static char *
file_of(const char *name, const char *text)
{
    char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

    if (text)
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* @arguments: NULL-terminated. */
static PgaProgramRun *
run_index(const char *source, const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    PgaProgramRun *run;

    g_ptr_array_add(all, (gpointer) "index");
    g_ptr_array_add(all, (gpointer)source);
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(all, (gpointer)arguments[i]);
    g_ptr_array_add(all, (gpointer) "-q");
    g_ptr_array_add(all, NULL);
    run = pga_program_run((const char *const *)all->pdata, NULL);
    g_test_message("%s%s", run->out, run->err);
    return run;
}

/** What is refused, and what is said of it. */
typedef struct {
    const char *name;
    const char *arguments[6];
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"two-at-once", {"--against", "b.sql", "--write-plans", "p"}, "exclude each other"},
    {"file-and-workload",
     {"--check-regressions", "p.json", "--workload", "w.sql"},
     "--check-regressions takes no --workload"},
    {"script", {"--against", "b.sql", "--format", "sql"}, "--format sql is for a set of indexes"},
    {"measured",
     {"--against", "b.sql", "--measure", "dbname=x"},
     "--measure is for a set of indexes"},
    {"verified", {"--write-plans", "p", "--verify"}, "--verify is for a set of indexes"},
    {"no-file", {"--check-regressions", "/nowhere/p.json"}, "/nowhere/p.json"},
    {"share-of-words", {"--against", "b.sql", "--min-improvement", "much"}, "10%, or 0.1"},
};

static void
test_mistake(gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(PgaProgramRun) run = run_index("a.sql", mistake->arguments);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "pgarchitect: error: ");
    pga_assert_contains(run->err, mistake->says);
}

/** A file that is none of ours. */
typedef struct {
    const char *name, *text, *says;
} BadFile;

static const BadFile bad_files[] = {
    {"empty", "", "is no file of plans"},
    {"garbage", "\x01\x02 PGDMP", "is no file of plans"},
    {"cut", "{\"plan_baseline\": 1, \"source\": \"a\", \"statem", "is no file of plans"},
    {"wrong-version", "{\"plan_baseline\": 7}", "has version 7"},
    {"huge-number",
     "{\"plan_baseline\": 1, \"source\": \"a\", \"statements\": [{\"calls\": 1e999}]}",
     "is no file of plans"},
    {"not-finished",
     "{\"plan_baseline\": 1, \"source\": \"a\", \"statistics\": true, \"statements\": [{}]}",
     "Statement 1"},
};

static void
test_bad_file(gconstpointer data)
{
    const BadFile *bad = data;
    g_autofree char *path = file_of("pga-plans-bad.json", bad->text);
    const char *const arguments[] = {"--check-regressions", path, "--format", "json", NULL};
    g_autoptr(PgaProgramRun) run = run_index("a.sql", arguments);

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, bad->says);
    pga_assert_contains(run->out, "\"error\": {");
    g_unlink(path);
}

static void
take_snapshot(const char *source, const char *path)
{
    const char *const arguments[] = {"snapshot", source, "-o", path, "-q", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    g_assert_cmpint(run->status, ==, 0);
}

/** A database before its change, in three forms. */
typedef struct {
    char *dsn, *statements, *snapshot, *plans;
} Before;

static void
before_clear(Before *before)
{
    g_unlink(before->statements);
    g_unlink(before->snapshot);
    g_unlink(before->plans);
    g_free(before->dsn);
    g_free(before->statements);
    g_free(before->snapshot);
    g_free(before->plans);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Before, before_clear)

static void
set_up(Before *before)
{
    g_autoptr(PgaProgramRun) written = NULL;

    before->dsn = pga_test_cluster_database(pga_test_cluster(0), "plan_changes");
    before->statements = file_of("pga-plans-w.sql", workload);
    before->snapshot = file_of("pga-plans-before.pga", NULL);
    before->plans = file_of("pga-plans.json", NULL);
    pga_test_sql(before->dsn, shop);
    take_snapshot(before->dsn, before->snapshot);
    written = run_index(before->dsn, (const char *const[]){"--workload", before->statements,
                                                           "--write-plans", before->plans, NULL});
    g_assert_cmpint(written->status, ==, 0);
    pga_assert_contains(written->out, "Plans of 3 statements written to");
    pga_assert_contains(written->out, "relation \"nowhere\" does not exist");
    pga_assert_contains(written->out, "a utility statement");
}

/* The state now compared with the one before, from the snapshot and from the file. */
static void
compare(const Before *before, const char *format, PgaProgramRun **runs)
{
    runs[0] =
        run_index(before->dsn, (const char *const[]){"--workload", before->statements, "--against",
                                                     before->snapshot, "--fail-on", "warning",
                                                     "--format", format, NULL});
    runs[1] = run_index(before->dsn,
                        (const char *const[]){"--check-regressions", before->plans, "--fail-on",
                                              "warning", "--format", format, NULL});
}

static void
test_nothing_changed(void)
{
    g_auto(Before) before = {0};
    PgaProgramRun *runs[2] = {NULL, NULL};

    if (!pga_test_have_server())
        return;
    set_up(&before);
    pga_test_sql(before.dsn, "ANALYZE");
    compare(&before, "text", runs);
    for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_assert_cmpint(runs[i]->status, ==, 0);
        pga_assert_contains(runs[i]->out, "3 of 4 statements as before");
        pga_assert_lacks(runs[i]->out, "warning: ");
        pga_program_run_free(runs[i]);
    }
}

static void
test_regressions(void)
{
    static const char *const says[] = {"\"broken\": 1",
                                       "\"worse\": 1",
                                       "\"better\": 1",
                                       "\"never\": 1",
                                       "\"severity\": \"error\"",
                                       "column \\\"note\\\" does not exist",
                                       "orders_customer_idx -> Seq Scan on orders",
                                       "Index Scan using customer_email_idx on customer"};
    g_auto(Before) before = {0};
    PgaProgramRun *runs[2] = {NULL, NULL};
    g_autoptr(PgaProgramRun) page = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&before);
    pga_test_sql(before.dsn, "DROP INDEX orders_customer_idx; ALTER TABLE orders DROP COLUMN note;"
                             "CREATE INDEX customer_email_idx ON customer (email); ANALYZE;");
    compare(&before, "json", runs);
    for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_assert_cmpint(runs[i]->status, ==, 1);
        for (guint j = 0; j < G_N_ELEMENTS(says); j++)
            pga_assert_contains(runs[i]->out, says[j]);
        pga_assert_valid(runs[i]->out, "plan_changes.schema.json");
        pga_program_run_free(runs[i]);
    }
    page = run_index(before.dsn, (const char *const[]){"--check-regressions", before.plans, "--all",
                                                       "--format", "markdown", NULL});
    g_assert_cmpint(page->status, ==, 0);
    pga_assert_contains(page->out, "SELECT note FROM orders WHERE id = 7");
    pga_assert_contains(page->out, "Filter: (customer_id = 42)");
}

/* A warning is no error; a change below the share that counts is none. */
static void
test_bounds(void)
{
    g_auto(Before) before = {0};
    g_autoptr(PgaProgramRun) lenient = NULL, error = NULL, warning = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&before);
    /* every page at random costs half as much again: more than a tenth, less than ten times */
    pga_test_sql(before.dsn, "ALTER DATABASE plan_changes SET random_page_cost = 6");
    lenient = run_index(before.dsn, (const char *const[]){"--check-regressions", before.plans,
                                                          "--min-improvement", "80%", "--fail-on",
                                                          "info", NULL});
    g_assert_cmpint(lenient->status, ==, 0);
    error = run_index(before.dsn, (const char *const[]){"--check-regressions", before.plans,
                                                        "--fail-on", "error", NULL});
    g_assert_cmpint(error->status, ==, 0);
    pga_assert_contains(error->out, "warning: ");
    pga_assert_contains(error->out, "the same plan; sizes, statistics or settings make the cost");
    warning = run_index(before.dsn, (const char *const[]){"--check-regressions", before.plans,
                                                          "--fail-on", "warning", NULL});
    g_assert_cmpint(warning->status, ==, 1);
}

/* A statement of the file cannot be more than one, nor do anything. */
static void
test_hostile_file(void)
{
    static const char plans[] =
        "{\"plan_baseline\": 1, \"source\": \"\\u001b[31m\", \"lab\": null, \"statistics\": false,"
        " \"statements\": ["
        "{\"fingerprint\": \"0123456789abcdef\", \"text\": \"SELECT 1; DROP TABLE item\","
        " \"calls\": 1, \"samples\": [{\"text\": \"SELECT 1; DROP TABLE item\", \"share\": 1,"
        " \"generic\": false, \"cost\": 1, \"failure\": null, \"plan\": []}]},"
        "{\"fingerprint\": \"0123456789abcde0\", \"text\": \"ANALYZE SELECT 1/0\", \"usename\":"
        " \"x'; DROP TABLE item; --\", \"calls\": 1, \"samples\": [{\"text\": \"ANALYZE SELECT"
        " 1/0\", \"share\": 1, \"generic\": false, \"cost\": 1, \"failure\": null, \"plan\":"
        " [\"x\"]}]}]}";
    g_autofree char *schema = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!pga_test_have_server())
        return;
    schema = file_of("pga-plans-hostile.sql", "CREATE TABLE item (id int PRIMARY KEY);\n");
    path = file_of("pga-plans-hostile.json", plans);
    run = run_index(schema, (const char *const[]){"--check-regressions", path, NULL});
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "2 statements cannot be planned any more");
    pga_assert_lacks(run->out, "\x1b[31m");
    g_unlink(schema);
    g_unlink(path);
}

/* What was recorded comes from the side that has it; rows are for the side that is DDL. */
static void
test_mixed(void)
{
    g_auto(Before) before = {0};
    g_autofree char *schema = NULL, *recorded = NULL;
    g_autoptr(PgaProgramRun) taken = NULL, run = NULL, back = NULL, none = NULL;

    if (!pga_test_have_server())
        return;
    set_up(&before);
    recorded = file_of("pga-plans-recorded.pga", NULL);
    taken = pga_program_run((const char *const[]){"snapshot", before.dsn, "-o", recorded, "-q",
                                                  "--workload", before.statements, NULL},
                            NULL);
    g_assert_cmpint(taken->status, ==, 0);
    schema = file_of("pga-plans-mixed.sql",
                     "CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL);\n");
    run = run_index(schema,
                    (const char *const[]){"--against", recorded, "--rows", "orders=20000", NULL});
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "column \"note\" does not exist");
    pga_assert_contains(run->out, "relation \"customer\" does not exist");
    pga_assert_contains(run->out, "One of the two is DDL");
    back = run_index(recorded, (const char *const[]){"--against", schema, NULL});
    g_assert_cmpint(back->status, ==, 0);
    pga_assert_contains(back->out, "2 statements can be planned now");
    none = run_index(schema, (const char *const[]){"--against", schema, NULL});
    g_assert_cmpint(none->status, ==, 2);
    pga_assert_contains(none->err, "--workload FILE");
    g_unlink(schema);
    g_unlink(recorded);
}

/* Two files of DDL and no server; and a workload in which there is nothing to plan. */
static void
test_ddl(void)
{
    g_autofree char *old = NULL, *new = NULL, *path = NULL, *nothing = NULL;
    g_autoptr(PgaProgramRun) run = NULL, idle = NULL;

    if (!pga_test_have_server())
        return;
    old = file_of("pga-plans-old.sql", "CREATE TABLE item (id int PRIMARY KEY, name text);\n"
                                       "CREATE INDEX item_name_idx ON item (name);\n");
    new = file_of("pga-plans-new.sql", "CREATE TABLE item (id int PRIMARY KEY, name text);\n");
    path = file_of("pga-plans-dw.sql", "SELECT id FROM item WHERE name = 'x';\n");
    nothing = file_of("pga-plans-nothing.sql", "BEGIN;\nCOMMIT;\n");
    run = run_index(new, (const char *const[]){"--workload", path, "--rows", "item=2M", "--against",
                                               old, "--fail-on", "warning", NULL});
    g_assert_cmpint(run->status, ==, 1);
    pga_assert_contains(run->out, "item_name_idx");
    pga_assert_contains(run->out, "pga-plans-old.sql");
    idle = run_index(new, (const char *const[]){"--workload", nothing, "--against", old, NULL});
    g_assert_cmpint(idle->status, ==, 0);
    pga_assert_contains(idle->out, "There is no statement to plan.");
    g_unlink(old);
    g_unlink(new);
    g_unlink(path);
    g_unlink(nothing);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *name = g_strdup_printf("/cli/plan-changes/refuses/%s", mistakes[i].name);

        g_test_add_data_func(name, &mistakes[i], test_mistake);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autofree char *name = g_strdup_printf("/cli/plan-changes/bad-file/%s", bad_files[i].name);

        g_test_add_data_func(name, &bad_files[i], test_bad_file);
    }
    g_test_add_func("/cli/plan-changes/analyze-changes-nothing", test_nothing_changed);
    g_test_add_func("/cli/plan-changes/regressions-are-found", test_regressions);
    g_test_add_func("/cli/plan-changes/bounds-are-kept", test_bounds);
    g_test_add_func("/cli/plan-changes/hostile-file-does-nothing", test_hostile_file);
    g_test_add_func("/cli/plan-changes/mixed-sources", test_mixed);
    g_test_add_func("/cli/plan-changes/ddl", test_ddl);
    return g_test_run();
}
