/* domain-constraint: a rule of a domain is checked in every table that uses the domain. */
#include "../lock_cost_internal.h"

static const PgQuery__Constraint *
added(const PgQuery__AlterDomainStmt *statement)
{
    return statement->def && statement->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT
               ? statement->def->constraint
               : NULL;
}

/* ADD CONSTRAINT, VALIDATE CONSTRAINT, SET NOT NULL (AlterDomainStmt.subtype C, V, O). */
static gboolean
checks_rows(const PgQuery__AlterDomainStmt *statement)
{
    if (g_str_equal(statement->subtype, "C"))
        return !added(statement) || !added(statement)->skip_validation;
    return g_str_equal(statement->subtype, "V") || g_str_equal(statement->subtype, "O");
}

/* Nobody who could tell says that no table has it. */
static gboolean
may_be_in_use(const PgaLintRun *run, PgQuery__Node **names, gsize n_names)
{
    PgQuery__TypeName type = PG_QUERY__TYPE_NAME__INIT;

    type.names = names;
    type.n_names = n_names;
    return pga_effect_strongest(run->effect) > PGA_LOCK_NONE ||
           (!run->state->complete && !pga_state_type(run->state, &type));
}

static void
judge_altered(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__AlterDomainStmt *statement = action->statement->alter_domain_stmt;
    g_autofree char *sentence = NULL;
    PgaFinding *finding;

    if (!checks_rows(statement) ||
        !may_be_in_use(run, statement->type_name, statement->n_type_name))
        return;
    if (pga_effect_strongest(run->effect) > PGA_LOCK_NONE)
        sentence = pga_effect_sentence(run->effect);
    finding = pga_lint_report(run, action, "%s",
                              sentence ? sentence
                                       : "Takes SHARE on every table that has a column of the "
                                         "domain and reads all of it: writes wait until it is "
                                         "done.");
    pga_lint_add_recipe(run, finding, action);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__Node *statement = action->statement;

    if (action->kind == PGA_ACTION_ALTER_DOMAIN &&
        statement->node_case == PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT)
        judge_altered(run, action);
    else if (action->kind == PGA_ACTION_CREATE_TYPE &&
             statement->node_case == PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT &&
             statement->create_domain_stmt->n_constraints > 0)
        pga_lint_lower(run,
                       pga_lint_report(run, action,
                                       "To change the rule later, every table that has a column "
                                       "of the domain is read while its writers wait."),
                       PGA_SEVERITY_INFO);
}

const PgaRule pga_rule_domain_constraint = {
    .id = "domain-constraint",
    .title = "Constraint of a domain",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "All tables with a column of the domain are locked in SHARE and read: their writers "
           "wait, all at the same time. Later changes of the rule cost the same again.",
    .when_not = "The tables that use the domain are small.",
    .condition = "ALTER DOMAIN … ADD CONSTRAINT without NOT VALID, VALIDATE CONSTRAINT or SET NOT "
                 "NULL, unless no table uses the domain; info for CREATE DOMAIN with a constraint, "
                 "which invites it.",
    .example = "ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%');",
    .fix = "Adds the constraint with NOT VALID; validating it keeps writers waiting all the same, "
           "so a CHECK of each table may be better.",
    .docs = "sql-alterdomain.html",
    .docs_title = "ALTER DOMAIN",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
