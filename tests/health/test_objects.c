/* Triggers, constraints and other objects of a schema on real servers. */
#include <string.h>

#include "health.h"

static const char planted[] =
    "CREATE TABLE parent (id bigint PRIMARY KEY); INSERT INTO parent VALUES (1);"
    "CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent);"
    "CREATE TABLE asleep (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent);"
    "ALTER TABLE asleep DISABLE TRIGGER ALL;"
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TRIGGER log BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION touch();"
    "CREATE TABLE silenced (id bigint PRIMARY KEY);"
    "CREATE TRIGGER log BEFORE INSERT ON silenced FOR EACH ROW EXECUTE FUNCTION touch();"
    "ALTER TABLE silenced DISABLE TRIGGER log;"
    "ALTER TABLE child ADD CONSTRAINT known CHECK (id > 0);"
    "ALTER TABLE child ADD CONSTRAINT unsure CHECK (id < 1000) NOT VALID;";

static void
apply(const char *dsn, const GPtrArray *statements)
{
    for (guint i = 0; i < statements->len; i++)
        pga_test_sql(dsn, g_ptr_array_index(statements, i));
}

static void
test_triggers_and_constraints(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "objects");
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, planted);
    report = health_check(dsn);
    finding = health_assert_fires(report, "trigger-disabled", "public.asleep");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    apply(dsn, finding->fix.sql);
    apply(dsn, finding->fix.undo);
    apply(dsn, finding->fix.sql);
    finding = health_assert_fires(report, "trigger-disabled", "public.silenced");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    apply(dsn, finding->fix.sql);
    health_assert_silent(report, "trigger-disabled", "public.child");
    finding = health_assert_fires(report, "constraint-not-valid", "public.child.unsure");
    apply(dsn, finding->fix.sql);
    health_assert_silent(report, "constraint-not-valid", "public.child.known");

    after = health_check(dsn);
    health_assert_silent(after, "trigger-disabled", NULL);
    health_assert_silent(after, "constraint-not-valid", NULL);
}

static const char kinds[] =
    "CREATE UNLOGGED TABLE volatile_orders (id bigint PRIMARY KEY);"
    "CREATE UNLOGGED TABLE session_cache (id bigint PRIMARY KEY);"
    "CREATE TABLE orders (id bigint PRIMARY KEY, amount integer NOT NULL, currency text);"
    "INSERT INTO orders SELECT g, g % 100, 'EUR' FROM generate_series(1, 300000) g;"
    "CREATE TABLE ruled (id bigint PRIMARY KEY);"
    "CREATE RULE log AS ON DELETE TO ruled DO ALSO DELETE FROM orders WHERE id = OLD.id;"
    "CREATE VIEW v1 AS SELECT * FROM orders; CREATE VIEW v2 AS SELECT * FROM v1;"
    "CREATE VIEW v3 AS SELECT * FROM v2; CREATE VIEW v4 AS SELECT * FROM v3;"
    "CREATE VIEW flat AS SELECT * FROM v2;"
    "CREATE MATERIALIZED VIEW shut AS SELECT * FROM orders;"
    "CREATE MATERIALIZED VIEW open AS SELECT * FROM orders; CREATE UNIQUE INDEX ON open (id);"
    "CREATE MATERIALIZED VIEW small AS SELECT * FROM orders LIMIT 10;"
    "CREATE MATERIALIZED VIEW empty AS SELECT * FROM orders WITH NO DATA;"
    "CREATE TABLE hooks (id bigint PRIMARY KEY, f regproc, t regclass);"
    "CREATE TABLE events (at timestamptz, note text);"
    "CREATE TABLE events_1 (CHECK (at < '2025-01-01')) INHERITS (events);"
    "CREATE TABLE events_2 (CHECK (at >= '2025-01-01')) INHERITS (events);"
    "CREATE TABLE animals (id bigint); CREATE TABLE cats (lives integer) INHERITS (animals);"
    "CREATE TABLE dogs (tricks integer) INHERITS (animals);"
    "CREATE FUNCTION rate(text) RETURNS integer LANGUAGE sql "
    "AS 'SELECT max(amount) FROM public.orders WHERE currency = $1';"
    "CREATE FUNCTION dice(text) RETURNS integer LANGUAGE sql AS 'SELECT (random() * 6)::integer';"
    "CREATE VIEW rated AS SELECT id FROM orders WHERE amount > rate(currency) AND amount > "
    "dice(currency);"
    "CREATE TABLE users (id bigint PRIMARY KEY, password text, secret text, token_count text);"
    "CREATE FUNCTION partner() RETURNS text LANGUAGE sql "
    "AS $$ SELECT 'postgresql://svc:Sup3rS3cret@partner/db'::text $$;"
    "CREATE FUNCTION partner(pw text) RETURNS text LANGUAGE sql "
    "AS $$ SELECT 'postgresql://svc:' || pw || '@partner/db' $$;"
    "COMMENT ON TABLE hooks IS 'filled with password=hunter2secret';"
    "COMMENT ON TABLE events IS 'the password is in the vault';"
    "INSERT INTO users SELECT g, 'summer' || g, '$2b$12$' || md5(g::text), g "
    "FROM generate_series(1, 1000) g;"
    "ANALYZE";

