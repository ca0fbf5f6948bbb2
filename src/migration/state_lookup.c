/* Finding things by name as the server does: by the search path, temporary ones first. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

#define TEMPORARY "pg_temp"

/* A schema whose name has a dot is quoted, so that no two relations have the same key. */
char *
pga_state_key_text(const char *nspname, const char *name)
{
    g_autofree char *quoted = strchr(nspname, '.') ? pga_quote_identifier(nspname) : NULL;

    return g_strconcat(quoted ? quoted : nspname, ".", name, NULL);
}

static gpointer
lookup(GHashTable *table, const char *nspname, const char *name)
{
    char buffer[256];
    g_autofree char *key = NULL;

    if (!strchr(nspname, '.') && strlen(nspname) + strlen(name) + 2 <= sizeof(buffer)) {
        g_snprintf(buffer, sizeof(buffer), "%s.%s", nspname, name);
        return g_hash_table_lookup(table, buffer);
    }
    key = pga_state_key_text(nspname, name);
    return g_hash_table_lookup(table, key);
}

static gpointer
lookup_by_path(const PgaState *state, GHashTable *table, const char *nspname, const char *name)
{
    gpointer found;

    if (nspname && *nspname)
        return lookup(table, nspname, name);
    found = lookup(table, TEMPORARY, name);
    for (guint i = 0; !found && i < state->search_path->len; i++)
        found = lookup(table, g_ptr_array_index(state->search_path, i), name);
    return found;
}

PgaStateRelation *
pga_state_relation(const PgaState *state, const char *nspname, const char *relname)
{
    return lookup_by_path(state, state->relations, nspname, relname);
}

PgaStateIndex *
pga_state_index(const PgaState *state, const char *nspname, const char *name)
{
    return lookup_by_path(state, state->indexes, nspname, name);
}

PgaStateType *
pga_state_find_type(const PgaState *state, const char *nspname, const char *name)
{
    return lookup_by_path(state, state->types, nspname, name);
}

PgaStateType *
pga_state_type(const PgaState *state, const PgQuery__TypeName *type)
{
    const char *nspname, *name;

    if (!type)
        return NULL;
    name = pga_state_names(type->n_names, type->names, &nspname);
    return pga_state_find_type(state, nspname, name);
}

PgaStateColumn *
pga_state_column(const PgaStateRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        PgaStateColumn *column = g_ptr_array_index(relation->columns, i);

        if (g_str_equal(column->name, name))
            return column;
    }
    return NULL;
}

PgaStateConstraint *
pga_state_constraint(const PgaStateRelation *relation, const char *name)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (g_str_equal(constraint->name, name))
            return constraint;
    }
    return NULL;
}

gboolean
pga_state_is_foreign_name(const char *nspname, const char *name)
{
    if (nspname && *nspname)
        return g_str_has_prefix(nspname, "pg_") || g_str_equal(nspname, "information_schema");
    return g_str_has_prefix(name, "pg_");
}

/* Where something without a schema is created; NULL: nowhere. */
static const char *
first_schema(const PgaState *state)
{
    for (guint i = 0; i < state->search_path->len; i++) {
        const char *nspname = g_ptr_array_index(state->search_path, i);
        gboolean own = g_str_equal(nspname, "$user") || g_str_equal(nspname, "pg_catalog");

        if (!own && (!state->complete || g_hash_table_contains(state->schemas, nspname)))
            return nspname;
    }
    return NULL;
}

const char *
pga_state_creation_schema(const PgaState *state, const PgQuery__RangeVar *range)
{
    if (range && *range->schemaname)
        return range->schemaname;
    if (range && g_str_equal(range->relpersistence, "t"))
        return TEMPORARY;
    return first_schema(state);
}

PgaStateRelation *
pga_state_find(const PgaState *state, const PgQuery__RangeVar *range)
{
    return pga_state_relation(state, range->schemaname, range->relname);
}

PgaStateRelation *
pga_state_relation_new(PgaState *state, const char *nspname, const char *relname, char kind)
{
    PgaStateRelation *relation = pga_state_alloc(state, sizeof(*relation));
    GPtrArray **arrays[] = {
        &relation->columns,       &relation->indexes, &relation->constraints,
        &relation->referenced_by, &relation->parents, &relation->partition_key,
        &relation->children,      &relation->reads,   &relation->dependents,
        &relation->triggers,      &relation->rules,   &relation->policies,
    };

    relation->nspname = pga_state_keep(state, nspname);
    relation->relname = pga_state_keep(state, relname);
    relation->kind = kind;
    relation->persistence = g_str_equal(nspname, TEMPORARY) ? 't' : 'p';
    relation->rows = -1;
    relation->bytes = relation->index_bytes = -1;
    relation->created_in = state->migration;
    relation->created_transaction = state->transaction;
    for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
        *arrays[i] = pga_state_array(state);
    return relation;
}

void
pga_state_relation_register(PgaState *state, PgaStateRelation *relation)
{
    pga_state_hash_put(state, state->relations,
                       pga_state_key(state, relation->nspname, relation->relname), relation);
}

PgaStateRelation *
pga_state_assume(PgaState *state, const char *nspname, const char *relname)
{
    PgaStateRelation *relation = pga_state_relation(state, nspname, relname);
    const char *schema = nspname && *nspname ? nspname : first_schema(state);

    if (relation || state->complete)
        return relation;
    relation = pga_state_relation_new(state, schema ? schema : "public", relname, 'r');
    relation->assumed = relation->open = TRUE;
    relation->created_in = 0;
    relation->created_transaction = 0;
    pga_state_relation_register(state, relation);
    return relation;
}

static void
refuse_relation(PgaState *state, const PgQuery__RangeVar *range)
{
    if (*range->schemaname && !g_hash_table_contains(state->schemas, range->schemaname))
        pga_state_refuse(state, "schema \"%s\" does not exist", range->schemaname);
    else
        pga_state_refuse(state, "relation \"%s%s%s\" does not exist", range->schemaname,
                         *range->schemaname ? "." : "", range->relname);
}

PgaStateRelation *
pga_state_need(PgaState *state, const PgQuery__RangeVar *range, gboolean missing_ok)
{
    PgaStateRelation *relation = pga_state_find(state, range);

    if (relation || pga_state_is_foreign_name(range->schemaname, range->relname))
        return relation;
    if (missing_ok && state->complete)
        return NULL;
    relation = pga_state_assume(state, range->schemaname, range->relname);
    if (!relation)
        refuse_relation(state, range);
    return relation;
}

char *
pga_state_relation_name(const PgaStateRelation *relation)
{
    return pga_quote_qualified(relation->nspname, relation->relname);
}
