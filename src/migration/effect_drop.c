/* DROP: what goes, what goes with it, and the other sides of foreign keys. Source:
 * RemoveRelations() and RangeVarCallbackForDropRelation() in src/backend/commands/tablecmds.c,
 * heap_drop_with_catalog() and index_drop() in src/backend/catalog. */
#include "effect_internal.h"

#include <string.h>

#define OBJECT(name) PG_QUERY__OBJECT_TYPE__OBJECT_##name

/** Relations that go, each once. */
typedef struct {
    GPtrArray *relations;
    GHashTable *seen;
} Going;

static void
add_going(Going *going, PgaStateRelation *relation)
{
    if (relation && g_hash_table_add(going->seen, relation))
        g_ptr_array_add(going->relations, relation);
}

/* The parent of a partition that goes, and the default partition, whose constraint changes. */
static void
leave_parent(PgaEffectRun *run, const PgaStateRelation *relation)
{
    PgaStateRelation *parent = relation->parent;

    if (!parent || !relation->is_partition)
        return;
    pga_effect_lock_relation(run, parent, PGA_LOCK_ACCESS_EXCLUSIVE);
    for (guint i = 0; i < parent->children->len; i++) {
        PgaStateRelation *sibling = parent->children->pdata[i];

        if (sibling->is_default)
            pga_effect_lock_relation(run, sibling, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
}

static void
drop_relation(PgaEffectRun *run, PgaStateRelation *relation, gboolean cascade, Going *going)
{
    pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_lock_indexes(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    leave_parent(run, relation);
    for (guint i = 0; i < relation->constraints->len; i++)
        pga_effect_drop_reference(run, relation->constraints->pdata[i]);
    for (guint i = 0; i < relation->children->len; i++)
        add_going(going, relation->children->pdata[i]);
    if (!cascade)
        return;
    for (guint i = 0; i < relation->referenced_by->len; i++)
        pga_effect_lock_relation(
            run, ((const PgaStateConstraint *)relation->referenced_by->pdata[i])->relation,
            PGA_LOCK_ACCESS_EXCLUSIVE);
    for (guint i = 0; relation->dependents && i < relation->dependents->len; i++)
        add_going(going, relation->dependents->pdata[i]);
}

static void
drop_all(PgaEffectRun *run, Going *going, gboolean cascade)
{
    for (guint i = 0; i < going->relations->len; i++)
        drop_relation(run, going->relations->pdata[i], cascade, going);
    g_ptr_array_unref(going->relations);
    g_hash_table_unref(going->seen);
}

static Going
going_new(void)
{
    Going going = {g_ptr_array_new(), g_hash_table_new(NULL, NULL)};

    return going;
}

/* Sequences of its columns. */
static void
add_sequences(const PgaEffectRun *run, const PgaStateRelation *relation, Going *going)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgaStateColumn *column = relation->columns->pdata[i];
        g_autofree char *name = NULL;
        PgaStateRelation *sequence;

        if (!column->serial && !column->identity)
            continue;
        name = g_strdup_printf("%s_%s_seq", relation->relname, column->name);
        sequence = pga_state_relation(run->state, relation->nspname, name);
        if (sequence && sequence->owner == relation)
            add_going(going, sequence);
    }
}

static void
drop_table(PgaEffectRun *run, const PgaAction *action, gboolean cascade)
{
    Going going = going_new();

    add_going(&going, action->relation);
    if (action->relation)
        add_sequences(run, action->relation, &going);
    drop_all(run, &going, cascade);
}

static void
drop_schema(PgaEffectRun *run, const PgaAction *action)
{
    Going going = going_new();
    g_autoptr(GPtrArray) all = pga_effect_relations(run);

    for (guint r = 0; r < all->len; r++)
        if (g_strcmp0(((PgaStateRelation *)all->pdata[r])->nspname, action->name) == 0)
            add_going(&going, all->pdata[r]);
    drop_all(run, &going, TRUE);
}

static void
drop_index(PgaEffectRun *run, const PgaAction *action, gboolean concurrently)
{
    const PgaStateIndex *index = pga_state_index(run->state, action->nspname, action->name);
    const PgaLockMode mode =
        concurrently ? PGA_LOCK_SHARE_UPDATE_EXCLUSIVE : PGA_LOCK_ACCESS_EXCLUSIVE;
    g_autoptr(GPtrArray) family = NULL;

    if (concurrently)
        run->effect->outside_block = TRUE;
    if (!index)
        return;
    pga_effect_lock_relation(run, index->relation, mode);
    pga_effect_lock_index(run, index, mode);
    if (index->relation->kind != 'p')
        return;
    run->effect->refused = run->effect->refused || concurrently;
    family = pga_effect_family(index->relation, FALSE);
    for (guint i = 1; i < family->len; i++) {
        PgaStateRelation *part = family->pdata[i];

        pga_effect_lock_relation(run, part, mode);
        for (guint k = 0; k < part->indexes->len; k++) {
            const PgaStateIndex *own = part->indexes->pdata[k];

            if (own->parent == index)
                pga_effect_lock_index(run, own, mode);
        }
    }
}

/* Columns of the type go, and their tables are locked for that. */
static void
drop_type(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) all = pga_effect_relations(run);

    for (guint r = 0; r < all->len; r++) {
        PgaStateRelation *relation = all->pdata[r];

        for (guint i = 0; i < relation->columns->len; i++) {
            const PgaStateColumn *column = relation->columns->pdata[i];

            if (g_strcmp0(column->typname, action->name) == 0 ||
                g_strcmp0(column->domain, action->name) == 0)
                pga_effect_lock_relation(run, relation, PGA_LOCK_ACCESS_EXCLUSIVE);
        }
    }
}

static void
drop_trigger(PgaEffectRun *run, const PgaAction *action)
{
    g_autoptr(GPtrArray) family =
        pga_effect_family(action->relation, action->object != OBJECT(TRIGGER) ||
                                                !action->relation || action->relation->kind != 'p');

    pga_effect_lock_all(run, family, PGA_LOCK_ACCESS_EXCLUSIVE);
}

void
pga_effect_drop(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__DropStmt *drop = action->statement->drop_stmt;
    const gboolean cascade = drop->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;

    switch ((int)action->object) {
    case OBJECT(TABLE):
    case OBJECT(FOREIGN_TABLE):
    case OBJECT(VIEW):
    case OBJECT(MATVIEW):
    case OBJECT(SEQUENCE):
        drop_table(run, action, cascade);
        break;
    case OBJECT(INDEX):
        drop_index(run, action, drop->concurrent);
        break;
    case OBJECT(TRIGGER):
    case OBJECT(RULE):
    case OBJECT(POLICY):
        drop_trigger(run, action);
        break;
    case OBJECT(SCHEMA):
        if (cascade)
            drop_schema(run, action);
        break;
    case OBJECT(TYPE):
    case OBJECT(DOMAIN):
        if (cascade)
            drop_type(run, action);
        break;
    case OBJECT(STATISTIC_EXT):
        if (run->state->statistics)
            pga_effect_lock_relation(run, g_hash_table_lookup(run->state->statistics, action->name),
                                     PGA_LOCK_SHARE_UPDATE_EXCLUSIVE);
        break;
    default:
        break;
    }
}
