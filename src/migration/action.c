/* Statements and their actions. Most statements are about a relation, a list of relations or a
 * name, and a table says where in their structs those are. */
#include "action_internal.h"

#include <stddef.h>
#include <string.h>

#define CASE(name)       PG_QUERY__NODE__NODE_##name
#define OBJECT(name)     PG_QUERY__OBJECT_TYPE__OBJECT_##name
#define AT(type, member) offsetof(PgQuery__##type, member)

/** One kind of statement: offsets in its struct, 0 none. */
typedef struct {
    PgQuery__Node__NodeCase node;
    PgaActionKind kind;
    PgQuery__ObjectType object;
    gboolean creates; /* the relation need not exist, and is not assumed */
    size_t range;     /* RangeVar * */
    size_t each;      /* number of a list of RangeVar or VacuumRelation: an action for each */
    size_t name;      /* char * */
    size_t names;     /* number of a list of String: the last is the name */
} Shape;

static const Shape shapes[] = {
    {CASE(INSERT_STMT), PGA_ACTION_INSERT, .range = AT(InsertStmt, relation)},
    {CASE(UPDATE_STMT), PGA_ACTION_UPDATE, .range = AT(UpdateStmt, relation)},
    {CASE(DELETE_STMT), PGA_ACTION_DELETE, .range = AT(DeleteStmt, relation)},
    {CASE(MERGE_STMT), PGA_ACTION_MERGE, .range = AT(MergeStmt, relation)},
    {CASE(COPY_STMT), PGA_ACTION_COPY, .range = AT(CopyStmt, relation)},
    {CASE(SELECT_STMT), PGA_ACTION_SELECT, .range = 0},
    {CASE(INDEX_STMT), PGA_ACTION_CREATE_INDEX, OBJECT(INDEX), .range = AT(IndexStmt, relation),
     .name = AT(IndexStmt, idxname)},
    {CASE(CLUSTER_STMT), PGA_ACTION_CLUSTER, .range = AT(ClusterStmt, relation),
     .name = AT(ClusterStmt, indexname)},
    {CASE(REFRESH_MAT_VIEW_STMT), PGA_ACTION_REFRESH, OBJECT(MATVIEW),
     .range = AT(RefreshMatViewStmt, relation)},
    {CASE(REINDEX_STMT), PGA_ACTION_REINDEX, .range = AT(ReindexStmt, relation),
     .name = AT(ReindexStmt, name)},
    {CASE(TRUNCATE_STMT), PGA_ACTION_TRUNCATE, .each = AT(TruncateStmt, n_relations)},
    {CASE(LOCK_STMT), PGA_ACTION_LOCK, .each = AT(LockStmt, n_relations)},
    {CASE(VACUUM_STMT), PGA_ACTION_VACUUM, .each = AT(VacuumStmt, n_rels)},
    {CASE(GRANT_STMT), PGA_ACTION_GRANT, .each = AT(GrantStmt, n_objects)},
    {CASE(CREATE_STATS_STMT), PGA_ACTION_OTHER, OBJECT(STATISTIC_EXT),
     .each = AT(CreateStatsStmt, n_relations)},
    {CASE(CREATE_TRIG_STMT), PGA_ACTION_CREATE_TRIGGER, OBJECT(TRIGGER),
     .range = AT(CreateTrigStmt, relation), .name = AT(CreateTrigStmt, trigname)},
    {CASE(RULE_STMT), PGA_ACTION_CREATE_TRIGGER, OBJECT(RULE), .range = AT(RuleStmt, relation),
     .name = AT(RuleStmt, rulename)},
    {CASE(CREATE_POLICY_STMT), PGA_ACTION_CREATE_TRIGGER, OBJECT(POLICY),
     .range = AT(CreatePolicyStmt, table), .name = AT(CreatePolicyStmt, policy_name)},
    {CASE(ALTER_POLICY_STMT), PGA_ACTION_OTHER, OBJECT(POLICY), .range = AT(AlterPolicyStmt, table),
     .name = AT(AlterPolicyStmt, policy_name)},
    {CASE(VIEW_STMT), PGA_ACTION_CREATE_VIEW, OBJECT(VIEW), TRUE, .range = AT(ViewStmt, view)},
    {CASE(CREATE_SEQ_STMT), PGA_ACTION_OTHER, OBJECT(SEQUENCE), TRUE,
     .range = AT(CreateSeqStmt, sequence)},
    {CASE(ALTER_SEQ_STMT), PGA_ACTION_OTHER, OBJECT(SEQUENCE), .range = AT(AlterSeqStmt, sequence)},
    {CASE(CREATE_ENUM_STMT), PGA_ACTION_CREATE_TYPE, OBJECT(TYPE),
     .names = AT(CreateEnumStmt, n_type_name)},
    {CASE(CREATE_RANGE_STMT), PGA_ACTION_CREATE_TYPE, OBJECT(TYPE),
     .names = AT(CreateRangeStmt, n_type_name)},
    {CASE(CREATE_DOMAIN_STMT), PGA_ACTION_CREATE_TYPE, OBJECT(DOMAIN),
     .names = AT(CreateDomainStmt, n_domainname)},
    {CASE(COMPOSITE_TYPE_STMT), PGA_ACTION_CREATE_TYPE, OBJECT(TYPE), TRUE,
     .range = AT(CompositeTypeStmt, typevar)},
    {CASE(ALTER_ENUM_STMT), PGA_ACTION_ALTER_ENUM, OBJECT(TYPE),
     .names = AT(AlterEnumStmt, n_type_name)},
    {CASE(ALTER_DOMAIN_STMT), PGA_ACTION_ALTER_DOMAIN, OBJECT(DOMAIN),
     .names = AT(AlterDomainStmt, n_type_name)},
    {CASE(CREATE_FUNCTION_STMT), PGA_ACTION_CREATE_FUNCTION, OBJECT(FUNCTION),
     .names = AT(CreateFunctionStmt, n_funcname)},
    {CASE(CREATE_EXTENSION_STMT), PGA_ACTION_CREATE_EXTENSION, OBJECT(EXTENSION),
     .name = AT(CreateExtensionStmt, extname)},
    {CASE(ALTER_EXTENSION_STMT), PGA_ACTION_OTHER, OBJECT(EXTENSION),
     .name = AT(AlterExtensionStmt, extname)},
    {CASE(CREATE_PUBLICATION_STMT), PGA_ACTION_OTHER, OBJECT(PUBLICATION),
     .name = AT(CreatePublicationStmt, pubname)},
    {CASE(ALTER_PUBLICATION_STMT), PGA_ACTION_OTHER, OBJECT(PUBLICATION),
     .name = AT(AlterPublicationStmt, pubname)},
    {CASE(CREATE_SCHEMA_STMT), PGA_ACTION_OTHER, OBJECT(SCHEMA),
     .name = AT(CreateSchemaStmt, schemaname)},
    {CASE(TRANSACTION_STMT), PGA_ACTION_TRANSACTION, .name = AT(TransactionStmt, savepoint_name)},
    {CASE(VARIABLE_SET_STMT), PGA_ACTION_SET, .name = AT(VariableSetStmt, name)},
};

