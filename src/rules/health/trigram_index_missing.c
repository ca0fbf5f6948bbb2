/* trigram-index-missing: searches inside of text that read the whole table. */
#include "../index_shape_internal.h"
#include "../object_name_internal.h"
#include "../pattern_internal.h"

#include <base/text.h>
#include <base/units.h>

enum { MIN_ROWS, WARN_SHARE }; /* places in the rule's thresholds */

/* (nullable): why only a trigram index serves; NULL where another one may do. A B-tree that serves
 * prefixes was there, and yet the table is read: so the pattern begins with a wildcard. */
static const char *
why_trigrams(const PgaRuleRun *run, const PgaPatternUse *use)
{
    if (use->n_ilike > 0)
        return "with ILIKE";
    if (use->n_inside > 0)
        return "with LIKE '%x'";
    if (use->n_prefix > 0)
        return NULL;
    if (pga_pattern_has_prefix_index(run, use))
        return "with LIKE and patterns that begin with a wildcard: an index for the others is "
               "there and is not used";
    return pga_pattern_btree(use) ? NULL : "with LIKE, and no index serves any pattern";
}

static void
add_fix(PgaRuleRun *run, PgaFinding *finding, const PgaPatternUse *use)
{
    const PgaExtension *extension = pga_catalog_extension(run->catalog, "pg_trgm");
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autofree char *expression = pga_pattern_expression(use);
    g_autofree char *schema =
        extension && extension->nspname ? pga_quote_identifier(extension->nspname) : NULL;
    g_autofree char *tail = g_strdup_printf("USING gin (%s %s%sgin_trgm_ops)", expression,
                                            schema ? schema : "", schema ? "." : "");
    g_autofree char *name = pga_object_name_choose(
        names, use->relation->nspname, use->relation->relname, use->attribute->attname, "trgm_idx");

    if (!extension)
        pga_finding_add_sql(finding, g_strdup("CREATE EXTENSION IF NOT EXISTS pg_trgm;"));
    pga_finding_create_index(finding, use->relation, name, tail);
    if (!extension) {
        pga_finding_add_undo(finding, g_strdup("DROP EXTENSION pg_trgm;"));
        finding->proof.kind = PGA_PROOF_NONE; /* the lab's server may lack it */
    }
    pga_finding_note(finding, "It is large, and slows down writes of the column. Patterns with "
                              "fewer than three characters between wildcards do not use it.");
}

static void
judge(PgaRuleRun *run, const PgaPatternUse *use)
{
    const char *how = pga_pattern_has_trigram_index(use) ? NULL : why_trigrams(run, use);
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (!how)
        return;
    rows = pga_count_format(use->relation->reltuples);
    finding = pga_rule_report_pattern(
        run, use, "Statements search it %s, and read through the table of %s rows each time.", how,
        rows);
    if (finding->weight < run->threshold[WARN_SHARE])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    if (use->n_ilike == 0 && use->n_inside == 0 && !pga_pattern_has_prefix_index(run, use)) {
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
        pga_finding_note(finding, "If all patterns begin with fixed characters, a B-tree with "
                                  "text_pattern_ops does it too, and is smaller.");
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

const PgaRule pga_rule_trigram_index_missing = {
    .id = "trigram-index-missing",
    .title = "Search inside of text without a trigram index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "No B-tree helps to find characters in the middle of a text, or in any case: each "
           "search reads the whole table.",
    .when_not = "It is searched rarely, or people type fewer than three characters.",
    .condition = "Statements of the workload compare the column with ILIKE, or with LIKE where "
                 "no index serves, ask for half of the table's blocks or more each time, and the "
                 "table has {min_rows} or more. Below {warn_share} of the time of all statements "
                 "it is an info.",
    .fix = "Creates the extension pg_trgm, if need be, and a GIN index CONCURRENTLY: reads and "
           "writes go on.",
    .docs = "pgtrgm.html",
    .docs_title = "pg_trgm",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_rows", "rows", 100000, "Smaller tables are soon read."},
                   {"warn_share", "share", 0.01, "Of the time of all statements."}},
    .check = check,
};
