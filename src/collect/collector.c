/* Queries in one read-only transaction that waits for nobody: each in a savepoint, repeated without
 * the relations that somebody holds, given up rather than waited for. */
#include "collector_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

#include "sql_internal.h"

#define MAX_TRIES         4
#define MAX_DROPPED_TRIES 50
/* Beyond statement_timeout the connection itself is suspected. */
#define NETWORK_GRACE_US (15 * G_TIME_SPAN_SECOND)

static gint64
statement_deadline(const PgaCollector *collector)
{
    const guint timeout = collector->options->statement_timeout;

    return g_get_monotonic_time() + (timeout ? timeout : 60000) * G_TIME_SPAN_MILLISECOND +
           NETWORK_GRACE_US;
}

static gboolean
is_success(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static const char *
sqlstate_of(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return state ? state : "";
}

/* (transfer full) */
static char *
message_of(const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    return g_utf8_make_valid(message ? message : PQresultErrorMessage(result), -1);
}

/* What a query meets when a relation that the snapshot shows was dropped or altered since:
 * undefined_table, undefined_object, undefined_column, "cache lookup failed". */
static gboolean
is_concurrent_change(const char *sqlstate)
{
    static const char *const states[] = {"42P01", "42704", "42703", "XX000", NULL};

    return g_strv_contains(states, sqlstate);
}

static void
set_refused_error(const char *what, const PGresult *result, GError **error)
{
    g_autofree char *message = message_of(result);
    const char *state = sqlstate_of(result);

    pga_error_set(error, PGA_ERROR_SOURCE, "could not read %s", what);
    pga_error_detail(error, "The server said: %s.", message);
    if (strcmp(state, "55P03") == 0)
        pga_error_hint(error, "Somebody holds a catalog or keeps taking tables under ACCESS "
                              "EXCLUSIVE: run again when that migration or VACUUM FULL is over.");
    else if (strcmp(state, "57014") == 0)
        pga_error_hint(error, "The server is overloaded or the catalogs are bloated; run again at "
                              "a quieter time.");
    else if (strcmp(state, "42501") == 0)
        pga_error_hint(error, "Reading of the catalogs was revoked from this role: grant SELECT on "
                              "them again.");
    else if (g_str_has_prefix(state, "40"))
        pga_error_hint(error, "The standby cancelled the query in favour of replay: run again.");
}

/* (transfer full): marked behind its first word, so that the workload that the server records can
 * be told from ours: a comment before the first word is not recorded by every version. */
static char *
mark(const char *sql)
{
    const gsize word = strcspn(sql, " \n");

    if (!g_str_has_prefix(sql, "SELECT") && !g_str_has_prefix(sql, "WITH"))
        return g_strdup(sql);
    return g_strdup_printf("%.*s " PGA_COLLECTOR_MARK "%s", (int)word, sql, sql + word);
}

gboolean
pga_collector_execute(PgaCollector *collector, const char *sql, const char *const *params,
                      int n_params, PGresult **result, GError **error)
{
    g_autofree char *marked = mark(sql);
    g_autoptr(PGresult) got = pga_libpq_exec(collector->conn, marked, params, n_params,
                                             statement_deadline(collector), error);

    if (!got)
        return FALSE;
    if (!is_success(got)) {
        set_refused_error("the catalogs", got, error);
        return FALSE;
    }
    if (result)
        *result = g_steal_pointer(&got);
    return TRUE;
}

/** A query and how it is made. */
typedef struct {
    PgaMakeSql make;
    gconstpointer data;
    const char *argument, *second; /* $1, $2; NULL: the locked relations */
} Query;

/** A text of sql/, and what stands around it. */
typedef struct {
    const char *before, *name, *after;
} Part;

/* (transfer full) */
static char *
make_named(const PgaCollector *collector, gconstpointer data)
{
    const Part *part = data;

    return g_strconcat(part->before, pga_sql_text(part->name, collector->major), part->after, NULL);
}

/* A text that was made has none: a "$1" in it is part of a name. */
static int
count_parameters(const Query *query, const char *sql)
{
    if (query->make != make_named)
        return 0;
    return strstr(sql, "$2") ? 2 : strstr(sql, "$1") ? 1 : 0;
}

/* One try. Going back to the savepoint, after success too, gives back the locks the query took. */
static gboolean
try(PgaCollector *collector, const Query *query, PGresult **result, GError **error)
{
    const char *params[] = {query->argument ? query->argument : collector->locked_oids,
                            query->second ? query->second : collector->locked_oids};
    g_autofree char *sql = query->make(collector, query->data), *marked = mark(sql);

    *result = pga_libpq_exec(collector->conn, marked, params, count_parameters(query, sql),
                             statement_deadline(collector), error);
    if (!*result)
        return FALSE;
    if (pga_collector_execute(collector, "ROLLBACK TO SAVEPOINT pgarchitect", NULL, 0, NULL, error))
        return TRUE;
    g_clear_pointer(result, PQclear);
    return FALSE;
}

/* Whether the query is worth another try: without what somebody holds, or, after the transaction
 * was begun anew in vain, without what was dropped since it began. */
static gboolean
learn(PgaCollector *collector, const PGresult *result, guint n_tries, GError **error)
{
    const char *state = sqlstate_of(result);

    if (collector->is_of_the_moment)
        return FALSE;
    if (strcmp(state, "55P03") == 0)
        return n_tries < MAX_TRIES && pga_collector_read_locks(collector, error);
    return collector->leaves_out_dropped && n_tries < MAX_DROPPED_TRIES &&
           is_concurrent_change(state) && pga_collector_read_dropped(collector, error);
}

static gboolean
try_without_locked(PgaCollector *collector, const Query *query, PGresult **result, GError **error)
{
    for (guint i = 1; try(collector, query, result, error); i++) {
        g_autoptr(GError) failed = NULL;

        if (is_success(*result) || (!learn(collector, *result, i, &failed) && !failed))
            return TRUE;
        g_clear_pointer(result, PQclear);
        if (failed) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        }
    }
    return FALSE;
}

