/* clone on real servers: the command and what it is given, its exit status, what is said. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "clone_shop.h"
#include "cluster.h"

static const char ddl[] = "CREATE TABLE item (id int PRIMARY KEY, name text);\n"
                          "CREATE INDEX item_name ON item (name);\n";

static void
assert_status(const PgaProgramRun *run, int status)
{
    if (run->status != status)
        g_error("exit status %d, not %d: %s", run->status, status, run->err);
}

static void
test_exit_status(void)
{
    static const struct {
        const char *line;
        int status;
    } cases[] = {{"exit 0", 0}, {"exit 7", 7}, {"kill -9 $$", 128 + 9}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaProgramRun) run = CLONE(pga_clone_shop_dsn(), "--", "sh", "-c", cases[i].line);

        assert_status(run, cases[i].status);
        g_assert_cmpstr(run->out, ==, "");
        pga_assert_nothing_left();
    }
}

static void
test_says_what_it_is(void)
{
    g_autoptr(PgaProgramRun) run = CLONE(pga_clone_shop_dsn(), "--", "true");

    pga_assert_contains(run->err, "pgarchitect: clone of clone_shop (PostgreSQL ");
    pga_assert_contains(run->err, "4 relations, 3 indexes, statistics of 8 columns");
    pga_assert_contains(run->err, "largest value of 3 indexes");
    pga_assert_lacks(run->err, "\\q"); /* nobody is at a prompt */
}

static void
test_quiet(void)
{
    g_autoptr(PgaProgramRun) run = CLONE(pga_clone_shop_dsn(), "-q", "--", "true");

    g_assert_cmpstr(run->err, ==, "");
}

static void
test_environment(void)
{
    g_autofree char *secret = g_strconcat(pga_clone_shop_dsn(), " password=s3cret", NULL);
    g_autofree char *url = g_strconcat("DATABASE_URL=", secret, NULL);
    const char *const environment[] = {"PGPASSWORD=s3cret-too",
                                       "PGOPTIONS=-c geqo=off",
                                       "PGSERVICEFILE=/s3cret",
                                       "PGTZ=Europe/Berlin",
                                       "PGDATABASE=elsewhere",
                                       url,
                                       NULL};
    const char *const rest[] = {"-q", "--", "env", NULL};
    g_autoptr(PgaProgramRun) run = pga_clone_with(secret, rest, environment);
    g_autofree char *host =
        g_strconcat("\nPGHOST=", pga_clone_shop_folder(), "/pgarchitect-", NULL);

    assert_status(run, 0);
    pga_assert_contains(run->out, host);
    pga_assert_contains(run->out, "PGPORT=");
    pga_assert_contains(run->out, "PGUSER=");
    pga_assert_contains(run->out, "PGDATABASE=");
    pga_assert_contains(run->out, "PGTZ=Europe/Berlin");
    pga_assert_lacks(run->out, "PGDATABASE=elsewhere");
    pga_assert_lacks(run->out, "s3cret");
    pga_assert_lacks(run->out, "PGOPTIONS");
    pga_assert_lacks(run->err, "s3cret");
}

static void
test_explain(void)
{
    static const char query[] = "EXPLAIN SELECT * FROM orders o JOIN german c ON c.id = "
                                "o.customer_id WHERE o.total > 90 ORDER BY o.id";
    g_autoptr(PgaProgramRun) clone = NULL;
    const char *argv[] = {"psql", "-X", "-d", pga_clone_shop_dsn(), "-Atc", query, NULL};
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &expected, NULL, NULL,
                 &error);
    g_assert_no_error(error);
    clone = CLONE(pga_clone_shop_dsn(), "--", "psql", "-X", "-Atc", query);
    assert_status(clone, 0);
    g_assert_cmpstr(clone->out, ==, expected);
}

static void
test_no_rows(void)
{
    g_autoptr(PgaProgramRun) run = CLONE(pga_clone_shop_dsn(), "--no-values", "--", "psql", "-X",
                                         "-Atc", "SELECT count(*) FROM unrelated");

    g_assert_cmpstr(run->out, ==, "0\n");
    pga_assert_contains(run->err, "--no-values");
}

