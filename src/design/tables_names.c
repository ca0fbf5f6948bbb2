/* Names of keys, references and constraints as PostgreSQL would choose them, and comments. */
#include <base/text.h>
#include <base/units.h>

#include "tables_internal.h"

/* (transfer full): @columns with "_" between. */
static char *
joined(const GPtrArray *columns)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++)
        g_string_append_printf(text, "%s%s", i ? "_" : "",
                               (const char *)g_ptr_array_index(columns, i));
    return g_string_free(text, FALSE);
}

static void
name_keys(GHashTable *taken, PgaDesignTable *table)
{
    for (guint i = 0; i < table->keys->len; i++) {
        PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        g_autofree char *columns = joined(key->columns);
        gboolean is_primary = key->kind == PGA_DESIGN_PRIMARY;

        if (!key->name)
            key->name = pga_design_name(taken, table->name, is_primary ? NULL : columns,
                                        is_primary                       ? "pkey"
                                        : key->kind == PGA_DESIGN_UNIQUE ? "key"
                                                                         : "idx");
    }
}

static void
name_constraints(GHashTable *taken, PgaDesignTable *table)
{
    for (guint i = 0; i < table->references->len; i++) {
        PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        g_autofree char *columns = joined(reference->columns);

        if (!reference->name)
            reference->name = pga_design_name(taken, table->name, columns, "fkey");
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        PgaDesignConstraint *constraint = g_ptr_array_index(table->constraints, i);
        gboolean excludes = g_str_has_prefix(constraint->definition, "EXCLUDE");

        if (!constraint->name)
            constraint->name = pga_design_name(taken, table->name, constraint->column,
                                               excludes ? "excl" : "check");
    }
}

static void
comment_table(PgaDesignTable *table)
{
    g_autofree char *rows = pga_count_format(MAX(table->rows, 0));
    GString *text = g_string_new(NULL);

    if (!table->comment) {
        g_string_append_printf(text, "About %s rows", rows);
        if (table->retention_days > 0)
            g_string_append_printf(text, ", kept %.0f days", table->retention_days);
        table->comment = g_strdup(text->str);
    }
    g_string_free(text, TRUE);
}

static void
note_quoted(PgaArchitecture *architecture, const char *table, const char *name)
{
    g_autofree char *quoted = pga_quote_identifier(name);

    if (!g_str_equal(quoted, name))
        g_ptr_array_add(architecture->notes,
                        g_strdup_printf("%s%s%s: a keyword of SQL or not in lower case; SQL writes "
                                        "it as %s.",
                                        table, *table ? "." : "", name, quoted));
}

static void
comment_columns(PgaArchitecture *architecture, PgaDesignTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        const PgaDesignReference *reference = pga_table_reference_of(table, column->name);

        note_quoted(architecture, table->name, column->name);
        if (reference && (!column->attribute || !column->attribute->comment)) {
            g_autofree char *old = g_steal_pointer(&column->comment);

            column->comment = g_strdup_printf("%s%sreferences %s", old ? old : "", old ? ": " : "",
                                              reference->table);
        }
    }
}

void
pga_tables_names(PgaArchitecture *architecture)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        g_hash_table_add(taken, g_strdup(table->name));
    }
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        name_keys(taken, table);
        name_constraints(taken, table);
        note_quoted(architecture, "", table->name);
        comment_table(table);
        comment_columns(architecture, table);
    }
}
