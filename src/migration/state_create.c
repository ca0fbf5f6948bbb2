/* CREATE TABLE in its forms: columns and constraints, LIKE, INHERITS, PARTITION OF, OF a type. */
#include <string.h>

#include "state_internal.h"

enum { /* src/include/nodes/parsenodes.h, TableLikeOption */
       LIKE_CONSTRAINTS = 1 << 2,
       LIKE_DEFAULTS = 1 << 3,
       LIKE_GENERATED = 1 << 4,
       LIKE_IDENTITY = 1 << 5,
       LIKE_INDEXES = 1 << 6,
};

/** LIKE clauses wait for the columns: their checks and indexes come last. */
typedef struct {
    PgaState *state;
    PgaStateRelation *relation;
    GArray *pending;  /* of PgaStatePending */
    GPtrArray *likes; /* of PgQuery__TableLikeClause * */
    gboolean failed;
} Creation;

static void
like_column(Creation *creation, const PgaStateRelation *source, const PgaStateColumn *of,
            guint options)
{
    PgaState *state = creation->state;
    PgaStateColumn *column = pga_state_column_new(state, of->name);
    gboolean generated = of->generated && options & LIKE_GENERATED;

    column->type = of->type;
    column->typname = of->typname;
    column->domain = of->domain;
    column->typmod[0] = of->typmod[0];
    column->typmod[1] = of->typmod[1];
    column->collation = of->collation;
    if (generated || (!of->generated && options & LIKE_DEFAULTS))
        column->default_text = of->default_text;
    if (generated)
        column->generated = of->generated;
    pga_state_array_add(state, creation->relation->columns, column);
    if (of->identity && options & LIKE_IDENTITY) {
        column->identity = of->identity;
        pga_state_own_sequence(state, creation->relation, column);
    }
    if (of->not_null)
        pga_state_set_not_null(state, creation->relation, column,
                               pga_state_not_null_name(source, of->name), TRUE);
}

static gboolean
like_columns(Creation *creation, const PgQuery__TableLikeClause *like)
{
    const PgaStateRelation *of = pga_state_need(creation->state, like->relation, FALSE);

    if (!of)
        return !creation->state->memory->refusal;
    for (guint i = 0; i < of->columns->len; i++)
        like_column(creation, of, g_ptr_array_index(of->columns, i), like->options);
    g_ptr_array_add(creation->likes, (gpointer)like);
    return TRUE;
}

static void
like_checks(PgaState *state, PgaStateRelation *relation, const PgaStateRelation *of)
{
    for (guint i = 0; i < of->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(of->constraints, i);
        PgaStateConstraint *copy;

        if (constraint->type != 'c' || pga_state_constraint(relation, constraint->name))
            continue;
        copy = pga_state_constraint_copy(state, relation, constraint);
        copy->local = TRUE;
        copy->n_inherited = 0;
        copy->no_inherit = constraint->no_inherit;
        copy->valid = constraint->enforced;
        pga_state_constraint_attach(state, copy);
    }
}

static gboolean
has_equal_key(const PgaStateRelation *relation, const PgaStateIndex *of)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->constraint && of->constraint && pga_state_index_equal(index, of))
            return TRUE;
    }
    return FALSE;
}

static void
like_indexes(PgaState *state, PgaStateRelation *relation, const PgaStateRelation *of)
{
    for (guint i = 0; i < of->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(of->indexes, i);
        PgaStateIndex *copy;
        PgaStateConstraint *constraint;

        if (has_equal_key(relation, index))
            continue;
        copy = pga_state_index_copy(state, relation, index);
        constraint = copy->constraint ? pga_state_constraint(relation, copy->constraint) : NULL;
        if (constraint)
            pga_state_put(state, constraint->local, TRUE);
    }
}

static void
like_rest(Creation *creation)
{
    for (guint i = 0; i < creation->likes->len; i++) {
        const PgQuery__TableLikeClause *like = g_ptr_array_index(creation->likes, i);
        const PgaStateRelation *of = pga_state_find(creation->state, like->relation);

        if (of && like->options & LIKE_CONSTRAINTS)
            like_checks(creation->state, creation->relation, of);
        if (of && like->options & LIKE_INDEXES)
            like_indexes(creation->state, creation->relation, of);
    }
}

