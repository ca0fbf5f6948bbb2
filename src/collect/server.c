/* The server's own state, as pga_collect_server() hands it over: every subject in turn. */
#include "collect/server.h"

#include <base/interrupt.h>
#include <base/text.h>

#include "collector_internal.h"
#include "server_internal.h"

/** Where a collection goes. */
typedef struct {
    PgaServer *server;
    PgaServer **out;
} Destination;

static void
note_refused(PgaCollector *collector, const PgaServerQuery *query)
{
    g_autofree char *role = pga_quote_identifier(PQuser(collector->conn));
    g_autofree char *remedy =
        query->grant ? g_strdup_printf(" (GRANT %s TO %s; would let this role)", query->grant, role)
                     : NULL;

    pga_collector_note(
        collector, g_strdup(query->what),
        g_strdup_printf("the server said: %s%s", collector->refusal, remedy ? remedy : ""));
}

gboolean
pga_server_query(PgaCollector *collector, const PgaServerQuery *query, PGresult **result,
                 GError **error)
{
    if (!pga_collector_query(
            collector,
            &(PgaQuery){.name = query->name, .what = query->what, .need = PGA_QUERY_TRIED}, result,
            error))
        return FALSE;
    if (!*result)
        note_refused(collector, query);
    return TRUE;
}

static gboolean
read_subjects(PgaCollector *collector, GError **error)
{
    /* One function for each subject; each fills its part of the server. */
    static gboolean (*const subjects[])(PgaCollector *, PgaServer *, GError **) = {
        pga_server_read_privileges,    pga_server_read_databases,   pga_server_read_sessions,
        pga_server_read_progress,      pga_server_read_prepared,    pga_server_read_slots,
        pga_server_read_senders,       pga_server_read_wal,         pga_server_read_subscriptions,
        pga_server_read_wal_directory, pga_server_read_counters,    pga_server_read_io,
        pga_server_read_hba,           pga_server_read_file_errors, pga_server_read_tablespaces,
        pga_server_read_host,
    };
    Destination *destination = collector->data;

    g_clear_pointer(&destination->server, pga_server_free);
    destination->server = pga_server_new();
    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++)
        if (pga_interrupt_check(error) || !subjects[i](collector, destination->server, error))
            return FALSE;
    return TRUE;
}

static void
hand_over(PgaCollector *collector)
{
    Destination *destination = collector->data;

    *destination->out = g_steal_pointer(&destination->server);
}

gboolean
pga_collect_server(PgaConnection *connection, const PgaCollectOptions *options, PgaServer **server,
                   GPtrArray *not_checked, GError **error)
{
    Destination destination = {.out = server};
    const PgaCollection collection = {
        .read = read_subjects, .hand_over = hand_over, .data = &destination};
    const gboolean done = pga_collector_run(connection, options, &collection, not_checked, error);

    pga_server_free(destination.server);
    return done;
}
