/* schema-serial-cycle-or-gap: a sequence that gives out what is taken, or will. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../sequence_default_internal.h"
#include <base/text.h>

static void
report_cycle(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
             const PgaSequence *sequence)
{
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    PgaFinding *finding = pga_rule_report(run, relation, attribute,
                                          "Its sequence %s has CYCLE: after %" G_GINT64_FORMAT
                                          " it begins again, with numbers that are taken.",
                                          name, sequence->max_value);

    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "SHARE ROW EXCLUSIVE", "instant");
    pga_finding_add_sql(finding, g_strdup_printf("ALTER SEQUENCE %s NO CYCLE;", name));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER SEQUENCE %s CYCLE;", name));
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

/* The largest value that ANALYZE saw; 0 when it saw none. */
static gint64
largest_seen(const PgaAttribute *attribute)
{
    const GPtrArray *histogram = attribute->stats ? attribute->stats->histogram : NULL;

    if (!histogram || histogram->len == 0)
        return 0;
    return g_ascii_strtoll(g_ptr_array_index(histogram, histogram->len - 1), NULL, 10);
}

static gboolean
lags_behind(const PgaAttribute *attribute, const PgaSequence *sequence)
{
    return sequence->readable && sequence->increment > 0 && !sequence->cycle &&
           sequence->last_value < largest_seen(attribute);
}

static void
report_lag(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
           const PgaSequence *sequence)
{
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    g_autofree char *literal = pga_quote_literal(name);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    PgaFinding *finding = pga_rule_report(run, relation, attribute,
                                          "Its sequence %s is at %" G_GINT64_FORMAT
                                          ", but ANALYZE saw values up to %" G_GINT64_FORMAT
                                          ": inserts will meet numbers that are taken.",
                                          name, sequence->last_value, largest_seen(attribute));

    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, "instant");
    pga_finding_add_sql(finding,
                        g_strdup_printf("SELECT pg_catalog.setval(%s, (SELECT max(%s) FROM "
                                        "%s));",
                                        literal, column, table));
    pga_finding_add_undo(
        finding, g_strdup_printf("SELECT pg_catalog.setval(%s, %" G_GINT64_FORMAT ", %s);", literal,
                                 sequence->last_value, sequence->is_called ? "true" : "false"));
    pga_finding_note(finding, "Rows were inserted with numbers of their own, as after a restore or "
                              "a copy.");
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute, gpointer data)
{
    const PgaSequence *sequence = pga_column_sequence(run->whole, data, attribute);

    if (!sequence || !pga_column_is_unique(relation, attribute))
        return;
    if (sequence->cycle)
        report_cycle(run, relation, attribute, sequence);
    else if (pga_rule_is_server(run) && lags_behind(attribute, sequence))
        report_lag(run, relation, attribute, sequence);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) sequences = pga_free_sequences(run->whole);

    pga_each_attribute(run, judge, sequences);
}

const PgaRule pga_rule_schema_serial_cycle_or_gap = {
    .id = "schema-serial-cycle-or-gap",
    .title = "Sequence that gives out numbers that are taken",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "INSERT fails with \"duplicate key value violates unique constraint\" although nobody "
           "gave a number, until the sequence has passed the taken ones.",
    .when_not = "Old rows are deleted long before the sequence comes around.",
    .condition = "The sequence of a unique column has CYCLE, or stands below the largest value "
                 "that ANALYZE saw in the column.",
    .example = "CREATE TABLE t (id serial PRIMARY KEY);\n"
               "INSERT INTO t SELECT generate_series(1, 1000);",
    .fix = "NO CYCLE, or setval() to the largest value.",
    .docs = "functions-sequence.html",
    .docs_title = "Sequence Manipulation Functions",
    .requirements = "T1-2 T2-2",
    .check = check,
};
