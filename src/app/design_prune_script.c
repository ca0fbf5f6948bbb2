/* The tables that pruning is shown on. */
#include <base/text.h>
#include <design/design.h>
#include <design/values.h>
#include <string.h>

#include "design_prune_internal.h"

static char *
relation_of(const PgaDesignTable *table)
{
    return pga_quote_qualified("public", table->name);
}

static void
append_table(GString *sql, const PgaDesignTable *table)
{
    g_autofree char *relation = relation_of(table);
    const PgaDesignPartitioning *partitioning = table->partitioning;

    g_string_append_printf(sql, "CREATE TABLE %s (", relation);
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *name = pga_quote_identifier(column->name);

        g_string_append_printf(sql, "%s%s %s", i ? ", " : "", name, column->type);
    }
    g_string_append_c(sql, ')');
    if (partitioning) {
        g_autofree char *key = pga_quote_identifier(partitioning->column);

        g_string_append_printf(sql, " PARTITION BY %s (%s)",
                               pga_partition_method_name(partitioning->method), key);
    }
    g_string_append(sql, ";\n");
}

char *
pga_prune_script(const PgaArchitecture *architecture)
{
    const PgaDesignFile *partitions = pga_architecture_file(architecture, "partitions.sql");
    GString *sql = g_string_new(NULL);

    for (guint i = 0; i < architecture->extensions->len; i++) {
        g_autofree char *name =
            pga_quote_identifier(g_ptr_array_index(architecture->extensions, i));

        g_string_append_printf(sql, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA public;\n",
                               name);
    }
    g_string_append(sql, "SET search_path = public;\n");
    for (guint i = 0; i < architecture->tables->len; i++)
        append_table(sql, g_ptr_array_index(architecture->tables, i));
    if (partitions) {
        g_autofree char *text = pga_design_partitions_as_of(partitions->text, PGA_DESIGN_NOW);

        g_string_append(sql, text);
    }
    return g_string_free(sql, FALSE);
}

/* (transfer full): an expression for the number "i" as a value of a type. */
static char *
value_of_number(const PgaDesignTable *table, const char *name)
{
    const PgaDesignColumn *column = pga_design_table_column(table, name);

    if (strcmp(column->type, "uuid") == 0)
        return g_strdup("md5(i::text)::uuid");
    return g_strdup_printf("i::text::%s", column->type);
}

/* (transfer full): of the ranges of partition_list(): "low", "high" and a number "i". */
static char *
ranges_of(const PgaDesignPartitioning *partitioning, guint rows)
{
    g_autofree char *relation = relation_of(partitioning->table);
    g_autofree char *literal = pga_quote_literal(relation);
    g_autofree char *of =
        partitioning->sub_column
            ? g_strdup_printf("(SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass)",
                              literal)
            : g_strdup_printf("(%s::regclass)", literal);

    return g_strdup_printf(
        "(SELECT DISTINCT p.kind, l.low + (l.high - l.low) * i / %u AS moment FROM "
        "partition_list() l JOIN partition_plan() p ON p.parent = l.parent CROSS JOIN "
        "generate_series(1, %u) i WHERE l.parent::regclass::oid IN %s AND l.low IS NOT NULL) r",
        rows + 1, rows, of);
}

/* (transfer full): "('EU'), ('US')" */
static char *
values_of(const PgaDesignPartitioning *partitioning)
{
    GString *values = g_string_new(NULL);

    for (guint i = 0; i < partitioning->values->len; i++) {
        const PgaSpecShare *value = g_ptr_array_index(partitioning->values, i);
        g_autofree char *literal = pga_quote_literal(value->value);

        g_string_append_printf(values, "%s(%s)", i ? ", " : "", literal);
    }
    return g_string_free(values, FALSE);
}

char *
pga_prune_rows(const PgaDesignPartitioning *partitioning, guint rows)
{
    const PgaDesignTable *table = partitioning->table;
    const PgaDesignColumn *column = pga_design_table_column(table, partitioning->column);
    const PgaDesignColumn *sub =
        partitioning->sub_column ? pga_design_table_column(table, partitioning->sub_column) : NULL;
    g_autofree char *relation = relation_of(table);
    g_autofree char *key = pga_quote_identifier(column->name);
    g_autofree char *sub_key = sub ? pga_quote_identifier(sub->name) : NULL;
    g_autofree char *values = values_of(partitioning);
    g_autofree char *ranges = ranges_of(partitioning, rows);
    g_autofree char *number = value_of_number(table, column->name);

    if (partitioning->method == PGA_PARTITION_RANGE)
        return g_strdup_printf(
            "INSERT INTO %s (%s) SELECT partition_bound(r.kind, r.moment)::%s FROM %s", relation,
            key, column->type, ranges);
    if (partitioning->method == PGA_PARTITION_HASH)
        return g_strdup_printf("INSERT INTO %s (%s) SELECT %s FROM generate_series(1, %u) i",
                               relation, key, number, partitioning->modulus * rows);
    if (sub)
        return g_strdup_printf("INSERT INTO %s (%s, %s) SELECT v.value::%s, "
                               "partition_bound(r.kind, r.moment)::%s FROM (VALUES %s) v(value) "
                               "CROSS JOIN %s",
                               relation, key, sub_key, column->type, sub->type, values, ranges);
    return g_strdup_printf("INSERT INTO %s (%s) SELECT v.value::%s FROM (VALUES %s) v(value) CROSS "
                           "JOIN generate_series(1, %u) i",
                           relation, key, column->type, values, rows);
}
