/* Reading the beginning of statements. */
#include "head_internal.h"
#include <string.h>

typedef struct {
    const char *sql;
    PgaAct act;
} ActCase;

static const ActCase acts[] = {
    {"BEGIN", PGA_ACT_SKIP},
    {"/* a /* nested */ one */ -- and\n Start  TRANSACTION", PGA_ACT_SKIP},
    {"COMMIT", PGA_ACT_SKIP},
    {"END", PGA_ACT_SKIP},
    {"", PGA_ACT_SKIP},
    {"-- only a comment", PGA_ACT_SKIP},
    {"/* not ended", PGA_ACT_SKIP},
    {"SET search_path = a", PGA_ACT_SOFT},
    {"SET client_encoding = 'LATIN1'", PGA_ACT_SKIP},
    {"SET ROLE x", PGA_ACT_SKIP},
    {"\"set\" role", PGA_ACT_EXECUTE},
    {"GRANT SELECT ON t TO r", PGA_ACT_SOFT},
    {"ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO b", PGA_ACT_SOFT},
    {"ALTER TABLE public.t OWNER TO \"Bob\"", PGA_ACT_SKIP},
    {"ALTER FUNCTION f(a int, b int, c text) OWNER TO bob", PGA_ACT_SKIP},
    {"ALTER TABLE t ADD COLUMN owner int", PGA_ACT_EXECUTE},
    {"CREATE ROLE x", PGA_ACT_ROLE},
    {"ALTER USER x SUPERUSER", PGA_ACT_ROLE},
    {"CREATE USER MAPPING FOR x SERVER s", PGA_ACT_EXECUTE},
    {"DROP ROLE x", PGA_ACT_SKIP},
    {"CREATE DATABASE d", PGA_ACT_DATABASE},
    {"CREATE EXTENSION IF NOT EXISTS hstore", PGA_ACT_EXTENSION},
    {"COMMENT ON EXTENSION hstore IS 'x'", PGA_ACT_SOFT},
    {"CREATE PROCEDURAL LANGUAGE plpgsql", PGA_ACT_SKIP},
    {"CREATE OR REPLACE LANGUAGE plperl", PGA_ACT_EXECUTE},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS ''", PGA_ACT_EXECUTE},
    {"COPY t TO '/tmp/x'", PGA_ACT_FILE},
    {"COPY t TO PROGRAM 'x'", PGA_ACT_FILE},
    {"COPY t TO STDOUT", PGA_ACT_SKIP},
    {"DROP TABLE t", PGA_ACT_DROP},
    {"ALTER TABLE ONLY public.t DROP CONSTRAINT c", PGA_ACT_DROP},
    {"ALTER TABLE IF EXISTS t DROP CONSTRAINT c", PGA_ACT_DROP},
    {"ALTER TABLE t DROP COLUMN c", PGA_ACT_EXECUTE},
    {"CREATE TABLE t (id int)", PGA_ACT_EXECUTE},
    {"DO $$ BEGIN END $$", PGA_ACT_EXECUTE},
};

static void
test_act(gconstpointer data)
{
    const ActCase *c = data;
    g_autoptr(PgaHead) head = pga_head_read(c->sql, strlen(c->sql));

    g_assert_cmpint(pga_head_act(head), ==, c->act);
}

typedef struct {
    const char *sql;
    const char *kind, *nspname, *name, *on_nspname, *on_name;
} MadeCase;

static const MadeCase made_cases[] = {
    {"CREATE TABLE public.maps (id int)", "table", "public", "maps", NULL, NULL},
    {"CREATE UNLOGGED TABLE IF NOT EXISTS \"My \"\"Table\" (id int)", "table", NULL, "My \"Table",
     NULL, NULL},
    {"create temp table Foo ()", "table", NULL, "foo", NULL, NULL},
    {"CREATE FOREIGN TABLE a.b ()", "foreign table", "a", "b", NULL, NULL},
    {"CREATE MATERIALIZED VIEW v AS SELECT 1", "materialized view", NULL, "v", NULL, NULL},
    {"CREATE OR REPLACE VIEW s.v AS SELECT 1", "view", "s", "v", NULL, NULL},
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t (a)", "index", NULL, "i", "s",
     "t"},
    {"CREATE INDEX ON t (a)", "index", NULL, NULL, NULL, "t"},
    {"CREATE TYPE public.mood AS ENUM ('a')", "type", "public", "mood", NULL, NULL},
    {"CREATE FUNCTION public.f(int) RETURNS int", "function", "public", "f", NULL, NULL},
    {"CREATE TEXT SEARCH CONFIGURATION s.c (PARSER = p)", "text search configuration", "s", "c",
     NULL, NULL},
    {"CREATE TABLE "
     "a234567890123456789012345678901234567890123456789012345678901234567890 (id int)",
     "table", NULL, "a23456789012345678901234567890123456789012345678901234567890123", NULL, NULL},
    {"ALTER TABLE t ADD b int", NULL, NULL, NULL, NULL, NULL},
    {"CREATE", NULL, NULL, NULL, NULL, NULL},
    {"CREATE TABLE", "table", NULL, NULL, NULL, NULL},
};

static void
test_made(gconstpointer data)
{
    const MadeCase *c = data;
    g_autoptr(PgaHead) head = pga_head_read(c->sql, strlen(c->sql));
    g_auto(PgaMade) made = {0};

    pga_head_made(head, &made);
    g_assert_cmpstr(made.kind, ==, c->kind);
    g_assert_cmpstr(made.nspname, ==, c->nspname);
    g_assert_cmpstr(made.name, ==, c->name);
    g_assert_cmpstr(made.on_nspname, ==, c->on_nspname);
    g_assert_cmpstr(made.on_name, ==, c->on_name);
}

typedef struct {
    const char *sql, *excerpt;
} ExcerptCase;

static const ExcerptCase excerpts[] = {
    {"-- x\nCREATE  TABLE\n public.maps (id int)", "CREATE TABLE public.maps"},
    {"SELECT 1", "SELECT 1"},
    {"SELECT '\x1b[2J'", "SELECT '\\x1B[2J'"},
    {"ALTER TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaa ADD CONSTRAINT bbbbbbbbbbbbbbbbbbbbbbbbb CHECK "
     "(true)",
     "ALTER TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaa ADD CONSTRAINT bbb…"},
    {"", ""},
};

static void
test_excerpt(gconstpointer data)
{
    const ExcerptCase *c = data;
    g_autoptr(PgaHead) head = pga_head_read(c->sql, strlen(c->sql));
    g_autofree char *excerpt = pga_head_excerpt(head, c->sql, strlen(c->sql));

    g_assert_cmpstr(excerpt, ==, c->excerpt);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++) {
        g_autofree char *path = g_strdup_printf("/lab/head/act/%u", i);

        g_test_add_data_func(path, &acts[i], test_act);
    }
    for (guint i = 0; i < G_N_ELEMENTS(made_cases); i++) {
        g_autofree char *path = g_strdup_printf("/lab/head/made/%u", i);

        g_test_add_data_func(path, &made_cases[i], test_made);
    }
    for (guint i = 0; i < G_N_ELEMENTS(excerpts); i++) {
        g_autofree char *path = g_strdup_printf("/lab/head/excerpt/%u", i);

        g_test_add_data_func(path, &excerpts[i], test_excerpt);
    }
    return g_test_run();
}
