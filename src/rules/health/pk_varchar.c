/* pk-varchar: a long text as the key that everything else repeats. */
#include "../column_internal.h"
#include "../each_internal.h"

#define MIN_WIDTH 0 /* place in the rule's threshold */

/* (transfer full): of PgaOid to how many foreign keys reference that relation. */
static GHashTable *
count_references(const PgaRuleRun *run)
{
    GHashTable *counts = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < run->whole->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(run->whole->constraints, i);
        gpointer key = GUINT_TO_POINTER(constraint->confrelid);

        if (constraint->contype == 'f' && !constraint->conparentid)
            g_hash_table_insert(
                counts, key,
                GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) + 1));
    }
    return counts;
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer counts)
{
    const PgaIndex *key = pga_relation_primary_key(relation);
    const PgaAttribute *attribute =
        key && key->n_key_atts == 1
            ? pga_relation_attribute(relation, g_array_index(key->indkey, gint16, 0))
            : NULL;
    guint n;
    PgaFinding *finding;

    if (!attribute || !pga_column_is_text(attribute) || !attribute->stats ||
        attribute->stats->avg_width < run->threshold[MIN_WIDTH])
        return;
    n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, GUINT_TO_POINTER(relation->oid)));
    if (n == 0)
        return; /* nobody repeats it */
    finding = pga_rule_report(run, relation, attribute,
                              "The key is %s, %d bytes on average (pg_stats.avg_width), and %u "
                              "foreign key%s repeat%s it.",
                              attribute->type, attribute->stats->avg_width, n, n == 1 ? "" : "s",
                              n == 1 ? "s" : "");
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "A bigint identity column as the key, the text in a unique "
                              "constraint; values that are UUIDs as uuid (rule uuid-as-text).");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) counts = count_references(run);

    pga_each_relation(run, judge, counts);
}

const PgaRule pga_rule_pk_varchar = {
    .id = "pk-varchar",
    .title = "Long text as a key that others reference",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Every referencing row and every index on it repeats the text, and comparing texts by a "
           "collation is slower than comparing numbers.",
    .when_not = "The key is a short, stable code.",
    .condition = "The only column of a primary key is a text of {min_width} or more on average, "
                 "and foreign keys reference it.",
    .fix = "A decision about the model; no statement.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    .docs_title = "Constraints: Primary Keys",
    .requirements = "T2-2",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the widths that ANALYZE sampled",
    .thresholds = {{"min_width", "bytes", 16, "Shorter ones are hardly longer than a number."}},
    .check = check,
};
