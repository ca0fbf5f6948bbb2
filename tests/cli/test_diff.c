/* diff on real servers and files: what differs, what does not, and check --since. */
#include <glib/gstdio.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

static const char schema[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE TABLE author (id int PRIMARY KEY, email text UNIQUE, mood mood);"
    "CREATE TABLE book (id int PRIMARY KEY, author_id int REFERENCES author, price numeric);"
    "CREATE INDEX book_price ON book (price);"
    "CREATE VIEW authors AS SELECT email FROM author;"
    "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';"
    "CREATE TABLE gone (id int PRIMARY KEY, b int);"
    "CREATE INDEX gone_b ON gone (b);";

static const char changes[] =
    "DROP TABLE gone;"
    "CREATE TABLE fresh (id int PRIMARY KEY, b int REFERENCES book); CREATE INDEX ON fresh (b);"
    "ALTER TABLE author ADD born date;"
    "ALTER TABLE book ALTER price TYPE numeric(10, 2);"
    "ALTER TABLE book ALTER price SET NOT NULL;"
    "DROP INDEX book_price; CREATE INDEX book_price ON book (price, id);"
    "ALTER TYPE mood ADD VALUE 'glad';"
    "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n + n';"
    "GRANT SELECT ON author TO PUBLIC;"
    "ALTER TABLE author ALTER email SET (n_distinct = 100);";

static PgaProgramRun *
diff(const char *before, const char *after, const char *format)
{
    const char *const arguments[] = {"diff", before,     after,  "--exit-code",
                                     "-q",   "--format", format, NULL};

    return pga_program_run(arguments, NULL);
}

static char *
file_name(const char *name)
{
    return g_build_filename(g_get_tmp_dir(), name, NULL);
}

static void
take(const char *dsn, const char *path)
{
    const char *const arguments[] = {"snapshot", dsn, "-o", path, "-q", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    g_assert_cmpint(run->status, ==, 0);
}

static void
test_changes(gconstpointer data)
{
    static const char *const lines[] = {
        "  + table public.fresh\n",
        "  - table public.gone\n",
        "  + column public.author.born: date\n",
        "  ~ column public.book.price: type numeric → numeric(10,2), attnotnull false → true\n",
        "  ~ index public.book_price: definition\n",
        "      + CREATE INDEX book_price ON public.book USING btree (price, id)\n",
        "  ~ function public.twice(integer): definition\n",
        "  ~ options of column public.author.email: attoptions none → n_distinct=100\n",
        "  ~ relation public.author: acl none → ",
    };
    g_autofree char *before = pga_test_cluster_database(data, "before");
    g_autofree char *path = file_name("pga-before.pga");
    g_autoptr(PgaProgramRun) same = NULL, other = NULL, json = NULL, markdown = NULL;

    pga_test_sql(before, schema);
    take(before, path);
    same = diff(path, before, "text");
    g_assert_cmpint(same->status, ==, 0);
    pga_assert_contains(same->out, "no differences\n");
    pga_test_sql(before, changes);
    other = diff(path, before, "text");
    g_assert_cmpint(other->status, ==, 1);
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        pga_assert_contains(other->out, lines[i]);
    pga_assert_lacks(other->out, "gone_b"); /* a part of what is gone */
    pga_assert_lacks(other->out, "fresh_b");
    json = diff(path, before, "json");
    pga_assert_contains(json->out, "\"command\": \"diff\"");
    pga_assert_contains(json->out, "\"kind\": \"snapshot\"");
    markdown = diff(path, before, "markdown");
    pga_assert_contains(markdown->out, "```diff\n");
    pga_assert_contains(markdown->out, "\n! column public.book.price: ");
    g_unlink(path);
}

/* Nothing of it changes what anybody may do. */
static const char unchanging[] =
    "GRANT EXECUTE ON FUNCTION twice TO diff_clerk; REVOKE EXECUTE ON FUNCTION twice FROM "
    "diff_clerk;"
    "GRANT USAGE ON SCHEMA part TO diff_clerk; REVOKE USAGE ON SCHEMA part FROM diff_clerk;"
    "GRANT INSERT ON book TO diff_clerk; REVOKE INSERT ON book FROM diff_clerk;"
    "GRANT USAGE ON TYPE mood TO diff_clerk; REVOKE USAGE ON TYPE mood FROM diff_clerk;"
    "GRANT USAGE ON SEQUENCE seq TO diff_clerk; REVOKE USAGE ON SEQUENCE seq FROM diff_clerk;"
    "ALTER TABLE book RESET (fillfactor, autovacuum_enabled);"
    "ALTER TABLE book SET (autovacuum_enabled = off, fillfactor = 90);"
    "COMMENT ON TABLE book IS 'x'; COMMENT ON TABLE book IS NULL;";

static const char details[] =
    "COMMENT ON COLUMN book.price IS 'net';"
    "COMMENT ON FUNCTION twice(int) IS 'again';"
    "ALTER PUBLICATION pub ADD TABLE book;"
    "ALTER SEQUENCE seq OWNED BY book.id;"
    "ALTER DEFAULT PRIVILEGES IN SCHEMA part GRANT SELECT ON TABLES TO diff_clerk;"
    "CREATE FOREIGN DATA WRAPPER wrap OPTIONS (dbpassword 'geheim', debug 'on');"
    "CREATE SERVER srv FOREIGN DATA WRAPPER wrap;"
    "CREATE USER MAPPING FOR diff_clerk SERVER srv OPTIONS (password 'geheim');"
    "CREATE FOREIGN TABLE far (a int) SERVER srv;"
    "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
    "CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();"
    "ALTER EVENT TRIGGER watching DISABLE;"
    "CREATE INDEX half ON book ((price / 2)); ALTER INDEX half ALTER COLUMN 1 SET STATISTICS 9;"
    "ALTER TABLE book ADD CONSTRAINT cheap CHECK (price < 9) NOT VALID;"
    "ALTER DATABASE details CONNECTION LIMIT 77;"
    "COMMENT ON DATABASE details IS 'one';"
    "CREATE TABLE whole (a int); COMMENT ON COLUMN whole.a IS 'told with its table';";

static void
test_details(gconstpointer data)
{
    static const char *const lines[] = {
        "  + comment on table column public.book.price\n",
        "  + comment on function public.twice(integer)\n",
        "  + table of publication pub public.book\n",
        "  + owner of sequence public.seq\n",
        "  + default privileges of postgres in part on tables\n",
        "  + foreign-data wrapper wrap\n",
        "  + server srv\n",
        "  + user mapping diff_clerk on srv\n",
        "  + event trigger watching\n",
        "  + statistics target of index column public.half 1\n",
        "  + constraint cheap of public.book: CHECK ((price < (9)::numeric)) NOT VALID\n",
        "  + database connection limit\n",
        "  + database comment\n",
    };
    g_autofree char *dsn = pga_test_cluster_database(data, "details");
    g_autofree char *path = file_name("pga-details.pga"), *sql = file_name("pga-details.sql");
    g_autoptr(PgaProgramRun) same = NULL, other = NULL, ddl = NULL;

    pga_test_sql(dsn, "DO $$BEGIN CREATE ROLE diff_clerk; EXCEPTION WHEN duplicate_object THEN "
                      "NULL; END$$");
    pga_test_sql(dsn, schema);
    pga_test_sql(dsn, "CREATE SCHEMA part; CREATE SEQUENCE seq; CREATE PUBLICATION pub;"
                      "ALTER TABLE book SET (fillfactor = 90, autovacuum_enabled = off)");
    take(dsn, path);
    pga_test_sql(dsn, unchanging);
    same = diff(path, dsn, "text");
    pga_assert_contains(same->out, "no differences\n");
    pga_test_sql(dsn, details);
    other = diff(path, dsn, "text");
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        pga_assert_contains(other->out, lines[i]);
    pga_assert_lacks(other->out, "whole.a"); /* a part of what is new */
    pga_assert_lacks(other->out, "geheim");
    g_assert_true(g_file_set_contents(sql, schema, -1, NULL));
    ddl = diff(sql, dsn, "text");
    pga_assert_contains(ddl->out, "comment on table column public.book.price");
    pga_assert_lacks(ddl->out, "public.far"); /* no lab has its server */
    pga_assert_lacks(ddl->out, "event trigger");
    pga_assert_lacks(ddl->out, "database");
    g_unlink(path);
    g_unlink(sql);
}

static void
test_settings(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(data, "settings");
    g_autofree char *path = file_name("pga-settings.pga");
    g_autoptr(PgaProgramRun) run = NULL;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS diff_role; CREATE ROLE diff_role NOLOGIN;");
    take(dsn, path);
    pga_test_sql(dsn, "ALTER ROLE diff_role LOGIN CONNECTION LIMIT 3;"
                      "ALTER DATABASE settings SET work_mem = '7MB';");
    run = diff(path, dsn, "text");
    g_assert_cmpint(run->status, ==, 1);
    pga_assert_contains(run->out, "role diff_role: rolcanlogin false → true, rolconnlimit -1 → 3");
    pga_assert_contains(run->out, "setting work_mem: setting 4096kB → 7168kB");
    pga_test_sql(dsn, "DROP ROLE diff_role");
    g_unlink(path);
}

static void
test_ddl(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(data, "ddl");
    g_autofree char *path = file_name("pga-diff.sql");
    g_autoptr(PgaProgramRun) same = NULL, other = NULL;

    g_assert_true(g_file_set_contents(path, schema, -1, NULL));
    pga_test_sql(dsn, schema);
    same = diff(path, dsn, "text");
    pga_assert_contains(same->out, "no differences\n");
    g_assert_cmpint(same->status, ==, 0);
    pga_test_sql(dsn, changes);
    other = diff(path, dsn, "text");
    g_assert_cmpint(other->status, ==, 1);
    pga_assert_contains(other->out, "+ column public.author.born: date");
    pga_assert_lacks(other->out, "acl"); /* DDL says little about it */
    g_unlink(path);
}

/* Looking at a database is no use of its indexes: the ends of B-trees are read, and not counted. */
static void
test_uncounted(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(data, "uncounted");
    g_autofree char *path = file_name("pga-uncounted.pga");

    pga_test_sql(dsn, schema);
    pga_test_sql(dsn,
                 "INSERT INTO author SELECT g, g::text FROM generate_series(1, 99) g; ANALYZE");
    take(dsn, path);
    take(dsn, path);
    pga_test_sql(dsn,
                 "SELECT pg_sleep(0.2); DO $$BEGIN ASSERT (SELECT sum(idx_scan) = 0 FROM "
                 "pg_stat_user_indexes WHERE relname = 'author'), 'scans were counted'; END$$");
    g_unlink(path);
}

static void
test_since(gconstpointer data)
{
    g_autofree char *dsn = pga_test_cluster_database(data, "since");
    g_autofree char *other = pga_test_cluster_database(data, "elsewhere");
    g_autofree char *path = file_name("pga-since.pga"), *later = file_name("pga-later.pga");
    g_autofree char *foreign = file_name("pga-foreign.pga");
    const char *const live[] = {"check", dsn,        "--since", path, "--no-lab",
                                "-q",    "--format", "json",    NULL};
    const char *const files[] = {"check", later,      "--since", path, "--no-lab",
                                 "-q",    "--format", "json",    NULL};
    const char *const reversed[] = {"check", path, "--since", later, "-q", NULL};
    const char *const wrong[] = {"check", dsn, "--since", foreign, "-q", NULL};
    g_autoptr(PgaProgramRun) first = NULL, second = NULL, third = NULL, fourth = NULL;

    pga_test_sql(dsn, schema);
    take(dsn, path);
    take(other, foreign);
    g_usleep(1100000);
    take(dsn, later);
    first = pga_program_run(live, NULL);
    g_assert_cmpint(first->status, ==, 0);
    pga_assert_contains(first->out, "Counters are of the ");
    second = pga_program_run(files, NULL);
    g_assert_cmpint(second->status, ==, 0);
    pga_assert_contains(second->out, "Counters are of the ");
    third = pga_program_run(reversed, NULL);
    g_assert_cmpint(third->status, ==, 2);
    pga_assert_contains(third->err, "was not taken before");
    fourth = pga_program_run(wrong, NULL);
    g_assert_cmpint(fourth->status, ==, 2);
    pga_assert_contains(fourth->err, "is a snapshot of elsewhere, not of since");
    g_unlink(path);
    g_unlink(later);
    g_unlink(foreign);
}

static void
assert_refused(const char *const *arguments, int status, const char *message)
{
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    g_assert_cmpint(run->status, ==, status);
    pga_assert_contains(run->err, message);
}

static void
test_usage(void)
{
    const char *const one[] = {"diff", "a.sql", NULL};
    const char *const format[] = {"diff", "a.sql", "b.sql", "--format", "sarif", NULL};
    const char *const version[] = {"diff", "a.sql", "b.sql", "--pg-version", "-3", NULL};
    const char *const absent[] = {"diff", "/nonexistent.pga", "/nonexistent.pga", "-q", NULL};
    const char *const help[] = {"diff", "--help", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(help, NULL);

    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "--exit-code");
    assert_refused(one, 2, "diff takes two sources, and 1 was given");
    assert_refused(format, 2, "sarif");
    assert_refused(version, 2, "--pg-version must not be negative");
    assert_refused(absent, 2, "/nonexistent.pga");
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    g_test_add_func("/cli/diff/usage", test_usage);
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        const struct {
            const char *name;
            GTestDataFunc run;
        } tests[] = {{"changes", test_changes}, {"settings", test_settings},
                     {"details", test_details}, {"uncounted", test_uncounted},
                     {"ddl", test_ddl},         {"since", test_since}};

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *name =
                g_strdup_printf("/cli/diff/%u/%s", server->major, tests[j].name);

            if (server->major >= 14)
                g_test_add_data_func(name, pga_test_cluster(server->major), tests[j].run);
        }
    }
    return g_test_run();
}
