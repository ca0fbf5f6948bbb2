#include "partition_model.h"

#include <string.h>

PgaArchitecture *
pga_test_shop(guint major)
{
    PgaRequirements *requirements = pga_requirements_new();
    PgaArchitecture *architecture = NULL;

    g_free(requirements->name);
    requirements->name = g_strdup("shop");
    requirements->workload = PGA_WORKLOAD_OLTP;
    requirements->deployment.ram_bytes = (gint64)64 << 30;
    architecture = pga_architecture_new(requirements);
    architecture->major = major;
    return architecture;
}

static void
add_primary(PgaDesignTable *table, PgaDesignColumn *column)
{
    PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_PRIMARY);

    key->name = g_strdup_printf("%.50s_pkey", table->name);
    g_ptr_array_add(key->columns, g_strdup(column->name));
    column->not_null = TRUE;
    if (strcmp(column->type, "bigint") == 0)
        column->identity = "BY DEFAULT";
}

PgaDesignTable *
pga_test_table(PgaArchitecture *architecture, const char *name, double rows, const char *columns)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, name);
    PgaSpecEntity *entity = pga_requirements_add_entity(architecture->requirements, name);
    g_auto(GStrv) items = g_strsplit(columns, ", ", -1);

    table->entity = entity;
    table->rows = rows;
    for (guint i = 0; items[i]; i++) {
        char *type = strchr(items[i], ' ');
        PgaDesignColumn *column = NULL;
        const gboolean not_null = g_str_has_suffix(items[i], "!");

        *type++ = '\0';
        type[strlen(type) - (not_null ? 1 : 0)] = '\0';
        column = pga_design_table_add_column(table, items[i], type);
        column->not_null = not_null;
        column->shape.width = 8;
        column->shape.distinct = -1;
        column->attribute = pga_spec_add_attribute(entity->attributes, items[i]);
        if (i == 0)
            add_primary(table, column);
    }
    return table;
}

void
pga_test_unique(PgaDesignTable *table, const char *column)
{
    PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_UNIQUE);

    key->name = g_strdup_printf("%s_%s_key", table->name, column);
    g_ptr_array_add(key->columns, g_strdup(column));
}

PgaDesignReference *
pga_test_reference(PgaDesignTable *table, const char *column, const char *referenced,
                   PgaDeleteAction action)
{
    PgaDesignReference *reference = pga_design_table_add_reference(table, referenced);

    reference->name = g_strdup_printf("%s_%s_fkey", table->name, column);
    reference->on_delete = action;
    g_ptr_array_add(reference->columns, g_strdup(column));
    g_ptr_array_add(reference->referenced_columns, g_strdup("id"));
    return reference;
}

PgaDesignQuery *
pga_test_query(PgaArchitecture *architecture, const char *name, double per_second, const char *sql)
{
    PgaSpecPattern *pattern = pga_requirements_add_pattern(architecture->requirements, name);
    PgaDesignQuery *query = NULL;

    pattern->kind = PGA_PATTERN_SQL;
    pattern->sql = g_strdup(sql);
    pattern->per_second = per_second;
    query = pga_architecture_add_query(architecture, pattern);
    query->sql = g_strdup(sql);
    query->per_second = per_second;
    return query;
}

void
pga_test_values(PgaDesignTable *table, const char *column, const char *values)
{
    PgaDesignColumn *of = pga_design_table_column(table, column);
    g_auto(GStrv) items = g_strsplit(values, " ", -1);
    const double share = 1.0 / g_strv_length(items);

    for (guint i = 0; items[i]; i++) {
        pga_spec_add_share(of->shape.common, items[i], share);
        pga_spec_add_share(((PgaSpecAttribute *)of->attribute)->values, items[i], share);
    }
}
