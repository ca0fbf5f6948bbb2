/* Constraints: added, validated, changed, dropped. Source: ATExecAddConstraint(),
 * ATAddForeignKeyConstraint(), ATExecAddIndexConstraint(), ATExecValidateConstraint(),
 * ATExecAlterConstraint() in src/backend/commands/tablecmds.c; validateForeignKeyConstraint() and
 * RI_Initial_Check() in src/backend/utils/adt/ri_triggers.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define CONSTR(name) PG_QUERY__CONSTR_TYPE__CONSTR_##name

/** Minor releases from which a new foreign key locks the index of the key that it references, by
 * major, even where no row is checked; measured. */
static const guint locks_key_since[] = {140024, 150019, 160015, 170011, 180005};

static gboolean
locks_key(const PgaState *state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(locks_key_since); i++)
        if (state->version / 10000 == locks_key_since[i] / 10000)
            return state->version >= locks_key_since[i];
    return state->version >= 190000;
}

void
pga_effect_lock_key(PgaEffectRun *run, PgaStateRelation *referenced)
{
    g_autoptr(GPtrArray) family = NULL;

    if (!referenced || !locks_key(run->state))
        return;
    family = pga_effect_family(referenced, referenced->kind != 'p');
    for (guint i = 0; i < family->len; i++) {
        const PgaStateRelation *relation = family->pdata[i];

        for (guint k = 0; k < relation->indexes->len; k++)
            if (((const PgaStateIndex *)relation->indexes->pdata[k])->primary)
                pga_effect_lock_index(run, relation->indexes->pdata[k], PGA_LOCK_ACCESS_SHARE);
    }
}

/* Partitions are relations of the key as well. */
static GPtrArray *
sides(PgaStateRelation *relation)
{
    return pga_effect_family(relation, relation && relation->kind != 'p');
}

void
pga_effect_check_reference(PgaEffectRun *run, const PgaEffectReference *reference)
{
    g_autoptr(GPtrArray) referencing = sides(reference->referencing);
    g_autoptr(GPtrArray) referenced = sides(reference->referenced);

    for (guint i = 0; i < referencing->len; i++) {
        PgaStateRelation *relation = referencing->pdata[i];

        if (relation->kind == 'p')
            continue; /* each partition is checked by itself */
        pga_effect_plan(run, relation, PGA_LOCK_ACCESS_SHARE);
        pga_effect_scan(run, relation);
    }
    for (guint i = 0; i < referenced->len; i++) {
        pga_effect_plan(run, referenced->pdata[i], PGA_LOCK_ACCESS_SHARE);
        pga_effect_scan(run, referenced->pdata[i]);
    }
}

void
pga_effect_add_reference(PgaEffectRun *run, const PgaEffectReference *reference)
{
    g_autoptr(GPtrArray) referencing = sides(reference->referencing);
    g_autoptr(GPtrArray) referenced = sides(reference->referenced);

    pga_effect_lock_all(run, referencing, PGA_LOCK_SHARE_ROW_EXCLUSIVE);
    pga_effect_lock_all(run, referenced, PGA_LOCK_SHARE_ROW_EXCLUSIVE);
    if (reference->checked)
        pga_effect_check_reference(run, reference);
    pga_effect_lock_key(run, reference->referenced);
}

/* A column without a value for the rows that are there needs no check. */
static gboolean
is_of_new_empty_column(const PgaAction *action)
{
    const PgQuery__Constraint *value = pga_column_constraint(action->column, CONSTR(DEFAULT));

    return action->of_column && !pga_column_constraint(action->column, CONSTR(GENERATED)) &&
           !pga_column_constraint(action->column, CONSTR(IDENTITY)) &&
           (!value || (value->raw_expr && value->raw_expr->node_case == CASE(A_CONST) &&
                       value->raw_expr->a_const->isnull));
}

static void
add_foreign_key(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;
    const PgQuery__RangeVar *range = constraint->pktable;
    const gboolean enforced = !(run->step->newer & PGA_NEWER_NOT_ENFORCED);
    PgaEffectReference reference = {.referencing = action->relation};

    if (range)
        reference.referenced = pga_state_assume(run->state, range->schemaname, range->relname);
    reference.checked = !constraint->skip_validation && enforced && !is_of_new_empty_column(action);
    if (constraint->skip_validation && enforced && action->relation &&
        action->relation->kind == 'p' && run->major < 18)
        run->effect->refused = TRUE; /* cannot add NOT VALID foreign key on partitioned table */
    pga_effect_add_reference(run, &reference);
}

static void
add_check(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;
    g_autoptr(GPtrArray) family =
        pga_effect_family(action->relation, (constraint->is_no_inherit && run->major < 18) ||
                                                (action->range && !action->range->inh));
    const gboolean checked =
        !constraint->skip_validation && !(run->step->newer & PGA_NEWER_NOT_ENFORCED);

    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
    for (guint i = 0; checked && i < (constraint->is_no_inherit ? 1 : family->len); i++)
        pga_effect_scan(run, family->pdata[i]);
}