const char *
pga_action_string(const PgQuery__Node *node)
{
    return node && node->node_case == CASE(STRING) ? pga_action_text(node->string->sval) : NULL;
}

void
pga_action_names(PgQuery__Node *const *names, size_t n, const char **nspname, const char **name)
{
    *name = n > 0 ? pga_action_string(names[n - 1]) : NULL;
    *nspname = n > 1 ? pga_action_string(names[n - 2]) : NULL;
}

PgaStateRelation *
pga_action_relation(PgaState *state, const char *nspname, const char *name)
{
    PgaStateRelation *relation = pga_state_relation(state, nspname, name);
    PgaStateIndex *index = relation ? NULL : pga_state_index(state, nspname, name);

    if (index)
        return index->relation;
    return relation ? relation : pga_state_assume(state, nspname, name);
}

PgaAction *
pga_action_append(const PgaActionSink *sink, PgaActionKind kind)
{
    PgaAction action = {.kind = kind, .step = sink->step, .statement = sink->statement};

    g_array_append_val(sink->actions, action);
    return &g_array_index(sink->actions, PgaAction, sink->actions->len - 1);
}

PgaAction *
pga_action_append_on(const PgaActionSink *sink, PgaActionKind kind, const PgQuery__RangeVar *range)
{
    PgaAction *action = pga_action_append(sink, kind);

    if (!range)
        return action;
    action->range = range;
    action->location = (gsize)MAX(range->location, 0);
    action->relation =
        pga_action_relation(sink->state, pga_action_text(range->schemaname), range->relname);
    return action;
}

static void
append_created(const PgaActionSink *sink, const Shape *shape, const PgQuery__RangeVar *range)
{
    PgaAction *action = pga_action_append(sink, shape->kind);
    const char *nspname = pga_action_text(range->schemaname);

    action->object = shape->object;
    action->range = range;
    action->location = (gsize)MAX(range->location, 0);
    action->relation = pga_state_relation(sink->state, nspname, range->relname);
    action->name = range->relname;
    action->nspname = nspname;
}

