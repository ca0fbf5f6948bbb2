/* Columns: added, dropped, changed. Source: ATExecAddColumn(), ATExecDropColumn(),
 * ATPrepAlterColumnType() and ATPostAlterTypeCleanup() in src/backend/commands/tablecmds.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define CONSTR(name) PG_QUERY__CONSTR_TYPE__CONSTR_##name

static gboolean
is_serial(const PgQuery__ColumnDef *column)
{
    static const char *const names[] = {"serial",  "bigserial", "smallserial",
                                        "serial2", "serial4",   "serial8"};
    const char *name = column->type_name ? pga_type_name_last(column->type_name) : "";

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_virtual(const PgaEffectRun *run)
{
    return (run->step->newer & PGA_NEWER_VIRTUAL) != 0;
}

/* A domain's constraints are checked for every row, even for its NULL. */
static gboolean
is_constrained_domain(const PgaEffectRun *run, const PgQuery__TypeName *type)
{
    const PgaStateType *found = type ? pga_state_type(run->state, type) : NULL;

    return found && found->kind == 'd' && found->constrained;
}

static gboolean
new_column_rewrites(const PgaEffectRun *run, const PgQuery__ColumnDef *column)
{
    const PgQuery__Constraint *value = pga_column_constraint(column, CONSTR(DEFAULT));

    if (is_serial(column) || pga_column_constraint(column, CONSTR(IDENTITY)))
        return TRUE;
    if (pga_column_constraint(column, CONSTR(GENERATED)))
        return !is_virtual(run);
    if (is_constrained_domain(run, column->type_name))
        return TRUE;
    return value && pga_expression_is_volatile(run->state, value->raw_expr);
}

static gboolean
is_null_constant(const PgQuery__Node *node)
{
    return node && node->node_case == CASE(A_CONST) && node->a_const->isnull;
}

/* NOT NULL without a value for the rows that are there. */
static gboolean
lacks_value(const PgQuery__ColumnDef *column)
{
    const PgQuery__Constraint *value = pga_column_constraint(column, CONSTR(DEFAULT));

    if (!pga_column_constraint(column, CONSTR(NOTNULL)) &&
        !pga_column_constraint(column, CONSTR(PRIMARY)))
        return FALSE;
    return !is_serial(column) && !pga_column_constraint(column, CONSTR(IDENTITY)) &&
           !pga_column_constraint(column, CONSTR(GENERATED)) &&
           (!value || is_null_constant(value->raw_expr));
}

static void
add_to(PgaEffectRun *run, PgaStateRelation *relation, const PgQuery__ColumnDef *column,
       gboolean rewrites)
{
    if (rewrites)
        pga_effect_rewrite(run, relation);
    if (!lacks_value(column))
        return;
    pga_effect_scan(run, relation);
    if (relation->rows > 0)
        run->effect->refused = TRUE; /* column contains null values */
}

void
pga_effect_add_column(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__ColumnDef *column = action->column;
    const gboolean rewrites = new_column_rewrites(run, column);
    const PgQuery__Constraint *value = pga_column_constraint(column, CONSTR(DEFAULT));
    g_autoptr(GPtrArray) family = NULL;

    if (!action->relation || pga_state_column(action->relation, column->colname))
        return; /* IF NOT EXISTS */
    family = pga_effect_family_of(action);
    if (action->range && !action->range->inh && action->relation->children->len > 0)
        run->effect->refused = TRUE; /* column must be added to child tables too */
    for (guint i = 0; i < family->len; i++)
        add_to(run, family->pdata[i], column, rewrites);
    if (value && rewrites)
        pga_effect_read(run, value->raw_expr, PGA_READING_PLANNED);
}

