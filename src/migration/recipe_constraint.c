/* Constraints: first for new rows only, then checked against the old ones under a lock that lets
 * everybody work (ATExecValidateConstraint: SHARE UPDATE EXCLUSIVE); keys over an index that was
 * built concurrently. */
#include <base/text.h>
#include <string.h>

#include "recipe_internal.h"

char *
pga_recipe_choose_name(const PgaRecipeWriter *writer, const GPtrArray *columns, const char *label)
{
    const PgaStateRelation *relation = writer->action->relation;
    const char *relname = relation ? relation->relname : writer->action->range->relname;
    const char *nspname = relation ? relation->nspname : "";
    g_autofree char *addition = columns ? pga_state_name_addition(columns) : NULL;

    if (g_str_equal(label, "pkey") || g_str_equal(label, "key"))
        return pga_state_choose_relation_name(writer->state, relname, addition, label, nspname,
                                              TRUE);
    return pga_state_choose_constraint_name(writer->state, relname, addition, label, nspname);
}

char *
pga_recipe_constraint_name(const PgaRecipeWriter *writer, const PgQuery__Constraint *constraint,
                           const GPtrArray *columns)
{
    if (*constraint->conname)
        return g_strdup(constraint->conname);
    switch ((int)constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
        return pga_recipe_choose_name(writer, NULL, "pkey");
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
        return pga_recipe_choose_name(writer, columns, "key");
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        return pga_recipe_choose_name(writer, columns, "fkey");
    default: /* of several columns it is the table's */
        return pga_recipe_choose_name(writer, columns && columns->len == 1 ? columns : NULL,
                                      "check");
    }
}

/* ALTER TABLE … ADD of it; NULL when it cannot be written. */
static char *
add_constraint(const PgaRecipeWriter *writer, const PgQuery__Constraint *constraint)
{
    PgQuery__AlterTableCmd command = PG_QUERY__ALTER_TABLE_CMD__INIT;
    PgQuery__Node node = PG_QUERY__NODE__INIT;

    node.node_case = PG_QUERY__NODE__NODE_CONSTRAINT;
    node.constraint = (PgQuery__Constraint *)constraint;
    command.subtype = PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint;
    command.def = &node;
    command.behavior = PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT;
    return pga_recipe_alter_table(writer->action, &command);
}

void
pga_recipe_write_validated(PgaRecipeWriter *writer, const PgQuery__Constraint *constraint,
                           const char *name)
{
    PgQuery__Constraint unchecked = *constraint;
    g_autofree char *quoted = pga_quote_identifier(name), *sql = NULL;

    unchecked.conname = (char *)name;
    unchecked.skip_validation = TRUE;
    unchecked.initially_valid = FALSE;
    sql = add_constraint(writer, &unchecked);
    if (!sql)
        return;
    pga_recipe_sql(pga_recipe_step(writer, "Add the constraint for new rows"), "%s;", sql);
    pga_recipe_sql(pga_recipe_step(writer, "Check the rows that exist, while others work"),
                   "ALTER TABLE %s VALIDATE CONSTRAINT %s;", writer->table, quoted);
    pga_recipe_undo(writer, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s;", writer->table, quoted);
}

static char *
column_list(const GPtrArray *columns)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *name = pga_quote_identifier(g_ptr_array_index(columns, i));

        g_string_append_printf(list, "%s%s", i ? ", " : "", name);
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

static char *
included_columns(const PgQuery__Constraint *constraint)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *list = NULL;

    for (gsize i = 0; i < constraint->n_including; i++)
        g_ptr_array_add(names, constraint->including[i]->string->sval);
    if (names->len == 0)
        return g_strdup("");
    list = column_list(names);
    return g_strdup_printf(" INCLUDE (%s)", list);
}

