/* schema.sql: extensions, tables with their keys and constraints, references that had to wait,
 * views, comments. One transaction. */
#include "ddl_internal.h"

#include <base/text.h>
#include <string.h>

static void
append_extensions(GString *sql, const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->extensions->len; i++) {
        g_autofree char *name =
            pga_quote_identifier(g_ptr_array_index(architecture->extensions, i));

        g_string_append_printf(sql, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA public;\n",
                               name);
    }
    if (architecture->extensions->len > 0)
        g_string_append_c(sql, '\n');
}

/* (transfer full): what stands behind a column's type. */
static char *
column_clauses(const PgaDesignColumn *column)
{
    GString *text = g_string_new(NULL);

    if (column->identity)
        g_string_append_printf(text, " GENERATED %s AS IDENTITY", column->identity);
    if (column->generated)
        g_string_append_printf(text, " GENERATED ALWAYS AS (%s) STORED", column->generated);
    if (column->default_)
        g_string_append_printf(text, " DEFAULT %s", column->default_);
    if (column->not_null)
        g_string_append(text, " NOT NULL");
    return g_string_free(text, FALSE);
}

static guint
name_width(const PgaDesignTable *table)
{
    guint width = 0;

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *name = pga_quote_identifier(column->name);

        width = MAX(width, (guint)strlen(name));
    }
    return MIN(width, 32);
}

/* (transfer full): items of the parentheses of CREATE TABLE, of char *. */
static GPtrArray *
column_items(const PgaDesignTable *table)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
    const int width = (int)name_width(table);

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *name = pga_quote_identifier(column->name);
        g_autofree char *clauses = column_clauses(column);

        g_ptr_array_add(items, g_strdup_printf("%-*s %s%s", width, name, column->type, clauses));
    }
    return items;
}

static void
add_keys(GPtrArray *items, const PgaDesignTable *table)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        g_autofree char *name = key->name ? pga_quote_identifier(key->name) : NULL;
        g_autofree char *columns = pga_ddl_columns(key->columns);

        if (key->kind != PGA_DESIGN_UNIQUE_INDEX)
            g_ptr_array_add(
                items, g_strdup_printf("%s%s%s%s (%s)", name ? "CONSTRAINT " : "", name ? name : "",
                                       name ? " " : "",
                                       key->kind == PGA_DESIGN_PRIMARY ? "PRIMARY KEY" : "UNIQUE",
                                       columns));
    }
}

static void
add_constraints(GPtrArray *items, const PgaDesignTable *table)
{
    for (guint i = 0; i < table->constraints->len; i++) {
        const PgaDesignConstraint *constraint = g_ptr_array_index(table->constraints, i);
        g_autofree char *name = pga_quote_identifier(constraint->name);

        g_ptr_array_add(items, g_strdup_printf("CONSTRAINT %s %s", name, constraint->definition));
    }
}

char *
pga_ddl_reference(const PgaDesignReference *reference)
{
    g_autofree char *name = pga_quote_identifier(reference->name);
    g_autofree char *columns = pga_ddl_columns(reference->columns);
    g_autofree char *table = pga_ddl_relation(reference->table);
    g_autofree char *referenced = pga_ddl_columns(reference->referenced_columns);
    const char *action = reference->on_delete == PGA_DELETE_UNSTATED
                             ? NULL
                             : pga_delete_action_name(reference->on_delete);

    return g_strdup_printf("CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s%s%s", name, columns,
                           table, referenced, action ? " ON DELETE " : "", action ? action : "",
                           reference->is_deferrable ? " DEFERRABLE INITIALLY DEFERRED" : "");
}

/* A table's own CREATE TABLE can reference itself and what was created before it. */
static gboolean
must_wait(const PgaArchitecture *architecture, const PgaDesignTable *table,
          const PgaDesignReference *reference)
{
    if (reference->is_later)
        return TRUE;
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *other = g_ptr_array_index(architecture->tables, i);

        if (strcmp(other->name, reference->table) == 0)
            return FALSE;
        if (other == table)
            return TRUE;
    }
    return TRUE;
}

static void
add_references(GPtrArray *items, const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (!reference->is_dropped && !must_wait(architecture, table, reference))
            g_ptr_array_add(items, pga_ddl_reference(reference));
    }
}

static void
append_dropped_references(GString *sql, const PgaDesignTable *table)
{
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        g_autofree char *columns = pga_ddl_columns(reference->columns);
        g_autofree char *text =
            g_strdup_printf("No foreign key (%s) to %s: %s", columns, reference->table,
                            reference->why ? reference->why : "it cannot be a constraint here.");

        if (reference->is_dropped)
            pga_ddl_remark(sql, text);
    }
}

static void
append_partitioning(GString *sql, const PgaDesignPartitioning *partitioning)
{
    g_autofree char *column = NULL;

    if (!partitioning || !partitioning->column)
        return;
    column = pga_quote_identifier(partitioning->column);
    g_string_append_printf(sql, " PARTITION BY %s (%s)",
                           pga_partition_method_name(partitioning->method), column);
}

