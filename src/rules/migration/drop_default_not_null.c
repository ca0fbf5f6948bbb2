/* drop-default-not-null: a required column loses the default that running code depends on. */
#include "../lock_cost_internal.h"
#include "../pending_internal.h"

static gboolean
is_required_here(const PgaLintRun *run, const PgaAction *action)
{
    const PgaStateColumn *column =
        action->name ? pga_state_column(action->relation, action->name) : NULL;

    return column && column->added_in == run->state->migration && column->not_null &&
           column->default_text;
}

static char *
key_of(const PgaAction *action)
{
    g_autofree char *relation = pga_state_relation_name(action->relation);

    return g_strconcat(relation, ".", action->name, NULL);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autofree char *key = NULL;

    if ((action->kind != PGA_ACTION_SET_DEFAULT && action->kind != PGA_ACTION_DROP_DEFAULT) ||
        !pga_lint_concerns(run, action))
        return;
    key = key_of(action);
    if (action->kind == PGA_ACTION_SET_DEFAULT)
        pga_lint_settle(run, key);
    else if (is_required_here(run, action))
        pga_lint_pend(run, action, key,
                      "The column is NOT NULL and new: code that does not know it cannot insert "
                      "until it is replaced.");
}

const PgaRule pga_rule_drop_default_not_null = {
    .id = "drop-default-not-null",
    .title = "DROP DEFAULT of a new NOT NULL column",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Between the migration and the deployment the running release, which does not write the "
           "column, cannot insert a row.",
    .when_not = "No code that writes to the table runs until the new release does.",
    .condition =
        "ADD COLUMN with NOT NULL and DEFAULT, and DROP DEFAULT of it in the same file without "
        "another SET DEFAULT, as Django writes it for default= without db_default=.",
    .example = "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';\n"
               "ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;",
    .fix = "Proposes to keep the default until the release that writes the column runs everywhere; "
           "in Django 5 and newer by db_default=.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_report_pending, .forget = pga_lint_forget_pending},
};
