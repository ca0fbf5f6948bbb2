/* Stated SQL on what the design moved. */
#include <parse/column_move.h>
#include <string.h>

#include "queries_internal.h"

/* (transfer container): of char *: names of columns that both tables have. */
static GPtrArray *
shared_columns(const PgaDesignTable *table, const PgaDesignTable *other)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (pga_design_table_column(other, column->name))
            g_ptr_array_add(names, column->name);
    }
    return names;
}

static void
follow(PgaQueryDraft *draft, PgaDesignQuery *query, const PgaDesignMove *move)
{
    const PgaDesignTable *table = pga_architecture_table(draft->architecture, move->table);
    const PgaDesignTable *other = pga_architecture_table(draft->architecture, move->to_table);
    g_autoptr(GPtrArray) shared = NULL;
    g_autofree char *sql = NULL, *origin = NULL;
    PgaColumnMove how = {move->table, move->column, move->to_table, move->to_column, NULL, NULL};

    if (!table || !other || !move->to_column || pga_design_table_column(table, move->column))
        return;
    draft->table = table;
    g_ptr_array_set_size(draft->joins, 0);
    if (!pga_query_join_entity(draft, move->to_table)) {
        g_clear_pointer(&draft->failure, g_free);
        return;
    }
    shared = shared_columns(table, other);
    how.shared = shared;
    how.on = ((const PgaQueryJoin *)g_ptr_array_index(draft->joins, 0))->on;
    sql = pga_sql_move_column(query->sql, &how);
    if (!sql)
        return;
    g_free(query->sql);
    query->sql = g_steal_pointer(&sql);
    origin = g_strdup_printf("rewritten: %s.%s is %s.%s", move->table, move->column, move->to_table,
                             move->to_column);
    g_free(query->origin);
    query->origin = g_steal_pointer(&origin);
}

void
pga_query_rewrite_moved(PgaQueryDraft *draft, PgaDesignQuery *query)
{
    const GPtrArray *moves = draft->architecture->moves;

    for (guint i = 0; i < moves->len; i++)
        follow(draft, query, g_ptr_array_index(moves, i));
}
