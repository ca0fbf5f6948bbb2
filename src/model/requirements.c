#include "model/requirements.h"

#include <math.h>

static void
share_free(PgaSpecShare *share)
{
    g_free(share->value);
    g_free(share);
}

static void
attribute_free(PgaSpecAttribute *attribute)
{
    g_free(attribute->name);
    g_free(attribute->type);
    g_ptr_array_unref(attribute->values);
    g_free(attribute->separator);
    g_free(attribute->references);
    g_ptr_array_unref(attribute->json_keys);
    g_free(attribute->default_);
    g_free(attribute->comment);
    g_free(attribute);
}

static void
entity_free(PgaSpecEntity *entity)
{
    g_free(entity->name);
    g_ptr_array_unref(entity->attributes);
    g_ptr_array_unref(entity->key);
    g_free(entity->retention);
    g_free(entity->tenant);
    g_free(entity->partition_by);
    g_free(entity->comment);
    g_free(entity);
}

static void
relationship_free(PgaSpecRelationship *relationship)
{
    g_free(relationship->from);
    g_free(relationship->to);
    g_free(relationship->via);
    g_ptr_array_unref(relationship->attributes);
    g_free(relationship);
}

static void
rule_free(PgaSpecRule *rule)
{
    g_free(rule->entity);
    g_free(rule->expression);
    g_ptr_array_unref(rule->left);
    g_ptr_array_unref(rule->right);
    g_free(rule);
}

static void
pattern_free(PgaSpecPattern *pattern)
{
    g_free(pattern->name);
    g_free(pattern->sql);
    g_free(pattern->entity);
    g_ptr_array_unref(pattern->where);
    g_ptr_array_unref(pattern->where_at);
    g_ptr_array_unref(pattern->columns);
    g_ptr_array_unref(pattern->set);
    g_ptr_array_unref(pattern->join);
    g_ptr_array_unref(pattern->group_by);
    g_ptr_array_unref(pattern->compute);
    g_free(pattern->order_by);
    g_free(pattern);
}

static void
assumption_free(PgaAssumption *assumption)
{
    g_free(assumption->field);
    g_free(assumption->value);
    g_free(assumption->why);
    g_free(assumption);
}

static GPtrArray *
strings(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static GPtrArray *
attributes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)attribute_free);
}

PgaRequirements *
pga_requirements_new(void)
{
    PgaRequirements *requirements = g_new0(PgaRequirements, 1);
    PgaSpecAvailability *availability = &requirements->availability;
    PgaSpecDeployment *deployment = &requirements->deployment;

    requirements->workload = requirements->bytes = requirements->connections = -1;
    requirements->queries_per_second = requirements->read_share = requirements->rows = -1;
    requirements->p50_ms = requirements->p95_ms = requirements->p99_ms = -1;
    requirements->growth_per_year = requirements->index_min_gain = -1;
    requirements->partition_min_rows = requirements->partition_min_bytes = -1;
    requirements->shared_buffers = -1;
    availability->sla = availability->rpo_s = availability->rto_s = -1;
    availability->region_rtt_ms = availability->ttl = availability->loop_wait = -1;
    availability->retry_timeout = -1;
    availability->regions = strings();
    deployment->ram_bytes = deployment->cores = deployment->nodes = deployment->storage = -1;
    deployment->tenants_in = strings();
    requirements->entities = g_ptr_array_new_with_free_func((GDestroyNotify)entity_free);
    requirements->relationships = g_ptr_array_new_with_free_func((GDestroyNotify)relationship_free);
    requirements->rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
    requirements->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)pattern_free);
    requirements->assumptions = g_ptr_array_new_with_free_func((GDestroyNotify)assumption_free);
    requirements->notes = strings();
    return requirements;
}

void
pga_requirements_free(PgaRequirements *requirements)
{
    if (!requirements)
        return;
    g_free(requirements->file);
    g_free(requirements->name);
    g_ptr_array_unref(requirements->availability.regions);
    g_free(requirements->availability.rpo_scope);
    g_free(requirements->availability.recovery);
    g_free(requirements->deployment.version);
    g_ptr_array_unref(requirements->deployment.tenants_in);
    g_free(requirements->distribution_column);
    g_ptr_array_unref(requirements->entities);
    g_ptr_array_unref(requirements->relationships);
    g_ptr_array_unref(requirements->rules);
    g_ptr_array_unref(requirements->patterns);
    g_ptr_array_unref(requirements->assumptions);
    g_ptr_array_unref(requirements->notes);
    g_free(requirements);
}

PgaSpecEntity *
pga_requirements_add_entity(PgaRequirements *requirements, const char *name)
{
    PgaSpecEntity *entity = g_new0(PgaSpecEntity, 1);

    entity->name = g_strdup(name);
    entity->rows = entity->growth = entity->retention_days = -1;
    entity->append_only = -1;
    entity->attributes = attributes_new();
    entity->key = strings();
    g_ptr_array_add(requirements->entities, entity);
    return entity;
}

PgaSpecRelationship *
pga_requirements_add_relationship(PgaRequirements *requirements)
{
    PgaSpecRelationship *relationship = g_new0(PgaSpecRelationship, 1);

    relationship->attributes = attributes_new();
    relationship->rows = -1;
    g_ptr_array_add(requirements->relationships, relationship);
    return relationship;
}

char *
pga_spec_link_name(const PgaSpecRelationship *relationship)
{
    return relationship->via ? g_strdup(relationship->via)
                             : g_strdup_printf("%s_%s", relationship->from, relationship->to);
}

