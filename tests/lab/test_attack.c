/* What a script could try. Each attempt is made, on the newest server and the system's; then the
 * machine, the server and our own process are looked at. */
#include "fixture.h"
#include "lab_internal.h"
#include <base/error.h>
#include <glib/gstdio.h>
#include <lab/clone.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define TRAP "/tmp/pgarchitect-trap"

/** A statement that must be refused, and the words of the note about it. */
typedef struct {
    const char *name;
    const char *sql;
    const char *noted; /* (nullable): nothing is said, and nothing must have happened */
} Attempt;

#define DO(text) "DO $a$ BEGIN " text " END $a$;"

static const Attempt attempts[] = {
    {"copy-to-program", "COPY (SELECT 1) TO PROGRAM 'touch " TRAP "';", "refused"},
    {"copy-to-file", "COPY (SELECT 1) TO '" TRAP "';", "refused"},
    {"copy-from-file", "CREATE TABLE f (x text); COPY f FROM '/etc/passwd';", "refused"},
    {"dynamic-copy-to-program", DO("EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch " TRAP "'''; "),
     "refused"},
    {"dynamic-copy-to-file", DO("EXECUTE 'COPY (SELECT 1) TO ''" TRAP "'''; "), "refused"},
    {"dynamic-copy-from-file",
     "CREATE TABLE f (x text);" DO("EXECUTE 'COPY f FROM ''/etc/passwd'''; "), "refused"},
    {"lo-import", "SELECT lo_import('/etc/passwd');", "refused"},
    {"lo-export", "SELECT lo_export(lo_from_bytea(0, 'x'), '" TRAP "');", "refused"},
    {"read-file", "SELECT pg_read_file('/etc/passwd');", "refused"},
    {"read-binary-file", "SELECT pg_read_binary_file('postgresql.conf');", "refused"},
    {"list-directory", "SELECT pg_ls_dir('/');", "refused"},
    {"password-hashes", "CREATE TABLE h AS SELECT * FROM pg_authid;", "refused"},
    {"c-function", "CREATE FUNCTION sys(text) RETURNS int LANGUAGE c AS 'libc.so.6', 'system';",
     "refused"},
    {"internal-function",
     "CREATE FUNCTION r(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all';", "refused"},
    {"load-library", "LOAD '/tmp/evil.so';", "refused"},
    {"extension-dblink", "CREATE EXTENSION dblink;", "refused"},
    {"extension-file-fdw", "CREATE EXTENSION file_fdw;", "refused"},
    {"extension-untrusted-language", "CREATE EXTENSION plpython3u;", "refused"},
    {"extension-language", "CREATE EXTENSION plperl;", "refused"},
    {"dynamic-extension", DO("EXECUTE 'CREATE EXTENSION hstore'; "), "refused"},
    {"dynamic-language", DO("EXECUTE 'CREATE LANGUAGE plperl'; "), "refused"},
    {"untrusted-language", "CREATE LANGUAGE plpython3u;", "refused"},
    {"event-trigger",
     "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
     "CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE PROCEDURE e();",
     "refused"},
    {"drop-the-guard", DO("EXECUTE 'DROP EVENT TRIGGER pgarchitect_guard'; "), "refused"},
    {"replace-the-guard",
     "CREATE OR REPLACE FUNCTION pgarchitect_guard.refuse() RETURNS event_trigger"
     " LANGUAGE plpgsql AS 'BEGIN END';",
     "refused"},
    {"subscription",
     "CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1' PUBLICATION p WITH (connect = false);",
     "refused"},
    {"foreign-data-wrapper", "CREATE FOREIGN DATA WRAPPER w;", "refused"},
    {"server", "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;", "postgres_fdw"},
    {"alter-system", "ALTER SYSTEM SET archive_command = 'touch " TRAP "';", "refused"},
    {"replication-role", DO("SET session_replication_role = replica; "), "refused"},
    {"log-settings", DO("SET log_min_messages = panic; "), "refused"},
    {"become-superuser", DO("EXECUTE 'ALTER ROLE pgarchitect_stranger SUPERUSER'; "), "refused"},
    {"alter-role-superuser", "ALTER ROLE pgarchitect_stranger SUPERUSER;", NULL},
    {"create-role-superuser", "CREATE ROLE mallory LOGIN SUPERUSER;", NULL},
    {"create-our-superuser", "CREATE ROLE pgarchitect_superuser;", NULL},
    {"grant-our-superuser", "GRANT pgarchitect_superuser TO pgarchitect_stranger;", NULL},
    {"dynamic-grant", DO("EXECUTE 'GRANT pgarchitect_superuser TO pgarchitect_stranger'; "),
     "refused"},
    {"dynamic-create-role", DO("EXECUTE 'CREATE ROLE mallory SUPERUSER'; "), "refused"},
    {"set-role", DO("SET ROLE pgarchitect_superuser; "), "refused"},
    {"session-authorization", DO("SET SESSION AUTHORIZATION pgarchitect_superuser; "), "refused"},
    {"owner-to-our-superuser",
     DO("CREATE TABLE o (); EXECUTE 'ALTER TABLE o OWNER TO pgarchitect_superuser'; "), "refused"},
    {"alter-database",
     DO("EXECUTE format('ALTER DATABASE %I SET search_path = evil', current_database()); "),
     "refused"},
    {"create-database", DO("EXECUTE 'CREATE DATABASE other'; "), "CREATE DATABASE"},
    {"terminate-the-superuser",
     "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
     "'pgarchitect_superuser';",
     "refused"},
    {"cancel-the-superuser",
     "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'pgarchitect_superuser';",
     "refused"},
    {"reload", "SELECT pg_reload_conf();", "refused"},
    {"write-the-catalog", "DELETE FROM pg_catalog.pg_event_trigger;", "refused"},
    {"create-in-pg-catalog",
     "CREATE FUNCTION pg_catalog.f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "refused"},
    {"security-definer-of-another",
     "CREATE FUNCTION d() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS"
     " $$BEGIN EXECUTE 'COPY (SELECT 1) TO ''" TRAP "'''; END$$; SELECT d();",
     "refused"},
    {"forged-missing-role",
     DO("RAISE EXCEPTION 'role \"pgarchitect_reader\" does not exist' USING ERRCODE = '42704'; "),
     "pgarchitect_reader"},
    {"forged-role-name",
     DO("RAISE EXCEPTION 'role \"x; DROP ROLE y\" does not exist' USING ERRCODE = '42704'; "),
     "x; DROP ROLE y"},
    {"replication", "SELECT pg_create_physical_replication_slot('s');", "slot"},
    {"memory-bomb", "SELECT array_agg(repeat('x', 1000000)) FROM generate_series(1, 10000);",
     "memory"},
    {"large-message", DO("RAISE EXCEPTION '%', repeat('x', 5000000); "), "xxxx"},
    {"control-characters", DO("RAISE EXCEPTION E'\\x1b[2J\\x07\\nfake: ok'; "), "fake: ok"},
};

static PgaLab *lab;

static void
assert_nothing_gained(void)
{
    g_autofree char *superusers =
        pga_test_ask(lab, NULL,
                     "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolsuper OR rolcreaterole"
                     " OR rolcreatedb OR rolreplication OR rolbypassrls");
    g_autofree char *members = pga_test_ask(
        lab, NULL,
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
        " WHERE r.rolname LIKE 'pg\\_%' AND m.member = 'pgarchitect_stranger'::regrole");
    g_autofree char *databases = pga_test_ask(lab, NULL,
                                              "SELECT count(*) FROM pg_database WHERE datname !~ "
                                              "'^(postgres|template[01]|(load|clone)_[0-9]+)$'");
    g_autofree char *settings =
        pga_test_ask(lab, NULL,
                     "SELECT count(*) FROM pg_db_role_setting s WHERE setdatabase <> 0"
                     " AND NOT EXISTS (SELECT FROM pg_database d WHERE d.oid = setdatabase AND "
                     "datname LIKE 'clone\\_%')");
    g_autofree char *extensions = NULL;

    g_assert_cmpstr(superusers, ==, "pgarchitect_superuser");
    g_assert_cmpstr(members, ==, "0");
    g_assert_cmpstr(databases, ==, "0");
    g_assert_cmpstr(settings, ==, "0");
    if (lab->loaded) {
        extensions =
            pga_test_ask(lab, lab->loaded, "SELECT string_agg(extname, ',') FROM pg_extension");
        g_assert_cmpstr(extensions, ==, "plpgsql");
    }
    g_assert_false(g_file_test(TRAP, G_FILE_TEST_EXISTS));
}

static void
try(const Attempt *attempt)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strconcat("CREATE TABLE innocent (id int);", attempt->sql, NULL);
    g_autoptr(PgaLabLoad) load = pga_test_load(lab, sql, &error);
    const PgaNotChecked *note;

    if (error)
        g_test_message("%s: %s", attempt->name, error->message);
    g_assert_no_error(error);
    note = attempt->noted ? pga_test_note(load, attempt->noted) : NULL;
    if (attempt->noted && !note)
        for (guint i = 0; i < load->not_checked->len; i++)
            g_test_message("%s: %s", attempt->name,
                           ((PgaNotChecked *)g_ptr_array_index(load->not_checked, i))->why);
    g_test_message("%s: %s", attempt->name, note ? note->why : "-");
    g_assert_true((note != NULL) == (attempt->noted != NULL));
    for (const char *p = note ? note->why : ""; *p; p++)
        g_assert_false(g_ascii_iscntrl(*p));
    g_assert_cmpuint(note ? strlen(note->why) : 0, <, 700);
    g_assert_true(pga_lab_alive(lab, NULL));
    assert_nothing_gained();
}

