/* Several statements' plans under one configuration, by all sessions and pipelined: all are
 * prepared, their parameters counted, then EXPLAIN EXECUTE of each. What fails on the way is asked
 * once more by itself. */
#include "batch_internal.h"
#include "whatif_internal.h"

#define AT_ONCE 512 /* statements that are prepared at a time */
#define PROBE   "pgarchitect_probe_"

/* How many parameters each of the session's probes has: "7 2\n9 1". */
#define COUNTS                                                                                     \
    "SELECT pg_catalog.string_agg(pg_catalog.substr(name, 19) || ' ' ||"                           \
    " pg_catalog.cardinality(parameter_types), E'\\n')"                                            \
    " FROM pg_catalog.pg_prepared_statements"                                                      \
    " WHERE name LIKE 'pgarchitect\\_probe\\_%' AND pg_catalog.cardinality(parameter_types) > 0"

/** Some of them. */
typedef struct {
    PgaWhatif *whatif;
    PgaWhatifExplain *explains;
    guint n;
    guint n_parameters[AT_ONCE]; /* parallel to explains */
    GPtrArray *sessions;         /* of PgaSession *, borrowed: the lines' */
} Some;

static void
take_counts(Some *some, const char *counts)
{
    g_auto(GStrv) lines = g_strsplit(counts ? counts : "", "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        char *end;
        const guint64 number = g_ascii_strtoull(lines[i], &end, 10);

        if (number < some->n)
            some->n_parameters[number] = (guint)g_ascii_strtoull(end, NULL, 10);
    }
}

static gboolean
prepare(Some *some, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();
    g_autoptr(GPtrArray) counts = g_ptr_array_new_with_free_func(g_free);
    gboolean ok;

    g_ptr_array_set_size(counts, (gint)some->sessions->len);
    for (guint i = 0; i < some->n; i++)
        pga_batch_add(batch, i,
                      g_strdup_printf("PREPARE " PROBE "%u AS %s", i, some->explains[i].text),
                      NULL);
    for (guint i = 0; i < counts->len; i++)
        pga_batch_ask(batch, i, g_strdup(COUNTS), (char **)&counts->pdata[i], NULL);
    ok = pga_batch_run(batch, some->sessions, error);
    for (guint i = 0; i < counts->len; i++)
        take_counts(some, g_ptr_array_index(counts, i));
    return ok;
}

static gboolean
show(Some *some, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();

    for (guint i = 0; i < some->n; i++) {
        GString *sql = g_string_new("EXPLAIN EXECUTE " PROBE);

        g_string_append_printf(sql, "%u", i);
        pga_append_nulls(sql, some->n_parameters[i]);
        pga_batch_ask(batch, i, g_string_free(sql, FALSE), &some->explains[i].plan, NULL);
        pga_batch_add(batch, i, g_strdup_printf("DEALLOCATE " PROBE "%u", i), NULL);
    }
    return pga_batch_run(batch, some->sessions, error);
}

/* A statement may end its session, and with it the others' probes and the settings. */
static gboolean
explain_some(Some *some, GError **error)
{
    g_autoptr(GArray) pids = g_array_new(FALSE, FALSE, sizeof(int));
    gboolean ok;

    g_ptr_array_set_size(some->sessions, 0);
    for (guint i = 0; i < some->whatif->lines->len; i++) {
        PgaWhatifLine *line = g_ptr_array_index(some->whatif->lines, i);
        int pid;

        if (!pga_whatif_line_configure(some->whatif, line, &some->explains[0], error))
            return FALSE;
        pid = PQbackendPID(line->session->conn);
        g_array_append_val(pids, pid);
        g_ptr_array_add(some->sessions, line->session);
    }
    ok = prepare(some, error) && show(some, error);
    for (guint i = 0; i < pids->len; i++) {
        PgaWhatifLine *line = g_ptr_array_index(some->whatif->lines, i);

        if (!ok || PQbackendPID(line->session->conn) != g_array_index(pids, int, i))
            line->spoilt = TRUE;
    }
    return ok;
}

/* What has no plan yet. */
static gboolean
explain_rest(PgaWhatif *whatif, PgaWhatifExplain *explains, guint n, GError **error)
{
    for (guint i = 0; i < n; i++)
        if (!explains[i].plan && !pga_whatif_explain(whatif, &explains[i], error))
            return FALSE;
    return TRUE;
}

gboolean
pga_whatif_explain_all(PgaWhatif *whatif, PgaWhatifExplain *explains, guint n, GError **error)
{
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    GError *cause = NULL;

    for (guint i = 0; i < n; i++)
        pga_whatif_explain_clear(&explains[i]);
    for (guint from = 0; n > 1 && from < n; from += AT_ONCE) {
        Some some = {.whatif = whatif,
                     .explains = explains + from,
                     .n = MIN(n - from, AT_ONCE),
                     .sessions = sessions};

        if (!explain_some(&some, &cause) && cause) {
            g_propagate_error(error, cause);
            return FALSE;
        }
    }
    return explain_rest(whatif, explains, n, error);
}
