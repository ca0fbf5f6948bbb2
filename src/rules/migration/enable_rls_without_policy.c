/* enable-rls-without-policy: row security without a policy shows no row. */
#include "../pending_internal.h"

static char *
key_of(const PgaAction *action)
{
    return pga_state_relation_name(action->relation);
}

static gboolean
enables(const PgaAction *action)
{
    return action->kind == PGA_ACTION_ROW_SECURITY && action->relation &&
           action->command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity &&
           action->relation->policies->len == 0;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autofree char *key = action->relation ? key_of(action) : NULL;

    if (enables(action))
        pga_lint_pend(run, action, key,
                      "Without a policy nobody but the owner, and roles with BYPASSRLS, sees a "
                      "row.");
    else if (action->kind == PGA_ACTION_CREATE_TRIGGER && key &&
             action->object == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY)
        pga_lint_settle(run, key);
}

const PgaRule pga_rule_enable_rls_without_policy = {
    .id = "enable-rls-without-policy",
    .title = "ENABLE ROW LEVEL SECURITY without a policy",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "What no policy allows is hidden: the application sees an empty table and cannot "
           "insert, unless it owns the table.",
    .when_not = "The application owns the table and FORCE ROW LEVEL SECURITY is not set, or "
                "policies are made elsewhere.",
    .condition = "ENABLE ROW LEVEL SECURITY on a table without policies, neither before nor in the "
                 "rest of the file.",
    .example = "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
    .fix = "Proposes to create the policies first, in the same transaction.",
    .docs = "ddl-rowsecurity.html",
    .docs_title = "Row Security Policies",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_report_pending, .forget = pga_lint_forget_pending},
};