static void
note_refused(PgaCollector *collector, const char *what, const PGresult *result)
{
    g_autofree char *message = message_of(result);

    pga_collector_note(collector, g_strdup(what), g_strdup_printf("the server said: %s", message));
}

/* A row that the server cannot show says so by an error of its data; these are errors of the
 * moment, the connection or the role. */
static gboolean
is_of_a_row(const char *sqlstate)
{
    static const char *const others[] = {"08", "25", "28", "40", "42501",
                                         "53", "55", "57", "58", NULL};

    for (guint i = 0; others[i]; i++)
        if (g_str_has_prefix(sqlstate, others[i]))
            return FALSE;
    return *sqlstate != '\0';
}

static gboolean
keep_refusal(PgaCollector *collector, const PGresult *result)
{
    g_free(collector->refusal);
    collector->refusal = message_of(result);
    g_strlcpy(collector->refusal_state, sqlstate_of(result), sizeof(collector->refusal_state));
    return TRUE;
}

static gboolean
take_refused(PgaCollector *collector, const char *what, PgaQueryNeed need, const PGresult *refused,
             GError **error)
{
    if (need == PGA_QUERY_TRIED)
        return keep_refusal(collector, refused);
    collector->changed = is_concurrent_change(sqlstate_of(refused));
    if (need == PGA_QUERY_OPTIONAL && (!collector->changed || collector->leaves_out_dropped)) {
        collector->changed = FALSE;
        note_refused(collector, what, refused);
        return TRUE;
    }
    set_refused_error(what, refused, error);
    return FALSE;
}

static gboolean
query_or_note(PgaCollector *collector, const Query *query, const char *what, PgaQueryNeed need,
              PGresult **result, GError **error)
{
    g_autoptr(PGresult) got = NULL;

    *result = NULL;
    if (!try_without_locked(collector, query, &got, error))
        return FALSE;
    if (!is_success(got))
        return take_refused(collector, what, need, got, error);
    *result = g_steal_pointer(&got);
    return TRUE;
}

/* What concurrent DDL did is gone when the transaction is begun anew, which is tried first. */
static gboolean
is_worth_isolating(const PgaCollector *collector, const PgaQuery *query, const char *sqlstate)
{
    return query->key && is_of_a_row(sqlstate) &&
           (query->need == PGA_QUERY_TRIED || collector->leaves_out_dropped ||
            !is_concurrent_change(sqlstate));
}

gboolean
pga_collector_query(PgaCollector *collector, const PgaQuery *query, PGresult **result,
                    GError **error)
{
    const Part whole = {"", query->name, ""};
    const Query named = {
        .make = make_named, .data = &whole, .argument = query->argument, .second = query->second};
    g_autoptr(PGresult) got = NULL;

    *result = NULL;
    pga_progress_step(collector->options->progress, "reading %s", query->what);
    if (!try_without_locked(collector, &named, &got, error))
        return FALSE;
    if (is_success(got)) {
        *result = g_steal_pointer(&got);
        return TRUE;
    }
    if (is_worth_isolating(collector, query, sqlstate_of(got)) &&
        !pga_collector_isolate(collector, query, result, error))
        return FALSE;
    return *result || take_refused(collector, query->what, query->need, got, error);
}

gboolean
pga_collector_try_part(PgaCollector *collector, const PgaQuery *query, const char *before,
                       const char *after, PGresult **result, GError **error)
{
    const Part part = {before, query->name, after};
    const Query named = {
        .make = make_named, .data = &part, .argument = query->argument, .second = query->second};

    return query_or_note(collector, &named, query->what, PGA_QUERY_TRIED, result, error);
}

gboolean
pga_collector_query_made(PgaCollector *collector, PgaMakeSql make, gconstpointer data,
                         const char *what, PGresult **result, GError **error)
{
    const Query made = {.make = make, .data = data};

    return query_or_note(collector, &made, what, PGA_QUERY_OPTIONAL, result, error);
}

gboolean
pga_collector_try_made(PgaCollector *collector, PgaMakeSql make, gconstpointer data,
                       PGresult **result, GError **error)
{
    const Query made = {.make = make, .data = data};

    return query_or_note(collector, &made, NULL, PGA_QUERY_TRIED, result, error);
}

void
pga_collector_note(PgaCollector *collector, char *what, char *why)
{
    g_ptr_array_add(collector->not_checked, pga_not_checked_new(NULL, what, why));
}
