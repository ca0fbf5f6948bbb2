/* missing-statement-timeout: work under a strong lock without a bound. */
#include "../rule_internal.h"
#include "../timeout_setting_internal.h"
#include "../told_once_internal.h"

static gboolean
works(const PgaEffect *effect)
{
    return effect->rewritten->len + effect->scanned->len + effect->rebuilt->len > 0;
}

static void
judge_step(PgaLintRun *run)
{
    PgaFinding *finding;

    if (!pga_lint_locks_strongly(run) || !works(run->effect) || run->effect->outside_block ||
        pga_state_setting(run->state, "statement_timeout", NULL) ||
        !pga_lint_first_time_in_file(run))
        return;
    finding = pga_lint_report(run, NULL,
                              "It reads or writes a whole table while it holds %s, however long "
                              "that takes.",
                              pga_lock_mode_name(pga_effect_strongest(run->effect)));
    pga_finding_note(finding, "Set statement_timeout to what users bear before it.");
}

const PgaRule pga_rule_missing_statement_timeout = {
    .id = "missing-statement-timeout",
    .title = "Long work under a strong lock without statement_timeout",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The statement may take minutes or hours, and keeps others waiting as long; nothing "
           "ends it but an operator.",
    .when_not = "The role or the database of the migrations has a statement_timeout of its own.",
    .condition =
        "The first statement of a file that reads or rewrites a table under SHARE or a "
        "stronger lock while statement_timeout is not set; to 0 is a decision and left "
        "alone, and so are CONCURRENTLY and VALIDATE CONSTRAINT; once for a file, and of more "
        "than three files once for all, at the last.",
    .example = "CREATE INDEX orders_customer_id ON orders (customer_id);",
    .fix = "Proposes to set statement_timeout before the statement.",
    .docs = "runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
    .docs_title = "Client Connection Defaults: statement_timeout",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step,
             .finish = pga_lint_start_over,
             .forget = pga_lint_forget_told,
             .gathered = TRUE},
};
