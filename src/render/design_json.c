/* An architecture as JSON: schemas/design.schema.json; the bundle's architecture.json is the same.
 */
#include "design_internal.h"
#include "index_internal.h"
#include "tune_internal.h"

#include <model/tuning.h>

#define FIELD(type, member, kind)                                                                  \
    {                                                                                              \
#member, kind, offsetof(type, member)                                                      \
    }

static const PgaJsonField assumption_fields[] = {
    FIELD(PgaAssumption, field, PGA_JSON_TEXT),
    FIELD(PgaAssumption, value, PGA_JSON_TEXT),
    FIELD(PgaAssumption, why, PGA_JSON_TEXT),
    {0},
};

static const PgaJsonField view_fields[] = {
    FIELD(PgaDesignView, name, PGA_JSON_TEXT),       FIELD(PgaDesignView, sql, PGA_JSON_TEXT),
    FIELD(PgaDesignView, unique_sql, PGA_JSON_TEXT), FIELD(PgaDesignView, refresh, PGA_JSON_TEXT),
    FIELD(PgaDesignView, staleness, PGA_JSON_TEXT),  FIELD(PgaDesignView, query, PGA_JSON_TEXT),
    FIELD(PgaDesignView, why, PGA_JSON_TEXT),        {0},
};

static const PgaJsonField proof_fields[] = {
    FIELD(PgaDesignProof, what, PGA_JSON_TEXT),
    FIELD(PgaDesignProof, where, PGA_JSON_TEXT),
    FIELD(PgaDesignProof, done, PGA_JSON_FLAG),
    FIELD(PgaDesignProof, outcome, PGA_JSON_TEXT),
    {0},
};

static const PgaJsonField change_fields[] = {
    FIELD(PgaDesignChange, title, PGA_JSON_TEXT),
    FIELD(PgaDesignChange, object, PGA_JSON_TEXT),
    FIELD(PgaDesignChange, sql, PGA_JSON_TEXT),
    FIELD(PgaDesignChange, lock, PGA_JSON_TEXT),
    FIELD(PgaDesignChange, path, PGA_JSON_TEXT),
    FIELD(PgaDesignChange, objection, PGA_JSON_TEXT),
    FIELD(PgaDesignChange, fingerprint, PGA_JSON_TEXT),
    {0},
};

static const PgaJsonField file_fields[] = {
    FIELD(PgaDesignFile, path, PGA_JSON_TEXT),
    {"executable", PGA_JSON_FLAG, offsetof(PgaDesignFile, is_executable)},
    FIELD(PgaDesignFile, text, PGA_JSON_TEXT),
    {0},
};

static const PgaJsonField node_fields[] = {
    FIELD(PgaDesignNode, name, PGA_JSON_TEXT),
    FIELD(PgaDesignNode, role, PGA_JSON_TEXT),
    FIELD(PgaDesignNode, zone, PGA_JSON_TEXT),
    FIELD(PgaDesignNode, region, PGA_JSON_TEXT),
    {"data", PGA_JSON_FLAG, offsetof(PgaDesignNode, has_data)},
    {"consensus", PGA_JSON_FLAG, offsetof(PgaDesignNode, has_dcs)},
    {"proxy", PGA_JSON_FLAG, offsetof(PgaDesignNode, has_proxy)},
    {0},
};

static const PgaJsonField query_fields[] = {
    FIELD(PgaDesignQuery, name, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, sql, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, planned_sql, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, origin, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, per_second, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, failure, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, cost_before, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, cost_after, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, cost_tenfold, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, cost_unkeyed, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, rows, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, indexes, PGA_JSON_WORDS),
    FIELD(PgaDesignQuery, low_ms, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, high_ms, PGA_JSON_KNOWN),
    FIELD(PgaDesignQuery, latency, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, tenfold, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, plan, PGA_JSON_TEXT),
    FIELD(PgaDesignQuery, plan_tenfold, PGA_JSON_TEXT),
    {0},
};

json_t *
pga_design_json_proofs(const GPtrArray *proofs)
{
    return pga_json_records(proofs, proof_fields);
}

