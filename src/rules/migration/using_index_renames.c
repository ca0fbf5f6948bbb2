/* using-index-renames: an index that takes its constraint's name. */
#include "../added_constraint_internal.h"

static gboolean
is_key(const PgaLintRun *run, const PgaAction *action)
{
    return pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, FALSE) ||
           pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY, FALSE);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__Constraint *constraint;

    if (!is_key(run, action) || !pga_constraint_uses_index(action->constraint))
        return;
    constraint = action->constraint;
    if (constraint->conname[0] != '\0' && !g_str_equal(constraint->conname, constraint->indexname))
        pga_lint_report(run, action, "The index %s becomes %s.", constraint->indexname,
                        constraint->conname);
}

const PgaRule pga_rule_using_index_renames = {
    .id = "using-index-renames",
    .title = "USING INDEX that renames the index",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The index takes the constraint's name; later migrations and scripts that name it find "
           "nothing.",
    .when_not = "Nothing else names the index.",
    .condition = "ADD CONSTRAINT … UNIQUE or PRIMARY KEY USING INDEX where the two names differ.",
    .example =
        "ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number;",
    .fix = "Proposes to give both the same name.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
