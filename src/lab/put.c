/* Rows as arrays: unnest() makes rows of them again. What one row is refused for costs that row
 * only: the others are sent again in halves. */
#include "array_literal_internal.h"
#include "base/text.h"
#include "put_internal.h"
#include <string.h>

enum { MAX_ROWS = 2000, MAX_BYTES = 4 << 20 };

/** Some of the rows that wait. */
typedef struct {
    guint from, n;
} Range;

static void
note_rows(const PgaPut *put, const PGresult *result)
{
    for (int i = 0; PQnfields(result) == 2 && i < PQntuples(result); i++)
        pga_clone_note(put->clone, g_strdup(PQgetvalue(result, i, 0)),
                       g_strdup(PQgetvalue(result, i, 1)));
}

static void
note_refused(const PgaPut *put, guint row, const PGresult *result)
{
    char *const *values = g_ptr_array_index(put->rows, row);
    g_autofree char *name = !put->n_names       ? NULL
                            : put->n_names == 1 ? g_strdup(values[0])
                                                : pga_quote_qualified(values[0], values[1]);

    pga_clone_note(put->clone,
                   name ? g_strdup_printf("%s of %s", put->what, name) : g_strdup(put->what),
                   pga_result_message(result));
}

/* (transfer full) (nullable): NULL with an error. */
static PGresult *
send(const PgaPut *put, Range range, GError **error)
{
    GString *columns[PGA_PUT_COLUMNS] = {NULL};
    const char *params[PGA_PUT_COLUMNS] = {NULL};
    PGresult *result;

    for (guint i = 0; i < put->n_columns; i++) {
        columns[i] = pga_array_literal_new();
        for (guint row = range.from; row < range.from + range.n; row++)
            pga_array_literal_add(columns[i], ((char **)g_ptr_array_index(put->rows, row))[i]);
        pga_array_literal_end(columns[i]);
        params[i] = columns[i]->str;
    }
    result =
        pga_session_exec(put->clone->admin, put->sql, params, (int)put->n_columns, TRUE, error);
    for (guint i = 0; i < put->n_columns; i++)
        g_string_free(columns[i], TRUE);
    return result;
}

/* Once more without what may be spared: an owner without its privileges is better than neither. */
static gboolean
send_spared(const PgaPut *put, guint row, GError **error)
{
    char **values = g_ptr_array_index(put->rows, row);
    g_autoptr(PGresult) result = NULL;

    if (!put->spared || !values[put->spared - 1])
        return TRUE;
    g_clear_pointer(&values[put->spared - 1], g_free);
    result = send(put, (Range){row, 1}, error);
    return result != NULL;
}

/* Appends the halves of what was refused to @rest, the first one last. */
static gboolean
send_range(const PgaPut *put, Range range, GArray *rest, GError **error)
{
    const guint half = range.n / 2;
    const Range halves[] = {{range.from + half, range.n - half}, {range.from, half}};
    g_autoptr(PGresult) result = send(put, range, error);

    if (!result)
        return FALSE;
    if (!pga_result_failed(result)) {
        note_rows(put, result);
        return TRUE;
    }
    if (range.n > 1) {
        g_array_append_vals(rest, halves, 2);
        return TRUE;
    }
    note_refused(put, range.from, result);
    return send_spared(put, range.from, error);
}

static gboolean
send_all(const PgaPut *put, GError **error)
{
    g_autoptr(GArray) rest = g_array_new(FALSE, FALSE, sizeof(Range));
    Range range = {0, put->rows->len};

    g_array_append_val(rest, range);
    while (rest->len > 0) {
        range = g_array_index(rest, Range, rest->len - 1);
        g_array_set_size(rest, rest->len - 1);
        if (!send_range(put, range, rest, error))
            return FALSE;
    }
    return TRUE;
}

static void
row_free(gpointer row, gpointer put)
{
    for (guint i = 0; i < ((const PgaPut *)put)->n_columns; i++)
        g_free(((char **)row)[i]);
    g_free(row);
}

static void
clear(PgaPut *put)
{
    if (!put->rows)
        return;
    g_ptr_array_foreach(put->rows, row_free, put);
    g_clear_pointer(&put->rows, g_ptr_array_unref);
    put->n_bytes = 0;
}

gboolean
pga_put_end(PgaPut *put, GError **error)
{
    const gboolean ok = !put->rows || send_all(put, error);

    clear(put);
    return ok;
}

gboolean
pga_put_row(PgaPut *put, const char *const *values, GError **error)
{
    char **row = g_new0(char *, put->n_columns);

    for (guint i = 0; i < put->n_columns; i++) {
        row[i] = g_strdup(values[i]);
        put->n_bytes += row[i] ? strlen(row[i]) : 0;
    }
    if (!put->rows)
        put->rows = g_ptr_array_new();
    g_ptr_array_add(put->rows, row);
    return (put->rows->len < MAX_ROWS && put->n_bytes < MAX_BYTES) || pga_put_end(put, error);
}
