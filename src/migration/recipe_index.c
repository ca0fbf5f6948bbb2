/* Indexes and materialised views: CONCURRENTLY, which no transaction block allows. */
#include <base/text.h>
#include <string.h>

#include "recipe_internal.h"

/* libpg_query 15 writes the index's own name as it stands, 17 quotes it. */
static char *
deparse_index(const PgQuery__IndexStmt *index)
{
    PgQuery__IndexStmt named = *index;
    PgQuery__Node node = PG_QUERY__NODE__INIT;
    g_autofree char *name = *index->idxname ? pga_quote_identifier(index->idxname) : g_strdup("");
    g_autofree char *sql = NULL;

    node.node_case = PG_QUERY__NODE__NODE_INDEX_STMT;
    node.index_stmt = &named;
    sql = pga_tree_deparse(&node);
    if (!*name || !sql || strstr(sql, name))
        return g_steal_pointer(&sql);
    named.idxname = name;
    return pga_tree_deparse(&node);
}

static char *
qualified(const PgQuery__RangeVar *beside, const char *name)
{
    return pga_quote_qualified(*beside->schemaname ? beside->schemaname : NULL, name);
}

/* The index on one leaf, built while others work, then made part of the parent's. */
static void
write_leaf(PgaRecipeWriter *writer, const PgQuery__IndexStmt *parent, PgaStateRelation *leaf)
{
    PgQuery__RangeVar range = *parent->relation;
    PgQuery__IndexStmt index = *parent;
    g_autofree char *name = g_strdup_printf("%.30s_%.30s", leaf->relname, parent->idxname);
    g_autofree char *whole = qualified(parent->relation, parent->idxname);
    g_autofree char *part = NULL, *sql = NULL;
    PgaFixStep *step;

    range.schemaname = leaf->nspname;
    range.relname = leaf->relname;
    range.inh = TRUE;
    index.relation = &range;
    index.idxname = name;
    index.concurrent = TRUE;
    sql = deparse_index(&index);
    part = qualified(&range, name);
    step = pga_recipe_step_alone(writer, "Build it on the partition");
    pga_recipe_sql(step, "%s;", sql);
    step = pga_recipe_step(writer, "Attach it");
    pga_recipe_sql(step, "ALTER INDEX %s ATTACH PARTITION %s;", whole, part);
}

/* FALSE: what the partitions are is not known, or they have partitions themselves. */
static gboolean
write_partitioned(PgaRecipeWriter *writer, const PgQuery__IndexStmt *index)
{
    const PgaStateRelation *parent = writer->action->relation;
    PgQuery__RangeVar range = *index->relation;
    PgQuery__IndexStmt only = *index;
    g_autofree char *name = qualified(index->relation, index->idxname), *sql = NULL;

    for (guint i = 0; i < parent->children->len; i++)
        if (((PgaStateRelation *)g_ptr_array_index(parent->children, i))->kind != 'r')
            return FALSE;
    if (!*index->idxname || parent->assumed)
        return FALSE;
    range.inh = FALSE;
    only.relation = &range;
    sql = deparse_index(&only);
    pga_recipe_sql(pga_recipe_step(writer, "Create the parent's index, invalid for now"), "%s;",
                   sql);
    for (guint i = 0; i < parent->children->len; i++)
        write_leaf(writer, index, g_ptr_array_index(parent->children, i));
    pga_recipe_undo(writer, "DROP INDEX %s;", name);
    writer->recipe->difference = g_strdup("The partitions' indexes have names of their own.");
    return TRUE;
}

gboolean
pga_recipe_create_index(PgaRecipeWriter *writer)
{
    const PgQuery__IndexStmt *statement = writer->action->statement->index_stmt;
    const PgaStateRelation *relation = writer->action->relation;
    PgQuery__IndexStmt index = *statement;
    g_autofree char *sql = NULL, *name = NULL;
    PgaFixStep *step;

    if (index.concurrent || (relation && relation->kind == 'p' && !index.relation->inh))
        return FALSE;
    if (relation && relation->kind == 'p')
        return write_partitioned(writer, &index);
    index.concurrent = TRUE;
    sql = deparse_index(&index);
    if (!sql)
        return FALSE;
    step = pga_recipe_step_alone(writer, "Build the index while others write");
    if (*index.idxname) {
        name = qualified(index.relation, index.idxname);
        if (!index.if_not_exists) /* else one that is there is to stay */
            pga_recipe_sql(step, "DROP INDEX CONCURRENTLY IF EXISTS %s;", name);
        pga_recipe_undo(writer, "DROP INDEX CONCURRENTLY IF EXISTS %s;", name);
    }
    pga_recipe_sql(step, "%s;", sql);
    return TRUE;
}

static char *
object_name(const PgaAction *action)
{
    return pga_quote_qualified(action->nspname, action->name);
}

static void
append_list(GString *sql, const GPtrArray *items, gboolean quote)
{
    for (guint i = 0; i < items->len; i++) {
        const char *item = g_ptr_array_index(items, i);
        g_autofree char *quoted = quote ? pga_quote_identifier(item) : g_strdup(item);

        g_string_append_printf(sql, "%s%s", i ? ", " : "", quoted);
    }
}

