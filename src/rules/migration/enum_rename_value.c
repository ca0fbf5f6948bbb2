/* enum-rename-value: a value of an enum that running code knows by its old name. */
#include "../rule_internal.h"

static gboolean
is_of_new_type(const PgaLintRun *run, const PgQuery__AlterEnumStmt *alter)
{
    PgQuery__TypeName name = PG_QUERY__TYPE_NAME__INIT;
    const PgaStateType *type;

    name.names = alter->type_name;
    name.n_names = alter->n_type_name;
    type = pga_state_type(run->state, &name);
    return type && type->created_in == run->state->migration;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_ALTER_ENUM &&
        action->statement->alter_enum_stmt->old_val[0] != '\0' &&
        !is_of_new_type(run, action->statement->alter_enum_stmt))
        pga_lint_report(run, action, "Code that reads or writes %s fails from then on.",
                        action->statement->alter_enum_stmt->old_val);
}

const PgaRule pga_rule_enum_rename_value = {
    .id = "enum-rename-value",
    .title = "RENAME VALUE of an enum",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The release that runs while the migration does reads and writes a value that is gone.",
    .when_not = "No running code names the value.",
    .condition = "ALTER TYPE … RENAME VALUE of a type that was there before the migration.",
    .example = "ALTER TYPE state RENAME VALUE 'new' TO 'open';",
    .fix = "Proposes to add the new value, to move the rows to it in batches, and to stop using "
           "the old one.",
    .docs = "sql-altertype.html",
    .docs_title = "ALTER TYPE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