/* 18: a constraint of its own. Before, and at a new column, the column says it. */
static void
add_not_null(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family = pga_effect_family_of(action);
    g_autoptr(GPtrArray) key = pga_action_key(action);
    const char *name = key->len > 0 ? key->pdata[0] : NULL;

    if (action->of_column)
        return;
    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (action->constraint->skip_validation || (run->step->newer & PGA_NEWER_NOT_NULL_NOT_VALID))
        return;
    for (guint i = 0; name && i < family->len; i++) {
        const PgaStateColumn *column = pga_state_column(family->pdata[i], name);

        if (!(column && column->not_null && column->not_null_valid) &&
            !pga_state_proves_not_null(family->pdata[i], name))
            pga_effect_scan(run, family->pdata[i]);
    }
}

/* Columns of a primary key become NOT NULL, which reads the table unless it is known. */
static void
need_not_null(PgaEffectRun *run, PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; columns && i < columns->len; i++) {
        const char *name = columns->pdata[i];
        const PgaStateColumn *column = name ? pga_state_column(relation, name) : NULL;

        if (column && column->not_null && column->not_null_valid)
            continue;
        if (name && !pga_state_proves_not_null(relation, name))
            pga_effect_scan(run, relation);
    }
}

/* USING INDEX: the index gets the constraint's name. */
static void
add_index_constraint(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;
    const PgaStateIndex *index = pga_state_index(
        run->state, action->relation ? action->relation->nspname : NULL, constraint->indexname);
    const gboolean renames = action->name && strcmp(action->name, constraint->indexname) != 0;

    pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_lock_index(run, index,
                          renames ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_ACCESS_SHARE);
    if (constraint->contype == CONSTR(PRIMARY) && index)
        need_not_null(run, action->relation, index->columns);
}

static gboolean
makes_not_null(const PgaAction *action)
{
    g_autoptr(GPtrArray) key = pga_action_key(action);

    if (action->constraint->contype != CONSTR(PRIMARY))
        return FALSE;
    for (guint i = 0; i < key->len; i++) {
        const PgaStateColumn *column = pga_state_column(action->relation, key->pdata[i]);

        if (!column || !column->not_null)
            return TRUE;
    }
    return FALSE;
}

/* DefineIndex() with the table's lock: partitions are locked as CREATE INDEX does, since 18 as the
 * table is; a primary key locks all where it makes columns NOT NULL. */
static void
add_key(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Constraint *constraint = action->constraint;
    PgaStateRelation *relation = action->relation;
    const gboolean alone = relation && (relation->kind != 'p' || !action->range->inh);
    g_autoptr(GPtrArray) family = pga_effect_family(relation, alone);
    g_autofree char *made = NULL;
    PgaLockMode parts = PGA_LOCK_ACCESS_EXCLUSIVE;

    if (constraint->nulls_not_distinct && run->major < 15)
        run->effect->refused = TRUE;
    if (constraint->indexname && *constraint->indexname) {
        add_index_constraint(run, action);
        return;
    }
    if (!relation)
        return;
    if (run->major < 18 && !makes_not_null(action))
        parts = PGA_LOCK_SHARE;
    pga_effect_lock_all(run, family, parts);
    pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    made = action->name ? g_strdup(action->name)
                        : g_strdup_printf("%s_%s", relation->relname,
                                          constraint->contype == CONSTR(PRIMARY) ? "pkey" : "key");
    for (guint i = 0; i < family->len; i++)
        pga_effect_build(run, family->pdata[i], i == 0 ? made : NULL);
}

void
pga_effect_add_constraint(PgaEffectRun *run, const PgaAction *action)
{
    if (pga_action_is_not_null(action))
        add_not_null(run, action);
    else if (action->constraint->contype == CONSTR(FOREIGN))
        add_foreign_key(run, action);
    else if (action->constraint->contype == CONSTR(CHECK))
        add_check(run, action);
    else
        add_key(run, action);
}

static void
validate_reference(PgaEffectRun *run, const PgaStateConstraint *constraint)
{
    const PgaEffectReference reference = {.referencing = constraint->relation,
                                          .referenced = constraint->referenced};
    g_autoptr(GPtrArray) referenced = sides(constraint->referenced);

    pga_effect_lock_all(run, referenced, PGA_LOCK_ROW_SHARE);
    pga_effect_check_reference(run, &reference);
}

/* (nullable): the foreign key that the same statement adds under that name. */
static const PgQuery__Constraint *
added_key(const PgaAction *action)
{
    const PgQuery__Node *statement = action->statement;

    if (statement->node_case != CASE(ALTER_TABLE_STMT) || !action->name)
        return NULL;
    for (size_t i = 0; i < statement->alter_table_stmt->n_cmds; i++) {
        const PgQuery__Node *def = statement->alter_table_stmt->cmds[i]->alter_table_cmd->def;

        if (def && def->node_case == CASE(CONSTRAINT) &&
            def->constraint->contype == CONSTR(FOREIGN) && def->constraint->pktable &&
            strcmp(def->constraint->conname, action->name) == 0)
            return def->constraint;
    }
    return NULL;
}

