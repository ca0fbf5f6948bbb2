/* One statement's plan as EXPLAIN shows it, under a configuration: what cost() would not see is
 * hidden by the module's setting. */
#include "base/error.h"
#include "whatif_internal.h"
#include <string.h>

void
pga_whatif_explain_clear(PgaWhatifExplain *explain)
{
    g_clear_pointer(&explain->json, g_free);
    g_clear_pointer(&explain->plan, g_free);
    g_clear_pointer(&explain->failure, g_free);
}

/* One of those that plan: it knows the tables and indexes already. */
static PgaWhatifLine *
explainer(const PgaWhatif *whatif)
{
    return g_ptr_array_index(whatif->lines, 0);
}

/* JIT would add lines to plans that say nothing of them. */
static gboolean
ready(const PgaWhatif *whatif, PgaWhatifLine *line, GError **error)
{
    const guint limit = whatif->clone->lab->statement_limit_ms;
    g_autofree char *settings =
        g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%u', false), "
                        "pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false), "
                        "pg_catalog.set_config('jit', 'off', false)",
                        limit);

    if (line->spoilt && !pga_whatif_line_reopen(line, error))
        return FALSE;
    if (line->explains)
        return TRUE;
    line->session->statement_limit_ms = limit;
    line->explains = pga_session_set(line->session, settings, error);
    return line->explains;
}

/* (nullable): NULL with an error, or with a failure and no error. */
static PGresult *
ask(PgaWhatifLine *line, PgaWhatifExplain *explain, const char *sql, const char *param,
    GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result =
        pga_session_exec(line->session, sql, &param, param ? 1 : 0, TRUE, &cause);

    if (result && !pga_result_failed(result))
        return g_steal_pointer(&result);
    if (result) {
        explain->failure = pga_result_message(result);
    } else if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
        explain->failure = g_strdup(cause->message);
        pga_whatif_line_reopen(line, error);
    } else {
        g_propagate_error(error, g_steal_pointer(&cause));
    }
    return NULL;
}

/* (transfer full): candidates that are not listed, own indexes that are */
static char *
hidden_indexes(const PgaWhatif *whatif, const PgaWhatifExplain *explain)
{
    g_autoptr(GArray) hidden = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_autoptr(GHashTable) listed = g_hash_table_new(NULL, NULL);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < explain->n_oids; i++) {
        g_hash_table_add(listed, GUINT_TO_POINTER(explain->oids[i]));
        if (g_hash_table_contains(whatif->own, GUINT_TO_POINTER(explain->oids[i])))
            g_array_append_val(hidden, explain->oids[i]);
    }
    for (guint i = 0; i < whatif->candidates->len; i++) {
        const guint32 oid = g_array_index(whatif->candidates, guint32, i);

        if (!g_hash_table_contains(listed, GUINT_TO_POINTER(oid)))
            g_array_append_val(hidden, oid);
    }
    pga_whatif_append_oids(text, (const guint32 *)hidden->data, hidden->len, ',');
    return g_string_free(text, FALSE);
}

static gboolean
is_configured(const PgaWhatif *whatif, const PgaWhatifLine *line, const PgaWhatifExplain *explain)
{
    return line->explained && line->n_candidates == whatif->candidates->len &&
           line->explained->len == explain->n_oids &&
           (explain->n_oids == 0 ||
            memcmp(line->explained->data, explain->oids, sizeof(guint32) * explain->n_oids) == 0);
}

static gboolean
hide(const PgaWhatif *whatif, PgaWhatifLine *line, PgaWhatifExplain *explain, GError **error)
{
    g_autofree char *hidden = hidden_indexes(whatif, explain);
    g_autoptr(PGresult) done =
        ask(line, explain, "SELECT pg_catalog.set_config('pgarchitect_whatif.hide', $1, false)",
            hidden, error);

    g_clear_pointer(&line->explained, g_array_unref);
    if (!done)
        return FALSE;
    line->explained = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_array_append_vals(line->explained, explain->oids, explain->n_oids);
    line->n_candidates = whatif->candidates->len;
    return TRUE;
}