static const PgQuery__RangeVar *
range_of(const PgQuery__Node *node)
{
    if (node->node_case == CASE(VACUUM_RELATION))
        return node->vacuum_relation->relation;
    return node->node_case == CASE(RANGE_VAR) ? node->range_var : NULL;
}

static gboolean
append_each(const PgaActionSink *sink, const Shape *shape, const char *body)
{
    size_t n = *(const size_t *)(body + shape->each);
    PgQuery__Node *const *nodes =
        *(PgQuery__Node *const *const *)(body + shape->each + sizeof(size_t));

    for (size_t i = 0; i < n; i++)
        pga_action_append_on(sink, shape->kind, range_of(nodes[i]))->object = shape->object;
    return n > 0;
}

static void
append_shape(const PgaActionSink *sink, const Shape *shape)
{
    const char *body = (const char *)sink->statement->select_stmt;
    const PgQuery__RangeVar *range =
        shape->range ? *(PgQuery__RangeVar *const *)(body + shape->range) : NULL;
    PgaAction *action;

    if (shape->each && append_each(sink, shape, body))
        return;
    if (shape->creates && range) {
        append_created(sink, shape, range);
        return;
    }
    action = pga_action_append_on(sink, shape->kind, range);
    action->object = shape->object;
    if (shape->name)
        action->name = pga_action_text(*(char *const *)(body + shape->name));
    if (shape->names)
        pga_action_names(*(PgQuery__Node *const *const *)(body + shape->names + sizeof(size_t)),
                         *(const size_t *)(body + shape->names), &action->nspname, &action->name);
}

static void
create_table_as(const PgaActionSink *sink, const PgQuery__IntoClause *into,
                PgQuery__ObjectType object)
{
    const Shape shape = {.kind = object == OBJECT(MATVIEW) ? PGA_ACTION_CREATE_VIEW
                                                           : PGA_ACTION_CREATE_TABLE,
                         .object = object};

    if (into && into->rel)
        append_created(sink, &shape, into->rel);
    else
        pga_action_append(sink, PGA_ACTION_OTHER);
}

static gboolean
explains_with_analyze(const PgQuery__ExplainStmt *explain)
{
    for (size_t i = 0; i < explain->n_options; i++) {
        const PgQuery__Node *option = explain->options[i];

        if (option->node_case == CASE(DEF_ELEM) &&
            strcmp(option->def_elem->defname, "analyze") == 0)
            return TRUE;
    }
    return FALSE;
}

/* What is about a relation by a way of its own. */
static void
append_comment(const PgaActionSink *sink, const PgQuery__CommentStmt *comment)
{
    PgaAction *action = pga_action_append(sink, PGA_ACTION_OTHER);
    const PgQuery__Node *object = comment->object;
    gboolean part = comment->objtype == OBJECT(COLUMN) ||
                    comment->objtype == OBJECT(TABCONSTRAINT) ||
                    comment->objtype == OBJECT(TRIGGER) || comment->objtype == OBJECT(RULE) ||
                    comment->objtype == OBJECT(POLICY);
    gboolean whole = comment->objtype == OBJECT(TABLE) || comment->objtype == OBJECT(INDEX) ||
                     comment->objtype == OBJECT(VIEW) || comment->objtype == OBJECT(MATVIEW) ||
                     comment->objtype == OBJECT(SEQUENCE) ||
                     comment->objtype == OBJECT(FOREIGN_TABLE);
    const char *nspname, *name;

    action->object = comment->objtype;
    if (!object || object->node_case != CASE(LIST) || (!part && !whole))
        return;
    pga_action_names(object->list->items, object->list->n_items - (part ? 1 : 0), &nspname, &name);
    if (part && object->list->n_items > 0)
        action->name = pga_action_string(object->list->items[object->list->n_items - 1]);
    else
        action->name = name;
    if (whole)
        action->nspname = nspname;
    if (name)
        action->relation = pga_action_relation(sink->state, nspname, name);
}

/* Statements in statements: CTEs that write, what EXPLAIN ANALYZE runs, parts of CREATE SCHEMA. */
static void
append_ctes(const PgaActionSink *sink, const PgQuery__WithClause *with)
{
    for (size_t i = 0; with && i < with->n_ctes; i++) {
        const PgQuery__Node *query = with->ctes[i]->common_table_expr->ctequery;

        if (query && query->node_case != CASE(SELECT_STMT))
            g_ptr_array_add(sink->inner, (gpointer)query);
    }
}

