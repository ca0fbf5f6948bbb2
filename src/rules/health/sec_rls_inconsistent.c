/* sec-rls-inconsistent: policies that do nothing, tables with row security and no policy, policies
 * that let everything be written, several policies where one would do. One finding for each table.
 */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

typedef struct {
    guint n;                /* policies */
    gboolean is_restricted; /* one of them narrows what the others allow */
    GPtrArray *open;        /* of char *: names of those that let everybody write anything */
    char *doubled;          /* (nullable): a command with several permissive ones for one role */
    GHashTable *seen;       /* of char *: "r public" */
} Policies;

static void
policies_free(gpointer data)
{
    Policies *policies = data;

    g_ptr_array_unref(policies->open);
    g_hash_table_unref(policies->seen);
    g_free(policies->doubled);
    g_free(policies);
}

static gboolean
is_true(const char *expression)
{
    return g_strcmp0(expression, "true") == 0;
}

static gboolean
is_for_everybody(const PgaPolicy *policy)
{
    return policy->roles &&
           g_ptr_array_find_with_equal_func(policy->roles, "public", g_str_equal, NULL);
}

/* What is inserted is checked by WITH CHECK, or by USING where there is none; DELETE by USING. */
static gboolean
lets_all_be_written(const PgaPolicy *policy)
{
    if (!policy->permissive || policy->cmd == 'r' || !is_for_everybody(policy))
        return FALSE;
    if (policy->cmd == 'd')
        return is_true(policy->qual);
    return is_true(policy->with_check) || (!policy->with_check && is_true(policy->qual));
}

static const char *
command_name(char cmd)
{
    switch (cmd) {
    case 'r':
        return "SELECT";
    case 'a':
        return "INSERT";
    case 'w':
        return "UPDATE";
    case 'd':
        return "DELETE";
    default:
        return "ALL";
    }
}

/* One role and command at a time; ALL beside one command is often meant so. */
static void
count_permissive(Policies *policies, const PgaPolicy *policy)
{
    for (guint i = 0; policy->permissive && policy->roles && i < policy->roles->len; i++) {
        const char *role = g_ptr_array_index(policy->roles, i);
        char *key = g_strdup_printf("%s for %s", command_name(policy->cmd), role);

        if (!policies->doubled && g_hash_table_contains(policies->seen, key))
            policies->doubled = g_strdup(key);
        g_hash_table_add(policies->seen, key);
    }
}

/* (transfer full): of PgaOid to Policies * */
static GHashTable *
gather(const PgaSchema *schema)
{
    GHashTable *tables = g_hash_table_new_full(NULL, NULL, NULL, policies_free);

    for (guint i = 0; i < schema->policies->len; i++) {
        const PgaPolicy *policy = g_ptr_array_index(schema->policies, i);
        Policies *policies = g_hash_table_lookup(tables, GUINT_TO_POINTER(policy->relation));

        if (!policies) {
            policies = g_new0(Policies, 1);
            policies->open = g_ptr_array_new_with_free_func(g_free);
            policies->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
            g_hash_table_insert(tables, GUINT_TO_POINTER(policy->relation), policies);
        }
        policies->n++;
        policies->is_restricted |= !policy->permissive;
        if (lets_all_be_written(policy))
            g_ptr_array_add(policies->open, pga_quote_identifier(policy->polname));
        count_permissive(policies, policy);
    }
    return tables;
}

static PgaFinding *
report(PgaRuleRun *run, const PgaRelationExtra *table, const char *evidence, PgaSeverity severity)
{
    g_autofree char *name = pga_quote_qualified(table->nspname, table->relname);
    g_autofree char *schema_literal = pga_quote_literal(table->nspname);
    g_autofree char *table_literal = pga_quote_literal(table->relname);
    PgaFinding *finding = pga_rule_report_object(run, name, "%s", evidence);

    pga_rule_set_severity(run, finding, severity);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_verify(finding,
                       "SELECT policyname, permissive, roles, cmd, qual, with_check FROM "
                       "pg_policies WHERE (schemaname, tablename) = (%s, %s);",
                       schema_literal, table_literal);
    return finding;
}

