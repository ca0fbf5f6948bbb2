/* sec-grants-wide: tables that everybody may write. One finding for each schema. */
#include <base/text.h>

#include "../acl_internal.h"
#include "../subject_internal.h"

static const struct {
    const char *letter, *name;
} writes[] = {{"a", "INSERT"}, {"w", "UPDATE"}, {"d", "DELETE"}, {"D", "TRUNCATE"}};

#define WRITES "awdD"

/* (transfer full): "INSERT, UPDATE" */
static char *
privileges_of(const PgaRelationExtra *relation)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(writes); i++)
        if (pga_acl_public_has(relation->acl, writes[i].letter))
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", writes[i].name);
    return g_string_free(text, FALSE);
}

/* Views come into the clone only with a table that they read. */
static void
prove(const PgaRuleRun *run, PgaFinding *finding, const GPtrArray *relations)
{
    for (guint i = 0; i < relations->len; i++) {
        const PgaRelationExtra *extra = g_ptr_array_index(relations, i);
        const PgaRelation *relation = pga_catalog_relation(run->whole, extra->oid);

        if (!relation) {
            finding->proof.kind = PGA_PROOF_NONE;
            return;
        }
        pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
    }
}

static void
add_fix(PgaFinding *finding, const GPtrArray *relations)
{
    for (guint i = 0; i < relations->len; i++) {
        const PgaRelationExtra *relation = g_ptr_array_index(relations, i);
        g_autofree char *name = pga_quote_qualified(relation->nspname, relation->relname);
        g_autofree char *privileges = privileges_of(relation);

        pga_finding_add_sql(finding,
                            g_strdup_printf("REVOKE %s ON %s FROM PUBLIC;", privileges, name));
        pga_finding_add_undo(finding,
                             g_strdup_printf("GRANT %s ON %s TO PUBLIC;", privileges, name));
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding, "GRANT what the application's own role needs first, in the same "
                              "transaction.");
}

static void
report(PgaRuleRun *run, const char *nspname, const GPtrArray *relations)
{
    g_autofree char *schema = pga_quote_identifier(nspname);
    g_autofree char *literal = pga_quote_literal(nspname);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *list = NULL;
    PgaFinding *finding;

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelationExtra *relation = g_ptr_array_index(relations, i);

        g_ptr_array_add(names, pga_quote_identifier(relation->relname));
    }
    list = pga_names_listed(names);
    finding = pga_rule_report_object(
        run, schema, "PUBLIC may change %u relation%s of the schema (pg_class.relacl): %s.",
        relations->len, relations->len == 1 ? "" : "s", list);
    finding->weight = relations->len;
    add_fix(finding, relations);
    prove(run, finding, relations);
    pga_finding_verify(finding,
                       "SELECT relname, relacl FROM pg_class WHERE relnamespace = %s::regnamespace "
                       "AND relacl::text ~ '[{,]=';",
                       literal);
}

static gboolean
is_writable(const PgaRelationExtra *relation)
{
    return relation->relkind == 'r' || relation->relkind == 'p' || relation->relkind == 'v' ||
           relation->relkind == 'f';
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) schemas =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    for (guint i = 0; i < run->objects->relations->len; i++) {
        const PgaRelationExtra *relation = g_ptr_array_index(run->objects->relations, i);
        GPtrArray *relations;

        if (!is_writable(relation) || !pga_acl_public_has(relation->acl, WRITES) ||
            !pga_rule_sees_schema(run, relation->nspname))
            continue;
        relations = g_hash_table_lookup(schemas, relation->nspname);
        if (!relations) {
            relations = g_ptr_array_new();
            g_hash_table_insert(schemas, relation->nspname, relations);
            g_ptr_array_add(order, relation->nspname);
        }
        g_ptr_array_add(relations, (gpointer)relation);
    }
    for (guint i = 0; i < order->len; i++)
        report(run, g_ptr_array_index(order, i),
               g_hash_table_lookup(schemas, g_ptr_array_index(order, i)));
}

const PgaRule pga_rule_sec_grants_wide = {
    .id = "sec-grants-wide",
    .title = "Everybody may change tables of the schema",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every role that can connect, reporting tools and monitoring among them, may write, "
           "delete or empty these tables.",
    .when_not = "The schema is a scratch pad that everybody shares.",
    .condition = "PUBLIC has INSERT, UPDATE, DELETE or TRUNCATE on a table or view.",
    .example = "GRANT ALL ON orders TO PUBLIC;",
    .fix = "Revokes these privileges from PUBLIC, at once; review: the application's role needs "
           "its own.",
    .docs = "ddl-priv.html",
    .docs_title = "Privileges",
    .requirements = "T3-5",
    .check = check,
};
