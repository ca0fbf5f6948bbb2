/* What partitioning does to keys, references and statements: K-01 to K-11, and whether it can be
 * had at all. */
#include <string.h>

#include "partitions_internal.h"

#define IDENTITY_MAJOR  17
#define EXCLUSION_MAJOR 17

static void
block(PgaDesignPartitioning *partitioning, const char *id, char *text)
{
    PgaPartitionReason *reason = pga_partition_reason(partitioning, id, -5, "%s", text);

    reason->blocks = TRUE;
    g_free(text);
}

/* (transfer full) */
static char *
list_of(const GPtrArray *columns)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(columns, i));
    return g_string_free(text, FALSE);
}

/* Whether @columns hold what rows are distributed by. */
static gboolean
holds_key(const PgaDesignPartitioning *partitioning, const GPtrArray *columns)
{
    return pga_partition_has_column(columns, partitioning->column) &&
           (!partitioning->sub_column ||
            pga_partition_has_column(columns, partitioning->sub_column));
}

gboolean
pga_partition_is_owned(const PgaDesignTable *table, const PgaDesignReference *reference)
{
    const PgaDesignKey *key = pga_design_table_primary(table);

    if (reference->on_delete == PGA_DELETE_CASCADE)
        return TRUE;
    for (guint i = 0; key && i < reference->columns->len; i++)
        if (!pga_partition_has_column(key->columns, g_ptr_array_index(reference->columns, i)))
            return FALSE;
    return key != NULL;
}

double
pga_partition_retention(const PgaArchitecture *architecture, const PgaDesignTable *table,
                        const char *column, const PgaDesignTable **from)
{
    *from = table;
    if (table->retention_days > 0)
        return table->retention_days;
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        const PgaDesignTable *other = pga_architecture_table(architecture, reference->table);

        if (reference->is_dropped || !other || !other->partitioning ||
            other->partitioning->retention_days <= 0 || !pga_partition_is_owned(table, reference) ||
            !pga_partition_has_column(reference->columns, column))
            continue;
        *from = other;
        return other->partitioning->retention_days;
    }
    return -1;
}

static void
constrain_keys(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    for (guint i = 0; i < of->table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(of->table->keys, i);
        g_autofree char *columns = list_of(key->columns);

        if (holds_key(partitioning, key->columns))
            continue;
        if (key->kind == PGA_DESIGN_PRIMARY)
            pga_partition_reason(partitioning, "K-01", 0,
                                 "the primary key (%s) must contain %s%s%s: it is added", columns,
                                 partitioning->column, partitioning->sub_column ? ", " : "",
                                 partitioning->sub_column ? partitioning->sub_column : "");
        else
            block(partitioning, "P-07",
                  g_strdup_printf("%s must be unique in the whole table, and a unique index of a "
                                  "partitioned table holds only with %s in it; what would resolve "
                                  "it: uniqueness of (%s, %s), or a table of its own for (%s)",
                                  columns, partitioning->column, columns, partitioning->column,
                                  columns));
    }
}

/* Rows of @child would stay behind without what they refer to. */
static gboolean
outlives(const PgaDesignPartitioning *partitioning, const PgaDesignTable *child,
         const PgaDesignReference *reference)
{
    if (partitioning->retention_days <= 0 || reference->on_delete == PGA_DELETE_SET_NULL ||
        pga_partition_is_owned(child, reference))
        return FALSE;
    return child->retention_days <= 0 || child->retention_days > partitioning->retention_days;
}

static void
constrain_reference(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning,
                    const PgaDesignTable *child, const PgaDesignReference *reference)
{
    g_autofree char *columns = list_of(reference->columns);
    const gboolean is_there = holds_key(partitioning, reference->referenced_columns);

    if (child == of->table && partitioning->retention_days > 0)
        block(partitioning, "K-02",
              g_strdup_printf("its rows refer to each other (%s): a partition that others refer "
                              "to cannot be dropped",
                              columns));
    else if (outlives(partitioning, child, reference))
        block(partitioning, "K-02",
              g_strdup_printf("rows of %s refer to it (%s) and are kept longer: a partition that "
                              "others refer to cannot be dropped; what would resolve it: the same "
                              "retention for %s, or on_delete: set null",
                              child->name, columns, child->name));
    else if (is_there)
        pga_partition_reason(partitioning, "K-02", 0, "%s (%s) refers to it with %s already",
                             child->name, columns, partitioning->column);
    else
        pga_partition_reason(partitioning, "K-02", 0,
                             "%s refers to it (%s): it gets a copy of %s, which never changes, to "
                             "refer by",
                             child->name, columns, partitioning->column);
}