static void
test_kinds(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "kinds");
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, kinds);
    report = health_check(dsn);
    finding = health_assert_fires(report, "unlogged-table", "public.volatile_orders");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    apply(dsn, finding->fix.sql);
    finding = health_assert_fires(report, "unlogged-table", "public.session_cache");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpuint(health_count(report, "unlogged-table"), ==, 2);
    health_assert_fires(report, "rule-on-table", "public.ruled");
    g_assert_cmpuint(health_count(report, "rule-on-table"), ==, 1);
    health_assert_fires(report, "view-deep-nesting", "public.v4");
    g_assert_cmpuint(health_count(report, "view-deep-nesting"), ==, 1);
    finding = health_assert_fires(report, "matview-stale", "public.shut");
    apply(dsn, finding->fix.sql);
    finding = health_assert_fires(report, "matview-stale", "public.empty");
    apply(dsn, finding->fix.sql);
    health_assert_fires(report, "matview-stale", "public.small");
    g_assert_cmpuint(health_count(report, "matview-stale"), ==, 3);
    finding = health_assert_fires(report, "unsupported-reg-type", "public.hooks.f");
    apply(dsn, finding->fix.sql);
    g_assert_cmpuint(health_count(report, "unsupported-reg-type"), ==, 1);
    health_assert_fires(report, "inheritance-old-style", "public.events");
    g_assert_cmpuint(health_count(report, "inheritance-old-style"), ==, 1);
    finding = health_assert_fires(report, "function-volatile-default", "public");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    apply(dsn, finding->fix.sql);
    finding = health_assert_fires(report, "sec-plaintext-secrets", "public.users.password");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_null(strstr(finding->evidence, "summer"));
    health_assert_fires(report, "sec-plaintext-secrets", "public.partner()");
    health_assert_fires(report, "sec-plaintext-secrets", "public.hooks");
    g_assert_cmpuint(health_count(report, "sec-plaintext-secrets"), ==, 3);
    health_assert_silent(report, "missing-comments", NULL);
    health_assert_silent(report, "collation-version-mismatch", NULL);

    after = health_check_with(dsn, "rules: {missing-comments: on}\n");
    health_assert_fires(after, "missing-comments", "public");
    health_assert_silent(after, "unlogged-table", "public.volatile_orders");
    health_assert_silent(after, "unsupported-reg-type", NULL);
    health_assert_silent(after, "function-volatile-default", NULL);
    health_assert_silent(after, "matview-stale", "public.shut");
}

/* The library's version is what it is: the recorded one is made up. */
static void
test_collations(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "collations");
    g_autofree char *name =
        pga_test_value(dsn, "SELECT COALESCE(min(collname), '') FROM pg_collation "
                            "WHERE collversion = pg_collation_actual_version(oid)");
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE sorted (word text COLLATE pg_catalog.\"%s\");"
                        "CREATE INDEX ON sorted (word);"
                        "UPDATE pg_collation SET collversion = '0.old' WHERE collname = '%s'",
                        name, name);
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    if (!*name) {
        g_test_skip("no collation of this server has a version");
        return;
    }
    pga_test_sql(dsn, sql);
    report = health_check(dsn);
    finding = health_assert_fires(report, "collation-version-mismatch", NULL);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    apply(dsn, finding->fix.sql);
    after = health_check(dsn);
    health_assert_silent(after, "collation-version-mismatch", NULL);
}

/* C.UTF-8 of 17 and later has a version, and so have libc's and ICU's other locales. */
static void
test_database_collation(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaReport) healthy = NULL, report = NULL, after = NULL;
    const PgaFinding *finding;

    if (pga_test_cluster_major(cluster) < 17) {
        g_test_skip("the locale of the test's databases has no version here");
        return;
    }
    pga_test_cluster_sql(cluster, "DROP DATABASE IF EXISTS builtin");
    pga_test_cluster_sql(cluster, "CREATE DATABASE builtin TEMPLATE template0 LOCALE_PROVIDER "
                                  "builtin BUILTIN_LOCALE 'C.UTF-8'");
    dsn = g_strdup_printf("%s dbname=builtin", pga_test_cluster_dsn(cluster));
    healthy = health_check(dsn);
    health_assert_silent(healthy, "collation-version-mismatch", NULL);
    pga_test_sql(dsn, "UPDATE pg_database SET datcollversion = '0.old' WHERE datname = 'builtin'");
    report = health_check(dsn);
    finding = health_assert_fires(report, "collation-version-mismatch", "database builtin");
    apply(dsn, finding->fix.sql);
    after = health_check(dsn);
    health_assert_silent(after, "collation-version-mismatch", NULL);
}

static void
test_extensions(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "extended");
    g_autofree char *old = pga_test_value(
        dsn, "SELECT COALESCE(min(version), '') FROM pg_available_extension_versions "
             "v JOIN pg_available_extensions a USING (name) "
             "WHERE name = 'hstore' AND version <> default_version");
    g_autofree char *sql = g_strdup_printf("CREATE EXTENSION hstore VERSION '%s'", old);
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    if (!*old) {
        g_test_skip("hstore is not installed, or in one version only");
        return;
    }
    pga_test_sql(dsn, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    pga_test_sql(dsn, sql);
    report = health_check(dsn);
    finding = health_assert_fires(report, "sec-extension-schema", "extension hstore");
    apply(dsn, finding->fix.sql);
    after = health_check(dsn);
    health_assert_silent(after, "sec-extension-schema", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("schema/triggers-and-constraints", test_triggers_and_constraints);
    health_add("schema/kinds", test_kinds);
    health_add("schema/collations", test_collations);
    health_add("schema/database-collation", test_database_collation);
    health_add("schema/extensions", test_extensions);
    return g_test_run();
}
