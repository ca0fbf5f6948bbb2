/* set-not-null-scan: SET NOT NULL reads the table to see that no row holds NULL. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"
#include "../told_once_internal.h"

/* Of 18: a NOT NULL constraint with a name that is to hold at once. */
static gboolean
is_constraint(const PgaLintRun *run, const PgaAction *action)
{
    return pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL, FALSE);
}

/* Before 12 no check spares the scan. */
static gboolean
scans(const PgaLintRun *run, const PgaAction *action)
{
    const PgaStateColumn *column =
        action->name ? pga_state_column(action->relation, action->name) : NULL;

    if (run->state->version < 120000)
        return !column || !column->not_null;
    return pga_lint_scans(run, action);
}

/* What an earlier migration added NOT VALID, and nobody here has read, may be the proof. */
static gboolean
validates_unknown(const PgaLintRun *run, const PgaAction *action)
{
    return action->kind == PGA_ACTION_VALIDATE_CONSTRAINT && action->name &&
           pga_lint_concerns(run, action) && !run->state->complete &&
           !pga_state_constraint(action->relation, action->name);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (validates_unknown(run, action))
        pga_lint_first_time_of(run, action->relation);
    else if (((action->kind == PGA_ACTION_SET_NOT_NULL && pga_lint_concerns(run, action)) ||
              is_constraint(run, action)) &&
             scans(run, action) &&
             (run->state->version < 120000 || !pga_lint_was_told_of(run, action->relation)))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_set_not_null_scan = {
    .id = "set-not-null-scan",
    .title = "SET NOT NULL that reads the whole table",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every row is read under ACCESS EXCLUSIVE to see that none holds NULL: reads and writes "
           "wait.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ALTER COLUMN … SET NOT NULL on a column that may hold NULL and for which no valid CHECK "
        "says IS NOT NULL, alone or joined by AND. A check such as (a > 0) is no proof. "
        "After VALIDATE CONSTRAINT of one that an earlier migration added and that is not known, "
        "it is taken for the proof.",
    .example = "ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;",
    .fix = "Adds CHECK (… IS NOT NULL) NOT VALID, validates it in a transaction of its own while "
           "reads and writes go on, sets NOT NULL without a scan, and drops the check.",
    .versions = "Before 12 the check is no proof and the scan cannot be avoided; since 18 a NOT "
                "NULL constraint can itself be NOT VALID and validated later.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};
