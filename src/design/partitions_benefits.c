/* What speaks for partitioning a table by a column, and against it: P-01 to P-06. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "partitions_internal.h"

#define MOST_STATEMENTS 0.8
#define OPEN_LOOKUPS    0.2
#define MANY_LOOKUPS    0.5
#define BULK_ROWS       10000
/* autovacuum writes 200 / 20 pages of 8192 bytes each 2 ms: autovacuum_vacuum_cost_limit (-1: 200
 * of vacuum_cost_limit), vacuum_cost_page_dirty, autovacuum_vacuum_cost_delay of 14 to 18. */
#define VACUUM_BYTES_A_SECOND (200.0 / 20 * 8192 / 0.002)
#define VACUUM_LIMIT_S        3600

PgaPartitionReason *
pga_partition_reason(PgaDesignPartitioning *partitioning, const char *id, gint64 weight,
                     const char *format, ...)
{
    PgaPartitionReason *reason = pga_partitioning_add_reason(partitioning, id, weight);
    va_list arguments;

    va_start(arguments, format);
    reason->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return reason;
}

/* (nullable): the column by which rows age. */
static const char *
age_column(const PgaDesignPartitioning *partitioning)
{
    if (partitioning->sub_column)
        return partitioning->sub_column;
    return partitioning->method == PGA_PARTITION_RANGE ? partitioning->column : NULL;
}

gboolean
pga_partition_is_retention_assumed(const PgaRequirements *requirements, const PgaDesignTable *table)
{
    g_autofree char *field =
        g_strdup_printf("entities.%s.retention", table->entity ? table->entity->name : table->name);

    return pga_requirements_is_assumed(requirements, field);
}

static void
judge_retention(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    const char *column = age_column(partitioning);
    const PgaDesignTable *from = NULL;
    const double days =
        column ? pga_partition_retention(of->architecture, of->table, column, &from) : -1;
    g_autofree char *text = days > 0 ? pga_partition_days_text(days) : NULL;

    partitioning->retention_days = days;
    partitioning->retention_is_assumed =
        from && pga_partition_is_retention_assumed(of->architecture->requirements, from);
    if (!text)
        return;
    if (from && from != of->table)
        pga_partition_reason(partitioning, "P-01", 5,
                             "its rows leave with those of %s, after %s: a partition is dropped "
                             "instead of DELETE and vacuum",
                             from->name, text);
    else
        pga_partition_reason(
            partitioning, "P-01", 5,
            "a retention of %s is %s: a partition is dropped instead of DELETE and vacuum", text,
            partitioning->retention_is_assumed ? "assumed" : "stated");
}

static double
share_of(const PgaPartitionCase *of, const PgaDesignPartitioning *partitioning)
{
    const gboolean by_equality = partitioning->method != PGA_PARTITION_RANGE;
    const double share = pga_usage_share(of->usage, partitioning->column, by_equality);

    return partitioning->sub_column
               ? MAX(share, pga_usage_share(of->usage, partitioning->sub_column, FALSE))
               : share;
}

static gboolean
is_asked_for(const PgaPartitionCase *of, const PgaDesignPartitioning *partitioning)
{
    const PgaSpecEntity *entity = of->table->entity;
    const char *asked = entity ? entity->partition_by : NULL;

    return asked && (strcmp(asked, partitioning->column) == 0 ||
                     g_strcmp0(asked, partitioning->sub_column) == 0);
}

/* The part of the statements that look rows up and name none of the keys. */
static double
open_of(const PgaPartitionCase *of, const PgaDesignPartitioning *partitioning)
{
    const gboolean by_equality = partitioning->method != PGA_PARTITION_RANGE;
    const double open = pga_usage_open(of->usage, partitioning->column, by_equality);

    return partitioning->sub_column
               ? MIN(open, pga_usage_open(of->usage, partitioning->sub_column, FALSE))
               : open;
}

/* Rows that are looked up without the key are searched for in every partition: where that is not
 * the exception, it costs more than old rows that leave at once save. */
static void
judge_statements(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    const double share = share_of(of, partitioning), reads = of->usage->reads;
    const double open = open_of(of, partitioning);

    if (reads <= 0)
        pga_partition_reason(partitioning, "P-02", 0, "no statement that reads it is known");
    else if (open > OPEN_LOOKUPS)
        pga_partition_reason(
            partitioning, "P-06", is_asked_for(of, partitioning) ? 0 : -5,
            "%.0f %% of its %.4g statements a second look rows up without %s: each searches "
            "every partition; what would resolve it: %s in them, too, or partition_by: %s",
            open * 100, reads, partitioning->column, partitioning->column, partitioning->column);
    else if (share >= MOST_STATEMENTS)
        pga_partition_reason(
            partitioning, "P-02", 4,
            "%.0f %% of its %.4g statements a second constrain %s: the others' partitions are "
            "pruned",
            share * 100, reads, partitioning->column);
    else
        pga_partition_reason(partitioning, "P-02", 0,
                             "%.0f %% of its %.4g statements a second constrain %s: less than "
                             "%.0f %%",
                             share * 100, reads, partitioning->column, MOST_STATEMENTS * 100);
}

static void
judge_size(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    const PgaRequirements *requirements = of->architecture->requirements;
    const double ram = (double)requirements->deployment.ram_bytes;
    const double vacuum_s = of->bytes / VACUUM_BYTES_A_SECOND;
    const gboolean is_recent = requirements->workload == PGA_WORKLOAD_TIME_SERIES ||
                               share_of(of, partitioning) >= MANY_LOOKUPS;
    g_autofree char *size = pga_bytes_format_storage(pga_int64(of->bytes));
    g_autofree char *memory = pga_bytes_format_memory(requirements->deployment.ram_bytes);
    g_autofree char *time = pga_duration_format(vacuum_s);

    if (age_column(partitioning) && ram > 0 && of->bytes > ram && is_recent)
        pga_partition_reason(partitioning, "P-03", 3,
                             "%s are more than the %s of memory, and recent rows are what is "
                             "read: their partitions' indexes stay cached",
                             size, memory);
    if (vacuum_s > VACUUM_LIMIT_S)
        pga_partition_reason(partitioning, "P-04", 3,
                             "autovacuum writes %s in %s (at 41 MB/s, its default limits): "
                             "partitions are vacuumed one by one",
                             size, time);
    if (partitioning->method == PGA_PARTITION_HASH &&
        of->bytes < MAX(PGA_PARTITION_STRONG_BYTES, ram))
        pga_partition_reason(partitioning, "M-03", -4,
                             "HASH ages nothing out, and %s is less than %s: one B-tree serves "
                             "such lookups as well",
                             size, ram > PGA_PARTITION_STRONG_BYTES ? memory : "100 GB");
}

void
pga_partition_judge(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    judge_retention(of, partitioning);
    judge_statements(of, partitioning);
    judge_size(of, partitioning);
    if (of->usage->bulk >= BULK_ROWS && partitioning->method != PGA_PARTITION_HASH)
        pga_partition_reason(partitioning, "P-05", 2,
                             "%s loads %.4g rows at once: they can be loaded aside and attached",
                             of->usage->bulk_name, of->usage->bulk);
    if (is_asked_for(of, partitioning))
        pga_partition_reason(partitioning, "stated", 4, "partition_by: %s is asked for",
                             of->table->entity->partition_by);
}
