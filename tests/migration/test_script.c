#include "scripts.h"

#include <string.h>

typedef struct {
    const char *name, *tool, *text, *steps;
} Case;

static const Case cases[] = {
    /* places and cutting */
    {"statements", "psql", "SELECT 1; -- a\n/* b */ SELECT 'é', 2;SELECT 3",
     "1:1 sql 1 SELECT 1\n2:9 sql 2 SELECT 'é', 2\n2:23 sql 3 SELECT 3\n"},
    {"nothing", "psql", " -- a\n;;\n", ""},
    {"crlf", "psql", "SELECT 1;\r\nSELECT\r\n  2;\r\n",
     "1:1 sql 1 SELECT 1\n2:1 sql 2 SELECT\r\n  2\n"},
    {"byte-order-mark", "psql", "\xef\xbb\xbfSELECT 1", "1:1 sql 1 SELECT 1\n"},
    {"semicolons-in-quotes", "psql", "SELECT ';', $a$;$a$, \";\" /* ; */; SELECT 2",
     "1:1 sql 1 SELECT ';', $a$;$a$, \";\"\n1:35 sql 2 SELECT 2\n"},
    {"rows-of-copy", "psql", "COPY t FROM stdin;\n1\n;'\n\\.\nSELECT 1;",
     "1:1 rows 1 COPY t FROM stdin\n5:1 sql 2 SELECT 1\n"},
    /* mistakes */
    {"mistake-between-others", "psql", "SELECT 1;\nALTER TABLE é ADD;\nSELECT 2;",
     "1:1 sql 1 SELECT 1\n2:1 sql 2 ALTER TABLE é ADD [2:18 syntax error at end of input]\n"
     "3:1 sql 3 SELECT 2\n"},
    {"open-parenthesis", "psql", "CREATE TABLE t (a int;\nSELECT 1;\nSELECT 2;",
     "1:1 sql 1 CREATE TABLE t (a int [1:22 syntax error at end of input]\n"
     "2:1 sql 2 SELECT 1\n3:1 sql 3 SELECT 2\n"},
    {"unterminated-string", "psql", "SELECT 1;\nSELECT 2,\n 'a; SELECT 3;\n",
     "1:1 sql 1 SELECT 1\n2:1 sql 2 SELECT 2,\n 'a; SELECT 3;\n [3:2 the file ends inside a "
     "quoted string] [What begins there has no end.]\n"},
    {"not-utf-8", "psql", "SELECT 1;\nSELECT '\xe9';\nSELECT 2;",
     "1:1 sql 1 SELECT 1\n2:1 sql 2 SELECT '\xe9' [2:9 the byte 0xE9 is not UTF-8] [Convert the "
     "file with iconv.]\n3:1 sql 3 SELECT 2\n"},
    {"mysql", "psql", "CREATE TABLE `a` (id INT AUTO_INCREMENT);",
     "1:1 sql 1 CREATE TABLE `a` (id INT AUTO_INCREMENT) [1:14 syntax error at or near \"`\"] "
     "[This looks like MySQL's SQL.]\n"},
    {"oracle", "psql", "CREATE TABLE a (n NUMBER(10) ENABLE, v VARCHAR2(10 CHAR));",
     "1:1 sql 1 CREATE TABLE a (n NUMBER(10) ENABLE, v VARCHAR2(10 CHAR)) [1:30 syntax error at or "
     "near \"ENABLE\"] [This looks like Oracle's SQL.]\n"},
    {"sql-server", "psql", "CREATE TABLE [dbo].[a] ([id] int);",
     "1:1 sql 1 CREATE TABLE [dbo].[a] ([id] int) [1:14 syntax error at or near \"[\"] [This looks "
     "like SQL Server's SQL.]\n"},
    {"placeholder", "psql", "DROP TABLE {{ t }};SELECT 1",
     "1:1 opaque 1 DROP TABLE {{ t }} [1:12 a template's placeholder stands in it: {{ t }}] [Fill "
     "in the template first, and lint what comes of it.]\n1:20 sql 2 SELECT 1\n"},
    {"placeholder-in-a-string", "psql", "SELECT '{{ t }}';", "1:1 sql 1 SELECT '{{ t }}'\n"},
    {"driver-parameter", "psql", "SELECT %s;",
     "1:1 opaque 1 SELECT %s [1:8 a template's placeholder stands in it: %s] [Fill in the template "
     "first, and lint what comes of it.]\n"},
    /* transactions */
    {"block", "psql", "SELECT 1;BEGIN;SELECT 2;COMMIT;SELECT 3",
     "1:1 sql 1 SELECT 1\n1:10 sql 2* BEGIN\n1:16 sql 2* SELECT 2\n1:25 sql 2* COMMIT\n"
     "1:32 sql 3 SELECT 3\n"},
    {"chain", "psql", "BEGIN;COMMIT AND CHAIN;SELECT 1;ROLLBACK;SELECT 2",
     "1:1 sql 1* BEGIN\n1:7 sql 1* COMMIT AND CHAIN\n1:24 sql 2* SELECT 1\n1:33 sql 2* ROLLBACK\n"
     "1:42 sql 3 SELECT 2\n"},
    {"savepoint", "psql", "BEGIN;SAVEPOINT a;ROLLBACK TO a;END",
     "1:1 sql 1* BEGIN\n1:7 sql 1* SAVEPOINT a\n1:19 sql 1* ROLLBACK TO a\n1:33 sql 1* END\n"},
    {"without-autocommit", "psql", "\\set AUTOCOMMIT off\nSELECT 1;COMMIT;VACUUM;SELECT 2",
     "1:1 meta 1 \\set AUTOCOMMIT off\n2:1 sql 1* SELECT 1\n2:10 sql 1* COMMIT\n2:17 sql 2 VACUUM\n"
     "2:24 sql 3* SELECT 2\n"},
    {"tool-wraps", "flyway", "SELECT 1;SELECT 2;COMMIT;SELECT 3",
     "1:1 sql 1* SELECT 1\n1:10 sql 1* SELECT 2\n1:19 sql 1* COMMIT\n1:26 sql 2 SELECT 3\n"},
    {"flyway-leaves-it-out", "flyway", "CREATE INDEX CONCURRENTLY i ON t (a);",
     "1:1 sql 1 CREATE INDEX CONCURRENTLY i ON t (a)\n"},
    {"alone-is-free", "golang-migrate", "SELECT 1;\n-- no more\n", "1:1 sql 1 SELECT 1\n"},
    {"two-are-not", "golang-migrate", "SELECT 1;SELECT 2",
     "1:1 sql 1* SELECT 1\n1:10 sql 1* SELECT 2\n"},
    {"marker", "sqlx", "-- no-transaction\nSELECT 1;", "2:1 sql 1 SELECT 1\n"},
    {"any-tool's-marker", "flyway", "-- disable-transaction\nSELECT 1;", "2:1 sql 1 SELECT 1\n"},
    {"our-marker", "flyway", "-- pgarchitect: no-transaction\nSELECT 1;", "2:1 sql 1 SELECT 1\n"},
    {"changesets", "liquibase",
     "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:2 "
     "runInTransaction:false\nSELECT 2;\n--changeset a:3\nSELECT 3\n",
     "3:1 sql 1* SELECT 1\n5:1 sql 2 SELECT 2\n7:1 sql 3* SELECT 3\n"},
    {"up-only", "dbmate", "-- migrate:up transaction:false\nSELECT 1\n\n-- migrate:down\nSELECT 2;",
     "2:1 sql 1 SELECT 1\n"},
    /* psql */
    {"variables", "psql",
     "\\set t orders\n\\set v 'a''b'\nSELECT :'t', :\"t\", a[1:2], b::int FROM :t",
     "1:1 meta 1 \\set t orders\n2:1 meta 1 \\set v 'a''b'\n"
     "3:1 sql 1 SELECT 'orders', orders, a[1:2], b::int FROM orders\n"},
    {"unknown-variable", "psql", "DROP TABLE :t;",
     "1:1 opaque 1 DROP TABLE :t [1:12 the value of :t is not known] [Give it with \\set in the "
     "file.]\n"},
    {"if", "psql",
     "\\if false\nSELECT 1;\n\\elif yes\nSELECT 2;\n\\else\nSELECT 3;\n\\endif\nSELECT 4;",
     "1:1 meta 1 \\if false\n4:1 sql 1 SELECT 2\n5:1 meta 1 \\else\n8:1 sql 2 SELECT 4\n"},
    {"if-unknown", "psql",
     "\\if :x\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n\\if :{?x}\nSELECT 3;\n\\endif",
     "1:1 meta 1 \\if :x [conditional]\n2:1 sql 1 SELECT 1 [conditional]\n3:1 meta 1 \\else "
     "[conditional]\n4:1 sql 2 SELECT 2 [conditional]\n5:1 meta 2 \\endif\n"
     "6:1 meta 2 \\if :{?x}\n"},
    {"gexec", "psql", "SELECT 'DROP TABLE t' \\gexec\nSELECT 1;",
     "1:1 sql 1 SELECT 'DROP TABLE t'\n1:23 opaque 1 \\gexec [1:23 cannot be read: \\gexec runs "
     "what "
     "the query returns] [Lint what it returns.]\n2:1 sql 2 SELECT 1\n"},
    {"copy-of-psql", "psql", "\\copy t (a) from f.csv csv\nSELECT 1;",
     "1:1 rows 1 \\copy t (a) from f.csv csv\n2:1 sql 1 SELECT 1\n"},
    {"include-from-nowhere", "psql", "\\i a.sql\nSELECT 1;",
     "1:1 opaque 1 \\i a.sql [1:1 \"a.sql\" is not read from here] [Lint that file too.]\n"
     "2:1 sql 1 SELECT 1\n"},
    /* comments to us */
    {"ignore-before", "psql", "-- pgarchitect: ignore a, b-c why\nSELECT 1;SELECT 2;",
     "2:1 sql 1 SELECT 1 [-a] [-b-c]\n2:10 sql 2 SELECT 2\n"},
    {"ignore-behind", "psql", "SELECT 1; -- pgarchitect: ignore a\nSELECT 2;",
     "1:1 sql 1 SELECT 1 [-a]\n2:1 sql 2 SELECT 2\n"},
    {"ignore-inside", "psql", "SELECT\n/* pgarchitect: ignore a */ 1;SELECT 2;",
     "1:1 sql 1 SELECT\n/* pgarchitect: ignore a */ 1 [-a]\n2:31 sql 2 SELECT 2\n"},
    {"ignore-file", "psql", "-- pgarchitect: ignore-file a\nSELECT 1;SELECT 2;",
     "2:1 sql 1 SELECT 1 [-a]\n2:10 sql 2 SELECT 2 [-a]\n"},
    {"ignore-in-a-body", "psql",
     "DO $a$BEGIN\n-- pgarchitect: ignore a\nDROP TABLE t; END$a$;SELECT 1",
     "1:1 sql 1 DO $a$BEGIN\n-- pgarchitect: ignore a\nDROP TABLE t; END$a$ [-a]\n3:1 sql 1 DROP "
     "TABLE t [inner] [-a]\n3:22 sql 2 SELECT 1\n"},
    {"ignore-is-a-word", "psql", "-- pgarchitect: ignored a\nSELECT 1;", "2:1 sql 1 SELECT 1\n"},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *steps = script_steps(c->tool, c->text);

    g_assert_cmpstr(steps, ==, c->steps);
}

