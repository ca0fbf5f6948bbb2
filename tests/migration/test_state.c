/* The schema as statements change it. */
#include "states.h"

#include <string.h>

static PgaState *
complete(guint version)
{
    PgaState *state = pga_state_new(version);

    state->complete = TRUE;
    return state;
}

static void
test_tables(void)
{
    g_autoptr(PgaState) state = complete(150000);
    g_autofree char *refusals = state_apply_sql(
        state, "CREATE TABLE t (id serial PRIMARY KEY, a varchar(20) NOT NULL, b numeric(10,2)\n"
               " CHECK (b > 0), UNIQUE (a, b));\n"
               "CREATE INDEX ON t (lower(a), b DESC) WHERE b IS NOT NULL;\n"
               "CREATE TABLE t (x int);\n"
               "ALTER TABLE t ADD COLUMN a int;\n");
    g_autofree char *text = state_text(state);

    g_assert_cmpstr(refusals, ==,
                    "4: relation \"t\" already exists\n"
                    "5: column \"a\" of relation \"t\" already exists\n");
    g_assert_cmpstr(
        text, ==,
        "relation public.t r p\n"
        "  column id integer [int4] not null default serial sequence t_id_seq\n"
        "  column a character varying(20) [varchar] not null\n"
        "  column b numeric(10,2) [numeric]\n"
        "  constraint t_a_b_key u (a,b) index t_a_b_key inherited no\n"
        "  constraint t_b_check c (b) inherited no\n"
        "  constraint t_pkey p (id) index t_pkey inherited no\n"
        "  index CREATE UNIQUE INDEX t_a_b_key ON public.t USING btree (a, b) of t_a_b_key\n"
        "  index CREATE UNIQUE INDEX t_pkey ON public.t USING btree (id) primary of "
        "t_pkey\n"
        "  index t_lower_b_idx (?,b) partial\n"
        "relation public.t_id_seq S p\n"
        "schema public\n");
}

static void
test_rollback(void)
{
    g_autoptr(PgaState) state = complete(180000);
    g_autofree char *first = state_apply_sql(
        state, "CREATE TABLE a (id int PRIMARY KEY, b int CHECK (b > 0)); CREATE TYPE e AS ENUM "
               "('x'); CREATE TABLE p (i int) PARTITION BY LIST (i); CREATE TABLE p1 PARTITION OF "
               "p FOR VALUES IN (1); CREATE VIEW v AS SELECT id FROM a;");
    g_autofree char *before = state_text(state);
    g_autofree char *second = state_apply_sql(
        state, "BEGIN; CREATE TABLE c (x int REFERENCES a); ALTER TABLE a RENAME b TO bb;"
               "ALTER TABLE a RENAME TO aa; ALTER TABLE p DETACH PARTITION p1; DROP VIEW v;"
               "ALTER TYPE e ADD VALUE 'y'; CREATE SCHEMA s; ALTER TABLE aa SET SCHEMA s;"
               "DROP TABLE s.aa CASCADE; SET LOCAL lock_timeout = '2s'; ALTER TABLE p ADD PRIMARY "
               "KEY (i); ROLLBACK;");
    g_autofree char *after = state_text(state);

    g_assert_cmpstr(first, ==, "");
    g_assert_cmpstr(second, ==, "");
    g_assert_cmpstr(before, ==, after);
    g_assert_null(pga_state_setting(state, "lock_timeout", NULL));
}

static void
test_named_not_null(void)
{
    g_autoptr(PgaState) state = complete(180000);
    g_autofree char *refusals =
        state_apply_sql(state, "CREATE TABLE t (a int, b int);"
                               "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID;");
    g_autofree char *text = state_text(state);

    g_assert_cmpstr(refusals, ==, "");
    g_assert_cmpstr(text, ==,
                    "relation public.t r p\n"
                    "  column a integer [int4] not null not valid\n"
                    "  column b integer [int4]\n"
                    "  constraint nn n (a) not valid inherited no\n"
                    "schema public\n");
}

/* Without a source nothing that is named is refused. */
static void
test_assumed(void)
{
    g_autoptr(PgaState) state = pga_state_new(150000);
    g_autofree char *refusals = state_apply_sql(
        state, "ALTER TABLE orders ADD COLUMN x int NOT NULL DEFAULT 0, DROP COLUMN y;"
               "CREATE INDEX i ON orders (z); DROP TABLE other; DROP INDEX nothing;"
               "ALTER TABLE orders ADD FOREIGN KEY (z) REFERENCES s.customers, VALIDATE CONSTRAINT "
               "k; CREATE TABLE orders (id int);");
    const PgaStateRelation *customers = pga_state_relation(state, "s", "customers");

    g_assert_cmpstr(refusals, ==, "");
    g_assert_true(customers->assumed);
    g_assert_false(pga_state_is_new(state, customers));
    g_assert_true(pga_state_is_new(state, pga_state_relation(state, NULL, "orders")));
    g_assert_null(pga_state_relation(state, "public", "nothing"));
    g_assert_true(pga_state_set_rows(state, "s.customers", 5));
    g_assert_cmpfloat(customers->rows, ==, 5);
}

