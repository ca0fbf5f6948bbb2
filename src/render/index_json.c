/* A set of indexes as JSON: schemas/index.schema.json. What took how long is not in it: the same
 * input makes the same bytes. */
#include "index_internal.h"
#include "index_measured_internal.h"

static json_t *
effects(const PgaIndexAdvice *advice)
{
    json_t *array = json_array();

    for (guint i = 0; i < advice->effects->len; i++) {
        const PgaIndexEffect *from = g_ptr_array_index(advice->effects, i);
        json_t *object = json_object();

        json_object_set_new(object, "query", json_integer(from->query));
        json_object_set_new(object, "before", pga_json_real(from->before));
        json_object_set_new(object, "after", pga_json_real(from->after));
        pga_json_set_text(object, "plan_before", from->plan_before);
        pga_json_set_text(object, "plan_after", from->plan_after);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
citations(const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    const char *title = NULL;
    g_autofree char *url = pga_index_docs(report, advice, &title);
    json_t *object = json_object(), *array = json_array();

    pga_json_set_text(object, "title", title);
    pga_json_set_text(object, "url", url);
    json_array_append_new(array, object);
    return array;
}

static void
set_proof(json_t *object, const PgaIndexAdvice *advice)
{
    json_object_set_new(object, "statements", pga_json_strings(advice->statements));
    json_object_set_new(object, "undo", pga_json_strings(advice->undo));
    pga_json_set_text(object, "check", advice->check);
    pga_json_set_text(object, "cleanup", advice->cleanup);
    json_object_set_new(object, "proven", json_boolean(advice->proven));
    pga_json_set_text(object, "proof", advice->proof);
    json_object_set_new(object, "effects", effects(advice));
}

static void
set_figures(json_t *object, const PgaIndexAdvice *advice)
{
    json_object_set_new(object, "bytes", pga_json_count(advice->bytes));
    pga_json_set_text(object, "size_accuracy", advice->accuracy);
    json_object_set_new(object, "build_seconds",
                        advice->build_seconds < 0 ? json_null()
                                                  : pga_json_real(advice->build_seconds));
    json_object_set_new(object, "build_seconds_from_disk",
                        advice->build_seconds_from_disk < 0
                            ? json_null()
                            : pga_json_real(advice->build_seconds_from_disk));
    pga_json_set_text(object, "build_method", advice->build_method);
    json_object_set_new(object, "gain", pga_json_real(advice->gain));
    json_object_set_new(object, "upkeep", pga_json_real(advice->upkeep));
    pga_json_set_text(object, "write_cost", advice->write_cost);
}

static json_t *
recommendation(const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    g_autofree char *speedup = pga_index_speedup(advice, report);
    json_t *object = json_object();

    pga_json_set_text(object, "table", advice->table);
    pga_json_set_text(object, "index_name", advice->name);
    pga_json_set_text(object, "type", advice->type);
    json_object_set_new(object, "columns", pga_json_strings(advice->columns));
    pga_json_set_text(object, "rationale", advice->rationale ? advice->rationale : "");
    pga_json_set_text(object, "estimated_speedup", speedup);
    pga_json_set_text(object, "create_statement", advice->create);
    json_object_set_new(object, "include", pga_json_strings(advice->include));
    pga_json_set_text(object, "predicate", advice->predicate);
    pga_json_set_text(object, "extension", advice->extension);
    json_object_set_new(object, "extension_available",
                        advice->extension_available == PGA_INDEX_AVAILABLE_UNKNOWN
                            ? json_null()
                            : json_boolean(advice->extension_available == PGA_INDEX_AVAILABLE));
    pga_json_set_text(object, "extension_note", advice->extension_note);
    pga_json_set_text(object, "supersedes", advice->supersedes);
    set_figures(object, advice);
    set_proof(object, advice);
    json_object_set_new(object, "citations", citations(report, advice));
    return object;
}

json_t *
pga_index_recommendations_json(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->advice->len; i++)
        json_array_append_new(array, recommendation(report, g_ptr_array_index(report->advice, i)));
    return array;
}

static json_t *
removals(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->removals->len; i++) {
        const PgaIndexRemoval *from = g_ptr_array_index(report->removals, i);
        json_t *object = json_object();

        pga_json_set_text(object, "table", from->table);
        pga_json_set_text(object, "index_name", from->name);
        json_object_set_new(object, "bytes", pga_json_count(from->bytes));
        pga_json_set_text(object, "reason", from->reason);
        pga_json_set_text(object, "rule", from->rule);
        pga_json_set_text(object, "severity", pga_severity_name(from->severity));
        pga_json_set_text(object, "lock", from->lock);
        pga_json_set_text(object, "statement", from->statement);
        pga_json_set_text(object, "undo", from->undo);
        pga_json_set_text(object, "caution", from->caution);
        pga_json_set_text(object, "safety", "review");
        json_array_append_new(array, object);
    }
    return array;
}

