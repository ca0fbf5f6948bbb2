/* Who may connect and how: pg_hba.conf, what postgresql.conf says of connections, pgbouncer.ini and
 * the role that it looks passwords up with. Of servers of one's own; a managed service has its own
 * ways, PgBouncer beside them. */
#include "access_internal.h"
#include "design/design.h"

#include <base/text.h>
#include <string.h>

#define WIDTH 98

void
pga_append_comment(GString *out, const char *mark, const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(printable, WIDTH, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);

    for (char **line = lines; *line; line++)
        g_string_append_printf(out, "%s %s\n", mark, *line);
}

char *
pga_design_cluster(const PgaArchitecture *architecture)
{
    char *role = pga_design_role(architecture, "app");

    role[strlen(role) - strlen("_app")] = '\0';
    return role;
}

static gboolean
is_managed(const PgaArchitecture *architecture)
{
    return architecture->requirements->deployment.platform != PGA_DEPLOYMENT_SELF_HOSTED;
}

gboolean
pga_design_has_patroni(const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->availability.nodes->len; i++)
        if (((const PgaDesignNode *)g_ptr_array_index(architecture->availability.nodes, i))
                ->has_dcs)
            return TRUE;
    return FALSE;
}

/* (transfer full): a name as pg_hba.conf takes it: quoted unless it is plain. */
static char *
quoted(const char *name)
{
    GString *out = g_string_new("\"");
    gboolean plain = *name != '\0';

    for (; *name; name++) {
        plain = plain && (g_ascii_islower(*name) || g_ascii_isdigit(*name) || *name == '_');
        g_string_append(out, *name == '"' ? "\"\"" : "");
        if (*name != '"')
            g_string_append_c(out, g_ascii_iscntrl(*name) ? '_' : *name);
    }
    g_string_append_c(out, '"');
    if (!plain)
        return g_string_free(out, FALSE);
    g_string_truncate(out, out->len - 1);
    g_string_erase(out, 0, 1);
    return g_string_free(out, FALSE);
}

static void
add_line(GPtrArray *lines, const char *type, const char *database, const char *user,
         const char *address, const char *method)
{
    g_ptr_array_add(
        lines, g_strdup_printf("%-8s %-15s %-15s %-23s %s", type, database, user, address, method));
}

/* One line: the roles differ in what they may do, not in where they come from. */
static void
add_clients(const PgaArchitecture *architecture, GPtrArray *lines, const char *address)
{
    g_autofree char *database = quoted(architecture->requirements->name);
    g_autofree char *app = pga_design_role(architecture, "app");
    g_autofree char *migration = pga_design_role(architecture, "migration");
    g_autofree char *readonly = pga_design_role(architecture, "readonly");
    g_autofree char *roles = g_strjoin(",", app, migration, readonly, "pgbouncer", NULL);

    add_line(lines, "hostssl", database, roles, address, "scram-sha-256");
}

/* Every data node: it may lead, follow, and pass clients on. */
static void
add_nodes(const PgaArchitecture *architecture, GPtrArray *lines)
{
    const GPtrArray *nodes = architecture->availability.nodes;
    const gboolean patroni = pga_design_has_patroni(architecture);

    for (guint i = 0; i < nodes->len; i++) {
        const PgaDesignNode *node = g_ptr_array_index(nodes, i);
        g_autofree char *host = g_strconcat(node->name, ".internal", NULL);

        if (!node->has_data || nodes->len == 1)
            continue;
        add_line(lines, "hostssl", "replication", "replicator", host, "scram-sha-256");
        if (patroni)
            add_line(lines, "hostssl", "postgres", "rewind", host, "scram-sha-256");
        if (patroni)
            add_clients(architecture, lines, host);
    }
}

GPtrArray *
pga_access_lines(const PgaArchitecture *architecture)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    add_line(lines, "local", "all", "postgres", "", "peer");
    add_line(lines, "local", "all", "all", "", "scram-sha-256");
    add_nodes(architecture, lines);
    if (!pga_design_has_patroni(architecture))
        add_clients(architecture, lines, PGA_CLIENT_NETWORK);
    return lines;
}

static char *
hba(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) lines = pga_access_lines(architecture);
    GString *out = g_string_new(NULL);

    pga_append_comment(out, "#",
                       "Who may connect: passwords by SCRAM, over TLS, each role to its database; "
                       "whoever is not named is refused. The superuser comes in on the host only.");
    if (pga_design_has_patroni(architecture))
        pga_append_comment(out, "#",
                           "Patroni writes these lines (ha/patroni-<node>.yml has them): clients "
                           "come through the HAProxy of a data node, and past it nobody does. "
                           "Names are those that ha/setup-<node>.sh writes to /etc/hosts.");
    else
        pga_append_comment(out, "#",
                           PGA_CLIENT_NETWORK " is a placeholder: put the addresses of your "
                                              "applications' hosts in its place.");
    g_string_append_printf(out, "# %-6s %-15s %-15s %-23s %s\n", "TYPE", "DATABASE", "USER",
                           "ADDRESS", "METHOD");
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(lines, i));
    return g_string_free(out, FALSE);
}

