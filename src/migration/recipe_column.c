/* Columns: added empty and filled afterwards, dropped when nobody asks for them any more. */
#include <base/text.h>
#include <string.h>

#include "recipe_internal.h"

/** A column's definition taken apart: what can stay with ADD COLUMN, and what comes later. */
typedef struct {
    PgQuery__ColumnDef base;
    GPtrArray *kept;             /* of PgQuery__Node *: constraints that stay */
    const PgQuery__Node *filler; /* (nullable): the default that would rewrite the table */
    GPtrArray *keys;             /* of const PgQuery__Constraint *: UNIQUE, PRIMARY KEY */
    GPtrArray *validated;        /* CHECK, FOREIGN KEY */
    gboolean not_null;           /* to be set at the end */
    gboolean needs_value;        /* NOT NULL and no default: the rows that exist have no value */
} Parts;

static gboolean
rewrites(const PgaRecipeWriter *writer)
{
    g_autoptr(PgaEffect) effect = pga_effect_of_action(writer->state, writer->action);

    return effect->known && effect->rewritten->len > 0;
}

static void
take_apart(Parts *parts, PgQuery__Node *node, gboolean is_rewritten)
{
    const PgQuery__Constraint *constraint = node->constraint;

    switch ((int)constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
        g_ptr_array_add(parts->keys, (gpointer)constraint);
        return;
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        g_ptr_array_add(parts->validated, (gpointer)constraint);
        return;
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
        parts->not_null = TRUE;
        return;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
        if (is_rewritten)
            parts->filler = constraint->raw_expr;
        else
            g_ptr_array_add(parts->kept, node);
        return;
    default:
        g_ptr_array_add(parts->kept, node);
    }
}

static gboolean
has_default(const PgQuery__ColumnDef *column)
{
    const PgQuery__Constraint *constraint =
        pga_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT);
    const PgQuery__Node *value = constraint ? constraint->raw_expr : NULL;

    return value && !(value->node_case == PG_QUERY__NODE__NODE_A_CONST && value->a_const->isnull);
}

static Parts *
parts_new(const PgaRecipeWriter *writer)
{
    const PgQuery__ColumnDef *column = writer->action->column;
    const gboolean is_rewritten = rewrites(writer);
    Parts *parts = g_new0(Parts, 1);

    parts->base = *column;
    parts->kept = g_ptr_array_new();
    parts->keys = g_ptr_array_new();
    parts->validated = g_ptr_array_new();
    for (gsize i = 0; i < column->n_constraints; i++)
        take_apart(parts, column->constraints[i], is_rewritten);
    parts->needs_value = parts->not_null && !has_default(column);
    if (parts->not_null && !parts->filler && !parts->needs_value) { /* a constant fills at once */
        parts->not_null = FALSE;
        for (gsize i = 0; i < column->n_constraints; i++)
            if (column->constraints[i]->constraint->contype ==
                PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL)
                g_ptr_array_add(parts->kept, column->constraints[i]);
    }
    parts->base.constraints = (PgQuery__Node **)parts->kept->pdata;
    parts->base.n_constraints = parts->kept->len;
    return parts;
}

static void
parts_free(Parts *parts)
{
    g_ptr_array_unref(parts->kept);
    g_ptr_array_unref(parts->keys);
    g_ptr_array_unref(parts->validated);
    g_free(parts);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, parts_free)

/* FALSE: not to be written. */
static gboolean
write_column(PgaRecipeWriter *writer, Parts *parts, const char *column)
{
    PgQuery__AlterTableCmd command = *writer->action->command;
    PgQuery__Node node = PG_QUERY__NODE__INIT;
    g_autofree char *sql = NULL, *value = NULL;
    PgaFixStep *step;

    node.node_case = PG_QUERY__NODE__NODE_COLUMN_DEF;
    node.column_def = &parts->base;
    command.def = &node;
    sql = pga_recipe_alter_table(writer->action, &command);
    value = parts->filler ? pga_tree_deparse_expression(parts->filler) : NULL;
    if (!sql || (parts->filler && !value))
        return FALSE;
    step = pga_recipe_step(writer, "Add the column");
    pga_recipe_sql(step, "%s;", sql);
    if (value)
        pga_recipe_sql(step, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", writer->table,
                       column, value);
    pga_recipe_undo(writer, "ALTER TABLE %s DROP COLUMN IF EXISTS %s;", writer->table, column);
    if (value)
        pga_recipe_write_backfill(writer, parts->base.colname, value);
    return TRUE;
}