PgaSpecRule *
pga_requirements_add_rule(PgaRequirements *requirements, PgaSpecRuleKind kind)
{
    PgaSpecRule *rule = g_new0(PgaSpecRule, 1);

    rule->kind = kind;
    rule->left = strings();
    rule->right = strings();
    g_ptr_array_add(requirements->rules, rule);
    return rule;
}

PgaSpecPattern *
pga_requirements_add_pattern(PgaRequirements *requirements, const char *name)
{
    PgaSpecPattern *pattern = g_new0(PgaSpecPattern, 1);

    pattern->name = g_strdup(name);
    pattern->where = strings();
    pattern->where_at = g_ptr_array_new();
    pattern->columns = strings();
    pattern->set = strings();
    pattern->join = strings();
    pattern->group_by = strings();
    pattern->compute = strings();
    pattern->limit = pattern->per_second = pattern->target_ms = pattern->rows = -1;
    g_ptr_array_add(requirements->patterns, pattern);
    return pattern;
}

PgaSpecAttribute *
pga_spec_add_attribute(GPtrArray *attributes, const char *name)
{
    PgaSpecAttribute *attribute = g_new0(PgaSpecAttribute, 1);

    attribute->name = g_strdup(name);
    attribute->min = attribute->max = NAN;
    attribute->precision = attribute->scale = attribute->length = attribute->many = -1;
    attribute->distinct = attribute->null_share = attribute->average_length = -1;
    attribute->values = g_ptr_array_new_with_free_func((GDestroyNotify)share_free);
    attribute->json_keys = strings();
    g_ptr_array_add(attributes, attribute);
    return attribute;
}

PgaSpecShare *
pga_spec_add_share(GPtrArray *shares, const char *value, double share)
{
    PgaSpecShare *added = g_new0(PgaSpecShare, 1);

    added->value = g_strdup(value);
    added->share = share;
    g_ptr_array_add(shares, added);
    return added;
}

GPtrArray *
pga_spec_shares_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)share_free);
}

void
pga_requirements_assume(PgaRequirements *requirements, const char *field, char *value,
                        const char *why)
{
    PgaAssumption *assumption = g_new0(PgaAssumption, 1);

    assumption->field = g_strdup(field);
    assumption->value = value;
    assumption->why = g_strdup(why);
    g_ptr_array_add(requirements->assumptions, assumption);
}

gboolean
pga_requirements_is_assumed(const PgaRequirements *requirements, const char *field)
{
    for (guint i = 0; i < requirements->assumptions->len; i++) {
        const PgaAssumption *assumption = g_ptr_array_index(requirements->assumptions, i);

        if (g_strcmp0(assumption->field, field) == 0)
            return TRUE;
    }
    return FALSE;
}

PgaSpecEntity *
pga_requirements_entity(const PgaRequirements *requirements, const char *name)
{
    for (guint i = 0; i < requirements->entities->len; i++) {
        PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (g_strcmp0(entity->name, name) == 0)
            return entity;
    }
    return NULL;
}

PgaSpecAttribute *
pga_spec_attribute(const GPtrArray *attributes, const char *name)
{
    for (guint i = 0; i < attributes->len; i++) {
        PgaSpecAttribute *attribute = g_ptr_array_index(attributes, i);

        if (g_strcmp0(attribute->name, name) == 0)
            return attribute;
    }
    return NULL;
}

gboolean
pga_names_have(const GPtrArray *names, const char *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

const char *
pga_meaning_name(PgaMeaning meaning)
{
    static const char *const names[] = {
        [PGA_MEANING_NONE] = NULL,
        [PGA_MEANING_TYPE] = NULL,
        [PGA_MEANING_IDENTITY] = "identity",
        [PGA_MEANING_REFERENCE] = "references",
        [PGA_MEANING_ONE_OF] = "one_of",
        [PGA_MEANING_EMAIL] = "email",
        [PGA_MEANING_PHONE] = "phone",
        [PGA_MEANING_URL] = "url",
        [PGA_MEANING_UUID] = "uuid",
        [PGA_MEANING_MONEY] = "money",
        [PGA_MEANING_PERCENT] = "percent",
        [PGA_MEANING_FLAG] = "flag",
        [PGA_MEANING_JSON] = "json",
        [PGA_MEANING_TAGS] = "tags",
        [PGA_MEANING_TEXT_SHORT] = "text-short",
        [PGA_MEANING_TEXT_LONG] = "text-long",
        [PGA_MEANING_DATE] = "date",
        [PGA_MEANING_TIME] = "time",
        [PGA_MEANING_TIMESTAMP] = "timestamp",
        [PGA_MEANING_PERIOD] = "period",
        [PGA_MEANING_INTEGER] = "integer",
        [PGA_MEANING_DECIMAL] = "decimal",
        [PGA_MEANING_COUNTRY] = "country",
        [PGA_MEANING_IP] = "ip",
        [PGA_MEANING_GEO_POINT] = "geo-point",
        [PGA_MEANING_IMAGE] = "image",
        [PGA_MEANING_FILE] = "file",
        [PGA_MEANING_SECRET] = "secret",
        [PGA_MEANING_HASH] = "hash",
        [PGA_MEANING_VERSION] = "version",
        [PGA_MEANING_SLUG] = "slug",
    };

    return names[meaning];
}

const char *
pga_delete_action_name(PgaDeleteAction action)
{
    static const char *const names[] = {
        [PGA_DELETE_UNSTATED] = "NO ACTION",  [PGA_DELETE_RESTRICT] = "RESTRICT",
        [PGA_DELETE_NO_ACTION] = "NO ACTION", [PGA_DELETE_CASCADE] = "CASCADE",
        [PGA_DELETE_SET_NULL] = "SET NULL",   [PGA_DELETE_SET_DEFAULT] = "SET DEFAULT",
    };

    return names[action];
}
