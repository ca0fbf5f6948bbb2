/* table-empty-or-single-column: what was begun and never used: tables without a row for weeks, or
 * with hardly a column. */
#include <base/text.h>

#include "../subject_internal.h"

#define MIN_DAYS 0 /* places in the rule's thresholds */

#define DAY      86400.0

/* A list of keys has its uses, a column without a key is a remnant. */
static gboolean
lacks_columns(const PgaRelation *relation)
{
    return !relation->inherits && (relation->attributes->len == 0 ||
                                   (relation->attributes->len == 1 && relation->indexes->len == 0));
}

static gboolean
stays_empty(const PgaRelation *relation)
{
    return relation->relkind == 'r' && relation->has_counters && relation->heap_bytes == 0 &&
           relation->counters.n_tup_ins == 0;
}

static void
report_columns(PgaRuleRun *run, const PgaRelation *relation)
{
    PgaFinding *finding;

    if (relation->attributes->len == 0)
        finding = pga_rule_report(run, relation, NULL, "It has no columns.");
    else
        finding = pga_rule_report(run, relation, g_ptr_array_index(relation->attributes, 0),
                                  "It is the only column, and the table has no key.");
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Ask its owner whether the table is still wanted.");
}

/* One finding for a schema: after a deployment many of its tables may wait for their first row. */
static void
report_empty(PgaRuleRun *run, const char *nspname, const GPtrArray *tables)
{
    g_autofree char *schema = pga_quote_identifier(nspname);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *listed = NULL;
    PgaFinding *finding;

    for (guint i = 0; i < tables->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(tables, i);

        g_ptr_array_add(names, pga_quote_identifier(relation->relname));
    }
    listed = pga_names_listed(names);
    finding = pga_rule_report_object(run, schema,
                                     "%u of its tables hold no row, and none was inserted in %.0f "
                                     "days: %s.",
                                     tables->len, run->environment->stats_age / DAY, listed);
    finding->weight = (double)tables->len;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Ask whether the features that they are for are still to come.");
}

/* Relations are sorted by schema. */
static void
check_empty(PgaRuleRun *run)
{
    const GPtrArray *relations = run->catalog->relations;
    g_autoptr(GPtrArray) tables = g_ptr_array_new();

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(relations, i);
        const PgaRelation *next =
            i + 1 < relations->len ? g_ptr_array_index(relations, i + 1) : NULL;

        if (pga_rule_concerns(relation) && stays_empty(relation))
            g_ptr_array_add(tables, (gpointer)relation);
        if (tables->len > 0 && (!next || !g_str_equal(next->nspname, relation->nspname))) {
            report_empty(run, relation->nspname, tables);
            g_ptr_array_set_size(tables, 0);
        }
    }
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (pga_rule_concerns(relation) && lacks_columns(relation))
            report_columns(run, relation);
    }
    if (run->environment->stats_age >= run->threshold[MIN_DAYS] * DAY)
        check_empty(run);
}

const PgaRule pga_rule_table_empty_or_single_column = {
    .id = "table-empty-or-single-column",
    .title = "Tables without rows, or with hardly a column",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "They are mostly remnants, which everybody who reads the schema has to understand "
           "first.",
    .when_not = "The feature that they are for has not begun yet.",
    .condition = "A table has no column, or one and no index; or tables hold no row and got none "
                 "while the counters cover {min_days} or more.",
    .example = "CREATE TABLE notes (note text);",
    .fix = "No statement: whether they may go is their owner's to say.",
    .docs = "ddl-basics.html",
    .docs_title = "Table Basics",
    .requirements = "T2-1",
    .inputs = PGA_INPUTS_ANY,
    .thresholds = {{"min_days", "days", 30, "A fresh deployment has empty tables."}},
    .check = check,
};
