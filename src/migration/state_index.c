/* Indexes: making them as the server names and spreads them over partitions, and dropping them. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): inheritance and views end at PGA_STATE_MAX_DEPTH */

PgaStateIndex *
pga_state_index_new(PgaState *state, PgaStateRelation *relation)
{
    PgaStateIndex *index = pga_state_alloc(state, sizeof(*index));

    index->relation = relation;
    index->columns = pga_state_array(state);
    index->keys = pga_state_array(state);
    index->names = pga_state_array(state);
    index->included = pga_state_array(state);
    index->method = pga_state_keep(state, "btree");
    index->valid = TRUE;
    index->added_in = state->migration;
    index->added_transaction = state->transaction;
    return index;
}

void
pga_state_index_register(PgaState *state, PgaStateIndex *index)
{
    pga_state_array_add(state, index->relation->indexes, index);
    pga_state_hash_put(state, state->indexes,
                       pga_state_key(state, index->relation->nspname, index->name), index);
}

void
pga_state_index_rename(PgaState *state, PgaStateIndex *index, const char *name)
{
    const char *nspname = index->relation->nspname;
    g_autofree char *old = pga_state_key_text(nspname, index->name);

    pga_state_hash_remove(state, state->indexes, old);
    pga_state_put(state, index->name, pga_state_keep(state, name));
    pga_state_hash_put(state, state->indexes, pga_state_key(state, nspname, name), index);
}

/* The index of a partition that is attached to @of. */
static PgaStateIndex *
attached(const PgaStateRelation *partition, const PgaStateIndex *of)
{
    for (guint i = 0; i < partition->indexes->len; i++) {
        PgaStateIndex *index = g_ptr_array_index(partition->indexes, i);

        if (index->parent == of)
            return index;
    }
    return NULL;
}

void
pga_state_index_remove(PgaState *state, PgaStateIndex *index)
{
    PgaStateRelation *relation = index->relation;
    g_autofree char *key = pga_state_key_text(relation->nspname, index->name);
    PgaStateConstraint *constraint =
        index->constraint ? pga_state_constraint(relation, index->constraint) : NULL;

    for (guint i = 0; i < relation->children->len; i++) {
        PgaStateIndex *child = attached(g_ptr_array_index(relation->children, i), index);

        if (child)
            pga_state_index_remove(state, child);
    }
    pga_state_array_remove(state, relation->indexes, index);
    pga_state_hash_remove(state, state->indexes, key);
    if (constraint)
        pga_state_constraint_remove(state, constraint);
}

static gboolean
name_used(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return TRUE;
    return FALSE;
}

/* src/backend/commands/indexcmds.c, ChooseIndexColumnNames() */
static void
add_column_name(PgaState *state, GPtrArray *names, const char *original)
{
    g_autofree char *name = pga_state_truncated(original);

    for (guint i = 1; name_used(names, name); i++) {
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autofree char *head =
            g_strndup(original, MIN(strlen(original), PGA_NAME_MAX - strlen(number)));

        g_free(name);
        name = g_strconcat(head, number, NULL);
    }
    g_ptr_array_add(names, pga_state_keep(state, name));
}

void
pga_state_index_columns(PgaState *state, PgaStateIndex *index, const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const char *name = g_ptr_array_index(columns, i);

        g_ptr_array_add(index->columns, pga_state_keep(state, name));
        g_ptr_array_add(index->keys, pga_state_keep_taken(state, pga_quote_identifier(name)));
        add_column_name(state, index->names, name);
    }
}

static gboolean
refuse_column(PgaState *state, const PgaStateRelation *relation, const char *name)
{
    return relation->open || pga_state_refuse(state, "column \"%s\" does not exist", name);
}

gboolean
pga_state_index_elements(PgaState *state, PgaStateIndex *index, size_t n, PgQuery__Node **elements)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__IndexElem *element = elements[i]->index_elem;
        const char *name;
        g_autofree char *figured = NULL;

        if (elements[i]->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM)
            continue;
        name = *element->name ? element->name : NULL;
        if (name && !pga_state_column(index->relation, name) &&
            !refuse_column(state, index->relation, name))
            return FALSE;
        g_ptr_array_add(index->columns, pga_state_keep(state, name));
        g_ptr_array_add(index->keys, pga_state_index_key(state, element));
        if (!name)
            figured = pga_state_figure_name(element->expr);
        add_column_name(state, index->names, name ? name : figured ? figured : "expr");
    }
    return TRUE;
}

static gboolean
include(PgaState *state, PgaStateIndex *index, const char *name)
{
    if (!pga_state_column(index->relation, name) && !refuse_column(state, index->relation, name))
        return FALSE;
    g_ptr_array_add(index->included, pga_state_keep(state, name));
    add_column_name(state, index->names, name);
    return TRUE;
}

