/* create-table-force: a table is replaced, whatever it held. */
#include "../told_once_internal.h"

static GHashTable *
dropped(PgaLintRun *run)
{
    if (!run->memory)
        run->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return run->memory;
}

static gboolean
is_dropped_if_exists(const PgaAction *action)
{
    return action->kind == PGA_ACTION_DROP &&
           action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE && action->name &&
           action->statement->drop_stmt->missing_ok;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    guint line;

    if (is_dropped_if_exists(action)) {
        g_hash_table_insert(dropped(run), g_strdup(action->name),
                            GUINT_TO_POINTER(run->step->line));
        return;
    }
    if (action->kind != PGA_ACTION_CREATE_TABLE || !action->name || !run->memory ||
        !action->range || g_str_equal(action->range->relpersistence, "t"))
        return;
    line = GPOINTER_TO_UINT(g_hash_table_lookup(dropped(run), action->name));
    if (line > 0)
        pga_lint_report(run, action, "Line %u drops a table of that name if there is one.", line);
}

const PgaRule pga_rule_create_table_force = {
    .id = "create-table-force",
    .title = "Table dropped if it exists, and created",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Where the migration runs a second time, or in a database that it was not meant for, a "
           "table full of rows is replaced by an empty one.",
    .when_not = "The table holds nothing that is needed.",
    .condition = "DROP TABLE IF EXISTS and CREATE TABLE of the same name in one file; temporary "
                 "tables are left out.",
    .example = "DROP TABLE IF EXISTS orders;\n"
               "CREATE TABLE orders (id bigint PRIMARY KEY);",
    .fix = "Proposes CREATE TABLE alone, which fails where the table exists.",
    .docs = "sql-createtable.html",
    .docs_title = "CREATE TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};
