/* PgBouncer in front: how large its pool is, its file, and what an application must not do then.
 * The pool is what the processors can work on, not what clients ask for: more sessions at once only
 * wait for each other. Parameters are those of PgBouncer 1.18, which every later one has. */
#include "tune_internal.h"

#define DOCS(page)       "https://www.pgbouncer.org/" page

#define SMALLEST_POOL    5
#define MOST_CONNECTIONS G_GINT64_CONSTANT(262143) /* of max_connections */
#define DIRECT           20 /* connections besides: administration, migrations, replication, backup */

/* Sessions that two for each core, and one for the disk, keep busy; of OLAP each session has its
 * workers, too. */
static gint64
busy_sessions(const PgaTune *t, char **why)
{
    const PgaTunedSetting *gather =
        pga_tuning_setting(t->tuning, "max_parallel_workers_per_gather");

    if (t->workload == PGA_WORKLOAD_OLAP && gather) {
        *why = g_strdup_printf("%" G_GINT64_FORMAT " cores / (1 + %g workers of a query)", t->cores,
                               gather->number);
        return (gint64)((double)t->cores / (1 + gather->number));
    }
    *why = g_strdup_printf("2 x %" G_GINT64_FORMAT " cores + 1 for the disk", t->cores);
    return 2 * t->cores + 1;
}

/* The most that max_connections leaves to a pool with a reserve of a fifth. */
static gint64
room_for_pool(const PgaTune *t)
{
    const gint64 connections = t->memory.max_connections;
    const gint64 direct = MIN(DIRECT, connections / 4); /* of few connections most are the pool's */

    return MAX(1, (connections - direct - 3) * 5 / 6);
}

static gint64
pool_size(const PgaTune *t, char **why)
{
    const gint64 stated = t->input->pool_size.value;
    const gint64 active = MIN(t->seen->active_peak, MOST_CONNECTIONS);
    g_autofree char *cores = NULL;
    const gint64 busy = busy_sessions(t, &cores);
    const gint64 room = room_for_pool(t);
    gint64 size = MAX(busy, SMALLEST_POOL);

    if (stated > 0) {
        *why = stated <= t->memory.max_connections * 5 / 6
                   ? g_strdup("stated")
                   : g_strdup_printf("%" G_GINT64_FORMAT " stated; lowered to what max_connections "
                                     "leaves (%" G_GINT64_FORMAT ")",
                                     stated, room);
        return stated <= t->memory.max_connections * 5 / 6 ? stated : MIN(stated, room);
    }
    if (active > 0 && active + active / 2 > size)
        size = MIN(active + active / 2, 2 * busy);
    *why = g_strdup_printf(
        "%s%s; at least %d, within what max_connections leaves (%" G_GINT64_FORMAT ")", cores,
        active > 0 ? ", up to twice that by the sessions seen active" : "", SMALLEST_POOL, room);
    return CLAMP(size, 1, room);
}

/* Clients that want a connection: what was asked for before it was lowered. */
static gint64
clients(const PgaTune *t)
{
    const PgaFact *fact = &t->input->connections;
    const gint64 wanted = MAX(fact->value, t->wanted.max_connections);

    const gint64 most = MIN(MAX(wanted, t->seen->connection_peak), MOST_CONNECTIONS);

    return (most * 6 / 5 + 99) / 100 * 100;
}

G_GNUC_PRINTF(4, 5)
static void
add(const PgaTune *t, const char *name, const char *why, const char *format, ...)
{
    g_autofree char *value = NULL;
    PgaTuningLine *line;
    va_list arguments;

    va_start(arguments, format);
    value = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line = pga_tuning_add_line(t->tuning->pooler.ini, name, value, why);
    line->docs_url = g_strconcat(DOCS("config.html#"), name, NULL);
}

static void
write_ini(const PgaTune *t, const char *why_pool)
{
    const PgaTuningPooler *pooler = &t->tuning->pooler;

    add(t, "listen_addr", "reachable from this host only, until it is known who may connect", "%s",
        "127.0.0.1");
    add(t, "listen_port", NULL, "%d", 6432);
    add(t, "auth_type", NULL, "%s", "scram-sha-256");
    add(t, "auth_file", "names and SCRAM verifiers, as pg_authid.rolpassword has them", "%s",
        "/etc/pgbouncer/userlist.txt");
    add(t, "pool_mode", "a server connection is a client's for one transaction", "%s",
        "transaction");
    add(t, "default_pool_size", why_pool, "%" G_GINT64_FORMAT, pooler->pool_size);
    add(t, "reserve_pool_size", "a fifth of the pool, for clients that waited", "%" G_GINT64_FORMAT,
        pooler->reserve_pool_size);
    add(t, "reserve_pool_timeout", "seconds that they waited", "%d", 3);
    add(t, "max_db_connections", "pool and reserve of all users together: below max_connections",
        "%" G_GINT64_FORMAT, pooler->max_db_connections);
    add(t, "max_client_conn", "the clients' connections and a fifth more", "%" G_GINT64_FORMAT,
        pooler->max_client_conn);
    add(t, "query_wait_timeout", "seconds; clients queue through a failover, not for ever", "%d",
        120);
    add(t, "server_idle_timeout", NULL, "%d", 600);
    add(t, "server_lifetime", NULL, "%d", 3600);
    add(t, "server_connect_timeout", NULL, "%d", 3);
    add(t, "server_login_retry",
        "the default of 15 seconds comes on top of the time a failover takes", "%d", 1);
    add(t, "ignore_startup_parameters", "JDBC sends it", "%s", "extra_float_digits");
}

