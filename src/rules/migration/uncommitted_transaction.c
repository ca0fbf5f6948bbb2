/* uncommitted-transaction: a transaction that the file does not end. */
#include "../transaction_control_internal.h"

static void
forget(PgaLintRun *run)
{
    pga_place_free(run->memory);
    run->memory = NULL;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaTransactionControl control = pga_transaction_control(action);

    if (run->step->depth > 0)
        return;
    if (control == PGA_CONTROL_ENDS)
        forget(run);
    else if (control == PGA_CONTROL_BEGINS && !run->memory)
        run->memory = pga_place_new(run->step, action->location);
}

static void
finish(PgaLintRun *run)
{
    if (run->memory && !run->file->tool->in_transaction)
        pga_lint_report_at(run, run->memory, "BEGIN",
                           "The file ends before it is committed or rolled back.");
    forget(run);
}

const PgaRule pga_rule_uncommitted_transaction = {
    .id = "uncommitted-transaction",
    .title = "BEGIN without COMMIT",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "When the connection ends, everything since BEGIN is rolled back; until then its locks "
           "stay.",
    .when_not = "The tool commits what the file leaves open.",
    .condition = "BEGIN or START TRANSACTION without COMMIT or ROLLBACK in the rest of the file.",
    .example = "BEGIN;\n"
               "ALTER TABLE orders ADD COLUMN note text;",
    .fix = "Proposes COMMIT at the end of the file.",
    .docs = "sql-commit.html",
    .docs_title = "COMMIT",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = finish, .forget = (GDestroyNotify)pga_place_free},
};