/* Children have their own, but for foreign keys of tables that only inherit. */
void
pga_effect_validate(PgaEffectRun *run, const PgaAction *action)
{
    const PgaStateConstraint *constraint =
        action->relation ? pga_state_constraint(action->relation, action->name) : NULL;
    const gboolean is_key = constraint && constraint->type == 'f';
    g_autoptr(GPtrArray) family = pga_effect_family(
        action->relation, is_key && action->relation && action->relation->kind != 'p');

    if (constraint && constraint->valid)
        return;
    if (!constraint && added_key(action)) {
        const PgQuery__RangeVar *range = added_key(action)->pktable;
        const PgaEffectReference reference = {
            .referencing = action->relation,
            .referenced = pga_state_assume(run->state, range->schemaname, range->relname)};

        pga_effect_check_reference(run, &reference);
        return;
    }
    pga_effect_lock_all(run, family, PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    if (is_key)
        validate_reference(run, constraint);
    for (guint i = 0; !is_key && i < family->len; i++)
        pga_effect_scan(run, family->pdata[i]);
}

/* 18 makes triggers anew, and checks the rows, when a key is to be enforced. */
void
pga_effect_alter_constraint(PgaEffectRun *run, const PgaAction *action)
{
    const PgaStateConstraint *constraint =
        action->relation ? pga_state_constraint(action->relation, action->name) : NULL;
    g_autoptr(GPtrArray) family = sides(action->relation);
    PgaEffectReference reference = {.checked = TRUE};

    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (!constraint)
        return;
    if (run->step->newer & PGA_NEWER_ALTER_NOT_ENFORCED)
        pga_effect_lock_relation(run, constraint->referenced, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (!(run->step->newer & PGA_NEWER_ALTER_ENFORCED) || constraint->enforced)
        return;
    reference.referencing = constraint->relation;
    reference.referenced = constraint->referenced;
    pga_effect_add_reference(run, &reference);
}

void
pga_effect_drop_reference(PgaEffectRun *run, const PgaStateConstraint *constraint)
{
    g_autoptr(GPtrArray) referenced = NULL;

    if (constraint->type != 'f')
        return;
    referenced = sides(constraint->referenced);
    pga_effect_lock_all(run, referenced, PGA_LOCK_ACCESS_EXCLUSIVE);
}

/* Indexes of partitions that go with that of their parent. */
static void
drop_attached(PgaEffectRun *run, PgaStateRelation *relation, const PgaStateIndex *index)
{
    g_autoptr(GPtrArray) family = sides(relation);
    g_autoptr(GHashTable) parents = g_hash_table_new(NULL, NULL);

    g_hash_table_add(parents, (gpointer)index);
    for (guint i = 1; index && i < family->len; i++) {
        const PgaStateRelation *part = family->pdata[i];

        for (guint k = 0; k < part->indexes->len; k++) {
            PgaStateIndex *own = part->indexes->pdata[k];

            if (!own->parent || !g_hash_table_contains(parents, own->parent))
                continue;
            g_hash_table_add(parents, own);
            pga_effect_lock_index(run, own, PGA_LOCK_ACCESS_EXCLUSIVE);
        }
    }
}

/* What keys reference goes with CASCADE. */
static void
drop_key(PgaEffectRun *run, PgaStateRelation *relation, const PgaStateConstraint *constraint)
{
    const PgaStateIndex *index =
        constraint->index ? pga_state_index(run->state, relation->nspname, constraint->index)
                          : NULL;

    pga_effect_lock_index(run, index, PGA_LOCK_ACCESS_EXCLUSIVE);
    drop_attached(run, relation, index);
    for (guint i = 0; i < relation->referenced_by->len; i++) {
        const PgaStateConstraint *key = relation->referenced_by->pdata[i];

        if (key->referenced_columns->len == 0
                ? constraint->type == 'p'
                : key->referenced_columns->len == constraint->columns->len)
            pga_effect_lock_relation(run, key->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
}

void
pga_effect_drop_constraint(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family = pga_effect_family_of(action);

    for (guint i = 0; i < family->len; i++) {
        PgaStateRelation *relation = family->pdata[i];
        const PgaStateConstraint *constraint = pga_state_constraint(relation, action->name);

        if (i > 0 && !constraint && relation->kind != 'p' && !relation->is_partition)
            continue;
        pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
        if (!constraint)
            continue;
        pga_effect_drop_reference(run, constraint);
        if (constraint->type == 'p' || constraint->type == 'u' || constraint->type == 'x')
            drop_key(run, relation, constraint);
    }
}
