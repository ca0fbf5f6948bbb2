/* inheritance-old-style: tables that are partitioned by inheritance, CHECK constraints and a
 * trigger, as it was done before 10. */
#include <base/text.h>

#include "../subject_internal.h"

#define CHILDREN 0

/** A parent's children. */
typedef struct {
    const PgaRelationExtra *parent;
    guint n;
    gboolean has_more_columns; /* one of them: then it is inheritance of properties */
} Family;

static void
add_child(GHashTable *families, const PgaRelationExtra *parent, const PgaRelationExtra *child)
{
    Family *family = g_hash_table_lookup(families, GUINT_TO_POINTER(parent->oid));

    if (!family) {
        family = g_new0(Family, 1);
        family->parent = parent;
        g_hash_table_insert(families, GUINT_TO_POINTER(parent->oid), family);
    }
    family->n++;
    family->has_more_columns |= child->relnatts > parent->relnatts || child->parents->len > 1;
}

/* (transfer full): of PgaOid to Family * */
static GHashTable *
gather(const PgaRuleRun *run)
{
    GHashTable *families = g_hash_table_new_full(NULL, NULL, NULL, g_free);

    for (guint i = 0; i < run->objects->relations->len; i++) {
        const PgaRelationExtra *child = g_ptr_array_index(run->objects->relations, i);

        for (guint j = 0; child->relkind == 'r' && j < child->parents->len; j++) {
            const PgaRelationExtra *parent =
                pga_objects_relation(run->objects, g_array_index(child->parents, PgaOid, j));

            if (parent && parent->relkind == 'r')
                add_child(families, parent, child);
        }
    }
    return families;
}

/* TimescaleDB's chunks are children of their hypertable. */
static gboolean
is_hypertable(const PgaRuleRun *run, const PgaRelationExtra *parent)
{
    for (guint i = 0; i < run->objects->relations->len; i++) {
        const PgaRelationExtra *child = g_ptr_array_index(run->objects->relations, i);

        if (g_str_has_prefix(child->nspname, "_timescaledb_") && child->parents->len == 1 &&
            g_array_index(child->parents, PgaOid, 0) == parent->oid)
            return TRUE;
    }
    return FALSE;
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) families = gather(run);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        const Family *family = g_hash_table_lookup(families, GUINT_TO_POINTER(relation->oid));
        PgaFinding *finding;

        if (!family || family->n < run->threshold[CHILDREN] || family->has_more_columns ||
            !pga_rule_concerns(relation) || is_hypertable(run, family->parent))
            continue;
        finding = pga_rule_report(run, relation, NULL,
                                  "%u tables with the same columns inherit from it (pg_inherits).",
                                  family->n);
        finding->weight = family->n;
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding,
                         "Make a partitioned table beside it, ATTACH each child (NO INHERIT first, "
                         "in one transaction; its CHECK constraint spares the scan), swap the "
                         "names, drop the trigger that routed rows.");
        pga_finding_verify(finding, "SELECT relkind FROM pg_class WHERE relname = the table's "
                                    "name; it is p.");
    }
}

const PgaRule pga_rule_inheritance_old_style = {
    .id = "inheritance-old-style",
    .title = "Table partitioned by inheritance",
    .category = "schema",
    .family = PGA_FAMILY_PARTITIONING,
    .severity = PGA_SEVERITY_INFO,
    .why = "The planner proves each child's CHECK constraint for every query instead of looking "
           "the partition up, a trigger routes each row, and no key or foreign key spans them.",
    .when_not = "The tables share columns but are things of different kinds.",
    .condition = "{children} or more tables inherit from a table that is not partitioned, each "
                 "with its columns and no others.",
    .example = "CREATE TABLE events (at timestamptz);\n"
               "CREATE TABLE events_2024 (CHECK (at < '2025-01-01')) INHERITS (events);\n"
               "CREATE TABLE events_2025 (CHECK (at >= '2025-01-01')) INHERITS (events);",
    .fix = "Describes the way to declarative partitioning; nothing is executed.",
    .versions = "Declarative partitioning came with 10.",
    .docs = "ddl-partitioning.html",
    .docs_title = "Table Partitioning",
    .requirements = "T2-6",
    .thresholds = {{"children", "tables", 2, "Fewer are hardly partitions."}},
    .check = check,
};
