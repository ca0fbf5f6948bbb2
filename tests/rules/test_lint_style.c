/* Rules about types, indexes, names and style of migrations. */
#include "lint_case.h"

static void
test_types(void)
{
    static const LintCase identity[] = {
        {0, NULL, "CREATE TABLE t (a serial,\n b bigserial);\nALTER TABLE t ADD c int;", "1"},
    };
    static const LintCase text[] = {
        {0, NULL, "CREATE TABLE t (a varchar(9), b varchar);\nCREATE TABLE u (a text);", "1"},
    };
    static const LintCase character[] = {
        {0, NULL, "CREATE TABLE t (a char(9));\nCREATE TABLE u (a varchar(9));", "1"},
    };
    static const LintCase zone[] = {
        {0, NULL, "CREATE TABLE t (a timestamp);\nALTER TABLE t ALTER a TYPE timestamptz;", "1"},
    };
    static const LintCase precision[] = {
        {0, NULL, "CREATE TABLE t (a timestamptz(0));\nCREATE TABLE u (a timestamptz(3));", "1"},
    };
    static const LintCase amount[] = {
        {0, NULL,
         "CREATE TABLE t (a money);\nCREATE TABLE u (unit_price real);\n"
         "CREATE TABLE v (height real, price numeric);",
         "1 2"},
    };
    static const LintCase json[] = {
        {0, NULL, "ALTER TABLE t ADD a json;\nALTER TABLE t ADD b jsonb;", "1"},
    };
    static const LintCase bigint[] = {
        {0, NULL,
         "CREATE TABLE t (a int PRIMARY KEY);\nCREATE TABLE u (a int GENERATED ALWAYS AS "
         "IDENTITY);\n"
         "CREATE TABLE v (a int, b int, FOREIGN KEY (b) REFERENCES t);\nCREATE TABLE w (a "
         "serial);\n"
         "CREATE TABLE x (a int, b bigint PRIMARY KEY);\nALTER TABLE x ALTER a TYPE int;",
         "1 2 4"},
        {0, "CREATE TABLE t (a int PRIMARY KEY, b bigint UNIQUE, c int UNIQUE);",
         "CREATE TABLE u (a int REFERENCES t);\nCREATE TABLE v (a int REFERENCES t (b));\n"
         "CREATE TABLE w (a int, b int, FOREIGN KEY (b, a) REFERENCES t (a, b));\n"
         "ALTER TABLE t ADD d int REFERENCES t (c);\nALTER TABLE t ADD e int REFERENCES x;\n"
         "CREATE TABLE y (a int REFERENCES z, b int REFERENCES z (c));",
         "2 3 5 6"},
    };
    g_autoptr(Lint) lint = lint_new();

    lint_cases("prefer-identity", identity);
    lint_cases("prefer-text", text);
    lint_cases("ban-char", character);
    lint_cases("prefer-timestamptz", zone);
    lint_cases("timestamp-precision-zero", precision);
    lint_cases("money-or-float", amount);
    lint_cases("add-column-json", json);
    lint_cases("prefer-bigint", bigint);
    g_assert_cmpstr(
        lint_only_finding(lint, "prefer-timestamptz", NULL,
                          "CREATE TABLE t (a timestamp, b timestamp, c timestamp, d timestamp, e "
                          "timestamp, f timestamp, g timestamp, h timestamp, i timestamp);")
            ->evidence,
        ==, "Columns of the statement: a, b, c, d, e, f, g, h and 1 more.");
}

