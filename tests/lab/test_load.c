/* Scripts as people and pg_dump write them. */
#include "fixture.h"
#include "lab_internal.h"
#include <base/error.h>
#include <string.h>

static PgaLab *
shared_lab(void)
{
    static PgaLab *lab;

    if (!lab)
        lab = pga_test_lab_start(NULL);
    return lab;
}

static const PgaLocation *
location(const PgaLabLoad *load, const char *name)
{
    const PgaLocation *found = g_hash_table_lookup(load->locations, name);

    g_assert_nonnull(found);
    return found;
}

static void
test_every_major(gconstpointer server)
{
    g_autoptr(PgaLab) lab = pga_test_lab_start(server);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaCatalog) catalog = NULL;
    g_autoptr(PgaLabLoad) load = pga_test_load(
        lab,
        "SET statement_timeout = 0;\n"
        "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA addons;\n"
        "COMMENT ON EXTENSION hstore IS 'x';\n"
        "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
        "CREATE TABLE public.person (id serial PRIMARY KEY, m mood, h addons.hstore);\n"
        "ALTER TABLE public.person OWNER TO alice;\n"
        "GRANT SELECT ON public.person TO bob;\n"
        "CREATE INDEX ON person (m);\n"
        "COPY public.person (id) FROM stdin;\n1\n2\n\\.\n"
        "INSERT INTO orders VALUES (1), (2), (3);\n",
        &error);

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 0);
    g_assert_cmpuint(location(load, "public.person")->line, ==, 5);
    g_assert_cmpuint(location(load, "public.person_m_idx")->line, ==, 8);
    g_assert_cmpfloat(*(double *)g_hash_table_lookup(load->rows, "public.person"), ==, 2);
    g_assert_cmpfloat(*(double *)g_hash_table_lookup(load->rows, "orders"), ==, 3);
    catalog = pga_test_collect(lab);
    g_assert_nonnull(pga_catalog_relation_by_name(catalog, "public", "person"));
}

static void
test_syntax_error(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_test_load(
        shared_lab(), "CREATE TABLE a (id int);\nCREATE TABLE b (\n  id int,,\n  x int);", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, "syntax error at or near \",\"");
    g_assert_cmpstr(pga_error_get_detail(error), ==, "test.sql, line 3, column 10.");
    g_assert_nonnull(pga_error_get_hint(error));
}

/* A dump of a newer server may use what this one cannot read. */
static void
test_newer_dump_keeps_going(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = pga_test_load(
        shared_lab(),
        "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 99.1\n"
        "-- Dumped by pg_dump version 99.1\n\n"
        "CREATE TABLE a (id int);\nCREATE TABLE b (id int) FLOATING;\n"
        "--\n-- PostgreSQL database dump complete\n--\n",
        &error);

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 1);
    g_assert_nonnull(pga_test_note(load, "syntax error"));
}

static void
test_dependents_are_traced(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = pga_test_load(shared_lab(),
                                               "CREATE TABLE fine (id int);\n"
                                               "CREATE TABLE public.broken (id no_such_type);\n"
                                               "CREATE INDEX broken_id ON public.broken (id);\n"
                                               "CREATE VIEW v AS SELECT * FROM broken;\n"
                                               "CREATE VIEW w AS SELECT * FROM v;\n"
                                               "SELECT never_made(1);\n",
                                               &error);
    const PgaNotChecked *note;

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 5);
    note = g_ptr_array_index(load->not_checked, 0);
    g_assert_cmpstr(note->what, ==, "statement at line 2: CREATE TABLE public.broken");
    g_assert_cmpstr(note->why, ==, "type \"no_such_type\" does not exist");
    g_assert_cmpstr(note->file, ==, "test.sql");
    g_assert_cmpuint(note->line, ==, 2);
    g_assert_cmpuint(note->column, ==, 1);
    note = g_ptr_array_index(load->not_checked, 1);
    g_assert_cmpstr(note->why, ==, "depends on public.broken, which could not be created (line 2)");
    note = g_ptr_array_index(load->not_checked, 2);
    g_assert_cmpstr(note->why, ==, "depends on broken, which could not be created (line 2)");
    note = g_ptr_array_index(load->not_checked, 3);
    g_assert_cmpstr(note->why, ==, "depends on v, which could not be created (line 4)");
    g_assert_nonnull(pga_test_note(load, "function never_made(integer) does not exist"));
}

