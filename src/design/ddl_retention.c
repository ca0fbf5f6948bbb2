/* retention_cron.sql: rows that are older than the requirements keep, of tables from which no
 * partition is dropped for it. */
#include "ddl_internal.h"

#include <base/text.h>
#include <string.h>

#include "partitions_internal.h"

#define BATCH 10000

/* Whether the table's own rows leave after a stated time, and not with a partition. */
static gboolean
has_to_delete(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    const PgaDesignPartitioning *partitioning = table->partitioning;

    return table->entity && table->retention_days > 0 &&
           !pga_partition_is_retention_assumed(architecture->requirements, table) &&
           !(partitioning && partitioning->retention_days > 0);
}

/* (nullable): the time of making a row, as far as columns tell: a time that each row has. */
static const PgaDesignColumn *
age_of(const PgaDesignTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (column->not_null && pga_partition_is_time(column) &&
            !pga_partition_is_changing(column->name))
            return column;
    }
    return NULL;
}

/* What refers to a row and would forbid its deletion keeps it. */
static void
append_referenced(GString *sql, const PgaDesignTable *table, const PgaDesignTable *child,
                  const PgaDesignReference *reference)
{
    g_autofree char *relation = pga_ddl_relation(child->name);

    if (reference->is_dropped || strcmp(reference->table, table->name) != 0 ||
        (reference->on_delete != PGA_DELETE_RESTRICT &&
         reference->on_delete != PGA_DELETE_NO_ACTION))
        return;
    g_string_append_printf(sql, "\n               AND NOT EXISTS (SELECT FROM %s c WHERE ",
                           relation);
    for (guint i = 0; i < reference->columns->len; i++) {
        g_autofree char *own = pga_quote_identifier(g_ptr_array_index(reference->columns, i));
        g_autofree char *other =
            pga_quote_identifier(g_ptr_array_index(reference->referenced_columns, i));

        g_string_append_printf(sql, "%sc.%s = t.%s", i > 0 ? " AND " : "", own, other);
    }
    g_string_append_c(sql, ')');
}

/* The condition on the time stands twice: places of rows are a partition's own, and another
 * session may have changed the row. */
static void
append_table(GString *sql, const PgaArchitecture *architecture, const PgaDesignTable *table,
             const PgaDesignColumn *age)
{
    g_autofree char *relation = pga_ddl_relation(table->name);
    g_autofree char *name = pga_quote_identifier(age->name);
    g_autofree char *days = pga_partition_days_text(table->retention_days);
    g_autofree char *old =
        g_strdup_printf("t.%s < now() - interval '%g days'", name, table->retention_days);
    g_autofree char *title = g_strdup_printf("%s: %s", table->name, days);

    g_string_append_c(sql, '\n');
    pga_ddl_remark(sql, title);
    g_string_append_printf(sql,
                           "DO $$\nBEGIN\n    LOOP\n        DELETE FROM %s t\n         WHERE %s\n"
                           "           AND t.ctid = ANY (ARRAY(\n"
                           "            SELECT t.ctid FROM %s t\n             WHERE %s",
                           relation, old, relation, old);
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *child = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < child->references->len; j++)
            append_referenced(sql, table, child, g_ptr_array_index(child->references, j));
    }
    g_string_append_printf(sql,
                           "\n             LIMIT %d));\n        EXIT WHEN NOT FOUND;\n"
                           "        COMMIT;\n    END LOOP;\nEND\n$$;\n",
                           BATCH);
}

char *
pga_design_retention_cron(const PgaArchitecture *architecture)
{
    GString *sql = NULL;

    /* what refers comes before what it refers to */
    for (guint i = architecture->tables->len; i > 0; i--) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i - 1);
        const PgaDesignColumn *age = has_to_delete(architecture, table) ? age_of(table) : NULL;

        if (!age)
            continue;
        if (!sql) {
            sql = g_string_new("-- retention_cron.sql: deletes the rows that are older than the "
                               "requirements keep, of tables\n-- from which no partition is "
                               "dropped for it. Each day, as a member of the tables' owner:\n"
                               "--     37 2 * * *  psql -X -q -d DATABASE -f retention_cron.sql\n");
            pga_ddl_remark(sql, "10000 rows a transaction, so that no lock is held for long; after "
                                "an interruption the next run goes on. It removes data.");
            g_string_append(sql, "\n\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\n"
                                 "SET search_path = public;\nSET lock_timeout = '3s';\n");
        }
        append_table(sql, architecture, table, age);
    }
    return sql ? g_string_free(sql, FALSE) : NULL;
}

void
pga_partition_note_retention(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        g_autofree char *days = has_to_delete(architecture, table)
                                    ? pga_partition_days_text(table->retention_days)
                                    : NULL;
        const PgaDesignColumn *age = days ? age_of(table) : NULL;

        if (age)
            g_ptr_array_add(architecture->notes,
                            g_strdup_printf("%s is kept %s, and no partition is dropped for it: "
                                            "cron has to run retention_cron.sql, which deletes "
                                            "older rows by %s.",
                                            table->name, days, age->name));
        else if (days)
            g_ptr_array_add(architecture->notes,
                            g_strdup_printf("%s is to be kept %s, but nothing tells how old its "
                                            "rows are, and nothing deletes them: give it a time, "
                                            "as in created_at: timestamp.",
                                            table->name, days));
    }
}
