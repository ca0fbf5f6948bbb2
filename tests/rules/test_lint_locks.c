/* Rules about locks of statements on indexes, partitions, triggers and whole tables. */
#include "lint_case.h"

#define EVENTS "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);"
#define PART_2023                                                                                  \
    "CREATE TABLE events_2023 PARTITION OF events"                                                 \
    " FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
#define PART_2024                                                                                  \
    "CREATE TABLE events_2024 PARTITION OF events"                                                 \
    " FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
#define ATTACH_2024                                                                                \
    "ALTER TABLE events ATTACH PARTITION events_2024"                                              \
    " FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
#define REST "CREATE TABLE events_rest PARTITION OF events DEFAULT;"

static void
test_drop_index(void)
{
    static const LintCase cases[] = {
        {0, NULL, "DROP INDEX i;", "1"},
        {0, NULL, "DROP INDEX IF EXISTS a, b;", "1 1"},
        {0, NULL, "DROP INDEX CONCURRENTLY i;", ""},
        {0, NULL, "DROP TABLE IF EXISTS i;\nDROP TRIGGER IF EXISTS tr ON t;", ""},
        {0, "CREATE TABLE t (a int); CREATE INDEX i ON t (a);", "DROP INDEX i;", "1"},
        {0, "CREATE TABLE t (a int);", "CREATE INDEX CONCURRENTLY i ON t (a);\nDROP INDEX i;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);\nDROP INDEX i;", ""},
        {0, EVENTS "CREATE INDEX i ON events (day);", "DROP INDEX i;", ""},
        {0, "CREATE TABLE t (a int CONSTRAINT k UNIQUE);", "DROP INDEX k;", ""},
        {0, "CREATE TABLE t (a int); CREATE INDEX i ON t (a);", "DROP INDEX i;\nDROP TABLE t;", ""},
    };

    lint_cases("drop-index-not-concurrent", cases);
}

static void
test_reindex(void)
{
    static const LintCase cases[] = {
        {0, NULL, "REINDEX TABLE t;\nREINDEX INDEX i;\nREINDEX SCHEMA s;\nREINDEX DATABASE d;",
         "1 2 3 4"},
        {0, NULL, "REINDEX (CONCURRENTLY false) INDEX i;\nREINDEX (VERBOSE) INDEX i;", "1 2"},
        {0, NULL, "REINDEX TABLE CONCURRENTLY t;\nREINDEX (CONCURRENTLY) INDEX i;", ""},
        {0, NULL, "REINDEX (CONCURRENTLY on) INDEX i;\nREINDEX (CONCURRENTLY 1) INDEX i;", ""},
        {0, NULL, "REINDEX (CONCURRENTLY 0) INDEX i;\nREINDEX (CONCURRENTLY off) INDEX i;", "1 2"},
        {0, NULL, "REINDEX SYSTEM d;\nREINDEX TABLE pg_catalog.pg_class;", ""},
        {0, NULL, "CREATE TABLE t (a int PRIMARY KEY);\nREINDEX TABLE t;", ""},
        {110000, NULL, "REINDEX TABLE t;", ""},
    };

    lint_cases("reindex-not-concurrent", cases);
}

static void
test_partitioned_index(void)
{
    static const LintCase cases[] = {
        {0, EVENTS PART_2024, "CREATE INDEX ON events (day);", "1"},
        {0, EVENTS PART_2024, "CREATE INDEX ON ONLY events (day);", ""},
        {0, EVENTS PART_2024, "CREATE INDEX ON events_2024 (day);", ""},
        {0, EVENTS PART_2024, "CREATE INDEX CONCURRENTLY ON events_2024 (day);", ""},
        {0, NULL, EVENTS "\nCREATE INDEX ON events (day);", ""},
    };

    lint_cases("partitioned-index-blocking", cases);
}

