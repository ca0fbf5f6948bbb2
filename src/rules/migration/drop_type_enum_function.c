/* drop-type-enum-function: a type, function or view that running code may still use. */
#include "../pending_internal.h"

static const PgQuery__ObjectType kinds[] = {
    PG_QUERY__OBJECT_TYPE__OBJECT_TYPE,     PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN,
    PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION, PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE,
    PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE,  PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE,
    PG_QUERY__OBJECT_TYPE__OBJECT_VIEW,     PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW,
    PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE,
};

static gboolean
is_kind(PgQuery__ObjectType object)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i] == object)
            return TRUE;
    return FALSE;
}

static gboolean
makes(const PgaAction *action)
{
    return action->kind == PGA_ACTION_CREATE_VIEW || action->kind == PGA_ACTION_CREATE_FUNCTION ||
           action->kind == PGA_ACTION_CREATE_TYPE;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (makes(action) && action->name)
        pga_lint_settle(run, action->name);
    else if (action->kind == PGA_ACTION_DROP && is_kind(action->object) && action->name &&
             (!action->relation || pga_lint_is_shared(run, action->relation)))
        pga_lint_pend(run, action, action->name, "Code that still uses it fails from then on.");
}

const PgaRule pga_rule_drop_type_enum_function = {
    .id = "drop-type-enum-function",
    .title = "DROP of a type, function, view or sequence",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The release that runs while the migration does may still use it and fails.",
    .when_not = "No running code has used it since the release before.",
    .condition = "DROP TYPE, DOMAIN, FUNCTION, PROCEDURE, VIEW, MATERIALIZED VIEW or SEQUENCE that "
                 "the same file does not create again.",
    .example = "DROP VIEW open_orders;",
    .fix = "Proposes to drop it with the next release.",
    .docs = "ddl-depend.html",
    .docs_title = "Dependency Tracking",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_report_pending, .forget = pga_lint_forget_pending},
};
