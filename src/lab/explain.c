/* EXPLAIN by the thousand: pipelined, statements with parameters through PREPARE and a plan that
 * does not depend on the arguments (plan_cache_mode, PostgreSQL 12). */
#include "lab/explain.h"

#include "base/text.h"
#include "clone_internal.h"

enum { MAX_SESSIONS = 4 };

void
pga_explain_clear(PgaExplain *explain)
{
    g_clear_pointer(&explain->plan, g_free);
    g_clear_pointer(&explain->failure, g_free);
}

/* The lab's own sessions look into pg_catalog only; these look where the source's do. */
static char *
session_settings(const PgaClone *clone)
{
    const PgaSetting *path = pga_catalog_setting(clone->catalog, "search_path");
    g_autofree char *literal =
        pga_quote_literal(path && path->setting ? path->setting : "\"$user\", public");

    return g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%u', false), "
                           "pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', false), "
                           "pg_catalog.set_config('search_path', %s, false)",
                           clone->lab->statement_limit_ms, literal);
}

/* (nullable) (transfer full): of PgaSession * */
static GPtrArray *
open_sessions(PgaClone *clone, GError **error)
{
    g_autoptr(GPtrArray) sessions =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_session_close);
    g_autofree char *settings = session_settings(clone);

    for (guint i = 0; i < CLAMP(g_get_num_processors(), 1, MAX_SESSIONS); i++) {
        PgaSession *session = pga_session_open(clone->lab, clone->dbname, clone->role, error);

        if (!session)
            return NULL;
        g_ptr_array_add(sessions, session);
        if (!pga_session_set(session, settings, error))
            return NULL;
    }
    return g_steal_pointer(&sessions);
}

static char *
execute_statement(guint n_parameters)
{
    GString *sql = g_string_new("EXPLAIN (FORMAT JSON) EXECUTE pgarchitect_probe");

    pga_append_nulls(sql, n_parameters);
    return g_string_free(sql, FALSE);
}

/* One lane each: the name is the session's. A statement that cannot be prepared leaves the first
 * message. */
static void
add_generic(PgaBatch *batch, guint lane, PgaExplain *explain)
{
    pga_batch_ask(batch, lane, g_strdup_printf("PREPARE pgarchitect_probe AS %s", explain->sql),
                  NULL, &explain->failure);
    pga_batch_ask(batch, lane, execute_statement(explain->n_parameters), &explain->plan,
                  &explain->failure);
    pga_batch_add(batch, lane, g_strdup("DEALLOCATE ALL"), NULL);
}

gboolean
pga_clone_explain(PgaClone *clone, GArray *statements, GError **error)
{
    g_autoptr(GPtrArray) sessions = open_sessions(clone, error);
    g_autoptr(PgaBatch) batch = pga_batch_new();

    if (!sessions)
        return FALSE;
    for (guint i = 0; i < statements->len; i++) {
        PgaExplain *explain = &g_array_index(statements, PgaExplain, i);

        if (explain->n_parameters > 0)
            add_generic(batch, i, explain);
        else
            pga_batch_ask(batch, i, g_strconcat("EXPLAIN (FORMAT JSON) ", explain->sql, NULL),
                          &explain->plan, &explain->failure);
    }
    return pga_batch_run(batch, sessions, error);
}