/* The customers' e-mail addresses are short, their table has no document: nothing of it is read. */
static void
test_sample(void)
{
    static const char sql[] = "CREATE INDEX probe ON event USING gin (data);"
                              "SELECT accuracy FROM pgarchitect_whatif.index_size('probe');"
                              "SELECT count(*) FROM event";
    g_autoptr(PgaProgramRun) without =
        CLONE(pga_clone_shop_dsn(), "--", "psql", "-X", "-qAtc", sql);
    g_autoptr(PgaProgramRun) with =
        CLONE(pga_clone_shop_dsn(), "--sample", "--", "psql", "-X", "-qAtc", sql);
    g_autoptr(PgaProgramRun) contradiction =
        CLONE(pga_clone_shop_dsn(), "--sample", "--no-values", "--", "true");

    g_assert_cmpstr(without->out, ==, "within a factor of 2\n0\n");
    pga_assert_lacks(without->err, "--sample");
    g_assert_cmpstr(with->out, ==, "within 30 %\n0\n");
    pga_assert_contains(with->err, "some rows of 1 table, for index_size() alone (--sample)");
    assert_status(contradiction, 2);
    pga_assert_contains(contradiction->err, "--sample and --no-values exclude each other");
}

static void
test_psql_without_a_command(void)
{
    g_autoptr(PgaProgramRun) run =
        pga_clone_shell("echo 'SELECT 6 * 7 AS answer' | \"$0\" clone \"$1\" 2>/dev/null");

    assert_status(run, 0);
    pga_assert_contains(run->out, "42");
}

static void
test_stdin(void)
{
    g_autoptr(PgaProgramRun) run = pga_clone_shell("echo word | \"$0\" clone \"$1\" -q -- cat");

    assert_status(run, 0);
    g_assert_cmpstr(run->out, ==, "word\n");
}

static void
test_arguments_untouched(void)
{
    g_autoptr(PgaProgramRun) run =
        CLONE(pga_clone_shop_dsn(), "-q", "--", "printf", "%s|", "-q", "--", "--help", "a b");

    g_assert_cmpstr(run->out, ==, "-q|--|--help|a b|");
}

/* While the command runs, production is not held by a connection of ours. */
static void
test_source_is_let_go(void)
{
    g_autoptr(PgaProgramRun) run =
        CLONE(pga_clone_shop_dsn(), "-q", "--", "psql", "-X", pga_clone_shop_dsn(), "-Atc",
              "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgarchitect'");

    g_assert_cmpstr(run->out, ==, "0\n");
}

static void
test_role(void)
{
    static const char rights[] = "SELECT current_user, has_table_privilege('orders', 'SELECT'),"
                                 " has_table_privilege('customer', 'SELECT')";
    g_autoptr(PgaProgramRun) run =
        CLONE(pga_clone_shop_dsn(), "--role", "clone_clerk", "--", "psql", "-X", "-Atc", rights);
    g_autoptr(PgaProgramRun) unknown =
        CLONE(pga_clone_shop_dsn(), "--role", "nobody_here", "--", "true");

    assert_status(run, 0);
    g_assert_cmpstr(run->out, ==, "clone_clerk|t|f\n");
    assert_status(unknown, 2);
    pga_assert_contains(unknown->err, "role \"nobody_here\" does not exist");
    pga_assert_nothing_left();
}

static void
test_relation(void)
{
    static const char census[] = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class"
                                 " WHERE relnamespace = 'public'::regnamespace"
                                 "   AND relkind IN ('r', 'v')";
    g_autoptr(PgaProgramRun) table =
        CLONE(pga_clone_shop_dsn(), "--relation", "orders", "--", "psql", "-X", "-Atc", census);
    g_autoptr(PgaProgramRun) view = CLONE(pga_clone_shop_dsn(), "--relation", "public.german", "--",
                                          "psql", "-X", "-Atc", census);
    g_autoptr(PgaProgramRun) none =
        CLONE(pga_clone_shop_dsn(), "--relation", "oders", "--", "true");

    pga_assert_contains(table->out, "orders");
    pga_assert_lacks(table->out, "unrelated");
    pga_assert_contains(view->out, "customer");
    pga_assert_contains(view->out, "german");
    pga_assert_lacks(view->out, "unrelated");
    assert_status(none, 2);
    pga_assert_contains(none->err, "oders");
}