static void
set_costs(json_t *object, const PgaQueryOutcome *from)
{
    json_object_set_new(object, "analysed", json_boolean(from->planned));
    pga_json_set_text(object, "failure", from->failure);
    json_object_set_new(object, "weight", pga_json_real(from->weight));
    json_object_set_new(object, "before",
                        from->planned ? pga_json_real(from->before) : json_null());
    json_object_set_new(object, "after", from->planned ? pga_json_real(from->after) : json_null());
    json_object_set_new(object, "least", pga_json_real(from->least));
    json_object_set_new(object, "most", pga_json_real(from->most));
    json_object_set_new(object, "used", pga_json_strings(from->used));
    pga_json_set_text(object, "plan_before", from->plan_before);
    pga_json_set_text(object, "plan_after", from->plan_after);
    pga_json_set_text(object, "hindrance", from->hindrance);
    pga_json_set_text(object, "hindrance_hint", from->hindrance_hint);
}

static json_t *
queries(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->queries->len; i++) {
        const PgaQueryOutcome *from = g_ptr_array_index(report->queries, i);
        json_t *object = json_object();

        pga_json_set_text(object, "fingerprint", from->query->fingerprint);
        pga_json_set_text(object, "text", from->query->text);
        pga_json_set_text(object, "origin", from->query->origin);
        json_object_set_new(object, "calls", pga_json_real(from->query->calls));
        json_object_set_new(object, "total_ms",
                            from->query->total_ms < 0 ? json_null()
                                                      : pga_json_real(from->query->total_ms));
        json_object_set_new(object, "samples", json_integer(from->query->samples->len));
        set_costs(object, from);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
not_analysed(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->not_analysed->len; i++) {
        const PgaNotAnalysed *from = g_ptr_array_index(report->not_analysed, i);
        json_t *object = json_object();

        pga_json_set_text(object, "why", from->why);
        json_object_set_new(object, "statements", json_integer(from->n));
        pga_json_set_text(object, "example", from->example);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
workload(const PgaIndexReport *report)
{
    json_t *object = json_object();

    json_object_set_new(object, "statements",
                        json_integer((json_int_t)report->workload->n_statements));
    json_object_set_new(object, "distinct", json_integer(report->workload->queries->len));
    json_object_set_new(object, "skipped", json_integer((json_int_t)report->workload->n_skipped));
    json_object_set_new(object, "unreadable",
                        json_integer((json_int_t)report->workload->n_unreadable));
    pga_json_set_text(object, "weight_method", report->weight_method);
    json_object_set_new(object, "notes", pga_json_strings(report->workload->notes));
    return object;
}

static json_t *
totals(const PgaIndexReport *report)
{
    json_t *object = json_object();

    pga_json_set_text(object, "unit", report->unit);
    json_object_set_new(object, "before", pga_json_real(report->total_before));
    json_object_set_new(object, "after", pga_json_real(report->total_after));
    json_object_set_new(object, "lower_bound", pga_json_real(report->lower_bound));
    json_object_set_new(object, "gap", pga_json_real(report->gap));
    json_object_set_new(object, "upkeep", pga_json_real(report->upkeep));
    json_object_set_new(object, "bytes", json_integer(report->bytes));
    json_object_set_new(object, "budget_bytes", pga_json_count(report->budget_bytes));
    json_object_set_new(object, "min_improvement", pga_json_real(report->min_improvement));
    json_object_set_new(object, "min_gain", pga_json_real(report->min_gain));
    json_object_set_new(object, "candidates", json_integer(report->n_candidates));
    json_object_set_new(object, "plans", json_integer(report->n_plans));
    json_object_set_new(object, "search_complete", json_boolean(report->search_complete));
    return object;
}

static json_t *
curve(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->curve->len; i++) {
        const PgaIndexCurvePoint *from = g_ptr_array_index(report->curve, i);
        json_t *object = json_object();

        json_object_set_new(object, "bytes", pga_json_real(from->bytes));
        json_object_set_new(object, "cost", pga_json_real(from->cost));
        pga_json_set_text(object, "index_name", from->index);
        json_array_append_new(array, object);
    }
    return array;
}

json_t *
pga_index_analysis_json(const PgaIndexReport *report)
{
    json_t *object = json_object();

    pga_json_set_text(object, "lab", report->lab);
    json_object_set_new(object, "totals", totals(report));
    json_object_set_new(object, "queries", queries(report));
    json_object_set_new(object, "not_analysed", not_analysed(report));
    json_object_set_new(object, "curve", curve(report));
    return object;
}

char *
pga_render_index_json(const PgaIndexReport *report)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "command", "index");
    json_object_set_new(root, "complete", json_boolean(report->complete));
    json_object_set_new(root, "source", pga_json_source(report->environment));
    pga_json_set_text(root, "lab", report->lab);
    json_object_set_new(root, "workload", workload(report));
    json_object_set_new(root, "totals", totals(report));
    json_object_set_new(root, "index_recommendations", pga_index_recommendations_json(report));
    json_object_set_new(root, "removals", removals(report));
    json_object_set_new(root, "queries", queries(report));
    json_object_set_new(root, "not_analysed", not_analysed(report));
    json_object_set_new(root, "curve", curve(report));
    json_object_set_new(root, "measurement", pga_index_measurement_json(report));
    json_object_set_new(root, "verification", pga_index_verification_json(report));
    json_object_set_new(root, "findings", pga_json_findings(report->findings));
    json_object_set_new(root, "not_checked", pga_json_not_checked(report->not_checked));
    json_object_set_new(root, "notes", pga_json_strings(report->notes));
    return pga_json_dump(root);
}
