/* unqualified-name: a table that the search_path has to find. */
#include "../rule_internal.h"

static gboolean
is_definition(const PgaAction *action)
{
    return action->kind == PGA_ACTION_CREATE_TABLE || action->command ||
           (action->kind == PGA_ACTION_DROP &&
            action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) ||
           action->kind == PGA_ACTION_CREATE_INDEX;
}

static gboolean
is_qualified(const PgaAction *action)
{
    if (!action->range)
        return action->nspname != NULL;
    return action->range->schemaname[0] != '\0' ||
           g_str_equal(action->range->relpersistence, "t") ||
           (action->relation && action->relation->persistence == 't');
}

static void
judge_step(PgaLintRun *run)
{
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);

        if (!is_definition(action) || is_qualified(action))
            continue;
        pga_lint_report(run, action, "The search_path of the session decides which table it is.");
        return;
    }
}

const PgaRule pga_rule_unqualified_name = {
    .id = "unqualified-name",
    .title = "Table without its schema",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Which table is meant depends on the search_path of whoever runs the migration.",
    .when_not = "There is but one schema, and the search_path is fixed.",
    .condition = "CREATE, ALTER or DROP TABLE and CREATE INDEX with a table without a schema; "
                 "temporary tables are left out. Off unless the configuration names it.",
    .example = "ALTER TABLE orders ADD COLUMN note text;",
    .fix = "Proposes the qualified name.",
    .docs = "ddl-schemas.html#DDL-SCHEMAS-PATH",
    .docs_title = "Schemas: The Schema Search Path",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .off_by_default = TRUE,
    .lint = {.step = judge_step},
};
