/* all-columns-nullable: a table that would take rows of nothing. */
#include "../column_internal.h"
#include "../each_internal.h"
#include <base/text.h>

#define MIN_COLUMNS 0 /* place in the rule's threshold */

static gboolean
in_primary_key(const PgaRelation *relation, const PgaAttribute *attribute)
{
    const PgaIndex *key = pga_relation_primary_key(relation);

    return key && pga_attnums_contain(key->indkey, attribute->attnum);
}

/* FALSE when one column beside the key is NOT NULL. @full: those of which ANALYZE saw no NULL. */
static gboolean
all_may_be_null(const PgaRelation *relation, guint *n, GPtrArray *full)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (in_primary_key(relation, attribute))
            continue;
        if (attribute->attnotnull)
            return FALSE;
        (*n)++;
        if (attribute->stats && attribute->stats->null_frac == 0 && !attribute->attgenerated)
            g_ptr_array_add(full, attribute);
    }
    return TRUE;
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
        const GPtrArray *full)
{
    g_autofree char *table = pga_relation_display(relation, NULL);

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, full->len ? "ACCESS EXCLUSIVE" : NULL,
                        full->len ? "scan" : NULL);
    for (guint i = 0; i < full->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(full, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        pga_finding_add_sql(finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;",
                                                     table, column));
        pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP NOT "
                                                      "NULL;",
                                                      table, column));
    }
    if (full->len == 0)
        return;
    pga_finding_note(finding,
                     "Only what must never be NULL. On a large table first ADD CONSTRAINT … CHECK "
                     "(column IS NOT NULL) NOT VALID and VALIDATE it%s.",
                     run->environment->version_num >= 120000 ? ": SET NOT NULL then reads no row"
                                                             : "");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) full = g_ptr_array_new();
    g_autofree char *names = NULL;
    guint n = 0;
    PgaFinding *finding;

    if (!all_may_be_null(relation, &n, full) || n < run->threshold[MIN_COLUMNS] ||
        (pga_rule_is_server(run) && full->len < 2))
        return;
    names = pga_column_names(full);
    finding =
        pga_rule_report(run, relation, NULL, "All %u columns beside its key may be NULL%s%s%s", n,
                        full->len ? "; ANALYZE saw none in " : "", names, ".");
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = full->len ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    add_fix(run, finding, relation, full);
}

static void
check(PgaRuleRun *run)
{
    pga_each_relation(run, judge, NULL);
}

const PgaRule pga_rule_all_columns_nullable = {
    .id = "all-columns-nullable",
    .title = "Table whose every column may be NULL",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "The database accepts rows without any content, every query has to think of NULL, and "
           "the planner cannot drop tests for it.",
    .when_not = "It takes raw data as it comes, to be cleaned later.",
    .condition =
        "No column beside the primary key is NOT NULL, and there are {min_columns} or more of "
        "them; on a server two or more of them must be without a NULL in ANALYZE's sample.",
    .fix = "SET NOT NULL for the columns that have no NULL; wants your decision.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL",
    .docs_title = "Constraints: Not-Null Constraints",
    .requirements = "T2-2 T2-3",
    .thresholds = {{"min_columns", "columns", 4, "Smaller tables are often lists of options."}},
    .check = check,
};
