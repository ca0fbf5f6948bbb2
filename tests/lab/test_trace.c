/* What statements are seen to do: locks, rewrites, scans, who waits; on every server. */
#include "fixture.h"
#include <base/error.h>
#include <lab/trace.h>
#include <model/difference.h>
#include <string.h>

/* One for each server: they take longer to start than a tracer's database to be made. */
static GHashTable *started;

typedef struct {
    PgaTracer *tracer;
    PgaLintTrace *last;
    guint transaction;
} Fixture;

static PgaLab *
lab_on(gconstpointer server)
{
    PgaLab *lab = g_hash_table_lookup(started, server);

    if (!lab) {
        lab = pga_test_lab_start(server);
        g_hash_table_insert(started, (gpointer)server, lab);
    }
    return lab;
}

static void
fixture_clear(Fixture *fixture)
{
    pga_lint_trace_free(fixture->last);
    pga_tracer_free(fixture->tracer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static Fixture
fixture_on(gconstpointer server, const PgaTracerOptions *options)
{
    Fixture fixture = {0};
    g_autoptr(GError) error = NULL;

    fixture.tracer = pga_tracer_open(lab_on(server), options, &error);
    g_assert_no_error(error);
    return fixture;
}

/* What the statement was seen to do; borrowed until the next. */
static const PgaLintTrace *
run_as(Fixture *fixture, const char *sql, gboolean in_block)
{
    const PgaTraceStatement statement = {sql, strlen(sql), fixture->transaction, in_block};
    g_autoptr(GError) error = NULL;

    pga_lint_trace_free(fixture->last);
    fixture->last = pga_tracer_run(fixture->tracer, &statement, &error);
    g_assert_no_error(error);
    return fixture->last;
}

static const PgaLintTrace *
run(Fixture *fixture, const char *sql)
{
    return run_as(fixture, sql, FALSE);
}

static const PgaLintTrace *
run_well(Fixture *fixture, const char *sql)
{
    const PgaLintTrace *trace = run(fixture, sql);

    g_assert_cmpstr(trace->error, ==, NULL);
    g_assert_true(trace->executed);
    return trace;
}

static void
end_file(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    pga_tracer_end_file(fixture->tracer, &error);
    g_assert_no_error(error);
}

static char *
ask(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *answer = pga_tracer_ask(fixture->tracer, sql, &error);

    g_assert_no_error(error);
    return answer;
}

/* (nullable): static */
static const char *
lock_on(const PgaLintTrace *trace, const char *relation)
{
    for (guint i = 0; i < trace->locks->len; i++) {
        const PgaLintLock *lock = &g_array_index(trace->locks, PgaLintLock, i);

        if (strcmp(lock->relation, relation) == 0)
            return lock->mode;
    }
    return NULL;
}

static void
assert_names(const GPtrArray *names, const char *expected)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? " " : "", (char *)g_ptr_array_index(names, i));
    g_assert_cmpstr(all->str, ==, expected);
}

static void
make_tables(Fixture *fixture)
{
    run_well(fixture, "CREATE TABLE t (id bigint PRIMARY KEY, a int, s varchar(20))");
    run_well(fixture, "CREATE INDEX t_a_idx ON t (a)");
    run_well(fixture, "CREATE TABLE ref (id bigint PRIMARY KEY)");
    run_well(fixture, "CREATE MATERIALIZED VIEW mv AS SELECT a FROM t");
    end_file(fixture);
}

static void
test_locks(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    const PgaLintTrace *trace;

    make_tables(&fixture);
    trace = run_well(&fixture, "CREATE INDEX ON t (s)");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE");
    g_assert_true(trace->blocked_writes);
    g_assert_false(trace->blocked_reads);
    assert_names(trace->scanned, "public.t");
    assert_names(trace->rewritten, "");
    trace = run_well(&fixture, "ALTER TABLE t ADD COLUMN z int");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "ACCESS EXCLUSIVE");
    g_assert_true(trace->blocked_writes);
    g_assert_true(trace->blocked_reads);
    assert_names(trace->scanned, "");
    trace = run_well(&fixture, "SELECT a FROM t");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "ACCESS SHARE");
    g_assert_false(trace->blocked_writes);
}

static void
test_rewrites(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    const PgaLintTrace *trace;

    make_tables(&fixture);
    run_well(&fixture, "DROP MATERIALIZED VIEW mv");
    trace = run_well(&fixture, "ALTER TABLE t ALTER a TYPE bigint");
    assert_names(trace->rewritten, "public.t");
    assert_names(trace->scanned, "public.t");
    assert_names(trace->rebuilt, "t_a_idx t_pkey");
    trace = run_well(&fixture, "ALTER TABLE t ALTER s TYPE text");
    assert_names(trace->rewritten, "");
    trace = run_well(&fixture, "TRUNCATE t");
    assert_names(trace->rewritten, "");
    g_assert_true(trace->blocked_reads);
}

