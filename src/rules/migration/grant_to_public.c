/* grant-to-public: privileges for everybody, or all of them. */
#include "../rule_internal.h"

static gboolean
has_public(const PgQuery__GrantStmt *grant)
{
    for (size_t i = 0; i < grant->n_grantees; i++)
        if (grant->grantees[i]->role_spec->roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC)
            return TRUE;
    return FALSE;
}

/* CONNECT and USAGE are what PUBLIC has of databases, and of some schemas, anyway. */
static gboolean
is_usual(const PgQuery__GrantStmt *grant)
{
    const char *name = grant->n_privileges == 1 ? grant->privileges[0]->access_priv->priv_name : "";

    return (grant->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE &&
            g_str_equal(name, "connect")) ||
           (grant->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA && g_str_equal(name, "usage"));
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    const PgQuery__GrantStmt *grant;

    if (!action || action->statement->node_case != PG_QUERY__NODE__NODE_GRANT_STMT)
        return;
    grant = action->statement->grant_stmt;
    if (!grant->is_grant)
        return;
    if (has_public(grant) && !is_usual(grant))
        pga_lint_report(run, action, "Every role, of today and to come, gets the privilege.");
    else if (grant->n_privileges == 0 && grant->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
        pga_lint_report(run, action, "ALL includes TRUNCATE, REFERENCES and TRIGGER.");
}

const PgaRule pga_rule_grant_to_public = {
    .id = "grant-to-public",
    .title = "GRANT to PUBLIC, or of ALL on a table",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The access is wider than anybody needs: PUBLIC is every role of the server, and ALL "
           "includes TRUNCATE and TRIGGER.",
    .when_not = "The object is meant for everybody.",
    .condition = "GRANT to PUBLIC other than CONNECT on a database or USAGE on a schema; GRANT ALL "
                 "on tables.",
    .example = "GRANT SELECT ON orders TO PUBLIC;",
    .fix = "Proposes the privileges that are needed, to a role.",
    .docs = "sql-grant.html",
    .docs_title = "GRANT",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
