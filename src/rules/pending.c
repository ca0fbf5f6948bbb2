/* Findings that wait for the end of their file. */
#include "pending_internal.h"

#include "lint_internal.h"

typedef struct {
    PgaPlace *place;
    char *object, *key, *evidence;
} Pending;

static void
pending_free(gpointer data)
{
    Pending *pending = data;

    pga_place_free(pending->place);
    g_free(pending->object);
    g_free(pending->key);
    g_free(pending->evidence);
    g_free(pending);
}

void
pga_lint_pend(PgaLintRun *run, const PgaAction *action, const char *key, const char *evidence)
{
    Pending *pending = g_new0(Pending, 1);

    pending->place = pga_place_new(run->step, action->location);
    pending->object = pga_lint_object(action);
    pending->key = g_strdup(key);
    pending->evidence = g_strdup(evidence);
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(pending_free);
    g_ptr_array_add(run->memory, pending);
}

void
pga_lint_settle(PgaLintRun *run, const char *key)
{
    GPtrArray *all = run->memory;

    for (guint i = all ? all->len : 0; i-- > 0;) {
        const Pending *pending = g_ptr_array_index(all, i);

        if (g_str_equal(pending->key, key))
            g_ptr_array_remove_index(all, i);
    }
}

void
pga_lint_report_pending(PgaLintRun *run)
{
    GPtrArray *all = run->memory;

    for (guint i = 0; all && i < all->len; i++) {
        const Pending *pending = g_ptr_array_index(all, i);

        pga_lint_report_at(run, pending->place, pending->object ? pending->object : pending->key,
                           "%s", pending->evidence);
    }
    if (all)
        g_ptr_array_set_size(all, 0);
}

void
pga_lint_forget_pending(gpointer memory)
{
    g_ptr_array_unref(memory);
}
