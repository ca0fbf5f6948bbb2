/* The statements that put an index on every partition of a table. */
#include <base/text.h>

#include "object_name_internal.h"
#include "partition_index_internal.h"

static gboolean
has_attached(const PgaRelation *partition, PgaOid index_oid)
{
    for (guint i = 0; index_oid && i < partition->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(partition->indexes, i);

        if (index->parent == index_oid)
            return TRUE;
    }
    return FALSE;
}

/* (transfer container): @relation's direct partitions that lack the index. */
static GPtrArray *
lacking(const PgaRelation *relation, PgaOid index_oid, const PgaPartitionIndex *index)
{
    const GPtrArray *all = g_hash_table_lookup(index->partitions, GUINT_TO_POINTER(relation->oid));
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; all && i < all->len; i++) {
        PgaRelation *partition = g_ptr_array_index(all, i);

        if (partition->relkind != 'f' && !has_attached(partition, index_oid))
            g_ptr_array_add(found, partition);
    }
    return found;
}

static guint
count(const PgaRelation *relation, PgaOid index_oid, const PgaPartitionIndex *index)
{
    g_autoptr(GPtrArray) partitions = lacking(relation, index_oid, index);
    guint n = partitions->len;

    for (guint i = 0; i < partitions->len; i++)
        n += count(g_ptr_array_index(partitions, i), 0, index);
    return n;
}

static void
add_statements(PgaFinding *finding, const PgaRelation *relation, const char *index_name,
               PgaOid index_oid, const PgaPartitionIndex *index)
{
    g_autoptr(GPtrArray) partitions = lacking(relation, index_oid, index);

    for (guint i = 0; i < partitions->len; i++) {
        const PgaRelation *partition = g_ptr_array_index(partitions, i);
        const gboolean nested = partition->relkind == 'p';
        g_autofree char *table = pga_relation_display(partition, NULL);
        g_autofree char *name = pga_object_name_choose(index->names, partition->nspname,
                                                       partition->relname, index->columns, "idx");
        g_autofree char *quoted = pga_quote_identifier(name);
        g_autofree char *qualified = pga_quote_qualified(partition->nspname, name);

        pga_finding_add_sql(finding,
                            g_strdup_printf("CREATE %s %s%s ON %s%s %s;", index->kind,
                                            nested ? "" : "CONCURRENTLY ", quoted,
                                            nested ? "ONLY " : "", table, index->definition));
        add_statements(finding, partition, qualified, 0, index);
        pga_finding_add_sql(
            finding, g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s;", index_name, qualified));
    }
}

gboolean
pga_finding_index_partitions(PgaFinding *finding, const PgaRelation *relation,
                             const char *index_name, PgaOid index_oid,
                             const PgaPartitionIndex *index)
{
    const guint n = count(relation, index_oid, index);

    if (n > PGA_PARTITIONS_LISTED) {
        pga_finding_note(
            finding,
            "For each of the %u partitions: CREATE %s CONCURRENTLY … ON the partition %s, then "
            "ALTER INDEX %s ATTACH PARTITION that index; with the last one the index becomes "
            "valid.",
            n, index->kind, index->definition, index_name);
        return FALSE;
    }
    add_statements(finding, relation, index_name, index_oid, index);
    return TRUE;
}
