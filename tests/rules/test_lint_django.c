/* The safe way of a change as Django's operations, and comments at operations. */
#include <migration/script.h>
#include <string.h>

#include "lint.h"
#include "lint_internal.h"

#define INDEX       "index-not-concurrent"
#define UNUSED      "unused-suppression"
#define IGNORES     "pgarchitect: ignore " INDEX " why"
#define ADD_INDEX   "migrations.AddIndex('t', i)"
#define ALTER_FIELD "migrations.AlterField('t', 'a', f)"

/* Runs them, statements of one migration, in a file. */
static void
run(Lint *lint, PgaDjangoStatement *statements, guint n)
{
    const PgaMigrationOptions options = {.tool = "django"};
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    PgaDjangoMigration migration = {.statements = all, .atomic = TRUE};
    PgaMigrationFile file = {.path = (char *)"shop/migrations/0002_a.py",
                             .tool = pga_migration_tool("django"),
                             .django = &migration};
    g_autoptr(PgaMigrationReader) reader = NULL;
    g_autoptr(GError) error = NULL;
    const PgaStep *step = NULL;

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(all, &statements[i]);
    lint_start(lint);
    reader = pga_migration_reader_new(&file, &options, &error);
    g_assert_no_error(error);
    pga_lint_begin_file(lint->lint, &file);
    while (pga_migration_reader_next(reader, &step, &error))
        pga_lint_step(lint->lint, step);
    g_assert_no_error(error);
    pga_lint_end_file(lint->lint, pga_migration_reader_suppressions(reader));
}

static void
test_concurrent_operation(void)
{
    PgaDjangoStatement statement = {.sql = (char *)"CREATE INDEX i ON t (a)",
                                    .operation = (char *)ADD_INDEX,
                                    .line = 7,
                                    .column = 9};
    g_autoptr(Lint) lint = lint_new();
    const PgaFinding *finding;

    lint->only = INDEX;
    run(lint, &statement, 1);
    g_free(lint_end(lint));
    finding = lint_finding(lint, INDEX);
    g_assert_nonnull(finding);
    g_assert_cmpstr(finding->fix.code, ==,
                    "from django.contrib.postgres.operations import AddIndexConcurrently\n"
                    "class Migration(migrations.Migration):\n"
                    "    atomic = False\n"
                    "    operations = [\n"
                    "        AddIndexConcurrently('t', i),\n"
                    "    ]");
}

/* One comment at an operation of two statements is told once. */
static void
test_comment(void)
{
    static const char *const rules[] = {INDEX, UNUSED, NULL};
    static const struct {
        const char *first, *second, *found;
    } cases[] = {
        {"SELECT 1", "SELECT 2", UNUSED ":7"},
        {"SELECT 1", "CREATE INDEX i ON t (a)", ""},
        {"CREATE INDEX i ON t (a)", "SELECT 1", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaDjangoStatement statements[] = {
            {.sql = (char *)cases[i].first, .remark = (char *)IGNORES, .line = 7, .column = 9},
            {.sql = (char *)cases[i].second, .remark = (char *)IGNORES, .line = 7, .column = 9},
        };
        g_autoptr(Lint) lint = lint_new();
        g_autofree char *found = NULL;

        lint->only_these = rules;
        run(lint, statements, G_N_ELEMENTS(statements));
        found = lint_end(lint);
        g_assert_cmpstr(found, ==, cases[i].found);
    }
}

/* The models change with the last step that has SQL. */
static void
test_steps(void)
{
    PgaDjangoStatement statement = {.operation = (char *)ALTER_FIELD, .line = 7, .column = 9};
    g_autoptr(GPtrArray) statements = g_ptr_array_new(), steps = g_ptr_array_new();
    g_autoptr(GPtrArray) sql = g_ptr_array_new(), none = g_ptr_array_new();
    PgaFixStep one = {.title = (char *)"First", .sql = sql};
    PgaFixStep two = {.title = (char *)"Second", .sql = sql, .alone = TRUE};
    PgaFixStep three = {.title = (char *)"By hand", .sql = none};
    const PgaDjangoMigration migration = {.statements = statements};
    const PgaRecipe recipe = {.steps = steps};
    const PgaStep here = {.line = 7, .column = 9}, elsewhere = {.line = 8, .column = 9};
    g_autofree char *code = NULL;

    g_ptr_array_add(statements, &statement);
    g_ptr_array_add(sql, (char *)"A");
    g_ptr_array_add(steps, &one);
    g_ptr_array_add(steps, &two);
    g_ptr_array_add(steps, &three);
    g_assert_null(pga_lint_django_code(&migration, &elsewhere, &recipe));
    code = pga_lint_django_code(&migration, &here, &recipe);
    g_assert_cmpstr(code, ==,
                    "# First\n"
                    "class Migration(migrations.Migration):\n"
                    "    operations = [\n"
                    "        migrations.RunSQL(\"\"\"A\"\"\"),\n"
                    "    ]\n"
                    "# Second\n"
                    "class Migration(migrations.Migration):\n"
                    "    atomic = False\n"
                    "    operations = [\n"
                    "        migrations.RunSQL(\"\"\"A\"\"\"),\n"
                    "        migrations.SeparateDatabaseAndState(state_operations=[" ALTER_FIELD
                    "]),\n"
                    "    ]\n"
                    "# By hand");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-django/indexes-have-an-operation", test_concurrent_operation);
    g_test_add_func("/rules/lint-django/a-comment-at-an-operation-is-told-once", test_comment);
    g_test_add_func("/rules/lint-django/steps-as-operations", test_steps);
    return g_test_run();
}