static void
test_suppressions(void)
{
    const PgaMigrationOptions options = {0};
    const PgaMigrationFile file = {.path = (char *)"m.sql",
                                   .text = (char *)"-- pgarchitect: ignore-file a - all of "
                                                   "it\nSELECT\n1 -- é pgarchitect: ignore x\n"
                                                   "  /* pgarchitect: ignore b, c */;"};
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, NULL);
    const GPtrArray *all = pga_migration_reader_suppressions(reader);
    const PgaSuppression *one;
    const PgaStep *step;

    while (pga_migration_reader_next(reader, &step, NULL))
        ;
    g_assert_cmpuint(all->len, ==, 3);
    one = g_ptr_array_index(all, 0);
    g_assert_cmpstr(one->rule, ==, "a");
    g_assert_cmpstr(one->reason, ==, "all of it");
    g_assert_true(one->of_file);
    one = g_ptr_array_index(all, 2);
    g_assert_cmpstr(one->rule, ==, "c");
    g_assert_null(one->reason);
    g_assert_false(one->of_file);
    g_assert_cmpuint(one->line, ==, 4);
    g_assert_cmpuint(one->column, ==, 3);
}

static void
test_position(void)
{
    const PgaStep step = {.text = "SELECT é,\n x", .length = 13, .line = 3, .column = 5};
    guint line, column;

    pga_step_position(&step, 9, &line, &column);
    g_assert_cmpuint(line, ==, 3);
    g_assert_cmpuint(column, ==, 13);
    pga_step_position(&step, 100, &line, &column);
    g_assert_cmpuint(line, ==, 4);
    g_assert_cmpuint(column, ==, 3);
}