static void
test_copies(void)
{
    static const LintCase vacuum[] = {
        {0, NULL, "VACUUM FULL t;\nVACUUM (FULL) t, u;\nCLUSTER t USING i;\nCLUSTER;\nVACUUM FULL;",
         "1 2 2 3 4 5"},
        {0, NULL, "VACUUM t;\nVACUUM (FULL false) t;\nVACUUM (FULL 'off') t;\nANALYZE t;", ""},
        {0, NULL, "CREATE TABLE t (a int);\nVACUUM FULL t;", ""},
    };
    static const LintCase storage[] = {
        {0, NULL, "ALTER TABLE t SET UNLOGGED;\nALTER TABLE t SET TABLESPACE fast;", "1 2"},
        {0, NULL, "ALTER TABLE t SET ACCESS METHOD columnar;", "1"},
        {0, NULL, "ALTER TABLE t SET (fillfactor = 70);", ""},
        {0, NULL, "CREATE TABLE t (a int);\nALTER TABLE t SET UNLOGGED;", ""},
    };
    static const LintCase refresh[] = {
        {0, NULL, "REFRESH MATERIALIZED VIEW v;", "1"},
        {0, NULL, "REFRESH MATERIALIZED VIEW CONCURRENTLY v;\nSELECT 1;", ""},
        {0, NULL, "REFRESH MATERIALIZED VIEW v WITH NO DATA;", ""},
        {0, "CREATE TABLE t (a int);",
         "BEGIN;\nCREATE MATERIALIZED VIEW v AS SELECT * FROM t;\nREFRESH MATERIALIZED VIEW v;\n"
         "COMMIT;",
         ""},
    };

    lint_cases("vacuum-full-cluster", vacuum);
    lint_cases("set-logged-tablespace", storage);
    lint_cases("refresh-matview-blocking", refresh);
}

static void
test_triggers(void)
{
    static const LintCase cases[] = {
        {0, NULL, "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();", "1"},
        {0, NULL, "DROP TRIGGER tr ON t;\nDROP POLICY p ON u;\nDROP RULE r ON v;", "1 2 3"},
        {0, NULL, "DROP TRIGGER a ON t;\nDROP TRIGGER b ON t;", "1"},
        {0, NULL, "CREATE POLICY p ON t;\nCREATE RULE r AS ON INSERT TO u DO NOTHING;", "1 2"},
        {0, NULL, "BEGIN;\nDROP TRIGGER a ON t;\nCOMMIT;\nBEGIN;\nDROP TRIGGER b ON t;\nCOMMIT;",
         "2 5"},
        {0, NULL, "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nDROP TRIGGER a ON t;\nCOMMIT;", ""},
        {0, NULL,
         "CREATE TABLE t (a int);\n"
         "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
         ""},
        {0, "CREATE VIEW v AS SELECT 1;",
         "CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();", ""},
        {0, NULL, "DROP TABLE t;", ""},
    };
    g_autoptr(Lint) lint = lint_new();

    lint_cases("create-trigger-lock", cases);
    /* told anew in each file */
    lint->only = "create-trigger-lock";
    lint_file(lint, "1.sql", "DROP TRIGGER a ON t;");
    lint_file(lint, "2.sql", "DROP TRIGGER b ON t;");
    g_autofree char *found = lint_end(lint);
    g_assert_cmpstr(found, ==, "create-trigger-lock:1.sql:1 create-trigger-lock:2.sql:1");
}

static void
test_lock_table(void)
{
    static const LintCase cases[] = {
        {0, NULL, "BEGIN;\nLOCK TABLE t;\nLOCK TABLE u IN ACCESS EXCLUSIVE MODE NOWAIT;\nCOMMIT;",
         "2 3"},
        {0, NULL, "BEGIN;\nLOCK TABLE t IN SHARE MODE;\nCOMMIT;", ""},
        {0, NULL, "BEGIN;\nALTER TABLE t ADD COLUMN a int;\nLOCK TABLE t;\nCOMMIT;", ""},
        {0, NULL, "BEGIN;\nCREATE TABLE t (a int);\nLOCK TABLE t;\nCOMMIT;", ""},
    };

    lint_cases("explicit-lock-table", cases);
}