static void
test_ddl(void)
{
    g_autofree char *path = g_build_filename(pga_clone_shop_folder(), "schema.sql", NULL);
    g_autofree char *line = NULL;
    g_autoptr(PgaProgramRun) file = NULL, piped = NULL, input = NULL;

    g_assert_true(g_file_set_contents(path, ddl, -1, NULL));
    file = CLONE(path, "--rows", "item=5M", "--", "psql", "-X", "-Atc",
                 "EXPLAIN SELECT * FROM item WHERE id = 3");
    assert_status(file, 0);
    pga_assert_contains(file->out, "Index Scan using item_pkey on item");
    pga_assert_contains(file->err, "a DDL file has none");
    line =
        g_strconcat("\"$0\" clone - -q -- psql -X -Atc 'SELECT count(*) FROM item' <", path, NULL);
    piped = pga_clone_shell(line);
    g_assert_cmpstr(piped->out, ==, "0\n");
    g_free(line);
    line = g_strconcat("\"$0\" clone - -q -- cat <", path, NULL);
    input = pga_clone_shell(line);
    assert_status(input, 0);
    g_assert_cmpstr(input->out, ==, "");
    pga_assert_nothing_left();
}

static void
test_options_of_ddl_files(void)
{
    g_autoptr(PgaProgramRun) rows =
        CLONE(pga_clone_shop_dsn(), "--rows", "orders=5M", "--", "true");
    g_autoptr(PgaProgramRun) version =
        CLONE(pga_clone_shop_dsn(), "--pg-version", "17", "--", "true");

    assert_status(rows, 2);
    pga_assert_contains(rows->err, "error: --rows is for DDL files");
    assert_status(version, 2);
    pga_assert_contains(version->err, "error: --pg-version is for DDL files");
}

/* In the current folder, which the program is started in. */
static void
test_file_or_database(void)
{
    g_autofree char *folder = g_build_filename(pga_clone_shop_folder(), "here", NULL);
    g_autofree char *line = g_strdup_printf("mkdir %s && cd %s && echo '%s' >shop && "
                                            "\"$0\" clone shop -- true",
                                            folder, folder, ddl);
    g_autoptr(PgaProgramRun) run = pga_clone_shell(line);

    assert_status(run, 0);
    pga_assert_contains(run->err, "shop is taken for the file of that name in the current folder, "
                                  "not for a database (dbname=shop)");
}

/* Counts are of what is on the clone, whether or not its planner can be told of it. */
static void
test_without_module(void)
{
    static const char *const rest[] = {"--", "true", NULL};
    static const char *const environment[] = {"PGARCHITECT_WHATIF_DIR=/nowhere", NULL};
    g_autoptr(PgaProgramRun) run = pga_clone_with(pga_clone_shop_dsn(), rest, environment);

    assert_status(run, 0);
    pga_assert_contains(run->err, "4 relations, 3 indexes, no statistics; no rows\n");
}

static void
test_sizes_that_are_not_to_be_had(void)
{
    const PgaTestCluster *cluster =
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "clone_poor");
    g_autofree char *clerk = g_strconcat(dsn, " user=clone_clerk", NULL);
    g_autoptr(PgaProgramRun) poor = NULL, owner = NULL;

    pga_test_sql(dsn,
                 "CREATE TABLE item (id int PRIMARY KEY, tags int[]); ALTER ROLE clone_clerk "
                 "LOGIN; GRANT SELECT ON item TO "
                 "clone_clerk; INSERT INTO item SELECT i, ARRAY[i] FROM generate_series(1, 40000) "
                 "i; CREATE INDEX ON item USING gin (tags);"
                 "REVOKE EXECUTE ON FUNCTION pg_relation_size(regclass, text) FROM PUBLIC");
    pga_test_sql(dsn, "VACUUM ANALYZE");
    poor = CLONE(clerk, "--", "psql", "-X", "-Atc", "EXPLAIN SELECT * FROM item WHERE id < 40");
    assert_status(poor, 0);
    pga_assert_contains(poor->err, "sizes of public.item: this role may not");
    pga_assert_contains(poor->err, "heights of B-trees of public.item_pkey: need a superuser");
    pga_assert_contains(poor->out, "Index Scan using item_pkey on item");
    owner = CLONE(dsn, "--", "true");
    pga_assert_contains(owner->err, "heights of B-trees of public.item_pkey: need the");
}

