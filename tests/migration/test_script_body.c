#include "scripts.h"

#include <string.h>

static const struct {
    const char *name, *text, *steps;
} cases[] = {
    {"do", "DO $$\nBEGIN\n  ALTER TABLE t ADD a int;\nEND $$;",
     "3:3 sql 1 ALTER TABLE t ADD a int [inner]\n"},
    {"quoted", "DO '\nBEGIN\n  COMMENT ON TABLE t IS ''x'';\nEND';",
     "3:3 sql 1 COMMENT ON TABLE t IS 'x' [inner]\n"},
    {"branches",
     "DO $$BEGIN IF a THEN DROP TABLE t; ELSIF b THEN DROP TABLE u; ELSE DROP TABLE v; END IF;\n"
     "DROP TABLE w; END$$",
     "1:22 sql 1 DROP TABLE t [inner] [conditional]\n1:49 sql 1 DROP TABLE u [inner] "
     "[conditional]\n1:68 sql 1 DROP TABLE v [inner] [conditional]\n2:1 sql 1 DROP TABLE w "
     "[inner]\n"},
    {"loops", "DO $$DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP DROP TABLE t; END LOOP; END$$",
     "1:39 sql 1 SELECT 1 [inner]\n1:53 sql 1 DROP TABLE t [inner] [conditional]\n"},
    {"exception",
     "DO $$BEGIN CREATE TYPE t AS ENUM (); EXCEPTION WHEN duplicate_object THEN DROP TABLE u; "
     "END$$",
     "1:12 sql 1 CREATE TYPE t AS ENUM () [inner] [conditional]\n"
     "1:75 sql 1 DROP TABLE u [inner] [conditional]\n"},
    {"perform", "DO $$BEGIN PERFORM f(1); END$$", "1:12 sql 1 SELECT f(1) [inner]\n"},
    {"into", "DO $$DECLARE x int; BEGIN SELECT a INTO x FROM t; END$$",
     "1:27 sql 1 SELECT a        FROM t [inner]\n"},
    {"execute", "DO $$BEGIN EXECUTE 'DROP TABLE t'; END$$", "1:21 sql 1 DROP TABLE t [inner]\n"},
    {"execute-put-together",
     "DO $$BEGIN EXECUTE format('DROP TABLE %I', 'A b') || ' CASCADE'; END$$",
     "1:20 sql 1 DROP TABLE \"A b\" CASCADE [inner]\n"},
    {"execute-dynamic", "DO $$BEGIN EXECUTE 'DROP TABLE ' || t; END$$",
     "1:20 opaque 1 'DROP TABLE ' || t [inner] [1:20 cannot be read: dynamic SQL]\n"},
    {"mistake", "DO $$BEGIN DROP TABLE t; IF a THEN ALTER TABLE u ADD; END IF; END$$",
     "1:12 sql 1 DROP TABLE t [inner]\n1:36 sql 1 ALTER TABLE u ADD [inner] [conditional] [1:53 "
     "syntax error at end of input]\n"},
    {"newer",
     "DO $$BEGIN ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED; EXECUTE 'DROP TABLE t'; END$$",
     "1:12 sql 1 ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED [inner] [newer 1]\n"
     "1:58 sql 1 DROP TABLE t [inner]\n"},
    {"function",
     "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN\nDROP TABLE t; "
     "RETURN NEW; END$x$",
     "2:1 sql 1 DROP TABLE t [inner] [not executed]\n"},
    {"sql-function", "CREATE FUNCTION f() RETURNS int AS 'SELECT ''a'';\n SELECT 2' LANGUAGE sql",
     "1:37 sql 1 SELECT 'a' [inner] [not executed]\n2:2 sql 1 SELECT 2 [inner] [not executed]\n"},
    {"atomic", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
     "1:46 sql 1 SELECT 1 [inner] [not executed]\n1:56 sql 1 SELECT 2 [inner] [not executed]\n"},
    {"c-function", "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'", ""},
    {"other-language", "DO LANGUAGE plpython3u $$ import os $$", ""},
    {"commit", "DO $$BEGIN DELETE FROM t; COMMIT; END$$",
     "1:12 sql 1 DELETE FROM t [inner]\n1:27 sql 1 COMMIT [inner]\n"},
    {"unreadable", "DO $$this is no code$$",
     "1:6 opaque 1 this is no code [inner] [1:6 the body cannot be read: syntax error at or near "
     "\"this\"]\n"},
};

static void
test_case(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autofree char *steps = script_steps("psql", cases[i].text);
    g_autofree char *first = g_strdup_printf("1:1 sql 1 %s\n", cases[i].text);
    g_autofree char *wanted = NULL;

    if (g_str_has_suffix(cases[i].text, ";"))
        memmove(strrchr(first, ';'), "\n", 2);
    wanted = g_strconcat(first, cases[i].steps, NULL);
    g_assert_cmpstr(steps, ==, wanted);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/migration/body/", cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
