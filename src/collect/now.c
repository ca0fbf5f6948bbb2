/* The moment: sessions, locks, replication, counters, and two samples of what moves. */
#include "collect/now.h"

#include <base/interrupt.h>
#include <poll.h>

#include "server_internal.h"
#include "sql_internal.h"

#define STATEMENT_TIMEOUT 500 /* ms */
#define LOCK_TIMEOUT      100 /* ms */
#define N_SAMPLES         5
#define SAMPLE_GAP        70 /* ms */
#define MIN_SAMPLES       2
#define ENOUGH            450000 /* us: on a busy server the queries alone take as long as samples */

/** What moves, at one time. */
typedef struct {
    gint64 at; /* g_get_monotonic_time() */
    gint64 next_xid, wal_lsn;
} Position;

/** Where it goes. */
typedef struct {
    PgaNow *now;
    Position first;
} Reading;

/* Plain SET: a function's name would have to be looked up in a catalog that somebody may hold. */
static gboolean
begin(PgaCollector *collector, GError **error)
{
    const PgaCollectOptions *options = collector->options;
    g_autofree char *statement =
        g_strdup_printf("SET LOCAL statement_timeout = %u", options->statement_timeout);
    g_autofree char *lock = g_strdup_printf("SET LOCAL lock_timeout = %u", options->lock_timeout);
    const char *const settings[] = {statement, lock, "SET LOCAL search_path = pg_catalog, pg_temp",
                                    "SET LOCAL DateStyle = ISO", "SET LOCAL TimeZone = 'UTC'"};

    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
        if (!pga_collector_execute(collector, settings[i], NULL, 0, NULL, error))
            return FALSE;
    return TRUE;
}

static gboolean
query(PgaCollector *collector, const char *name, const char *what, PGresult **result,
      GError **error)
{
    return pga_server_query(collector, &(PgaServerQuery){.name = name, .what = what}, result,
                            error);
}

static gboolean
read_position(PgaCollector *collector, Position *position, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    *position = (Position){g_get_monotonic_time(), -1, -1};
    if (!query(collector, "now_position", "rates of transactions and WAL", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows)) {
        position->next_xid = pga_rows_int64(&rows, "next_xid", -1);
        position->wal_lsn = pga_rows_int64(&rows, "wal_lsn", -1);
    }
    return TRUE;
}

static gboolean
read_facts(PgaCollector *collector, PgaNow *now, GError **error)
{
    PgaEnvironment *environment = now->report->environment;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "now_facts", "the role and the server's state", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!pga_rows_next(&rows))
        return TRUE;
    environment->role = pga_rows_dup(&rows, "role");
    environment->is_superuser = pga_rows_bool(&rows, "is_superuser");
    environment->is_standby = pga_rows_bool(&rows, "is_standby");
    environment->is_pooled =
        pga_rows_int64(&rows, "backend_pid", 0) != PQbackendPID(collector->conn);
    environment->uptime = pga_rows_double(&rows, "uptime", -1);
    environment->now = pga_rows_int64(&rows, "now", 0);
    return TRUE;
}

static void
add_database(PgaServer *server, PgaRows *rows)
{
    PgaDatabase *database = pga_record_add(server->databases, &pga_database_type);

    database->oid = pga_rows_oid(rows, "oid");
    database->datname = pga_rows_dup(rows, "datname");
    database->datallowconn = pga_rows_bool(rows, "datallowconn");
    database->is_current = pga_rows_bool(rows, "is_current");
    database->frozenxid_age = pga_rows_int64(rows, "frozenxid_age", -1);
    database->minmxid_age = pga_rows_int64(rows, "minmxid_age", -1);
    database->xact_commit = pga_rows_int64(rows, "xact_commit", -1);
    database->xact_rollback = pga_rows_int64(rows, "xact_rollback", -1);
    database->deadlocks = pga_rows_int64(rows, "deadlocks", -1);
    database->stats_age = pga_rows_double(rows, "stats_age", -1);
}

static gboolean
read_databases(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "now_databases", "ages of the databases", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_database(server, &rows);
    return TRUE;
}

