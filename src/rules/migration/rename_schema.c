/* rename-schema: tables that running code finds in another schema. */
#include "../lock_cost_internal.h"

static gboolean
is_schema(const PgaAction *action)
{
    return action->kind == PGA_ACTION_RENAME &&
           action->object == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA;
}

static gboolean
is_table_moved(const PgaLintRun *run, const PgaAction *action)
{
    return action->kind == PGA_ACTION_SET_SCHEMA && pga_lint_concerns(run, action) &&
           (action->relation->kind == 'r' || action->relation->kind == 'p');
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (is_schema(action) || is_table_moved(run, action))
        pga_lint_advise(pga_lint_report(run, action,
                                        "Code and a search_path that name the old schema fail from "
                                        "then on."),
                        "Move the tables one by one, and leave views of the old names behind.");
}

const PgaRule pga_rule_rename_schema = {
    .id = "rename-schema",
    .title = "RENAME SCHEMA or SET SCHEMA",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every qualified name and every search_path with the old schema breaks the moment it is "
           "committed.",
    .when_not = "The code finds its tables by a search_path that has both schemas.",
    .condition = "ALTER SCHEMA … RENAME, and ALTER TABLE … SET SCHEMA of a table that others can "
                 "use already.",
    .example = "ALTER TABLE orders SET SCHEMA archive;",
    .fix = "Proposes to move the tables one by one and to leave views behind.",
    .docs = "sql-alterschema.html",
    .docs_title = "ALTER SCHEMA",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