static void
test_settings(void)
{
    g_autoptr(PgaState) state = complete(150000);
    gboolean local;
    g_autofree char *refusals = state_apply_sql(
        state, "SET lock_timeout = '2S'; BEGIN; SET LOCAL statement_timeout TO 5000; SET "
               "search_path = \"A b\", public;");

    g_assert_cmpstr(refusals, ==, "");
    g_assert_cmpstr(pga_state_setting(state, "lock_timeout", &local), ==, "2s");
    g_assert_false(local);
    g_assert_cmpstr(pga_state_setting(state, "statement_timeout", &local), ==, "5000");
    g_assert_true(local);
    g_assert_cmpstr(g_ptr_array_index(state->search_path, 0), ==, "A b");
    pga_state_begin_migration(state);
    g_assert_null(pga_state_setting(state, "lock_timeout", NULL));
    g_assert_cmpstr(g_ptr_array_index(state->search_path, 1), ==, "public");
}

static void
test_new_and_proven(void)
{
    g_autoptr(PgaState) state = complete(150000);
    const PgaStateRelation *t;
    g_autofree char *first = state_apply_sql(
        state, "CREATE TABLE t (a int, b int, CHECK (a IS NOT NULL AND b IS NOT NULL));"
               "CREATE TABLE f (a int); INSERT INTO f VALUES (1); CREATE TEMP TABLE x (i int);");
    g_autofree char *second = NULL;

    t = pga_state_relation(state, NULL, "t");
    g_assert_cmpstr(first, ==, "");
    g_assert_true(pga_state_is_new(state, t));
    g_assert_false(pga_state_is_new(state, pga_state_relation(state, NULL, "f")));
    g_assert_true(pga_state_is_new(state, pga_state_relation(state, NULL, "x")));
    g_assert_true(pga_state_proves_not_null(t, "a"));
    second = state_apply_sql(state, "ALTER TABLE f ADD CHECK (a IS NOT NULL) NOT VALID;");
    g_assert_cmpstr(second, ==, "");
    g_assert_false(pga_state_is_new(state, t));
    g_assert_false(pga_state_proves_not_null(pga_state_relation(state, NULL, "f"), "a"));
    g_assert_null(pga_state_relation(state, NULL, "x"));
}

/* A label of an older type is not to be used before the end of its transaction. */
static void
test_enum_label(void)
{
    g_autoptr(PgaState) state = complete(150000);
    g_autofree char *first = state_apply_sql(state, "CREATE TYPE e AS ENUM ('a');");
    const PgaStateType *type = g_hash_table_lookup(state->types, "public.e");
    g_autofree char *second = state_apply_sql(
        state, "BEGIN; CREATE TYPE n AS ENUM ('x'); ALTER TYPE n ADD VALUE 'y'; ALTER TYPE e ADD "
               "VALUE 'b';");
    const PgaStateType *fresh = g_hash_table_lookup(state->types, "public.n");

    g_assert_cmpuint(type->labels->len, ==, 2);
    g_assert_cmpuint(type->added->len, ==, 1);
    g_assert_cmpuint(fresh->added->len, ==, 0);
    g_free(state_apply_sql(state, "SELECT 1"));
    g_assert_cmpuint(type->added->len, ==, 0);
    g_assert_cmpstr(first, ==, "");
    g_assert_cmpstr(second, ==, "");
}

/* Views on views, children of children: as deep as one likes. */
static void
test_depth(void)
{
    g_autoptr(PgaState) state = complete(150000);
    g_autoptr(GString) sql = g_string_new("CREATE TABLE v0 (id int); CREATE TABLE t0 (id int);");
    g_autofree char *refusals = NULL;

    for (guint i = 1; i < 5000; i++)
        g_string_append_printf(sql,
                               "CREATE VIEW v%u AS SELECT id FROM v%u;"
                               "CREATE TABLE t%u () INHERITS (t%u);",
                               i, i - 1, i, i - 1);
    g_string_append(sql, "ALTER TABLE t0 ADD COLUMN x int; ALTER TABLE t0 ALTER x TYPE bigint;"
                         "DROP TABLE v0, t0 CASCADE;");
    refusals = state_apply_sql(state, sql->str);
    g_assert_cmpstr(refusals, ==, "");
    g_assert_null(pga_state_relation(state, NULL, "v500"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/migration/state/tables-are-as-created", test_tables);
    g_test_add_func("/migration/state/rollback-takes-all-back", test_rollback);
    g_test_add_func("/migration/state/not-null-with-a-name", test_named_not_null);
    g_test_add_func("/migration/state/what-is-named-is-assumed", test_assumed);
    g_test_add_func("/migration/state/settings-end-with-their-session", test_settings);
    g_test_add_func("/migration/state/new-tables-and-proven-columns", test_new_and_proven);
    g_test_add_func("/migration/state/labels-of-this-transaction", test_enum_label);
    g_test_add_func("/migration/state/any-depth", test_depth);
    return g_test_run();
}