void
pga_recipe_write_unique(PgaRecipeWriter *writer, const PgQuery__Constraint *constraint,
                        const char *name, const GPtrArray *columns)
{
    const gboolean is_primary = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
    const PgQuery__RangeVar *range = writer->action->range;
    g_autofree char *quoted = pga_quote_identifier(name), *list = column_list(columns);
    g_autofree char *included = included_columns(constraint);
    g_autofree char *index =
        pga_quote_qualified(*range->schemaname ? range->schemaname : NULL, name);
    PgaFixStep *step = pga_recipe_step_alone(writer, "Build the unique index while others write");

    pga_recipe_sql(step, "DROP INDEX CONCURRENTLY IF EXISTS %s;", index);
    pga_recipe_sql(step, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s)%s%s;", quoted,
                   writer->table, list, included,
                   constraint->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
    if (is_primary)
        for (guint i = 0; i < columns->len; i++)
            pga_recipe_write_not_null(writer, g_ptr_array_index(columns, i));
    pga_recipe_sql(pga_recipe_step(writer, "Make it the constraint's"),
                   "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s%s;", writer->table, quoted,
                   is_primary ? "PRIMARY KEY" : "UNIQUE", quoted,
                   constraint->deferrable ? " DEFERRABLE" : "",
                   constraint->initdeferred ? " INITIALLY DEFERRED" : "");
    pga_recipe_undo(writer, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s;", writer->table, quoted);
    pga_recipe_undo(writer, "DROP INDEX CONCURRENTLY IF EXISTS %s;", index);
}

static gboolean
write_key(PgaRecipeWriter *writer)
{
    const PgQuery__Constraint *constraint = writer->action->constraint;
    g_autoptr(GPtrArray) columns = pga_action_key(writer->action);
    g_autofree char *name = NULL;

    if (*constraint->indexname || columns->len == 0 || writer->action->relation->kind == 'p')
        return FALSE;
    name = pga_recipe_constraint_name(writer, constraint, columns);
    pga_recipe_write_unique(writer, constraint, name, columns);
    return TRUE;
}

/* A foreign key of a partitioned table cannot be NOT VALID before 18. */
static gboolean
write_validated(PgaRecipeWriter *writer)
{
    const PgQuery__Constraint *constraint = writer->action->constraint;
    const gboolean is_foreign = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
    g_autoptr(GPtrArray) columns = NULL;
    g_autofree char *name = NULL;

    if (constraint->skip_validation ||
        (is_foreign && writer->action->relation->kind == 'p' && writer->state->version < 180000))
        return FALSE;
    columns = pga_action_key(writer->action);
    name = pga_recipe_constraint_name(writer, constraint, columns);
    pga_recipe_write_validated(writer, constraint, name);
    return TRUE;
}

gboolean
pga_recipe_add_constraint(PgaRecipeWriter *writer)
{
    const PgaAction *action = writer->action;

    if (action->of_column || !action->relation || !action->constraint)
        return FALSE; /* its column's recipe has it */
    switch ((int)action->constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
        return write_key(writer);
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        return write_validated(writer);
    default:
        return FALSE;
    }
}

/* --- NOT NULL --- */

/* 18 has NOT NULL as a constraint that can be validated apart. */
static void
write_not_null_18(PgaRecipeWriter *writer, const char *column, const char *quoted)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autofree char *name = NULL, *constraint = NULL;

    g_ptr_array_add(columns, (gpointer)column);
    name = pga_recipe_choose_name(writer, columns, "not_null");
    constraint = pga_quote_identifier(name);
    pga_recipe_sql(pga_recipe_step(writer, "Refuse NULL in new rows"),
                   "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID;", writer->table,
                   constraint, quoted);
    pga_recipe_sql(pga_recipe_step(writer, "Check the rows that exist, while others work"),
                   "ALTER TABLE %s VALIDATE CONSTRAINT %s;", writer->table, constraint);
}

void
pga_recipe_write_not_null(PgaRecipeWriter *writer, const char *column)
{
    const PgaStateRelation *relation = writer->action->relation;
    const PgaStateColumn *known = relation ? pga_state_column(relation, column) : NULL;
    g_autofree char *quoted = pga_quote_identifier(column), *name = NULL, *check = NULL;
    PgaFixStep *step;

    if (known && known->not_null)
        return;
    if (writer->state->version >= 180000) {
        write_not_null_18(writer, column, quoted);
        return;
    }
    name = g_strdup_printf("%.48s_is_not_null", column);
    check = pga_quote_identifier(name);
    if (!relation || !pga_state_proves_not_null(relation, column)) {
        pga_recipe_sql(pga_recipe_step(writer, "Refuse NULL in new rows"),
                       "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;",
                       writer->table, check, quoted);
        pga_recipe_sql(pga_recipe_step(writer, "Check the rows that exist, while others work"),
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;", writer->table, check);
    }
    step = pga_recipe_step(writer, "Set NOT NULL, which the check proves without a scan");
    pga_recipe_sql(step, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;", writer->table, quoted);
    if (!relation || !pga_state_proves_not_null(relation, column))
        pga_recipe_sql(step, "ALTER TABLE %s DROP CONSTRAINT %s;", writer->table, check);
}

gboolean
pga_recipe_set_not_null(PgaRecipeWriter *writer)
{
    const PgaStateRelation *relation = writer->action->relation;
    const PgaStateColumn *column = pga_state_column(relation, writer->action->name);
    g_autofree char *quoted = NULL;

    if ((column && column->not_null) || pga_state_proves_not_null(relation, writer->action->name))
        return FALSE;
    quoted = pga_quote_identifier(writer->action->name);
    pga_recipe_write_not_null(writer, writer->action->name);
    pga_recipe_undo(writer, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", writer->table, quoted);
    return TRUE;
}