static gboolean
read_waits(PgaCollector *collector, PgaNow *now, GError **error)
{
    g_autoptr(PGresult) cleared = NULL, result = NULL;
    PgaRows rows;

    if (!query(collector, "now_clear", "samples of wait events", &cleared, error) || !cleared)
        return cleared != NULL || !*error;
    if (!query(collector, "now_waits", "samples of wait events", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *type = pga_rows_dup(&rows, "wait_event_type");
        g_autofree char *event = pga_rows_dup(&rows, "wait_event");

        pga_now_add_wait(now, type, event, (guint)pga_rows_int64(&rows, "n", 0));
    }
    now->n_samples += result != NULL;
    return TRUE;
}

/* Sleeps; Ctrl-C ends it. */
static gboolean
pause_for(int milliseconds, GError **error)
{
    struct pollfd interrupt = {.fd = pga_interrupt_fd(), .events = POLLIN};

    poll(&interrupt, 1, milliseconds);
    return !pga_interrupt_check(error);
}

/* Fewer where the answer would be late. */
static gboolean
read_samples(PgaCollector *collector, const Reading *reading, GError **error)
{
    PgaNow *now = reading->now;

    for (guint i = 0; now->server->sessions_known && i < N_SAMPLES; i++)
        if (i >= MIN_SAMPLES && g_get_monotonic_time() - reading->first.at > ENOUGH)
            break;
        else if (!read_waits(collector, now, error) || !pause_for(SAMPLE_GAP, error))
            return FALSE;
    return now->server->sessions_known || pause_for(N_SAMPLES * SAMPLE_GAP, error);
}

static gboolean
read_settings(PgaCollector *collector, PgaServer *server G_GNUC_UNUSED, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (!query(collector, "settings", "settings", &result, error))
        return FALSE;
    pga_collect_settings_add(collector, result);
    return TRUE;
}

static double
rate(gint64 first, gint64 last, double seconds)
{
    return first < 0 || last < first || seconds <= 0 ? -1 : (double)(last - first) / seconds;
}

static gboolean
read_rates(PgaCollector *collector, Reading *reading, GError **error)
{
    PgaNow *now = reading->now;
    Position last;

    if (!read_samples(collector, reading, error) || !read_position(collector, &last, error))
        return FALSE;
    now->seconds = (double)(last.at - reading->first.at) / G_USEC_PER_SEC;
    now->xids_per_second = rate(reading->first.next_xid, last.next_xid, now->seconds);
    now->wal_per_second = rate(reading->first.wal_lsn, last.wal_lsn, now->seconds);
    return TRUE;
}

/* Where a name cannot be looked up, because somebody holds the catalog that has it, sessions are
 * shown without names. */
static gboolean
read_sessions(PgaCollector *collector, PgaServer *server, GError **error)
{
    const gboolean known = server->sessions_known;

    if (!pga_server_read_sessions(collector, server, error))
        return FALSE;
    if (server->sessions->len > 0 || server->n_client_backends >= 0)
        return TRUE;
    server->sessions_known = known;
    return pga_server_read_sessions_bare(collector, server, error);
}

static gboolean
read_moment(PgaCollector *collector, GError **error)
{
    static gboolean (*const subjects[])(PgaCollector *, PgaServer *, GError **) = {
        pga_server_read_privileges,    read_sessions,        pga_server_read_prepared,
        pga_server_read_progress,      read_databases,       pga_server_read_slots,
        pga_server_read_senders,       pga_server_read_wal,  pga_server_read_counters,
        pga_server_read_wal_directory, pga_server_read_host, read_settings,
    };
    Reading *reading = collector->data;
    PgaServer *server = reading->now->server;

    if (!read_position(collector, &reading->first, error) ||
        !read_facts(collector, reading->now, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++)
        if (pga_interrupt_check(error) || !subjects[i](collector, server, error))
            return FALSE;
    return read_rates(collector, reading, error);
}

static void
hand_over(PgaCollector *collector)
{
    PgaNow *now = ((Reading *)collector->data)->now;

    pga_catalog_free(now->catalog);
    now->catalog = g_steal_pointer(&collector->catalog);
    pga_catalog_finish(now->catalog);
}

gboolean
pga_collect_now(PgaConnection *connection, const PgaCollectOptions *options, PgaNow *now,
                GPtrArray *not_checked, GError **error)
{
    PgaEnvironment *environment = now->report->environment;
    PgaCollectOptions quick = *options;
    Reading reading = {.now = now};
    const PgaCollection collection = {.begin = begin,
                                      .read = read_moment,
                                      .hand_over = hand_over,
                                      .data = &reading,
                                      .is_of_the_moment = TRUE};

    if (quick.statement_timeout == 0)
        quick.statement_timeout = STATEMENT_TIMEOUT;
    if (quick.lock_timeout == 0)
        quick.lock_timeout = LOCK_TIMEOUT;
    environment->source_kind = PGA_SOURCE_LIVE;
    g_free(environment->source_name);
    environment->source_name = g_strdup(pga_connection_dbname(connection));
    environment->version_num = pga_connection_version_num(connection);
    g_free(environment->version);
    environment->version = g_strdup(pga_connection_version(connection));
    return pga_collector_run(connection, &quick, &collection, not_checked, error);
}