static json_t *
requirements(const PgaArchitecture *architecture)
{
    const PgaRequirements *from = architecture->requirements;
    static const PgaJsonField fields[] = {
        FIELD(PgaRequirements, file, PGA_JSON_TEXT),
        FIELD(PgaRequirements, name, PGA_JSON_TEXT),
        {"data_volume_bytes", PGA_JSON_INT64, offsetof(PgaRequirements, bytes)},
        FIELD(PgaRequirements, queries_per_second, PGA_JSON_KNOWN),
        FIELD(PgaRequirements, read_share, PGA_JSON_KNOWN),
        FIELD(PgaRequirements, growth_per_year, PGA_JSON_KNOWN),
        FIELD(PgaRequirements, connections, PGA_JSON_INT64),
        {0},
    };
    json_t *object = json_object();

    pga_json_set_record(object, from, fields);
    pga_json_set_text(
        object, "workload_type",
        from->workload < 0 ? NULL : pga_workload_class_name((PgaWorkloadClass)from->workload));
    pga_json_set_text(object, "deployment", pga_deployment_name(from->deployment.platform));
    json_object_set_new(object, "availability_sla_percent",
                        from->availability.sla < 0 ? json_null()
                                                   : pga_json_real(from->availability.sla));
    json_object_set_new(object, "availability_stated",
                        json_boolean(architecture->availability.wanted));
    return object;
}

static json_t *
dependencies(const GPtrArray *from)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignDependency, table, PGA_JSON_TEXT),
        FIELD(PgaDesignDependency, left, PGA_JSON_WORDS),
        FIELD(PgaDesignDependency, right, PGA_JSON_WORDS),
        FIELD(PgaDesignDependency, note, PGA_JSON_TEXT),
        {0},
    };
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaDesignDependency *dependency = g_ptr_array_index(from, i);
        json_t *object = pga_json_record(dependency, fields);

        pga_json_set_text(object, "origin", pga_said_name(dependency->origin));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
violations(const PgaArchitecture *architecture)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignViolation, entity, PGA_JSON_TEXT),
        FIELD(PgaDesignViolation, attribute, PGA_JSON_TEXT),
        FIELD(PgaDesignViolation, normal_form, PGA_JSON_COUNT),
        FIELD(PgaDesignViolation, problem, PGA_JSON_TEXT),
        FIELD(PgaDesignViolation, resolution, PGA_JSON_TEXT),
        {0},
    };
    json_t *array = json_array();

    for (guint i = 0; i < architecture->violations->len; i++) {
        const PgaDesignViolation *violation = g_ptr_array_index(architecture->violations, i);
        json_t *object = pga_json_record(violation, fields);

        json_object_set_new(object, "location",
                            pga_json_location(architecture->requirements->file, violation->at.line,
                                              violation->at.column));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
queries(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(from, i);
        json_t *object = pga_json_record(query, query_fields);

        json_object_set_new(object, "target_ms",
                            query->pattern && query->pattern->target_ms >= 0
                                ? pga_json_real(query->pattern->target_ms)
                                : json_null());
        pga_json_set_text(object, "verdict", pga_latency_verdict_name(query->verdict));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
partitionings(const PgaArchitecture *architecture, gboolean recommended)
{
    json_t *array = json_array();

    for (guint i = 0; i < architecture->partitionings->len; i++) {
        const PgaDesignPartitioning *from = g_ptr_array_index(architecture->partitionings, i);

        if (!from->recommended == !recommended)
            json_array_append_new(array, pga_design_json_partitioning(from));
    }
    return array;
}

/* The contract's own key is there when a table qualifies. */
static void
set_partitioning(json_t *root, const PgaArchitecture *architecture)
{
    json_t *strategies = partitionings(architecture, TRUE);

    if (json_array_size(strategies) > 0)
        json_object_set_new(root, "partitioning_strategy",
                            json_deep_copy(json_array_get(strategies, 0)));
    json_object_set_new(root, "partitioning_strategies", strategies);
    json_object_set_new(root, "not_partitioned", partitionings(architecture, FALSE));
}

static json_t *
tuning(const PgaArchitecture *architecture)
{
    json_t *object;

    if (architecture->tune)
        return pga_tune_performance_json(architecture->tune);
    object = json_object();
    json_object_set_new(object, "postgresql_conf", json_object());
    pga_json_set_text(object, "expected_improvement", "none is known");
    return object;
}

static json_t *
availability(const PgaDesignAvailability *from)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignAvailability, architecture, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, failover_strategy, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, rto, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, rpo, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, topology, PGA_JSON_TEXT),
        {"rto_low_seconds", PGA_JSON_KNOWN, offsetof(PgaDesignAvailability, rto_low_s)},
        {"rto_high_seconds", PGA_JSON_KNOWN, offsetof(PgaDesignAvailability, rto_high_s)},
        {"rpo_seconds", PGA_JSON_KNOWN, offsetof(PgaDesignAvailability, rpo_s)},
        FIELD(PgaDesignAvailability, rto_derivation, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, rpo_derivation, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, synchronous, PGA_JSON_FLAG),
        FIELD(PgaDesignAvailability, sync_decision, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, sync_cost_ms, PGA_JSON_KNOWN),
        FIELD(PgaDesignAvailability, budget, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, managed, PGA_JSON_TEXT),
        FIELD(PgaDesignAvailability, notes, PGA_JSON_WORDS),
        FIELD(PgaDesignAvailability, citations, PGA_JSON_WORDS),
        {0},
    };
    json_t *object = pga_json_record(from, fields);

    json_object_set_new(object, "nodes", pga_json_records(from->nodes, node_fields));
    return object;
}