static void
constrain_references(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    for (guint i = 0; i < of->architecture->tables->len; i++) {
        const PgaDesignTable *child = g_ptr_array_index(of->architecture->tables, i);

        for (guint j = 0; j < child->references->len; j++) {
            const PgaDesignReference *reference = g_ptr_array_index(child->references, j);

            if (!reference->is_dropped && strcmp(reference->table, of->table->name) == 0)
                constrain_reference(of, partitioning, child, reference);
        }
    }
}

gboolean
pga_partition_is_changing(const char *name)
{
    static const char *const changing[] = {"updated", "modified", "changed", "last_", "deleted"};

    for (guint i = 0; i < G_N_ELEMENTS(changing); i++)
        if (g_str_has_prefix(name, changing[i]))
            return TRUE;
    return FALSE;
}

/* Of the column: it must be there in each row, and stay as it is. */
static void
constrain_column(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning, const char *name)
{
    for (guint i = 0; i < of->table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(of->table->columns, i);

        if (strcmp(column->name, name) != 0)
            continue;
        if (!column->not_null)
            block(partitioning, "M-05",
                  g_strdup_printf("%s may be NULL: such rows have no partition but DEFAULT, and a "
                                  "primary key has no NULL",
                                  name));
        if (column->generated)
            block(partitioning, "K-01",
                  g_strdup_printf("%s is generated: it cannot be in a partition key", name));
        if (of->usage->columns[i].set_by)
            block(partitioning, "K-05",
                  g_strdup_printf("%s updates %s: each time the row would move to another "
                                  "partition, and a concurrent UPDATE fail",
                                  of->usage->columns[i].set_by, name));
        else if (pga_partition_is_changing(name))
            block(partitioning, "K-05",
                  g_strdup_printf("%s changes, by its name: each time the row would move to "
                                  "another partition",
                                  name));
    }
}

static void
constrain_identity(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    for (guint i = 0; i < of->table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(of->table->columns, i);

        if (column->identity && of->architecture->major < IDENTITY_MAJOR)
            pga_partition_reason(partitioning, "K-04", 0,
                                 "before PostgreSQL 17 the identity of %s is the parent's only: "
                                 "rows are inserted through %s, never into a partition",
                                 column->name, of->table->name);
    }
}

/* Whether an exclusion constraint compares the column by equality. */
static gboolean
excludes_by(const char *definition, const char *column)
{
    g_autofree char *quoted = g_regex_escape_string(column, -1);
    g_autofree char *pattern = g_strdup_printf("[(,]\\s*\"?%s\"?\\s+WITH\\s+=\\s*[,)]", quoted);

    return g_regex_match_simple(pattern, definition, G_REGEX_CASELESS, 0);
}

static void
constrain_exclusions(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    for (guint i = 0; i < of->table->constraints->len; i++) {
        const PgaDesignConstraint *constraint = g_ptr_array_index(of->table->constraints, i);

        if (g_ascii_strncasecmp(constraint->definition, "EXCLUDE", strlen("EXCLUDE")) != 0)
            continue;
        if (of->architecture->major < EXCLUSION_MAJOR)
            block(partitioning, "K-06",
                  g_strdup_printf("%s: a partitioned table has no exclusion constraints before "
                                  "PostgreSQL 17",
                                  constraint->name));
        else if (!excludes_by(constraint->definition, partitioning->column) ||
                 (partitioning->sub_column &&
                  !excludes_by(constraint->definition, partitioning->sub_column)))
            block(partitioning, "K-06",
                  g_strdup_printf("%s: an exclusion constraint of a partitioned table must compare "
                                  "%s by equality",
                                  constraint->name, partitioning->column));
    }
}

static void
constrain_conflicts(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    for (guint i = 0; i < of->usage->conflicts->len; i++) {
        const PgaConflictTarget *conflict = g_ptr_array_index(of->usage->conflicts, i);
        g_autofree char *columns = list_of(conflict->columns);

        if (conflict->columns->len > 0 && !holds_key(partitioning, conflict->columns))
            block(partitioning, "K-08",
                  g_strdup_printf("%s has ON CONFLICT (%s): it needs a unique index on just that, "
                                  "which cannot be without %s",
                                  conflict->query, columns, partitioning->column));
    }
}

void
pga_partition_constrain(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    constrain_column(of, partitioning, partitioning->column);
    if (partitioning->sub_column)
        constrain_column(of, partitioning, partitioning->sub_column);
    constrain_keys(of, partitioning);
    constrain_references(of, partitioning);
    constrain_identity(of, partitioning);
    constrain_exclusions(of, partitioning);
    constrain_conflicts(of, partitioning);
}
