/* missing-lock-timeout: a strong lock is waited for without end. */
#include "../rule_internal.h"
#include "../timeout_setting_internal.h"
#include "../told_once_internal.h"

static void
judge_step(PgaLintRun *run)
{
    const PgaLockMode mode = pga_lint_strongest(run);
    PgaFinding *finding;

    if (!pga_lint_locks_strongly(run) || pga_lint_timeout(run, "lock_timeout") > 0 ||
        !pga_lint_first_time_in_file(run))
        return;
    finding = pga_lint_report(run, NULL,
                              "The first statement that takes %s waits for it without end, and "
                              "every query that conflicts with it queues behind.",
                              mode < PGA_LOCK_SHARE ? "a strong lock" : pga_lock_mode_name(mode));
    pga_finding_add_sql(finding, g_strdup_printf("SET %slock_timeout = '%s';",
                                                 run->transaction->in_block ? "LOCAL " : "",
                                                 run->recipes->lock_timeout));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, "instant");
    pga_finding_note(finding, "Put it before the statement, and run the migration again when it "
                              "fails with lock_not_available (55P03).");
}

const PgaRule pga_rule_missing_lock_timeout = {
    .id = "missing-lock-timeout",
    .title = "Strong lock without lock_timeout",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A statement that waits for its lock keeps everybody else waiting behind it: one long "
           "transaction, and the table is out of use until it ends.",
    .when_not = "The role or the database of the migrations has a lock_timeout of its own, or the "
                "tool that runs them sets one.",
    .condition =
        "The first statement of a file that takes SHARE or a stronger lock on a relation that "
        "others can use already, while lock_timeout is not set or 0; once for a file, and of more "
        "than three files once for all, at the last.",
    .example = "ALTER TABLE orders ADD COLUMN note text;",
    .fix =
        "Sets lock_timeout before the statement; the migration is run again when it is exceeded.",
    .docs = "runtime-config-client.html#GUC-LOCK-TIMEOUT",
    .docs_title = "Client Connection Defaults: lock_timeout",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step,
             .finish = pga_lint_start_over,
             .forget = pga_lint_forget_told,
             .gathered = TRUE},
};
