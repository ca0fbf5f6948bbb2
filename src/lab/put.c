/* Rows as arrays: unnest() makes rows of them again. */
#include "array_literal_internal.h"
#include "put_internal.h"

enum { MAX_ROWS = 2000, MAX_BYTES = 4 << 20 };

static void
note_rows(const PgaPut *put, const PGresult *result)
{
    for (int i = 0; PQnfields(result) == 2 && i < PQntuples(result); i++)
        pga_clone_note(put->clone, g_strdup(PQgetvalue(result, i, 0)),
                       g_strdup(PQgetvalue(result, i, 1)));
}

static void
clear(PgaPut *put)
{
    for (guint i = 0; i < put->n_columns; i++)
        if (put->columns[i])
            g_string_free(g_steal_pointer(&put->columns[i]), TRUE);
    put->n_rows = 0;
}

gboolean
pga_put_end(PgaPut *put, GError **error)
{
    const char *params[PGA_PUT_COLUMNS] = {NULL};
    g_autoptr(PGresult) result = NULL;

    if (put->n_rows == 0)
        return TRUE;
    for (guint i = 0; i < put->n_columns; i++) {
        pga_array_literal_end(put->columns[i]);
        params[i] = put->columns[i]->str;
    }
    result =
        pga_session_exec(put->clone->admin, put->sql, params, (int)put->n_columns, TRUE, error);
    if (result && pga_result_failed(result))
        pga_clone_note(put->clone, g_strdup(put->what), pga_result_message(result));
    else if (result)
        note_rows(put, result);
    clear(put);
    return result != NULL;
}

gboolean
pga_put_row(PgaPut *put, const char *const *values, GError **error)
{
    gsize bytes = 0;

    for (guint i = 0; i < put->n_columns; i++) {
        if (!put->columns[i])
            put->columns[i] = pga_array_literal_new();
        pga_array_literal_add(put->columns[i], values[i]);
        bytes += put->columns[i]->len;
    }
    put->n_rows++;
    return (put->n_rows < MAX_ROWS && bytes < MAX_BYTES) || pga_put_end(put, error);
}
