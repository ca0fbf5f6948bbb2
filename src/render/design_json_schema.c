/* The tables of an architecture as JSON: "schema_design" of schemas/design.schema.json. */
#include "design_internal.h"

#include <base/text.h>
#include <string.h>

#define FIELD(type, member, kind)                                                                  \
    {                                                                                              \
#member, kind, offsetof(type, member)                                                      \
    }

static void
append(json_t *array, char *text)
{
    json_array_append_new(array, pga_json_string(text));
    g_free(text);
}

static char *
quoted_names(const GPtrArray *names)
{
    GString *out = g_string_new("(");

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *quoted = pga_quote_identifier(g_ptr_array_index(names, i));

        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", quoted);
    }
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

/* "PRIMARY KEY" of one column, "PRIMARY KEY (a, b)" of several. */
static void
append_key(json_t *constraints, const PgaDesignKey *key)
{
    g_autofree char *names = quoted_names(key->columns);

    append(constraints,
           g_strdup_printf("%s%s%s%s%s", key->kind == PGA_DESIGN_PRIMARY ? "PRIMARY KEY" : "UNIQUE",
                           key->columns->len > 1 ? " " : "", key->columns->len > 1 ? names : "",
                           key->where ? " WHERE " : "", key->where ? key->where : ""));
}

static void
append_reference(json_t *constraints, const PgaDesignReference *reference)
{
    g_autofree char *table = pga_quote_identifier(reference->table);
    g_autofree char *names = quoted_names(reference->referenced_columns);

    append(constraints, reference->on_delete == PGA_DELETE_UNSTATED
                            ? g_strdup_printf("REFERENCES %s %s", table, names)
                            : g_strdup_printf("REFERENCES %s %s ON DELETE %s", table, names,
                                              pga_delete_action_name(reference->on_delete)));
}

static json_t *
column_constraints(const PgaDesignTable *table, const PgaDesignColumn *column)
{
    json_t *array = json_array();

    if (column->not_null)
        append(array, g_strdup("NOT NULL"));
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (pga_names_have(key->columns, column->name))
            append_key(array, key);
    }
    if (column->identity)
        append(array, g_strdup_printf("GENERATED %s AS IDENTITY", column->identity));
    if (column->generated)
        append(array, g_strdup_printf("GENERATED ALWAYS AS (%s) STORED", column->generated));
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (!reference->is_dropped && pga_names_have(reference->columns, column->name))
            append_reference(array, reference);
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        const PgaDesignConstraint *constraint = g_ptr_array_index(table->constraints, i);

        if (constraint->definition && g_strcmp0(constraint->column, column->name) == 0)
            append(array, g_strdup(constraint->definition));
    }
    return array;
}

static const PgaJsonField shape_fields[] = {
    FIELD(PgaColumnShape, null_share, PGA_JSON_REAL),
    FIELD(PgaColumnShape, width, PGA_JSON_KNOWN),
    FIELD(PgaColumnShape, correlation, PGA_JSON_REAL),
    FIELD(PgaColumnShape, low, PGA_JSON_TEXT),
    FIELD(PgaColumnShape, high, PGA_JSON_TEXT),
    FIELD(PgaColumnShape, elements, PGA_JSON_KNOWN),
    FIELD(PgaColumnShape, elements_a_row, PGA_JSON_KNOWN),
    {0},
};

static const PgaJsonField share_fields[] = {
    FIELD(PgaSpecShare, value, PGA_JSON_TEXT),
    FIELD(PgaSpecShare, share, PGA_JSON_KNOWN),
    {0},
};

static json_t *
statistics(const PgaColumnShape *shape)
{
    json_t *object = json_object();

    /* null: as many values as rows */
    json_object_set_new(object, "distinct",
                        shape->distinct < 0 ? json_null() : pga_json_real(shape->distinct));
    pga_json_set_record(object, shape, shape_fields);
    json_object_set_new(object, "common", pga_json_records(shape->common, share_fields));
    return object;
}

static json_t *
column(const PgaDesignTable *table, const PgaDesignColumn *from)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignColumn, not_null, PGA_JSON_FLAG),
        FIELD(PgaDesignColumn, identity, PGA_JSON_TEXT),
        FIELD(PgaDesignColumn, generated, PGA_JSON_TEXT),
        FIELD(PgaDesignColumn, comment, PGA_JSON_TEXT),
        FIELD(PgaDesignColumn, reason, PGA_JSON_TEXT),
        {0},
    };
    json_t *object = json_object();

    pga_json_set_text(object, "name", from->name);
    pga_json_set_text(object, "type", from->type);
    json_object_set_new(object, "constraints", column_constraints(table, from));
    pga_json_set_text(object, "default", from->default_);
    pga_json_set_record(object, from, fields);
    json_object_set_new(object, "personal",
                        json_boolean(from->attribute && from->attribute->personal));
    json_object_set_new(object, "statistics", statistics(&from->shape));
    return object;
}