static void
test_attach(void)
{
    static const LintCase scan[] = {
        {0, EVENTS "CREATE TABLE events_2024 (day date NOT NULL);", ATTACH_2024, "1"},
        {0, NULL, ATTACH_2024, "1"},
        {0, EVENTS, "CREATE TABLE events_2024 (day date NOT NULL);\n" ATTACH_2024, ""},
        {0,
         EVENTS "CREATE TABLE events_2024 (day date NOT NULL,"
                " CHECK (day >= '2024-01-01' AND day < '2025-01-01'));",
         ATTACH_2024, ""},
        {0, EVENTS "CREATE INDEX i ON ONLY events (day);", "ALTER INDEX i ATTACH PARTITION j;", ""},
        {0, NULL, PART_2024, ""},
    };
    static const LintCase with_default[] = {
        {0, EVENTS REST, PART_2024, "1"},
        {0, EVENTS REST "CREATE TABLE events_2024 (day date NOT NULL);", ATTACH_2024, "1"},
        {0, EVENTS PART_2023, PART_2024, ""},
        {0, EVENTS, REST "\n" PART_2024, ""},
        {0,
         EVENTS REST "ALTER TABLE events_rest ADD CHECK"
                     " (day < '2024-01-01');",
         PART_2024, ""},
        {0, EVENTS REST, "CREATE TABLE t (a int);\nCREATE TABLE u AS SELECT 1;", ""},
    };

    lint_cases("attach-partition-scan", scan);
    lint_cases("attach-partition-default-scan", with_default);
}

static void
test_small_default_partition(void)
{
    static const struct {
        double rows;
        int n_findings;
        PgaSeverity severity;
    } cases[] = {
        {0, 0, PGA_SEVERITY_INFO},
        {50, 1, PGA_SEVERITY_INFO},
        {1e7, 1, PGA_SEVERITY_ERROR},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Lint) lint = lint_new();
        const PgaFinding *finding;

        lint->only = "attach-partition-default-scan";
        lint_context(lint, EVENTS REST);
        g_assert_true(pga_state_set_rows(lint->state, "events_rest", cases[i].rows));
        lint_file(lint, "migration.sql", PART_2024);
        g_free(lint_end(lint));
        finding = lint_finding(lint, lint->only);
        g_assert_cmpint(finding != NULL, ==, cases[i].n_findings);
        g_assert_cmpint(finding ? finding->severity : PGA_SEVERITY_INFO, ==, cases[i].severity);
    }
}