/* Behind the tuned settings. */
static const char connections[] =
    "\n# ---- access ----\n"
    "# every address of the host; pg_hba.conf says who may come (restart)\n"
    "listen_addresses = '*'\n"
    "# TLS: hostssl in pg_hba.conf takes it; key 0600, owner postgres\n"
    "ssl = on\n"
    "ssl_cert_file = '/etc/postgresql/tls/server.crt'\n"
    "ssl_key_file = '/etc/postgresql/tls/server.key'\n"
    "ssl_min_protocol_version = 'TLSv1.2'\n"
    "# the default from 14 on; roles' passwords are kept as SCRAM verifiers\n"
    "password_encryption = 'scram-sha-256'\n";

static void
append_connections(PgaArchitecture *architecture)
{
    const PgaDesignFile *file = pga_architecture_file(architecture, "postgresql.conf");

    if (file && !strstr(file->text, connections))
        pga_architecture_put_file(architecture, "postgresql.conf",
                                  g_strconcat(file->text, connections, NULL));
}

void
pga_design_configuration(PgaArchitecture *architecture)
{
    pga_design_pooler(architecture);
    if (is_managed(architecture)) {
        if (architecture->availability.wanted)
            pga_design_ha_files(architecture);
        return;
    }
    append_connections(architecture);
    pga_architecture_put_file(architecture, "pg_hba.conf", hba(architecture));
    if (architecture->availability.wanted)
        pga_design_ha_files(architecture);
}

/* Where PgBouncer finds a server; the port (out). */
static char *
hosts(const PgaArchitecture *architecture, guint *port)
{
    const GPtrArray *nodes = architecture->availability.nodes;
    GString *out = g_string_new(NULL);

    *port = pga_design_has_patroni(architecture) ? 5000 : 5432;
    if (is_managed(architecture))
        return g_string_free(g_string_append(out, "endpoint.internal"), FALSE);
    for (guint i = 0; i < nodes->len; i++) {
        const PgaDesignNode *node = g_ptr_array_index(nodes, i);

        if (node->has_data && (out->len == 0 || (node->has_proxy && node->name[1] == 'b')))
            g_string_append_printf(out, "%s%s.internal", out->len > 0 ? "," : "", node->name);
    }
    return g_string_free(out->len > 0 ? out : g_string_append(out, "127.0.0.1"), FALSE);
}

/* (transfer full): in single quotes, as PgBouncer's connection strings take it. */
static char *
in_quotes(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *joined = g_strjoinv("''", parts);

    for (char *c = joined; *c; c++)
        *c = g_ascii_iscntrl(*c) ? '_' : *c;
    return g_strdup_printf("'%s'", joined);
}

static void
append_databases(GString *out, const PgaArchitecture *architecture)
{
    const char *name = architecture->requirements->name;
    g_autofree char *key = pga_design_cluster(architecture), *database = in_quotes(name);
    guint port = 0;
    g_autofree char *host = hosts(architecture, &port);

    g_string_append(out, "\n[databases]\n");
    if (is_managed(architecture))
        pga_append_comment(out, ";", "endpoint.internal is a placeholder: the service's endpoint.");
    else if (pga_design_has_patroni(architecture))
        pga_append_comment(out, ";",
                           "HAProxy on each data node leads to the primary (5000) or to a replica "
                           "(5001); names as in ha/inventory.env.");
    g_string_append_printf(out, "%s = host=%s port=%u dbname=%s\n", key, host, port, database);
    if (pga_design_has_patroni(architecture))
        g_string_append_printf(out, "%s_readonly = host=%s port=5001 dbname=%s\n", key, host,
                               database);
}

/** A line of ours: in place of the pooler's, or behind them. */
typedef struct {
    const char *name, *value, *why;
    gboolean self_hosted; /* not with a managed service */
} Line;

