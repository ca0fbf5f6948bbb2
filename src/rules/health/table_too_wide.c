/* table-too-wide: rows that drag along what is hardly read. */
#include "../each_internal.h"
#include <base/text.h>
#include <base/units.h>

#define MAX_COLUMNS 0 /* places in the rule's thresholds */
#define MAX_WIDTH   1
#define MIN_ROWS    2

/* Wider values than this are moved out of the row. Source: TOAST_TUPLE_TARGET, src/include/access/
 * heaptoast.h */
#define INLINE_BYTES 2000

static double
sum_widths(const PgaRelation *relation)
{
    double sum = 0;

    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->stats && attribute->stats->avg_width < INLINE_BYTES)
            sum += attribute->stats->avg_width * (1 - attribute->stats->null_frac);
    }
    return sum;
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data G_GNUC_UNUSED)
{
    const double width = sum_widths(relation);
    const gboolean many = relation->attributes->len > run->threshold[MAX_COLUMNS];
    g_autofree char *widths = NULL;
    PgaFinding *finding;

    if (run->environment->workload == PGA_WORKLOAD_OLAP ||
        relation->reltuples < run->threshold[MIN_ROWS] ||
        (!many && width <= run->threshold[MAX_WIDTH]))
        return;
    widths = width > 0 ? g_strdup_printf(", %.0f bytes in a row (pg_stats.avg_width)", width)
                       : g_strdup("");
    finding =
        pga_rule_report(run, relation, NULL, "%u columns%s.", relation->attributes->len, widths);
    finding->weight = width * relation->reltuples;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Columns that are seldom read, or often updated, into a table of "
                              "their own with the same key.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

static void
check(PgaRuleRun *run)
{
    pga_each_relation(run, judge, NULL);
}

const PgaRule pga_rule_table_too_wide = {
    .id = "table-too-wide",
    .title = "Very wide rows",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Every scan and every update moves the whole row: an update of one flag writes all "
           "columns anew.",
    .when_not = "A fact table for reports, or all columns are always read together.",
    .condition =
        "A table of {min_rows} or more has more than {max_columns} columns, or rows of more than "
        "{max_width} without what TOAST moves out; not where the workload is olap.",
    .fix = "A decision about the model; no statement.",
    .docs = "storage-page-layout.html",
    .docs_title = "Database Page Layout",
    .requirements = "T2-2 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs row counts and widths of a running server",
    .thresholds = {{"max_columns", "columns", 100, "Fewer are usual."},
                   {"max_width", "bytes", 2000, "Four rows to a page."},
                   {"min_rows", "rows", 10000, "Smaller tables are read whole anyway."}},
    .check = check,
};
