/* What a statement locks, rewrites and reads, gathered from its actions. */
#include "effect_internal.h"

#include <string.h>

enum { SCANNED = 1, REWRITTEN, REBUILT };

static void
clear_lock(gpointer data)
{
    g_free(((PgaLock *)data)->relation);
}

static PgaEffect *
effect_new(void)
{
    PgaEffect *effect = g_new0(PgaEffect, 1);

    effect->locks = g_array_new(FALSE, FALSE, sizeof(PgaLock));
    g_array_set_clear_func(effect->locks, clear_lock);
    effect->rewritten = g_ptr_array_new_with_free_func(g_free);
    effect->scanned = g_ptr_array_new_with_free_func(g_free);
    effect->rebuilt = g_ptr_array_new_with_free_func(g_free);
    effect->built = g_ptr_array_new_with_free_func(g_free);
    effect->known = TRUE;
    return effect;
}

void
pga_effect_free(PgaEffect *effect)
{
    if (!effect)
        return;
    g_array_unref(effect->locks);
    g_ptr_array_unref(effect->rewritten);
    g_ptr_array_unref(effect->scanned);
    g_ptr_array_unref(effect->rebuilt);
    g_ptr_array_unref(effect->built);
    g_free(effect);
}

gboolean
pga_effect_is_own(const PgaEffectRun *run, const PgaStateRelation *relation)
{
    return relation->created_in > 0 && relation->created_in == run->state->migration &&
           relation->created_transaction == run->step->transaction;
}

/* The lock of @key, made with @name (transfer full) when new. */
static void
lock_key(PgaEffectRun *run, gconstpointer key, char *name, PgaStateRelation *of, PgaLockMode mode)
{
    gsize place = (gsize)g_hash_table_lookup(run->places, key);
    PgaLock lock = {.relation = name, .of = of, .mode = mode};

    if (place) {
        PgaLock *present = &g_array_index(run->effect->locks, PgaLock, place - 1);

        present->mode = MAX(present->mode, mode);
        g_free(name);
        return;
    }
    g_array_append_val(run->effect->locks, lock);
    g_hash_table_insert(run->places, (gpointer)key, (gpointer)(gsize)run->effect->locks->len);
}

void
pga_effect_lock_relation(PgaEffectRun *run, PgaStateRelation *relation, PgaLockMode mode)
{
    if (relation && mode != PGA_LOCK_NONE && !pga_effect_is_own(run, relation))
        lock_key(run, relation, pga_state_relation_name(relation), relation, mode);
}

static gboolean
index_is_own(const PgaEffectRun *run, const PgaStateIndex *index)
{
    return pga_effect_is_own(run, index->relation) ||
           (index->added_in > 0 && index->added_in == run->state->migration &&
            index->added_transaction == run->step->transaction);
}

void
pga_effect_lock_index(PgaEffectRun *run, const PgaStateIndex *index, PgaLockMode mode)
{
    guint before = run->effect->locks->len;

    if (!index || index_is_own(run, index) ||
        (index->relation == run->changed && pga_effect_index_uses(index, run->changed_column)))
        return;
    lock_key(run, index, g_strdup(index->name), index->relation, mode);
    if (run->effect->locks->len > before)
        g_array_index(run->effect->locks, PgaLock, before).is_index = TRUE;
}

void
pga_effect_lock_indexes(PgaEffectRun *run, PgaStateRelation *relation, PgaLockMode mode)
{
    for (guint i = 0; relation && i < relation->indexes->len; i++)
        pga_effect_lock_index(run, relation->indexes->pdata[i], mode);
}

void
pga_effect_lock_name(PgaEffectRun *run, const char *nspname, const char *name, PgaLockMode mode)
{
    PgaStateRelation *relation = pga_state_relation(run->state, nspname, name);
    const PgaStateRelation named = {.nspname = (char *)(nspname ? nspname : "public"),
                                    .relname = (char *)name};

    if (relation)
        pga_effect_lock_relation(run, relation, mode);
    else if (name)
        lock_key(run, name, pga_state_relation_name(&named), NULL, mode);
}