/* Indexes and foreign keys that go with the column, of one relation. */
static void
drop_from(PgaEffectRun *run, PgaStateRelation *relation, const char *column)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = relation->indexes->pdata[i];

        if (pga_effect_index_uses(index, column))
            pga_effect_lock_index(run, index, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = relation->constraints->pdata[i];

        if (pga_effect_names_column(constraint->columns, column))
            pga_effect_drop_reference(run, constraint);
    }
    for (guint i = 0; i < relation->referenced_by->len; i++) {
        const PgaStateConstraint *constraint = relation->referenced_by->pdata[i];

        if (pga_effect_names_column(constraint->referenced_columns, column))
            pga_effect_lock_relation(run, constraint->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
}

void
pga_effect_drop_column(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family = pga_effect_family_of(action);

    for (guint i = 0; action->name && i < family->len; i++)
        drop_from(run, family->pdata[i], action->name);
}

/* Of a foreign key, what of the referenced table it is on. */
static gboolean
references_column(const PgaStateConstraint *key, const char *column)
{
    const PgaStateRelation *referenced = key->referenced;

    if (key->referenced_columns->len > 0)
        return pga_effect_names_column(key->referenced_columns, column);
    for (guint i = 0; referenced && i < referenced->indexes->len; i++) {
        const PgaStateIndex *index = referenced->indexes->pdata[i];

        if (index->primary)
            return pga_effect_names_column(index->columns, column);
    }
    return FALSE;
}

/* A foreign key over the column is dropped and made again, and checked when its operators change.
 */
static void
remake_reference(PgaEffectRun *run, const PgaStateConstraint *key, const PgaTypeChange *change)
{
    const PgaEffectReference reference = {.referencing = key->relation,
                                          .referenced = key->referenced};

    pga_effect_lock_relation(run, key->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_lock_relation(run, key->referenced, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (key->valid && key->enforced && (change->rewrites || !change->same_operators))
        pga_effect_check_reference(run, &reference);
    else
        pga_effect_lock_key(run, key->referenced);
}

/* Without a new file: TryReuseIndex() keeps an index whose operators and collations are the same,
 * unless it has expressions or a predicate (CheckIndexCompatible()). */
static void
remake_index(PgaEffectRun *run, const PgaStateIndex *index, const char *column,
             const PgaTypeChange *change)
{
    const gboolean plain = pga_effect_names_column(index->columns, column) && !index->predicate &&
                           !pga_effect_names_column(index->columns, NULL);

    for (guint i = 0; i < index->columns->len; i++)
        if (!index->columns->pdata[i]) {
            pga_effect_rebuild(run, index);
            pga_effect_scan(run, index->relation);
            return;
        }
    if (plain && change->same_operators && !change->collation)
        return;
    if (!plain && !index->predicate && pga_effect_names_column(index->included, column))
        return;
    pga_effect_rebuild(run, index);
    pga_effect_scan(run, index->relation);
}

static void
change_type_of(PgaEffectRun *run, PgaStateRelation *relation, const char *column,
               const PgaTypeChange *change)
{
    run->changed = relation;
    run->changed_column = column;
    if (change->rewrites)
        pga_effect_rewrite(run, relation);
    for (guint i = 0; !change->rewrites && i < relation->indexes->len; i++)
        if (pga_effect_index_uses(relation->indexes->pdata[i], column))
            remake_index(run, relation->indexes->pdata[i], column, change);
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = relation->constraints->pdata[i];

        if (!pga_effect_names_column(constraint->columns, column))
            continue;
        if (constraint->type == 'f')
            remake_reference(run, constraint, change);
        else if (constraint->type == 'c' && constraint->valid && constraint->enforced)
            pga_effect_scan(run, relation);
    }
    for (guint i = 0; i < relation->referenced_by->len; i++)
        if (references_column(relation->referenced_by->pdata[i], column))
            remake_reference(run, relation->referenced_by->pdata[i], change);
    run->changed = NULL;
}

/* A column that generated ones are made of cannot change. */
static gboolean
is_generated_from(const PgaStateRelation *relation, const char *column)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgaStateColumn *other = relation->columns->pdata[i];

        if (other->generated && pga_effect_mentions(other->default_text, column))
            return TRUE;
    }
    return FALSE;
}

void
pga_effect_alter_type(PgaEffectRun *run, const PgaAction *action)
{
    const PgaStateColumn *column =
        action->relation ? pga_state_column(action->relation, action->name) : NULL;
    g_autoptr(GPtrArray) family = pga_effect_family_of(action);
    PgaTypeChange change;

    if (!action->relation || action->relation->kind == 'v' || action->relation->kind == 'c')
        return;
    pga_type_change(run->state, column, action, &change);
    if (change.guessed)
        run->effect->guessed = TRUE;
    if (is_generated_from(action->relation, action->name))
        run->effect->refused = TRUE;
    for (guint i = 0; i < family->len; i++)
        change_type_of(run, family->pdata[i], action->name, &change);
}

void
pga_effect_set_not_null(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family = pga_effect_family_of(action);

    for (guint i = 0; i < family->len; i++) {
        PgaStateRelation *relation = family->pdata[i];
        const PgaStateColumn *column = pga_state_column(relation, action->name);

        if (column && column->not_null && column->not_null_valid)
            continue;
        if (!pga_state_proves_not_null(relation, action->name))
            pga_effect_scan(run, relation);
    }
}

/* 17: SET EXPRESSION, read as SET DEFAULT: a stored column is computed anew. */
void
pga_effect_set_expression(PgaEffectRun *run, const PgaAction *action)
{
    const PgaStateColumn *column =
        action->relation ? pga_state_column(action->relation, action->name) : NULL;
    g_autoptr(GPtrArray) family = NULL;

    if (action->kind != PGA_ACTION_SET_EXPRESSION || (column && column->generated == 'v'))
        return;
    family = pga_effect_family_of(action);
    for (guint i = 0; i < family->len; i++)
        pga_effect_rewrite(run, family->pdata[i]);
}
