/* What a loop's rounds do: which is the last one, which write. */
#include <string.h>

#include "django_flow_internal.h"
#include "django_loop_internal.h"

static gboolean
is_write(const PgaDjangoEvent *event)
{
    static const PgaDjangoAct acts[] = {PGA_DJANGO_SAVE,          PGA_DJANGO_CREATE,
                                        PGA_DJANGO_BULK_CREATE,   PGA_DJANGO_BULK_UPDATE,
                                        PGA_DJANGO_UPDATE,        PGA_DJANGO_DELETE,
                                        PGA_DJANGO_RELATED_SET,   PGA_DJANGO_DELETE_OBJECT,
                                        PGA_DJANGO_GET_OR_CREATE, PGA_DJANGO_UPDATE_OR_CREATE};

    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (event->act == acts[i])
            return TRUE;
    return event->act == PGA_DJANGO_CALL && event->name && g_str_has_suffix(event->name, ".save");
}

gboolean
pga_loop_writes(const PgaLoopRead *read)
{
    const GPtrArray *events = read->inner ? read->inner->function->events : NULL;

    for (guint i = 0; events && i < events->len; i++)
        if (is_write(g_ptr_array_index(events, i)))
            return TRUE;
    return FALSE;
}

/* A statement in the arm goes on to the arm's end. */
static gboolean
is_ended_by_block(const PgaDjangoFunction *function, const PgaDjangoBlock *arm)
{
    for (guint i = 0; i < function->blocks->len; i++) {
        const PgaDjangoBlock *block = g_ptr_array_index(function->blocks, i);

        if (block->last_line == arm->last_line && block->line > arm->line &&
            block->kind != PGA_DJANGO_BLOCK_COMPREHENSION)
            return TRUE;
    }
    return FALSE;
}

/* The last statement of the arm is "return", "break" or "raise". */
static gboolean
is_last_round(const PgaDjangoEvent *event, const PgaDjangoBlock *arm)
{
    static const char *const words[] = {"return", "break", "raise"};
    g_autofree char *line = pga_flow_lines(event->function->file, arm->last_line, arm->last_line);
    const char *text = g_strstrip(line);

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        const gsize length = strlen(words[i]);

        if (strncmp(text, words[i], length) == 0 && !g_ascii_isalnum(text[length]) &&
            text[length] != '_')
            return !is_ended_by_block(event->function, arm);
    }
    return FALSE;
}

/* "raise …", "return …", or an arm that ends so: the last round. */
gboolean
pga_loop_ends(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    const GPtrArray *blocks = event->function->blocks;

    if (loop->kind != PGA_DJANGO_BLOCK_LOOP)
        return FALSE;
    if (event->text &&
        (g_str_has_prefix(event->text, "raise ") || g_str_has_prefix(event->text, "return ")))
        return TRUE;
    for (const PgaDjangoBlock *at = g_ptr_array_index(blocks, event->block); at != loop;
         at = g_ptr_array_index(blocks, at->parent)) {
        if (at->kind == PGA_DJANGO_BLOCK_LOOP)
            return FALSE; /* break leaves this one */
        if ((at->kind == PGA_DJANGO_BLOCK_IF || at->kind == PGA_DJANGO_BLOCK_ELSE) &&
            is_last_round(event, at))
            return TRUE;
    }
    return FALSE;
}
