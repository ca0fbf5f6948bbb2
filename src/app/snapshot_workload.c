/* Statements of files beside those that the server recorded: with their constants, and without
 * anything measured. */
#include <model/finding.h>
#include <parse/script.h>
#include <parse/workload.h>

#include "snapshot_internal.h"

static void
add_statement(PgaWorkload *workload, const PgaStatement *statement)
{
    PgaWorkloadStatement *added =
        pga_record_add(workload->statements, &pga_workload_statement_type);

    added->query = g_strndup(statement->text, statement->length);
    added->toplevel = TRUE;
    added->calls = 1;
}

static void
note_left_out(const PgaScript *script, const PgaStatement *statement, GPtrArray *not_read)
{
    g_autofree char *text = g_strndup(statement->text, MIN(statement->length, 40));

    g_ptr_array_add(
        not_read,
        pga_not_checked_new(NULL, g_strdup_printf("line %u of %s", statement->line, script->name),
                            g_strdup_printf("no statement of SQL: %s", text)));
}

static void
add_script(PgaWorkload *workload, const PgaScript *script, GPtrArray *not_read)
{
    for (guint i = 0; i < script->statements->len; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);

        if (statement->kind == PGA_STATEMENT_META)
            note_left_out(script, statement, not_read);
        else
            add_statement(workload, statement);
    }
}

gboolean
pga_snapshot_add_workload(PgaSnapshot *snapshot, const char *const *paths, GPtrArray *not_read,
                          GError **error)
{
    if (!paths || !paths[0])
        return TRUE;
    for (guint i = 0; paths[i]; i++) {
        g_autoptr(PgaScript) script = pga_script_open(paths[i], error);

        if (!script)
            return FALSE;
        add_script(snapshot->workload, script, not_read);
    }
    return pga_workload_parse(snapshot->catalog, snapshot->workload, error);
}
