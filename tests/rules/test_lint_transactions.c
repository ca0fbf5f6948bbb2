/* Rules about transactions, timeouts and how migrations are run. */
#include <string.h>

#include "lint_case.h"

static void
test_concurrently(void)
{
    static const LintCase in_transaction[] = {
        {0, NULL,
         "BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nDROP INDEX CONCURRENTLY j;\nCOMMIT;",
         "2 3"},
        {0, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);\nVACUUM t;", ""},
        {0, NULL, "BEGIN;\nREFRESH MATERIALIZED VIEW CONCURRENTLY v;\nCOMMIT;", ""},
        {0, NULL, "DO $$ BEGIN\nCREATE INDEX CONCURRENTLY i ON t (a);\nEND $$;", "2"},
    };
    static const LintCase several[] = {
        {0, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);\nALTER TABLE t ADD COLUMN b int;", "1"},
        {0, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);\nCREATE INDEX CONCURRENTLY j ON t (b);",
         "1"},
        {0, NULL,
         "SET lock_timeout = '2s';\nDROP INDEX CONCURRENTLY IF EXISTS i;\n"
         "CREATE INDEX CONCURRENTLY i ON t (a);",
         ""},
        {0, NULL, "ALTER TABLE t ADD COLUMN b int;\nSELECT 1;", ""},
    };
    g_autoptr(Lint) lint = lint_new();

    lint_cases("concurrently-in-transaction", in_transaction);
    lint_cases("concurrent-index-several-statements", several);
    lint->single = TRUE;
    g_assert_nonnull(strstr(lint_only_finding(lint, "concurrently-in-transaction", NULL,
                                              "CREATE INDEX CONCURRENTLY i ON t (a);\nSELECT 1;")
                                ->evidence,
                            "The tool runs this file in a transaction"));
}

static void
test_constraints(void)
{
    static const LintCase not_null[] = {
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL);\n"
         "ALTER TABLE t ALTER a SET NOT NULL;\nCOMMIT;",
         "3"},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL);\n"
         "ALTER TABLE t ALTER a SET NOT NULL;",
         ""},
        {0, "CREATE TABLE t (a int, b int, CHECK (b IS NOT NULL));",
         "BEGIN;\nALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL);\n"
         "ALTER TABLE t ALTER a SET NOT NULL;\nCOMMIT;",
         ""},
    };
    static const LintCase validate[] = {
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
         "ALTER TABLE t VALIDATE CONSTRAINT c;\nCOMMIT;",
         "3"},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID,\n VALIDATE CONSTRAINT c;", "2"},
        {0, NULL, "BEGIN;\nALTER TABLE t VALIDATE CONSTRAINT c;\nCOMMIT;", ""},
        {0, NULL,
         "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
         "ALTER TABLE t VALIDATE CONSTRAINT c;",
         ""},
    };

    lint_cases("set-not-null-same-transaction", not_null);
    lint_cases("validate-in-same-transaction", validate);
}

static void
test_enum(void)
{
#define ADD_VALUE "ALTER TYPE e ADD VALUE 'new';\n"
    static const LintCase cases[] = {
        {0, NULL, "BEGIN;\n" ADD_VALUE "UPDATE t SET a = 'new' WHERE id = 1;\nCOMMIT;", "3"},
        {0, NULL, "BEGIN;\n" ADD_VALUE "UPDATE t SET a = 'old' WHERE id = 1;\nCOMMIT;", ""},
        {0, NULL, ADD_VALUE "UPDATE t SET a = 'new' WHERE id = 1;", ""},
        {0, NULL, "BEGIN;\n" ADD_VALUE "COMMIT;\nBEGIN;\nSELECT 'new';\nCOMMIT;", ""},
        {0, NULL, "BEGIN;\nCREATE TYPE e AS ENUM ('old');\n" ADD_VALUE "SELECT 'new';\nCOMMIT;",
         ""},
        {0, NULL, "BEGIN;\nALTER TYPE e RENAME VALUE 'a' TO 'b';\nSELECT 'b';\nCOMMIT;", ""},
        {110000, NULL, "BEGIN;\n" ADD_VALUE "COMMIT;", "2"},
    };

    lint_cases("enum-add-value-in-transaction", cases);
}