static void
test_foreign_key(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    const PgaLintTrace *trace;

    make_tables(&fixture);
    trace = run_well(&fixture, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES ref NOT VALID");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE ROW EXCLUSIVE");
    g_assert_cmpstr(lock_on(trace, "public.ref"), ==, "SHARE ROW EXCLUSIVE");
    assert_names(trace->scanned, "");
    trace = run_well(&fixture, "ALTER TABLE t VALIDATE CONSTRAINT t_a_fkey");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE UPDATE EXCLUSIVE");
    g_assert_cmpstr(lock_on(trace, "public.ref"), ==, "ROW SHARE");
    g_assert_false(trace->blocked_writes);
}

/* A lock that the transaction holds already is not taken anew. */
static void
test_transaction(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    const PgaLintTrace *trace;

    make_tables(&fixture);
    fixture.transaction = 1;
    trace = run_as(&fixture, "ALTER TABLE t ADD COLUMN b int", TRUE);
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "ACCESS EXCLUSIVE");
    trace = run_as(&fixture, "CREATE INDEX t_b ON t (b)", TRUE);
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE");
    g_assert_true(trace->blocked_reads);
    g_assert_cmpuint(trace->held->len, >=, 2);
    trace = run_as(&fixture, "ALTER TABLE t ADD COLUMN c int", TRUE);
    g_assert_cmpuint(trace->locks->len, ==, 0);
    trace = run_as(&fixture, "CREATE TABLE fresh (id int)", TRUE);
    g_assert_cmpuint(trace->locks->len, ==, 0);
    trace = run_as(&fixture, "ALTER TABLE fresh ADD COLUMN x int", TRUE);
    g_assert_cmpuint(trace->locks->len, ==, 0);
    fixture.transaction = 2; /* the first one is committed */
    trace = run_as(&fixture, "ALTER TABLE fresh ADD COLUMN y int", TRUE);
    g_assert_cmpstr(lock_on(trace, "public.fresh"), ==, "ACCESS EXCLUSIVE");
    end_file(&fixture);
}

static void
test_own_blocks(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    g_autofree char *answer = NULL;

    make_tables(&fixture);
    run_as(&fixture, "BEGIN", TRUE);
    run_as(&fixture, "DROP TABLE t CASCADE", TRUE);
    g_assert_true(fixture.last->executed);
    run_as(&fixture, "ROLLBACK", TRUE);
    run_as(&fixture, "BEGIN", TRUE);
    run_as(&fixture, "ALTER TABLE t RENAME TO u", TRUE);
    g_assert_cmpstr(lock_on(fixture.last, "public.t"), ==, "ACCESS EXCLUSIVE");
    run_as(&fixture, "ALTER TABLE u ADD COLUMN n int DEFAULT random() * 10", TRUE);
    assert_names(fixture.last->rewritten, "public.u");
    run_as(&fixture, "COMMIT", TRUE);
    run_as(&fixture, "BEGIN", TRUE);
    run_as(&fixture, "DROP TABLE u CASCADE", TRUE);
    end_file(&fixture); /* left open: not saved */
    answer = ask(&fixture, "SELECT count(*) FROM u");
    g_assert_cmpstr(answer, ==, "0");
}

/* It takes nothing else of its transaction with it. */
static void
test_failure(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    const PgaLintTrace *trace;

    make_tables(&fixture);
    run_as(&fixture, "ALTER TABLE t ADD COLUMN b int", TRUE);
    trace = run_as(&fixture, "ALTER TABLE missing ADD COLUMN b int", TRUE);
    g_assert_false(trace->executed);
    g_assert_cmpstr(trace->error, ==, "42P01: relation \"missing\" does not exist");
    trace = run_as(&fixture, "ALTER TABLE t DROP COLUMN b", TRUE);
    g_assert_true(trace->executed);
    trace = run_as(&fixture, "CREATE INDEX CONCURRENTLY ON t (a)", TRUE);
    g_assert_false(trace->executed);
    g_assert_true(g_str_has_prefix(trace->error, "25001: "));
    end_file(&fixture);
    trace = run(&fixture, "SELECT 1 / 0");
    g_assert_true(g_str_has_prefix(trace->error, "22012: "));
}

