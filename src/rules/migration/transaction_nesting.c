/* transaction-nesting: BEGIN in a transaction, or COMMIT that ends somebody else's. */
#include "../transaction_control_internal.h"

/* run->memory: the number of the transaction that BEGIN opened. */
static gboolean
is_open(const PgaLintRun *run)
{
    return run->step->in_tools_block || GPOINTER_TO_UINT(run->memory) == run->step->transaction;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaTransactionControl control = pga_transaction_control(action);

    if (control == PGA_CONTROL_OTHER || run->step->depth > 0)
        return;
    if (control == PGA_CONTROL_BEGINS) {
        if (is_open(run))
            pga_lint_report(run, action, "%s is open already: it only warns.",
                            run->step->in_tools_block ? "The tool's transaction" : "A transaction");
        run->memory = GUINT_TO_POINTER(run->step->transaction);
        return;
    }
    if (run->step->in_tools_block)
        pga_lint_report(run, action,
                        "It ends the tool's transaction: what comes after cannot be rolled back "
                        "together with what came before.");
    else if (!run->step->in_block)
        pga_lint_report(run, action, "No transaction is open: it only warns.");
    run->memory = NULL;
}

static void
finish(PgaLintRun *run)
{
    run->memory = NULL;
}

const PgaRule pga_rule_transaction_nesting = {
    .id = "transaction-nesting",
    .title = "BEGIN or COMMIT where it does not belong",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "PostgreSQL has no nested transactions: BEGIN in one does nothing, and COMMIT ends the "
           "outer one early, so that a failure after it leaves half of the migration applied.",
    .when_not = "The tool is known to run the file without a transaction.",
    .condition = "BEGIN while a transaction is open, COMMIT or ROLLBACK while none is, and either "
                 "of them in a file that the tool runs in a transaction.",
    .example = "BEGIN;\n"
               "BEGIN;\n"
               "COMMIT;",
    .fix = "Proposes to leave BEGIN and COMMIT to one of the two: the tool, or the file.",
    .docs = "sql-begin.html",
    .docs_title = "BEGIN",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = finish},
};
