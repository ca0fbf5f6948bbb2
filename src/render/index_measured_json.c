/* What was measured on a copy, as JSON. Times are what they were: these bytes differ from run to
 * run. */
#include "index_internal.h"
#include "index_measured_internal.h"

static json_t *
real_or_null(double value)
{
    return value < 0 ? json_null() : pga_json_real(value);
}

static json_t *
runs(const PgaMeasuredRuns *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "median_ms", real_or_null(from->median));
    json_object_set_new(object, "least_ms", real_or_null(from->least));
    json_object_set_new(object, "most_ms", real_or_null(from->most));
    json_object_set_new(object, "cost", real_or_null(from->cost));
    json_object_set_new(object, "timed_out", json_boolean(from->timed_out));
    pga_json_set_text(object, "failure", from->failure);
    return object;
}

static json_t *
queries(const PgaIndexMeasurement *measurement)
{
    json_t *array = json_array();

    for (guint i = 0; i < measurement->queries->len; i++) {
        const PgaMeasuredQuery *from = g_ptr_array_index(measurement->queries, i);
        json_t *object = json_object();

        json_object_set_new(object, "query", json_integer(from->query));
        json_object_set_new(object, "guessed_values", json_boolean(from->is_guess));
        json_object_set_new(object, "before", runs(&from->before));
        json_object_set_new(object, "after", runs(&from->after));
        json_object_set_new(object, "used", pga_json_strings(from->used));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
indexes(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->measurement->indexes->len; i++) {
        const PgaMeasuredIndex *from = g_ptr_array_index(report->measurement->indexes, i);
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, from->advice);
        json_t *object = json_object();

        pga_json_set_text(object, "index_name", advice->name);
        json_object_set_new(object, "bytes", pga_json_count(from->bytes));
        json_object_set_new(object, "foretold_bytes", pga_json_count(advice->bytes));
        json_object_set_new(object, "build_seconds", real_or_null(from->build_seconds));
        json_object_set_new(object, "foretold_build_seconds", real_or_null(advice->build_seconds));
        pga_json_set_text(object, "failure", from->failure);
        json_array_append_new(array, object);
    }
    return array;
}

json_t *
pga_index_left_out_json(const GPtrArray *left_out)
{
    json_t *array = json_array();

    for (guint i = 0; i < left_out->len; i++) {
        const PgaUnmeasured *from = g_ptr_array_index(left_out, i);
        json_t *object = json_object();

        pga_json_set_text(object, "why", from->why);
        json_object_set_new(object, "statements", json_integer(from->n));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
totals(const PgaIndexMeasurement *measurement)
{
    const gboolean any = measurement->n_total > 0;
    json_t *object = json_object();

    json_object_set_new(object, "statements", json_integer(measurement->n_total));
    json_object_set_new(object, "before_ms", real_or_null(any ? measurement->total_before : -1));
    json_object_set_new(object, "after_ms", real_or_null(any ? measurement->total_after : -1));
    return object;
}

json_t *
pga_index_measurement_json(const PgaIndexReport *report)
{
    const PgaIndexMeasurement *from = report->measurement;
    json_t *object;

    if (!from)
        return json_null();
    object = json_object();
    pga_json_set_text(object, "database", from->database);
    json_object_set_new(object, "hypothetical", json_boolean(from->is_hypothetical));
    json_object_set_new(object, "runs", json_integer(from->n_runs));
    json_object_set_new(object, "timeout_seconds", pga_json_real(from->timeout));
    json_object_set_new(object, "totals", totals(from));
    json_object_set_new(object, "queries", queries(from));
    json_object_set_new(object, "indexes", indexes(report));
    json_object_set_new(object, "left_out", pga_index_left_out_json(from->left_out));
    json_object_set_new(object, "notes", pga_json_strings(from->notes));
    json_object_set_new(object, "kept", json_boolean(from->kept));
    json_object_set_new(object, "remaining", pga_json_strings(from->remaining));
    return object;
}