static json_t *
index_analysis(const PgaArchitecture *architecture)
{
    return architecture->index ? pga_index_analysis_json(architecture->index) : json_null();
}

/* Without what the bundle makes of the document itself. */
static json_t *
files(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(from, i);

        if (!pga_bundle_is_own(file->path))
            json_array_append_new(array, pga_json_record(file, file_fields));
    }
    return array;
}

/* Those of the server's settings and of the indexes, too. */
static json_t *
findings(const PgaArchitecture *architecture)
{
    json_t *array = pga_json_findings(architecture->findings);
    json_t *more =
        architecture->tune ? pga_json_findings(architecture->tune->tuning->findings) : json_array();

    (void)json_array_extend(array, more);
    json_decref(more);
    more = architecture->index ? pga_json_findings(architecture->index->findings) : json_array();
    (void)json_array_extend(array, more);
    json_decref(more);
    return array;
}

static json_t *
contract(const PgaArchitecture *architecture)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "command", "design");
    json_object_set_new(root, "complete", json_boolean(architecture->complete));
    json_object_set_new(root, "source",
                        architecture->source ? pga_json_source(architecture->source) : json_null());
    json_object_set_new(root, "pg_version", json_integer(architecture->major));
    json_object_set_new(root, "requirements", requirements(architecture));
    json_object_set_new(root, "schema_design", pga_design_json_schema(architecture));
    json_object_set_new(root, "index_recommendations",
                        architecture->index ? pga_index_recommendations_json(architecture->index)
                                            : json_array());
    set_partitioning(root, architecture);
    json_object_set_new(root, "performance_tuning", tuning(architecture));
    if (architecture->availability.wanted)
        json_object_set_new(root, "high_availability", availability(&architecture->availability));
    return root;
}

char *
pga_render_design_json(const PgaArchitecture *architecture)
{
    json_t *root = contract(architecture);

    json_object_set_new(
        root, "assumptions",
        pga_json_records(architecture->requirements->assumptions, assumption_fields));
    json_object_set_new(root, "dependencies", dependencies(architecture->dependencies));
    json_object_set_new(root, "violations", violations(architecture));
    json_object_set_new(root, "queries", queries(architecture->queries));
    pga_json_set_text(root, "breaks_first", architecture->breaks_first);
    json_object_set_new(root, "views", pga_json_records(architecture->views, view_fields));
    json_object_set_new(root, "index_analysis", index_analysis(architecture));
    json_object_set_new(root, "machine",
                        architecture->tune ? pga_tune_machine_json(architecture->tune)
                                           : json_null());
    json_object_set_new(root, "proofs", pga_design_json_proofs(architecture->proofs));
    json_object_set_new(root, "changes", pga_json_records(architecture->changes, change_fields));
    json_object_set_new(root, "files", files(architecture->files));
    json_object_set_new(root, "findings", findings(architecture));
    json_object_set_new(root, "not_checked", pga_json_not_checked(architecture->not_checked));
    json_object_set_new(root, "notes", pga_json_strings(architecture->notes));
    return pga_json_dump(root);
}
