/* matview-stale: a materialized view that is empty until its first REFRESH, or that a REFRESH
 * CONCURRENTLY cannot refresh, so that each refresh shuts its readers out. */
#include <math.h>

#include <base/text.h>
#include <base/units.h>

#include "../index_fix_internal.h"
#include "../object_name_internal.h"

#define BYTES 0

/* What REFRESH CONCURRENTLY matches rows by. Source: is_usable_unique_index() in PostgreSQL 17
 * src/backend/commands/matview.c */
static gboolean
has_usable_index(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->indisunique && index->indisvalid && !index->exprs && !index->pred)
            return TRUE;
    }
    return FALSE;
}

/* (nullable): a column without duplicates or nulls among the sampled rows. */
static const PgaAttribute *
find_key(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->stats && fabs(attribute->stats->n_distinct + 1) < 1e-9 &&
            attribute->stats->null_frac <= 0)
            return attribute;
    }
    return NULL;
}

static void
add_index(PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
          const PgaAttribute *key)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autofree char *name =
        pga_object_name_choose(names, relation->nspname, relation->relname, key->attname, "idx");
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *index = pga_quote_qualified(relation->nspname, name);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *column = pga_quote_identifier(key->attname);
    g_autofree char *literal = pga_quote_literal(table);

    pga_finding_add_sql(finding, g_strdup_printf("CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);",
                                                 quoted, table, column));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", index));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding, "Then REFRESH MATERIALIZED VIEW CONCURRENTLY %s; readers go on.",
                     table);
    pga_finding_verify(finding,
                       "SELECT indisvalid FROM pg_index WHERE indrelid = %s::regclass AND "
                       "indisunique;",
                       literal);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
report_unrefreshable(PgaRuleRun *run, const PgaRelation *relation)
{
    const PgaAttribute *key = find_key(relation);
    g_autofree char *size = pga_bytes_format_storage(relation->table_bytes);
    PgaFinding *finding = pga_rule_report(run, relation, NULL,
                                          "%s, and no unique index on plain columns: every REFRESH "
                                          "takes ACCESS EXCLUSIVE for as long as it runs.",
                                          size);

    finding->weight = (double)relation->table_bytes;
    if (key) {
        add_index(run, finding, relation, key);
        return;
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "No column alone tells its rows apart: CREATE UNIQUE INDEX "
                              "CONCURRENTLY on the columns that do, then REFRESH … CONCURRENTLY.");
}

static void
report_empty(PgaRuleRun *run, const PgaRelation *relation)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *literal = pga_quote_literal(table);
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL,
        "It was never refreshed (pg_class.relispopulated): reading it is an error.");

    pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "scan");
    pga_finding_add_sql(finding, g_strdup_printf("REFRESH MATERIALIZED VIEW %s;", table));
    pga_finding_add_undo(finding,
                         g_strdup_printf("REFRESH MATERIALIZED VIEW %s WITH NO DATA;", table));
    pga_finding_note(finding, "Nobody can be reading it now; how long it takes, EXPLAIN of its "
                              "query says.");
    pga_finding_verify(finding, "SELECT relispopulated FROM pg_class WHERE oid = %s::regclass;",
                       literal);
}

/* (transfer full): of PgaOid: materialized views without data. */
static GHashTable *
empty_views(const PgaSchema *schema)
{
    GHashTable *empty = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < schema->views->len; i++) {
        const PgaView *view = g_ptr_array_index(schema->views, i);

        if (view->is_materialized && !view->is_populated)
            g_hash_table_add(empty, GUINT_TO_POINTER(view->oid));
    }
    return empty;
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) empty = empty_views(run->objects->schema);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (relation->relkind != 'm' || relation->extension)
            continue;
        if (g_hash_table_contains(empty, GUINT_TO_POINTER(relation->oid)))
            report_empty(run, relation);
        else if ((double)relation->table_bytes >= run->threshold[BYTES] &&
                 !has_usable_index(relation))
            report_unrefreshable(run, relation);
    }
}

const PgaRule pga_rule_matview_stale = {
    .id = "matview-stale",
    .title = "Materialized view that readers cannot read while it is refreshed",
    .category = "schema",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "Without a unique index it can only be refreshed under ACCESS EXCLUSIVE, which makes "
           "its readers wait; one that was never refreshed cannot be read at all.",
    .when_not = "It is refreshed in a window without readers.",
    .condition = "A materialized view of {bytes} or more has no valid unique index on plain "
                 "columns without a predicate. One without data is a warning.",
    .example = "CREATE MATERIALIZED VIEW sums AS SELECT customer_id, sum(amount) FROM orders\n"
               "    GROUP BY customer_id;",
    .fix = "Creates a unique index CONCURRENTLY where the sampled values show a key; reads go on.",
    .docs = "sql-refreshmaterializedview.html",
    .docs_title = "REFRESH MATERIALIZED VIEW",
    .requirements = "T2-1",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the size and state of a running server",
    .thresholds = {{"bytes", "bytes", 8192, "One without a row has no reader to shut out."}},
    .check = check,
};
