/* Rules about what running code, and data, bear. */
#include <string.h>

#include "lint_case.h"

#define NEW_T "CREATE TABLE t (a int, b int);\n"

static void
test_columns(void)
{
    static const LintCase required[] = {
        {0, NULL, "ALTER TABLE t ADD a int NOT NULL;\nALTER TABLE t ADD b int PRIMARY KEY;", "1 2"},
        {0, NULL,
         "ALTER TABLE t ADD a int NOT NULL DEFAULT 1;\nALTER TABLE t ADD b bigserial NOT NULL;\n"
         "ALTER TABLE t ADD c int NOT NULL GENERATED ALWAYS AS IDENTITY;\n"
         "ALTER TABLE t ADD d int GENERATED ALWAYS AS (a) STORED NOT NULL;\n"
         "ALTER TABLE t ADD e int;",
         ""},
        {0, NULL, NEW_T "ALTER TABLE t ADD c int NOT NULL;", ""},
    };
    static const LintCase drop[] = {
        {0, NULL, "ALTER TABLE t DROP a, DROP COLUMN b;", "1 1"},
        {0, NULL, NEW_T "ALTER TABLE t DROP a;", ""},
        {0, NULL, "ALTER TABLE t ADD a int;\nALTER TABLE t DROP a;", ""},
    };
    static const LintCase rename[] = {
        {0, NULL, "ALTER TABLE t RENAME a TO b;", "1"},
        {0, "CREATE VIEW v AS SELECT 1 AS a;", "ALTER VIEW v RENAME COLUMN a TO b;", ""},
        {0, NULL, NEW_T "ALTER TABLE t RENAME a TO c;\nALTER TABLE u RENAME TO w;", ""},
    };
    static const LintCase null[] = {
        {0, NULL, "ALTER TABLE t ALTER a DROP NOT NULL;\nALTER TABLE t ALTER b SET NOT NULL;", "1"},
        {0, NULL, NEW_T "ALTER TABLE t ALTER a DROP NOT NULL;", ""},
    };
    static const LintCase change[] = {
        {0, NULL, "ALTER TABLE t ALTER a SET DEFAULT 1;\nALTER TABLE t ALTER b DROP DEFAULT;",
         "1 2"},
        {0, NULL, "ALTER TABLE t ADD a int;\nALTER TABLE t ALTER a SET DEFAULT 1;", ""},
    };
#define REQUIRED "ALTER TABLE t ADD a int NOT NULL DEFAULT 1;\nALTER TABLE t ALTER a DROP DEFAULT;"
    static const LintCase lost[] = {
        {0, NULL, REQUIRED, "2"},
        {0, NULL, REQUIRED "\nALTER TABLE t ALTER a SET DEFAULT 2;", ""},
        {0, NULL, "ALTER TABLE t ADD a int DEFAULT 1;\nALTER TABLE t ALTER a DROP DEFAULT;", ""},
        {0, NULL, "ALTER TABLE t ALTER a DROP DEFAULT;\nALTER TABLE t ALTER b SET DEFAULT 1;", ""},
    };

    lint_cases("add-column-not-null-no-default", required);
    lint_cases("drop-column", drop);
    lint_cases("rename-column", rename);
    lint_cases("drop-not-null", null);
    lint_cases("change-default-partial-insert", change);
    lint_cases("drop-default-not-null", lost);
}

static void
test_tables(void)
{
    static const LintCase rename[] = {
        {0, NULL, "ALTER TABLE t RENAME TO u;", "1"},
        {0, NULL, "ALTER TABLE t RENAME TO u;\nCREATE VIEW t AS SELECT * FROM u;", ""},
        {0, NULL, "ALTER TABLE t RENAME TO u;\nCREATE VIEW v AS SELECT * FROM u;", "1"},
        {0, "CREATE TABLE t (a int); CREATE INDEX i ON t (a);", "ALTER TABLE i RENAME TO j;", ""},
        {0, NULL, NEW_T "ALTER TABLE t RENAME TO u;", ""},
    };
    static const LintCase schema[] = {
        {0, NULL, "ALTER SCHEMA a RENAME TO b;\nALTER TABLE t SET SCHEMA c;", "1 2"},
        {0, NULL, NEW_T "ALTER TABLE t SET SCHEMA c;", ""},
        {0, "CREATE VIEW v AS SELECT 1;", "ALTER VIEW v SET SCHEMA c;", ""},
    };
    static const LintCase drop[] = {
        {0, NULL, "DROP TABLE t, u;", "1 1"},
        {0, NULL, NEW_T "DROP TABLE t;\nDROP VIEW v;", ""},
        {0, "CREATE TABLE e (d int) PARTITION BY LIST (d); CREATE TABLE f PARTITION OF e DEFAULT;",
         "DROP TABLE f;", ""},
    };
    static const LintCase others[] = {
        {0, NULL, "DROP VIEW v;\nDROP FUNCTION f(int);\nDROP TYPE e;\nDROP SEQUENCE s;", "1 2 3 4"},
        {0, NULL, "DROP VIEW v;\nCREATE VIEW v AS SELECT 1;", ""},
        {0, NULL, "DROP TABLE t;\nDROP TRIGGER x ON t;", ""},
    };
    static const LintCase value[] = {
        {0, NULL, "ALTER TYPE e RENAME VALUE 'a' TO 'b';\nALTER TYPE e ADD VALUE 'c';", "1"},
        {0, NULL, "CREATE TYPE e AS ENUM ('a');\nALTER TYPE e RENAME VALUE 'a' TO 'b';", ""},
    };

    lint_cases("rename-table", rename);
    lint_cases("rename-schema", schema);
    lint_cases("drop-table", drop);
    lint_cases("drop-type-enum-function", others);
    lint_cases("enum-rename-value", value);
}

