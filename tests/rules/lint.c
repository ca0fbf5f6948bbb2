#include "lint.h"

#include <string.h>

Lint *
lint_new(void)
{
    Lint *lint = g_new0(Lint, 1);

    lint->configuration = pga_configuration_new();
    lint->version = 150000;
    lint->small = 10000;
    return lint;
}

void
lint_free(Lint *lint)
{
    pga_lint_free(lint->lint);
    pga_state_free(lint->state);
    pga_configuration_free(lint->configuration);
    g_free(lint);
}

void
lint_switch_on(Lint *lint, const char *rule)
{
    pga_configuration_set_rule(lint->configuration, rule);
}

void
lint_start(Lint *lint)
{
    const char *const only[] = {lint->only, NULL};
    PgaLintOptions options = {
        .configuration = lint->configuration,
        .recipes = {.lock_timeout = "2s", .batch_rows = 10000},
        .small_table_rows = lint->small,
        .only = lint->only_these ? lint->only_these
                : lint->only     ? only
                                 : NULL,
    };

    lint->state = pga_state_new(lint->version);
    lint->lint = pga_lint_new(lint->state, &options);
}

static void
run_file(Lint *lint, const char *path, const char *sql, gboolean context)
{
    const PgaMigrationOptions options = {.tool = lint->tool, .single_transaction = lint->single};
    PgaMigrationFile file = {
        .path = (char *)path,
        .text = (char *)sql,
        .tool = pga_migration_tool(lint->single ? "prisma" : "psql"),
        .context = context,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaMigrationReader) reader = NULL;
    const PgaStep *step = NULL;

    if (!lint->lint)
        lint_start(lint);
    reader = pga_migration_reader_new(&file, &options, &error);
    g_assert_no_error(error);
    pga_lint_begin_file(lint->lint, &file);
    while (pga_migration_reader_next(reader, &step, &error))
        pga_lint_step(lint->lint, step);
    g_assert_no_error(error);
    pga_lint_end_file(lint->lint, pga_migration_reader_suppressions(reader));
}

void
lint_file(Lint *lint, const char *path, const char *sql)
{
    run_file(lint, path, sql, FALSE);
}

void
lint_context(Lint *lint, const char *sql)
{
    run_file(lint, "before.sql", sql, TRUE);
}

static gboolean
has_several_files(const GPtrArray *findings)
{
    for (guint i = 1; i < findings->len; i++) {
        const PgaFinding *before = g_ptr_array_index(findings, i - 1);
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (!g_str_equal(before->file, finding->file))
            return TRUE;
    }
    return FALSE;
}

char *
lint_end(Lint *lint)
{
    g_autoptr(GString) text = g_string_new(NULL);
    GPtrArray *findings;
    gboolean several;

    pga_lint_end(lint->lint);
    findings = pga_lint_findings(lint->lint);
    several = has_several_files(findings);
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        g_string_append_printf(text, "%s%s:", i ? " " : "", finding->rule);
        if (several)
            g_string_append_printf(text, "%s:", finding->file);
        g_string_append_printf(text, "%u", finding->line);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

const PgaFinding *
lint_finding(Lint *lint, const char *rule)
{
    GPtrArray *findings = pga_lint_findings(lint->lint);

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (g_str_equal(finding->rule, rule))
            return finding;
    }
    return NULL;
}

void
lint_assert_of(const char *where, guint version, const char *rule, const char *before,
               const char *sql, const char *lines)
{
    g_autoptr(Lint) lint = lint_new();
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autofree char *found = NULL;
    g_auto(GStrv) each = g_strsplit(lines, " ", -1);

    g_test_message("%s: %s", where, sql);
    g_assert_nonnull(pga_rule_by_id(rule));
    lint->version = version;
    lint->only = rule;
    lint_switch_on(lint, rule);
    if (before)
        lint_context(lint, before);
    lint_file(lint, "migration.sql", sql);
    for (guint i = 0; each[i]; i++)
        g_string_append_printf(expected, "%s%s:%s", i ? " " : "", rule, each[i]);
    found = lint_end(lint);
    if (!g_str_equal(found, expected->str))
        g_test_fail_printf("%s: %s of %u is \"%s\", not \"%s\": %s\n%s", where, rule, version,
                           found, expected->str, before ? before : "", sql);
}