/* An operator's name is ambiguous for a composite type that has a cast to another one. */
static void
test_ends_of_composites(void)
{
    const PgaTestCluster *cluster =
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "clone_composite");
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_sql(
        dsn, "CREATE TYPE money2 AS (amount numeric, currency text); CREATE FUNCTION amount(money2)"
             " RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT ($1).amount';"
             "CREATE CAST (money2 AS numeric) WITH FUNCTION amount(money2) AS IMPLICIT;"
             "CREATE TABLE price (m money2); CREATE INDEX ON price (m);"
             "CREATE INDEX ON price (m DESC NULLS LAST);"
             "INSERT INTO price SELECT ROW(i, 'EUR')::money2 FROM generate_series(1, 500) i");
    run = CLONE(dsn, "--", "true");
    assert_status(run, 0);
    pga_assert_lacks(run->err, "ends of B-tree");
    pga_assert_contains(run->err, "value of 2 indexes");
}

static void
test_bytes_without_encoding(void)
{
    const PgaTestCluster *cluster =
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "clone_bytes");
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_cluster_sql(cluster, "DROP DATABASE clone_bytes");
    pga_test_cluster_sql(cluster, "CREATE DATABASE clone_bytes TEMPLATE template0 "
                                  "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
    pga_test_sql(dsn, "SET client_encoding = 'SQL_ASCII'; CREATE TABLE town (name text, n int);"
                      "INSERT INTO town SELECT E'K\\366ln', i FROM generate_series(1, 500) i");
    pga_test_sql(dsn, "ANALYZE");
    run = CLONE(dsn, "--", "true");
    assert_status(run, 0);
    pga_assert_contains(run->err, "bytes that are not UTF-8: the database is in SQL_ASCII");
    pga_assert_contains(run->err, "public.town.name");
    pga_assert_lacks(run->err, "EXPLAIN says here what it says on the source");
}

static void
test_homeless(void)
{
    g_autofree char *home = g_build_filename(pga_clone_shop_folder(), "home", NULL);
    g_autofree char *environment_home = g_strconcat("HOME=", home, NULL);
    const char *const environment[] = {environment_home, "XDG_CACHE_HOME=", NULL};
    static const char *const rest[] = {"-q", "--", "true", NULL};
    g_autoptr(PgaProgramRun) run = pga_clone_with(pga_clone_shop_dsn(), rest, environment);

    assert_status(run, 0);
    g_assert_false(g_file_test(home, G_FILE_TEST_EXISTS));
}