static void
test_constraints(void)
{
    static const LintCase unique[] = {
        {0, NULL, "ALTER TABLE t ADD UNIQUE (a);\nCREATE UNIQUE INDEX ON t (lower(b));", "1 2"},
        {0, NULL, "CREATE INDEX ON t (a);\nALTER TABLE t ADD UNIQUE USING INDEX i;", ""},
        {0, "CREATE TABLE t (a int, b int UNIQUE, UNIQUE (a, b));",
         "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a, b);\nCREATE UNIQUE INDEX ON t (a);", "2"},
        {0, NULL, NEW_T "ALTER TABLE t ADD UNIQUE (a);", ""},
    };
    static const LintCase renames[] = {
        {0, NULL, "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i;", "1"},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT i UNIQUE USING INDEX i;\n"
         "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;\nALTER TABLE t ADD UNIQUE (a);",
         ""},
    };
    static const LintCase drop[] = {
        {0, NULL, "ALTER TABLE t DROP CONSTRAINT c;", "1"},
        {0, "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0));",
         "ALTER TABLE t DROP CONSTRAINT c;", "1"},
        {0, NULL, "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 1);", ""},
        {0, NULL, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);\nALTER TABLE t DROP CONSTRAINT c;",
         ""},
        {0, "CREATE TABLE t (a int NOT NULL CONSTRAINT c CHECK (a IS NOT NULL));",
         "ALTER TABLE t DROP CONSTRAINT c;", ""},
        {0, "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY);", "ALTER TABLE t DROP CONSTRAINT k;",
         ""},
        {0, NULL, "ALTER TABLE t DROP CONSTRAINT t_pkey;", ""},
    };
    static const LintCase key[] = {
        {0, NULL, "ALTER TABLE t DROP CONSTRAINT t_pkey;\nALTER TABLE t DROP CONSTRAINT c;", "1"},
        {0, "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY);", "ALTER TABLE t DROP CONSTRAINT k;",
         "1"},
        {0, NULL, "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY USING INDEX i;", ""},
    };

    lint_cases("add-unique-compat", unique);
    lint_cases("using-index-renames", renames);
    lint_cases("drop-constraint", drop);
    lint_cases("drop-primary-key", key);
}

static void
test_indexes(void)
{
    static const LintCase invalid[] = {
        {0, NULL, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);", "1"},
        {0, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);\nCREATE INDEX IF NOT EXISTS j ON t (a);",
         ""},
    };
    static const LintCase corrupt[] = {
        {140000, NULL,
         "CREATE INDEX CONCURRENTLY i ON t (a);\nREINDEX INDEX CONCURRENTLY i;\nCREATE INDEX ON t "
         "(a);\nSELECT 1;",
         "1 2"},
        {140004, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);", ""},
        {150000, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);", ""},
    };

    lint_cases("concurrent-index-if-not-exists-invalid", invalid);
    lint_cases("concurrent-index-corruption", corrupt);
}

