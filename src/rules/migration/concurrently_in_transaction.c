/* concurrently-in-transaction: a statement that refuses to run in a transaction. */
#include "../rule_internal.h"

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    PgaFinding *finding;

    if (!action || !run->effect->outside_block || (!run->step->in_block && run->step->depth == 0))
        return;
    finding = pga_lint_report(
        run, action, "%s; the server refuses it with active_sql_transaction (25001).",
        run->step->depth > 0        ? "It runs in a function or a DO block"
        : run->step->in_tools_block ? "The tool runs this file in a transaction"
                                    : "It runs between BEGIN and COMMIT");
    pga_finding_note(finding,
                     "Run it in a migration of its own, for which the tool opens no transaction%s.",
                     g_str_equal(run->file->tool->name, "django") ? ": atomic = False" : "");
}

const PgaRule pga_rule_concurrently_in_transaction = {
    .id = "concurrently-in-transaction",
    .title = "Statement that cannot run in a transaction block",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "CREATE INDEX CONCURRENTLY and its like commit several times while they run: in a "
           "transaction block they fail, and the migration never applies.",
    .when_not = "The tool runs the file without a transaction after all.",
    .condition =
        "CREATE, DROP INDEX or REINDEX with CONCURRENTLY, DETACH PARTITION CONCURRENTLY, VACUUM "
        "and others that refuse it, between BEGIN and COMMIT, in a file that the tool runs in a "
        "transaction, or in a DO block. REFRESH MATERIALIZED VIEW CONCURRENTLY may.",
    .example = "BEGIN;\n"
               "CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);\n"
               "COMMIT;",
    .fix = "Proposes a migration of its own without a transaction.",
    .docs = "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    .docs_title = "CREATE INDEX: Building Indexes Concurrently",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
