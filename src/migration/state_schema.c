/* Schemas: what moves with them and between them. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

static void
move(PgaState *state, GHashTable *table, const char *old_nspname, const char *name,
     const char *nspname)
{
    g_autofree char *key = pga_state_key_text(old_nspname, name);
    gpointer kept, value;

    if (!g_hash_table_lookup_extended(table, key, &kept, &value))
        return;
    pga_state_hash_remove(state, table, key);
    pga_state_hash_put(state, table, pga_state_key(state, nspname, name), value);
}

void
pga_state_move_relation(PgaState *state, PgaStateRelation *relation, const char *nspname)
{
    const char *old = relation->nspname;

    if (g_str_equal(old, nspname))
        return;
    move(state, state->relations, old, relation->relname, nspname);
    for (guint i = 0; i < relation->indexes->len; i++)
        move(state, state->indexes, old,
             ((const PgaStateIndex *)g_ptr_array_index(relation->indexes, i))->name, nspname);
    for (guint i = 0; i < relation->constraints->len; i++)
        move(state, state->memory->constraint_names, old,
             ((const PgaStateConstraint *)g_ptr_array_index(relation->constraints, i))->name,
             nspname);
    pga_state_put(state, relation->nspname, pga_state_keep(state, nspname));
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgaStateColumn *column = g_ptr_array_index(relation->columns, i);

        if (column->sequence)
            pga_state_move_relation(state, column->sequence, nspname);
    }
}

/* Columns, domains and functions of a type that has another name now. */
void
pga_state_type_renamed(PgaState *state, const char *old, const char *new_name)
{
    gsize length = strlen(old);
    GHashTableIter all;
    gpointer value;

    g_hash_table_iter_init(&all, state->relations);
    while (g_hash_table_iter_next(&all, NULL, &value)) {
        const PgaStateRelation *relation = value;

        for (guint i = 0; i < relation->columns->len; i++) {
            PgaStateColumn *column = g_ptr_array_index(relation->columns, i);
            g_autofree char *text = NULL;
            PgaStateTypeName type;

            if (strncmp(column->type, old, length) != 0 || !strchr("[(", column->type[length]))
                continue;
            text = g_strconcat(new_name, column->type + length, NULL);
            pga_state_type_of_text(state, text, &type);
            pga_state_column_set_type(state, column, &type);
        }
    }
}

static void
values_in(GHashTable *table, const char *nspname, GPtrArray *values)
{
    g_autofree char *prefix = pga_state_key_text(nspname, "");
    GHashTableIter all;
    gpointer key, value;

    g_hash_table_iter_init(&all, table);
    while (g_hash_table_iter_next(&all, &key, &value))
        if (g_str_has_prefix(key, prefix))
            g_ptr_array_add(values, value);
}

static void
move_types(PgaState *state, const char *old, const char *name)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new();

    values_in(state->types, old, types);
    for (guint i = 0; i < types->len; i++) {
        PgaStateType *type = g_ptr_array_index(types, i);
        g_autofree char *before = pga_quote_qualified(old, type->name);
        g_autofree char *after = pga_quote_qualified(name, type->name);

        move(state, state->types, old, type->name, name);
        pga_state_put(state, type->nspname, pga_state_keep(state, name));
        pga_state_type_renamed(state, before, after);
    }
}

gboolean
pga_state_rename_schema(PgaState *state, const char *old, const char *name)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    char *kept = pga_state_keep(state, name);

    if (!g_hash_table_contains(state->schemas, old))
        return !state->complete || pga_state_refuse(state, "schema \"%s\" does not exist", old);
    if (g_hash_table_contains(state->schemas, name))
        return pga_state_refuse(state, "schema \"%s\" already exists", name);
    values_in(state->relations, old, relations);
    for (guint i = 0; i < relations->len; i++)
        pga_state_move_relation(state, g_ptr_array_index(relations, i), name);
    move_types(state, old, name);
    pga_state_hash_remove(state, state->schemas, old);
    pga_state_hash_put(state, state->schemas, kept, kept);
    return TRUE;
}

/* NOLINTEND(misc-no-recursion) */