static void
test_partitions(void)
{
    static const LintCase of[] = {
        {0, EVENTS, PART_2024, "1"},
        {0, NULL, PART_2024, "1"},
        {0, NULL, EVENTS "\n" PART_2024, ""},
        {0, EVENTS, "CREATE TABLE t () INHERITS (u);\nCREATE TABLE v (a int);", ""},
        {110000, EVENTS, PART_2024, ""},
    };
    static const LintCase detach[] = {
        {0, NULL, "ALTER TABLE t DETACH PARTITION p;", "1"},
        {130000, NULL, "ALTER TABLE t DETACH PARTITION p;", "1"},
        {0, NULL, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY;", ""},
        {0, NULL, "ALTER TABLE t DETACH PARTITION p FINALIZE;", ""},
        {0, NULL,
         EVENTS "\n" PART_2024 "\n"
                "ALTER TABLE events DETACH PARTITION events_2024;",
         ""},
    };
    static const LintCase drop[] = {
        {0, EVENTS PART_2024, "DROP TABLE events_2024;", "1"},
        {0, EVENTS PART_2024, "DROP TABLE events;\nDROP TABLE t;", ""},
        {0, EVENTS PART_2024,
         "ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY;\nDROP TABLE events_2024;",
         ""},
        {0, NULL, EVENTS "\n" PART_2024 "\nDROP TABLE events_2024;", ""},
    };
    static const LintCase all[] = {
        {0, EVENTS PART_2024, "ALTER TABLE events ADD COLUMN a int, ADD COLUMN b int;", "1"},
        {0, EVENTS PART_2024, "ALTER TABLE events ADD CHECK (day > '2000-01-01');", "1"},
        {0, EVENTS PART_2024, "ALTER TABLE events DETACH PARTITION events_2024;", ""},
        {0, EVENTS PART_2024, "ALTER TABLE events OWNER TO someone;", ""},
        {0, EVENTS PART_2024, "ALTER TABLE events_2024 ADD CHECK (day > '2000-01-01');", ""},
        {0, EVENTS PART_2024, "SELECT 1;\nCREATE INDEX ON events (day);", ""},
        {0, NULL, EVENTS "\n" PART_2024 "\nALTER TABLE events ADD COLUMN a int;", ""},
    };

    lint_cases("create-partition-of-locks-parent", of);
    lint_cases("detach-partition-blocking", detach);
    lint_cases("drop-partition-locks-parent", drop);
    lint_cases("partitioned-ddl-locks-all", all);
}

static void
test_words(void)
{
    static const struct {
        const char *rule, *before, *sql, *evidence;
    } cases[] = {
        {"drop-index-not-concurrent", "CREATE TABLE t (a int); CREATE INDEX i ON t (a);",
         "DROP INDEX i;",
         "Takes ACCESS EXCLUSIVE on public.t: short once it has the lock; while it waits for "
         "running transactions, reads and writes wait behind it."},
        {"drop-index-not-concurrent", NULL, "DROP INDEX i;",
         "What it locks cannot be told from the statement alone."},
        {"vacuum-full-cluster", "CREATE TABLE t (a int);", "VACUUM FULL t;",
         "Takes ACCESS EXCLUSIVE on public.t and rewrites public.t: reads and writes wait until "
         "it is done."},
        {"add-check-validating",
         "CREATE TABLE e (a int) PARTITION BY LIST (a);"
         "CREATE TABLE f PARTITION OF e FOR VALUES IN (1);"
         "CREATE TABLE g PARTITION OF e FOR VALUES IN (2);"
         "CREATE TABLE h PARTITION OF e FOR VALUES IN (3);"
         "CREATE TABLE i PARTITION OF e FOR VALUES IN (4);",
         "ALTER TABLE e ADD CHECK (a > 0);",
         "Takes ACCESS EXCLUSIVE on public.e, public.f, public.g, public.h and 1 more and reads "
         "all "
         "of public.f, public.g, public.h and public.i: reads and writes wait until it is done."},
        {"partitioned-ddl-locks-all", EVENTS PART_2024, "ALTER TABLE events ADD CHECK (day > '1');",
         "Locks the table and 1 of its partitions in one transaction, and reads them."},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Lint) lint = lint_new();
        const PgaFinding *finding =
            lint_only_finding(lint, cases[i].rule, cases[i].before, cases[i].sql);

        g_assert_cmpstr(finding->evidence, ==, cases[i].evidence);
    }
}

static void
test_advice(void)
{
    g_autoptr(Lint) lint = lint_new();
    const PgaFinding *finding =
        lint_only_finding(lint, "vacuum-full-cluster", NULL, "VACUUM FULL t;");

    g_assert_true(g_str_has_prefix(finding->fix.note, "Use pg_repack or pg_squeeze"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-locks/drop-index", test_drop_index);
    g_test_add_func("/rules/lint-locks/reindex", test_reindex);
    g_test_add_func("/rules/lint-locks/index-of-a-partitioned-table", test_partitioned_index);
    g_test_add_func("/rules/lint-locks/copies-of-a-table", test_copies);
    g_test_add_func("/rules/lint-locks/triggers", test_triggers);
    g_test_add_func("/rules/lint-locks/lock-table", test_lock_table);
    g_test_add_func("/rules/lint-locks/attach-partition", test_attach);
    g_test_add_func("/rules/lint-locks/small-default-partition", test_small_default_partition);
    g_test_add_func("/rules/lint-locks/partitions", test_partitions);
    g_test_add_func("/rules/lint-locks/evidence", test_words);
    g_test_add_func("/rules/lint-locks/advice-without-a-recipe", test_advice);
    return g_test_run();
}
