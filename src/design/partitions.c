/* Which tables are partitioned, by what: for each that is large enough its candidates are judged by
 * numbered criteria; the best is taken where at least four points speak for it and nothing blocks
 * it. What was decided against is listed with what failed. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "design/design.h"
#include "partitions_internal.h"

#define MIN_ROWS      1e6
#define MIN_BYTES     1073741824.0
#define ENOUGH        4
#define DAYS_PER_YEAR 365.25
/* Where nothing tells how old the rows are. */
#define ASSUMED_YEARS  3
#define TUPLE_OVERHEAD 28.0 /* header and line pointer */

static double
row_bytes_of(const PgaDesignTable *table)
{
    double bytes = TUPLE_OVERHEAD;

    if (table->row_bytes > 0)
        return table->row_bytes;
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        bytes += column->shape.width * (1 - MAX(0, column->shape.null_share));
    }
    return bytes;
}

static double
rows_per_day_of(const PgaDesignTable *table, const PgaTableUsage *usage)
{
    const double stated = table->rows_per_year > 0 ? table->rows_per_year / DAYS_PER_YEAR : 0;

    if (table->retention_days > 0)
        return MAX(stated, table->rows / table->retention_days);
    if (stated > 0)
        return stated;
    if (usage->rows_in > 0)
        return usage->rows_in * 86400;
    return table->rows / (ASSUMED_YEARS * DAYS_PER_YEAR);
}

static PgaPartitionCase
case_of(PgaArchitecture *architecture, const PgaTableUsage *usage)
{
    PgaDesignTable *table = usage->table;
    const double stored = table->heap_bytes + table->toast_bytes + table->index_bytes;
    PgaPartitionCase of = {.architecture = architecture, .usage = usage, .table = table};

    of.row_bytes = row_bytes_of(table);
    of.bytes = stored > 0 ? stored : MAX(0, table->rows) * of.row_bytes;
    of.rows_per_day = rows_per_day_of(table, usage);
    return of;
}

static gboolean
is_large(const PgaPartitionCase *of)
{
    const PgaRequirements *requirements = of->architecture->requirements;
    const double rows =
        requirements->partition_min_rows > 0 ? requirements->partition_min_rows : MIN_ROWS;
    const double bytes =
        requirements->partition_min_bytes > 0 ? requirements->partition_min_bytes : MIN_BYTES;

    return of->table->rows >= rows || of->bytes >= bytes;
}

static gint64
points_of(const PgaDesignPartitioning *partitioning)
{
    gint64 points = 0;

    for (guint i = 0; i < partitioning->reasons->len; i++)
        points += ((PgaPartitionReason *)g_ptr_array_index(partitioning->reasons, i))->weight;
    return points;
}

/* (nullable): what speaks most against it, what blocks it first. */
static const PgaPartitionReason *
failing_line(const PgaDesignPartitioning *partitioning)
{
    const PgaPartitionReason *worst = NULL;

    for (guint i = 0; i < partitioning->reasons->len; i++) {
        const PgaPartitionReason *reason = g_ptr_array_index(partitioning->reasons, i);

        if (reason->weight >= 0 || (worst && worst->blocks && !reason->blocks))
            continue;
        if (!worst || reason->weight < worst->weight || (reason->blocks && !worst->blocks))
            worst = reason;
    }
    return worst;
}

/* (transfer full): "P-01 +5, P-02 +4" */
static char *
sum_text(const PgaDesignPartitioning *partitioning)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < partitioning->reasons->len; i++) {
        const PgaPartitionReason *reason = g_ptr_array_index(partitioning->reasons, i);

        if (reason->weight)
            g_string_append_printf(text, "%s%s %+" G_GINT64_FORMAT, text->len ? ", " : "",
                                   reason->id, reason->weight);
    }
    if (!text->len)
        g_string_append(text, "nothing speaks for it");
    return g_string_free(text, FALSE);
}

