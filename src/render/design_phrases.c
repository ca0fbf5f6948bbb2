/* An architecture in words: intervals, speedups, names. */
#include "design_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <math.h>
#include <string.h>

char *
pga_design_names(const GPtrArray *names)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; names && i < names->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    return g_string_free(out, FALSE);
}

gboolean
pga_design_is_table(const PgaDesignTable *table, const char *qualified)
{
    g_autofree char *with_schema = pga_quote_qualified("public", table->name);
    g_autofree char *quoted = pga_quote_identifier(table->name);

    return g_strcmp0(qualified, with_schema) == 0 || g_strcmp0(qualified, quoted) == 0 ||
           g_strcmp0(qualified, table->name) == 0;
}

char *
pga_design_ratio(double before, double after)
{
    const PgaGain gain = {.before = before, .after = after, .unit = "planner cost"};

    return before > 0 && after > 0 && before != after ? pga_phrase_gain_short(&gain) : g_strdup("");
}

char *
pga_design_partition_speedup(const PgaDesignPartitioning *partitioning)
{
    g_autofree char *before = NULL, *after = NULL, *ratio = NULL;

    if (partitioning->cost_before <= 0 || partitioning->cost_after <= 0)
        return g_strdup("not estimated: no statement was planned on it");
    before = pga_phrase_number(partitioning->cost_before);
    after = pga_phrase_number(partitioning->cost_after);
    ratio = pga_phrase_number(partitioning->cost_before / partitioning->cost_after);
    return g_strdup_printf("%sx (planner cost %s -> %s over %u quer%s)%s", ratio, before, after,
                           partitioning->n_planned, partitioning->n_planned == 1 ? "y" : "ies",
                           partitioning->cost_before >= partitioning->cost_after ? ""
                           : partitioning->retention_days > 0
                               ? ": the queries get dearer; the partitions are for the retention"
                               : ": the queries get dearer; the partitions are for maintenance");
}

char *
pga_design_partition_interval(const PgaDesignPartitioning *partitioning)
{
    if (partitioning->interval_name || partitioning->interval)
        return g_strdup(partitioning->interval_name ? partitioning->interval_name
                                                    : partitioning->interval);
    if (partitioning->method == PGA_PARTITION_HASH)
        return g_strdup_printf("none: %u hash partitions", partitioning->modulus);
    return g_strdup_printf("none: %u lists of values",
                           partitioning->values ? partitioning->values->len : 0);
}
