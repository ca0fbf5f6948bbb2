/* What a table can be partitioned by: times, UUIDs that begin with one, columns of few values, any
 * column that statements compare. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "partitions_internal.h"

#define MIN_ROWS_PER_VALUE 1e5
#define MAX_VALUES         32
#define HASH_LEAST         8
#define HASH_MOST          64
#define TARGET_MAX_BYTES   53687091200.0

gboolean
pga_partition_has_column(const GPtrArray *columns, const char *name)
{
    for (guint i = 0; i < columns->len; i++)
        if (strcmp(g_ptr_array_index(columns, i), name) == 0)
            return TRUE;
    return FALSE;
}

gboolean
pga_partition_is_time(const PgaDesignColumn *column)
{
    return g_str_has_prefix(column->type, "timestamp") || strcmp(column->type, "date") == 0;
}

gboolean
pga_partition_is_uuid7(const PgaDesignColumn *column)
{
    return strcmp(column->type, "uuid") == 0 &&
           ((column->default_ && strstr(column->default_, "uuidv7(")) ||
            (column->reason && strstr(column->reason, "version 7")));
}

static PgaDesignPartitioning *
candidate_of(const PgaPartitionCase *of, GPtrArray *candidates, PgaPartitionMethod method,
             const char *column)
{
    PgaDesignPartitioning *candidate = pga_partitioning_new(of->table);

    candidate->method = method;
    candidate->column = g_strdup(column);
    g_ptr_array_add(candidates, candidate);
    return candidate;
}

/* Values of a closed set, each with enough rows. */
static gboolean
has_list(const PgaPartitionCase *of, const PgaDesignColumn *column)
{
    const GPtrArray *values = column->shape.common;
    const PgaSpecAttribute *attribute = column->attribute;

    if (!attribute || attribute->values->len < 2 || attribute->values->len > MAX_VALUES ||
        values->len < 2)
        return FALSE;
    for (guint i = 0; i < values->len; i++) {
        const PgaSpecShare *value = g_ptr_array_index(values, i);

        if (value->share * of->table->rows < MIN_ROWS_PER_VALUE)
            return FALSE;
    }
    return TRUE;
}

static void
copy_values(PgaDesignPartitioning *candidate, const PgaDesignColumn *column)
{
    for (guint i = 0; i < column->shape.common->len; i++) {
        const PgaSpecShare *value = g_ptr_array_index(column->shape.common, i);

        pga_spec_add_share(candidate->values, value->value, value->share);
    }
}

/* (nullable): the table's own column that its rows' tenant is told by. */
static const PgaDesignColumn *
tenant_of(const PgaPartitionCase *of)
{
    const PgaSpecEntity *entity = of->table->entity;

    return entity && entity->tenant ? pga_design_table_column(of->table, entity->tenant) : NULL;
}

static void
add_time(const PgaPartitionCase *of, GPtrArray *candidates, const PgaDesignColumn *column)
{
    const PgaDesignColumn *tenant = tenant_of(of);
    PgaDesignPartitioning *candidate;

    if (tenant && has_list(of, tenant) &&
        of->architecture->requirements->deployment.tenants_in->len > 0) {
        candidate = candidate_of(of, candidates, PGA_PARTITION_LIST, tenant->name);
        candidate->sub_column = g_strdup(column->name);
        copy_values(candidate, tenant);
        return;
    }
    candidate_of(of, candidates, PGA_PARTITION_RANGE, column->name);
}

static gboolean
is_key(const PgaDesignTable *table, const char *column)
{
    const PgaDesignKey *key = pga_design_table_primary(table);

    return key && key->columns->len == 1 && strcmp(g_ptr_array_index(key->columns, 0), column) == 0;
}

/* Power of two of partitions below the size that is aimed at. */
static guint
modulus_of(double bytes)
{
    guint modulus = HASH_LEAST;

    while (modulus < HASH_MOST && bytes / modulus > TARGET_MAX_BYTES)
        modulus *= 2;
    return modulus;
}

static void
add_hash(const PgaPartitionCase *of, GPtrArray *candidates)
{
    const PgaDesignColumn *best = NULL;
    double best_share = 0;
    PgaDesignPartitioning *candidate;

    for (guint i = 0; i < of->table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(of->table->columns, i);
        const double share = pga_usage_share(of->usage, column->name, TRUE);

        if (!column->not_null || share <= best_share || column->shape.common->len > 0 ||
            pga_partition_is_time(column))
            continue;
        best = column;
        best_share = share;
    }
    /* of no use for less, and the others' reasons tell more */
    if (!best || (candidates->len > 0 && of->bytes < PGA_PARTITION_STRONG_BYTES))
        return;
    candidate = candidate_of(of, candidates, PGA_PARTITION_HASH, best->name);
    candidate->modulus = modulus_of(of->bytes);
    candidate->n_partitions = candidate->modulus;
    candidate->rows_per_partition = of->table->rows / candidate->modulus;
}

static void
add_list(const PgaPartitionCase *of, GPtrArray *candidates, const PgaDesignColumn *column)
{
    PgaDesignPartitioning *candidate =
        candidate_of(of, candidates, PGA_PARTITION_LIST, column->name);

    copy_values(candidate, column);
    candidate->n_partitions = candidate->values->len + 1;
    candidate->rows_per_partition = of->table->rows / candidate->values->len;
}

GPtrArray *
pga_partition_candidates(const PgaPartitionCase *of)
{
    GPtrArray *candidates = g_ptr_array_new_with_free_func((GDestroyNotify)pga_partitioning_free);

    for (guint i = 0; i < of->table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(of->table->columns, i);

        if (pga_partition_is_time(column))
            add_time(of, candidates, column);
        else if (pga_partition_is_uuid7(column) && is_key(of->table, column->name))
            candidate_of(of, candidates, PGA_PARTITION_RANGE, column->name);
        else if (has_list(of, column))
            add_list(of, candidates, column);
    }
    add_hash(of, candidates);
    return candidates;
}