static void
test_private_folder(void)
{
    g_autofree char *private = g_build_filename(pga_clone_shop_folder(), "private", NULL);
    g_autofree char *variable = g_strconcat("TMPDIR=", private, NULL);
    const char *const environment[] = {variable, NULL};
    static const char *const rest[] = {"--", "true", NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    if (geteuid() != 0) {
        g_test_skip("only root's lab runs as another user");
        return;
    }
    g_assert_cmpint(g_mkdir(private, 0700), ==, 0);
    run = pga_clone_with(pga_clone_shop_dsn(), rest, environment);
    assert_status(run, 3);
    pga_assert_contains(run->err, "who the lab's server runs as, cannot enter ");
    pga_assert_contains(run->err, private);
    pga_assert_contains(run->err, "TMPDIR");
}

typedef struct {
    const char *name;
    const char *arguments[6];
    int status;
    const char *says;
} Refusal;

static const Refusal refusals[] = {
    {"unreachable-source", {"clone", "host=/nowhere", "--", "true"}, 3, "/nowhere"},
    {"no-such-file", {"clone", "/nowhere/schema.sql", "--", "true"}, 2, "/nowhere/schema.sql"},
    {"unknown-option", {"clone", "--relatoin", "x"}, 2, "Did you mean --relation?"},
    {"two-sources", {"clone", "a", "b"}, 2, "more than one source"},
    {"nothing-after-dashes", {"clone", "a", "--"}, 2, "no command follows"},
    {"negative-timeout", {"clone", "a", "--timeout=-1"}, 2, "--timeout must not be negative"},
    {"timeout-in-words", {"clone", "a", "--timeout=abc"}, 2, "integer value \"abc\""},
    {"command-not-found", {"clone", "a", "--", "no-such-program"}, 127, "was not found"},
    {"command-not-executable", {"clone", "a", "--", "/dev/null"}, 126, "cannot be executed"},
};

static void
test_refusal(gconstpointer data)
{
    const Refusal *c = data;
    g_autoptr(PgaProgramRun) run = pga_program_run(c->arguments, NULL);

    assert_status(run, c->status);
    pga_assert_contains(run->err, c->says);
    pga_assert_contains(run->err, "pgarchitect: error: ");
    g_assert_cmpstr(run->out, ==, "");
}

static void
test_no_psql(void)
{
    static const char *const arguments[] = {"clone", "a", "--pg-bindir", "/nowhere", NULL};
    static const char *const environment[] = {"PATH=/nowhere", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, environment);

    assert_status(run, 2);
    pga_assert_contains(run->err, "psql was not found");
    pga_assert_contains(run->err, "postgresql-client");
}

static void
add_tests_with_server(void)
{
    g_test_add_func("/cli/clone/exit-status-is-passed-on", test_exit_status);
    g_test_add_func("/cli/clone/says-what-it-is", test_says_what_it_is);
    g_test_add_func("/cli/clone/quiet-says-nothing-when-all-is-cloned", test_quiet);
    g_test_add_func("/cli/clone/environment-leads-to-the-clone-only", test_environment);
    g_test_add_func("/cli/clone/explain-is-that-of-the-source", test_explain);
    g_test_add_func("/cli/clone/no-rows", test_no_rows);
    g_test_add_func("/cli/clone/sample-on-request-only", test_sample);
    g_test_add_func("/cli/clone/psql-without-a-command", test_psql_without_a_command);
    g_test_add_func("/cli/clone/standard-input-is-passed-through", test_stdin);
    g_test_add_func("/cli/clone/arguments-are-untouched", test_arguments_untouched);
    g_test_add_func("/cli/clone/source-is-let-go", test_source_is_let_go);
    g_test_add_func("/cli/clone/role", test_role);
    g_test_add_func("/cli/clone/relation-brings-what-it-needs", test_relation);
    g_test_add_func("/cli/clone/ddl", test_ddl);
    g_test_add_func("/cli/clone/options-of-ddl-files", test_options_of_ddl_files);
    g_test_add_func("/cli/clone/file-or-database", test_file_or_database);
    g_test_add_func("/cli/clone/without-module", test_without_module);
    g_test_add_func("/cli/clone/sizes-that-are-not-to-be-had", test_sizes_that_are_not_to_be_had);
    g_test_add_func("/cli/clone/ends-of-composites", test_ends_of_composites);
    g_test_add_func("/cli/clone/bytes-without-encoding", test_bytes_without_encoding);
    g_test_add_func("/cli/clone/homeless", test_homeless);
    g_test_add_func("/cli/clone/private-folder", test_private_folder);
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
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/cli/clone/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/cli/clone/no-psql", test_no_psql);
    if (pga_clone_shop_make())
        add_tests_with_server();
    else
        g_test_add_func("/cli/clone/with-a-server", test_nothing);
    status = g_test_run();
    pga_clone_shop_remove();
    return status;
}
