/* Changes of many rows: in batches, each its own transaction, so that no row stays locked for long
 * and VACUUM follows behind. */
#include <base/text.h>
#include <string.h>

#include "recipe_internal.h"

#define ROWS_PER_BLOCK 80 /* of usual width; of wider rows a batch has fewer */

static guint /* NOLINTNEXTLINE(misc-no-recursion): as deep as tables inherit */
n_leaves(const PgaStateRelation *relation)
{
    guint n = 0;

    if (!relation || relation->children->len == 0)
        return 1;
    for (guint i = 0; i < relation->children->len; i++)
        n += n_leaves(g_ptr_array_index(relation->children, i));
    return n;
}

/* A batch is the same blocks of every partition. */
static guint
blocks_of_batch(const PgaRecipeWriter *writer)
{
    const guint n_partitions = n_leaves(writer->action->relation);

    return MAX(1, writer->options->batch_rows / ROWS_PER_BLOCK / n_partitions);
}

/* SQL: the bytes of the longest table to fill. A partitioned table has none itself, and what is not
 * known may be one, or have children. (transfer full) */
static char *
bytes_to_fill(const PgaRecipeWriter *writer)
{
    const PgaStateRelation *relation = writer->action->relation;
    g_autofree char *table = pga_quote_literal(writer->table);

    if (relation && !relation->assumed && relation->kind == 'r' && relation->children->len == 0)
        return g_strdup_printf("pg_relation_size(%s)", table);
    return g_strdup_printf("(\n"
                           "        WITH RECURSIVE part (id) AS (\n"
                           "            SELECT %s::regclass::oid\n"
                           "            UNION SELECT inhrelid FROM part JOIN pg_inherits ON "
                           "inhparent = id)\n"
                           "        SELECT max(pg_relation_size(id)) FROM part)",
                           table);
}

/* SQL: that a row is in the batch's blocks. A range of ctid reads the whole table before 14, their
 * list does not. (transfer full) */
static char *
in_batch(const PgaRecipeWriter *writer, guint n_blocks)
{
    if (writer->state->version >= 140000)
        return g_strdup_printf("ctid >= format('(%%s,0)', first_block)::tid\n"
                               "          AND ctid < format('(%%s,0)', first_block + %u)::tid",
                               n_blocks);
    return g_strdup_printf(
        "ctid = ANY (ARRAY(\n"
        "            SELECT format('(%%s,%%s)', block, line)::tid\n"
        "            FROM generate_series(first_block, first_block + %u) AS block,\n"
        "                generate_series(1, current_setting('block_size')::int / 28) AS line))",
        n_blocks - 1);
}

void
pga_recipe_write_backfill(PgaRecipeWriter *writer, const char *column, const char *value)
{
    const guint n_blocks = blocks_of_batch(writer);
    g_autofree char *name = pga_quote_identifier(column);
    g_autofree char *bytes = bytes_to_fill(writer), *batch = in_batch(writer, n_blocks);

    pga_recipe_sql(pga_recipe_step_alone(writer, "Fill the rows that exist, batch by batch"),
                   "DO $batches$\n"
                   "DECLARE\n"
                   "    n_blocks bigint := %s / "
                   "current_setting('block_size')::bigint;\n"
                   "BEGIN\n"
                   "    FOR first_block IN 0 .. n_blocks BY %u LOOP\n"
                   "        UPDATE %s SET %s = %s\n"
                   "        WHERE %s\n"
                   "          AND %s IS NULL;\n"
                   "        COMMIT;\n"
                   "    END LOOP;\n"
                   "END\n"
                   "$batches$;",
                   bytes, n_blocks, writer->table, name, value, batch, name);
}

/* The one column of the primary key. (nullable) */
static const char *
key_column(const PgaStateRelation *relation)
{
    for (guint i = 0; relation && i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->type == 'p' && constraint->columns->len == 1)
            return g_ptr_array_index(constraint->columns, 0);
    }
    return NULL;
}

/* "alias.id", by what the statement calls the relation. */
static char *
name_in(const PgQuery__RangeVar *range, const char *column)
{
    g_autofree char *quoted = pga_quote_identifier(column);
    g_autofree char *alias =
        pga_quote_identifier(range->alias ? range->alias->aliasname : range->relname);

    return g_strdup_printf("%s.%s", alias, quoted);
}

/* The statement with "AND key > last_key_ AND key <= batch_end_" in its condition; NULL when it
 * cannot be written. */
static char *
bounded(const PgaAction *action, const char *key)
{
    const PgQuery__Node *statement = action->statement;
    g_autofree char *whole = pga_tree_deparse(statement), *name = name_in(action->range, key);
    const gboolean is_update = statement->node_case == PG_QUERY__NODE__NODE_UPDATE_STMT;
    const PgQuery__Node *condition =
        is_update ? statement->update_stmt->where_clause : statement->delete_stmt->where_clause;
    const gboolean returns = is_update ? statement->update_stmt->n_returning_list > 0
                                       : statement->delete_stmt->n_returning_list > 0;

    if (!whole || returns)
        return NULL;
    if (condition) { /* the last clause: RETURNING is not there */
        g_autofree char *text = pga_tree_deparse_expression(condition);
        const char *at =
            text && g_str_has_suffix(whole, text) ? whole + strlen(whole) - strlen(text) : NULL;

        if (!at)
            return NULL;
        return g_strdup_printf(
            "%.*s(%s)\n          AND (last_key_ IS NULL OR %s > last_key_) AND %s <= batch_end_",
            (int)(at - whole), whole, text, name, name);
    }
    return g_strdup_printf(
        "%s\n        WHERE (last_key_ IS NULL OR %s > last_key_) AND %s <= batch_end_", whole, name,
        name);
}

gboolean
pga_recipe_change_rows(PgaRecipeWriter *writer)
{
    const char *key = key_column(writer->action->relation);
    g_autofree char *statement = NULL, *column = NULL;

    if (!key || !writer->table || writer->action->step->depth > 0)
        return FALSE;
    statement = bounded(writer->action, key);
    if (!statement)
        return FALSE;
    column = pga_quote_identifier(key);
    pga_recipe_sql(pga_recipe_step_alone(writer, "Change the rows, batch by batch"),
                   "DO $batches$\n"
                   "DECLARE\n"
                   "    last_key_ %s.%s%%TYPE;\n"
                   "    batch_end_ %s.%s%%TYPE;\n"
                   "BEGIN\n"
                   "    LOOP\n"
                   "        SELECT %s INTO batch_end_ FROM (\n"
                   "            SELECT %s FROM %s WHERE last_key_ IS NULL OR %s > last_key_\n"
                   "            ORDER BY %s LIMIT %u) AS batch\n"
                   "        ORDER BY %s DESC LIMIT 1;\n"
                   "        EXIT WHEN batch_end_ IS NULL;\n"
                   "        %s;\n"
                   "        last_key_ := batch_end_;\n"
                   "        COMMIT;\n"
                   "    END LOOP;\n"
                   "END\n"
                   "$batches$;",
                   writer->table, column, writer->table, column, column, column, writer->table,
                   column, column, writer->options->batch_rows, column, statement);
    return TRUE;
}