static void
test_alone(gconstpointer server)
{
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){0});
    const PgaLintTrace *trace;

    make_tables(&fixture);
    trace = run_well(&fixture, "CREATE INDEX CONCURRENTLY t_s ON t (s)");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE UPDATE EXCLUSIVE");
    g_assert_false(trace->blocked_writes);
    if (((const PgaTestServer *)server)->major > 14) /* whose counters are gone when it is slow */
        assert_names(trace->scanned, "public.t");
    trace = run_well(&fixture, "REINDEX TABLE CONCURRENTLY t");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE UPDATE EXCLUSIVE");
    assert_names(trace->rebuilt, "t_a_idx t_pkey t_s");
    trace = run_well(&fixture, "DROP INDEX CONCURRENTLY t_s");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE UPDATE EXCLUSIVE");
    trace = run_well(&fixture, "VACUUM FULL t");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "ACCESS EXCLUSIVE");
    g_assert_true(trace->blocked_reads);
    assert_names(trace->rewritten, "public.t");
    trace = run_well(&fixture, "VACUUM t");
    g_assert_cmpstr(lock_on(trace, "public.t"), ==, "SHARE UPDATE EXCLUSIVE");
    trace = run(&fixture, "CREATE UNIQUE INDEX CONCURRENTLY ON missing (a)");
    g_assert_true(g_str_has_prefix(trace->error, "42P01: "));
}

/* What a lab does not do is said; roles are made up. */
static void
test_surroundings(gconstpointer server)
{
    const char *const extensions[] = {"plpgsql", "adminpack", NULL};
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){.extensions = extensions});

    make_tables(&fixture);
    run_well(&fixture, "CREATE EXTENSION IF NOT EXISTS plpgsql");
    g_assert_cmpstr(run(&fixture, "CREATE EXTENSION adminpack")->error, ==,
                    "not executed in the lab: it does not make this extension");
    run_well(&fixture, "GRANT SELECT ON t TO nobody_yet");
    run_well(&fixture, "ALTER TABLE t OWNER TO somebody");
    g_assert_cmpstr(lock_on(fixture.last, "public.t"), ==, "ACCESS EXCLUSIVE");
    run_well(&fixture, "ALTER TABLE t ADD COLUMN mine int");
    g_assert_false(run(&fixture, "COPY t FROM PROGRAM 'id'")->executed);
    g_assert_false(run(&fixture, "COPY t FROM '/etc/passwd'")->executed);
    g_assert_false(
        run(&fixture, "DO $$BEGIN EXECUTE 'COPY t FROM PROGRAM ''id'''; END$$")->executed);
    g_assert_false(run(&fixture, "ALTER SYSTEM SET work_mem = 1")->executed);
    g_assert_false(run(&fixture, "CREATE DATABASE other")->executed);
    g_assert_false(run(&fixture, "SELECT pg_terminate_backend(pg_backend_pid())")->executed);
    run_well(&fixture, "ALTER TABLE t ADD COLUMN after_it int");
    run_well(&fixture, "SELECT pg_catalog.set_config('search_path', '', false)"); /* pg_dump's */
    g_assert_false(run(&fixture, "ALTER TABLE t DROP COLUMN after_it")->executed);
    g_assert_null(run(&fixture, "DISCARD ALL")->error);
    end_file(&fixture);
    run_well(&fixture, "ALTER TABLE t DROP COLUMN after_it");
}

/* What would fail on a table in use fails here. */
static void
test_rows(gconstpointer server)
{
    static const char *const counted[] = {"plain", "child", "checked", "parted", "typed", "lone"};
    g_auto(Fixture) fixture = fixture_on(server, &(PgaTracerOptions){.rows = 10});
    const GPtrArray *notes = pga_tracer_notes(fixture.tracer);

    run_well(&fixture, "CREATE TYPE mood AS ENUM ('sad', 'ok')");
    run_well(&fixture, "CREATE DOMAIN few AS int CHECK (VALUE < 100)");
    run_well(&fixture, "CREATE TABLE child (id int PRIMARY KEY, plain_id bigint NOT NULL)");
    run_well(&fixture, "CREATE TABLE plain (id bigserial PRIMARY KEY, name varchar(3) UNIQUE NOT "
                       "NULL, n numeric(4, 2), \"Odd\" text DEFAULT 'x')");
    run_well(&fixture, "ALTER TABLE child ADD FOREIGN KEY (plain_id) REFERENCES plain");
    run_well(&fixture, "CREATE TABLE checked (state text NOT NULL CHECK (state IN ('new', 'old')),"
                       " twice int GENERATED ALWAYS AS (1 + 1) STORED)");
    run_well(&fixture, "CREATE TABLE parted (k int) PARTITION BY RANGE (k)");
    run_well(&fixture, "CREATE TABLE parted_1 PARTITION OF parted DEFAULT");
    run_well(&fixture, "CREATE TABLE typed (u uuid PRIMARY KEY, j jsonb, d date, t timestamptz, i "
                       "interval, a int[], m mood, f few, b boolean, c char(2), x bytea, ip inet, "
                       "r int4range, v varbit(3), ti time, ts tsvector)");
    run_well(&fixture, "CREATE TABLE lone (id int GENERATED ALWAYS AS IDENTITY)");
    run_well(&fixture, "CREATE TABLE never (id int CHECK (id <> id))");
    run_well(&fixture, "ALTER TABLE never ALTER id SET NOT NULL");
    end_file(&fixture);
    for (guint i = 0; i < G_N_ELEMENTS(counted); i++) {
        g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s", counted[i]);
        g_autofree char *answer = ask(&fixture, sql);

        g_assert_cmpstr(answer, ==, strcmp(counted[i], "lone") == 0 ? "1" : "10");
    }
    g_assert_cmpuint(notes->len, ==, 1);
    g_assert_cmpstr(((PgaNotChecked *)g_ptr_array_index(notes, 0))->what, ==,
                    "rows of public.never");
    g_assert_true(g_str_has_prefix(
        run(&fixture, "ALTER TABLE plain ADD COLUMN z int NOT NULL")->error, "23502: "));
}

