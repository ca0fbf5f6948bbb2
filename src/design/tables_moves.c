/* Statements that name a column which the design moved. */
#include <base/text.h>

#include "design/design.h"

/* Whether @sql has @word as a word of its own, in whatever case. */
static gboolean
has_word(const char *sql, const char *word)
{
    g_autofree char *lower_sql = g_ascii_strdown(sql, -1);
    g_autofree char *lower = g_ascii_strdown(word, -1);

    return pga_text_has_word(lower_sql, lower);
}

gboolean
pga_design_move_named(const PgaArchitecture *architecture, const PgaDesignMove *move,
                      const char *sql)
{
    const PgaDesignTable *table = pga_architecture_table(architecture, move->table);

    return has_word(sql, move->table) && has_word(sql, move->column) &&
           !(table && pga_design_table_column(table, move->column));
}

char *
pga_design_moved(const PgaArchitecture *architecture, const char *sql)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < architecture->moves->len; i++) {
        const PgaDesignMove *move = g_ptr_array_index(architecture->moves, i);

        if (pga_design_move_named(architecture, move, sql))
            g_string_append_printf(text, "%s%s.%s is now %s.%s%s", text->len > 0 ? ", " : "",
                                   move->table, move->column, move->to_table, move->to_column,
                                   move->many ? " (one value a row)" : "");
    }
    return g_string_free(text, text->len == 0);
}