static const Line lines_of_ours[] = {
    {"auth_user", "pgbouncer", "looks verifiers up (pgbouncer.sql); its own is in userlist.txt",
     TRUE},
    {"auth_query", "SELECT usename, passwd FROM pgbouncer.get_auth($1)", NULL, TRUE},
    {"server_tls_sslmode", "require",
     "verify-full with server_tls_ca_file, once the servers' certificates are your authority's",
     FALSE},
    {"server_fast_close", "1", "sessions of a demoted server end at once", FALSE},
    {"server_check_delay", "10", NULL, FALSE},
    {"dns_max_ttl", "5", "seconds; a failover may move the name", FALSE},
    {"tcp_keepalive", "1", "a host that says nothing more is noticed within seconds", FALSE},
    {"tcp_keepidle", "2", NULL, FALSE},
    {"tcp_keepintvl", "1", NULL, FALSE},
    {"tcp_keepcnt", "3", NULL, FALSE},
    {"tcp_user_timeout", "2000", NULL, FALSE},
    {"stats_period", "15", NULL, FALSE},
};

/* Clients queue through a failover; no longer than twice what it should take. */
static char *
wait_limit(const PgaArchitecture *architecture)
{
    const PgaDesignAvailability *a = &architecture->availability;
    const double twice = a->rto_high_s > 0 ? 2 * a->rto_high_s : 120;

    return g_strdup_printf("%.0f", MIN(twice, 120));
}

static void
append_pooler(GString *out, const PgaArchitecture *architecture)
{
    const PgaTuningPooler *pooler = &architecture->tune->tuning->pooler;
    g_autofree char *wait = wait_limit(architecture);

    for (guint i = 0; pooler->ini && i < pooler->ini->len; i++) {
        const PgaTuningLine *line = g_ptr_array_index(pooler->ini, i);

        if (line->why)
            pga_append_comment(out, ";", line->why);
        g_string_append_printf(out, "%s = %s\n", line->name,
                               g_str_equal(line->name, "query_wait_timeout") ? wait : line->value);
    }
    for (guint i = 0; i < G_N_ELEMENTS(lines_of_ours); i++) {
        const Line *line = &lines_of_ours[i];

        if (line->self_hosted && is_managed(architecture))
            continue;
        if (line->why)
            pga_append_comment(out, ";", line->why);
        g_string_append_printf(out, "%s = %s\n", line->name, line->value);
    }
}

static const char lookup[] =
    "-- The role that PgBouncer looks passwords up with, and the only thing it may do. A "
    "superuser\n"
    "-- runs it in the application's database: psql -v ON_ERROR_STOP=1 -f pgbouncer.sql. Then "
    "give\n"
    "-- the role a password (\\password pgbouncer) and put its verifier into userlist.txt:\n"
    "-- SELECT format('\"%s\" \"%s\"', rolname, rolpassword) FROM pg_authid WHERE rolname = "
    "'pgbouncer';\n"
    "BEGIN;\n"
    "DO $$\nBEGIN\n"
    "    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pgbouncer') THEN\n"
    "        CREATE ROLE pgbouncer LOGIN;\n"
    "    END IF;\n"
    "END\n$$;\n"
    "CREATE SCHEMA IF NOT EXISTS pgbouncer;\n"
    "REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;\n"
    "GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer;\n"
    "CREATE OR REPLACE FUNCTION pgbouncer.get_auth(name text, OUT usename name, OUT passwd text)\n"
    "    RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''\n"
    "    AS $$SELECT s.usename, s.passwd FROM pg_catalog.pg_shadow s\n"
    "          WHERE s.usename = $1 AND NOT s.usesuper AND NOT s.userepl$$;\n"
    "REVOKE ALL ON FUNCTION pgbouncer.get_auth(text) FROM PUBLIC;\n"
    "GRANT EXECUTE ON FUNCTION pgbouncer.get_auth(text) TO pgbouncer;\n"
    "DO $$\nBEGIN\n"
    "    EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO pgbouncer',\n"
    "                              pg_catalog.current_database());\n"
    "END\n$$;\n"
    "COMMIT;\n";

void
pga_design_pooler(PgaArchitecture *architecture)
{
    GString *out;

    if (!architecture->tune)
        return;
    out = g_string_new(NULL);
    pga_append_comment(out, ";",
                       architecture->tune->tuning->pooler.recommended
                           ? architecture->tune->tuning->pooler.reason
                           : "The server holds its connections without it; it spares them "
                             "connecting, and queues them while a failover lasts.");
    pga_append_comment(out, ";",
                       "It runs on each of the applications' hosts, for them only; with several, "
                       "divide default_pool_size and max_db_connections by their number.");
    if (is_managed(architecture))
        pga_append_comment(out, ";",
                           "A managed service shows nobody its verifiers: userlist.txt has those "
                           "that you gave the roles.");
    append_databases(out, architecture);
    g_string_append(out, "\n[pgbouncer]\n");
    append_pooler(out, architecture);
    pga_architecture_put_file(architecture, "pgbouncer.ini", g_string_free(out, FALSE));
    if (!is_managed(architecture))
        pga_architecture_put_file(architecture, "pgbouncer.sql", g_strdup(lookup));
}
