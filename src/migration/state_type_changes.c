/* CREATE and ALTER of enums, domains, composites and ranges. */
#include <string.h>

#include "state_internal.h"

static PgaStateType *
type_new(PgaState *state, const char *nspname, const char *name, char kind)
{
    PgaStateType *type = pga_state_alloc(state, sizeof(*type));

    type->nspname = pga_state_keep(state, nspname);
    type->name = pga_state_keep_taken(state, pga_state_truncated(name));
    type->kind = kind;
    type->labels = pga_state_array(state);
    type->added = pga_state_array(state);
    type->checks = pga_state_array(state);
    type->created_in = state->migration;
    type->created_transaction = state->transaction;
    return type;
}

PgaStateType *
pga_state_type_register(PgaState *state, const char *nspname, const char *name, char kind)
{
    PgaStateType *type = type_new(state, nspname, name, kind);

    pga_state_hash_put(state, state->types, pga_state_key(state, type->nspname, type->name), type);
    return type;
}

/* (nullable): refused */
static PgaStateType *
create(PgaState *state, size_t n, PgQuery__Node **names, char kind)
{
    const char *nspname, *name = pga_state_names(n, names, &nspname);
    const char *schema = *nspname ? nspname : pga_state_creation_schema(state, NULL);
    g_autofree char *key = NULL;

    if (!schema) {
        pga_state_refuse(state, "no schema has been selected to create in");
        return NULL;
    }
    key = pga_state_key_text(schema, name);
    if (g_hash_table_contains(state->types, key)) {
        pga_state_refuse(state, "type \"%s\" already exists", name);
        return NULL;
    }
    return pga_state_type_register(state, schema, name, kind);
}

static gboolean
create_enum(PgaState *state, const PgQuery__CreateEnumStmt *statement)
{
    PgaStateType *type = create(state, statement->n_type_name, statement->type_name, 'e');

    for (size_t i = 0; type && i < statement->n_vals; i++)
        g_ptr_array_add(type->labels,
                        g_string_chunk_insert_const(state->memory->strings,
                                                    pga_state_string(statement->vals[i])));
    return type != NULL;
}

static void
domain_constraint(PgaState *state, PgaStateType *type, const PgQuery__Constraint *constraint)
{
    g_autofree char *name = NULL;

    if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL)
        pga_state_put(state, type->not_null, TRUE);
    if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK) {
        name = *constraint->conname ? g_strdup(constraint->conname)
                                    : pga_state_choose_constraint_name(state, type->name, NULL,
                                                                       "check", type->nspname);
        pga_state_array_add(state, type->checks, pga_state_keep(state, name));
        pga_state_hash_put(state, state->memory->constraint_names,
                           pga_state_key(state, type->nspname, name), GUINT_TO_POINTER(1));
    }
    pga_state_put(state, type->constrained, type->not_null || type->checks->len > 0);
}

