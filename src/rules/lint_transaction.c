/* The transaction that statements of a migration run in: what ran, what it holds locked. */
#include "lint_internal.h"

#include <string.h>

static void
held_clear(gpointer data)
{
    PgaHeldLock *held = data;

    g_free(held->lock.relation);
}

void
pga_lint_follower_init(PgaLintFollower *follower)
{
    memset(follower, 0, sizeof *follower);
    follower->now.held = g_array_new(FALSE, FALSE, sizeof(PgaHeldLock));
    g_array_set_clear_func(follower->now.held, held_clear);
}

void
pga_lint_follower_clear(PgaLintFollower *follower)
{
    g_array_unref(follower->now.held);
}

void
pga_lint_follower_begin_file(PgaLintFollower *follower)
{
    follower->known = FALSE;
}

static gboolean
has_kind(const GArray *actions, PgaActionKind kind)
{
    for (guint i = 0; i < actions->len; i++)
        if (g_array_index(actions, PgaAction, i).kind == kind)
            return TRUE;
    return FALSE;
}

void
pga_lint_follower_before(PgaLintFollower *follower, const PgaStep *step)
{
    if (!follower->known || step->transaction != follower->number) {
        follower->now.n_statements = 0;
        follower->now.first_line = step->line;
        follower->now.by_tool = step->in_tools_block;
        g_array_set_size(follower->now.held, 0);
        follower->known = TRUE;
        follower->number = step->transaction;
    }
    follower->now.in_block = step->in_block;
}

static void
hold(GArray *held, const PgaLock *lock, const PgaStep *step)
{
    PgaHeldLock entry = {.lock = *lock, .line = step->line, .column = step->column};

    for (guint i = 0; i < held->len; i++) {
        PgaHeldLock *other = &g_array_index(held, PgaHeldLock, i);

        if (!g_str_equal(other->lock.relation, lock->relation))
            continue;
        if (lock->mode > other->lock.mode) {
            other->lock.mode = lock->mode;
            other->line = step->line;
            other->column = step->column;
        }
        return;
    }
    entry.lock.relation = g_strdup(lock->relation);
    g_array_append_val(held, entry);
}

/* Relations may be gone after a DROP or a ROLLBACK: what is held on them is known by name alone. */
static void
forget_dropped(GArray *held, const PgaState *state)
{
    g_autoptr(GHashTable) present = g_hash_table_new(NULL, NULL);
    GHashTableIter each;
    gpointer relation;

    g_hash_table_iter_init(&each, state->relations);
    while (g_hash_table_iter_next(&each, NULL, &relation))
        g_hash_table_add(present, relation);
    for (guint i = 0; i < held->len; i++) {
        PgaHeldLock *entry = &g_array_index(held, PgaHeldLock, i);

        if (entry->lock.of && !g_hash_table_contains(present, entry->lock.of))
            entry->lock.of = NULL;
    }
}

void
pga_lint_follower_after(PgaLintFollower *follower, const PgaState *state, const PgaStep *step,
                        const GArray *actions, const PgaEffect *effect)
{
    gboolean of_transaction = has_kind(actions, PGA_ACTION_TRANSACTION);

    if (step->depth == 0 && !of_transaction && !has_kind(actions, PGA_ACTION_SET))
        follower->now.n_statements++;
    if (!step->in_block)
        return;
    for (guint i = 0; effect && i < effect->locks->len; i++)
        hold(follower->now.held, &g_array_index(effect->locks, PgaLock, i), step);
    if (follower->now.held->len > 0 && (of_transaction || has_kind(actions, PGA_ACTION_DROP)))
        forget_dropped(follower->now.held, state);
}