static char *
index_definition(const PgaStateIndex *index)
{
    g_autofree char *name = pga_quote_identifier(index->name);
    g_autofree char *table = pga_state_relation_name(index->relation);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "CREATE %sINDEX CONCURRENTLY %s ON %s USING %s (",
                    index->unique ? "UNIQUE " : "", name, table, index->method);
    append_list(sql, index->keys, FALSE);
    g_string_append_c(sql, ')');
    if (index->included->len > 0) {
        g_string_append(sql, " INCLUDE (");
        append_list(sql, index->included, TRUE);
        g_string_append_c(sql, ')');
    }
    if (index->nulls_not_distinct)
        g_string_append(sql, " NULLS NOT DISTINCT");
    if (index->predicate)
        g_string_append_printf(sql, " WHERE %s", index->predicate);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static gboolean
drop_index(PgaRecipeWriter *writer)
{
    const PgQuery__DropStmt *drop = writer->action->statement->drop_stmt;
    const PgaStateIndex *index =
        pga_state_index(writer->state, writer->action->nspname, writer->action->name);
    g_autofree char *name = object_name(writer->action);

    if (drop->concurrent || drop->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE ||
        (index && (index->constraint || index->relation->kind == 'p')))
        return FALSE;
    pga_recipe_sql(pga_recipe_step_alone(writer, "Drop the index while others work"),
                   "DROP INDEX CONCURRENTLY %s%s;", drop->missing_ok ? "IF EXISTS " : "", name);
    if (index) {
        g_autofree char *definition = index_definition(index);

        pga_recipe_undo(writer, "%s;", definition);
    }
    return TRUE;
}

/* A foreign key between them locks the referenced table too: each goes by itself. */
static void
drop_foreign_keys(PgaRecipeWriter *writer, const PgaStateRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);
        g_autofree char *table = NULL, *name = NULL;

        if (constraint->type != 'f')
            continue;
        table = pga_state_relation_name(relation);
        name = pga_quote_identifier(constraint->name);
        pga_recipe_sql(pga_recipe_step(writer, "Drop the foreign key"),
                       "ALTER TABLE %s DROP CONSTRAINT %s;", table, name);
    }
}

static gboolean
drop_table(PgaRecipeWriter *writer)
{
    const PgQuery__DropStmt *drop = writer->action->statement->drop_stmt;
    const PgaStateRelation *relation = writer->action->relation;
    g_autofree char *name = object_name(writer->action);

    pga_recipe_deploy(writer,
                      "Deploy code that no longer uses %s, and wait for the last of the old", name);
    if (relation && relation->is_partition && relation->parent) {
        g_autofree char *parent = pga_state_relation_name(relation->parent);

        pga_recipe_sql(pga_recipe_step_alone(writer, "Detach the partition"),
                       "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY;", parent, name);
    } else if (relation) {
        drop_foreign_keys(writer, relation);
    }
    pga_recipe_sql(pga_recipe_step(writer, "Drop the table"), "DROP TABLE %s%s%s;",
                   drop->missing_ok ? "IF EXISTS " : "", name,
                   drop->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE ? " CASCADE" : "");
    return TRUE;
}

gboolean
pga_recipe_drop(PgaRecipeWriter *writer)
{
    if (writer->action->statement->node_case != PG_QUERY__NODE__NODE_DROP_STMT)
        return FALSE;
    if (writer->action->object == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX)
        return drop_index(writer);
    return writer->action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE && drop_table(writer);
}

static gboolean
is_concurrent(const PgQuery__ReindexStmt *statement)
{
    for (gsize i = 0; i < statement->n_params; i++)
        if (statement->params[i]->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
            strcmp(statement->params[i]->def_elem->defname, "concurrently") == 0)
            return TRUE;
    return FALSE;
}

gboolean
pga_recipe_reindex(PgaRecipeWriter *writer)
{
    const PgQuery__ReindexStmt *statement = writer->action->statement->reindex_stmt;
    const char *what = NULL;

    if (is_concurrent(statement) || !statement->relation)
        return FALSE;
    if (statement->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX)
        what = "INDEX";
    else if (statement->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE)
        what = "TABLE";
    if (!what || !writer->table)
        return FALSE;
    pga_recipe_sql(pga_recipe_step_alone(writer, "Rebuild it while others work"),
                   "REINDEX %s CONCURRENTLY %s;", what, writer->table);
    return TRUE;
}

gboolean
pga_recipe_refresh(PgaRecipeWriter *writer)
{
    const PgQuery__RefreshMatViewStmt *statement = writer->action->statement->refresh_mat_view_stmt;
    const PgaStateRelation *view = writer->action->relation;

    if (statement->concurrent || statement->skip_data || !view)
        return FALSE;
    for (guint i = 0; i < view->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(view->indexes, i);

        if (!index->unique || !index->valid || index->predicate ||
            g_ptr_array_find(index->columns, NULL, NULL))
            continue;
        pga_recipe_sql(pga_recipe_step_alone(writer, "Refresh it while others read"),
                       "REFRESH MATERIALIZED VIEW CONCURRENTLY %s;", writer->table);
        return TRUE;
    }
    return FALSE;
}