void
pga_effect_lock_sequence(PgaEffectRun *run, const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", 2);

    for (guint i = 0; parts[i]; i++) {
        const gsize length = strlen(parts[i]);

        if (length >= 2 && parts[i][0] == '"') {
            memmove(parts[i], parts[i] + 1, length - 2);
            parts[i][length - 2] = '\0';
        }
    }
    if (parts[0])
        pga_effect_lock_relation(run,
                                 pga_state_relation(run->state, parts[1] ? parts[0] : NULL,
                                                    parts[1] ? parts[1] : parts[0]),
                                 PGA_LOCK_ROW_EXCLUSIVE);
}

GPtrArray *
pga_effect_family(PgaStateRelation *relation, gboolean only)
{
    GPtrArray *all = g_ptr_array_new();

    if (relation)
        g_ptr_array_add(all, relation);
    for (guint i = 0; !only && i < all->len; i++) {
        const PgaStateRelation *parent = all->pdata[i];

        for (guint k = 0; parent->children && k < parent->children->len; k++)
            g_ptr_array_add(all, parent->children->pdata[k]);
    }
    return all;
}

GPtrArray *
pga_effect_family_of(const PgaAction *action)
{
    return pga_effect_family(action->relation, action->range && !action->range->inh);
}

static int
compare_relations(gconstpointer one, gconstpointer other)
{
    const PgaStateRelation *a = *(const PgaStateRelation *const *)one;
    const PgaStateRelation *b = *(const PgaStateRelation *const *)other;
    const int schemas = g_strcmp0(a->nspname, b->nspname);

    return schemas != 0 ? schemas : g_strcmp0(a->relname, b->relname);
}

GPtrArray *
pga_effect_relations(const PgaEffectRun *run)
{
    GPtrArray *all = g_ptr_array_sized_new(g_hash_table_size(run->state->relations));
    GHashTableIter iterator;
    gpointer value;

    g_hash_table_iter_init(&iterator, run->state->relations);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        g_ptr_array_add(all, value);
    g_ptr_array_sort(all, compare_relations);
    return all;
}

void
pga_effect_lock_all(PgaEffectRun *run, const GPtrArray *relations, PgaLockMode mode)
{
    for (guint i = 0; i < relations->len; i++)
        pga_effect_lock_relation(run, relations->pdata[i], mode);
}

/* Once for each: relations and indexes are aligned, so that the bytes behind their first are free
 * to mark them. */
static gboolean
is_first(PgaEffectRun *run, gconstpointer of, gsize what)
{
    return g_hash_table_insert(run->places, (char *)of + what, GSIZE_TO_POINTER(1));
}

void
pga_effect_scan(PgaEffectRun *run, const PgaStateRelation *relation)
{
    if (relation && relation->kind != 'p' && relation->kind != 'f' &&
        !pga_effect_is_own(run, relation) && is_first(run, relation, SCANNED))
        g_ptr_array_add(run->effect->scanned, pga_state_relation_name(relation));
}

void
pga_effect_plan(PgaEffectRun *run, PgaStateRelation *relation, PgaLockMode mode)
{
    pga_effect_lock_relation(run, relation, mode);
    if (relation && (relation->kind != 'p' || run->major >= 16)) /* get_relation_info() */
        pga_effect_lock_indexes(run, relation, mode);
}

void
pga_effect_rebuild(PgaEffectRun *run, const PgaStateIndex *index)
{
    if (!index_is_own(run, index) && is_first(run, index, REBUILT))
        g_ptr_array_add(run->effect->rebuilt, g_strdup(index->name));
}

void
pga_effect_build(PgaEffectRun *run, PgaStateRelation *relation, const char *name)
{
    pga_effect_scan(run, relation);
    if (name && relation && !pga_effect_is_own(run, relation))
        g_ptr_array_add(run->effect->built, g_strdup(name));
}