static void
test_single_transaction(void)
{
    const PgaMigrationOptions options = {.single_transaction = TRUE};
    const PgaMigrationFile file = {.path = (char *)"m.sql", .text = (char *)"SELECT 1;SELECT 2"};
    g_autofree char *steps = script_file_steps(&file, &options);

    g_assert_cmpstr(steps, ==, "1:1 sql 1* SELECT 1\n1:10 sql 1* SELECT 2\n");
}

/* The other half of a file with two sections. */
static void
test_down(void)
{
    const PgaMigrationOptions options = {0};
    PgaMigrationFile file = {.path = (char *)"m.sql", .down = TRUE};
    g_autofree char *steps = NULL;

    file.tool = pga_migration_tool("goose");
    file.text = (char *)"-- +goose Up\nSELECT 1\n-- +goose Down\nSELECT 2;";
    steps = script_file_steps(&file, &options);
    g_assert_cmpstr(steps, ==, "4:1 sql 1* SELECT 2\n");
}

/* Far more levels than a stack of 8 MB holds: told, not crashed; flat lists of any length are read.
 */
static void
test_depth(void)
{
    static const struct {
        const char *before, *middle, *behind;
        guint n;
        gboolean read;
    } deep[] = {
        {"", "a=1 OR ", "true", 100000, TRUE},
        {"", "1,", "1", 100000, TRUE},
        {"", "1+", "1", 800, TRUE},
        {"", "1+", "1", 100000, FALSE},
        {"", "f(", "1", 100000, FALSE},
        {"", "(select ", "1", 5000, FALSE},
        {"", "not ", "true", 30000, FALSE},
        {"", "case when a and b then ", "1", 5000, FALSE},
        {"1", " union select 1, 2", "", 8000, FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(deep); i++) {
        const PgaMigrationOptions options = {0};
        GString *text = g_string_new("SELECT ");
        PgaMigrationFile file = {.path = (char *)"m.sql"};
        g_autoptr(PgaMigrationReader) reader = NULL;
        const PgaStep *step;

        g_string_append(text, deep[i].before);
        for (guint n = 0; n < deep[i].n; n++)
            g_string_append(text, deep[i].middle);
        g_string_append(text, deep[i].behind);
        file.text = text->str;
        reader = pga_migration_reader_new(&file, &options, NULL);
        g_assert_true(pga_migration_reader_next(reader, &step, NULL));
        g_assert_cmpint(step->tree != NULL, ==, deep[i].read);
        g_assert_cmpint(step->error == NULL, ==, deep[i].read);
        g_string_free(text, TRUE);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/migration/script/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/migration/script/suppressions-are-told", test_suppressions);
    g_test_add_func("/migration/script/position-counts-characters", test_position);
    g_test_add_func("/migration/script/single-transaction", test_single_transaction);
    g_test_add_func("/migration/script/down-section-alone", test_down);
    g_test_add_func("/migration/script/depth-is-bounded", test_depth);
    return g_test_run();
}