static void
test_locks_kept(void)
{
    static const LintCase work[] = {
        {0, NULL, "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nUPDATE u SET a = 1;\nCOMMIT;", "3"},
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nUPDATE t SET a = 1;\nDELETE FROM t;\nCOMMIT;",
         "3"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a int;\nUPDATE t SET a = 1;", ""},
        {0, NULL, "BEGIN;\nUPDATE t SET a = 1;\nCOMMIT;", ""},
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nALTER TABLE t ALTER a SET NOT NULL;\nCOMMIT;",
         ""},
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nUPDATE alembic_version SET version_num = 'b';\n"
         "COMMIT;",
         ""},
        {0, NULL, "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nCREATE TABLE u (a int);\nCOMMIT;", ""},
        {0, NULL, "BEGIN;\nLOCK TABLE t IN SHARE MODE;\nUPDATE t SET a = 1;\nCOMMIT;", ""},
    };
    static const LintCase several[] = {
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nALTER TABLE u ADD COLUMN a int;\nCOMMIT;", "3"},
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nALTER TABLE u ADD COLUMN a int;\n"
         "ALTER TABLE v ADD COLUMN a int;\nCOMMIT;",
         "3"},
        {0, NULL,
         "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nALTER TABLE t ADD COLUMN b int;\nCOMMIT;", ""},
        {0, NULL, "BEGIN;\nALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;\nCOMMIT;", ""},
        {0, "CREATE TABLE t (a int); CREATE TABLE u (a int);",
         "BEGIN;\nALTER TABLE t ADD COLUMN b int;\nDROP TABLE t;\nALTER TABLE u ADD COLUMN b "
         "int;\nCOMMIT;",
         "4"},
        {0, NULL, "ALTER TABLE t ADD COLUMN a int;\nALTER TABLE u ADD COLUMN a int;", ""},
        {0,
         "CREATE TABLE e (d int) PARTITION BY LIST (d);"
         "CREATE TABLE e1 PARTITION OF e FOR VALUES IN (1);"
         "CREATE TABLE e2 PARTITION OF e FOR VALUES IN (2);",
         "BEGIN;\nALTER TABLE e1 ALTER d SET DEFAULT 1;\nALTER TABLE e2 ALTER d SET DEFAULT 2;\n"
         "COMMIT;",
         ""},
    };

    lint_cases("statement-under-access-exclusive", work);
    lint_cases("multiple-tables-locked", several);
}

static void
test_control(void)
{
    static const LintCase nesting[] = {
        {0, NULL, "BEGIN;\nBEGIN;\nCOMMIT;\nCOMMIT;\nSAVEPOINT s;", "2 4"},
        {0, NULL, "BEGIN;\nSELECT 1;\nROLLBACK;\nSTART TRANSACTION;\nCOMMIT;", ""},
        {0, NULL, "DO $$ BEGIN\nCOMMIT;\nEND $$;", ""},
    };
    static const LintCase open[] = {
        {0, NULL, "SELECT 1;\nBEGIN;\nSELECT 2;", "2"},
        {0, NULL, "BEGIN;\nSELECT 1;\nCOMMIT;", ""},
        {0, NULL, "BEGIN;\nBEGIN;\nROLLBACK;", ""},
        {0, NULL, "DO $$ BEGIN\nCOMMIT;\nEND $$;", ""},
    };

    lint_cases("transaction-nesting", nesting);
    lint_cases("uncommitted-transaction", open);
}

/* A tool that runs each file in a transaction of its own. */
static void
test_tools_transaction(void)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *found = NULL;

    lint->only = "transaction-nesting";
    lint->single = TRUE;
    lint_file(lint, "migration.sql", "SELECT 1;\nBEGIN;\nCOMMIT;");
    found = lint_end(lint);
    g_assert_cmpstr(found, ==, "transaction-nesting:2 transaction-nesting:3");
}

