/* rule-on-table: rewrite rules on tables. They change the statement, not the row, and surprise with
 * volatile expressions, RETURNING, COPY and the number of rows reported. */
#include <base/text.h>

#include "../subject_internal.h"

/* (transfer full): of PgaOid to GPtrArray of char *: the names of its rules. */
static GHashTable *
gather(const PgaSchema *schema)
{
    GHashTable *tables = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < schema->rules->len; i++) {
        const PgaRewriteRule *rule = g_ptr_array_index(schema->rules, i);
        GPtrArray *names = g_hash_table_lookup(tables, GUINT_TO_POINTER(rule->relation));

        if (!names) {
            names = g_ptr_array_new_with_free_func(g_free);
            g_hash_table_insert(tables, GUINT_TO_POINTER(rule->relation), names);
        }
        g_ptr_array_add(names, pga_quote_identifier(rule->rulename));
    }
    return tables;
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) tables = gather(run->objects->schema);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        const GPtrArray *names = g_hash_table_lookup(tables, GUINT_TO_POINTER(relation->oid));
        g_autofree char *list = names ? pga_names_listed(names) : NULL;
        PgaFinding *finding;

        if (!names || !pga_rule_concerns(relation))
            continue;
        finding = pga_rule_report(run, relation, NULL, "Rules on it (pg_rewrite): %s.", list);
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding,
                         "A trigger sees the row as it is written and does the same for every "
                         "statement, COPY among them. Write it first, then DROP RULE.");
        pga_finding_verify(finding, "SELECT rulename FROM pg_rewrite WHERE ev_class = %u;",
                           relation->oid);
    }
}

const PgaRule pga_rule_rule_on_table = {
    .id = "rule-on-table",
    .title = "Rewrite rule on a table",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A rule rewrites the statement: nextval() or random() in it run twice, COPY goes past "
           "it, and INSERT … RETURNING and the number of rows are not what the client expects.",
    .when_not = "The rule does nothing but forbid (DO INSTEAD NOTHING), and is known to everybody.",
    .condition = "A table has a rule of the rewriter.",
    .example = "CREATE RULE log AS ON INSERT TO orders\n"
               "    DO ALSO INSERT INTO orders_log VALUES (NEW.*);",
    .fix = "Says what a trigger does better; nothing is executed.",
    .docs = "rules-triggers.html",
    .docs_title = "Rules Versus Triggers",
    .requirements = "T2-1",
    .check = check,
};
