/* disable-trigger-all: foreign keys are not checked meanwhile, and never after. */
#include "../lock_cost_internal.h"
#include "../timeout_setting_internal.h"

static gboolean
disables(const PgaAction *action)
{
    return action->kind == PGA_ACTION_TRIGGERS &&
           (action->command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll ||
            action->command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autofree char *role = pga_action_sets(action, "session_replication_role");

    if (disables(action) || g_strcmp0(role, "replica") == 0)
        pga_lint_advise(pga_lint_report(run, action,
                                        "Rows that are written meanwhile are not checked, neither "
                                        "now nor when the triggers are on again."),
                        "Disable the one trigger by its name, and check the rows after.");
}

const PgaRule pga_rule_disable_trigger_all = {
    .id = "disable-trigger-all",
    .title = "Triggers switched off altogether",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Foreign keys are triggers too: rows that break them come in, and nothing looks at them "
           "again when the triggers are back.",
    .when_not = "The rows are checked afterwards.",
    .condition = "DISABLE TRIGGER ALL or USER, and SET session_replication_role = replica.",
    .example = "ALTER TABLE orders DISABLE TRIGGER ALL;",
    .fix = "Proposes to disable the one trigger by its name.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