static void
decide(PgaDesignPartitioning *partitioning)
{
    const PgaPartitionReason *failing = failing_line(partitioning);
    const gint64 points = points_of(partitioning);
    g_autofree char *sum = sum_text(partitioning);
    g_autofree char *how =
        g_strdup_printf("%s (%s)%s%s%s%s%s", pga_partition_method_name(partitioning->method),
                        partitioning->column, partitioning->sub_column ? ", then RANGE (" : "",
                        partitioning->sub_column ? partitioning->sub_column : "",
                        partitioning->sub_column ? ")" : "", partitioning->interval ? ", " : "",
                        partitioning->interval ? partitioning->interval_name : "");

    partitioning->recommended = points >= ENOUGH && !(failing && failing->blocks);
    if (partitioning->recommended)
        partitioning->verdict = g_strdup_printf("%" G_GINT64_FORMAT " points (%s)", points, sum);
    else if (failing && failing->blocks)
        partitioning->verdict =
            g_strdup_printf("%s blocks %s: %s", failing->id, how, failing->text);
    else
        partitioning->verdict = g_strdup_printf(
            "the best, by %s, has %" G_GINT64_FORMAT " points of the %d needed (%s)%s%s", how,
            points, ENOUGH, sum, failing ? ": " : "", failing ? failing->text : "");
}

static void
state_policies(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    g_autofree char *age = partitioning->retention_days > 0
                               ? pga_partition_days_text(partitioning->retention_days)
                               : NULL;

    if (age)
        partitioning->retention_policy =
            g_strdup_printf("drop partitions older than %s%s", age,
                            partitioning->retention_is_assumed
                                ? " (assumed: nothing drops them until a retention is stated)"
                                : "");
    else
        partitioning->retention_policy =
            g_strdup(of->table->retention_days > 0 && !pga_partition_is_retention_assumed(
                                                          of->architecture->requirements, of->table)
                         ? "stated, but no partition is dropped for it: see the notes"
                         : "none stated");
    if (partitioning->method == PGA_PARTITION_HASH)
        partitioning->default_policy = g_strdup("none: each value has a partition");
    else if (partitioning->method == PGA_PARTITION_LIST)
        partitioning->default_policy =
            g_strdup("one, for values that are not listed: any row in it is told by "
                     "partition_check()");
    else
        partitioning->default_policy = g_strdup_printf(
            "none: a DEFAULT partition with rows is scanned under lock for each new partition and "
            "forbids DETACH CONCURRENTLY; %u partitions are made ahead and partition_check() "
            "tells when they run out",
            partitioning->premake);
}

static void
judge(const PgaPartitionCase *of, PgaDesignPartitioning *candidate)
{
    pga_partition_judge(of, candidate);
    if (candidate->method == PGA_PARTITION_RANGE || candidate->sub_column)
        pga_partition_interval(of, candidate);
    pga_partition_constrain(of, candidate);
    decide(candidate);
    state_policies(of, candidate);
}

static gboolean
is_better(const PgaPartitionCase *of, const PgaDesignPartitioning *a,
          const PgaDesignPartitioning *b)
{
    if (a->recommended != b->recommended)
        return a->recommended;
    /* of what is recommended, what drops the rows whose retention is over (M-03: HASH is for none)
     */
    if (a->recommended && (a->retention_days > 0) != (b->retention_days > 0))
        return a->retention_days > 0;
    if (points_of(a) != points_of(b))
        return points_of(a) > points_of(b);
    return pga_usage_share(of->usage, a->column, a->method != PGA_PARTITION_RANGE) >
           pga_usage_share(of->usage, b->column, b->method != PGA_PARTITION_RANGE);
}

/* (transfer full) (nullable) */
static PgaDesignPartitioning *
best_of(const PgaPartitionCase *of)
{
    g_autoptr(GPtrArray) candidates = pga_partition_candidates(of);
    guint best = 0;

    for (guint i = 0; i < candidates->len; i++) {
        PgaDesignPartitioning *candidate = g_ptr_array_index(candidates, i);

        judge(of, candidate);
        if (is_better(of, candidate, g_ptr_array_index(candidates, best)))
            best = i;
    }
    return candidates->len > 0 ? g_ptr_array_steal_index(candidates, best) : NULL;
}

