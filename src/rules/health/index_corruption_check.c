/* index-corruption-check: what amcheck found in a B-tree. */
#include "../index_fix_internal.h"

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_index_display(index);
    PgaFinding *finding = pga_rule_report_object(run, name, "amcheck says: %s.", index->corruption);

    finding->weight = (double)index->bytes;
    pga_finding_add_sql(finding, g_strdup_printf("REINDEX INDEX CONCURRENTLY %s;", name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding, "First keep a copy of the data directory or a fresh base backup, and "
                              "find the cause: a storage fault, or a new version of the library "
                              "that sorts text (see the findings about collations). Verify the "
                              "table as well: pg_amcheck --table.");
    if (index->indisunique)
        pga_finding_note(finding, "A unique index that was corrupt may have let duplicates in: "
                                  "then REINDEX fails and names them.");
    pga_finding_verify(finding, "check --deep no longer lists it.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

static void
check(PgaRuleRun *run)
{
    guint n_verified = 0;

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint k = 0; k < relation->indexes->len; k++) {
            const PgaIndex *index = g_ptr_array_index(relation->indexes, k);

            n_verified += index->verified;
            if (index->corruption)
                report(run, relation, index);
        }
    }
    if (n_verified == 0 && run->catalog->relations->len > 0)
        pga_rule_not_evaluated(run, NULL,
                               "reads every B-tree and its table: only with --deep, "
                               "where the extension amcheck is installed");
}

const PgaRule pga_rule_index_corruption_check = {
    .id = "index-corruption-check",
    .title = "Index is corrupt",
    .category = "index",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Queries that use it miss rows or return wrong ones, and a unique index lets "
           "duplicates in.",
    .when_not = "There is no such case.",
    .condition = "check --deep was asked for, and bt_index_check() of the extension amcheck, with "
                 "every row of the table looked up, fails on a B-tree.",
    .fix = "REINDEX CONCURRENTLY, once the cause is found: reads and writes go on.",
    .docs = "amcheck.html",
    .docs_title = "amcheck",
    .requirements = "T2-5",
    .inputs = PGA_INPUTS_LIVE,
    .check = check,
};
