/* The statements that put an index on every partition of a table. */
#include <string.h>

#include <base/text.h>

#include "index_fix_internal.h"
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

/* (nullable): an index of the partition that differs from the wanted one in nothing but its name,
 * and that belongs to no other partitioned index yet. */
static const PgaIndex *
find_alike(const PgaRelation *partition, const PgaPartitionIndex *wanted)
{
    const gboolean bare = wanted->definition[0] == '(';
    g_autofree char *tail = g_strconcat(bare ? "USING btree " : "", wanted->definition, NULL);
    const gboolean unique = g_str_has_prefix(wanted->kind, "UNIQUE");
    const gboolean primary =
        wanted->constraint && g_str_has_prefix(wanted->constraint, "PRIMARY KEY");

    for (guint i = 0; i < partition->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(partition->indexes, i);

        if (index->indisvalid && index->indisready && index->indislive && !index->parent &&
            index->indisunique == unique && index->indisprimary == primary &&
            (index->constraint != 0) == (wanted->constraint != NULL) &&
            g_str_equal(pga_index_tail(index), tail))
            return index;
    }
    return NULL;
}

/* A partitioned relation whose partitions are to get the index, and how that is named there. */
typedef struct {
    const PgaRelation *relation;
    PgaOid index_oid;
    char *index_name;
} Level;

static void
level_clear(gpointer data)
{
    g_free(((Level *)data)->index_name);
}

static void
push_level(GArray *levels, const PgaRelation *relation, PgaOid index_oid, const char *index_name)
{
    const Level level = {relation, index_oid, g_strdup(index_name)};

    g_array_append_val(levels, level);
}

/* (transfer full): with the first level, @relation's own. */
static GArray *
levels_new(const PgaRelation *relation, PgaOid index_oid, const char *index_name)
{
    GArray *levels = g_array_new(FALSE, FALSE, sizeof(Level));

    g_array_set_clear_func(levels, level_clear);
    push_level(levels, relation, index_oid, index_name);
    return levels;
}

static guint
count(const PgaRelation *relation, PgaOid index_oid, const PgaPartitionIndex *index)
{
    g_autoptr(GArray) levels = levels_new(relation, index_oid, NULL);
    guint n = 0;

    for (guint i = 0; i < levels->len; i++) {
        const Level level = g_array_index(levels, Level, i);
        g_autoptr(GPtrArray) partitions = lacking(level.relation, level.index_oid, index);

        n += partitions->len;
        for (guint j = 0; j < partitions->len; j++) {
            const PgaRelation *partition = g_ptr_array_index(partitions, j);

            if (partition->relkind == 'p' && !find_alike(partition, index))
                push_level(levels, partition, 0, NULL);
        }
    }
    return n;
}

/* The index of a partition that is not partitioned itself. */
static void
add_leaf(PgaFinding *finding, const char *table, const char *name, const PgaPartitionIndex *index)
{
    pga_finding_add_sql(finding, g_strdup_printf("CREATE %s CONCURRENTLY %s ON %s %s;", index->kind,
                                                 name, table, index->definition));
    if (index->constraint)
        pga_finding_add_sql(
            finding,
            g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s;", table, name,
                            g_str_has_prefix(index->constraint, "PRIMARY KEY") ? "PRIMARY KEY"
                                                                               : "UNIQUE",
                            name));
}

static void
add_nested(PgaFinding *finding, const char *table, const char *name, const PgaPartitionIndex *index)
{
    pga_finding_add_sql(finding, index->constraint
                                     ? g_strdup_printf("ALTER TABLE ONLY %s ADD CONSTRAINT %s %s;",
                                                       table, name, index->constraint)
                                     : g_strdup_printf("CREATE %s %s ON ONLY %s %s;", index->kind,
                                                       name, table, index->definition));
}

static void
attach(PgaFinding *finding, const char *index_name, const char *qualified)
{
    pga_finding_add_sql(
        finding, g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s;", index_name, qualified));
}

/* The statements for one partition; one that is partitioned itself becomes another level. */
static void
add_partition(PgaFinding *finding, const PgaRelation *partition, const char *index_name,
              const PgaPartitionIndex *index, GArray *levels)
{
    const PgaIndex *alike = find_alike(partition, index);
    g_autofree char *table = pga_relation_display(partition, NULL);
    g_autofree char *name = NULL, *quoted = NULL, *qualified = NULL;

    if (alike) {
        qualified = pga_index_display(alike);
        attach(finding, index_name, qualified);
        if (finding->fix.undo->len > 0)
            pga_finding_add_undo(finding, pga_index_recreate(partition, alike));
        return;
    }
    name = pga_object_name_choose(index->names, partition->nspname, partition->relname,
                                  index->columns, "idx");
    quoted = pga_quote_identifier(name);
    qualified = pga_quote_qualified(partition->nspname, name);
    if (partition->relkind == 'p') {
        add_nested(finding, table, quoted, index);
        push_level(levels, partition, 0, qualified);
    } else {
        add_leaf(finding, table, quoted, index);
    }
    attach(finding, index_name, qualified);
}

/* Level by level: the last index attached makes its parent valid, and that its own parent. */
static void
add_statements(PgaFinding *finding, const PgaRelation *relation, const char *index_name,
               PgaOid index_oid, const PgaPartitionIndex *index)
{
    g_autoptr(GArray) levels = levels_new(relation, index_oid, index_name);

    for (guint i = 0; i < levels->len; i++) {
        const Level level = g_array_index(levels, Level, i); /* a copy: the array grows */
        g_autoptr(GPtrArray) partitions = lacking(level.relation, level.index_oid, index);

        for (guint j = 0; j < partitions->len; j++)
            add_partition(finding, g_ptr_array_index(partitions, j), level.index_name, index,
                          levels);
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
            "For each of the %u partitions: CREATE %s CONCURRENTLY … ON the partition %s, %sthen "
            "ALTER INDEX %s ATTACH PARTITION that index; with the last one the index becomes "
            "valid.",
            n, index->kind, index->definition,
            index->constraint ? "ALTER TABLE the partition ADD CONSTRAINT … USING INDEX, " : "",
            index_name);
        return FALSE;
    }
    add_statements(finding, relation, index_name, index_oid, index);
    return TRUE;
}
