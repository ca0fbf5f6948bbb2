/* drop-database-schema: a database or a schema with all that is in it. */
#include "../rule_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const gboolean database = action->statement->node_case == PG_QUERY__NODE__NODE_DROPDB_STMT;

    if (database ||
        (action->kind == PGA_ACTION_DROP && action->object == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA))
        pga_lint_report(run, action, "There is no way back but a backup.");
}

const PgaRule pga_rule_drop_database_schema = {
    .id = "drop-database-schema",
    .title = "DROP DATABASE or DROP SCHEMA",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "All that is in it is gone, and nothing brings it back but a backup.",
    .when_not = "It is empty, or was made for tests.",
    .condition = "DROP DATABASE or DROP SCHEMA.",
    .example = "DROP SCHEMA archive;",
    .fix = "Proposes to do it by hand, not in a migration.",
    .docs = "sql-dropschema.html",
    .docs_title = "DROP SCHEMA",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
