/* Finding the rows that a server refuses to show: a view whose function was deleted from pg_proc,
 * statistics with a label that the enum has lost. The error names no row; halving does. A column
 * that is not asked for is not computed, so all the rest of such a row can be read. */
#include <base/error.h>
#include <base/interrupt.h>
#include <base/text.h>
#include <string.h>

#include "collector_internal.h"

/* Refused rows that are told apart; ranges beyond are taken as refused whole. */
#define MAX_REFUSED 200

char *
pga_refusal_explained(const char *refusal)
{
    return g_strdup_printf("the source cannot show it: %s%s", refusal,
                           g_str_has_prefix(refusal, "cache lookup failed")
                               ? "; its catalogs lack something that it needs"
                               : "");
}

void
pga_collector_note_refused(PgaCollector *collector, char *what, const char *refusal)
{
    pga_collector_note(collector, what, pga_refusal_explained(refusal));
}

typedef struct {
    PgaCollector *collector;
    const PgaQuery *query;
    GArray *keys; /* of gint64, ascending */
    PGresult *found;
    guint n_refused;
} Isolation;

static void
isolation_clear(Isolation *isolation)
{
    g_clear_pointer(&isolation->keys, g_array_unref);
    g_clear_pointer(&isolation->found, PQclear);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Isolation, isolation_clear)

/** Some of the keys. */
typedef struct {
    guint from, n;
} Range;

static gboolean
read_part(const Isolation *isolation, const char *columns, const char *rest, PGresult **result,
          GError **error)
{
    g_autofree char *before = g_strdup_printf("SELECT %s FROM (", columns);
    g_autofree char *after = g_strdup_printf(") q %s", rest);

    return !pga_interrupt_check(error) &&
           pga_collector_try_part(isolation->collector, isolation->query, before, after, result,
                                  error);
}

/* (transfer full) */
static char *
rows_of(const Isolation *isolation, Range range)
{
    const char *key = isolation->query->key;

    return g_strdup_printf("WHERE %s BETWEEN %" G_GINT64_FORMAT " AND %" G_GINT64_FORMAT
                           " ORDER BY %s",
                           key, g_array_index(isolation->keys, gint64, range.from),
                           g_array_index(isolation->keys, gint64, range.from + range.n - 1), key);
}

static gboolean
set_value(Isolation *isolation, int row, int column, const char *value, GError **error)
{
    /* libpq copies the value */
    if (PQsetvalue(isolation->found, row, column, (char *)value, value ? (int)strlen(value) : -1))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INTERNAL, "out of memory");
    return FALSE;
}

/* @refusal: (nullable): of all these rows. */
static gboolean
append_rows(Isolation *isolation, const PGresult *result, const char *refusal, GError **error)
{
    const int last = PQnfields(isolation->found) - 1;

    for (int row = 0; row < PQntuples(result); row++) {
        const int to = PQntuples(isolation->found);

        for (int column = 0; column < last; column++)
            if (!set_value(isolation, to, column,
                           PQgetisnull(result, row, column) ? NULL
                                                            : PQgetvalue(result, row, column),
                           error))
                return FALSE;
        if (!set_value(isolation, to, last, refusal, error))
            return FALSE;
    }
    return TRUE;
}

/* Which of the fragile columns cannot be shown; of a range all of them, for brevity. */
static gboolean
find_refused(const Isolation *isolation, const char *rows, gboolean all, guint *refused,
             GError **error)
{
    const char *const *fragile = isolation->query->fragile;

    *refused = 0;
    for (guint i = 0; i < PGA_FRAGILE_COLUMNS && fragile[i]; i++) {
        g_autofree char *column = g_strdup_printf("q.%s", fragile[i]);
        g_autoptr(PGresult) result = NULL;

        if (!all && !read_part(isolation, column, rows, &result, error))
            return FALSE;
        if (!result)
            *refused |= 1U << i;
    }
    return TRUE;
}

static gboolean
is_refused(const PgaQuery *query, const char *column, guint refused)
{
    for (guint i = 0; i < PGA_FRAGILE_COLUMNS && query->fragile[i]; i++)
        if ((refused & 1U << i) && strcmp(query->fragile[i], column) == 0)
            return TRUE;
    return FALSE;
}

