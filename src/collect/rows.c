/* Columns of a result as C values. */
#include "rows_internal.h"

#include <string.h>

#include "array_text_internal.h"

gboolean
pga_rows_next(PgaRows *rows)
{
    if (!rows->result || rows->row + 1 >= PQntuples(rows->result))
        return FALSE;
    rows->row++;
    rows->next = 0;
    return TRUE;
}

static int
find_column(PgaRows *rows, const char *column)
{
    const int n_columns = PQnfields(rows->result);

    for (int i = 0; i < n_columns; i++) {
        const int number = (rows->next + i) % n_columns;

        if (strcmp(PQfname(rows->result, number), column) == 0) {
            rows->next = number + 1;
            return number;
        }
    }
    g_critical("a query has no column \"%s\"", column);
    return -1;
}

/* NULL for SQL's. */
static const char *
value(PgaRows *rows, const char *column)
{
    const int number = find_column(rows, column);

    if (number < 0 || PQgetisnull(rows->result, rows->row, number))
        return NULL;
    return PQgetvalue(rows->result, rows->row, number);
}

gboolean
pga_rows_is_null(PgaRows *rows, const char *column)
{
    return value(rows, column) == NULL;
}

static char *
dup_valid(const char *text)
{
    return g_utf8_validate(text, -1, NULL) ? g_strdup(text) : g_utf8_make_valid(text, -1);
}

char *
pga_rows_dup(PgaRows *rows, const char *column)
{
    const char *text = value(rows, column);

    return text ? dup_valid(text) : NULL;
}

char *
pga_rows_refusal(PgaRows *rows)
{
    return PQfnumber(rows->result, PGA_REFUSAL_COLUMN) >= 0 ? pga_rows_dup(rows, PGA_REFUSAL_COLUMN)
                                                            : NULL;
}

const char *
pga_rows_text(PgaRows *rows, const char *column)
{
    const char *text = value(rows, column);

    return text ? text : "";
}

char
pga_rows_char(PgaRows *rows, const char *column)
{
    return pga_rows_text(rows, column)[0];
}

gboolean
pga_rows_bool(PgaRows *rows, const char *column)
{
    return pga_rows_char(rows, column) == 't';
}

PgaOid
pga_rows_oid(PgaRows *rows, const char *column)
{
    return (PgaOid)g_ascii_strtoull(pga_rows_text(rows, column), NULL, 10);
}

gint64
pga_rows_int64(PgaRows *rows, const char *column, gint64 if_null)
{
    const char *text = value(rows, column);

    return text ? g_ascii_strtoll(text, NULL, 10) : if_null;
}

double
pga_rows_double(PgaRows *rows, const char *column, double if_null)
{
    const char *text = value(rows, column);

    return text ? g_ascii_strtod(text, NULL) : if_null;
}

void
pga_rows_int16s(PgaRows *rows, const char *column, GArray *out)
{
    const char *c = pga_rows_text(rows, column);

    while (*(c += strspn(c, "{}, "))) {
        char *end;
        const gint16 number = (gint16)g_ascii_strtoll(c, &end, 10);

        if (end == c)
            return;
        g_array_append_val(out, number);
        c = end;
    }
}

void
pga_rows_oids(PgaRows *rows, const char *column, GArray *out)
{
    const char *c = pga_rows_text(rows, column);

    while (*(c += strspn(c, "{}, "))) {
        char *end;
        const PgaOid oid = (PgaOid)g_ascii_strtoull(c, &end, 10);

        if (end == c)
            return;
        g_array_append_val(out, oid);
        c = end;
    }
}

GArray *
pga_rows_doubles(PgaRows *rows, const char *column)
{
    const char *text = value(rows, column);

    return text ? pga_array_text_numbers(text) : NULL;
}

GPtrArray *
pga_rows_texts(PgaRows *rows, const char *column)
{
    const char *text = value(rows, column);
    GPtrArray *elements = text ? pga_array_text_parse(text) : NULL;

    for (guint i = 0; elements && i < elements->len; i++) {
        char *element = g_ptr_array_index(elements, i);

        if (element && g_utf8_validate(element, -1, NULL))
            continue;
        elements->pdata[i] = element ? g_utf8_make_valid(element, -1) : g_strdup("");
        g_free(element);
    }
    return elements;
}