static void
test_attempts_are_refused(gconstpointer server)
{
    g_unlink(TRAP);
    lab = pga_test_lab_start(server);
    for (guint i = 0; i < G_N_ELEMENTS(attempts); i++)
        try(&attempts[i]);
    g_clear_pointer(&lab, pga_lab_free);
}

/** What only a limit stops. */
typedef struct {
    const char *name;
    const char *sql;
    const char *message;
} Bomb;

static const Bomb bombs[] = {
    {"loop", DO("LOOP END LOOP; "), "limit of 1 s"},
    {"loop-that-catches-the-cancel",
     DO("LOOP BEGIN LOOP END LOOP; EXCEPTION WHEN query_canceled THEN END; END LOOP; "),
     "limit of 1 s"},
    {"no-statement-timeout", "SET statement_timeout = 0; SELECT pg_sleep(100);", "limit of 1 s"},
    {"cross-join",
     "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b;",
     "limit of 1 s"},
    {"flood-of-rows", "SELECT generate_series(1, 1000000000000);", "limit of 1 s"},
    {"flood-of-notices", DO("LOOP RAISE NOTICE 'x'; END LOOP; "), "limit of 1 s"},
    {"many-statements",
     DO("PERFORM pg_sleep(0.9); ") DO("PERFORM pg_sleep(0.9); ") DO("PERFORM pg_sleep(0.9); ")
         DO("PERFORM pg_sleep(0.9); "),
     "limit of 3 s"},
    {"disk",
     DO("CREATE TABLE d (x text); ALTER TABLE d ALTER x SET STORAGE EXTERNAL; LOOP INSERT INTO d "
        "SELECT repeat(md5(i::text), 200)"
        " FROM generate_series(1, 1000) i; END LOOP; "),
     "of disk"},
    {"own-session", "SELECT pg_terminate_backend(pg_backend_pid());", "ended its own session"},
};

