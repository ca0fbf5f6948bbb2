/* Indexes and constraints of a source. */
#include <string.h>

#include "state_load_internal.h"

static const char *
column_name(const PgaRelation *relation, gint16 attnum)
{
    const PgaAttribute *attribute = attnum > 0 ? pga_relation_attribute(relation, attnum) : NULL;

    return attribute ? attribute->attname : NULL;
}

static void
take_names(PgaStateLoad *load, const PgaRelation *relation, const GArray *numbers, GPtrArray *names)
{
    for (guint i = 0; relation && numbers && i < numbers->len; i++)
        g_ptr_array_add(
            names,
            pga_state_keep(load->state, column_name(relation, g_array_index(numbers, gint16, i))));
}

/* Behind what is in parentheses or quotes at @p; @p + 1 else. */
static const char *
skip(const char *p)
{
    guint depth = 0;

    for (; *p; p++) {
        if (*p == '\'' || *p == '"') {
            const char *end = strchr(p + 1, *p);

            p = end ? end : p + strlen(p) - 1;
        }
        depth += *p == '(';
        depth -= *p == ')' && depth > 0;
        if (depth == 0)
            return p + 1;
    }
    return p;
}

/* "((a + b))" has one pair too many: the expression's own and the index's. */
static char *
single(char *key)
{
    gsize length = strlen(key);

    if (g_str_has_prefix(key, "((") && skip(key + 1) == key + length - 1) {
        memmove(key, key + 1, length - 2);
        key[length - 2] = '\0';
    }
    return key;
}

/* "(a, lower(b) DESC)" in pieces; @list begins at its parenthesis. */
static void
split_keys(PgaStateLoad *load, const char *list, GPtrArray *keys)
{
    const char *from = list + 1, *p = from;

    while (*p) {
        if (*p == ',' || *p == ')') {
            g_autofree char *key = g_strndup(from, (gsize)(p - from));

            g_ptr_array_add(keys, pga_state_keep(load->state, single(g_strstrip(key))));
            if (*p == ')')
                return;
            from = p + 1;
        }
        p = skip(p);
    }
}

static void
load_keys(PgaStateLoad *load, PgaStateIndex *index, const PgaIndex *of)
{
    const char *using = of->definition ? strstr(of->definition, " USING ") : NULL;
    const char *list = using ? strchr(using, '(') : NULL;

    if (list)
        split_keys(load, list, index->keys);
    while (index->keys->len < index->columns->len) { /* a snapshot without definitions */
        const char *name = g_ptr_array_index(index->columns, index->keys->len);

        g_ptr_array_add(index->keys, pga_state_keep(load->state, name ? name : "?"));
    }
    g_ptr_array_set_size(index->keys, (gint)index->columns->len);
}

/* Of an expression: its function's name. */
static void
load_names(PgaStateLoad *load, PgaStateIndex *index)
{
    for (guint i = 0; i < index->columns->len; i++) {
        const char *name = g_ptr_array_index(index->columns, i);
        const char *key = g_ptr_array_index(index->keys, i);
        gsize word = key ? strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;
        g_autofree char *called = !name && word && key[word] == '(' ? g_strndup(key, word) : NULL;

        g_ptr_array_add(index->names, pga_state_keep(load->state, name     ? name
                                                                  : called ? called
                                                                           : "expr"));
    }
}