static GPtrArray *
texts(const char *const *from)
{
    GPtrArray *all = g_ptr_array_new();

    for (guint i = 0; from[i]; i++)
        g_ptr_array_add(all, (gpointer)from[i]);
    return all;
}

static GPtrArray *
one_step(gboolean alone, const char *const *sql)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func((GDestroyNotify)pga_fix_step_free);
    PgaFixStep *step = pga_fix_step_new("Do it");

    step->alone = alone;
    for (guint i = 0; sql[i]; i++)
        g_ptr_array_add(step->sql, g_strdup(sql[i]));
    g_ptr_array_add(steps, step);
    return steps;
}

static GPtrArray *
difference(PgaLab *lab, const char *original, const char *other, gboolean alone,
           GPtrArray *failures)
{
    static const char *const setup[] = {"CREATE TABLE t (id int PRIMARY KEY, a int)", NULL};
    const char *const first[] = {original, NULL}, *const second[] = {other, NULL};
    g_autoptr(GPtrArray) before = texts(setup), one = texts(first);
    g_autoptr(GPtrArray) two = one_step(alone, second);
    g_autoptr(GError) error = NULL;
    GPtrArray *found = pga_lab_catalog_difference(
        lab, &(PgaTracerOptions){0}, &(PgaTwoWays){before, one, two}, failures, &error);

    g_assert_no_error(error);
    return found;
}

static void
test_difference(gconstpointer server)
{
    PgaLab *lab = lab_on(server);
    g_autoptr(GPtrArray) failures = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) same =
        difference(lab, "CREATE INDEX t_a ON t (a)", "CREATE INDEX CONCURRENTLY t_a ON t (a);",
                   TRUE, failures);
    g_autoptr(GPtrArray) unlike =
        difference(lab, "ALTER TABLE t ADD CHECK (a > 0)",
                   "ALTER TABLE t ADD CHECK (a > 0) NOT VALID;", FALSE, failures);
    g_autoptr(GPtrArray) broken = NULL;
    const PgaDifference *found;

    g_assert_cmpuint(same->len, ==, 0);
    g_assert_cmpuint(failures->len, ==, 0);
    g_assert_cmpuint(unlike->len, ==, 1);
    found = g_ptr_array_index(unlike, 0);
    g_assert_cmpstr(found->object, ==, "t_a_check of public.t");
    broken =
        difference(lab, "ALTER TABLE t ADD x int", "ALTER TABLE t ADD x wrong;", FALSE, failures);
    g_assert_cmpuint(broken->len, ==, 1);
    g_assert_cmpuint(failures->len, ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(failures, 0), "type \"wrong\" does not exist"));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        PgaTestServerFunction function;
    } tests[] = {
        {"/lab/trace/locks-and-who-waits", test_locks},
        {"/lab/trace/rewrites-and-rebuilt-indexes", test_rewrites},
        {"/lab/trace/a-foreign-key-locks-both", test_foreign_key},
        {"/lab/trace/locks-of-one-transaction", test_transaction},
        {"/lab/trace/blocks-of-the-file", test_own_blocks},
        {"/lab/trace/a-failure-stays-alone", test_failure},
        {"/lab/trace/outside-a-block", test_alone},
        {"/lab/trace/what-a-lab-lacks", test_surroundings},
        {"/lab/trace/rows-made-up", test_rows},
        {"/lab/trace/two-ways-to-one-schema", test_difference},
    };
    int status;

    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    started = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)pga_lab_free);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
        pga_test_add_servers(tests[i].path, 14, FALSE, tests[i].function);
    status = g_test_run();
    g_hash_table_unref(started);
    return pga_test_lab_finish(status);
}
