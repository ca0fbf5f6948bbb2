/* One statement's plan as EXPLAIN shows it, under a configuration: what cost() would not see is
 * hidden by the module's setting. */
#include "base/error.h"
#include "whatif_internal.h"

void
pga_whatif_explain_clear(PgaWhatifExplain *explain)
{
    g_clear_pointer(&explain->json, g_free);
    g_clear_pointer(&explain->plan, g_free);
    g_clear_pointer(&explain->failure, g_free);
}

/* Opened when it is first asked for. JIT would add lines to plans that say nothing of them. */
static gboolean
ready(PgaWhatif *whatif, GError **error)
{
    const PgaClone *clone = whatif->clone;
    g_autofree char *settings =
        g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%u', false), "
                        "pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false), "
                        "pg_catalog.set_config('jit', 'off', false)",
                        clone->lab->statement_limit_ms);

    if (whatif->explainer)
        return TRUE;
    whatif->explainer = pga_session_open(clone->lab, clone->dbname, clone->role, error);
    if (!whatif->explainer || !pga_session_set(whatif->explainer, settings, error))
        return FALSE;
    whatif->explainer->statement_limit_ms = clone->lab->statement_limit_ms;
    return TRUE;
}

/* (nullable): NULL with an error, or with a failure and no error. */
static PGresult *
ask(PgaWhatif *whatif, PgaWhatifExplain *explain, const char *sql, const char *param,
    GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result =
        pga_session_exec(whatif->explainer, sql, &param, param ? 1 : 0, TRUE, &cause);

    if (result && !pga_result_failed(result))
        return g_steal_pointer(&result);
    if (result) {
        explain->failure = pga_result_message(result);
    } else if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
        explain->failure = g_strdup(cause->message);
        g_clear_pointer(&whatif->hidden, g_free);
        pga_session_reopen(whatif->explainer, error);
    } else {
        g_propagate_error(error, g_steal_pointer(&cause));
    }
    return NULL;
}

static gboolean
lists(const PgaWhatifExplain *explain, guint32 oid)
{
    for (guint i = 0; i < explain->n_oids; i++)
        if (explain->oids[i] == oid)
            return TRUE;
    return FALSE;
}

/* (transfer full): candidates that are not listed, own indexes that are */
static char *
hidden_indexes(const PgaWhatif *whatif, const PgaWhatifExplain *explain)
{
    g_autoptr(GArray) hidden = g_array_new(FALSE, FALSE, sizeof(guint32));
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < whatif->candidates->len; i++) {
        const guint32 oid = g_array_index(whatif->candidates, guint32, i);

        if (!lists(explain, oid))
            g_array_append_val(hidden, oid);
    }
    for (guint i = 0; i < explain->n_oids; i++)
        if (g_hash_table_contains(whatif->own, GUINT_TO_POINTER(explain->oids[i])))
            g_array_append_val(hidden, explain->oids[i]);
    pga_whatif_append_oids(text, (const guint32 *)hidden->data, hidden->len, ',');
    return g_string_free(text, FALSE);
}

static gboolean
configure(PgaWhatif *whatif, PgaWhatifExplain *explain, GError **error)
{
    g_autofree char *hidden = hidden_indexes(whatif, explain);
    g_autoptr(PGresult) path =
        ask(whatif, explain, "SELECT pg_catalog.set_config('search_path', $1, false)",
            pga_whatif_path_of(whatif, explain->usename), error);
    g_autoptr(PGresult) hide = NULL;

    if (!path || g_strcmp0(hidden, whatif->hidden) == 0)
        return path != NULL;
    hide = ask(whatif, explain,
               "SELECT pg_catalog.set_config('pgarchitect_whatif.hide', $1, false)", hidden, error);
    if (!hide)
        return FALSE;
    g_free(whatif->hidden);
    whatif->hidden = g_steal_pointer(&hidden);
    return TRUE;
}

/* (nullable) (transfer full): a row a line */
static char *
show(PgaWhatif *whatif, PgaWhatifExplain *explain, const char *format, guint n_parameters,
     GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autoptr(PGresult) rows = NULL;
    GString *text;

    g_string_printf(sql, "EXPLAIN (FORMAT %s) EXECUTE pgarchitect_probe", format);
    for (guint i = 0; i < n_parameters; i++)
        g_string_append_printf(sql, "%sNULL%s", i == 0 ? "(" : ", ",
                               i + 1 == n_parameters ? ")" : "");
    rows = ask(whatif, explain, sql->str, NULL, error);
    if (!rows)
        return NULL;
    text = g_string_new(NULL);
    for (int i = 0; i < PQntuples(rows); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", PQgetvalue(rows, i, 0));
    return g_string_free(text, FALSE);
}

/* Prepared, the statement cannot be another one than it seems, and $n need no values. */
static void
plan(PgaWhatif *whatif, PgaWhatifExplain *explain, GError **error)
{
    g_autofree char *sql = g_strconcat("PREPARE pgarchitect_probe AS ", explain->text, NULL);
    g_autoptr(PGresult) prepared = ask(whatif, explain, sql, NULL, error);
    g_autoptr(PGresult) described =
        prepared ? ask(whatif, explain,
                       "SELECT COALESCE(pg_catalog.cardinality(parameter_types), 0)"
                       " FROM pg_catalog.pg_prepared_statements WHERE name = 'pgarchitect_probe'",
                       NULL, error)
                 : NULL;
    guint n_parameters;

    if (!described || PQntuples(described) != 1)
        return;
    n_parameters = (guint)g_ascii_strtoull(PQgetvalue(described, 0, 0), NULL, 10);
    if (explain->wants_json)
        explain->json = show(whatif, explain, "JSON", n_parameters, error);
    if (explain->json || !explain->wants_json)
        explain->plan = show(whatif, explain, "TEXT", n_parameters, error);
}

gboolean
pga_whatif_explain(PgaWhatif *whatif, PgaWhatifExplain *explain, GError **error)
{
    g_autoptr(GError) cause = NULL;

    pga_whatif_explain_clear(explain);
    if (!ready(whatif, error))
        return FALSE;
    if (configure(whatif, explain, &cause))
        plan(whatif, explain, &cause);
    if (!cause) {
        pga_session_do(whatif->explainer, &cause, "DEALLOCATE ALL");
        if (!explain->plan)
            g_clear_pointer(&explain->json, g_free);
    }
    if (!cause)
        return TRUE;
    pga_whatif_explain_clear(explain);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}