/* (transfer full): the query's columns, with NULL for the refused ones. */
static char *
columns_without(const Isolation *isolation, guint refused)
{
    GString *columns = g_string_new(NULL);

    for (int i = 0; i < PQnfields(isolation->found) - 1; i++) {
        const char *name = PQfname(isolation->found, i);
        g_autofree char *quoted = pga_quote_identifier(name);

        g_string_append_printf(columns, "%s%s%s", i > 0 ? ", " : "",
                               is_refused(isolation->query, name, refused) ? "NULL AS " : "q.",
                               quoted);
    }
    return g_string_free(columns, FALSE);
}

/* What cannot be shown even without its fragile columns is noted: nobody else knows of it. */
static gboolean
read_refused(Isolation *isolation, Range range, GError **error)
{
    PgaCollector *collector = isolation->collector;
    g_autofree char *rows = rows_of(isolation, range);
    g_autofree char *refusal = g_strdup(collector->refusal);
    g_autofree char *columns = NULL;
    g_autoptr(PGresult) result = NULL;
    guint refused = 0;

    isolation->n_refused += range.n;
    if (!find_refused(isolation, rows, range.n > 1, &refused, error))
        return FALSE;
    columns = columns_without(isolation, refused);
    if (!read_part(isolation, columns, rows, &result, error))
        return FALSE;
    if (result)
        return append_rows(isolation, result, refusal, error);
    pga_collector_note_refused(
        collector, g_strdup_printf("%u of the %s", range.n, isolation->query->what), refusal);
    return TRUE;
}

static gboolean
read_range(Isolation *isolation, Range range, GArray *rest, GError **error)
{
    const Range halves[] = {{range.from + range.n / 2, range.n - range.n / 2},
                            {range.from, range.n / 2}};
    g_autofree char *rows = rows_of(isolation, range);
    g_autoptr(PGresult) result = NULL;

    if (!read_part(isolation, "q.*", rows, &result, error))
        return FALSE;
    if (result)
        return append_rows(isolation, result, NULL, error);
    if (range.n == 1 || isolation->n_refused >= MAX_REFUSED)
        return read_refused(isolation, range, error);
    g_array_append_vals(rest, halves, 2); /* the first half is the next */
    return TRUE;
}

/* FALSE without an error: the server refuses even that. */
static gboolean
prepare(Isolation *isolation, GError **error)
{
    g_autofree char *key = g_strdup_printf("DISTINCT %s AS key", isolation->query->key);
    g_autoptr(PGresult) shape = NULL, keys = NULL;

    if (!read_part(isolation, "q.*, NULL AS " PGA_REFUSAL_COLUMN, "LIMIT 0", &shape, error) ||
        !shape || !read_part(isolation, key, "ORDER BY 1", &keys, error) || !keys)
        return FALSE;
    isolation->found = PQcopyResult(shape, PG_COPYRES_ATTRS);
    isolation->keys = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (int row = 0; row < PQntuples(keys); row++) {
        const gint64 value = g_ascii_strtoll(PQgetvalue(keys, row, 0), NULL, 10);

        g_array_append_val(isolation->keys, value);
    }
    return isolation->found != NULL;
}

gboolean
pga_collector_isolate(PgaCollector *collector, const PgaQuery *query, PGresult **result,
                      GError **error)
{
    g_auto(Isolation) isolation = {.collector = collector, .query = query};
    g_autoptr(GArray) rest = g_array_new(FALSE, FALSE, sizeof(Range));
    g_autoptr(GError) failed = NULL;
    Range range = {0};

    *result = NULL;
    if (!prepare(&isolation, &failed)) {
        if (!failed)
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    range.n = isolation.keys->len;
    if (range.n > 0)
        g_array_append_val(rest, range);
    while (rest->len > 0) {
        range = g_array_index(rest, Range, rest->len - 1);
        g_array_set_size(rest, rest->len - 1);
        if (!read_range(&isolation, range, rest, error))
            return FALSE;
    }
    *result = g_steal_pointer(&isolation.found);
    return TRUE;
}
