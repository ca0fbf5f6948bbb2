/* duplicate-column-assignment: a column named twice. */
#include "../rule_internal.h"

/** A place that names a column. */
typedef struct {
    const char *name; /* (nullable) */
    gboolean whole;   /* not a part of it */
    int location;
} Target;

/* (nullable): as the server names a column of a query without an alias; as far as that is plain. */
static const char *
inferred_name(const PgQuery__Node *value)
{
    const PgQuery__Node *last;

    if (value->node_case == PG_QUERY__NODE__NODE_A_CONST)
        return "?column?";
    if (value->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
        return NULL;
    last = value->column_ref->fields[value->column_ref->n_fields - 1];
    return last->node_case == PG_QUERY__NODE__NODE_STRING ? last->string->sval : NULL;
}

static Target
target_of(const PgQuery__Node *node)
{
    if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
        return (Target){node->column_def->colname, TRUE, node->column_def->location};
    if (node->node_case == PG_QUERY__NODE__NODE_STRING)
        return (Target){node->string->sval, TRUE, 0};
    if (node->node_case != PG_QUERY__NODE__NODE_RES_TARGET)
        return (Target){NULL, TRUE, 0};
    return (Target){node->res_target->name, node->res_target->n_indirection == 0,
                    node->res_target->location};
}

/* Parts of one column may be set one by one, but not beside the whole. */
static gboolean
is_twice(GHashTable *seen, const Target *target)
{
    gpointer before;

    if (!g_hash_table_lookup_extended(seen, target->name, NULL, &before)) {
        g_hash_table_insert(seen, (gpointer)target->name, GINT_TO_POINTER(target->whole));
        return FALSE;
    }
    return target->whole || GPOINTER_TO_INT(before);
}

static void
judge_list(PgaLintRun *run, const PgaAction *action, PgQuery__Node *const *nodes, gsize n_nodes)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (gsize i = 0; i < n_nodes; i++) {
        const Target target = target_of(nodes[i]);
        PgaAction at = *action;

        if (!target.name || !is_twice(seen, &target))
            continue;
        if (target.location > 0)
            at.location = (gsize)target.location;
        pga_lint_report(run, &at, "%s is named twice: the server refuses it.", target.name);
    }
}

/* Of a view or table that takes its columns from a query. */
static void
judge_query(PgaLintRun *run, const PgaAction *action, const PgQuery__Node *query)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (!query || query->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
        return;
    for (size_t i = 0; i < query->select_stmt->n_target_list; i++) {
        const PgQuery__ResTarget *target = query->select_stmt->target_list[i]->res_target;
        const char *name = target->name[0] != '\0' ? target->name : inferred_name(target->val);
        PgaAction at = *action;

        if (!name || g_hash_table_add(seen, (gpointer)name))
            continue;
        at.location = (gsize)MAX(target->location, 0);
        pga_lint_report(run, &at, "%s is named twice: the server refuses it.", name);
    }
}

static void
judge_conflict(PgaLintRun *run, const PgaAction *action, const PgQuery__OnConflictClause *clause)
{
    if (clause)
        judge_list(run, action, clause->target_list, clause->n_target_list);
}

static void
judge_merge(PgaLintRun *run, const PgaAction *action, const PgQuery__MergeStmt *merge)
{
    for (size_t i = 0; i < merge->n_merge_when_clauses; i++) {
        const PgQuery__MergeWhenClause *when = merge->merge_when_clauses[i]->merge_when_clause;

        judge_list(run, action, when->target_list, when->n_target_list);
    }
}

static void
judge_view(PgaLintRun *run, const PgaAction *action, const PgQuery__ViewStmt *view)
{
    if (view->n_aliases > 0)
        judge_list(run, action, view->aliases, view->n_aliases);
    else
        judge_query(run, action, view->query);
}

static void
judge_table_as(PgaLintRun *run, const PgaAction *action, const PgQuery__CreateTableAsStmt *create)
{
    if (create->into->n_col_names > 0)
        judge_list(run, action, create->into->col_names, create->into->n_col_names);
    else
        judge_query(run, action, create->query);
}

static void
judge_step(PgaLintRun *run)
{
    const PgQuery__Node *statement = run->step->tree;
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;

    switch ((guint)(action ? statement->node_case : PG_QUERY__NODE__NODE__NOT_SET)) {
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
        judge_list(run, action, statement->update_stmt->target_list,
                   statement->update_stmt->n_target_list);
        break;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
        judge_list(run, action, statement->insert_stmt->cols, statement->insert_stmt->n_cols);
        judge_conflict(run, action, statement->insert_stmt->on_conflict_clause);
        break;
    case PG_QUERY__NODE__NODE_MERGE_STMT:
        judge_merge(run, action, statement->merge_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        judge_list(run, action, statement->create_stmt->table_elts,
                   statement->create_stmt->n_table_elts);
        break;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
        judge_list(run, action, statement->create_foreign_table_stmt->base_stmt->table_elts,
                   statement->create_foreign_table_stmt->base_stmt->n_table_elts);
        break;
    case PG_QUERY__NODE__NODE_VIEW_STMT:
        judge_view(run, action, statement->view_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
        judge_table_as(run, action, statement->create_table_as_stmt);
        break;
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        if (statement->select_stmt->into_clause)
            judge_query(run, action, statement);
        break;
    default:
        break;
    }
}

const PgaRule pga_rule_duplicate_column_assignment = {
    .id = "duplicate-column-assignment",
    .title = "Column named twice",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The server refuses the statement when it runs, and the migration fails there.",
    .when_not = "Never.",
    .condition = "UPDATE, INSERT, MERGE, CREATE TABLE or CREATE VIEW that names a column twice; "
                 "elements of an "
                 "array and parts of a composite value may be set one by one.",
    .example = "UPDATE orders SET a = 1, a = 2 WHERE id = 1;",
    .fix = "Proposes to remove one of them.",
    .docs = "sql-update.html",
    .docs_title = "UPDATE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