static const PgQuery__WithClause *
with_of(const PgQuery__Node *statement)
{
    if (statement->node_case == CASE(SELECT_STMT))
        return statement->select_stmt->with_clause;
    if (statement->node_case == CASE(INSERT_STMT))
        return statement->insert_stmt->with_clause;
    if (statement->node_case == CASE(UPDATE_STMT))
        return statement->update_stmt->with_clause;
    if (statement->node_case == CASE(DELETE_STMT))
        return statement->delete_stmt->with_clause;
    return statement->node_case == CASE(MERGE_STMT) ? statement->merge_stmt->with_clause : NULL;
}

static void
append_listed(const PgaActionSink *sink)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++)
        if (shapes[i].node == sink->statement->node_case) {
            append_shape(sink, &shapes[i]);
            return;
        }
    pga_action_append(sink, PGA_ACTION_OTHER);
}

/* What the table's general way gives another meaning. */
static void
correct(const PgaActionSink *sink, guint first)
{
    const PgQuery__Node *statement = sink->statement;
    PgaAction *action = &g_array_index(sink->actions, PgaAction, first);

    if (statement->node_case == CASE(COPY_STMT) && !statement->copy_stmt->is_from)
        action->kind = PGA_ACTION_SELECT;
    for (guint i = first; i < sink->actions->len; i++) {
        action = &g_array_index(sink->actions, PgaAction, i);
        if (statement->node_case == CASE(VACUUM_STMT) && !statement->vacuum_stmt->is_vacuumcmd)
            action->kind = PGA_ACTION_OTHER; /* ANALYZE */
        if (statement->node_case == CASE(GRANT_STMT))
            action->object = statement->grant_stmt->objtype;
    }
}

static void
append_schema_elements(const PgaActionSink *sink, const PgQuery__CreateSchemaStmt *schema)
{
    for (size_t i = 0; i < schema->n_schema_elts; i++)
        g_ptr_array_add(sink->inner, schema->schema_elts[i]);
}

static gboolean
append_special(const PgaActionSink *sink)
{
    const PgQuery__Node *statement = sink->statement;

    if (statement->node_case == CASE(CREATE_STMT))
        pga_action_create_table(sink, statement->create_stmt, OBJECT(TABLE));
    else if (statement->node_case == CASE(CREATE_FOREIGN_TABLE_STMT))
        pga_action_create_table(sink, statement->create_foreign_table_stmt->base_stmt,
                                OBJECT(FOREIGN_TABLE));
    else if (statement->node_case == CASE(CREATE_TABLE_AS_STMT))
        create_table_as(sink, statement->create_table_as_stmt->into,
                        statement->create_table_as_stmt->objtype);
    else if (statement->node_case == CASE(SELECT_STMT) && statement->select_stmt->into_clause)
        create_table_as(sink, statement->select_stmt->into_clause, OBJECT(TABLE));
    else if (statement->node_case == CASE(ALTER_TABLE_STMT))
        pga_action_alter_table(sink);
    else if (statement->node_case == CASE(DROP_STMT))
        pga_action_drop(sink);
    else if (statement->node_case == CASE(RENAME_STMT))
        pga_action_rename(sink);
    else if (statement->node_case == CASE(ALTER_OBJECT_SCHEMA_STMT))
        pga_action_set_schema(sink);
    else if (statement->node_case == CASE(COMMENT_STMT))
        append_comment(sink, statement->comment_stmt);
    else if (statement->node_case == CASE(EXPLAIN_STMT) &&
             explains_with_analyze(statement->explain_stmt) && statement->explain_stmt->query)
        g_ptr_array_add(sink->inner, statement->explain_stmt->query);
    else
        return FALSE;
    return TRUE;
}

static void
append_statement(const PgaActionSink *sink)
{
    const guint first = sink->actions->len;

    if (append_special(sink))
        return;
    append_listed(sink);
    correct(sink, first);
    append_ctes(sink, with_of(sink->statement));
    if (sink->statement->node_case == CASE(CREATE_SCHEMA_STMT))
        append_schema_elements(sink, sink->statement->create_schema_stmt);
}

void
pga_actions_of(PgaState *state, const PgaStep *step, GArray *actions)
{
    g_autoptr(GPtrArray) inner = g_ptr_array_new();
    PgaActionSink sink = {.state = state, .step = step, .actions = actions, .inner = inner};

    g_array_set_size(actions, 0);
    if (step->tree)
        g_ptr_array_add(inner, (gpointer)step->tree);
    for (guint i = 0; i < inner->len; i++) {
        sink.statement = inner->pdata[i];
        append_statement(&sink);
    }
}
