/* What was measured on a copy owns what it holds. */
#include "model/index_measurement.h"

#define RUNS_NONE                                                                                  \
    {                                                                                              \
        .median = -1, .least = -1, .most = -1, .cost = -1                                          \
    }

static void
query_free(PgaMeasuredQuery *query)
{
    g_free(query->before.failure);
    g_free(query->after.failure);
    g_ptr_array_unref(query->used);
    g_free(query);
}

void
pga_measured_index_free(PgaMeasuredIndex *index)
{
    g_free(index->failure);
    g_free(index);
}

void
pga_unmeasured_free(PgaUnmeasured *entry)
{
    g_free(entry->why);
    g_free(entry);
}

PgaIndexMeasurement *
pga_index_measurement_new(void)
{
    PgaIndexMeasurement *measurement = g_new0(PgaIndexMeasurement, 1);

    measurement->queries = g_ptr_array_new_with_free_func((GDestroyNotify)query_free);
    measurement->indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_measured_index_free);
    measurement->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)pga_unmeasured_free);
    measurement->notes = g_ptr_array_new_with_free_func(g_free);
    measurement->remaining = g_ptr_array_new_with_free_func(g_free);
    return measurement;
}

void
pga_index_measurement_free(PgaIndexMeasurement *measurement)
{
    if (!measurement)
        return;
    g_free(measurement->database);
    g_ptr_array_unref(measurement->queries);
    g_ptr_array_unref(measurement->indexes);
    g_ptr_array_unref(measurement->left_out);
    g_ptr_array_unref(measurement->notes);
    g_ptr_array_unref(measurement->remaining);
    g_free(measurement);
}

PgaMeasuredQuery *
pga_index_measurement_add_query(PgaIndexMeasurement *measurement, guint query)
{
    PgaMeasuredQuery *added = g_new0(PgaMeasuredQuery, 1);

    added->query = query;
    added->before = added->after = (PgaMeasuredRuns)RUNS_NONE;
    added->used = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(measurement->queries, added);
    return added;
}

PgaMeasuredIndex *
pga_measured_index_add(GPtrArray *indexes, guint advice)
{
    PgaMeasuredIndex *added = g_new0(PgaMeasuredIndex, 1);

    added->advice = advice;
    added->bytes = -1;
    added->build_seconds = -1;
    g_ptr_array_add(indexes, added);
    return added;
}

PgaMeasuredIndex *
pga_index_measurement_add_index(PgaIndexMeasurement *measurement, guint advice)
{
    return pga_measured_index_add(measurement->indexes, advice);
}

void
pga_unmeasured_count(GPtrArray *left_out, const char *why, guint n)
{
    PgaUnmeasured *entry;

    for (guint i = 0; n > 0 && i < left_out->len; i++) {
        entry = g_ptr_array_index(left_out, i);
        if (g_str_equal(entry->why, why)) {
            entry->n += n;
            return;
        }
    }
    if (n == 0)
        return;
    entry = g_new0(PgaUnmeasured, 1);
    entry->why = g_strdup(why);
    entry->n = n;
    g_ptr_array_add(left_out, entry);
}

void
pga_index_measurement_leave_out(PgaIndexMeasurement *measurement, const char *why, guint n)
{
    pga_unmeasured_count(measurement->left_out, why, n);
}
