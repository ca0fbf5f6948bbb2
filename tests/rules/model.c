/* The builders behind the rules' tests: as the collector would fill a Catalog, without a server. */
#include <string.h>

#include <base/text.h>

#include "model.h"

Model *
model_new(void)
{
    Model *model = g_new0(Model, 1);

    model->catalog = pga_catalog_new();
    model->environment = pga_environment_new();
    model->configuration = pga_configuration_new();
    model->objects = pga_objects_new();
    model->server = pga_server_new();
    model->workload = pga_workload_new();
    model->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    model->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    model->next_oid = 16384;
    model->environment->source_kind = PGA_SOURCE_LIVE;
    model->environment->source_name = g_strdup("shop");
    model->environment->version_num = 170002;
    model->environment->stats_age = 40 * 86400.0;
    return model;
}

void
model_free(Model *model)
{
    pga_catalog_free(model->catalog);
    pga_environment_free(model->environment);
    pga_configuration_free(model->configuration);
    pga_objects_free(model->objects);
    pga_server_free(model->server);
    pga_workload_free(model->workload);
    g_ptr_array_unref(model->findings);
    g_ptr_array_unref(model->not_checked);
    g_free(model);
}

void
model_make_ddl(Model *model)
{
    model->environment->source_kind = PGA_SOURCE_DDL;
    model->environment->stats_age = -1;
}

PgaRelation *
model_table(Model *model, const char *relname, double rows)
{
    PgaRelation *relation =
        pga_catalog_add_relation(model->catalog, model->next_oid++, "public", relname);

    relation->reltuples = rows;
    relation->rows_source = rows < 0 ? PGA_ROWS_UNKNOWN : PGA_ROWS_ANALYZED;
    return relation;
}

PgaRelation *
model_partition(Model *model, const PgaRelation *parent, const char *relname, double rows)
{
    PgaRelation *partition = model_table(model, relname, rows);

    partition->relispartition = TRUE;
    partition->parent = parent->oid;
    for (guint i = 0; i < parent->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(parent->attributes, i);

        model_column(partition, attribute->attname, attribute->type);
    }
    return partition;
}

static const struct {
    const char *type, *typname;
    char category;
} types[] = {
    {"smallint", "int2", 'N'},
    {"integer", "int4", 'N'},
    {"bigint", "int8", 'N'},
    {"numeric", "numeric", 'N'},
    {"double precision", "float8", 'N'},
    {"real", "float4", 'N'},
    {"money", "money", 'N'},
    {"oid", "oid", 'N'},
    {"text", "text", 'S'},
    {"character varying", "varchar", 'S'},
    {"character(", "bpchar", 'S'},
    {"timestamp with time zone", "timestamptz", 'D'},
    {"timestamp without time zone", "timestamp", 'D'},
    {"timestamp(3) without time zone", "timestamp", 'D'},
    {"time with time zone", "timetz", 'D'},
    {"date", "date", 'D'},
    {"jsonb", "jsonb", 'U'},
    {"json", "json", 'U'},
    {"uuid", "uuid", 'U'},
    {"boolean", "bool", 'B'},
};

PgaAttribute *
model_column(PgaRelation *relation, const char *attname, const char *type)
{
    PgaAttribute *attribute =
        pga_relation_add_attribute(relation, (gint16)(relation->attributes->len + 1), attname);

    attribute->type = g_strdup(type);
    for (guint i = 0; i < G_N_ELEMENTS(types) && !attribute->typname; i++) {
        if (g_str_has_prefix(type, types[i].type)) {
            attribute->typname = g_strdup(types[i].typname);
            attribute->typcategory = types[i].category;
            attribute->typnspname = g_strdup("pg_catalog");
        }
    }
    if (!attribute->typname) {
        attribute->typname = g_strdup(type);
        attribute->typnspname = g_strdup("ext");
    }
    return attribute;
}

void
model_drop_columns(PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++)
        pga_record_free(&pga_attribute_type, g_ptr_array_index(relation->attributes, i));
    g_ptr_array_set_size(relation->attributes, 0);
}

