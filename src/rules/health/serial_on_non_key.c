/* serial-on-non-key: numbers given out by a sequence that nothing keeps unique. */
#include "../each_internal.h"
#include "../sequence_default_internal.h"

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
      gpointer data G_GNUC_UNUSED)
{
    const PgaSequence *sequence = pga_catalog_sequence(run->whole, attribute->owned_sequence);
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (!sequence || attribute->attidentity || !pga_default_is_nextval_of(attribute, sequence) ||
        pga_column_is_unique(relation, attribute) || !pga_relation_primary_key(relation))
        return;
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        for (guint k = 0; index->indisunique && k < index->n_key_atts; k++)
            if (g_array_index(index->indkey, gint16, k) == attribute->attnum)
                return; /* unique within something else */
    }
    rows = pga_rule_rows(relation);
    finding = pga_rule_report(run, relation, attribute,
                              "Its default is nextval() of its own sequence, and no unique index "
                              "has it; the table has %s.",
                              rows);
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "If rows are found by it, make it unique (CREATE UNIQUE INDEX "
                              "CONCURRENTLY); if nobody reads it, drop the default.");
}

static void
check(PgaRuleRun *run)
{
    pga_each_attribute(run, judge, NULL);
}

const PgaRule pga_rule_serial_on_non_key = {
    .id = "serial-on-non-key",
    .title = "Numbered column that nothing keeps unique",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A number from a sequence looks like an identifier, but any INSERT or UPDATE may give "
           "the same one twice, and looking it up reads the whole table.",
    .when_not = "It is a counter for ordering only.",
    .condition = "A column beside the primary key has a default of nextval() on a sequence it "
                 "owns, and is in no unique index.",
    .example = "CREATE TABLE t (id bigint PRIMARY KEY, number serial);",
    .fix = "A decision: a unique index, or no numbering.",
    .docs = "datatype-numeric.html#DATATYPE-SERIAL",
    .docs_title = "Numeric Types: Serial Types",
    .requirements = "T1-2 T2-2",
    .check = check,
};
