/* Foreign keys that a file adds. */
#include "lint_keys_internal.h"

static void
key_free(gpointer data)
{
    PgaLintKey *key = data;

    pga_place_free(key->place);
    g_free(key->nspname);
    g_free(key->relname);
    g_free(key->object);
    g_ptr_array_unref(key->columns);
    g_free(key);
}

gboolean
pga_lint_adds_key(const PgaAction *action)
{
    return action->kind == PGA_ACTION_ADD_CONSTRAINT && action->constraint && action->range &&
           action->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
}

void
pga_lint_remember_key(PgaLintRun *run, const PgaAction *action, const GPtrArray *columns)
{
    PgaLintKey *key = g_new0(PgaLintKey, 1);

    key->place = pga_place_new(run->step, action->location);
    key->nspname = g_strdup(action->range->schemaname);
    key->relname = g_strdup(action->range->relname);
    key->object = pga_lint_object(action);
    key->columns = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(columns, i)));
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(key_free);
    g_ptr_array_add(run->memory, key);
}

GPtrArray *
pga_lint_take_keys(PgaLintRun *run)
{
    return run->memory ? g_steal_pointer(&run->memory) : g_ptr_array_new();
}
