/* Business rules that the database keeps. */
#include <base/error.h>
#include <base/text.h>
#include <parse/requirements.h>

#include "tables_internal.h"

static void
copy_list(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

static void
not_checked(PgaArchitecture *architecture, const PgaSpecRule *rule, const char *why)
{
    g_ptr_array_add(
        architecture->notes,
        g_strdup_printf("Rule on line %u is not in the schema: %s.", rule->at.line, why));
}

static gboolean
has_columns(const PgaDesignTable *table, const GPtrArray *columns)
{
    for (guint i = 0; columns && i < columns->len; i++)
        if (!pga_design_table_column(table, g_ptr_array_index(columns, i)))
            return FALSE;
    return TRUE;
}

/* (nullable): the table that has all @columns, which the rule names of @entity. */
static PgaDesignTable *
table_with(const PgaArchitecture *architecture, const char *entity, const GPtrArray *columns)
{
    PgaDesignTable *table = pga_architecture_table(architecture, entity);

    if (table && has_columns(table, columns))
        return table;
    for (guint i = 0; i < architecture->moves->len; i++) {
        const PgaDesignMove *move = g_ptr_array_index(architecture->moves, i);

        table = pga_architecture_table(architecture, move->to_table);
        if (g_strcmp0(move->table, entity) == 0 && table && has_columns(table, columns))
            return table;
    }
    return NULL;
}

static void
rule_check(PgaArchitecture *architecture, const PgaSpecRule *rule)
{
    g_autoptr(GPtrArray) columns = NULL;
    g_autoptr(GError) error = NULL;
    PgaDesignTable *table = NULL;

    if (!pga_expression_check(rule->expression, &columns, &error)) {
        not_checked(architecture, rule, error ? error->message : "it is no expression");
        return;
    }
    table = table_with(architecture, rule->entity, columns);
    if (table)
        pga_table_check(table, columns && columns->len == 1 ? g_ptr_array_index(columns, 0) : NULL,
                        g_strdup(rule->expression), "stated rule");
    else
        not_checked(architecture, rule, "its columns are in several tables");
}

static gboolean
is_unique(const PgaDesignTable *table, const GPtrArray *columns)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        gboolean same = !key->where && key->columns->len == columns->len;

        for (guint j = 0; same && j < columns->len; j++)
            same = pga_list_has(key->columns, g_ptr_array_index(columns, j));
        if (same)
            return TRUE;
    }
    return FALSE;
}

static void
rule_unique(PgaArchitecture *architecture, const PgaSpecRule *rule)
{
    PgaDesignTable *table = table_with(architecture, rule->entity, rule->left);
    PgaDesignKey *key = NULL;

    if (!table) {
        not_checked(architecture, rule, "its columns are in several tables");
        return;
    }
    if (!rule->expression && is_unique(table, rule->left))
        return;
    key = pga_design_table_add_key(table,
                                   rule->expression ? PGA_DESIGN_UNIQUE_INDEX : PGA_DESIGN_UNIQUE);
    copy_list(key->columns, rule->left);
    key->where = g_strdup(rule->expression);
    key->why =
        g_strdup(rule->expression ? "stated rule: unique among these rows only" : "stated rule");
}

static void
add_extension(PgaArchitecture *architecture, const char *name)
{
    if (!pga_list_has(architecture->extensions, name))
        g_ptr_array_add(architecture->extensions, g_strdup(name));
}

static void
rule_exclusion(PgaArchitecture *architecture, const PgaSpecRule *rule)
{
    PgaDesignTable *table = table_with(architecture, rule->entity, rule->left);
    PgaDesignConstraint *constraint = NULL;
    GString *text = NULL;

    if (!table || !has_columns(table, rule->right) || rule->right->len == 0) {
        not_checked(architecture, rule, "its columns are in several tables");
        return;
    }
    text = g_string_new("EXCLUDE USING gist (");
    for (guint i = 0; i < rule->left->len; i++) {
        g_autofree char *name = pga_quote_identifier(g_ptr_array_index(rule->left, i));

        g_string_append_printf(text, "%s WITH =, ", name);
    }
    for (guint i = 0; i < rule->right->len; i++) {
        g_autofree char *name = pga_quote_identifier(g_ptr_array_index(rule->right, i));

        g_string_append_printf(text, "%s%s WITH &&", i ? ", " : "", name);
    }
    constraint = pga_design_table_add_constraint(table, NULL);
    constraint->column = g_strdup(g_ptr_array_index(rule->right, 0));
    constraint->definition = rule->expression
                                 ? g_strdup_printf("%s) WHERE (%s)", text->str, rule->expression)
                                 : g_strconcat(text->str, ")", NULL);
    constraint->why = g_strdup("stated rule: no two of the same overlap");
    if (rule->left->len > 0)
        add_extension(architecture, "btree_gist");
    if (architecture->major >= 18)
        g_ptr_array_add(
            table->notes,
            g_strdup("PostgreSQL 18 has UNIQUE (… WITHOUT OVERLAPS) for the same; EXCLUDE "
                     "runs on every version."));
    g_string_free(text, TRUE);
}

void
pga_tables_rules(PgaArchitecture *architecture)
{
    const GPtrArray *rules = architecture->requirements->rules;

    for (guint i = 0; i < rules->len; i++) {
        const PgaSpecRule *rule = g_ptr_array_index(rules, i);

        if (rule->kind == PGA_SPEC_RULE_CHECK)
            rule_check(architecture, rule);
        else if (rule->kind == PGA_SPEC_RULE_UNIQUE)
            rule_unique(architecture, rule);
        else if (rule->kind == PGA_SPEC_RULE_EXCLUSION)
            rule_exclusion(architecture, rule);
    }
}
