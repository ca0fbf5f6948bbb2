/* Rules about locks of ALTER TABLE: columns, types and constraints. */
#include "lint_case.h"

#define EVERY_CAUSE                                                                                \
    "ALTER TABLE t ADD COLUMN a int DEFAULT random();\n"                                           \
    "ALTER TABLE t ADD COLUMN b bigserial;\n"                                                      \
    "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (x * 2) STORED;\n"                         \
    "ALTER TABLE t ADD COLUMN d positive;\n"                                                       \
    "ALTER TABLE t ADD COLUMN e int DEFAULT 5;"
#define POSITIVE "CREATE DOMAIN positive AS int CHECK (VALUE > 0);"

static void
test_add_column(void)
{
    static const LintCase volatile_default[] = {
        {0, POSITIVE, EVERY_CAUSE, "1"},
        {0, NULL,
         "ALTER TABLE t\n ADD COLUMN a int,\n ADD COLUMN b uuid DEFAULT gen_random_uuid();", "3"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a timestamptz DEFAULT now() - interval '1 day';", ""},
        {0, NULL, "ALTER TABLE t ADD COLUMN a timestamptz DEFAULT current_timestamp;", ""},
        {0, NULL, "ALTER TABLE t ADD COLUMN a text DEFAULT unknown_function();", "1"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a text[] DEFAULT array['a']::text[];", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD COLUMN b int DEFAULT random();", ""},
        {0, NULL, "CREATE TABLE t (a float DEFAULT random());", ""},
        {0, NULL, "INSERT INTO t VALUES (random());", ""},
        {100000, NULL, "ALTER TABLE t ADD COLUMN a int DEFAULT random();", ""},
    };
    static const LintCase before_11[] = {
        {100000, NULL, "ALTER TABLE t ADD COLUMN a int DEFAULT 5;", "1"},
        {100000, NULL, "ALTER TABLE t ADD COLUMN a int DEFAULT NULL;\nALTER TABLE t ADD b int;",
         ""},
        {100000, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD COLUMN b int DEFAULT 5;", ""},
        {110000, NULL, "ALTER TABLE t ADD COLUMN a int DEFAULT 5;", ""},
    };
    static const LintCase numbered[] = {
        {0, POSITIVE, EVERY_CAUSE, "2"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a serial;\nALTER TABLE t ADD COLUMN b smallserial;",
         "1 2"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY;", "1"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a bigint DEFAULT nextval('s');", "1"},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD COLUMN b serial;", ""},
    };
    static const LintCase stored[] = {
        {0, POSITIVE, EVERY_CAUSE, "3"},
        {0, NULL, "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);", ""},
        {180000, NULL, "ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (a * 2) VIRTUAL;", ""},
        {180000, NULL, "ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (a * 2);", ""},
    };
    static const LintCase domain[] = {
        {0, POSITIVE, EVERY_CAUSE, "4"},
        {0, "CREATE DOMAIN plain AS int;", "ALTER TABLE t ADD COLUMN a plain;", ""},
    };

    lint_cases("add-column-volatile-default", volatile_default);
    lint_cases("add-column-default-pre11", before_11);
    lint_cases("add-column-serial", numbered);
    lint_cases("add-column-generated-stored", stored);
    lint_cases("add-column-domain-constraint", domain);
}

static void
test_inline_constraints(void)
{
    static const LintCase unique[] = {
        {0, NULL, "ALTER TABLE t ADD COLUMN a int UNIQUE;\nALTER TABLE t ADD b int PRIMARY KEY;",
         "1 2"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a int;\nCREATE TABLE u (a int UNIQUE);", ""},
        {0, NULL, "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a);", ""},
    };
    static const LintCase check[] = {
        {0, NULL, "ALTER TABLE t ADD COLUMN a int CHECK (a > 0);", "1"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a int DEFAULT 5 CHECK (a > 0);", "1"},
        {0, NULL, "CREATE TABLE t (b int);\nALTER TABLE t ADD COLUMN a int CHECK (a > 0);", ""},
        {180000, NULL, "ALTER TABLE t ADD COLUMN a int CHECK (a > 0) NOT ENFORCED;", ""},
    };
    static const LintCase key[] = {
        {0, NULL, "ALTER TABLE t ADD COLUMN a int REFERENCES u;", "1"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a int DEFAULT 1 REFERENCES u (id);", "1"},
        {0, NULL, "CREATE TABLE t (b int);\nALTER TABLE t ADD COLUMN a int REFERENCES u;", ""},
    };

    lint_cases("add-column-inline-unique", unique);
    lint_cases("add-column-inline-check", check);
    lint_cases("add-column-inline-fk", key);
}

static void
test_alter_type(void)
{
    static const LintCase rewrite[] = {
        {0, "CREATE TABLE t (a int);", "ALTER TABLE t ALTER a TYPE bigint;", "1"},
        {0, NULL, "ALTER TABLE t ALTER a TYPE bigint;", "1"},
        {0, "CREATE TABLE t (a varchar(10));", "ALTER TABLE t ALTER a TYPE varchar(20);", ""},
        {0, "CREATE TABLE t (a varchar(10));", "ALTER TABLE t ALTER a TYPE text;", ""},
        {0, "CREATE TABLE t (a varchar(10));", "ALTER TABLE t ALTER a TYPE varchar(5);", "1"},
        {0, "CREATE TABLE t (a text);", "ALTER TABLE t ALTER a TYPE text USING lower(a);", "1"},
        {0, "CREATE TABLE t (a text);", "ALTER TABLE t ALTER a TYPE varchar USING a::varchar;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ALTER a TYPE bigint;", ""},
    };
    static const LintCase rebuild[] = {
        {0, "CREATE TABLE t (a varchar(9)); CREATE INDEX i ON t (a);",
         "ALTER TABLE t ALTER a TYPE varchar(9) COLLATE \"C\";", "1"},
        {0, "CREATE TABLE t (a varchar(9)); CREATE INDEX i ON t (lower(a));",
         "ALTER TABLE t ALTER a TYPE text;", "1"},
        {0, "CREATE TABLE t (a varchar(9)); CREATE INDEX i ON t (a);",
         "ALTER TABLE t ALTER a TYPE text;", ""},
        {0, "CREATE TABLE t (a int); CREATE INDEX i ON t (a);",
         "ALTER TABLE t ALTER a TYPE bigint;", ""},
    };
    static const LintCase constraints[] = {
        {0, "CREATE TABLE t (a varchar(9) CHECK (a <> ''));", "ALTER TABLE t ALTER a TYPE text;",
         "1"},
        {0, "CREATE TABLE t (a varchar(9) CHECK (a <> ''), b varchar(9));",
         "ALTER TABLE t ALTER b TYPE text;", ""},
        {0, "CREATE TABLE t (a varchar(9)); ALTER TABLE t ADD CHECK (a <> '') NOT VALID;",
         "ALTER TABLE t ALTER a TYPE text;", ""},
        {0, "CREATE TABLE t (a int CHECK (a > 0));", "ALTER TABLE t ALTER a TYPE bigint;", ""},
        {0, "CREATE TABLE r (a int PRIMARY KEY); CREATE TABLE t (a int REFERENCES r);",
         "ALTER TABLE t ALTER a TYPE bigint;\nALTER TABLE r ALTER a TYPE bigint;", "1 2"},
        {0,
         "CREATE TABLE r (a int PRIMARY KEY, b int UNIQUE);"
         "CREATE TABLE t (a int REFERENCES r (b));",
         "ALTER TABLE r ALTER a TYPE bigint;\nALTER TABLE r ALTER b TYPE bigint;", "2"},
        {0, "CREATE TABLE t (a int REFERENCES r);", "ALTER TABLE r ALTER a TYPE bigint;", ""},
        {0,
         "CREATE TABLE t (a int REFERENCES r); ALTER TABLE r ADD UNIQUE (b);"
         "ALTER TABLE r ADD PRIMARY KEY (a);",
         "ALTER TABLE r ALTER a TYPE bigint;\nALTER TABLE r ALTER b TYPE bigint;", "1"},
        {0, NULL,
         "CREATE TABLE t (a varchar(9) CHECK (a <> ''));\nALTER TABLE t ALTER a TYPE text;", ""},
    };

    lint_cases("alter-type-rewrite", rewrite);
    lint_cases("alter-type-index-rebuild", rebuild);
    lint_cases("alter-type-rechecks-constraint", constraints);
}

static void
test_type_not_known(void)
{
    g_autoptr(Lint) unknown = lint_new();
    g_autoptr(Lint) known = lint_new();
    const char *sql = "ALTER TABLE t ALTER a TYPE bigint;";

    g_assert_cmpint(lint_only_finding(unknown, "alter-type-rewrite", NULL, sql)->confidence, ==,
                    PGA_CONFIDENCE_POSSIBLE);
    g_assert_cmpint(
        lint_only_finding(known, "alter-type-rewrite", "CREATE TABLE t (a int);", sql)->confidence,
        >, PGA_CONFIDENCE_POSSIBLE);
}

static void
test_constraints_made_anew(void)
{
    g_autoptr(Lint) lint = lint_new();
    const PgaFinding *finding = lint_only_finding(
        lint, "alter-type-rechecks-constraint",
        "CREATE TABLE r (a varchar(9) PRIMARY KEY, CONSTRAINT filled CHECK (a <> ''));"
        "CREATE TABLE t (a varchar(9) CONSTRAINT of_r REFERENCES r);",
        "ALTER TABLE r ALTER a TYPE varchar(20);");

    g_assert_true(g_str_has_prefix(finding->evidence, "Makes anew: filled, of_r of public.t. "));
    g_assert_nonnull(finding->fix.note);
}

static void
test_not_null(void)
{
    static const LintCase cases[] = {
        {0, NULL, "ALTER TABLE t ALTER a SET NOT NULL;", "1"},
        {0, "CREATE TABLE t (a int NOT NULL);", "ALTER TABLE t ALTER a SET NOT NULL;", ""},
        {0, "CREATE TABLE t (a int, CHECK (a IS NOT NULL));", "ALTER TABLE t ALTER a SET NOT NULL;",
         ""},
        {0, "CREATE TABLE t (a int, CHECK (a > 0));", "ALTER TABLE t ALTER a SET NOT NULL;", "1"},
        {110000, "CREATE TABLE t (a int, CHECK (a IS NOT NULL));",
         "ALTER TABLE t ALTER a SET NOT NULL;", "1"},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT n CHECK (a IS NOT NULL) NOT VALID;\n"
         "ALTER TABLE t ALTER a SET NOT NULL;",
         "2"},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT n CHECK (a IS NOT NULL) NOT VALID;\n"
         "ALTER TABLE t VALIDATE CONSTRAINT n;\nALTER TABLE t ALTER a SET NOT NULL;",
         ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ALTER a SET NOT NULL;", ""},
        {0, NULL,
         "ALTER TABLE u VALIDATE CONSTRAINT n;\nALTER TABLE t ALTER a SET NOT NULL;\n"
         "ALTER TABLE u ALTER a SET NOT NULL;",
         "2"},
        {180000, NULL, "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;", ""},
        {180000, NULL, "ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "1"},
    };

    lint_cases("set-not-null-scan", cases);
}

static void
test_foreign_keys(void)
{
    static const LintCase added[] = {
        {0, NULL, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;", "1"},
        {0, NULL, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;", ""},
        {180000, NULL, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT ENFORCED;", ""},
    };
    static const LintCase new_table[] = {
        {0, NULL, "CREATE TABLE t (a int REFERENCES r);", "1"},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;", "2"},
        {0, NULL, "CREATE TABLE t (a int REFERENCES r);\nCREATE TABLE u (a int REFERENCES r);",
         "1"},
        {0, NULL, "CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES t);", ""},
        {0, NULL, "CREATE TABLE s.t (id int PRIMARY KEY, a int REFERENCES s.t);", ""},
        {0, NULL, "CREATE TABLE r (id int PRIMARY KEY);\nCREATE TABLE t (a int REFERENCES r);", ""},
        {0, NULL, "CREATE TABLE t (a int CHECK (a > 0));", ""},
        {0, NULL, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r;", ""},
        {0, NULL,
         "BEGIN;\nALTER TABLE r ADD COLUMN b int;\nCREATE TABLE t (a int REFERENCES r);\nCOMMIT;",
         ""},
    };

    lint_cases("add-fk-validating", added);
    lint_cases("fk-new-table-locks-referenced", new_table);
}

static void
test_constraints(void)
{
    static const LintCase check[] = {
        {0, NULL, "ALTER TABLE t ADD CHECK (a > 0);", "1"},
        {0, NULL, "ALTER TABLE t ADD CHECK (a > 0) NOT VALID;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD CHECK (a > 0);", ""},
        {180000, NULL, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED;", ""},
    };
    static const LintCase unique[] = {
        {0, NULL, "ALTER TABLE t ADD UNIQUE (a);", "1"},
        {0, NULL, "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD UNIQUE (a);", ""},
    };
    static const LintCase primary[] = {
        {0, NULL, "ALTER TABLE t ADD PRIMARY KEY (a);", "1"},
        {0, NULL, "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t ADD PRIMARY KEY (a);", ""},
    };
    static const LintCase exclusion[] = {
        {0, NULL, "ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&);", "1"},
        {0, NULL, "CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&));", ""},
    };

    lint_cases("add-check-validating", check);
    lint_cases("add-unique-constraint", unique);
    lint_cases("add-primary-key", primary);
    lint_cases("add-exclusion-constraint", exclusion);
}

static void
test_primary_key_using_index(void)
{
    static const LintCase cases[] = {
        {0, "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a);",
         "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", "1"},
        {0, "CREATE TABLE t (a int NOT NULL, b int); CREATE UNIQUE INDEX i ON t (a, b);",
         "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", "1"},
        {0, "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a);",
         "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", ""},
        {0, "CREATE TABLE t (a int CHECK (a IS NOT NULL)); CREATE UNIQUE INDEX i ON t (a);",
         "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", ""},
        {110000, "CREATE TABLE t (a int CHECK (a IS NOT NULL)); CREATE UNIQUE INDEX i ON t (a);",
         "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", "1"},
        {0, "CREATE UNIQUE INDEX i ON t (a);", "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", "1"},
        {0, NULL, "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;", "1"},
        {0, NULL, "ALTER TABLE t ADD PRIMARY KEY (a);", ""},
    };
    g_autoptr(Lint) lint = lint_new();
    const PgaFinding *finding;

    lint_cases("primary-key-using-index-nullable", cases);
    finding = lint_only_finding(lint, "primary-key-using-index-nullable", NULL,
                                "ALTER TABLE t ADD PRIMARY KEY USING INDEX i;");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
}

static void
test_domains(void)
{
#define USED "CREATE DOMAIN d AS int; CREATE TABLE t (a d);"
    static const LintCase cases[] = {
        {0, NULL, "ALTER DOMAIN d ADD CHECK (VALUE > 0);\nALTER DOMAIN d SET NOT NULL;", "1 2"},
        {0, NULL, "ALTER DOMAIN d VALIDATE CONSTRAINT c;", "1"},
        {0, NULL, "ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID;\nALTER DOMAIN d DROP NOT NULL;",
         ""},
        {0, NULL, "ALTER DOMAIN d DROP CONSTRAINT c;\nALTER DOMAIN d SET DEFAULT 1;", ""},
        {0, USED, "ALTER DOMAIN d ADD CHECK (VALUE > 0);", "1"},
        {0, "CREATE DOMAIN d AS int;", "ALTER DOMAIN d ADD CHECK (VALUE > 0);", ""},
        {0, NULL, "CREATE DOMAIN d AS int CHECK (VALUE > 0);\nCREATE DOMAIN e AS text;", "1"},
        {0, NULL, "CREATE TYPE e AS ENUM ('a');", ""},
    };
    g_autoptr(Lint) lint = lint_new();

    lint_cases("domain-constraint", cases);
    g_assert_cmpint(lint_only_finding(lint, "domain-constraint", NULL,
                                      "CREATE DOMAIN d AS int CHECK (VALUE > 0);")
                        ->severity,
                    ==, PGA_SEVERITY_INFO);
}

static void
test_newer(void)
{
    static const LintCase enforced[] = {
        {180000, NULL, "ALTER TABLE t ALTER CONSTRAINT c ENFORCED;", "1"},
        {180000, NULL, "ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED;", ""},
        {180000, NULL, "ALTER TABLE t ALTER CONSTRAINT c DEFERRABLE;", ""},
    };
    static const LintCase expression[] = {
        {170000, NULL, "ALTER TABLE t ALTER a SET EXPRESSION AS (b * 2);", "1"},
        {180000, "CREATE TABLE t (b int, a int GENERATED ALWAYS AS (b) VIRTUAL);",
         "ALTER TABLE t ALTER a SET EXPRESSION AS (b * 2);", ""},
        {170000, NULL, "ALTER TABLE t ALTER a SET DEFAULT 2;", ""},
    };

    lint_cases("alter-constraint-enforced", enforced);
    lint_cases("set-expression-rewrite", expression);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-columns/add-column", test_add_column);
    g_test_add_func("/rules/lint-columns/constraints-of-a-new-column", test_inline_constraints);
    g_test_add_func("/rules/lint-columns/alter-type", test_alter_type);
    g_test_add_func("/rules/lint-columns/type-not-known", test_type_not_known);
    g_test_add_func("/rules/lint-columns/constraints-made-anew", test_constraints_made_anew);
    g_test_add_func("/rules/lint-columns/not-null", test_not_null);
    g_test_add_func("/rules/lint-columns/foreign-keys", test_foreign_keys);
    g_test_add_func("/rules/lint-columns/constraints", test_constraints);
    g_test_add_func("/rules/lint-columns/primary-key-using-index", test_primary_key_using_index);
    g_test_add_func("/rules/lint-columns/domains", test_domains);
    g_test_add_func("/rules/lint-columns/newer-syntax", test_newer);
    return g_test_run();
}