static void
test_lock_timeout(void)
{
#define ADD "ALTER TABLE t ADD COLUMN a int;\n"
    static const LintCase missing[] = {
        {0, NULL, "SELECT 1;\n" ADD ADD, "2"},
        {0, NULL, "SET lock_timeout = '2s';\n" ADD, ""},
        {0, NULL, "SET lock_timeout = 500;\n" ADD, ""},
        {0, NULL, "SET lock_timeout = 0;\n" ADD, "2"},
        {0, NULL, "BEGIN;\nSET LOCAL lock_timeout = '2s';\n" ADD "COMMIT;", ""},
        {0, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);", ""},
        {0, NULL, "CREATE TABLE t (b int);\n" ADD, ""},
        {0, NULL, "DROP INDEX i;\nDROP INDEX CONCURRENTLY j;", "1"},
    };
    static const LintCase useless[] = {
        {0, NULL, "SET lock_timeout = 0;\n" ADD, "1"},
        {0, NULL, "SET lock_timeout = '0s';\nSET lock_timeout = 0;\n" ADD, "2"},
        {0, NULL, "SET lock_timeout = 0;\nSELECT 1;", ""},
        {0, NULL, "SET lock_timeout = 0;\nSET lock_timeout = '2s';\n" ADD, ""},
        {0, NULL, "SET lock_timeout = '5 min';\n" ADD, "1"},
        {0, NULL, "SET LOCAL lock_timeout = '2s';\n" ADD, "1"},
        {0, NULL, "BEGIN;\n" ADD "SET LOCAL lock_timeout = '2s';\nCOMMIT;", "3"},
        {0, NULL, "SET statement_timeout = '1s';\nSET lock_timeout = '2s';\n" ADD, "2"},
        {0, NULL, "SET statement_timeout = '10s';\nSET lock_timeout = '2s';\n" ADD, ""},
        {0, NULL, "SET lock_timeout = DEFAULT;\nSET lock_timeout = 'soon';\nSET a.b = 1;", ""},
        {0, NULL, "SET lock_timeout = '2 parsecs';\nSET lock_timeout = 1.5;", ""},
    };

    lint_cases("missing-lock-timeout", missing);
    lint_cases("lock-timeout-useless", useless);
}

static void
test_lock_timeout_fix(void)
{
    static const struct {
        const char *sql, *fix;
    } cases[] = {
        {ADD, "SET lock_timeout = '2s';"},
        {"BEGIN;\n" ADD "COMMIT;", "SET LOCAL lock_timeout = '2s';"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Lint) lint = lint_new();
        const PgaFinding *finding =
            lint_only_finding(lint, "missing-lock-timeout", NULL, cases[i].sql);

        g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==, cases[i].fix);
    }
}

static void
test_lock_timeout_of_many_files(void)
{
    static const char *const only[] = {"missing-lock-timeout", NULL};

    for (guint n_files = 3; n_files <= 5; n_files++) {
        g_autoptr(Lint) lint = lint_new();
        const PgaFinding *last;
        GPtrArray *findings;

        lint->only_these = only;
        for (guint i = 1; i <= n_files; i++) {
            g_autofree char *path = g_strdup_printf("%u.sql", i);

            lint_file(lint, path, ADD);
        }
        g_free(lint_end(lint));
        findings = pga_lint_findings(lint->lint);
        last = g_ptr_array_index(findings, findings->len - 1);
        g_assert_cmpuint(findings->len, ==, n_files == 3 ? 3 : 1);
        g_assert_cmpint(g_ascii_digit_value(*last->file), ==, n_files);
        g_assert_cmpint(g_str_has_suffix(last->evidence, n_files == 4
                                                             ? "true of 3 files before it."
                                                             : "true of 4 files before it."),
                        ==, n_files > 3);
    }
}

