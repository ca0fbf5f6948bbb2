/* partitions_cron.sql: what cron runs each hour or day. */
#include "ddl_internal.h"

#include <base/text.h>
#include <string.h>

#include "ddl_partitions_internal.h"
#include "partitions_internal.h"

/* (transfer full): what has to become of rows that refer to rows that go; %L is their bound. */
static char *
command_of(const PgaDesignTable *child, const PgaDesignReference *reference, const char *column)
{
    g_autofree char *relation = pga_ddl_relation(child->name);
    g_autofree char *name = pga_quote_identifier(column);
    GString *command = g_string_new(NULL);
    g_auto(GStrv) parts = NULL;

    if (reference->on_delete == PGA_DELETE_SET_NULL) {
        g_string_append_printf(command, "UPDATE %s SET ", relation);
        for (guint i = 0; i < reference->columns->len; i++) {
            g_autofree char *set = pga_quote_identifier(g_ptr_array_index(reference->columns, i));

            g_string_append_printf(command, "%s%s = NULL", i ? ", " : "", set);
        }
    } else {
        g_string_append_printf(command, "DELETE FROM %s", relation);
    }
    g_string_append_printf(command, " WHERE %s < ", name);
    /* format() reads it */
    parts = g_strsplit(command->str, "%", -1);
    g_string_free(command, TRUE);
    {
        g_autofree char *escaped = g_strjoinv("%%", parts);

        return g_strconcat(escaped, "%L", NULL);
    }
}

/* (nullable): the column that holds the copy of the partition key. */
static const char *
copy_of(const PgaDesignReference *reference, const char *column)
{
    for (guint i = 0; i < reference->referenced_columns->len; i++)
        if (strcmp(g_ptr_array_index(reference->referenced_columns, i), column) == 0)
            return g_ptr_array_index(reference->columns, i);
    return NULL;
}

static void
append_dependent(GString *rows, const PgaDesignPartitioning *partitioning, const char *parent,
                 const PgaDesignTable *child, const PgaDesignReference *reference)
{
    const char *column = partitioning->sub_column ? partitioning->sub_column : partitioning->column;
    const char *copy = copy_of(reference, column);
    g_autofree char *relation = pga_ddl_relation(parent);
    g_autofree char *literal = pga_quote_literal(relation);
    g_autofree char *command = copy ? command_of(child, reference, copy) : NULL;
    g_autofree char *quoted = command ? pga_quote_literal(command) : NULL;

    if (quoted)
        g_string_append_printf(rows, "%s           (%s, 1, %s)", rows->len ? ",\n" : "", literal,
                               quoted);
}

static void
append_dependents_of(GString *rows, const PgaArchitecture *architecture,
                     const PgaDesignPartitioning *partitioning, const char *parent)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *child = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < child->references->len; j++) {
            const PgaDesignReference *reference = g_ptr_array_index(child->references, j);

            if (!reference->is_dropped && strcmp(reference->table, partitioning->table->name) == 0)
                append_dependent(rows, partitioning, parent, child, reference);
        }
    }
}

char *
pga_partition_dependents(const PgaArchitecture *architecture)
{
    GString *rows = g_string_new(NULL);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const PgaDesignPartitioning *partitioning = table->partitioning;

        if (!partitioning || partitioning->retention_days <= 0)
            continue;
        if (partitioning->method == PGA_PARTITION_RANGE)
            append_dependents_of(rows, architecture, partitioning, table->name);
        for (guint j = 0; partitioning->sub_column && j < partitioning->values->len; j++) {
            g_autofree char *name = pga_partition_value_name(partitioning, j);

            append_dependents_of(rows, architecture, partitioning, name);
        }
    }
    if (!rows->len)
        g_string_append(rows, "           (NULL::text, NULL::integer, NULL::text)");
    return g_string_free(rows, FALSE);
}

/* (transfer full): "orders after 24 months, events after 90 days"; "" where nothing is dropped. */
static char *
dropped_text(const PgaArchitecture *architecture)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const PgaDesignPartitioning *partitioning = table->partitioning;
        g_autofree char *age =
            partitioning && partitioning->retention_days > 0 && !partitioning->retention_is_assumed
                ? pga_partition_days_text(partitioning->retention_days)
                : NULL;

        if (age)
            g_string_append_printf(text, "%s%s after %s", text->len ? ", " : "", table->name, age);
    }
    return g_string_free(text, FALSE);
}

static void
append_analyze(GString *sql, const PgaArchitecture *architecture)
{
    const char *separator = "";

    g_string_append(sql,
                    "\n/* 4. autovacuum never analyses a partitioned table itself, only its "
                    "partitions. */\n"
                    "SELECT format('ANALYZE %s%s',\n"
                    "              CASE WHEN current_setting('server_version_num')::integer >= "
                    "180000 THEN 'ONLY ' ELSE '' END,\n"
                    "              parent)\n  FROM (VALUES ");
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        g_autofree char *relation = pga_ddl_relation(table->name);
        g_autofree char *literal = pga_quote_literal(relation);

        if (!table->partitioning)
            continue;
        g_string_append_printf(sql, "%s(%s)", separator, literal);
        separator = ", ";
    }
    g_string_append(sql, ") t(parent)\n\\gexec\n");
}

/* Whether partition_make() has anything to do. */
static gboolean
has_ranges(const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (table->partitioning && table->partitioning->interval)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_partitions(const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++)
        if (((PgaDesignTable *)g_ptr_array_index(architecture->tables, i))->partitioning)
            return TRUE;
    return FALSE;
}

char *
pga_design_partitions_cron(const PgaArchitecture *architecture)
{
    g_autofree char *dropped = dropped_text(architecture);
    g_autofree char *warning = g_strdup_printf("It removes data, as the requirements state: rows "
                                               "of %s.",
                                               dropped);
    GString *sql = NULL;

    if (!has_partitions(architecture))
        return NULL;
    sql = g_string_new(NULL);
    pga_ddl_remark(sql, "partitions_cron.sql: what keeps partitions in order. Each day (each hour "
                        "for hourly partitions), as a member of the tables' owner:");
    g_string_append(sql, "--     17 3 * * *  psql -X -q -d DATABASE -f partitions_cron.sql\n");
    pga_ddl_remark(sql, "DETACH CONCURRENTLY runs in no transaction: psql sends each statement by "
                        "itself.");
    if (*dropped)
        pga_ddl_remark(sql, warning);
    g_string_append(sql, "\n\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\n"
                         "SET search_path = public;\nSET lock_timeout = '3s';\n\n");
    if (architecture->pg_partman)
        g_string_append(sql, "CALL partman.run_maintenance_proc();\n");
    else if (has_ranges(architecture))
        g_string_append(sql, pga_partition_cron_sql);
    append_analyze(sql, architecture);
    if (has_ranges(architecture) && !architecture->pg_partman)
        g_string_append(sql, "\n/* 5. What somebody should look at: rows here are an alarm. */\n"
                             "SELECT * FROM partition_check();\n");
    return g_string_free(sql, FALSE);
}
