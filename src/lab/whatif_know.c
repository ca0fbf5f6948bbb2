/* Candidates are measured by one session each: the others are told, so that none works out again
 * what an index would take. */
#include "array_literal_internal.h"
#include "sizes_internal.h"
#include "whatif_internal.h"

static const char know_sql[] = "SELECT pgarchitect_whatif.know($1, $2, $3, $4)";

enum { OIDS, PAGES, TUPLES, HEIGHTS, N_COLUMNS };

static void
add_number(GString *array, gint64 number)
{
    char digits[32];

    g_snprintf(digits, sizeof digits, "%" G_GINT64_FORMAT, number);
    pga_array_literal_add(array, digits);
}

static void
add_estimate(GString *const *columns, const PgaWhatifEstimate *estimate)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    add_number(columns[OIDS], estimate->oid);
    add_number(columns[PAGES], estimate->pages);
    pga_array_literal_add(columns[TUPLES], g_ascii_dtostr(digits, sizeof digits, estimate->tuples));
    add_number(columns[HEIGHTS], estimate->tree_height);
}

static gboolean
tell(PgaWhatifLine *line, const char *const *params, GError **error)
{
    g_autoptr(PGresult) done = NULL;

    if (line->spoilt && !pga_whatif_line_reopen(line, error))
        return FALSE;
    done = pga_clone_query(line->session, know_sql, params, N_COLUMNS, error);
    return done != NULL;
}

gboolean
pga_whatif_know(PgaWhatif *whatif, GError **error)
{
    GString *columns[N_COLUMNS];
    const char *params[N_COLUMNS];
    gboolean ok = TRUE;

    for (guint k = 0; k < N_COLUMNS; k++)
        columns[k] = pga_array_literal_new();
    for (guint i = 0; i < whatif->estimates->len; i++)
        add_estimate(columns, &g_array_index(whatif->estimates, PgaWhatifEstimate, i));
    for (guint k = 0; k < N_COLUMNS; k++) {
        pga_array_literal_end(columns[k]);
        params[k] = columns[k]->str;
    }
    for (guint i = 0; ok && i < whatif->lines->len; i++)
        ok = tell(g_ptr_array_index(whatif->lines, i), params, error);
    for (guint k = 0; k < N_COLUMNS; k++)
        g_string_free(columns[k], TRUE);
    return ok;
}