static void
append_attnums(GArray *attnums, const PgaRelation *relation, const char *columns)
{
    g_auto(GStrv) names = g_strsplit(columns, " ", -1);

    for (guint i = 0; names[i]; i++) {
        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            if (g_str_equal(attribute->attname, names[i]))
                g_array_append_val(attnums, attribute->attnum);
        }
    }
    g_assert_cmpuint(attnums->len, ==, g_strv_length(names));
}

static void
define(PgaIndex *index, const PgaRelation *relation)
{
    g_autofree char *columns = pga_relation_column_list(relation, index->indkey);
    g_autofree char *name = pga_quote_identifier(index->relname);
    g_autofree char *table = pga_relation_display(relation, NULL);

    g_free(index->definition);
    index->definition = g_strdup_printf(
        "CREATE %sINDEX %s ON %s%s USING %s (%s)", index->indisunique ? "UNIQUE " : "", name,
        relation->relkind == 'p' ? "ONLY " : "", table, index->amname, columns);
}

PgaIndex *
model_index(Model *model, PgaRelation *relation, const char *relname, const char *columns)
{
    PgaIndex *index = pga_catalog_add_index(model->catalog, model->next_oid++, relation->oid);

    index->nspname = g_strdup("public");
    index->relname = g_strdup(relname);
    index->amname = g_strdup("btree");
    append_attnums(index->indkey, relation, columns);
    index->n_key_atts = index->indkey->len;
    index->bytes = 10485760;
    index->idx_scan = 0;
    define(index, relation);
    return index;
}

PgaIndex *
model_primary_key(Model *model, PgaRelation *relation, const char *columns)
{
    g_autofree char *name = g_strconcat(relation->relname, "_pkey", NULL);
    PgaIndex *index = model_index(model, relation, name, columns);
    PgaConstraint *constraint =
        pga_catalog_add_constraint(model->catalog, model->next_oid++, 'p', relation->oid);

    index->indisunique = index->indisprimary = TRUE;
    index->constraint = constraint->oid;
    constraint->conname = g_strdup(name);
    constraint->conindid = index->indexrelid;
    append_attnums(constraint->conkey, relation, columns);
    define(index, relation);
    return index;
}

PgaConstraint *
model_foreign_key(Model *model, PgaRelation *relation, const char *columns,
                  const PgaRelation *parent, const char *parent_columns)
{
    PgaConstraint *constraint =
        pga_catalog_add_constraint(model->catalog, model->next_oid++, 'f', relation->oid);
    g_autofree char *name = g_strdelimit(g_strdup(columns), " ", '_');

    constraint->conname = g_strdup_printf("%s_%s_fkey", relation->relname, name);
    constraint->confrelid = parent->oid;
    append_attnums(constraint->conkey, relation, columns);
    append_attnums(constraint->confkey, parent, parent_columns);
    return constraint;
}

PgaConstraint *
model_check(Model *model, PgaRelation *relation, const char *columns)
{
    PgaConstraint *constraint =
        pga_catalog_add_constraint(model->catalog, model->next_oid++, 'c', relation->oid);
    g_autofree char *name = g_strdelimit(g_strdup(columns), " ", '_');

    constraint->conname = g_strdup_printf("%s_%s_check", relation->relname, name);
    append_attnums(constraint->conkey, relation, columns);
    return constraint;
}

PgaSequence *
model_serial(Model *model, PgaRelation *relation, PgaAttribute *attribute, gint64 last_value)
{
    g_autofree char *name = g_strdup_printf("%s_%s_seq", relation->relname, attribute->attname);
    PgaSequence *sequence =
        pga_catalog_add_sequence(model->catalog, model->next_oid++, "public", name);

    sequence->readable = TRUE;
    sequence->is_called = last_value > 0;
    sequence->last_value = last_value;
    sequence->owner_relid = relation->oid;
    sequence->owner_attnum = attribute->attnum;
    sequence->owner_deptype = 'a';
    attribute->owned_sequence = sequence->oid;
    attribute->attnotnull = TRUE;
    attribute->default_expr = g_strdup_printf("nextval('public.%s'::regclass)", name);
    return sequence;
}

