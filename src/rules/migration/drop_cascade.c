/* drop-cascade: what nobody named is dropped too. */
#include "../lock_cost_internal.h"

#define CASCADE PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE

static gboolean
cascades(const PgaAction *action)
{
    switch ((guint)action->kind) {
    case PGA_ACTION_DROP:
        return action->statement->node_case == PG_QUERY__NODE__NODE_DROP_STMT &&
               action->statement->drop_stmt->behavior == CASCADE;
    case PGA_ACTION_DROP_COLUMN:
    case PGA_ACTION_DROP_CONSTRAINT:
        return action->command->behavior == CASCADE;
    default:
        return FALSE;
    }
}

static void
judge_step(PgaLintRun *run)
{
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);

        if (!cascades(action) || (action->relation && !pga_lint_is_shared(run, action->relation)))
            continue;
        pga_lint_advise(pga_lint_report(run, action, "Whatever depends on it goes too."),
                        "List what depends on it, and drop each by name.");
        return;
    }
}

const PgaRule pga_rule_drop_cascade = {
    .id = "drop-cascade",
    .title = "DROP … CASCADE",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Views, foreign keys, columns and tables that depend on it vanish, whether the author "
           "knew of them or not, and not the same ones in every database.",
    .when_not = "All that depends on it is known and not needed.",
    .condition = "DROP of a table, type, view, function, schema and so on, of a column or a "
                 "constraint, with CASCADE, of what was there before the migration.",
    .example = "DROP TABLE orders CASCADE;",
    .fix = "Proposes to drop each dependent object by its name.",
    .docs = "ddl-depend.html",
    .docs_title = "Dependency Tracking",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