static PgaDesignPartitioning *
without_key(const PgaPartitionCase *of)
{
    PgaDesignPartitioning *none = pga_partitioning_new(of->table);
    g_autofree char *rows = pga_count_format(of->table->rows);

    none->verdict = g_strdup_printf("%s rows, but no column that they could be "
                                    "told apart by: no time, no closed set of values, none that "
                                    "statements compare",
                                    rows);
    state_policies(of, none);
    return none;
}

/* Whether another table got columns. */
static gboolean
decide_table(PgaArchitecture *architecture, const PgaTableUsage *usage)
{
    const PgaPartitionCase of = case_of(architecture, usage);
    const PgaSpecEntity *entity = of.table->entity;
    const gboolean forbidden = entity && g_strcmp0(entity->partition_by, "none") == 0;
    const char *against = g_hash_table_lookup(architecture->unpartitioned, of.table->name);
    PgaDesignPartitioning *best;

    if (!is_large(&of))
        return FALSE;
    best = best_of(&of);
    if (!best)
        best = without_key(&of);
    if (best->recommended && (forbidden || against)) {
        best->recommended = FALSE;
        g_free(best->verdict);
        best->verdict = g_strdup(forbidden ? "partition_by: none is stated" : against);
    }
    g_ptr_array_add(architecture->partitionings, best);
    return best->recommended && pga_partition_apply(architecture, of.table, best);
}

static gint
compare_gain(gconstpointer a, gconstpointer b)
{
    const PgaDesignPartitioning *left = *(PgaDesignPartitioning *const *)a;
    const PgaDesignPartitioning *right = *(PgaDesignPartitioning *const *)b;
    const double left_gain = (double)points_of(left) * MAX(1, left->table->rows);
    const double right_gain = (double)points_of(right) * MAX(1, right->table->rows);

    if (left->recommended != right->recommended)
        return left->recommended ? -1 : 1;
    if (left_gain != right_gain)
        return left_gain > right_gain ? -1 : 1;
    return strcmp(left->table->name, right->table->name);
}

static gboolean
is_told(const GPtrArray *not_checked, guint end, const PgaNotChecked *note)
{
    for (guint i = 0; i < end; i++) {
        const PgaNotChecked *told = g_ptr_array_index(not_checked, i);

        if (g_strcmp0(told->what, note->what) == 0 && g_strcmp0(told->why, note->why) == 0)
            return TRUE;
    }
    return FALSE;
}

/* INSERT gives the copied columns, joins follow them, look-ups by the key give all of it. */
static gboolean
write_queries_again(PgaArchitecture *architecture, GError **error)
{
    const guint n_told = architecture->not_checked->len;

    g_ptr_array_set_size(architecture->queries, 0);
    if (!pga_design_queries(architecture, error))
        return FALSE;
    for (guint i = architecture->not_checked->len; i > n_told; i--)
        if (is_told(architecture->not_checked, n_told,
                    g_ptr_array_index(architecture->not_checked, i - 1)))
            g_ptr_array_remove_index(architecture->not_checked, i - 1);
    return TRUE;
}

gboolean
pga_design_partitions(PgaArchitecture *architecture, GError **error)
{
    g_autoptr(GPtrArray) usages = NULL;
    gboolean partitioned = FALSE;

    pga_design_sizes(architecture);
    usages = pga_partition_usages(architecture);
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const gboolean changed = decide_table(architecture, g_ptr_array_index(usages, i));

        partitioned |= table->partitioning != NULL;
        if (!changed)
            continue;
        g_ptr_array_unref(usages);
        usages = pga_partition_usages(architecture);
    }
    g_ptr_array_sort(architecture->partitionings, compare_gain);
    pga_partition_note_retention(architecture);
    return !partitioned || write_queries_again(architecture, error);
}
