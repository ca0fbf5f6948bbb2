/* Functions that are called inside of a transaction only, or by tasks only. */
#include <string.h>

#include "code_internal.h"

#define CALLED_ATOMIC 1U
#define CALLED_PLAIN  2U
#define CALLED_TASK   4U /* by a task */
#define CALLED_OTHER  8U /* by what is none */

/* @contextmanager def traced(): with transaction.atomic(): yield */
static gboolean
gives_way_inside(const DjangoFunction *function)
{
    const char *text = function->module->file->text + function->start;
    const gssize length = (gssize)function->end - function->start;
    const char *opened = g_strstr_len(text, length, "atomic(");

    return opened && g_strstr_len(opened, length - (opened - text), "yield");
}

gboolean
pga_django_opens_transaction(DjangoFlow *flow, const char *name)
{
    const char *dot = name ? strrchr(name, '.') : NULL;
    const char *last = dot ? dot + 1 : name;
    g_auto(DjangoMeaning) meaning = {0};

    if (!name)
        return FALSE;
    if (g_str_equal(last, "atomic") || (strstr(last, "atomic_") && strstr(last, "_transaction")))
        return TRUE;
    return flow->place.module && pga_django_code_meaning(&flow->place, name, &meaning) &&
           meaning.function && gives_way_inside(meaning.function);
}

static gboolean
is_atomic_here(const DjangoFlow *flow)
{
    guint at = flow->block;

    if (flow->function->is_atomic)
        return TRUE;
    for (;;) {
        const PgaDjangoBlock *block = g_ptr_array_index(flow->function->blocks, at);

        if (block->kind == PGA_DJANGO_BLOCK_ATOMIC)
            return TRUE;
        if (block->parent == at)
            return FALSE;
        at = block->parent;
    }
}

void
pga_django_note_callee(DjangoFlow *flow, const DjangoFunction *function)
{
    guint flags;

    flow->callee = function;
    if (flow->muted || flow->is_rough || flow->function->file->is_test)
        return;
    flags = GPOINTER_TO_UINT(g_hash_table_lookup(flow->index->calls, function));
    flags |= is_atomic_here(flow) ? CALLED_ATOMIC : CALLED_PLAIN;
    flags |= flow->function->is_task ? CALLED_TASK : CALLED_OTHER;
    g_hash_table_insert(flow->index->calls, (gpointer)function, GUINT_TO_POINTER(flags));
}

void
pga_django_note_function(DjangoIndex *index, const DjangoFunction *known,
                         PgaDjangoFunction *function)
{
    g_hash_table_insert(index->made, (gpointer)known, function);
}

/* Calls know what was read; the functions of it are all there only now. */
static void
settle_callees(DjangoIndex *index)
{
    for (guint i = 0; i < index->code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(index->code->functions, i);

        for (guint j = 0; j < function->events->len; j++) {
            PgaDjangoEvent *event = g_ptr_array_index(function->events, j);

            if (event->callee)
                event->callee = g_hash_table_lookup(index->made, event->callee);
        }
    }
}

/* Views, tasks and the like are called by others, too. */
void
pga_django_settle_atomic(DjangoIndex *index)
{
    GHashTableIter iter;
    gpointer key, value;

    settle_callees(index);
    g_hash_table_iter_init(&iter, index->calls);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        PgaDjangoFunction *function = g_hash_table_lookup(index->made, key);
        const guint flags = GPOINTER_TO_UINT(value);

        if (!function || function->is_view || function->is_task || function->is_command ||
            function->is_receiver)
            continue;
        function->is_atomic |= !(flags & CALLED_PLAIN);
        function->is_task = !(flags & CALLED_OTHER) && *function->name == '_';
    }
}