static void
test_types(void)
{
    static const LintCase narrow[] = {
        {0, "CREATE TABLE t (a varchar(9), b bigint, c numeric(9, 3), d text, e int);",
         "ALTER TABLE t ALTER a TYPE varchar(5);\nALTER TABLE t ALTER b TYPE int;\n"
         "ALTER TABLE t ALTER c TYPE numeric(9, 2);\nALTER TABLE t ALTER d TYPE varchar(9);\n"
         "ALTER TABLE t ALTER e TYPE bigint;",
         "1 2 3 4"},
        {0, "CREATE TABLE t (a varchar(9), b timestamp, c varchar);",
         "ALTER TABLE t ALTER a TYPE varchar(20);\nALTER TABLE t ALTER b TYPE timestamp(3);\n"
         "ALTER TABLE t ALTER c TYPE varchar;",
         "2"},
        {0, NULL, "ALTER TABLE t ALTER a TYPE int;\nALTER TABLE t DROP a;", ""},
    };
    static const LintCase zone[] = {
        {0, "CREATE TABLE t (a timestamp, b timestamptz, c int);",
         "ALTER TABLE t ALTER a TYPE timestamptz;\nALTER TABLE t ALTER b TYPE timestamp;\n"
         "ALTER TABLE t ALTER c TYPE bigint;",
         "1 2"},
        {0, "CREATE TABLE t (a timestamp);",
         "SET timezone = 'UTC';\nALTER TABLE t ALTER a TYPE timestamptz;", ""},
        {0, NULL, "ALTER TABLE t ALTER a TYPE timestamptz;", ""},
    };
    static const LintCase silent[] = {
        {0, "CREATE TABLE t (a int, b int, UNIQUE (a, b));", "ALTER TABLE t DROP a;", "1"},
        {0, "CREATE TABLE t (a int PRIMARY KEY);", "ALTER TABLE t DROP a;", "1"},
        {0, "CREATE TABLE t (a int, b int); CREATE INDEX ON t (b, a);", "ALTER TABLE t DROP a;",
         "1"},
        {0, "CREATE TABLE t (a int UNIQUE, b int); CREATE INDEX ON t (a);",
         "ALTER TABLE t DROP a, DROP b;", ""},
    };

    lint_cases("alter-type-narrowing", narrow);
    lint_cases("alter-type-timezone", zone);
    lint_cases("drop-column-silent-constraint", silent);
}

static void
test_loss(void)
{
    static const LintCase cascade[] = {
        {0, NULL,
         "DROP TABLE t, u CASCADE;\nALTER TABLE t DROP a CASCADE;\nDROP TABLE t;\n"
         "ALTER TABLE t DROP CONSTRAINT c CASCADE;\nSELECT 1;",
         "1 2 4"},
        {0, NULL, NEW_T "DROP TABLE t CASCADE;", ""},
    };
    static const LintCase database[] = {
        {0, NULL, "DROP SCHEMA s;\nDROP DATABASE d;\nDROP TABLE t;", "1 2"},
    };
    static const LintCase truncate[] = {
        {0, NULL, "TRUNCATE t, u;", "1 1"},
        {0, NULL, NEW_T "TRUNCATE t;", ""},
    };
    static const LintCase all[] = {
        {0, NULL, "TRUNCATE t, u CASCADE;\nTRUNCATE t;", "1"},
        {0, NULL, NEW_T "TRUNCATE t CASCADE;", ""},
    };
    static const LintCase force[] = {
        {0, NULL, "DROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);", "2"},
        {0, NULL, "DROP TABLE IF EXISTS t;\nCREATE TABLE u (a int);\nCREATE TEMP TABLE t (a int);",
         ""},
        {0, NULL, "DROP TABLE t;\nCREATE TABLE t (a int);", ""},
    };
    static const LintCase triggers[] = {
        {0, NULL,
         "ALTER TABLE t DISABLE TRIGGER ALL;\nALTER TABLE t DISABLE TRIGGER USER;\n"
         "SET session_replication_role = replica;",
         "1 2 3"},
        {0, NULL,
         "ALTER TABLE t DISABLE TRIGGER x;\nALTER TABLE t ENABLE TRIGGER ALL;\n"
         "SET session_replication_role = origin;",
         ""},
    };
    static const LintCase never[] = {
        {0, NULL, "CREATE UNLOGGED TABLE t (a int);\nCREATE TABLE u (a int);", "1"},
    };

    lint_cases("drop-cascade", cascade);
    lint_cases("drop-database-schema", database);
    lint_cases("truncate", truncate);
    lint_cases("truncate-cascade", all);
    lint_cases("create-table-force", force);
    lint_cases("disable-trigger-all", triggers);
    lint_cases("unlogged-table-created", never);
}

