/* One session of what-if planning, and what it knows by number. */
#include "whatif_internal.h"

enum { MAX_SESSIONS = 4 };

gint32
pga_whatif_line_number(const PgaWhatifLine *line, gint32 statement)
{
    return statement >= 1 && (guint)statement <= line->numbers->len
               ? g_array_index(line->numbers, gint32, statement - 1)
               : 0;
}

void
pga_whatif_line_set_number(PgaWhatifLine *line, gint32 statement, gint32 number)
{
    if (line->numbers->len < (guint)statement)
        g_array_set_size(line->numbers, (guint)statement);
    g_array_index(line->numbers, gint32, statement - 1) = number;
}

gboolean
pga_whatif_line_reopen(PgaWhatifLine *line, GError **error)
{
    g_array_set_size(line->numbers, 0);
    line->path = NULL;
    g_clear_pointer(&line->explained, g_array_unref);
    line->spoilt =
        !pga_session_reopen(line->session, error) || !pga_whatif_line_learn_cost(line, error);
    return !line->spoilt;
}

static void
line_free(gpointer data)
{
    PgaWhatifLine *line = data;

    pga_session_close(line->session);
    g_array_unref(line->numbers);
    g_clear_pointer(&line->explained, g_array_unref);
    g_free(line);
}

static PgaWhatifLine *
line_open(const PgaWhatif *whatif, const char *role, GError **error)
{
    const PgaClone *clone = whatif->clone;
    g_autofree char *settings =
        g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%u', false)",
                        clone->lab->statement_limit_ms);
    g_autoptr(PgaSession) session = pga_session_open(clone->lab, clone->dbname, role, error);
    PgaWhatifLine *line;

    if (!session || !pga_session_set(session, settings, error))
        return NULL;
    line = g_new0(PgaWhatifLine, 1);
    line->session = g_steal_pointer(&session);
    line->numbers = g_array_new(FALSE, TRUE, sizeof(gint32));
    if (pga_whatif_line_learn_cost(line, error))
        return line;
    line_free(line);
    return NULL;
}

GPtrArray *
pga_whatif_lines_open(PgaWhatif *whatif, const char *role, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);

    for (guint i = 0; i < CLAMP(g_get_num_processors(), 1, MAX_SESSIONS); i++) {
        PgaWhatifLine *line = line_open(whatif, role, error);

        if (!line)
            return NULL;
        g_ptr_array_add(lines, line);
    }
    return g_steal_pointer(&lines);
}