static void
test_indexes(void)
{
#define TWO "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a, b);"
    static const LintCase duplicate[] = {
        {0, TWO, "CREATE INDEX j ON t (a);\nCREATE INDEX k ON t (b);", "1"},
        {0, TWO, "CREATE INDEX ON t (a, b);", "1"},
        {0, TWO, "CREATE INDEX j ON t (a);\nDROP INDEX i;", ""},
        {0, TWO,
         "CREATE INDEX j ON t (a DESC);\nCREATE INDEX k ON t (a) WHERE b > 0;\n"
         "CREATE INDEX l ON t USING hash (a);\nCREATE UNIQUE INDEX m ON t (a);\n"
         "CREATE INDEX n ON t (a, b, c);\nCREATE INDEX o ON t (a) INCLUDE (c);",
         ""},
        {0, TWO, "CREATE INDEX j ON t (a);\nDROP TABLE t;", ""},
        {0, NULL, "CREATE INDEX j ON t (a, b);\nCREATE INDEX k ON t (a, b, c);", "1"},
    };
    static const LintCase wide[] = {
        {0, NULL,
         "CREATE INDEX ON t (a, b, c, d);\nCREATE UNIQUE INDEX ON t (a, b, c, d);\n"
         "CREATE INDEX ON t (a, b, c) INCLUDE (d);",
         "1"},
    };
    static const LintCase foreign[] = {
        {0, NULL, "CREATE TABLE t (a int REFERENCES r);", "1"},
        {0, NULL, "CREATE TABLE t (a int REFERENCES r);\nCREATE INDEX ON t (a);", ""},
        {0, NULL, "CREATE TABLE t (a int REFERENCES r);\nCREATE INDEX ON t (a) WHERE a > 0;", "1"},
        {0, NULL,
         "CREATE TABLE t (a int, b int, c int, FOREIGN KEY (a, b) REFERENCES r (a, b));\n"
         "CREATE INDEX ON t (b, a, c);",
         ""},
        {0, NULL,
         "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES r (a, b));\n"
         "CREATE INDEX ON t (b);",
         "1"},
        {0, NULL, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;", ""},
        {0, NULL, "ALTER TABLE t ADD a int;\nALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;", "2"},
        {0, NULL, "CREATE TABLE t (a int REFERENCES r);\nDROP TABLE t;", ""},
    };
    static const LintCase keyless[] = {
        {0, NULL, "CREATE TABLE t (a int);\nCREATE TABLE u (a int PRIMARY KEY);", "1"},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD PRIMARY KEY (a);", ""},
        {0, NULL,
         "CREATE TEMP TABLE t (a int);\nCREATE UNLOGGED TABLE u (a int);\n"
         "CREATE FOREIGN TABLE v (a int) SERVER s;\nCREATE TABLE w (a int);\nDROP TABLE w;",
         ""},
        {0, "CREATE TABLE e (d int) PARTITION BY LIST (d);",
         "CREATE TABLE f PARTITION OF e DEFAULT;", ""},
    };

    lint_cases("duplicate-index", duplicate);
    lint_cases("index-too-many-columns", wide);
    lint_cases("fk-added-without-index", foreign);
    lint_cases("table-without-primary-key", keyless);
}

static void
test_style(void)
{
    static const LintCase order[] = {
        {0, NULL,
         "ALTER TYPE e ADD VALUE 'a';\nALTER TYPE e ADD VALUE 'b' AFTER 'a';\n"
         "ALTER TYPE e RENAME VALUE 'a' TO 'c';",
         "1"},
    };
    static const LintCase enums[] = {
        {0, NULL, "CREATE TYPE e AS ENUM ('a');\nCREATE TYPE c AS (a int);", "1"},
    };
    static const LintCase merge[] = {
        {0, NULL,
         "ALTER TABLE t ADD a int;\nALTER TABLE t ADD b int;\nALTER TABLE t ADD c int;\n"
         "ALTER TABLE u ADD a int;\nSELECT 1;\nALTER TABLE u ADD b int;",
         "2"},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
         "ALTER TABLE t VALIDATE CONSTRAINT c;",
         ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD b int;\nALTER TABLE t ADD c int;",
         ""},
        {0, NULL, "BEGIN;\nALTER TABLE t ADD a int;\nALTER TABLE t ALTER a SET DEFAULT 1;\nCOMMIT;",
         ""},
        {0, NULL, "ALTER TABLE t ADD a uuid;\nALTER TABLE t ALTER a SET DEFAULT gen_random_uuid();",
         ""},
        {0, NULL,
         "BEGIN;\nALTER TABLE t ALTER a TYPE uuid;\nALTER TABLE t ALTER b TYPE uuid;\nCOMMIT;",
         "3"},
    };
    static const LintCase again[] = {
        {0, NULL, "SELECT 1;\nALTER TABLE t ADD a int;\nDROP TABLE u;", "2"},
        {0, NULL, "ALTER TABLE t ADD a int;", ""},
        {0, NULL, "BEGIN;\nALTER TABLE t ADD a int;\nDROP TABLE u;\nCOMMIT;", ""},
        {0, NULL, "SET a.b = 1;\nCREATE SEQUENCE s;\nCREATE SCHEMA IF NOT EXISTS a;", "2"},
        {0, NULL, "SELECT 1;\nCREATE SCHEMA a;", "2"},
        {0, NULL, "DO $$ BEGIN CREATE SCHEMA a; DROP TABLE u; END $$;\nSELECT 1;", ""},
        {0, NULL, "SELECT 1;\nCREATE INDEX i ON t (a);", "2"},
        {0, NULL,
         "SELECT 1;\nCREATE TABLE IF NOT EXISTS t (a int);\nCREATE TEMP TABLE u (a int) ON COMMIT "
         "DROP;\nALTER TABLE t ADD COLUMN IF NOT EXISTS b int;\nDROP TABLE IF EXISTS v;",
         ""},
    };

    lint_cases("enum-add-value-order", order);
    lint_cases("create-enum", enums);
    lint_cases("mergeable-alter-table", merge);
    lint_cases("not-idempotent", again);
}