static void
load_index(PgaStateLoad *load, const PgaIndex *of)
{
    PgaState *state = load->state;
    const PgaRelation *relation = pga_catalog_relation(load->catalog, of->indrelid);
    PgaStateRelation *owner = g_hash_table_lookup(load->relations, GUINT_TO_POINTER(of->indrelid));
    PgaStateIndex *index;

    if (!owner || !relation || !of->relname)
        return;
    index = pga_state_index_new(state, owner);
    index->name = pga_state_keep(state, of->relname);
    take_names(load, relation, of->indkey, index->columns);
    for (guint i = of->n_key_atts; i < index->columns->len; i++)
        g_ptr_array_add(index->included, g_ptr_array_index(index->columns, i));
    if (of->n_key_atts < index->columns->len)
        g_ptr_array_set_size(index->columns, (gint)of->n_key_atts);
    load_keys(load, index, of);
    load_names(load, index);
    index->method = pga_state_keep(state, of->amname ? of->amname : "btree");
    index->predicate = pga_state_keep(state, of->pred);
    index->unique = of->indisunique;
    index->primary = of->indisprimary;
    index->valid = of->indisvalid;
    index->only = !of->indisvalid && owner->kind == 'p';
    index->nulls_not_distinct = of->indnullsnotdistinct;
    index->added_in = index->added_transaction = 0;
    pga_state_index_register(state, index);
    g_hash_table_insert(load->indexes, GUINT_TO_POINTER(of->indexrelid), index);
}

void
pga_state_load_indexes(PgaStateLoad *load)
{
    const GPtrArray *all = load->catalog->indexes;

    for (guint i = 0; i < all->len; i++)
        load_index(load, g_ptr_array_index(all, i));
    for (guint i = 0; i < all->len; i++) {
        const PgaIndex *of = g_ptr_array_index(all, i);
        PgaStateIndex *index = g_hash_table_lookup(load->indexes, GUINT_TO_POINTER(of->indexrelid));
        PgaStateIndex *parent = g_hash_table_lookup(load->indexes, GUINT_TO_POINTER(of->parent));

        if (index && parent && parent->relation == index->relation->parent)
            index->parent = parent;
    }
}

/* What a foreign key to a partitioned table has for each of its partitions is the server's own. */
static gboolean
is_internal(const PgaStateLoad *load, GHashTable *by_oid, const PgaConstraint *of)
{
    const PgaConstraint *parent =
        of->conparentid ? g_hash_table_lookup(by_oid, GUINT_TO_POINTER(of->conparentid)) : NULL;

    return !of->conname || (parent && parent->conrelid == of->conrelid) ||
           !g_hash_table_contains(load->relations, GUINT_TO_POINTER(of->conrelid));
}

static void
load_expression(PgaStateLoad *load, PgaStateConstraint *constraint, const char *definition)
{
    g_autofree char *sql = NULL;
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    const PgQuery__Node *tree;
    const char *end;

    if (!definition || !g_str_has_prefix(definition, "CHECK ("))
        return;
    end = skip(definition + strlen("CHECK "));
    constraint->expression = pga_state_keep_taken(
        load->state, g_strndup(definition + strlen("CHECK ("),
                               (gsize)(end - definition) - strlen("CHECK (") - 1));
    if (!strstr(definition, "IS NOT NULL") || !constraint->expression)
        return;
    sql = g_strconcat("SELECT ", constraint->expression, NULL);
    tree = pga_state_load_parse(load, sql);
    if (tree && tree->node_case == PG_QUERY__NODE__NODE_SELECT_STMT &&
        tree->select_stmt->n_target_list == 1 &&
        tree->select_stmt->target_list[0]->node_case == PG_QUERY__NODE__NODE_RES_TARGET)
        constraint->proves_not_null =
            pga_state_is_not_null_test(tree->select_stmt->target_list[0]->res_target->val, columns);
}

static void
load_foreign_key(PgaStateLoad *load, PgaStateConstraint *constraint, const PgaConstraint *of)
{
    const PgaRelation *referenced = pga_catalog_relation(load->catalog, of->confrelid);

    constraint->referenced = g_hash_table_lookup(load->relations, GUINT_TO_POINTER(of->confrelid));
    take_names(load, referenced, of->confkey, constraint->referenced_columns);
    constraint->referenced_name =
        pga_state_keep(load->state, referenced ? referenced->relname : "");
    constraint->on_delete = of->confdeltype;
    constraint->on_update = of->confupdtype;
}