gboolean
pga_state_index_included(PgaState *state, PgaStateIndex *index, size_t n, PgQuery__Node **included)
{
    for (size_t i = 0; i < n; i++) {
        const PgQuery__Node *node = included[i];
        gboolean element = node->node_case == PG_QUERY__NODE__NODE_INDEX_ELEM;

        if (!include(state, index, element ? node->index_elem->name : pga_state_string(node)))
            return FALSE;
    }
    return TRUE;
}

char *
pga_state_choose_index_name(PgaState *state, const PgaStateIndex *index)
{
    const PgaStateRelation *relation = index->relation;
    g_autofree char *addition = index->primary ? NULL : pga_state_name_addition(index->names);
    const char *label = index->primary       ? "pkey"
                        : !index->constraint ? "idx"
                        : index->unique      ? "key"
                                             : "excl";

    return pga_state_choose_relation_name(state, relation->relname, addition, label,
                                          relation->nspname, index->constraint != NULL);
}

static gboolean
equal_lists(const GPtrArray *one, const GPtrArray *other)
{
    if (one->len != other->len)
        return FALSE;
    for (guint i = 0; i < one->len; i++)
        if (g_strcmp0(g_ptr_array_index(one, i), g_ptr_array_index(other, i)) != 0)
            return FALSE;
    return TRUE;
}

/* Expressions without what the server adds to them: parentheses, blanks, casts. */
static char *
bare(const char *key)
{
    GString *text = g_string_new(NULL);

    for (const char *p = key; *p; p++) {
        if (strncmp(p, "::", 2) == 0)
            p += strcspn(p, ",) ") - 1;
        else if (!strchr("() ", *p))
            g_string_append_c(text, g_ascii_tolower(*p));
    }
    return g_string_free(text, FALSE);
}

static gboolean
equal_text(const char *one, const char *other)
{
    g_autofree char *a = NULL, *b = NULL;

    if (!one || !other || g_str_equal(one, other))
        return one == other || (one && other);
    a = bare(one);
    b = bare(other);
    return g_str_equal(a, b);
}

static gboolean
equal_keys(const PgaStateIndex *one, const PgaStateIndex *other)
{
    if (!equal_lists(one->columns, other->columns))
        return FALSE;
    for (guint i = 0; i < one->keys->len && i < other->keys->len; i++)
        if (!equal_text(g_ptr_array_index(one->keys, i), g_ptr_array_index(other->keys, i)))
            return FALSE;
    return TRUE;
}

gboolean
pga_state_index_equal(const PgaStateIndex *one, const PgaStateIndex *other)
{
    return one->unique == other->unique && g_str_equal(one->method, other->method) &&
           equal_keys(one, other) && equal_lists(one->included, other->included) &&
           equal_text(one->predicate, other->predicate) &&
           one->nulls_not_distinct == other->nulls_not_distinct;
}

/* The constraint that a partition's index backs is inherited from now on. */
static void
attach_constraint(PgaState *state, PgaStateIndex *child)
{
    PgaStateConstraint *constraint =
        child->constraint ? pga_state_constraint(child->relation, child->constraint) : NULL;

    if (!constraint)
        return;
    pga_state_put(state, constraint->n_inherited, constraint->n_inherited + 1);
    pga_state_put(state, constraint->local, FALSE);
}

/* An index made ON ONLY becomes valid when each partition has its part. */
static void
validate_parent(PgaState *state, PgaStateIndex *of)
{
    const PgaStateRelation *relation = of->relation;

    if (of->valid)
        return;
    for (guint i = 0; i < relation->children->len; i++) {
        const PgaStateIndex *child = attached(g_ptr_array_index(relation->children, i), of);

        if (!child || !child->valid)
            return;
    }
    pga_state_put(state, of->valid, TRUE);
    if (of->parent)
        validate_parent(state, of->parent);
}

void
pga_state_index_attach(PgaState *state, PgaStateIndex *of, PgaStateIndex *child)
{
    pga_state_put(state, child->parent, of);
    if (of->constraint)
        attach_constraint(state, child);
    validate_parent(state, of);
}

static PgaStateIndex *
matching(PgaStateIndex *of, const PgaStateRelation *partition)
{
    for (guint i = 0; i < partition->indexes->len; i++) {
        PgaStateIndex *index = g_ptr_array_index(partition->indexes, i);
        gboolean backs = !of->constraint || (index->constraint && index->primary == of->primary);

        if (!index->parent && index->valid && backs && pga_state_index_equal(index, of))
            return index;
    }
    return NULL;
}

static void
copy_constraint(PgaState *state, PgaStateIndex *child, const PgaStateIndex *of)
{
    const PgaStateConstraint *constraint = pga_state_constraint(of->relation, of->constraint);
    PgaStateConstraint *copy;

    if (!constraint)
        return;
    copy = pga_state_constraint_copy(state, child->relation, constraint);
    copy->name = copy->index = child->constraint = child->name;
    copy->n_inherited = 0;
    copy->no_inherit = constraint->no_inherit;
    pga_state_constraint_attach(state, copy);
}