static void
test_session(void)
{
    static const LintCase statement[] = {
        {0, NULL, "CREATE INDEX ON t (a);\nCREATE INDEX ON t (b);", "1"},
        {0, NULL, "SET statement_timeout = 0;\nCREATE INDEX ON t (a);", ""},
        {0, NULL, ADD "CREATE INDEX CONCURRENTLY i ON t (a);", ""},
        {0, NULL, "ALTER TABLE t VALIDATE CONSTRAINT c;", ""},
    };
    static const LintCase brief[] = {
        {0, NULL, ADD ADD, "1"},
        {0, NULL, "ALTER TABLE t ALTER a SET NOT NULL;\nUPDATE t SET a = 1;", ""},
        {0, NULL, "BEGIN;\nALTER TABLE t RENAME a TO b;\n" ADD "COMMIT;", "2"},
    };
    static const LintCase guards[] = {
        {0, NULL, ADD ADD, "1"},
        {0, NULL, "SET application_name = 'm';\n" ADD, "2"},
        {0, NULL,
         "SET application_name = 'm';\nSET idle_in_transaction_session_timeout = '1min';\n" ADD,
         ""},
        {170000, NULL, "SET application_name = 'm';\nSET transaction_timeout = '1min';\n" ADD, ""},
        {0, NULL, "SET application_name = 'm';\nSET transaction_timeout = '1min';\n" ADD, "3"},
        {0, NULL, "SELECT 1;", ""},
    };
    static const LintCase extension[] = {
        {0, NULL, "CREATE EXTENSION pg_stat_statements;\nCREATE EXTENSION pg_trgm;", "1"},
        {120000, NULL, "CREATE EXTENSION pg_trgm;", "1"},
        {0, "CREATE EXTENSION postgis;", "CREATE EXTENSION IF NOT EXISTS postgis;", ""},
        {0, NULL, "SELECT 1;", ""},
    };
    static const LintCase dynamic[] = {
        {0, NULL, "DO $$ BEGIN EXECUTE 'DROP TABLE ' || a; END $$;\nCALL p();", "1 2"},
        {0, NULL, "DO $$ BEGIN PERFORM 1; END $$;\nDO $$ BEGIN EXECUTE 'SELECT 1'; END $$;", ""},
        {0, NULL, "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'a'); END $$;", ""},
        {0, NULL, "DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE a'; END $$;", ""},
        {0, NULL, "DO $$ BEGIN EXECUTE format('DROP TABLE %I', a); END $$;", "1"},
        {0, NULL, "DO LANGUAGE plperl $$ 1 $$;", "1"},
        {0, NULL, "DO $$ BEGIN CREATE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION f(); END $$;",
         ""},
    };

    static const LintCase refused[] = {
        {0, "CREATE TABLE t (a int);",
         "CREATE TABLE t (a int);\nALTER TABLE t ADD a int;\nDROP TABLE IF EXISTS u;\n"
         "CREATE TABLE IF NOT EXISTS t (a int);",
         "1 2"},
        {0, NULL, "ALTER TABLE t ADD a int;\nALTER TABLE t DROP b;", ""},
        {0, "CREATE TABLE t (a int);",
         "DO $$ BEGIN IF now() > 'today' THEN ALTER TABLE t ADD a int; END IF; END $$;", ""},
    };

    lint_cases("statement-refused", refused);
    lint_cases("missing-statement-timeout", statement);
    lint_cases("safe-but-locks-briefly", brief);
    lint_cases("missing-session-guards", guards);
    lint_cases("create-extension-privilege", extension);
    lint_cases("raw-sql-unanalysable", dynamic);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-transactions/concurrently", test_concurrently);
    g_test_add_func("/rules/lint-transactions/constraints", test_constraints);
    g_test_add_func("/rules/lint-transactions/values-of-enums", test_enum);
    g_test_add_func("/rules/lint-transactions/locks-kept", test_locks_kept);
    g_test_add_func("/rules/lint-transactions/begin-and-commit", test_control);
    g_test_add_func("/rules/lint-transactions/transaction-of-a-tool", test_tools_transaction);
    g_test_add_func("/rules/lint-transactions/lock-timeout", test_lock_timeout);
    g_test_add_func("/rules/lint-transactions/lock-timeout-fix", test_lock_timeout_fix);
    g_test_add_func("/rules/lint-transactions/lock-timeout-of-many-files",
                    test_lock_timeout_of_many_files);
    g_test_add_func("/rules/lint-transactions/sessions", test_session);
    return g_test_run();
}
