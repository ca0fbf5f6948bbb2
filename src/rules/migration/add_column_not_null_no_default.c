/* add-column-not-null-no-default: a column that every row must have and none has. */
#include "../lock_cost_internal.h"
#include "../new_column_internal.h"

/* Something that gives old rows, and old code, a value. */
static gboolean
has_value(const PgaAction *action)
{
    return pga_new_column_default(action) || pga_new_column_is_numbered(action) ||
           pga_column_constraint(action->column, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED);
}

static gboolean
is_required(const PgaAction *action)
{
    return pga_column_constraint(action->column, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) ||
           pga_column_constraint(action->column, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_ADD_COLUMN || !pga_lint_concerns(run, action) ||
        !is_required(action) || has_value(action))
        return;
    finding = pga_lint_report(run, action,
                              "It fails if the table has a row (23502); else code that does not "
                              "know the column fails to insert one.");
    pga_lint_add_recipe(run, finding, action);
}

const PgaRule pga_rule_add_column_not_null_no_default = {
    .id = "add-column-not-null-no-default",
    .title = "ADD COLUMN NOT NULL without a default",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Rows that are there would hold NULL, so the statement fails; and the running release, "
           "which does not write the column, cannot insert.",
    .when_not = "The table is empty, and no code that writes to it runs.",
    .condition = "ADD COLUMN with NOT NULL or PRIMARY KEY and without DEFAULT, IDENTITY, serial or "
                 "GENERATED, on a table that others can use already.",
    .example = "ALTER TABLE orders ADD COLUMN note text NOT NULL;",
    .fix = "Adds the column without NOT NULL, then, once the code writes it, fills the old rows in "
           "batches and sets NOT NULL by way of a validated check.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