/* The constraint written at the column, as a table's. */
static void
write_validated(PgaRecipeWriter *writer, const PgQuery__Constraint *constraint,
                const GPtrArray *columns)
{
    PgQuery__Constraint of_table = *constraint;
    PgQuery__String text = PG_QUERY__STRING__INIT;
    PgQuery__Node node = PG_QUERY__NODE__INIT;
    PgQuery__Node *nodes[] = {&node};
    g_autofree char *name = pga_recipe_constraint_name(writer, constraint, columns);

    text.sval = g_ptr_array_index(columns, 0);
    node.node_case = PG_QUERY__NODE__NODE_STRING;
    node.string = &text;
    if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN) {
        of_table.fk_attrs = nodes;
        of_table.n_fk_attrs = 1;
    }
    pga_recipe_write_validated(writer, &of_table, name);
}

static void
write_not_null(PgaRecipeWriter *writer, const Parts *parts, const char *column)
{
    if (parts->needs_value) {
        pga_recipe_deploy(writer, "Deploy code that always writes %s", column);
        pga_recipe_deploy(writer, "Give the rows that exist their value, in batches");
    }
    pga_recipe_write_not_null(writer, parts->base.colname);
}

/* Identities and stored expressions have no way of steps that ends in the same. */
static gboolean
has_steps(const PgQuery__ColumnDef *column)
{
    return !pga_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) &&
           !pga_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED);
}

gboolean
pga_recipe_add_column(PgaRecipeWriter *writer)
{
    const PgQuery__ColumnDef *column = writer->action->column;
    g_autoptr(Parts) parts = NULL;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autofree char *quoted = NULL;

    if (!column || !has_steps(column))
        return FALSE;
    parts = parts_new(writer);
    if (!parts->filler && rewrites(writer)) /* serial, a domain: the column alone rewrites it */
        return FALSE;
    if (!parts->filler && !parts->not_null && parts->keys->len + parts->validated->len == 0)
        return FALSE;
    g_ptr_array_add(columns, column->colname);
    quoted = pga_quote_identifier(column->colname);
    if (!write_column(writer, parts, quoted))
        return FALSE;
    for (guint i = 0; i < parts->validated->len; i++)
        write_validated(writer, g_ptr_array_index(parts->validated, i), columns);
    if (parts->not_null)
        write_not_null(writer, parts, quoted);
    for (guint i = 0; i < parts->keys->len; i++) {
        const PgQuery__Constraint *key = g_ptr_array_index(parts->keys, i);
        g_autofree char *name = pga_recipe_constraint_name(writer, key, columns);

        pga_recipe_write_unique(writer, key, name, columns);
    }
    return TRUE;
}

gboolean
pga_recipe_drop_column(PgaRecipeWriter *writer)
{
    const PgaStateRelation *relation = writer->action->relation;
    const PgaStateColumn *known =
        relation ? pga_state_column(relation, writer->action->name) : NULL;
    g_autofree char *column = pga_quote_identifier(writer->action->name);
    g_autofree char *sql = pga_recipe_alter_table(writer->action, writer->action->command);

    if (!sql)
        return FALSE;
    if (known && known->not_null && !known->default_text && !known->identity)
        pga_recipe_sql(pga_recipe_step(writer, "Let new code leave it out"),
                       "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", writer->table, column);
    pga_recipe_deploy(writer, "Deploy code that no longer reads or writes %s", column);
    pga_recipe_sql(pga_recipe_step(writer, "Drop the column"), "%s;", sql);
    return TRUE;
}

/* --- renames --- */

/* The old name stays as a view, through which old code reads and writes, until it is gone. */
static gboolean
rename_table(PgaRecipeWriter *writer)
{
    const PgQuery__RangeVar *range = writer->action->range;
    const char *nspname = *range->schemaname ? range->schemaname : NULL;
    g_autofree char *name = pga_quote_identifier(writer->action->new_name);
    g_autofree char *qualified = pga_quote_qualified(nspname, writer->action->new_name);
    PgaFixStep *step = pga_recipe_step(writer, "Rename it and leave a view behind");

    pga_recipe_sql(step, "ALTER TABLE %s RENAME TO %s;", writer->table, name);
    pga_recipe_sql(step, "CREATE VIEW %s AS SELECT * FROM %s;", writer->table, qualified);
    pga_recipe_deploy(writer, "Deploy code that uses %s, and wait for the last of the old",
                      qualified);
    pga_recipe_sql(pga_recipe_step(writer, "Drop the view"), "DROP VIEW %s;", writer->table);
    return TRUE;
}

/* Both names at once: a second column that a trigger keeps in step. */
static gboolean
rename_column(PgaRecipeWriter *writer)
{
    const PgaStateColumn *column =
        writer->action->relation ? pga_state_column(writer->action->relation, writer->action->name)
                                 : NULL;
    const PgaRecipeTwin twin = {.type = column ? column->type : NULL,
                                .new_name = writer->action->new_name};

    return column && pga_recipe_write_twin(writer, column->name, &twin);
}

gboolean
pga_recipe_rename(PgaRecipeWriter *writer)
{
    if (!writer->table)
        return FALSE;
    if (writer->action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
        return rename_table(writer);
    return writer->action->object == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN && rename_column(writer);
}
