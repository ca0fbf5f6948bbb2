/* Triggers, constraints and other objects of a schema on real servers. */
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("schema/triggers-and-constraints", test_triggers_and_constraints);
    return g_test_run();
}
