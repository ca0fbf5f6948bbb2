/* nullable-unique-key: a unique key of several columns that NULL gets around. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../index_fix_internal.h"

/* Of its key's columns: those that may be NULL. */
static void
split_key(const PgaRelation *relation, const PgaIndex *index, GPtrArray *nullable)
{
    for (guint k = 0; k < index->n_key_atts; k++) {
        PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(index->indkey, gint16, k));

        if (attribute && !attribute->attnotnull)
            g_ptr_array_add(nullable, attribute);
    }
}

/* Another unique index takes care of the rows that this one lets pass. */
static gboolean
has_partial_sister(const PgaRelation *relation, const PgaIndex *index)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *other = g_ptr_array_index(relation->indexes, i);

        if (other != index && other->indisunique && other->pred)
            return TRUE;
    }
    return FALSE;
}

static void
judge_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    g_autoptr(GPtrArray) nullable = g_ptr_array_new();
    g_autofree char *names = NULL, *object = NULL;
    PgaFinding *finding;

    if (!index->indisunique || index->indisprimary || index->pred || index->indnullsnotdistinct ||
        index->n_key_atts < 2 || index->parent || index->extension)
        return;
    split_key(relation, index, nullable);
    if (nullable->len == 0 || has_partial_sister(relation, index))
        return;
    names = pga_column_names(nullable);
    object = pga_index_display(index);
    finding = pga_rule_report_object(run, object,
                                     "%s may be NULL, and rows with a NULL there are "
                                     "never equal: the key allows any number of them.",
                                     names);
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, run->environment->version_num >= 150000
                                  ? "NOT NULL on the column, or the key anew with NULLS NOT "
                                    "DISTINCT."
                                  : "NOT NULL on the column, or a partial unique index on the "
                                    "other columns WHERE it IS NULL; 15 has NULLS NOT DISTINCT.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data G_GNUC_UNUSED)
{
    for (guint i = 0; i < relation->indexes->len; i++)
        judge_index(run, relation, g_ptr_array_index(relation->indexes, i));
}

static void
check(PgaRuleRun *run)
{
    pga_each_relation(run, judge, NULL);
}

const PgaRule pga_rule_nullable_unique_key = {
    .id = "nullable-unique-key",
    .title = "Unique key of several columns that NULL gets around",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "NULL equals nothing, so two rows alike but for a NULL both pass: what was to be unique "
           "is there twice.",
    .when_not =
        "NULL means \"not yet\", and such rows may be there more than once, as with soft deletes.",
    .condition =
        "A unique index of two or more columns, without a predicate and without NULLS NOT "
        "DISTINCT, has a key column that may be NULL, and the table has no partial unique index.",
    .example = "CREATE TABLE grade (student int NOT NULL, course int, UNIQUE (student, course));",
    .fix = "A decision: NOT NULL, NULLS NOT DISTINCT, or a partial unique index.",
    .versions = "NULLS NOT DISTINCT came with 15.",
    .docs = "indexes-unique.html",
    .docs_title = "Unique Indexes",
    .requirements = "T2-3",
    .check = check,
};