static void
test_missing_extension_is_named(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = pga_test_load(shared_lab(),
                                               "CREATE EXTENSION postgis;\n"
                                               "CREATE TABLE a (g geometry);\n"
                                               "CREATE TABLE b (id int);\n",
                                               &error);

    g_assert_no_error(error);
    if (load->not_checked->len == 0) {
        g_test_skip("PostGIS is installed");
        return;
    }
    g_assert_nonnull(pga_test_note(load, "extension postgis is not installed for PostgreSQL"));
    g_assert_nonnull(
        pga_test_note(load, "needs geometry of extension postgis, which the lab does not have"));
}

static void
test_roles_and_tablespaces_are_made_up(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *roles = NULL, *rights = NULL;
    g_autoptr(PgaLabLoad) load =
        pga_test_load(shared_lab(),
                      "CREATE ROLE \"App Owner\" SUPERUSER LOGIN PASSWORD 'x';\n"
                      "ALTER ROLE app2 WITH SUPERUSER;\n"
                      "CREATE SCHEMA s AUTHORIZATION app3;\n"
                      "CREATE TABLE t (id int) TABLESPACE fast;\n"
                      "CREATE POLICY p ON t TO app4, \"App 5\" USING (true);\n"
                      "CREATE USER postgres;\n"
                      "ALTER TABLE t OWNER TO postgres;\n",
                      &error);

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 0);
    roles =
        pga_test_ask(shared_lab(), NULL,
                     "SELECT string_agg(rolname, ',' ORDER BY rolname COLLATE \"C\") FROM pg_roles"
                     " WHERE rolname !~ '^pg'");
    g_assert_cmpstr(roles, ==, "App 5,App Owner,app2,app3,app4,postgres");
    rights = pga_test_ask(
        shared_lab(), NULL,
        "SELECT count(*) FROM pg_roles WHERE rolname !~ '^pg' AND (rolcanlogin OR rolsuper)");
    g_assert_cmpstr(rights, ==, "0");
}

/* BEGIN … ROLLBACK around everything, as some tools write it; savepoints; an error in between. */
static void
test_transactions_are_not_honoured(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load =
        pga_test_load(shared_lab(),
                      "BEGIN;\nCREATE TABLE a (id int);\nSAVEPOINT x;\n"
                      "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n"
                      "ROLLBACK;\nCREATE TABLE c (id int);\n",
                      &error);

    g_assert_no_error(error);
    g_assert_cmpuint(load->n_executed, ==, 3);
    g_assert_cmpuint(load->not_checked->len, ==, 2);
    g_assert_nonnull(pga_test_note(load, "already exists"));
    g_assert_nonnull(pga_test_note(load, "what stands before it was executed"));
    location(load, "public.c");
}

static void
test_clean_dumps(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load =
        pga_test_load(shared_lab(),
                      "ALTER TABLE ONLY public.a DROP CONSTRAINT a_pkey;\n"
                      "DROP TABLE public.a;\nDROP TYPE t;\nDROP FUNCTION f();\n"
                      "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
                      "CREATE EXTENSION citext;\n"
                      "CREATE TABLE public.a (id int PRIMARY KEY, e public.citext);\n",
                      &error);

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 0);
    location(load, "public.a");
}

static void
test_other_databases_and_files_are_noted(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load =
        pga_test_load(shared_lab(),
                      "CREATE DATABASE shop;\n\\connect shop\n\\i more.sql\n"
                      "\\restrict abc\n\\echo hello\nCREATE TABLE a (id int);\n",
                      &error);

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 3);
    g_assert_nonnull(pga_test_note(load, "into one database"));
    g_assert_nonnull(pga_test_note(load, "into the same database"));
    g_assert_nonnull(pga_test_note(load, "the included file was not read"));
}