void
pga_effect_rewrite(PgaEffectRun *run, PgaStateRelation *relation)
{
    if (!relation || relation->kind == 'p' || relation->kind == 'f' ||
        pga_effect_is_own(run, relation))
        return;
    if (is_first(run, relation, REWRITTEN))
        g_ptr_array_add(run->effect->rewritten, pga_state_relation_name(relation));
    pga_effect_scan(run, relation);
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = relation->indexes->pdata[i];

        pga_effect_rebuild(run, index);
        pga_effect_lock_index(run, index, PGA_LOCK_ACCESS_EXCLUSIVE);
    }
}

gboolean
pga_effect_names_column(const GPtrArray *columns, const char *column)
{
    for (guint i = 0; columns && column && i < columns->len; i++)
        if (g_strcmp0(columns->pdata[i], column) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_word_byte(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

gboolean
pga_effect_mentions(const char *sql, const char *identifier)
{
    const gsize length = strlen(identifier);

    for (const char *at = sql; at && (at = strstr(at, identifier)); at += length)
        if ((at == sql || !is_word_byte(at[-1])) && !is_word_byte(at[length]))
            return TRUE;
    return FALSE;
}

gboolean
pga_effect_index_uses(const PgaStateIndex *index, const char *column)
{
    if (pga_effect_names_column(index->columns, column) ||
        pga_effect_names_column(index->included, column))
        return TRUE;
    if (pga_effect_mentions(index->predicate, column))
        return TRUE;
    for (guint i = 0; index->columns && i < index->columns->len; i++)
        if (!index->columns->pdata[i] && index->keys && i < index->keys->len &&
            pga_effect_mentions(index->keys->pdata[i], column))
            return TRUE;
    return FALSE;
}

/** Who tells of which actions. */
static const PgaEffectHandler handlers[] = {
    [PGA_ACTION_OTHER] = pga_effect_other,
    [PGA_ACTION_CREATE_TABLE] = pga_effect_create_table,
    [PGA_ACTION_ADD_COLUMN] = pga_effect_alter,
    [PGA_ACTION_ADD_CONSTRAINT] = pga_effect_alter,
    [PGA_ACTION_DROP_COLUMN] = pga_effect_alter,
    [PGA_ACTION_ALTER_TYPE] = pga_effect_alter,
    [PGA_ACTION_SET_NOT_NULL] = pga_effect_alter,
    [PGA_ACTION_DROP_NOT_NULL] = pga_effect_alter,
    [PGA_ACTION_SET_DEFAULT] = pga_effect_alter,
    [PGA_ACTION_DROP_DEFAULT] = pga_effect_alter,
    [PGA_ACTION_SET_EXPRESSION] = pga_effect_alter,
    [PGA_ACTION_ADD_IDENTITY] = pga_effect_alter,
    [PGA_ACTION_VALIDATE_CONSTRAINT] = pga_effect_alter,
    [PGA_ACTION_ALTER_CONSTRAINT] = pga_effect_alter,
    [PGA_ACTION_DROP_CONSTRAINT] = pga_effect_alter,
    [PGA_ACTION_ATTACH_PARTITION] = pga_effect_alter,
    [PGA_ACTION_DETACH_PARTITION] = pga_effect_alter,
    [PGA_ACTION_SET_LOGGED] = pga_effect_alter,
    [PGA_ACTION_SET_TABLESPACE] = pga_effect_alter,
    [PGA_ACTION_SET_ACCESS_METHOD] = pga_effect_alter,
    [PGA_ACTION_TRIGGERS] = pga_effect_alter,
    [PGA_ACTION_ROW_SECURITY] = pga_effect_alter,
    [PGA_ACTION_ALTER_OTHER] = pga_effect_alter,
    [PGA_ACTION_CREATE_INDEX] = pga_effect_index,
    [PGA_ACTION_DROP] = pga_effect_drop,
    [PGA_ACTION_RENAME] = pga_effect_object,
    [PGA_ACTION_SET_SCHEMA] = pga_effect_object,
    [PGA_ACTION_REINDEX] = pga_effect_index,
    [PGA_ACTION_TRUNCATE] = pga_effect_object,
    [PGA_ACTION_CLUSTER] = pga_effect_index,
    [PGA_ACTION_VACUUM] = pga_effect_index,
    [PGA_ACTION_REFRESH] = pga_effect_query,
    [PGA_ACTION_LOCK] = pga_effect_object,
    [PGA_ACTION_CREATE_TYPE] = NULL,
    [PGA_ACTION_ALTER_ENUM] = NULL,
    [PGA_ACTION_ALTER_DOMAIN] = pga_effect_domain,
    [PGA_ACTION_CREATE_TRIGGER] = pga_effect_object,
    [PGA_ACTION_CREATE_VIEW] = pga_effect_query,
    [PGA_ACTION_CREATE_FUNCTION] = pga_effect_function,
    [PGA_ACTION_CREATE_EXTENSION] = NULL,
    [PGA_ACTION_GRANT] = pga_effect_object,
    [PGA_ACTION_INSERT] = pga_effect_query,
    [PGA_ACTION_UPDATE] = pga_effect_query,
    [PGA_ACTION_DELETE] = pga_effect_query,
    [PGA_ACTION_MERGE] = pga_effect_query,
    [PGA_ACTION_COPY] = pga_effect_query,
    [PGA_ACTION_SELECT] = pga_effect_query,
    [PGA_ACTION_TRANSACTION] = NULL,
    [PGA_ACTION_SET] = NULL,
};

/** Syntax that older servers refuse. */
static const struct {
    guint newer, since;
} syntax[] = {
    {PGA_NEWER_SET_EXPRESSION | PGA_NEWER_MERGE_RETURNING, 17},
    {PGA_NEWER_NOT_ENFORCED | PGA_NEWER_ALTER_ENFORCED | PGA_NEWER_ALTER_NOT_ENFORCED |
         PGA_NEWER_ALTER_INHERIT | PGA_NEWER_VIRTUAL | PGA_NEWER_NAMED_NOT_NULL |
         PGA_NEWER_NOT_NULL_NOT_VALID | PGA_NEWER_WITHOUT_OVERLAPS | PGA_NEWER_PERIOD,
     18},
};

static PgaEffectRun
begin(PgaState *state, const PgaStep *step)
{
    PgaEffectRun run = {.state = state, .step = step, .major = state->version / 10000};

    run.effect = effect_new();
    run.places = g_hash_table_new(NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(syntax); i++)
        if ((step->newer & syntax[i].newer) && run.major < syntax[i].since)
            run.effect->refused = TRUE;
    return run;
}

static PgaEffect *
end(PgaEffectRun *run)
{
    g_hash_table_unref(run->places);
    return run->effect;
}

static void
tell(PgaEffectRun *run, const PgaAction *action)
{
    if (handlers[action->kind])
        handlers[action->kind](run, action);
}

PgaEffect *
pga_effect_of(PgaState *state, const PgaStep *step)
{
    PgaEffectRun run = begin(state, step);
    g_autoptr(GArray) actions = g_array_new(FALSE, FALSE, sizeof(PgaAction));

    pga_actions_of(state, step, actions);
    run.effect->known = step->kind == PGA_STEP_META || actions->len > 0;
    for (guint i = 0; i < actions->len; i++)
        tell(&run, &g_array_index(actions, PgaAction, i));
    return end(&run);
}

PgaEffect *
pga_effect_of_action(PgaState *state, const PgaAction *action)
{
    PgaEffectRun run = begin(state, action->step);

    tell(&run, action);
    return end(&run);
}

PgaLockMode
pga_effect_lock(const PgaEffect *effect, const PgaStateRelation *relation)
{
    PgaLockMode mode = PGA_LOCK_NONE;

    for (guint i = 0; relation && i < effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (lock->of == relation && !lock->is_index)
            mode = MAX(mode, lock->mode);
    }
    return mode;
}

PgaLockMode
pga_effect_strongest(const PgaEffect *effect)
{
    PgaLockMode mode = PGA_LOCK_NONE;

    for (guint i = 0; i < effect->locks->len; i++)
        mode = MAX(mode, g_array_index(effect->locks, PgaLock, i).mode);
    return mode;
}
