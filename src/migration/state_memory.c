/* What the state is made of: strings, structs and arrays that live as long as it, and a journal of
 * old values, newest last, by which a statement or a transaction is taken back. */
#include <stdarg.h>
#include <string.h>

#include "state_internal.h"

typedef enum {
    UNDO_BYTES,        /* at @target, @size of them */
    UNDO_ARRAY_ADD,    /* takes the element at @size out */
    UNDO_ARRAY_REMOVE, /* puts @old in at @size */
    UNDO_HASH_ADD,     /* takes @key out */
    UNDO_HASH_CHANGE,  /* puts @old back for @key */
} UndoKind;

typedef struct {
    UndoKind kind;
    guint size;
    gpointer target;
    gpointer old;
    const char *key;
} Undo;

struct PgaStateJournal {
    GArray *undos; /* of Undo */
};

PgaStateJournal *
pga_state_journal_new(void)
{
    PgaStateJournal *journal = g_new0(PgaStateJournal, 1);

    journal->undos = g_array_new(FALSE, FALSE, sizeof(Undo));
    return journal;
}

void
pga_state_journal_free(PgaStateJournal *journal)
{
    g_array_unref(journal->undos);
    g_free(journal);
}

guint
pga_state_mark(const PgaState *state)
{
    return state->memory->journal->undos->len;
}

static void
undo(const Undo *entry)
{
    switch (entry->kind) {
    case UNDO_BYTES:
        memcpy(entry->target, &entry->old, entry->size);
        break;
    case UNDO_ARRAY_ADD:
        g_ptr_array_remove_index(entry->target, entry->size);
        break;
    case UNDO_ARRAY_REMOVE:
        g_ptr_array_insert(entry->target, (gint)entry->size, entry->old);
        break;
    case UNDO_HASH_ADD:
        g_hash_table_remove(entry->target, entry->key);
        break;
    case UNDO_HASH_CHANGE:
        g_hash_table_insert(entry->target, (gpointer)entry->key, entry->old);
        break;
    }
}

void
pga_state_undo_to(PgaState *state, guint mark)
{
    GArray *undos = state->memory->journal->undos;

    while (undos->len > mark) {
        undo(&g_array_index(undos, Undo, undos->len - 1));
        g_array_set_size(undos, undos->len - 1);
    }
}

void
pga_state_forget_undo(PgaState *state)
{
    g_array_set_size(state->memory->journal->undos, 0);
}

static void
remember(PgaState *state, Undo entry)
{
    g_array_append_val(state->memory->journal->undos, entry);
}

void
pga_state_save(PgaState *state, gpointer address, gsize size)
{
    Undo entry = {UNDO_BYTES, (guint)size, address, NULL, NULL};

    g_assert(size <= sizeof(entry.old));
    memcpy(&entry.old, address, size);
    remember(state, entry);
}

void
pga_state_array_insert(PgaState *state, GPtrArray *array, guint at, gpointer element)
{
    g_ptr_array_insert(array, (gint)at, element);
    remember(state, (Undo){UNDO_ARRAY_ADD, at, array, NULL, NULL});
}

void
pga_state_array_add(PgaState *state, GPtrArray *array, gpointer element)
{
    pga_state_array_insert(state, array, array->len, element);
}

static void
remove_at(PgaState *state, GPtrArray *array, guint at)
{
    remember(state,
             (Undo){UNDO_ARRAY_REMOVE, at, array, g_ptr_array_remove_index(array, at), NULL});
}

void
pga_state_array_remove(PgaState *state, GPtrArray *array, gconstpointer element)
{
    for (guint i = array->len; i-- > 0;) { /* what goes is most often young */
        if (g_ptr_array_index(array, i) == element) {
            remove_at(state, array, i);
            return;
        }
    }
}

void
pga_state_array_clear(PgaState *state, GPtrArray *array)
{
    while (array->len > 0)
        remove_at(state, array, array->len - 1);
}

void
pga_state_array_set(PgaState *state, GPtrArray *array, guint at, gpointer element)
{
    remove_at(state, array, at);
    pga_state_array_insert(state, array, at, element);
}

void
pga_state_hash_put(PgaState *state, GHashTable *table, const char *key, gpointer value)
{
    gpointer kept, old;

    if (g_hash_table_lookup_extended(table, key, &kept, &old))
        remember(state, (Undo){UNDO_HASH_CHANGE, 0, table, old, kept});
    else
        remember(state, (Undo){UNDO_HASH_ADD, 0, table, NULL, key});
    g_hash_table_insert(table, (gpointer)key, value);
}

void
pga_state_hash_remove(PgaState *state, GHashTable *table, const char *key)
{
    gpointer kept, old;

    if (!g_hash_table_steal_extended(table, key, &kept, &old))
        return;
    remember(state, (Undo){UNDO_HASH_CHANGE, 0, table, old, kept});
}

char *
pga_state_keep(PgaState *state, const char *text)
{
    return text && *text ? g_string_chunk_insert_const(state->memory->strings, text) : NULL;
}

char *
pga_state_keep_taken(PgaState *state, char *text)
{
    char *kept = pga_state_keep(state, text);

    g_free(text);
    return kept;
}

/* A schema whose name has a dot is quoted, so that no two relations have the same key. */
char *
pga_state_key(PgaState *state, const char *nspname, const char *name)
{
    return pga_state_keep_taken(state, pga_state_key_text(nspname, name));
}

gpointer
pga_state_alloc(PgaState *state, gsize size)
{
    gpointer block = g_malloc0(size);

    g_ptr_array_add(state->memory->structs, block);
    return block;
}

GPtrArray *
pga_state_array(PgaState *state)
{
    GPtrArray *array = g_ptr_array_new();

    g_ptr_array_add(state->memory->arrays, array);
    return array;
}

GPtrArray *
pga_state_array_copy(PgaState *state, const GPtrArray *array)
{
    GPtrArray *copy = pga_state_array(state);

    for (guint i = 0; i < array->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(array, i));
    return copy;
}

gboolean
pga_state_refuse(PgaState *state, const char *format, ...)
{
    va_list arguments;

    if (state->memory->refusal)
        return FALSE;
    va_start(arguments, format);
    state->memory->refusal = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return FALSE;
}