void
model_setting(Model *model, const char *name, const char *value, const char *unit)
{
    PgaSetting *setting = pga_catalog_add_setting(model->catalog, name);

    setting->setting = g_strdup(value);
    setting->unit = g_strdup(unit);
    setting->source = g_strdup("default");
}

PgaAttributeStats *
model_values(PgaAttribute *attribute, const char *values)
{
    PgaAttributeStats *stats = pga_attribute_add_stats(attribute);
    g_auto(GStrv) parts = g_strsplit(values, "|", -1);

    stats->n_distinct = -1;
    stats->avg_width = (gint32)strlen(parts[0]) + 1;
    stats->histogram = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; parts[i]; i++)
        g_ptr_array_add(stats->histogram, g_strdup(parts[i]));
    return stats;
}

PgaAttributeStats *
model_numbered_values(PgaAttribute *attribute, const char *pattern, guint n)
{
    g_autoptr(GString) values = g_string_new(NULL);

    for (guint i = 0; i < n; i++) {
        g_autofree char *number = g_strdup_printf("%u", 10 + i);
        g_auto(GStrv) parts = g_strsplit(pattern, "#", -1);
        g_autofree char *value = g_strjoinv(number, parts);

        g_string_append_printf(values, "%s%s", i ? "|" : "", value);
    }
    return model_values(attribute, values->str);
}

static void
switch_off_others(Model *model, const char *rule)
{
    guint n_rules = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++)
        pga_configuration_set_rule(model->configuration, rules[i]->id)->off =
            !g_str_equal(rules[i]->id, rule);
}

/* An oid is another one in a restored database, and of a DDL file the lab's: queries name objects.
 */
static void
assert_no_oid(const PgaFinding *finding)
{
    static const char *const places[] = {"oid = ", "relid = ", "_tree("};

    for (guint i = 0; finding->fix.verify && i < G_N_ELEMENTS(places); i++) {
        const char *at = strstr(finding->fix.verify, places[i]);

        if (at && g_ascii_isdigit(at[strlen(places[i])]))
            g_error("\"%s\" holds an oid", finding->fix.verify);
    }
}

guint
model_run_rules(Model *model)
{
    const guint n = pga_rules_run(&(PgaRuleSource){.catalog = model->catalog,
                                                   .environment = model->environment,
                                                   .configuration = model->configuration,
                                                   .objects = model->objects,
                                                   .server = model->server,
                                                   .workload = model->workload},
                                  model->findings, model->not_checked);

    for (guint i = 0; i < model->findings->len; i++)
        assert_no_oid(g_ptr_array_index(model->findings, i));
    return n;
}

Outcome
model_run(Model *model, const char *rule)
{
    pga_catalog_finish(model->catalog);
    switch_off_others(model, rule);
    model_run_rules(model);
    if (model->findings->len > 0)
        return FIRES;
    return model->not_checked->len > 0 ? NOT_EVALUATED : SILENT;
}

void
model_run_all(Model *model)
{
    pga_catalog_finish(model->catalog);
    model_run_rules(model);
}

guint
model_count(const Model *model, const char *rule)
{
    guint n = 0;

    for (guint i = 0; i < model->findings->len; i++)
        n += g_str_equal(model_finding_at(model, i)->rule, rule);
    return n;
}

const PgaFinding *
model_finding_at(const Model *model, guint i)
{
    g_assert_cmpuint(i, <, model->findings->len);
    return g_ptr_array_index(model->findings, i);
}

const PgaFinding *
model_finding(const Model *model)
{
    g_assert_cmpuint(model->findings->len, ==, 1);
    return model_finding_at(model, 0);
}

static const char *
statement_at(const GPtrArray *statements, guint i)
{
    return i < statements->len ? g_ptr_array_index(statements, i) : "";
}

const char *
fix_at(const PgaFinding *finding, guint i)
{
    return statement_at(finding->fix.sql, i);
}

const char *
undo_at(const PgaFinding *finding, guint i)
{
    return statement_at(finding->fix.undo, i);
}

void
assert_contains(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        g_error("\"%s\" does not contain \"%s\"", text ? text : "(null)", part);
}