#define LONG "a234567890123456789012345678901234567890123456789012345678901234"

static void
test_names(void)
{
    static const LintCase length[] = {
        {0, NULL, "ALTER TABLE t ADD " LONG " int;\nSELECT '" LONG "';", "1"},
        {0, NULL, "CREATE TABLE \"" LONG "\" (a int);\nSELECT \"a\"\"b\" FROM t;", "1"},
        {0, NULL, "SELECT \"" LONG "\"\"\" FROM \"" LONG "\"\"\";", "1"},
        {0, NULL, "SELECT a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w;",
         ""},
    };
    static const LintCase quoted[] = {
        {0, NULL,
         "CREATE TABLE \"T\" (\"order\" int, b int);\nALTER TABLE t RENAME a TO \"B\";\n"
         "ALTER TABLE t ADD c int;\nSELECT 1;",
         "1 2"},
    };
    static const LintCase schema[] = {
        {0, NULL,
         "CREATE TABLE t (a int);\nCREATE TABLE s.t (a int);\nDROP TABLE t;\nDROP TABLE s.t;\n"
         "CREATE TEMP TABLE u (a int);\nSELECT 1;\nALTER TABLE t ADD b int;",
         "1 3 7"},
    };
    static const LintCase twice[] = {
        {0, NULL, "UPDATE t SET a = 1,\n a = 2;\nINSERT INTO t (a, b, a) VALUES (1, 2, 3);", "2 3"},
        {0, NULL, "UPDATE t SET a[1] = 1, a[2] = 2;\nUPDATE t SET a = '{}', a[2] = 2;", "2"},
        {0, NULL,
         "CREATE TABLE t (a int, PRIMARY KEY (a), a int);\nCREATE TABLE u (a, a) AS SELECT 1, 2;",
         "1 2"},
        {0, NULL,
         "CREATE VIEW v (a, a) AS SELECT 1, 2;\nCREATE VIEW w AS SELECT t.a, a FROM t;\n"
         "CREATE TABLE x AS SELECT f(), 1 AS b;\nSELECT 1 a, 2 a INTO y;\nSELECT 1 a, 2 a;\n"
         "CREATE VIEW z AS SELECT t.*, u.* FROM t, u;\nDROP TABLE t;",
         "1 2 4"},
        {0, NULL,
         "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 1, a = 2;\n"
         "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET a = 1, a = 2;",
         "1 2"},
        {0, NULL, "CREATE FOREIGN TABLE t (a int, a int) SERVER s;\nCREATE VIEW v AS VALUES (1);",
         "1"},
        {0, NULL, "EXECUTE q;\nCREATE TABLE t AS EXECUTE q;", ""},
    };

    lint_cases("identifier-too-long", length);
    lint_cases("quoted-identifier", quoted);
    lint_cases("unqualified-name", schema);
    lint_cases("duplicate-column-assignment", twice);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-style/types", test_types);
    g_test_add_func("/rules/lint-style/indexes", test_indexes);
    g_test_add_func("/rules/lint-style/style", test_style);
    g_test_add_func("/rules/lint-style/names", test_names);
    return g_test_run();
}