static void
report_ineffective(PgaRuleRun *run, const PgaRelationExtra *table, const Policies *policies)
{
    g_autofree char *name = pga_quote_qualified(table->nspname, table->relname);
    g_autofree char *evidence = g_strdup_printf(
        "It has %u polic%s, and row security is not enabled (pg_class.relrowsecurity): none is "
        "applied.",
        policies->n, policies->n == 1 ? "y" : "ies");
    PgaFinding *finding = report(run, table, evidence, PGA_SEVERITY_WARNING);

    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY;", name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DISABLE ROW LEVEL SECURITY;", name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
    pga_finding_note(finding, "From then on a role sees only the rows that a policy lets it see: "
                              "try each role's queries first.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, pga_catalog_relation(run->whole, table->oid));
}

static void
report_policies(PgaRuleRun *run, const PgaRelationExtra *table, const Policies *policies)
{
    g_autofree char *open = pga_names_listed(policies->open);
    g_autofree char *evidence = NULL;
    PgaFinding *finding;

    if (policies->open->len > 0 && !policies->is_restricted) {
        evidence =
            g_strdup_printf("PUBLIC may write any row by %s, whose condition is true.", open);
        finding = report(run, table, evidence, PGA_SEVERITY_WARNING);
        pga_finding_note(finding, "Name the roles that are meant (ALTER POLICY … TO), or state the "
                                  "condition.");
    } else if (policies->doubled) {
        evidence = g_strdup_printf("Several permissive policies are %s: each is evaluated for "
                                   "every row, joined by OR.",
                                   policies->doubled);
        finding = report(run, table, evidence, PGA_SEVERITY_INFO);
        pga_finding_note(finding, "One policy with both conditions joined by OR does the same; AS "
                                  "RESTRICTIVE if both are to hold.");
    }
}

/* Queries of the parent go by the parent's policies; without any of its own a partition is closed
 * to queries that name it, as it should be. */
static gboolean
is_partition(const PgaRuleRun *run, const PgaRelationExtra *table)
{
    const PgaRelation *relation = pga_catalog_relation(run->whole, table->oid);

    return relation && relation->relispartition;
}

static void
check_table(PgaRuleRun *run, const PgaRelationExtra *table, const Policies *policies)
{
    if (!policies && is_partition(run, table))
        return;
    if (!policies && table->relrowsecurity) {
        PgaFinding *finding = report(run, table,
                                     "Row security is enabled (pg_class.relrowsecurity), and no "
                                     "policy is there: only its owner sees rows.",
                                     PGA_SEVERITY_INFO);

        pga_finding_note(finding, "Add a policy for each role that is to read it, or leave it so: "
                                  "nobody but the owner gets anything.");
    } else if (policies && !table->relrowsecurity) {
        report_ineffective(run, table, policies);
    } else if (policies) {
        report_policies(run, table, policies);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) tables = gather(run->objects->schema);

    for (guint i = 0; i < run->objects->relations->len; i++) {
        const PgaRelationExtra *table = g_ptr_array_index(run->objects->relations, i);

        if (strchr("rp", table->relkind) && pga_rule_sees_schema(run, table->nspname))
            check_table(run, table, g_hash_table_lookup(tables, GUINT_TO_POINTER(table->oid)));
    }
}

const PgaRule pga_rule_sec_rls_inconsistent = {
    .id = "sec-rls-inconsistent",
    .title = "Row security that does not do what its policies say",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Policies without row security protect nothing, and a policy that is always true lets "
           "every role write every row.",
    .when_not = "A table without policies is meant for its owner only; a policy that is true is "
                "narrowed by restrictive ones.",
    .condition = "A table has policies and row security is not enabled; or a permissive policy for "
                 "PUBLIC lets any row be written and no restrictive one narrows it. As a note: row "
                 "security without any policy, or "
                 "several permissive policies for one role and command.",
    .example = "CREATE POLICY own ON orders USING (owner = current_user);\n"
               "-- and no ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
    .fix = "Enables row security where policies wait for it, which takes ACCESS EXCLUSIVE for an "
           "instant; review: roles without a policy then see nothing.",
    .docs = "ddl-rowsecurity.html",
    .docs_title = "Row Security Policies",
    .requirements = "T3-5",
    .check = check,
};
