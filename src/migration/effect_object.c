/* Names, triggers, policies, privileges, comments, sequences: statements that lock without looking
 * at rows. Source: RenameRelation(), renameatt(), AlterTableNamespace(), ExecuteTruncate() in
 * src/backend/commands/tablecmds.c, LockTableCommand() in lockcmds.c, CreateTriggerFiringOn() in
 * trigger.c, get_object_address() in src/backend/catalog/objectaddress.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name)   PG_QUERY__NODE__NODE_##name
#define OBJECT(name) PG_QUERY__OBJECT_TYPE__OBJECT_##name

static void
rename_index(PgaEffectRun *run, const PgaAction *action, const PgaStateIndex *index)
{
    /* ALTER TABLE on an index does not know beforehand that it is one */
    pga_effect_lock_index(run, index,
                          action->object == OBJECT(INDEX) ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE
                                                          : PGA_LOCK_ACCESS_EXCLUSIVE);
}

static void
rename_constraint(PgaEffectRun *run, const PgaAction *action)
{
    const PgaStateConstraint *constraint =
        action->relation ? pga_state_constraint(action->relation, action->name) : NULL;
    g_autoptr(GPtrArray) family = NULL;

    if (!constraint)
        return;
    if (constraint->index)
        pga_effect_lock_index(
            run, pga_state_index(run->state, action->relation->nspname, constraint->index),
            PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
    if (constraint->type != 'c' || constraint->no_inherit)
        return;
    family = pga_effect_family_of(action);
    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
}

static void
rename_object(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__RangeVar *range = action->range;
    const PgaStateIndex *index =
        range && action->object != OBJECT(COLUMN)
            ? pga_state_index(run->state, range->schemaname, range->relname)
            : NULL;
    g_autoptr(GPtrArray) family = NULL;

    if (index && action->object != OBJECT(TRIGGER)) {
        rename_index(run, action, index);
        return;
    }
    pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    if (action->object == OBJECT(TABCONSTRAINT))
        rename_constraint(run, action);
    if (action->object != OBJECT(COLUMN) &&
        !(action->object == OBJECT(TRIGGER) && run->major >= 15 && action->relation &&
          action->relation->kind == 'p'))
        return;
    family = pga_effect_family_of(action);
    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
}

/* Sequences of its columns. */
static void
lock_sequences(PgaEffectRun *run, const PgaStateRelation *relation, PgaLockMode mode)
{
    for (guint i = 0; relation && i < relation->columns->len; i++) {
        const PgaStateColumn *column = relation->columns->pdata[i];
        g_autofree char *name = NULL;
        PgaStateRelation *sequence;

        if (!column->serial && !column->identity)
            continue;
        name = g_strdup_printf("%s_%s_seq", relation->relname, column->name);
        sequence = pga_state_relation(run->state, relation->nspname, name);
        if (sequence && sequence->owner == relation)
            pga_effect_lock_relation(run, sequence, mode);
    }
}

static void
set_schema(PgaEffectRun *run, const PgaAction *action)
{
    pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    lock_sequences(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
}

/* With CASCADE, the tables that reference it and those that reference them. */
static void
truncate_table(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__TruncateStmt *statement = action->statement->truncate_stmt;
    const gboolean cascade = statement->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
    g_autoptr(GPtrArray) all = pga_effect_family_of(action);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < all->len; i++)
        g_hash_table_add(seen, all->pdata[i]);
    for (guint i = 0; i < all->len; i++) {
        PgaStateRelation *relation = all->pdata[i];

        pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
        if (relation->kind != 'p')
            pga_effect_lock_indexes(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
        if (statement->restart_seqs)
            lock_sequences(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
        for (guint k = 0; cascade && k < relation->referenced_by->len; k++) {
            const PgaStateConstraint *key = relation->referenced_by->pdata[k];

            if (key->relation && g_hash_table_add(seen, key->relation))
                g_ptr_array_add(all, key->relation);
        }
    }
}

/* Modes of the grammar are numbered as ours. A view's tables are locked as well. */
static void
lock_table(PgaEffectRun *run, const PgaAction *action)
{
    const PgaLockMode mode = (PgaLockMode)CLAMP(action->statement->lock_stmt->mode, PGA_LOCK_NONE,
                                                PGA_LOCK_ACCESS_EXCLUSIVE);
    g_autoptr(GPtrArray) family = pga_effect_family_of(action);

    pga_effect_lock_all(run, family, mode);
    for (guint i = 0; action->relation && action->relation->kind == 'v' &&
                      action->relation->reads && i < action->relation->reads->len;
         i++)
        pga_effect_lock_relation(run, action->relation->reads->pdata[i], mode);
}

static void
create_trigger(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__CreateTrigStmt *trigger =
        action->object == OBJECT(TRIGGER) ? action->statement->create_trig_stmt : NULL;
    g_autoptr(GPtrArray) family =
        pga_effect_family(action->relation, !trigger || !trigger->row || !action->relation ||
                                                action->relation->kind != 'p');

    pga_effect_lock_all(run, family,
                        trigger ? PGA_LOCK_SHARE_ROW_EXCLUSIVE : PGA_LOCK_ACCESS_EXCLUSIVE);
    if (trigger && trigger->constrrel)
        pga_effect_lock_relation(run,
                                 pga_state_assume(run->state, trigger->constrrel->schemaname,
                                                  trigger->constrrel->relname),
                                 PGA_LOCK_ACCESS_SHARE);
}

/* Since 18 privileges are changed with the table locked: objectNamesToOids(). */
static void
grant(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__GrantStmt *statement = action->statement->grant_stmt;

    if (run->major >= 18 && statement->targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_OBJECT)
        pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_SHARE);
}

void
pga_effect_object(PgaEffectRun *run, const PgaAction *action)
{
    switch ((int)action->kind) {
    case PGA_ACTION_RENAME:
        rename_object(run, action);
        break;
    case PGA_ACTION_SET_SCHEMA:
        set_schema(run, action);
        break;
    case PGA_ACTION_TRUNCATE:
        truncate_table(run, action);
        break;
    case PGA_ACTION_LOCK:
        lock_table(run, action);
        break;
    case PGA_ACTION_CREATE_TRIGGER:
        create_trigger(run, action);
        break;
    default:
        grant(run, action);
        break;
    }
}

/* AlterDomainAddConstraint(), AlterDomainValidateConstraint(), AlterDomainNotNull(): every table
 * with a column of the domain is locked and read (get_rels_with_domain()). */
void
pga_effect_domain(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__AlterDomainStmt *statement = action->statement->alter_domain_stmt;
    const char what = statement->subtype[0];
    const gboolean added = what == 'C' && statement->def &&
                           statement->def->node_case == CASE(CONSTRAINT) &&
                           !statement->def->constraint->skip_validation;
    g_autoptr(GPtrArray) all = pga_effect_relations(run);

    if (!added && what != 'V' && what != 'O')
        return;
    for (guint r = 0; r < all->len; r++) {
        PgaStateRelation *relation = all->pdata[r];
        gboolean uses = FALSE;

        for (guint i = 0; i < relation->columns->len && strchr("rmp", relation->kind); i++)
            uses = uses || g_strcmp0(((PgaStateColumn *)relation->columns->pdata[i])->domain,
                                     action->name) == 0;
        if (!uses)
            continue;
        pga_effect_lock_relation(run, relation, PGA_LOCK_SHARE);
        pga_effect_scan(run, relation);
    }
}
