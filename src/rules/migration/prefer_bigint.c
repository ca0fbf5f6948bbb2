/* prefer-bigint: a key that comes to its end. */
#include "../new_type_internal.h"

#define STRICT 0 /* place in the rule's thresholds */

static gboolean
is_small_serial(const char *name)
{
    static const char *const names[] = {"serial", "smallserial", "serial2", "serial4", NULL};

    return g_strv_contains(names, name);
}

static gboolean
is_small_integer(const char *name)
{
    return g_str_equal(name, "int4") || g_str_equal(name, "int2");
}

static gboolean
names_column(const PgaAction *constraint, const char *name)
{
    g_autoptr(GPtrArray) key = pga_action_key(constraint);

    for (guint i = 0; i < key->len; i++)
        if (g_str_equal(g_ptr_array_index(key, i), name))
            return TRUE;
    return FALSE;
}

static gboolean
is_key_constraint(const PgaAction *action)
{
    return action->kind == PGA_ACTION_ADD_CONSTRAINT && action->constraint &&
           (action->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY ||
            action->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN);
}

static gboolean
is_key(const PgaLintRun *run, const PgaAction *column)
{
    if (column->kind == PGA_ACTION_ADD_COLUMN &&
        pga_column_constraint(column->column, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY))
        return TRUE;
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);

        if (is_key_constraint(action) && names_column(action, column->name))
            return TRUE;
    }
    return FALSE;
}

/* (nullable): what the foreign key's column @name has to be like. */
static const PgaStateColumn *
referenced_column(const PgaLintRun *run, const PgaAction *key, const char *name)
{
    const PgQuery__Constraint *constraint = key->constraint;
    const PgQuery__RangeVar *table = constraint->pktable;
    g_autoptr(GPtrArray) columns = pga_action_key(key);
    const PgaStateRelation *relation =
        table ? pga_state_relation(run->state, table->schemaname, table->relname) : NULL;
    guint place = 0;

    while (place < columns->len && !g_str_equal(g_ptr_array_index(columns, place), name))
        place++;
    if (!relation || place == columns->len)
        return NULL;
    if (place < constraint->n_pk_attrs)
        return pga_state_column(relation, constraint->pk_attrs[place]->string->sval);
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = relation->indexes->pdata[i];

        if (index->primary && place < index->columns->len)
            return pga_state_column(relation, g_ptr_array_index(index->columns, place));
    }
    return NULL;
}

/* The column that it references is as small, and was there first. */
static gboolean
follows_another(const PgaLintRun *run, const PgaAction *column)
{
    for (guint i = 0; i < run->actions->len; i++) {
        const PgaAction *action = &g_array_index(run->actions, PgaAction, i);
        const PgaStateColumn *other =
            is_key_constraint(action) &&
                    action->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN
                ? referenced_column(run, action, column->name)
                : NULL;

        if (other && is_small_integer(other->typname))
            return TRUE;
    }
    return FALSE;
}

static gboolean
matches(const PgaLintRun *run, const PgaAction *action, const PgQuery__TypeName *type)
{
    const char *name = pga_type_last_name(type);

    return is_small_serial(name) ||
           (is_small_integer(name) &&
            (run->threshold[STRICT] > 0 || (is_key(run, action) && !follows_another(run, action))));
}

static void
judge_step(PgaLintRun *run)
{
    pga_lint_report_types(run, matches);
}

const PgaRule pga_rule_prefer_bigint = {
    .id = "prefer-bigint",
    .title = "Key of type integer or smallint",
    .category = "schema",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "An integer key ends at 2,147,483,647; to make it bigint then rewrites the table, its "
           "indexes and every table that references it, when it is largest.",
    .when_not = "The table is a small one that does not grow.",
    .condition = "A column of type integer or smallint that is a primary key, a foreign key or an "
                 "identity, or of type serial or smallserial; where strict is 1 every integer and "
                 "smallint. Not a foreign key to a column that is integer or smallint already: it "
                 "follows that one. One finding for all such columns of a statement.",
    .example = "CREATE TABLE orders (id integer PRIMARY KEY);",
    .fix = "Proposes bigint.",
    .docs = "datatype-numeric.html#DATATYPE-INT",
    .docs_title = "Numeric Types: Integer Types",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .thresholds = {{"strict", "0 or 1", 0, "With 1 columns that are no keys are reported too."}},
    .lint = {.step = judge_step},
};
