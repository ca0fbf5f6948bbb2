/* Stated SQL on what the design moved. */
#include <base/text.h>
#include <parse/column_move.h>
#include <string.h>

#include "design/design.h"
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

static gboolean
follow(PgaQueryDraft *draft, PgaDesignQuery *query, const PgaDesignMove *move)
{
    const PgaDesignTable *table = pga_architecture_table(draft->architecture, move->table);
    const PgaDesignTable *other = pga_architecture_table(draft->architecture, move->to_table);
    g_autoptr(GPtrArray) shared = NULL;
    g_autofree char *sql = NULL, *origin = NULL;
    PgaColumnMove how = {move->table, move->column, move->to_table, move->to_column, NULL, NULL};

    if (!table || !other || !move->to_column || pga_design_table_column(table, move->column))
        return FALSE;
    draft->table = table;
    g_ptr_array_set_size(draft->joins, 0);
    if (!pga_query_join_entity(draft, move->to_table)) {
        g_clear_pointer(&draft->failure, g_free);
        return FALSE;
    }
    shared = shared_columns(table, other);
    how.shared = shared;
    how.on = ((const PgaQueryJoin *)g_ptr_array_index(draft->joins, 0))->on;
    sql = pga_sql_move_column(query->sql, &how);
    if (!sql)
        return FALSE;
    g_free(query->sql);
    query->sql = g_steal_pointer(&sql);
    origin = g_strdup_printf("rewritten: %s.%s is %s.%s", move->table, move->column, move->to_table,
                             move->to_column);
    g_free(query->origin);
    query->origin = g_steal_pointer(&origin);
    return TRUE;
}

/** A table as the file has it: with the columns that were moved. */
typedef struct {
    GString *columns, *from, *origin;
    guint n;
} OldTable;

static void
old_table_clear(OldTable *old)
{
    g_string_free(old->columns, TRUE);
    g_string_free(old->from, TRUE);
    g_string_free(old->origin, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OldTable, old_table_clear)

/* The alias of what was joined for @move, and how; FALSE: nothing leads there. */
static gboolean
add_moved(PgaQueryDraft *draft, OldTable *old, const PgaDesignMove *move)
{
    const guint n = draft->joins->len;
    const PgaQueryJoin *join = NULL;
    g_autofree char *column = pga_quote_identifier(move->to_column);
    g_autofree char *name = pga_quote_identifier(move->column);
    g_autofree char *alias = pga_quote_identifier(move->to_table);

    if (!pga_query_join_entity(draft, move->to_table)) {
        g_clear_pointer(&draft->failure, g_free);
        return FALSE;
    }
    if (draft->joins->len > n) {
        join = g_ptr_array_index(draft->joins, n);
        g_string_append_printf(old->from, " LEFT JOIN %s ON %s", alias, join->on);
    }
    g_string_append_printf(old->columns, ", %s.%s%s%s", alias, column,
                           g_str_equal(column, name) ? "" : " AS ",
                           g_str_equal(column, name) ? "" : name);
    g_string_append_printf(old->origin, "%s%s.%s is %s.%s",
                           old->n > 0 ? ", " : "rewritten: ", move->table, move->column,
                           move->to_table, move->to_column);
    old->n++;
    return TRUE;
}

static gboolean
is_gone(const PgaArchitecture *architecture, const PgaDesignMove *move, const char *sql)
{
    const PgaDesignTable *table = pga_architecture_table(architecture, move->table);

    return table && move->to_column && !move->many && move->to_table &&
           pga_architecture_table(architecture, move->to_table) &&
           g_strcmp0(move->table, move->to_table) != 0 &&
           pga_design_move_named(architecture, move, sql);
}

/* Reads @table, where @sql does, as it was. (transfer full) (nullable) */
static char *
with_old_table(PgaQueryDraft *draft, const PgaDesignTable *table, const char *sql, OldTable *old)
{
    const GPtrArray *moves = draft->architecture->moves;
    g_autofree char *name = pga_query_relation(table);
    g_autofree char *select = NULL;
    guint n_named = 0;

    draft->table = table;
    g_ptr_array_set_size(draft->joins, 0);
    for (guint i = 0; i < moves->len; i++) {
        const PgaDesignMove *move = g_ptr_array_index(moves, i);

        if (!g_str_equal(move->table, table->name) || !is_gone(draft->architecture, move, sql))
            continue;
        n_named++;
        add_moved(draft, old, move);
    }
    if (n_named == 0 || old->n < n_named)
        return NULL;
    select =
        g_strdup_printf("SELECT %s.*%s FROM %s%s", name, old->columns->str, name, old->from->str);
    return pga_sql_put_table(sql, table->name, select);
}

static guint
count_gone(const PgaArchitecture *architecture, const char *sql)
{
    guint n = 0;

    for (guint i = 0; i < architecture->moves->len; i++)
        n += is_gone(architecture, g_ptr_array_index(architecture->moves, i), sql) ? 1 : 0;
    return n;
}

/* What joins alone do not do: tables under other names, columns of columns that moved, too. */
static void
read_old_tables(PgaQueryDraft *draft, PgaDesignQuery *query, const char *stated)
{
    g_autofree char *sql = g_strdup(stated);
    g_autofree char *origin = NULL;

    for (guint i = 0; i < draft->architecture->tables->len; i++) {
        g_auto(OldTable) old = {g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), 0};
        char *rewritten =
            with_old_table(draft, g_ptr_array_index(draft->architecture->tables, i), sql, &old);

        if (!rewritten)
            continue;
        g_free(sql);
        sql = rewritten;
        g_free(origin);
        origin = g_strdup(old.origin->str);
    }
    if (!origin)
        return;
    g_free(query->sql);
    query->sql = g_steal_pointer(&sql);
    g_free(query->origin);
    query->origin = g_steal_pointer(&origin);
}

void
pga_query_rewrite_moved(PgaQueryDraft *draft, PgaDesignQuery *query)
{
    const GPtrArray *moves = draft->architecture->moves;
    g_autofree char *stated = g_strdup(query->sql);
    const guint n_gone = count_gone(draft->architecture, stated);
    guint n_followed = 0;

    for (guint i = 0; i < moves->len; i++)
        n_followed += follow(draft, query, g_ptr_array_index(moves, i)) ? 1 : 0;
    if (n_followed < n_gone)
        read_old_tables(draft, query, stated);
}