G_GNUC_UNUSED static glong
peak_memory_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void
test_limits_hold(gconstpointer data)
{
    const PgaTestServer *server = data;
    const PgaLabOptions options = {
        .bindir = server->bindir,
        .statement_limit_ms = 1000,
        .load_limit_ms = 3000,
        .disk_limit_bytes = 70000000,
    };

    for (guint i = 0; i < G_N_ELEMENTS(bombs); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgaLab) own = pga_lab_start(&options, &error);
        g_autofree char *sql = g_strconcat("CREATE TABLE innocent (id int);\n", bombs[i].sql, NULL);
        const gint64 begin = g_get_monotonic_time();

        g_assert_no_error(error);
        g_assert_null(pga_test_load(own, sql, &error));
        g_test_message("%s: %s (%s)", bombs[i].name, error->message, pga_error_get_detail(error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
        g_assert_nonnull(strstr(error->message, bombs[i].message));
        g_assert_nonnull(strstr(pga_error_get_detail(error), "test.sql, line 2"));
        g_assert_cmpint(g_get_monotonic_time() - begin, <, (gint64)60 * G_USEC_PER_SEC);
    }
#ifndef __SANITIZE_ADDRESS__                      /* which keeps what was freed */
    g_assert_cmpint(peak_memory_kb(), <, 300000); /* whatever was sent to us */
#endif
}

/* libpq keeps one row or message whole, several times over: the limit on a backend's memory bounds
 * ours. */
static void
test_long_answers_are_bounded(gconstpointer server)
{
    static const char script[] =
        "CREATE TABLE innocent (id int);"
        "SELECT repeat('x', 900000000);"
        "SELECT repeat('x', 400000000);"
        "SELECT repeat('x', 100000000);" DO("RAISE EXCEPTION '%', repeat('x', 400000000); ")
            DO("RAISE EXCEPTION '%', repeat('x', 200000000); ");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = NULL;

    lab = pga_test_lab_start(server);
    load = pga_test_load(lab, script, &error);
    g_assert_no_error(error);
    g_assert_nonnull(pga_test_note(load, "memory"));
    g_test_message("peak %ld kB", peak_memory_kb());
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    g_assert_cmpint(peak_memory_kb(), <, 1500000);
#endif
    g_clear_pointer(&lab, pga_lab_free);
}

/* Operators and functions in place of the server's, in every place where somebody else may meet
 * them: whoever executes one is written down. */
static const char shadowing[] =
    "CREATE SCHEMA evil;"
    "CREATE TABLE evil.executed (who text);"
    "GRANT USAGE ON SCHEMA evil TO PUBLIC; GRANT ALL ON evil.executed TO PUBLIC;"
    "CREATE FUNCTION evil.spy() RETURNS boolean LANGUAGE plpgsql VOLATILE AS"
    " $$BEGIN INSERT INTO evil.executed VALUES (current_user || '/' || session_user); RETURN true; "
    "END$$;"
    "CREATE FUNCTION evil.pure(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN PERFORM evil.spy(); RETURN $1; END$$;"
    "CREATE FUNCTION evil.eq(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT evil.spy()';"
    "CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, PROCEDURE = evil.eq);"
    "CREATE FUNCTION evil.eqn(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT evil.spy()';"
    "CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = name, PROCEDURE = evil.eqn);"
    "CREATE FUNCTION evil.format_type(oid, int) RETURNS text LANGUAGE sql AS 'SELECT "
    "evil.spy()::text';"
    "CREATE FUNCTION evil.max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT CASE WHEN evil.spy() "
    "THEN 1 END';"
    "CREATE FUNCTION public.pg_relation_size(oid) RETURNS bigint LANGUAGE sql AS 'SELECT CASE WHEN "
    "evil.spy() THEN 1 END';"
    "CREATE TABLE evil.t (id int PRIMARY KEY, a int DEFAULT evil.pure(1), b int CHECK "
    "(evil.pure(b) > 0),"
    " c int GENERATED ALWAYS AS (evil.pure(id)) STORED);"
    "CREATE INDEX t_pure ON evil.t (evil.pure(a));"
    "CREATE TABLE evil.u (t_id int REFERENCES evil.t);"
    "CREATE VIEW evil.v AS SELECT evil.spy();"
    "ALTER TABLE evil.t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON evil.t USING (evil.spy());"
    "DO $$BEGIN EXECUTE 'ALTER ROLE pgarchitect_stranger SET search_path = evil, pg_catalog'; "
    "END$$;"
    "SET search_path = evil, pg_catalog;"
    "CREATE TABLE later (id int); CREATE INDEX ON later (id);";

static PgaFinding *
finding_about(const PgaCatalog *catalog, const char *relname)
{
    PgaFinding *finding = pga_finding_new("fk-missing-index");
    const PgaRelation *relation = pga_catalog_relation_by_name(catalog, "evil", relname);

    g_assert_nonnull(relation);
    ((PgaRelation *)relation)->reltuples = 1000000;
    ((PgaRelation *)relation)->rows_source = PGA_ROWS_STATED;
    g_array_append_val(finding->proof.relations, relation->oid);
    finding->proof.kind = PGA_PROOF_PLAN;
    return finding;
}

static void
test_shadows_meet_only_their_maker(gconstpointer server)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = NULL;
    g_autoptr(PgaCatalog) catalog = NULL;
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    g_autofree char *executed = NULL;
    PgaFinding *finding;

    lab = pga_test_lab_start(server);
    load = pga_test_load(lab, shadowing, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < load->not_checked->len; i++)
        g_test_message("%s", ((PgaNotChecked *)g_ptr_array_index(load->not_checked, i))->why);
    catalog = pga_test_collect(lab);
    finding = finding_about(catalog, "t");
    pga_finding_add_sql(finding, g_strdup("CREATE INDEX x ON evil.t (a);"));
    pga_finding_add_undo(finding, g_strdup("DROP INDEX evil.x;"));
    pga_finding_add_plan(finding, "the statement", g_strdup("SELECT 1 FROM evil.t WHERE a = $1"));
    g_ptr_array_add(findings, finding);
    g_assert_true(pga_lab_prove(lab, &(PgaCloneOptions){.catalog = catalog}, findings, 10, &error));
    g_assert_no_error(error);
    g_assert_nonnull(finding->proof.outcome);
    executed =
        pga_test_ask(lab, lab->loaded,
                     "SELECT COALESCE(string_agg(DISTINCT who, ','), 'nobody') FROM evil.executed"
                     " WHERE who <> 'pgarchitect_stranger/pgarchitect_stranger'");
    g_assert_cmpstr(executed, ==, "nobody");
    assert_nothing_gained();
    g_clear_pointer(&load, pga_lab_load_free);
    load = pga_test_load(lab, "CREATE TABLE plain (id int);",
                         &error); /* despite the role's search_path */
    g_assert_no_error(error);
    g_assert_nonnull(g_hash_table_lookup(load->locations, "public.plain"));
    g_clear_pointer(&lab, pga_lab_free);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/attack/attempts-are-refused", 14, TRUE, test_attempts_are_refused);
    pga_test_add_servers("/lab/attack/limits-hold", 14, TRUE, test_limits_hold);
    pga_test_add_servers("/lab/attack/long-answers-are-bounded", 14, TRUE,
                         test_long_answers_are_bounded);
    pga_test_add_servers("/lab/attack/shadows-meet-only-their-maker", 14, TRUE,
                         test_shadows_meet_only_their_maker);
    return pga_test_lab_finish(g_test_run());
}
