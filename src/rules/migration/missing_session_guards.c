/* missing-session-guards: a session that nobody can tell and that nothing ends. */
#include "../timeout_setting_internal.h"
#include "../told_once_internal.h"

static gboolean
is_set(const PgaLintRun *run, const char *name)
{
    return pga_state_setting(run->state, name, NULL) != NULL;
}

static void
judge_step(PgaLintRun *run)
{
    const gboolean ends = is_set(run, "idle_in_transaction_session_timeout") ||
                          (run->state->version >= 170000 && is_set(run, "transaction_timeout"));
    const gboolean named = is_set(run, "application_name");

    if (pga_lint_locks_strongly(run) && (!ends || !named) && pga_lint_first_time_in_file(run))
        pga_lint_report(run, NULL, "Not set before the first strong lock: %s%s%s.",
                        ends ? "" : "idle_in_transaction_session_timeout",
                        ends || named ? "" : ", ", named ? "" : "application_name");
}

const PgaRule pga_rule_missing_session_guards = {
    .id = "missing-session-guards",
    .title = "Session of a migration without a name and a bound",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A client that hangs keeps its locks until its connection breaks, and pg_stat_activity "
           "does not say whose session it is.",
    .when_not =
        "The role of the migrations has these settings, or the tool that runs them sets them.",
    .condition = "The first statement of a file that takes SHARE or a stronger lock while "
                 "idle_in_transaction_session_timeout (since 17 also transaction_timeout) or "
                 "application_name is not set. Off unless the configuration names it.",
    .example = "ALTER TABLE orders ADD COLUMN note text;",
    .fix = "Proposes SET idle_in_transaction_session_timeout and SET application_name at the "
           "beginning of the file.",
    .versions = "transaction_timeout came with 17.",
    .docs = "runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    .docs_title = "Client Connection Defaults: idle_in_transaction_session_timeout",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .off_by_default = TRUE,
    .lint = {.step = judge_step, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};