PgaStateIndex *
pga_state_index_copy(PgaState *state, PgaStateRelation *relation, const PgaStateIndex *of)
{
    PgaStateIndex *index = pga_state_index_new(state, relation);
    g_autofree char *name = NULL;

    index->columns = pga_state_array_copy(state, of->columns);
    index->keys = pga_state_array_copy(state, of->keys);
    index->names = pga_state_array_copy(state, of->names);
    index->included = pga_state_array_copy(state, of->included);
    index->method = of->method;
    index->predicate = of->predicate;
    index->unique = of->unique;
    index->primary = of->primary;
    index->nulls_not_distinct = of->nulls_not_distinct;
    index->constraint = of->constraint;
    name = pga_state_choose_index_name(state, index);
    index->name = pga_state_keep(state, name);
    pga_state_index_register(state, index);
    if (of->constraint)
        copy_constraint(state, index, of);
    return index;
}

void
pga_state_index_recurse(PgaState *state, PgaStateIndex *of, PgaStateRelation *partition)
{
    PgaStateIndex *child = matching(of, partition);
    gboolean made = child == NULL;

    if (made)
        child = pga_state_index_copy(state, partition, of);
    pga_state_index_attach(state, of, child);
    for (guint i = 0; made && i < partition->children->len; i++)
        pga_state_index_recurse(state, child, g_ptr_array_index(partition->children, i));
}

/* NULL: refused, or @exists: there is one already and that is fine. */
static char *
index_name(PgaState *state, const PgaStateIndex *index, const PgQuery__IndexStmt *statement,
           gboolean *exists)
{
    const char *nspname = index->relation->nspname;
    g_autofree char *name = NULL;

    *exists = FALSE;
    if (!*statement->idxname)
        return pga_state_choose_index_name(state, index);
    name = pga_state_truncated(statement->idxname);
    if (!pga_state_name_taken(state, nspname, name))
        return g_steal_pointer(&name);
    *exists = statement->if_not_exists;
    if (!*exists)
        pga_state_refuse(state, "relation \"%s\" already exists", name);
    return NULL;
}

gboolean
pga_state_create_index(PgaState *state, const PgQuery__IndexStmt *statement)
{
    PgaStateRelation *relation = pga_state_need(state, statement->relation, FALSE);
    PgaStateIndex *index;
    g_autofree char *name = NULL;
    gboolean exists;

    if (!relation)
        return !state->memory->refusal;
    index = pga_state_index_new(state, relation);
    index->method =
        pga_state_keep(state, *statement->access_method ? statement->access_method : "btree");
    index->unique = statement->unique;
    index->nulls_not_distinct = statement->nulls_not_distinct;
    index->only = !statement->relation->inh;
    index->valid = !(index->only && relation->kind == 'p' && relation->children->len > 0);
    if (!pga_state_index_elements(state, index, statement->n_index_params,
                                  statement->index_params) ||
        !pga_state_index_included(state, index, statement->n_index_including_params,
                                  statement->index_including_params))
        return FALSE;
    index->predicate = pga_state_expression(state, statement->where_clause);
    name = index_name(state, index, statement, &exists);
    if (!name)
        return exists;
    index->name = pga_state_keep(state, name);
    pga_state_index_register(state, index);
    for (guint i = 0; relation->kind == 'p' && !index->only && i < relation->children->len; i++)
        pga_state_index_recurse(state, index, g_ptr_array_index(relation->children, i));
    return TRUE;
}

static void
append_list(GString *text, const char *before, const GPtrArray *names, gboolean quote)
{
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *quoted = quote ? pga_quote_identifier(name) : g_strdup(name);

        g_string_append_printf(text, "%s%s", i ? ", " : before, quoted);
    }
    if (names->len > 0)
        g_string_append_c(text, ')');
}

char *
pga_state_index_definition(const PgaStateIndex *index)
{
    g_autofree char *name = pga_quote_identifier(index->name);
    g_autofree char *relation = pga_state_relation_name(index->relation);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "CREATE %sINDEX %s ON %s%s USING %s",
                           index->unique ? "UNIQUE " : "", name, index->only ? "ONLY " : "",
                           relation, index->method);
    append_list(text, " (", index->keys, FALSE);
    append_list(text, " INCLUDE (", index->included, TRUE);
    if (index->nulls_not_distinct)
        g_string_append(text, " NULLS NOT DISTINCT");
    if (index->predicate)
        g_string_append_printf(text, " WHERE (%s)", index->predicate);
    return g_string_free(text, FALSE);
}

/* NOLINTEND(misc-no-recursion) */