static void
test_rows(void)
{
    static const LintCase mass[] = {
        {0, NULL, "UPDATE t SET a = 1;\nDELETE FROM t;\nUPDATE t SET a = 1 WHERE id = 1;", "1 2"},
        {0, NULL,
         "ALTER TABLE t ADD a int;\nUPDATE t SET a = 1 WHERE a IS NULL;\n"
         "UPDATE t SET b = 1 WHERE b IS NULL;\nDELETE FROM t WHERE a IS NOT NULL;\n"
         "DELETE FROM t WHERE (a + 1) IS NULL;",
         "2"},
        {0, NULL, NEW_T "UPDATE t SET a = 1;", ""},
    };
    static const LintCase insert[] = {
        {0, NULL, "ALTER TABLE t ADD a int;\nINSERT INTO u VALUES (1);\nINSERT INTO u VALUES (2);",
         "2"},
        {0, NULL, "INSERT INTO u VALUES (1);", ""},
        {0, NULL, "ALTER TABLE t ADD a int;\nINSERT INTO schema_migrations VALUES (1);", ""},
        {0, NULL, NEW_T "INSERT INTO t VALUES (1);", ""},
    };
    static const LintCase exists[] = {
        {0, "CREATE TABLE t (a int);", "CREATE TABLE IF NOT EXISTS t (a int);", "1"},
        {0, NULL, "CREATE TABLE IF NOT EXISTS t (a int);\nCREATE TABLE u AS SELECT 1;", ""},
    };
    static const LintCase set_null[] = {
        {0, NULL, "CREATE TABLE t (a int NOT NULL REFERENCES r ON DELETE SET NULL);", "1"},
        {0, NULL,
         "CREATE TABLE t (a int REFERENCES r ON DELETE SET NULL);\n"
         "CREATE TABLE u (a int NOT NULL REFERENCES r ON DELETE CASCADE);",
         ""},
        {0, NULL,
         "CREATE TABLE t (a int NOT NULL, b int,\n"
         "FOREIGN KEY (a, b) REFERENCES r (a, b) ON DELETE SET NULL (b));",
         ""},
    };
    g_autoptr(Lint) lint = lint_new();

    lint_cases("mass-update-in-migration", mass);
    lint_cases("insert-in-schema-migration", insert);
    lint_cases("if-not-exists-hides-difference", exists);
    lint_cases("fk-set-null-on-not-null", set_null);
    lint_context(lint, "CREATE TABLE t (a int);");
    g_assert_true(pga_state_set_rows(lint->state, "t", 10));
    lint->only = NULL;
    lint_file(lint, "migration.sql", "UPDATE t SET a = 1;");
    g_free(lint_end(lint));
    g_assert_cmpint(lint_finding(lint, "mass-update-in-migration")->severity, ==,
                    PGA_SEVERITY_INFO);
}

static void
test_access(void)
{
    static const LintCase policies[] = {
        {0, NULL, "ALTER TABLE t ENABLE ROW LEVEL SECURITY;", "1"},
        {0, NULL, "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON t;", ""},
        {0, "CREATE TABLE t (a int); CREATE POLICY p ON t;",
         "ALTER TABLE t ENABLE ROW LEVEL SECURITY;", ""},
        {0, NULL, "ALTER TABLE t DISABLE ROW LEVEL SECURITY;", ""},
    };
    static const LintCase grant[] = {
        {0, NULL,
         "GRANT SELECT ON t TO PUBLIC;\nGRANT ALL ON t TO r;\nGRANT SELECT ON t TO r;\n"
         "REVOKE ALL ON t FROM PUBLIC;\nSELECT 1;",
         "1 2"},
        {0, NULL, "GRANT CONNECT ON DATABASE d TO PUBLIC;\nGRANT USAGE ON SCHEMA s TO PUBLIC;", ""},
    };
    static const LintCase definer[] = {
        {0, NULL,
         "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';\n"
         "CREATE FUNCTION g() RETURNS int LANGUAGE sql SECURITY INVOKER AS 'SELECT 1';\n"
         "CREATE FUNCTION h() RETURNS int LANGUAGE sql SECURITY DEFINER\n"
         "SET search_path = pg_catalog AS 'SELECT 1';\nSELECT 1;",
         "1"},
    };

    lint_cases("enable-rls-without-policy", policies);
    lint_cases("grant-to-public", grant);
    lint_cases("security-definer-search-path", definer);
}

static void
test_never_validated(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    lint->only = "constraint-never-validated";
    lint_file(lint, "1.sql",
              "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
              "ALTER TABLE t ADD CONSTRAINT d CHECK (b > 0) NOT VALID;\n"
              "ALTER TABLE u ADD CONSTRAINT e CHECK (b > 0) NOT VALID;");
    lint_file(lint, "2.sql",
              "ALTER TABLE t VALIDATE CONSTRAINT d;\nDROP TABLE u;\n"
              "ALTER TABLE t ADD CONSTRAINT f CHECK (b > 0) NOT VALID;");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==, "constraint-never-validated:1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-compat/columns", test_columns);
    g_test_add_func("/rules/lint-compat/tables", test_tables);
    g_test_add_func("/rules/lint-compat/constraints", test_constraints);
    g_test_add_func("/rules/lint-compat/indexes", test_indexes);
    g_test_add_func("/rules/lint-compat/types", test_types);
    g_test_add_func("/rules/lint-compat/loss", test_loss);
    g_test_add_func("/rules/lint-compat/rows", test_rows);
    g_test_add_func("/rules/lint-compat/access", test_access);
    g_test_add_func("/rules/lint-compat/never-validated", test_never_validated);
    return g_test_run();
}
