/* The file as a whole: its keys, in the order that they need each other, and what must be there. */
#include "parse/requirements.h"

#include <base/error.h>
#include <math.h>
#include <string.h>

#include "requirements_internal.h"

#define OF(field) G_STRUCT_OFFSET(PgaRequirements, field)

static const PgaSpecWord workloads[] = {
    {"oltp", PGA_WORKLOAD_OLTP},
    {"olap", PGA_WORKLOAD_OLAP},
    {"htap", PGA_WORKLOAD_HTAP},
    {"time-series", PGA_WORKLOAD_TIME_SERIES},
    {"timeseries", PGA_WORKLOAD_TIME_SERIES},
    {NULL, 0},
};

static gboolean
read_latency(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const PgaSpecField fields[] = {
        {"p50", pga_spec_milliseconds, OF(p50_ms), NULL, 0},
        {"p95", pga_spec_milliseconds, OF(p95_ms), NULL, 0},
        {"p99", pga_spec_milliseconds, OF(p99_ms), NULL, 0},
        {NULL, NULL, 0, NULL, 0},
    };
    PgaRequirements *requirements = value->requirements;

    (void)out;
    (void)with;
    requirements->latency_at = pga_spec_place(value->node);
    if (value->node->kind == PGA_YAML_SCALAR)
        return pga_spec_milliseconds(value, &requirements->p95_ms, NULL, error);
    return pga_spec_fields(value, fields, requirements, error);
}