static void
load_not_null(PgaStateConstraint *constraint)
{
    PgaStateColumn *column =
        constraint->columns->len == 1
            ? pga_state_column(constraint->relation, g_ptr_array_index(constraint->columns, 0))
            : NULL;

    if (column)
        column->not_null_valid = constraint->valid;
}

static gboolean
is_whole(const PgaStateConstraint *constraint)
{
    for (guint i = 0; i < constraint->columns->len; i++)
        if (!g_ptr_array_index(constraint->columns, i))
            return FALSE;
    return constraint->type != 'n' || constraint->columns->len == 1;
}

static void
load_constraint(PgaStateLoad *load, const PgaConstraint *of)
{
    PgaState *state = load->state;
    PgaStateConstraint *constraint = pga_state_constraint_new(
        state, g_hash_table_lookup(load->relations, GUINT_TO_POINTER(of->conrelid)), of->contype,
        of->conname);
    PgaStateIndex *index = g_hash_table_lookup(load->indexes, GUINT_TO_POINTER(of->conindid));

    take_names(load, pga_catalog_relation(load->catalog, of->conrelid), of->conkey,
               constraint->columns);
    for (guint i = constraint->columns->len; of->contype == 'x' && i-- > 0;)
        if (!g_ptr_array_index(constraint->columns, i))
            g_ptr_array_remove_index(constraint->columns, i);
    if (!is_whole(constraint))
        return;
    constraint->valid = of->convalidated;
    constraint->enforced = of->conenforced;
    constraint->deferrable = of->condeferrable;
    constraint->no_inherit = of->connoinherit;
    constraint->added_in = constraint->added_transaction = 0;
    if (of->contype == 'c')
        load_expression(load, constraint, of->definition);
    else if (of->contype == 'f')
        load_foreign_key(load, constraint, of);
    else if (of->contype == 'n')
        load_not_null(constraint);
    else if (index && index->relation == constraint->relation) {
        constraint->index = index->name;
        index->constraint = constraint->name;
    }
    if (of->conparentid) {
        constraint->n_inherited = 1;
        constraint->local = FALSE;
    }
    pga_state_constraint_attach(state, constraint);
}

/* (nullable): what a child has of its parent's check or NOT NULL */
static PgaStateConstraint *
of_child(const PgaStateRelation *child, const PgaStateConstraint *of)
{
    if (of->no_inherit)
        return NULL;
    if (of->type == 'c')
        return pga_state_constraint(child, of->name);
    return of->type == 'n' ? pga_state_not_null_of(child, g_ptr_array_index(of->columns, 0)) : NULL;
}

static void
inherit(const PgaStateRelation *relation, const PgaStateRelation *parent)
{
    for (guint k = 0; k < parent->constraints->len; k++) {
        PgaStateConstraint *constraint =
            of_child(relation, g_ptr_array_index(parent->constraints, k));

        if (!constraint)
            continue;
        constraint->n_inherited++;
        constraint->local = FALSE;
    }
}

static void
inherit_all(const PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->parents->len; i++)
        inherit(relation, g_ptr_array_index(relation->parents, i));
}

void
pga_state_load_constraints(PgaStateLoad *load)
{
    const GPtrArray *all = load->catalog->constraints;
    g_autoptr(GHashTable) by_oid = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < all->len; i++) {
        PgaConstraint *constraint = g_ptr_array_index(all, i);

        g_hash_table_insert(by_oid, GUINT_TO_POINTER(constraint->oid), constraint);
    }
    for (guint i = 0; i < all->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(all, i);

        if (!is_internal(load, by_oid, constraint))
            load_constraint(load, constraint);
    }
    for (guint i = 0; i < load->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(load->catalog->relations, i);

        inherit_all(g_hash_table_lookup(load->relations, GUINT_TO_POINTER(relation->oid)));
    }
}
