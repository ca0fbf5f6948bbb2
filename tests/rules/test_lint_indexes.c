/* Rules about indexes in migrations. */
#include "lint.h"

static void
test_not_concurrent(void)
{
    const char *rule = "index-not-concurrent";

    lint_assert(rule, "CREATE TABLE t (a int);", "SELECT 1;\nCREATE INDEX i ON t (a);", "2");
    lint_assert(rule, NULL, "CREATE INDEX ON t (a);\nCREATE UNIQUE INDEX ON t (b);", "1 2");
    lint_assert(rule, NULL, "CREATE INDEX CONCURRENTLY i ON t (a);", "");
    lint_assert(rule, NULL, "CREATE TABLE t (a int);\nCREATE INDEX ON t (a);", "");
    lint_assert(rule, NULL, "CREATE TEMP TABLE t (a int);\nCREATE INDEX ON t (a);", "");
    lint_assert(rule, "CREATE TABLE t (a int) PARTITION BY RANGE (a);", "CREATE INDEX ON t (a);",
                "");
    lint_assert(rule, "CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);",
                "CREATE INDEX IF NOT EXISTS i ON t (a);\nCREATE INDEX IF NOT EXISTS j ON t (a);",
                "2");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/index-not-concurrent/tables-in-use", test_not_concurrent);
    return g_test_run();
}