static json_t *
index_object(const char *name, const char *type, const GPtrArray *columns, gboolean unique)
{
    json_t *object = json_object();

    pga_json_set_text(object, "name", name ? name : "");
    pga_json_set_text(object, "type", type);
    json_object_set_new(object, "columns", pga_json_strings(columns));
    json_object_set_new(object, "unique", json_boolean(unique));
    return object;
}

/* Those of keys, then those that were advised. */
static json_t *
indexes(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    json_t *array = json_array();

    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        json_t *object = index_object(key->name, "btree", key->columns, TRUE);

        pga_json_set_text(object, "predicate", key->where);
        pga_json_set_text(object, "reason", key->why);
        json_array_append_new(array, object);
    }
    for (guint i = 0; architecture->index && i < architecture->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(architecture->index->advice, i);
        json_t *object;

        if (!pga_design_is_table(table, advice->table))
            continue;
        object = index_object(advice->name, advice->type, advice->columns, FALSE);
        pga_json_set_text(object, "predicate", advice->predicate);
        pga_json_set_text(object, "reason", advice->rationale);
        json_array_append_new(array, object);
    }
    return array;
}

static const char *
reason_verdict(const PgaPartitionReason *reason)
{
    return reason->weight > 0 ? "for" : reason->weight < 0 ? "against" : "neutral";
}

static json_t *
reasons(const GPtrArray *from)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaPartitionReason, id, PGA_JSON_TEXT),
        FIELD(PgaPartitionReason, text, PGA_JSON_TEXT),
        {0},
    };
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaPartitionReason *reason = g_ptr_array_index(from, i);
        json_t *object = pga_json_record(reason, fields);

        json_object_set_new(object, "weight", json_integer(reason->weight));
        pga_json_set_text(object, "verdict", reason_verdict(reason));
        json_array_append_new(array, object);
    }
    return array;
}

json_t *
pga_design_json_partitioning(const PgaDesignPartitioning *from)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignPartitioning, recommended, PGA_JSON_FLAG),
        FIELD(PgaDesignPartitioning, verdict, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, interval, PGA_JSON_TEXT),
        {"partitions", PGA_JSON_COUNT, offsetof(PgaDesignPartitioning, n_partitions)},
        FIELD(PgaDesignPartitioning, premake, PGA_JSON_COUNT),
        FIELD(PgaDesignPartitioning, modulus, PGA_JSON_COUNT),
        FIELD(PgaDesignPartitioning, sub_column, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, retention_days, PGA_JSON_KNOWN),
        FIELD(PgaDesignPartitioning, default_policy, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, rows_per_partition, PGA_JSON_KNOWN),
        FIELD(PgaDesignPartitioning, key_change, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, cost_before, PGA_JSON_KNOWN),
        FIELD(PgaDesignPartitioning, cost_after, PGA_JSON_KNOWN),
        FIELD(PgaDesignPartitioning, price, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, pruning, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, pruning_plan, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, pruning_generic, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, pruning_run, PGA_JSON_TEXT),
        FIELD(PgaDesignPartitioning, online_plan, PGA_JSON_TEXT),
        {0},
    };
    g_autofree char *interval = pga_design_partition_interval(from);
    g_autofree char *speedup = pga_design_partition_speedup(from);
    json_t *object = json_object();

    pga_json_set_text(object, "table", from->table->name);
    pga_json_set_text(object, "partition_by", pga_partition_method_name(from->method));
    pga_json_set_text(object, "partition_key", from->column ? from->column : "");
    pga_json_set_text(object, "partition_interval", interval);
    pga_json_set_text(object, "retention_policy",
                      from->retention_policy ? from->retention_policy : "none stated");
    pga_json_set_text(object, "estimated_query_speedup", speedup);
    pga_json_set_record(object, from, fields);
    json_object_set_new(object, "values", pga_json_records(from->values, share_fields));
    json_object_set_new(object, "reasons", reasons(from->reasons));
    return object;
}

