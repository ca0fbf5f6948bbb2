/* text-pattern-no-opclass: a B-tree that LIKE 'x%' cannot use, because the collation does not sort
 * by bytes. */
#include "../index_shape_internal.h"
#include "../object_name_internal.h"
#include "../pattern_internal.h"

#include <base/units.h>

#include "../column_internal.h"

enum { MIN_ROWS, WARN_SHARE }; /* places in the rule's thresholds */

static const char *
opclass_of(const PgaPatternUse *use)
{
    if (use->function || pga_column_has_type(use->attribute, "text"))
        return "text_pattern_ops";
    return pga_column_has_type(use->attribute, "varchar") ? "varchar_pattern_ops"
                                                          : "bpchar_pattern_ops";
}

static void
add_fix(PgaRuleRun *run, PgaFinding *finding, const PgaPatternUse *use)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autofree char *expression = pga_pattern_expression(use);
    g_autofree char *tail = g_strdup_printf("(%s %s)", expression, opclass_of(use));
    g_autofree char *name =
        pga_object_name_choose(names, use->relation->nspname, use->relation->relname,
                               use->attribute->attname, "pattern_idx");

    pga_finding_create_index(finding, use->relation, name, tail);
    if (use->relation->relkind != 'p')
        pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
}

static void
judge(PgaRuleRun *run, const PgaPatternUse *use)
{
    const PgaIndex *btree = pga_pattern_btree(use);
    g_autofree char *index = NULL, *rows = NULL;
    PgaFinding *finding;

    if (!btree || use->n_like <= use->n_inside || pga_pattern_has_prefix_index(run, use) ||
        pga_pattern_has_trigram_index(use))
        return;
    index = pga_index_display(btree);
    rows = pga_count_format(use->relation->reltuples);
    finding = pga_rule_report_pattern(
        run, use,
        "Statements search it with LIKE and read through the table of %s rows each time, although "
        "there is the B-tree %s: its collation does not sort by bytes, so that LIKE 'x%%' cannot "
        "use it.",
        rows, index);
    if (finding->weight < run->threshold[WARN_SHARE])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    if (use->n_prefix == 0) {
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        pga_finding_note(finding, "pg_stat_statements does not show the patterns: it helps where "
                                  "they begin with fixed characters.");
    }
    add_fix(run, finding, use);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) uses = NULL;

    if (!pga_rule_has_workload(run))
        return;
    uses = pga_pattern_uses(run, run->threshold[MIN_ROWS]);
    for (guint i = 0; i < uses->len; i++)
        judge(run, g_ptr_array_index(uses, i));
}

const PgaRule pga_rule_text_pattern_no_opclass = {
    .id = "text-pattern-no-opclass",
    .title = "LIKE 'x%' cannot use the column's index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Rows that begin with the same characters stand together in an index only if it is "
           "sorted by bytes; in a database of another collation each such search reads the whole "
           "table.",
    .when_not = "The patterns begin with a wildcard: then only a trigram index helps.",
    .condition = "Statements of the workload compare the column with LIKE, ask for half of the "
                 "table's blocks or more each time, and the table has {min_rows} or more; its "
                 "B-tree has neither a pattern operator class nor a collation that sorts by "
                 "bytes. Below {warn_share} of the time of all statements it is an info.",
    .fix = "Creates a second index with the pattern operator class, CONCURRENTLY: reads and "
           "writes go on.",
    .versions = "From 17 on a database of the builtin provider sorts by bytes and needs none.",
    .docs = "indexes-opclass.html",
    .docs_title = "Operator Classes and Operator Families",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are soon read."},
                   {"warn_share", "share", 0.01, "Of the time of all statements."}},
    .check = check,
};
