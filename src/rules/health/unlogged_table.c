/* unlogged-table: a table that a crash empties and no standby has. */
#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../type_change_internal.h"

/* Names of tables whose rows can be made again. */
static gboolean
is_named_for_it(const PgaRelation *relation)
{
    static const char *const words[] = {"cache",   "cached", "session", "sessions", "staging",
                                        "stage",   "tmp",    "temp",    "queue",    "import",
                                        "scratch", "buffer", "work",    NULL};

    return pga_name_has_word(relation->relname, words) ||
           pga_name_has_word(relation->nspname, words);
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation)
{
    g_autofree char *table = pga_relation_display(relation, NULL);

    pga_finding_add_sql(finding, g_strdup_printf("ALTER TABLE %s SET LOGGED;", table));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s SET UNLOGGED;", table));
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

/* (nullable): of a partition its parent, which is reported for all of them. */
static const PgaRelation *
parent_of(const PgaRuleRun *run, const PgaRelation *relation)
{
    return relation->relispartition ? pga_catalog_relation(run->whole, relation->parent) : NULL;
}

static PgaFinding *
report(PgaRuleRun *run, const PgaRelation *relation)
{
    const PgaRelation *parent = parent_of(run, relation);
    g_autofree char *rows = pga_rule_rows(relation);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *literal = pga_quote_literal(table);
    PgaFinding *finding =
        parent ? pga_rule_report(run, parent, NULL,
                                 "Partitions of it are UNLOGGED (pg_class.relpersistence), %s the "
                                 "first, with %s.",
                                 table, rows)
               : pga_rule_report(run, relation, NULL,
                                 "It is UNLOGGED (pg_class.relpersistence), with %s.", rows);

    finding->weight = MAX(relation->reltuples, 0);
    if (is_named_for_it(relation))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "rewrite");
    pga_finding_note_rewrite(run, finding, relation);
    pga_finding_note(finding, "A table that it references must be logged first.");
    pga_finding_verify(finding, "SELECT relpersistence FROM pg_class WHERE oid = %s::regclass;",
                       literal);
    return finding;
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) findings = g_hash_table_new(NULL, NULL); /* by parent's oid */

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        gpointer parent = GUINT_TO_POINTER(relation->parent);
        PgaFinding *finding;

        if (relation->relkind != 'r' || relation->relpersistence != 'u' || relation->extension)
            continue;
        finding = relation->relispartition ? g_hash_table_lookup(findings, parent) : NULL;
        if (!finding)
            finding = report(run, relation);
        if (relation->relispartition)
            g_hash_table_insert(findings, parent, finding);
        add_fix(finding, relation);
    }
}

const PgaRule pga_rule_unlogged_table = {
    .id = "unlogged-table",
    .title = "Unlogged table",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A crash of the server empties it, a standby has no rows of it after a failover, and "
           "physical backups restore it empty.",
    .when_not = "Its rows can be made again at any time: a cache, a queue of repeatable work, a "
                "staging area.",
    .condition = "A table is UNLOGGED. A name such as cache, staging or session makes it a note.",
    .example = "CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);",
    .fix = "Makes it logged, which writes the whole table to WAL under ACCESS EXCLUSIVE.",
    .versions = "Unlogged partitioned tables, which had no effect, are refused from 18 on; "
                "partitions are what is judged.",
    .docs = "sql-createtable.html#SQL-CREATETABLE-UNLOGGED",
    .docs_title = "CREATE TABLE: UNLOGGED",
    .requirements = "T3-3",
    .check = check,
};