/* {per_year: 40%, orders: 60%}, or 40%. */
static gboolean
read_growth(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaRequirements *requirements = value->requirements;

    (void)out;
    (void)with;
    requirements->growth_at = pga_spec_place(value->node);
    if (value->node->kind == PGA_YAML_SCALAR)
        return pga_spec_growth_share(value, &requirements->growth_per_year, NULL, error);
    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < value->node->keys->len; i++) {
        const PgaYamlPath at = {value->at, g_ptr_array_index(value->node->keys, i)};
        const PgaSpecValue member = {requirements, g_ptr_array_index(value->node->values, i), &at};
        PgaSpecEntity *entity = NULL;

        if (pga_spec_is_nothing(member.node))
            continue;
        if (strcmp(at.key, "per_year") != 0 &&
            !(entity =
                  pga_spec_find_entity(value, at.key, pga_spec_key_place(value->node, i), error)))
            return FALSE;
        if (!pga_spec_growth_share(
                &member, entity ? &entity->growth : &requirements->growth_per_year, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_thresholds(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const PgaSpecField fields[] = {
        {"index_min_gain", pga_spec_share_of_one, OF(index_min_gain), NULL, 0},
        {"partition_min_rows", pga_spec_rows, OF(partition_min_rows), NULL, 0},
        {"partition_min_size", pga_spec_storage_size, OF(partition_min_bytes), NULL, 0},
        {"shared_buffers", pga_spec_share_of_one, OF(shared_buffers), NULL, 0},
        {NULL, NULL, 0, NULL, 0},
    };

    (void)out;
    (void)with;
    return pga_spec_fields(value, fields, value->requirements, error);
}

/* By the step in which they are read: later ones name what earlier ones declare. */
enum { STEP_ALONE, STEP_ENTITIES, STEP_VOLUME, STEP_NAMES, STEP_PATTERNS, N_STEPS };

static const struct {
    PgaSpecField field;
    guint step;
} keys[] = {
    {{"$schema", pga_spec_later, 0, NULL, 0}, STEP_ALONE}, /* for editors */
    {{"name", pga_spec_name, OF(name), NULL, 0}, STEP_ALONE},
    {{"workload_type", pga_spec_word64, OF(workload), workloads, OF(workload_at)}, STEP_ALONE},
    {{"data_volume", pga_spec_volume, 0, NULL, OF(volume_at)}, STEP_VOLUME},
    {{"data_volume_estimate", pga_spec_volume, 0, NULL, OF(volume_at)}, STEP_VOLUME},
    {{"queries_per_second", pga_spec_rate, OF(queries_per_second), NULL, OF(qps_at)}, STEP_ALONE},
    {{"queries_per_second_target", pga_spec_rate, OF(queries_per_second), NULL, OF(qps_at)},
     STEP_ALONE},
    {{"read_share", pga_spec_share_of_one, OF(read_share), NULL, 0}, STEP_ALONE},
    {{"latency", read_latency, 0, NULL, 0}, STEP_ALONE},
    {{"growth", read_growth, 0, NULL, 0}, STEP_NAMES},
    {{"availability_sla", pga_spec_availability, 1, NULL, 0}, STEP_ALONE},
    {{"availability", pga_spec_availability, 2, NULL, 0}, STEP_ALONE},
    {{"deployment", pga_spec_deployment, 0, NULL, 0}, STEP_ALONE},
    {{"deployment_environment", pga_spec_deployment, 0, NULL, 0}, STEP_ALONE},
    {{"connections", pga_spec_integer, OF(connections), GUINT_TO_POINTER(1000000),
      OF(connections_at)},
     STEP_ALONE},
    {{"sharding", pga_spec_sharding, 0, NULL, 0}, STEP_ALONE},
    {{"entities", pga_spec_entities, 0, NULL, 0}, STEP_ENTITIES},
    {{"relationships", pga_spec_relationships, 0, NULL, 0}, STEP_NAMES},
    {{"rules", pga_spec_rules, 0, NULL, 0}, STEP_PATTERNS},
    {{"access_patterns", pga_spec_patterns, 0, NULL, 0}, STEP_PATTERNS},
    {{"thresholds", read_thresholds, 0, NULL, 0}, STEP_ALONE},
};

static gboolean
read_keys(const PgaSpecValue *value, GError **error)
{
    gboolean good = TRUE;

    for (guint step = 0; step < N_STEPS; step++) {
        GError *refused = NULL;
        PgaSpecField fields[G_N_ELEMENTS(keys) + 1] = {{NULL, NULL, 0, NULL, 0}};

        for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
            fields[i] = keys[i].field;
            if (keys[i].step != step)
                fields[i].read = pga_spec_later;
        }
        if (pga_spec_fields(value, fields, value->requirements, &refused))
            continue;
        good = FALSE;
        pga_error_also(error, refused);
        if (step >= STEP_ENTITIES) /* what comes later names what this step declares */
            return FALSE;
    }
    return good;
}

static gboolean
has_rows(const PgaRequirements *requirements)
{
    for (guint i = 0; i < requirements->entities->len; i++)
        if (((PgaSpecEntity *)g_ptr_array_index(requirements->entities, i))->rows >= 0)
            return TRUE;
    return requirements->bytes >= 0 || requirements->rows >= 0;
}

/* PRE-1, PRE-5: what no default can stand for. */
static gboolean
check_required(const PgaSpecValue *value, GError **error)
{
    const PgaRequirements *requirements = value->requirements;
    const PgaSpecPlace start = {1, 1};

    if (requirements->workload < 0)
        return pga_spec_fail_at(value, start, "Allowed: oltp, olap, htap, time-series.", error,
                                "workload_type is missing");
    if (!has_rows(requirements))
        return pga_spec_fail_at(value, start,
                                "Allowed: a size and rows, as in \"500GB (5M users, 50M orders)\", "
                                "or rows of each entity.",
                                error, "data_volume is missing");
    if (requirements->queries_per_second < 0)
        return pga_spec_fail_at(value, start, "Allowed: a number above 0, as in 5000 or 5000/s.",
                                error, "queries_per_second is missing");
    if (requirements->entities->len > 0)
        return TRUE;
    pga_spec_fail_at(value, start,
                     "Needed: entities, or at least their names and rows in data_volume; and "
                     "access_patterns.",
                     error, "need data model and access patterns: %s",
                     requirements->patterns->len > 0 ? "only access patterns are given"
                                                     : "neither is given");
    pga_error_hint(error, "The least that says it: data_volume: \"500GB (5M users, 50M orders)\". "
                          "\"pgarchitect design --example oltp\" prints a complete file.");
    return FALSE;
}

static void
note_version(PgaRequirements *requirements)
{
    const PgaSpecDeployment *deployment = &requirements->deployment;

    if (deployment->major == 0)
        return;
    if (deployment->major < 17)
        g_ptr_array_add(requirements->notes,
                        g_strdup_printf("PostgreSQL %s is asked for: 17 or newer is recommended, "
                                        "for its vectored I/O, cheaper VACUUM and better "
                                        "parallelism.",
                                        deployment->version));
    else if (deployment->major > 18)
        g_ptr_array_add(requirements->notes,
                        g_strdup_printf("PostgreSQL %s is newer than the versions known here: what "
                                        "holds for 18 is assumed for it.",
                                        deployment->version));
}

/* The mapping inside `input:`, beside which only `output:` and `$schema` may stand. */
static const PgaYamlNode *
unwrap(const PgaSpecValue *value, PgaRequirements *requirements)
{
    static const char *const beside[] = {"input", "output", "$schema", NULL};
    const PgaYamlNode *root = value->node, *input = pga_yaml_get(root, "input");

    for (guint i = 0; input && i < root->keys->len; i++)
        if (!g_strv_contains(beside, g_ptr_array_index(root->keys, i)))
            return root;
    if (input && pga_yaml_get(root, "output"))
        g_ptr_array_add(requirements->notes,
                        g_strdup("The file's \"output\" was not read: it is what is made here."));
    return input ? input : root;
}

PgaRequirements *
pga_requirements_parse(const char *text, gsize length, const char *name, GError **error)
{
    const PgaYamlPath at = {NULL, name};
    g_autoptr(PgaYamlNode) root = pga_yaml_parse(text, length, name, error);
    g_autoptr(PgaRequirements) requirements = NULL;
    PgaSpecValue value;

    if (!root)
        return NULL;
    requirements = pga_requirements_new();
    requirements->file = g_strdup(name);
    value = (PgaSpecValue){requirements, root, &at};
    if (!pga_spec_expect(&value, PGA_YAML_MAPPING, error))
        return NULL;
    value.node = unwrap(&value, requirements);
    if (!read_keys(&value, error) || !check_required(&value, error) ||
        !pga_spec_check_entities(&value, error))
        return NULL;
    note_version(requirements);
    return g_steal_pointer(&requirements);
}