static gboolean
look_in(PgaWhatifLine *line, PgaWhatifExplain *explain, const char *path, GError **error)
{
    g_autoptr(PGresult) done = NULL;

    if (line->path == path)
        return TRUE;
    line->path = NULL;
    done =
        ask(line, explain, "SELECT pg_catalog.set_config('search_path', $1, false)", path, error);
    line->path = done ? path : NULL;
    return done != NULL;
}

gboolean
pga_whatif_line_configure(PgaWhatif *whatif, PgaWhatifLine *line, PgaWhatifExplain *explain,
                          GError **error)
{
    return ready(whatif, line, error) &&
           look_in(line, explain, pga_whatif_path_of(whatif, explain->usename), error) &&
           (is_configured(whatif, line, explain) || hide(whatif, line, explain, error));
}

/* (nullable) (transfer full): a row a line */
static char *
show(PgaWhatifLine *line, PgaWhatifExplain *explain, const char *format, guint n_parameters,
     GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(PGresult) rows = NULL;

    g_string_printf(sql, "EXPLAIN (FORMAT %s) EXECUTE pgarchitect_probe", format);
    pga_append_nulls(sql, n_parameters);
    rows = ask(line, explain, sql->str, NULL, error);
    return rows ? pga_result_lines(rows) : NULL;
}

/* What EXECUTE takes. FALSE with an error, or with a failure and no error. */
static gboolean
count_parameters(PgaWhatifLine *line, PgaWhatifExplain *explain, guint *n, GError **error)
{
    g_autoptr(PGresult) described = NULL;

    *n = 0;
    if (!strchr(explain->text, '$'))
        return TRUE;
    described = ask(line, explain,
                    "SELECT COALESCE(pg_catalog.cardinality(parameter_types), 0)"
                    " FROM pg_catalog.pg_prepared_statements WHERE name = 'pgarchitect_probe'",
                    NULL, error);
    if (!described || PQntuples(described) != 1)
        return FALSE;
    *n = (guint)g_ascii_strtoull(PQgetvalue(described, 0, 0), NULL, 10);
    return TRUE;
}

/* Prepared, the statement cannot be another one than it seems, and $n need no values. */
static void
plan(PgaWhatifLine *line, PgaWhatifExplain *explain, GError **error)
{
    g_autofree char *sql = g_strconcat("PREPARE pgarchitect_probe AS ", explain->text, NULL);
    g_autoptr(PGresult) prepared = ask(line, explain, sql, NULL, error);
    guint n_parameters;

    if (!prepared || !count_parameters(line, explain, &n_parameters, error))
        return;
    if (explain->wants_json)
        explain->json = show(line, explain, "JSON", n_parameters, error);
    if (explain->json || !explain->wants_json)
        explain->plan = show(line, explain, "TEXT", n_parameters, error);
}

/* It may never have been prepared. */
static void
forget_probe(PgaWhatif *whatif, GError **error)
{
    G_GNUC_UNUSED g_autoptr(PGresult) ignored = pga_session_exec(
        explainer(whatif)->session, "DEALLOCATE pgarchitect_probe", NULL, 0, FALSE, error);
}

gboolean
pga_whatif_explain(PgaWhatif *whatif, PgaWhatifExplain *explain, GError **error)
{
    g_autoptr(GError) cause = NULL;

    pga_whatif_explain_clear(explain);
    if (pga_whatif_line_configure(whatif, explainer(whatif), explain, &cause))
        plan(explainer(whatif), explain, &cause);
    if (!cause) {
        forget_probe(whatif, &cause);
        if (!explain->plan)
            g_clear_pointer(&explain->json, g_free);
    }
    if (!cause)
        return TRUE;
    pga_whatif_explain_clear(explain);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}
