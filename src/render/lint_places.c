/* Where findings stand: the statement around a place. */
#include "lint_internal.h"

static gboolean
is_at_or_after(guint line, guint column, guint from_line, guint from_column)
{
    return line > from_line || (line == from_line && column >= from_column);
}

static gboolean
holds(const PgaLintStatement *statement, const PgaFinding *finding)
{
    return is_at_or_after(finding->line, finding->column, statement->line, statement->column) &&
           is_at_or_after(statement->last_line, statement->last_column, finding->line,
                          finding->column) &&
           g_str_equal(statement->file, finding->file);
}

const PgaLintStatement *
pga_lint_statement_of(const PgaLintReport *report, const PgaFinding *finding, guint *at)
{
    for (guint i = *at; i < report->statements->len; i++) {
        const PgaLintStatement *statement = g_ptr_array_index(report->statements, i);

        if (holds(statement, finding)) {
            *at = i;
            return statement;
        }
        if (statement->line > finding->line && g_str_equal(statement->file, finding->file))
            return NULL;
    }
    return NULL;
}
