/* column-alignment-padding: bytes between columns that hold nothing. */
#include "../each_internal.h"
#include <base/units.h>
#include <math.h>

#define MIN_SAVING    0 /* places in the rule's thresholds */
#define MIN_ROWS      1

#define SHORT_VARLENA 126 /* bytes up to which a value needs no alignment (VARATT_SHORT_MAX) */
#define MAXALIGN      8

typedef struct {
    guint align;
    double width;
} Column;

static guint
alignment(const PgaAttribute *attribute)
{
    switch (attribute->typalign) {
    case 's':
        return 2;
    case 'i':
        return 4;
    case 'd':
        return 8;
    default:
        return 1;
    }
}

/* What the column takes in a row. FALSE when that is not known. */
static gboolean
describe(const PgaAttribute *attribute, Column *column)
{
    if (!attribute->typalign || (attribute->typlen < 0 && !attribute->stats))
        return FALSE;
    column->width = attribute->typlen > 0 ? attribute->typlen : attribute->stats->avg_width;
    column->align =
        attribute->typlen < 0 && column->width <= SHORT_VARLENA ? 1 : alignment(attribute);
    return TRUE;
}

static double
align_up(double offset, guint align)
{
    return ceil(offset / align) * align;
}

static double
row_bytes(const GArray *columns)
{
    double offset = 0;

    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);

        offset = align_up(offset, column->align) + column->width;
    }
    return align_up(offset, MAXALIGN);
}

static int
by_alignment(gconstpointer a, gconstpointer b)
{
    const Column *left = a, *right = b;

    return (left->align < right->align) - (left->align > right->align);
}

/* Bytes a row that the best order saves; 0 when widths are not known. */
static double
saving(const PgaRelation *relation)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(Column));
    double present;

    for (guint i = 0; i < relation->attributes->len; i++) {
        Column column;

        if (!describe(g_ptr_array_index(relation->attributes, i), &column))
            return 0;
        g_array_append_val(columns, column);
    }
    present = row_bytes(columns);
    g_array_sort(columns, by_alignment);
    return present - row_bytes(columns);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data G_GNUC_UNUSED)
{
    const double bytes = relation->reltuples < run->threshold[MIN_ROWS] ? 0 : saving(relation);
    g_autofree char *rows = NULL, *total = NULL;
    PgaFinding *finding;

    if (bytes < run->threshold[MIN_SAVING])
        return;
    rows = pga_rule_rows(relation);
    total = pga_bytes_format_storage((gint64)(bytes * relation->reltuples));
    finding = pga_rule_report(run, relation, NULL,
                              "Another order of its columns, those of 8 bytes first, then 4, 2, 1 "
                              "and texts, saves %.0f bytes a row: %s in %s.",
                              bytes, total, rows);
    finding->weight = bytes * relation->reltuples;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Not worth a rewrite by itself: the next time that the table is made "
                              "anew, as for partitioning.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

static void
check(PgaRuleRun *run)
{
    pga_each_relation(run, judge, NULL);
}

const PgaRule pga_rule_column_alignment_padding = {
    .id = "column-alignment-padding",
    .title = "Order of columns wastes space",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A bigint must begin at a multiple of eight bytes: behind a boolean or a short text "
           "seven bytes hold nothing, in every row.",
    .when_not = "The table is not going to be rewritten for another reason.",
    .condition = "The best order of columns saves {min_saving} a row or more in a table of "
                 "{min_rows} or more, by the widths that ANALYZE sampled.",
    .fix = "Advice for the next rewrite; no statement.",
    .docs = "storage-page-layout.html",
    .docs_title = "Database Page Layout",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs row counts and widths of a running server",
    .thresholds = {{"min_saving", "bytes", 8, "Less vanishes in the alignment of the row."},
                   {"min_rows", "rows", 10000000, "Smaller tables do not grow by it."}},
    .check = check,
};