/* What a session keeps beyond its transaction goes to whoever gets the connection next. */
static const struct {
    const char *feature, *instead;
} broken[] = {
    {"SET of session settings", "SET LOCAL in the same transaction, or ALTER ROLE … SET: the "
                                "connection's next client inherits "
                                "what SET left, app.tenant_id of row security, too"},
    {"PREPARE, DEALLOCATE",
     "protocol-level prepared statements, with PgBouncer 1.21 or later and max_prepared_statements "
     "above 0; before it switch them off: JDBC prepareThreshold=0, psycopg prepare_threshold=None"},
    {"pg_advisory_lock()", "pg_advisory_xact_lock()"},
    {"LISTEN", "a connection of its own past the pooler; NOTIFY works"},
    {"temporary tables", "ON COMMIT DROP, within one transaction"},
    {"cursors WITH HOLD",
     "fetch within a transaction; of Django DISABLE_SERVER_SIDE_CURSORS = True"},
    {"LOAD", "session_preload_libraries"},
    {"settings in the conninfo", "ALTER ROLE … SET, and the name in ignore_startup_parameters"},
    {"pg_dump, replication",
     "connect to the server itself; migrations that keep session state, too"},
};

static void
list_broken(PgaTuningPooler *pooler)
{
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        PgaTuningLine *line =
            pga_tuning_add_line(pooler->breaks, broken[i].feature, broken[i].instead, NULL);

        line->docs_url = g_strdup(DOCS("features.html"));
    }
}

static const char pgpool[] =
    "Pgpool-II pools, too, but by session: each client holds a server connection while it is "
    "connected (num_init_children x max_pool of them), so it saves the time of connecting, not the "
    "connections. What it has over PgBouncer is that it sends reads to standbys without a change "
    "to the application; for that it parses every statement and costs more CPU and configuration. "
    "Take it where reads must be spread and the application cannot do it; to put many clients on "
    "few connections take PgBouncer.";

static void
give_reason(const PgaTune *t, PgaTuningPooler *pooler)
{
    const gint64 wanted = MAX(t->input->connections.value, t->wanted.max_connections);
    const gint64 have = t->memory.max_connections;

    if (t->input->pool_size.value > 0) {
        pooler->recommended = TRUE;
        pooler->reason = g_strdup_printf(
            "The settings count on a pooler that opens at most %" G_GINT64_FORMAT " connections.",
            t->input->pool_size.value);
    } else if (have < wanted && t->input->connections.origin >= PGA_ORIGIN_MEASURED) {
        pooler->recommended = TRUE;
        pooler->reason = g_strdup_printf("Needed: %" G_GINT64_FORMAT
                                         " connections are wanted, %" G_GINT64_FORMAT " fit.",
                                         wanted, have);
    } else if (have > PGA_MANY_CONNECTIONS) {
        pooler->recommended = TRUE;
        pooler->reason = g_strdup_printf(
            "Recommended: %" G_GINT64_FORMAT " connections on %" G_GINT64_FORMAT
            " cores; with a pool of %" G_GINT64_FORMAT
            " the memory of the others would be work_mem's (state it with --pool-size).",
            have, t->cores, pooler->pool_size);
    } else {
        pooler->reason = g_strdup_printf("Not needed for %" G_GINT64_FORMAT " connections; "
                                         "--format pgbouncer prints a file that fits.",
                                         have);
    }
}

void
pga_tune_pooler(const PgaTune *t)
{
    PgaTuningPooler *pooler = &t->tuning->pooler;
    g_autofree char *why = NULL;

    pooler->pool_size = pool_size(t, &why);
    pooler->reserve_pool_size = (pooler->pool_size + 4) / 5;
    pooler->max_db_connections = pooler->pool_size + pooler->reserve_pool_size;
    pooler->max_client_conn = clients(t);
    write_ini(t, why);
    list_broken(pooler);
    pooler->pgpool = g_strdup(pgpool);
    give_reason(t, pooler);
}