static gboolean
create_domain(PgaState *state, const PgQuery__CreateDomainStmt *statement)
{
    PgaStateType *type = create(state, statement->n_domainname, statement->domainname, 'd');
    PgaStateTypeName base;

    if (!type)
        return FALSE;
    pga_state_type_name(state, statement->type_name, &base);
    type->base = (char *)base.type;
    for (size_t i = 0; i < statement->n_constraints; i++)
        if (statement->constraints[i]->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            domain_constraint(state, type, statement->constraints[i]->constraint);
    return TRUE;
}

/* A relation of kind 'c' has its attributes. */
static gboolean
create_composite(PgaState *state, const PgQuery__CompositeTypeStmt *statement)
{
    g_autoptr(GArray) later = g_array_new(FALSE, FALSE, sizeof(PgaStatePending));
    PgaStateRelation *row;
    const char *nspname;

    if (!pga_state_may_create(state, statement->typevar, FALSE, &nspname))
        return FALSE;
    row = pga_state_create_relation(state, statement->typevar, nspname, 'c');
    for (size_t i = 0; i < statement->n_coldeflist; i++)
        if (statement->coldeflist[i]->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            pga_state_define_column(state, row, statement->coldeflist[i]->column_def, later);
    pga_state_relation_register(state, row);
    pga_state_type_register(state, nspname, row->relname, 'c');
    return TRUE;
}

static int
label_at(const PgaStateType *type, const char *label)
{
    for (guint i = 0; i < type->labels->len; i++)
        if (g_str_equal(g_ptr_array_index(type->labels, i), label))
            return (int)i;
    return -1;
}

static gboolean
add_label(PgaState *state, PgaStateType *type, const PgQuery__AlterEnumStmt *statement)
{
    char *label = g_string_chunk_insert_const(state->memory->strings, statement->new_val);
    int neighbour = *statement->new_val_neighbor ? label_at(type, statement->new_val_neighbor)
                                                 : (int)type->labels->len - 1;

    if (label_at(type, label) >= 0)
        return statement->skip_if_new_val_exists ||
               pga_state_refuse(state, "enum label \"%s\" already exists", label);
    if (neighbour < 0 && *statement->new_val_neighbor && state->complete)
        return pga_state_refuse(state, "\"%s\" is not an existing enum label",
                                statement->new_val_neighbor);
    pga_state_array_insert(
        state, type->labels,
        (guint)(MAX(neighbour, 0) +
                (neighbour >= 0 && (statement->new_val_is_after || !*statement->new_val_neighbor))),
        label);
    /* a type of the same transaction may be used with it at once */
    if (type->created_in == state->migration && type->created_transaction == state->transaction)
        return TRUE;
    pga_state_array_add(state, type->added, label);
    g_ptr_array_add(state->memory->fresh_types, type);
    return TRUE;
}

static gboolean
alter_enum(PgaState *state, const PgQuery__AlterEnumStmt *statement)
{
    const char *nspname,
        *name = pga_state_names(statement->n_type_name, statement->type_name, &nspname);
    PgaStateType *type = pga_state_find_type(state, nspname, name);
    int old;

    if (!type && state->complete)
        return pga_state_refuse(state, "type \"%s\" does not exist", name);
    if (!type) /* assumed, with that label alone */
        type = pga_state_type_register(
            state, *nspname ? nspname : pga_state_creation_schema(state, NULL), name, 'e');
    if (type->created_in == state->migration && type->labels->len == 0)
        type->created_in = 0;
    if (!*statement->old_val)
        return add_label(state, type, statement);
    old = label_at(type, statement->old_val);
    if (old >= 0)
        pga_state_array_set(
            state, type->labels, (guint)old,
            g_string_chunk_insert_const(state->memory->strings, statement->new_val));
    return TRUE;
}

static gboolean
alter_domain(PgaState *state, const PgQuery__AlterDomainStmt *statement)
{
    const char *nspname,
        *name = pga_state_names(statement->n_type_name, statement->type_name, &nspname);
    PgaStateType *type = pga_state_find_type(state, nspname, name);

    if (!type)
        return !state->complete || pga_state_refuse(state, "type \"%s\" does not exist", name);
    switch (statement->subtype[0]) {
    case 'N': /* DROP NOT NULL */
        pga_state_put(state, type->not_null, FALSE);
        break;
    case 'O': /* SET NOT NULL */
        pga_state_put(state, type->not_null, TRUE);
        break;
    case 'C': /* ADD CONSTRAINT */
        if (statement->def && statement->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            domain_constraint(state, type, statement->def->constraint);
        break;
    case 'X': /* DROP CONSTRAINT */
        for (guint i = type->checks->len; i-- > 0;)
            if (g_str_equal(g_ptr_array_index(type->checks, i), statement->name))
                pga_state_array_remove(state, type->checks, g_ptr_array_index(type->checks, i));
        break;
    default:
        break;
    }
    pga_state_put(state, type->constrained, type->not_null || type->checks->len > 0);
    return TRUE;
}

gboolean
pga_state_apply_type(PgaState *state, const PgQuery__Node *tree, gboolean *known)
{
    *known = TRUE;
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
        return create_enum(state, tree->create_enum_stmt);
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
        return create_domain(state, tree->create_domain_stmt);
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
        return create_composite(state, tree->composite_type_stmt);
    case PG_QUERY__NODE__NODE_CREATE_RANGE_STMT:
        return create(state, tree->create_range_stmt->n_type_name,
                      tree->create_range_stmt->type_name, 'r') != NULL;
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
        return alter_enum(state, tree->alter_enum_stmt);
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
        return alter_domain(state, tree->alter_domain_stmt);
    default:
        *known = FALSE;
        return TRUE;
    }
}
