/* check on files of DDL: what people have lying about, and what they should not have given us. */
#include <glib/gstdio.h>
#include <string.h>

#include "program.h"

typedef struct {
    const char *name;
    const char *text;
    gssize length; /* -1: a string */
    int status;
    const char *says; /* on standard error, or on standard output where the status is 0 */
} Case;

#define DUMP_HEADER "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.1\n"
#define DUMP_FOOTER "\n--\n-- PostgreSQL database dump complete\n--\n"

static const Case cases[] = {
    {"empty-file", "", -1, 2, "no statement"},
    {"only-comments", "-- nothing here\n", -1, 2, "no statement"},
    {"binary",
     "\x7f"
     "ELF\x01\x00\x00\x00",
     8, 2, "not"},
    {"custom-format-dump", "PGDMP\x01\x0e\x00\x04", 9, 2, "pg_restore"},
    {"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00", 8, 2, "gzip"},
    {"truncated-dump", DUMP_HEADER "CREATE TABLE t (id int PRIMARY KEY,\n    nam", -1, 2, "line 6"},
    {"ends-in-a-string", "CREATE TABLE t (id int DEFAULT 'abc", -1, 2, "line 1"},
    {"syntax-error",
     "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (\n  id int PRIMRY KEY\n);\n", -1, 2,
     "line 3, column 10"},
    {"nothing-can-be-executed", "SELECT 1 FROM nowhere;", -1, 2, "nowhere"},
    {"zero-tables", "CREATE SCHEMA s;", -1, 0, "no tables"},
    {"restrict-lines",
     "\\restrict abc\n" DUMP_HEADER "CREATE TABLE t (a int);" DUMP_FOOTER "\\unrestrict abc\n", -1,
     0, "table-no-primary-key"},
    {"unknown-role-and-tablespace",
     "SET default_tablespace = fast;\nCREATE TABLE t (a int);\nALTER TABLE t OWNER TO app;\nGRANT "
     "SELECT ON t TO \"R\";\n",
     -1, 0, "table-no-primary-key"},
    {"rows-of-a-dump-are-counted",
     DUMP_HEADER
     "CREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (id int PRIMARY "
     "KEY, p int REFERENCES p);\nCOPY c (id, p) FROM stdin;\n1\t1\n2\t1\n\\.\n" DUMP_FOOTER,
     -1, 0, "\"findings\": []"},
    {"view-in-the-way-of-a-fix",
     "CREATE TABLE t (id int PRIMARY KEY, j json);\nCREATE VIEW v AS SELECT j FROM t;\n", -1, 0,
     "Sketch ALTER TABLE public.t ALTER COLUMN j"},
    {"type-in-the-way-of-a-fix",
     "CREATE TYPE c AS (a timestamp);\nCREATE TABLE t OF c (PRIMARY KEY (a));\n", -1, 0,
     "Sketch BEGIN;"},
    {"inherited-column-is-changed-at-its-parent",
     "CREATE TABLE p (id int PRIMARY KEY, a timestamp);\nCREATE TABLE q (PRIMARY KEY (id)) "
     "INHERITS (p);\n",
     -1, 0, "Sketch BEGIN;"},
    {"refused-by-the-lab",
     "CREATE TABLE t (id int PRIMARY KEY, j json, CHECK (json_typeof(j) = 'object'));\n", -1, 0,
     "checked by"},
    {"cut-off-before-its-keys",
     "CREATE TABLE a (x int);\nCREATE TABLE b (x int);\nCREATE TABLE c (x int);\nCREATE TABLE d (x "
     "int);\nCREATE TABLE e (x int);\n",
     -1, 0, "cut off"},
    {"rollback-is-noted", "BEGIN;\nCREATE TABLE a (x int);\nROLLBACK;\n\\! ls\n", -1, 0,
     "ROLLBACK"},
    {"missing-extension", "CREATE EXTENSION postgis_nowhere;\nCREATE TABLE t (a int);\n", -1, 0,
     "postgis_nowhere"},
};

static char *
write_temporary(const char *text, gssize length)
{
    char *path = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("pga-test-XXXXXX.sql", &path, &error);

    g_assert_no_error(error);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, text, length, NULL));
    return path;
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *path = write_temporary(c->text, c->length);
    const char *const arguments[] = {"check", path, "--all", "--format", "json", NULL};
    const char *const text_arguments[] = {"check", path, "--all", NULL};
    const gboolean json = c->status == 0 && strstr(c->says, "findings") != NULL;
    g_autoptr(PgaProgramRun) run = pga_program_run(json ? arguments : text_arguments, NULL);

    g_unlink(path);
    if (run->status != c->status)
        g_test_message("out: %s\nerr: %s", run->out, run->err);
    g_assert_cmpint(run->status, ==, c->status);
    pga_assert_contains(c->status ? run->err : run->out, c->says);
}

static void
test_same_bytes(void)
{
    g_autofree char *path =
        write_temporary("CREATE TABLE a (x json, y timestamp);\nCREATE TABLE b (z int);\n", -1);
    const char *const arguments[] = {"check", path, "--format", "json", NULL};
    g_autoptr(PgaProgramRun) first = pga_program_run(arguments, NULL),
                             second = pga_program_run(arguments, NULL);

    g_unlink(path);
    g_assert_cmpstr(first->out, ==, second->out);
}

static void
test_exit_and_output(void)
{
    g_autofree char *path = write_temporary("CREATE TABLE a (x int);\n", -1);
    g_autofree char *out = g_strconcat(path, ".json", NULL), *log = g_strconcat(path, ".log", NULL);
    g_autofree char *written = NULL, *logged = NULL;
    const char *const arguments[] = {"check",    path,   "--fail-on",   "warning", "-o", out,
                                     "--format", "json", "--audit-log", log,       NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    g_unlink(path);
    g_assert_cmpint(run->status, ==, 1);
    g_assert_cmpstr(run->out, ==, "");
    g_assert_true(g_file_get_contents(out, &written, NULL, NULL));
    pga_assert_contains(written, "\"table-no-primary-key\"");
    g_assert_true(g_file_get_contents(log, &logged, NULL, NULL));
    pga_assert_contains(logged, "\"fingerprint\"");
    g_unlink(out);
    g_unlink(log);
}

static void
test_no_binaries(void)
{
    g_autofree char *path = write_temporary("CREATE TABLE a (x int);\n", -1);
    const char *const arguments[] = {"check", path, NULL};
    const char *const environment[] = {"PGARCHITECT_PG_BINDIR=/nowhere", NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, environment);

    g_unlink(path);
    g_assert_cmpint(run->status, ==, 2);
    pga_assert_contains(run->err, "/nowhere");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/cli/ddl/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/cli/ddl/same-bytes-for-the-same-file", test_same_bytes);
    g_test_add_func("/cli/ddl/fail-on-output-and-audit-log", test_exit_and_output);
    g_test_add_func("/cli/ddl/no-server-programs", test_no_binaries);
    return g_test_run();
}
