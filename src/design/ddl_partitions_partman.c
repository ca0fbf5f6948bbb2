/* RANGE partitions by pg_partman instead of our own procedure: the calls of versions 4 and 5,
 * chosen by what the server offers. */
#include "ddl_internal.h"

#include <base/text.h>
#include <string.h>

#include "ddl_partitions_internal.h"
#include "partitions_internal.h"

static const char pitfalls[] =
    "/* pg_partman. What to know of it:\n"
    " * - rows in the DEFAULT partition stop the partition of their range from being made:\n"
    " *   CALL partman.partition_data_proc('public.TABLE') moves them. Version 5 is told to make "
    "no\n"
    " *   DEFAULT partition; version 4 always does, and with one DETACH CONCURRENTLY is refused.\n"
    " * - unique indexes without the key are those of the template table; owner and privileges of "
    "new\n"
    " *   partitions are the parent's, because inherit_privileges is set.\n"
    " * - retention_keep_table is true unless it is set: then partitions are detached, not "
    "dropped.\n"
    " * - version 5 changed the signature: p_type is range or list, \"native\" is gone.\n"
    " * Run it by pg_partman_bgw (shared_preload_libraries) or cron:\n"
    " *   CALL partman.run_maintenance_proc(); */\n"
    "CREATE SCHEMA IF NOT EXISTS partman;\n"
    "CREATE EXTENSION IF NOT EXISTS pg_partman WITH SCHEMA partman;\n";

/* What version 4 calls an interval. */
static const char *
name_of_4(const PgaDesignPartitioning *partitioning)
{
    return partitioning->interval_name ? partitioning->interval_name : "monthly";
}

static void
append_table(GString *sql, const PgaDesignPartitioning *partitioning, const char *name,
             const char *column)
{
    g_autofree char *qualified = g_strdup_printf("public.%s", name);
    g_autofree char *parent = pga_quote_literal(qualified);
    g_autofree char *control = pga_quote_literal(column);
    g_autofree char *age = partitioning->retention_days > 0 && !partitioning->retention_is_assumed
                               ? pga_partition_days_text(partitioning->retention_days)
                               : NULL;

    g_string_append_printf(
        sql,
        "DO $partman$\nBEGIN\n"
        "    IF (SELECT split_part(extversion, '.', 1)::integer FROM pg_extension\n"
        "         WHERE extname = 'pg_partman') >= 5 THEN\n"
        "        PERFORM partman.create_parent(p_parent_table := %s, p_control := %s,\n"
        "                                      p_interval := '%s', p_premake := %u,\n"
        "                                      p_default_table := false);\n"
        "    ELSE\n"
        "        PERFORM partman.create_parent(%s, %s, 'native', '%s', p_premake := %u);\n"
        "    END IF;\nEND\n$partman$;\n",
        parent, control, partitioning->interval, partitioning->premake, parent, control,
        name_of_4(partitioning), partitioning->premake);
    g_string_append_printf(sql,
                           "UPDATE partman.part_config SET infinite_time_partitions = true,\n"
                           "       inherit_privileges = true%s%s%s\n"
                           " WHERE parent_table = %s;\n",
                           age ? ", retention = '" : "", age ? age : "",
                           age ? "', retention_keep_table = false" : "", parent);
}

void
pga_partition_append_partman(GString *sql, const PgaArchitecture *architecture)
{
    g_string_append_printf(sql, "\n%s", pitfalls);
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const PgaDesignPartitioning *partitioning = table->partitioning;

        if (!partitioning || !partitioning->interval || !partitioning->recommended)
            continue;
        if (partitioning->method == PGA_PARTITION_RANGE)
            append_table(sql, partitioning, table->name, partitioning->column);
        for (guint j = 0; partitioning->sub_column && j < partitioning->values->len; j++) {
            g_autofree char *name = pga_partition_value_name(partitioning, j);

            append_table(sql, partitioning, name, partitioning->sub_column);
        }
    }
}