/* Of a partition or a typed table the definition adds to a column that is there. */
static gboolean
amend_column(Creation *creation, const PgQuery__ColumnDef *definition)
{
    PgaState *state = creation->state;
    PgaStateColumn *there = pga_state_column(creation->relation, definition->colname);
    PgaStateColumn *column;

    if (!there && !definition->type_name)
        return pga_state_refuse(state, "column \"%s\" does not exist", definition->colname);
    column = pga_state_define_column(state, creation->relation, definition, creation->pending);
    if (!there)
        return TRUE;
    pga_state_array_remove(state, creation->relation->columns, column);
    if (column->default_text)
        pga_state_put(state, there->default_text, column->default_text);
    if (column->not_null)
        pga_state_set_not_null(state, creation->relation, there, NULL, TRUE);
    pga_state_put(state, there->local, TRUE);
    return TRUE;
}

static gboolean
create_column(Creation *creation, const PgQuery__ColumnDef *definition)
{
    g_autofree char *name = pga_state_truncated(definition->colname);

    if (creation->relation->is_partition || !definition->type_name)
        return amend_column(creation, definition);
    if (pga_state_column(creation->relation, name))
        return pga_state_refuse(creation->state, "column \"%s\" specified more than once", name);
    pga_state_define_column(creation->state, creation->relation, definition, creation->pending);
    return TRUE;
}

static gboolean
create_element(Creation *creation, const PgQuery__Node *element)
{
    PgaStatePending pending = {NULL, NULL, FALSE};

    switch ((int)element->node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_DEF:
        return create_column(creation, element->column_def);
    case PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE:
        return like_columns(creation, element->table_like_clause);
    case PG_QUERY__NODE__NODE_CONSTRAINT:
        pending.definition = element->constraint;
        g_array_append_val(creation->pending, pending);
        return TRUE;
    default:
        return TRUE;
    }
}

static void
set_partition_key(PgaState *state, PgaStateRelation *relation, const PgQuery__PartitionSpec *key)
{
    relation->kind = 'p';
    relation->strategy = key->strategy[0];
    for (size_t i = 0; i < key->n_part_params; i++) {
        const PgQuery__Node *element = key->part_params[i];
        const char *name = element->node_case == PG_QUERY__NODE__NODE_PARTITION_ELEM
                               ? element->partition_elem->name
                               : NULL;

        g_ptr_array_add(relation->partition_key, pga_state_keep(state, name));
    }
}

/* Columns of parents come first, in their order. */
static gboolean
inherit_columns(Creation *creation, const PgQuery__CreateStmt *statement, GPtrArray *parents)
{
    PgaState *state = creation->state;

    for (size_t i = 0; i < statement->n_inh_relations; i++) {
        const PgQuery__Node *node = statement->inh_relations[i];
        PgaStateRelation *parent = node->node_case == PG_QUERY__NODE__NODE_RANGE_VAR
                                       ? pga_state_need(state, node->range_var, FALSE)
                                       : NULL;

        if (!parent && state->memory->refusal)
            return FALSE;
        if (!parent)
            continue;
        g_ptr_array_add(parents, parent);
        for (guint k = 0; k < parent->columns->len; k++)
            pga_state_column_inherit(state, creation->relation, parent,
                                     g_ptr_array_index(parent->columns, k));
    }
    return TRUE;
}

/* Own definitions of inherited columns merge with them. */
static void
merge_columns(Creation *creation)
{
    PgaStateRelation *relation = creation->relation;

    for (guint i = relation->columns->len; i-- > 0;) {
        PgaStateColumn *own = g_ptr_array_index(relation->columns, i);
        PgaStateColumn *first = pga_state_column(relation, own->name);

        if (first == own)
            continue;
        g_ptr_array_remove_index(relation->columns, i);
        first->local = TRUE;
        first->default_text = own->default_text ? own->default_text : first->default_text;
        first->sequence = own->sequence;
        first->serial = own->serial;
        if (own->not_null && !first->not_null)
            pga_state_set_not_null(creation->state, relation, first, NULL, TRUE);
    }
}