static void
append_unique_indexes(GString *sql, const PgaDesignTable *table)
{
    g_autofree char *relation = pga_ddl_relation(table->name);

    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        g_autofree char *name = pga_quote_identifier(key->name ? key->name : "");
        g_autofree char *columns = pga_ddl_columns(key->columns);

        if (key->kind == PGA_DESIGN_UNIQUE_INDEX)
            g_string_append_printf(sql, "CREATE UNIQUE INDEX %s ON %s (%s)%s%s;\n", name, relation,
                                   columns, key->where ? " WHERE " : "",
                                   key->where ? key->where : "");
    }
}

static void
append_table(GString *sql, const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    g_autoptr(GPtrArray) items = column_items(table);
    g_autofree char *relation = pga_ddl_relation(table->name);

    add_keys(items, table);
    add_constraints(items, table);
    add_references(items, architecture, table);
    append_dropped_references(sql, table);
    g_string_append_printf(sql, "CREATE TABLE %s (\n", relation);
    for (guint i = 0; i < items->len; i++)
        g_string_append_printf(sql, "    %s%s\n", (const char *)g_ptr_array_index(items, i),
                               i + 1 < items->len ? "," : "");
    g_string_append_c(sql, ')');
    append_partitioning(sql, table->partitioning);
    /* a partitioned table has no storage of its own: its partitions get the options */
    if (table->storage_options && !table->partitioning)
        g_string_append_printf(sql, " WITH (%s)", table->storage_options);
    g_string_append(sql, ";\n");
    append_unique_indexes(sql, table);
}

static void
comment_keys(GString *sql, const PgaDesignTable *table, const char *relation)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        g_autofree char *object = NULL;

        if (!key->name)
            continue;
        if (key->kind == PGA_DESIGN_UNIQUE_INDEX) {
            g_autofree char *name = pga_ddl_relation(key->name);

            object = g_strdup_printf("INDEX %s", name);
        } else {
            g_autofree char *name = pga_quote_identifier(key->name);

            object = g_strdup_printf("CONSTRAINT %s ON %s", name, relation);
        }
        pga_ddl_comment(sql, object, key->why);
    }
}

static void
comment_constraint(GString *sql, const char *constraint, const char *relation, const char *why)
{
    g_autofree char *name = pga_quote_identifier(constraint);
    g_autofree char *object = g_strdup_printf("CONSTRAINT %s ON %s", name, relation);

    pga_ddl_comment(sql, object, why);
}

static void
comment_table(GString *sql, const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    g_autofree char *relation = pga_ddl_relation(table->name);
    g_autofree char *object = g_strdup_printf("TABLE %s", relation);

    pga_ddl_comment(sql, object, table->comment);
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *name = pga_quote_identifier(column->name);
        g_autofree char *of = g_strdup_printf("COLUMN %s.%s", relation, name);

        pga_ddl_comment(sql, of, column->comment);
    }
    comment_keys(sql, table, relation);
    for (guint i = 0; i < table->constraints->len; i++) {
        const PgaDesignConstraint *constraint = g_ptr_array_index(table->constraints, i);

        comment_constraint(sql, constraint->name, relation, constraint->why);
    }
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (!reference->is_dropped && !must_wait(architecture, table, reference))
            comment_constraint(sql, reference->name, relation, reference->why);
    }
}

static void
append_waiting_references(GString *sql, const PgaArchitecture *architecture,
                          const PgaDesignTable *table)
{
    g_autofree char *relation = pga_ddl_relation(table->name);

    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        g_autofree char *text = NULL;

        if (reference->is_dropped || !must_wait(architecture, table, reference))
            continue;
        text = pga_ddl_reference(reference);
        g_string_append_printf(sql, "ALTER TABLE %s ADD %s;\n", relation, text);
        comment_constraint(sql, reference->name, relation, reference->why);
    }
}

static void
append_views(GString *sql, const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->views->len; i++) {
        const PgaDesignView *view = g_ptr_array_index(architecture->views, i);
        const char *const remarks[] = {view->why, view->query, view->refresh, view->staleness};

        g_string_append_c(sql, '\n');
        for (guint j = 0; j < G_N_ELEMENTS(remarks); j++)
            if (remarks[j])
                pga_ddl_remark(sql, remarks[j]);
        g_string_append_printf(sql, "%s\n%s\n", view->sql,
                               view->unique_sql ? view->unique_sql : "");
    }
}

char *
pga_ddl_schema(const PgaArchitecture *architecture)
{
    GString *sql = g_string_new(NULL);

    pga_ddl_begin(sql, architecture, "schema.sql", "tables, keys, constraints",
                  "On an empty database; one transaction: run again, it stops at what is there and "
                  "changes nothing.");
    g_string_append(sql, "\nBEGIN;\n\n");
    append_extensions(sql, architecture);
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        append_table(sql, architecture, table);
        comment_table(sql, architecture, table);
        g_string_append_c(sql, '\n');
    }
    for (guint i = 0; i < architecture->tables->len; i++)
        append_waiting_references(sql, architecture, g_ptr_array_index(architecture->tables, i));
    append_views(sql, architecture);
    g_string_append(sql, "\nCOMMIT;\n");
    return g_string_free(sql, FALSE);
}