static json_t *
keys(const PgaDesignTable *table)
{
    static const char *const kinds[] = {"primary", "unique", "unique index"};
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignKey, name, PGA_JSON_TEXT),
        FIELD(PgaDesignKey, columns, PGA_JSON_WORDS),
        {"predicate", PGA_JSON_TEXT, offsetof(PgaDesignKey, where)},
        {"reason", PGA_JSON_TEXT, offsetof(PgaDesignKey, why)},
        {0},
    };
    json_t *array = json_array();

    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        json_t *object = json_object();

        pga_json_set_text(object, "kind", kinds[key->kind]);
        pga_json_set_record(object, key, fields);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
references(const PgaDesignTable *table)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignReference, name, PGA_JSON_TEXT),
        FIELD(PgaDesignReference, columns, PGA_JSON_WORDS),
        FIELD(PgaDesignReference, table, PGA_JSON_TEXT),
        FIELD(PgaDesignReference, referenced_columns, PGA_JSON_WORDS),
        {"reason", PGA_JSON_TEXT, offsetof(PgaDesignReference, why)},
        {"dropped", PGA_JSON_FLAG, offsetof(PgaDesignReference, is_dropped)},
        {0},
    };
    json_t *array = json_array();

    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        json_t *object = pga_json_record(reference, fields);

        pga_json_set_text(object, "on_delete",
                          reference->on_delete == PGA_DELETE_UNSTATED
                              ? "NO ACTION"
                              : pga_delete_action_name(reference->on_delete));
        json_array_append_new(array, object);
    }
    return array;
}

static void
set_table(json_t *object, const PgaDesignTable *table)
{
    static const PgaJsonField fields[] = {
        FIELD(PgaDesignTable, comment, PGA_JSON_TEXT),
        FIELD(PgaDesignTable, origin, PGA_JSON_TEXT),
        FIELD(PgaDesignTable, normal_form, PGA_JSON_TEXT),
        FIELD(PgaDesignTable, rows, PGA_JSON_KNOWN),
        FIELD(PgaDesignTable, rows_per_year, PGA_JSON_KNOWN),
        FIELD(PgaDesignTable, retention_days, PGA_JSON_KNOWN),
        FIELD(PgaDesignTable, append_only, PGA_JSON_FLAG),
        FIELD(PgaDesignTable, storage_options, PGA_JSON_TEXT),
        FIELD(PgaDesignTable, row_bytes, PGA_JSON_KNOWN),
        {"padding_saved_bytes", PGA_JSON_KNOWN, offsetof(PgaDesignTable, padding_saved)},
        FIELD(PgaDesignTable, heap_bytes, PGA_JSON_KNOWN),
        FIELD(PgaDesignTable, toast_bytes, PGA_JSON_KNOWN),
        FIELD(PgaDesignTable, index_bytes, PGA_JSON_KNOWN),
        FIELD(PgaDesignTable, notes, PGA_JSON_WORDS),
        {0},
    };
    static const PgaJsonField constraint_fields[] = {
        FIELD(PgaDesignConstraint, name, PGA_JSON_TEXT),
        FIELD(PgaDesignConstraint, definition, PGA_JSON_TEXT),
        {"reason", PGA_JSON_TEXT, offsetof(PgaDesignConstraint, why)},
        {0},
    };

    pga_json_set_record(object, table, fields);
    json_object_set_new(object, "keys", keys(table));
    json_object_set_new(object, "foreign_keys", references(table));
    json_object_set_new(object, "constraints",
                        pga_json_records(table->constraints, constraint_fields));
}

static json_t *
table_object(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    json_t *object = json_object(), *columns = json_array();

    for (guint i = 0; i < table->columns->len; i++)
        json_array_append_new(columns, column(table, g_ptr_array_index(table->columns, i)));
    pga_json_set_text(object, "name", table->name);
    json_object_set_new(object, "columns", columns);
    json_object_set_new(object, "indexes", indexes(architecture, table));
    json_object_set_new(object, "partitioning",
                        table->partitioning ? pga_design_json_partitioning(table->partitioning)
                                            : json_null());
    set_table(object, table);
    return object;
}

json_t *
pga_design_json_schema(const PgaArchitecture *architecture)
{
    json_t *object = json_object(), *tables = json_array();

    for (guint i = 0; i < architecture->tables->len; i++)
        json_array_append_new(
            tables, table_object(architecture, g_ptr_array_index(architecture->tables, i)));
    json_object_set_new(object, "tables", tables);
    pga_json_set_text(object, "normalization_level",
                      architecture->normal_form ? architecture->normal_form : "unknown");
    json_object_set_new(object, "estimated_size_gb",
                        pga_json_real(MAX(architecture->bytes, 0) / 1e9));
    json_object_set_new(object, "extensions", pga_json_strings(architecture->extensions));
    return object;
}