static gboolean
typed_columns(Creation *creation, const PgQuery__TypeName *type)
{
    const char *nspname, *name = pga_state_names(type->n_names, type->names, &nspname);
    PgaStateRelation *of = pga_state_relation(creation->state, nspname, name);

    pga_state_put(creation->state, creation->relation->of_type,
                  pga_state_keep(creation->state, name));
    if (of) {
        pga_state_array_add(creation->state, of->dependents, creation->relation);
        pga_state_array_add(creation->state, creation->relation->reads, of);
    }
    for (guint i = 0; of && i < of->columns->len; i++)
        like_column(creation, of, g_ptr_array_index(of->columns, i), 0);
    return TRUE;
}

static gboolean
create_columns(Creation *creation, const PgQuery__CreateStmt *statement, GPtrArray *parents)
{
    if (!inherit_columns(creation, statement, parents) ||
        (statement->of_typename && !typed_columns(creation, statement->of_typename)))
        return FALSE;
    for (size_t i = 0; i < statement->n_table_elts; i++) {
        const PgQuery__Node *element = statement->table_elts[i];
        gboolean inherits = parents->len > 0 && !creation->relation->is_partition &&
                            element->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF;

        if (inherits)
            pga_state_define_column(creation->state, creation->relation, element->column_def,
                                    creation->pending);
        else if (!create_element(creation, element))
            return FALSE;
    }
    if (parents->len > 0)
        merge_columns(creation);
    return TRUE;
}

/* Constraints of the table itself after those that it inherits. */
static gboolean
finish(Creation *creation, const PgQuery__CreateStmt *statement, const GPtrArray *parents)
{
    PgaState *state = creation->state;

    if (statement->partspec)
        set_partition_key(state, creation->relation, statement->partspec);
    for (guint i = 0; i < parents->len; i++)
        pga_state_inherit(state, g_ptr_array_index(parents, i), creation->relation);
    if (!pga_state_add_pending(state, creation->relation, creation->pending, TRUE))
        return FALSE;
    like_rest(creation);
    if (statement->partbound && parents->len > 0)
        return pga_state_attach(state, g_ptr_array_index(parents, 0), creation->relation,
                                statement->partbound);
    return TRUE;
}

/* FALSE: @created tells whether there is nothing to do or nothing may be done. */
gboolean
pga_state_may_create(PgaState *state, const PgQuery__RangeVar *range, gboolean if_not_exists,
                     const char **nspname)
{
    g_autofree char *name = pga_state_truncated(range->relname);

    *nspname = pga_state_creation_schema(state, range);
    if (!*nspname)
        return pga_state_refuse(state, "no schema has been selected to create in");
    if (state->complete && !g_str_equal(*nspname, "pg_temp") &&
        !g_hash_table_contains(state->schemas, *nspname))
        return pga_state_refuse(state, "schema \"%s\" does not exist", *nspname);
    if (!pga_state_name_taken(state, *nspname, name))
        return TRUE;
    if (!if_not_exists)
        pga_state_refuse(state, "relation \"%s\" already exists", name);
    return FALSE;
}

PgaStateRelation *
pga_state_create_relation(PgaState *state, const PgQuery__RangeVar *range, const char *nspname,
                          char kind)
{
    g_autofree char *name = pga_state_truncated(range->relname);
    PgaStateRelation *relation = pga_state_relation_new(state, nspname, name, kind);

    if (relation->persistence != 't' && *range->relpersistence)
        relation->persistence = range->relpersistence[0];
    return relation;
}

gboolean
pga_state_apply_create(PgaState *state, const PgQuery__CreateStmt *statement, char kind)
{
    g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(PgaStatePending));
    g_autoptr(GPtrArray) likes = g_ptr_array_new(), parents = g_ptr_array_new();
    Creation creation = {state, NULL, pending, likes, FALSE};
    const char *nspname;

    if (!pga_state_may_create(state, statement->relation, statement->if_not_exists, &nspname))
        return !state->memory->refusal;
    creation.relation = pga_state_create_relation(state, statement->relation, nspname, kind);
    creation.relation->is_partition = statement->partbound != NULL;
    if (!create_columns(&creation, statement, parents))
        return FALSE;
    pga_state_relation_register(state, creation.relation);
    if (statement->oncommit == PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DROP)
        pga_state_array_add(state, state->memory->at_commit, creation.relation);
    return finish(&creation, statement, parents);
}