static void
test_locations(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = pga_test_load(shared_lab(),
                                               "CREATE SCHEMA s; SET search_path = s;\n"
                                               "  CREATE TABLE t (id int);\n"
                                               "CREATE TABLE \"Mixed Case\" (id int);\n"
                                               "CREATE INDEX named ON s.t (id);\n"
                                               "CREATE INDEX ON \"Mixed Case\" (id);\n",
                                               &error);

    g_assert_no_error(error);
    g_assert_cmpuint(location(load, "s.t")->line, ==, 2);
    g_assert_cmpuint(location(load, "s.t")->column, ==, 3);
    g_assert_cmpuint(location(load, "s.Mixed Case")->line, ==, 3);
    g_assert_cmpuint(location(load, "s.named")->line, ==, 4);
    g_assert_cmpuint(location(load, "s.Mixed Case_id_idx")->line, ==, 5);
}

static void
test_nothing_executable(void)
{
    g_autoptr(GError) error = NULL, second = NULL;

    g_assert_null(pga_test_load(shared_lab(), "CREATE TABLE a (id no_such_type);", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(pga_error_get_detail(error), "no_such_type"));
    g_assert_null(pga_test_load(shared_lab(), "BEGIN; COMMIT;", &second));
    g_assert_error(second, PGA_ERROR, PGA_ERROR_INPUT);
}

static void
test_connect_needs_a_load(void)
{
    g_autoptr(PgaLab) lab = pga_test_lab_start(NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_lab_connect(lab, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
}

/* A real project's dump: only what needs PostGIS is missing. */
static void
test_openstreetmap(gconstpointer server)
{
    const char *shared = g_getenv("PGA_SHARED");
    g_autofree char *path =
        shared ? g_build_filename(shared, "schemas/openstreetmap.sql", NULL)
               : g_build_filename(PGA_SOURCE_ROOT, "../shared/schemas/openstreetmap.sql", NULL);
    g_autoptr(PgaLab) lab = NULL;
    g_autoptr(PgaScript) script = NULL;
    g_autoptr(PgaLabLoad) load = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_test_skip("no shared schemas");
        return;
    }
    lab = pga_test_lab_start(server);
    script = pga_script_open(path, &error);
    g_assert_no_error(error);
    load = pga_lab_load(lab, script, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(load->n_executed, >, 350);
    for (guint i = 0; i < load->not_checked->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(load->not_checked, i);

        if (!strstr(note->why, "moderation_zones") && !strstr(note->why, "postgis"))
            g_test_message("%s: %s", note->what, note->why);
        g_assert_true(strstr(note->why, "moderation_zones") || strstr(note->why, "postgis"));
    }
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/load/every-major", 10, FALSE, test_every_major);
    pga_test_add_servers("/lab/load/openstreetmap", 14, FALSE, test_openstreetmap);
    g_test_add_func("/lab/load/syntax-error", test_syntax_error);
    g_test_add_func("/lab/load/newer-dump-keeps-going", test_newer_dump_keeps_going);
    g_test_add_func("/lab/load/dependents-are-traced", test_dependents_are_traced);
    g_test_add_func("/lab/load/missing-extension-is-named", test_missing_extension_is_named);
    g_test_add_func("/lab/load/roles-and-tablespaces-are-made-up",
                    test_roles_and_tablespaces_are_made_up);
    g_test_add_func("/lab/load/transactions-are-not-honoured", test_transactions_are_not_honoured);
    g_test_add_func("/lab/load/clean-dumps", test_clean_dumps);
    g_test_add_func("/lab/load/other-databases-and-files-are-noted",
                    test_other_databases_and_files_are_noted);
    g_test_add_func("/lab/load/locations", test_locations);
    g_test_add_func("/lab/load/nothing-executable", test_nothing_executable);
    g_test_add_func("/lab/load/connect-needs-a-load", test_connect_needs_a_load);
    status = g_test_run();
    pga_lab_free(shared_lab());
    return pga_test_lab_finish(status);
}
