/* Dropping an index and making it again, as statements that block nobody where PostgreSQL can do
 * that. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "index_fix_internal.h"

char *
pga_index_display(const PgaIndex *index)
{
    return pga_quote_qualified(index->nspname, index->relname);
}

char *
pga_index_recreate(const PgaRelation *relation, const PgaIndex *index)
{
    const char *name = strstr(index->definition, " INDEX ");
    const char *table;

    if (relation->relkind != 'p')
        return g_strdup_printf("%.*s INDEX CONCURRENTLY %s;", (int)(name - index->definition),
                               index->definition, name + strlen(" INDEX "));
    table = strstr(name, " ON ONLY "); /* without ONLY the partitions get theirs as well */
    if (!table)
        return g_strconcat(index->definition, ";", NULL);
    return g_strdup_printf("%.*s ON %s;", (int)(table - index->definition), index->definition,
                           table + strlen(" ON ONLY "));
}

void
pga_finding_drop_index(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_index_display(index);
    const gboolean partitioned = relation->relkind == 'p';

    pga_finding_add_sql(
        finding, g_strdup_printf("DROP INDEX %s%s;", partitioned ? "" : "CONCURRENTLY ", name));
    pga_finding_add_undo(finding, pga_index_recreate(relation, index));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW,
                        partitioned ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_note(finding, "A drop is yours to approve.");
    if (partitioned)
        pga_finding_note(finding,
                         "A partitioned index cannot be dropped concurrently: set lock_timeout, "
                         "all partitions are locked for the moment of the drop. The undo builds it "
                         "again with writes blocked.");
    else
        pga_finding_note(finding, "Run it outside a transaction block.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

void
pga_finding_gain_index_bytes(const PgaRuleRun *run, PgaFinding *finding, const PgaIndex *index)
{
    if (pga_rule_is_live(run) && index->bytes >= 0)
        pga_finding_set_gain(finding, (double)index->bytes, 0, "bytes",
                             "pg_relation_size() of the index");
}

char *
pga_index_size(const PgaRuleRun *run, const PgaIndex *index)
{
    if (!pga_rule_is_live(run) || index->bytes < 0)
        return g_strdup("an unknown size");
    return pga_bytes_format_storage(index->bytes);
}
