/* What `check --exact` measures, so that it reads no more tables than it has to. */
#include <rules/bloat.h>

#include "bloat_internal.h"

static PgaRuleRun
run_of(const PgaRuleSource *source, const PgaRule *rule)
{
    PgaRuleRun run = {
        .rule = rule,
        .catalog = source->catalog,
        .whole = source->catalog,
        .environment = source->environment,
        .configuration = source->configuration,
    };

    run.threshold[PGA_BLOAT_SHARE] = pga_rule_threshold_of(&run, rule, PGA_BLOAT_SHARE);
    run.threshold[PGA_BLOAT_BYTES] = pga_rule_threshold_of(&run, rule, PGA_BLOAT_BYTES);
    return run;
}

static gboolean
is_ignored(const PgaRuleSource *source, const PgaRelation *relation)
{
    return g_ptr_array_find_with_equal_func(source->configuration->ignored_schemas,
                                            relation->nspname, g_str_equal, NULL);
}

/* Not estimated at all, but large enough that it could be. */
static gboolean
is_candidate(const PgaRuleRun *run, PgaBloat bloat)
{
    return bloat.waste < 0 ? bloat.bytes >= run->threshold[PGA_BLOAT_BYTES]
                           : pga_bloat_is_worth_a_word(run, &bloat);
}

static void
add_indexes(const PgaRuleRun *run, const PgaRelation *relation, GArray *indexes)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (pga_index_bloat_concerns(relation, index) &&
            is_candidate(run, pga_index_bloat(run, relation, index)))
            g_array_append_val(indexes, index->indexrelid);
    }
}

void
pga_bloat_candidates(const PgaRuleSource *source, GArray *tables, GArray *indexes)
{
    const PgaRuleRun of_tables = run_of(source, &pga_rule_table_bloat);
    const PgaRuleRun of_indexes = run_of(source, &pga_rule_index_bloat);

    for (guint i = 0; i < source->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(source->catalog->relations, i);

        if (!pga_table_is_stored(relation) || is_ignored(source, relation))
            continue;
        if (pga_rule_is_on(&of_tables, &pga_rule_table_bloat) &&
            is_candidate(&of_tables, pga_table_bloat(&of_tables, relation)))
            g_array_append_val(tables, relation->oid);
        if (pga_rule_is_on(&of_indexes, &pga_rule_index_bloat))
            add_indexes(&of_indexes, relation, indexes);
    }
}

void
pga_btree_oids(const PgaRuleSource *source, GArray *indexes)
{
    for (guint i = 0; i < source->catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(source->catalog->indexes, i);
        const PgaRelation *relation = pga_catalog_relation(source->catalog, index->indrelid);

        if (relation->relkind != 'p' && relation->relpersistence != 't' && index->indisvalid &&
            g_str_equal(index->amname, "btree") && !is_ignored(source, relation))
            g_array_append_val(indexes, index->indexrelid);
    }
}
