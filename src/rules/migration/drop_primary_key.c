/* drop-primary-key: a table loses its key. */
#include "../lock_cost_internal.h"

static gboolean
gets_another(const PgaLintRun *run)
{
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);

        if (action->kind == PGA_ACTION_ADD_CONSTRAINT && action->constraint &&
            action->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_primary(const PgaAction *action)
{
    const PgaStateConstraint *constraint = pga_state_constraint(action->relation, action->name);

    return constraint ? constraint->type == 'p' : g_str_has_suffix(action->name, "_pkey");
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_DROP_CONSTRAINT && action->name &&
        pga_lint_concerns(run, action) && is_primary(action) && !gets_another(run))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Build the index of the new key with CONCURRENTLY first, and add the key "
                        "with USING INDEX in the statement that drops the old one.");
}

const PgaRule pga_rule_drop_primary_key = {
    .id = "drop-primary-key",
    .title = "DROP of a primary key",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Logical replication refuses UPDATE and DELETE of a table without a key, ORMs cannot "
           "address its rows, and with CASCADE the foreign keys of other tables go too.",
    .when_not = "The same migration adds the new key.",
    .condition = "DROP CONSTRAINT of a primary key, or of a constraint named like one, unless the "
                 "same statement adds another.",
    .example = "ALTER TABLE orders DROP CONSTRAINT orders_pkey;",
    .fix = "Proposes to build the new key's index concurrently first, and to swap both in one "
           "statement.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
